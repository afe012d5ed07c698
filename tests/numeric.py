"""Matrix expressions and their entries in numbers, to compare two expressions.

Every named matrix is drawn at random and every undefined function is a smooth one of its own, so that what is equal
here is equal for reasons of algebra.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import sympy
from sympy import KroneckerDelta, Sum

from symbolic.algebra.entries import Entry, PlacedDelta
from symbolic.algebra.values import Diagonal, Partial, Value
from symbolic.checking.arrays import Arrays
from symbolic.reading.matrices import SampleSum

AXES = "#"
"""The key among indices for how many of them there are, each an array along an axis of its own."""


@dataclass
class Numbers(Arrays):
    """An integer for every size, and a random matrix for every name, drawn when it is first met."""

    def of(self, expr: Any) -> Any:
        """The value of a matrix expression, or of an entry (a function of i and j)."""
        if getattr(expr, "is_Matrix", False):
            return self.matrix(expr)
        found = self.scalar(expr, {"i": np.array([[1], [2]]), "j": np.array([[1, 2]]), AXES: 2})
        return np.broadcast_to(found, (2, 2))

    def named(self, v: Any) -> Any:
        """Numbers between 0.2 and 0.8, of which logarithms exist; a^{[0]} is x."""
        if isinstance(v, Value) and (v.base, v.layer) == ("a", 0):
            v = Value("x", v.rows, v.cols, ())
        rows, cols = (self.size(n) for n in v.shape)
        if v not in self.arrays:
            numbers = np.random.default_rng(crc32(str((v, *v.shape)).encode())).uniform(0.2, 0.8, (rows, cols))
            self.arrays[v] = np.diag(np.diag(numbers)) if isinstance(v, Diagonal) else numbers
        return self.arrays[v]

    def matrix(self, expr: Any) -> Any:
        if isinstance(expr, Partial):
            return self.named(expr)
        return self.matrix(expr.inside) if isinstance(expr, SampleSum) else super().matrix(expr)

    def indexed(self, expr: Any, at: Mapping[str, Any]) -> Any:
        if isinstance(expr, Entry):
            row, col = (self.scalar(index, at) for index in (expr.row, expr.col))
            rows, cols = expr.matrix.shape
            at_row, at_col = (np.asarray(index, int) - 1 for index in (row, col))
            return self.named(expr.matrix)[at_row % self.size(rows), at_col % self.size(cols)]
        if isinstance(expr, KroneckerDelta | PlacedDelta):
            return np.equal(*(self.scalar(index, at) for index in expr.args)) * 1.0
        return self._sum(expr, at) if isinstance(expr, Sum) else None

    def _sum(self, expr: Sum, at: Mapping[str, Any]) -> Any:
        """Σ: its indices along axes in front of the others, what does not depend on one counted as often as it is."""
        sizes = [self.size(upper) for _, _, upper in expr.limits]
        inner = {AXES: 0, **at}
        for n, (k, _, _) in zip(sizes, expr.limits, strict=True):
            inner[k.name] = np.arange(1, n + 1).reshape(n, *[1] * inner[AXES])
            inner[AXES] += 1
        terms = np.asarray(self.scalar(expr.function, inner))
        terms = terms.reshape(*[1] * (inner[AXES] - terms.ndim), *terms.shape)
        for n in reversed(sizes):
            terms = terms.sum(axis=0) * (n // terms.shape[0])
        return terms


def numbers_for(derivation: Any) -> Numbers:
    """Sizes 2, 3, 4, 5, 2, … for a derivation, in the order in which its forward program has them."""
    network = derivation.network
    shapes = [*network.input.shape, *[n for step in derivation.forward for n in step.target.shape]]
    atoms = [s for n in shapes for s in (n.atoms(sympy.Indexed) or n.free_symbols)]
    return Numbers({s: 2 + k % 4 for k, s in enumerate(dict.fromkeys(atoms))})
