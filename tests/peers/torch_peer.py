"""The same network in PyTorch, by PyTorch's own functions wherever it has them; autograd differentiates.

Samples are rows and weights (units, inputs), as PyTorch has them; the leaves lie as the problem's arrays do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

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

Tensor = torch.Tensor

# Its threads cost more than they give here: the tensors have a few entries.
torch.set_num_threads(1)

ACTIVATIONS: dict[str, Callable[..., Tensor]] = {
    "identity": torch.nn.Identity(),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "celu": lambda z, alpha=1.0: alpha * F.elu(z / alpha),
    # PyTorch goes over to z above a threshold, 20 unless told: an error of 2e-9.
    "softplus": lambda z, beta=1.0: F.softplus(z, beta, threshold=500),
    "softsign": F.softsign,
    "silu": F.silu,
    "gelu": F.gelu,
    "gelu_tanh": lambda z: F.gelu(z, approximate="tanh"),
    "mish": F.mish,
    "hard_sigmoid": lambda z: F.relu6(z + 3) / 6,
    "hard_tanh": F.hardtanh,
    "hard_swish": F.hardswish,
    "relu6": F.relu6,
    "squared_relu": lambda z: F.relu(z).square(),
    "log_cosh": lambda z: torch.logaddexp(z, -z) - np.log(2),
    "sin": torch.sin,
    "gaussian": lambda z: torch.exp(-z.square()),
    "exp": torch.exp,
    "log_sigmoid": F.logsigmoid,
    "tanhshrink": F.tanhshrink,
    "softmax": lambda z: F.softmax(z, dim=1),
    "log_softmax": lambda z: F.log_softmax(z, dim=1),
    "z/(1 + abs(z))": F.softsign,
    "z*exp(-z^2)": lambda z: z * torch.exp(-z.square()),
    "max(0, z) + c*sin(z)": lambda z, c: F.relu(z) + c * torch.sin(z),
    "where(z > 0, z, kappa*z)": F.leaky_relu,
}

LOSSES_OF_TORCH: dict[str, Callable[..., Tensor]] = {
    "squared_error": lambda a, y: F.mse_loss(a, y, reduction="none"),
    "absolute_error": lambda a, y: F.l1_loss(a, y, reduction="none"),
    "huber": lambda a, y, delta=1.0: F.huber_loss(a, y, reduction="none", delta=delta),
    "log_cosh": lambda a, y: torch.logaddexp(a - y, y - a) - np.log(2),
    "pinball": lambda a, y, tau=0.5: torch.maximum(tau * (y - a), (tau - 1) * (y - a)),
    "poisson": lambda a, y: F.poisson_nll_loss(a, y, log_input=False, eps=0.0, reduction="none"),
    "poisson_log": lambda a, y: F.poisson_nll_loss(a, y, log_input=True, reduction="none"),
    "gaussian_nll": lambda a, y, s=1.0: F.gaussian_nll_loss(a, y, torch.full_like(a, s * s), reduction="none"),
    "cauchy": lambda a, y, c=1.0: c * c / 2 * torch.log1p(((a - y) / c).square()),
    "tukey": lambda a, y, c=4.685: c * c / 6 * (1 - (1 - ((a - y) / c).square()).clamp(min=0) ** 3),
    "hinge": lambda a, y: F.relu(1 - y * a),
    "squared_hinge": lambda a, y: F.relu(1 - y * a).square(),
    "binary_cross_entropy": lambda a, y: F.binary_cross_entropy(a, y, reduction="none"),
    "binary_cross_entropy_logits": lambda a, y: F.binary_cross_entropy_with_logits(a, y, reduction="none"),
    "cross_entropy": lambda a, y: -y * torch.log(a),
    "cross_entropy_logits": lambda a, y: F.cross_entropy(a, y, reduction="none")[:, None],
    "kl_divergence": lambda a, y: F.kl_div(torch.log(a), y, reduction="none"),
}
"""Loss ↦ terms that sum to each sample's loss, (samples, any number)."""

OWN_WORDS: dict[str, str] = {
    "celu": "PyTorch's derivative has 1/alpha in single precision, 1e-8 off; by its elu",
    "hard_sigmoid": "PyTorch's derivative has 1/6 in single precision, 3e-8 off; by its relu6",
    "squared_relu": "PyTorch has none; the square of its relu",
    "log_cosh": "PyTorch has none; by its logaddexp",
    "gaussian": "PyTorch has none; by its exp",
    "pinball": "PyTorch has none; by its maximum",
    "cauchy": "PyTorch has none; by its log1p",
    "tukey": "PyTorch has none; by its clamp",
    "hinge": "PyTorch's hinge losses are means over classes or embeddings; by its relu",
    "squared_hinge": "PyTorch has none; by its relu",
    "cross_entropy": "PyTorch's takes logits; by its log",
}
"""Where PyTorch has no function of that meaning: what stands in for it, and why."""


def _activation(problem: Problem, text: str, hyper: dict[str, float]) -> Callable[[Tensor], Tensor]:
    call = texts.read(activation_text(problem.spec, text))
    given = texts.numbers(call, hyper)
    return lambda z: ACTIVATIONS[call.key](z, *given)


def _norm(problem: Problem, k: int, layer: Spec, a: Tensor, leaves: dict[str, Tensor]) -> Tensor:
    """PyTorch's layer_norm, rms_norm and batch_norm."""
    epsilon = texts.resolve(layer.get("epsilon", 1e-5), problem.hyper)
    gain, shift = (leaves[name].flatten() if name in leaves else None for name in (f"gamma{k}", f"beta{k}"))
    if kind(layer) == "layer_norm":
        return F.layer_norm(a, a.shape[1:], gain, shift, epsilon)
    if kind(layer) == "rms_norm":
        return F.rms_norm(a, a.shape[1:], gain, epsilon)
    if layer.get("training", True):
        if len(a) == 1:  # PyTorch refuses to train on one sample, whose variance is 0
            standard = (a - a.mean(0)) / torch.sqrt(a.var(0, correction=0) + epsilon)
            return standard * (1.0 if gain is None else gain) + (0.0 if shift is None else shift)
        return F.batch_norm(a, None, None, gain, shift, training=True, eps=epsilon)
    mean, variance = leaves[f"mu{k}"].flatten(), leaves[f"v{k}"].flatten()
    return F.batch_norm(a, mean, variance, gain, shift, training=False, eps=epsilon)


def network(problem: Problem, leaves: dict[str, Tensor]) -> Tensor:
    """The output, (samples, units)."""
    spec, hyper = problem.spec, problem.hyper
    values = {"x": leaves["x"] if rows(spec) else leaves["x"].T}
    for k, layer, inputs in sources(spec):
        a = values[inputs[0]]
        match kind(layer):
            case "affine":
                name, _, turned = layer.get("weight", f"W{k}").partition("^")
                W = leaves[name].T if in_out(spec) else leaves[name]
                bias = leaves[f"b{k}"].flatten() if layer.get("bias", True) else None
                values[f"z{k}"] = F.linear(a, W.T if turned else W, bias)
                result = _activation(problem, layer.get("activation", "identity"), hyper)(values[f"z{k}"])
                result = result + a if layer.get("residual") else result
            case "activation":
                result = _activation(problem, layer["activation"], hyper)(a)
            case "add":
                result = torch.stack([values[name] for name in inputs]).sum(0)
            case "concatenate":
                result = torch.cat([values[name] for name in inputs], dim=1)
            case "scale":
                result = texts.resolve(layer["factor"], hyper) * a
            case "dropout":
                mask = leaves[f"M{k}"] if rows(spec) else leaves[f"M{k}"].T
                result = mask * a / (1 - layer.get("rate", 0))
            case "layer_norm" | "rms_norm" | "batch_norm":
                result = _norm(problem, k, layer, a, leaves)
            case unknown:
                raise KeyError(unknown)
        values[f"a{k}"] = result
    return values[f"a{len(spec['layers'])}"]


def _own(problem: Problem, output: Tensor, y: Tensor) -> Tensor:
    """Each sample's own objective, (samples,)."""
    call, objective = loss_call(problem.spec), problem.spec["objective"]
    if call is None:
        return output[:, 0]
    target = y if rows(problem.spec) else y.T
    terms = LOSSES_OF_TORCH[call.key](output, target, *texts.numbers(call, problem.hyper))
    reduction = objective.get("reduction", LOSSES[call.key].reduction)
    return {"sum": 1.0, "half": 0.5, "mean": 1 / output.shape[1]}[reduction] * terms.sum(1)


def _objective(problem: Problem, own: Tensor, leaves: dict[str, Tensor]) -> Tensor:
    """The objective over the samples, and the penalties."""
    samples = problem.spec["objective"].get("samples", "mean")
    if samples.startswith("weighted"):
        weights = leaves["w"].flatten()
        total = torch.dot(weights, own) / (weights.sum() if samples == "weighted_mean" else 1)
    else:
        total = own.mean() if samples == "mean" else own.sum()
    for k, layer, _ in sources(problem.spec):
        if "l1" in layer:
            total = total + texts.resolve(layer["l1"], problem.hyper) * torch.linalg.vector_norm(leaves[f"W{k}"], 1)
        if "l2" in layer:
            total = total + texts.resolve(layer["l2"], problem.hyper) / 2 * leaves[f"W{k}"].square().sum()
    return total


def answer(problem: Problem) -> Answer:
    """Output, objective and derivatives, by autograd in double precision."""
    names = [*problem.params, "x"]
    given = {**problem.params, **problem.data, "x": problem.x}
    leaves = {name: torch.tensor(array, dtype=torch.float64) for name, array in given.items()}
    for name in names:
        leaves[name].requires_grad_()
    y = torch.tensor(problem.y, dtype=torch.float64)
    output = network(problem, leaves)
    own = _own(problem, output, y)
    total = _objective(problem, own, leaves)
    found = _gradients(total, [leaves[name] for name in problem.params])
    (by_input,) = _gradients(own.sum(), [leaves["x"]])
    jacobian = None
    if not couples_samples(problem.spec):
        columns = [_gradients(output[:, i].sum(), [leaves["x"]])[0] for i in range(output.shape[1])]
        jacobian = np.stack([c if rows(problem.spec) else c.T for c in columns], axis=1)
    result = output.detach().numpy()
    return Answer(
        result if rows(problem.spec) else result.T,
        float(total.detach()),
        dict(zip(problem.params, found, strict=True)),
        by_input,
        jacobian,
    )


def _gradients(of: Tensor, by: list[Tensor]) -> list[Any]:
    """Zero for what the value does not depend on."""
    if not of.requires_grad:
        return [np.zeros(tuple(leaf.shape)) for leaf in by]
    found = torch.autograd.grad(of, by, retain_graph=True, allow_unused=True, materialize_grads=True)
    return [gradient.numpy() for gradient in found]
