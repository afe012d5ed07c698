"""The equations of a file that are a network by themselves: which of them, in which order, with what in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from symbolic.checking.own_sizes import Unsized
from symbolic.checking.own_written import ONES, bare, counts_entries, held
from symbolic.checking.walk import nodes_in, put_for
from symbolic.checking.written import Index, Written
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

MOST_EQUATIONS, MOST_NODES = 40, 300
"""How many equations a network has, and how many nodes they have together."""


@dataclass(frozen=True)
class Equation:
    """A name and the expression that it is; `is_analogous` where only that of another unit is stated."""

    name: Written
    tree: Node
    is_analogous: bool = False


def network_of(stated: Sequence[Equation]) -> list[Equation]:
    """The equations, each behind those whose names it holds, and with those names for what they stand for.

    Raises SymbolicError where there are none, or too many, or where they hold one another.
    """
    if not 0 < len(stated) <= MOST_EQUATIONS or sum(1 for e in stated for _ in nodes_in(e.tree)) > MOST_NODES:
        raise SymbolicError("no forward equations, or too many of them")
    return _in_order([_shared(equation, stated) for equation in map(_with_ones, stated, count())])


def last_of(stated: Sequence[Equation]) -> list[Written]:
    """The names that no other equation uses."""
    used = {name for equation in stated for name in held(equation.tree)}
    return [name for name in dict.fromkeys(bare(equation.name) for equation in stated) if name not in used]


def ancestors(roots: set[Written], stated: Mapping[Written, Equation]) -> set[Written]:
    """The names among the roots that equations give, and those that they are computed from."""
    found: set[Written] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in stated and name not in found:
            found.add(name)
            waiting += held(stated[name].tree)
    return found


def _with_ones(equation: Equation, number: int) -> Equation:
    """The equation with a name for its 𝟏, whose size others say: X W + 𝟏 bᵀ."""

    def named(factor: Node) -> Node:
        inner = factor.inside if isinstance(factor, nodes.Transposed) else factor
        ones = isinstance(inner, nodes.Hollow) and inner.text == ONES
        name = nodes.Name(0, Written(ONES, below=(Index((), number),)))
        return put_for(factor, inner, name) if ones else factor

    products = [node for node in nodes_in(equation.tree) if isinstance(node, nodes.Product)]
    tree = equation.tree
    for product in products:
        tree = put_for(tree, product, replace(product, factors=tuple(map(named, product.factors))))
    return replace(equation, tree=tree)


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
        names = {bare(equation.name) for equation in waiting}
        ready = [e for e in waiting if names.isdisjoint(held(e.tree))]
        if not ready:
            raise Unsized("the equations hold one another")
        found += ready
        waiting = [equation for equation in waiting if equation not in ready]
    return found
