"""Biases that are written as weights from a unit 0: W_0^l in Z^l = (W^l)ᵀ A^{l-1} + W_0^l, and θ_0 in θ_0 + θ_1 x."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from symbolic.checking.claims import Claim
from symbolic.checking.letters import LETTERS, WEIGHTS
from symbolic.checking.walk import names_in, nodes_in, with_names, with_written
from symbolic.checking.written import Index, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

ZERO = Index((), 0)

NONE, BIAS, SLOPE = ((), ()), ((), (ZERO,)), ((), (Index((), 1),))
"""The indices above and below the weights of such a line, w, w_0 and w_1."""


def with_biases(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with a label for the index 0 of such a bias, where weights have it beside them in a sum."""
    line = _of_a_line(claims)
    if line:
        return [replace(claim, sides=with_written(claim.sides, partial(_with_label, bases=line))) for claim in claims]
    if not any(_has_bias(node) for claim in claims for node in nodes_in(claim.sides)):
        return list(claims)
    return [replace(claim, sides=with_names(claim.sides, _labelled)) for claim in claims]


def _of_a_line(claims: Sequence[Claim]) -> frozenset[str]:
    """The letters of weights of which there are two, θ_0 and θ_1 in θ_0 + θ_1 x, W_0 and W: a bias, and what x has."""
    names = [name for claim in claims for name in names_in(claim.sides)]
    if any(name.base in LETTERS["x"] and name.below for name in names):
        return frozenset()
    bases = {name.base for claim in claims for node in nodes_in(claim.sides) for name in _alone_in(node)}
    indices = {base: {(name.above, name.below) for name in names if name.base == base} - {NONE} for base in bases}
    found = (base for base in bases & {*WEIGHTS} if indices[base] in ({BIAS}, {BIAS, SLOPE}))
    return frozenset(found)


def _alone_in(node: Node) -> Iterator[Written]:
    """The names with the index 0 that are terms of a sum."""
    for term in node.terms if isinstance(node, nodes.Sum) else ():
        if isinstance(term, nodes.Name) and isinstance(term.known, Written) and term.known.below == (ZERO,):
            yield term.known


def _with_label(written: Written, bases: frozenset[str]) -> Written:
    if written.base not in bases or not written.below:
        return written
    return replace(written, below=(), label=str(written.below[0].number))


def _has_bias(node: Node) -> bool:
    return isinstance(node, nodes.Sum) and any(
        isinstance(term, nodes.Name) and isinstance(term.known, Written) and _is_bias(term.known) for term in node.terms
    )


def _is_bias(written: Written) -> bool:
    """Whether it is W_0^l: weights of a layer with the index 0, and no other, below."""
    return written.base in WEIGHTS and bool(written.above) and written.below == (ZERO,)


def _labelled(name: nodes.Name) -> Node:
    return replace(name, known=_as_label(name.known))


def _as_label(known: Any) -> Any:
    if isinstance(known, Ratio):
        above = None if known.above is None else _as_label(known.above)
        return replace(known, above=above, below=_as_label(known.below))
    is_bias = isinstance(known, Written) and _is_bias(known)
    return replace(known, below=(), label="0") if is_bias else known
