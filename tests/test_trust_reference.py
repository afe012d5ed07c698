"""Our backprop of any network (tests/peers) by itself: against complex steps, PyTorch, and tests/reference.py."""

from __future__ import annotations

import numpy as np
import pytest
import reference
from hypothesis import HealthCheck, assume, given, settings
from peers import backprop, cases, texts
from peers.available import PEERS, peer
from peers.cases import Case
from peers.compare import complex_steps, gradient_error, relative_error
from peers.losses import LOSSES
from peers.problem import Spec, draw
from peers.random_networks import networks
from peers.scalars import ACTIVATIONS, OVER_UNITS

from symbolic.networks.tables import activations, losses

NETWORKS = cases.small_networks() + cases.with_layers()
every_network = pytest.mark.parametrize("spec", NETWORKS, ids=lambda spec: spec["title"])


# --- every row of the tables is known to every peer -------------------------------------------


def test_every_activation_has_a_definition_here() -> None:
    """A new row of activations.toml fails until tests/peers/scalars.py defines it by hand."""
    assert set(activations()) - {"sigma"} == (set(ACTIVATIONS) | set(OVER_UNITS)) - set(texts.FORMULAS)
    assert set(texts.FORMULAS) <= set(ACTIVATIONS)


def test_every_loss_has_a_definition_here() -> None:
    """A new row of losses.toml fails until tests/peers/losses.py defines it by hand."""
    assert set(losses()) == set(LOSSES)


@pytest.mark.parametrize("package", PEERS)
def test_every_row_has_a_peer(package: str) -> None:
    """… and until it is said in PyTorch's and JAX's words too."""
    peer(package)
    if package == "torch":
        from peers import torch_peer as other

        tables = other.ACTIVATIONS, other.LOSSES_OF_TORCH
        assert set(other.OWN_WORDS) <= set(tables[0]) | set(tables[1])
    else:
        from peers import jax_peer

        tables = jax_peer.ACTIVATIONS, jax_peer.LOSSES_OF_JAX
    assert set(tables[0]) == set(ACTIVATIONS) | set(OVER_UNITS)
    assert set(tables[1]) == set(LOSSES)


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_missing_peer_skips_here_and_fails_in_ci(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match=r"nopeer is not installed; run: pip install -e '\.\[peers\]'"):
        peer("nopeer")


def test_defaults_are_those_of_the_tables() -> None:
    for name, row in activations().items():
        if name in ACTIVATIONS:
            assert ACTIVATIONS[name].defaults == tuple(dict(row.parameters).values()), name
    for name, loss in losses().items():
        assert LOSSES[name].defaults == tuple(dict(loss.parameters).values()), name
        assert (LOSSES[name].reduction, LOSSES[name].target) == (loss.reduction, loss.target), name
        assert LOSSES[name].natural == (loss.natural or "identity"), name


# --- pullbacks against complex steps, two peers against one another ---------------------------


@every_network
def test_pullbacks_against_complex_steps(spec: Spec) -> None:
    problem = draw(spec)
    steps = complex_steps(backprop.objective, problem)
    assert gradient_error(backprop.answer(problem).gradients, steps) < 1e-11


@every_network
def test_the_reference_agrees_with_pytorch(spec: Spec) -> None:
    problem = draw(cases.in_convention(spec, "rows", "in_out").spec)
    assert relative_error(backprop.answer(problem), peer("torch")(problem)) < 1e-11


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(networks())
def test_the_reference_agrees_with_pytorch_on_any_network(spec: Spec) -> None:
    problem = draw(spec)
    assume(not backprop.near_a_kink(problem))
    assert relative_error(backprop.answer(problem), peer("torch")(problem)) < 1e-8


def _conventions(spec: Spec) -> list[Case]:
    return [cases.in_convention(spec, *way) for way in cases.CONVENTIONS]


@every_network
def test_conventions_are_the_same_numbers_turned_round(spec: Spec) -> None:
    """Rows and columns, in_out and out_in: the same gradients, turned."""
    first = backprop.answer(draw(_conventions(spec)[0].spec))
    for case in _conventions(spec)[1:]:
        found = backprop.answer(draw(case.spec))
        assert found.objective == pytest.approx(first.objective, rel=1e-13)
        for name, gradient in found.gradients.items():
            turn = name[0] == "W" and case.spec["weights"] == "in_out"
            np.testing.assert_allclose(gradient.T if turn else gradient, first.gradients[name], rtol=1e-9, atol=1e-12)


# --- the other reference, unit by unit, on the systems of the documents -----------------------


@pytest.mark.parametrize("system", [*reference.FIXED, *reference.DEEP])
def test_the_five_systems_by_both_references(system: str) -> None:
    net = reference.network(system, depth=2)
    sizes = (3, 4, 1 if system == "deep_scalar" else 2)
    layers = [{"units": n, "activation": name} for n, name in zip(sizes[1:], net.activations, strict=True)]
    objectives: dict[str, Spec] = {
        "output": {"output": True},
        "half_squared_error": {"loss": "squared_error", "reduction": "half"},
    }
    objective = objectives.get(net.loss, {"loss": net.loss})
    problem = draw({"name": "net", "input": {"size": sizes[0]}, "layers": layers, "objective": objective})
    given_layers = [(problem.params[f"W{k}"], problem.params[f"b{k}"]) for k in (1, 2)]
    y = None if net.loss == "output" else problem.y
    found = backprop.answer(problem)
    assert found.objective == pytest.approx(reference.loss(net, given_layers, problem.x, y), rel=1e-13)
    wanted = [array for layer in reference.gradients(net, given_layers, problem.x, y) for array in layer]
    for mine, theirs in zip(found.gradients.values(), wanted, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-11, atol=1e-14)
    by_input = reference.loss_input_gradients(net, given_layers, problem.x, y)
    assert found.input_gradient is not None
    assert found.jacobian is not None
    np.testing.assert_allclose(found.input_gradient, by_input, rtol=1e-11, atol=1e-14)
    jacobians = reference.input_jacobians(net, given_layers, problem.x)
    np.testing.assert_allclose(found.jacobian, jacobians, rtol=1e-11, atol=1e-14)
