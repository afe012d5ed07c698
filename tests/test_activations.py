"""Activations as texts and as NumPy: what a text means, and every row's code against its definition in 60 digits."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Expr, Piecewise, Rational, cos, exp, lambdify, sin

from codegen.helpers import helpers
from codegen.scalars import ATOM, Scalars, call_name
from codegen.sizes import safe_name
from symbolic.algebra.functions import A, NamedFunction, Z, hyperparameter, prime
from symbolic.errors import SpecError, SymbolicError, UnknownNameError
from symbolic.networks.branches import MOST_PIECES, written_out
from symbolic.networks.functions import activation_of
from symbolic.networks.scalar import FUNCTIONS
from symbolic.networks.spec import make_spec
from symbolic.networks.tables import activations
from tests.soon import ends_soon

ROWS = [row for row in activations().values() if row.definition is not None and row.name != "identity"]
TEXTS = [row.name for row in ROWS]
TEXTS += [f"{row.name}(0.7)" for row in ROWS if row.parameters]
TEXTS += [f"{row.name}({', '.join(row.parameters)})" for row in ROWS if row.parameters]
FORMULAS = [
    *("z/(1 + abs(z)) + z", "max(0, z) + c*sin(z)", "z/(1 + exp(-z))", "where(z > 0, z, exp(z) - 1)", "z*erf(z)"),
    *(
        "where(z > lambda, z - lambda, where(z < -lambda, z + lambda, 0))",
        "log(1 + z^2)",
        "sqrt(1 + z^2)",
        "1/(z - 7/3)",
    ),
    *("log(cosh(z))", "log(1 + exp(z))", "min(2, max(-1, z))*sigmoid(z)", "sign(z)*log(1 + abs(z))", "abs(z - 2)"),
]
GIVEN = 0.7
"""The value of every hyperparameter."""


def function(text: str, kink: float = 0) -> type[NamedFunction]:
    found = activation_of(text, "f1", kink)
    assert found is not None
    return found


def code(text: str, kink: float = 0) -> dict[str, Any]:
    """f and f′ as the generated code has them, functions of z alone."""
    f = function(text, kink)
    spec = make_spec(
        {
            "name": "t",
            "input": {"size": "n"},
            "layers": [{"units": "m", "activation": text}],
            "derivative_at_kink": kink,
            "objective": {"loss": "squared_error"},
        }
    )
    seen: list[str] = []
    scalars = Scalars(lambda s: safe_name(s.name), seen.append, {Z: ("z", ATOM), A: ("a", ATOM)}, positive=())
    value = scalars.write(f(Z))[0]
    slope = scalars.write(prime(f)(Z) if f.neat is None else f.neat)[0]
    names: dict[str, Any] = {"np": np, "math": math, "Array": Any}
    names |= {safe_name(symbol.name): GIVEN for _, symbol in f.parameters if symbol.is_Symbol}
    for helper in helpers(seen, spec):
        exec(f"def {helper.name}({helper.arguments}): return {helper.expression}", names)
    exec(f"def f(z): return {value}\ndef slope(z):\n a = {value}\n return {slope}", names)
    return names


def reference(expr: Expr) -> Any:
    """A function of Z in 60 digits."""
    plain = written_out(expr)
    return lambdify(Z, plain.subs({symbol: Rational(7, 10) for symbol in plain.free_symbols - {Z}}), "mpmath")


POINTS = [s * x for x in (1e4, 700.0, 80.0, 6.5, 2.25, 1.0 - 2**-20, 0.3, 1e-3, 1e-9, 5e-324) for s in (1, -1)]
PRECISION = {np.float64: (5e-13, 1e-14), np.float32: (2e-4, 2e-6)}
"""The relative and the absolute error allowed; what cancels in a definition may cost some digits."""


@pytest.mark.parametrize("text", [*TEXTS, *FORMULAS])
@pytest.mark.parametrize("dtype", PRECISION)
def test_code_has_the_values_of_the_definition(text: str, dtype: Any) -> None:
    """And its slopes, without a warning, in the type that it is given."""
    made, exact = code(text), reference(function(text)(Z))
    z = np.array([x for x in POINTS if abs(x) < (700 if _grows(text) else 1e5)], dtype=dtype)
    z = z[np.abs(z) < 80] if _grows(text) and dtype is np.float32 else z
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        value, slope = made["f"](z), made["slope"](z)
    assert value.dtype == slope.dtype == dtype
    relative, absolute = PRECISION[dtype]
    with mpmath.workdps(60):
        for x, found, found_slope in zip(z, value, slope, strict=True):
            at = mpmath.mpf(float(x))
            assert float(found) == pytest.approx(float(exact(at)), rel=relative, abs=absolute), x
            if abs(x) > 1e-6:
                step = mpmath.mpf(10) ** -25 * abs(at)
                wanted = (exact(at + step) - exact(at - step)) / (2 * step)
                assert float(found_slope) == pytest.approx(float(wanted), rel=relative, abs=absolute * 10), x


def _grows(text: str) -> bool:
    return text.startswith("exp")


@pytest.mark.parametrize("text", [*TEXTS, *FORMULAS])
def test_zero_and_not_a_number(text: str) -> None:
    made = code(text)
    with mpmath.workdps(60):
        assert made["f"](np.zeros(1))[0] == pytest.approx(float(reference(function(text)(Z))(mpmath.mpf(0))), abs=1e-15)
    assert np.isfinite(made["slope"](np.zeros(1)))
    assert np.isnan(made["f"](np.array([math.nan])))
    assert np.isnan(made["slope"](np.array([math.nan]))) or text == "sigma"


@pytest.mark.parametrize("row", [row for row in ROWS if row.kinks], ids=lambda row: row.name)
@pytest.mark.parametrize("kink", [0, 0.5, 1])
def test_the_slope_at_a_kink_is_the_convention(row: Any, kink: float) -> None:
    made = code(row.name, kink)
    places = np.array(row.kinks, dtype=np.float64)
    low, high = np.sort([made["slope"](places - 1e-9), made["slope"](places + 1e-9)], axis=0)
    assert np.allclose(made["slope"](places), low + kink * (high - low), rtol=1e-7, atol=1e-7)


def test_every_activation_of_the_contract_is_there() -> None:
    wanted = (
        "identity sigmoid tanh relu leaky_relu elu selu celu softplus softsign silu gelu gelu_tanh mish hard_sigmoid "
        "hard_tanh hard_swish relu6 sin gaussian exp log_sigmoid tanhshrink softmax log_softmax sigma"
    )
    assert set(wanted.split()) <= set(activations())


# -- texts

SAME = {
    "z": "identity",
    "max(0, z)": "relu",
    "max(z, 0)": "relu",
    "z/(1 + abs(z))": "softsign",
    "1/(1 + exp(-z))": "sigmoid",
    "tanh(z)": "tanh",
    "sin(z)": "sin",
    "elu(1)": "elu",
    " leaky_relu( 0.01 ) ": "leaky_relu",
    "where(z > 0, z, z/100)": "leaky_relu",
    "min(1, max(-1, z))": "hard_tanh",
    "z*sigmoid(z)": "silu",
    "relu(z)": "relu",
}


@pytest.mark.parametrize(("text", "name"), SAME.items(), ids=SAME)
def test_a_formula_that_is_the_definition_of_a_row_is_the_row(text: str, name: str) -> None:
    assert activation_of(text, "f1") is activation_of(name)


def test_a_formula_is_called_by_its_label() -> None:
    f = function("max(0, z) + c*sin(z)")
    c = hyperparameter("c")
    assert f.parameters == (("c", c),)
    assert f(Z).diff(Z) == prime(f)(Z)
    assert f.primed == Piecewise((c * cos(Z), Z <= 0), (c * cos(Z) + 1, True))
    assert f(Z).defined().subs(Z, 2) == 2 + c * sin(2)
    assert (f.label, f.spelling.latex, f.spelling.text) == ("f1", "f_1", "f₁")


def test_functions_of_other_parameters_are_other_functions() -> None:
    texts = ["leaky_relu", "leaky_relu(0.1)", "leaky_relu(0.2)", "leaky_relu(alpha)", "leaky_relu(beta)"]
    assert len({call_name(function(text)) for text in texts}) == len(texts)
    assert function("leaky_relu(0.2)").parameters == (("alpha", Rational(1, 5)),)


def test_a_derivative_that_jumps_for_some_parameters() -> None:
    z, alpha = Z, hyperparameter("alpha")
    assert function("elu").neat == Piecewise((1, z > 0), (A + 1, True))
    assert function("elu(alpha)").neat == Piecewise((1, z > 0), (A + alpha, True))
    assert function("celu(alpha)").neat == Piecewise((1, z > 0), (1 + A / alpha, True))


REFUSED: dict[str, tuple[type[SymbolicError], str]] = {
    "relux": (UnknownNameError, "unknown activation 'relux'; did you mean 'relu'?"),
    "lerky_relu(0.1)": (UnknownNameError, "unknown activation 'lerky_relu'; did you mean 'leaky_relu'?"),
    "softshrink(z)": (UnknownNameError, "unknown function 'softshrink'"),
    "relu(1)": (SpecError, "relu takes no parameter, got 1"),
    "elu(1, 2)": (SpecError, "elu takes 1 parameter(s) (alpha) or none, got 2"),
    "elu()": (SpecError, "elu takes 1 parameter(s) (alpha) or none, got 0"),
    "elu(0)": (SpecError, "elu: alpha: '0' is no parameter; give a positive number, or a name like alpha"),
    "elu(-1)": (SpecError, "'-1' is no parameter"),
    "elu(1e999)": (SpecError, "'1e999' is no parameter"),
    "elu(x)": (SpecError, "'x' is no parameter"),
    "softmax": (SpecError, "softmax is no scalar function: it maps all units of a sample together"),
    "softmax(z)": (SpecError, "softmax is no scalar function"),
    "z*softmax(z)": (UnknownNameError, "unknown function 'softmax'"),
    "x^2": (SpecError, "cannot read 'x^2': 'x' is no hyperparameter; did you mean 'z'?"),
    "1": (SpecError, "cannot use '1': it does not depend on z"),
    "c*d": (SpecError, "cannot use 'c*d': it does not depend on z"),
    "max(z, alpha*z)": (SpecError, "changes its sign; compare z with a number"),
    "where(sin(z) > 0, z, 0)": (SpecError, "cannot tell where sin(z) changes its sign; compare z with a number"),
    "": (SymbolicError, ""),
    "z +": (SpecError, "at its end"),
}


@pytest.mark.parametrize("text", REFUSED, ids=REFUSED)
def test_a_text_is_refused_in_one_line(text: str) -> None:
    kind, words = REFUSED[text]
    with pytest.raises(kind) as raised:
        activation_of(text, "f1")
    assert words in str(raised.value)
    assert str(raised.value).isprintable()


HOSTILE = {
    "nested conditions": "where(z > 0, " * 30 + "z" + ", 0)" * 30,
    "conditions of conditions": "max(" * 9 + "z" + "".join(f", {k}*z + {k})" for k in range(9)),
    "a sum of many cases": " + ".join(f"abs(z - {k})" for k in range(40)),
    "a product of many cases": "*".join(f"max(z, {k})" for k in range(40)),
    "towers": "exp(" * 38 + "z" + ")" * 38,
    "towers of numbers": "where(" + "exp(" * 9 + "9" + ")" * 9 + " > z, z, 0)",
    "extreme numbers": "where(z > 1e300, exp(1e300*z), where(z > 1e-300, z^1000, 0))",
    "constants compared": "where(exp(700) > exp(699.999), z, 0) + where(sin(1e300) > cos(1e300), 1, z)",
    "constants that cancel": "where((1 + sqrt(2))^2 - 3 - 2*sqrt(2) > 0, z, 2*z)",
    "powers of powers": "((z^1000 + 1)^1000 + 1)^1000",
    "a large polynomial": "(z + 1)^999*(z - 1)^999 + max(0, z)",
    "powers of hyperparameters": "(a1^z)^(b1^z)",
    "powers of cases": "max((1e-300^c), 1e300)^max((1e-300^c), 1e300) + max(z, 3^max(1e300, z)^max(1e300, z))",
    "powers of calls": "z*9^relu(9^9) + 9^relu(9*9^9*relu(9^9))",
    "calls in calls": "mish(" * 30 + "z" + ")" * 30,
    "cases in calls": "elu(" * 12 + "z" + ")" * 12,
    "long": "+".join(["sin(z)*cos(z)"] * 70),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_formula_ends_soon(text: str) -> None:
    read_or_refused(text)


TOKENS = ["z", "z", "c", "(", ")", ",", "+", "-", "*", "/", "^", ">", "<", "0", "1", "2", "9.5", "1e300"]
TOKENS += [f"{name}(" for name in (*FUNCTIONS, "relu", "mish", "elu")]


@given(st.lists(st.sampled_from(TOKENS), max_size=25))
def test_any_tokens_are_read_or_refused(tokens: list[str]) -> None:
    read_or_refused("".join(tokens))


ATOMS = st.sampled_from(["z", "c", "1", "2", "0.5", "1e300", "1e-300", "30"])
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/^"), inner),
        st.builds(
            "{}({})".format, st.sampled_from(["exp", "log", "abs", "sign", "tanh", "sqrt", "relu", "mish"]), inner
        ),
        st.builds("{}({}, {})".format, st.sampled_from(["max", "min"]), inner, inner),
        st.builds("where({} > {}, {}, {})".format, inner, inner, inner, inner),
    ),
    max_leaves=16,
)


@given(EXPRESSIONS)
def test_any_formula_is_differentiated_or_refused(text: str) -> None:
    read_or_refused(text)


def read_or_refused(text: str) -> None:
    with ends_soon(text):
        refusal = ""
        try:
            activation_of(text, "f1")
        except SymbolicError as error:
            refusal = str(error)
        assert not refusal or refusal.isprintable()


def test_a_function_of_too_many_pieces_is_refused() -> None:
    with pytest.raises(SpecError, match=f"more than {MOST_PIECES} pieces"):
        activation_of(" + ".join(f"abs(z - {k})" for k in range(40)), "f1")


def test_what_a_definition_may_call() -> None:
    f = function("exp(z) + softplus(z)")
    assert f.definition == exp(Z) + function("softplus")(Z)
    assert f.primed == exp(Z) + function("sigmoid")(Z)
