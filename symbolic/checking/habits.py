"""What an author's equations say of his letters: which are pre-activations, how weights are numbered, what bars are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from symbolic.checking.claims import Claim
from symbolic.checking.walk import names_in, nodes_in, ratios_in
from symbolic.checking.written import Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

BARS = (r"\bar ", r"\overline ")
"""Marks of derivatives, for those who write v̄ for ∂C/∂v."""

_PRE_ACTIVATIONS, _ACTIVATIONS, _WEIGHTS = ("z", "Z"), ("a", "A"), ("W", "w", r"\Theta", r"\theta")


@dataclass(frozen=True)
class Habits:
    """`swapped`: a is the pre-activation and z the activation. `below`: z^{(l+1)} has the weights W^{(l)}.

    `barred`: v̄ is the derivative of the objective by v. `rows`: weights stand on the right, X W + b.
    """

    swapped: bool = False
    below: bool = False
    barred: bool = False
    rows: bool = False


USUAL = Habits()


def habits(claims: Sequence[Claim]) -> Habits:
    """The habits that the forward equations of a file show."""
    given = list(_given(claims))
    of_a = any(name.letter in _PRE_ACTIVATIONS and _is_function_of_a(right) for name, right in given)
    z_is_affine = any(name.letter in _PRE_ACTIVATIONS and _is_affine(right) for name, right in given)
    a_is_affine = any(name.letter in _ACTIVATIONS and _is_affine(right) for name, right in given)
    barred = {written.base for claim in claims for written in names_in(claim.sides) if written.base.startswith(BARS)}
    return Habits(
        swapped=of_a or (a_is_affine and not z_is_affine),
        below=any(_numbers_weights_below(name, right) for name, right in given),
        barred=len(barred) > 1,
        rows=any(_is_affine(right) and _multiplies_from_the_right(right) for _, right in given),
    )


def _given(claims: Sequence[Claim]) -> Iterator[tuple[Written, Node]]:
    """The names on the left of equations, and what they are said to be."""
    for claim in claims:
        left = claim.sides[0] if len(claim.sides) > 1 else None
        if isinstance(left, nodes.Name) and isinstance(left.known, Written):
            yield left.known, claim.sides[1]


def _is_function_of_a(right: Node) -> bool:
    if not isinstance(right, nodes.Call) or right.function.order:
        return False
    return {written.letter for written in names_in(right.arguments)} <= set(_ACTIVATIONS) and bool(right.arguments)


def _is_affine(right: Node) -> bool:
    """Whether it is W x + b or its like: weights, and no function around all of it."""
    whole = right.inside if isinstance(right, nodes.Negative) else right
    if isinstance(whole, nodes.Call | nodes.Positive | nodes.Name):
        return False
    return any(written.letter in _WEIGHTS for written in names_in(whole)) and not any(ratios_in(whole))


def _multiplies_from_the_right(right: Node) -> bool:
    """Whether a value stands before weights, x W, and none behind them."""
    products = [node.factors for node in nodes_in(right) if isinstance(node, nodes.Product)]
    pairs = [(one, other) for factors in products for one, other in pairwise(factors)]
    return bool(pairs) and all(_is_weight(other) and not _is_weight(one) for one, other in pairs)


def _is_weight(node: Node) -> bool:
    named = node.known if isinstance(node, nodes.Name) else None
    return isinstance(named, Written) and named.letter in (*_WEIGHTS, "U", "V")


def _numbers_weights_below(name: Written, right: Node) -> bool:
    if name.letter not in _PRE_ACTIVATIONS + _ACTIVATIONS or not name.indices or not _is_affine(right):
        return False
    index = name.indices[0]
    others = _ACTIVATIONS if name.letter in _PRE_ACTIVATIONS else _PRE_ACTIVATIONS
    weights = {w.indices[0] for w in names_in(right) if w.letter in _WEIGHTS and w.indices}
    values = {w.indices[0] for w in names_in(right) if w.letter in others and w.indices}
    return weights == values == {index.moved(-1)}
