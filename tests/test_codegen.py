"""The code generator in its parts: printers, stable forms, loops, names, templates."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from jinja2 import meta, nodes
from sympy import Expr, Function, Identity, Integer, Rational, ZeroMatrix, exp, log, simplify
from sympy.matrices.expressions.matexpr import MatrixExpr

from codegen.comments import WIDTH, broken, comment
from codegen.functions import Function as GeneratedFunction
from codegen.functions import Functions
from codegen.helpers import Constant, Helper, constants, helpers, imports
from codegen.jacobian import JacobianPrinter, jacobian_steps
from codegen.module import TEMPLATES, environment
from codegen.names import Names
from codegen.numpy_printer import NumPyPrinter
from codegen.parameters import SCHEMES, Field, SummedSize
from codegen.rewrite import STABLE, Rewriter
from codegen.scalars import CALLS, Scalars, expm1, log1p, log_sigmoid
from codegen.sizes import LONGEST, layer_name, size_name, with_usable_sizes
from codegen.targets import Range
from symbolic.algebra.build import add, diag, mul, ones, scale, total
from symbolic.algebra.elementwise import elementwise, hadamard
from symbolic.algebra.functions import NamedFunction
from symbolic.algebra.nodes import Total, slot
from symbolic.algebra.program import Step
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import DEPTH, LAYER, SAMPLES, Value, size, value
from symbolic.derivation import Derivation
from symbolic.networks.branches import written_out
from symbolic.networks.build import build
from symbolic.networks.functions import function_of
from symbolic.networks.spec import load_spec, make_spec
from symbolic.networks.tables import activation, activations
from symbolic.notation.markup import MARKUPS
from symbolic.notation.printer import Printer
from symbolic.notation.profile import profile

REGRESSION = build(load_spec("regression"), "columns")
DEEP = build(load_spec("deep_mse"), "columns")

n, m, K, N = size("n"), size("m"), size("K"), SAMPLES
ONE, TWO = Integer(1), Integer(2)
X, Y = value("x", n, N), value("y", K, N)
W1, b1, Z1, A1 = value("W", m, n, ONE), value("b", m, 1, ONE), value("z", m, N, ONE), value("a", m, N, ONE)
W2, A2 = value("W", K, m, TWO), value("a", K, N, TWO)
D1, D2 = value("d:z", m, N, ONE), value("d:z", K, N, TWO)
s, t = slot(0), slot(1)
u = Function("u")


def named(name: str) -> type[NamedFunction]:
    function = function_of(activation(name))
    assert function is not None
    return function


relu, sigmoid = named("relu"), named("sigmoid")


# -- expressions: LaTeX and NumPy side by side

TABLE: list[tuple[MatrixExpr, str, str]] = [
    (X, "X", "x"),
    (
        add(mul(W1, X), mul(b1, ones(1, N))),
        r"W^{[1]} X + b^{[1]} \mathbf{1}^\top",
        "params.W1 @ x + params.b1",
    ),
    (mul(b1, ones(1, N)), r"b^{[1]} \mathbf{1}^\top", "np.repeat(params.b1, N, axis=1)"),
    (ones(m, N), r"\mathbf{1}\mathbf{1}^\top", "np.ones((m, N), dtype=x.dtype)"),
    (scale(1 / N, ones(K, N)), r"\frac{1}{N}\mathbf{1}\mathbf{1}^\top", "np.full((K, N), 1.0 / N, dtype=x.dtype)"),
    (mul(D1, ones(N, 1)), r"\Delta^{[1]} \mathbf{1}", "delta1.sum(axis=1, keepdims=True)"),
    (mul(ones(1, K), D2), r"\mathbf{1}^\top \Delta^{[2]}", "delta2.sum(axis=0, keepdims=True)"),
    (
        mul(D1, ones(N, N)),
        r"\Delta^{[1]} \mathbf{1}\mathbf{1}^\top",
        "np.repeat(delta1.sum(axis=1, keepdims=True), N, axis=1)",
    ),
    (
        mul(W1, X, ones(N, 1), ones(1, K), D2),
        r"W^{[1]} X \mathbf{1}\mathbf{1}^\top \Delta^{[2]}",
        "(params.W1 @ x).sum(axis=1, keepdims=True) * delta2.sum(axis=0, keepdims=True)",
    ),
    (mul(D2, transpose(A1)), r"\Delta^{[2]} (A^{[1]})^\top", "delta2 @ a1.T"),
    (scale(2 / N, add(A2, scale(-1, Y))), r"\frac{2}{N}(A^{[2]} - Y)", "(2.0 / N) * (a2 - y)"),
    (scale(-1 / (K * N), A2), r"-\frac{1}{KN}A^{[2]}", "-a2 / (K * N)"),
    (scale(Rational(1, 2), A2), r"\frac{1}{2}A^{[2]}", "0.5 * a2"),
    (scale(Rational(1, 3), A2), r"\frac{1}{3}A^{[2]}", "a2 / 3"),
    (scale(3 * K / N, A2), r"\frac{3K}{N}A^{[2]}", "(3.0 * K / N) * a2"),
    (scale(2, mul(W2, A1)), "2W^{[2]} A^{[1]}", "2.0 * (params.W2 @ a1)"),
    (elementwise(relu(s), Z1), r"\mathrm{ReLU}(Z^{[1]})", "relu(z1)"),
    (
        hadamard(mul(transpose(W2), D2), elementwise(relu(s).diff(s), Z1)),
        r"(W^{[2]})^\top \Delta^{[2]} \odot \mathbf{1}\{Z^{[1]} > 0\}",
        "(params.W2.T @ delta2) * relu_derivative(z1)",
    ),
    (
        hadamard(mul(transpose(W2), D2), A1, elementwise(1 - s, A1)),
        r"(W^{[2]})^\top \Delta^{[2]} \odot A^{[1]} \odot (1 - A^{[1]})",
        "(params.W2.T @ delta2) * a1 * (1.0 - a1)",
    ),
    (
        hadamard(mul(b1, ones(1, N)), A1),
        r"b^{[1]} \mathbf{1}^\top \odot A^{[1]}",
        "params.b1 * a1",
    ),
    (mul(W2, hadamard(A1, D1)), r"W^{[2]} (\Delta^{[1]} \odot A^{[1]})", "params.W2 @ (delta1 * a1)"),
    (elementwise(1 - s**2, A1), r"1 - A^{[1]} \odot A^{[1]}", "1.0 - np.square(a1)"),
    (
        elementwise((s - t) / (s * (1 - s)), A2, Y),
        r"(A^{[2]} - Y) \oslash (A^{[2]} \odot (1 - A^{[2]}))",
        "(a2 - y) / (a2 * (1.0 - a2))",
    ),
    (total(elementwise((s - t) ** 2, A2, Y)), r"\|A^{[2]} - Y\|_F^2", "np.sum(np.square(a2 - y))"),
    (Total(A2), r"\sum_{k=1}^{K} \sum_{p=1}^{N} A^{[2]}_{kp}", "np.sum(a2)"),
    (ZeroMatrix(m, n), r"\mathbf{0}", "np.zeros((m, n), dtype=x.dtype)"),
    (Identity(K), r"\mathbf{I}", "np.eye(K, dtype=x.dtype)"),
]


@pytest.mark.parametrize(("expr", "latex", "numpy"), TABLE, ids=[numpy for _, _, numpy in TABLE])
def test_an_expression_as_latex_and_as_numpy(expr: MatrixExpr, latex: str, numpy: str) -> None:
    assert Printer(profile("standard"), MARKUPS["latex"], output=REGRESSION.output).print(expr) == latex
    assert NumPyPrinter(Names(REGRESSION, {})).print(expr) == numpy


@pytest.mark.parametrize(
    ("expr", "indexed", "plain"),
    [
        (value("W", size("n", LAYER + 1), size("n", LAYER), LAYER + 1), "W[layer + 1]", "W[layer + 1]"),
        (value("W", size("n", DEPTH), size("n", DEPTH - 1), DEPTH), "W[L]", "W[L]"),
        (value("d:z", size("n", LAYER + 1), N, LAYER + 1), "delta[layer + 1]", "delta"),
        (value("a", size("n", LAYER - 1), N, LAYER - 1), "a[layer - 1]", "a"),
        (value("d:a", size("n", ONE - 1), N, ONE - 1), "x_bar", "x_bar"),
    ],
)
def test_values_over_a_range_of_layers(expr: Value, indexed: str, plain: str) -> None:
    """With the layer as an index, or without where each layer's value replaces the one before."""
    assert NumPyPrinter(Names(DEEP, {})).print(expr) == indexed
    assert NumPyPrinter(Names(DEEP, {}, plain=frozenset({"a", "d:z"}))).print(expr) == plain


def test_a_node_without_numpy_says_where_to_add_it() -> None:
    with pytest.raises(TypeError, match=r"DiagMatrix.*codegen/numpy_printer\.py"):
        NumPyPrinter(Names(REGRESSION, {})).print(diag(value("z", m, 1)))
    scalars = Scalars(size_name, str, {s: ("z", 4)})
    with pytest.raises(TypeError, match="no name for _t1"):
        scalars.write(exp(t))
    with pytest.raises(TypeError, match=r"u: add it to CALLS"):
        scalars.write(u(s))


# -- Jacobians

x1, z1, a1 = value("x", n), value("z", m, 1, ONE), value("a", m, 1, ONE)
J1, J2 = value("J:z", K, m, ONE), value("J:z", K, K, TWO)


@pytest.mark.parametrize(
    ("expr", "latex", "numpy"),
    [
        (mul(J1, W1), "J^{[1]} W^{[1]}", "J1 @ params.W1"),
        (
            mul(J2, W2, diag(a1)),
            r"J^{[2]} W^{[2]} \mathrm{diag}(a^{[1]})",
            "(J2 @ params.W2) * a1.T[:, np.newaxis, :]",
        ),
        (mul(diag(a1), W1), r"\mathrm{diag}(a^{[1]}) W^{[1]}", "a1.T[:, :, np.newaxis] * params.W1"),
        (diag(a1), r"\mathrm{diag}(a^{[1]})", "a1.T[:, np.newaxis, :] * np.eye(m, dtype=x.dtype)"),
        (
            add(J1, scale(2, mul(J2, W2))),
            "J^{[1]} + 2J^{[2]} W^{[2]}",
            "J1 + 2.0 * (J2 @ params.W2)",
        ),
    ],
)
def test_a_jacobian_as_latex_and_as_numpy(expr: MatrixExpr, latex: str, numpy: str) -> None:
    assert Printer(profile("standard"), MARKUPS["latex"]).print(expr) == latex
    assert JacobianPrinter(NumPyPrinter(Names(REGRESSION, {}))).print(expr) == numpy


def test_jacobian_steps_are_in_numerator_layout() -> None:
    steps = jacobian_steps(Derivation(build(load_spec("classification_bce"))).recurrence("J"))
    assert [(step.target.base, step.target.shape) for step in steps] == [("J:z", (K, m)), ("J:x", (K, n))]


# -- stable forms


@pytest.mark.parametrize(("plain", "better"), STABLE)
def test_stable_forms_mean_the_same(plain: Expr, better: Expr) -> None:
    """Each row of STABLE is an identity: log σ(z) = −log(1 + exp(−z)), and so on."""
    meaning = {log_sigmoid: lambda z: -log(1 + exp(-z)), expm1: lambda z: exp(z) - 1, log1p: lambda z: log(1 + z)}
    for function, definition in meaning.items():
        better = better.replace(function, definition)
    difference = plain - better
    for values in ((Rational(3, 7), Rational(2)), (Rational(-5, 3), Rational(1, 2))):
        found = difference.subs(dict(zip(sorted(difference.free_symbols, key=str, reverse=True), values, strict=False)))
        assert simplify(written_out(found)).equals(0)


def _rewritten(system: str, expr: MatrixExpr, **changes: Any) -> str:
    spec = load_spec(system).model_copy(update=changes)
    forward = Derivation(build(spec, "columns")).forward
    step = Step(value("C", *expr.shape), expr, "test")
    return NumPyPrinter(Names(build(spec, "columns"), {})).print(Rewriter(forward, spec)(step).expr)


def test_the_logarithm_of_a_sigmoid_is_read_off_its_argument() -> None:
    expr = elementwise(t * log(s) + (1 - t) * log(1 - s), A2, Y)
    assert _rewritten("classification_bce", expr) == "y * log_sigmoid(z2) + (1.0 - y) * log_sigmoid(-z2)"


def test_one_minus_an_exponential_does_not_cancel() -> None:
    assert _rewritten("regression", elementwise(1 - exp(-s), A2)) == "-np.expm1(-a2)"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("sigmoid", "(a[L] - y) / (N * n_L)"),
        ("tanh", "(a[L] - y) * (1.0 + a[L]) / np.maximum(a[L], EPSILON) / (N * n_L)"),
        (
            "identity",
            "-(y / np.maximum(a[L], EPSILON) - (1.0 - y) / np.maximum(1.0 - a[L], EPSILON)) / (N * n_L)",
        ),
    ],
)
def test_what_cancels_for_an_activation_does_when_it_replaces_sigma(name: str, code: str) -> None:
    objective = {"loss": "binary_cross_entropy"}
    spec = make_spec(
        {**load_spec("deep_mse").model_dump(exclude_none=True), "objective": objective, "activation": name}
    )
    derivation = Derivation(build(spec, "columns"))
    step = Rewriter(derivation.forward, spec)(derivation.recurrence("d").steps[0])
    assert NumPyPrinter(Names(derivation.network, {})).print(step.expr) == code


# -- loops


def _body(system: str, function: str) -> str:
    found = Functions(Derivation(build(load_spec(system), "columns"))).all()
    return next(f.body for f in found if f.name == function)


def test_only_what_is_needed_again_is_kept_for_all_layers() -> None:
    assert "a = sigmoid(z)" in _body("deep_scalar", "forward")
    assert "a[layer] = sigmoid(z)" in _body("deep_scalar", "input_gradient")
    assert "    g = (W[layer + 1].T @ g) * a[layer] * (1.0 - a[layer])" in _body("deep_scalar", "input_gradient")
    assert "    delta[layer] = (W[layer + 1].T @ delta[layer + 1])" in _body("deep_mse", "loss_and_gradients")


def test_values_that_nothing_needs_are_not_computed() -> None:
    assert "a2" not in _body("classification_bce", "loss")
    assert "z2" not in _body("regression", "input_jacobian")


# -- names


def test_sizes_that_code_cannot_use_are_renamed() -> None:
    layers = [{"units": name} for name in ("params", "None_1", "data", "size2", "w" * (LONGEST + 1), "n_1", "safe_log")]
    spec = make_spec({"name": "t", "input": {"size": "np"}, "layers": layers, "objective": {"loss": "squared_error"}})
    usable = with_usable_sizes(spec)
    found = [usable.input.size, *(getattr(layer, "units", None) for layer in usable.layers)]
    assert found == ["size1", "size3", "None_1", "size4", "size2", "size5", "n_1", "size6"]
    assert with_usable_sizes(usable) == usable


@pytest.mark.parametrize("index", [ONE, DEPTH, LAYER, LAYER + 1, DEPTH - 1])
def test_sizes_and_layers_in_code(index: Any) -> None:
    expected = {ONE: "1", DEPTH: "L", LAYER: "layer", LAYER + 1: "layer + 1", DEPTH - 1: "L - 1"}
    assert layer_name(index) == expected[index]
    assert size_name(size("n", index)) == {LAYER + 1: "n_{l+1}", DEPTH - 1: "n_{L-1}"}.get(index, f"n_{index}")


def test_sizes_that_the_spec_fixes_are_numbers_in_code() -> None:
    """n_L = 1 is put in; a name for n_L is not, as the formulas keep n_L."""
    last = size("n", DEPTH)
    names = [Names(DEEP, {last: fixed}).size(last) for fixed in (ONE, size("K"))]
    assert names == ["1", "n_L"]
    assert "(1, N)" in next(Functions(Derivation(build(load_spec("deep_scalar"), "columns"))).all()).docstring


# -- comments


def test_long_formulas_are_broken_before_signs() -> None:
    text = "Δ[1] = " + " + ".join(f"W[{k}]ᵀ Δ[{k}]" for k in range(2, 40))
    lines = comment(text, indent=8)
    assert all(len(line) + 8 <= WIDTH for line in lines)
    assert all(line.startswith("#     + ") for line in lines[1:])
    assert broken("a " * 100, 20)[0] == "a a a a a a a a a a"


# -- helpers


def test_every_activation_has_its_helpers() -> None:
    """As the row says it, or made from the definition."""
    spec = load_spec("regression")
    for row in activations().values():
        if row.definition is None:
            continue
        found = {helper.name: helper.expression for helper in helpers({row.name, f"{row.name}_derivative"}, spec)}
        if row.name != "identity":
            assert row.numpy is None or row.parameters or found[row.name] == row.numpy
            assert row.derivative or f"{row.name}_derivative" in found
        assert row.init in SCHEMES


def test_what_is_called_is_numpy_or_a_helper() -> None:
    spec = load_spec("regression")
    own = {name for name in CALLS.values() if not name.startswith("np.")}
    assert {helper.name for helper in helpers(own, spec)} == own
    assert [constant.name for constant in constants({"safe_log"})] == ["EPSILON"]
    assert constants({"relu"}) == ()


def test_helpers_bring_the_helpers_that_they_call() -> None:
    spec = load_spec("regression")
    found = tuple(helpers({"mish_derivative"}, spec))
    assert [helper.name for helper in found] == ["sigmoid", "softplus", "mish_derivative"]
    assert imports(found) == ()
    assert imports(tuple(helpers({"gelu"}, spec))) == ("math",)


# -- templates

ITEMS = {
    "function": GeneratedFunction,
    "helper": Helper,
    "constant": Constant,
    "field": Field,
    "target": Range,
    "sum": SummedSize,
}
"""What the templates loop over: the name of the loop variable ↦ the data."""


@pytest.mark.parametrize(("data", "template"), TEMPLATES.items())
def test_placeholders_and_data_agree(data: type, template: str) -> None:
    """Every name in a template is in its data, and nothing in the data goes unused."""
    jinja = environment()
    sources = [jinja.loader.get_source(jinja, name)[0] for name in ("module.py.j2", template)]  # type: ignore[union-attr]
    trees = [jinja.parse(source) for source in sources]
    used = {name for tree in trees for name in meta.find_undeclared_variables(tree)}
    assert used == {field.name for field in fields(data)}
    for tree in trees:
        for attribute in tree.find_all(nodes.Getattr):
            assert isinstance(attribute.node, nodes.Name)
            known = (
                {field.name for field in fields(ITEMS[attribute.node.name])}
                if attribute.node.name in ITEMS
                else {"items"}
            )
            assert attribute.attr in known


def test_templates_hold_layout_only() -> None:
    for name in environment().list_templates():
        tree = environment().parse(environment().loader.get_source(environment(), name)[0])  # type: ignore[union-attr]
        assert not list(tree.find_all((nodes.If, nodes.CondExpr, nodes.Macro, nodes.Assign, nodes.Compare)))
        assert {f.name for f in tree.find_all(nodes.Filter)} <= {"indent"}
