"""The five generated modules: against the reference, and against their contract.

Most tests run once per (module, function); `CALLS` is that list.  Sizes are pairwise different
wherever they can be, so that a transposed factor cannot pass for the right one.
"""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
import reference
from reference import DEEP, FIXED, Array, Layers, Network, Scalar

SYSTEMS = DEEP + FIXED
WITH_LOSS = SYSTEMS[1:]

# The functions each module has to offer, besides `Parameters` and `init_parameters`.
FUNCTIONS = {
    "deep_scalar": ("forward", "output_gradients", "input_gradient"),
    "deep_mse": ("forward", "loss", "loss_and_gradients", "input_gradient", "loss_input_gradient"),
} | dict.fromkeys(FIXED, ("forward", "loss", "loss_and_gradients", "loss_input_gradient", "input_jacobian"))
WITH_TARGET = ("loss", "loss_and_gradients", "loss_input_gradient")

CALLS = [(system, function) for system in SYSTEMS for function in FUNCTIONS[system]]
every_call = pytest.mark.parametrize(("system", "function"), CALLS)
every_system = pytest.mark.parametrize("system", SYSTEMS)
every_system_with_loss = pytest.mark.parametrize("system", WITH_LOSS)
both_dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["f64", "f32"])

HIDDEN_SIZES = {1: (), 2: (4,), 3: (4, 6), 5: (4, 2, 6, 7)}


class Problem(NamedTuple):
    """One network with data: as the generated module takes it and as the reference does."""

    module: Any
    net: Network
    layers: Layers
    params: Any
    x: Array
    y: Array


def load(system: str) -> Any:
    """The generated module; late, so that a missing one fails its own tests only."""
    return importlib.import_module(f"generated.{system}")


def output_size(system: str, function: str) -> int:
    return 1 if system == "deep_scalar" or function == "input_gradient" else 2


def make_problem(system: str, sizes: tuple[int, ...], samples: int = 5, dtype: npt.DTypeLike = np.float64) -> Problem:
    """Random data rounded to `dtype`; the reference computes with the same numbers in float64."""
    rng = np.random.default_rng([samples, *sizes])
    module = load(system)
    given = [(W.astype(dtype), b.astype(dtype)) for W, b in reference.random_layers(sizes, rng)]
    return Problem(
        module=module,
        net=reference.network(system, depth=len(sizes) - 1),
        layers=[(W.astype(np.float64), b.astype(np.float64)) for W, b in given],
        params=reference.to_parameters(module.Parameters, given),
        x=rng.normal(size=(sizes[0], samples)).astype(dtype),
        y=rng.uniform(size=(sizes[-1], samples)).astype(dtype),
    )


def default_problem(system: str, function: str = "loss", dtype: npt.DTypeLike = np.float64) -> Problem:
    return make_problem(system, (3, 4, output_size(system, function)), dtype=dtype)


def call(function: str, problem: Problem) -> Any:
    """The result of one generated function on a problem."""
    module, _, _, params, x, y = problem
    arguments = (params, x, y) if function in WITH_TARGET else (params, x)
    return getattr(module, function)(*arguments)


def expected(function: str, problem: Problem) -> Any:
    """What `call` has to give, from the reference."""
    module, net, layers, _, x, y = problem
    x, y = x.astype(np.float64), y.astype(np.float64)
    match function:
        case "forward":
            return reference.forward(net, layers, x)
        case "loss":
            return reference.loss(net, layers, x, y)
        case "loss_and_gradients":
            gradients = reference.gradients(net, layers, x, y)
            objective = reference.loss(net, layers, x, y)
            return objective, reference.to_parameters(module.Parameters, gradients)
        case "output_gradients":
            return reference.to_parameters(module.Parameters, reference.gradients(net, layers, x))
        case "input_gradient":
            return reference.input_gradients(net, layers, x)
        case "loss_input_gradient":
            return reference.loss_input_gradients(net, layers, x, y)
        case "input_jacobian":
            return reference.input_jacobians(net, layers, x)
    raise KeyError(function)


def leaves(result: Any) -> Iterator[Any]:
    """The numbers and arrays inside nested tuples, in order."""
    if isinstance(result, tuple):
        for part in result:
            yield from leaves(part)
    else:
        yield result


def assert_close(actual: Any, desired: Any, rtol: float, atol: float = 0.0) -> None:
    """Same structure, same shapes (no broadcasting), close values."""
    for one, other in zip(leaves(actual), leaves(desired), strict=True):
        assert np.shape(one) == np.shape(other)
        np.testing.assert_allclose(one, other, rtol=rtol, atol=atol)


# --- against the reference ------------------------------------------------------------------


def _agreement_cases() -> Iterator[Any]:
    for system, function in CALLS:
        outputs = output_size(system, function)
        if system in DEEP:
            all_sizes = [(3, *hidden, outputs) for hidden in HIDDEN_SIZES.values()]
            all_sizes += [(1, 1), (1, 1, 1, 1)]
        else:
            all_sizes = [(3, 4, outputs), (2, 6, 1), (1, 1, 1), (4, 1, 3)]
        for sizes in all_sizes:
            for samples in (5, 1):
                label = f"{system}-{function}-{'-'.join(map(str, sizes))}-N{samples}"
                yield pytest.param(system, function, sizes, samples, id=label)


@pytest.mark.parametrize(("system", "function", "sizes", "samples"), list(_agreement_cases()))
def test_agrees_with_the_reference(system: str, function: str, sizes: tuple[int, ...], samples: int) -> None:
    problem = make_problem(system, sizes, samples)
    assert_close(call(function, problem), expected(function, problem), rtol=1e-10, atol=1e-14)


@every_call
def test_agrees_with_the_reference_in_single_precision(system: str, function: str) -> None:
    problem = default_problem(system, function, np.float32)
    assert_close(call(function, problem), expected(function, problem), rtol=2e-4, atol=1e-6)


# --- against numeric derivatives ------------------------------------------------------------
# Central differences use the module's own values, so value and gradient have to belong together;
# complex steps use the reference's, which are exact to rounding and take complex numbers.


def _problems_of_all_depths() -> Iterator[Any]:
    for system in SYSTEMS:
        outputs = output_size(system, "loss")
        for depth in (1, 2, 3, 5) if system in DEEP else (2,):
            sizes = (3, *HIDDEN_SIZES[depth], outputs)
            yield pytest.param(system, sizes, id=f"{system}-L{depth}")


every_depth = pytest.mark.parametrize(("system", "sizes"), list(_problems_of_all_depths()))


def _generated_gradients(problem: Problem) -> Any:
    if hasattr(problem.module, "output_gradients"):
        return problem.module.output_gradients(problem.params, problem.x)
    return problem.module.loss_and_gradients(problem.params, problem.x, problem.y)[1]


def _own_objective(problem: Problem, layers: Layers, x: Array) -> float:
    """The module's own objective: its loss, or the mean of its scalar output."""
    module = problem.module
    params = reference.to_parameters(module.Parameters, layers)
    if hasattr(module, "output_gradients"):
        return float(module.forward(params, x).mean())
    return float(module.loss(params, x, problem.y))


def _reference_objective(problem: Problem, layers: Layers, x: Array) -> Scalar:
    return reference.loss(problem.net, layers, x, problem.y)


def _own_gradient_of_inputs(problem: Problem) -> Array:
    """∇ₓ of each sample's own objective, by the module."""
    function = "loss_input_gradient" if hasattr(problem.module, "loss") else "input_gradient"
    gradient: Array = call(function, problem)
    return gradient


Objective = Callable[[Problem, Layers, Array], Scalar]
Derivative = Callable[[Callable[[Array], Scalar], Array], Array]
# (objective, derivative, rtol, atol)
NUMERIC = [
    pytest.param(_own_objective, reference.central_difference, 1e-6, 1e-9, id="differences"),
    pytest.param(_reference_objective, reference.complex_step, 1e-10, 1e-14, id="complex-step"),
]
both_derivatives = pytest.mark.parametrize(("objective", "derivative", "rtol", "atol"), NUMERIC)


@both_derivatives
@every_depth
def test_parameter_gradients_against_numeric_ones(
    system: str,
    sizes: tuple[int, ...],
    objective: Objective,
    derivative: Derivative,
    rtol: float,
    atol: float,
) -> None:
    problem = make_problem(system, sizes)
    numeric = derivative(
        lambda theta: objective(problem, reference.unflatten(theta, problem.layers), problem.x),
        reference.flatten(problem.layers),
    )
    generated = reference.flatten(reference.to_layers(_generated_gradients(problem)))
    assert_close(generated, numeric, rtol, atol)


@both_derivatives
@every_depth
def test_input_gradients_against_numeric_ones(
    system: str,
    sizes: tuple[int, ...],
    objective: Objective,
    derivative: Derivative,
    rtol: float,
    atol: float,
) -> None:
    problem = make_problem(system, sizes)
    # N · mean is the sum, whose gradient holds each sample's own as a column.
    numeric = derivative(lambda x: x.shape[1] * objective(problem, problem.layers, x), problem.x)
    assert_close(_own_gradient_of_inputs(problem), numeric, rtol, atol)


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_input_gradient_of_deep_mse_against_complex_steps(depth: int) -> None:
    problem = make_problem("deep_mse", (3, *HIDDEN_SIZES[depth], 1))
    numeric = reference.complex_step(lambda x: reference.forward(problem.net, problem.layers, x).sum(), problem.x)
    assert_close(call("input_gradient", problem), numeric, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("system", FIXED)
def test_input_jacobian_against_central_differences(system: str) -> None:
    problem = default_problem(system)
    jacobians = call("input_jacobian", problem)
    for k in range(2):
        numeric = reference.central_difference(
            lambda x, k=k: problem.module.forward(problem.params, x)[k].sum(),  # type: ignore[misc]
            problem.x,
        )
        assert_close(jacobians[:, k, :].T, numeric, rtol=1e-6, atol=1e-9)


# --- values known without any computation ---------------------------------------------------


def _zero_network(system: str, sizes: tuple[int, ...]) -> Any:
    layers = [(np.zeros((m, n)), np.zeros((m, 1))) for n, m in pairwise(sizes)]
    return reference.to_parameters(load(system).Parameters, layers)


@pytest.mark.parametrize(
    ("system", "value"),
    [
        ("deep_mse", 3 / 8),  # ½ · K · ¼: every output is ½, every target 0 or 1
        ("regression", 2.0),  # two ones per sample in the targets, outputs 0
        ("classification_mse", 3 / 4),
        ("classification_bce", np.log(2)),  # the factor 1/K makes it independent of K
    ],
)
def test_loss_of_the_zero_network(system: str, value: float) -> None:
    y = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    params = _zero_network(system, (2, 4, 3))
    assert load(system).loss(params, np.ones((2, 2)), y) == pytest.approx(value, rel=1e-14)


def test_output_of_the_zero_deep_scalar_network() -> None:
    outputs = load("deep_scalar").forward(_zero_network("deep_scalar", (2, 3, 1)), np.ones((2, 4)))
    np.testing.assert_array_equal(outputs, np.full((1, 4), 0.5))


@pytest.mark.parametrize("zero", [0.0, -0.0], ids=["plus-zero", "minus-zero"])
def test_relu_has_derivative_zero_at_zero(zero: float) -> None:
    """Hidden unit 1 sits at z = 0 and must pass nothing back; hidden unit 2 is active."""
    module = load("regression")
    params = module.Parameters(
        W1=np.array([[1.0, -1.0], [1.0, 1.0]]),
        b1=np.array([[zero], [0.0]]),
        W2=np.array([[5.0, 3.0]]),
        b2=np.array([[1.0]]),
    )
    x, y = np.array([[1.0], [1.0]]), np.array([[2.0]])
    # z¹ = (0, 2), ŷ = 7, ∂C/∂ŷ = 10, δ² = 10, δ¹ = (0, 30).
    objective, gradients = module.loss_and_gradients(params, x, y)
    assert objective == 25.0
    np.testing.assert_array_equal(gradients.W1, [[0.0, 0.0], [30.0, 30.0]])
    np.testing.assert_array_equal(gradients.b1, [[0.0], [30.0]])
    np.testing.assert_array_equal(gradients.W2, [[0.0, 20.0]])
    np.testing.assert_array_equal(gradients.b2, [[10.0]])
    np.testing.assert_array_equal(module.loss_input_gradient(params, x, y), [[30.0], [30.0]])
    np.testing.assert_array_equal(module.input_jacobian(params, x), [[[3.0, 3.0]]])


# --- the interface --------------------------------------------------------------------------


@every_call
def test_function_exists(system: str, function: str) -> None:
    assert callable(getattr(load(system), function))


@pytest.mark.parametrize("function", WITH_TARGET)
def test_deep_scalar_has_no_loss(function: str) -> None:
    assert not hasattr(load("deep_scalar"), function)


@every_system
def test_parameters_fields(system: str) -> None:
    fields = ("W", "b") if system in DEEP else ("W1", "b1", "W2", "b2")
    parameters = load(system).Parameters
    assert issubclass(parameters, tuple)
    assert parameters._fields == fields


@every_system_with_loss
def test_loss_is_a_python_float(system: str) -> None:
    for dtype in (np.float64, np.float32):
        problem = default_problem(system, dtype=dtype)
        # np.float64 is a subclass of float, so isinstance would not see it.
        assert type(call("loss", problem)) is float
        assert type(call("loss_and_gradients", problem)[0]) is float


@every_system_with_loss
def test_loss_and_gradients_gives_the_loss(system: str) -> None:
    problem = default_problem(system)
    assert call("loss_and_gradients", problem)[0] == pytest.approx(call("loss", problem), rel=1e-14)


@every_system
def test_gradients_come_as_parameters(system: str) -> None:
    problem = default_problem(system)
    gradients = _generated_gradients(problem)
    assert type(gradients) is problem.module.Parameters
    for gradient, parameter in zip(leaves(gradients), leaves(problem.params), strict=True):
        assert gradient.shape == parameter.shape


@both_dtypes
@every_call
def test_dtype_is_preserved(system: str, function: str, dtype: npt.DTypeLike) -> None:
    result = call(function, default_problem(system, function, dtype))
    arrays = [leaf for leaf in leaves(result) if not isinstance(leaf, float)]
    assert [array.dtype for array in arrays] == [np.dtype(dtype)] * len(arrays)


@every_call
def test_inputs_are_not_modified(system: str, function: str) -> None:
    problem = default_problem(system, function)
    inputs = [*leaves(problem.params), problem.x, problem.y]
    before = [array.copy() for array in inputs]
    call(function, problem)
    for array, copy in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(array, copy)


@every_call
def test_inputs_may_be_read_only(system: str, function: str) -> None:
    problem = default_problem(system, function)
    for array in [*leaves(problem.params), problem.x, problem.y]:
        array.flags.writeable = False
    assert_close(call(function, problem), expected(function, problem), rtol=1e-10)


@every_call
def test_results_are_not_views_of_the_inputs(system: str, function: str) -> None:
    """A training loop updates in place: a gradient must not change with its parameter."""
    problem = default_problem(system, function)
    arrays = [leaf for leaf in leaves(call(function, problem)) if not isinstance(leaf, float)]
    for array in arrays:
        for given in [*leaves(problem.params), problem.x, problem.y]:
            assert not np.shares_memory(array, given)


def _strided(array: Array) -> Array:
    """The same numbers, every other column of a wider array whose rest is NaN."""
    wide = np.full((array.shape[0], 2 * array.shape[1]), np.nan)
    wide[:, ::2] = array
    return wide[:, ::2]


@pytest.mark.parametrize("layout", [np.asfortranarray, _strided], ids=["fortran", "strided"])
@every_call
def test_memory_layout_does_not_matter(system: str, function: str, layout: Callable[[Array], Array]) -> None:
    problem = default_problem(system, function)
    layers = [(layout(W), layout(b)) for W, b in problem.layers]
    laid_out = problem._replace(
        params=reference.to_parameters(problem.module.Parameters, layers),
        x=layout(problem.x),
        y=layout(problem.y),
    )
    assert not laid_out.x.flags.c_contiguous
    assert_close(call(function, laid_out), call(function, problem), rtol=1e-12)


# --- initial parameters ---------------------------------------------------------------------


def _init(system: str, sizes: tuple[int, ...], seed: int = 0, **options: Any) -> Any:
    return load(system).init_parameters(sizes, np.random.default_rng(seed), **options)


def _init_sizes(system: str) -> tuple[int, ...]:
    return (3, 4, 6, output_size(system, "loss")) if system in DEEP else (3, 4, 2)


@every_system
def test_initial_shapes(system: str) -> None:
    sizes = _init_sizes(system)
    params = _init(system, sizes)
    assert type(params) is load(system).Parameters
    shapes = [(W.shape, b.shape) for W, b in reference.to_layers(params)]
    assert shapes == [((m, n), (m, 1)) for n, m in pairwise(sizes)]


@pytest.mark.parametrize("system", DEEP)
def test_initial_parameters_of_a_single_layer(system: str) -> None:
    params = _init(system, (3, 1))
    assert [array.shape for array in leaves(params)] == [(1, 3), (1, 1)]


@pytest.mark.parametrize("system", DEEP)
def test_initial_parameters_are_tuples_of_layers(system: str) -> None:
    params = _init(system, _init_sizes(system))
    assert isinstance(params.W, tuple)
    assert isinstance(params.b, tuple)


@every_system
def test_initial_dtype(system: str) -> None:
    sizes = _init_sizes(system)
    assert {array.dtype for array in leaves(_init(system, sizes))} == {np.dtype(np.float64)}
    single = _init(system, sizes, dtype=np.float32)
    assert {array.dtype for array in leaves(single)} == {np.dtype(np.float32)}


@every_system
def test_initial_biases_are_zero(system: str) -> None:
    for _, b in reference.to_layers(_init(system, _init_sizes(system))):
        np.testing.assert_array_equal(b, np.zeros_like(b))


@every_system
def test_initial_parameters_depend_on_the_generator_only(system: str) -> None:
    sizes = _init_sizes(system)
    first, again = _init(system, sizes, seed=1), _init(system, sizes, seed=1)
    assert_close(first, again, rtol=0.0)
    (W, _), (W_other, _) = (reference.to_layers(_init(system, sizes, seed=s))[0] for s in (1, 2))
    assert not np.any(np.equal(W, W_other))


@every_system
def test_initial_weights_advance_the_generator(system: str) -> None:
    """Two networks from one generator differ: the seed is not taken out of it and reused."""
    rng, sizes = np.random.default_rng(0), _init_sizes(system)
    (W, _), (W_next, _) = (reference.to_layers(load(system).init_parameters(sizes, rng))[0] for _ in range(2))
    assert not np.any(np.equal(W, W_next))


@every_system
def test_initial_layers_differ(system: str) -> None:
    sizes = (5, 5, 5, 1) if system in DEEP else (5, 5, 5)
    (W1, _), (W2, _), *_ = reference.to_layers(_init(system, sizes))
    correlation = np.corrcoef(W1.ravel(), W2.ravel())[0, 1]
    assert abs(correlation) < 0.9


@every_system
def test_initial_variance_is_xavier_or_he(system: str) -> None:
    """ReLU: Var W = 2/n_in (He); sigmoid and identity: Var W = 2/(n_in + n_out) (Xavier)."""
    sizes = (900, 300, 700, 1) if system == "deep_scalar" else (900, 300, 700)
    activations = reference.network(system, depth=len(sizes) - 1).activations
    layers = reference.to_layers(_init(system, sizes))
    for (W, _), activation in zip(layers, activations, strict=True):
        n_out, n_in = W.shape
        variance = 2 / n_in if activation == "relu" else 2 / (n_in + n_out)
        # A sample variance scatters by about √(2/size) of itself; mean by √(Var/size).
        assert W.var() == pytest.approx(variance, rel=6 * np.sqrt(2 / W.size))
        assert abs(W.mean()) < 6 * np.sqrt(variance / W.size)


@both_dtypes
@every_system
def test_initial_parameters_fit_the_forward_pass(system: str, dtype: npt.DTypeLike) -> None:
    sizes = _init_sizes(system)
    outputs = load(system).forward(_init(system, sizes, dtype=dtype), np.ones((sizes[0], 2), dtype=dtype))
    assert outputs.shape == (sizes[-1], 2)
    assert outputs.dtype == dtype


# --- shape errors ---------------------------------------------------------------------------
# The network is (3, 4, K) with five samples.  A dimension of the expected shape that the other
# arguments leave open is None below.

Shape = tuple[int, ...]
Expected = tuple[int | None, ...]


def _bad_data(function: str, K: int) -> Iterator[tuple[str, Shape, Expected]]:
    """(argument, shape given, shape expected) for x and y; the last ones would broadcast."""
    for shape in [(), (3,), (3, 5, 1), (4, 5), (5, 3), (1, 5)]:
        yield "x", shape, (3, None)
    if function in WITH_TARGET:
        for shape in [(), (5,), (K,), (K, 5, 1), (3, 5), (5, K), (K, 4), (K, 1), (1, 1)]:
            yield "y", shape, (K, 5)
        if K != 1:
            yield "y", (1, 5), (K, 5)


def _bad_parameters(K: int) -> Iterator[tuple[str, Shape, Expected]]:
    """(argument, shape given, shape expected); wrong biases would often broadcast."""
    for shape in [(), (12,), (1, 4, 3)]:
        yield "W1", shape, (None, None)
    for shape in [(), (4,), (4, 1, 1), (5, 1), (1, 4), (1, 1), (4, 5)]:
        yield "b1", shape, (4, 1)
    for shape in [(), (4,), (K, 4, 1), (K, 3), (K, 1)]:
        yield "W2", shape, (None, 4)
    for shape in [(), (K,), (K, 1, 1), (K + 1, 1), (K, 5)]:
        yield "b2", shape, (K, 1)
    if K != 1:
        yield "b2", (1, 1), (K, 1)


def _shape_errors() -> Iterator[Any]:
    for system, function in CALLS:
        K = output_size(system, function)
        for argument, given, wanted in [*_bad_data(function, K), *_bad_parameters(K)]:
            label = f"{system}-{function}-{argument}-{given}".replace(" ", "")
            yield pytest.param(system, function, argument, given, wanted, id=label)


def _with_shape(problem: Problem, argument: str, shape: Shape) -> Problem:
    """The problem with one argument (x, y, W1, b1, W2 or b2) replaced by ones of that shape."""
    ones = np.ones(shape)
    if argument == "x":
        return problem._replace(x=ones)
    if argument == "y":
        return problem._replace(y=ones)
    layers = list(problem.layers)
    layer = int(argument[1]) - 1
    W, b = layers[layer]
    layers[layer] = (ones, b) if argument[0] == "W" else (W, ones)
    return problem._replace(params=reference.to_parameters(problem.module.Parameters, layers))


def _names(message: str, argument: str, system: str) -> bool:
    """Whether the message names the argument; a layer of a tuple counts from 0 or from 1."""
    if argument in ("x", "y") or system in FIXED:
        return re.search(rf"\b{argument}\b", message) is not None
    field, layer = argument[0], int(argument[1])
    return re.search(rf"\b{field}(?![a-z])[^0-9(]*({layer - 1}|{layer})\b", message) is not None


def _shape_pattern(wanted: Expected) -> str:
    """A shape in print: a size may be its number or its name, an open one anything."""
    sizes = [r"[^(),]+" if size is None else rf"({size}|[A-Za-z][^(),]*)" for size in wanted]
    return r"\(" + r",\s*".join(sizes) + r",?\)"


@pytest.mark.parametrize(("system", "function", "argument", "given", "wanted"), list(_shape_errors()))
def test_wrong_shape_is_a_value_error(
    system: str, function: str, argument: str, given: Shape, wanted: Expected
) -> None:
    problem = _with_shape(default_problem(system, function), argument, given)
    with pytest.raises(ValueError, match=re.escape(str(given))) as caught:
        call(function, problem)
    message = str(caught.value)
    assert _names(message, argument, system), message
    assert re.search(_shape_pattern(wanted), message.replace(str(given), "")), message


@pytest.mark.parametrize("shape", [(5, 3), (4, 2), (4, 5), (3, 4), (1, 3), (4, 1)])
@every_call
def test_first_weights_that_do_not_fit_are_a_value_error(system: str, function: str, shape: Shape) -> None:
    """Which of W1 and its neighbours is at fault is open, so any of them may be named."""
    problem = _with_shape(default_problem(system, function), "W1", shape)
    with pytest.raises(ValueError, match=r"\(\d+, \d+\)") as caught:
        call(function, problem)
    message = str(caught.value)
    assert any(_names(message, name, system) for name in ("W1", "b1", "W2", "x")), message


@pytest.mark.parametrize(("system", "function"), [c for c in CALLS if c[0] in DEEP])
def test_as_many_biases_as_weights(system: str, function: str) -> None:
    """A zip that stops at the shorter tuple would compute another network without a word."""
    problem = make_problem(system, (1, 1, 1))
    W, b = problem.params
    for params in (problem.params._replace(W=W[:1]), problem.params._replace(b=b[:1])):
        with pytest.raises(ValueError, match=r"\b[Wb]\b"):
            call(function, problem._replace(params=params))


@pytest.mark.parametrize("function", FUNCTIONS["deep_scalar"])
def test_deep_scalar_has_one_output(function: str) -> None:
    layers = reference.random_layers((3, 4, 2), np.random.default_rng(0))
    problem = default_problem("deep_scalar")
    params = reference.to_parameters(problem.module.Parameters, layers)
    with pytest.raises(ValueError, match=r"\(2, 4\)") as caught:
        call(function, problem._replace(params=params))
    assert _names(str(caught.value), "W2", "deep_scalar")
    assert re.search(_shape_pattern((1, 4)), str(caught.value))


@pytest.mark.parametrize("depth", [1, 3])
def test_input_gradient_of_deep_mse_needs_one_output(depth: int) -> None:
    problem = make_problem("deep_mse", (3, *HIDDEN_SIZES[depth], 2))
    with pytest.raises(ValueError, match=r"\bW|output|scalar"):
        call("input_gradient", problem)


# --- large pre-activations ------------------------------------------------------------------


def _saturated(problem: Problem, how: str, dtype: npt.DTypeLike) -> Problem:
    """The problem with pre-activations near ±10⁴ of both signs, from the biases or the data."""
    layers = problem.layers
    x = problem.x
    if how == "biases":  # in every layer
        layers = [(W, 1e4 * np.where(np.indices(b.shape)[0] % 2, -1.0, 1.0)) for W, b in layers]
    elif how == "negative-biases":
        layers = [(W, np.full(b.shape, -1e4)) for W, b in layers]
    elif how == "weights":  # in every layer that sees an active unit
        layers = [(1e4 * np.sign(W), b) for W, b in layers]
        x = np.sign(x)
    else:
        x = 1e4 * np.sign(x)
    layers = [(W.astype(dtype), b.astype(dtype)) for W, b in layers]
    params = reference.to_parameters(problem.module.Parameters, layers)
    return problem._replace(params=params, x=x.astype(dtype), y=problem.y.astype(dtype))


@both_dtypes
@pytest.mark.parametrize("how", ["biases", "negative-biases", "weights", "data"])
@every_call
def test_large_pre_activations_are_finite(system: str, function: str, how: str, dtype: npt.DTypeLike) -> None:
    problem = _saturated(default_problem(system, function), how, dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = call(function, problem)
    for leaf in leaves(result):
        assert np.all(np.isfinite(leaf))


@pytest.mark.parametrize("system", DEEP + FIXED[1:])
def test_saturated_sigmoid_is_exactly_zero_or_one(system: str) -> None:
    problem = _saturated(default_problem(system, "input_gradient"), "biases", np.float64)
    np.testing.assert_array_equal(call("forward", problem), np.ones((1, 5)))
    negative = _saturated(default_problem(system, "input_gradient"), "negative-biases", np.float64)
    np.testing.assert_array_equal(call("forward", negative), np.zeros((1, 5)))


def _with_logits(z: Array) -> tuple[Any, Any, Array]:
    """A cross-entropy network whose output pre-activations are z (K, 1), whatever its input."""
    module = load("classification_bce")
    K = z.shape[0]
    params = module.Parameters(W1=np.ones((1, 1)), b1=np.zeros((1, 1)), W2=np.zeros((K, 1)), b2=z)
    return module, params, np.zeros((1, 1))


@pytest.mark.parametrize("magnitude", [1.0, 20.0, 40.0, 100.0, 1000.0, 1e4])
def test_cross_entropy_of_large_logits_is_exact(magnitude: float) -> None:
    """−log σ(z) is log(1 + e^(−z)), so |z| and not a clipped logarithm where y is wrong."""
    z = np.array([[magnitude], [magnitude], [-magnitude], [-magnitude]])
    y = np.array([[0.0], [1.0], [0.0], [1.0]])
    module, params, x = _with_logits(z)
    wanted = float(np.mean(np.logaddexp(0.0, z) - y * z))
    assert module.loss(params, x, y) == pytest.approx(wanted, rel=1e-14)
    assert module.loss_and_gradients(params, x, y)[0] == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize("magnitude", [1.0, 20.0, 40.0, 100.0, 1000.0, 1e4])
def test_cross_entropy_gradient_of_large_logits_is_exact(magnitude: float) -> None:
    """∂C/∂z = (σ(z) − y)/K: a confident error pulls with full force, it does not vanish."""
    z = np.array([[magnitude], [magnitude], [-magnitude], [-magnitude]])
    y = np.array([[0.0], [1.0], [0.0], [1.0]])
    module, params, x = _with_logits(z)
    _, gradients = module.loss_and_gradients(params, x, y)
    p = 1 / (1 + np.exp(-magnitude))
    wanted = np.array([[p], [p - 1], [1 - p], [-p]]) / 4
    assert_close(gradients.b2, wanted, rtol=1e-12, atol=1e-16)
    # The hidden unit is at ½, so ∂C/∂W² is half of ∂C/∂b².
    assert_close(gradients.W2, wanted / 2, rtol=1e-12, atol=1e-16)


# --- NaN ------------------------------------------------------------------------------------


@every_call
def test_nan_in_one_input_reaches_everything_it_touches(system: str, function: str) -> None:
    problem = default_problem(system, function)
    problem.x[1, 2] = np.nan
    result = call(function, problem)
    if function in ("forward", "input_gradient", "loss_input_gradient"):
        assert np.all(np.isnan(result[:, 2]))
        assert np.all(np.isfinite(np.delete(result, 2, axis=1)))
    elif function == "input_jacobian":
        assert np.all(np.isnan(result[2]))
        assert np.all(np.isfinite(np.delete(result, 2, axis=0)))
    else:
        for leaf in leaves(result):
            assert np.all(np.isnan(leaf))


@pytest.mark.parametrize("function", WITH_TARGET)
@every_system_with_loss
def test_nan_in_a_target(system: str, function: str) -> None:
    problem = default_problem(system)
    problem.y[1, 2] = np.nan
    result = call(function, problem)
    if function == "loss_input_gradient":
        assert np.all(np.isnan(result[:, 2]))
        assert np.all(np.isfinite(np.delete(result, 2, axis=1)))
    else:
        objective, *gradients = leaves(result)
        assert np.isnan(objective)
        for gradient in gradients:
            assert np.any(np.isnan(gradient))


@pytest.mark.parametrize("argument", ["W1", "b1", "W2", "b2"])
@every_system
def test_nan_in_a_parameter(system: str, argument: str) -> None:
    problem = default_problem(system)
    W, b = problem.layers[int(argument[1]) - 1]
    (W if argument[0] == "W" else b)[0, 0] = np.nan
    params = reference.to_parameters(problem.module.Parameters, problem.layers)
    problem = problem._replace(params=params)
    assert np.all(np.isnan(call("forward", problem)[0]))
    if system in WITH_LOSS:
        assert np.isnan(call("loss", problem))
        objective, gradients = call("loss_and_gradients", problem)
        assert np.isnan(objective)
    else:
        gradients = call("output_gradients", problem)
    # The output layer's own gradients see it in any case.
    _, db = reference.to_layers(gradients)[-1]
    assert np.isnan(db[0, 0])


# --- training -------------------------------------------------------------------------------


def _descend(problem: Problem, rate: float, steps: int) -> Any:
    """The parameters after plain gradient descent."""
    params = problem.params
    for _ in range(steps):
        gradients = _generated_gradients(problem._replace(params=params))
        moved = [
            (W - rate * dW, b - rate * db)
            for (W, b), (dW, db) in zip(reference.to_layers(params), reference.to_layers(gradients), strict=True)
        ]
        params = reference.to_parameters(problem.module.Parameters, moved)
    return params


@pytest.mark.parametrize(
    ("system", "rate"),
    [
        ("deep_mse", 2.0),
        ("regression", 0.05),
        ("classification_mse", 1.0),
        ("classification_bce", 2.0),
    ],
)
def test_gradient_descent_learns(system: str, rate: float) -> None:
    """From `init_parameters`, on targets a straight line separates."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(2, 40))
    y = np.stack([x[0] > x[1], x[0] + x[1] > 0]).astype(float)
    problem = make_problem(system, (2, 6, 2))._replace(x=x, y=y, params=_init(system, (2, 6, 2)))
    before = call("loss", problem)
    after = call("loss", problem._replace(params=_descend(problem, rate, steps=300)))
    assert after < before / 3


def test_gradient_descent_lowers_the_output_of_deep_scalar() -> None:
    problem = make_problem("deep_scalar", (3, 4, 1))
    before = call("forward", problem).mean()
    after = call("forward", problem._replace(params=_descend(problem, 5.0, steps=100))).mean()
    assert after < min(before, 0.05)


# --- dependencies ---------------------------------------------------------------------------


def _imported_packages(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # A relative import would tie the file to its neighbours: "" is not allowed below.
            yield "" if node.level else str(node.module).partition(".")[0]


@every_system
def test_imports_numpy_and_the_standard_library_only(system: str) -> None:
    source = Path(load(system).__file__).read_text(encoding="utf-8")
    imported = set(_imported_packages(ast.parse(source)))
    assert "numpy" in imported
    assert imported <= {"numpy"} | sys.stdlib_module_names


@every_system
def test_works_as_a_copied_file(system: str, tmp_path: Path) -> None:
    """Alone in a directory, where neither the project nor its packages can be imported."""
    copy = tmp_path / "copied.py"
    copy.write_bytes(Path(load(system).__file__).read_bytes())
    program = (
        "import sys; sys.path.insert(0, '.'); import numpy, copied\n"
        "sizes = (2, 3, 1)\n"
        "params = copied.init_parameters(sizes, numpy.random.default_rng(0))\n"
        "print(copied.forward(params, numpy.ones((2, 4))).shape)\n"
        "assert not {'sympy', 'symbolic', 'codegen', 'generated'} & set(sys.modules)\n"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout.strip()) == (0, "(1, 4)"), run.stderr
