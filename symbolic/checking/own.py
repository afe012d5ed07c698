"""Networks that a file states in its own letters: the equations of its forward part, as they stand, are the network.

What no layers say is still a network: a circuit of numbers, a residual connection, tied weights, letters of one's own.
Its values are computed by the equations of the file, its derivatives by differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sympy import Integer

from symbolic.algebra.functions import named_function
from symbolic.algebra.program import Program
from symbolic.algebra.values import Value, size, value
from symbolic.checking.claims import Claim
from symbolic.checking.habits import USUAL
from symbolic.checking.known_functions import GENERIC
from symbolic.checking.letters import LETTERS
from symbolic.checking.naming import Key, Meaning, Naming, Template
from symbolic.checking.own_draws import drawn_points
from symbolic.checking.own_equations import Equation, last_of, network_of
from symbolic.checking.own_names import adjoints, equations
from symbolic.checking.own_point import Own, OwnPoint, OwnTable
from symbolic.checking.own_signals import signals
from symbolic.checking.own_sizes import NUMBER, ONE, Kind, Sizes, Unsized, found_sizes
from symbolic.checking.own_written import bare, is_exponential, plain
from symbolic.checking.tree import Repeated
from symbolic.checking.walk import calls_in, names_in, nodes_in, ratios_in
from symbolic.checking.written import Written
from symbolic.derivation import Derivation
from symbolic.networks.build import Network
from symbolic.networks.functions import function_of
from symbolic.networks.spec import make_spec
from symbolic.networks.tables import activations
from symbolic.notation.profile import profile
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

NAME = "own_equations"
"""What such a network is called."""

UNSAID = Written("C", label="unsaid")
"""The objective of a file that has none: nobody writes its name."""


def own_points(
    claims: Sequence[Claim], kind: Kind, curve: str, seeds: Sequence[int], has_objective: bool = True
) -> list[OwnPoint]:
    """The network that the claims state, at points; `curve` is what letters of functions mean that nobody explains.

    `has_objective`: some number is differentiated, else values may be. Raises SymbolicError where the equations are
    none of a network.
    """
    found = equations(claims)
    network = list(found.forward.values())
    stated = network_of([*network, *found.beside.values()])
    sizes = found_sizes([(equation.name, equation.tree) for equation in stated], kind, _tops(claims, stated))
    unsaid = _unsaid(claims, sizes)
    objective = unsaid or _objective(claims, network, sizes)
    if objective == UNSAID and has_objective:
        raise Unsized("nothing that is differentiated")
    if objective not in sizes.shapes:
        unsaid, sizes.shapes[objective] = objective, NUMBER
    derivation, values = _network(objective, sizes)
    named = {name: Meaning(v) for name, v in values.items()}
    naming = Naming(OwnTable(derivation, profile("standard"), USUAL), own=named)
    own_signals = signals(claims, named, derivation.objective, adjoints(claims, network))
    naming = replace(naming, own={**named, **own_signals})
    later = {_key(e.name): Template(e.tree) for e in found.later.values()}
    naming = replace(naming, templates=later)
    counts = {name: _size(sizes, dim) for name, dim in sizes.counts.items()}
    last = [values[name] for name in last_of(network)]
    unknown = values[unsaid] if unsaid else None
    shares = (_axis_of_shares(stated) if kind != "rows" else 1) if _shares(claims) else None
    own = Own(tuple(stated), values, naming, _functions(claims, curve), counts, unknown, last, shares)
    return drawn_points(own, derivation, seeds)


def _tops(claims: Sequence[Claim], stated: Sequence[Equation]) -> set[Written]:
    """The names that are differentiated, used by no equation, and said to be a norm, an inner product, a sum."""
    above = {bare(plain(r.above)) for claim in claims for r in ratios_in(claim.sides) if r.above is not None}
    numbers = {equation.name for equation in stated if any(map(_is_of_vectors, nodes_in(equation.tree)))}
    return above & numbers & set(last_of(stated))


def _is_of_vectors(node: Node) -> bool:
    """A norm, something transposed, or a sum over entries."""
    if isinstance(node, Repeated):
        return bool(node.indices)
    is_turned = isinstance(node, nodes.Name) and isinstance(node.known, Written) and node.known.transposed
    return is_turned or isinstance(node, nodes.Norm | nodes.Transposed)


def _unsaid(claims: Sequence[Claim], sizes: Sizes) -> Written | None:
    """The objective that is differentiated, where no equation gives it; None where one does."""
    above = (plain(ratio.above) for claim in claims for ratio in ratios_in(claim.sides) if ratio.above is not None)
    return next((name for name in above if name.letter in LETTERS["C"] and name not in sizes.shapes), None)


def _objective(claims: Sequence[Claim], network: Sequence[Equation], sizes: Sizes) -> Written:
    """The number that no other equation of the network uses: one with the letter of an objective, else one that is
    differentiated; where there is none, one that nobody says."""
    numbers = [name for name in last_of(network) if all(sizes.find(dim) == ONE for dim in sizes.shapes[name])]
    objectives = [name for name in numbers if name.letter in LETTERS["C"]]
    above = {bare(plain(r.above)) for claim in claims for r in ratios_in(claim.sides) if r.above is not None}
    differentiated = [name for name in numbers if name in above]
    return next((each[-1] for each in (objectives, differentiated, numbers) if each), UNSAID)


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


def _shares(claims: Sequence[Claim]) -> bool:
    """Whether there is a softmax, by its name or as eᶻ over a sum of those: targets are shares of 1 then, too."""
    parts = [node for claim in claims for node in nodes_in(claim.sides)]
    sums = tuple(node.below for node in parts if isinstance(node, nodes.Fraction) and isinstance(node.below, Repeated))
    powers = any(isinstance(node, nodes.Power) and is_exponential(node) for node in nodes_in(sums))
    named = any(call.name == "softmax" for claim in claims for call in calls_in(claim.sides))
    return powers or named or any(call.name == "exp" for call in calls_in(sums))


def _axis_of_shares(stated: Sequence[Equation]) -> int:
    """The axis of the classes in p_{ik} = e^{z_{ik}} / Σ_j e^{z_{ij}}: that of k, which is not below the line."""
    for equation in stated:
        letters = [index.letter for index in equation.name.below]
        below = [node.below for node in nodes_in(equation.tree) if isinstance(node, nodes.Fraction)]
        inside = {index.letter for name in names_in(tuple(below)) for index in name.below}
        if len(letters) == 2 and below and len(set(letters) & inside) == 1:
            return int(letters[1] not in inside)
    return 0


def _key(name: Written) -> Key:
    """The letter and the number of a name."""
    numbers = [index.number for index in name.indices if not index.letters]
    return name.letter, numbers[0] if numbers else None


def _functions(claims: Sequence[Claim], curve: str) -> dict[str, Any]:
    """Letters of functions ↦ functions: σ is the sigmoid or, like every other letter, one that nobody knows."""
    letters = {call.name for claim in claims for call in calls_in(claim.sides) if call.name in GENERIC}
    sigmoid = function_of(activations()["sigmoid"])
    return {
        letter: sigmoid if letter == r"\sigma" and curve == "sigmoid" else named_function(letter.lstrip("\\"))
        for letter in letters
    }
