"""A ⋯ B among factors: the block before the dots goes on, its indices moving, until it is the block after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from symbolic.checking.problems import Unknown
from symbolic.checking.tree import Ellipsis
from symbolic.checking.written import Index
from symbolic.reading.nodes import Node

MOST = 200
"""More factors than this are no formula for a person."""


def spelled_out(factors: Sequence[Node], numbers: Mapping[str, int]) -> list[Node]:
    """The factors with every ⋯ replaced by what it stands for, the letters of layers being these numbers.

    Raises Unknown where what stands before the dots does not go on to what stands after them.
    """
    found = list(factors)
    while any(isinstance(factor, Ellipsis) for factor in found):
        at = next(k for k, factor in enumerate(found) if isinstance(factor, Ellipsis))
        before, after = found[:at], found[at + 1 :]
        found = _continued(before, after, numbers)
        if len(found) > MOST:
            raise Unknown("a product of too many factors")
    return found


def _continued(before: list[Node], after: list[Node], numbers: Mapping[str, int]) -> list[Node]:
    """The factors before ⋯, those that go on from them, and those after it.

    The last `period` factors before it are a block; what stands first after it is one of the block's factors, moved.
    """
    for period in range(1, len(before) + 1):
        block = before[-period:]
        if len(before) > period and _goes_on(before[-period - 1], block, after):
            continue
        for place, factor in enumerate(block):
            moved = _moved(factor, after[0], numbers) if after else None
            if moved is None:
                continue
            step, blocks = moved
            at = period + (blocks - 1) * period + place
            going = [shifted(block[k % period], step * (k // period)) for k in range(period, at)]
            if at >= period:
                return [*before, *going, *after]
            return [*before[:-period], *block[: max(at, 0)], *after[max(-at, 0) :]]
    raise Unknown("⋯ between factors that do not go on to each other")


def _goes_on(factor: Node, block: list[Node], after: list[Node]) -> bool:
    """Whether what stands before a block is repeated, too, and so is part of the block."""
    return any(same(factor, other) for other in after) and not any(same(factor, other) for other in block)


def _moved(first: Node, last: Node, numbers: Mapping[str, int]) -> tuple[int, int] | None:
    """(±1, by how many steps of that) where one factor is the other with its indices moved."""
    pairs = _indices(first, last)
    if not pairs or not same(first, last):
        return None
    differences = {_difference(a, b, numbers) for a, b in pairs}
    difference = differences.pop()
    if differences or difference is None:
        return None
    generic = {letter: 50 if letter == "L" else 9 for letter in numbers}
    step = 1 if (_difference(*pairs[0], generic) or 0) > 0 else -1
    return step, difference * step


def _difference(a: Index, b: Index, numbers: Mapping[str, int]) -> int | None:
    here, there = a.at(numbers), b.at(numbers)
    return None if here is None or there is None else there - here


def same(a: Any, b: Any) -> bool:
    """Whether two trees differ in nothing but the indices of their names."""
    if isinstance(a, Index) and isinstance(b, Index):
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if hasattr(a, "__dataclass_fields__"):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a) if f.compare)
    return bool(a == b)


def _indices(a: Any, b: Any) -> list[tuple[Index, Index]]:
    """The indices that stand in the same places of two trees, where there are layers."""
    if isinstance(a, Index) and isinstance(b, Index):
        return [(a, b)]
    if isinstance(a, tuple) and isinstance(b, tuple):
        return [pair for x, y in zip(a, b, strict=False) for pair in _indices(x, y)]
    if hasattr(a, "__dataclass_fields__") and type(a) is type(b):
        return [pair for f in fields(a) if f.compare for pair in _indices(getattr(a, f.name), getattr(b, f.name))]
    return []


def shifted(node: Any, by: int) -> Any:
    """The tree with all its indices moved."""
    if isinstance(node, Index):
        return node.moved(by)
    if isinstance(node, tuple):
        return tuple(shifted(part, by) for part in node)
    if hasattr(node, "__dataclass_fields__"):
        return replace(node, **{f.name: shifted(getattr(node, f.name), by) for f in fields(node)})
    return node
