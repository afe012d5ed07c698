r"""Where mathematics stands in a source: `$…$`, displays, environments, fences and the cells of tables.

A source is Markdown (plain text is read as such) or LaTeX. What has no end before the next empty line is no
mathematics, so that a stray `$` costs one paragraph and not the rest of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symbolic.checking.document_inline import Stretch, gather, in_text
from symbolic.checking.document_tables import Cell, in_table, is_delimiter_row, pipe_cells, tab_cells, tabs, tabulars
from symbolic.checking.front import blank


@dataclass(frozen=True)
class Marked:
    """The mathematics of a source in order; `prose` is the source with everything else than words blank."""

    stretches: tuple[Stretch, ...]
    prose: str
    comments: tuple[tuple[int, int], ...] = ()
    toml: tuple[str, ...] = ()


MATH_FENCES, TEXT_FENCES, TOML_FENCES = (
    {"math", "latex", "tex", "katex"},
    {"text", "txt", "plain", "plaintext", "python", "py", "python3", "numpy", "matlab", "octave"},
    {"toml"},
)

_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?(`{3,40}|~{3,40})[ \t]*\{?\.?([\w+-]*)")


def markdown(text: str) -> Marked:
    """The mathematics of Markdown or of plain text."""
    text = re.sub(r"^[ \t]*>[> \t]*", lambda found: " " * len(found[0]), text, flags=re.MULTILINE)
    comments = tuple(_comments(text))
    text = re.sub(r"<!--|-->", lambda found: " " * len(found[0]), text)
    found: list[Stretch] = []
    toml: list[str] = []
    hidden: list[tuple[int, int]] = []
    for block in _blocks(text):
        inner = text[block.inner : block.last]
        hidden += [(block.begin, block.inner), (block.last, block.end)]
        if block.kind == "table":
            gather(found, in_table(block.rows))
        elif block.kind in MATH_FENCES:
            gather(found, _fenced(text, block))
        elif block.kind in TOML_FENCES:
            toml.append(inner)
        if block.kind not in TEXT_FENCES:
            hidden.append((block.inner, block.last))
    prose = _hidden(text, hidden)
    gather(found, in_text(prose, latex=False))
    return _marked(prose, found, comments, tuple(toml))


def latex(text: str) -> Marked:
    """The mathematics of a LaTeX source whose comments and macros are already gone."""
    found: list[Stretch] = []
    hidden: list[tuple[int, int]] = []
    for begin, end, rows in tabulars(text):
        gather(found, in_table(rows))
        hidden.append((begin, end))
    prose = _hidden(text, hidden)
    gather(found, in_text(prose, latex=True))
    return _marked(prose, found, (), ())


def _marked(prose: str, found: list[Stretch], comments: tuple[tuple[int, int], ...], toml: tuple[str, ...]) -> Marked:
    return Marked(tuple(sorted(found, key=lambda stretch: stretch.start)), prose, comments, toml)


def _comments(text: str) -> Iterator[tuple[int, int]]:
    at = text.find("<!--")
    while at >= 0:
        end = text.find("-->", at)
        if end < 0:
            return
        yield at, end
        at = text.find("<!--", end)


def _hidden(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts, at = [], 0
    for begin, end in sorted(spans):
        parts += [text[at:begin], blank(text[begin:end])]
        at = end
    return "".join([*parts, text[at:]])


# -- blocks of lines


@dataclass(frozen=True)
class Block:
    """A fence, named by its language, or a table; `inner` and `last` are where its content begins and ends."""

    kind: str
    begin: int
    inner: int
    last: int
    end: int
    rows: tuple[tuple[Cell, ...], ...] = ()


def _blocks(text: str) -> Iterator[Block]:
    """The fences and tables of a Markdown source."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    lines = text.split("\n")
    at, in_display = 0, False
    while at < len(lines):
        line = lines[at]
        fence = _FENCE.match(line)
        end = at
        if fence and "`" not in line[fence.end(1) :]:
            closer = re.compile(rf"[ \t>]*{re.escape(fence[1])}[`~]*[ \t]*")
            end = at + 1
            while end < len(lines) and not closer.fullmatch(lines[end]):
                end += 1
            closed = end < len(lines)
            last = starts[end] if closed else len(text)
            yield Block(
                fence[2].lower(), starts[at], starts[at] + len(line), last, last + len(lines[end]) if closed else last
            )
        elif not in_display and "|" in line and at + 1 < len(lines) and is_delimiter_row(lines[at + 1], line):
            end = at + 2
            while end < len(lines) and "|" in lines[end]:
                end += 1
            kept = [i for i in range(at, end) if i != at + 1]
            rows = tuple(tuple(pipe_cells(lines[i], starts[i])) for i in kept)
            end -= 1
            yield Block(
                "table", starts[at], starts[at], starts[end] + len(lines[end]), starts[end] + len(lines[end]), rows
            )
        elif not in_display and "\t" in line.strip(" \t"):
            while end < len(lines) and tabs(lines[end]) == tabs(line):
                end += 1
            rows = tuple(tuple(tab_cells(lines[i], starts[i])) for i in range(at, end))
            content = "".join(lines[at:end])
            end = max(end - 1, at)
            if len(rows) > 1 and re.search(r"[$\\=]", content) and not re.search(r"&|\\\\", content):
                yield Block(
                    "table", starts[at], starts[at], starts[end] + len(lines[end]), starts[end] + len(lines[end]), rows
                )
        elif not line.strip():
            in_display = False
        elif line.count("$$") % 2:
            in_display = not in_display
        at = max(end, at) + 1


def _fenced(text: str, block: Block) -> Iterator[Stretch]:
    """A fence of mathematics is one display for each paragraph; one that holds a LaTeX source is read as that."""
    inner = text[block.inner : block.last]
    if re.search(r"(?<!\\)\$|\\\[|\\begin\{(?:equation|align|gather|multline|eqnarray)", inner):
        for found in in_text(inner, latex=True):
            moved = block.inner
            yield Stretch(moved + found.begin, moved + found.end, moved + found.start, found.text, found.display)
        return
    for part in re.finditer(r"\S(?:[^\n]|\n(?![ \t]*\n))*", inner):
        begin = block.inner + part.start()
        yield Stretch(begin, begin + len(part[0]), begin, part[0])
