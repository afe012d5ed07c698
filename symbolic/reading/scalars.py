"""Sums over entries as the matrices that they are: Σ_k Σ_p A_kp B_kp is the total of A ∘ B, 1×1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Expr, Integer, Mul, Sum, Symbol
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import ones, scale, total
from symbolic.algebra.elementwise import elementwise
from symbolic.algebra.entries import Cases, Entry
from symbolic.algebra.groups import group_sums, spread
from symbolic.algebra.nodes import slot
from symbolic.algebra.transpose import transpose
from symbolic.errors import SymbolicError

Index = Any
"""A summation index; None for an axis of size 1."""

Limits = dict[Symbol, Expr]
"""Summation indices and their upper limits, the outermost first."""


def as_matrix(expr: Any) -> MatrixExpr:
    """A scalar in sums over entries, and entries without an index, as a 1×1 matrix. Raises SymbolicError."""
    parts = dict.fromkeys(_parts(expr))
    if not parts:
        return scale(expr, ones(1, 1))
    body = _over_slots(expr, parts)
    return elementwise(body, *[_total(part) if isinstance(part, Sum) else _whole(part) for part in parts])


def _over_slots(expr: Any, parts: Iterable[Any]) -> Expr:
    """The scalar with a slot for each part, case distinctions as SymPy has them."""
    body: Expr = expr.xreplace({part: slot(k) for k, part in enumerate(parts)})
    return body.replace(lambda e: isinstance(e, Cases), lambda e: e.piecewise)


def _parts(expr: Any) -> list[Any]:
    """The outermost sums and entries in an expression."""
    if isinstance(expr, Sum | Entry):
        return [expr]
    return [part for a in expr.args for part in _parts(a)]


def _whole(e: Entry) -> MatrixExpr:
    if tuple(e.matrix.shape) != (1, 1):
        raise SymbolicError("an index that nothing sums over")
    matrix: MatrixExpr = e.matrix
    return matrix


def _total(expr: Sum) -> MatrixExpr:
    """Σ over one or two indices of a function of entries with those indices."""
    limits: Limits = {}
    body: Any = expr
    while isinstance(body, Sum):
        limits |= {k: upper for k, _, upper in reversed(body.limits)}
        body = body.function
    entries = [part for part in dict.fromkeys(_parts(body)) if isinstance(part, Entry)]
    row, col = _axes(entries, limits)
    if not entries and not body.free_symbols & set(limits):
        return scale(body * Mul(*limits.values()), ones(1, 1))
    if len(limits) > 2 or not entries:
        raise SymbolicError("a sum over no index of an entry, or over three; write it as a product of matrices")
    shape = tuple(Integer(1) if k is None else limits[k] for k in (row, col))
    return total(_written(body, row, col, shape))


def _written(body: Any, row: Index, col: Index, shape: tuple[Any, ...]) -> MatrixExpr:
    """The matrix of that shape whose entry (row, col) is the scalar."""
    parts = dict.fromkeys(_parts(body))
    if not parts:
        return scale(body, ones(*shape))
    laid = [(_summed if isinstance(part, Sum) else _laid)(part, row, col, shape) for part in parts]
    return elementwise(_over_slots(body, parts), *laid)


def _summed(inner: Any, row: Index, col: Index, shape: tuple[Any, ...]) -> MatrixExpr:
    """The matrix whose entry (row, col) is a sum: the same everywhere, in every column (Σ_q A_qp), or in every row."""
    used = inner.free_symbols & {row, col}
    if not used:
        return spread(spread(_total(inner), 0, shape[0]), 1, shape[1])
    if len(used) > 1 or len(inner.limits) > 1:
        raise SymbolicError("a sum within a sum; write it as a product of matrices")
    ((index, _, length),) = inner.limits
    if used == {col}:
        sums = group_sums(_written(inner.function, index, col, (length, shape[1])), 0)
        return spread(sums, 0, shape[0])
    sums = group_sums(_written(inner.function, row, index, (shape[0], length)), 1)
    return spread(sums, 1, shape[1])


def _axes(entries: list[Any], limits: Limits) -> tuple[Index, Index]:
    """The index of rows and that of columns, as an entry with both has them."""
    for e in entries:
        if e.row in limits and e.col in limits:
            return e.row, e.col
    for e in entries:
        if e.row in limits or e.col in limits:
            other = next((k for k in limits if k not in (e.row, e.col)), None)
            return (e.row, other) if e.row in limits else (other, e.col)
    return None, None


def _laid(e: Any, row: Index, col: Index, shape: tuple[Any, ...]) -> MatrixExpr:
    """The matrix of an entry, turned and spread out so that its entry (row, col) is the one meant."""
    matrix, at = e.matrix, (e.row, e.col)
    if at == (row, col) or matrix.shape == shape:
        return matrix
    if at == (col, row) or at in ((col, 1), (1, row)):
        matrix, at = transpose(matrix), at[::-1]
    if at == (row, col):
        return matrix
    if at[0] == 1 and matrix.shape[0] == 1:
        matrix = spread(matrix, 0, shape[0])
    if at[1] == 1 and matrix.shape[1] == 1:
        matrix = spread(matrix, 1, shape[1])
    if tuple(matrix.shape) != tuple(shape):
        raise SymbolicError(f"the indices of {e.matrix} are not those of the sum")
    return matrix
