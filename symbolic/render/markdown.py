"""Tables as Markdown, formulas between dollar signs."""

from __future__ import annotations

import re

from symbolic.render.notes import notes
from symbolic.render.tables import Cell, Table, tables
from symbolic.render.view import View

_SPELLED = {
    r"\{": r"\lbrace ",
    r"\}": r"\rbrace ",
    r"\\": r"\cr ",
    r"\|": r"\Vert ",
    "|": r"\vert ",
    r"\,": r"\thinspace ",
    r"\;": r"\thickspace ",
    "_": " _",
}
"""What Markdown reads before TeX does ↦ the same in words.

A backslash before a sign is eaten, a bar ends the cell of a pipe table, and two underscores against other signs are
emphasis.
"""

_READ_BY_MARKDOWN = re.compile(r"\\[^A-Za-z ]|[|_]")


def to_markdown(view: View) -> str:
    """The tables of one derivation as Markdown pipe tables."""
    spec = view.derivation.spec
    parts = [f"## {_escaped(spec.title or spec.name)}"]
    parts += ["\n".join(f"- {''.join(map(_cell, note))}" for note in notes(view))]
    for table in tables(view):
        parts += [f"### {table.caption}", _piped(table)]
    return "\n\n".join(parts) + "\n"


def _piped(table: Table) -> str:
    rows = [table.headers, ("---",) * len(table.headers), *[tuple(map(_cell, row)) for row in table.rows]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(cell: Cell) -> str:
    if not cell.math:
        return _escaped(cell.text)
    return f"${formula(cell.text)}$" if cell.text else ""


def formula(latex: str) -> str:
    """The same formula in LaTeX that survives Markdown."""
    return " ".join(_READ_BY_MARKDOWN.sub(lambda sign: _SPELLED.get(sign[0], sign[0]), latex).split())


def _escaped(text: str) -> str:
    special = "\\`*_{}[]<>#|$"
    return "".join(f"\\{c}" if c in special else c for c in " ".join(text.split(" ")))
