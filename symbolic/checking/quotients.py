r"""Derivatives of whole expressions: \\frac{∂(W x + b)}{∂W} is spelled (∂/∂W (W x + b)), which the grammar reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbolic.checking.partials import DIFFERENTIALS, fraction_at
from symbolic.checking.scripts import group_at, text_at
from symbolic.reading.tokens import Token


def spelled_out(pieces: Sequence[Token]) -> list[Token]:
    """The tokens with derivatives of expressions spelled as derivatives that stand before brackets."""
    return list(_spelled(pieces))


def _spelled(pieces: Sequence[Token]) -> Iterator[Token]:
    at = 0
    while at < len(pieces):
        found = _of_expression(pieces, at)
        if found is None:
            yield pieces[at]
            at += 1
            continue
        mark, inside, below, taken = found

        def sign(text: str, like: Token = mark) -> Token:
            return replace(like, text=text)

        yield from (sign("("), sign(r"\frac"), sign("{"), mark, sign("}"), sign("{"), *below, sign("}"))
        yield from (sign("("), *_spelled(inside), sign(")"), sign(")"))
        at += taken


def _of_expression(pieces: Sequence[Token], at: int) -> tuple[Token, list[Token], list[Token], int] | None:
    """The sign of a derivative, what is differentiated, what is below, and the tokens taken; None for a plain one."""
    if pieces[at].text != r"\frac" or text_at(pieces, at + 1) != "{" or fraction_at(pieces, at) is not None:
        return None
    above, taken = group_at(pieces, at + 1)
    below, more = group_at(pieces, at + 1 + taken)
    if len(above) < 2 or not below or above[0].text not in DIFFERENTIALS or below[0].text not in DIFFERENTIALS:
        return None
    return above[0], list(above[1:]), list(below), 1 + taken + more
