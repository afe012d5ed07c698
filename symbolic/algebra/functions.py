"""Named scalar functions, σ and its derivatives, opaque to SymPy except for their derivative; hyperparameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from sympy import Expr, Function, Symbol

from symbolic.algebra.nodes import slot

Z, A = slot(0), slot(1)
"""In definitions and derivatives: Z is the argument, A the value of the function at Z."""


@cache
def hyperparameter(name: str) -> Symbol:
    """α, λ, δ: a positive number that is no parameter of the network."""
    return Symbol(name, real=True, positive=True)


class LogSoftmaxOf(Function):
    """log softmax of the output, a place that a loss keeps for the node over the units of a sample."""

    nargs = 1

    def _eval_is_extended_real(self) -> bool:
        return True


@dataclass(frozen=True)
class Spelling:
    """How a function is written: its name in LaTeX and in text.

    `indicator`, with {} for the argument, is the condition under which the derivative is 1, where it is 0 otherwise;
    `subscripts` are the parameters that its name shows: ELU_α.
    """

    latex: str
    text: str
    indicator: str | None = None
    subscripts: tuple[Expr, ...] = ()


class NamedFunction(Function):
    """A scalar function known by its name: σ, ReLU, σ′, …

    `fdiff` gives the neat derivative in terms of the argument and the value (a (1 − a) for the sigmoid) where the
    function's row has one, and the next primed name otherwise; an undefined σ has nothing but primed names.

    `origin` is the row of the table that it is from ("" for a formula) and `parameters` its numbers and symbols by the
    names that the row has for them: (("alpha", 1/10),).
    """

    nargs = 1
    label: ClassVar[str]
    order: ClassVar[int]
    definition: ClassVar[Expr | None]
    neat: ClassVar[Expr | None]
    primed: ClassVar[Expr | None]
    spelling: ClassVar[Spelling]
    origin: ClassVar[str]
    parameters: ClassVar[tuple[tuple[str, Expr], ...]]

    def _eval_is_extended_real(self) -> bool:
        return True

    def fdiff(self, argindex: int = 1) -> Expr:
        """d/dz: the neat form f(z, a) if there is one, else the primed function."""
        if self.neat is not None:
            return self.neat.xreplace({Z: self.args[0], A: self})
        return prime(type(self))(self.args[0])

    def defined(self) -> Expr:
        """The function written out by its definition. An undefined σ is itself."""
        if self.definition is None:
            return self
        return self.definition.xreplace({Z: self.args[0]})


@cache
def named_function(
    label: str,
    definition: Expr | None = None,
    neat: Expr | None = None,
    primed: Expr | None = None,
    spelling: Spelling | None = None,
    order: int = 0,
    origin: str = "",
    parameters: tuple[tuple[str, Expr], ...] = (),
) -> type[NamedFunction]:
    """The function called `label`.

    `definition` is a scalar in Z; `neat`, in Z and A, is the derivative as textbooks print it; `primed`, in Z, is
    the definition of the derivative where it is better called by its primed name (ReLU′).
    """
    members = {
        "label": label,
        "order": order,
        "definition": definition,
        "neat": neat,
        "primed": primed,
        "spelling": spelling or Spelling(label, label),
        "origin": origin,
        "parameters": parameters,
    }
    metaclass: Any = type(NamedFunction)
    return metaclass(label + "_prime" * order, (NamedFunction,), members)


def prime(function: type[NamedFunction]) -> type[NamedFunction]:
    """σ ↦ σ′ ↦ σ″."""
    return named_function(
        function.label,
        function.primed,
        spelling=function.spelling,
        order=function.order + 1,
        origin=function.origin,
        parameters=function.parameters,
    )
