"""A point of a network that a file's own equations are: values by the equations, derivatives by differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from symbolic.algebra.values import Value
from symbolic.checking.arrays import Arrays
from symbolic.checking.at import LAST
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.letters import LETTERS
from symbolic.checking.naming import Key, Meaning, Naming, Table
from symbolic.checking.own_equations import Equation
from symbolic.checking.own_written import bare, counts_entries, held
from symbolic.checking.point import WEIGHTS, Point
from symbolic.checking.problems import JUDGING, TOO_LONG, Steps
from symbolic.checking.shapes import sized
from symbolic.checking.walk import bound_in, nodes_in, ratios_in
from symbolic.checking.written import Written
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

WORK = 20_000
"""How many nodes are looked at for the values of one point."""

FINER = tuple((far / 4, weight * 4) for far, weight in WEIGHTS)
"""Shorter differences: a file's own equations may have logarithms and poles, near which those of a network err."""


class OwnTable(Table):
    """No names: all are the file's."""

    @cached_property
    def meanings(self) -> Mapping[Key, Meaning]:
        return {}

    @cached_property
    def last(self) -> int:
        return 1

    @cached_property
    def sizes(self) -> Mapping[str, Any]:
        return {}


@dataclass(frozen=True, eq=False)
class Own:
    """Equations in their order, the values of their names, and what letters of functions stand for."""

    equations: tuple[Equation, ...]
    values: Mapping[Written, Value]
    naming: Naming
    functions: Mapping[str, Any]
    counts: Mapping[Written, Any]
    objective: Value | None = None
    """The objective, where no equation gives it: it is any function of `last`."""
    last: Sequence[Value] = ()
    """The values that no equation of the network uses."""
    shares: int | None = None
    """The axis along which targets are shares of 1; None where they are none."""
    axis: int = 0
    """Along which axis a softmax of a matrix runs."""
    families: frozenset[Written] = frozenset()
    """The names of several vectors, each a row of the value."""
    one_sided: str = ""
    """What is compared with what, and was greater at all points or at none."""

    @property
    def given(self) -> list[Written]:
        """The names that no equation gives."""
        computed = {self.values[bare(equation.name)] for equation in self.equations}
        known = {*computed, self.objective}
        return [name for name, v in self.values.items() if v not in known and name not in self.counts]

    @cached_property
    def divisors(self) -> frozenset[Written]:
        """The names by which something is divided."""
        trees = tuple(equation.tree for equation in self.equations)
        quotients = (node for node in nodes_in(trees) if isinstance(node, nodes.Fraction))
        return frozenset(name for quotient in quotients for name in held(quotient.below))

    @cached_property
    def unsure(self) -> frozenset[Value]:
        """The biases of units that are computed by analogy: whether units share one nobody says."""
        trees = tuple(equation.tree for equation in self.equations if equation.is_analogous)
        return frozenset(self.values[name] for name in held(trees) if name.letter in LETTERS["b"])

    @cached_property
    def sources(self) -> Mapping[Equation, set[Value]]:
        """The values that each equation holds."""
        return {
            equation: {self.values[name] for name in held(equation.tree) if name in self.values}
            for equation in self.equations
        }


@dataclass(frozen=True)
class OwnPoint(Point):
    """A point of a network that is given by equations."""

    own: Own = field(kw_only=True)
    work: Steps = field(default_factory=lambda: Steps(0), kw_only=True, compare=False)
    """How many nodes were looked at for all values."""
    costs: dict[Value, int] = field(default_factory=dict, kw_only=True, compare=False)
    """How many of them for each."""

    @property
    def own_values(self) -> Sequence[Value]:
        """The values that the equations name."""
        return tuple(self.own.values.values())

    @property
    def axis(self) -> int:
        """The axis along which a softmax of a matrix runs."""
        return self.own.axis

    @property
    def one_sided(self) -> str:
        """What a kink is at, where no point is on its other side."""
        return self.own.one_sided

    def moved(self, v: Value, array: Any) -> Point:
        """The point where one value has another array, and those that are computed from it are what they are then."""
        point = replace(self, arrays=Arrays(self.arrays.sizes, {**self.arrays.arrays, v: array}), _found={})
        point.compute(v)
        return point

    def compute(self, kept: Value | None = None) -> None:
        """Compute every value from those before it; `kept` stays what it is, and so does what does not depend on it."""
        at = Evaluator(self, self.own.naming, steps=Steps(WORK))
        changed = {kept}
        for equation in self.own.equations:
            v = self.own.values[bare(equation.name)]
            if v != kept and (kept is None or changed & self.own.sources[equation]):
                before = at.steps.left
                self.arrays.arrays[v] = self._value(at, equation, tuple(self.arrays.size(n) for n in v.shape))
                changed.add(v)
                self.costs.setdefault(v, before - at.steps.left)
        if kept is None:
            self.work.left = WORK - at.steps.left
        if self.own.objective is not None:
            self.arrays.arrays[self.own.objective] = self._any_function(self.own.last)

    def _any_function(self, of: Sequence[Value]) -> Any:
        """C = Σ sin(v + k), k = 0, 1, … along the entries: a number that depends on every one of them."""
        entries = np.concatenate([self.array(v).ravel() for v in of])
        return np.sin(entries + np.arange(entries.size)).sum().reshape(1, 1)

    def _value(self, at: Evaluator, equation: Equation, shape: tuple[int, ...]) -> Any:
        letters = [index.letter for index in equation.name.below if counts_entries(equation.name)]
        if not letters:
            found = np.asarray(sized(at.of(equation.tree)), dtype=float)
            return np.full(shape, found.item()) if found.size == 1 else found
        array = np.zeros(shape)
        if bare(equation.name) in self.own.families:
            for k in range(shape[0]):
                row = at.at(entries={letters[0]: k + 1, LAST + letters[0]: shape[0]}).of(equation.tree)
                array[k] = np.ravel(np.asarray(sized(row), dtype=float))
            return array
        for place in np.ndindex(*shape):
            numbers = [k for k, n in zip(place, shape, strict=True) if n > 1 or len(letters) == 2] or [0]
            counted = dict(zip(letters, (k + 1 for k in numbers), strict=False))
            limits = {LAST + letter: n for letter, n in zip(letters, (n for n in shape if n > 1), strict=False)}
            array[place] = np.asarray(at.at(entries={**counted, **limits}).of(equation.tree)).item()
        return array

    @property
    def weights(self) -> Sequence[tuple[float, float]]:
        return FINER

    @property
    def cost(self) -> int:
        """In how many steps all values are computed."""
        return self.work.left

    def cost_by(self, wrt: Value) -> int:
        """In how many steps the values are computed that change with one."""
        changed, found = {wrt}, 1
        for equation in self.own.equations:
            v = self.own.values[bare(equation.name)]
            if v != wrt and changed & self.own.sources[equation]:
                changed.add(v)
                found += self.costs.get(v, 0)
        return found

    def _derivative(self, of: Value, wrt: Value) -> Any:
        there = self._towards({*self.own.last} if of == self.own.objective else {of})
        if wrt in there.own.unsure:
            raise SymbolicError("whether several units share that is not said")
        if len(FINER) * self.array(wrt).size * there.cost_by(wrt) > JUDGING:
            raise SymbolicError(TOO_LONG)
        return there.jacobian(wrt, lambda point: point.array(of))

    def towards(self, expression: Node) -> Point:
        """The point as far as an expression asks for it: itself where that holds more than values."""
        found = {*held(expression)} - {Written(letter) for letter in bound_in(expression)}
        names = {name if name in self.own.values else replace(name, above=()) for name in found}  # x², too
        if any(ratios_in(expression)) or self.own.naming.templates or not names <= self.own.values.keys():
            return self
        values = {self.own.values[name] for name in names}
        return self if self.own.objective in values else self._towards(values)

    def _towards(self, needed: set[Value]) -> OwnPoint:
        """The point with no other equations than values are computed from."""
        kept: list[Equation] = []
        for equation in reversed(self.own.equations):
            if self.own.values[bare(equation.name)] in needed:
                needed |= self.own.sources[equation]
                kept.insert(0, equation)
        return replace(self, own=replace(self.own, equations=tuple(kept)), _found={})
