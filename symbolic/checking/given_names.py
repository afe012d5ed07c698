"""What names a claim gives beside values: functions by their arguments, rows by columns; and for which layers it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symbolic.algebra.values import Value
from symbolic.checking import lookup
from symbolic.checking.claims import Claim
from symbolic.checking.compare import compared
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.functions import IDENTITY, activations_of, pre_activation
from symbolic.checking.known_functions import GENERIC
from symbolic.checking.letters import ERRORS
from symbolic.checking.naming import Meaning, Naming
from symbolic.checking.point import Point
from symbolic.checking.problems import Steps
from symbolic.checking.value_of import value_or_none
from symbolic.checking.walk import calls_in
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


def letters_of_functions(claims: Sequence[Claim]) -> frozenset[str]:
    """The letters that a file applies as functions."""
    return frozenset(call.name for claim in claims for call in calls_in(claim.sides) if call.name in GENERIC)


def called(
    claim: Claim, naming: Naming, points: Sequence[Point], steps: Steps, letters: frozenset[str]
) -> Mapping[str, tuple[Any, ...]]:
    """The functions that letters are, with what a claim a = f(z) says of them.

    The letter of a function is not the identity, too; where a file has several letters, none is two functions.
    """
    found = dict(naming.called)
    for letter, function in _given(claim, naming, points, steps):
        before = tuple(each for each in found.get(letter, ()) if each != IDENTITY or function == IDENTITY)
        first = letter not in naming.called or len(letters) == 1
        if not before or (first and function != IDENTITY and function not in before):
            found[letter] = (*before, function)
    return found


def _given(claim: Claim, naming: Naming, points: Sequence[Point], steps: Steps) -> Iterator[tuple[str, Any]]:
    """The letters of functions that a claim applies to pre-activations, and what their layers apply to those."""
    activations = activations_of(naming.derivation)
    for side in claim.sides[1:]:
        if not isinstance(side, nodes.Call) or side.function.name not in GENERIC or side.function.order:
            continue
        if side.function.layer is not None:
            continue
        for numbers in numbers_of(claim, naming):
            z = _pre_activation(side.arguments[0], Evaluator(points[0], naming, indices=numbers, steps=steps))
            if z is not None:
                yield side.function.name, activations.get(z, IDENTITY)


def _pre_activation(argument: Node, at: Evaluator) -> Value | None:
    """The pre-activation that an argument is, z or W x + b; None for something else."""
    if isinstance(argument, nodes.Name):
        meaning = lookup.meaning(at, argument.known) if isinstance(argument.known, Written) else None
        return meaning[0].value if meaning is not None and meaning[0].of is None else None
    array = value_or_none(at, argument)
    return None if array is None else pre_activation(at.point, array)


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
