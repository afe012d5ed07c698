"""Nodes over groups of entries, the columns or the rows of a matrix: softmax, standardisation, and placed blocks.

`axis` is the one along which a group lies: 0 where each column is one (the units of a sample in a column), 1 for rows.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from sympy import Expr, Integer, OneMatrix, exp, log, sqrt
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, coefficient_and_matrix, factors_of, mul, ones, scale
from symbolic.algebra.elementwise import elementwise, hadamard
from symbolic.algebra.nodes import Elementwise, slot


class Grouped(MatrixExpr):
    """A map of the operand, of the operand's shape, that `definition` writes in elementary nodes."""

    operand = property(lambda self: self.args[0])
    shape = property(lambda self: self.args[0].shape)


class Softmax(Grouped):
    """exp(A) ⊘ Σ exp(A), the sum over each group: non-negative entries that sum to 1."""

    def __new__(cls, operand: Any, axis: Any) -> Softmax:
        return MatrixExpr.__new__(cls, operand, Integer(axis))

    axis = property(lambda self: int(self.args[1]))


class LogSoftmax(Grouped):
    """log softmax(A) = A − log Σ exp(A), the sum over each group."""

    def __new__(cls, operand: Any, axis: Any) -> LogSoftmax:
        return MatrixExpr.__new__(cls, operand, Integer(axis))

    axis = property(lambda self: int(self.args[1]))


class Standardized(Grouped):
    """(A − μ) ⊘ s, where μ and s are the mean and the deviation of each group of A itself.

    They have steps of their own, s = √(mean of (A − μ)² + ε). What flows back through them is part of the rule for A.
    """

    def __new__(cls, operand: Any, mean: Any, deviation: Any) -> Standardized:
        return MatrixExpr.__new__(cls, operand, mean, deviation)

    mean = property(lambda self: self.args[1])
    deviation = property(lambda self: self.args[2])
    axis = property(lambda self: axis_of(self.args[2], self.args[0]))


class RootMeanScaled(Grouped):
    """A ⊘ s, where s = √(mean of A² + ε) over each group of A itself, a step of its own."""

    def __new__(cls, operand: Any, deviation: Any) -> RootMeanScaled:
        return MatrixExpr.__new__(cls, operand, deviation)

    deviation = property(lambda self: self.args[1])
    axis = property(lambda self: axis_of(self.args[1], self.args[0]))


class Placement(MatrixExpr):
    """The constant matrix [0 I 0]ᵀ of `cols` columns, its I starting below row `offset`: E A is A among rows of zeros.

    [A; B] is E₁ A + E₂ B, so that concatenation is linear algebra and needs no rule.
    """

    def __new__(cls, rows: Any, cols: Any, offset: Any) -> Placement:
        return MatrixExpr.__new__(cls, *map(_size, (rows, cols, offset)))

    offset = property(lambda self: self.args[2])
    shape = property(lambda self: (self.args[0], self.args[1]))


def _size(n: Any) -> Expr:
    return Integer(n) if isinstance(n, int) else n


def axis_of(statistic: MatrixExpr, matrix: MatrixExpr) -> int:
    """The axis of the groups that a statistic has one number for."""
    return 0 if tuple(statistic.shape) == (1, matrix.shape[1]) else 1


def is_uniform(matrix: MatrixExpr) -> bool:
    """Whether all entries of a matrix are the same number, as those of 1 ⊘ 𝟏s for one sample, or of 𝟏 c 𝟏ᵀ."""
    if isinstance(matrix, Elementwise):
        return all(is_uniform(operand) for operand in matrix.operands)
    factors = factors_of(matrix)
    same_rows = matrix.shape[0] == 1 or isinstance(factors[0], OneMatrix)
    return same_rows and (matrix.shape[1] == 1 or isinstance(factors[-1], OneMatrix))


def number_of(matrix: MatrixExpr) -> MatrixExpr:
    """The number that all entries of a uniform matrix are, as a 1×1 matrix."""
    if isinstance(matrix, Elementwise):
        return elementwise(matrix.body, *[number_of(operand) for operand in matrix.operands])
    coefficient, factors = coefficient_and_matrix(matrix)[0], list(factors_of(matrix))
    if isinstance(factors[0], OneMatrix):
        factors[0] = ones(1, factors[0].shape[1])
    if isinstance(factors[-1], OneMatrix):
        factors[-1] = ones(factors[-1].shape[0], 1)
    return scale(coefficient, mul(*factors))


def group_sums(matrix: MatrixExpr, axis: int) -> MatrixExpr:
    """𝟏ᵀ A, or A 𝟏: the sum of each group."""
    rows, cols = matrix.shape
    return mul(ones(1, rows), matrix) if axis == 0 else mul(matrix, ones(cols, 1))


def group_means(matrix: MatrixExpr, axis: int) -> MatrixExpr:
    """The mean of each group."""
    return scale(1 / matrix.shape[axis], group_sums(matrix, axis))


def spread(statistic: MatrixExpr, axis: int, length: Any) -> MatrixExpr:
    """𝟏 s, or s 𝟏ᵀ: a number for each group at every place of the group."""
    return mul(ones(length, 1), statistic) if axis == 0 else mul(statistic, ones(1, length))


def deviation(matrix: MatrixExpr, mean: MatrixExpr | None, axis: int, epsilon: Any) -> MatrixExpr:
    """√(mean of (A − μ)² + ε) of each group; without a mean, √(mean of A² + ε)."""
    centred = matrix if mean is None else add(matrix, scale(-1, spread(mean, axis, matrix.shape[axis])))
    return elementwise(sqrt(slot(0) + epsilon), group_means(hadamard(centred, centred), axis))


@singledispatch
def definition(node: Any) -> MatrixExpr:
    """The node in elementary ones: products with 𝟏, sums and elementwise maps."""
    raise TypeError(f"no definition of {type(node).__name__}: add one in symbolic/algebra/groups.py")


@definition.register(Softmax)
def _(node: Softmax) -> MatrixExpr:
    powers = elementwise(exp(slot(0)), node.operand)
    sums = spread(group_sums(powers, node.axis), node.axis, node.shape[node.axis])
    return elementwise(slot(0) / slot(1), powers, sums)


@definition.register(LogSoftmax)
def _(node: LogSoftmax) -> MatrixExpr:
    sums = group_sums(elementwise(exp(slot(0)), node.operand), node.axis)
    return elementwise(slot(0) - log(slot(1)), node.operand, spread(sums, node.axis, node.shape[node.axis]))


@definition.register(Standardized)
def _(node: Standardized) -> MatrixExpr:
    mean, deviations = (spread(s, node.axis, node.shape[node.axis]) for s in (node.mean, node.deviation))
    return elementwise((slot(0) - slot(1)) / slot(2), node.operand, mean, deviations)


@definition.register(RootMeanScaled)
def _(node: RootMeanScaled) -> MatrixExpr:
    return elementwise(slot(0) / slot(1), node.operand, spread(node.deviation, node.axis, node.shape[node.axis]))
