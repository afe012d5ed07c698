"""How far two answers are apart, and derivatives without backpropagation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from peers.problem import Answer, Problem
from peers.scalars import Array

FLOOR = 1e-3
"""An array's error is relative to its largest entry, or to this share of the largest gradient where all are smaller:
a gradient that is exactly 0, such as a bias's before a norm, is nothing but rounding."""


def relative_error(found: Answer, wanted: Answer, share: float = FLOOR) -> float:
    """The largest error of any array and of the objective. Infinite where a shape differs or a number is not finite."""
    errors = [_error(found.output, wanted.output, 0.0)]
    if found.objective is not None and wanted.objective is not None:
        errors.append(_error(np.asarray(found.objective), np.asarray(wanted.objective), 0.0))
    if found.gradients.keys() != wanted.gradients.keys():
        return float("inf")
    floor = share * max((np.max(np.abs(array)) for array in wanted.gradients.values()), default=0.0)
    errors += [_error(found.gradients[name], array, floor) for name, array in wanted.gradients.items()]
    floor = max(floor, share * float(np.max(np.abs(wanted.output))))
    if found.input_gradient is not None and wanted.input_gradient is not None:
        errors.append(_error(found.input_gradient, wanted.input_gradient, floor))
    if found.jacobian is not None and wanted.jacobian is not None:
        errors.append(_error(found.jacobian, wanted.jacobian, floor))
    return max(errors)


def gradient_error(found: dict[str, Array], wanted: dict[str, Array]) -> float:
    """The same of gradients alone."""
    floor = FLOOR * max(np.max(np.abs(array)) for array in wanted.values())
    return max(_error(found[name], array, floor) for name, array in wanted.items())


def _error(found: Array, wanted: Array, floor: float) -> float:
    if found.shape != wanted.shape or not (np.all(np.isfinite(found)) and np.all(np.isfinite(wanted))):
        return float("inf")
    scale = max(float(np.max(np.abs(wanted))), floor)
    difference = float(np.max(np.abs(found - wanted)))
    return difference / scale if scale else difference


# --- derivatives of an objective by every parameter and by x ----------------------------------


def differences(objective: Callable[[Problem], float], problem: Problem, step: float = 1e-4) -> dict[str, Array]:
    """Central differences with one step of Richardson's: (4 D(h) − D(2h))/3, error O(h⁴) + O(ε/h)."""

    def quotient(name: str, index: Any, h: float) -> float:
        return (objective(moved(problem, name, index, h)) - objective(moved(problem, name, index, -h))) / (2 * h)

    return _by_entry(problem, lambda name, i: (4 * quotient(name, i, step) - quotient(name, i, 2 * step)) / 3)


def complex_steps(objective: Callable[[Problem], Any], problem: Problem, step: float = 1e-30) -> dict[str, Array]:
    """Im C(θ + i h e)/h: nothing cancels, so exact to rounding."""
    return _by_entry(problem, lambda name, i: float(np.imag(objective(moved(problem, name, i, 1j * step)))) / step)


def _by_entry(problem: Problem, slope: Callable[[str, Any], float]) -> dict[str, Array]:
    found = {}
    for name, array in problem.params.items():
        found[name] = np.array([slope(name, index) for index in np.ndindex(array.shape)]).reshape(array.shape)
    return found


def moved(problem: Problem, name: str, index: Any, by: Any) -> Problem:
    """The problem with one entry of a parameter moved."""
    array = problem.params[name].astype(np.result_type(by, float))
    array[index] += by
    return replace(problem, params=problem.params | {name: array})
