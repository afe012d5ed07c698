"""Any network that a spec can say, up to six layers, drawn by Hypothesis."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from peers.cases import CONVENTIONS, activation_texts, loss_texts
from peers.losses import LOSSES
from peers.problem import WEIGHTED, Spec

GROWING = ("exp", "squared_relu")
"""Not drawn: six of them in a row leave the range of double precision. `cases` has them."""

SIZES = st.integers(1, 4)
SOFT = [text for text in activation_texts() if text.partition("(")[0] not in GROWING]
ACTIVATIONS = st.one_of(st.just("identity"), st.sampled_from(SOFT), st.sampled_from(SOFT))
RATES = st.sampled_from([None, None, 0.01, "lambda"])
EPSILONS = st.sampled_from([None, 0.1, 1e-5, "epsilon"])


@dataclass
class _Network:
    """The layers so far, the units of each value, and the weights that later layers may be tied to."""

    units: dict[str, int]
    layers: list[Spec] = field(default_factory=list)
    weights: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def last(self) -> str:
        return f"a{len(self.layers)}" if self.layers else "x"

    def append(self, layer: Spec, units: int) -> None:
        """A further layer, whose values have that many units."""
        k = len(self.layers) + 1
        self.layers.append({key: value for key, value in layer.items() if value is not None})
        self.units[f"a{k}"] = units
        if "units" in layer:
            self.units[f"z{k}"] = units


def _source(draw: st.DrawFn, network: _Network) -> tuple[str | None, int]:
    """The value that a layer takes: the one before, unsaid, or any by its name."""
    name = draw(st.one_of(st.none(), st.none(), st.sampled_from(sorted(network.units))))
    return name, network.units[name or network.last]


def _affine(draw: st.DrawFn, network: _Network) -> None:
    name, inputs = _source(draw, network)
    residual, bias = draw(st.booleans()), draw(st.sampled_from([None, None, False]))
    layer: Spec = {"activation": draw(ACTIVATIONS), "input": name, "bias": bias}
    ties = {w: out for w, (out, into) in network.weights.items() if into == inputs}
    ties |= {f"{w}^T": into for w, (out, into) in network.weights.items() if out == inputs}
    if ties and draw(st.integers(0, 2)) == 0:
        tied = draw(st.sampled_from(sorted(ties)))
        units = ties[tied]
        layer["weight"] = tied
    else:
        units = inputs if residual else draw(SIZES)
        layer |= {"l1": draw(RATES), "l2": draw(RATES)}
        network.weights[f"W{len(network.layers) + 1}"] = (units, inputs)
    layer["residual"] = True if residual and units == inputs else None
    network.append({"units": units, **layer}, units)


def _activation(draw: st.DrawFn, network: _Network) -> None:
    name, units = _source(draw, network)
    network.append({"type": "activation", "activation": draw(ACTIVATIONS), "input": name}, units)


def _add(draw: st.DrawFn, network: _Network) -> None:
    units = network.units[network.last]
    alike = [name for name, number in sorted(network.units.items()) if number == units]
    network.append({"type": "add", "inputs": draw(st.lists(st.sampled_from(alike), min_size=2, max_size=3))}, units)


def _concatenate(draw: st.DrawFn, network: _Network) -> None:
    names = draw(st.lists(st.sampled_from(sorted(network.units)), min_size=2, max_size=3))
    network.append({"type": "concatenate", "inputs": names}, sum(network.units[name] for name in names))


def _scale(draw: st.DrawFn, network: _Network) -> None:
    name, units = _source(draw, network)
    network.append({"type": "scale", "factor": draw(st.sampled_from([2, 0.5, "c"])), "input": name}, units)


def _dropout(draw: st.DrawFn, network: _Network) -> None:
    name, units = _source(draw, network)
    network.append({"type": "dropout", "rate": draw(st.sampled_from([None, 0.25])), "input": name}, units)


def _norm(draw: st.DrawFn, network: _Network) -> None:
    name, units = _source(draw, network)
    kind = draw(st.sampled_from(["layer_norm", "rms_norm", "batch_norm"]))
    layer: Spec = {
        "type": kind,
        "input": name,
        "epsilon": draw(EPSILONS),
        "affine": draw(st.sampled_from([None, False])),
    }
    if kind == "batch_norm":
        layer["training"] = draw(st.sampled_from([None, False]))
    network.append(layer, units)


LAYERS = [_affine, _affine, _activation, _add, _concatenate, _scale, _dropout, _norm, _norm]


@st.composite
def networks(draw: st.DrawFn) -> Spec:
    """One to six layers, the first of them affine, in any convention, with any loss and penalties."""
    size = draw(SIZES)
    network = _Network({"x": size})
    _affine(draw, network)
    for _ in range(draw(st.integers(0, 4))):
        draw(st.sampled_from(LAYERS))(draw, network)
    loss = draw(st.sampled_from(loss_texts()))
    row = LOSSES[loss.partition("(")[0]]
    if row.domain != "real":  # the output has to be in the domain: from the activation that the loss is for
        units = draw(SIZES)
        kind = {"type": "activation"} if draw(st.booleans()) else {"units": units}
        units = units if "units" in kind else network.units[network.last]
        network.append({**kind, "activation": row.natural}, units)
    objective: Spec = {"loss": loss}
    if network.units[network.last] == 1 and draw(st.integers(0, 3)) == 0:
        objective = {"output": True}
    else:
        objective["samples"] = draw(st.sampled_from(["mean", "sum", *WEIGHTED]))
        reduction = draw(st.sampled_from([None, "sum", "half", "mean"]))
        objective |= {"reduction": reduction} if reduction else {}
    batch, weights = draw(st.sampled_from(CONVENTIONS))
    return {
        "name": "net",
        "input": {"size": size},
        "layers": network.layers,
        "objective": objective,
        "batch": batch,
        "weights": weights,
    }


LETTERS = {2: "m", 3: "K", 4: "p"}


def with_letters(spec: Spec) -> Spec:
    """The same network with a letter for each size but 1."""

    def named(layer: Spec) -> Spec:
        return {**layer, "units": LETTERS.get(layer["units"], layer["units"])} if "units" in layer else layer

    size = spec["input"]["size"]
    return {**spec, "input": {"size": LETTERS.get(size, size)}, "layers": [named(layer) for layer in spec["layers"]]}
