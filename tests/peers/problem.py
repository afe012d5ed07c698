"""A network's spec with numbers for all that it leaves open: parameters, data, hyperparameters, x and y.

The arrays lie as the spec says: samples in rows where `batch` is "rows", else in columns, and weights (units, inputs)
or, where `weights` is "in_out", (inputs, units).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from peers import texts
from peers.losses import LOSSES
from peers.scalars import Array

Spec = dict[str, Any]
WEIGHTED = ("weighted_mean", "weighted_sum")
NORMS = ("layer_norm", "rms_norm", "batch_norm")


@dataclass(frozen=True)
class Problem:
    """What every peer is given."""

    spec: Spec
    params: dict[str, Array]
    x: Array
    y: Array
    data: dict[str, Array]
    hyper: dict[str, float]


@dataclass(frozen=True)
class Answer:
    """What every peer finds, in the orientation of the problem.

    `objective` is None where no function of a module returns it: the mean output with the penalties.
    `input_gradient` is that of each sample's own objective, without 1/N, sample weights or penalties, and `jacobian`
    (N, K, n) that of the output; a module has none where the samples touch each other (nor the gradient of an output).
    """

    output: Array
    objective: float | None
    gradients: dict[str, Array]
    input_gradient: Array | None
    jacobian: Array | None


# --- what a spec says ------------------------------------------------------------------------


def rows(spec: Spec) -> bool:
    """Whether samples are rows."""
    return bool(spec.get("batch") == "rows")


def in_out(spec: Spec) -> bool:
    """Whether weights are (inputs, units)."""
    return bool(spec.get("weights") == "in_out")


def couples_samples(spec: Spec) -> bool:
    """Whether the output of a sample depends on the others: batch norm in training."""
    return any(layer.get("type") == "batch_norm" and layer.get("training", True) for layer in spec["layers"])


def kind(layer: Spec) -> str:
    """The type of a layer."""
    return str(layer.get("type", "affine"))


def activation_text(spec: Spec, text: str) -> str:
    """The activation, what stands in for σ in place of the undefined one."""
    return str(spec.get("activation", "sigmoid")) if text == "sigma" else text


def last_activation(spec: Spec) -> str:
    """The activation that the output comes from; identity where it is no activation's."""
    return activation_text(spec, spec["layers"][-1].get("activation", "identity"))


def sources(spec: Spec) -> Iterator[tuple[int, Spec, tuple[str, ...]]]:
    """Every layer with its number, from 1, and the names of the values that it takes."""
    before = "x"
    for k, layer in enumerate(spec["layers"], 1):
        yield k, layer, tuple(layer.get("inputs", [layer.get("input", before)]))
        before = f"a{k}"


def loss_call(spec: Spec) -> texts.Call | None:
    """The loss; None where the output itself is differentiated."""
    text = spec["objective"].get("loss")
    return texts.read(text) if text else None


def hyperparameters(spec: Spec) -> list[str]:
    """The symbols that stand for numbers, sorted."""
    found: set[str] = set()
    for layer in spec["layers"]:
        if "activation" in layer:
            found.update(texts.names(texts.read(activation_text(spec, layer["activation"]))))
        found.update(layer[key] for key in ("l1", "l2", "factor", "epsilon") if isinstance(layer.get(key), str))
    call = loss_call(spec)
    return sorted(found.union(texts.names(call) if call else ()))


@dataclass(frozen=True)
class Shapes:
    """The shapes of parameters and data, (units of samples aside) and the units of every value."""

    params: dict[str, tuple[int, int]]
    data: dict[str, tuple[int, int]]
    units: dict[str, int]


def shapes(spec: Spec, samples: int, letters: dict[str, int]) -> Shapes:
    """What a network has, its sizes given by `letters`; letters not in there get 2, 3, 4, …"""

    def number(size: int | str) -> int:
        return size if isinstance(size, int) else letters.setdefault(size, 2 + len(letters))

    params: dict[str, tuple[int, int]] = {}
    data: dict[str, tuple[int, int]] = {}
    units = {"x": number(spec["input"]["size"])}
    for k, layer, inputs in sources(spec):
        width = units[inputs[0]]
        match kind(layer):
            case "affine":
                units[f"z{k}"] = number(layer["units"])
                if "weight" not in layer:
                    shape = (units[f"z{k}"], width)
                    params[f"W{k}"] = shape[::-1] if in_out(spec) else shape
                if layer.get("bias", True):
                    params[f"b{k}"] = (units[f"z{k}"], 1)
                width = units[f"z{k}"]
            case "concatenate":
                width = sum(units[name] for name in inputs)
            case "dropout":
                data[f"M{k}"] = (samples, width) if rows(spec) else (width, samples)
            case "layer_norm" | "rms_norm" | "batch_norm":
                if layer.get("affine", True):
                    params[f"gamma{k}"] = (width, 1)
                    if kind(layer) != "rms_norm":
                        params[f"beta{k}"] = (width, 1)
                if kind(layer) == "batch_norm" and not layer.get("training", True):
                    data[f"mu{k}"] = data[f"v{k}"] = (width, 1)
        units[f"a{k}"] = width
    if spec["objective"].get("samples") in WEIGHTED:
        data["w"] = (samples, 1) if rows(spec) else (1, samples)
    return Shapes(params, data, units)


# --- numbers for it --------------------------------------------------------------------------


def parameter(name: str, shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Weights of variance about 1/inputs, gains about 1, biases about 0, none of them exactly."""
    normal = rng.normal(size=shape)
    scale = {"W": 0.9 / np.sqrt(max(shape)), "g": 0.3}.get(name[0], 0.5)
    return np.asarray((1.0 if name.startswith("gamma") else 0.0) + scale * normal)


def datum(name: str, shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Masks of zeros and ones, means about 0, variances and sample weights from ½ to 3/2."""
    if name.startswith("M"):
        return rng.integers(0, 2, size=shape).astype(float)
    return rng.normal(size=shape) if name.startswith("mu") else rng.uniform(0.5, 1.5, size=shape)


def target(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """y, (outputs, samples), of the kind that a loss is for."""
    draws: dict[str, Any] = {
        "real": lambda: rng.normal(size=shape),
        "count": lambda: rng.integers(0, 4, size=shape).astype(float),
        "sign": lambda: rng.choice([-1.0, 1.0], size=shape),
        "probability": lambda: rng.uniform(0.1, 0.9, size=shape),
        "distribution": lambda: rng.dirichlet(np.ones(shape[0]), size=shape[1]).T,
    }
    return np.asarray(draws[kind]())


def draw(spec: Spec, seed: int = 0, samples: int = 3, letters: dict[str, int] | None = None) -> Problem:
    """Random numbers for a spec: the same for the same seed, whatever the convention."""
    rng = np.random.default_rng(seed)
    found = shapes({**spec, "batch": "columns", "weights": "out_in"}, samples, dict(letters or {}))
    params = {name: parameter(name, shape, rng) for name, shape in found.params.items()}
    hyper = {name: float(rng.uniform(0.3, 0.9)) for name in hyperparameters(spec)}
    call = loss_call(spec)
    x = rng.normal(size=(found.units["x"], samples))
    y = target(LOSSES[call.key].target if call else "real", (found.units[f"a{len(spec['layers'])}"], samples), rng)
    data = {name: datum(name, shape, rng) for name, shape in found.data.items()}
    if call and LOSSES[call.key].domain != "real" and last_activation(spec) == "identity":
        _towards_half(params, x, spec)
    return turned(Problem(spec, params, x, y, data, hyper))


def turned(problem: Problem) -> Problem:
    """From columns and weights (units, inputs) to the spec's convention, or back: it is its own inverse."""
    spec = problem.spec
    params = {k: v.T if k[0] == "W" and in_out(spec) else v for k, v in problem.params.items()}
    data = {k: v.T if k[0] in "wM" and rows(spec) else v for k, v in problem.data.items()}
    x, y = (problem.x.T, problem.y.T) if rows(spec) else (problem.x, problem.y)
    return replace(problem, params=params, data=data, x=x, y=y)


def _towards_half(params: dict[str, Array], x: Array, spec: Spec) -> None:
    """Outputs of an affine layer about ½: inside (0, 1) whatever comes in, if that is not large."""
    k = len(spec["layers"])
    params[f"W{k}"] *= 0.1
    params[f"b{k}"] = 0.5 + 0.1 * params[f"b{k}"]
    x *= 0.5
