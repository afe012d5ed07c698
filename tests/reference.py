"""Backpropagation a second time, by hand: what the generated modules are measured against.

Nothing here is shared with the code generator.  A network is a list of (W, b) and a list of
activation names, samples are visited one after the other and units one after the other, and
every formula is written for scalars.  Slow and plain on purpose.

Notation: layer l computes z^[l] = W^[l] a^[l−1] + b^[l] and a^[l] = σ(z^[l]), a^[0] = x, and
δ^[l] = ∂C/∂z^[l].  Arrays hold samples as columns: x is (n, N), y and the output are (K, N).

Values (not derivatives) also work on complex numbers, which is what `complex_step` needs: no
formula takes an absolute value or a conjugate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Scalar = Any  # float or complex; complex only inside `complex_step`
Vector = list[Scalar]  # the units of one layer, for one sample
Layers = list[tuple[Array, Array]]  # (W, b) with W (out, in) and b (out, 1), first layer first


# The five systems, by what their depth is: any number of layers, or two.
DEEP = ("deep_scalar", "deep_mse")
FIXED = ("regression", "classification_mse", "classification_bce")


# --- activations ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Activation:
    """σ and σ′, both as functions of one pre-activation z."""

    value: Callable[[Scalar], Scalar]
    derivative: Callable[[Scalar], Scalar]


def _sigmoid(z: Scalar) -> Scalar:
    return 1 / (1 + np.exp(-z))


def _sigmoid_derivative(z: Scalar) -> Scalar:
    return _sigmoid(z) * (1 - _sigmoid(z))


def _relu(z: Scalar) -> Scalar:
    # The real part alone picks the branch, so that a complex step stays on it.
    return z if np.real(z) > 0 else 0 * z


def _relu_derivative(z: Scalar) -> Scalar:
    # σ′(0) = 0 is the convention of the generated modules.
    return 1.0 if np.real(z) > 0 else 0.0


ACTIVATIONS = {
    "sigmoid": Activation(_sigmoid, _sigmoid_derivative),
    "relu": Activation(_relu, _relu_derivative),
    "identity": Activation(lambda z: z, lambda z: 1.0),
}


# --- objectives of one sample ---------------------------------------------------------------


@dataclass(frozen=True)
class Loss:
    """C(a, y) of one sample and the vector ∂C/∂a; a is the output, y the target."""

    value: Callable[[Vector, Vector], Scalar]
    derivative: Callable[[Vector, Vector], Vector]


def _output(a: Vector, y: Vector) -> Scalar:
    (only,) = a  # defined for a single output unit; there is no target
    return only


def _squared_error(a: Vector, y: Vector) -> Scalar:
    return sum((a_k - y_k) ** 2 for a_k, y_k in zip(a, y, strict=True))


def _squared_error_derivative(a: Vector, y: Vector) -> Vector:
    return [2 * (a_k - y_k) for a_k, y_k in zip(a, y, strict=True)]


def _half_squared_error(a: Vector, y: Vector) -> Scalar:
    return _squared_error(a, y) / 2


def _half_squared_error_derivative(a: Vector, y: Vector) -> Vector:
    return [a_k - y_k for a_k, y_k in zip(a, y, strict=True)]


def _cross_entropy(a: Vector, y: Vector) -> Scalar:
    terms = [y_k * np.log(a_k) + (1 - y_k) * np.log(1 - a_k) for a_k, y_k in zip(a, y, strict=True)]
    return -sum(terms) / len(a)


def _cross_entropy_derivative(a: Vector, y: Vector) -> Vector:
    return [-(y_k / a_k - (1 - y_k) / (1 - a_k)) / len(a) for a_k, y_k in zip(a, y, strict=True)]


LOSSES = {
    "output": Loss(_output, lambda a, y: [1.0]),
    "half_squared_error": Loss(_half_squared_error, _half_squared_error_derivative),
    "squared_error": Loss(_squared_error, _squared_error_derivative),
    "binary_cross_entropy": Loss(_cross_entropy, _cross_entropy_derivative),
}


# --- networks -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Network:
    """The activation of every layer, first layer first, and the objective, all by name."""

    activations: tuple[str, ...]
    loss: str


def network(system: str, depth: int = 2) -> Network:
    """The network of one of the five systems; `depth` counts for the deep ones only."""
    match system:
        case "deep_scalar":
            return Network(("sigmoid",) * depth, "output")
        case "deep_mse":
            return Network(("sigmoid",) * depth, "half_squared_error")
        case "regression":
            return Network(("relu", "identity"), "squared_error")
        case "classification_mse":
            return Network(("sigmoid", "sigmoid"), "squared_error")
        case "classification_bce":
            return Network(("sigmoid", "sigmoid"), "binary_cross_entropy")
    raise KeyError(system)


def random_layers(sizes: tuple[int, ...], rng: np.random.Generator) -> Layers:
    """Normal weights and biases (biases too, or their gradients would see only b = 0)."""
    return [(rng.normal(size=(n_out, n_in)), rng.normal(size=(n_out, 1))) for n_in, n_out in pairwise(sizes)]


# --- one sample -----------------------------------------------------------------------------


class Trace(NamedTuple):
    """What one forward pass leaves behind: z^[1]…z^[L] and a^[0]…a^[L]."""

    z: list[Vector]
    a: list[Vector]


def propagate(net: Network, layers: Layers, sample: Vector) -> Trace:
    """Forward pass of one sample: z_i = Σ_j W_ij a_j + b_i, a_i = σ(z_i)."""
    trace = Trace(z=[], a=[sample])
    for (W, b), name in zip(layers, net.activations, strict=True):
        rows, columns = W.shape
        a = trace.a[-1]
        z = [sum(W[i, j] * a[j] for j in range(columns)) + b[i, 0] for i in range(rows)]
        trace.z.append(z)
        trace.a.append([ACTIVATIONS[name].value(z_i) for z_i in z])
    return trace


def backpropagate(net: Network, layers: Layers, trace: Trace, seed: Vector) -> tuple[list[Vector], Vector]:
    """From seed = ∂C/∂a^[L] to (δ^[1]…δ^[L], ∂C/∂x) of one sample."""
    deltas: list[Vector] = []
    upstream = seed
    for (W, _), name, z in reversed(list(zip(layers, net.activations, trace.z, strict=True))):
        rows, columns = W.shape
        delta = [upstream[i] * ACTIVATIONS[name].derivative(z[i]) for i in range(rows)]
        upstream = [sum(W[i, j] * delta[i] for i in range(rows)) for j in range(columns)]
        deltas.insert(0, delta)
    return deltas, upstream


# --- all samples ----------------------------------------------------------------------------


def _samples(x: Array, y: Array | None) -> Iterator[tuple[Vector, Vector]]:
    """The columns of x with their targets (no target at all where there is no y)."""
    for s in range(x.shape[1]):
        yield list(x[:, s]), ([] if y is None else list(y[:, s]))


def forward(net: Network, layers: Layers, x: Array) -> Array:
    """The outputs, (K, N)."""
    outputs = [propagate(net, layers, sample).a[-1] for sample, _ in _samples(x, None)]
    return np.array(outputs).T


def loss(net: Network, layers: Layers, x: Array, y: Array | None = None) -> Scalar:
    """The objective: the mean over the samples of each sample's own."""
    value = LOSSES[net.loss].value
    total = sum(value(propagate(net, layers, sample).a[-1], target) for sample, target in _samples(x, y))
    return total / x.shape[1]


def gradients(net: Network, layers: Layers, x: Array, y: Array | None = None) -> Layers:
    """∂/∂W and ∂/∂b of the objective, layer by layer."""
    total = [(np.zeros_like(W), np.zeros_like(b)) for W, b in layers]
    for sample, target in _samples(x, y):
        trace = propagate(net, layers, sample)
        seed = LOSSES[net.loss].derivative(trace.a[-1], target)
        deltas, _ = backpropagate(net, layers, trace, seed)
        for (dW, db), delta, a in zip(total, deltas, trace.a[:-1], strict=True):
            for i, j in np.ndindex(dW.shape):
                dW[i, j] += delta[i] * a[j] / x.shape[1]
            for i in range(len(delta)):
                db[i, 0] += delta[i] / x.shape[1]
    return total


def loss_input_gradients(net: Network, layers: Layers, x: Array, y: Array | None = None) -> Array:
    """∇ₓ of each sample's own objective, (n, N): no mean, hence no 1/N."""
    columns = []
    for sample, target in _samples(x, y):
        trace = propagate(net, layers, sample)
        seed = LOSSES[net.loss].derivative(trace.a[-1], target)
        columns.append(backpropagate(net, layers, trace, seed)[1])
    return np.array(columns).T


def input_jacobians(net: Network, layers: Layers, x: Array) -> Array:
    """∂a_k^[L]/∂x_j of each sample, (N, K, n): one backward pass per output unit."""
    jacobians = []
    for sample, _ in _samples(x, None):
        trace = propagate(net, layers, sample)
        unit_vectors = np.eye(len(trace.a[-1])).tolist()
        jacobians.append([backpropagate(net, layers, trace, e)[1] for e in unit_vectors])
    return np.array(jacobians)


def input_gradients(net: Network, layers: Layers, x: Array) -> Array:
    """∇ₓ a^[L] of each sample, (n, N), for a network with a single output unit."""
    jacobians = input_jacobians(net, layers, x)
    if jacobians.shape[1] != 1:
        raise ValueError("the output has to be a scalar")
    return jacobians[:, 0, :].T


# --- derivatives without backpropagation ----------------------------------------------------


def central_difference(f: Callable[[Array], Scalar], array: Array, step: float = 1e-5) -> Array:
    """(f(x + h e) − f(x − h e)) / 2h for every entry of x; error O(h²) + O(ε/h)."""
    result = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        above, below = array.copy(), array.copy()
        above[index] += step
        below[index] -= step
        result[index] = (f(above) - f(below)) / (2 * step)
    return result


def complex_step(f: Callable[[Array], Scalar], array: Array, step: float = 1e-30) -> Array:
    """Im f(x + i h e) / h for every entry of x: nothing cancels, so exact to rounding."""
    result = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        shifted = array.astype(complex)
        shifted[index] += 1j * step
        result[index] = np.imag(f(shifted)) / step
    return result


# --- one vector θ of all the parameters, and the generated modules' Parameters --------------


def flatten(layers: Layers) -> Array:
    """All parameters as one vector θ: W^[1], b^[1], W^[2], …, each by rows."""
    return np.concatenate([array.ravel() for layer in layers for array in layer])


def unflatten(theta: Array, like: Layers) -> Layers:
    """The layers of which θ is the `flatten`; shapes are taken from `like`."""
    layers: Layers = []
    start = 0
    for W, b in like:
        middle, end = start + W.size, start + W.size + b.size
        layers.append((theta[start:middle].reshape(W.shape), theta[middle:end].reshape(b.shape)))
        start = end
    return layers


def to_parameters(parameters: Any, layers: Layers) -> Any:
    """`layers` as a generated module's `Parameters` (the class is passed in)."""
    if parameters._fields == ("W", "b"):
        return parameters(tuple(W for W, _ in layers), tuple(b for _, b in layers))
    (W1, b1), (W2, b2) = layers
    return parameters(W1=W1, b1=b1, W2=W2, b2=b2)


def to_layers(params: Any) -> Layers:
    """The inverse of `to_parameters`."""
    if params._fields == ("W", "b"):
        return list(zip(params.W, params.b, strict=True))
    return [(params.W1, params.b1), (params.W2, params.b2)]
