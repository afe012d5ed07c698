r"""The formulas of a document: Markdown, LaTeX, a notebook or plain text, each formula with its line and its words.

    source ──front──▶ text, front matter ──markup──▶ stretches of mathematics ──equations──▶ fragments

Nothing that a document names is opened or run: `\input{…}` is text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symbolic.checking.beside import changed_by, changes, message
from symbolic.checking.conditions import contrary
from symbolic.checking.document_inline import Stretch, gather
from symbolic.checking.document_tables import title_in
from symbolic.checking.document_words import OTHERWISE, Context, formula_lines, where_after
from symbolic.checking.equations import Equation, equations
from symbolic.checking.front import (
    Front,
    blank,
    body_of_latex,
    front_matter,
    kind_of,
    network_in,
    normalized,
    notebook_source,
    with_macros,
)
from symbolic.checking.markup import Marked, latex, markdown


@dataclass(frozen=True)
class Fragment:
    r"""One equation or formula as it is written: without $, environment, alignment, \label or final punctuation.

    `line` is where it begins, from 1. `where` are the words or the range said with it (``for l = 2, \dots, L``),
    `label` the words before it that name it ('weights:', '(3.1)'). A formula in a table has the cells of its `row`
    and of the `header`, without $, the `column` that it stands in, the `title` above the table, and in `unread` why
    it cannot be read beside what stands there. `display` is False for `$…$` in a line or beside words in a cell;
    `comment` is True within <!-- -->, `apart` where `where` stands before it and may be said of others, too. `plain`:
    it is a line of plain text or of a program.
    """

    line: int
    text: str
    where: str = ""
    label: str = ""
    row: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    column: int = 0
    display: bool = True
    comment: bool = False
    apart: bool = False
    plain: bool = False
    title: str = ""
    unread: str = ""


@dataclass(frozen=True)
class Document:
    """What a document holds: its front matter, the [network] table of its TOML, and its formulas in order."""

    front: Mapping[str, str]
    network: Mapping[str, Any] | None
    fragments: tuple[Fragment, ...]


READERS: Mapping[str, Callable[[str], Marked]] = {"markdown": markdown, "notebook": markdown, "latex": latex}


def read_document(text: str, *, name: str = "") -> Document:
    """The formulas of a document in their order; its kind is told by the end of `name`, or by what it holds.

    The lines of a notebook are those of its Markdown cells, written one below the other with an empty line between
    two. Raises SymbolicError for more than 10 MB or 10,000 formulas, for a notebook that is no JSON and for front
    matter whose TOML is broken; whatever else cannot be read is left out.
    """
    source = normalized(text)
    kind = kind_of(source, name)
    source = notebook_source(source) if kind == "notebook" else source
    front = front_matter(source)
    source = _without_front(source, front)
    source = with_macros(body_of_latex(source) if kind == "latex" else source)
    marked = READERS[kind](source)
    fragments = _fragments(marked, bare=kind != "latex")
    tables = (found for block in marked.toml if (found := network_in(block)) is not None)
    network = front.network if front.network is not None else next(tables, None)
    return Document(front.said, network, tuple(fragments))


def _without_front(source: str, front: Front) -> str:
    return blank(source[: front.length]) + source[front.length :]


def _fragments(marked: Marked, *, bare: bool) -> list[Fragment]:
    """The equations of all stretches and the formulas of bare lines, each with its line and its words."""
    line_of = _lines(marked.prose)
    in_comment = _within(marked.comments)
    context, title = Context(), ""
    found: list[tuple[int, Fragment]] = []
    at = 0
    for stretch in marked.stretches:
        if not stretch.row:
            context.words(marked.prose[min(at, stretch.begin) : stretch.begin], display=stretch.display)
        elif marked.prose[min(at, stretch.begin) : stretch.begin].strip():
            title = title_in(marked.prose[at : stretch.begin])
        unread = stretch.unread or _unread(stretch, marked.prose, at)
        at = max(at, stretch.end)
        comment = in_comment(stretch.start)
        for equation in _of_stretch(stretch, marked.prose, context):
            place = stretch.start + equation.offset
            said = (line_of(place), equation.text, equation.where, equation.label)
            cell = (stretch.row, stretch.header, stretch.column)
            above = title if stretch.row else ""
            fragment = Fragment(*said, *cell, stretch.display, comment, equation.apart, title=above, unread=unread)
            gather(found, [(place, fragment)])
        if not stretch.row:
            context.formula(stretch.text, display=stretch.display)
    if bare:
        for place, line in formula_lines(marked.prose, _masked(marked)):
            said = (line_of(place), line.text, line.where, line.label)
            unread = message(line.label) if changes(line.label) else ""
            fragment = Fragment(*said, comment=in_comment(place), plain=True, unread=unread)
            gather(found, [(place, fragment)])
        found.sort(key=lambda each: each[0])
    return [fragment for _, fragment in found]


def _unread(stretch: Stretch, prose: str, since: int) -> str:
    """Why a formula in a line or a display is not read beside the signs and words around it; '' where it is."""
    sign = "" if stretch.row else changed_by(prose, stretch.begin, stretch.end, since=since)
    return message(sign) if sign else ""


def _of_stretch(stretch: Stretch, prose: str, context: Context) -> Iterator[Equation]:
    """The equations of one stretch with the words around it; comments behind % are gone."""
    text = stretch.text
    if "%" in text:
        text = re.sub(r"(?<!\\)%[^\n]*", lambda match: " " * len(match[0]), text)
    text = _PLACED.sub(lambda match: blank(match[0]), text)
    read = equations(text)
    if stretch.row:
        yield from _in_cell(text, read)
        return
    after, before = where_after(prose, stretch.end), context.where
    after = contrary(before) if after == OTHERWISE else after
    for number, equation in enumerate(read):
        own = equation.where or (after if number == len(read) - 1 else "")
        label = equation.label or ("" if number else context.label)
        yield Equation(equation.offset, equation.text, own or before, label, apart=not own)


_PLACED = re.compile(r"(?<=\\begin\{aligned\})\[[tbc]\]|(?<=\s)\{\}(?![_^])")
"""Where \\begin{aligned} says how it stands on its line; a group of nothing, which only makes a space."""

_BROKEN = re.compile(r"\\(?:begin|end)\{aligned\}|\\\\|\\quad(?![a-zA-Z])|(?<!\\)&")
"""What breaks a formula over several lines."""


def _in_cell(text: str, read: Sequence[Equation]) -> Sequence[Equation]:
    """The equations of a cell; a formula that says no equality is one, on however many lines it stands."""
    whole = text.strip().removeprefix(r"\displaystyle").strip()
    broken = whole.startswith(r"\begin{aligned}") and whole.endswith(r"\end{aligned}") and whole.count(r"\begin") == 1
    if not broken or any(re.search(r"(?<![\\A-Za-z])=", equation.text) for equation in read):
        return read
    return equations(_BROKEN.sub(lambda match: blank(match[0]), text))


def _masked(marked: Marked) -> str:
    """The prose with a sign that no line of it has in place of every stretch."""
    parts, at = [], 0
    for stretch in marked.stretches:
        if stretch.begin >= at:
            parts += [
                marked.prose[at : stretch.begin],
                re.sub(r"[^\n]", "\x03", marked.prose[stretch.begin : stretch.end]),
            ]
            at = stretch.end
    return "".join([*parts, marked.prose[at:]])


def _lines(text: str) -> Callable[[int], int]:
    """From a place in a text to its line."""
    ends = [match.start() for match in re.finditer("\n", text)]
    return lambda place: bisect_right(ends, place - 1) + 1


def _within(spans: tuple[tuple[int, int], ...]) -> Callable[[int], bool]:
    """Whether a place lies in one of some spans, which are in order."""
    begins = [begin for begin, _ in spans]

    def holds(place: int) -> bool:
        at = bisect_right(begins, place) - 1
        return at >= 0 and place < spans[at][1]

    return holds
