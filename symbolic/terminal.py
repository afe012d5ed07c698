"""What the command line shows: one-line complaints, lists, tables, progress, and what was written.

Rich is imported where a table or a bar is drawn, so that `list` and `--help` answer at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import typer

Item = TypeVar("Item")

USAGE_ERROR = 2


def complain(message: str) -> int:
    """One line on the standard error; the exit code for bad input."""
    printable = "".join(c if c.isprintable() else " " for c in message)
    typer.echo(f"symbolic: {' '.join(printable.split())}", err=True)
    return USAGE_ERROR


def report(files: Iterable[Path]) -> None:
    """Say what was written."""
    for path in files:
        typer.echo(f"wrote {path}")


def draw_list(title: str, rows: Iterable[tuple[str, str]]) -> None:
    """A list of names and what they are, under its title."""
    rows = list(rows)
    width = max(len(name) for name, _ in rows)
    typer.echo(f"{title}\n" + "".join(f"  {name:<{width}}  {meaning}\n" for name, meaning in rows))


def draw_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A plain table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD)
    for header in headers:
        drawn.add_column(header, overflow="fold")
    for row in rows:
        drawn.add_row(*[Text(cell) for cell in row])
    Console(highlight=False).print(drawn)


def progress(items: Sequence[Item], description: str) -> Iterable[Item]:
    """The items, with a progress bar on the standard error if that is a terminal."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(items, description, console=console, transient=True) if console.is_terminal else items
