"""Names as authors write them: a letter with its scripts, ∂u/∂v, a function; what they stand for is found later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Index:
    """l + 1, L, 2, j: letters with their factors, and a number; `time` where the letter counts steps of time."""

    letters: tuple[tuple[str, int], ...] = ()
    number: int = 0
    time: bool = field(default=False, compare=False)

    @property
    def letter(self) -> str:
        """The letter, where the index is one letter alone or with a number added; else nothing."""
        return self.letters[0][0] if len(self.letters) == 1 and self.letters[0][1] == 1 else ""

    def at(self, numbers: Mapping[str, int]) -> int | None:
        """The index as a number; None where a letter has none."""
        found = self.number
        for letter, factor in self.letters:
            if letter not in numbers:
                return None
            found += factor * numbers[letter]
        return found

    def moved(self, by: int) -> Index:
        """The index with a number added."""
        return Index(self.letters, self.number + by)

    def __str__(self) -> str:
        text = "".join(f"{'-' if k < 0 else '+'}{'' if abs(k) == 1 else abs(k)}{letter}" for letter, k in self.letters)
        if self.number or not text:
            text += f"{self.number:+d}"
        return text.removeprefix("+")


Letters = tuple[tuple[str, Index], ...]
"""The letters of layers that a formula is read with, and what the author has for each: L and L + 1, l and k."""


@dataclass(frozen=True)
class Written:
    r"""A name: ``W^{[l+1]T}_{ij}`` has the base W, the layer l+1 above, the indices i and j below, and is transposed.

    `above` and `below` are the indices of its scripts, `bracket` the sign around those above ("[", "(" or none), and
    `sample` the index of a sample where the author has written one beside the layer's.
    """

    base: str
    above: tuple[Index, ...] = ()
    below: tuple[Index, ...] = ()
    bracket: str = ""
    transposed: bool = False
    sample: Index | None = None
    label: str = ""
    font: str = field(default="", compare=False)

    @property
    def letter(self) -> str:
        """The base with the word below it: W_{out}."""
        return f"{self.base}_{self.label}" if self.label else self.base

    @property
    def indices(self) -> tuple[Index, ...]:
        """All of its indices."""
        return (*self.above, *self.below, *((self.sample,) if self.sample else ()))


@dataclass(frozen=True)
class Ratio:
    """∂u/∂v, ∇ᵥu (`nabla`) or dv alone (`above` None: of the objective); `style` is how it is written."""

    above: Written | None
    below: Written
    style: str = r"\frac{\partial @}{\partial %}"

    @property
    def nabla(self) -> bool:
        """Whether it is a gradient by its sign: shaped like what it is taken with respect to."""
        return r"\nabla" in self.style

    @property
    def shaped(self) -> bool:
        """Whether it is shaped like what it is taken with respect to in every layout: ∇, dW of programs."""
        return self.nabla or "@" not in self.style


@dataclass(frozen=True)
class Function:
    r"""σ, σ′, ReLU, tanh, diag, …: a function by its name, the times it is differentiated, the layer it is said of.

    `written` is the name that a letter before brackets is where it is no function: h in h (ŷ − y)ᵀ.
    """

    name: str
    order: int = 0
    layer: Index | None = None
    latex: str = field(default="", compare=False)
    written: Written | None = field(default=None, compare=False)
