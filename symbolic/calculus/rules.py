"""The rules table: for each node type, what a cotangent of the result is worth to an operand (the VJP).

A rule takes `at`, the position of the operand that is asked for; `g`, the cotangent Ȳ of the result; `y`, the result
itself, for rules that are shorter in terms of it (σ′ = a (1 − a)); and the node's arguments. Every rule is proved
for symbolic sizes in `symbolic.proof.rules`.
Source: Magnus & Neudecker, Matrix Differential Calculus, ch. 9; Giles (2008), Collected matrix derivative results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sympy import MatAdd, MatMul, Transpose
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, coefficient_and_matrix, factors_of, mul, ones, scale
from symbolic.algebra.elementwise import elementwise, hadamard
from symbolic.algebra.groups import (
    LogSoftmax,
    RootMeanScaled,
    Softmax,
    Standardized,
    group_means,
    group_sums,
    spread,
)
from symbolic.algebra.nodes import Elementwise, Total, slot
from symbolic.algebra.program import values_in
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import Value

Rule = Callable[..., MatrixExpr | None]

RULES: dict[type, Rule] = {}
"""Node type ↦ rule. The keys are compared with the cases of the proof by a test."""


def vjp(node_type: type) -> Callable[[Rule], Rule]:
    """Enter a rule in the table."""

    def enter(rule: Rule) -> Rule:
        RULES[node_type] = rule
        return rule

    return enter


@vjp(MatMul)
def matmul(at: int, g: MatrixExpr, y: MatrixExpr, *factors: MatrixExpr) -> MatrixExpr:
    """Y = A B C  ⇒  B̄ = Aᵀ Ȳ Cᵀ, and so for each factor."""
    before = [transpose(factor) for factor in reversed(factors[:at])]
    after = [transpose(factor) for factor in reversed(factors[at + 1 :])]
    return mul(*before, g, *after)


@vjp(MatAdd)
def matadd(at: int, g: MatrixExpr, y: MatrixExpr, *terms: MatrixExpr) -> MatrixExpr:
    """Y = A + B + ⋯  ⇒  Ā = B̄ = ⋯ = Ȳ."""
    return g


@vjp(Transpose)
def transposition(at: int, g: MatrixExpr, y: MatrixExpr, a: MatrixExpr) -> MatrixExpr:
    """Y = Aᵀ  ⇒  Ā = Ȳᵀ."""
    return transpose(g)


@vjp(Total)
def sum_of_entries(at: int, g: MatrixExpr, y: MatrixExpr, a: MatrixExpr) -> MatrixExpr:
    """Y = 𝟏ᵀ A 𝟏  ⇒  Ā = 𝟏 Ȳ 𝟏ᵀ."""
    return mul(ones(a.shape[0], 1), g, ones(1, a.shape[1]))


@vjp(Elementwise)
def elementwise_map(at: int, g: MatrixExpr, y: MatrixExpr, body: Any, *operands: MatrixExpr) -> MatrixExpr:
    """Y = f(A, B, …) entry by entry  ⇒  Ā = Ȳ ∘ ∂f/∂A, with f itself read as Y."""
    derivative = body.diff(slot(at)).xreplace({body: slot(len(operands))})
    return hadamard(g, elementwise(derivative, *operands, y))


@vjp(Softmax)
def softmax(at: int, g: MatrixExpr, y: MatrixExpr, a: MatrixExpr, axis: Any) -> MatrixExpr:
    """Y = softmax(A) over columns  ⇒  Ā = Y ∘ (Ȳ − 𝟏𝟏ᵀ(Y ∘ Ȳ)); the transpose of it over rows."""
    sums = spread(group_sums(hadamard(y, g), int(axis)), int(axis), a.shape[int(axis)])
    return hadamard(y, add(g, scale(-1, sums)))


@vjp(LogSoftmax)
def log_softmax(at: int, g: MatrixExpr, y: MatrixExpr, a: MatrixExpr, axis: Any) -> MatrixExpr:
    """Y = log softmax(A) over columns  ⇒  Ā = Ȳ − softmax(A) ∘ 𝟏𝟏ᵀȲ; the transpose of it over rows."""
    sums = spread(group_sums(g, int(axis)), int(axis), a.shape[int(axis)])
    return add(g, scale(-1, hadamard(Softmax(a, axis), sums)))


@vjp(Standardized)
def standardized(
    at: int, g: MatrixExpr, y: MatrixExpr, a: MatrixExpr, mean: MatrixExpr, deviation: MatrixExpr
) -> MatrixExpr | None:
    """Y = (A − 𝟏μ) ⊘ 𝟏s over columns  ⇒  Ā = (Ȳ − (1/m)𝟏𝟏ᵀȲ − Y ∘ (1/m)𝟏𝟏ᵀ(Y ∘ Ȳ)) ⊘ 𝟏s.

    What flows back through μ and s is in it: they have no share of their own. Source: Ioffe & Szegedy (2015).
    """
    if at:
        return None
    axis = Standardized(a, mean, deviation).axis
    means = [spread(group_means(of, axis), axis, a.shape[axis]) for of in (g, hadamard(y, g))]
    body = slot(0) - slot(1) - slot(2) * slot(3)
    return elementwise(body / slot(4), g, means[0], y, means[1], spread(deviation, axis, a.shape[axis]))


@vjp(RootMeanScaled)
def root_mean_scaled(at: int, g: MatrixExpr, y: MatrixExpr, a: MatrixExpr, deviation: MatrixExpr) -> MatrixExpr | None:
    """Y = A ⊘ 𝟏s over columns  ⇒  Ā = (Ȳ − Y ∘ (1/m)𝟏𝟏ᵀ(Y ∘ Ȳ)) ⊘ 𝟏s, s having no share of its own.

    Source: Zhang & Sennrich (2019), Root mean square layer normalization.
    """
    if at:
        return None
    axis = RootMeanScaled(a, deviation).axis
    means = spread(group_means(hadamard(y, g), axis), axis, a.shape[axis])
    body = slot(0) - slot(1) * slot(2)
    return elementwise(body / slot(3), g, y, means, spread(deviation, axis, a.shape[axis]))


Wanted = Callable[[Value], bool]
"""Whether a share of a value is asked for."""

Pullback = Callable[[Value, MatrixExpr, MatrixExpr, Wanted], Iterator[tuple[Value, MatrixExpr]]]
"""(result, expression, cotangent, wanted) ↦ (operand, its share of the cotangent), one for each use."""


def everything(v: Value) -> bool:
    """Wanted: all values."""
    return True


def pullback(
    y: MatrixExpr, expr: MatrixExpr, g: MatrixExpr, wanted: Wanted = everything
) -> Iterator[tuple[Value, MatrixExpr]]:
    """The share of each use of each wanted value in Y = expr, for the cotangent g of Y.

    Raises TypeError for a node type that the table lacks.
    """
    coefficient, node = coefficient_and_matrix(expr)
    g = scale(coefficient, g)
    if isinstance(node, Value):
        if wanted(node):
            yield node, g
        return
    result = y if coefficient == 1 else node
    arguments = factors_of(node) if isinstance(node, MatMul) else node.args
    operands = [a for a in arguments if getattr(a, "is_Matrix", False)]
    for at, operand in enumerate(operands):
        if any(wanted(v) for v in values_in(operand)):
            if type(node) not in RULES:
                raise TypeError(f"no rule for {type(node).__name__}: add one in symbolic/calculus/rules.py")
            share = RULES[type(node)](at, g, result, *arguments)
            if share is not None:
                yield from pullback(operand, operand, share, wanted)
