"""A large depth in numbers: its programs are the instances, layer by layer, of those proved for depth L."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from sympy import Integer
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.program import Program, Step
from symbolic.algebra.rebuild import reconstruct
from symbolic.algebra.values import DEPTH, LAYER, size
from symbolic.derivation import Derivation, derive
from symbolic.networks.spec import Spec
from symbolic.proof.induction import Induction
from symbolic.proof.verdict import Check, Obligation, Trial, Verdict, judged


def template(spec: Spec) -> Spec:
    """The same network for depth L."""
    return spec.model_copy(update={"depth": "L"})


def obligations(derivation: Derivation, label: str = "") -> Iterator[Obligation]:
    """One for all layers together."""
    method = f"layer by layer an instance of depth L, L={derivation.spec.depth}"
    yield Obligation(derivation.spec.name, f"all gradients{label}", method, partial(prove, derivation))


def prove(derivation: Derivation) -> Verdict:
    """Each step, forward and back, is what depth L says at its layer; and mutants of a middle layer are rejected."""
    general = derive(template(derivation.spec), derivation.network.batch)
    marks = dict.fromkeys(target.mark for target in derivation.targets.values())
    checks: list[Check] = [("forward", partial(agree, derivation, derivation.forward, general.forward))]
    trials: list[Trial] = []
    for mark in marks:
        if mark != "J" or derivation.network.samples == 1:
            program = derivation.recurrence(mark)
            checks.append((f"recurrence {mark}", partial(agree, derivation, program, general.recurrence(mark))))
            trials += Induction(derivation, mark).trials(program.of(f"{mark}:z")[len(derivation.forward) // 4])
    return judged(checks, trials)


def agree(derivation: Derivation, program: Program, general: Program) -> bool:
    """Whether a program has the steps of another at its depth, and no others."""
    expected = {step.target: step.expr for step in instances(derivation, general)}
    return expected == {step.target: step.expr for step in program}


def instances(derivation: Derivation, general: Program) -> Iterator[Step]:
    """The steps of a program for depth L at the derivation's depth."""
    depth = Integer(derivation.spec.depth)
    output = derivation.network.units(derivation.network.output)
    for step in general:
        over = step.over
        first, last = (1, 1) if over is None else (int(end.xreplace({DEPTH: depth})) for end in (over.first, over.last))
        for layer in range(first, last + 1):
            at = {DEPTH: depth, LAYER: Integer(layer)}
            sized = {size("n", depth): output}
            target, expr = (e.xreplace(at).xreplace(sized) for e in (step.target, step.expr))
            yield Step(target, remade(expr), step.rule)


def remade(expr: Any) -> MatrixExpr:
    """The expression put together again by the smart constructors, for sizes that have become 1."""
    if not getattr(expr, "is_Matrix", False) or expr.is_symbol or not expr.args:
        return expr
    return reconstruct(expr, tuple(remade(a) for a in expr.args))
