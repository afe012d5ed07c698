"""Names that are given one value after another, g ← ∇_a J = g ∘ f′(a): each is what it was assigned last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from symbolic.checking.claims import Claim
from symbolic.checking.walk import with_names
from symbolic.checking.written import Index, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

ASSIGNS = (r"\leftarrow", r"\gets", "←")
"""Signs of an assignment."""


def assigns(claim: Claim) -> bool:
    """Whether it is written with a sign of assignment."""
    return any(sign in claim.text for sign in ASSIGNS)


def settled(claims: Sequence[Claim]) -> list[Claim]:
    """The claims, with the derivatives that such names are where they stand in place of the names.

    At the beginning of a loop over layers a name is what the end of the loop gave it for the layer before.
    """
    count = Counter(letter for claim in claims if (letter := _assigned(claim)))
    again = {letter for letter in count if count[letter] > 1}
    last = {_assigned(claim): _derivative(claim) for claim in claims if _assigned(claim) in again}
    now: dict[str, Ratio] = {}
    found = []
    for claim in claims:
        letter = _assigned(claim)
        own = letter in again
        meant = {name: _here(ratio, last[name], claim) for name, ratio in now.items()}
        sides = with_names(claim.sides[own:], partial(_put_in, meant))
        kept = sides if not own or len(sides) > 1 else (claim.sides[0], *sides)
        found.append(claim if kept == claim.sides else replace(claim, sides=kept))
        derivative = _derivative(claim)
        if own and derivative is not None:
            now[letter] = derivative
    return found


def _assigned(claim: Claim) -> str:
    """The letter without an index that is assigned a derivative; nothing where none is."""
    name = claim.given
    if name is None or name.indices or not assigns(claim) or _derivative(claim) is None:
        return ""
    return name.letter


def _derivative(claim: Claim) -> Ratio | None:
    named = (side.known for side in claim.sides[1:] if isinstance(side, nodes.Name))
    return next((known for known in named if isinstance(known, Ratio)), None)


def _here(now: Ratio, last: Ratio | None, claim: Claim) -> Ratio:
    """What a name is in a claim: at the beginning of a loop, what its end gave it, one layer on."""
    letters = {letter for index in now.below.indices for letter, _ in index.letters}
    looped = last is not None and last.below.above and last.below.above[0].letter in set(claim.letters) - letters
    if last is None or not looped:
        return now
    index, *others = last.below.above
    return replace(last, below=replace(last.below, above=(Index(index.letters), *others)))


def _put_in(meant: Mapping[str, Ratio], name: nodes.Name) -> Node:
    """The derivative that a name is, where it is one of those."""
    known = name.known
    if not isinstance(known, Written) or known.indices or known.letter not in meant:
        return name
    found = replace(name, known=meant[known.letter])
    return nodes.Transposed(name.column, found) if known.transposed else found
