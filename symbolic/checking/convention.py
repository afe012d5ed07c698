"""The ways in which the signs of a file can be meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Reading:
    """One way to read the signs of a file.

    `numerator`: ∂u/∂v has a row for each entry of u. `rows`: δ and its like are rows. `scaled` "N" or "K": C is the
    sum over the samples, over the outputs, where the network has a mean. `of` "output": δ is a derivative of that.
    `own`: derivatives by what each sample has are those of its own loss. `diagonal`: σ′(z) stands for diag(σ′(z)).
    `lying`: what is a column in the network is a row: b, and for one sample every vector. `lenient`: (v)_{ij} of a
    vector is v_i. `program`: * is the entrywise product, as in NumPy. `along`: a sum without an
    index runs over the samples. `sized`: 𝟏_N has N entries, where it is as large
    as it must be otherwise. `inner`: u · v of two vectors is uᵀv, and |v| is ‖v‖. `renamed`: letters that stand for
    others.
    """

    numerator: bool = False
    rows: bool = False
    scaled: str = ""
    of: str = "objective"
    own: bool = False
    diagonal: bool = False
    lying: bool = False
    lenient: bool = False
    program: bool = False
    along: bool = False
    sized: bool = False
    inner: bool = False
    renamed: tuple[tuple[str, str], ...] = ()


PARTS = frozenset(part.name for part in fields(Reading))


@dataclass(frozen=True)
class Noting(Reading):
    """A reading that notes which of its parts are asked for: what is found is the same in all that share them."""

    asked: dict[str, Any] = field(default_factory=dict, init=False, compare=False)

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name in PARTS:
            super().__getattribute__("asked")[name] = found
        return found


def noting(reading: Reading) -> Noting:
    """The same reading, of which nothing has been asked yet."""
    return Noting(**{name: getattr(reading, name) for name in PARTS})


def shares(reading: Reading, asked: Mapping[str, Any]) -> bool:
    """Whether a reading has these parts."""
    return all(getattr(reading, name) == part for name, part in asked.items())


USUAL = Reading()
"""Denominator layout, δ shaped like what it belongs to, C as the network has it."""

Y_FOR_OUTPUT = (("y", r"\hat y"),)
"""The reading of those who write ∂ℓ/∂y for ∂ℓ/∂ŷ."""
