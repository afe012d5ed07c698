"""Total differentials, dz = dW a + W da + db: where a file has them, dz is no gradient, and nothing is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symbolic.checking.claims import Claim
from symbolic.checking.letters import WEIGHTS
from symbolic.checking.walk import ratios_in
from symbolic.checking.written import Ratio
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

TOTAL = "a total differential, which is not compared"


def without_differentials(claims: Sequence[Claim]) -> list[Claim]:
    """The claims, those between differentials left open where one of them is a sum of differentials by each factor."""
    if not any(map(_is_total, claims)):
        return list(claims)
    return [replace(claim, sides=(), problem=TOTAL) if _is_between(claim) else claim for claim in claims]


def _is_total(claim: Claim) -> bool:
    """Whether it is dz = dW a + W da + …, a term for each factor that may change."""
    if len(claim.sides) < 2 or not _is_between(claim) or not isinstance(claim.sides[1], nodes.Sum):
        return False
    by = [[ratio.below.letter for ratio in ratios_in(term)] for term in claim.sides[1].terms]
    return all(len(letters) == 1 for letters in by) and any(letters[0] in WEIGHTS for letters in by)


def _is_between(claim: Claim) -> bool:
    """Whether there is a differential on its left, and on its right."""
    return len(claim.sides) > 1 and all(map(_has_differential, claim.sides[:2]))


def _has_differential(side: Node) -> bool:
    return any(map(_is_differential, ratios_in(side)))


def _is_differential(ratio: Ratio) -> bool:
    return ratio.above is None and ratio.style == "d %"
