"""Named matrices: W^{[l]}, z^{[l]}, x, …, and the Jacobian of one with respect to another."""

from __future__ import annotations

from typing import Any, Self

from sympy import Expr, IndexedBase, MatrixSymbol, Symbol, Tuple, sympify
from sympy.core.symbol import Str
from sympy.matrices.expressions.matexpr import MatrixExpr

LAYER = Symbol("l", integer=True, positive=True)
"""The running layer index of a symbolic-depth network."""

DEPTH = Symbol("L", integer=True, positive=True)
"""The number of layers of a symbolic-depth network."""

SAMPLES = Symbol("N", integer=True, positive=True)
"""The number of samples in a batch."""


def size(name: str, layer: Any = None) -> Expr:
    """The positive integer n, or n_l when a layer index is given."""
    if layer is None:
        return Symbol(name, integer=True, positive=True)
    return IndexedBase(name, integer=True, positive=True)[layer]


class Value(MatrixSymbol):
    """A named matrix with its sizes and, in a layer, its layer index.

    The arguments are (base, rows, cols, index), so that W^{[l]} at a symbolic l is one object and
    `.subs(l, 2)` gives W^{[2]} with its sizes following. `index` is an empty tuple where there is none.
    """

    def __new__(cls, base: Any, rows: Any, cols: Any, index: Any = ()) -> Self:
        index = index if isinstance(index, Tuple) else Tuple(*index)
        args = (Str(str(base)), sympify(rows), sympify(cols), index)
        return MatrixExpr.__new__(cls, *args)

    def __eq__(self, other: object) -> bool:
        """As in SymPy, which compares all arguments also where the hashes, known by then, tell two values apart."""
        return self is other or (hash(self) == hash(other) and bool(super().__eq__(other)))

    __hash__ = MatrixSymbol.__hash__

    @property
    def base(self) -> str:
        """The letter: "W", "z", "delta", …"""
        return str(self.args[0].name)

    @property
    def layer(self) -> Expr | None:
        """The layer index, or None for values that belong to no layer (x, y, C)."""
        index = self.args[3]
        return index[0] if len(index) else None

    @property
    def name(self) -> str:
        """A flat name, "W1" or "W[l]", used by SymPy's own printing and sorting."""
        if self.layer is None:
            return self.base
        return f"{self.base}{self.layer}" if self.layer.is_Integer else f"{self.base}[{self.layer}]"

    def at(self, layer: Any) -> Value:
        """The same letter at another layer, its sizes following: W^{[l]} ↦ W^{[k]}."""
        assert self.layer is not None, f"{self.name} belongs to no layer"
        if self.layer.is_Symbol:
            return self.subs(self.layer, layer)
        raise AssertionError(f"{self.name} is at a fixed layer")


class Diagonal(Value):
    """A named diagonal matrix, its own transpose: D^{[l]} = diag(σ′(z^{[l]}))."""


class ColumnDistribution(Value):
    """A named matrix each of whose columns sums to 1: one-hot or soft targets, samples in columns."""


class RowDistribution(Value):
    """A named matrix each of whose rows sums to 1: one-hot or soft targets, samples in rows."""


def diagonal(base: str, rows: Any, layer: Any) -> Diagonal:
    """A diagonal matrix named `base` with the given number of rows, at a layer."""
    return Diagonal(base, rows, rows, (layer,))


def value(base: str, rows: Any, cols: Any = 1, layer: Any = None) -> Value:
    """A matrix named `base` of shape (rows, cols), at a layer if one is given."""
    return Value(base, rows, cols, () if layer is None else (layer,))


class Partial(MatrixExpr):
    """∂u/∂v in numerator layout: entry (i, j) is ∂u_i/∂v_j, shape (rows of u, entries of vec v).

    A name for a local Jacobian; what it equals is found by `symbolic.calculus.local`.
    """

    def __new__(cls, above: Any, below: Any) -> Partial:
        return MatrixExpr.__new__(cls, above, below)

    above = property(lambda self: self.args[0])
    below = property(lambda self: self.args[1])

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return (self.above.rows, self.below.rows * self.below.cols)
