"""What a file writes, all formulas together: its letters, its functions, what it has for σ′(z)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from symbolic.checking.alone import numbers_samples
from symbolic.checking.claims import Claim
from symbolic.checking.counted import letters_of_samples
from symbolic.checking.known_functions import GENERIC
from symbolic.checking.letters import CAPITALS, LETTERS
from symbolic.checking.missing import slopes_in, terms_in
from symbolic.checking.totals import first_totals, idle_totals
from symbolic.checking.walk import calls_in, names_in
from symbolic.checking.written import Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node


@dataclass(frozen=True)
class Used:
    """What a file writes: the letters of names and of functions, what it has for σ′(z), and for terms of derivatives.

    `diagonal`: it says that σ′(z) = diag(σ′(z)). `batches` are the small letters that it gives to values of a batch,
    `given` the claims (by their identities) that are the network themselves, `samples` the letters that count samples,
    `said` what there is to say of claims that can be compared with nothing, `totals` those that give a name to the
    objective of all samples first, `idle` those of them whose name no other claim has.
    """

    letters: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    slopes: tuple[Node, ...] = ()
    terms: tuple[Node, ...] = ()
    diagonal: bool = False
    batches: frozenset[str] = frozenset()
    given: frozenset[int] = frozenset()
    samples: frozenset[str] = frozenset()
    said: Mapping[int, str] = field(default_factory=dict)
    totals: frozenset[int] = frozenset()
    idle: frozenset[int] = frozenset()
    alone: frozenset[int] = frozenset()
    """The claims before which the words say that they are of one sample."""
    summed: frozenset[str] = frozenset()
    """The letters of objectives that are said to be sums over the samples by their numbers."""
    numbered: bool = False
    """Whether samples have a number in brackets, x^{(i)}: x is one of them then."""


def letters_of(claims: Sequence[Claim]) -> frozenset[str]:
    """The letters of all names in the claims."""
    return frozenset(written.base for claim in claims for written in names_in(claim.sides))


def used_in(
    claims: Sequence[Claim], given: Collection[int], said: Mapping[int, str], alone: Collection[int] = ()
) -> Used:
    """What the claims of a file write; `given` are those that are the network, and `said` what is said of others."""
    totals = first_totals(claims)
    return Used(
        letters_of(claims),
        frozenset(call.name for claim in claims for call in calls_in(claim.sides) if call.name in GENERIC),
        slopes_in(side for claim in claims for side in claim.sides),
        terms_in(side for claim in claims for side in claim.sides),
        any(map(equates_diagonal, claims)),
        _of_batches(claims),
        frozenset(given),
        letters_of_samples(claims),
        said,
        totals,
        idle_totals(claims, totals),
        frozenset(alone),
        frozenset(
            claim.given.letter
            for claim in claims
            if claim.given is not None and claim.given.letter in LETTERS["C"] and numbers_samples(claim.sides[1:])
        ),
        any(numbers_samples(claim.sides) for claim in claims),
    )


def equates_diagonal(claim: Claim) -> bool:
    """Whether a claim says that σ′(z) is diag(σ′(z))."""
    return any(
        isinstance(b, nodes.Call) and b.function.name == "diag" and b.arguments == (a,)
        for a in claim.sides
        for b in claim.sides
    )


def _of_batches(claims: Sequence[Claim]) -> frozenset[str]:
    """The small letters of names that are said to be something of a batch: δ = Ŷ − Y."""
    lefts = ((side, claim.sides) for claim in claims for side in claim.sides[:1])
    found = {
        name.known.base
        for name, sides in lefts
        if isinstance(name, nodes.Name)
        and isinstance(name.known, Written)
        and any(written.base in CAPITALS for written in names_in(sides[1:]))
    }
    return frozenset(found - CAPITALS - frozenset(LETTERS["C"]))
