"""Transposition, pushed down to the names: (A B)ᵀ = Bᵀ Aᵀ and what else follows."""

from __future__ import annotations

from functools import singledispatch

from sympy import DiagMatrix, Identity, MatAdd, MatMul, OneMatrix, Transpose, ZeroMatrix
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import (
    add,
    coefficient_and_matrix,
    factors_of,
    is_scalar,
    mul,
    ones,
    scale,
)
from symbolic.algebra.groups import LogSoftmax, RootMeanScaled, Softmax, Standardized
from symbolic.algebra.nodes import Elementwise, Fold, OrderedProduct, Total
from symbolic.algebra.values import Diagonal


@singledispatch
def transpose(matrix: MatrixExpr) -> MatrixExpr:
    """Aᵀ, pushed down to the names."""
    return matrix if is_scalar(matrix) else Transpose(matrix)


@transpose.register(Transpose)
def _(matrix: Transpose) -> MatrixExpr:
    return matrix.args[0]


@transpose.register(MatMul)
def _(matrix: MatMul) -> MatrixExpr:
    coefficient, _ = coefficient_and_matrix(matrix)
    return scale(coefficient, mul(*[transpose(factor) for factor in reversed(factors_of(matrix))]))


@transpose.register(MatAdd)
def _(matrix: MatAdd) -> MatrixExpr:
    return add(*[transpose(term) for term in matrix.args])


@transpose.register(OneMatrix)
def _(matrix: OneMatrix) -> MatrixExpr:
    return ones(matrix.shape[1], matrix.shape[0])


@transpose.register(Identity)
@transpose.register(DiagMatrix)
@transpose.register(Total)
@transpose.register(Diagonal)
def _(matrix: MatrixExpr) -> MatrixExpr:
    return matrix


@transpose.register(ZeroMatrix)
def _(matrix: ZeroMatrix) -> MatrixExpr:
    return ZeroMatrix(matrix.shape[1], matrix.shape[0])


@transpose.register(Elementwise)
def _(matrix: Elementwise) -> MatrixExpr:
    return Elementwise(matrix.body, *[transpose(operand) for operand in matrix.operands])


@transpose.register(Softmax)
@transpose.register(LogSoftmax)
def _(matrix: Softmax | LogSoftmax) -> MatrixExpr:
    return matrix.func(transpose(matrix.operand), 1 - matrix.axis)


@transpose.register(Standardized)
@transpose.register(RootMeanScaled)
def _(matrix: Standardized | RootMeanScaled) -> MatrixExpr:
    return matrix.func(*[transpose(operand) for operand in matrix.args])


@transpose.register(OrderedProduct)
def _(matrix: OrderedProduct) -> MatrixExpr:
    return OrderedProduct(transpose(matrix.factor), matrix.index, matrix.last, matrix.first, -matrix.step)


@transpose.register(Fold)
def _(matrix: Fold) -> MatrixExpr:
    hole = matrix.hole
    turned = hole.func(hole.base, hole.cols, hole.rows, hole.args[3])
    body = transpose(matrix.body).xreplace({transpose(hole): turned})
    start = transpose(matrix.start)
    return Fold(body, turned, matrix.index, matrix.first, matrix.last, start)
