"""Each document's formulas come out as its author writes them; printing in LaTeX and text, side by side."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from sympy import Function, Identity, Integer, log

from symbolic.algebra.build import add, diag, mul, ones, power_product, scale, total
from symbolic.algebra.elementwise import elementwise, hadamard
from symbolic.algebra.entries import entry
from symbolic.algebra.functions import named_function
from symbolic.algebra.nodes import Fold, slot
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import DEPTH, LAYER, SAMPLES, Partial, Value, size, value
from symbolic.api import view_of
from symbolic.calculus.recurrence import RUNNING
from symbolic.derivation import FORMS, LAYOUTS, Derivation, derive
from symbolic.errors import UnknownNameError
from symbolic.networks.spec import make_spec
from symbolic.networks.tables import activations, catalog
from symbolic.notation.markup import MARKUPS
from symbolic.notation.printer import Printer
from symbolic.notation.profile import profile, profiles
from symbolic.render.tables import tables
from symbolic.render.view import View


@cache
def derivation(system: str, **changes: Any) -> Derivation:
    return derive(make_spec({**catalog()[system], **changes}))


def view(system: str, notation: str, layout: Any = "denominator", markup: str = "latex", **changes: Any) -> View:
    return view_of(derivation(system, **changes), notation=notation, layout=layout, forms=FORMS, markup=markup)


def squeezed(formula: str) -> str:
    """The formula without the spaces that TeX does not see, and without braces around a single letter."""
    return re.sub(r"\{(\w)\}", r"\1", re.sub(r"\s", "", formula))


def equations(shown: View) -> set[str]:
    """Every equation of a view, in all forms."""
    found = {shown.input_equation()}
    found |= {shown.equation(step) for step in (*shown.derivation.forward, *shown.recurrence_steps())}
    found |= {f"{shown.left(name)} = {shown.gradient(name, form)}" for name in shown.shown_targets() for form in FORMS}
    for partial in shown.derivation.local_derivatives:
        name, matrix, entries = shown.local(partial)
        found |= {f"{name} = {matrix}", rf"\left({name}\right)_{{ij}} = {entries}"}
    return {squeezed(equation) for equation in found}


# Copied from the documents; what an author got wrong is corrected as claims.jsonl says, and the correction noted.
AS_WRITTEN = {
    "000": (
        ("deep_scalar", "denominator"),
        [
            r"a^{[1]} = x",
            r"z^{[l]} = W^{[l]}a^{[l-1]} + b^{[l]}",
            r"a^{[l]} = \sigma(z^{[l]})",
            r"\delta^{[L]} = \sigma'(z^{[L]})",
            r"\delta^{[l]} = \sigma'(z^{[l]}) \circ \left[(W^{[l+1]})^T \delta^{[l+1]} \right]",
            r"\nabla_x a^{[L]} = (W^{[2]})^{T} \delta^{[2]}",
            r"\frac{\partial a^{[L]}}{\partial b^{[l]}} = \delta^{[l]}",
            r"\frac{\partial a^{[L]}}{\partial W^{[l]}} = \delta^{[l]} (a^{[l-1]})^{T}",
        ],
    ),
    "001": (
        ("deep_scalar", "numerator"),
        [
            r"a^{[1]} = x",
            r"z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}",  # l for the running L
            r"g^{[L]} = 1",
            r"g^{[l-1]} = (g^{[l]} \odot \sigma'(z^{[l]T})) W^{[l]}",  # σ′ for G′, l for the running L
            r"\nabla_x a^{[L]} = g^{[1]}",
            r"\nabla_x a^{[L]} = D^{[L]} W^{[L]} \cdots D^{[2]} W^{[2]}",
        ],
    ),
    "002": (
        ("deep_mse", "denominator"),
        [
            r"a^{[1]} = x",
            r"z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}",
            r"a^{[l]} = \sigma(z^{[l]})",
            r"C = \frac{1}{2} (a^{[L]} - y)^2",
            r"\delta^{[L]} = (a^{[L]} - y) \cdot \sigma'(z^{[L]})",
            r"\delta^{[l]} = (W^{[l+1]})^T \delta^{[l+1]} \odot \sigma'(z^{[l]})",
            r"\frac{\partial C}{\partial W^{[l]}} = \delta^{[l]} (a^{[l-1]})^T",
            r"\frac{\partial C}{\partial b^{[l]}} = \delta^{[l]}",
        ],
    ),
    "003": (
        ("regression", "numerator"),
        [  # ŷ for y
            r"\delta l / \delta W(1) = \delta l / \delta \hat{y} * \delta \hat{y} / \delta z3 * \delta z3 / \delta z2"
            r" * \delta z2 / \delta z1 * \delta z1 / \delta W(1)",
            r"\delta l / \delta b(1) = \delta l / \delta \hat{y} * \delta \hat{y} / \delta z3 * \delta z3 / \delta z2"
            r" * \delta z2 / \delta z1 * \delta z1 / \delta b(1)",
            r"\delta l / \delta W(2) = \delta l / \delta \hat{y} * \delta \hat{y} / \delta z3"
            r" * \delta z3 / \delta W(2)",
            r"\delta l / \delta b(2) = \delta l / \delta \hat{y} * \delta \hat{y} / \delta z3"
            r" * \delta z3 / \delta b(2)",
            r"\delta l / \delta \hat{y} = 2(\hat{y} - y)^T",  # transposed
            r"\delta \hat{y} / \delta z3 = \mathbf{I}",  # I for 1
        ],
    ),
    "004": (
        ("regression", "numerator"),
        [
            r"\frac{\partial{l}}{\partial{\mathbf{W}^{(1)}}} = \mathbf{x}"
            r" \frac{\partial{l}}{\partial{\mathbf{\hat{y}}}}"
            r" \frac{\partial{\mathbf{\hat{y}}}}{\partial{\mathbf{z_3}}} \mathbf{W}^{(2)}"
            r" \frac{\partial{\mathbf{z_2}}}{\partial{\mathbf{z_1}}}",
            r"\frac{\partial{l}}{\partial{\mathbf{b}^{(1)}}} = \frac{\partial{l}}{\partial{\mathbf{\hat{y}}}}"
            r" \frac{\partial{\mathbf{\hat{y}}}}{\partial{\mathbf{z_3}}} \mathbf{W}^{(2)}"
            r" \frac{\partial{\mathbf{z_2}}}{\partial{\mathbf{z_1}}}",
            r"\frac{\partial{l}}{\partial{\mathbf{W}^{(2)}}} = \mathbf{z_2}"
            r" \frac{\partial{l}}{\partial{\mathbf{\hat{y}}}}"
            r" \frac{\partial{\mathbf{\hat{y}}}}{\partial{\mathbf{z_3}}}",
            r"\frac{\partial{l}}{\partial{\mathbf{b}^{(2)}}} = \frac{\partial{l}}{\partial{\mathbf{\hat{y}}}}"
            r" \frac{\partial{\mathbf{\hat{y}}}}{\partial{\mathbf{z_3}}}",
            r"\frac{\partial{\mathbf{\hat{y}}}}{\partial{\mathbf{z_3}}} = \mathbf{I}",
            r"\frac{\partial{l}}{\partial{\mathbf{\hat{y}}}} = 2(\mathbf{\hat{y}} - \mathbf{y})^\top",
            # with i = j, which the author left out
            r"\left(\frac{\partial{\mathbf{z_2}}}{\partial{\mathbf{z_1}}}\right)_{ij} ="
            r" \begin{cases} 1, & \text{if } i = j \text{ and } z_{1i} > 0 \\ 0, & \text{otherwise}. \end{cases}",
        ],
    ),
}


@pytest.mark.parametrize(
    ("notation", "formula"), [(notation, f) for notation, (_, formulas) in AS_WRITTEN.items() for f in formulas]
)
def test_as_the_author_writes_it(notation: str, formula: str) -> None:
    system, layout = AS_WRITTEN[notation][0]
    changes: dict[str, Any] = {"output": {"units": 1}} if notation == "002" else {}  # the document's case
    shown = view_of(derive(make_spec({**catalog()[system], **changes})), notation=notation, layout=layout, forms=FORMS)
    assert squeezed(formula) in equations(shown)


CLASSIFICATION = [
    r"\left(\frac{\partial{\mathbf{\hat{y}}}}{\partial{\mathbf{z_3}}}\right)_{ij} ="
    r"\begin{cases} \hat{y}_i (1 - \hat{y}_i), & \text{if } i = j \\ 0, & \text{otherwise}. \end{cases}",
    r"\left(\frac{\partial{\mathbf{z_2}}}{\partial{\mathbf{z_1}}}\right)_{ij} ="
    r"\begin{cases} z_{2i} (1 - z_{2i}), & \text{if } i = j \\ 0, & \text{otherwise}. \end{cases}",
]


@pytest.mark.parametrize("system", ["classification_mse", "classification_bce"])
@pytest.mark.parametrize("formula", CLASSIFICATION)
def test_document_004_classification(system: str, formula: str) -> None:
    assert squeezed(formula) in equations(view(system, "004", "numerator"))


def test_binary_cross_entropy_corrected() -> None:
    """Document 004 forgot the factor −1/K and wrote a diagonal for a row."""
    found = equations(view("classification_bce", "004", "numerator"))
    entries = (
        r"\left(\frac{\partial{l}}{\partial{\mathbf{\hat{y}}}}\right)_{ij} ="
        r"-\frac{1}{K}\left(\frac{y_j}{\hat{y}_j} - \frac{1 - y_j}{1 - \hat{y}_j}\right)"
    )
    assert squeezed(entries) in found
    assert squeezed(r"\boldsymbol{\delta}^{(2)} = \frac{1}{K}(\mathbf{\hat{y}} - \mathbf{y})^\top") in found


LAYERS_004 = [  # table (b) of 1.2, as written
    (r"Linear_1", r"\mathbf{x}", r"\mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)}"),
    (r"f", r"\mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)}", r"(\mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)})^{+}"),
    (
        r"Linear_2",
        r"(\mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)})^{+}",
        r"\mathbf{W}^{(2)}(\mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)})^{+} + \mathbf{b}^{(2)}",
    ),
    (
        r"g",
        r"\mathbf{W}^{(2)}(\mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)})^{+} + \mathbf{b}^{(2)}",
        r"\mathbf{W}^{(2)}(\mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)})^{+} + \mathbf{b}^{(2)}",
    ),
    (
        r"\text{Loss}",
        r"(\mathbf{W}^{(2)}(\mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)})^{+} + \mathbf{b}^{(2)}, \mathbf{y})",
        r"\|\mathbf{W}^{(2)}(\mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)})^{+} + \mathbf{b}^{(2)} - \mathbf{y} \|^2",
    ),
]

LAYERS_003 = [  # table (b) of 1.2; the row of the loss completed
    ("Linear1", "x", "W(1)x + b(1)"),
    ("f", "W(1)x + b(1)", "ReLU(W(1)x + b(1))"),
    ("Linear2", "ReLU(W(1)x + b(1))", "W(2) ReLU(W(1)x + b(1)) + b(2)"),
    ("g", "W(2) ReLU(W(1)x + b(1)) + b(2)", "W(2) ReLU(W(1)x + b(1)) + b(2)"),
    ("loss", "(W(2) ReLU(W(1)x + b(1)) + b(2), y)", "‖W(2) ReLU(W(1)x + b(1)) + b(2) − y‖²"),
]


@pytest.mark.parametrize(("notation", "markup", "rows"), [("004", "latex", LAYERS_004), ("003", "text", LAYERS_003)])
def test_table_of_layers(notation: str, markup: str, rows: list[tuple[str, ...]]) -> None:
    table = tables(view("regression", notation, "numerator", markup))[0]
    found = [tuple(squeezed(cell.text) for cell in row) for row in table.rows]
    assert found == [tuple(map(squeezed, row)) for row in rows]


# -- the printer: expression, LaTeX, text

sigma = named_function("sigma", spelling=None)
n, m = size("n"), size("m")
W = value("W", size("n", LAYER), size("n", LAYER - 1), LAYER)
W2, x, y, a, z, b = (
    value("W", m, n, Integer(2)),
    value("x", n),
    value("y", n),
    value("a", n, 1, Integer(1)),
    value("z", n, 1, Integer(1)),
    value("b", m, 1, Integer(2)),
)
d = Value("d:z", m, 1, (Integer(2),))
X = value("x", n, SAMPLES)
square = value("W", n, n, Integer(1))
c, c2 = value("C", 1, 1), value("a", 1, 1, Integer(1))
hole = Value("d:z", size("n", RUNNING + 1), 1, (RUNNING + 1,))
relu = next(row for row in activations().values() if row.name == "relu")

PRINTED = [
    (W, "W^{[l]}", "W[l]"),
    (W.at(DEPTH), "W^{[L]}", "W[L]"),
    (transpose(W2), r"(W^{[2]})^\top", "W[2]ᵀ"),
    (transpose(x), r"x^\top", "xᵀ"),
    (X, "X", "X"),
    (add(mul(W2, x), b), "W^{[2]} x + b^{[2]}", "W[2] x + b[2]"),
    (add(mul(W2, X), mul(b, ones(1, SAMPLES))), r"W^{[2]} X + b^{[2]} \mathbf{1}^\top", "W[2] X + b[2] 𝟏ᵀ"),
    (add(x, scale(-1, y)), "x - y", "x − y"),
    (scale(2, add(x, scale(-1, y))), "2(x - y)", "2(x − y)"),
    (scale(-1, x), "-x", "−x"),
    (scale(1 / n, x), r"\frac{1}{n}x", "(1/n) x"),
    (scale(Integer(1) / 2, x), r"\frac{1}{2}x", "½ x"),
    (scale(2 / (n * SAMPLES), x), r"\frac{2}{Nn}x", "(2/(Nn)) x"),
    (mul(W2, add(x, y)), "W^{[2]} (x + y)", "W[2] (x + y)"),
    (mul(transpose(x), y), r"x^\top y", "xᵀ y"),
    (mul(d, transpose(x)), r"\delta^{[2]} x^\top", "δ[2] xᵀ"),
    (hadamard(a, elementwise(1 - slot(0), a)), r"a^{[1]} \odot (1 - a^{[1]})", "a[1] ⊙ (1 − a[1])"),
    (hadamard(mul(transpose(W2), d), a), r"(W^{[2]})^\top \delta^{[2]} \odot a^{[1]}", "W[2]ᵀ δ[2] ⊙ a[1]"),
    (mul(W2, hadamard(a, z)), r"W^{[2]} (a^{[1]} \odot z^{[1]})", "W[2] (a[1] ⊙ z[1])"),
    (elementwise(sigma(slot(0)), z), "sigma(z^{[1]})", "sigma(z[1])"),
    (elementwise(slot(0) ** 2, a), r"a^{[1]} \odot a^{[1]}", "a[1] ⊙ a[1]"),
    (elementwise(slot(0) / slot(1), x, y), r"x \oslash y", "x ⊘ y"),
    (elementwise(1 / (slot(0) * (1 - slot(0))), x), r"1 \oslash (x \odot (1 - x))", "1 ⊘ (x ⊙ (1 − x))"),
    (elementwise(log(slot(0)), x), r"\log x", "log x"),
    (elementwise(log(1 - slot(0)), x), r"\log(1 - x)", "log(1 − x)"),
    (transpose(elementwise(sigma(slot(0)), add(x, y))), r"sigma(x + y)^\top", "sigma(x + y)ᵀ"),
    (diag(hadamard(x, a)), r"\mathrm{diag}(x \odot a^{[1]})", "diag(x ⊙ a[1])"),
    (mul(square, diag(x)), r"W^{[1]} \mathrm{diag}(x)", "W[1] diag(x)"),
    (Identity(n), r"\mathbf{I}", "I"),
    (ones(n), r"\mathbf{1}", "𝟏"),
    (ones(n, m), r"\mathbf{1}\mathbf{1}^\top", "𝟏𝟏ᵀ"),
    (total(elementwise((slot(0) - slot(1)) ** 2, x, y)), r"\|x - y\|^2", "‖x − y‖²"),
    (total(elementwise(slot(0) ** 2, X)), r"\|X\|_F^2", "‖X‖²_F"),
    (total(elementwise(log(slot(0)), x)), r"\sum_{k=1}^{n} \log x_k", "Σ_{k=1..n} log x_k"),
    (
        power_product(mul(transpose(W), W), LAYER, Integer(1), DEPTH, 1),
        r"(W^{[1]})^\top W^{[1]} \cdots (W^{[L]})^\top W^{[L]}",
        "W[1]ᵀ W[1] ⋯ W[L]ᵀ W[L]",
    ),
    (
        Fold(mul(transpose(W.at(RUNNING + 1)), hole), hole, RUNNING, LAYER, DEPTH - 1, Value("d:z", 1, 1, (DEPTH,))),
        r"(W^{[l+1]})^\top (\cdots ((W^{[L]})^\top \delta^{[L]}) \cdots)",
        "W[l+1]ᵀ (⋯ (W[L]ᵀ δ[L]) ⋯)",
    ),
    (1 / (2 * n), r"\frac{1}{2n}", "1/(2n)"),
    (entry(elementwise(slot(0) ** 2, x), 1, 1), "{x_1}^{2}", "x_1²"),
    (
        add(Partial(c, c2), scale(-1, Partial(c, c2)), Partial(c, c2)),
        r"\frac{\partial C}{\partial a^{[1]}}",
        "∂C/∂a[1]",
    ),
]


@pytest.mark.parametrize(("expr", "latex", "text"), PRINTED, ids=[text for _, _, text in PRINTED])
def test_printer(expr: Any, latex: str, text: str) -> None:
    assert Printer(profile("standard"), MARKUPS["latex"]).print(expr) == latex
    assert Printer(profile("standard"), MARKUPS["text"]).print(expr) == text


def test_partials_are_read_in_their_layout() -> None:
    """In denominator layout ∂u/∂v is the transpose of what it is in numerator layout."""
    jacobian = Partial(a, z)
    fraction = r"\frac{\partial a^{[1]}}{\partial z^{[1]}}"
    for layout, upright, turned in (
        ("numerator", jacobian, transpose(jacobian)),
        ("denominator", transpose(jacobian), jacobian),
    ):
        printer = Printer(profile("standard"), MARKUPS["latex"], layout=layout)
        assert printer.print(upright) == fraction
        assert printer.print(turned) == rf"({fraction})^\top"


SYMBOLIC_DEPTH = {
    ("003", "latex"): ("z(2l-1) = W(l) z(2l-2) + b(l)", r"\varepsilon(l) z(2l-2)^T", r"\varepsilon(l)_i z(2l-2)_j"),
    ("003", "text"): ("z(2l-1) = W(l) z(2l-2) + b(l)", "ε(l) z(2l-2)^T", "ε(l)_i z(2l-2)_j"),
    ("004", "text"): ("z₂ₗ₋₁ = W⁽ˡ⁾ z₂ₗ₋₂ + b⁽ˡ⁾", "δ⁽ˡ⁾ (z₂ₗ₋₂)ᵀ", "δ⁽ˡ⁾_i z₂ₗ₋₂_j"),
}


@pytest.mark.parametrize(("notation", "markup"), SYMBOLIC_DEPTH)
def test_an_index_of_several_signs_is_bracketed(notation: str, markup: str) -> None:
    """z2l-2 would be a number less than z2l."""
    equation, recurrence, entries = SYMBOLIC_DEPTH[notation, markup]
    shown = view("deep_mse", notation, markup=markup)
    assert shown.equation(shown.derivation.forward.steps[0]) == equation
    assert shown.gradient("W", "recurrence") == recurrence
    assert shown.gradient("W", "entries") == entries


@pytest.mark.parametrize("notation", sorted(profiles()))
def test_a_minus_stands_before_a_fraction(notation: str) -> None:
    """−(1/K), never (−1/K), in front of a sum as in front of a bracket."""
    for markup, wrong, right in (("text", "(−1/", "−(1/K) "), ("latex", r"\frac{-", r"-\frac{1}{K}")):
        shown = equations(view("classification_bce", notation, markup=markup))
        assert not any(wrong in equation for equation in shown)
        assert sum(squeezed(right) in equation for equation in shown) >= 2


def test_unknown_nodes_say_where_to_add_them() -> None:
    with pytest.raises(TypeError, match=r"symbolic/notation/scalars\.py"):
        Printer(profile("standard"), MARKUPS["latex"]).print(Function("f"))


def test_unknown_notation() -> None:
    with pytest.raises(UnknownNameError, match="did you mean '004'"):
        profile("04")


@pytest.mark.parametrize("notation", sorted(profiles()))
@pytest.mark.parametrize("layout", ["denominator", "numerator"])
@pytest.mark.parametrize("batch", ["single", pytest.param("columns", marks=pytest.mark.slow)])
@pytest.mark.parametrize("system", sorted(catalog()))
def test_everything_prints_in_every_notation(system: str, batch: Any, layout: Any, notation: str) -> None:
    """Balanced, without a placeholder left over, and without a name of the program's own."""
    found = derive(system, batch)
    for markup in ("latex", "text"):
        shown = view_of(found, notation=notation, layout=layout, forms=FORMS, markup=markup)
        for table in tables(shown):
            for row in table.rows:
                for cell in row:
                    bare = cell.text.replace(r"\{", "").replace(r"\}", "")
                    assert bare.count("{") == bare.count("}"), cell.text
                    assert bare.count("(") == bare.count(")"), cell.text
                    assert not re.search(r"[#@%]|d:|g:|J:|None|_t\d", cell.text), cell.text


@pytest.mark.parametrize("batch", ["columns", "rows"])
@pytest.mark.parametrize("name", ["W", "b", "x"])
def test_a_nested_closed_form_holds_no_cotangent_in_either_layout(batch: Any, name: str) -> None:
    """What a Fold calls its inner value is no name of the reader's: numerator layout once took it for one."""
    derivation = derive("deep_mse", batch)
    for layout in LAYOUTS:
        latex = view_of(derivation, layout=layout, forms=("closed",)).gradient(name, "closed")
        assert r"\Delta" not in latex
        assert latex.count(r"\cdots") == 2
