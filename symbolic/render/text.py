"""Tables as plain text for the terminal, drawn by Rich."""

from __future__ import annotations

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from symbolic.render.notes import notes
from symbolic.render.tables import Table, tables
from symbolic.render.view import View


def renderable(view: View) -> RenderableType:
    """The tables of a derivation, with their notes, as something Rich can print."""
    spec = view.derivation.spec
    title = Text(f"{spec.name}: {spec.title}" if spec.title else spec.name, style="bold")
    remarks = [Text("  " + "".join(cell.text for cell in note), style="dim") for note in notes(view)]
    return Group(title, *[_drawn(table) for table in tables(view)], *remarks, Text())


def to_text(view: View, width: int | None = None) -> str:
    """The same as a string; `width` in columns, as wide as the formulas by default."""
    console = Console(width=width or 10_000, color_system=None, force_terminal=False, highlight=False)
    with console.capture() as capture:
        console.print(renderable(view))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _drawn(table: Table) -> RenderableType:
    drawn = RichTable(title=table.caption, title_justify="left", title_style="italic", box=box.SIMPLE_HEAD)
    for header in table.headers:
        drawn.add_column(header, overflow="fold")
    for row in table.rows:
        drawn.add_row(*[Text(cell.text) for cell in row])
    return drawn
