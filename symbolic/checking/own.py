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
from symbolic.checking.own_families import families_of
from symbolic.checking.own_found_sizes import found_sizes
from symbolic.checking.own_names import adjoints, equations
from symbolic.checking.own_point import Own, OwnPoint, OwnTable
from symbolic.checking.own_signals import signals
from symbolic.checking.own_sizes import NUMBER, ONE, Kind, Sizes, Unsized
from symbolic.checking.own_times import claims_of_steps, ends_in, times_in, unrolled
from symbolic.checking.own_written import bare, counts_entries, is_exponential, plain
from symbolic.checking.tree import Repeated
from symbolic.checking.walk import calls_in, names_in, nodes_in, ratios_in
from symbolic.checking.written import Ratio, Written
from symbolic.derivation import STATISTICS, Derivation
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
    claims: Sequence[Claim],
    kind: Kind,
    curve: str,
    seeds: Sequence[int],
    has_objective: bool = True,
    axis: int = 0,
) -> list[OwnPoint]:
    """The network that the claims state, at points; `curve` is what letters of functions mean that nobody explains,
    `axis` the one that a softmax of a matrix runs along.

    `has_objective`: some number is differentiated, else values may be. Raises SymbolicError where the equations are
    none of a network.
    """
    found = equations(claims)
    times = times_in(claims)
    network = unrolled(list(found.forward.values()), times)
    stated = network_of([*network, *unrolled(list(found.beside.values()), times)])
    families = families_of(stated)
    trees = [(equation.name, equation.tree) for equation in stated]
    sizes = found_sizes(trees, kind, families, _tops(claims, stated))
    unsaid = _unsaid(claims, sizes)
    objective = unsaid or _objective(claims, network, sizes)
    if objective == UNSAID and has_objective:
        raise Unsized("nothing that is differentiated")
    if objective not in sizes.shapes:
        unsaid, sizes.shapes[objective] = objective, NUMBER
    ends = ends_in(claims, times)
    sizes.shapes |= dict.fromkeys(ends, NUMBER)
    derivation, values = _network(objective, sizes, [*sizes.counts, *ends])
    named = {name: Meaning(v) for name, v in values.items()}
    naming = Naming(
        OwnTable(derivation, profile("standard"), USUAL),
        own=named,
        times=times,
        ends={n.base: k for n, k in ends.items()},
    )
    steps = [*claims_of_steps(claims, times)] if times else claims
    own_signals = signals(steps, named, derivation.objective, adjoints(claims, network))
    naming = replace(naming, own={**named, **own_signals})
    later = {_key(bare(e.name)): Template(e.tree, entries=_entries(e.name)) for e in found.later.values()}
    extents = {number: _size(sizes, dim) for number, dim in sizes.extents.items()}
    naming = replace(naming, templates=later, extents=extents)
    counts = {name: _size(sizes, dim) for name, dim in sizes.counts.items()}
    counts |= {name: Integer(number) for name, number in ends.items()}
    last = [values[name] for name in last_of(network)]
    unknown = values[unsaid] if unsaid else None
    in_rows = kind == "rows" or axis == 1
    shares = (1 if in_rows else _axis_of_shares(stated)) if _shares(claims) else None
    own = Own(tuple(stated), values, naming, _functions(claims, curve), counts, unknown, last, shares, axis, families)
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
    above = [plain(r.above) for claim in claims for r in ratios_in(claim.sides) if r.above is not None]
    foreign = [name for name in dict.fromkeys(above) if name not in sizes.shapes]
    usual = [name for name in foreign if name.letter in LETTERS["C"]]
    said = [name for name in foreign if not name.indices and any(_defines_by(claim, name) for claim in claims)]
    return next(iter((*usual, *(said if len(foreign) == 1 else ()))), None)


def _defines_by(claim: Claim, name: Written) -> bool:
    """Whether a claim says that dv, or an error signal, is the derivative of what has this name."""
    match claim.sides:
        case (nodes.Name(_, Ratio(None) | Written()), nodes.Name(_, Ratio(above))):
            return above == name
    return False


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


def _network(objective: Written, sizes: Sizes, counts: Sequence[Written]) -> tuple[Derivation, dict[Written, Value]]:
    """The values of all names, and a derivation that says which of them is the objective."""
    shapes = {name: [_size(sizes, dim) for dim in shape] for name, shape in sizes.shapes.items()}
    numbers: dict[Written, str] = dict.fromkeys((*sizes.statistics, *counts), STATISTICS[0])
    values = {
        name: value(numbers.get(name, "v"), rows, cols, Integer(at))
        for at, (name, (rows, cols)) in enumerate(shapes.items())
    }
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


def _entries(name: Written) -> tuple[str, ...]:
    """The letters that count the entries of a name."""
    return tuple(index.letter for index in name.below) if counts_entries(name) else ()


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
