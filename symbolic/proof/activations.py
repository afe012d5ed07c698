"""Every activation: its derivative, as it is printed and called, proved from its definition, branch by branch.

The formula may be the row's own or what `networks.branches` found; the proof knows neither and uses SymPy's calculus.
Parameters are symbols, and then the numbers that they are by default.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from sympy import Abs, Expr, FiniteSet, N, Piecewise, Rational, S, diff, exp, expand, sign, simplify, solveset
from sympy.core.relational import Relational

from symbolic.algebra.functions import A, NamedFunction, Z
from symbolic.networks.branches import between, written_out
from symbolic.networks.functions import function_of
from symbolic.networks.scalar import parse_scalar
from symbolic.networks.tables import ActivationRow, activations
from symbolic.proof.mutations import scalar_mutants
from symbolic.proof.verdict import Check, Obligation, Trial, Verdict, judged

KINKS = (Rational(0), Rational(1, 2), Rational(1))
"""Values that a spec may give the derivative where it jumps; each formula is tried with each."""

DRAWN = (Rational(3, 7), Rational(11, 5))
"""Numbers for parameters where a counterexample is looked for."""


@dataclass(frozen=True)
class Curve:
    """A function f of Z, the formula of its derivative in Z and A = f(Z), and the value of f′ where it jumps."""

    definition: Expr
    derivative: Expr
    kink: Expr = S.Zero

    @property
    def slope(self) -> Expr:
        """The formula of the derivative in Z alone."""
        return written_out(self.derivative.xreplace({A: self.definition}))

    @property
    def breaks(self) -> list[Rational]:
        """Where a branch may begin or end: where a condition changes. Raises ValueError if unknown."""
        found: set[Rational] = set()
        for expr in (branched(self.definition), branched(self.slope)):
            for condition in expr.atoms(Relational):
                changes = solveset(condition.lhs - condition.rhs, Z, S.Reals)
                if not isinstance(changes, FiniteSet) and changes != S.EmptySet:
                    raise ValueError(f"{condition}: cannot tell where it changes")
                found |= set(changes)
        return sorted(found)

    @property
    def regions(self) -> list[Rational]:
        """A point inside each stretch between two breaks."""
        breaks = self.breaks
        if not breaks:
            return [Rational(1, 3)]
        between = [(a + b) / 2 for a, b in pairwise(breaks)]
        return [breaks[0] - 1, *between, breaks[-1] + 1]

    @property
    def jumps(self) -> list[Rational]:
        """The breaks where f′ is one number on the left and another on the right."""
        return [at for at in self.breaks if not self._is_smooth(at)]

    def holds(self) -> bool:
        """Whether the formula is the derivative: on each branch, and at each break."""
        return all(self._holds_near(point) for point in self.regions) and all(map(self._joins, self.breaks))

    def _holds_near(self, point: Rational) -> bool:
        return _vanishes(diff(branch(self.definition, point), Z) - branch(self.slope, point))

    def _slopes_at(self, at: Rational) -> list[Expr]:
        """The derivatives on the left and on the right of a break."""
        return [diff(branch(self.definition, p), Z).xreplace({Z: at}) for p in _around(at, self.regions)]

    def _is_smooth(self, at: Rational) -> bool:
        left, right = self._slopes_at(at)
        return _vanishes(left - right)

    def _joins(self, at: Rational) -> bool:
        """Whether f is continuous at a break, and the formula says its slope there (the convention, if it jumps)."""
        left, right = self._slopes_at(at)
        wanted = left if _vanishes(left - right) else between(left, right, at, self.kink)
        if not _vanishes(wanted - branched(self.slope).xreplace({Z: at})):
            return False
        value = branched(self.definition).xreplace({Z: at})
        sides = [branch(self.definition, point).xreplace({Z: at}) for point in _around(at, self.regions)]
        return all(_vanishes(value - side) for side in sides)

    def refutes(self, wrong: Expr) -> bool:
        """Whether another formula for the derivative is wrong: in numbers on a branch, or because no proof succeeds."""
        other = Curve(self.definition, wrong, self.kink)
        for point in other.regions:
            gap = branch(self.slope, point) - branch(other.slope, point)
            numbers = dict(zip(sorted(gap.free_symbols - {Z}, key=str), DRAWN, strict=False)) | {Z: point}
            if abs(N(gap.xreplace(numbers), 30)) > 1e-9:
                return True
        return not other.holds()


def _vanishes(expr: Expr) -> bool:
    """Whether an expression is 0, decided by the quickest means that decides it."""
    return bool(expr == 0 or expand(expr.rewrite(exp)) == 0 or simplify(expr.rewrite(exp)) == 0)


def _around(at: Rational, points: list[Rational]) -> tuple[Rational, Rational]:
    return max(p for p in points if p < at), min(p for p in points if p > at)


def branched(expr: Expr) -> Expr:
    """|z| and sign z written with cases."""
    return expr.replace(lambda e: isinstance(e, Abs | sign), lambda e: e.rewrite(Piecewise))


def branch(expr: Expr, point: Rational) -> Expr:
    """The expression as it reads around a point that lies inside a region: every condition decided."""
    cases = branched(expr)
    decided = {condition: condition.xreplace({Z: point}) for condition in cases.atoms(Relational)}
    return cases.xreplace(decided)


# -- the rows


def obligations() -> Iterator[Obligation]:
    """One for each activation that has a definition."""
    for row in activations().values():
        if row.definition is not None:
            method = "derivative of the definition" + (", branch by branch" if row.kinks else "")
            yield Obligation("activations", f"{row.name}′", method, partial(prove, row))


def prove(row: ActivationRow) -> Verdict:
    """The derivative is proved for parameters of any value, and none of its mutants is."""
    return judged(_checks(row), _trials(row))


def versions(row: ActivationRow) -> list[tuple[str, ...]]:
    """The parameters for which a row is proved: those by default, and symbols."""
    return [(), tuple(row.parameters)] if row.parameters else [()]


def curve_of(function: type[NamedFunction], kink: Expr) -> Curve:
    """The curve of a function as it is printed and called."""
    formula = function.primed if function.neat is None else function.neat
    return Curve(written_out(function(Z)), formula, kink)


def curves(row: ActivationRow) -> Iterator[tuple[str, Curve]]:
    """What is said of an activation's derivative, for each value that it may have where it jumps."""
    for given in versions(row):
        for kink in KINKS:
            function = function_of(row, kink, given)
            curve = Curve(Z, S.One) if function is None else curve_of(function, kink)
            if kink == 0 or curve.jumps:
                says = row.derivative or f"{row.text}′"
                yield f"{', '.join(given)}: d/dz = {says}, {kink} where it jumps", curve


def _checks(row: ActivationRow) -> Iterator[Check]:
    for name, curve in curves(row):
        yield name.removeprefix(": "), curve.holds
    yield f"f′ jumps at {list(row.kinks)}", partial(_has_kinks, row)
    if row.indicator is not None:
        yield f"f′ = 1{{{row.indicator.format('z')}}}", partial(_is_indicator, row)


def _has_kinks(row: ActivationRow) -> bool:
    """Whether f′ jumps where the row says, and nowhere else, for the parameters that it has by default."""
    _, curve = next(curves(row))
    return curve.jumps == list(row.kinks)


def _is_indicator(row: ActivationRow) -> bool:
    """Whether f′, 0 at the kinks, is 1 where the indicator's condition holds and 0 elsewhere."""
    assert row.indicator is not None
    says = parse_scalar(f"where({row.indicator.format('z')}, 1, 0)", {"z": Z})
    return all(Curve(curve.definition, says).holds() for _, curve in curves(row))


def _trials(row: ActivationRow) -> Iterator[Trial]:
    for name, curve in curves(row):
        for mutation, wrong in _mutants(curve.derivative):
            yield f"{name}: {mutation}", partial(curve.refutes, wrong)


def _mutants(formula: Expr) -> Iterator[tuple[str, Expr]]:
    yield "sign", -formula
    yield "factor 2", 2 * formula
    if isinstance(formula, Piecewise):
        for k, (value, condition) in enumerate(formula.args):
            cases = [*formula.args[:k], (value + 1, condition), *formula.args[k + 1 :]]
            yield f"case {k + 1} off by 1", Piecewise(*cases)
    for name, wrong in scalar_mutants(formula):
        if wrong != formula:
            yield name, wrong
