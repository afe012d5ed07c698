"""Entries of matrix expressions: (A B)_ij = Σ_k A_ik B_kj and so on, for symbolic sizes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import singledispatch
from itertools import count
from typing import Any

from sympy import (
    Add,
    DiagMatrix,
    Dummy,
    Expr,
    Function,
    Identity,
    Integer,
    KroneckerDelta,
    MatAdd,
    MatMul,
    Mul,
    OneMatrix,
    Piecewise,
    Sum,
    Symbol,
    Transpose,
    ZeroMatrix,
    sympify,
)

from symbolic.algebra.build import coefficient_and_matrix, factors_of
from symbolic.algebra.groups import Grouped, Placement, definition
from symbolic.algebra.nodes import Elementwise, Total, slot
from symbolic.algebra.values import Partial, Value


class Entry(Expr):
    """The scalar A_ij of a named matrix; indices run from 1."""

    is_commutative = True
    is_real = True
    is_symbol = True  # SymPy would put a dummy in its place, and differentiate by that
    _diff_wrt = True

    def __new__(cls, matrix: Any, row: Any, col: Any) -> Entry:
        return Expr.__new__(cls, matrix, row, col)

    matrix = property(lambda self: self.args[0])
    row = property(lambda self: self.args[1])
    col = property(lambda self: self.args[2])

    def _eval_derivative(self, other: Expr) -> Expr:
        """∂A_ij/∂A_pq = δ_ip δ_jq, and 0 for an entry of another matrix."""
        if not isinstance(other, Entry) or other.matrix != self.matrix:
            return Integer(0)
        return KroneckerDelta(self.row, other.row) * KroneckerDelta(self.col, other.col)


class Cases(Expr):
    """A Piecewise as one factor: SymPy's sums would take it apart. Its arguments are (value, condition) pairs."""

    is_commutative = True
    is_extended_real = True

    @property
    def piecewise(self) -> Piecewise:
        """The same as SymPy has it."""
        return Piecewise(*self.args)

    def _eval_derivative(self, s: Expr) -> Expr:
        """Σ ∂/∂e · ∂e/∂s over the entries e, so that δ_ik of ∂e/∂s is a factor and not inside of a case."""
        parts = []
        for e in self.atoms(Entry):
            free = Dummy(real=True)
            parts.append(with_cases(self.piecewise.xreplace({e: free}).diff(free).xreplace({free: e})) * e.diff(s))
        return Add(*parts)


def with_cases(expr: Expr) -> Expr:
    """The expression with each Piecewise as one factor."""
    return expr.replace(lambda e: isinstance(e, Piecewise), lambda e: Cases(*e.args))


class PlacedDelta(Function):
    """δ_{i, j+m}, an entry of a Placement: 1 where the row i is the one that column j is placed at.

    A sum over i is contracted; one over j is not, for i may lie outside of the block.
    """

    nargs = 2
    is_real = True

    @classmethod
    def eval(cls, row: Expr, place: Expr) -> Expr | None:
        """A number where both indices are."""
        return Integer(row == place) if row.is_Integer and place.is_Integer else None


def letters(skip: Collection[str] = "ij") -> Iterator[Symbol]:
    """Summation indices, k first, never one of the names in `skip`."""
    for position in count():
        letter = "kpqrst"[position % 6]
        suffix = "" if position < 6 else str(position // 6)
        if letter + suffix not in skip:
            yield Symbol(letter + suffix, integer=True, positive=True)


def entry(matrix: Any, row: Any, col: Any, fresh: Iterator[Symbol] | None = None) -> Expr:
    """The entry (row, col) of a matrix expression, sums over inner sizes left as `Sum`.

    An index of an axis of size 1 is 1. `fresh` supplies the summation indices; unsaid, letters that name no size.
    """
    if fresh is None:
        fresh = letters({"i", "j", *(s.name for e in (matrix, row, col) for s in sympify(e).atoms(Symbol))})
    return _entry(matrix, sympify(row), sympify(col), fresh)


@singledispatch
def _entry(matrix: Any, row: Any, col: Any, fresh: Iterator[Symbol]) -> Expr:
    raise TypeError(f"no entry rule for {type(matrix).__name__}: add one in symbolic/algebra/entries.py")


@_entry.register(Value)
@_entry.register(Partial)
def _(matrix: Any, row: Any, col: Any, fresh: Iterator[Symbol]) -> Expr:
    at = [Integer(1) if n == 1 else index for n, index in zip(matrix.shape, (row, col), strict=True)]
    return Entry(matrix, *at)


@_entry.register(MatMul)
def _(matrix: MatMul, row: Any, col: Any, fresh: Iterator[Symbol]) -> Expr:
    """(A B ⋯ C)_ij = Σ_k Σ_p ⋯ A_ik B_kp ⋯ C_qj."""
    coefficient, _ = coefficient_and_matrix(matrix)
    factors = factors_of(matrix)
    limits, at, product = [], row, [coefficient]
    for position, factor in enumerate(factors):
        last = position == len(factors) - 1
        inner = factor.shape[1]
        to = col if last else Integer(1) if inner == 1 else next(fresh)
        if not last and inner != 1:
            limits.append((to, 1, inner))
        product.append(_entry(factor, at, to, fresh))
        at = to
    return Sum(Mul(*product), *reversed(limits)) if limits else Mul(*product)


@_entry.register(MatAdd)
def _(matrix: MatAdd, row: Any, col: Any, fresh: Iterator[Symbol]) -> Expr:
    return sum((_entry(term, row, col, fresh) for term in matrix.args), Integer(0))


@_entry.register(Transpose)
def _(matrix: Transpose, row: Any, col: Any, fresh: Iterator[Symbol]) -> Expr:
    return _entry(matrix.args[0], col, row, fresh)


@_entry.register(Elementwise)
def _(matrix: Elementwise, row: Any, col: Any, fresh: Iterator[Symbol]) -> Expr:
    return with_cases(matrix.body).xreplace(
        {slot(k): _entry(operand, row, col, fresh) for k, operand in enumerate(matrix.operands)}
    )


@_entry.register(Placement)
def _(matrix: Placement, row: Any, col: Any, fresh: Iterator[Symbol]) -> Expr:
    return PlacedDelta(row, col + matrix.offset)


@_entry.register(Grouped)
def _(matrix: Grouped, row: Any, col: Any, fresh: Iterator[Symbol]) -> Expr:
    return _entry(definition(matrix), row, col, fresh)


@_entry.register(Total)
def _(matrix: Total, row: Any, col: Any, fresh: Iterator[Symbol]) -> Expr:
    limits, at = [], []
    for n in matrix.operand.shape:
        at.append(Integer(1) if n == 1 else next(fresh))
        if n != 1:
            limits.append((at[-1], 1, n))
    return Sum(_entry(matrix.operand, at[0], at[1], fresh), *reversed(limits))


@_entry.register(DiagMatrix)
def _(matrix: DiagMatrix, row: Any, col: Any, fresh: Iterator[Symbol]) -> Expr:
    return KroneckerDelta(row, col) * _entry(matrix.args[0], row, Integer(1), fresh)


@_entry.register(Identity)
def _(matrix: Identity, row: Any, col: Any, fresh: Iterator[Symbol]) -> Expr:
    return Integer(1) if matrix.shape[0] == 1 else KroneckerDelta(row, col)


@_entry.register(OneMatrix)
def _(matrix: OneMatrix, row: Any, col: Any, fresh: Iterator[Symbol]) -> Expr:
    return Integer(1)


@_entry.register(ZeroMatrix)
def _(matrix: ZeroMatrix, row: Any, col: Any, fresh: Iterator[Symbol]) -> Expr:
    return Integer(0)
