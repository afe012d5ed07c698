"""The values of the trees that edits of a formula leave as they are: each is found once for a point and its indices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from symbolic.checking.at import At
from symbolic.checking.problems import Unknown
from symbolic.checking.walk import nodes_in
from symbolic.errors import SymbolicError
from symbolic.reading.nodes import Node


@dataclass(frozen=True, eq=False)
class Kept:
    """Trees whose values are kept, while names stand for what they stand for.

    `trees` are held, so that no other node has the identity of one of theirs.
    """

    trees: tuple[Node, ...]
    nodes: frozenset[int]
    _found: dict[Any, dict[int, Any]] = field(default_factory=dict)

    def at(self, at: At) -> dict[int, Any]:
        """What is known at a point, in a reading, for numbers of indices, by the identity of a node."""
        numbers = (frozenset(at.indices.items()), frozenset(at.entries.items()))
        return self._found.setdefault((id(at.point), at.reading, numbers), {})


@dataclass(frozen=True)
class Failed:
    """That a tree has no value, and why."""

    error: SymbolicError

    def again(self) -> SymbolicError:
        """The error, as if it were new."""
        return self.error.with_traceback(None)


def kept(trees: Iterable[Node]) -> Kept:
    """What keeps the values of trees and of all that is in them."""
    held = tuple(trees)
    return Kept(held, frozenset(map(id, nodes_in(held))))


def failed(error: SymbolicError, left: int) -> Failed:
    """That a tree has no value. Raises the error where it is that no steps are left, which says nothing of the tree."""
    if left < 0 and isinstance(error, Unknown):
        raise error
    return Failed(error)
