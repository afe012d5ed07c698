"""Letters below names that count no entries: W_i of a gate i, h_t and h_{t−1} of one time step and the one before it.

Where a file names values i, f, o, the W_i beside them is a matrix of its own. Where a letter stands below names alone
and with a number added, it is a time: each name with it is a name of its own, or, where a Σ runs through the times, one
for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from symbolic.checking.claims import Claim
from symbolic.checking.own_written import plain
from symbolic.checking.tree import Repeated
from symbolic.checking.walk import bound_in, names_in, nodes_in, with_written
from symbolic.checking.written import Index, Written
from symbolic.reading import nodes

TIMES = ("t", r"\tau")
"""Letters of a time; other letters with a number added count layers or entries."""

FEWEST = 2
"""So many values of a step that equations give make it clear that their letters are names."""


def with_stamps(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with labels for such letters; those of times that a Σ runs through are marked as times."""
    bound = {letter for claim in claims for letter in bound_in(claim.sides)}
    times = _times(claims)
    gates = _given_at(claims, times) - bound
    letters = gates if len(gates) >= FEWEST else set()

    last = _ends(claims, times)

    def labelled(index: Index) -> Index | str:
        if index.letter in last:
            return replace(index, time=True)
        if index.letter in times:
            return replace(index, time=True) if index.letter in bound else str(index)
        return str(index) if index.letter in letters and not index.number else index

    def stamped(written: Written) -> Written:
        return _labelled(written, labelled)

    return [replace(claim, sides=with_written(claim.sides, stamped)) for claim in claims] if times else list(claims)


def _times(claims: Sequence[Claim]) -> set[str]:
    """The letters of a time: below one name alone, and with a number added below the same or another."""
    below = {index for claim in claims for name in names_in(claim.sides) for index in name.below}
    alone = {index.letter for index in below if not index.number}
    moved = {index.letter for index in below if index.number}
    return {letter for letter in TIMES if letter in alone & moved}


def _ends(claims: Sequence[Claim], times: set[str]) -> set[str]:
    """The letters of the last step: T in Σ_{t=1}^T."""
    sums = [node for claim in claims for node in nodes_in(claim.sides) if isinstance(node, Repeated)]
    ends = [node.last.known for node in sums if isinstance(node.last, nodes.Name) and set(bound_in(node)) & times]
    return {end.base for end in ends if isinstance(end, Written)}


def _given_at(claims: Sequence[Claim], times: set[str]) -> set[str]:
    """The letters of the values that equations give at a time: i, f, o, c, h."""
    names = [plain(claim.given) for claim in claims if claim.given is not None]
    return {name.base for name in names if len(name.below) == 1 and name.below[0].letter in times}


def _labelled(known: Written, labelled: Callable[[Index], Index | str]) -> Written:
    """A name with what becomes of the letter below it: a label, or another index."""
    if not known.below:
        return known
    *before, last = known.below
    found = labelled(last)
    if isinstance(found, Index):
        return replace(known, below=(*before, found))
    is_word = len(known.below) > 1 and last.letters[0][0] not in TIMES  # W_{hh} is a name
    return known if known.label or is_word else replace(known, below=tuple(before), label=found)
