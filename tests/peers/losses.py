"""Losses by hand: the terms l(a, y) of every output, and ∂(Σ terms)/∂a, on arrays of columns (outputs, samples)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from peers.scalars import above, clip, log_softmax, magnitude, negative, positive, sigmoid, softmax, softplus


@dataclass(frozen=True)
class Loss:
    """l(a, y, *p) and its derivative by a, with the defaults of p.

    `target` and `domain` say which y and which a it is for; `natural` is the output activation it is made for.
    """

    value: Callable[..., Any]
    derivative: Callable[..., Any]
    reduction: str = "sum"
    defaults: tuple[float, ...] = ()
    target: str = "real"
    domain: str = "real"
    natural: str = "identity"


def sign(u: Any) -> Any:
    return np.sign(np.real(u))


def _huber(a: Any, y: Any, delta: float) -> Any:
    size = magnitude(a - y)
    return np.where(above(size, delta), delta * (size - delta / 2), (a - y) ** 2 / 2)


def _log_cosh(a: Any, y: Any) -> Any:
    size = magnitude(a - y)
    return size + np.log1p(np.exp(-2 * size)) - np.log(2)


def _pinball(a: Any, y: Any, tau: float) -> Any:
    return tau * positive(y - a) + (tau - 1) * negative(y - a)


def _tukey(a: Any, y: Any, c: float) -> Any:
    inside = 1 - ((a - y) / c) ** 2
    return c**2 / 6 * (1 - np.where(above(inside), inside, 0 * inside) ** 3)


def _tukey_slope(a: Any, y: Any, c: float) -> Any:
    return (a - y) * positive(1 - ((a - y) / c) ** 2) ** 2


def _y_log_y(y: Any) -> Any:
    return np.where(y == 0, 0.0, y * np.log(np.where(y == 0, 1.0, y)))


def _softmax_pull(a: Any, y: Any) -> Any:
    return softmax(a) * np.sum(y, axis=0, keepdims=True) - y


LOSSES: dict[str, Loss] = {
    "squared_error": Loss(lambda a, y: (a - y) ** 2, lambda a, y: 2 * (a - y)),
    "absolute_error": Loss(lambda a, y: magnitude(a - y), lambda a, y: sign(a - y)),
    "huber": Loss(_huber, lambda a, y, delta: clip(a - y, -delta, delta), defaults=(1.0,)),
    "log_cosh": Loss(_log_cosh, lambda a, y: np.tanh(a - y)),
    "pinball": Loss(_pinball, lambda a, y, tau: np.where(above(a - y), 1.0, 0.0) - tau, defaults=(0.5,)),
    "poisson": Loss(
        lambda a, y: a - y * np.log(a), lambda a, y: 1 - y / a, target="count", domain="positive", natural="softplus"
    ),
    "poisson_log": Loss(lambda a, y: np.exp(a) - y * a, lambda a, y: np.exp(a) - y, target="count"),
    "gaussian_nll": Loss(
        lambda a, y, s: np.log(s) + ((a - y) / s) ** 2 / 2, lambda a, y, s: (a - y) / s**2, defaults=(1.0,)
    ),
    "cauchy": Loss(
        lambda a, y, c: c**2 / 2 * np.log1p(((a - y) / c) ** 2),
        lambda a, y, c: (a - y) / (1 + ((a - y) / c) ** 2),
        defaults=(1.0,),
    ),
    "tukey": Loss(_tukey, _tukey_slope, defaults=(4.685,)),
    "hinge": Loss(
        lambda a, y: positive(1 - y * a), lambda a, y: -y * np.where(above(1 - y * a), 1.0, 0.0), target="sign"
    ),
    "squared_hinge": Loss(
        lambda a, y: positive(1 - y * a) ** 2, lambda a, y: -2 * y * positive(1 - y * a), target="sign"
    ),
    "binary_cross_entropy": Loss(
        lambda a, y: -(y * np.log(a) + (1 - y) * np.log(1 - a)),
        lambda a, y: (1 - y) / (1 - a) - y / a,
        reduction="mean",
        target="probability",
        domain="unit",
        natural="sigmoid",
    ),
    "binary_cross_entropy_logits": Loss(
        lambda a, y: softplus(a) - y * a, lambda a, y: sigmoid(a) - y, reduction="mean", target="probability"
    ),
    "cross_entropy": Loss(
        lambda a, y: -y * np.log(a), lambda a, y: -y / a, target="distribution", domain="unit", natural="softmax"
    ),
    "cross_entropy_logits": Loss(lambda a, y: -y * log_softmax(a), _softmax_pull, target="distribution"),
    "kl_divergence": Loss(
        lambda a, y: _y_log_y(y) - y * np.log(a),
        lambda a, y: -y / a,
        target="distribution",
        domain="unit",
        natural="softmax",
    ),
}
"""Every loss."""
