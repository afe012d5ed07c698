"""Why a formula has no value at a point."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.errors import ShapeError, SymbolicError

GUESSING, CHOOSING, JUDGING, MENDING = 16_000, 40_000, 60_000, 50_000
"""How many nodes are looked at for one claim: for each system that a file may be about, while the setting of a file is
found, for its verdict, for its repair.

One takes about 10 µs; of 657 claims of hand derivations, the right ones needed 1,500 and the wrong ones 44,000 at most.
"""

LONG, GUESSED = 300, 50_000
"""For a claim of more nodes than `LONG`, so many are looked at in all systems together that a file may be about.

Others are short enough that the bound for each system is one for all.
"""

EDITS = 6_000
"""How many edits are tried for the claims of a file, beside a few for each."""

TOO_LONG = "too long to be compared"
"""What is said of a formula for which that is not enough."""


@dataclass
class Steps:
    """How many nodes may still be looked at."""

    left: int

    def take(self, many: int) -> None:
        """Count so many. Raises Unknown where they are not left."""
        self.left -= many
        if self.left < 0:
            raise Unknown(TOO_LONG)


class Unknown(SymbolicError):
    """A name that stands for nothing in the network, or a sign that nobody can read there."""


class Beyond(Unknown):
    """A name at a step of time before the first or after the last one."""


class OtherLayer(SymbolicError):
    """A function of one layer on the pre-activation of another, or of a layer that the network has not."""


class Misfit(ShapeError):
    """Two sizes in a formula that must agree differ; the message names both sides."""


class Free(SymbolicError):
    """An index of an entry that has no number yet; it runs from 1 to `size`."""

    def __init__(self, letter: str, size: int) -> None:
        super().__init__(f"the index {letter}")
        self.letter, self.size = letter, size
