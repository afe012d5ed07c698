"""Names that an author gives to values of the network by saying what they are: h = ReLU(V x + c).

The equations of a file are gone through in order. Where the left side of one is a name, and the right side, its own
unknown letters tried as parameters, is a value of the network at every point, the name stands for that value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np

from symbolic.algebra.values import Value
from symbolic.checking.claims import Claim, names_in
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.naming import Meaning, Naming
from symbolic.checking.point import Point
from symbolic.checking.problems import Free
from symbolic.checking.repeated import LAST
from symbolic.checking.shapes import is_number
from symbolic.checking.written import Written
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

Bound = Mapping[tuple[str, int | None], Meaning]
"""(letter, number) ↦ what it stands for in this file."""

MOST_UNKNOWN = 2
"""More unknown letters than this in one right side are not tried."""


def bound(claims: Sequence[Claim], naming: Naming, points: Sequence[Point]) -> Naming:
    """The naming with the names that the file itself gives to values."""
    for claim in claims:
        found = _found(claim, naming, points)
        if found:
            naming = replace(naming, bound=(*found.items(), *naming.bound))
    return naming


def _found(claim: Claim, naming: Naming, points: Sequence[Point]) -> Bound:
    left = claim.sides[0] if len(claim.sides) > 1 else None
    if not isinstance(left, nodes.Name) or not isinstance(left.known, Written):
        return {}
    right = claim.sides[1]
    at = Evaluator(points[0], naming)
    letters = claim.letters
    if not letters:
        return _one(left.known, right, at, points, naming, {"L": naming.last})
    found: dict[tuple[str, int | None], Meaning] = {}
    if len(letters) > 1:
        return {}
    for k in range(naming.last + 1):
        found |= _one(left.known, right, at, points, naming, {letters[0]: k, "L": naming.last})
    names = {meaning.value.base for meaning in found.values()}
    return found if len(found) > 1 and len(names) == 1 else {}


def _one(
    name: Written, right: Node, at: Evaluator, points: Sequence[Point], naming: Naming, numbers: Mapping[str, int]
) -> dict[tuple[str, int | None], Meaning]:
    """What a name, and the unknown names on its right, stand for with these layers."""
    here = at.at(indices=numbers)
    known = here.meaning(name)
    if known is not None and not _may_change(known[0], here, right):
        return {}
    unknown = list(dict.fromkeys(_key(w, numbers) for w in names_in(right) if not _has_meaning(w, here)))
    if len(unknown) > MOST_UNKNOWN:
        return {}
    taken = {meaning for _, meaning in naming.bound}
    candidates = [Meaning(v) for v in (*naming.derivation.network.parameters, *naming.derivation.network.data)]
    free = [meaning for meaning in candidates if meaning not in taken]
    for guess in permutations(free, len(unknown)):
        given = dict(zip(unknown, guess, strict=True))
        tried = replace(naming, bound=(*given.items(), *naming.bound))
        value = _value_of(right, tried, points, numbers)
        if value is not None and (known is None or value != known[0].value):
            return {_key(name, numbers): Meaning(value), **given}
    return {}


def _may_change(meaning: Meaning, at: Evaluator, right: Node) -> bool:
    """Whether a name that has a meaning may get another one: that of the target, which no network computes, may.

    So may that of an activation where the right side is not it: a = W x + b of those who call activations h or z.
    """
    if meaning.of is not None:
        return False
    return meaning.value.base in ("y", "a", "z", "x")


def _key(written: Written, numbers: Mapping[str, int]) -> tuple[str, int | None]:
    for index in (*written.above[:1], *written.below[:1]):
        number = index.at(numbers)
        if number is not None:
            return written.letter, number
    return written.letter, None


def _has_meaning(written: Written, at: Evaluator) -> bool:
    if at.meaning(written) is not None or written.letter in ("e", r"\pi", "I"):
        return True
    if written.letter in at.indices or written.letter in at.naming.sizes:
        return True
    return len(written.letter) == 1 and written.letter in "ijkmnrspqtN" and not written.indices


def _value_of(right: Node, naming: Naming, points: Sequence[Point], numbers: Mapping[str, int]) -> Value | None:
    """The value of the network that the right side is, at every point."""
    left: set[Value] | None = None
    for point in points:
        array = _array(Evaluator(point, naming, indices=numbers).of, right, Evaluator(point, naming, indices=numbers))
        if array is None:
            return None
        here = {v for v in _computed(point) if _same(array, point.array(v))}
        left = here if left is None else left & here
        if not left:
            return None
    computed = [step.target for step in naming.derivation.forward]
    return next((v for v in computed if left and v in left), None)


def _computed(point: Point) -> Iterable[Value]:
    return (step.target for step in point.derivation.forward)


def _array(of: Any, right: Node, at: Evaluator) -> Any:
    """The value of a side; of a formula of entries, the column of them."""
    try:
        return of(right)
    except Free as free:
        try:
            entries = [
                at.at(entries={free.letter: k, LAST + free.letter: free.size}).of(right)
                for k in range(1, free.size + 1)
            ]
            return np.array(entries, dtype=float).reshape(-1, 1)
        except (SymbolicError, ValueError, TypeError):
            return None
    except (SymbolicError, ValueError, ArithmeticError):
        return None


def _same(a: Any, b: Any) -> bool:
    if is_number(a):
        return bool(b.size == 1 and np.allclose(a, b.item(), rtol=1e-9, atol=1e-12))
    return isinstance(a, np.ndarray) and a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=1e-12)
