"""Matrix expressions at integer sizes, written out entry by entry."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

from sympy import (
    DiagMatrix,
    Identity,
    ImmutableDenseMatrix,
    MatAdd,
    MatMul,
    OneMatrix,
    Transpose,
    ZeroMatrix,
    eye,
    zeros,
)
from sympy import diag as explicit_diag
from sympy import ones as explicit_ones

from symbolic.algebra.build import coefficient_and_matrix, factors_of
from symbolic.algebra.groups import Grouped, Placement, definition
from symbolic.algebra.nodes import Elementwise, Fold, OrderedProduct, Total
from symbolic.algebra.values import Partial, Value

Environment = Mapping[Any, Any]
"""What each Value (and each Partial) is: a SymPy matrix of its shape."""


def explicit(matrix: Any, environment: Environment) -> Any:
    """The matrix written out, each named matrix replaced by what the environment holds for it.

    All sizes and layer ranges must be integers by now. Raises KeyError for a Value that is not in it.
    """
    return _explicit(matrix, environment)


@singledispatch
def _explicit(matrix: Any, environment: Environment) -> Any:
    raise TypeError(f"no explicit rule for {type(matrix).__name__}: add one in symbolic/algebra/explicit.py")


@_explicit.register(Value)
@_explicit.register(Partial)
def _(matrix: Any, environment: Environment) -> Any:
    return environment[matrix]


@_explicit.register(MatMul)
def _(matrix: MatMul, environment: Environment) -> Any:
    coefficient, _ = coefficient_and_matrix(matrix)
    product = None
    for factor in factors_of(matrix):
        written = _explicit(factor, environment)
        product = written if product is None else product * written
    return coefficient * product


@_explicit.register(MatAdd)
def _(matrix: MatAdd, environment: Environment) -> Any:
    first, *rest = [_explicit(term, environment) for term in matrix.args]
    for term in rest:
        first = first + term
    return first


@_explicit.register(Transpose)
def _(matrix: Transpose, environment: Environment) -> Any:
    return _explicit(matrix.args[0], environment).T


@_explicit.register(Elementwise)
def _(matrix: Elementwise, environment: Environment) -> Any:
    operands = [_explicit(operand, environment) for operand in matrix.operands]
    rows, cols = operands[0].shape
    return ImmutableDenseMatrix(rows, cols, lambda i, j: matrix.apply([a[i, j] for a in operands]))


@_explicit.register(Grouped)
def _(matrix: Grouped, environment: Environment) -> Any:
    return _explicit(definition(matrix), environment)


@_explicit.register(Placement)
def _(matrix: Placement, environment: Environment) -> Any:
    offset = int(matrix.offset)
    return ImmutableDenseMatrix(*map(int, matrix.shape), lambda i, j: int(i == j + offset))


@_explicit.register(Total)
def _(matrix: Total, environment: Environment) -> Any:
    return ImmutableDenseMatrix(1, 1, [sum(_explicit(matrix.operand, environment))])


@_explicit.register(DiagMatrix)
def _(matrix: DiagMatrix, environment: Environment) -> Any:
    return explicit_diag(*_explicit(matrix.args[0], environment))


@_explicit.register(Identity)
def _(matrix: Identity, environment: Environment) -> Any:
    return eye(int(matrix.shape[0]))


@_explicit.register(OneMatrix)
def _(matrix: OneMatrix, environment: Environment) -> Any:
    return explicit_ones(*map(int, matrix.shape))


@_explicit.register(ZeroMatrix)
def _(matrix: ZeroMatrix, environment: Environment) -> Any:
    return zeros(*map(int, matrix.shape))


@_explicit.register(OrderedProduct)
def _(matrix: OrderedProduct, environment: Environment) -> Any:
    first, last, step = (int(bound) for bound in (matrix.first, matrix.last, matrix.step))
    product = None
    for layer in range(first, last + step, step):
        written = _explicit(matrix.at(layer), environment)
        product = written if product is None else product * written
    return product if product is not None else eye(int(matrix.shape[0]))


@_explicit.register(Fold)
def _(matrix: Fold, environment: Environment) -> Any:
    inner = _explicit(matrix.start, environment)
    for layer in range(int(matrix.last), int(matrix.first) - 1, -1):
        hole = matrix.hole.subs(matrix.index, layer)
        inner = _explicit(matrix.body.subs(matrix.index, layer), {**environment, hole: inner})
    return inner
