"""What names a claim gives beside values: functions by their arguments, rows by columns; and for which layers it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from symbolic.checking import lookup
from symbolic.checking.claims import Claim
from symbolic.checking.compare import compared
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.functions import activations_of
from symbolic.checking.known_functions import GENERIC
from symbolic.checking.letters import ERRORS
from symbolic.checking.naming import Meaning, Naming
from symbolic.checking.point import Point
from symbolic.checking.problems import Steps
from symbolic.checking.written import Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node


def numbers_of(claim: Claim, naming: Naming) -> Iterator[Mapping[str, int]]:
    """The layers that the letters of a claim may run through."""
    depth = {"L": naming.last}
    if not claim.letters:
        yield depth
        return
    for k in range(naming.last + 1):
        yield {**depth, **dict.fromkeys(claim.letters, k)}


def has_meaning(written: Written, at: Evaluator) -> bool:
    """Whether a name stands for something already."""
    return lookup.meaning(at, written) is not None or lookup.names_number(at, written) or _is_counter(written)


def _is_counter(written: Written) -> bool:
    return len(written.letter) == 1 and written.letter in "ijkmnrspqt" and not written.indices


def with_argument(claim: Claim, naming: Naming, points: Sequence[Point], steps: Steps) -> Naming:
    """For f(z) = …, which says what a function is, a pre-activation for z, where all layers have one function."""
    left = claim.sides[0] if len(claim.sides) > 1 else None
    argument = left.arguments[0] if isinstance(left, nodes.Call) and len(left.arguments) == 1 else None
    if not isinstance(argument, nodes.Name) or not isinstance(argument.known, Written) or argument.known.indices:
        return naming
    if has_meaning(argument.known, Evaluator(points[0], naming)):
        return naming
    applied = activations_of(naming.derivation)
    if len(set(applied.values())) > 1:
        return naming  # which of them f is, nothing says
    for value in applied:
        tried = replace(naming, bound={**naming.bound, (argument.known.letter, None): Meaning(value)})
        if compared(claim, Evaluator(points[0], tried, steps=steps)).kind == "agrees":
            return tried
    return naming


def curved(claim: Claim, naming: Naming, points: Sequence[Point]) -> Iterator[str]:
    """The letters of functions that a claim applies to a pre-activation whose activation is not the identity."""
    activations = activations_of(naming.derivation)
    for side in claim.sides[1:]:
        if not isinstance(side, nodes.Call) or side.function.name not in GENERIC or side.function.order:
            continue
        (argument, *_) = side.arguments
        if not isinstance(argument, nodes.Name) or not isinstance(argument.known, Written):
            continue
        for numbers in numbers_of(claim, naming):
            meaning = lookup.meaning(Evaluator(points[0], naming, indices=numbers), argument.known)
            if meaning is not None and meaning[0].of is None and meaning[0].value in activations:
                yield side.function.name


def is_transposed_error(name: Written, right: Node) -> bool:
    """Whether it is Δ = δᵀ, of those who have a letter for the row and one for the column."""
    other = right.known if isinstance(right, nodes.Name) else None
    if not isinstance(other, Written) or name.letter == other.letter:
        return False
    both = {name.letter, other.letter} <= set(ERRORS)
    return both and other.transposed != name.transposed and other.indices == name.indices


def is_other(one: Written, other: Written) -> bool:
    """Whether two names of one letter have two numbers: G_1 and G_2."""
    numbers = [[index.number for index in w.indices if not index.letters] for w in (one, other)]
    return all(numbers) and numbers[0] != numbers[1]
