"""Functions that a file defines, φ_k(x) = exp(−‖x − c_k‖²) and y(x) = Σ_k w_k φ_k(x): what they are of other arguments.

Where y(x_n) stands, what y(x) is said to be stands there with x_n for x. What is said of x alone is said of every x_n.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from symbolic.checking.bound import with_free_indices
from symbolic.checking.claims import Claim
from symbolic.checking.own_written import counts_entries
from symbolic.checking.tree import Differentiated, Grouped
from symbolic.checking.walk import bound_in, names_in, nodes_in, with_names, with_nodes
from symbolic.checking.written import Function, Index, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

MOST_NODES = 400
"""A formula with its functions written out is no longer than this."""

MOST_NESTED = 3
"""Functions of functions are written out so often."""


@dataclass(frozen=True)
class Defined:
    """A function: the letters of its indices, its argument, and what it is."""

    indices: tuple[Index, ...]
    argument: Written
    body: Node


def definitions(claims: Sequence[Claim]) -> dict[int, tuple[str, Defined]]:
    """The claims that define functions, by their identities, with the letters and what they define.

    Only those count that are applied to one of several arguments, too: y(x) where there is a y(x_n).
    """
    found: dict[int, tuple[str, Defined]] = {}
    for claim in claims:
        applied = _applied(claim.sides[0]) if len(claim.sides) == 2 else None
        argument = _name(applied[1]) if applied else None
        if applied is None or argument is None or argument.indices:
            continue
        given = applied[0].base in {letter for letter, _ in found.values()}
        if not given and applied[0].base not in {name.base for name in names_in(claim.sides[1])}:
            found[id(claim)] = applied[0].base, Defined(applied[0].below, argument, claim.sides[1])
    several = {(name.base, each.base) for name, each in _arguments(claims) if counts_entries(each)}
    bases = {argument for _, argument in several}
    return {id_: each for id_, each in found.items() if each[1].argument.base in bases} if several else {}


def defining(claims: Sequence[Claim], spelled: Sequence[Claim]) -> frozenset[int]:
    """Which of the claims with functions written out define those, by their identities."""
    named = definitions(claims)
    return frozenset(id(after) for claim, after in zip(claims, spelled, strict=True) if id(claim) in named)


def with_functions(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with such functions written out, but for the left sides that define them."""
    named = definitions(claims)
    if not named:
        return list(claims)
    functions = dict(named.values())
    members = {each.base: each for _, each in _arguments(claims) if counts_entries(each)}
    found = []
    for claim in claims:
        left = claim.sides[:1] if id(claim) in named else ()
        sides = claim.sides[len(left) :]
        for _ in range(MOST_NESTED):
            sides = _written_out(sides, functions)
        if not left:
            letters = {i.letter for name in names_in(claim.sides) for i in name.below} | {*bound_in(claim.sides)}
            free = {base: name for base, name in members.items() if letters.isdisjoint(i.letter for i in name.below)}
            sides = with_names(sides, partial(_as_member, members=free))
        is_long = sum(1 for _ in nodes_in(sides)) > MOST_NODES
        found.append(claim if sides == claim.sides[len(left) :] or is_long else replace(claim, sides=(*left, *sides)))
    return found


def _arguments(claims: Sequence[Claim]) -> list[tuple[Written, Written]]:
    """The names that are applied to names, with those."""
    applied = [each for claim in claims for node in nodes_in(claim.sides) for each in _applications(node)]
    return [(name, known) for name, argument in applied if (known := _name(argument)) is not None]


def _applications(node: Node) -> list[tuple[Written, Node]]:
    """What a node applies: itself, or factors of it side by side."""
    if isinstance(node, nodes.Product):
        pairs = zip(node.factors, node.factors[1:], strict=False)
        return [each for pair in pairs if (each := _applied(nodes.Product(0, pair))) is not None]
    found = _applied(node)
    return [] if found is None else [found]


def _applied(node: Node) -> tuple[Written, Node] | None:
    """The name that is applied to one argument, and that: φ_k(x), y(x)."""
    match node:
        case nodes.Call(_, Function(_, 0, _, _, Written() as name), (argument,)):
            return name, argument
        case nodes.Product(_, (nodes.Name(_, Written() as name), Grouped(_, argument, "("))):
            return name, argument
    return None


def _name(node: Node) -> Written | None:
    known = node.known if isinstance(node, nodes.Name) else None
    return known if isinstance(known, Written) else None


def _written_out(part: Any, functions: Mapping[str, Defined]) -> Any:
    """A tree, or several, with what functions are of their arguments."""

    def changed(node: Node) -> Node:
        if not isinstance(node, nodes.Product):
            return _of_argument(node, functions) or node
        factors: list[Node] = []
        for factor in node.factors:
            pair = nodes.Product(node.column, (factors[-1], factor)) if factors else None
            found = None if pair is None else _of_argument(pair, functions)
            factors[-1:] = [found] if found is not None else [*factors[-1:], factor]
        gradient = _gradient(factors)
        return gradient if gradient else factors[0] if len(factors) == 1 else replace(node, factors=tuple(factors))

    return with_nodes(part, changed)


def _of_argument(node: Node, functions: Mapping[str, Defined]) -> Node | None:
    """What a function is of its argument; None where the node is none of these."""
    found = _applied(node)
    function = functions.get(found[0].base) if found else None
    argument = _name(found[1]) if found else None
    if found is None or function is None or argument is None or argument.base != function.argument.base:
        return None
    if len(found[0].below) != len(function.indices) or found[0].above:
        return None
    letters = {old: new for old, new in zip(function.indices, found[0].below, strict=True) if old != new}
    body = with_free_indices(function.body, {index.letter for index in (*argument.below, *found[0].below)})
    if body is None:
        return None

    def put(name: nodes.Name) -> Node:
        known = name.known
        if isinstance(known, Written) and replace(known, transposed=False) == function.argument:
            return replace(name, known=replace(argument, transposed=known.transposed != argument.transposed))
        if isinstance(known, Written):
            return replace(name, known=replace(known, below=tuple(letters.get(i, i) for i in known.below)))
        return name

    return Grouped(node.column, with_names(body, put))


def _gradient(factors: Sequence[Node]) -> Node | None:
    """∇_x before what a function is: the gradient of that."""
    if len(factors) != 2 or not isinstance(factors[1], Grouped):
        return None
    ratio = factors[0].known if isinstance(factors[0], nodes.Name) else None
    if not isinstance(ratio, Ratio) or ratio.above is not None or not ratio.nabla:
        return None
    return Differentiated(factors[0].column, factors[1].inside, nodes.Name(factors[0].column, ratio.below), ratio.style)


def _as_member(name: nodes.Name, members: Mapping[str, Written]) -> Node:
    """x_n for x, where every argument of the file is one of those."""
    known = name.known
    if not isinstance(known, Written) or known.indices or known.base not in members:
        return name
    return replace(name, known=replace(members[known.base], transposed=known.transposed))
