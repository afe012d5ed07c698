"""Networks that a file states in its own letters: the equations of its forward part, as they stand, are the network.

What no layers say is still a network: a circuit of numbers, a residual connection, tied weights, letters of one's own.
Its values are computed by the equations of the file, its derivatives by differences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from sympy import Integer

from symbolic.algebra.functions import named_function
from symbolic.algebra.program import Program
from symbolic.algebra.values import Value, size, value
from symbolic.checking.arrays import Arrays
from symbolic.checking.at import LAST
from symbolic.checking.claims import Claim
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.habits import USUAL
from symbolic.checking.known_functions import GENERIC
from symbolic.checking.letters import LETTERS
from symbolic.checking.naming import Key, Meaning, Naming, Table, Template
from symbolic.checking.own_equations import ONES, SIGNALS, Equation, bare, equations, kinks, last_of, network_of
from symbolic.checking.own_sizes import NUMBER, ONE, Kind, Sizes, Unsized, counts_entries, found_sizes, plain
from symbolic.checking.point import SIZES, WEIGHTS, Point
from symbolic.checking.problems import JUDGING, TOO_LONG, Steps
from symbolic.checking.shapes import sized
from symbolic.checking.walk import calls_in, names_in, ratios_in
from symbolic.checking.written import Ratio, Written
from symbolic.derivation import Derivation
from symbolic.errors import SymbolicError
from symbolic.networks.build import Network
from symbolic.networks.functions import function_of
from symbolic.networks.spec import make_spec
from symbolic.networks.tables import activations
from symbolic.notation.profile import profile
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

NAME = "own_equations"
"""What such a network is called."""

MOST_DRAWS = 30
"""How often a point is drawn until its values are finite."""

PRE_ACTIVATIONS = (*LETTERS["z"], "net")
"""Letters of what δ is the derivative by, where it is not said: δ_2 by z_2."""

WORK = 20_000
"""How many nodes are looked at for the values of one point."""


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
    """The objective, where no equation gives it: it is any function of what no equation uses."""

    @property
    def given(self) -> list[Written]:
        """The names that no equation gives."""
        computed = {self.values[bare(equation.name)] for equation in self.equations}
        known = {*computed, self.objective}
        return [name for name, v in self.values.items() if v not in known and name not in self.counts]

    @cached_property
    def sources(self) -> Mapping[Equation, set[Value]]:
        """The values that each equation holds."""
        return {
            equation: {self.values[name] for w in names_in(equation.tree) if (name := bare(plain(w))) in self.values}
            for equation in self.equations
        }

    @cached_property
    def last(self) -> list[Value]:
        """The values that no equation uses."""
        return [self.values[name] for name in last_of(self.equations)]


@dataclass(frozen=True)
class OwnPoint(Point):
    """A point of a network that is given by equations."""

    own: Own = field(kw_only=True)
    work: Steps = field(default_factory=lambda: Steps(0), kw_only=True, compare=False)
    """How many nodes were looked at for all values."""

    @property
    def own_values(self) -> Sequence[Value]:
        """The values that the equations name."""
        return tuple(self.own.values.values())

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
                self.arrays.arrays[v] = self._value(at, equation, tuple(self.arrays.size(n) for n in v.shape))
                changed.add(v)
        if kept is None:
            self.work.left = WORK - at.steps.left
        if self.own.objective is not None:
            self.arrays.arrays[self.own.objective] = self._any_function(self.own.last)

    def is_on_either_side(self, left: Node, right: Node, above: bool) -> bool:
        """Whether some entries of a value are above those of another and some are not; a number is as it is said."""
        at = Evaluator(self, self.own.naming, steps=Steps(WORK))
        try:
            is_above = np.asarray(at.of(left)) > np.asarray(at.of(right))
        except SymbolicError:
            return True  # of entries one by one
        return bool(is_above.any() and not is_above.all()) if is_above.size > 1 else bool(is_above.item()) == above

    def _any_function(self, of: Sequence[Value]) -> Any:
        """C = Σ sin(v + k), k = 0, 1, … along the entries: a number that depends on every one of them."""
        entries = np.concatenate([self.array(v).ravel() for v in of])
        return np.sin(entries + np.arange(entries.size)).sum().reshape(1, 1)

    def _value(self, at: Evaluator, equation: Equation, shape: tuple[int, ...]) -> Any:
        letters = [index.letter for index in equation.name.below if counts_entries(equation.name)]
        if not letters:
            found = np.asarray(sized(at.of(equation.tree)), dtype=float)
            return found.reshape(shape) if found.size == 1 else found
        array = np.zeros(shape)
        for place in np.ndindex(*shape):
            numbers = [k for k, n in zip(place, shape, strict=True) if n > 1 or len(letters) == 2] or [0]
            counted = dict(zip(letters, (k + 1 for k in numbers), strict=False))
            limits = {LAST + letter: n for letter, n in zip(letters, (n for n in shape if n > 1), strict=False)}
            array[place] = np.asarray(at.at(entries={**counted, **limits}).of(equation.tree)).item()
        return array

    @property
    def cost(self) -> int:
        """In how many steps all values are computed."""
        return self.work.left

    def _derivative(self, of: Value, wrt: Value) -> Any:
        if len(WEIGHTS) * self.array(wrt).size * self.work.left > JUDGING:
            raise SymbolicError(TOO_LONG)
        return self.jacobian(wrt, lambda point: point.array(of))


def own_points(claims: Sequence[Claim], kind: Kind, curve: str, seeds: Sequence[int]) -> list[OwnPoint]:
    """The network that the claims state, at points; `curve` is what letters of functions mean that nobody explains.

    Raises SymbolicError where the equations are none of a network.
    """
    stated = network_of(list(equations(claims).forward.values()))
    sizes = found_sizes([(equation.name, equation.tree) for equation in stated], kind)
    unsaid = _unsaid(claims, sizes)
    objective = unsaid or _objective(stated, sizes)
    sizes.shapes.setdefault(objective, NUMBER)
    derivation, values = _network(objective, sizes)
    named = {name: Meaning(v) for name, v in values.items()}
    naming = Naming(OwnTable(derivation, profile("standard"), USUAL), own=named)
    naming = replace(naming, own={**named, **_signals(claims, named, derivation.objective)})
    later = {_key(e.name): Template(e.tree) for e in equations(claims).later.values()}
    naming = replace(naming, templates=later)
    counts = {name: _size(sizes, dim) for name, dim in sizes.counts.items()}
    own = Own(tuple(stated), values, naming, _functions(claims, curve), counts, values[unsaid] if unsaid else None)
    shares = any(call.name == "softmax" for claim in claims for call in calls_in(claim.sides))
    return [_point(own, derivation, seed, shares, alive=at % 2 == 0) for at, seed in enumerate(seeds)]


def _unsaid(claims: Sequence[Claim], sizes: Sizes) -> Written | None:
    """The objective that is differentiated, where no equation gives it; None where one does."""
    above = (plain(ratio.above) for claim in claims for ratio in ratios_in(claim.sides) if ratio.above is not None)
    return next((name for name in above if name.letter in LETTERS["C"] and name not in sizes.shapes), None)


def _objective(stated: Sequence[Equation], sizes: Sizes) -> Written:
    """The number that no other equation uses. Raises Unsized where there is none."""
    numbers = [name for name in last_of(stated) if all(sizes.find(dim) == ONE for dim in sizes.shapes[name])]
    if not numbers:
        raise Unsized("nothing that is differentiated")
    return next((name for name in reversed(numbers) if name.letter in LETTERS["C"]), numbers[-1])


def _size(sizes: Sizes, dim: int) -> Any:
    """The symbol of a dimension."""
    return Integer(1) if sizes.find(dim) == ONE else size(f"n_{sizes.find(dim)}")


def _network(objective: Written, sizes: Sizes) -> tuple[Derivation, dict[Written, Value]]:
    """The values of all names, and a derivation that says which of them is the objective."""
    shapes = {name: [_size(sizes, dim) for dim in shape] for name, shape in sizes.shapes.items()}
    values = {name: value(f"v{at}", *shape) for at, (name, shape) in enumerate(shapes.items())}
    spec = make_spec({"name": NAME, "input": {"size": "n"}, "layers": [{"units": 1}], "objective": {"output": True}})
    given = tuple(v for v in values.values() if v != values[objective])
    network = Network(
        spec, "single", 0, Program(()), value("x", size("n")), values[objective], given, (), (), {}, Integer(1)
    )
    return Derivation(network), values


def _signals(claims: Sequence[Claim], named: Mapping[Written, Meaning], objective: Value) -> dict[Written, Meaning]:
    """δ = ∂C/∂z: names that the file gives to derivatives."""
    found: dict[Written, Meaning] = {}
    for claim in claims:
        left = claim.sides[0] if len(claim.sides) > 1 else None
        ratio = next((r for side in claim.sides[1:] for r in _ratio(side)), None)
        if not isinstance(left, nodes.Name) or not isinstance(left.known, Written) or ratio is None:
            continue
        above = None if ratio.above is None else named.get(plain(ratio.above))
        of = objective if ratio.above is None else None if above is None else above.value
        if of is not None and plain(ratio.below) in named and plain(left.known) not in named:
            found.setdefault(plain(left.known), Meaning(named[plain(ratio.below)].value, of))
    usual = {plain(w) for claim in claims for w in names_in(claim.sides) if w.letter in SIGNALS} - set(found)
    for name in usual:
        before = [z for z in named if z.base in PRE_ACTIVATIONS and replace(name, base=z.base) == z]
        if before:
            found[name] = Meaning(named[before[0]].value, objective)
    return found


def _key(name: Written) -> Key:
    """The letter and the number of a name."""
    numbers = [index.number for index in name.indices if not index.letters]
    return name.letter, numbers[0] if numbers else None


def _ratio(side: Node) -> list[Ratio]:
    return [side.known] if isinstance(side, nodes.Name) and isinstance(side.known, Ratio) else []


def _functions(claims: Sequence[Claim], curve: str) -> dict[str, Any]:
    """Letters of functions ↦ functions: σ is the sigmoid or, like every other letter, one that nobody knows."""
    letters = {call.name for claim in claims for call in calls_in(claim.sides) if call.name in GENERIC}
    sigmoid = function_of(activations()["sigmoid"])
    return {
        letter: sigmoid if letter == r"\sigma" and curve == "sigmoid" else named_function(letter.lstrip("\\"))
        for letter in letters
    }


def _point(own: Own, derivation: Derivation, seed: int, shares: bool, alive: bool) -> OwnPoint:
    """A point at which every value is finite, and rectified ones are as they should be, if such a one is drawn."""
    rng = np.random.default_rng(seed)
    free = list(dict.fromkeys(n for v in own.values.values() for n in v.shape if n.free_symbols))
    numbers = {n: SIZES[(at + seed) % len(SIZES)] for at, n in enumerate(free)}
    best: OwnPoint | None = None
    for draw in range(MOST_DRAWS):
        point = OwnPoint(derivation, Arrays(numbers), own=own, functions=own.functions)
        for name, many in own.counts.items():
            point.arrays.arrays[own.values[name]] = np.full((1, 1), float(point.arrays.size(many)))
        for name in own.given:
            point.arrays.arrays[own.values[name]] = _drawn(name, own.values[name], point.arrays, rng, shares)
        with np.errstate(all="ignore"):
            point.compute()
        if all(np.all(np.isfinite(array)) for array in point.arrays.arrays.values()):
            best = point
            if all(point.is_on_either_side(*pair, alive) for e in own.equations for pair in kinks(e.tree)):
                break
        if (draw + 2) * point.work.left > JUDGING:
            break
    if best is None:
        raise SymbolicError("the equations have no values")
    return best


def _drawn(name: Written, v: Value, arrays: Arrays, rng: np.random.Generator, shares: bool) -> Any:
    shape = tuple(arrays.size(n) for n in v.shape)
    if name.base == ONES:
        return np.ones(shape)
    if name.letter not in LETTERS["y"]:
        return rng.normal(size=shape)
    found = rng.uniform(0.1, 0.9, size=shape)
    return found / found.sum(axis=0) if shares else found
