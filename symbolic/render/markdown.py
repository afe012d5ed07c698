"""Tables as Markdown, formulas between dollar signs."""

from __future__ import annotations

from symbolic.render.tables import Cell, Table, notes, tables
from symbolic.render.view import View

BAR, VERT = r"\|", r"\Vert "
"""A bar would end the cell of a pipe table."""


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
    return f"${cell.text.replace(BAR, VERT)}$" if cell.text else ""


def _escaped(text: str) -> str:
    special = "\\`*_{}[]<>#|$"
    return "".join(f"\\{c}" if c in special else c for c in " ".join(text.split(" ")))
