"""The spellings that names and templates have in tokens, and how a text is matched with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sympy
from sympy import Add, Expr, Integer, Symbol

from symbolic.reading.lexer import Found
from symbolic.reading.nodes import HOLE, Indicator, Node
from symbolic.reading.parse import parse
from symbolic.reading.tokens import Token, tokens

Spelling = tuple[str, ...]
"""The tokens of a name."""

ABOVE, BELOW, ROW, COL = "\ue000", "\ue001", "\ue002", "\ue003"
"""What stands for a name or an index while the tokens of a template are found."""

PARTIALS = (
    r"\frac{\partial @}{\partial %}",
    r"\partial @ / \partial %",
    r"\frac{d @}{d %}",
    r"\frac{\delta @}{\delta %}",
    r"\delta @ / \delta %",
    r"\nabla_{%} @",
)
"""How ∂u/∂v is written, beside the author's own way."""

ELEMENTARY: dict[str, Any] = {
    r"\log": sympy.log,
    r"\ln": sympy.log,
    r"\exp": sympy.exp,
    r"\sin": sympy.sin,
    r"\cos": sympy.cos,
    r"\sinh": sympy.sinh,
    r"\cosh": sympy.cosh,
    r"\tanh": sympy.tanh,
    r"\operatorname{sign}": sympy.sign,
    r"\mathrm{sgn}": sympy.sign,
    r"\mathrm{erf}": sympy.erf,
    r"\mathrm{diag}": "diag",
    r"\mathrm{softmax}": "softmax",
    "sign": sympy.sign,
    "erf": sympy.erf,
    "Abs": sympy.Abs,
}
"""Functions that every author writes in one way; `diag` and `softmax` are no functions of numbers."""


def condition(text: str) -> Node:
    """The relation that an indicator's condition is, {} being its hole."""
    indicator = parse(rf"\mathbf{{1}}\{{{text.replace('{}', ABOVE)}\}}", _hole)
    assert isinstance(indicator, Indicator), text
    return indicator.conditions[0]


def _hole(pieces: Sequence[Token], position: int) -> Found | None:
    return ("NAME", HOLE, 1) if pieces[position].text == ABOVE else None


@cache
def spelled(text: str) -> Spelling:
    """The tokens of a name or a template, in LaTeX."""
    return tuple(token.text for token in tokens(text, latex=True))


def longest(table: Mapping[Spelling, Any], pieces: Sequence[Token], position: int) -> Spelling | None:
    """The longest key of a table that begins at a position."""
    most = max(map(len, table), default=0)
    here = tuple(piece.text for piece in pieces[position : position + most])
    return next((here[:k] for k in range(len(here), 0, -1) if here[:k] in table), None)


def matched_indices(pattern: Spelling, pieces: Sequence[Token], position: int) -> tuple[dict[str, Expr], int] | None:
    """The indices that a pattern's marks stand for, and the tokens it takes; None where it does not fit."""
    marks = [part for part in pattern if part in (ROW, COL)]
    first = next(k for k, part in enumerate(pattern) if part in marks)
    before, after = pattern[:first], pattern[first + len(marks) :]
    texts = [piece.text for piece in pieces[position : position + len(pattern) + _LONGEST_INDICES]]
    if tuple(texts[:first]) != before:
        return None
    inside = _inside(texts[first:], braced=after[:1] == ("}",))
    indices = _separate(inside, len(marks))
    end = first + len(inside)
    if indices is None or tuple(texts[end : end + len(after)]) != after:
        return None
    return dict(zip(marks, indices, strict=True)), end + len(after)


_LONGEST_INDICES = 40
"""More tokens than this between the braces of a subscript are no indices."""


def _inside(texts: Sequence[str], *, braced: bool) -> Sequence[str]:
    """The tokens of the indices, up to the brace that closes them; without braces one token, or a group of its own."""
    if not braced and texts[:1] != ["{"]:
        return texts[:1]
    depth = 0
    for k, text in enumerate(texts):
        if text == "}" and depth == 0:
            return texts[:k]
        depth += (text == "{") - (text == "}")
        if not braced and depth == 0:
            return texts[: k + 1]
    return ()


_INDEX = r"[A-Za-z]\d*"
_TERM = re.compile(rf"(?P<times>\d+)?(?P<letter>{_INDEX})?")
_SEPARATE = {1: re.compile(rf"({_INDEX}|\d+)"), 2: re.compile(rf"(\w)(\w)|({_INDEX})({_INDEX})")}
"""How many indices ↦ how they stand side by side: ij, i1, k1t."""


def _separate(texts: Sequence[str], number: int) -> list[Expr] | None:
    """That many indices, with commas between them where one is more than a letter: k1,j and j,i+1."""
    text = "".join(part for part in texts if part not in ("{", "}"))
    if "," in text or "+" in text:
        parts = text.split(",")
    else:
        found = _SEPARATE[number].fullmatch(text)
        parts = [part for part in found.groups() if part] if found else []
    indices = [_index(part) for part in parts]
    return None if len(indices) != number or None in indices else [index for index in indices if index is not None]


def _index(text: str) -> Expr | None:
    """k, k1, 2, i+1 or j+2m."""
    terms = [_TERM.fullmatch(term) for term in text.split("+")]
    if not all(found and found[0] for found in terms):
        return None
    pairs = [(found["times"] or 1, found["letter"]) for found in terms if found]
    return Add(*[Integer(n) * (Symbol(k, integer=True, positive=True) if k else 1) for n, k in pairs])
