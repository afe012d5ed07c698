"""The letter of the depth, for those who call it other than L: k runs from 1 to l, the loss is of a^{(N)}."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from symbolic.checking.claims import Claim
from symbolic.checking.conditions import Condition
from symbolic.checking.letters import LETTERS
from symbolic.checking.ranges import Span
from symbolic.checking.walk import names_in, with_written
from symbolic.checking.written import Index, Written

DEPTH = "L"
_OUTCOMES = (*LETTERS["C"], *LETTERS["output"])
_SMALL = ("l", r"\ell")
_CAPITALS = ("N", "M", "D", "K", "H")


def with_depth(claims: Sequence[Claim]) -> list[Claim]:
    """The claims, with L for an l that another letter runs to, and that runs through nothing itself."""
    spans = [claim.span for claim in claims if claim.span is not None]
    ends = {end.letter for span in spans for end in (span.first, span.last) if end is not None}
    meant = {letter for letter in _SMALL if letter in ends and letter not in {span.letter for span in spans}}
    meant |= {*_capitals(claims), *_small(claims)}
    own = Index(((min(meant), 1),)) if len(meant) == 1 else Index(((DEPTH, 1),))
    found = [_with_depth(claim, partial(_index, meant), own) for claim in claims] if meant else list(claims)
    after = dict(found[0].spelled).get(DEPTH, Index(((DEPTH, 1),))).moved(1) if found else own
    return [_with_depth(claim, _below, after) for claim in found] if _ends_above(found) else found


def _capitals(claims: Sequence[Claim]) -> Iterator[str]:
    """N, where layers are counted by l, none is called L, and the loss or a range ends with N."""
    above = {letter for claim in claims for written in names_in(claim.sides) for letter in _above(written)}
    if DEPTH in above or not above & set(_SMALL):
        return
    spans = [claim.span for claim in claims if claim.span is not None and claim.span.letter in _SMALL]
    ends = {end.letter for span in spans for end in (span.first, span.last) if end is not None}
    given = [(claim.given, claim.sides[1:]) for claim in claims]
    objectives = [sides for name, sides in given if name is not None and name.letter in LETTERS["C"]]
    ends |= {letter for sides in objectives for written in names_in(sides) for letter in _above(written)}
    yield from (letter for letter in _CAPITALS if letter in above & ends)


def _small(claims: Sequence[Claim]) -> Iterator[str]:
    """l, where another letter counts layers, h^{(k−1)}, and l is the layer of the output or of the loss alone."""
    indices = [index for claim in claims for w in names_in(claim.sides) for index in w.above[:1]]
    running = {index.letter for index in indices if index.number == -1 and index.letter}
    said = [claim.sides for claim in claims if claim.given is not None and claim.given.letter in _OUTCOMES]
    ends = {letter for sides in said for written in names_in(sides) for letter in _above(written)}
    if running and not running & {DEPTH, *_SMALL} and DEPTH not in {index.letter for index in indices}:
        yield from (l for l in _SMALL if l in ends and all(not i.number for i in indices if l in dict(i.letters)))


def _above(written: Written) -> Iterator[str]:
    """The letters that say of which layer a name is."""
    return (letter for index in written.above[:1] for letter, _ in index.letters)


def _ends_above(claims: Sequence[Claim]) -> bool:
    """Whether the loss, or the output, is of layer L + 1, and something else is: L hidden layers are before it then."""
    after = Index(((DEPTH, 1),), 1)
    said = [claim for claim in claims if any(after in written.above for written in names_in(claim.sides))]
    return len(said) > 1 and any(claim.given is not None and claim.given.letter in _OUTCOMES for claim in said)


def _below(index: Index) -> Index:
    """L for L + 1."""
    return index.moved(-1) if DEPTH in dict(index.letters) else index


def _with_depth(claim: Claim, change: Callable[[Index], Index], own: Index) -> Claim:
    """The claim with other indices, `own` being what the author has for L."""
    sides = with_written(claim.sides, partial(_written, change))
    span = claim.span
    if span is not None:
        span = Span(span.letter, change(span.first), span.last and change(span.last), span.apart)
    said = (Condition(change(c.left), c.sign, change(c.right)) for c in claim.conditions)
    spelled = (*(pair for pair in claim.spelled if pair[0] != DEPTH), (DEPTH, own))
    return replace(claim, sides=sides, span=span, conditions=tuple(said), spelled=spelled)


def _written(change: Callable[[Index], Index], written: Written) -> Written:
    above, below = (tuple(change(index) for index in group) for group in (written.above, written.below))
    return replace(written, above=above, below=below)


def _index(meant: set[str], index: Index) -> Index:
    letters = tuple((DEPTH if letter in meant else letter, factor) for letter, factor in index.letters)
    return replace(index, letters=letters)
