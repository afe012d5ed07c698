"""Slopes of functions that are written without their argument: dσ/da = σ(1 − σ), g′ = g(1 − g), d tanh(x)/dx.

Each is what the function with its argument says, σ′(a) = σ(a)(1 − σ(a)), of whatever number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from symbolic.checking.called_values import networks_in
from symbolic.checking.claims import Claim
from symbolic.checking.known_functions import GENERIC
from symbolic.checking.tree import Differentiated, Grouped
from symbolic.checking.walk import calls_in, names_in, nodes_in, with_names, with_nodes
from symbolic.checking.written import Function, Index, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

ARGUMENT = Written("z")
"""The argument of a function that is written without any."""

EULER = Written("e")


def with_arguments(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with σ′(a) for dσ/da and σ(a) for σ where they say what the slope of a function is."""
    values = {claim.given.letter for claim in claims if claim.given is not None and not claim.given.transposed}
    applied = {call.name for claim in claims for call in calls_in(claim.sides)}
    letters = {letter for letter in GENERIC if letter.startswith("\\")} | (applied & set(GENERIC))
    letters -= values | set(networks_in(claims))
    called = [call for claim in claims for call in _of_layers(claim)]
    slopes = {call.function.name: call for call in called if call.function.name in letters}
    return [_at_layers(_spelled_out(claim, letters), slopes) for claim in claims]


def _of_layers(claim: Claim) -> Iterator[nodes.Call]:
    """The function of a layer that a forward equation applies: f^l of a^l = f^l(z^l)."""
    if claim.given is not None and len(claim.sides) == 2:
        match claim.sides[1]:
            case nodes.Call(_, Function(order=0, layer=Index()), (nodes.Name(_, Written(above=(_,))),)) as call:
                yield call


def _at_layers(claim: Claim, slopes: Mapping[str, nodes.Call]) -> Claim:
    """The claim with (f^l)′(z^l) for (f^l)′, where a^l = f^l(z^l)."""

    def changed(name: nodes.Name) -> Node:
        known = name.known
        if not isinstance(known, Written) or not known.transposed or known.base not in slopes or not known.above:
            return name
        call = slopes[known.base]
        argument = call.arguments[0]
        value = with_names(argument, lambda z: replace(z, known=replace(z.known, above=known.above)))
        return replace(call, function=replace(call.function, order=1, layer=known.above[0]), arguments=(value,))

    return replace(claim, sides=with_names(claim.sides, changed)) if slopes else claim


def _spelled_out(claim: Claim, letters: set[str]) -> Claim:
    function, argument = _slope(claim.sides[0], letters) if len(claim.sides) > 1 else (None, ARGUMENT)
    if function is None:
        return claim
    bare = Written(function.name)
    allowed = {bare, argument, EULER}
    names = [name for side in claim.sides[1:] for name in names_in(side)]
    if any(replace(name, above=()) not in allowed or not _is_power(name) for name in names):
        return claim
    value = nodes.Call(0, function, (nodes.Name(0, argument),))

    def changed(node: Node) -> Node:
        if isinstance(node, nodes.Name) and isinstance(node.known, Written) and replace(node.known, above=()) == bare:
            above = node.known.above
            return value if not above else nodes.Power(0, value, nodes.Number(0, str(above[0].number)))
        if isinstance(node, nodes.Call) and node.function == function and _holds(node.arguments, value):
            return nodes.Product(0, (value, Grouped(0, node.arguments[0])))  # σ(1 − σ) is σ times 1 − σ
        return node

    slope = nodes.Call(0, replace(function, order=1, written=None), (nodes.Name(0, argument),))
    return replace(claim, sides=(slope, *with_nodes(claim.sides[1:], changed)))


def _is_power(name: Written) -> bool:
    """Whether what stands above a name is nothing, or a number."""
    return not name.above or (len(name.above) == 1 and not name.above[0].letters)


def _slope(left: Node, letters: set[str]) -> tuple[Function | None, Written]:
    """The function whose slope stands there, and its argument; None where none does."""
    while isinstance(left, Grouped):
        left = left.inside
    match left:
        case nodes.Name(_, Written(base, (), (), transposed=True, label="")) if base in letters:
            return _function(base), ARGUMENT
        case nodes.Name(_, Ratio(Written(base, (), (), label=""), Written() as by)) if base in letters:
            return _function(base), by
        case Differentiated(_, inside, nodes.Name(_, Written() as by)):
            inside = inside.inside if isinstance(inside, Grouped) else inside
            match inside:
                case nodes.Call(_, Function(order=0) as function, (nodes.Name(_, known),)) if known == by:
                    return (function if function.name in letters or function.name not in GENERIC else None), by
    return None, ARGUMENT


def _function(letter: str) -> Function:
    return Function(letter, latex=letter, written=Written(letter))


def _holds(parts: tuple[Node, ...], value: Node) -> bool:
    """Whether the value stands among what a call is applied to, and is not all of it."""
    return len(parts) == 1 and any(isinstance(node, nodes.Call) and node == value for node in nodes_in(parts))
