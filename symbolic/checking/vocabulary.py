"""From tokens to names, partial derivatives and functions, as anybody may write them: what the lexer asks."""

from __future__ import annotations

from collections.abc import Sequence

from symbolic.checking.function_names import function_at
from symbolic.checking.partials import differential_at, fraction_at, nabla_at
from symbolic.checking.scripts import text_at
from symbolic.checking.written_names import name_at
from symbolic.reading.lexer import Found
from symbolic.reading.tokens import Token

SIGNS = {
    r"\cdots": "DOTS",
    r"\vdots": "DOTS",
    r"\ddots": "DOTS",
    r"\prod": "PROD",
    r"\approx": "EQUAL",
    r"\equiv": "EQUAL",
    r"\triangleq": "EQUAL",
    r"\coloneqq": "EQUAL",
    r"\eqqcolon": "EQUAL",
    r"\leftarrow": "EQUAL",
    r"\gets": "EQUAL",
    "←": "EQUAL",
    "≈": "EQUAL",
    "≡": "EQUAL",
    "≔": "EQUAL",
    r"\infty": "INFINITE",
    r"\otimes": "OUTER",
    "⊗": "OUTER",
    "'": "PRIME",
}
"""Signs that only authors use."""

PAIRS = {
    (":", "="): "EQUAL",
    ("=", ":"): "EQUAL",
    (".", "*"): "ODOT",
    (".", r"\odot"): "ODOT",
    (".", "/"): "OSLASH",
    (".", "^"): "CIRCUMFLEX",
    (".", "T"): "TRANSPOSE",
    (".", "transpose"): "TRANSPOSE",
    (".", "dot"): "DOTCALL",
    (".", "matmul"): "DOTCALL",
    (".", "sum"): "SUMCALL",
    (".", "mean"): "SUMCALL",
}
"""Two tokens that are one sign, most of them in programs."""

CONDITIONS = ("if", "for", "when")
OTHERWISE = ("otherwise", "else")
"""Words beside the values of cases."""


def vocabulary(pieces: Sequence[Token], position: int) -> Found | None:
    """What stands at a position: a partial derivative, a function, a name, or a sign that only authors use."""
    return (
        _sign(pieces, position)
        or fraction_at(pieces, position)
        or nabla_at(pieces, position)
        or differential_at(pieces, position)
        or function_at(pieces, position)
        or _name(pieces, position)
    )


def _sign(pieces: Sequence[Token], position: int) -> Found | None:
    piece = pieces[position]
    text = piece.text
    following = text_at(pieces, position + 1)
    if (text, following) in PAIRS:
        sign = PAIRS[text, following]
        called = sign == "TRANSPOSE" and (text_at(pieces, position + 2), text_at(pieces, position + 3)) == ("(", ")")
        return sign, following if sign == "SUMCALL" else None, 4 if called else 2
    if text in CONDITIONS and not piece.word and position:
        return "IF", None, 1
    if text in OTHERWISE:
        return "OTHERWISE", None, 1
    if text in SIGNS and not (text == "'" and not position):
        return SIGNS[text], None, 1
    return None


def _name(pieces: Sequence[Token], position: int) -> Found | None:
    found = name_at(pieces, position)
    return None if found is None else ("NAME", found[0], found[1])
