"""Generated modules against PyTorch, JAX, our own backprop, complex steps and central differences.

Every row of the tables, in every convention. The default run has each network once, in the next convention; the marker
`slow` has the whole matrix. The tests of the references themselves are in test_trust_reference.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from peers import backprop, cases, module
from peers.available import peer
from peers.cases import Case
from peers.compare import complex_steps, differences, gradient_error, relative_error
from peers.problem import couples_samples, draw, hyperparameters, shapes
from peers.texts import keyword

EXACT = 1e-10
"""The relative error that is let pass in double precision: some thousand roundings."""

SINGLE = 2e-4
"""The same in single precision, against double, of the largest gradient."""

QUOTIENT = 1e-6
"""Of central differences, whose step is a compromise."""

SLICE = cases.slice_of_cases()
"""What the default run has."""

SAMPLE = SLICE[::20]
"""What it compares with JAX, which compiles every network anew; the slow run has every network once."""


def _cases(matrix: list[Case], by_default: list[Case]) -> list[Any]:
    """All of the cases, slow where they are not for the default run."""
    others = [case for case in matrix if case not in by_default]
    marked = [pytest.param(case, id=case.name, marks=pytest.mark.slow) for case in others]
    return [pytest.param(case, id=case.name) for case in by_default] + marked


@pytest.fixture(scope="module", params=_cases(cases.every_case(), SLICE))
def case(request: pytest.FixtureRequest) -> Case:
    """Every case. The tests of one case follow each other, and share its module."""
    found: Case = request.param
    return found


some_cases = pytest.mark.parametrize("chosen", _cases(cases.every_network(), SAMPLE))


def test_modules_agree_with_the_reference(case: Case) -> None:
    """Output, objective, gradients by parameters and input, Jacobian; float32 in, float32 out."""
    problem = draw(case.spec)
    found, wanted = module.answer(problem), backprop.answer(problem)
    assert relative_error(found, wanted) < EXACT
    single = module.answer(problem, np.float32)
    assert all(array.dtype == np.float32 for array in module.arrays(single).values())
    assert relative_error(single, wanted, share=1.0) < SINGLE


def test_modules_agree_with_complex_steps(case: Case) -> None:
    problem = draw(case.spec)
    assert gradient_error(module.answer(problem).gradients, complex_steps(backprop.objective, problem)) < EXACT


def test_modules_agree_with_pytorch(case: Case) -> None:
    problem = draw(case.spec)
    assert relative_error(module.answer(problem), peer("torch")(problem)) < EXACT


@some_cases
def test_modules_agree_with_jax(chosen: Case) -> None:
    problem = draw(chosen.spec)
    assert relative_error(module.answer(problem), peer("jax")(problem)) < EXACT


@some_cases
def test_gradients_are_those_of_the_modules_own_loss(chosen: Case) -> None:
    problem = draw(chosen.spec)
    if "loss" in chosen.spec["objective"]:
        gradients = module.answer(problem).gradients
        assert gradient_error(gradients, differences(module.loss, problem)) < QUOTIENT


# --- the contract ----------------------------------------------------------------------------


def test_data_and_hyperparameters_are_keywords(case: Case) -> None:
    """All that a module takes beside params, x and y is what the spec leaves open, by its name."""
    problem = draw(case.spec)
    functions = [name for name in ("forward", "loss", "loss_and_gradients") if hasattr(module.module(case.spec), name)]
    found = set().union(*(module.keyword_names(case.spec, name) for name in functions))
    left_open = set(problem.data) | {keyword(name) for name in hyperparameters(case.spec)}
    if "loss" in case.spec["objective"]:
        assert left_open <= found
    defaults = found - left_open
    assert all(name.startswith("epsilon") for name in defaults), defaults


def test_parameters_are_shaped_as_the_spec_says(case: Case) -> None:
    found = module.module(case.spec)
    sizes = {letter: 2 + k for k, letter in enumerate(dict.fromkeys(_letters(case.spec)))}
    params = found.init_parameters(_widths(case.spec, sizes), np.random.default_rng(0))
    assert {name: array.shape for name, array in params._asdict().items()} == shapes(case.spec, 3, sizes).params


def _letters(spec: dict[str, object]) -> list[str]:
    return [size for size in _sizes(spec) if isinstance(size, str)]


def _sizes(spec: dict[str, object]) -> list[object]:
    """Of the input, and of each layer with a weight of its own."""
    layers = [layer["units"] for layer in spec["layers"] if "units" in layer and "weight" not in layer]  # type: ignore[attr-defined]
    return [spec["input"]["size"], *layers]  # type: ignore[index]


def _widths(spec: dict[str, object], letters: dict[str, int]) -> list[object]:
    return [letters[size] if isinstance(size, str) else size for size in _sizes(spec)]


def test_derivatives_by_the_input_are_there_unless_samples_touch_each_other(case: Case) -> None:
    """The gradient of a loss by its input is there in any case; a Jacobian for each sample is not."""
    found, coupled = module.module(case.spec), couples_samples(case.spec)
    assert hasattr(found, "input_jacobian") is not coupled
    if "loss" in case.spec["objective"]:
        assert hasattr(found, "loss_input_gradient")
    elif not coupled:
        assert hasattr(found, "input_gradient")
