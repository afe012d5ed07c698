"""Tables as LaTeX: fragments for \\input, and a document that compiles by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, zip_longest

from symbolic.render.breaking import broken, width
from symbolic.render.notes import notes
from symbolic.render.tables import Cell, Table, tables
from symbolic.render.view import View
from symbolic.render.words import escaped, heading

PACKAGES = ("amsmath", "amssymb", "booktabs", "graphicx")
"""What a fragment needs loaded; all are in Debian's texlive-latex-base and -recommended."""


def to_fragment(view: View, made_by: str) -> str:
    """The tables of one derivation, for \\input; `made_by` is the command that makes them again."""
    spec = view.derivation.spec
    lines = [
        f"% {spec.name}: made by `{made_by}`; do not edit.",
        f"% Needs {', '.join(PACKAGES)}.",
        "",
        rf"\par\bigskip\noindent\textbf{{\large {heading(spec)}}}\par\smallskip",
        *[rf"\par\noindent {_line(note)}" for note in notes(view)],
    ]
    for table in tables(view):
        for part in _pages(_fitted(table)):
            lines += ["", *_tabular(part)]
    return "\n".join(lines) + "\n"


def to_document(fragments: Iterable[str], made_by: str) -> str:
    """A document that inputs the fragments, by their file names, and compiles with plain pdflatex."""
    inputs = "\n".join(rf"\input{{{name}}}\clearpage" for name in fragments)
    packages = "\n".join(rf"\usepackage{{{name}}}" for name in PACKAGES)
    return (
        f"% Made by `{made_by}`; do not edit.\n"
        "\\documentclass[a4paper]{article}\n"
        "\\usepackage[utf8]{inputenc}\n"
        "\\usepackage[margin=18mm]{geometry}\n"
        f"{packages}\n"
        "\\setlength{\\parindent}{0pt}\n"
        "\\begin{document}\n"
        f"{inputs}\n"
        "\\end{document}\n"
    )


LINE, BETWEEN = 495.0, 12.0
"""The width of the line that tables are made for, A4 with margins of 18 mm, and that between two columns, in points."""

CONTINUED = ", continued"

MOST_LINES = 26
"""More lines of formulas than this do not fit on a page; the table goes on in another one."""


def _fitted(table: Table) -> Table:
    """The table with the formulas of its widest columns broken into lines, so that it fits the line of a page.

    A formula that is higher than a page goes on in further rows.
    """
    columns = list(zip(*table.rows, strict=True))
    natural = [max(map(_width, column)) for column in columns]
    limits = _shares(natural, LINE - BETWEEN * (len(natural) - 1))
    rows = (
        zip_longest(*(_broken(cell, limit) for cell, limit in zip(row, limits, strict=True)), fillvalue=Cell(""))
        for row in table.rows
    )
    return replace(table, rows=tuple(chain.from_iterable(rows)))


def _broken(cell: Cell, limit: float) -> list[Cell]:
    """The cell, and where its formula is higher than a page those that stand below it."""
    return [replace(cell, text=part) for part in broken(cell.text, limit, MOST_LINES)] if cell.math else [cell]


def _width(cell: Cell) -> float:
    return width(cell.text) if cell.math else 5.0 * len(cell.text)


def _shares(natural: list[float], line: float) -> list[float]:
    """The width that each column may have: narrow ones what they need, wide ones equal shares of what is left."""
    limits, left = {}, line
    for count, k in enumerate(sorted(range(len(natural)), key=natural.__getitem__)):
        limits[k] = min(natural[k], left / (len(natural) - count))
        left -= limits[k]
    return [limits[k] for k in range(len(natural))]


def _pages(table: Table) -> Iterator[Table]:
    """The table in parts that fit on a page."""
    rows: list[tuple[Cell, ...]] = []
    lines = 0
    for row in table.rows:
        height = max(cell.text.count(r"\\") + 1 for cell in row)
        if rows and lines + height > MOST_LINES:
            yield replace(table, rows=tuple(rows))
            rows, lines = [], 0
            table = replace(table, caption=f"{table.caption.removesuffix(CONTINUED)}{CONTINUED}")
        rows.append(row)
        lines += height
    yield replace(table, rows=tuple(rows))


def _tabular(table: Table) -> list[str]:
    """One table, shrunk to the width of the line where it is a little wider."""
    rows = [" & ".join(map(_cell, row)) + r" \\ \addlinespace[5pt]" for row in table.rows]
    return [
        r"\par\medskip\noindent\begin{minipage}{\linewidth}",
        rf"\textbf{{{escaped(table.caption)}}}\par\smallskip",
        r"\renewcommand{\arraystretch}{1.3}",
        r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
        rf"\begin{{tabular}}{{@{{}}{'l' * len(table.headers)}@{{}}}}",
        r"\toprule",
        " & ".join(map(_header, table.headers)) + r" \\",
        r"\midrule",
        *rows,
        r"\bottomrule",
        r"\end{tabular}}",
        r"\end{minipage}",
    ]


def _header(text: str) -> str:
    return escaped(text).replace("(i, j)", "$(i, j)$")


def _cell(cell: Cell) -> str:
    if not cell.math:
        return escaped(cell.text)
    return rf"$\displaystyle {cell.text}$" if cell.text else ""


def _line(cells: Iterable[Cell]) -> str:
    """A note: words and formulas one after another. Spaces at the ends of words are kept."""
    return "".join(f"${cell.text}$" if cell.math else _words(cell.text) for cell in cells)


def _words(text: str) -> str:
    return " " * text.startswith(" ") + escaped(text) + " " * text.endswith(" ")
