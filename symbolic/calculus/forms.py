"""Closed forms: substitutions of named steps, made for display and only as deep as asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from sympy import DiagMatrix
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.nodes import Fold
from symbolic.algebra.program import Program, Step, values_in
from symbolic.algebra.rebuild import rebuild
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import LAYER, Partial, Value, diagonal
from symbolic.calculus.local import local_jacobian
from symbolic.calculus.recurrence import solve


def eliminated(expr: MatrixExpr, program: Program) -> MatrixExpr:
    """The expression with every value that the program defines put in, as deep as the program goes.

    A recurrence over a range of layers is solved first: an ordered product, or a nested form.
    """
    return _put_in(expr, *_definitions(program))


@lru_cache(maxsize=64)
def _definitions(program: Program) -> tuple[dict[Value, MatrixExpr], dict[str, MatrixExpr]]:
    """What every value of a program is with all others put in: fixed ones by value, ranged ones by letter."""
    fixed: dict[Value, MatrixExpr] = {}
    ranged: dict[str, MatrixExpr] = {}
    for step in program:
        if step.over is None:
            fixed[step.target] = _put_in(step.expr, fixed, ranged)
        elif step.target.base in {v.base for v in values_in(step.expr)}:
            ranged[step.target.base] = solve(program, step)
    return fixed, ranged


def _put_in(expr: MatrixExpr, fixed: Mapping[Value, MatrixExpr], ranged: Mapping[str, MatrixExpr]) -> MatrixExpr:
    replacements = {}
    for v in values_in(expr):
        if v in fixed:
            replacements[v] = fixed[v]
        elif v.base in ranged:
            replacements[v] = ranged[v.base].subs(LAYER, v.layer)
    return rebuild(expr, replacements)


def size_when_eliminated(expr: MatrixExpr, program: Program) -> int:
    """How many names the expression would hold with all fixed steps put in; found without putting them in."""
    weight: dict[Value, int] = {}
    for step in program:
        if step.over is None:
            weight[step.target] = _weight(step.expr, weight)
    return _weight(expr, weight)


def _weight(expr: MatrixExpr, weight: Mapping[Value, int]) -> int:
    if isinstance(expr, Value):
        return weight.get(expr, 1)
    return sum(_weight(a, weight) for a in expr.args if getattr(a, "is_Matrix", False))


def partials_in(expr: MatrixExpr) -> Iterable[Partial]:
    """The local Jacobians that an expression names, each once."""
    return dict.fromkeys(sorted(expr.atoms(Partial), key=str))


def with_local_jacobians(expr: MatrixExpr, forward: Program, *, named: bool) -> MatrixExpr:
    """The expression with each ∂u/∂v replaced by what it equals.

    With `named`, a diagonal one over layers becomes D^{[l]}; `diagonal_definitions` says what those are.
    """
    return rebuild(expr, {p: jacobian(p, forward, named=named) for p in partials_in(expr)})


def jacobian(partial: Partial, forward: Program, *, named: bool = False) -> MatrixExpr:
    """∂u/∂v in numerator layout, from the step that computes u. Raises KeyError where no step does."""
    above = partial.above
    step = forward.defining(above.base, above.layer)
    if step is None:
        raise KeyError(f"no step computes {above}")
    at = {LAYER: above.layer} if step.over is not None else {}
    here = Step(step.target.subs(at), step.expr.subs(at), step.rule) if at else step
    found = local_jacobian(here, partial.below)
    if named and isinstance(found, DiagMatrix):
        return diagonal("D", found.rows, above.layer)
    return found


def as_rows(expr: MatrixExpr) -> MatrixExpr:
    """The transpose, for numerator layout: cotangents are rows of the same name, δᵀ is written δ."""
    turned = transpose(expr)
    bound = {fold.hole for fold in turned.atoms(Fold)}
    cotangents = [v for v in values_in(turned) if is_cotangent(v) and v not in bound]
    return rebuild(turned, {v: transpose(row(v)) for v in cotangents})


def is_cotangent(v: Value) -> bool:
    """Whether a value is a cotangent: its base is "mark:base"."""
    return ":" in v.base


def row(v: Value) -> Value:
    """The row of the same name."""
    return v.func(v.base, v.cols, v.rows, v.args[3])
