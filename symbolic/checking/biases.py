"""Biases that are written as weights from a unit 0: W_0^l in Z^l = (W^l)ᵀ A^{l-1} + W_0^l."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from symbolic.checking.claims import Claim
from symbolic.checking.letters import WEIGHTS
from symbolic.checking.walk import nodes_in, with_names
from symbolic.checking.written import Index, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

ZERO = Index((), 0)


def with_biases(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with a label for the index 0 of such a bias, where a layer's weights have it beside them in a sum."""
    if not any(_has_bias(node) for claim in claims for node in nodes_in(claim.sides)):
        return list(claims)
    return [replace(claim, sides=with_names(claim.sides, _labelled)) for claim in claims]


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
