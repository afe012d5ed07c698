"""A network with other activations: what holds for any σ, and what for one function alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from symbolic.networks.spec import Spec, make_spec

ANY = "sigma"
"""The activation that nobody says: an undefined σ."""

PIECEWISE = ("relu", "leaky_relu")
"""Activations whose slope is the same at z and at what they make of it, σ′(σ(z)) = σ′(z): slips may agree there."""

CURVES = {"relu": "ReLU", "sigmoid": "the sigmoid", "tanh": "tanh"}
"""Activations that a formula may hold for alone, and what they are called."""


def activations_in(spec: Spec) -> frozenset[str]:
    """The names of the activations of a network."""
    names = (getattr(layer, "activation", None) for layer in spec.layers)
    return frozenset(name.partition("(")[0] for name in names if name)


def with_activation(spec: Spec, old: Collection[str], new: str) -> Spec:
    """The network with another activation in the layers that have one of these."""

    def changed(layer: dict[str, Any]) -> dict[str, Any]:
        has_old = (layer.get("activation") or "").partition("(")[0] in old
        return {**layer, "activation": new} if has_old else layer

    data = spec.model_dump(exclude_unset=True)
    return make_spec({**data, "layers": [changed(layer) for layer in data["layers"]]})
