"""Reports for the terminal, drawn by Rich, and the same as plain text of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from symbolic.checking.folder import Checked, Failed
from symbolic.checking.results import Judged, Report
from symbolic.checking.words import LEGEND, MARKS, NOT_CHECKED, counted, judgement, marked, remarks, totals, visible

WIDTH = 80
"""Columns where there is no terminal to say how many."""


def drawn(found: Report | Checked) -> RenderableType:
    """A report, or the reports of a folder with their summary, as something Rich can print."""
    if isinstance(found, Report):
        return Group(*_report(found))
    parts = [part for report in found.reports for part in (*_report(report), Text())]
    return Group(*parts, *_summary(found))


def drawn_summary(found: Checked) -> RenderableType:
    """The summary of a folder alone."""
    return Group(*_summary(found))


def plain(content: RenderableType, width: int = WIDTH) -> str:
    """What Rich would print, without colours."""
    console = Console(width=width, color_system=None, force_terminal=False, highlight=False)
    with console.capture() as capture:
        console.print(content)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def to_text(report: Report) -> str:
    """A report as plain text."""
    return plain(drawn(report))


def folder_to_text(found: Checked, pages: Sequence[str] = ()) -> str:
    """The reports of a folder and its summary; the summary alone where the reports have `pages` of their own."""
    return plain(drawn_summary(found) if pages else drawn(found))


def _report(report: Report) -> Iterator[RenderableType]:
    system = f", checked against {visible(report.system)}" if report.system else ""
    yield Text(visible(report.file) + system, style="bold")
    for note in report.notes:
        yield Padding.indent(Text(f"note: {visible(note)}", style="italic"), 2)
    for claim in report.claims:
        yield from _claim(claim)
    yield Text(counted(report.claims), style="bold")


def _claim(claim: Judged) -> Iterator[RenderableType]:
    mark = MARKS[claim.verdict]
    yield Text.assemble((f"{mark.sign} line {claim.line}: ", ""), (visible(judgement(claim)), mark.style))
    yield _indented(claim.formula)
    for remark in remarks(claim):
        yield _indented(remark, "dim" if claim.verdict == "right" else "")
    if claim.correct:
        yield _indented(f"correct: {claim.correct}", "green")


def _indented(text: str, style: str = "") -> RenderableType:
    return Padding.indent(Text(visible(text), style=style, overflow="fold"), 4)


def _summary(found: Checked) -> Iterator[RenderableType]:
    counts = _table("File", *(mark.sign for mark in MARKS.values()), "Formulas")
    for column in counts.columns[1:]:
        column.justify = "right"
    grid = _table("File", "Formulas in their order")
    for outcome in found.outcomes:
        name = Text(visible(outcome.file))
        if isinstance(outcome, Failed):
            counts.add_row(name, *("" for _ in MARKS), NOT_CHECKED.sign)
            reason = f"{NOT_CHECKED.sign} {NOT_CHECKED.several}: {visible(outcome.reason)}"
            grid.add_row(name, Text(reason, style=NOT_CHECKED.style))
        else:
            numbers = [Text(str(n), style=MARKS[v].style) if (n := outcome.count(v)) else "" for v in MARKS]
            counts.add_row(name, *numbers, str(len(outcome.claims)))
            grid.add_row(name, Text.assemble(*((sign, _STYLES.get(sign, "")) for sign in marked(outcome.claims))))
    yield counts
    yield grid
    yield Text(LEGEND, style="dim")
    yield Text(totals(found), style="bold")


_STYLES = {mark.sign: mark.style for mark in MARKS.values()}


def _table(*headers: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for header in headers:
        table.add_column(header, overflow="fold")
    return table
