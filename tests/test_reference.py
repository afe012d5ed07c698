"""The reference itself: worked values, central differences, complex steps."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
import reference
from reference import Array, Layers, Network, Scalar


class Example(NamedTuple):
    net: Network
    layers: Layers
    x: Array
    y: Array


SYSTEMS_AND_SIZES: list[tuple[str, tuple[int, ...]]] = [
    ("deep_scalar", (3, 1)),
    ("deep_scalar", (3, 4, 1)),
    ("deep_scalar", (2, 4, 3, 1)),
    ("deep_scalar", (3, 4, 2, 3, 5, 1)),
    ("deep_mse", (3, 2)),
    ("deep_mse", (3, 4, 2)),
    ("deep_mse", (2, 4, 3, 2)),
    ("deep_mse", (3, 4, 2, 3, 5, 2)),
    ("regression", (3, 4, 2)),
    ("classification_mse", (3, 4, 2)),
    ("classification_bce", (3, 4, 2)),
]


def _name(system_and_sizes: tuple[str, tuple[int, ...]]) -> str:
    system, sizes = system_and_sizes
    return f"{system}-{'-'.join(map(str, sizes))}"


@pytest.fixture(params=SYSTEMS_AND_SIZES, ids=_name)
def example(request: pytest.FixtureRequest) -> Example:
    system, sizes = request.param
    rng = np.random.default_rng(7)
    return Example(
        net=reference.network(system, depth=len(sizes) - 1),
        layers=reference.random_layers(sizes, rng),
        x=rng.normal(size=(sizes[0], 4)),
        y=rng.uniform(size=(sizes[-1], 4)),
    )


# --- the two numeric derivatives ------------------------------------------------------------


def test_central_difference_of_a_cubic() -> None:
    point = np.array([[1.0, -2.0], [0.5, 3.0]])
    slope = reference.central_difference(lambda t: np.sum(t**3), point)
    np.testing.assert_allclose(slope, 3 * point**2, rtol=1e-8)


def test_complex_step_is_exact_where_a_difference_quotient_cancels() -> None:
    point = np.array([1e-3, 1.0, 20.0])
    slope = reference.complex_step(lambda t: np.sum(np.exp(t)), point)
    np.testing.assert_allclose(slope, np.exp(point), rtol=1e-15)


@pytest.mark.parametrize("derivative", [reference.central_difference, reference.complex_step])
def test_numeric_derivatives_leave_their_argument_alone(derivative: object) -> None:
    point = np.array([1.0, 2.0])
    assert callable(derivative)
    derivative(lambda t: t[0] * t[1], point)
    np.testing.assert_array_equal(point, [1.0, 2.0])


# --- values worked by hand; a wrong factor in a loss is invisible to a difference quotient ---


@pytest.mark.parametrize(
    ("name", "a", "y", "value"),
    [
        ("output", [0.25], [], 0.25),
        ("squared_error", [1.0, 2.0], [0.0, 5.0], 10.0),
        ("half_squared_error", [1.0, 2.0], [0.0, 5.0], 5.0),
        ("binary_cross_entropy", [0.5, 0.5, 0.5], [0.0, 1.0, 0.3], math.log(2)),
        ("binary_cross_entropy", [0.25, 0.75], [1.0, 1.0], (2 * math.log(4) - math.log(3)) / 2),
    ],
)
def test_loss_of_one_sample(name: str, a: list[float], y: list[float], value: float) -> None:
    assert reference.LOSSES[name].value(a, y) == pytest.approx(value, rel=1e-15)


def test_output_objective_needs_a_single_output_unit() -> None:
    with pytest.raises(ValueError, match="unpack"):
        reference.LOSSES["output"].value([0.1, 0.2], [])


@pytest.mark.parametrize(
    ("name", "z", "value"),
    [
        ("sigmoid", 0.0, 0.5),
        ("sigmoid", math.log(3), 0.75),
        ("relu", 2.0, 2.0),
        ("relu", -2.0, 0.0),
        ("identity", -1.5, -1.5),
    ],
)
def test_activation(name: str, z: float, value: float) -> None:
    assert reference.ACTIVATIONS[name].value(z) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(("z", "slope"), [(-1.0, 0.0), (0.0, 0.0), (-0.0, 0.0), (1e-300, 1.0)])
def test_relu_derivative(z: float, slope: float) -> None:
    assert reference.ACTIVATIONS["relu"].derivative(z) == slope


def test_forward_pass_worked_by_hand() -> None:
    layers = [
        (np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[0.5], [-4.0]])),
        (np.array([[2.0, 1.0]]), np.array([[-1.0]])),
    ]
    x = np.array([[1.0, 2.0], [1.0, -1.0]])
    # Sample 1: z = (3.5, −2), a = (3.5, 0), ŷ = 6.  Sample 2: z = (0.5, 3), a = z, ŷ = 3.
    outputs = reference.forward(reference.network("regression"), layers, x)
    np.testing.assert_array_equal(outputs, [[6.0, 3.0]])


def test_loss_is_the_mean_over_the_samples() -> None:
    net = Network(("identity",), "squared_error")
    layers = [(np.eye(2), np.zeros((2, 1)))]
    x = np.array([[1.0, 0.0], [2.0, 3.0]])
    # ‖(1, 2)‖² = 5 and ‖(0, 3)‖² = 9.
    assert reference.loss(net, layers, x, np.zeros((2, 2))) == 7.0


def test_gradients_worked_by_hand() -> None:
    net = Network(("identity",), "squared_error")
    layers = [(np.array([[3.0]]), np.array([[1.0]]))]
    x, y = np.array([[1.0, 2.0]]), np.array([[0.0, 0.0]])
    # ŷ = (4, 7), δ = 2ŷ = (8, 14): ∂/∂W = (8·1 + 14·2)/2, ∂/∂b = (8 + 14)/2, ∇ₓ = 3δ.
    ((dW, db),) = reference.gradients(net, layers, x, y)
    assert (dW.item(), db.item()) == (18.0, 11.0)
    np.testing.assert_array_equal(reference.loss_input_gradients(net, layers, x, y), [[24.0, 42.0]])


# --- backpropagation against both numeric derivatives ---------------------------------------


def _objective_of_theta(example: Example, theta: Array) -> Scalar:
    net, layers, x, y = example
    return reference.loss(net, reference.unflatten(theta, layers), x, y)


def _output_sum(example: Example, k: int) -> Callable[[Array], Scalar]:
    """x ↦ Σ over the samples of output k: its gradient holds every sample's Jacobian row k."""

    def output_sum(x: Array) -> Scalar:
        return reference.forward(example.net, example.layers, x)[k].sum()

    return output_sum


def test_gradients_against_central_differences(example: Example) -> None:
    numeric = reference.central_difference(
        lambda theta: _objective_of_theta(example, theta), reference.flatten(example.layers)
    )
    exact = reference.flatten(reference.gradients(*example))
    np.testing.assert_allclose(exact, numeric, rtol=1e-7, atol=1e-9)


def test_gradients_against_complex_steps(example: Example) -> None:
    numeric = reference.complex_step(
        lambda theta: _objective_of_theta(example, theta), reference.flatten(example.layers)
    )
    exact = reference.flatten(reference.gradients(*example))
    np.testing.assert_allclose(exact, numeric, rtol=1e-12, atol=1e-15)


def test_loss_input_gradients_against_central_differences(example: Example) -> None:
    net, layers, x, y = example
    # Samples do not touch each other: the sum's gradient holds each sample's own as a column.
    numeric = reference.central_difference(lambda moved: x.shape[1] * reference.loss(net, layers, moved, y), x)
    exact = reference.loss_input_gradients(net, layers, x, y)
    np.testing.assert_allclose(exact, numeric, rtol=1e-7, atol=1e-9)


def test_loss_input_gradients_against_complex_steps(example: Example) -> None:
    net, layers, x, y = example
    numeric = reference.complex_step(lambda moved: x.shape[1] * reference.loss(net, layers, moved, y), x)
    exact = reference.loss_input_gradients(net, layers, x, y)
    np.testing.assert_allclose(exact, numeric, rtol=1e-12, atol=1e-15)


def test_input_jacobians_against_central_differences(example: Example) -> None:
    exact = reference.input_jacobians(example.net, example.layers, example.x)
    for k in range(exact.shape[1]):
        numeric = reference.central_difference(_output_sum(example, k), example.x)
        np.testing.assert_allclose(exact[:, k, :].T, numeric, rtol=1e-7, atol=1e-9)


def test_input_jacobians_against_complex_steps(example: Example) -> None:
    exact = reference.input_jacobians(example.net, example.layers, example.x)
    for k in range(exact.shape[1]):
        numeric = reference.complex_step(_output_sum(example, k), example.x)
        np.testing.assert_allclose(exact[:, k, :].T, numeric, rtol=1e-12, atol=1e-15)


def test_input_gradients_are_the_only_row_of_the_jacobians() -> None:
    rng = np.random.default_rng(3)
    net, layers = reference.network("deep_scalar", 2), reference.random_layers((3, 4, 1), rng)
    x = rng.normal(size=(3, 5))
    numeric = reference.complex_step(lambda moved: reference.forward(net, layers, moved).sum(), x)
    np.testing.assert_allclose(reference.input_gradients(net, layers, x), numeric, rtol=1e-12, atol=1e-15)


def test_input_gradients_refuse_a_vector_output() -> None:
    layers = reference.random_layers((3, 2), np.random.default_rng(0))
    with pytest.raises(ValueError, match="scalar"):
        reference.input_gradients(reference.network("deep_mse", 1), layers, np.ones((3, 1)))


# --- shapes ---------------------------------------------------------------------------------


def test_shapes(example: Example) -> None:
    net, layers, x, y = example
    (n, N), K = x.shape, layers[-1][0].shape[0]
    assert reference.forward(net, layers, x).shape == (K, N)
    assert reference.loss_input_gradients(net, layers, x, y).shape == (n, N)
    assert reference.input_jacobians(net, layers, x).shape == (N, K, n)
    for (dW, db), (W, b) in zip(reference.gradients(*example), layers, strict=True):
        assert (dW.shape, db.shape) == (W.shape, b.shape)


def test_unflatten_inverts_flatten(example: Example) -> None:
    restored = reference.unflatten(reference.flatten(example.layers), example.layers)
    for (W, b), (W_again, b_again) in zip(example.layers, restored, strict=True):
        np.testing.assert_array_equal(W, W_again)
        np.testing.assert_array_equal(b, b_again)


def test_unknown_system_is_an_error() -> None:
    with pytest.raises(KeyError):
        reference.network("deep_bce")
