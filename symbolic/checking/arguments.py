"""Values that are written with what they depend on: f(β) = ‖Xβ − y‖², z(w, b, x) = w·x + b, activation(xᵢ).

Where a file says so of a value, it has the value's name alone; with other arguments, what the value is for those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from symbolic.checking.bound import letters_below, with_free_indices
from symbolic.checking.called_values import networks_in
from symbolic.checking.claims import Claim
from symbolic.checking.letters import PRE_ACTIVATIONS, WEIGHTS
from symbolic.checking.own_functions import definitions
from symbolic.checking.partials import UNSAID
from symbolic.checking.tree import Grouped, Listed
from symbolic.checking.walk import nodes_in, ratios_in, with_names, with_nodes
from symbolic.checking.written import Function, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

PARAMETERS = (*WEIGHTS, r"\beta")
"""Letters of what an objective is a function of; f(z) may be an activation."""

MOST_NODES = 60
"""A longer expression is put in place of no call."""


@dataclass(frozen=True)
class Dependent:
    """The value, the arguments that it is written with, and the expression that it is."""

    value: Written
    arguments: tuple[Written, ...]
    tree: Node

    def put(self, given: Sequence[Node]) -> Node | None:
        """The expression with other arguments; None where letters of theirs cannot be told from its own."""
        tree = with_free_indices(self.tree, {letter for each in given for letter in letters_below(each)})
        others = dict(zip(self.arguments, given, strict=True))

        def changed(name: nodes.Name) -> Node:
            known = name.known
            if not isinstance(known, Written) or replace(known, transposed=False) not in others:
                return name
            found = others[replace(known, transposed=False)]
            return nodes.Transposed(name.column, found) if known.transposed else found

        return None if tree is None else with_names(tree, changed)


def with_plain_names(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with names for the values that are written with their arguments."""
    functions = {letter for letter, _ in definitions(claims).values()}  # own equations write these out
    found = {each.value: each for each in _dependents(claims) if each.value.base not in functions}
    by = _parameter(claims, found)
    if by is not None:
        claims = [replace(claim, sides=with_names(claim.sides, partial(_by_parameter, by=by))) for claim in claims]
    if not found:
        return list(claims)
    return [replace(claim, sides=_changed(claim.sides, found)) for claim in claims]


_OF_PARAMETER = re.compile(
    r"(?:[A-Z]|\\ell|f)\s*\}?\s*\(\s*(?:\\(?:mathbf|boldsymbol|bm|vec)\s*)?\{?\s*(w|W|\\theta|\\Theta|\\beta)\s*\}?\s*\)"
)
"""E(w), J(θ): the one parameter that a value depends on."""


def _parameter(claims: Sequence[Claim], found: Mapping[Written, Dependent]) -> Written | None:
    """What ∇E is taken with respect to: the one parameter that the file says values to depend on; None for several."""
    alone = {each.arguments[0] for each in found.values() if len(each.arguments) == 1}
    said = {Written(match[1]) for claim in claims for match in _OF_PARAMETER.finditer(claim.text)}
    both = {name for name in alone | said if name.base in PARAMETERS}
    return both.pop() if len(both) == 1 else None


def _by_parameter(name: nodes.Name, by: Written) -> Node:
    known = name.known
    return replace(name, known=replace(known, below=by)) if isinstance(known, Ratio) and known.below == UNSAID else name


def _dependents(claims: Sequence[Claim]) -> Iterator[Dependent]:
    """The values that are written with arguments where they are said to be something, each by its first equation."""
    networks = frozenset(networks_in(claims))
    above = {ratio.above.letter for claim in claims for ratio in ratios_in(claim.sides) if ratio.above is not None}
    seen: set[Written] = set()
    for claim in claims:
        if len(claim.sides) < 2:
            continue
        value, given = _applied(claim.sides[0])
        names = [node.known for node in given if isinstance(node, nodes.Name) and isinstance(node.known, Written)]
        if value is None or not names or len(names) < len(given) or value in seen or value.letter in networks:
            continue
        if len(set(names)) < len(names) or value in names or any(name.transposed for name in names):
            continue
        is_function = isinstance(claim.sides[0], nodes.Call)
        if is_function and not _is_value(value, names, above):
            continue
        seen.add(value)
        yield Dependent(value, tuple(names), claim.sides[1])


def _applied(node: Node) -> tuple[Written | None, tuple[Node, ...]]:
    """The name and its arguments, in f(β) and in z(w, b); None and nothing where it is something else."""
    match node:
        case nodes.Call(_, Function(order=0, written=Written() as value), arguments):
            return value, arguments
        case nodes.Product(_, (nodes.Name(_, Written(transposed=False) as value), bracket)):
            return value, _listed(bracket)
    return None, ()


def _listed(bracket: Node) -> tuple[Node, ...]:
    match bracket:
        case Grouped(_, nodes.Name() as inside, "("):
            return (inside,)
        case Listed(_, parts):
            return parts
    return ()


def _is_value(value: Written, names: Sequence[Written], above: set[str]) -> bool:
    """Whether f, a letter of functions, is a value: it depends on weights, or is differentiated by its name."""
    if value.base.startswith("\\") or value.indices:
        return False
    if any(name.base in PARAMETERS for name in names):
        return True
    return value.letter in above and not any(name.base in PRE_ACTIVATIONS for name in names)


def _changed(sides: tuple[Node, ...], found: Mapping[Written, Dependent]) -> tuple[Node, ...]:
    change: Callable[[Node], Node] = partial(_plain, found=found)
    return with_nodes(sides, change)


def _plain(node: Node, found: Mapping[Written, Dependent]) -> Node:
    """The node without the arguments of such values, from the leaves up."""
    if isinstance(node, nodes.Call):
        value, given = _applied(node)
        each = found.get(value) if value is not None else None
        return node if each is None else _named(each, node.column, given) or node
    if not isinstance(node, nodes.Product):
        return node
    factors: list[Node] = []
    for factor in node.factors:
        value, given = _applied(nodes.Product(0, (factors[-1], factor))) if factors else (None, ())
        each = found.get(value) if value is not None else None
        named = None if each is None else _named(each, node.column, given)
        factors = [*factors, factor] if named is None else [*factors[:-1], named]
    return factors[0] if len(factors) == 1 else replace(node, factors=tuple(factors))


def _named(each: Dependent, column: int, given: Sequence[Any]) -> Node | None:
    """The value by its name, or, with other arguments, what it is for those; None where they are no such ones."""
    if len(given) != len(each.arguments):
        return None
    if all(
        isinstance(node, nodes.Name) and node.known == name for node, name in zip(given, each.arguments, strict=True)
    ):
        return nodes.Name(column, each.value)
    if sum(1 for _ in nodes_in(each.tree)) > MOST_NODES:
        return None
    tree = each.put(given)
    return None if tree is None else Grouped(column, tree)
