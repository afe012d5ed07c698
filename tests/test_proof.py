"""Everything that is claimed to be proved is, every mutant is refused, and a wrong rule is found out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from symbolic.calculus.rules import RULES
from symbolic.networks.spec import make_spec
from symbolic.networks.tables import activations, catalog
from symbolic.proof import activations as activation_proofs
from symbolic.proof import rules as rule_proofs
from symbolic.proof.report import obligations, of_system
from symbolic.proof.verdict import Obligation

FAN_OUT = {
    "name": "residual",
    "input": {"size": "n"},
    "layers": [
        {"units": "m", "activation": "sigma"},
        {"units": "m"},
        {"type": "add", "inputs": ["a1", "a2"]},
        {"units": 1, "activation": "sigmoid"},
    ],
    "objective": {"loss": "squared_error"},
}
DEEP_THREE = {**catalog()["deep_mse"], "depth": 2}


def shown(obligation: Obligation) -> str:
    return f"{obligation.system}-{obligation.gradient}-{obligation.method[:12]}"


GENERAL = [*rule_proofs.obligations(), *activation_proofs.obligations()]


@pytest.mark.parametrize("obligation", GENERAL, ids=shown)
def test_rules_and_activations(obligation: Obligation) -> None:
    verdict = obligation.prove()
    assert verdict.holds, verdict


def test_every_rule_and_every_activation_has_a_proof() -> None:
    named = {obligation.gradient for obligation in GENERAL}
    for row in activations().values():
        if row.definition is not None:
            assert any(re.match(rf"{row.name}\b", name) for name in named), row.name
    defined = [row for row in activations().values() if row.definition is not None]
    assert len(GENERAL) >= len(RULES) + len(defined)


@pytest.mark.parametrize("spec", [FAN_OUT, DEEP_THREE], ids=["residual", "depth 2"])
def test_networks_of_ones_own(spec: dict[str, Any]) -> None:
    for obligation in of_system(make_spec(spec)):
        if "batch" not in obligation.gradient:
            verdict = obligation.prove()
            assert verdict.holds, (shown(obligation), verdict)


@pytest.mark.slow
@pytest.mark.parametrize("system", sorted(catalog()))
def test_catalogue(system: str) -> None:
    refused = 0
    for obligation in of_system(make_spec(catalog()[system])):
        verdict = obligation.prove()
        assert verdict.holds, (shown(obligation), verdict)
        refused += verdict.mutations
    assert refused > 100


def test_a_wrong_rule_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule of the matrix product without its transposes."""
    product = next(node for node in RULES if node.__name__ == "MatMul")

    def wrong(at: int, g: Any, y: Any, *factors: Any) -> Any:
        right = original(at, g, y, *factors)
        return -right

    original = RULES[product]
    monkeypatch.setitem(RULES, product, wrong)
    assert not all(obligation.prove().holds for obligation in rule_proofs.obligations())
    monkeypatch.setitem(RULES, product, original)
    assert all(obligation.prove().holds for obligation in rule_proofs.obligations())


def test_obligations_compute_nothing_before_they_are_proved() -> None:
    found = obligations(["regression"])
    assert {o.system for o in found} >= {"regression"}
