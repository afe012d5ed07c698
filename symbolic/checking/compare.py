"""Whether the sides of a claim agree, at every point and for every layer that it is said of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product

import numpy as np

from symbolic.checking.at import LAST, At
from symbolic.checking.claims import Claim
from symbolic.checking.conditions import Condition
from symbolic.checking.convention import Reading
from symbolic.checking.ellipsis import unfolded
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.outcomes import AGREES, Outcome, alike, worse
from symbolic.checking.problems import Beyond, Free, Misfit, Unknown
from symbolic.checking.value_of import NO_VALUE
from symbolic.checking.walk import has_bare_sum, has_ellipsis, has_inner_product
from symbolic.errors import SymbolicError
from symbolic.reading.nodes import Node

MOST_ENTRIES = 400
"""More entries than this are not compared one by one."""

MOST_LAYERS = 2_000
"""A formula with several letters of layers is not compared for more combinations of those behind the first."""

OF_ARRAYS = ("np.", "numpy.", "torch.", ".sum(", ".mean(")
"""What is written of arrays: a sum without an axis is a number there."""

FEW_LAYERS = 5
"""For so many layers it is looked whether a claim differs there."""


def compared(claim: Claim, at: Evaluator, sides: tuple[Node, ...] | None = None) -> Outcome:
    """The outcome at one point, over all layers and entries.

    Where that is no agreement, a sum without an index may run over the samples alone, and u · v and |v| of vectors may
    be an inner product and a norm.
    """
    sides = claim.sides if sides is None else sides
    outcome = _compared(claim, at, sides)
    if outcome.kind not in ("differs", "misfit"):
        return outcome
    in_code = at.reading.program or any(sign in claim.text for sign in OF_ARRAYS)
    for reading in _others(at, sides, in_code):
        other = _compared(claim, replace(at, reading=reading), sides)
        if other.fits:
            return other
    return outcome


def _others(at: Evaluator, sides: tuple[Node, ...], in_code: bool) -> Iterator[Reading]:
    """The readings of signs that mean one thing or another, as sizes say; in code a sum has an axis or is a number."""
    if at.samples is not None and has_bare_sum(sides) and not in_code:
        yield replace(at.reading, along=True)
    if has_inner_product(sides):
        yield replace(at.reading, inner=True)


def _compared(claim: Claim, at: Evaluator, sides: tuple[Node, ...]) -> Outcome:
    """Layers for which a name stands for nothing do not count, as long as there are others."""
    held: list[int] = []
    told: set[int] = set()
    compares = False
    worst = AGREES
    first_unknown, missing = "", 0
    if (at.naming.last + 1) ** max(0, len(claim.letters) - 1) > MOST_LAYERS:
        return Outcome("unknown", f"{len(claim.letters)} letters of layers are too many to compare")
    dots = tuple(map(has_ellipsis, sides))
    for numbers in layers_of(claim, at):
        here = at.at(indices=numbers)
        try:
            with np.errstate(all="ignore"):
                outcome = _agree(_spelled(sides, dots, here), here, claim.conditions)
        except Unknown as error:
            if _has_value(sides[0], here):
                missing += 1
                first_unknown = str(error) if missing == 1 else first_unknown
            first_unknown = first_unknown or str(error)
            continue
        except Misfit as error:
            outcome = Outcome("misfit", str(error))
        except NO_VALUE as error:
            outcome = Outcome("unknown", f"no value: {_plainly(error)}")
        if outcome is None:
            continue
        if not outcome.fits:
            return outcome
        compares = True
        worst = worse(worst, outcome)
        held += list(numbers.values())[:1]
        told |= {numbers[letter] for letter in claim.letters if claim.span and letter == claim.span.letter}
    span = claim.span
    if held and missing == 1 and span is not None and span.letter in claim.letters and not span.apart:
        return Outcome("beyond", first_unknown, tuple(held))
    if told and not any(dots) and not claim.conditions and _says_more(claim, told, at.naming.last):
        return Outcome("beyond", first_unknown or "the network has not so many layers", tuple(held))
    overshoots = 1 + any(dots)  # W^{[l+1]} at l = L, of which authors do not speak
    if held and missing and (missing > overshoots or len(held) < min(2, at.naming.last - 1)):
        return Outcome("unknown", f"for some layers: {first_unknown}")
    if claim.conditions and not compares and not first_unknown:
        return Outcome("unknown", f"it holds for nothing, for {' and '.join(map(str, claim.conditions))} nowhere")
    if not held and (first_unknown or claim.letters):
        return Outcome("unknown", first_unknown or "it holds for no layer of the network")
    return Outcome(worst.kind, worst.said, tuple(held))


def agree_somewhere(claim: Claim, at: Evaluator, sides: tuple[Node, ...]) -> bool:
    """Whether sides agree for one at least of the layers that a claim is said of."""
    for numbers in layers_of(claim, at):
        try:
            outcome = _agree(sides, at.at(indices=numbers), claim.conditions)
            if outcome is not None and outcome.kind == "agrees":
                return True
        except (SymbolicError, *NO_VALUE):
            continue
    return False


def surely_differs(claim: Claim, at: Evaluator, sides: tuple[Node, ...], layers: Sequence[Mapping[str, int]]) -> bool:
    """Whether sides of a claim differ with these layers, the first at which they have values: it is not right then.

    What has no value there may have none by right, and signs that mean one thing or another may mean the other.
    """
    if any(True for _ in _others(at, sides, in_code=False)):
        return False
    dots = tuple(map(has_ellipsis, sides))
    for numbers in layers:
        here = at.at(indices=numbers)
        try:
            with np.errstate(all="ignore"):
                outcome = _agree(_spelled(sides, dots, here), here, claim.conditions)
            return outcome is not None and outcome.kind in ("differs", "misfit", "turned")
        except Unknown:
            continue
        except (Misfit, *NO_VALUE):
            return True
    return False


def telling(claim: Claim, at: Evaluator) -> tuple[Mapping[str, int], ...]:
    """Layers for which the sides of a claim differ, those first that have most neighbours."""
    tried = list(islice(layers_of(claim, at), MOST_LAYERS))
    middle = sorted(tried, key=lambda numbers: sum(abs(2 * n - at.naming.last) for n in numbers.values()))
    return tuple(numbers for numbers in middle[:FEW_LAYERS] if surely_differs(claim, at, claim.sides, [numbers]))


def _spelled(sides: tuple[Node, ...], dots: tuple[bool, ...], at: Evaluator) -> tuple[Node, ...]:
    """The sides, those with ⋯ written out for the layers."""
    return tuple(unfolded(side, at.indices) if of else side for side, of in zip(sides, dots, strict=True))


def _has_value(side: Node, at: At) -> bool:
    """Whether a side stands for something with these layers."""
    try:
        at.of(side)
    except Unknown:
        return False
    except (SymbolicError, *NO_VALUE[1:]):
        return True
    return True


def _plainly(error: BaseException) -> str:
    """An error of arithmetic in words."""
    if isinstance(error, OverflowError | MemoryError):
        return "its numbers are too large"
    if isinstance(error, ZeroDivisionError):
        return "a division by 0"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error) if isinstance(error, SymbolicError) else "it cannot be computed at a random point"


def layers_of(claim: Claim, at: Evaluator) -> Iterator[Mapping[str, int]]:
    """The numbers that the letters of layers run through."""
    last = at.naming.last
    depth = {"L": last}
    letters = claim.letters
    if claim.span is not None and claim.span.letter == "L":
        depth = {}
        letters = ("L", *letters)
    if not letters:
        yield {**depth} or {"L": last}
        return
    for numbers in product(range(last + 1), repeat=len(letters)):
        found = dict(zip(letters, numbers, strict=True))
        numbers_said = {**found, **depth}
        if _within(claim, found, last) and not any(each.fails(numbers_said) for each in claim.conditions):
            yield numbers_said


def _within(claim: Claim, numbers: Mapping[str, int], last: int) -> bool:
    span = claim.span
    if span is None or span.letter not in numbers:
        return True
    known = {"L": last, **{letter: n for letter, n in numbers.items() if letter != span.letter}}
    ends = [end.at(known) for end in (span.first, span.last) if end is not None]
    if None in ends:
        return True
    numbered = sorted(end for end in ends if end is not None)
    return numbered[0] <= numbers[span.letter] <= numbered[-1]


def _says_more(claim: Claim, told: set[int], last: int) -> bool:
    """Whether the range that stands beside a formula begins before the first layer that it holds for, or ends behind L.

    A number behind the last one may be of a network that is deeper, and a name of the last layer may be another one's.
    """
    span = claim.span
    if span is None or span.apart or span.last is None:
        return False
    ends = [(end.at({"L": last}), bool(end.letters)) for end in (span.first, span.last)]
    return any(n is not None and (n < min(told) or (n > last and of_depth)) for n, of_depth in ends)


def _agree(sides: tuple[Node, ...], at: Evaluator, conditions: Sequence[Condition] = ()) -> Outcome | None:
    """Whether the sides agree, entry by entry where they are formulas of entries; None where no condition holds."""
    if any(condition.fails(at.numbers) for condition in conditions):
        return None
    try:
        values = [at.of(side) for side in sides]
    except Free as free:
        if len(at.entries) > 8 or free.size > MOST_ENTRIES:
            raise Misfit("too many indices") from None
        few = sorted({1, min(2, free.size), free.size} if conditions else {1, free.size})
        some = few if at.glancing else range(1, free.size + 1)
        runs = ({free.letter: k, LAST + free.letter: free.size} for k in some)
        if free.letter in at.naming.times:
            return _worst(_of_steps(sides, [at.at(entries=entries) for entries in runs], conditions))
        return _worst(_agree(sides, at.at(entries=entries), conditions) for entries in runs)
    return _worst(alike(values[0], value) for value in values[1:])


def _of_steps(
    sides: tuple[Node, ...], steps: Sequence[Evaluator], conditions: Sequence[Condition]
) -> Iterator[Outcome | None]:
    """The outcomes at all steps of time but one at the end, where a formula may speak of the step after the last.

    Raises Beyond where it has no value at more of them.
    """
    missing = 0
    for at in steps:
        try:
            yield _agree(sides, at, conditions)
        except Beyond:
            missing += 1
            if missing > 1:
                raise


def _worst(outcomes: Iterator[Outcome | None]) -> Outcome | None:
    """The worst outcome; those after one that cannot be right any more are not asked for. None where there is none."""
    worst: Outcome | None = None
    for outcome in outcomes:
        if outcome is None:
            continue
        worst = worse(worst or outcome, outcome)
        if worst.kind in ("unknown", "misfit", "differs"):
            break
    return worst
