"""Mutants: formulas that are wrong in the ways in which people get gradients wrong.

A proof that accepts one of them is worth nothing, so each proof is run on all of them. Mutants that are equal to the
formula by construction are not made: a symmetric matrix transposed, diagonal factors swapped, a 1×1 factor moved,
and whatever the constructors bring back to the formula itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from sympy import Add, DiagMatrix, Expr, Identity, MatAdd, MatMul, Mul, Transpose, ZeroMatrix
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, coefficient_and_matrix, factors_of, is_scalar, mul, ones, scale
from symbolic.algebra.elementwise import elementwise
from symbolic.algebra.groups import is_uniform
from symbolic.algebra.nodes import Elementwise, Fold, OrderedProduct
from symbolic.algebra.rebuild import rebuild
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import Diagonal, Value
from symbolic.errors import ShapeError


@dataclass(frozen=True)
class Mutant:
    """A wrong formula and what is wrong with it; `expr` is None where the sizes alone forbid it."""

    name: str
    expr: MatrixExpr | None


Neighbours = Callable[[Value], Iterable[Value]]
"""The values of the same letter at other layers."""


def adjacent(v: Value) -> list[Value]:
    """The same letter one layer down and one layer up."""
    return [] if v.layer is None else [v.func(v.base, v.rows, v.cols, (v.layer + by,)) for by in (-1, 1)]


def mutants(expr: MatrixExpr, neighbours: Neighbours = adjacent) -> Iterator[Mutant]:
    """Every mutant of a gradient formula, each named after what was done to it."""
    if isinstance(expr, ZeroMatrix):
        yield Mutant("something for nothing", ones(*expr.shape))
        return
    for name, build in _recipes(expr, neighbours):
        try:
            mutant = build()
        except ShapeError:
            yield Mutant(name, None)
            continue
        if mutant.shape != expr.shape:
            yield Mutant(name, None)
        elif mutant != expr:
            yield Mutant(name, mutant)


Recipe = tuple[str, Callable[[], MatrixExpr]]


def _recipes(expr: MatrixExpr, neighbours: Neighbours) -> Iterator[Recipe]:
    yield "sign", partial(scale, -1, expr)
    yield "factor 2", partial(scale, 2, expr)
    if not is_symmetric(expr) and expr.shape[0] == expr.shape[1]:
        yield "transposed", partial(transpose, expr)
    holes = {node.hole for node in parts(expr) if isinstance(node, Fold)}
    for node in parts(expr):
        for name, build in _wrong(node):
            yield name, partial(_with, expr, node, build)
        if isinstance(node, Value) and node not in holes:
            for other in neighbours(node):
                yield f"{node.name} slips to {other.name}", partial(rebuild, expr, {node: other})


def _with(expr: MatrixExpr, node: MatrixExpr, build: Callable[[], MatrixExpr]) -> MatrixExpr:
    return rebuild(expr, {node: build()})


def parts(expr: Any) -> list[MatrixExpr]:
    """The matrix expressions in an expression, itself included, each once, outermost first."""
    found: dict[MatrixExpr, None] = {}
    stack = [expr]
    while stack:
        node = stack.pop()
        if getattr(node, "is_Matrix", False) and node not in found:
            found[node] = None
            stack.extend(() if node.is_symbol else reversed(node.args))
    return list(found)


def _wrong(node: MatrixExpr) -> Iterator[Recipe]:
    """What can be done to one node alone."""
    if isinstance(node, Transpose) and not is_symmetric(node.arg):
        yield f"dropped transpose of {node.arg}", lambda: node.arg
    elif isinstance(node, MatMul):
        yield from _wrong_product(node)
    elif isinstance(node, MatAdd):
        yield from _wrong_sum(node)
    elif isinstance(node, Elementwise):
        for name, body in scalar_mutants(node.body):
            yield name, partial(elementwise, body, *node.operands)
    elif isinstance(node, Diagonal | DiagMatrix):
        yield "lost σ′ on a diagonal", partial(Identity, node.shape[0])
    elif isinstance(node, OrderedProduct):
        yield from _wrong_range(node)


def _wrong_product(node: MatMul) -> Iterator[Recipe]:
    coefficient, _ = coefficient_and_matrix(node)
    factors = factors_of(node)
    if coefficient != 1:
        yield f"lost coefficient {coefficient}", partial(scale, 1 / coefficient, node)
    for at, factor in enumerate(factors):
        if len(factors) > 1 and not is_scalar(factor) and not isinstance(factor, Identity):
            rest = (*factors[:at], *factors[at + 1 :])
            yield f"lost factor {at + 1} of {len(factors)}", partial(_product, coefficient, *rest)
    for at, (left, right) in enumerate(pairwise(factors)):
        if not commute(left, right):
            swapped = (*factors[:at], right, left, *factors[at + 2 :])
            yield f"swapped factors {at + 1} and {at + 2}", partial(_product, coefficient, *swapped)


def _product(coefficient: Expr, *factors: MatrixExpr) -> MatrixExpr:
    return scale(coefficient, mul(*factors))


def _wrong_sum(node: MatAdd) -> Iterator[Recipe]:
    for at, term in enumerate(node.args):
        yield f"lost term {at + 1} of a sum", partial(add, *node.args[:at], *node.args[at + 1 :])
        if at:
            flipped = (*node.args[:at], scale(-1, term), *node.args[at + 1 :])
            yield f"sign of term {at + 1} of a sum", partial(add, *flipped)


def _wrong_range(node: OrderedProduct) -> Iterator[Recipe]:
    factor, index, first, last, step = node.args
    if step == 1:
        yield "first factor of the product lost", partial(OrderedProduct, factor, index, first + 1, last, step)
        yield "last factor of the product lost", partial(OrderedProduct, factor, index, first, last - 1, step)
    yield "product in reversed order", partial(OrderedProduct, factor, index, last, first, -step)


def scalar_mutants(body: Expr) -> Iterator[tuple[str, Expr]]:
    """A factor lost (σ′, 1 − a), or the sign of a term changed, anywhere in a scalar expression."""
    factors = Mul.make_args(body)
    for at, factor in enumerate(factors):
        yield f"lost factor {factor}", Mul(*factors[:at], *factors[at + 1 :])
    for total in sorted(body.atoms(Add), key=str):
        for term in total.args[1:]:
            yield f"sign of {term} in {total}", body.xreplace({total: total - 2 * term})


DIAGONAL = (DiagMatrix, Diagonal, Identity)


def is_symmetric(matrix: MatrixExpr) -> bool:
    """Whether a matrix is its own transpose by construction: 1×1, diagonal, a product of such, s sᵀ."""
    diagonal = all(isinstance(factor, DIAGONAL) for factor in factors_of(matrix))
    return is_scalar(matrix) or diagonal or bool(matrix.shape[0] == matrix.shape[1] and transpose(matrix) == matrix)


def commute(left: MatrixExpr, right: MatrixExpr) -> bool:
    """Whether A B = B A by construction."""
    both = isinstance(left, DIAGONAL) and isinstance(right, DIAGONAL)
    return left == right or both or _is_multiple_of_identity(left) or _is_multiple_of_identity(right)


def _is_multiple_of_identity(matrix: MatrixExpr) -> bool:
    uniform = isinstance(matrix, DiagMatrix) and is_uniform(matrix.args[0])
    return uniform or is_scalar(matrix) or isinstance(matrix, Identity)
