"""Equations of a recurrent network, h_t = tanh(W h_{t−1} + U x_t), for each of a few steps of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from symbolic.checking.claims import Claim
from symbolic.checking.own_equations import Equation
from symbolic.checking.tree import Repeated
from symbolic.checking.walk import bound_in, names_in, nodes_in, with_nodes, with_written
from symbolic.checking.written import Index, Written
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

STEPS = 3
"""So many steps stand for any number of them: enough that t, t − 1 and t + 1 are told apart."""


def times_in(claims: Sequence[Claim]) -> Mapping[str, int]:
    """The letters of times, and how many steps there are of each."""
    names = (name for claim in claims for name in names_in(claim.sides))
    bound = {letter for claim in claims for letter in bound_in(claim.sides)}
    return {index.letter: STEPS for name in names for index in name.below if index.time and index.letter in bound}


def ends_in(claims: Sequence[Claim], times: Mapping[str, int]) -> dict[Written, int]:
    """The names of the last steps, T in Σ_{t=1}^T, and what number they are."""
    sums = (node for claim in claims for node in nodes_in(claim.sides) if isinstance(node, Repeated))
    ends = ((node.last, _letter(node)) for node in sums)
    first: dict[str, Written] = {}
    for end, letter in ends:
        if letter in times and isinstance(end, nodes.Name) and isinstance(end.known, Written):
            first.setdefault(letter, end.known)  # another letter may be a slip
    return {name: times[letter] for letter, name in first.items()}


def unrolled(equations: Sequence[Equation], times: Mapping[str, int]) -> list[Equation]:
    """The equations for every step, with sums over the steps written out."""
    return [replace(each, tree=_spelled(each.tree, times)) for one in equations for each in _copies(one, times)]


def claims_of_steps(claims: Sequence[Claim], times: Mapping[str, int]) -> Iterator[Claim]:
    """The claims for every step, those that are of none as they are."""
    for claim in claims:
        letters = [letter for letter in times if _has(claim.sides, letter)]
        for number in range(1, STEPS + 1) if letters else ():
            numbers = dict.fromkeys(letters, number)
            yield replace(claim, sides=with_written(claim.sides, partial(_at, numbers=numbers)))
        if not letters:
            yield claim


def at_step(name: Written, numbers: Mapping[str, int]) -> Written:
    """A name with numbers for its letters of times. Raises KeyError for a letter without one."""
    below = tuple(Index((), i.number + numbers[i.letter]) if i.time else i for i in name.below)
    return name if below == name.below else replace(name, below=below)


def _copies(equation: Equation, times: Mapping[str, int]) -> Iterator[Equation]:
    letters = [index.letter for index in equation.name.below if index.time]
    if not letters:
        yield equation
        return
    if len(letters) > 1 or any(index.time and index.number for index in equation.name.below):
        raise SymbolicError("an equation of two times, or of another than t")
    for number in range(1, times[letters[0]] + 1):
        numbers = {letters[0]: number}
        yield Equation(at_step(equation.name, numbers), with_written(equation.tree, partial(_at, numbers=numbers)))


def _spelled(tree: Node, times: Mapping[str, int]) -> Any:
    """A tree with the terms of its sums over all steps in their place."""

    def written_out(node: Node) -> Node:
        letter = _letter(node)
        if letter not in times or not isinstance(node, Repeated):
            return node
        is_of_all = node.first is None and node.last is None
        is_of_all = is_of_all or (node.first == nodes.Number(0, "1") and isinstance(node.last, nodes.Name))
        if node.product or not is_of_all:
            raise SymbolicError("a sum over some of the times")
        steps = ({letter: number} for number in range(1, times[letter] + 1))
        terms = (with_written(node.inside, partial(_at, numbers=numbers)) for numbers in steps)
        return nodes.Sum(node.column, tuple(terms))

    return with_nodes(tree, written_out)


def _letter(node: Node) -> str:
    """The one letter that a sum or a product runs through; nothing for other nodes."""
    index = node.indices[0] if isinstance(node, Repeated) and len(node.indices) == 1 else None
    return index.known.base if isinstance(index, nodes.Name) and isinstance(index.known, Written) else ""


def _has(sides: tuple[Node, ...], letter: str) -> bool:
    return any(index.time and index.letter == letter for name in names_in(sides) for index in name.below)


def _at(written: Written, numbers: Mapping[str, int]) -> Written:
    """A name at a step; times without a number stay as they are."""
    is_known = all(index.letter in numbers for index in written.below if index.time)
    return at_step(written, numbers) if is_known else written
