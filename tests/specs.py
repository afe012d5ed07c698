"""Specs to test with: valid ones of every kind, the TOML they are written in, and any that Hypothesis draws."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from symbolic.networks.tables import activations, losses

Data = dict[str, Any]

LOSS, OUTPUT = {"loss": "squared_error"}, {"output": True}


def affine(units: int | str, **more: Any) -> Data:
    return {"units": units, **more}


def add(*inputs: str) -> Data:
    return {"type": "add", "inputs": list(inputs)}


def network(*layers: Data, size: int | str = "n", objective: Data = LOSS, **more: Any) -> Data:
    return {"name": "net", "input": {"size": size}, "layers": list(layers), "objective": objective, **more}


PLAIN = network(affine("m", activation="sigmoid"), affine("K"))
"""What the tests of bad input break in one place each."""

DEEP = network(affine("n_l", activation="sigma"), size="n_0", depth="L")

VALID: dict[str, Data] = {
    "plain": PLAIN,
    "one layer": network(affine("K")),
    "integer sizes": network(affine(5, activation="tanh"), affine(2), size=3),
    "mixed sizes": network(affine("h", activation="tanh"), affine(2), size=3),
    "sizes with an index": network(affine("n_1", activation="relu"), affine("n_2"), size="n_0"),
    "long size": network(affine("hidden_units", activation="relu"), affine("classes"), size="features"),
    "one of each size": network(affine(1), size=1),
    "equal sizes": network(affine("n", activation="softplus"), affine("n"), size="n"),
    "undefined function": network(affine("m", activation="sigma"), affine("K", activation="sigma")),
    "every layer type": network(
        affine("m", bias=False, l1=0.1, l2="lambda"),
        {"type": "layer_norm"},
        {"type": "rms_norm", "input": "a1", "epsilon": "epsilon"},
        {"type": "concatenate", "inputs": ["a2", "a3"]},
        {"type": "dropout", "rate": 0.5},
        {"type": "scale", "factor": "c"},
        affine("K", activation="elu(alpha)"),
        {"type": "activation", "activation": "softmax"},
        {"type": "batch_norm", "training": False},
    ),
    "tied": network(affine("m", activation="tanh"), affine("n", weight="W1^T")),
    "residual": network(affine("n", activation="tanh"), add("x", "a1"), affine("K")),
    "add of three": network(affine("n"), affine("n", input="x"), add("x", "a1", "z2")),
    "add of one twice": network(affine("m"), add("a1", "a1")),
    "fan-out": network(
        affine("m", activation="sigmoid"),
        affine("k", activation="softplus", input="a1"),
        affine("k", activation="relu", input="a1"),
        add("a2", "a3"),
        derivative_at_kink=0.5,
    ),
    "before the activation": network(affine("m", activation="relu"), affine("K", input="z1")),
    "unused layer": network(affine("m"), affine("K", input="x")),
    "kink 1": network(affine("m", activation="relu"), affine("K"), derivative_at_kink=1),
    "scalar output": network(affine("m", activation="tanh"), affine(1), objective=OUTPUT),
    "cross-entropy": network(affine("K", activation="sigmoid"), objective={"loss": "binary_cross_entropy"}),
    "reduction": network(affine("K"), objective={"loss": "squared_error", "reduction": "half"}),
    "conventions": network(affine("K"), notation="003", layout="numerator", batch="columns", title="A – b", order=7),
    "depth 1": {**DEEP, "depth": 1},
    "depth 4": {**DEEP, "depth": 4},
    "depth L": DEEP,
    "depth L, ReLU": network(affine("n_l", activation="relu"), size="n_0", depth="L"),
    "depth L, affine": network(affine("n_l"), size="n_0", depth="L"),
    "depth L, one output": {**DEEP, "output": {"units": 1}, "objective": OUTPUT},
    "depth L, three outputs": {**DEEP, "output": {"units": 3}},
    "depth L, K outputs": {**DEEP, "output": {"units": "K"}},
    "depth 4, K outputs": {**DEEP, "depth": 4, "output": {"units": "K"}},
}


def toml(data: Data) -> str:
    """The data as TOML; `layers` becomes an array of tables, as people write it."""
    lines = [f"{key} = {_value(v)}" for key, v in data.items() if not isinstance(v, dict) and not _tables(v)]
    for key, v in data.items():
        if isinstance(v, dict):
            lines += ["", f"[{key}]", *[f"{inner} = {_value(given)}" for inner, given in v.items()]]
        elif _tables(v):
            for table in v:
                lines += ["", f"[[{key}]]", *[f"{inner} = {_value(given)}" for inner, given in table.items()]]
    return "\n".join(lines) + "\n"


def _tables(given: Any) -> bool:
    return isinstance(given, (list, tuple)) and bool(given) and all(isinstance(item, dict) for item in given)


def _value(given: Any) -> str:
    return json.dumps(given, ensure_ascii=False)


def write(folder: Path, data: Data, name: str = "net.toml") -> Path:
    """A spec file in a folder."""
    path = folder / name
    path.write_text(toml(data), "utf-8")
    return path


@st.composite
def networks(draw: st.DrawFn) -> Data:
    """Any valid network: up to four layers, each from any earlier value, sums of values of one size."""
    sizes = st.sampled_from([1, 2, "m", "K"])
    size = draw(sizes)
    known = {"x": size}
    layers: list[Data] = []
    for k in range(1, draw(st.integers(1, 4)) + 1):
        origin = draw(st.sampled_from(sorted(known)))
        if draw(st.integers(0, 3)) == 0:
            alike = [name for name in sorted(known) if known[name] == known[origin]]
            layers.append(add(*draw(st.lists(st.sampled_from(alike), min_size=2, max_size=3))))
            known[f"a{k}"] = known[origin]
        else:
            layer = affine(draw(sizes), activation=draw(st.sampled_from(sorted(activations()))))
            if draw(st.booleans()):
                layer["input"] = origin
            layers.append(layer)
            known[f"z{k}"] = known[f"a{k}"] = layer["units"]
    objective: Data = {"loss": draw(st.sampled_from(sorted(losses())))}
    if known[f"a{len(layers)}"] == 1 and draw(st.booleans()):
        objective = OUTPUT
    elif draw(st.booleans()):
        objective["reduction"] = draw(st.sampled_from(["sum", "half", "mean"]))
    kink = draw(st.sampled_from([0, 0.5, 1]))
    return network(*layers, size=size, objective=objective, derivative_at_kink=kink)
