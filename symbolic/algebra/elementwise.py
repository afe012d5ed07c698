"""Elementwise algebra through the scalar ring: fuse to one scalar expression, cancel, and map back."""

from __future__ import annotations

from functools import reduce
from operator import mul as times
from typing import Any

from sympy import Add, Dummy, Expr, Integer, MatAdd, Mul, Pow, cancel, factor, sympify, together
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, coefficient_and_matrix, is_ones, ones, scale
from symbolic.algebra.nodes import Elementwise, slot
from symbolic.errors import ShapeError


def elementwise(body: Any, *operands: MatrixExpr) -> MatrixExpr:
    """body(A, B, …) entry by entry, in normal form. Raises ShapeError where operand sizes differ.

    Nested elementwise maps are fused, operands are named once, and SymPy's scalar algebra cancels what it can;
    what is linear becomes a plain sum again. That is how σ′ ∘ ∂BCE/∂ŷ becomes ŷ − y: by derivation.
    """
    for operand in operands:
        if operand.shape != operands[0].shape:
            sizes = " and ".join(f"({a.shape[0]}, {a.shape[1]})" for a in (operands[0], operand))
            raise ShapeError(f"{operands[0]} ∘ {operand}: sizes differ, {sizes}")
    names: dict[MatrixExpr, Any] = {}
    scalars = {slot(k): _as_scalar(operand, names) for k, operand in enumerate(operands)}
    return _as_matrix(cancelled(sympify(body).xreplace(scalars)), list(names), operands[0].shape)


def hadamard(*factors: MatrixExpr) -> MatrixExpr:
    """A ∘ B ∘ ⋯, the entrywise product. Raises ShapeError where sizes differ."""
    return elementwise(reduce(times, [slot(k) for k in range(len(factors))]), *factors)


def _as_scalar(matrix: MatrixExpr, names: dict[MatrixExpr, Any]) -> Expr:
    """One entry of the matrix as a scalar over slots; `names` collects the matrix behind each slot."""
    coefficient, bare = coefficient_and_matrix(matrix)
    if is_ones(bare):
        return coefficient
    if isinstance(bare, Elementwise):
        return coefficient * bare.apply([_as_scalar(operand, names) for operand in bare.operands])
    if isinstance(bare, MatAdd):
        return coefficient * sum((_as_scalar(term, names) for term in bare.args), sympify(0))
    return coefficient * names.setdefault(bare, slot(len(names)))


def cancelled(body: Expr) -> Expr:
    """The body with common factors cancelled, where that leaves fewer denominators: σ′ · (a − y)/(a (1 − a))."""
    before = _denominators(body)
    if not before:
        return body
    shorter = factor(cancel(together(body)))
    return shorter if _denominators(shorter) < before else body


def _denominators(body: Expr) -> int:
    """How many different operands or sums of them the body divides by."""
    powers = body.atoms(Pow)
    return sum(1 for p in powers if p.exp.could_extract_minus_sign() and any(s.is_Dummy for s in p.base.free_symbols))


def _as_matrix(body: Expr, operands: list[MatrixExpr], shape: tuple[Expr, Expr]) -> MatrixExpr:
    """The matrix whose entries are `body`: 𝟏, a multiple, a sum, or an elementwise node."""
    slots = [slot(k) for k in range(len(operands))]
    coefficient, rest = _content(body, slots)
    if not rest.free_symbols & set(slots):
        return scale(coefficient * rest, ones(*shape))
    terms = rest.as_coefficients_dict(*slots)
    if all(term in slots for term in terms):
        linear = sorted(terms.items(), key=lambda item: (item[1].is_negative or False, slots.index(item[0])))
        return scale(coefficient, add(*[scale(c, operands[slots.index(s)]) for s, c in linear]))
    used = [k for k, s in enumerate(slots) if s in rest.free_symbols]
    renamed = (coefficient * rest).xreplace({slot(k): slot(new) for new, k in enumerate(used)})
    return Elementwise(renamed, *[operands[k] for k in used])


def _content(body: Expr, slots: list[Dummy]) -> tuple[Expr, Expr]:
    """c and f with body = c·f, where no factor of f has a common number left in its terms.

    Signs are turned so that the first term of each sum is positive: −c (y − a) is c (a − y).
    """
    coefficient, rest = body.as_independent(*slots, as_Add=False)
    factors = [_primitive(f, slots) for f in Mul.make_args(rest)]
    coefficient *= Mul(*[c for c, _ in factors])
    bare = [f for _, f in factors]
    for position, f in enumerate(bare):
        if f.is_Add and _leading(f, slots).could_extract_minus_sign():
            coefficient, bare[position] = -coefficient, -f
    return coefficient, Mul(*bare)


def _primitive(f: Expr, slots: list[Dummy]) -> tuple[Expr, Expr]:
    """c and g with f = c·g: the number common to the terms of a sum, or the coefficient 2/N that all of them have."""
    number, rest = f.primitive()
    if not rest.is_Add:
        return number, rest
    coefficients = {_magnitude(t.as_independent(*slots, as_Add=False)[0]) for t in rest.args}
    common = coefficients.pop() if len(coefficients) == 1 else Integer(1)
    return number * common, Add(*[t / common for t in rest.args])


def _magnitude(c: Expr) -> Expr:
    """c or −c, the one without a minus sign."""
    return -c if c.could_extract_minus_sign() else c


def _leading(terms: Expr, slots: list[Dummy]) -> Expr:
    """The term of the earliest operand in a sum, the simplest among equals."""

    def order(term: Expr) -> tuple[int, int]:
        used = [k for k, s in enumerate(slots) if term.has(s)]
        bare = -term if term.could_extract_minus_sign() else term
        return min(used, default=-1), bare.count_ops()

    return min(terms.args, key=order)
