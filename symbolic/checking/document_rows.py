r"""The rows of a display, cut at ``\\`` and &, and joined to chains where one goes on with the formula before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from symbolic.checking.conditions import parted
from symbolic.checking.document_tokens import (
    ARROWS,
    BOUNDS,
    CLOSERS,
    ENVIRONMENT,
    OPENERS,
    OPERATORS,
    RELATIONS,
    TEXTS,
    Token,
    relates,
    text_of,
    tokens_of,
    trimmed,
    with_depth,
)

BREAKS = {r"\\", r"\cr", r"\intertext"}

ONE_FORMULA = {"multline", "multlined", "split", "dmath"}
"""Environments that hold one formula, on however many lines."""

TAIL = 40
"""In so many tokens stands a condition behind a formula."""

MOST_CELLS = 50
"""A row of more cells is one formula."""


class Row(NamedTuple):
    """A row without its &; `aligned` where nothing stands before its first &, `within` the environment around it."""

    tokens: list[Token]
    aligned: bool
    within: str = ""


def _rows(tokens: Sequence[Token]) -> Iterator[Row]:
    r"""The rows of a display; a further pair of cells that is an equation of its own is a row of its own."""
    cells: list[list[Token]] = [[]]
    braces = at = 0
    within: list[str] = []
    while at < len(tokens):
        token = tokens[at]
        braces += (token.text == "{") - (token.text == "}")
        environment = ENVIRONMENT.fullmatch(token.text)
        empty_line = token.text.isspace() and token.text.count("\n") > 1
        if token.text == "&" and braces <= 0:
            cells.append([])
        elif environment is not None or (braces <= 0 and (empty_line or token.text in BREAKS)):
            yield from (row._replace(within=within[-1] if within else "") for row in _row(cells))
            cells = [[]]
            if environment is not None:
                within = [*within, environment[2]] if environment[1] == "begin" else within[:-1]
            at += _taken_by_break(tokens, at + 1, environment)
        else:
            cells[-1].append(token)
        at += 1
    yield from (row._replace(within=within[-1] if within else "") for row in _row(cells))


def _taken_by_break(tokens: Sequence[Token], at: int, environment: re.Match[str] | None) -> int:
    r"""How many tokens belong to the break before: the * and [5pt] of ``\\``, the {2} of alignat."""
    closer = "}" if environment else "]"
    opener = "{" if environment else "["
    star = int(not environment and at < len(tokens) and tokens[at].text == "*")
    if at + star < len(tokens) and tokens[at + star].text == opener:
        for end in range(at + star, min(at + star + 8, len(tokens))):
            if tokens[end].text == closer and re.fullmatch(
                r"[\[{]\s*(?:-?[\d.]+\s*[a-z]*|[rcl ]+)\s*[\]}]", text_of(tokens[at + star : end + 1])
            ):
                return end + 1 - at
    return star


def _row(cells: list[list[Token]]) -> Iterator[Row]:
    first = not trimmed(cells[0]) and len(cells) > 1
    current: list[Token] = []
    if len(cells) > MOST_CELLS:
        cells = [[token for cell in cells for token in [*cell, Token(" ", 0)]]]
    for at, cell in enumerate(cells):
        if at > 1 and not trimmed(cells[at - 1]) and relates(current) and _is_remark(trimmed(cell)):
            continue
        following = [*cell, *(cells[at + 1] if at + 1 < len(cells) else [])]
        starts = bool(trimmed(cell)) and trimmed(cell)[0].text not in RELATIONS | OPERATORS
        complete = relates(current) and trimmed(current)[-1].text not in RELATIONS | OPERATORS
        if at % 2 == 0 and starts and complete and relates(following):
            yield Row(current, first)
            current, first = [], False
        elif current and cell:
            current.append(Token(" ", cell[0].offset))
        current.extend(cell)
    yield Row(current, first)


def _is_remark(cell: Sequence[Token]) -> bool:
    """Whether a cell behind an empty one says nothing of layers or cases: && (mean)."""
    return bool(cell) and cell[0].text in TEXTS and not re.search(r"[=<>\d]|\b(?:for|if|when|where)\b", text_of(cell))


def chains(text: str) -> Iterator[list[Token]]:
    """Rows joined where one goes on with the formula of the row before it."""
    chain: list[Token] = []
    within = ""
    for row in _rows(list(tokens_of(text))):
        body = [token for token in row.tokens if token.text not in (r"\nonumber", r"\notag", r"\hline")]
        if not (inner := trimmed(body)) or text_of(inner) in (r"\left\{", r"\right.", r"\left.", r"\right\}"):
            continue
        if chain and row.within and row.within == within and _is_one(row.within, chain, inner, row.aligned):
            chain += [Token(" ", inner[0].offset), *inner]
            continue
        within = row.within
        if chain and _goes_on(chain, inner, row.aligned):
            chain += [Token(" ", inner[0].offset), *inner]
            continue
        if chain:
            yield with_depth(chain)
        chain = list(inner)
    if chain:
        yield with_depth(chain)


def _is_one(environment: str, chain: list[Token], row: list[Token], aligned: bool) -> bool:
    """Whether a row belongs to the formula before it since the environment holds one; in a split, not two equations."""
    if environment not in ONE_FORMULA or row[0].text in ARROWS:
        return False
    return environment != "split" or aligned or not (relates(row) and relates(chain))


def _goes_on(chain: list[Token], row: list[Token], aligned: bool) -> bool:
    first, last = row[0].text, next(token.text for token in reversed(chain) if not token.text.isspace())
    if first in RELATIONS and all(parted(text_of(part[-TAIL:]))[1] for part in (chain, row)):
        return False  # = a (i = j) and = b (i ≠ j) are two claims
    if first in RELATIONS or last in RELATIONS | OPERATORS:
        return True
    if first in OPERATORS:
        return aligned or first not in "+-−" or not relates(row)
    if first in ARROWS or first in TEXTS:
        return False
    balance = sum((token.text in OPENERS) - (token.text in CLOSERS) for token in row)
    return balance < 0 or (aligned and not relates(row, RELATIONS | BOUNDS) and relates(chain))
