"""One edit of a formula: the tree that may be meant, in words, and how likely it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symbolic.reading.nodes import Node


@dataclass(frozen=True)
class Repair:
    """A tree that may be meant, and the edit in words; `cost` orders repairs of one edit by how likely they are."""

    tree: Node
    words: str
    cost: int = 1


Edits = Iterator[Repair]
