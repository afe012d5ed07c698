"""Derivatives of activations: right ones are proved, branch by branch if need be, and wrong ones refused."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Piecewise, Rational, exp, nsimplify, sin

from symbolic.algebra.functions import A, Z
from symbolic.networks.tables import ActivationRow, activations
from symbolic.proof.activations import Curve, branch, branched, obligations, prove


def row(**fields: Any) -> ActivationRow:
    return ActivationRow("f", "f", "f", **fields)


def test_every_defined_activation_is_proved() -> None:
    found = {obligation.gradient.removesuffix("′"): obligation.prove() for obligation in obligations()}
    assert set(found) == {name for name, each in activations().items() if each.definition is not None}
    assert all(verdict.holds and verdict.mutations >= 2 for verdict in found.values()), found


RIGHT: dict[str, ActivationRow] = {
    "swish": row(definition="z/(1 + exp(-z))", derivative="a + (1 - a)/(1 + exp(-z))"),
    "leaky": row(definition="where(z > 0, z, z/100)", primed="where(z > 0, 1, where(z < 0, 1/100, kink))", kinks=(0,)),
    "absolute value": row(definition="abs(z)", primed="where(z > 0, 1, where(z < 0, -1, kink))", kinks=(0,)),
    "two kinks": row(
        definition="max(0, min(1, z))",
        primed="where(z < 0, 0, where(z > 1, 0, where(z > 0, where(z < 1, 1, kink), kink)))",
        kinks=(0, 1),
    ),
    "smooth where its branches meet": row(
        definition="where(z > 0, z, exp(z) - 1)", derivative="where(z > 0, 1, exp(z))"
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right(name: str) -> None:
    verdict = prove(RIGHT[name])
    assert verdict.holds, verdict


WRONG: dict[str, ActivationRow] = {
    "a sign": row(definition="1/(1 + exp(-z))", derivative="a*(1 + a)"),
    "a factor": row(definition="z^2", derivative="z"),
    "wrong on the left branch": row(
        definition="where(z > 0, z, 0)", primed="where(z > 0, 1, where(z < 0, 1, kink))", kinks=(0,)
    ),
    "a kink that is not named": row(definition="where(z > 0, z, 0)", derivative="where(z > 0, 1, 0)"),
    "a jump": row(definition="where(z > 0, 1, 0)", primed="kink*where(z > 0, 0, where(z < 0, 0, 1))", kinks=(0,)),
    "another value at the kink": row(
        definition="where(z > 0, z, 0)", primed="where(z > 0, 1, where(z < 0, 0, 1 - kink))", kinks=(0,)
    ),
    "another indicator": row(
        definition="where(z > 0, z, 0)",
        primed="where(z > 0, 1, where(z < 0, 0, kink))",
        kinks=(0,),
        indicator="{} < 0",
    ),
    "no derivative": row(definition="sin(z)"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong(name: str) -> None:
    assert not prove(WRONG[name]).holds


def test_a_proof_that_accepts_everything_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symbolic.proof.activations.Curve.refutes", lambda self, wrong: False)
    verdict = prove(activations()["sigmoid"])
    assert not verdict.holds
    assert "sign" in " ".join(verdict.survived)


def test_branches() -> None:
    curve = Curve(abs(Z), A / Z, (Rational(0),))
    assert curve.breaks == [0]
    assert curve.regions == [-1, 1]
    assert branch(curve.definition, Rational(-1)) == -Z
    assert branch(branched(curve.definition), Rational(2)) == Z
    assert curve.holds()


def test_conditions_that_change_without_end_are_not_guessed_at() -> None:
    curve = Curve(Piecewise((Z, sin(Z) > 0), (exp(Z), True)), A, (nsimplify(0),))
    with pytest.raises(ValueError, match="cannot tell where it changes"):
        curve.holds()
