"""Whole systems entry by entry, at small sizes and with undefined σ."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial

from sympy import Integer, Piecewise
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.explicit import explicit
from symbolic.algebra.functions import NamedFunction
from symbolic.algebra.program import Layers, Step
from symbolic.algebra.values import DEPTH, LAYER, Partial
from symbolic.derivation import Derivation, Target
from symbolic.proof.evaluation import MUTATED, Evaluation, formulas
from symbolic.proof.instance import Instance, described, effort, small
from symbolic.proof.mutations import mutants
from symbolic.proof.verdict import Check, Obligation, Trial, Verdict, judged

DEPTHS = (1, 2, 3)
"""The depths at which a system of symbolic depth is written out."""

LARGEST = 60_000
"""The most work that is done entry by entry: symbols of the objective, with repetition, times derivatives taken."""


class Entrywise:
    """The proofs of one derivation entry by entry. Its instances are shared by all its gradients."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.depths = DEPTHS if derivation.spec.symbolic_depth else (None,)

    @cached_property
    def evaluations(self) -> list[Evaluation]:
        """One at each depth, neighbouring sizes different: what is to be proved is proved here."""
        return [Evaluation(small(self.derivation, depth)) for depth in self.depths]

    @cached_property
    def square(self) -> Evaluation:
        """The deepest one with all sizes equal, so that mutants conform: they are refuted here."""
        return Evaluation(small(self.derivation, self.depths[-1], square=True))

    @property
    def feasible(self) -> bool:
        """Whether the objective, written out, is short enough for SymPy to differentiate in seconds, and has no cases.

        Cases are compared as they stand, which is enough in index calculus and not where products are multiplied out.
        """
        if any(map(_has_cases, self.derivation.forward)):
            return False
        instance = small(self.derivation, self.depths[-1])
        return effort(instance) <= LARGEST

    @property
    def method(self) -> str:
        """entry by entry, n=2 m=3 K=4 (at depths 1, 2, 3)."""
        if not self.derivation.spec.symbolic_depth:
            return f"entry by entry, {described(self.evaluations[0].instance)}"
        return f"entry by entry, L={','.join(map(str, DEPTHS))}, {described(self.evaluations[-1].instance)}"

    def obligations(self, label: str = "") -> Iterator[Obligation]:
        """One for each gradient, in all its forms; and one for the local Jacobians of the chain form."""
        system, single = self.derivation.spec.name, self.derivation.network.samples == 1
        for name, target in self.derivation.targets.items():
            if single or target.mark != "J":
                yield Obligation(system, name + label, self.method, partial(self.gradient, target))
        if single:
            yield Obligation(system, "local Jacobians" + label, self.method, self.local_jacobians)

    def gradient(self, target: Target) -> Verdict:
        """Every form of a gradient equals its definition, and none of the mutants does."""
        return judged(self._checks(target), self._trials(target))

    def _checks(self, target: Target) -> Iterator[Check]:
        for formula in formulas(self.derivation, target.name):
            for evaluation in self.evaluations:
                for layer in evaluation.instance.layers(target.over):
                    yield str(formula), partial(evaluation.holds, target, formula, layer)

    def _trials(self, target: Target) -> Iterator[Trial]:
        instance, layer = self.square.instance, None if target.over is None else 1
        truth = self.square.truth(target, layer)
        for formula in formulas(self.derivation, target.name):
            if str(formula) in MUTATED:
                for mutant in mutants(instance.concrete(formula.expr, layer), self.square.neighbours):
                    yield f"{formula}: {mutant.name}", partial(self.square.rejects, truth, mutant, target.mark)

    def local_jacobians(self) -> Verdict:
        """What each factor ∂u/∂v of the chain form is said to equal, it does equal."""
        return judged(self._jacobian_checks(), self._jacobian_trials())

    def _jacobian_checks(self) -> Iterator[Check]:
        for evaluation in self.evaluations:
            for name, factor, expr in self._jacobians(evaluation.instance):
                yield name, partial(self._equals_jacobian, evaluation, factor, expr)

    def _equals_jacobian(self, evaluation: Evaluation, factor: Partial, expr: MatrixExpr) -> bool:
        return evaluation.same(evaluation.instance.partial(factor), explicit(expr, evaluation.instance.shallow))

    def _jacobian_trials(self) -> Iterator[Trial]:
        for name, factor, expr in self._jacobians(self.square.instance):
            truth = self.square.instance.partial(factor)
            for mutant in mutants(expr, self.square.neighbours):
                yield f"{name}: {mutant.name}", partial(self.square.rejects, truth, mutant, "d")

    def _jacobians(self, instance: Instance) -> Iterator[tuple[str, Partial, MatrixExpr]]:
        for factor, expr in self.derivation.local_derivatives.items():
            running = Layers(Integer(1), DEPTH) if factor.above.layer == LAYER else None
            name = f"∂{factor.above.name}/∂{factor.below.name}"
            for layer in instance.layers(running):
                yield name, instance.concrete(factor, layer), instance.concrete(expr, layer)


def _has_cases(step: Step) -> bool:
    neat = [f.neat for f in step.expr.atoms(NamedFunction) if f.neat is not None]
    return any(expr.has(Piecewise) for expr in (step.expr, *neat))


def obligations(derivation: Derivation, label: str = "") -> Iterator[Obligation]:
    """Those of a derivation that can be written out entry by entry; of a very large one, none."""
    work = Entrywise(derivation)
    if work.feasible:
        yield from work.obligations(label)
