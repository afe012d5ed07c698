"""Calls that apply no function: h (ŷ − y)ᵀ where h is a value, f(x) where f is the network, C(ŷ) = … of a loss."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any

from symbolic.checking.claims import Claim
from symbolic.checking.letters import LETTERS, WEIGHTS
from symbolic.checking.own_written import bare
from symbolic.checking.tree import Grouped
from symbolic.checking.walk import calls_in, names_in, with_names
from symbolic.checking.written import Function, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

OUTPUT = r"\hat y"
"""What the network's f(x) is called."""

NETWORKS = ("f", "g", "h")
"""Letters of the whole network as a function of its input."""


_HYPOTHESIS = re.compile(r"(?<![A-Za-z\\])([hf])_(?:\{[^{}]*\}|\\?[A-Za-z]+)\s*\(")
"""h_θ(x), which is read as ŷ."""


def with_hypotheses(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with ŷ for h, of those who write h_θ(x) for one and h for the column of all."""
    found = {match[1] for claim in claims for match in _HYPOTHESIS.finditer(claim.text)}
    given = {claim.given.letter for claim in claims if claim.given is not None}
    called = {call.name for claim in claims for call in calls_in(claim.sides)}
    letters = frozenset(found - given - called)
    if not letters:
        return list(claims)

    def changed(name: nodes.Name) -> Node:
        return replace(name, known=_as_output(name.known, letters))

    return [replace(claim, sides=with_names(claim.sides, changed)) for claim in claims]


def with_values(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with products in place of calls of values, with ŷ for f(x) where f is the network, with C for C(ŷ)."""
    claims = [replace(claim, sides=_without_argument(claim.sides)) for claim in claims]
    given = (claim.given for claim in claims)
    values = frozenset(bare(name) for name in given if name is not None) - frozenset(map(bare, _defined(claims)))
    networks = frozenset(networks_in(claims))
    if not values and not networks:
        return claims
    return [replace(claim, sides=_changed(claim.sides, values, networks)) for claim in claims]


def _without_argument(sides: tuple[Node, ...]) -> tuple[Node, ...]:
    """The sides of C(ŷ) = …, where the loss is said to be a function of something, with C on the left."""
    match sides:
        case (nodes.Product(_, (nodes.Name(_, Written(base)) as loss, Grouped(_, nodes.Name()))), _, *_):
            return (loss, *sides[1:]) if base in LETTERS["C"] else sides
    return sides


def _defined(claims: Sequence[Claim]) -> Iterator[Written]:
    """The letters that are said to be functions, f(z) = …, or that are differentiated as those, f′(z)."""
    for claim in claims:
        left = claim.sides[0] if len(claim.sides) > 1 else None
        if isinstance(left, nodes.Call) and isinstance(left.function, Function) and left.function.written is not None:
            yield left.function.written
        yield from (Written(call.name) for call in calls_in(claim.sides) if call.order)


def networks_in(claims: Sequence[Claim]) -> Iterator[str]:
    """The letters of functions of x that are said to be something with weights: f(x) = W₂ σ(W₁ x)."""
    for claim in claims:
        left, *right = claim.sides or (None,)
        weighs = any(written.letter in WEIGHTS for written in names_in(tuple(right)))
        if isinstance(left, nodes.Call) and left.function.name in NETWORKS and _input(left) is not None and weighs:
            yield left.function.name


def _input(call: nodes.Call) -> Written | None:
    """The input that a function is applied to; None for something else."""
    named = call.arguments[0].known if len(call.arguments) == 1 and isinstance(call.arguments[0], nodes.Name) else None
    return named if isinstance(named, Written) and named.letter in LETTERS["x"] else None


def _changed(part: Any, values: frozenset[Written], networks: frozenset[str]) -> Any:
    change = partial(_changed, values=values, networks=networks)
    if isinstance(part, tuple):
        return tuple(map(change, part))
    if isinstance(part, nodes.Name):
        return replace(part, known=_as_output(part.known, networks))
    if not isinstance(part, Node):
        return part
    if isinstance(part, nodes.Call) and part.function.name in networks and (x := _input(part)) is not None:
        return nodes.Name(part.column, replace(x, base=OUTPUT, font=""))
    inside = {f.name: change(getattr(part, f.name)) for f in fields(part)}
    value = _value(part, values)
    if value is not None:
        return nodes.Product(part.column, (value, Grouped(part.column, inside["arguments"][0])))
    if isinstance(part, nodes.Transposed | nodes.Power):  # of the bracket alone: h (ŷ − y)ᵀ
        place = "inside" if isinstance(part, nodes.Transposed) else "base"
        value = _value(getattr(part, place), values)
        if value is not None:
            return nodes.Product(part.column, (value, replace(part, **(inside | {place: inside[place].factors[1]}))))
    if isinstance(part, nodes.Product):
        factors = [f.factors if isinstance(f, nodes.Product) else (f,) for f in inside["factors"]]
        inside["factors"] = tuple(each for some in factors for each in some)
    return replace(part, **inside)


def _value(node: Node, values: frozenset[Written]) -> Node | None:
    """The value that stands before a bracket; None where it is a function, or no call."""
    if not isinstance(node, nodes.Call) or not isinstance(node.function, Function) or len(node.arguments) != 1:
        return None
    written = node.function.written
    return nodes.Name(node.column, written) if written is not None and bare(written) in values else None


def _as_output(known: Any, networks: frozenset[str]) -> Any:
    """ŷ for the letter of the network, in derivatives, too."""
    if isinstance(known, Ratio):
        above = None if known.above is None else _as_output(known.above, networks)
        return replace(known, above=above, below=_as_output(known.below, networks))
    is_network = isinstance(known, Written) and known.letter in networks and not known.above
    return replace(known, base=OUTPUT) if is_network else known
