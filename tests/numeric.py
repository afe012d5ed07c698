"""Matrix expressions and their entries in numbers, to compare two expressions: NumPy alone, no rule of the project's.

Every named matrix is drawn at random and every undefined function is a smooth one of its own, so that what is equal
here is equal for reasons of algebra.
"""

from __future__ import annotations

import math
import operator as op
from dataclasses import dataclass, field
from functools import singledispatchmethod
from typing import Any
from zlib import crc32

import numpy as np
import sympy
from sympy import (
    DiagMatrix,
    Identity,
    KroneckerDelta,
    MatAdd,
    MatMul,
    OneMatrix,
    Piecewise,
    Sum,
    Transpose,
    ZeroMatrix,
)
from sympy.core.relational import Relational

from symbolic.algebra.build import coefficient_and_matrix, factors_of
from symbolic.algebra.entries import Cases, Entry, PlacedDelta
from symbolic.algebra.functions import NamedFunction
from symbolic.algebra.groups import Grouped, Placement, Softmax, definition
from symbolic.algebra.nodes import Elementwise, Total
from symbolic.algebra.values import Diagonal, Partial, Value
from symbolic.reading.matrices import SampleSum

FUNCTIONS = {
    sympy.log: np.log,
    sympy.exp: np.exp,
    sympy.sin: np.sin,
    sympy.cos: np.cos,
    sympy.tanh: np.tanh,
    sympy.sinh: np.sinh,
    sympy.cosh: np.cosh,
    sympy.Abs: np.abs,
    sympy.sign: np.sign,
    sympy.erf: np.vectorize(math.erf),
}


RELATIONS = {">": op.gt, "<": op.lt, ">=": op.ge, "<=": op.le, "==": op.eq, "!=": op.ne}


@dataclass
class Numbers:
    """An integer for every size, and a random matrix for every name, drawn when it is first met."""

    sizes: dict[Any, int]
    drawn: dict[Any, Any] = field(default_factory=dict)

    def of(self, expr: Any) -> Any:
        """The value of a matrix expression, or of an entry (a function of i and j)."""
        if getattr(expr, "is_Matrix", False):
            return self.matrix(expr)
        found = self.scalar(expr, {"i": np.array([[1], [2]]), "j": np.array([[1, 2]])}, axes=2)
        return np.broadcast_to(found, (2, 2))

    def size(self, n: Any) -> int:
        return int(n.xreplace(self.sizes))

    def named(self, v: Any) -> Any:
        """Numbers between 0.2 and 0.8, of which logarithms exist; a^{[0]} is x."""
        if isinstance(v, Value) and (v.base, v.layer) == ("a", 0):
            v = Value("x", v.rows, v.cols, ())
        rows, cols = (self.size(n) for n in v.shape)
        if v not in self.drawn:
            numbers = np.random.default_rng(crc32(str((v, *v.shape)).encode())).uniform(0.2, 0.8, (rows, cols))
            self.drawn[v] = np.diag(np.diag(numbers)) if isinstance(v, Diagonal) else numbers
        return self.drawn[v]

    @singledispatchmethod
    def matrix(self, expr: Any) -> Any:
        raise TypeError(f"no numbers for {type(expr).__name__}")

    @matrix.register(Value)
    @matrix.register(Partial)
    def _(self, expr: Any) -> Any:
        return self.named(expr)

    @matrix.register
    def _(self, expr: MatMul) -> Any:
        result = (
            np.linalg.multi_dot([self.matrix(f) for f in fs]) if len(fs := factors_of(expr)) > 1 else self.matrix(fs[0])
        )
        return self.scalar(coefficient_and_matrix(expr)[0], {}) * result

    @matrix.register
    def _(self, expr: MatAdd) -> Any:
        return sum(self.matrix(term) for term in expr.args)

    @matrix.register
    def _(self, expr: Transpose) -> Any:
        return self.matrix(expr.args[0]).T

    @matrix.register
    def _(self, expr: Elementwise) -> Any:
        operands = [self.matrix(operand) for operand in expr.operands]
        atoms = {f"t{k}": operand for k, operand in enumerate(operands)}
        return np.broadcast_to(self.scalar(expr.body, atoms), operands[0].shape)

    @matrix.register
    def _(self, expr: Softmax) -> Any:
        powers = np.exp(self.matrix(expr.operand))
        return powers / powers.sum(axis=expr.axis, keepdims=True)

    @matrix.register
    def _(self, expr: Grouped) -> Any:
        return self.matrix(definition(expr))

    @matrix.register
    def _(self, expr: Placement) -> Any:
        rows, cols = (self.size(n) for n in expr.shape)
        return np.eye(rows, cols, -self.size(expr.offset))

    @matrix.register
    def _(self, expr: Total) -> Any:
        return self.matrix(expr.operand).sum(keepdims=True)

    @matrix.register
    def _(self, expr: DiagMatrix) -> Any:
        return np.diag(self.matrix(expr.args[0])[:, 0])

    @matrix.register
    def _(self, expr: Identity) -> Any:
        return np.eye(self.size(expr.shape[0]))

    @matrix.register(OneMatrix)
    def _(self, expr: Any) -> Any:
        return np.ones([self.size(n) for n in expr.shape])

    @matrix.register(ZeroMatrix)
    def _(self, expr: Any) -> Any:
        return np.zeros([self.size(n) for n in expr.shape])

    @matrix.register
    def _(self, expr: SampleSum) -> Any:
        return self.matrix(expr.inside)

    def scalar(self, expr: Any, at: dict[str, Any], axes: int = 0) -> Any:
        """A scalar expression, `at` giving slots and indices their values.

        Indices are arrays, each along an axis of its own; there are that many `axes` so far.
        """
        if expr.is_Number:
            return float(expr)
        if expr in self.sizes:
            return self.sizes[expr]
        if expr.is_Symbol and not isinstance(expr, Entry):
            return at[expr.name] if expr.name in at else 0.3 + crc32(expr.name.encode()) % 100 / 200
        if isinstance(expr, Entry):
            row, col = (self.scalar(index, at) for index in (expr.row, expr.col))
            rows, cols = expr.matrix.shape
            at_row, at_col = (np.asarray(index, int) - 1 for index in (row, col))
            return self.named(expr.matrix)[at_row % self.size(rows), at_col % self.size(cols)]
        if isinstance(expr, Sum):
            return self._sum(expr, at, axes)
        if isinstance(expr, Cases):
            return self.scalar(expr.piecewise, at, axes)
        if isinstance(expr, Piecewise):
            cases = [(self.scalar(value, at, axes), self.scalar(holds, at, axes)) for value, holds in expr.args]
            return np.select([np.asarray(holds) for _, holds in cases], [value for value, _ in cases])
        if expr in (sympy.true, sympy.false):
            return bool(expr)
        if expr.is_NumberSymbol:
            return float(expr)
        parts = [self.scalar(a, at, axes) for a in expr.args]
        if isinstance(expr, Relational):
            return RELATIONS[expr.rel_op](*parts)
        if isinstance(expr, sympy.And | sympy.Or):
            return (np.logical_and if isinstance(expr, sympy.And) else np.logical_or).reduce(parts)
        if isinstance(expr, KroneckerDelta | PlacedDelta):
            return np.equal(*parts) * 1.0
        if isinstance(expr, NamedFunction) and expr.definition is not None:
            return self.scalar(expr.definition, {"t0": parts[0]}, axes)
        if isinstance(expr, NamedFunction):
            return np.sin(parts[0] * 1.7 + crc32(f"{expr.label} {expr.order}".encode()) % 100) + 2
        if expr.is_Add:
            return sum(parts)
        if expr.is_Mul:
            return math.prod(parts[1:], start=parts[0])
        if expr.is_Pow:
            return parts[0] ** parts[1]
        return FUNCTIONS[expr.func](parts[0])

    def _sum(self, expr: Sum, at: dict[str, Any], axes: int) -> Any:
        """Σ: its indices along axes in front of the others, what does not depend on one counted as often as it is."""
        sizes = [self.size(upper) for _, _, upper in expr.limits]
        inner = dict(at)
        for n, (k, _, _) in zip(sizes, expr.limits, strict=True):
            inner[k.name] = np.arange(1, n + 1).reshape(n, *[1] * axes)
            axes += 1
        terms = np.asarray(self.scalar(expr.function, inner, axes))
        terms = terms.reshape(*[1] * (axes - terms.ndim), *terms.shape)
        for n in reversed(sizes):
            terms = terms.sum(axis=0) * (n // terms.shape[0])
        return terms


def numbers_for(derivation: Any) -> Numbers:
    """Sizes 2, 3, 4, 5, 2, … for a derivation, in the order in which its forward program has them."""
    network = derivation.network
    shapes = [*network.input.shape, *[n for step in derivation.forward for n in step.target.shape]]
    atoms = [s for n in shapes for s in (n.atoms(sympy.Indexed) or n.free_symbols)]
    return Numbers({s: 2 + k % 4 for k, s in enumerate(dict.fromkeys(atoms))})
