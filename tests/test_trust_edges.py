"""The ends of the range: far, zero and tiny inputs, one unit, one sample, none at all, certain probabilities, NaN.

Finite, or infinite where the mathematics is and this file says so; never NaN unless NaN came in.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from peers import cases, module
from peers.available import peer
from peers.cases import CONVENTIONS, affine, in_convention, network
from peers.losses import LOSSES
from peers.problem import Problem, Spec, draw, rows
from peers.scalars import Array


def _slow_with_symbols(texts: list[str]) -> list[Any]:
    """Rows by their names; with symbols for parameters, and formulas, in the slow run."""
    return [pytest.param(text, marks=pytest.mark.slow) if "(" in text else text for text in texts]


ACTIVATIONS = _slow_with_symbols(cases.activation_texts(thorough=False))
LOSS_TEXTS = _slow_with_symbols(cases.loss_texts(thorough=False))

FAR = {"exp": 300.0}
"""How far out an activation is followed, 10⁴ where nothing is said: e^z is beyond double precision from 710 on."""

FAR_LOSSES = {"poisson_log": 300.0}
"""The same of losses: e^a."""

TINY = [0.0, -0.0, 5e-324, -5e-324, 1e-310, 1e-30]


def single_layer(activation: str, batch: str = "columns") -> Spec:
    """One layer, and squared error: x is all that z depends on, given W = 1 and b = 0."""
    spec = network(activation, affine("K", activation), loss="squared_error")
    return in_convention(spec, batch, "out_in").spec


def at(spec: Spec, x: Array, y: Array | None = None) -> Problem:
    """The network of one layer with the identity for W and b = 0, at x (units, samples)."""
    units, samples = x.shape
    problem = draw(spec, samples=samples, letters={"n": units, "K": units})
    params = {"W1": np.eye(units), "b1": np.zeros((units, 1))}
    target = problem.y if y is None else (y.T if rows(spec) else y)
    return replace(problem, params=params, x=x.T if rows(spec) else x, y=target)


def results(problem: Problem) -> Iterator[tuple[str, Any]]:
    """Everything that a module returns, by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = module.answer(problem)
    yield from module.arrays(found).items()
    yield "objective", found.objective


def assert_finite(problem: Problem) -> None:
    for name, array in results(problem):
        assert np.all(np.isfinite(array)), (name, problem.x, array)


# --- far, zero, tiny -------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("units", [1, 3])
def test_activations_are_finite_everywhere(activation: str, units: int) -> None:
    far = FAR.get(activation.partition("(")[0], 1e4)
    values = [far, -far, 50.0, -50.0, *TINY]
    one = np.ones((units, 1))
    for value in values:
        assert_finite(at(single_layer(activation), value * one))
    assert_finite(at(single_layer(activation), one @ np.array([values])))


@pytest.mark.parametrize("loss", LOSS_TEXTS)
def test_losses_are_finite_everywhere(loss: str) -> None:
    """Outputs far out, and at the ends of a loss's domain."""
    row = LOSSES[loss.partition("(")[0]]
    spec = network(loss, affine("K"), loss=loss)
    far = FAR_LOSSES.get(loss, 1e4)
    ends = {"real": [far, -far, *TINY], "unit": [0.0, 1.0], "positive": [1e4, 1.0]}[row.domain]
    for value in ends:
        problem = at(spec, np.full((2, 3), value))
        assert_finite(problem)
        for target in {"probability": [0.0, 1.0], "count": [0.0, 7.0], "sign": [-1.0, 1.0]}.get(row.target, []):
            assert_finite(replace(problem, y=np.full((2, 3), target)))
        if row.target == "distribution":
            assert_finite(replace(problem, y=np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]])))


@pytest.mark.parametrize("natural", ["sigmoid", "softmax"])
@pytest.mark.parametrize("loss", [name for name, row in LOSSES.items() if row.domain == "unit"])
def test_certain_outputs_are_finite(loss: str, natural: str) -> None:
    """Probabilities of exactly 0 and 1, right and wrong: the loss is large or 0, and no gradient is NaN."""
    spec = network(loss, affine("K", natural), loss=loss)
    x = np.array([[1e4, 1e4, -1e4], [-1e4, -1e4, 1e4]])
    assert_finite(at(spec, x, np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])))


@pytest.mark.parametrize("norm", ["layer_norm", "rms_norm", "batch_norm"])
@pytest.mark.parametrize(("batch", "weights"), CONVENTIONS)
def test_norms_of_equal_numbers_are_finite(norm: str, batch: str, weights: str) -> None:
    """A variance of 0, one unit and one sample: ε is what keeps the root away from 0."""
    spec = network(norm, affine("m"), cases.of(norm), loss="squared_error")
    given = in_convention(spec, batch, weights).spec
    for samples, units in ((1, 1), (1, 3), (3, 1)):
        problem = draw(given, samples=samples, letters={"n": 2, "m": units})
        for factor in (0.0, 1e4, 1e-310):
            assert_finite(replace(problem, x=factor * np.ones(problem.x.shape)))


# --- where a slope jumps ---------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["relu", "hard_tanh", "relu6", "hard_sigmoid"])
def test_the_slope_at_a_kink_is_pytorchs_by_default(activation: str) -> None:
    """derivative_at_kink = 0; random numbers never meet it."""
    problem = at(single_layer(activation), np.array([[-3.0, -1.0, 0.0, 1.0, 3.0, 6.0]]))
    found, wanted = module.answer(problem).jacobian, peer("torch")(problem).jacobian
    assert found is not None
    assert wanted is not None
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


# --- nothing at all --------------------------------------------------------------------------


@pytest.mark.parametrize(("batch", "weights"), CONVENTIONS)
def test_no_sample_is_an_error(batch: str, weights: str) -> None:
    case = in_convention(network("none", affine("m", "tanh"), affine("K"), loss="squared_error"), batch, weights)
    problem = draw(case.spec)
    none = slice(0, 0)
    empty = replace(problem, x=problem.x[none] if batch == "rows" else problem.x[:, none])
    given = module.module(case.spec)
    for function in (given.forward, given.loss, given.loss_and_gradients, given.input_jacobian):
        with pytest.raises(ValueError, match=r"^x: expected .* with N >= 1, got "):
            module.call(function, empty)


# --- NaN in, NaN out -------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("batch", ["columns", pytest.param("rows", marks=pytest.mark.slow)])
def test_nan_comes_out_of_activations(activation: str, batch: str) -> None:
    """One NaN in x: the sample's output and the loss are NaN, and so are the gradients of the weights that saw it."""
    problem = at(single_layer(activation, batch), np.array([[0.5, np.nan, -0.5]]))
    found = dict(results(problem))
    output = found["output"].flatten()
    np.testing.assert_array_equal(np.isnan(output), [False, True, False])
    assert np.isnan(found["objective"])
    assert np.all(np.isnan(found["W1"]))
    assert np.all(np.isnan(found["b1"]))
    np.testing.assert_array_equal(np.isnan(found["input"].flatten()), [False, True, False])


@pytest.mark.parametrize("loss", LOSS_TEXTS)
def test_nan_comes_out_of_losses(loss: str) -> None:
    spec = network(loss, affine("K", LOSSES[loss.partition("(")[0]].natural), loss=loss)
    x = np.array([[0.5, np.nan, -0.5], [0.25, 0.5, 0.125]])
    found = dict(results(at(spec, x)))
    assert np.isnan(found["objective"])
    assert np.all(np.isnan(found["b1"][0]))


@pytest.mark.parametrize("case", cases.slice_of_cases()[::15], ids=lambda case: case.name)
def test_nan_comes_out_of_whole_networks(case: cases.Case) -> None:
    """A weight of NaN."""
    problem = draw(case.spec)
    spoiled = {**problem.params, "W1": np.full(problem.params["W1"].shape, np.nan)}
    found = dict(results(replace(problem, params=spoiled)))
    assert np.any(np.isnan(found["output"]))
    assert found["objective"] is None or np.isnan(found["objective"])
    assert np.any(np.isnan(found["b1"]))
