"""The minimiser of a file's own objective, β̂ = (XᵀX)⁻¹ Xᵀy: right where the gradient is 0, and it is greater around."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from symbolic.checking.claims import Claim
from symbolic.checking.convention import Reading
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.own_point import OwnPoint
from symbolic.checking.point import Array, Point
from symbolic.checking.problems import JUDGING, Steps
from symbolic.checking.shapes import sized
from symbolic.checking.value_of import NO_VALUE
from symbolic.checking.written import Written
from symbolic.errors import SymbolicError

MINIMISES = "the gradient of the objective is 0 there, and it is greater around, at random points"

HAT, STAR = r"\hat ", "*"

NOTHING = 1e-6
"""What a gradient is below where it is 0, beside its greatest entry elsewhere."""

AROUND = 1e-2
"""How far from it, of the way to a random point, an objective is greater than at its minimum."""


def is_minimiser(claim: Claim, points: Sequence[Point], reading: Reading) -> bool:
    """Whether the objective is least where β is what β̂ is said to be: at every point where that has a value."""
    name = claim.given
    if name is None or len(claim.sides) != 2:
        return False
    own = _plain(name)
    found = [_is_least(claim, point, own, reading) for point in points if isinstance(point, OwnPoint)]
    said = [each for each in found if each is not None]
    return own is not None and bool(said) and all(said)


def _plain(name: Written) -> Written | None:
    """β for β̂ and β^*."""
    if name.base.startswith(HAT):
        return replace(name, base=name.base.removeprefix(HAT))
    return replace(name, label="") if name.label == STAR else None


def _is_least(claim: Claim, point: OwnPoint, name: Written | None, reading: Reading) -> bool | None:
    """Whether the gradient is 0 there, and the objective greater around; None where what is said has no value."""
    v = point.own.values.get(name) if name in point.own.given else None
    if v is None:
        return False
    try:
        value = sized(Evaluator(point, point.own.naming, reading, steps=Steps(JUDGING)).of(claim.sides[1]))
        there = np.asarray(value, dtype=float)
    except (SymbolicError, *NO_VALUE):
        return None
    if there.shape != point.array(v).shape:
        return False
    objective = point.derivation.objective
    away = AROUND * (point.array(v) - there)
    try:
        least = point.moved(v, there)
        here, gradient = (each.derivative(objective, v) for each in (point, least))
        around = [point.moved(v, there + step) for step in (away, -away, *_each_entry(away))]
    except SymbolicError:
        return None
    is_flat = bool(np.max(np.abs(gradient)) < NOTHING * np.max(np.abs(here)))
    lowest = least.array(objective).item()
    return is_flat and all(each.array(objective).item() > lowest for each in around)


def _each_entry(step: Array) -> Iterator[Array]:
    """The step in one entry alone, forth and back."""
    for place in np.ndindex(*step.shape):
        alone = np.zeros_like(step)
        alone[place] = step[place]
        yield from (alone, -alone)
