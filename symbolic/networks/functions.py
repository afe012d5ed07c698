"""From table rows to mathematics: an activation as a named function, a loss as a scalar expression."""

from __future__ import annotations

from functools import cache

from sympy import Expr, Rational, nsimplify, sympify

from symbolic.algebra.functions import A, NamedFunction, Spelling, Z, named_function
from symbolic.algebra.nodes import slot
from symbolic.networks.scalar import parse_scalar
from symbolic.networks.tables import ActivationRow, LossRow

OUTPUT, TARGET = slot(0), slot(1)
"""In loss terms: the output a and the target y."""


@cache
def function_of(row: ActivationRow, derivative_at_kink: float = 0) -> type[NamedFunction] | None:
    """The scalar function of a row; None for the identity, which is nothing to apply.

    `derivative_at_kink`, from 0 to 1, is the value of the derivative where it jumps.
    """
    if row.definition is None:
        return named_function(row.name, spelling=_spelling(row, sympify(0)))
    kink = Rational(nsimplify(derivative_at_kink, rational=True))
    definition = parse_scalar(row.definition, {"z": Z})
    if definition == Z:
        return None
    neat = parse_scalar(row.derivative, {"z": Z, "a": A}) if row.derivative else None
    primed = parse_scalar(row.primed, {"z": Z, "kink": kink}) if row.primed else None
    return named_function(row.name, definition, neat, primed, _spelling(row, kink))


def _spelling(row: ActivationRow, kink: Expr) -> Spelling:
    """An indicator 1{z > 0} says that the derivative is 0 at the kink; for any other value it is called f′."""
    if kink != 0:
        return Spelling(row.latex, row.text)
    return Spelling(row.latex, row.text, row.indicator)


@cache
def loss_term(row: LossRow) -> Expr:
    """One term of a loss, a scalar in OUTPUT and TARGET."""
    return parse_scalar(row.definition, {"a": OUTPUT, "y": TARGET})


def reduction_factor(reduction: str, outputs: Expr) -> Expr:
    """What the sum over the outputs is multiplied with: sum 1, half ½, mean 1/K."""
    return {"sum": Rational(1), "half": Rational(1, 2), "mean": 1 / outputs}[reduction]
