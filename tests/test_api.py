"""The Python API: what `symbolic.derive` takes, what it gives, and how that prints itself."""

from __future__ import annotations

import doctest
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from specs import DEEP, PLAIN, VALID, Data, network, networks, write
from sympy import Integer, Symbol
from sympy.matrices.expressions.matexpr import MatrixExpr

import symbolic
from symbolic.algebra.program import Step
from symbolic.algebra.values import DEPTH, LAYER, size
from symbolic.api import READABLE, Result, view_of
from symbolic.derivation import FORMS, LARGEST_CLOSED, LAYOUTS
from symbolic.networks.spec import make_spec
from symbolic.networks.tables import catalog
from symbolic.notation.markup import MARKUPS
from symbolic.notation.profile import profiles
from symbolic.render.formats import FORMATS

every_system = pytest.mark.parametrize("system", catalog())
every_valid = pytest.mark.parametrize("data", VALID.values(), ids=VALID)


@cache
def derived(system: str, batch: Any = None) -> Result:
    return symbolic.derive(system, batch=batch)


# -- the package


def test_the_package_gives_what_it_names() -> None:
    for name in symbolic.__all__:
        assert getattr(symbolic, name).__name__ == name
    with pytest.raises(AttributeError, match="module 'symbolic' has no attribute 'drive'"):
        symbolic.drive  # noqa: B018


def test_every_error_is_a_symbolic_error() -> None:
    for error in (symbolic.ShapeError, symbolic.SpecError, symbolic.UnknownNameError):
        assert issubclass(error, symbolic.SymbolicError)
    assert issubclass(symbolic.SymbolicError, ValueError)


def test_the_example_of_the_package_is_right() -> None:
    results = doctest.testmod(symbolic, optionflags=doctest.ELLIPSIS)
    assert results.attempted == 4
    assert results.failed == 0


# -- sources


def test_every_source_gives_the_same(tmp_path: Path) -> None:
    path = write(tmp_path, VALID["residual"])
    results = [symbolic.derive(source) for source in (path, str(path), symbolic.load_spec(path))]
    assert len({str(result) for result in results}) == 1


def test_a_name_of_the_catalogue_is_a_source() -> None:
    assert symbolic.derive("deep_mse").spec == symbolic.load_spec("deep_mse")


@pytest.mark.parametrize(("said", "asked", "found"), [
    ("single", None, "single"),
    ("columns", None, "columns"),
    ("columns", "single", "single"),
    ("single", "columns", "columns"),
])  # fmt: skip
def test_the_batch_is_the_one_asked_for_or_that_of_the_spec(said: str, asked: Any, found: str) -> None:
    result = symbolic.derive(make_spec({**PLAIN, "batch": said}), batch=asked)
    assert result.network.batch == found
    assert result.network.samples == (Symbol("N", integer=True, positive=True) if found == "columns" else 1)


WRONG: dict[str, tuple[Any, type[Exception], str]] = {
    "name": ("regresion", symbolic.UnknownNameError, "unknown system 'regresion'; did you mean 'regression'?"),
    "path": (Path("q.toml"), symbolic.SpecError, "q.toml: cannot read the spec: No such file or directory"),
    "value": (
        make_spec(network({"units": "m", "input": "a2"})),
        symbolic.SpecError,
        "net: layers[1].input: unknown value 'a2'; choose from x",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_bad_source_is_refused(name: str) -> None:
    source, kind, message = WRONG[name]
    with pytest.raises(kind, match=f"^{re.escape(message)}$"):
        symbolic.derive(source)


def test_an_unknown_batch_is_refused() -> None:
    with pytest.raises(symbolic.UnknownNameError, match="unknown batch 'lines'"):
        symbolic.derive("regression", batch="lines")  # type: ignore[arg-type]


# -- gradients


m, n, K, N = (Symbol(name, integer=True, positive=True) for name in "mnKN")
SHAPES: dict[tuple[str, str], dict[str, tuple[Any, Any]]] = {
    ("regression", "single"): {
        "W1": (m, n), "b1": (m, 1), "W2": (K, m), "b2": (K, 1), "x": (n, 1), "input_jacobian": (n, K),
    },
    ("regression", "columns"): {
        "W1": (m, n), "b1": (m, 1), "W2": (K, m), "b2": (K, 1), "x": (n, N), "input_jacobian": (n, K),
    },
    ("deep_scalar", "single"): {
        "W": (size("n", LAYER), size("n", LAYER - 1)), "b": (size("n", LAYER), 1),
        "x": (size("n", Integer(0)), 1), "input_gradient": (size("n", Integer(0)), 1),
    },
    ("deep_mse", "columns"): {
        "W": (size("n", LAYER), size("n", LAYER - 1)), "b": (size("n", LAYER), 1),
        "x": (size("n", Integer(0)), N), "input_jacobian": (size("n", Integer(0)), size("n", DEPTH)),
    },
}  # fmt: skip


@pytest.mark.parametrize("key", SHAPES, ids=" ".join)
def test_shapes(key: tuple[str, str]) -> None:
    result = derived(*key)
    assert {name: result.shape(name) for name in result.targets} == SHAPES[key]


@every_system
@pytest.mark.parametrize("batch", ["single", "columns"])
def test_gradients_are_matrix_expressions_of_their_shape(system: str, batch: str) -> None:
    result = derived(system, batch)
    assert list(result.gradients) == list(result.targets)
    for name, gradient in result.gradients.items():
        rows, cols = result.shape(name)
        for expr in (gradient, result.closed(name)):
            assert isinstance(expr, MatrixExpr)
            assert tuple(n.subs(result.sizes) for n in expr.shape) == (rows, cols)
        assert result.shape(name, "numerator") == (cols, rows)
        assert tuple(n.subs(result.sizes) for n in result.closed(name, "numerator").shape) == (cols, rows)


@pytest.mark.parametrize("system", ["regression", "classification_mse", "classification_bce"])
def test_closed_forms_hold_only_what_is_given(system: str) -> None:
    """Parameters, x and y: no z, no a, no δ is left."""
    result = derived(system)
    for name in result.targets:
        bases = {value.base for value in result.closed(name).atoms(MatrixExpr) if hasattr(value, "base")}
        assert bases <= {"W", "b", "x", "y"}


def test_steps_go_forward_and_back_and_name_their_rules() -> None:
    steps = derived("regression").steps
    assert all(isinstance(step, Step) for step in steps)
    assert [step.target.name for step in steps[:7]] == ["z1", "a1", "z2", "a2", "C", "d:z2", "d:z1"]
    assert [step.rule for step in steps[:5]] == [
        "affine", "activation relu", "affine", "activation identity", "loss squared_error",
    ]  # fmt: skip
    assert all(step.rule for step in steps)


def test_gradients_of_a_concrete_depth_are_named_by_layer() -> None:
    result = symbolic.derive(make_spec({**DEEP, "depth": 3}))
    assert list(result.gradients) == ["W1", "b1", "W2", "b2", "W3", "b3", "x", "input_jacobian"]


def test_an_output_of_one_unit_has_a_gradient_and_others_a_jacobian() -> None:
    assert "input_gradient" in symbolic.derive(make_spec(network({"units": 1}))).gradients
    assert "input_jacobian" in symbolic.derive(make_spec(network({"units": 2}))).gradients


@pytest.mark.parametrize("letter", ["S", "Q", "gamma"])
def test_an_output_size_may_be_any_letter(letter: str) -> None:
    result = symbolic.derive(make_spec({**DEEP, "output": {"units": letter}}))
    assert result.to_dict()["gradients"]["input_jacobian"]["shape"] == ["n_0", letter]
    assert f"n_L = {letter}" in str(result)


# -- printing

LATEX = {
    ("W2", "recurrence", "denominator", "standard"): r"\delta^{[2]} (a^{[1]})^\top",
    ("W2", "recurrence", "numerator", "standard"): r"a^{[1]} \delta^{[2]}",
    ("W2", "recurrence", "denominator", "003"): r"\varepsilon(2) z2^T",
    ("W2", "recurrence", "denominator", "000"): r"\delta^{[3]} (a^{[2]})^T",
    ("W2", "closed", "denominator", "standard"): (
        r"2(W^{[2]} \mathrm{ReLU}(W^{[1]} x + b^{[1]}) + b^{[2]} - y) \mathrm{ReLU}(W^{[1]} x + b^{[1]})^\top"
    ),
    ("b2", "entries", "denominator", "standard"): r"2(a^{[2]}_i - y_i)",
}


@pytest.mark.parametrize("key", LATEX, ids=" ".join)
def test_latex_is_written_as_asked(key: Any) -> None:
    name, form, layout, notation = key
    assert derived("regression").latex(name, form=form, layout=layout, notation=notation) == LATEX[key]


def test_latex_is_written_as_the_spec_says_unasked() -> None:
    result = derived("regression")
    assert result.latex("W1") == result.latex("W1", form="recurrence", layout="numerator", notation="004")
    plain = symbolic.derive(make_spec(PLAIN))
    assert plain.latex("W1") == plain.latex("W1", form="recurrence", layout="denominator", notation="standard")


UNKNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "gradient": ({"name": "W3"}, "regression: unknown gradient 'W3'; did you mean 'W2'?"),
    "form": ({"form": "close"}, "unknown form 'close'; did you mean 'closed'?"),
    "layout": ({"layout": "denom"}, "unknown layout 'denom'; did you mean 'denominator'?"),
    "notation": ({"notation": "standart"}, "unknown notation 'standart'; did you mean 'standard'?"),
}


@pytest.mark.parametrize("kind", UNKNOWN)
def test_an_unknown_word_is_refused(kind: str) -> None:
    options, message = UNKNOWN[kind]
    with pytest.raises(symbolic.UnknownNameError, match=f"^{re.escape(message)}$"):
        derived("regression").latex(**{"name": "W1", **options})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"forms": ("closed", "chains")}, "unknown form 'chains'; did you mean 'chain'?"),
        ({"layout": "rows"}, "unknown layout 'rows'; choose from denominator, numerator"),
        ({"markup": "html"}, "unknown markup 'html'; choose from latex, text"),
    ],
    ids=str,
)
def test_an_unknown_word_for_a_view_is_refused(options: Any, message: str) -> None:
    with pytest.raises(symbolic.UnknownNameError, match=f"^{re.escape(message)}$"):
        view_of(derived("regression"), **options)


def test_a_closed_form_that_nobody_reads_is_refused() -> None:
    result = symbolic.derive(make_spec({**DEEP, "depth": 80}))
    with pytest.raises(symbolic.SymbolicError, match=f"net: W1: .* names, more than {LARGEST_CLOSED}; ask for"):
        result.latex("W1", form="closed")
    assert result.latex("W1") == r"\delta^{[1]} (a^{[0]})^\top"


@every_system
def test_repr_is_one_line(system: str) -> None:
    result = derived(system)
    assert repr(result) == f"<Result of {system}: {', '.join(result.targets)}>"


@every_system
def test_str_shows_the_readable_forms(system: str) -> None:
    text = str(derived(system))
    assert text.startswith(f"{system}: {catalog()[system]['title']}\n")
    assert text == FORMATS["text"].render([view_of(derived(system), forms=READABLE, markup="text")])
    assert "Gradients, closed form" in text
    assert "entry (i, j)\n" not in text
    assert "\\" not in text


@every_system
def test_a_notebook_shows_aligned_equations(system: str) -> None:
    result = derived(system)
    text = result._repr_latex_()
    assert text.startswith(r"$$\begin{aligned} ")
    assert text.endswith(r" \end{aligned}$$")
    lines = text.removeprefix(r"$$\begin{aligned} ").removesuffix(r" \end{aligned}$$").split(r" \\ ")
    assert all(line.count("&") == 1 for line in lines)
    for name in view_of(result).shown_targets():
        assert any(line.endswith(f"&= {result.latex(name)}") for line in lines)


def test_to_dict_takes_the_options_of_a_view() -> None:
    found = derived("regression").to_dict(forms=("closed",), layout="denominator", notation="001")
    assert (found["layout"], found["notation"]) == ("denominator", "001")
    assert list(found["gradients"]["W1"]) == ["shape", "left", "closed"]


@pytest.mark.parametrize("option", ["batch", "depth", "markup"])
def test_to_dict_refuses_other_options(option: str) -> None:
    with pytest.raises(symbolic.UnknownNameError, match=f"^to_dict: unknown option '{option}'; choose from forms, lay"):
        derived("regression").to_dict(**{option: "columns"})


@pytest.mark.parametrize("notation", ["000", "001", "002", "003", "standard"])
def test_shapes_in_json_are_sizes_of_the_spec(notation: str) -> None:
    """Layers count from 1 there, however the notation counts them."""
    deep = symbolic.derive(make_spec({**catalog()["deep_mse"], "depth": 3}))
    assert deep.to_dict(notation=notation, layout="denominator")["gradients"]["W2"]["shape"] == ["n_2", "n_1"]
    shapes = {name: row["shape"] for name, row in derived("deep_mse").to_dict(notation=notation)["gradients"].items()}
    assert shapes["W"] in (["n_l", "n_{l-1}"], ["n_{l-1}", "n_l"])


@pytest.mark.parametrize("layout", ["rows", "", None])
def test_an_unknown_layout_is_refused(layout: Any) -> None:
    d = derived("regression")
    for asked in (d.closed, d.shape, lambda name, layout: d.expression(name, "recurrence", layout)):
        with pytest.raises(symbolic.UnknownNameError, match=r"unknown layout .*; choose from denominator, numerator"):
            asked("W1", layout)


def test_an_unknown_notation_in_a_spec_names_its_place(tmp_path: Path) -> None:
    data = {**catalog()["regression"], "notation": "stndard"}
    path = write(tmp_path, data)
    for source, place in ((path, str(path)), (str(path), str(path)), (make_spec(data), "regression")):
        with pytest.raises(symbolic.UnknownNameError) as caught:
            symbolic.derive(source)
        assert str(caught.value) == f"{place}: notation: unknown notation 'stndard'; did you mean 'standard'?"


def test_only_the_form_asked_for_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """`latex` for every gradient of a deep network takes one pass each, not one pass over all of them for each."""
    measured: list[str] = []
    monkeypatch.setattr(Result, "closed_size", lambda self, name: measured.append(name) or 1)
    deep = symbolic.derive(make_spec({**catalog()["deep_mse"], "depth": 5}))
    for name in deep.targets:
        deep.latex(name)
    deep._repr_latex_()
    assert measured == []
    deep.latex("W2", "closed")
    assert measured == ["W2"]
    for _ in range(3):
        deep.readable(FORMS)
    assert measured == ["W2", *deep.targets]


# -- every network, in every way


def balanced(latex: str) -> bool:
    """Whether braces close and \\left has its \\right; escaped braces do not count."""
    bare = re.sub(r"\\[{}]", "", latex)
    depth = 0
    for c in bare:
        depth += (c == "{") - (c == "}")
        if depth < 0:
            return False
    return depth == 0 and latex.count(r"\left") == latex.count(r"\right")


def prints_well(result: Result, **options: Any) -> None:
    """Every format, and what holds for all that is printed in it."""
    views = {markup: view_of(result, forms=FORMS, markup=markup, **options) for markup in MARKUPS}
    printed = {name: format.render([views[format.markup]]) for name, format in FORMATS.items()}
    assert "\\" not in printed["text"]
    for word in ("Dummy", "Elementwise", "_t0", "MatrixSymbol", "None", "Piecewise", "d:z"):
        assert not any(word in text for text in printed.values()), word
    for line in printed["latex"].splitlines():
        assert balanced(line) or line.startswith((r"\resizebox", r"\end{tabular}}", "%")), line
    tables = printed["latex"].split(r"\begin{tabular}{@{}")[1:]
    for table in tables:
        rows = [row for row in table.split(r"\bottomrule")[0].splitlines() if row.endswith((r" \\", r"]"))]
        assert {len(re.findall(r"(?<!\\)&", _outside_math(row))) + 1 for row in rows} == {table.index("@")}
    for block in re.findall(r"(?:^\|.*\n)+", printed["markdown"], re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}) == 1, block
    formulas = re.findall(r"\$[^$]+\$", printed["markdown"])
    assert not any(r"\|" in formula for formula in formulas), "Markdown reads this as the bar of a table"
    found = json.loads(printed["json"])
    assert set(found["gradients"]) == set(result.targets)
    assert all(balanced(gradient[form]) for gradient in found["gradients"].values() for form in FORMS)


def _outside_math(row: str) -> str:
    return re.sub(r"\$[^$]*\$", "", row)


@every_valid
def test_every_valid_spec_prints_well(data: Data) -> None:
    prints_well(symbolic.derive(make_spec(data)))


@pytest.mark.slow
@every_valid
def test_every_batch_prints_well(data: Data) -> None:
    prints_well(symbolic.derive(make_spec(data), batch="columns"))


@pytest.mark.slow
@every_system
@pytest.mark.parametrize("notation", profiles())
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_system_prints_well_in_every_notation(system: str, notation: str, layout: Any) -> None:
    prints_well(derived(system), notation=notation, layout=layout)


@settings(max_examples=10, phases=[Phase.explicit, Phase.generate])
@given(
    networks(), st.sampled_from(["single", "columns"]), st.sampled_from(LAYOUTS), st.sampled_from(sorted(profiles()))
)
def test_any_network_prints_well(data: Data, batch: Any, layout: Any, notation: str) -> None:
    prints_well(symbolic.derive(make_spec(data), batch=batch), layout=layout, notation=notation)
