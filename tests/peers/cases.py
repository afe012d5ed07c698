"""The matrix of small networks that the generated modules are tested on: every row of the tables, every convention.

The rows are found in the tables of `symbolic.networks`; what they mean, every peer says in its own words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from peers.losses import LOSSES
from peers.problem import Spec
from peers.texts import FORMULAS
from symbolic.networks.tables import activations, losses

CONVENTIONS = [(batch, weights) for batch in ("columns", "rows") for weights in ("out_in", "in_out")]


class Case(NamedTuple):
    """A network in one convention."""

    name: str
    spec: Spec


def in_convention(spec: Spec, batch: str, weights: str) -> Case:
    """The spec with samples and weights that way round."""
    label = spec["title"] + f" {batch} {weights}"
    return Case(label, {**spec, "batch": batch, "weights": weights})


def network(title: str, *layers: Spec, **objective: object) -> Spec:
    """A spec; the title says what it is a case of."""
    return {"name": "net", "title": title, "input": {"size": "n"}, "layers": list(layers), "objective": objective}


def _called(name: str, parameters: Iterable[str], thorough: bool) -> list[str]:
    """How a row with parameters may be called: elu, elu(alpha), and, to be thorough, elu(0.6)."""
    names = list(parameters)
    calls = [names, ["0.6"] * len(names)] if thorough else [names]
    return [name, *(f"{name}({', '.join(given)})" for given in calls if given)]


def activation_texts(thorough: bool = True) -> list[str]:
    """Every row of activations.toml as a spec may call it, save the undefined σ, and some formulas."""
    rows = {name: row for name, row in activations().items() if name != "sigma"}
    return [text for name, row in rows.items() for text in _called(name, dict(row.parameters), thorough)] + [*FORMULAS]


def loss_texts(thorough: bool = True) -> list[str]:
    """Every row of losses.toml as a spec may call it."""
    return [text for name, row in losses().items() for text in _called(name, dict(row.parameters), thorough)]


def natural_loss(activation: str) -> str | None:
    """The loss whose output usually comes from that activation."""
    found = [name for name, row in LOSSES.items() if row.natural == activation and row.domain != "real"]
    return found[0] if found else None


def small_networks(thorough: bool = True) -> list[Spec]:
    """Two affine layers: every activation with squared error and its natural loss, every loss with its natural
    activation and, to be thorough, with identity."""
    found = []
    for text in activation_texts(thorough):
        for loss in filter(None, ("squared_error", natural_loss(text))):
            layers = [{"units": "m", "activation": text}, {"units": "K", "activation": text}]
            found.append(network(f"{text}, {loss}", *layers, loss=loss))
    for text in loss_texts(thorough):
        natural = LOSSES[text.partition("(")[0]].natural
        for last in dict.fromkeys((natural, "identity") if thorough else (natural,)):
            layers = [{"units": "m", "activation": "tanh"}, {"units": "K", "activation": last}]
            found.append(network(f"{text} of {last}", *layers, loss=text))
    return found


def affine(units: str, activation: str = "identity", **more: object) -> Spec:
    return {"units": units, "activation": activation, **more}


def of(kind: str, **more: object) -> Spec:
    return {"type": kind, **more}


def with_layers(thorough: bool = True) -> list[Spec]:
    """Networks with every layer type and every way to count samples; to be thorough, every layer as the last too."""
    first, last = affine("m", "tanh"), affine("K")
    middle = {
        "softmax": [of("activation", activation="softmax")],
        "log_softmax of x": [of("activation", activation="log_softmax", input="x")],
        "gelu of z1": [of("activation", activation="gelu", input="z1")],
        "no bias": [affine("p", "relu", bias=False)],
        "residual": [affine("m", "relu", residual=True)],
        "tied": [affine("m", "tanh"), affine("m", "sigmoid", weight="W2")],
        "tied, transposed": [affine("p", "tanh"), affine("m", "sigmoid", weight="W2^T", bias=False)],
        "add": [affine("m", input="x"), of("add", inputs=["a1", "z2", "a1"])],
        "concatenate": [of("concatenate", inputs=["x", "a1", "x"])],
        "scale": [of("scale", factor=2), of("scale", factor="c")],
        "dropout": [of("dropout")],
        "dropout, rate": [of("dropout", rate=0.25), affine("p", "tanh"), of("dropout", rate=0.5)],
        "penalties": [affine("p", "tanh", l1=0.01, l2="lambda"), affine("p", l1="lambda")],
    }
    for norm in ("layer_norm", "rms_norm", "batch_norm"):
        middle[norm] = [of(norm)]
        middle[f"{norm}, plain"] = [of(norm, affine=False, epsilon=0.1)]
        middle[f"{norm}, epsilon"] = [of(norm, epsilon="epsilon"), affine("p", "tanh"), of(norm, epsilon=1e-3)]
    middle["batch_norm, given"] = [of("batch_norm", training=False)]
    found = [network(name, first, *layers, last, loss="squared_error") for name, layers in middle.items()]
    found += [network(f"{name} last", first, *layers, loss="huber") for name, layers in middle.items() if thorough]
    for samples in ("mean", "sum", "weighted_mean", "weighted_sum"):
        for reduction in ("sum", "half", "mean") if thorough else ("half",):
            objective = {"loss": "huber(delta)", "samples": samples, "reduction": reduction}
            found.append(network(f"{samples}, {reduction}", first, affine("K", l2=0.1), **objective))
    found.append(network("output", first, affine("p", "sin", l2=0.1), of("layer_norm"), {"units": 1}, output=True))
    return found


def every_case() -> list[Case]:
    """The whole matrix."""
    return [in_convention(spec, *way) for spec in small_networks() + with_layers() for way in CONVENTIONS]


def slice_of_cases() -> list[Case]:
    """Every network that is essential once, each in the next convention."""
    specs = small_networks(thorough=False) + with_layers(thorough=False)
    return [in_convention(spec, *CONVENTIONS[i % len(CONVENTIONS)]) for i, spec in enumerate(specs)]


def every_network() -> list[Case]:
    """Every network of the matrix once, each in the next convention."""
    specs = small_networks() + with_layers()
    return [in_convention(spec, *CONVENTIONS[i % len(CONVENTIONS)]) for i, spec in enumerate(specs)]
