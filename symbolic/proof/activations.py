"""Every activation: its derivative as textbooks print it, proved from its definition; kinks apart, branch by branch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from sympy import Abs, Expr, FiniteSet, N, Piecewise, Rational, S, diff, nsimplify, sign, simplify, solveset
from sympy.core.relational import Relational

from symbolic.algebra.functions import A, Z
from symbolic.networks.functions import function_of
from symbolic.networks.scalar import parse_scalar
from symbolic.networks.tables import ActivationRow, activations
from symbolic.proof.mutations import scalar_mutants
from symbolic.proof.verdict import Check, Obligation, Trial, Verdict, judged

KINKS = (Rational(0), Rational(1, 2), Rational(1))
"""Values that a spec may give the derivative where it jumps; the table's formula is tried with each."""


@dataclass(frozen=True)
class Curve:
    """A function f of Z, the formula of its derivative in Z and A = f(Z), and where the derivative is a convention."""

    definition: Expr
    derivative: Expr
    kinks: tuple[Rational, ...] = ()

    @property
    def slope(self) -> Expr:
        """The formula of the derivative in Z alone."""
        return self.derivative.xreplace({A: self.definition})

    @property
    def breaks(self) -> list[Rational]:
        """Where a branch may begin or end: the kinks, and where a condition changes. Raises ValueError if unknown."""
        found = set(self.kinks)
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

    def holds(self) -> bool:
        """Whether the formula is the derivative: on each branch, and at each break that is no kink."""
        return all(self._holds_near(point) for point in self.regions) and all(map(self._joins, self.breaks))

    def _holds_near(self, point: Rational) -> bool:
        difference = diff(branch(self.definition, point), Z) - branch(self.slope, point)
        return bool(simplify(difference) == 0)

    def _joins(self, at: Rational) -> bool:
        """Whether f is continuous at a break; and f′ too, and as the formula says, where the break is no kink."""
        left, right = _around(at, self.regions)
        values = [branch(self.definition, point).xreplace({Z: at}) for point in (left, right)]
        if at not in self.kinks:
            slopes = [diff(branch(self.definition, point), Z).xreplace({Z: at}) for point in (left, right)]
            if any(simplify(slope - self.slope.xreplace({Z: at})) != 0 for slope in slopes):
                return False
        return all(simplify(value - self.definition.xreplace({Z: at})) == 0 for value in values)

    def refutes(self, wrong: Expr) -> bool:
        """Whether another formula for the derivative is wrong: in numbers on a branch, or because no proof succeeds."""
        other = Curve(self.definition, wrong, self.kinks)
        gaps = [branch(self.slope, point) - branch(other.slope, point) for point in other.regions]
        if any(abs(N(gap.xreplace({Z: point}), 30)) > 1e-9 for gap, point in zip(gaps, other.regions, strict=True)):
            return True
        return not other.holds()


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


def curves(row: ActivationRow) -> Iterator[tuple[str, Curve]]:
    """What the table says of an activation's derivative: the neat formula, and f′ for each value at the kinks."""
    kinks = tuple(nsimplify(kink, rational=True) for kink in row.kinks)
    if row.derivative is not None:
        neat = parse_scalar(row.derivative, {"z": Z, "a": A})
        yield f"d/dz = {row.derivative}", Curve(_definition(row), neat, kinks)
    for value in KINKS if row.primed else ():
        function = function_of(row, value)
        assert function is not None
        yield f"d/dz = {row.primed}, kink = {value}", Curve(_definition(row), function.primed, kinks)


def _definition(row: ActivationRow) -> Expr:
    assert row.definition is not None
    return parse_scalar(row.definition, {"z": Z})


def obligations() -> Iterator[Obligation]:
    """One for each activation that has a definition."""
    for row in activations().values():
        if row.definition is not None:
            method = "derivative of the definition" + (", branch by branch" if row.kinks else "")
            yield Obligation("activations", f"{row.name}′", method, partial(prove, row))


def prove(row: ActivationRow) -> Verdict:
    """All that the table says of the derivative holds, and none of its mutants does."""
    if row.derivative is None and row.primed is None:
        return Verdict(False, detail="the table gives no derivative to prove")
    return judged(_checks(row), _trials(row))


def _checks(row: ActivationRow) -> Iterator[Check]:
    for name, curve in curves(row):
        yield name, curve.holds
    for value in KINKS if row.primed else ():
        yield f"f′ = {value} at the kink", partial(_at_kinks, row, value)
    if row.indicator is not None:
        yield f"f′ = 1{{{row.indicator.format('z')}}}", partial(_is_indicator, row)


def _at_kinks(row: ActivationRow, value: Rational) -> bool:
    function = function_of(row, value)
    primed = None if function is None else function.primed
    return primed is not None and all(primed.xreplace({Z: nsimplify(at)}) == value for at in row.kinks)


def _is_indicator(row: ActivationRow) -> bool:
    """Whether f′, 0 at the kinks, is 1 where the indicator's condition holds and 0 elsewhere."""
    assert row.indicator is not None
    says = parse_scalar(f"where({row.indicator.format('z')}, 1, 0)", {"z": Z})
    function = function_of(row)
    if function is None or function.primed is None:
        return False
    curve = Curve(_definition(row), says, tuple(map(nsimplify, row.kinks)))
    points = [*curve.regions, *curve.breaks]
    return curve.holds() and all(function.primed.xreplace({Z: p}) == says.xreplace({Z: p}) for p in points)


def _trials(row: ActivationRow) -> Iterator[Trial]:
    for name, curve in curves(row):
        for mutation, wrong in _mutants(curve.derivative):
            yield f"{name}: {mutation}", partial(curve.refutes, wrong)


def _mutants(formula: Expr) -> Iterator[tuple[str, Expr]]:
    yield "sign", -formula
    yield "factor 2", 2 * formula
    if formula.has(Piecewise):
        yield "branches exchanged", formula.xreplace({Z: -Z})
    for name, wrong in scalar_mutants(formula):
        if wrong != formula:
            yield name, wrong
