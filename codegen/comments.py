"""Formulas as comments and in docstrings, in plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from textwrap import wrap

from codegen.sizes import shape_name
from symbolic.algebra.program import Step
from symbolic.algebra.values import Value
from symbolic.derivation import Derivation
from symbolic.notation.markup import MARKUPS
from symbolic.notation.printer import Printer
from symbolic.notation.profile import profile

WIDTH = 120
"""The longest line."""


@dataclass(frozen=True)
class Comments:
    """Writes the formulas of one derivation; `of` is what is differentiated."""

    derivation: Derivation
    of: Value

    @cached_property
    def printer(self) -> Printer:
        """The plain-text printer in the standard notation."""
        network = self.derivation.network
        return Printer(profile("standard"), MARKUPS["text"], output=network.output, sizes=self.derivation.sizes)

    def value(self, v: Value) -> str:
        """A name: W[1], Δ[2]; ∂C/∂W[1] for a cotangent that has no letter."""
        below = Value(v.base.rpartition(":")[2], v.rows, v.cols, v.args[3])
        source = self.derivation.network.input
        if v.base in self.printer.profile.names and (v.base == below.base or below.name != source.name):
            return self.printer.print(v)
        return self.derivative(below)

    def derivative(self, below: Value) -> str:
        """∂C/∂W[1]."""
        return f"∂{self.printer.print(self.of)}/∂{self.printer.print(below)}"

    def formula(self, step: Step) -> str:
        """Δ[1] = W[2]ᵀ Δ[2] ⊙ A[1] ⊙ (1 − A[1])."""
        if step not in self._written:
            self._written[step] = f"{self.value(step.target)} = {self.printer.print(step.expr)}"
        return self._written[step]

    @cached_property
    def _written(self) -> dict[Step, str]:
        """The formulas so far: those of the forward pass come in every function."""
        return {}

    def lines(self, step: Step, indent: int) -> list[str]:
        """The formula and its shape as comment lines that fit behind an indent."""
        shape = "" if step.target.shape == (1, 1) else f"        {self.shape(step.target)}"
        return comment(self.formula(step) + shape, indent)

    def shape(self, v: Value) -> str:
        """(m, N): a shape, with the numbers that the spec fixes."""
        return shape_name(v, self.derivation.sizes)


def comment(text: str, indent: int) -> list[str]:
    """The formula as comment lines that fit behind an indent."""
    return [f"# {line}" for line in broken(text, WIDTH - indent - 2)]


def broken(formula: str, width: int) -> list[str]:
    """The formula as lines of at most a width, broken before + and − if that is enough."""
    glued = filled(re.sub(" (?![+−] )", _GLUE, formula), width)
    fits = all(len(line) <= width for line in glued)
    return [line.replace(_GLUE, " ") for line in glued] if fits else filled(formula, width)


def filled(text: str, width: int) -> list[str]:
    """The text as lines of at most a width, broken at blanks, all but the first four columns further in."""
    return wrap(text, width, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


_GLUE = "\N{NO-BREAK SPACE}"
