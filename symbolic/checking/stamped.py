"""Letters below names that count no entries: W_i of a gate i, h_t and h_{t−1} of one time step and the one before it.

Where a file names values i, f, o, the W_i beside them is a matrix of its own. Where a letter stands below names alone
and with a number added, and no Σ runs through it, it is a time, and each name with it is a name of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from symbolic.checking.claims import Claim
from symbolic.checking.own_written import plain
from symbolic.checking.walk import bound_in, names_in, with_names
from symbolic.checking.written import Index, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

TIMES = ("t", r"\tau")
"""Letters of a time; other letters with a number added count layers or entries."""

FEWEST = 2
"""So many values of a step that equations give make it clear that their letters are names."""


def with_stamps(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with labels for such letters."""
    times = _times(claims)
    if not times:
        return list(claims)
    gates = _given_at(claims, times) - set(bound_in(tuple(claim.sides for claim in claims)))
    letters = gates if len(gates) >= FEWEST else set()

    def labelled(name: nodes.Name) -> Node:
        return replace(name, known=_labelled(name.known, times, letters))

    return [replace(claim, sides=with_names(claim.sides, labelled)) for claim in claims]


def _times(claims: Sequence[Claim]) -> set[str]:
    """The letters of a time: below one name alone, and with a number added below the same or another."""
    below = {index for claim in claims for name in names_in(claim.sides) for index in name.below}
    bound = {letter for claim in claims for letter in bound_in(claim.sides)}
    alone = {index.letter for index in below if not index.number}
    moved = {index.letter for index in below if index.number}
    return {letter for letter in TIMES if letter in alone & moved and letter not in bound}


def _given_at(claims: Sequence[Claim], times: set[str]) -> set[str]:
    """The letters of the values that equations give at a time: i, f, o, c, h."""
    names = [plain(claim.given) for claim in claims if claim.given is not None]
    return {name.base for name in names if len(name.below) == 1 and name.below[0].letter in times}


def _labelled(known: Any, times: set[str], letters: set[str]) -> Any:
    """A name, or the names of a derivative, with a label for the letter below it."""
    if isinstance(known, Ratio):
        above = None if known.above is None else _labelled(known.above, times, letters)
        return replace(known, above=above, below=_labelled(known.below, times, letters))
    if not isinstance(known, Written) or known.label or not known.below:
        return known
    *before, last = known.below
    label = _label(last, times, letters)
    return replace(known, below=tuple(before), label=label) if label else known


def _label(index: Index, times: set[str], letters: set[str]) -> str:
    is_gate = index.letter in letters and not index.number
    return str(index) if is_gate or index.letter in times else ""
