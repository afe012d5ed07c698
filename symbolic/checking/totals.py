"""The objective of all samples as the sum or the mean of each one's, E = Σ_n E_n, in a file about one sample."""

from __future__ import annotations

from collections.abc import Sequence

from symbolic.checking.claims import Claim
from symbolic.checking.letters import COUNTS_OF_SAMPLES, LETTERS
from symbolic.checking.tree import Repeated
from symbolic.checking.walk import names_in
from symbolic.checking.written import Index, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

TOTAL = "a definition: the objective of all samples; the other formulas are of one"


def is_total(claim: Claim) -> bool:
    """Whether it says that an objective is the sum, or the mean, of those that have the index of a sample."""
    given = claim.given
    if given is None or given.letter not in LETTERS["C"] or given.indices or len(claim.sides) != 2:
        return False
    factors = claim.sides[1].factors if isinstance(claim.sides[1], nodes.Product) else (claim.sides[1],)
    *scales, summed = factors
    return len(scales) < 2 and all(map(_is_share, scales)) and _is_of_each(summed, given)


def first_totals(claims: Sequence[Claim]) -> frozenset[int]:
    """The claims, by their identities, that are the first to give a name to the objective of all samples."""
    first: dict[Written, int] = {}
    for claim in claims:
        if claim.given is not None and is_total(claim):
            first.setdefault(claim.given, id(claim))
    return frozenset(first.values())


def idle_totals(claims: Sequence[Claim], totals: frozenset[int]) -> frozenset[int]:
    """The claims of `totals` that give a name which no other claim has."""
    holding: dict[Written, set[int]] = {}
    for claim in claims:
        for name in names_in(claim.sides):
            holding.setdefault(name, set()).add(id(claim))
    return frozenset(id(c) for c in claims if id(c) in totals and c.given and holding[c.given] == {id(c)})


def _is_share(node: Node) -> bool:
    """1/N"""
    if not isinstance(node, nodes.Fraction) or node.above != nodes.Number(node.above.column, "1"):
        return False
    below = node.below.known if isinstance(node.below, nodes.Name) else None
    return isinstance(node.below, nodes.Number) or (
        isinstance(below, Written) and below.letter in ("N", *COUNTS_OF_SAMPLES)
    )


def _is_of_each(node: Node, given: Written) -> bool:
    """Σ_n E_n, of nothing but the letter of an objective with the index that is summed over; Σ_n ℓ(ŷ_n, y_n)."""
    if not isinstance(node, Repeated) or node.product or len(node.indices) != 1:
        return False
    (index,) = node.indices
    letter = index.known.base if isinstance(index, nodes.Name) and isinstance(index.known, Written) else None
    each = node.inside.known if isinstance(node.inside, nodes.Name) else None
    if letter is None or not isinstance(each, Written):
        return False
    is_one = each.indices == (Index(((letter, 1),)),) or (not each.indices and each.letter != given.letter)
    return each.letter in LETTERS["C"] and is_one
