"""u_{ik} for the entry of U, where a file has the capital letter for the matrix and the small one for its entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symbolic.checking.claims import Claim
from symbolic.checking.own_written import COUNTERS
from symbolic.checking.tree import Repeated
from symbolic.checking.walk import names_in, nodes_in, ratios_in, with_written
from symbolic.checking.written import Written

IN_BOTH_CASES = frozenset("xyzahwbpo")
"""Letters of which that is known in every network."""


def with_capitals(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with the letters of matrices in their entries."""
    names = {name for claim in claims for name in names_in(claim.sides)}
    given = {claim.given.base for claim in claims if claim.given is not None}
    entries = {name.base for name in names if _is_entry(name)} - given - IN_BOTH_CASES
    others = {name.base for name in names if not _is_entry(name)}
    above = {r.above.base for claim in claims for r in ratios_in(claim.sides) if r.above is not None}
    sums = [node for claim in claims for node in nodes_in(claim.sides) if isinstance(node, Repeated)]
    counts = {name.base for node in sums for name in names_in(node.last)}
    capitals = {name.base for name in names if not name.below and not name.above} - given - above - counts
    letters = {letter for letter in entries - others if letter.upper() in capitals}
    if not letters:
        return list(claims)

    def renamed(written: Written) -> Written:
        return replace(written, base=written.base.upper()) if written.base in letters else written

    return [replace(claim, sides=with_written(claim.sides, renamed)) for claim in claims]


def _is_entry(name: Written) -> bool:
    """Whether it is one small letter with two indices below."""
    is_small = len(name.base) == 1 and name.base.islower()
    return is_small and len(name.below) == 2 and all(index.letter in COUNTERS for index in name.below)
