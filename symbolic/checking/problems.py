"""Why a formula has no value at a point."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.errors import ShapeError, SymbolicError

MOST_STEPS = 60_000
"""How many nodes are looked at for one claim while its verdict, or the setting of its file, is found."""


@dataclass
class Steps:
    """How many nodes may still be looked at."""

    left: int = MOST_STEPS


class Unknown(SymbolicError):
    """A name that stands for nothing in the network, or a sign that nobody can read there."""


class Misfit(ShapeError):
    """Two sizes in a formula that must agree differ; the message names both sides."""


class Free(SymbolicError):
    """An index of an entry that has no number yet; it runs from 1 to `size`."""

    def __init__(self, letter: str, size: int) -> None:
        super().__init__(f"the index {letter}")
        self.letter, self.size = letter, size
