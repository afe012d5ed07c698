"""Matrix expressions in numbers: what a derivation says at one point, NumPy alone.

An undefined function is a smooth one of its own, so that what is equal here is equal for reasons of algebra.
"""

from __future__ import annotations

import math
import operator as op
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import singledispatchmethod
from typing import Any
from zlib import crc32

import numpy as np
import sympy
from sympy import (
    DiagMatrix,
    Identity,
    MatAdd,
    MatMul,
    OneMatrix,
    Piecewise,
    Transpose,
    ZeroMatrix,
)
from sympy.core.relational import Relational

from symbolic.algebra.build import coefficient_and_matrix, factors_of
from symbolic.algebra.entries import Cases
from symbolic.algebra.functions import NamedFunction
from symbolic.algebra.groups import Grouped, Placement, Softmax, definition
from symbolic.algebra.nodes import Elementwise, Total
from symbolic.algebra.values import Value

FUNCTIONS: dict[Any, Any] = {
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


def undefined(label: str, order: int, z: Any) -> Any:
    """What stands for a function that is not defined, or for a derivative of it: 2 + sin(1.7 z + a number for each)."""
    return 1.7**order * np.sin(1.7 * z + crc32(label.encode()) % 100 + order * np.pi / 2) + 2 * (order == 0)


@dataclass
class Arrays:
    """An integer for every size, a number for every hyperparameter, and an array for every named matrix."""

    sizes: dict[Any, int]
    arrays: dict[Any, Any] = field(default_factory=dict)
    _known: dict[Any, int] = field(default_factory=dict, repr=False)

    def size(self, n: Any) -> int:
        if n not in self._known:
            self._known[n] = int(n.xreplace(self.sizes))
        return self._known[n]

    def named(self, v: Any) -> Any:
        """The array of a named matrix. Raises KeyError where it has none."""
        return self.arrays[v]

    @singledispatchmethod
    def matrix(self, expr: Any) -> Any:
        raise TypeError(f"no numbers for {type(expr).__name__}")

    @matrix.register
    def _(self, expr: Value) -> Any:
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

    def indexed(self, expr: Any, at: Mapping[str, Any]) -> Any:
        """An entry, or a sum over entries; None for what is none, as everything is in a program of matrices."""
        return None

    def scalar(self, expr: Any, at: Mapping[str, Any]) -> Any:
        """A scalar expression, `at` giving slots and indices their values."""
        if expr.is_Number:
            return float(expr)
        found = self.indexed(expr, at)
        if found is not None:
            return found
        if expr in self.sizes:
            return self.sizes[expr]
        if expr.is_Symbol:
            return at[expr.name] if expr.name in at else 0.3 + crc32(expr.name.encode()) % 100 / 200
        if isinstance(expr, Cases):
            return self.scalar(expr.piecewise, at)
        if isinstance(expr, Piecewise):
            cases = [(self.scalar(value, at), self.scalar(holds, at)) for value, holds in expr.args]
            return np.select([np.asarray(holds) for _, holds in cases], [value for value, _ in cases])
        if expr in (sympy.true, sympy.false):
            return bool(expr)
        if expr.is_NumberSymbol:
            return float(expr)
        parts = [self.scalar(a, at) for a in expr.args]
        if isinstance(expr, Relational):
            return RELATIONS[expr.rel_op](*parts)
        if isinstance(expr, sympy.And | sympy.Or):
            return (np.logical_and if isinstance(expr, sympy.And) else np.logical_or).reduce(parts)
        if isinstance(expr, NamedFunction) and expr.definition is not None:
            return self.scalar(expr.definition, {"t0": parts[0]})
        if isinstance(expr, NamedFunction):
            return undefined(expr.label, expr.order, parts[0])
        if expr.is_Add:
            return sum(parts)
        if expr.is_Mul:
            return math.prod(parts[1:], start=parts[0])
        if expr.is_Pow:
            return parts[0] ** parts[1]
        return FUNCTIONS[expr.func](parts[0])
