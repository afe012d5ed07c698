"""Tables as LaTeX: fragments for \\input, and a document that compiles by itself."""

from __future__ import annotations

from collections.abc import Iterable

from symbolic.render.tables import Cell, Table, notes, tables
from symbolic.render.view import View

PACKAGES = ("amsmath", "amssymb", "booktabs", "graphicx")
"""What a fragment needs loaded; all are in Debian's texlive-latex-base and -recommended."""

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"\ldots{}",
}

_NOT_IN_OT1 = frozenset("ÐÞðþĄąĐđĘęĦħĮįĸĿŀŉŊŋŦŧŲųſ")
"""Letters below U+0180 that plain pdflatex, with its old font encoding, has no letter for."""


def escaped(text: str) -> str:
    """Words made safe for LaTeX; what plain pdflatex cannot print becomes a question mark."""
    spelled = (_ESCAPES.get(c, c) for c in " ".join(text.split()))
    return "".join(c if _printed(c) else "?" for part in spelled for c in part)


def _printed(c: str) -> bool:
    return c.isascii() or (c.isalpha() and c < "\u0180" and c not in _NOT_IN_OT1)


def to_fragment(view: View, made_by: str) -> str:
    """The tables of one derivation, for \\input; `made_by` is the command that makes them again."""
    spec = view.derivation.spec
    lines = [
        f"% {spec.name}: made by `{made_by}`; do not edit.",
        f"% Needs {', '.join(PACKAGES)}.",
        "",
        rf"\par\bigskip\noindent\textbf{{\large {escaped(spec.title or spec.name)}}}\par\smallskip",
        *[rf"\par\noindent {_line(note)}" for note in notes(view)],
    ]
    for table in tables(view):
        lines += ["", *_tabular(table)]
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


def _tabular(table: Table) -> list[str]:
    """One table, shrunk to the width of the line where it is wider."""
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
