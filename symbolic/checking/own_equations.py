"""The equations of a file that are a network by themselves: which of them, in which order, with what in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from symbolic.checking.claims import Claim
from symbolic.checking.own_sizes import Unsized, counts_entries, plain
from symbolic.checking.walk import names_in, nodes_in, put_for, ratios_in
from symbolic.checking.written import Index, Written
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

MOST_EQUATIONS, MOST_NODES = 40, 300
"""How many equations a network has, and how many nodes they have together."""

SIGNALS = (r"\delta", r"\Delta")
"""Letters of derivatives, without it being said."""

ONES = "𝟏"

RECTIFIED = ("relu", "leaky_relu", "elu", "heaviside", "abs", "sign")
"""Functions that are another one on either side of 0."""


@dataclass(frozen=True)
class Equation:
    """A name and the expression that it is."""

    name: Written
    tree: Node


@dataclass(frozen=True)
class Equations:
    """The equations of a file by the identities of their claims: of the network, and of what is made of derivatives."""

    forward: Mapping[int, Equation]
    later: Mapping[int, Equation]


def equations(claims: Sequence[Claim]) -> Equations:
    """What claims give names to: each a name that no earlier one gives.

    Error signals are none: what they are is a claim about the network.
    """
    forward: dict[int, Equation] = {}
    later: dict[int, Equation] = {}
    given: set[Written] = set()
    derived = set(SIGNALS)
    for claim in claims:
        left = claim.sides[0] if len(claim.sides) > 1 else None
        if claim.letters or not isinstance(left, nodes.Name) or not isinstance(left.known, Written):
            continue
        name, right = plain(left.known), claim.sides[1]
        behind = {written.letter for side in claim.sides[1:] for written in names_in(side)}
        if any(ratios_in(claim.sides)):
            derived.add(name.letter)
        elif name not in given and name.letter not in derived | behind and name.sample is None:
            given.add(name)
            (later if behind & derived else forward)[id(claim)] = Equation(name, right)
            derived |= {name.letter} if behind & derived else set()
    return Equations(forward, later)


def network_of(stated: Sequence[Equation]) -> list[Equation]:
    """The equations, each behind those whose names it holds, and with those names for what they stand for.

    Raises SymbolicError where there are none, or too many, or where they hold one another.
    """
    if not 0 < len(stated) <= MOST_EQUATIONS or sum(1 for e in stated for _ in nodes_in(e.tree)) > MOST_NODES:
        raise SymbolicError("no forward equations, or too many of them")
    return _in_order([_shared(equation, stated) for equation in map(_with_ones, stated, count())])


def last_of(stated: Sequence[Equation]) -> list[Written]:
    """The names that no other equation uses."""
    used = {bare(plain(written)) for equation in stated for written in names_in(equation.tree)}
    return [name for name in dict.fromkeys(bare(equation.name) for equation in stated) if name not in used]


def kinks(tree: Node) -> Iterator[tuple[Node, Node]]:
    """What an expression compares: z and 0 in ReLU(z), (z)⁺ and |z|, x and y in max(x, y)."""
    zero = nodes.Number(0, "0")
    for node in nodes_in(tree):
        if isinstance(node, nodes.Positive | nodes.Absolute):
            yield node.inside, zero
        elif isinstance(node, nodes.Call) and node.function.name in ("max", "min") and len(node.arguments) == 2:
            yield node.arguments[0], node.arguments[1]
        elif isinstance(node, nodes.Call) and node.function.name in RECTIFIED and len(node.arguments) == 1:
            yield node.arguments[0], zero


def bare(name: Written) -> Written:
    """The name of what an entry is of."""
    return replace(name, below=()) if counts_entries(name) else name


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
        ready = [e for e in waiting if not names & {bare(plain(w)) for w in names_in(e.tree)}]
        if not ready:
            raise Unsized("the equations hold one another")
        found += ready
        waiting = [equation for equation in waiting if equation not in ready]
    return found
