"""The letters of sizes that a file's sums run to: Σ_{i=1}^m of what has m samples makes m their number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from symbolic.checking.at import LAST
from symbolic.checking.claims import Claim
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.given_names import numbers_of
from symbolic.checking.letters import COUNTS_OF_SAMPLES
from symbolic.checking.lookup import meaning, names_number
from symbolic.checking.naming import Naming
from symbolic.checking.point import Point
from symbolic.checking.problems import Free, Steps
from symbolic.checking.repeated import found_range, many
from symbolic.checking.tree import Repeated
from symbolic.checking.value_of import NO_VALUE
from symbolic.checking.walk import nodes_in, ratios_in
from symbolic.checking.written import Written
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

MOST_INDICES = 4
"""A sum inside of more sums than this says nothing."""


def extents(
    claims: Sequence[Claim], namings: Sequence[Naming], point: Point, steps: Mapping[int, Steps]
) -> Mapping[str, Any]:
    """The sizes that letters name, by the sums of what a file states of its network; the first that says so counts.

    Derivatives are claims: what their sums run to is held to it.
    """
    found: dict[str, Any] = {}
    for claim, naming in zip(claims, namings, strict=True):
        if any(ratios_in(claim.sides)):
            continue
        for letter, node in _bounds(claim.sides):
            numbers = next(numbers_of(claim, naming))
            at = Evaluator(point, naming, indices=numbers, steps=steps[id(claim)])
            named = " " not in letter and _has_meaning(at, letter)
            if letter not in found and (letter in COUNTS_OF_SAMPLES or not named):
                size = _size(point, _extent(at, node))
                found |= {} if size is None else {letter: size}
    return found


def _has_meaning(at: Evaluator, letter: str) -> bool:
    return names_number(at, Written(letter)) or meaning(at, Written(letter)) is not None


def _bounds(sides: tuple[Node, ...]) -> Iterator[tuple[str, Repeated]]:
    """The letters that sums over one index run to from 1, and the numbers, each with the index."""
    for node in nodes_in(sides):
        if not isinstance(node, Repeated) or len(node.indices) != 1 or node.first != nodes.Number(0, "1"):
            continue
        last = node.last.known if isinstance(node.last, nodes.Name) else None
        if isinstance(last, Written) and not last.indices:
            yield last.letter, node
        elif number := _number(node):
            yield number, node


def _number(node: Repeated) -> str:
    """The number that an index runs to, with its letter; '' for none."""
    index = node.indices[0].known if isinstance(node.indices[0], nodes.Name) else None
    return many(node.last, index.base) if isinstance(index, Written) else ""


def _extent(at: Any, node: Repeated) -> int | None:
    """How far the index of a sum runs, those of the sums around it being 1; None where nothing says it."""
    (index,) = node.indices
    if not isinstance(index, nodes.Name) or not isinstance(index.known, Written):
        return None
    for _ in range(MOST_INDICES):
        try:
            return found_range(at, index.known.base, node.inside)
        except Free as free:
            at = at.at(entries={free.letter: 1, LAST + free.letter: free.size})
        except (SymbolicError, *NO_VALUE):
            return None
    return None


def _size(point: Point, number: int | None) -> Any:
    """The size that is this number at a point; None where there is none, or more than one."""
    sizes = [size for size, value in point.arrays.sizes.items() if value == number]
    return sizes[0] if len(sizes) == 1 else None
