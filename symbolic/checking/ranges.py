"""The layers that words name: for l = L−1, …, 2."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symbolic.checking.conditions import is_condition, without_conditions
from symbolic.checking.scripts import index_of
from symbolic.checking.written import Index
from symbolic.errors import SymbolicError
from symbolic.reading.tokens import tokens


@dataclass(frozen=True)
class Span:
    """The layers that a formula is said of: `letter` runs from `first` to `last`; without one it is `first`.

    `apart`: that is said before it, and maybe of other formulas.
    """

    letter: str
    first: Index
    last: Index | None = None
    apart: bool = False


_RANGE = re.compile(
    r"(?P<letter>[A-Za-z]|\\ell)\s*(?:=|\\in|∈|from)\s*(?:\\?\{|\\left\\?\{|\[)?\s*(?P<first>[\w+\-\s]+?)(?![\w+\-])\s*"
    r"(?:(?:,[^.…\\]*?)?[,\s]*(?:\.\.+|…|\\l?dots|\\cdots|\\ldots|\bto\b|\bdown\s+to\b|:)[,\s]*(?P<last>[\w+\-]+(?:\s*[+\-]\s*\w+)?))?"
    r"\s*(?:\\?\}|\])?\s*(?:$|[^\w])"
)
ONLY_RANGE = re.compile(
    r"\s*(?:l|\\ell|i|j|k|t|s)\s*(?:=|\\in|:=)\s*(?=(?:\d+|[lLnNmMkKtTij])(?:\s*[+\-]\s*\d)?\s*$|.*(?:,|\.\.|…|dots|:|[{}]|\bto\b))"
    r"(?:[\w\s,+\-.…:{}()\[\]^_]|\\l?dots|\\cdots|\\ldots|\\[{}]|\\[,;: ]|\\text\{\s*to\s*\})*"
)
"""l = 2, …, L alone: no claim."""

_BETWEEN = re.compile(
    r"(?P<first>[\w+\-]+)\s*(?:<=|≤|\\leq?|\\le|<)\s*(?P<letter>[A-Za-z]|\\ell)\s*(?P<sign><=|≤|\\leq?|\\le|<)\s*(?P<last>[\w+\-]+)"
)


def span_of(where: str) -> Span | None:
    """The layers that words like "for l = L-1, …, 2" name; None where they name none."""
    where = without_conditions(where)
    text = re.sub(r"\\(?:text|mathrm)\s*\{([^{}]*)\}", r"\1", where.replace("$", " "))
    text = re.sub(r"\\[,;:! ]|\\q?quad", " ", text)
    between = _BETWEEN.search(text)
    if between:
        last = _index(between["last"])
        strict = between["sign"] == "<"
        first = _index(between["first"])
        if first is None or last is None:
            return None
        return Span(between["letter"], first, last.moved(-1) if strict else last)
    found = _RANGE.search(text)
    if not found:
        return None
    first, last = _index(found["first"]), _index(found["last"] or "")
    return None if first is None else Span(found["letter"], first, last)


def _index(text: str) -> Index | None:
    if not text.strip():
        return None
    try:
        return index_of(tokens(text, latex=True))
    except SymbolicError:
        return None


def says_indices(text: str) -> bool:
    """Whether a formula only says which indices are meant: l = 2, …, L or i = j alone."""
    return bool(ONLY_RANGE.fullmatch(text)) or is_condition(text)
