"""The same network in JAX, in double precision, by jax.nn's own functions wherever it has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import xlogy

from peers import texts
from peers.losses import LOSSES
from peers.problem import (
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
)

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]

Leaves = dict[str, Any]

ACTIVATIONS: dict[str, Callable[..., Any]] = {
    "identity": jax.nn.identity,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jax.nn.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": jax.nn.leaky_relu,
    "elu": jax.nn.elu,
    "selu": jax.nn.selu,
    "celu": jax.nn.celu,
    "softplus": lambda z, beta=1.0: jax.nn.softplus(beta * z) / beta,
    "softsign": jax.nn.soft_sign,
    "silu": jax.nn.silu,
    "gelu": lambda z: jax.nn.gelu(z, approximate=False),
    "gelu_tanh": lambda z: jax.nn.gelu(z, approximate=True),
    "mish": jax.nn.mish,
    "hard_sigmoid": jax.nn.hard_sigmoid,
    "hard_tanh": jax.nn.hard_tanh,
    "hard_swish": jax.nn.hard_swish,
    "relu6": jax.nn.relu6,
    "squared_relu": lambda z: jnp.square(jax.nn.relu(z)),
    "log_cosh": lambda z: jnp.logaddexp(z, -z) - np.log(2),
    "sin": jnp.sin,
    "gaussian": lambda z: jnp.exp(-jnp.square(z)),
    "exp": jnp.exp,
    "log_sigmoid": jax.nn.log_sigmoid,
    "tanhshrink": lambda z: z - jnp.tanh(z),
    "softmax": lambda z: jax.nn.softmax(z, axis=1),
    "log_softmax": lambda z: jax.nn.log_softmax(z, axis=1),
    "z/(1 + abs(z))": lambda z: z / (1 + jnp.abs(z)),
    "z*exp(-z^2)": lambda z: z * jnp.exp(-jnp.square(z)),
    "max(0, z) + c*sin(z)": lambda z, c: jnp.maximum(0, z) + c * jnp.sin(z),
    "where(z > 0, z, kappa*z)": lambda z, kappa: jnp.where(z > 0, z, kappa * z),
}


def _huber(a: Any, y: Any, delta: float = 1.0) -> Any:
    inner = jnp.clip(a - y, -delta, delta)
    return inner * (a - y) - jnp.square(inner) / 2


LOSSES_OF_JAX: dict[str, Callable[..., Any]] = {
    "squared_error": lambda a, y: jnp.square(a - y),
    "absolute_error": lambda a, y: jnp.abs(a - y),
    "huber": _huber,
    "log_cosh": lambda a, y: jnp.logaddexp(a - y, y - a) - np.log(2),
    "pinball": lambda a, y, tau=0.5: jnp.where(y > a, tau * (y - a), (1 - tau) * (a - y)),
    "poisson": lambda a, y: a - xlogy(y, a),
    "poisson_log": lambda a, y: jnp.exp(a) - y * a,
    "gaussian_nll": lambda a, y, s=1.0: -jax.scipy.stats.norm.logpdf(y, a, s) - np.log(2 * np.pi) / 2,
    "cauchy": lambda a, y, c=1.0: -(c * c) / 2 * (jax.scipy.stats.cauchy.logpdf((y - a) / c) + np.log(np.pi)),
    "tukey": lambda a, y, c=4.685: jnp.where(
        jnp.abs(a - y) > c, c * c / 6, c * c / 6 * (1 - (1 - jnp.square((a - y) / c)) ** 3)
    ),
    "hinge": lambda a, y: jax.nn.relu(1 - y * a),
    "squared_hinge": lambda a, y: jnp.square(jax.nn.relu(1 - y * a)),
    "binary_cross_entropy": lambda a, y: -(xlogy(y, a) + xlogy(1 - y, 1 - a)),
    "binary_cross_entropy_logits": lambda a, y: -y * jax.nn.log_sigmoid(a) - (1 - y) * jax.nn.log_sigmoid(-a),
    "cross_entropy": lambda a, y: -xlogy(y, a),
    "cross_entropy_logits": lambda a, y: -y * jax.nn.log_softmax(a, axis=1),
    "kl_divergence": lambda a, y: jax.scipy.special.rel_entr(y, a),
}
"""Loss ↦ terms, (samples, units). JAX has no losses of its own: by jax.nn, jax.scipy and jax.numpy."""


def _activation(problem: Problem, text: str, z: Any) -> Any:
    call = texts.read(activation_text(problem.spec, text))
    return ACTIVATIONS[call.key](z, *texts.numbers(call, problem.hyper))


def _norm(problem: Problem, k: int, layer: Spec, a: Any, leaves: Leaves) -> Any:
    """jax.nn.standardize with statistics of our own: its variance is a difference of squares."""
    epsilon = texts.resolve(layer.get("epsilon", 1e-5), problem.hyper)
    axis = 0 if kind(layer) == "batch_norm" else 1
    if kind(layer) == "rms_norm":
        standard = a * jax.lax.rsqrt(jnp.mean(jnp.square(a), axis, keepdims=True) + epsilon)
    elif f"mu{k}" in leaves:
        standard = jax.nn.standardize(a, 0, leaves[f"mu{k}"].T, leaves[f"v{k}"].T, epsilon)
    else:
        mean, variance = jnp.mean(a, axis, keepdims=True), jnp.var(a, axis, keepdims=True)
        standard = jax.nn.standardize(a, axis, mean, variance, epsilon)
    if f"gamma{k}" in leaves:
        standard = leaves[f"gamma{k}"].T * standard
    return standard + leaves[f"beta{k}"].T if f"beta{k}" in leaves else standard


def _layer(problem: Problem, k: int, layer: Spec, inputs: tuple[str, ...], values: Leaves, leaves: Leaves) -> Leaves:
    spec, a = problem.spec, values[inputs[0]]
    match kind(layer):
        case "affine":
            name, _, turned = layer.get("weight", f"W{k}").partition("^")
            # A @ W for weights (inputs, units), which a tied transpose turns back.
            W = leaves[name] if in_out(spec) is not bool(turned) else leaves[name].T
            z = a @ W
            z = z + leaves[f"b{k}"].T if layer.get("bias", True) else z
            result = _activation(problem, layer.get("activation", "identity"), z)
            return {f"z{k}": z, f"a{k}": result + a if layer.get("residual") else result}
        case "activation":
            result = _activation(problem, layer["activation"], a)
        case "add":
            result = sum(values[name] for name in inputs)
        case "concatenate":
            result = jnp.concatenate([values[name] for name in inputs], axis=1)
        case "scale":
            result = texts.resolve(layer["factor"], problem.hyper) * a
        case "dropout":
            mask = leaves[f"M{k}"] if rows(spec) else leaves[f"M{k}"].T
            result = jnp.where(mask == 1, a / (1 - layer.get("rate", 0)), 0)
        case "layer_norm" | "rms_norm" | "batch_norm":
            result = _norm(problem, k, layer, a, leaves)
        case unknown:
            raise KeyError(unknown)
    return {f"a{k}": result}


def _network(problem: Problem, leaves: Leaves) -> Any:
    """The output, (samples, units)."""
    values = {"x": leaves["x"] if rows(problem.spec) else leaves["x"].T}
    for k, layer, inputs in sources(problem.spec):
        values |= _layer(problem, k, layer, inputs, values, leaves)
    return values[f"a{len(problem.spec['layers'])}"]


def _own(problem: Problem, output: Any) -> Any:
    """Each sample's own objective, (samples,)."""
    call = loss_call(problem.spec)
    if call is None:
        return output[:, 0]
    y = jnp.asarray(problem.y if rows(problem.spec) else problem.y.T)
    terms = LOSSES_OF_JAX[call.key](output, y, *texts.numbers(call, problem.hyper))
    reduction = problem.spec["objective"].get("reduction", LOSSES[call.key].reduction)
    return {"sum": 1.0, "half": 0.5, "mean": 1 / y.shape[1]}[reduction] * terms.sum(axis=1)


def _objective(problem: Problem, own: Any, leaves: Leaves) -> Any:
    samples = problem.spec["objective"].get("samples", "mean")
    weights = leaves["w"].flatten() if samples.startswith("weighted") else None
    total = jnp.average(own, weights=weights) if samples.endswith("mean") else jnp.vdot(own, _or_ones(weights, own))
    for k, layer, _ in sources(problem.spec):
        if "l1" in layer:
            total = total + texts.resolve(layer["l1"], problem.hyper) * jnp.abs(leaves[f"W{k}"]).sum()
        if "l2" in layer:
            total = total + texts.resolve(layer["l2"], problem.hyper) / 2 * jnp.square(leaves[f"W{k}"]).sum()
    return total


def _or_ones(weights: Any, like: Any) -> Any:
    return jnp.ones_like(like) if weights is None else weights


def answer(problem: Problem) -> Answer:
    """Output, objective and derivatives, by jax.vjp in double precision."""
    given = {name: jnp.asarray(array) for name, array in (problem.params | problem.data).items()}

    def functions(params: Leaves, x: Any) -> tuple[Any, Any, Any]:
        leaves = {**given, **params, "x": x}
        output = _network(problem, leaves)
        own = _own(problem, output)
        return _objective(problem, own, leaves), jnp.sum(own), output

    @jax.jit
    def everything(params: Leaves, x: Any) -> Any:
        (total, _, output), pullback = jax.vjp(functions, params, x)
        zero, one, none = jnp.zeros_like(total), jnp.ones_like(total), jnp.zeros_like(output)
        by_params, by_input = pullback((one, zero, none))[0], pullback((zero, one, none))[1]
        seeds = [none.at[:, i].set(1.0) for i in range(output.shape[1])]
        return total, output, by_params, by_input, [pullback((zero, zero, seed))[1] for seed in seeds]

    params: Leaves = {name: jnp.asarray(array) for name, array in problem.params.items()}
    total, output, by_params, by_input, columns = everything(params, jnp.asarray(problem.x))
    turned = rows(problem.spec)
    jacobian = None
    if not couples_samples(problem.spec):
        jacobian = np.stack([np.asarray(c if turned else c.T) for c in columns], axis=1)
    return Answer(
        np.asarray(output if turned else output.T),
        float(total),
        {name: np.asarray(by_params[name]) for name in problem.params},
        np.asarray(by_input),
        jacobian,
    )
