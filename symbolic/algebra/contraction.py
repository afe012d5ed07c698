"""Sums over indices brought to a normal form: Kronecker deltas contracted, bound indices renamed.

An entry becomes a sum of terms, each a product with the indices it is summed over. Two entries are equal if their
normal forms are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import groupby, permutations, product
from typing import Any

from sympy import Add, Expr, Function, Integer, KroneckerDelta, Mul, Pow, Sum, Symbol, expand_mul

from symbolic.algebra.entries import Entry, PlacedDelta, letters
from symbolic.algebra.values import ColumnDistribution, RowDistribution

Bound = tuple[Symbol, Expr]
"""A summation index and its upper limit; all sums start at 1."""


@dataclass(frozen=True)
class Term:
    """Σ over the bound indices of a product."""

    factor: Expr
    bound: tuple[Bound, ...] = ()

    def written(self) -> Expr:
        """The term as a SymPy sum, what does not depend on the summation indices in front of it."""
        outside, inside = self.factor.as_independent(*[k for k, _ in self.bound], as_Add=False)
        return outside * Sum(inside, *[(k, 1, n) for k, n in self.bound]) if self.bound else self.factor


def terms(expr: Any, *, expand: bool = True) -> list[Term]:
    """The expression as a sum of terms, each Kronecker delta contracted.

    Products of sums are multiplied out if `expand`, and kept as factors if not.
    """
    return [contracted(term) for term in _flat(expr, expand)]


def _flat(expr: Any, expand: bool) -> list[Term]:
    if isinstance(expr, Add):
        return [term for part in expr.args for term in _flat(part, expand)]
    if isinstance(expr, Sum):
        bound = tuple((k, upper) for k, _, upper in expr.limits)
        return [Term(term.factor, term.bound + bound) for term in _factors(expr.function, expand)]
    if expand and isinstance(expr, Pow) and expr.exp.is_Integer and expr.exp > 0 and isinstance(expr.base, Add | Sum):
        return _flat(Mul(*[expr.base] * int(expr.exp), evaluate=False), expand)
    if isinstance(expr, Mul):
        return [_multiplied(choice) for choice in product(*[_factors(factor, expand) for factor in expr.args])]
    return [Term(expr)]


def _multiplied(choice: tuple[Term, ...]) -> Term:
    """(Σ_k a_k) (Σ_k b_k) = Σ_k Σ_p a_k b_p: the product of terms, each with summation indices of its own."""
    factors: list[Expr] = []
    bound: list[Bound] = []
    for term in choice:
        clashing = {k for k, _ in term.bound} & {k for k, _ in bound}
        if clashing:
            taken = {s.name for t in choice for s in t.factor.atoms(Symbol) | {k for k, _ in (*t.bound, *bound)}}
            renamed = dict(zip(sorted(clashing, key=str), letters(taken), strict=False))
            term = Term(term.factor.xreplace(renamed), tuple((renamed.get(k, k), n) for k, n in term.bound))
        factors.append(term.factor)
        bound += term.bound
    return Term(Mul(*factors), tuple(bound))


def _factors(expr: Any, expand: bool) -> list[Term]:
    return [Term(expr)] if isinstance(expr, Add) and not expand else _flat(expr, expand)


def contracted(term: Term) -> Term:
    """Σ_k δ_ik f(k) = f(i), for every delta that holds a bound index; Σ_{k=1}^n f = n f where f holds no k.

    Σ_k y_k = 1 where y is a distribution.
    """
    for delta in term.factor.atoms(KroneckerDelta):
        for index, other in (delta.args, delta.args[::-1]):
            if any(k == index for k, _ in term.bound) and _is_factor(delta, term.factor):
                rest = (term.factor / delta).xreplace({index: other})
                bound = tuple(b for b in term.bound if b[0] != index)
                return contracted(Term(rest, bound))
    for e in term.factor.atoms(Entry):
        index = e.row if isinstance(e.matrix, ColumnDistribution) else e.col
        if isinstance(e.matrix, ColumnDistribution | RowDistribution) and _is_factor(e, term.factor):
            rest = term.factor / e
            if any(k == index for k, _ in term.bound) and not rest.has(index):
                return contracted(Term(rest, tuple(b for b in term.bound if b[0] != index)))
    for quotient in term.factor.atoms(Pow):
        found = _sum_over_itself(term, quotient)
        if found is not None:
            return contracted(found)
    for placed in term.factor.atoms(PlacedDelta):
        index, place = placed.args
        if any(k == index for k, _ in term.bound) and _is_factor(placed, term.factor):
            rest = (term.factor / placed).xreplace({index: place})
            return contracted(Term(rest, tuple(b for b in term.bound if b[0] != index)))
    idle = [(k, n) for k, n in term.bound if not term.factor.has(k)]
    return Term(Mul(term.factor, *[n for _, n in idle]), tuple(b for b in term.bound if b not in idle))


def _sum_over_itself(term: Term, quotient: Pow) -> Term | None:
    """Σ_k f(k) / Σ_p f(p) = 1: the term with the sum and one power of its quotient gone; None where it has neither."""
    whole = quotient.base
    if not (isinstance(whole, Sum) and quotient.exp.is_Integer and quotient.exp < 0 and len(whole.limits) == 1):
        return None
    index, _, upper = whole.limits[0]
    for k, limit in term.bound:
        summand = whole.function.xreplace({index: k})
        rest = term.factor / summand
        if limit == upper and _is_factor(quotient, term.factor) and not rest.has(k):
            return Term(rest * whole, tuple(b for b in term.bound if b[0] != k))
    return None


def _is_factor(delta: Expr, factor: Expr) -> bool:
    return delta in Mul.make_args(factor)


def simplest(expr: Any) -> Expr:
    """The expression with its Kronecker deltas contracted, nothing multiplied out."""
    return Add(*[term.written() for term in terms(expr, expand=False)])


def normal_form(expr: Any) -> Counter[Any]:
    """Canonical term ↦ coefficient. Bound indices are renamed so that equal terms look alike."""
    collected: Counter[Any] = Counter()
    for term in terms(inner_renamed(expr)):
        for part in Add.make_args(expand_mul(term.factor)):
            again = contracted(Term(part, term.bound))
            coefficient, rest = _identified(again.factor).as_coeff_Mul()
            key = _canonical(Term(rest, again.bound))
            collected[key] += coefficient
    return Counter({key: c for key, c in collected.items() if c != Integer(0)})


def _identified(factor: Expr) -> Expr:
    """δ_ij f(i, j) = δ_ij f(i, i), for deltas that no sum contracts."""
    for delta in factor.atoms(KroneckerDelta):
        if _is_factor(delta, factor):
            kept, other = delta.args
            factor = delta * (factor / delta).xreplace({other: kept})
    return factor


def inner_renamed(expr: Any, inside: bool = False) -> Any:
    """The sums inside of roots, quotients and functions with their bound indices called after their depth.

    So that √(Σ_k a_k) is √(Σ_p a_p). Sums in products keep their indices, which are contracted.
    """
    if not expr.args or not expr.has(Sum):
        return expr
    opaque = isinstance(expr, Function) or (isinstance(expr, Pow) and not (expr.exp.is_Integer and expr.exp > 0))
    again = expr.func(*[inner_renamed(a, inside or opaque) for a in expr.args])
    if not (inside and isinstance(again, Sum)):
        return again
    depth = _depth(again)
    names = {k: Symbol(f"_in{depth}{at}", integer=True, positive=True) for at, (k, *_) in enumerate(again.limits)}
    return Sum(again.function.xreplace(names), *[(names[k], first, last) for k, first, last in again.limits])


def _depth(expr: Sum) -> int:
    return 1 + max((_depth(inner) for inner in expr.function.atoms(Sum)), default=0)


def _canonical(term: Term) -> tuple[Expr, tuple[Expr, ...]]:
    """Of all renamings of the bound indices to _0, _1, …, the first in a fixed order."""
    names = [Symbol(f"_{position}", integer=True, positive=True) for position in range(len(term.bound))]
    groups = [list(alike) for _, alike in groupby(sorted(term.bound, key=partial(_role, term)), partial(_role, term))]
    candidates = []
    for orders in product(*map(permutations, groups)):
        order = [bound for group in orders for bound in group]
        renamed = term.factor.xreplace({k: name for (k, _), name in zip(order, names, strict=True)})
        candidates.append((renamed, tuple(n for _, n in order)))
    return candidates[0] if len(candidates) == 1 else min(candidates, key=str)


def _role(term: Term, bound: Bound) -> str:
    """Where a bound index stands, whatever it is called: only indices in the same places can be exchanged."""
    k, upper = bound
    places = [f"{e.matrix}{e.row == k}{e.col == k}" for e in term.factor.atoms(Entry) if k in (e.row, e.col)]
    return f"{upper} {sorted(places)}"
