"""Network formulas: what each is as a spec, what every wrong one is refused with, and nothing else that can happen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic import SpecError, SymbolicError, derive
from symbolic.networks.spec import Spec
from symbolic.reading.kinds import is_formula
from symbolic.reading.network import read_network
from tests.soon import ends_soon
from tests.specs import Data, add, affine, network

PLAIN = network(affine("m", activation="relu"), affine("K"))
NO_BIAS: Data = {"bias": False}


def spec_of(formula: str, **options: Any) -> Spec:
    return read_network(formula, **{"loss": "squared_error", **options}).spec


def spelled(data: Data) -> Spec:
    from symbolic.networks.spec import make_spec

    return make_spec(data)


SAME = (
    "W2 relu(W1 x + b1) + b2",
    "W2 @ relu(W1 @ x + b1) + b2",
    "W2 * relu(W1*x + b1) + b2",
    "W_2 relu(W_1 x + b_1) + b_2",
    "W2 max(0, W1 x + b1) + b2",
    "W2 (W1 x + b1)^+ + b2",
    "y = b2 + W2 relu(b1 + W1 x)",
    "W₂ relu(W₁ x + b₁) + b₂",
    "W⁽²⁾ relu(W⁽¹⁾ x + b⁽¹⁾) + b⁽²⁾",
    "W[2] relu(W[1] x + b[1]) + b[2]",
    r"W^{[2]} \mathrm{ReLU}(W^{[1]} x + b^{[1]}) + b^{[2]}",
    r"\mathbf W^{(2)} \max\left(0, \mathbf{W}^{(1)} \mathbf{x} + \mathbf{b}^{(1)}\right) + \mathbf{b}^{(2)}",
    r"W_{2}\,\operatorname{ReLU}\bigl(W_{1} x + b_{1}\bigr) + b_{2}",
    r"\hat{y} = W_2 (W_1 x + b_1)^{+} + b_2",
    r"W_2 \text{relu}(W_1x + b_1) + b_2",
)


@pytest.mark.parametrize("formula", SAME)
def test_one_network_in_many_spellings(formula: str) -> None:
    read = read_network(formula, loss="squared_error")
    assert read.spec == spelled(PLAIN)
    assert read.names == {}


NETWORKS: dict[str, Data] = {
    "V relu(U x + c)": network(affine("m", activation="relu"), affine("K", **NO_BIAS)),
    r"\text{softmax}(W_2 \tanh(W_1 x))": network(
        affine("m", activation="tanh", **NO_BIAS), affine("K", activation="softmax", **NO_BIAS)
    ),
    r"\log \mathrm{softmax}(W x + b)": network(affine("n_1", activation="log_softmax"), size="n_0"),
    r"\sigma(W x)": network(affine("n_1", activation="sigma", **NO_BIAS), size="n_0"),
    "W1^T relu(W1 x + b1) + b2": network(affine("m", activation="relu"), affine("n", weight="W1^T")),
    r"W_1^\top \tanh(W_1 x)": network(affine("m", activation="tanh", **NO_BIAS), affine("n", weight="W1^T", **NO_BIAS)),
    "W tanh(W x + b) + c": network(affine("n", activation="tanh"), affine("n", weight="W1")),
    "W2^T tanh(W1^T x)": network(affine("m", activation="tanh", **NO_BIAS), affine("K", **NO_BIAS), weights="in_out"),
    "x + V relu(U x + c)": network(affine("m", activation="relu"), affine("n", **NO_BIAS), add("x", "a2")),
    "x + relu(W x + b)": network(affine("n_0", activation="relu", residual=True), size="n_0"),
    "2 relu(W x + b)": network(affine("n_1", activation="relu"), {"type": "scale", "factor": 2}, size="n_0"),
    r"\alpha W x": network(affine("n_1", **NO_BIAS), {"type": "scale", "factor": "alpha"}, size="n_0"),
    r"\frac{1}{4} W x": network(affine("n_1", **NO_BIAS), {"type": "scale", "factor": 0.25}, size="n_0"),
    "(W x)/3": network(affine("n_1", **NO_BIAS), {"type": "scale", "factor": "1/3"}, size="n_0"),
    "elu(W x, 2/3)": network(affine("n_1", activation="elu(2/3)", **NO_BIAS), size="n_0"),
    "A [U x; V x] + c": network(
        affine("n_1", **NO_BIAS),
        affine("n_2", input="x", **NO_BIAS),
        {"type": "concatenate", "inputs": ["a1", "a2"]},
        affine("n_3"),
        size="n_0",
    ),
    "concat(x, tanh(V x))": network(
        affine("n_1", activation="tanh", **NO_BIAS), {"type": "concatenate", "inputs": ["x", "a1"]}, size="n_0"
    ),
    "relu(x W1 + b1) W2 + b2": PLAIN | {"batch": "rows", "weights": "in_out"},
    "relu(x W1^T + b1) W2^T + b2": PLAIN | {"batch": "rows"},
    "W relu(U x) + V sigmoid(U x)": network(
        affine("n_1", activation="relu", **NO_BIAS),
        affine("n_2", **NO_BIAS),
        {"type": "activation", "activation": "sigmoid", "input": "z1"},
        affine("n_2", **NO_BIAS),
        add("a2", "a4"),
        size="n_0",
    ),
    "layer_norm(W x + b)": network(affine("n_1"), {"type": "layer_norm"}, size="n_0"),
    r"M \odot \mathrm{relu}(W x + b)": network(affine("n_1", activation="relu"), {"type": "dropout"}, size="n_0"),
    "dropout(relu(W x + b), 0.5)": network(
        affine("n_1", activation="relu"), {"type": "dropout", "rate": 0.5}, size="n_0"
    ),
    "leaky_relu(W x + b, 0.1)": network(affine("n_1", activation="leaky_relu(0.1)"), size="n_0"),
    "elu(W x + b, alpha)": network(affine("n_1", activation="elu(alpha)"), size="n_0"),
    "W3 relu(W2 relu(W1 x + b1) + b2) + b3": network(
        affine("n_1", activation="relu"), affine("n_2", activation="relu"), affine("n_3"), size="n_0"
    ),
}


@pytest.mark.parametrize("formula", NETWORKS)
def test_networks(formula: str) -> None:
    assert spec_of(formula) == spelled(NETWORKS[formula])


@pytest.mark.parametrize("formula", [f for f in NETWORKS if f not in ("concat(x, tanh(V x))",)])
def test_every_network_can_be_built(formula: str) -> None:
    assert set(derive(spec_of(formula)).targets) >= {"W1", "x"}


def test_a_subformula_said_twice_is_one_layer() -> None:
    assert len(spec_of("tanh(W x + b) + tanh(W x + b)").layers) == 2


def test_names_that_differ_are_told() -> None:
    assert read_network("V relu(U x + c)", loss="huber").names == {"U": "W1", "V": "W2", "c": "b1"}
    assert read_network("relu(x W)", loss="huber", weights="out_in").names == {"W": "W1^T"}
    assert read_network(r"W_{ih} x + \hat{b}", loss="huber").names == {"W_ih": "W1", "hat_b": "b1"}


def test_without_a_loss_the_output_is_differentiated() -> None:
    read = read_network("w relu(W x + b)").spec
    assert read.objective.output
    assert [layer.units for layer in read.layers] == ["m", 1]  # type: ignore[union-attr]


REFUSED = {
    "W2 rleu(W1 x + b1)": "column 4: unknown function 'rleu'; did you mean 'relu'?",
    "W2 relu(W1 x + b1": "at its end: the formula stops, expected ')'",
    "W + * x": "column 5: found '*', expected a name, a number or '('",
    "W x) + b": "column 4: found ')', expected '=' or the end",
    "x x": "column 1: a product of two values is no layer",
    "relu(W x) ⊙ relu(U x)": "column 1: values are not multiplied entry by entry",
    "W b": "column 1: nothing here is multiplied with the input",
    "b": "column 1: this does not depend on the input x",
    "W x - b": "column 7: a minus sign; write +",
    "W x W": "column 1: weights on both sides of a value",
    "W x + x V": "column 9: samples are columns (W x) in one place and rows (x W) in another",
    "b + relu(W x)": "column 1: b is added to no product with a weight",
    "W relu(W x + b) + b": "column 1: b is of another layer already",
    "W x + 3": "column 1: a number is added",
    "relu(Wx + b)": "column 6: 'Wx' is one name; write W x",
    "x^T W": "column 1: only weights are transposed in a network",
    "x": "a network has a layer; the formula is its input",
    "f(W x)": "column 1: unknown function 'f'",
    r"\foo x": r"column 1: cannot read '\\foo'",
    "max(W x, U x)": "column 1: only max(0, a) is an activation",
    "W x / 0": "column 1: only a value is divided in a network, by a number other than 0",
    "|W x|": "column 1: an absolute value has no place in a network",
    "W^{": "column 3: '{' without a '}'",
    "": "nothing to read",
    "W x + concat(x, U x)": "column 7: what is joined has the size of another value",
    "(" * 100 + "x" + ")" * 100: "column 61: nested in more than 60 levels",
    "x" * 6000: "more than 5000 characters",
}


@pytest.mark.parametrize("formula", REFUSED)
def test_wrong_formulas_are_refused_in_one_line(formula: str) -> None:
    with pytest.raises(SpecError) as refused:
        spec_of(formula)
    message = str(refused.value)
    assert message.startswith(f"formula: {REFUSED[formula]}")
    assert "\n" not in message


def test_a_loss_that_is_wrong_is_the_specs_to_refuse() -> None:
    with pytest.raises(SymbolicError, match="weights"):
        spec_of("W x", weights="wide")
    with pytest.raises(SymbolicError, match="give a loss"):
        read_network("W x + x")


PIECES = st.sampled_from(
    [*"xWUbMc123+-*/@^_()[]{};,=|&'\\", " ", "relu", "tanh(", "W1", "^T", "^{[1]}", r"\frac", r"\mathbf", r"\sum", "⊙"]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_is_a_network_or_refused(text: str) -> None:
    with ends_soon():
        said = complaint(text)
        assert "\n" not in said


def complaint(formula: str) -> str:
    """What a formula is refused with; nothing if it is none to refuse. Any other exception is a failure."""
    try:
        return "" if spec_of(formula).layers else "no layers"
    except SymbolicError as error:
        return str(error)


@pytest.mark.parametrize(
    "hostile",
    ["W " * 2400 + "x", "+".join(["W x"] * 900), "relu(" * 59 + "x" + ")" * 59, "9" * 400 + " x", "W^T" * 900],
)
def test_long_formulas_take_no_time(hostile: str) -> None:
    with ends_soon():
        assert len(complaint(hostile)) < 300


def test_names_and_files_are_no_formulas() -> None:
    assert [is_formula(text) for text in ("regression", "my net.toml", "folder/net.toml", "W x", r"\sigma(z)")] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_a_power_of_a_weight_is_refused() -> None:
    with pytest.raises(SymbolicError, match=r"column 1: W1\^2 is a power; write the product out"):
        read_network("W1^2 x", loss="squared_error")
