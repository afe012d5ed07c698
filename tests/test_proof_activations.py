"""Derivatives of activations: right ones are proved, branch by branch if need be, and wrong ones refused."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Piecewise, Rational, exp, sin

from symbolic.algebra.functions import A, Z
from symbolic.networks.functions import activation_of
from symbolic.networks.tables import ActivationRow, activations
from symbolic.proof.activations import KINKS, Curve, branch, branched, curve_of, obligations, prove
from tests.soon import ends_soon

OBLIGATIONS = {obligation.gradient.removesuffix("′"): obligation for obligation in obligations()}


def row(**fields: Any) -> ActivationRow:
    return ActivationRow("f", "f", "f", **fields)


def test_every_defined_activation_is_proved() -> None:
    assert set(OBLIGATIONS) == {name for name, each in activations().items() if each.definition is not None}


@pytest.mark.parametrize("name", OBLIGATIONS)
def test_an_activation_is_proved(name: str) -> None:
    with ends_soon(name):
        verdict = OBLIGATIONS[name].prove()
        assert verdict.holds, verdict
        assert verdict.mutations >= 2


RIGHT: dict[str, ActivationRow] = {
    "swish": row(definition="z/(1 + exp(-z))", derivative="a + (1 - a)/(1 + exp(-z))"),
    "leaky": row(definition="where(z > 0, z, z/100)", kinks=(0,)),
    "leaky of any slope": row(definition="where(z > 0, z, alpha*z)", kinks=(0,), parameters={"alpha": 0.2}),
    "absolute value": row(definition="abs(z)", kinks=(0,)),
    "two kinks": row(definition="max(0, min(1, z))", kinks=(0, 1)),
    "smooth where its branches meet": row(
        definition="where(z > 0, z, exp(z) - 1)", derivative="where(z > 0, 1, exp(z))"
    ),
    "smooth for one parameter": row(
        definition="where(z > 0, z, c*(exp(z) - 1))", derivative="where(z > 0, 1, a + c)", parameters={"c": 1}
    ),
    "a call of another row": row(definition="z + softplus(z)", derivative="1 + sigmoid(z)"),
    "no derivative said": row(definition="sin(z)"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right(name: str) -> None:
    verdict = prove(RIGHT[name])
    assert verdict.holds, verdict


WRONG: dict[str, ActivationRow] = {
    "a sign": row(definition="1/(1 + exp(-z))", derivative="a*(1 + a)"),
    "a factor": row(definition="z^2", derivative="z"),
    "wrong on the left branch": row(definition="where(z > 0, z, 0)", derivative="where(z > 0, 1, 1)", kinks=(0,)),
    "a kink that is not named": row(definition="where(z > 0, z, 0)"),
    "a kink that is none": row(definition="where(z > 0, z^2, 0)", kinks=(0,)),
    "a jump": row(definition="where(z > 0, 1, 0)"),
    "another indicator": row(definition="where(z > 0, z, 0)", kinks=(0,), indicator="{} < 0"),
    "right by default only": row(definition="c*z^2", derivative="2*z", parameters={"c": 1}),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong(name: str) -> None:
    assert not prove(WRONG[name]).holds


def test_another_value_at_the_kink_is_wrong() -> None:
    definition = Piecewise((Z, Z > 0), (0, True))
    for kink in KINKS:
        says = Piecewise((1, Z > 0), (0, Z < 0), (kink, True))
        assert [Curve(definition, says, value).holds() for value in KINKS] == [value == kink for value in KINKS]


def test_a_proof_that_accepts_everything_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symbolic.proof.activations.Curve.refutes", lambda self, wrong: False)
    verdict = prove(activations()["sigmoid"])
    assert not verdict.holds
    assert "sign" in " ".join(verdict.survived)


FORMULAS = [
    *("z/(1 + abs(z)) + z", "max(0, z) + c*sin(z)", "min(z, 3)^2", "sign(z)*log(1 + abs(z))", "exp(-c*z^2)"),
    *(
        "max(-1, min(1, z))*softplus(2*z)",
        "abs(z - 2) + abs(z + 2)",
        "z*tanh(elu(z))",
        "where(2*z < 3, z^2, 3*z - 9/4)",
    ),
]


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("kink", KINKS)
def test_a_formula_is_differentiated_rightly(text: str, kink: Rational) -> None:
    """What `networks.branches` does, by another calculus."""
    function = activation_of(text, "f1", kink)
    assert function is not None
    assert curve_of(function, kink).holds()


def test_branches() -> None:
    curve = Curve(abs(Z), A / Z)
    assert curve.breaks == [0]
    assert curve.regions == [-1, 1]
    assert curve.jumps == [0]
    assert branch(curve.definition, Rational(-1)) == -Z
    assert branch(branched(curve.definition), Rational(2)) == Z


def test_conditions_that_change_without_end_are_not_guessed_at() -> None:
    curve = Curve(Piecewise((Z, sin(Z) > 0), (exp(Z), True)), A)
    with pytest.raises(ValueError, match="cannot tell where it changes"):
        curve.holds()
