"""Replacement of whole nodes, the expression put together again by the smart constructors."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from sympy import DiagMatrix, MatAdd, MatMul, Transpose
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, diag, mul, scale, total
from symbolic.algebra.elementwise import elementwise
from symbolic.algebra.nodes import Elementwise, Total
from symbolic.algebra.transpose import transpose


@singledispatch
def reconstruct(node: Any, arguments: tuple[Any, ...]) -> Any:
    """The node again, with other arguments, through its smart constructor."""
    return node.func(*arguments)


@reconstruct.register(MatMul)
def _(node: MatMul, arguments: tuple[Any, ...]) -> MatrixExpr:
    coefficient = [a for a in arguments if not getattr(a, "is_Matrix", False)]
    matrices = [a for a in arguments if getattr(a, "is_Matrix", False)]
    return scale(coefficient[0] if coefficient else 1, mul(*matrices))


@reconstruct.register(MatAdd)
def _(node: MatAdd, arguments: tuple[Any, ...]) -> MatrixExpr:
    return add(*arguments)


@reconstruct.register(Transpose)
def _(node: Transpose, arguments: tuple[Any, ...]) -> MatrixExpr:
    return transpose(arguments[0])


@reconstruct.register(DiagMatrix)
def _(node: DiagMatrix, arguments: tuple[Any, ...]) -> MatrixExpr:
    return diag(arguments[0])


@reconstruct.register(Total)
def _(node: Total, arguments: tuple[Any, ...]) -> MatrixExpr:
    return total(arguments[0])


@reconstruct.register(Elementwise)
def _(node: Elementwise, arguments: tuple[Any, ...]) -> MatrixExpr:
    return elementwise(arguments[0], *arguments[1:])


def rebuild(expr: Any, replacements: dict[Any, Any]) -> Any:
    """The expression with whole nodes replaced, put together again by the smart constructors."""
    if expr in replacements:
        return replacements[expr]
    if not getattr(expr, "is_Matrix", False) or not expr.args or expr.is_symbol:
        return expr
    arguments = tuple(rebuild(a, replacements) for a in expr.args)
    return expr if arguments == expr.args else reconstruct(expr, arguments)
