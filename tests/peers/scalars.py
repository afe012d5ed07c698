"""Activations by hand: f and f′ as textbooks define them, on arrays of columns (units, samples).

Values work on complex numbers too, to first order in the imaginary part, which is all that a complex step asks: the
real part alone picks a branch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Activation:
    """f(z, *p) and f′(z, *p), with the defaults of p."""

    value: Callable[..., Any]
    derivative: Callable[..., Any]
    defaults: tuple[float, ...] = ()


def above(z: Any, bound: float = 0.0) -> Any:
    """Where Re z > bound."""
    return np.real(z) > bound


def magnitude(z: Any) -> Any:
    """|z|, ±z by the sign of Re z."""
    return np.where(above(z), z, -z)


def clip(z: Any, low: float, high: float) -> Any:
    """z between two bounds."""
    return np.where(above(z, high), high, np.where(above(z, low), z, low))


def between(z: Any, low: float, high: float) -> Any:
    """The derivative of clip: 1 between the bounds, else 0."""
    return np.where(above(z, low) & ~above(z, high), 1.0, 0.0)


def sigmoid(z: Any) -> Any:
    small = np.exp(-magnitude(z))
    return np.where(above(z), 1 / (1 + small), small / (1 + small))


def sigmoid_slope(z: Any) -> Any:
    """σ(z) σ(−z); no 1 − σ(z), which cancels."""
    return sigmoid(z) * sigmoid(-z)


def positive(z: Any) -> Any:
    return np.where(above(z), z, 0 * z)


def negative(z: Any) -> Any:
    return np.where(above(z), 0 * z, z)


def softplus(z: Any, beta: float = 1.0) -> Any:
    return positive(z) + np.log1p(np.exp(-beta * magnitude(z))) / beta


def elu(z: Any, alpha: float) -> Any:
    return positive(z) + alpha * np.expm1(negative(z))


def elu_slope(z: Any, alpha: float) -> Any:
    return np.where(above(z), 1.0, alpha * np.exp(negative(z)))


def celu(z: Any, alpha: float) -> Any:
    return positive(z) + alpha * np.expm1(negative(z) / alpha)


def celu_slope(z: Any, alpha: float) -> Any:
    return np.where(above(z), 1.0, np.exp(negative(z) / alpha))


SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


def erf(z: Any) -> Any:
    """erf x + i h · 2/√π exp(−x²) of x + i h, from the standard library's erf."""
    x = np.real(z)
    value = np.vectorize(math.erf, otypes=[float])(x)
    return value + 1j * np.imag(z) * 2 / math.sqrt(math.pi) * np.exp(-(x**2)) if np.iscomplexobj(z) else value


def normal_density(z: Any) -> Any:
    return np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


def normal_distribution(z: Any) -> Any:
    return (1 + erf(z / math.sqrt(2))) / 2


def _gelu_tanh(z: Any) -> Any:
    return z / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))


def _gelu_tanh_slope(z: Any) -> Any:
    t = np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))
    return (1 + t) / 2 + z / 2 * (1 - t**2) * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z**2)


def _mish_slope(z: Any) -> Any:
    t = np.tanh(softplus(z))
    return t + z * (1 - t**2) * sigmoid(z)


def _hard_sigmoid(z: Any) -> Any:
    return clip(z / 6 + 0.5, 0.0, 1.0)


ACTIVATIONS: dict[str, Activation] = {
    "identity": Activation(lambda z: z, np.ones_like),
    "sigmoid": Activation(sigmoid, sigmoid_slope),
    "tanh": Activation(np.tanh, lambda z: 1 / np.cosh(clip(z, -350, 350)) ** 2),
    "relu": Activation(positive, lambda z: np.where(above(z), 1.0, 0.0)),
    "leaky_relu": Activation(
        lambda z, alpha: positive(z) + alpha * negative(z), lambda z, alpha: np.where(above(z), 1.0, alpha), (0.01,)
    ),
    "elu": Activation(elu, elu_slope, (1.0,)),
    "selu": Activation(lambda z: SELU_SCALE * elu(z, SELU_ALPHA), lambda z: SELU_SCALE * elu_slope(z, SELU_ALPHA)),
    "celu": Activation(celu, celu_slope, (1.0,)),
    "softplus": Activation(softplus, lambda z, beta: sigmoid(beta * z), (1.0,)),
    "softsign": Activation(lambda z: z / (1 + magnitude(z)), lambda z: 1 / (1 + magnitude(z)) ** 2),
    "silu": Activation(lambda z: z * sigmoid(z), lambda z: sigmoid(z) + z * sigmoid_slope(z)),
    "gelu": Activation(lambda z: z * normal_distribution(z), lambda z: normal_distribution(z) + z * normal_density(z)),
    "gelu_tanh": Activation(_gelu_tanh, _gelu_tanh_slope),
    "mish": Activation(lambda z: z * np.tanh(softplus(z)), _mish_slope),
    "hard_sigmoid": Activation(_hard_sigmoid, lambda z: between(z, -3, 3) / 6),
    "hard_tanh": Activation(lambda z: clip(z, -1, 1), lambda z: between(z, -1, 1)),
    "hard_swish": Activation(lambda z: z * _hard_sigmoid(z), lambda z: _hard_sigmoid(z) + z * between(z, -3, 3) / 6),
    "relu6": Activation(lambda z: clip(z, 0, 6), lambda z: between(z, 0, 6)),
    "squared_relu": Activation(lambda z: positive(z) ** 2, lambda z: 2 * positive(z)),
    "log_cosh": Activation(lambda z: magnitude(z) + np.log1p(np.exp(-2 * magnitude(z))) - math.log(2), np.tanh),
    "sin": Activation(np.sin, np.cos),
    "gaussian": Activation(lambda z: np.exp(-(z**2)), lambda z: -2 * z * np.exp(-(z**2))),
    "exp": Activation(np.exp, np.exp),
    "log_sigmoid": Activation(lambda z: -softplus(-z), lambda z: sigmoid(-z)),
    "tanhshrink": Activation(lambda z: z - np.tanh(z), lambda z: np.tanh(z) ** 2),
    "z/(1 + abs(z))": Activation(lambda z: z / (1 + magnitude(z)), lambda z: 1 / (1 + magnitude(z)) ** 2),
    "z*exp(-z^2)": Activation(lambda z: z * np.exp(-(z**2)), lambda z: (1 - 2 * z**2) * np.exp(-(z**2))),
    "max(0, z) + c*sin(z)": Activation(
        lambda z, c: positive(z) + c * np.sin(z), lambda z, c: np.where(above(z), 1.0, 0.0) + c * np.cos(z)
    ),
    "where(z > 0, z, kappa*z)": Activation(
        lambda z, kappa: positive(z) + kappa * negative(z), lambda z, kappa: np.where(above(z), 1.0, kappa)
    ),
}
"""Every activation of one number, and the formulas of `texts.FORMULAS`. Values at a kink are those of its left."""


# --- maps over the units of a sample ---------------------------------------------------------


def log_softmax(z: Array) -> Array:
    """z − log Σ exp z over the units, shifted by the largest so that nothing overflows."""
    shifted = z - np.max(np.real(z), axis=0, keepdims=True)
    return np.asarray(shifted - np.log(np.sum(np.exp(shifted), axis=0, keepdims=True)))


def softmax(z: Array) -> Array:
    return np.asarray(np.exp(log_softmax(z)))


def softmax_pullback(z: Array, upstream: Array) -> Array:
    """z̄ = a ∘ (ā − 𝟏 aᵀā)."""
    a = softmax(z)
    return np.asarray(a * (upstream - np.sum(a * upstream, axis=0, keepdims=True)))


def log_softmax_pullback(z: Array, upstream: Array) -> Array:
    """z̄ = ā − softmax(z) 𝟏ᵀā."""
    return np.asarray(upstream - softmax(z) * np.sum(upstream, axis=0, keepdims=True))


OVER_UNITS: dict[str, Activation] = {
    "softmax": Activation(softmax, softmax_pullback),
    "log_softmax": Activation(log_softmax, log_softmax_pullback),
}
"""Here the derivative is the pullback (z, ā) ↦ z̄."""
