r"""Mathematics between delimiters: `$…$`, `\(…\)`, `$$…$$`, `\[…\]` and environments.

What has no end before the next empty line is no mathematics, so that a stray `$` costs one paragraph and not the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from symbolic.checking.document_tokens import TRANSPARENT
from symbolic.errors import SymbolicError

LONGEST_GAP = 3_000
"""A display with empty lines in it is no longer than this."""

LONGEST_SIGN = 20
"""An equality sign between two formulas of a line has no more characters, its spaces and all."""

MOST_FORMULAS = 10_000
"""A document with more formulas is refused: a book has fewer, and each takes its time."""


@dataclass(frozen=True)
class Stretch:
    """Mathematics in a source: `text` stands at `start`; `begin` and `end` hold its delimiters, too.

    `unread` says why a formula in a cell cannot be read as it stands there.
    """

    begin: int
    end: int
    start: int
    text: str
    display: bool = True
    row: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    column: int = 0
    unread: str = ""


_EMPTY = re.compile(r"\n[ \t>]*(?=\n)")
_OPENER = re.compile(
    r"(?P<code>`+)|(?P<dollars>\$\$)|(?P<dollar>\$)|(?P<bracket>\\\\?\[)|(?P<paren>\\\\?\()"
    r"|\\begin\s*\{(?P<name>[a-zA-Z]+)(?P<star>\*?)\}|\\.",
    re.DOTALL,
)
_INLINE = re.compile(r"((?:\\.|[^$\\])*+)\$", re.DOTALL)
_MATHEMATICS = re.compile(r"[\\^_=<>]")


T = TypeVar("T")


def gather(formulas: list[T], more: Iterable[T]) -> None:
    """More formulas of a document. Raises SymbolicError where they get too many."""
    for formula in more:
        if len(formulas) == MOST_FORMULAS:
            raise SymbolicError(f"the document has more than {MOST_FORMULAS} formulas; check its parts one by one")
        formulas.append(formula)


class _Finder:
    """Where a sign occurs next. Positions only grow, so every sign is looked for once in the whole source."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.known: dict[str, int] = {}

    def after(self, sign: str, at: int) -> int:
        """Its next place from `at` on, or the end of the text."""
        if self.known.get(sign, -1) < at:
            found = self.text.find(sign, at)
            self.known[sign] = found if found >= 0 else len(self.text)
        return self.known[sign]


_MARKS = re.compile(r"\$|\\[()]")
_EQUALS = re.compile(r"[ \t]*:?=[ \t]*")


def in_text(text: str, *, latex: bool) -> Iterator[Stretch]:
    """Everything that delimiters say is mathematics, in order; $A$ = $B$ is one formula."""
    before: Stretch | None = None
    for found in _delimited(text, latex=latex):
        if before and _goes_on(text, before, found):
            signs = _MARKS.sub(lambda mark: " " * len(mark[0]), text[before.start + len(before.text) : found.start])
            before = replace(before, end=found.end, text=before.text + signs + found.text)
            continue
        if before:
            yield before
        before = found
    if before:
        yield before


def _goes_on(text: str, before: Stretch, after: Stretch) -> bool:
    """Whether nothing but an equality sign stands between two formulas of a line."""
    joined = not (before.display or after.display or after.begin - before.end > LONGEST_SIGN)
    joined = joined and len(before.text) < LONGEST_GAP
    return joined and _EQUALS.fullmatch(text, before.end, after.begin) is not None


def _delimited(text: str, *, latex: bool) -> Iterator[Stretch]:
    """The mathematics between each pair of delimiters."""
    finder = _Finder(text)
    empty = [match.start() for match in _EMPTY.finditer(text)]
    at = gap = 0
    while match := _OPENER.search(text, at):
        begin, at = match.span()
        while gap < len(empty) and empty[gap] < begin:
            gap += 1
        limit = empty[gap] if gap < len(empty) else len(text)
        found: Stretch | None = None
        if match["code"] and not latex:
            closing = finder.after(match["code"], at)
            at = closing + len(match["code"]) if closing < limit else at
        elif match["dollars"]:
            found = _display(text, finder, begin, "$$", "$$", limit)
        elif match["dollar"]:
            found = _dollar(text, begin, limit)
        elif match["bracket"]:
            found = _display(text, finder, begin, match[0], match[0].replace("[", "]"), limit)
        elif match["paren"]:
            end = finder.after(match[0].replace("(", ")"), at)
            if end < limit:
                found = Stretch(begin, end + len(match[0]), at, text[at:end], False)
        elif match["name"] and (match["name"] in TRANSPARENT - {"center"} or match["name"] == "array"):
            end = finder.after(f"\\end{{{match['name']}{match['star']}}}", at)
            nested = finder.after(f"\\begin{{{match['name']}{match['star']}}}", at)
            end = end if end < nested else min(end, limit)
            found = Stretch(begin, end, begin, text[begin:end])
        if found:
            yield found
            at = max(at, found.end)


def _display(text: str, finder: _Finder, begin: int, opener: str, closer: str, limit: int) -> Stretch | None:
    """From an opener to its closer. Without one in the paragraph, empty lines may be in it, or it ends there."""
    start = begin + len(opener)
    end = finder.after(closer, start)
    if end >= limit and not _holds_empty_lines(text, start, end):
        if opener != "$$" or limit - start > LONGEST_GAP:
            return None
        rest = text[start:limit]
        return Stretch(begin, limit, start, rest) if "=" in rest and "$" not in rest and not _is_prose(rest) else None
    return Stretch(begin, end + len(closer), start, text[start:end]) if text[start:end].strip() else None


def _holds_empty_lines(text: str, start: int, end: int) -> bool:
    """Whether this is a display with empty lines in it: its delimiters stand on lines of their own, and no prose."""
    if end >= len(text) or end - start > LONGEST_GAP:
        return False
    inner = text[start:end]
    alone = inner.lstrip(" \t").startswith("\n") and inner.rstrip(" \t").endswith("\n")
    return alone and "$" not in inner and not _is_prose(inner)


def _is_prose(text: str) -> bool:
    """Whether several words stand side by side that no command holds."""
    return re.search(r"(?<![\\{\w])[A-Za-z]{2,}[,.]? [A-Za-z]{2,}[,.]? [A-Za-z]{2,}", text) is not None


def _unclosed(text: str, begin: int, limit: int) -> Stretch | None:
    line = text.find("\n", begin)
    end = min(limit, line if line >= 0 else len(text))
    rest = text[begin + 1 : end]
    begins = bool(rest) and not rest[0].isdigit() and not rest[0].isspace()  # $5, and a prompt: $ x=1
    is_equation = begins and "=" in rest and "$" not in rest and not _is_prose(rest)
    return Stretch(begin, end, begin + 1, rest, False) if is_equation and len(rest) < LONGEST_GAP else None


def _dollar(text: str, begin: int, limit: int) -> Stretch | None:
    """$…$ by the rules of Markdown: no space at its ends, no digit after it, unless it reads as mathematics.

    Where nothing closes it, an equation to the end of the line is what it opens.
    """
    match = _INLINE.match(text, begin + 1, limit)
    if not match:
        return _unclosed(text, begin, limit)
    if not match[1].strip():
        return None
    inner = match[1]
    tight = not inner[0].isspace() and not inner[-1].isspace() and not text[match.end() : match.end() + 1].isdigit()
    if not tight and (not _MATHEMATICS.search(inner) or _is_prose(inner)):
        return None
    return Stretch(begin, match.end(), begin + 1, inner, False)
