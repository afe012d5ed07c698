"""Local Jacobians: the chain rule with factors ∂u/∂v instead of Hadamard products, for one sample."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Identity, MatAdd, MatMul
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, diag, mul, ones
from symbolic.algebra.program import Step, values_in
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import Partial, Value
from symbolic.calculus.rules import Wanted, pullback


def is_linear(expr: MatrixExpr) -> bool:
    """Whether the expression is built of products and sums of names alone: W a + b."""
    if isinstance(expr, MatMul | MatAdd):
        matrices = [a for a in expr.args if getattr(a, "is_Matrix", False)]
        return all(isinstance(a, Value) or is_linear(a) for a in matrices)
    return False


def chain_pullback(y: Value, expr: MatrixExpr, g: MatrixExpr, wanted: Wanted) -> Iterator[tuple[Value, MatrixExpr]]:
    """v̄ = (∂y/∂v)ᵀ ȳ, the Jacobian left as a name; for linear steps the rules say it (W, I)."""
    if is_linear(expr):
        yield from pullback(y, expr, g, wanted)
    else:
        yield from symbolic_pullback(y, expr, g, wanted)


def symbolic_pullback(y: Value, expr: MatrixExpr, g: MatrixExpr, wanted: Wanted) -> Iterator[tuple[Value, MatrixExpr]]:
    """v̄ = (∂y/∂v)ᵀ ȳ with every Jacobian left as a name, those of linear steps too."""
    for operand in filter(wanted, values_in(expr)):
        yield operand, mul(transpose(Partial(y, operand)), g)


def local_jacobian(step: Step, operand: Value) -> MatrixExpr:
    """∂target/∂operand in numerator layout, for one sample: diag(σ′(z)), W, I, or a row for a scalar.

    Found from the rules: for a column v, row i of ∂y/∂v is the share of v for the cotangent e_i, so an entrywise
    step gives the diagonal of its share for 𝟏, a linear one its share for I, a scalar one its share, transposed.
    """
    seed = Identity(step.target.rows)
    if step.target.rows == 1 or is_linear(step.expr) or isinstance(step.expr, Value):
        return transpose(_share(step, operand, seed))
    return diag(_share(step, operand, ones(step.target.rows, 1)))


def _share(step: Step, operand: Value, g: MatrixExpr) -> MatrixExpr:
    shares = pullback(step.target, step.expr, g, lambda v: bool(v == operand))
    return add(*[share for _, share in shares])
