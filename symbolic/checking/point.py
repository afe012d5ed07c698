"""A derivation at one point: random sizes, all different, random data, and every value and derivative in numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import sympy

from symbolic.algebra.program import Program, Step, values_in
from symbolic.algebra.values import SAMPLES, ColumnDistribution, RowDistribution, Value
from symbolic.checking.arrays import Arrays
from symbolic.checking.problems import Steps, Unknown
from symbolic.derivation import Derivation
from symbolic.errors import SymbolicError
from symbolic.reading.nodes import Node

SIZES = (3, 4, 2, 5, 6, 7)
"""The sizes of a point, in the order in which the network has them: all different, so that no wrong transpose fits."""

STEP = 1e-3
"""How far a value is moved for its differences; with four of them the error is of the order of STEP⁴ = 1e-12."""

WEIGHTS = ((1, 8 / 12), (-1, -8 / 12), (2, -1 / 12), (-2, 1 / 12))
"""f′ ≈ Σ weight · f(v + steps · STEP) / STEP"""

COST = 3
"""To compute a value of a network takes as long as to look at so many nodes of a formula, about."""

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Point:
    """A derivation in numbers. Derivatives are in denominator layout: ∂u/∂v has a row for each entry of v."""

    derivation: Derivation
    arrays: Arrays
    functions: Mapping[str, Any] = field(default_factory=dict)
    """What letters of functions stand for, where the network itself does not say it."""
    steps: Steps | None = field(default=None, compare=False)
    """What the work at a point that was moved for differences is counted in; at others it is done once for a file."""
    applied: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """What functions give that have been applied here: to the entries of values, time and again."""
    _found: dict[tuple[Value, Value], Any] = field(default_factory=dict, repr=False)
    _alone: dict[int, Point] = field(default_factory=dict, repr=False)

    def array(self, v: Value) -> Array:
        """The array of a value of the network. Raises KeyError where it is none."""
        return np.asarray(self.arrays.named(v), dtype=float)

    @cached_property
    def values(self) -> dict[str, Value]:
        """The values of the network by name: x, y, W1, z1, …, C."""
        return {v.name: v for v in self.arrays.arrays if ":" not in v.base}

    @cached_property
    def samples(self) -> int | None:
        """The number of samples of a batch; None for one."""
        n = self.derivation.network.samples
        return None if n == 1 else self.arrays.size(n)

    @property
    def own_values(self) -> Sequence[Value]:
        """The values that a file's own equations name, where those are the network."""
        return ()

    @property
    def axis(self) -> int:
        """The axis along which what belongs together stands: that of the units of a sample."""
        return self.derivation.network.axis

    @property
    def one_sided(self) -> str:
        """What a kink is at, where no point is on its other side; nothing where there is none."""
        return ""

    def alone(self, sample: int) -> Point:
        """One sample of a batch (from 0): the network for one sample, with that sample's values.

        Raises SymbolicError where the samples are coupled.
        """
        if sample not in self._alone:
            derivation = self.derivation.per_sample
            mine = {v.name: v for v in _given(derivation)}
            arrays = Arrays(self.arrays.sizes)
            for v in _given(self.derivation):
                if v.name in mine:
                    arrays.arrays[mine[v.name]] = self._of_sample(v, sample)
            _run(derivation.forward, arrays)
            self._alone[sample] = Point(derivation, arrays)
        return self._alone[sample]

    def _of_sample(self, v: Value, sample: int) -> Array:
        """What a sample has of a value, as a column; the whole of what is the same for all."""
        network = self.derivation.network
        if v.shape[1 - network.axis] != network.samples:
            return self.array(v)
        return self.array(v)[:, [sample]] if network.axis == 0 else self.array(v)[[sample]].T

    def towards(self, expression: Node) -> Point:
        """The point as far as an expression asks for it."""
        return self

    @property
    def cost(self) -> int:
        """In how many steps all values are computed, about."""
        return COST * len(self.derivation.forward)

    def cost_by(self, wrt: Value) -> int:
        """In how many steps the values are computed that change with one, about."""
        return self.cost

    def derivative(self, of: Value, wrt: Value) -> Any:
        """∂of/∂wrt: shaped like `wrt` where `of` is the objective or a number, else a row for each entry of `wrt`.

        With respect to a matrix, of a vector: an array of three axes, the first two those of the matrix.
        Raises SymbolicError where one does not depend on the other, or where the derivative is no matrix.
        """
        if (of, wrt) not in self._found:
            if self.steps is not None:
                self.steps.take(self.cost_by(wrt))
            try:
                self._found[of, wrt] = self._derivative(of, wrt)
            except Unknown:
                raise
            except SymbolicError as error:
                self._found[of, wrt] = _None(str(error))
        found = self._found[of, wrt]
        if isinstance(found, _None):
            raise SymbolicError(found.reason)
        return found

    def jacobian(self, wrt: Value, of: Callable[[Point], Any], steps: Steps | None = None) -> Any:
        """The derivative of what is computed at a point, by a value, by differences; the work is counted in `steps`.

        Shaped as that of `derivative`; that of a matrix has four axes, the last two those of the matrix.
        """
        shape = self.array(wrt).shape
        columns = [np.asarray(self.difference(wrt, place, of, steps)) for place in np.ndindex(*shape)]
        if columns[0].size == 1:
            return np.reshape([column.item() for column in columns], shape)
        if 1 not in columns[0].shape:
            return np.reshape(columns, (*shape, *columns[0].shape))
        rows = np.array([column.ravel() for column in columns])
        return rows if 1 in shape else rows.reshape(*shape, -1)

    @property
    def weights(self) -> Sequence[tuple[float, float]]:
        """How far a value is moved for its differences, in steps, and what each counts."""
        return WEIGHTS

    def difference(
        self, wrt: Value, place: tuple[int, ...], of: Callable[[Point], Any], steps: Steps | None = None
    ) -> Any:
        """The derivative of what is computed at a point, a number or an array, by one entry of a value."""
        steps = self.steps if steps is None else steps
        total: Any = 0.0
        for far, weight in self.weights:
            if steps is not None:
                steps.take(self.cost_by(wrt))
            array = self.array(wrt).copy()
            array[place] += far * STEP
            total = total + weight / STEP * of(replace(self.moved(wrt, array), steps=steps))
        return total

    def moved(self, v: Value, array: Array) -> Point:
        """The point where one value has another array, and those that are computed from it are what they are then."""
        arrays = Arrays(self.arrays.sizes, {**self.arrays.arrays, v: array})
        _run([step for step in self.derivation.forward if step.target != v], arrays)
        return Point(self.derivation, arrays)

    def _derivative(self, of: Value, wrt: Value) -> Any:
        d = self.derivation
        if of == wrt and d.network.samples != 1 and d.network.units(of) == 1:
            return np.ones_like(self.array(of))  # of each sample by its own
        if of == wrt:
            return np.eye(of_size) if (of_size := self.array(of).size) > 1 else np.ones((1, 1))
        if of != d.objective and d.network.samples != 1 and (d.network.units(of) != 1 or wrt in d.network.parameters):
            raise SymbolicError(f"∂{of.name}/∂{wrt.name} is no matrix for a batch; say it for one sample")
        if wrt == d.objective:
            raise SymbolicError(f"{of.name} does not depend on {wrt.name}")
        if wrt in d.network.parameters and self.array(wrt).shape[1] > 1 and self.array(of).size > 1:
            return self._through_step(of, wrt)
        if of.layer is None and of != d.objective and any(step.target == of for step in d.forward):
            return self.jacobian(wrt, lambda point: point.array(of))
        swept = _swept(d, of, wrt)
        if isinstance(swept, _None):
            raise SymbolicError(swept.reason)
        program, expression = swept
        at = Arrays(self.arrays.sizes, dict(self.arrays.arrays))
        _run(program, at)
        return at.matrix(expression)

    def _through_step(self, of: Value, wrt: Value) -> Any:
        """∂u/∂W = ∂u/∂z ∂z/∂W, summed over the steps z that use W; they are affine in it, so differences are exact."""
        total: Any = 0.0
        for step in self.derivation.forward:
            if wrt not in values_in(step.expr) or step.target == self.derivation.objective:
                continue
            base = self.arrays.matrix(step.expr)
            rows, cols = self.array(wrt).shape
            tensor = np.zeros((rows, cols, base.size))
            for i, j in np.ndindex(rows, cols):
                moved = self.array(wrt).copy()
                moved[i, j] += 1.0
                at = Arrays(self.arrays.sizes, {**self.arrays.arrays, wrt: moved})
                tensor[i, j] = (at.matrix(step.expr) - base).ravel()
            try:
                onward = self.derivative(of, step.target)
            except SymbolicError:
                continue
            total = total + tensor @ onward
        if np.ndim(total) == 0:
            raise SymbolicError(f"{of.name} does not depend on {wrt.name}")
        return total


@dataclass(frozen=True)
class _None:
    """That there is no derivative, and why."""

    reason: str


@lru_cache(maxsize=2_000)
def _swept(d: Derivation, of: Value, wrt: Value) -> tuple[Program, Any] | _None:
    """The program that ends in ∂of/∂wrt, and what it is of its values: the same at all points."""
    try:
        target = d.target(wrt.name if of == d.objective else f"{of.name}:{wrt.name}")
        return d.recurrence(target.by), d.expression(target.name)
    except SymbolicError as error:
        return _None(str(error))


def points(
    derivation: Derivation, seeds: Iterable[int], width: int | None = None, classes: bool = False
) -> list[Point]:
    """The derivation at random points, one for each seed; `width` is the size of its output where that is free.

    A layer of one unit is on one side of 0 at each of them, and on either side at some. `classes`: targets that are
    shares are one-hot.
    """
    return [_point(derivation, seed, width, sign=(-1) ** at, classes=classes) for at, seed in enumerate(seeds)]


MOST_DRAWS = 200


def _point(derivation: Derivation, seed: int, width: int | None, sign: int, classes: bool) -> Point:
    """A point at which pre-activations of all layers have both signs, one alone the given one, if it is drawn."""
    rng = np.random.default_rng(seed)
    sizes = _sizes(derivation, seed, width)
    for _ in range(MOST_DRAWS):
        arrays = Arrays(sizes)
        for v in _given(derivation):
            arrays.arrays[v] = _drawn(v, tuple(arrays.size(n) for n in v.shape), rng, seed if classes else None)
        with np.errstate(all="ignore"):  # a logarithm of what is no share, in a network that is only tried
            _run(derivation.forward, arrays)
        if all(_lives(np.asarray(array), sign) for v, array in arrays.arrays.items() if v.base == "z"):
            break
    return Point(derivation, arrays)


def _lives(z: Array, sign: int) -> bool:
    """Whether there are pre-activations above 0 and below it; one alone has the given sign."""
    return bool(z.item() * sign > 0) if z.size == 1 else bool(np.any(z > 0) and np.any(z < 0))


def _run(program: Iterable[Step], arrays: Arrays) -> None:
    for step in program:
        arrays.arrays[step.target] = arrays.matrix(step.expr)


def _given(derivation: Derivation) -> list[Value]:
    """What the forward program starts from: x, the parameters, y, masks."""
    computed = {step.target for step in derivation.forward}
    network = derivation.network
    found = [network.input, *network.parameters, *network.data]
    for step in derivation.forward:
        found += values_in(step.expr)
    return [v for v in dict.fromkeys(found) if v not in computed]


def _sizes(derivation: Derivation, seed: int, width: int | None) -> dict[Any, int]:
    """A number for every symbol of a size: those of SIZES in turn, begun elsewhere for each seed."""
    network = derivation.network
    shapes = [*network.input.shape, *(n for step in derivation.forward for n in step.target.shape)]
    atoms = [s for n in shapes for s in (n.atoms(sympy.Indexed) or n.free_symbols)]
    named = dict.fromkeys(atoms)
    numbers = {s: SIZES[(k + seed) % len(SIZES)] for k, s in enumerate(named)}
    units = network.units(network.output)
    if width is not None and units in numbers:
        numbers[units] = width
    if SAMPLES in numbers:
        numbers[SAMPLES] = next(n for n in range(3, 10) if n not in [*numbers.values(), *shapes])
    return numbers


def _drawn(v: Value, shape: tuple[int, ...], rng: np.random.Generator, first: int | None) -> Array:
    """Numbers around 0 for data and parameters; targets between 0 and 1, each sample's sum 1 where they are shares.

    With a `first` class they are one-hot then, each sample's class the next one.
    """
    if v.base != "y":
        return np.asarray(rng.normal(size=shape))
    shares = rng.uniform(0.1, 0.9, size=shape)
    axis = {ColumnDistribution: 0, RowDistribution: 1}.get(type(v))
    if axis is not None and first is not None:
        places = np.indices(shape)
        return np.asarray((places[axis] - places[1 - axis] - first) % shape[axis] == 0, dtype=float)
    return shares if axis is None else np.asarray(shares / shares.sum(axis=axis, keepdims=True))
