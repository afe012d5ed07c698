"""Tables: pipes, tabs and LaTeX tabulars as rows of cells, and the mathematics in the cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symbolic.checking.document_cells import parts
from symbolic.checking.document_inline import Stretch, in_text
from symbolic.checking.front import blank

_DELIMITER_ROW = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")


@dataclass(frozen=True)
class Cell:
    """A cell of a table as it is written, and where it begins."""

    start: int
    text: str


# -- cells


def is_delimiter_row(line: str, header: str) -> bool:
    return "-" in line and ("|" in line or header.count("|") == 2) and bool(_DELIMITER_ROW.fullmatch(line))


def tabs(line: str) -> int:
    return line.lstrip(" \t").count("\t")


def tab_cells(line: str, start: int) -> Iterator[Cell]:
    at = start + len(line) - len(line.lstrip(" \t"))
    for text in line.lstrip(" \t").split("\t"):
        yield Cell(at, text)
        at += len(text) + 1


def pipe_cells(line: str, start: int) -> Iterator[Cell]:
    r"""The cells between |; one in $…$ or after a backslash separates nothing."""
    at, end = len(line) - len(line.lstrip()), len(line.rstrip())
    at += line.startswith("|", at)
    for match in re.finditer(r"\\.|`[^`]*`|\$\$[^$]*\$\$|\$(?:\\.|[^$\\])*\$|\|", line[:end]):
        if match[0] == "|" and match.start() >= at:
            yield Cell(start + at, line[at : match.start()])
            at = match.end()
    if line[at:end].strip():
        yield Cell(start + at, line[at:end])


# -- mathematics in them


def in_table(rows: Sequence[Sequence[Cell]]) -> Iterator[Stretch]:
    """The mathematics of the cells below the header."""
    if not rows:
        return
    header = tuple(_bare(cell.text) for cell in rows[0])
    for cells in rows[1:]:
        row = tuple(_bare(cell.text) for cell in cells)
        for column, cell in enumerate(cells):
            for start, text, display, unread in _in_cell(cell):
                place = (cell.start, cell.start + len(cell.text), start)
                yield Stretch(*place, text, display, row, header, column, unread)


def _bare(cell: str) -> str:
    r"""A cell without its $; those of \$ stay."""
    cell = re.sub(r"\\displaystyle(?![a-zA-Z])\s*", "", cell)
    return re.sub(r"(?<!\\)\$|(?<!\\)\\[()]", "", cell).strip().removeprefix("`").removesuffix("`")


def _in_cell(cell: Cell) -> Iterator[tuple[int, str, bool, str]]:
    """The formulas of a cell: all of it, or the parts in $…$ with the signs beside them, or LaTeX without any $."""
    inner = list(in_text(cell.text, latex=False))
    if inner:
        whole = len(inner) == 1 and not (cell.text[: inner[0].begin] + cell.text[inner[0].end :]).strip(" .,;`\t\n")
        yield from ((cell.start + part.begin, part.text, whole, part.unread) for part in parts(cell.text, inner))
    elif re.search(r"\\[a-zA-Z]|[\^_=∂∇δσᵀ]|\w\(\w+\)", cell.text) and "$" not in cell.text:
        words = re.findall(r"(?<![\\\w{])[A-Za-z]{4,}(?![\w}(])", cell.text)
        if len(words) < 3:
            lead = len(cell.text) - len(cell.text.lstrip(" `"))
            yield cell.start + lead, cell.text[lead:].rstrip(" `"), True, ""


_TITLE = re.compile(
    r"\\(?:textbf|caption|(?:sub)*section\*?|paragraph\*?)\s*\{(?P<latex>[^{}\n]*)\}"
    r"|^[ \t]*#+[ \t]+(?P<head>[^\n]*)|\*\*(?P<bold>[^*\n]+)\*\*",
    re.MULTILINE,
)


def title_in(words: str) -> str:
    """The last heading, caption or bold line among the words before a table; nothing where there is none."""
    titles = [match[match.lastgroup or 0] for match in _TITLE.finditer(words)]
    return titles[-1].strip() if titles else ""


_ROW_END = re.compile(r"\\\\(?:\*|\[[^\]\n]{0,20}\])?|\\tabularnewline")
_RULES = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|centering|endhead|endfirsthead)(?![a-z])"
    r"|\\addlinespace(?![a-z])\s*(?:\[[^\]\n]{0,20}\])?"
    r"|\\(?:cline|cmidrule|label|caption|rowcolor)\s*(?:\([a-z]*\)|\[[^\]]*\])?\s*\{[^{}]*\}|\\(?:begin|end)\{table\}"
)


def tabulars(text: str) -> Iterator[tuple[int, int, tuple[tuple[Cell, ...], ...]]]:
    """The tables of a LaTeX source: where each begins and ends, and its rows."""
    opener = re.compile(
        r"\\begin\s*\{(tabularx?\*?|tabulary|longtable)\}(?:\[[^\]\n]{0,9}\])?|(?<!\\)\$\$?|\\[()\[\]]|\\."
    )
    at = 0
    lacking: set[str] = set()
    while match := opener.search(text, at):
        at = match.end()
        if not match[1] or match[1] in lacking:
            continue
        end = text.find(f"\\end{{{match[1]}}}", at)
        if end < 0:
            lacking.add(match[1])
            continue
        columns = re.compile(r"\s*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*){1,2}").match(text, at, end)
        yield match.start(), end, tuple(_latex_rows(text, columns.end() if columns else at, end))
        at = end


def _latex_rows(text: str, begin: int, end: int) -> Iterator[tuple[Cell, ...]]:
    inner = _RULES.sub(lambda found: blank(found[0]), text[begin:end])
    cells: list[Cell] = []
    start = 0
    for match in re.finditer(
        r"\$(?:\\.|[^$\\])*\$|\\\(.*?\\\)|" + _ROW_END.pattern + r"|\\.|&", inner + r"\\", re.DOTALL
    ):
        if match[0] == "&" or _ROW_END.fullmatch(match[0]):
            cells.append(Cell(begin + start, inner[start : match.start()]))
            start = match.end()
            if match[0] != "&":
                if any(cell.text.strip() for cell in cells):
                    yield tuple(cells)
                cells = []
