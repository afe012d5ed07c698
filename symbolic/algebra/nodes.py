"""The expression nodes SymPy lacks: elementwise maps, totals, ordered products and folds over layers.

Built through `symbolic.algebra.build`, never directly: the constructors there check shapes and normalise.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import Dummy, Expr, Integer
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.values import Value

_FIRST_SLOT = 7_000_000


@cache
def slot(position: int) -> Dummy:
    """The bound variable that stands for operand number `position` in an elementwise body.

    A Dummy with a fixed index: equal wherever it is made (so that equality, hashing and substitution work) and
    never equal to a symbol of the reader's.
    """
    return Dummy(f"t{position}", dummy_index=_FIRST_SLOT + position, real=True)


class Elementwise(MatrixExpr):
    """f(A, B, …) entry by entry: entry (i, j) is body(A_ij, B_ij, …).

    One scalar SymPy expression over slots holds the whole map, so σ(z), δ ∘ σ′(z) and y ⊘ ŷ are all this node,
    and SymPy's scalar algebra is their algebra. All operands have the same shape, which is the node's.
    """

    def __new__(cls, body: Any, *operands: Any) -> Elementwise:
        return MatrixExpr.__new__(cls, body, *operands)

    body = property(lambda self: self.args[0])
    operands = property(lambda self: self.args[1:])
    shape = property(lambda self: self.args[1].shape)

    def apply(self, arguments: Any) -> Expr:
        """The body at the given scalar arguments, one for each operand."""
        return self.body.xreplace({slot(k): a for k, a in enumerate(arguments)})


class Total(MatrixExpr):
    """The 1×1 matrix 𝟏ᵀ A 𝟏: the sum of all entries of A."""

    def __new__(cls, operand: Any) -> Total:
        return MatrixExpr.__new__(cls, operand)

    operand = property(lambda self: self.args[0])
    shape = property(lambda self: (Integer(1), Integer(1)))


class OrderedProduct(MatrixExpr):
    """F(first) F(first ± 1) ⋯ F(last), the factors in that order; empty when the range is.

    `step` is +1 for an ascending product and −1 for a descending one. The factor is a matrix expression in the
    bound layer index `index`; neighbouring factors conform.
    """

    def __new__(cls, factor: Any, index: Any, first: Any, last: Any, step: Any) -> OrderedProduct:
        return MatrixExpr.__new__(cls, factor, index, first, last, Integer(step))

    factor = property(lambda self: self.args[0])
    index = property(lambda self: self.args[1])
    first = property(lambda self: self.args[2])
    last = property(lambda self: self.args[3])
    step = property(lambda self: self.args[4])

    def at(self, layer: Any) -> MatrixExpr:
        """The factor at one layer."""
        return self.factor.subs(self.index, layer)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return (self.at(self.first).shape[0], self.at(self.last).shape[1])


class Fold(MatrixExpr):
    """A map iterated downwards over the layers, where it is no matrix product.

    g(last + 1) = start and g(k) = body(k, g(k + 1)) for k = last, …, first; the node is g(first). `hole` is the
    Value that stands for g(k + 1) in the body at `index` = k.
    """

    def __new__(cls, body: Any, hole: Any, index: Any, first: Any, last: Any, start: Any) -> Fold:
        return MatrixExpr.__new__(cls, body, hole, index, first, last, start)

    body = property(lambda self: self.args[0])
    hole = property(lambda self: self.args[1])
    index = property(lambda self: self.args[2])
    first = property(lambda self: self.args[3])
    last = property(lambda self: self.args[4])
    start = property(lambda self: self.args[5])

    def at(self, layer: Any, inner: MatrixExpr) -> MatrixExpr:
        """One turn of the map: body(layer, inner)."""
        hole: Value = self.hole
        body = self.body.subs(self.index, layer)
        return body.xreplace({hole.subs(self.index, layer): inner})

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return self.body.subs(self.index, self.first).shape
