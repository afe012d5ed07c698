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
from symbolic.checking.letters import ERRORS, LETTERS
from symbolic.checking.naming import Key, Meaning, Naming, Table
from symbolic.checking.own_sizes import ONE, Kind, Sizes, Unsized, counts_entries, found_sizes, plain
from symbolic.checking.point import SIZES, Point
from symbolic.checking.problems import Steps
from symbolic.checking.shapes import sized
from symbolic.checking.walk import calls_in, names_in, put_for, ratios_in
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

MOST_EQUATIONS, MOST_DRAWS = 40, 30
WORK = 200_000
"""How many nodes are looked at for the values of one point."""


@dataclass(frozen=True)
class Equation:
    """A name and the expression that it is."""

    name: Written
    tree: Node


def equations(claims: Sequence[Claim]) -> dict[int, Equation]:
    """The forward equations among claims, by the claims' identities: each gives a name that no earlier one gives.

    Error signals and what is made of derivatives are none: they are claims about the network.
    """
    found: dict[int, Equation] = {}
    given: set[Written] = set()
    for claim in claims:
        left = claim.sides[0] if len(claim.sides) > 1 else None
        if claim.letters or not isinstance(left, nodes.Name) or not isinstance(left.known, Written):
            continue
        name, right = plain(left.known), claim.sides[1]
        behind = {written.letter for side in claim.sides[1:] for written in names_in(side)}
        known = name in given or name.letter in ERRORS or name.sample is not None
        if known or behind & set(ERRORS) or any(ratios_in(claim.sides)) or name.letter in behind:
            continue
        given.add(name)
        found[id(claim)] = Equation(name, right)
    return found


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


@dataclass(frozen=True)
class Own:
    """Equations in their order, the values of their names, and what letters of functions stand for."""

    equations: tuple[Equation, ...]
    values: Mapping[Written, Value]
    naming: Naming
    functions: Mapping[str, Any]

    @property
    def given(self) -> list[Written]:
        """The names that no equation gives."""
        computed = {self.whole(equation.name) for equation in self.equations}
        return [name for name in self.values if name not in computed]

    def whole(self, name: Written) -> Written:
        """The name of what an entry is of: h for h_j."""
        return _bare(name)


@dataclass(frozen=True)
class OwnPoint(Point):
    """A point of a network that is given by equations."""

    own: Own = field(kw_only=True)

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
        """Compute every value from those before it; `kept` stays what it is."""
        at = Evaluator(self, self.own.naming, steps=Steps(WORK))
        for equation in self.own.equations:
            v = self.own.values[self.own.whole(equation.name)]
            if v != kept:
                self.arrays.arrays[v] = self._value(at, equation, tuple(self.arrays.size(n) for n in v.shape))

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

    def _derivative(self, of: Value, wrt: Value) -> Any:
        return self.jacobian(wrt, lambda point: point.array(of))


def own_points(claims: Sequence[Claim], kind: Kind, curve: str, seeds: Sequence[int]) -> list[OwnPoint]:
    """The network that the claims state, at points; `curve` is what letters of functions mean that nobody explains.

    Raises SymbolicError where the equations are none of a network.
    """
    stated = list(equations(claims).values())
    if not stated or len(stated) > MOST_EQUATIONS:
        raise SymbolicError("no forward equations, or too many of them")
    stated = _in_order([_shared(equation, stated) for equation in stated])
    sizes = found_sizes([(equation.name, equation.tree) for equation in stated], kind)
    derivation, values = _network(stated, sizes)
    named = {name: Meaning(v) for name, v in values.items()}
    naming = Naming(OwnTable(derivation, profile("standard"), USUAL), own=named)
    naming = replace(naming, own={**named, **_signals(claims, named, derivation.objective)})
    own = Own(tuple(stated), values, naming, _functions(claims, curve))
    return [
        _point(own, derivation, seed, any(c.name == "softmax" for claim in claims for c in calls_in(claim.sides)))
        for seed in seeds
    ]


def _shared(equation: Equation, others: Sequence[Equation]) -> Equation:
    """The equation with the names of expressions that others give one: ŷ = σ(w₂ h) where h = σ(w₁ x)."""
    tree = equation.tree
    for other in others:
        is_expression = not isinstance(other.tree, nodes.Name | nodes.Number)
        if other != equation and is_expression and not counts_entries(other.name):
            tree = put_for(tree, other.tree, nodes.Name(0, other.name))
    return replace(equation, tree=tree)


def _in_order(stated: Sequence[Equation]) -> list[Equation]:
    """The equations, each behind those whose names it holds. Raises Unsized where they hold one another."""
    waiting, found = list(stated), list[Equation]()
    while waiting:
        names = {_bare(equation.name) for equation in waiting}
        ready = [e for e in waiting if not names & {_bare(plain(w)) for w in names_in(e.tree)}]
        if not ready:
            raise Unsized("the equations hold one another")
        found += ready
        waiting = [equation for equation in waiting if equation not in ready]
    return found


def _bare(name: Written) -> Written:
    """The name of what an entry is of."""
    return replace(name, below=()) if counts_entries(name) else name


def _network(stated: Sequence[Equation], sizes: Sizes) -> tuple[Derivation, dict[Written, Value]]:
    """The values of all names, and a derivation that says which of them is the objective."""

    def dim(d: int) -> Any:
        return Integer(1) if sizes.find(d) == ONE else size(f"n_{sizes.find(d)}")

    values = {name: value(f"v{at}", *map(dim, shape)) for at, (name, shape) in enumerate(sizes.shapes.items())}
    used = {_bare(plain(w)) for equation in stated for w in names_in(equation.tree)}
    last = [e.name for e in stated if e.name in values and values[e.name].shape == (1, 1) and e.name not in used]
    if not last:
        raise Unsized("nothing that is differentiated")
    objective = next((name for name in reversed(last) if name.letter in LETTERS["C"]), last[-1])
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
        of = (
            objective
            if ratio.above is None
            else named[plain(ratio.above)].value
            if plain(ratio.above) in named
            else None
        )
        if of is not None and plain(ratio.below) in named and plain(left.known) not in named:
            found.setdefault(plain(left.known), Meaning(named[plain(ratio.below)].value, of))
    return found


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


def _point(own: Own, derivation: Derivation, seed: int, shares: bool) -> OwnPoint:
    """A point at which every value is finite."""
    rng = np.random.default_rng(seed)
    free = list(dict.fromkeys(n for v in own.values.values() for n in v.shape if n.free_symbols))
    numbers = {n: SIZES[(at + seed) % len(SIZES)] for at, n in enumerate(free)}
    for _ in range(MOST_DRAWS):
        point = OwnPoint(derivation, Arrays(numbers), own=own, functions=own.functions)
        for name in own.given:
            point.arrays.arrays[own.values[name]] = _drawn(name, own.values[name], point.arrays, rng, shares)
        with np.errstate(all="ignore"):
            point.compute()
        if all(np.all(np.isfinite(array)) for array in point.arrays.arrays.values()):
            return point
    raise SymbolicError("the equations have no values")


def _drawn(name: Written, v: Value, arrays: Arrays, rng: np.random.Generator, shares: bool) -> Any:
    shape = tuple(arrays.size(n) for n in v.shape)
    if name.letter not in LETTERS["y"]:
        return rng.normal(size=shape)
    found = rng.uniform(0.1, 0.9, size=shape)
    return found / found.sum() if shares else found
