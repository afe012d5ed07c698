"""Index calculus: formulas proved for symbolic sizes, by (A B)_ij = Σ_k A_ik B_kj and ∂A_kp/∂A_ij = δ_ki δ_pj.

The claim: for cotangents G that may be anything, the formula is the gradient of φ = Σ_k Σ_p G_kp Y_kp.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

from sympy import Dummy, Expr, Identity, Indexed, Integer, OneMatrix, Sum, Symbol, ZeroMatrix
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.contraction import normal_form
from symbolic.algebra.entries import Entry, entry, with_cases
from symbolic.algebra.functions import NamedFunction
from symbolic.algebra.values import Value
from symbolic.derivation import COL, ROW
from symbolic.proof.mutations import Mutant
from symbolic.proof.scalars import Flattening, equal

Definition = Callable[[Value], MatrixExpr | None]
"""What a value is defined as, or None where it is free."""

Pair = tuple[MatrixExpr, MatrixExpr]
"""A cotangent and the expression that it is a cotangent of."""


def fresh_indices() -> Iterator[Symbol]:
    """Summation indices, each different from every symbol there is."""
    return (Dummy(f"k{position}", integer=True, positive=True) for position in count())


@dataclass(frozen=True)
class Claim:
    """φ = Σ ⟨G, Y⟩ over the pairs (G, Y), to be differentiated with respect to `wrt`.

    `before` defines values that depend on `wrt`: they are put in before φ is differentiated. `after` defines values
    that the gradient may be written in (a for σ(z)): they are put in on both sides before these are compared.
    If `jacobian`, the cotangents have a column for each output, and column j is the gradient of φ_j = Σ_k G_kj Y_k1.
    """

    wrt: Value
    pairs: tuple[Pair, ...]
    before: Definition = lambda v: None
    after: Definition = lambda v: None
    jacobian: bool = False

    @cached_property
    def gradient(self) -> Expr:
        """∂φ/∂wrt_ij by index calculus, all definitions put in."""
        fresh = fresh_indices()
        place = entry(self.wrt, ROW, Integer(1) if self.jacobian else COL)
        total = sum((self._paired(g, y, fresh) for g, y in self.pairs), Integer(0))
        derivative = held(unfolded(total, self.before, fresh)).diff(place)
        return unfolded(derivative.replace(_is_held, lambda e: e.args[0]), self.after, fresh)

    def proves(self, formula: MatrixExpr) -> bool:
        """Whether a formula equals the gradient, entry (i, j) by entry (i, j), for all sizes and all matrices."""
        fresh = fresh_indices()
        return same(self.gradient, unfolded(entry(formula, ROW, COL, fresh), self.after, fresh))

    def _paired(self, g: MatrixExpr, y: MatrixExpr, fresh: Iterator[Symbol]) -> Expr:
        """Σ_k Σ_p G_kp Y_kp, or Σ_k G_kj Y_k1 for a Jacobian."""
        row, col = (Integer(1) if n == 1 else next(fresh) for n in y.shape)
        limits = [(at, 1, n) for at, n in ((row, y.shape[0]), (col, y.shape[1])) if n != 1]
        product = entry(g, row, COL if self.jacobian else col, fresh) * entry(y, row, col, fresh)
        return Sum(product, *limits) if limits else product


class Held(Expr):
    """σ(u) as one factor whose derivative σ′(u) u′ has the cases of σ′ as one factor, too."""

    is_commutative = True
    is_extended_real = True

    def _eval_derivative(self, s: Expr) -> Expr:
        applied = self.args[0]
        return with_cases(applied.fdiff()) * applied.args[0].diff(s)


def held(expr: Expr) -> Expr:
    """The expression with its named functions held, innermost first."""
    return expr.replace(lambda e: isinstance(e, NamedFunction), Held)


def _is_held(expr: Any) -> bool:
    return isinstance(expr, Held)


def unfolded(expr: Expr, definition: Definition, fresh: Iterator[Symbol]) -> Expr:
    """The expression with every entry of a defined value replaced by what it is, as deep as definitions go."""
    found = {e: definition(e.matrix) for e in expr.atoms(Entry) if isinstance(e.matrix, Value)}
    known = {e: matrix for e, matrix in found.items() if matrix is not None}
    if not known:
        return expr
    replaced = expr.xreplace({e: entry(matrix, e.row, e.col, fresh) for e, matrix in known.items()})
    return unfolded(replaced, definition, fresh)


def same(a: Expr, b: Expr) -> bool:
    """Whether two entries are equal: their sums agree term by term, or their summands as rational functions."""
    rest: dict[Any, Expr] = defaultdict(lambda: Integer(0))
    for (factor, limits), coefficient in normal_form(a - b).items():
        rest[limits] += coefficient * factor
    flat = Flattening().flat
    return all(equal(flat(summand), Integer(0)) for summand in rest.values())


def equal_sizes(*exprs: MatrixExpr) -> dict[Expr, Expr]:
    """A renaming that makes all open sizes one n, so that every product conforms."""
    n = Symbol("n", integer=True, positive=True)
    leaves = (Value, OneMatrix, Identity, ZeroMatrix)
    shapes = {side for expr in exprs for leaf in expr.atoms(*leaves) for side in leaf.shape}
    return {side: n for side in shapes if isinstance(side, Symbol | Indexed)}


def rejects(claim: Claim, mutant: Mutant) -> bool:
    """Whether a mutant is refuted: by its sizes, or because it is not the gradient."""
    return mutant.expr is None or not claim.proves(mutant.expr)
