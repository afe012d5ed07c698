"""Every formula that the printer writes reads back to what it was written from, in every notation and both layouts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import Integer, Symbol

from symbolic import SymbolicError
from symbolic.algebra.values import SAMPLES
from symbolic.derivation import derive
from symbolic.networks.builder import NetworkBuilder
from symbolic.networks.spec import Batch, Spec, load_spec, make_spec
from symbolic.networks.tables import activations, catalog, losses
from symbolic.notation.profile import profile, profiles
from symbolic.reading.context import Context
from symbolic.reading.latex import read_entry, read_latex
from symbolic.reading.matrices import SampleSum
from symbolic.render.view import View
from tests.numeric import numbers_for
from tests.reading_back import LAYOUTS, reads_back


def at_depth(name: str, depth: int = 3) -> Spec:
    spec = load_spec(name)
    return make_spec({**spec.model_dump(exclude_unset=True), "depth": depth}) if spec.depth else spec


@pytest.mark.slow
@pytest.mark.parametrize("batch", ["single", "columns"])
@pytest.mark.parametrize("name", catalog())
def test_the_catalogue_in_every_notation_and_layout(name: str, batch: Batch) -> None:
    derivation = derive(at_depth(name), batch)
    for author in profiles().values():
        for layout in LAYOUTS:
            assert reads_back(derivation, author, layout) > 20


NET = NetworkBuilder("n").loss("squared_error")

RICH = {
    "softmax": NET.affine("m", "relu").affine("K", "softmax"),
    "log softmax": NET.affine("K", "log_softmax"),
    "residual sum": NET.affine("m", "sigma").affine("n").add("x", "a2").affine("K"),
    "layer norm": NET.affine("m").layer_norm().affine("K"),
    "RMS norm": NET.affine("m").rms_norm().affine("K"),
    "batch norm, statistics given": NET.affine("m").batch_norm(training=False).affine("K"),
    "dropout, scale, weights": NET.affine("m", "softplus").dropout(0.5).affine("K").scale("c"),
    "one unit": NetworkBuilder("n").affine(1, "sigmoid").loss("binary_cross_entropy"),
    "scalar output": NetworkBuilder("n").affine("m", "relu").affine(1).output(),
    "hyperparameters": NetworkBuilder("n").affine("p", "leaky_relu(alpha)").affine("K").loss("huber(delta)"),
    "parameters in numbers": NET.affine("p", "elu(0.5)").affine("K"),
    "formulas": NetworkBuilder("n").affine("m", "z/(1+abs(z))").affine("K").loss("(a-y)^4"),
}


@pytest.mark.parametrize("batch", [pytest.param("single", marks=pytest.mark.slow), "columns"])
@pytest.mark.parametrize("name", RICH)
def test_other_layers(name: str, batch: Batch) -> None:
    derivation = derive(RICH[name].spec(), batch)
    for author in ("standard", "003", "004"):
        for layout in LAYOUTS:
            assert reads_back(derivation, profile(author), layout) > 10


FOUND = {
    "functions that differ in a parameter": NetworkBuilder("n")
    .affine("K", "softplus(0.6)")
    .loss("binary_cross_entropy_logits"),
    "a parameter that is a letter in the name alone": NET.affine("m", "softplus(beta)").affine("K", "elu(alpha)"),
    "tanh by its name and without brackets": NET.affine("m", "tanh").affine("K").activation("log_cosh"),
    "blocks of blocks": NET.affine("n").concatenate("x", "z1", "a1").concatenate("a2", "x").rms_norm().affine("n"),
    "softmax of one unit": NET.affine("m").affine(1, "softmax"),
    "a hyperparameter s beside samples": NET.affine("K").loss("gaussian_nll(s)"),
    "weights on both sides of a sum": NET.affine("m", "tanh").affine("n", weight="W1^T").add("a2", "z2", "x"),
    "a penalty beside a chain": NET.affine("m", "relu", l1="lambda", l2=0.01).affine("K"),
    "one number throughout": NetworkBuilder(1).affine(1, residual=True).add("x", "x", "x").output(),
}
"""What random networks (test_reading_random.py) found to be printed or read as something else."""


@pytest.mark.parametrize("batch", ["single", *(pytest.param(b, marks=pytest.mark.slow) for b in ("columns", "rows"))])
@pytest.mark.parametrize("name", FOUND)
def test_what_random_networks_found(name: str, batch: Batch) -> None:
    derivation = derive(FOUND[name].spec(), batch)
    for author in ("standard", "003"):
        for layout in LAYOUTS:
            assert reads_back(derivation, profile(author), layout) > 5


@pytest.mark.parametrize("name", ["softmax", "layer norm", "batch norm, statistics given"])
def test_samples_in_rows(name: str) -> None:
    assert reads_back(derive(RICH[name].spec(), "rows"), profile("standard"), "denominator") > 10


def test_samples_that_are_coupled() -> None:
    network = NET.affine("m").batch_norm().affine("K").batch("columns")
    assert reads_back(derive(network.spec()), profile("standard"), "denominator") > 10


@pytest.mark.parametrize("row", activations())
def test_every_activation(row: str) -> None:
    network = NET.affine("m").activation(row).affine("K")
    assert reads_back(derive(network.spec()), profile("standard"), "denominator") > 10


@pytest.mark.parametrize("row", losses())
def test_every_loss(row: str) -> None:
    network = NetworkBuilder("n").affine("m", "tanh").affine("K", "sigmoid").loss(row)
    assert reads_back(derive(network.spec(), "columns"), profile("standard"), "denominator") > 10


@pytest.mark.parametrize(
    ("samples", "share"),
    [("mean", 1 / SAMPLES), ("sum", Integer(1))],
)
def test_a_chain_is_said_of_every_sample_with_its_share(samples: str, share: Any) -> None:
    network = NetworkBuilder("n").affine("K").loss("squared_error", samples=samples)
    derivation = derive(network.spec(), "columns")
    text = View(derivation, profile("standard"), "denominator").gradient("W1", "chain")
    read = read_latex(text, Context(derivation, profile("standard")))
    assert isinstance(read, SampleSum)
    assert (read.share, read.summed) == (share, True)


# -- what people write


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(derive("regression"), profile("standard"))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (r"\delta^{[2]} (a^{[1]})^T", r"\delta^{[2]} (a^{[1]})^\top"),
        (r"\delta^{[2]} a^{[1]\top}", r"\delta^{[2]} (a^{[1]})^\top"),
        (r"\mathbf{\delta}^{[2]} \mathbf{a}^{[1]\intercal}", r"\delta^{[2]} (a^{[1]})^\top"),
        (r"(W^{[2]})^{\mathsf T} \delta^{[2]} \circ \mathbf{1}\{z^{[1]} > 0\}", r"\delta^{[1]}"),
        (r"{W^{[2]}}^\top \delta^{[2]} * \mathrm{ReLU}'(z^{[1]})", r"\delta^{[1]}"),
        (r"{W^{[2]}}^\top \delta^{[2]} \odot \mathrm{ReLU}^{\prime}(z^{[1]})", r"\delta^{[1]}"),
        (r"2\big(W^{[2]} a^{[1]} + b^{[2]} - y\big)", r"\delta^{[2]}"),
        (r"2 \cdot (a^{[2]} - y)", r"\delta^{[2]}"),
    ],
)
def test_other_spellings_of_the_same(context: Context, text: str, same: str) -> None:
    forms = {r"\delta^{[1]}": r"(W^{[2]})^\top \delta^{[2]} \odot \mathbf{1}\{z^{[1]} > 0\}"}
    forms[r"\delta^{[2]}"] = r"2(a^{[2]} - y)" if "W" not in text else r"2(W^{[2]} a^{[1]} + b^{[2]} - y)"
    numbers = numbers_for(context.derivation)
    expected = numbers.of(read_latex(forms.get(same, same), context))
    assert np.allclose(numbers.of(read_latex(text, context)), expected)


def test_sums_of_entries_are_matrices(context: Context) -> None:
    numbers = numbers_for(context.derivation)
    read = read_latex(r"\sum_{k=1}^{K} (a^{[2]}_k - y_k)^2", context)
    assert np.allclose(numbers.of(read), numbers.of(read_latex(r"\|a^{[2]} - y\|^2", context)))


def test_entries_are_scalars_in_their_indices(context: Context) -> None:
    read = read_entry(r"\delta_{ij} z^{[1]}_i", context)
    assert {Symbol(letter, integer=True, positive=True) for letter in "ij"} <= read.free_symbols


REFUSED = {
    r"W^{[2]} + W^{[1]}": "sizes differ, (K, m) + (m, n)",
    r"W^{[2]} \delta^{[2]}": "inner sizes differ",
    r"W^{[9]} x": "column 1: unknown name 'W'",
    r"\mathbf{1}": "column 9: nothing says the size of this",
    r"\delta^{[2]} = 2y": "column 1: an equation; expected one side of it",
    r"\sigma(z^{[1]})": "cannot read",
    r"\left( x": "at its end: the formula stops, expected ')'",
    r"x_i": "an index that nothing sums over",
    r"\sum_{k=2}^{K} y_k": "a sum begins at 1, not 2",
    r"\sum_k y_k": "this sum does not say where it ends",
    "": "nothing to read",
    r"\frac{x}{": "'{' without a '}'",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_read_is_refused_in_one_line(context: Context, text: str) -> None:
    with pytest.raises(SymbolicError) as refused:
        read_latex(text, context)
    message = str(refused.value)
    assert message.startswith("formula: ")
    assert REFUSED[text] in message
    assert "\n" not in message
