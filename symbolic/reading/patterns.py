"""The spellings that names and templates have in tokens, and how a text is matched with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sympy
from sympy import Expr, Integer, Symbol

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
    """The indices that a pattern's marks stand for, and the tokens it takes; None where it does not fit.

    An index may stand in braces of its own, and a comma between two.
    """
    bound: dict[str, Expr] = {}
    at = position

    def text() -> str:
        return pieces[at].text if at < len(pieces) else ""

    for part in pattern:
        if part not in (ROW, COL):
            if text() == "," and part == "}":
                return None
            if text() != part:
                return None
            at += 1
            continue
        if text() == ",":
            at += 1
        braced = text() == "{"
        at += braced
        index = text()
        if not (len(index) == 1 and index.isalpha()) and not index.isdigit():
            return None
        at += 1
        if index.isalpha() and braced and text().isdigit():
            index, at = index + text(), at + 1
        bound[part] = Integer(index) if index.isdigit() else Symbol(index, integer=True, positive=True)
        if braced:
            if text() != "}":
                return None
            at += 1
    return bound, at - position
