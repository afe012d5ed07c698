"""Where a formula is evaluated, as the rules for its parts see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from symbolic.checking.convention import Reading
from symbolic.checking.naming import Naming
from symbolic.checking.point import Point
from symbolic.checking.problems import Steps
from symbolic.reading.nodes import Node


class At(Protocol):
    """A point, what names stand for, how signs are read, and the numbers of the indices."""

    @property
    def point(self) -> Point: ...

    @property
    def naming(self) -> Naming: ...

    @property
    def reading(self) -> Reading: ...

    @property
    def indices(self) -> Mapping[str, int]:
        """The numbers of the indices of layers."""

    @property
    def entries(self) -> Mapping[str, int]:
        """The numbers of the indices of entries, from 1; beside each, under `LAST` and its letter, how far it runs."""

    @property
    def numbers(self) -> Mapping[str, int]:
        """The numbers of all indices."""

    @property
    def steps(self) -> Steps:
        """How many nodes may still be looked at."""

    @property
    def samples(self) -> int | None:
        """The number of samples of a batch; None for one."""

    def of(self, node: Node) -> Any:
        """The number, the array, the Hollow or the Tensor that a node stands for."""

    def at(self, indices: Mapping[str, int] = {}, entries: Mapping[str, int] = {}) -> At:
        """The same with more indices known: of layers, and of entries (from 1)."""

    def there(self, point: Point) -> At:
        """The same at another point."""

    def alone(self, sample: int) -> At:
        """The same for one sample of a batch (from 0)."""

    def without(self, letter: str) -> At:
        """The same with an index unknown."""


LAST = "#"
"""What stands before an index of entries where the number is kept that it runs to."""
