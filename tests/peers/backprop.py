"""Backpropagation by hand for any feed-forward network: each layer's forward pass and pullback, from a spec's data.

Inside, samples are columns and weights (units, inputs), whatever the spec's convention. Values work on complex
numbers too (no conjugate, no complex absolute value), so that a complex step can check the pullbacks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from peers import texts
from peers.losses import LOSSES
from peers.problem import (
    WEIGHTED,
    Answer,
    Problem,
    Spec,
    activation_text,
    couples_samples,
    in_out,
    kind,
    loss_call,
    rows,
    sources,
    turned,
)
from peers.scalars import ACTIVATIONS, OVER_UNITS, Array

Values = dict[str, Array]
Shares = dict[str, Array]


# --- activations -----------------------------------------------------------------------------


def _call(problem: Problem, text: str) -> tuple[str, tuple[float, ...]]:
    call = texts.read(activation_text(problem.spec, text))
    defaults = ACTIVATIONS[call.key].defaults if call.key in ACTIVATIONS else ()
    return call.key, texts.numbers(call, problem.hyper) or defaults


def apply(problem: Problem, text: str, z: Array) -> Array:
    """f(z)."""
    key, arguments = _call(problem, text)
    return np.asarray((OVER_UNITS if key in OVER_UNITS else ACTIVATIONS)[key].value(z, *arguments))


def pull(problem: Problem, text: str, z: Array, upstream: Array) -> Array:
    """z̄ = ā ∘ f′(z), or the pullback of a map over the units."""
    key, arguments = _call(problem, text)
    if key in OVER_UNITS:
        return np.asarray(OVER_UNITS[key].derivative(z, upstream))
    return np.asarray(upstream * ACTIVATIONS[key].derivative(z, *arguments))


# --- layers: (problem, k, layer, values, inputs) ↦ new values, and the same with upstreams ↦ shares ------


def weight(problem: Problem, k: int, layer: Spec) -> tuple[str, bool, Array]:
    """The weight that layer k multiplies with: whose it is, whether it is turned, and its value."""
    name, _, turned = str(layer.get("weight", f"W{k}")).partition("^")
    # A tied weight lies as its own layer's does: in_out has turned both here.
    W = problem.params[name]
    return name, bool(turned), W.T if turned else W


def affine(problem: Problem, k: int, layer: Spec, values: Values, inputs: tuple[str, ...]) -> Values:
    """z = W a + b 𝟏ᵀ, f(z) [+ a]."""
    before = values[inputs[0]]
    z = weight(problem, k, layer)[2] @ before
    if layer.get("bias", True):
        z = z + problem.params[f"b{k}"]
    a = apply(problem, layer.get("activation", "identity"), z)
    return {f"z{k}": z, f"a{k}": a + before if layer.get("residual") else a}


def affine_pullback(
    problem: Problem, k: int, layer: Spec, values: Values, inputs: tuple[str, ...], bar: Values
) -> Shares:
    """z̄ += ā ∘ f′(z); W̄ += z̄ aᵀ, b̄ = z̄ 𝟏, ā_before += Wᵀ z̄ [+ ā]."""
    name, turned, W = weight(problem, k, layer)
    z_bar = bar[f"z{k}"] + pull(problem, layer.get("activation", "identity"), values[f"z{k}"], bar[f"a{k}"])
    W_bar = z_bar @ values[inputs[0]].T
    shares = {name: W_bar.T if turned else W_bar, inputs[0]: W.T @ z_bar}
    if layer.get("bias", True):
        shares[f"b{k}"] = z_bar.sum(axis=1, keepdims=True)
    if layer.get("residual"):
        shares[inputs[0]] = shares[inputs[0]] + bar[f"a{k}"]
    return shares


def activation(problem: Problem, k: int, layer: Spec, values: Values, inputs: tuple[str, ...]) -> Values:
    """f(a)."""
    return {f"a{k}": apply(problem, layer["activation"], values[inputs[0]])}


def activation_pullback(
    problem: Problem, k: int, layer: Spec, values: Values, inputs: tuple[str, ...], bar: Values
) -> Shares:
    return {inputs[0]: pull(problem, layer["activation"], values[inputs[0]], bar[f"a{k}"])}


def addition(problem: Problem, k: int, layer: Spec, values: Values, inputs: tuple[str, ...]) -> Values:
    """u + v + ⋯, a value as often as it is named."""
    return {f"a{k}": np.sum([values[name] for name in inputs], axis=0)}


def addition_pullback(
    problem: Problem, k: int, layer: Spec, values: Values, inputs: tuple[str, ...], bar: Values
) -> Shares:
    return {name: inputs.count(name) * bar[f"a{k}"] for name in inputs}


def concatenation(problem: Problem, k: int, layer: Spec, values: Values, inputs: tuple[str, ...]) -> Values:
    """[u; v; …]."""
    return {f"a{k}": np.concatenate([values[name] for name in inputs])}


def concatenation_pullback(
    problem: Problem, k: int, layer: Spec, values: Values, inputs: tuple[str, ...], bar: Values
) -> Shares:
    shares: Shares = {}
    start = 0
    for name in inputs:
        end = start + len(values[name])
        shares[name] = shares.get(name, 0.0) + bar[f"a{k}"][start:end]
        start = end
    return shares


def _factor(problem: Problem, k: int, layer: Spec) -> Any:
    """What a scale or dropout layer multiplies with."""
    if kind(layer) == "scale":
        return texts.resolve(layer["factor"], problem.hyper)
    return problem.data[f"M{k}"] / (1 - layer.get("rate", 0))


def scaling(problem: Problem, k: int, layer: Spec, values: Values, inputs: tuple[str, ...]) -> Values:
    """c a, or M ∘ a / (1 − p)."""
    return {f"a{k}": _factor(problem, k, layer) * values[inputs[0]]}


def scaling_pullback(
    problem: Problem, k: int, layer: Spec, values: Values, inputs: tuple[str, ...], bar: Values
) -> Shares:
    return {inputs[0]: _factor(problem, k, layer) * bar[f"a{k}"]}


AXIS = {"layer_norm": 0, "rms_norm": 0, "batch_norm": 1}
"""Over which axis of (units, samples) a norm takes its mean."""


def _statistics(problem: Problem, k: int, layer: Spec, a: Array) -> tuple[Any, Array]:
    """μ and s = √(v + ε) of a norm; those given for batch norm outside of training."""
    epsilon = texts.resolve(layer.get("epsilon", 1e-5), problem.hyper)
    if kind(layer) == "batch_norm" and not layer.get("training", True):
        return problem.data[f"mu{k}"], np.sqrt(problem.data[f"v{k}"] + epsilon)
    axis = AXIS[kind(layer)]
    mean = 0.0 if kind(layer) == "rms_norm" else a.mean(axis=axis, keepdims=True)
    return mean, np.sqrt(np.mean((a - mean) ** 2, axis=axis, keepdims=True) + epsilon)


def norm(problem: Problem, k: int, layer: Spec, values: Values, inputs: tuple[str, ...]) -> Values:
    """γ ∘ (a − μ)/s + β."""
    mean, deviation = _statistics(problem, k, layer, values[inputs[0]])
    standard = (values[inputs[0]] - mean) / deviation
    gain, shift = problem.params.get(f"gamma{k}", 1.0), problem.params.get(f"beta{k}", 0.0)
    return {f"a{k}": gain * standard + shift}


def norm_pullback(
    problem: Problem, k: int, layer: Spec, values: Values, inputs: tuple[str, ...], bar: Values
) -> Shares:
    """With h = (a − μ)/s and h̄ = γ ∘ ā:  ā_before = (h̄ − mean h̄ − h ∘ mean(h̄ ∘ h))/s; no mean h̄ where μ = 0."""
    mean, deviation = _statistics(problem, k, layer, values[inputs[0]])
    h, a_bar = (values[inputs[0]] - mean) / deviation, bar[f"a{k}"]
    shares: Shares = {}
    if f"gamma{k}" in problem.params:
        shares[f"gamma{k}"] = np.sum(a_bar * h, axis=1, keepdims=True)
    if f"beta{k}" in problem.params:
        shares[f"beta{k}"] = np.sum(a_bar, axis=1, keepdims=True)
    h_bar = problem.params.get(f"gamma{k}", 1.0) * a_bar
    if kind(layer) == "batch_norm" and not layer.get("training", True):
        return shares | {inputs[0]: h_bar / deviation}
    axis = AXIS[kind(layer)]
    along = h * np.mean(h_bar * h, axis=axis, keepdims=True)
    centre = 0.0 if kind(layer) == "rms_norm" else np.mean(h_bar, axis=axis, keepdims=True)
    return shares | {inputs[0]: (h_bar - centre - along) / deviation}


LAYERS: dict[str, tuple[Callable[..., Values], Callable[..., Shares]]] = {
    "affine": (affine, affine_pullback),
    "activation": (activation, activation_pullback),
    "add": (addition, addition_pullback),
    "concatenate": (concatenation, concatenation_pullback),
    "scale": (scaling, scaling_pullback),
    "dropout": (scaling, scaling_pullback),
    "layer_norm": (norm, norm_pullback),
    "rms_norm": (norm, norm_pullback),
    "batch_norm": (norm, norm_pullback),
}
"""Layer type ↦ forward pass and pullback."""


# --- the network -----------------------------------------------------------------------------


def forward(problem: Problem) -> Values:
    """Every value of the network."""
    values = {"x": problem.x}
    for k, layer, inputs in sources(problem.spec):
        values |= LAYERS[kind(layer)][0](problem, k, layer, values, inputs)
    return values


def backward(problem: Problem, values: Values, seed: Array) -> Values:
    """From ∂C/∂output to ∂C/∂ everything."""
    bar: Any = defaultdict(float)
    layers = list(sources(problem.spec))
    bar[f"a{len(layers)}"] = seed
    for k, layer, inputs in reversed(layers):
        if np.ndim(bar[f"a{k}"]) or np.ndim(bar.get(f"z{k}", 0.0)):
            for name, share in LAYERS[kind(layer)][1](problem, k, layer, values, inputs, bar).items():
                bar[name] = bar[name] + share
    return {name: np.broadcast_to(bar[name], array.shape) for name, array in {**problem.params, **values}.items()}


def _loss(problem: Problem) -> tuple[Callable[..., Any], Callable[..., Any], float]:
    """The loss's terms, their derivative, and the factor of the reduction."""
    call, objective = loss_call(problem.spec), problem.spec["objective"]
    if call is None:
        return (lambda a, y: a), (lambda a, y: np.ones_like(a)), 1.0
    row = LOSSES[call.key]
    given = texts.numbers(call, problem.hyper) or row.defaults
    outputs = problem.y.shape[0]
    factor = {"sum": 1.0, "half": 0.5, "mean": 1.0 / outputs}[objective.get("reduction", row.reduction)]
    return (lambda a, y: row.value(a, y, *given)), (lambda a, y: row.derivative(a, y, *given)), factor


def shares_of_samples(problem: Problem) -> Array:
    """What each sample's own objective counts for, (1, N)."""
    kind, samples = problem.spec["objective"].get("samples", "mean"), problem.x.shape[1]
    weights = problem.data["w"] if kind in WEIGHTED else np.ones((1, samples))
    return np.asarray(weights / np.sum(weights) if kind.endswith("mean") else weights)


def _penalties(problem: Problem) -> list[tuple[str, Any, Array]]:
    """λ‖W‖₁ and λ/2 ‖W‖² of every layer that has them, each with its gradient."""
    found = []
    for k, layer, _ in sources(problem.spec):
        W = problem.params.get(f"W{k}")
        if W is not None and "l1" in layer:
            rate, sign = texts.resolve(layer["l1"], problem.hyper), np.sign(np.real(W))
            found.append((f"W{k}", rate * np.sum(sign * W), rate * sign))
        if W is not None and "l2" in layer:
            rate = texts.resolve(layer["l2"], problem.hyper)
            found.append((f"W{k}", rate / 2 * np.sum(W**2), rate * W))
    return found


def objective(problem: Problem) -> Any:
    """C, in any convention: the share of each sample times the factor times its terms, and the penalties."""
    canonical = turned(problem)
    value, _, factor = _loss(canonical)
    terms = factor * value(forward(canonical)[f"a{len(canonical.spec['layers'])}"], canonical.y)
    return np.sum(shares_of_samples(canonical) * terms) + sum(penalty for _, penalty, _ in _penalties(canonical))


def answer(problem: Problem) -> Answer:
    """Output, objective and derivatives of a problem in any convention."""
    canonical, spec = turned(problem), problem.spec
    values = forward(canonical)
    output = values[f"a{len(spec['layers'])}"]
    _, derivative, factor = _loss(canonical)
    seed = factor * derivative(output, canonical.y)
    bar = backward(canonical, values, shares_of_samples(canonical) * seed)
    for name, _, gradient in _penalties(canonical):
        bar[name] = bar[name] + gradient
    own = backward(canonical, values, seed)["x"]
    gradients = {name: bar[name].T if name[0] == "W" and in_out(spec) else bar[name] for name in problem.params}
    sides = [array.T if rows(spec) else array for array in (output, own)]
    return Answer(sides[0], float(objective(problem)), gradients, sides[1], _jacobian(canonical, values, output))


def near_a_kink(problem: Problem, step: float = 1e-6) -> bool:
    """Whether a slope jumps close to where the network is: there, each peer has a convention of its own."""
    canonical = turned(problem)
    values = forward(canonical)
    for k, layer, inputs in sources(problem.spec):
        z = values.get(f"z{k}", values[inputs[0]])
        text = layer.get("activation", "identity")
        if activation_text(problem.spec, text) not in OVER_UNITS:
            slopes = [pull(canonical, text, z + h, np.ones(z.shape)) for h in (-step, step)]
            if _jumps(*slopes):
                return True
    _, derivative, _ = _loss(canonical)
    output = values[f"a{len(problem.spec['layers'])}"]
    return _jumps(*(derivative(output + h, canonical.y) for h in (-step, step)))


def _jumps(below: Array, above: Array) -> bool:
    return bool(np.any(np.abs(above - below) > 1e-3 * (1 + np.abs(above))))


def _jacobian(problem: Problem, values: Values, output: Array) -> Array | None:
    """∂a_k/∂x_j of every sample, (N, K, n): one backward pass for each output."""
    if couples_samples(problem.spec):
        return None
    units = np.eye(len(output))
    found = [backward(problem, values, np.outer(e, np.ones(output.shape[1])))["x"] for e in units]
    return np.stack(found).transpose(2, 0, 1)
