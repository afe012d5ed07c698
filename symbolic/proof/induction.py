"""Proofs by backward induction: from the objective down the recurrence, for symbolic sizes and any depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from symbolic.algebra.program import Step
from symbolic.derivation import Derivation, Target
from symbolic.proof.backward import Sweep, sweep_of
from symbolic.proof.closed import Family, family_of, rotation_holds, without_names
from symbolic.proof.index_calculus import equal_sizes, rejects
from symbolic.proof.mutations import Mutant, mutants
from symbolic.proof.verdict import Check, Obligation, Trial, Verdict, judged


@dataclass(frozen=True)
class Induction:
    """The proofs of one sweep: of its cotangents, and of the gradients that follow from them."""

    derivation: Derivation
    mark: str

    @cached_property
    def sweep(self) -> Sweep:
        return sweep_of(self.derivation, self.mark)

    @cached_property
    def family(self) -> Family | None:
        """The closed form of the cotangents, where a product or a fold over layers says it."""
        return family_of(self.sweep, self.derivation) if self.derivation.spec.symbolic_depth else None

    @property
    def targets(self) -> list[Target]:
        """The gradients that this sweep finds."""
        return [target for target in self.derivation.targets.values() if target.mark == self.mark]

    def obligations(self, label: str = "") -> Iterator[Obligation]:
        """One for the cotangents of z (base and step), and one for each gradient."""
        system = self.derivation.spec.name
        deep = self.derivation.spec.symbolic_depth
        method = "induction on l, symbolic sizes" if deep else "backward induction, symbolic sizes"
        of = self.targets[0].of.name
        yield Obligation(system, f"∂{of}/∂z{label}", method, self.cotangents)
        for target in self.targets:
            yield Obligation(system, target.name + label, method, partial(self.gradient, target))

    def cotangents(self) -> Verdict:
        """Each cotangent is what it claims to be, given those above it; and their closed form is one of them."""
        wanted = [self.step_for(target) for target in self.targets]
        steps = [step for step in self.sweep.adjoint if step not in wanted]
        checks = [self._check(step) for step in steps]
        trials = [trial for step in steps for trial in self.trials(step)]
        if self.family is not None:
            checks.append(("closed form", self.family.holds))
            trials += self._trials_of_family(self.family)
        return judged(checks, trials)

    def gradient(self, target: Target) -> Verdict:
        """The gradient follows from the cotangents; and its closed form does, from theirs."""
        step = self.step_for(target)
        if step is None:
            return Verdict(False, detail=f"no step of the recurrence says what {target.name} is")
        checks, trials = [self._check(step)], list(self.trials(step))
        checks.append(("as printed", lambda: bool(self.derivation.expression(target.name) == step.expr)))
        if self.family is not None:
            closed = without_names(self.derivation.closed(target.name), self.derivation)
            claim, formula = self.family.conclusion(closed, step)
            checks += [
                ("products turned by one factor", rotation_holds),
                ("closed form", partial(claim.proves, formula)),
            ]
            square, formula = self.family.square.conclusion(closed.xreplace(equal_sizes(closed)), self._square(step))
            for mutant in mutants(formula):
                trials.append((f"closed form: {mutant.name}", partial(rejects, square, mutant)))
        return judged(checks, trials)

    def step_for(self, target: Target) -> Step | None:
        """The step of the recurrence that says a gradient."""
        at = (target.wrt.base, target.wrt.layer)
        return next((s for s in self.sweep.adjoint if (s.target.base.partition(":")[2], s.target.layer) == at), None)

    def _check(self, step: Step) -> Check:
        claim = self.sweep.claim(step)
        return self.sweep.label(step.target), partial(claim.proves, step.expr)

    def trials(self, step: Step) -> Iterator[Trial]:
        """The mutants of a step, at equal sizes."""
        here = self._square(step)
        claim = self.sweep.square.claim(here)
        for mutant in mutants(here.expr):
            yield f"{self.sweep.label(step.target)}: {mutant.name}", partial(rejects, claim, mutant)

    def _square(self, step: Step) -> Step:
        return self.sweep.square.adjoint.steps[self.sweep.adjoint.steps.index(step)]

    def _trials_of_family(self, family: Family) -> Iterator[Trial]:
        square = family.square
        for mutant in mutants(square.delta):
            yield f"closed form: {mutant.name}", partial(_refuted, square.sweep, mutant)


def _refuted(sweep: Sweep, mutant: Mutant) -> bool:
    return mutant.expr is None or not Family(sweep, mutant.expr).holds()


def obligations(derivation: Derivation, label: str = "") -> Iterator[Obligation]:
    """Those of each sweep. Jacobians are per sample, so a batch has none of its own."""
    for mark in dict.fromkeys(target.mark for target in derivation.targets.values()):
        if mark != "J" or derivation.network.samples == 1:
            yield from Induction(derivation, mark).obligations(label)
