"""Letters that a file gives to the softmax: σ(z)ᵢ = e^{zᵢ} / Σⱼ e^{zⱼ}."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbolic.checking.claims import Claim
from symbolic.checking.known_functions import GENERIC
from symbolic.checking.own_written import is_exponential
from symbolic.checking.tree import Entry, Repeated
from symbolic.checking.walk import calls_in, nodes_in, with_nodes
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

SOFTMAX = "softmax"


def with_softmax(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with the softmax by its name, where a letter of a function is said to be it and has no slope."""
    slopes = {call.name for claim in claims for call in calls_in(claim.sides) if call.order or call.layer is not None}
    letters = {letter for claim in claims for letter in _said(claim)} - slopes
    if not letters:
        return list(claims)

    def changed(node: Node) -> Node:
        if isinstance(node, nodes.Call) and node.function.name in letters:
            return replace(node, function=replace(node.function, name=SOFTMAX, written=None))
        return node

    return [replace(claim, sides=with_nodes(claim.sides, changed)) for claim in claims]


def _said(claim: Claim) -> Iterator[str]:
    """The letters of functions whose entry is said to be a share of exponentials."""
    if not any(map(_is_share, claim.sides)):
        return
    for side in claim.sides:
        match side:
            case Entry(_, nodes.Call(_, function, (_,)), (_,)) if function.name in GENERIC:
                yield function.name


def _is_share(side: Node) -> bool:
    """Whether it is an exponential over a sum of those."""
    if not isinstance(side, nodes.Fraction) or not isinstance(side.below, Repeated):
        return False
    return _is_power(side.above) and any(map(_is_power, nodes_in(side.below.inside)))


def _is_power(node: Node) -> bool:
    if isinstance(node, nodes.Power):
        return is_exponential(node)
    return isinstance(node, nodes.Call) and bool(node.function.name == "exp")
