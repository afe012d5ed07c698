"""Properties of the generated modules on networks, data and sizes that hypothesis draws.

Weights and data are multiples of ½.  The first layer's z is then exact in whatever order it is
summed, so that z = 0, the kink of ReLU, comes up often and is the same number on both sides.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
import reference
from hypothesis import given, settings
from reference import DEEP, FIXED, Array, Layers, Network

SYSTEMS = DEEP + FIXED
WITH_LOSS = SYSTEMS[1:]

every_system = pytest.mark.parametrize("system", SYSTEMS)
every_system_with_loss = pytest.mark.parametrize("system", WITH_LOSS)
drawn = settings(derandomize=True, deadline=None, database=None, max_examples=50)


class Problem(NamedTuple):
    """A drawn network with its data."""

    module: Any
    net: Network
    layers: Layers
    x: Array
    y: Array

    @property
    def params(self) -> Any:
        return reference.to_parameters(self.module.Parameters, self.layers)


HALVES = st.integers(-4, 4).map(lambda k: k / 2)
PROBABILITIES = st.integers(0, 8).map(lambda k: k / 8)


def arrays(shape: tuple[int, int], elements: st.SearchStrategy[float]) -> st.SearchStrategy[Array]:
    return hnp.arrays(np.float64, shape, elements=elements)


@st.composite
def problems(
    draw: st.DrawFn,
    system: str,
    values: st.SearchStrategy[float] = HALVES,
    outputs: int | None = None,
) -> Problem:
    """Depth 1 to 4 (2 where it is fixed), sizes 1 to 5, one to four samples."""
    depth = draw(st.integers(1, 4)) if system in DEEP else 2
    sizes = draw(st.lists(st.integers(1, 5), min_size=depth + 1, max_size=depth + 1))
    if system == "deep_scalar" or outputs is not None:
        sizes[-1] = outputs or 1
    samples = draw(st.integers(1, 4))
    layers = [
        (draw(arrays((n_out, n_in), values)), draw(arrays((n_out, 1), values))) for n_in, n_out in pairwise(sizes)
    ]
    return Problem(
        module=importlib.import_module(f"generated.{system}"),
        net=reference.network(system, depth),
        layers=layers,
        x=draw(arrays((sizes[0], samples), values)),
        y=draw(arrays((sizes[-1], samples), PROBABILITIES)),
    )


def objective(problem: Problem) -> float:
    """The loss, or the mean output where there is none."""
    if hasattr(problem.module, "loss"):
        return float(problem.module.loss(problem.params, problem.x, problem.y))
    return float(problem.module.forward(problem.params, problem.x).mean())


def parameter_gradients(problem: Problem) -> Layers:
    """The gradients of `objective`."""
    module, params = problem.module, problem.params
    if hasattr(module, "loss"):
        return reference.to_layers(module.loss_and_gradients(params, problem.x, problem.y)[1])
    return reference.to_layers(module.output_gradients(params, problem.x))


def objective_input_gradient(problem: Problem) -> Array:
    """∇ₓ of each sample's own objective."""
    module, params = problem.module, problem.params
    if hasattr(module, "loss"):
        gradient: Array = module.loss_input_gradient(params, problem.x, problem.y)
    else:
        gradient = module.input_gradient(params, problem.x)
    return gradient


def assert_close(actual: Array, desired: Array) -> None:
    assert actual.shape == desired.shape
    np.testing.assert_allclose(actual, desired, rtol=1e-10, atol=1e-13)


def assert_layers_close(actual: Layers, desired: Layers) -> None:
    for (W, b), (W_desired, b_desired) in zip(actual, desired, strict=True):
        assert_close(W, W_desired)
        assert_close(b, b_desired)


def property_of(system: str, check: Callable[[Problem], None], **options: Any) -> None:
    """Run `check` on drawn problems of the system."""

    @drawn
    @given(problems(system, **options))
    def run(problem: Problem) -> None:
        check(problem)

    run()


# --- agreement with the reference -----------------------------------------------------------


@every_system
def test_values_agree_with_the_reference(system: str) -> None:
    def check(problem: Problem) -> None:
        module, net, layers, x, y = problem
        assert_close(module.forward(problem.params, x), reference.forward(net, layers, x))
        assert objective(problem) == pytest.approx(reference.loss(net, layers, x, y), rel=1e-10, abs=1e-13)

    property_of(system, check)


@every_system
def test_gradients_agree_with_the_reference(system: str) -> None:
    def check(problem: Problem) -> None:
        _, net, layers, x, y = problem
        assert_layers_close(parameter_gradients(problem), reference.gradients(net, layers, x, y))
        assert_close(objective_input_gradient(problem), reference.loss_input_gradients(net, layers, x, y))

    property_of(system, check)


@pytest.mark.parametrize("system", FIXED)
def test_jacobians_agree_with_the_reference(system: str) -> None:
    def check(problem: Problem) -> None:
        module, net, layers, x, _ = problem
        assert_close(module.input_jacobian(problem.params, x), reference.input_jacobians(net, layers, x))

    property_of(system, check)


def test_input_gradient_of_deep_mse_agrees_with_the_reference() -> None:
    def check(problem: Problem) -> None:
        module, net, layers, x, _ = problem
        assert_close(module.input_gradient(problem.params, x), reference.input_gradients(net, layers, x))

    property_of("deep_mse", check, outputs=1)


# --- samples --------------------------------------------------------------------------------


def one_sample(problem: Problem, s: int) -> Problem:
    return problem._replace(x=problem.x[:, [s]], y=problem.y[:, [s]])


@every_system
def test_samples_do_not_touch_each_other(system: str) -> None:
    def check(problem: Problem) -> None:
        module, params = problem.module, problem.params
        outputs, slopes = module.forward(params, problem.x), objective_input_gradient(problem)
        for s in range(problem.x.shape[1]):
            alone = one_sample(problem, s)
            assert_close(outputs[:, [s]], module.forward(params, alone.x))
            assert_close(slopes[:, [s]], objective_input_gradient(alone))
            if system in FIXED:
                jacobian = module.input_jacobian(params, problem.x)[[s]]
                assert_close(jacobian, module.input_jacobian(params, alone.x))

    property_of(system, check)


@every_system
def test_objective_and_gradients_are_means_over_the_samples(system: str) -> None:
    def check(problem: Problem) -> None:
        alone = [one_sample(problem, s) for s in range(problem.x.shape[1])]
        mean = np.mean([objective(one) for one in alone])
        assert objective(problem) == pytest.approx(mean, rel=1e-12, abs=1e-14)
        theta = np.mean([reference.flatten(parameter_gradients(one)) for one in alone], axis=0)
        assert_close(reference.flatten(parameter_gradients(problem)), theta)

    property_of(system, check)


# --- identities between the generated functions ---------------------------------------------


@every_system
def test_first_layer_and_input_share_their_error(system: str) -> None:
    """For one sample ∂C/∂b¹ = δ¹, ∂C/∂W¹ = δ¹xᵀ and ∇ₓC = W¹ᵀδ¹."""

    def check(problem: Problem) -> None:
        one = one_sample(problem, 0)
        dW, delta = parameter_gradients(one)[0]
        assert_close(dW, delta @ one.x.T)
        assert_close(objective_input_gradient(one), one.layers[0][0].T @ delta)

    property_of(system, check)


@pytest.mark.parametrize("system", ["regression", "classification_mse"])
def test_loss_input_gradient_is_the_jacobian_applied_to_the_error(system: str) -> None:
    """∇ₓ‖ŷ − y‖² = 2 Jᵀ(ŷ − y), sample by sample."""

    def check(problem: Problem) -> None:
        module, params = problem.module, problem.params
        error = module.forward(params, problem.x) - problem.y
        jacobians = module.input_jacobian(params, problem.x)
        columns = [2 * J.T @ error[:, s] for s, J in enumerate(jacobians)]
        assert_close(objective_input_gradient(problem), np.stack(columns, axis=1))

    property_of(system, check)


def test_input_gradient_scales_the_error_into_the_loss_gradient() -> None:
    """With one output ∇ₓ ½(a − y)² = (a − y) ∇ₓa."""

    def check(problem: Problem) -> None:
        module, params, x = problem.module, problem.params, problem.x
        error = module.forward(params, x) - problem.y
        assert_close(objective_input_gradient(problem), error * module.input_gradient(params, x))

    property_of("deep_mse", check, outputs=1)


@every_system_with_loss
def test_loss_and_gradients_gives_the_loss(system: str) -> None:
    def check(problem: Problem) -> None:
        value, _ = problem.module.loss_and_gradients(problem.params, problem.x, problem.y)
        assert value == pytest.approx(objective(problem), rel=1e-13)

    property_of(system, check)


# --- facts about the networks ---------------------------------------------------------------


@every_system_with_loss
def test_a_perfect_fit_is_stationary(system: str) -> None:
    """At y = ŷ every gradient vanishes; so does a squared loss (cross-entropy keeps H(y))."""

    def check(problem: Problem) -> None:
        fitted = problem._replace(y=problem.module.forward(problem.params, problem.x))
        theta = reference.flatten(parameter_gradients(fitted))
        np.testing.assert_allclose(theta, 0.0, atol=1e-14)
        np.testing.assert_allclose(objective_input_gradient(fitted), 0.0, atol=1e-14)
        if system == "classification_bce":
            assert objective(fitted) > 0
        else:
            assert objective(fitted) < 1e-25

    property_of(system, check)


@pytest.mark.parametrize("system", FIXED)
def test_order_of_hidden_units_does_not_matter(system: str) -> None:
    def check(problem: Problem) -> None:
        (W1, b1), (W2, b2) = problem.layers
        reversed_units = problem._replace(layers=[(W1[::-1], b1[::-1]), (W2[:, ::-1], b2)])
        assert objective(reversed_units) == pytest.approx(objective(problem), rel=1e-12)
        (dW1, db1), (dW2, db2) = parameter_gradients(reversed_units)
        assert_layers_close([(dW1[::-1], db1[::-1]), (dW2[:, ::-1], db2)], parameter_gradients(problem))

    property_of(system, check)


def test_cross_entropy_treats_both_labels_alike() -> None:
    """Negated logits with y ↦ 1 − y: the same loss, ∂C/∂W² and ∂C/∂b² change sign only."""

    def check(problem: Problem) -> None:
        (W1, b1), (W2, b2) = problem.layers
        swapped = problem._replace(layers=[(W1, b1), (-W2, -b2)], y=1 - problem.y)
        assert objective(swapped) == pytest.approx(objective(problem), rel=1e-12)
        (dW1, db1), (dW2, db2) = parameter_gradients(problem)
        assert_layers_close(parameter_gradients(swapped), [(dW1, db1), (-dW2, -db2)])

    property_of("classification_bce", check)


@pytest.mark.parametrize("system", ["deep_scalar", "deep_mse", *FIXED[1:]])
def test_sigmoid_outputs_are_between_zero_and_one(system: str) -> None:
    def check(problem: Problem) -> None:
        outputs = problem.module.forward(problem.params, problem.x)
        assert np.all((outputs >= 0) & (outputs <= 1))

    property_of(system, check, values=st.floats(-100, 100))


# --- stability ------------------------------------------------------------------------------


@every_system
def test_everything_stays_finite(system: str) -> None:
    """|W|, |b|, |x| up to 45 give |z| up to about 10⁴; nothing overflows on the way."""

    def check(problem: Problem) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            results = [
                np.array(objective(problem)),
                reference.flatten(parameter_gradients(problem)),
                objective_input_gradient(problem),
            ]
        for result in results:
            assert np.all(np.isfinite(result))

    property_of(system, check, values=st.floats(-45, 45))
