"""Biases that are written as weights from a unit 0: W_0^l in Z^l = (W^l)ᵀ A^{l-1} + W_0^l, and θ_0 in θ_0 + θ_1 x."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbolic.checking.claims import Claim
from symbolic.checking.letters import LETTERS, WEIGHTS
from symbolic.checking.walk import names_in, nodes_in, with_written
from symbolic.checking.written import Index, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

ZERO = Index((), 0)

NONE, BIAS, SLOPE = ((), ()), ((), (ZERO,)), ((), (Index((), 1),))
"""The indices above and below the weights of a line, w, w_0 and w_1."""


def with_biases(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with a label for the index 0 of such a bias, where weights have it beside them in a sum."""
    terms = {name for claim in claims for node in nodes_in(claim.sides) for name in _of_unit_0(node)}
    if not terms:
        return list(claims)
    lines = _of_lines(claims, {name.base for name in terms})
    has_layers = any(name.above for name in terms)

    def labelled(written: Written) -> Written:
        is_bias = has_layers and bool(written.above) and written.base in WEIGHTS and written.below == (ZERO,)
        if not is_bias and not (written.base in lines and written.below):
            return written
        return replace(written, below=(), label=str(written.below[0].number))

    return [replace(claim, sides=with_written(claim.sides, labelled)) for claim in claims]


def _of_unit_0(node: Node) -> Iterator[Written]:
    """The weights with the index 0 below, and no other, that are terms of a sum beside such weights with an input."""
    terms = node.terms if isinstance(node, nodes.Sum) else ()
    for term in terms:
        known = term.known if isinstance(term, nodes.Name) else None
        if not isinstance(known, Written) or known.base not in WEIGHTS or known.below != (ZERO,):
            continue
        if known.above or any(_weighs(other, known.base) for other in terms if other is not term):
            yield known


def _weighs(term: Node, base: str) -> bool:
    """Whether weights of that letter stand in a term, and not only in a derivative: w_1 x, and no η ∂L/∂w."""
    found = (node.known for node in nodes_in(term) if isinstance(node, nodes.Name))
    return any(isinstance(known, Written) and known.base == base for known in found)


def _of_lines(claims: Sequence[Claim], bases: set[str]) -> frozenset[str]:
    """The letters of which there are two weights, θ_0 and θ_1 in θ_0 + θ_1 x, W_0 and W: a bias, and what x has."""
    names = [name for claim in claims for name in names_in(claim.sides)]
    if any(name.base in LETTERS["x"] and name.below for name in names):
        return frozenset()
    indices = {base: {(name.above, name.below) for name in names if name.base == base} - {NONE} for base in bases}
    return frozenset(base for base in bases if indices[base] in ({BIAS}, {BIAS, SLOPE}))
