"""Local Jacobians: the chain rule with factors ∂u/∂v instead of Hadamard products, for one sample."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Identity, MatAdd, MatMul, Transpose, ZeroMatrix
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, coefficient_and_matrix, diag, factors_of, mul, scale
from symbolic.algebra.elementwise import elementwise
from symbolic.algebra.groups import Placement, is_uniform
from symbolic.algebra.nodes import Elementwise, slot
from symbolic.algebra.program import Step, values_in
from symbolic.algebra.rebuild import rebuild
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import Partial, Value, value
from symbolic.calculus.rules import Wanted, pullback


def is_linear(expr: MatrixExpr) -> bool:
    """Whether the expression is built of products and sums of names and constants: W a + b."""
    if isinstance(expr, MatMul | MatAdd):
        matrices = [a for a in expr.args if getattr(a, "is_Matrix", False)]
        return all(_is_name(a) or is_linear(a) for a in matrices)
    return False


def _is_name(expr: MatrixExpr) -> bool:
    return isinstance(expr, Value | Placement) or (isinstance(expr, Transpose) and _is_name(expr.args[0]))


def chain_pullback(y: Value, expr: MatrixExpr, g: MatrixExpr, wanted: Wanted) -> Iterator[tuple[Value, MatrixExpr]]:
    """v̄ = (∂y/∂v)ᵀ ȳ, the Jacobian left as a name; for linear steps and parameters the rules say it (W, I, λ W)."""
    if is_linear(expr):
        yield from pullback(y, expr, g, wanted)
        return
    if isinstance(expr, MatAdd):
        for term in expr.args:
            rule = pullback if _is_name(term) else chain_pullback
            yield from rule(y, term, g, wanted)
        return
    columns = [v for v in variables(expr) if v.shape[1] == 1 and wanted(v)]
    yield from symbolic_pullback(y, expr, g, lambda v: v in columns)
    yield from pullback(y, expr, g, lambda v: wanted(v) and v not in columns)


def collected(expr: MatrixExpr) -> MatrixExpr:
    """Every sum of products that end alike as one product: g + A B g is (I + A B) g, as residual blocks have it."""
    if isinstance(expr, MatAdd):
        expr = _with_sum_as_tail(expr)
    if not isinstance(expr, MatAdd | MatMul):
        return expr
    inner = {a: collected(a) for a in expr.args if isinstance(a, MatAdd | MatMul)}
    found = rebuild(expr, {a: b for a, b in inner.items() if a != b})
    return _with_common_tail(found) if isinstance(found, MatAdd) else found


def _with_sum_as_tail(expr: MatAdd) -> MatrixExpr:
    """A + B + F (A + B) = (I + F) (A + B)."""
    for term in expr.args:
        coefficient, factors = coefficient_and_matrix(term)[0], factors_of(term)
        whole, rest = factors[-1], [other for other in expr.args if other != term]
        if len(factors) > 1 and isinstance(whole, MatAdd) and set(whole.args) <= set(rest):
            front = add(Identity(whole.shape[0]), scale(coefficient, mul(*factors[:-1])))
            return add(mul(front, whole), *[other for other in rest if other not in whole.args])
    return expr


def _with_common_tail(expr: MatAdd) -> MatrixExpr:
    products = [(coefficient_and_matrix(term)[0], factors_of(term)) for term in expr.args]
    shortest = min(len(factors) for _, factors in products)
    alike = [k for k in range(1, shortest + 1) if len({factors[-k:] for _, factors in products}) == 1]
    if not alike:
        return expr
    tail = products[0][1][-alike[-1] :]
    one = (Identity(tail[0].shape[0]),)
    fronts = [scale(c, mul(*(factors[: -len(tail)] or one))) for c, factors in products]
    return mul(add(*fronts), *tail)


def symbolic_pullback(y: Value, expr: MatrixExpr, g: MatrixExpr, wanted: Wanted) -> Iterator[tuple[Value, MatrixExpr]]:
    """v̄ = (∂y/∂v)ᵀ ȳ with every Jacobian left as a name, those of linear steps too."""
    for operand in filter(wanted, variables(expr)):
        yield operand, mul(transpose(Partial(y, operand)), g)


def variables(expr: MatrixExpr) -> list[Value]:
    """The values that an expression is differentiated by: not μ and s of a norm, whose part is in the rule for A."""
    g = value("g", *expr.shape)
    return list(dict.fromkeys(v for v, _ in pullback(expr, expr, g)))


def local_jacobian(step: Step, operand: Value) -> MatrixExpr:
    """∂target/∂operand in numerator layout, for one sample: diag(σ′(z)), W, diag(s) − s sᵀ, or a row for a scalar.

    Found from the rules: v̄ is Jᵀ ȳ for a cotangent ȳ of which nothing is known, and J is read off.
    """
    g = value("g", step.target.rows)
    shares = pullback(step.target, step.expr, g, lambda v: bool(v == operand))
    return transpose(linear_map(add(*[share for _, share in shares]), g))


def linear_map(expr: MatrixExpr, of: Value) -> MatrixExpr:
    """M with expr = M g, for a column that is linear in the column g. Raises ValueError for any other."""
    if expr == of:
        return Identity(of.rows)
    coefficient, bare = coefficient_and_matrix(expr)
    if coefficient != 1:
        return scale(coefficient, linear_map(bare, of))
    if of not in values_in(expr):
        return ZeroMatrix(expr.shape[0], of.rows)
    if isinstance(expr, MatAdd):
        return add(*[linear_map(term, of) for term in expr.args])
    if isinstance(expr, MatMul) and of not in values_in(mul(*factors_of(expr)[:-1])):
        return mul(*factors_of(expr)[:-1], linear_map(factors_of(expr)[-1], of))
    if isinstance(expr, Elementwise):
        return _of_elementwise(expr, of)
    raise ValueError(f"{expr} is not M {of.name}")


def _of_elementwise(expr: Elementwise, of: Value) -> MatrixExpr:
    """Σ diag(c) M for Σ c ∘ (M g); a number that multiplies the whole stays in front."""
    slots = {slot(k) for k, operand in enumerate(expr.operands) if of in values_in(operand)}
    outside, inside = expr.body.as_independent(*slots, as_Add=False)
    if outside != 1 and inside.is_Add:
        front, rest = (elementwise(part, *expr.operands) for part in (outside, inside))
        if is_uniform(front):
            return mul(diag(front), linear_map(rest, of))
    parts = []
    for k, operand in enumerate(expr.operands):
        if of in values_in(operand):
            factor = elementwise(expr.body.diff(slot(k)), *expr.operands)
            if of in values_in(factor):
                raise ValueError(f"{expr} is not linear in {of.name}")
            parts.append(mul(diag(factor), linear_map(operand, of)))
    return add(*parts)
