"""Networks built in Python, from formulas and from TOML are the same specs; a spec printed as TOML reads back."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given

from symbolic import Network, Spec, SpecError, load_spec, read_network
from symbolic.__main__ import main
from symbolic.networks.spec import make_spec
from symbolic.networks.tables import catalog
from symbolic.networks.toml import to_toml
from tests.specs import VALID, Data, networks, write

MLP = Network("n").affine("m").activation("relu").affine("K").loss("squared_error")

TOML = """
name = "net"

[input]
size = "n"

[[layers]]
units = "m"
activation = "relu"

[[layers]]
units = "K"

[objective]
loss = "squared_error"
"""


def test_three_ways_to_say_a_network() -> None:
    read = make_spec(tomllib.loads(TOML))
    assert MLP.spec() == read
    assert read_network("W2 relu(W1 x + b1) + b2", loss="squared_error").spec == read
    assert to_toml(read).strip() == TOML.strip()


def test_three_ways_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, tomllib.loads(TOML))
    for source in (["show", str(path)], ["show", "V relu(U x + c) + d", "--loss", "squared_error"]):
        assert main(source) == 0
        said = capsys.readouterr()
        assert said.out.strip() == TOML.strip()
    assert said.err == "net: U is W1, V is W2, c is b1, d is b2\n"


def test_options_of_formulas_belong_to_formulas(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "regression", "--loss", "huber"]) == 2
    assert capsys.readouterr().err == "symbolic: --loss: belongs to a formula; a spec says its own\n"
    assert main(["derive", "W2 rleu(W1 x)"]) == 2
    assert "column 4: unknown function 'rleu'; did you mean 'relu'?" in capsys.readouterr().err


def test_a_formula_is_derived_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", "W2 relu(W1 x + b1) + b2", "--loss", "squared_error", "--form", "recurrence"]) == 0
    assert "δ[2] = 2(a[2] − y)" in capsys.readouterr().out


def test_every_kind_of_layer() -> None:
    built = (
        Network("n")
        .affine("m", bias=False, l2="lambda", l1=0.01)
        .activation("leaky_relu(0.1)")
        .activation("softmax")
        .layer_norm()
        .rms_norm(affine=False)
        .batch_norm(training=False, epsilon="epsilon")
        .dropout(0.5)
        .scale("c")
        .affine("n", weight="W1^T", residual=False)
        .add("x", "a9")
        .concatenate("x", "a1")
        .activation("tanh", input="z1")
        .affine("K", input="a2")
        .loss("huber(delta)", reduction="half", samples="weighted_mean")
        .named("all_of_them", "A – b")
        .batch("rows", "in_out")
        .conventions(layout="numerator", derivative_at_kink=0.5)
    )
    spec = built.spec()
    kinds = [layer.type for layer in spec.layers]
    assert kinds == [
        *("affine", "activation", "layer_norm", "rms_norm", "batch_norm", "dropout", "scale", "affine"),
        *("add", "concatenate", "activation", "affine"),
    ]
    assert make_spec(tomllib.loads(to_toml(spec))) == spec


def test_repeated_layers_and_outputs() -> None:
    deep = Network("n_0").affine("n_l", "sigma").repeated("L", units=1).output().named("deep").spec()
    assert (deep.depth, deep.objective.output) == ("L", True)


def test_a_network_is_left_as_it_is() -> None:
    shorter = Network("n").affine("m")
    assert len(shorter.affine("K").layers) == 2
    assert len(shorter.layers) == 1
    assert "activation" not in shorter.layers[0]


def test_a_network_derives_itself() -> None:
    assert MLP.derive().latex("W2") == r"\delta^{[2]} (a^{[1]})^\top"


WRONG = {
    "net: layers: () is too short; give at least 1": Network("n").loss("huber"),
    "net: objective: give either a loss or output = true": Network("n").affine("K"),
    "net: input.size: 'l' is the layer index; choose another letter for this size": Network("l").affine("m").output(),
    "other: layers[1].inputs: ('x',) is too short; give at least 2": Network("n").add("x").output().named("other"),
}


@pytest.mark.parametrize("message", WRONG)
def test_wrong_use_is_refused_as_in_toml(message: str) -> None:
    with pytest.raises(SpecError) as refused:
        WRONG[message].spec()
    assert str(refused.value) == message


@pytest.mark.parametrize("name", catalog())
def test_the_catalogue_reads_back(name: str) -> None:
    spec = load_spec(name)
    assert make_spec(tomllib.loads(to_toml(spec))) == spec


@pytest.mark.parametrize("name", VALID)
def test_every_spec_reads_back(name: str) -> None:
    assert_reads_back(make_spec(VALID[name]))


@given(networks())
def test_any_network_reads_back(data: Data) -> None:
    assert_reads_back(make_spec(data))


def assert_reads_back(spec: Spec) -> None:
    text = to_toml(spec)
    assert make_spec(tomllib.loads(text)) == spec
    assert "None" not in text
