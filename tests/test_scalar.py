"""The grammar of scalar definitions: what a text means, what is refused and how, and that nothing is evaluated."""

from __future__ import annotations

import math
import sys
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Abs, E, Expr, Piecewise, Rational, Symbol, cos, cosh, erf, exp, log, sign, sin, sinh, sqrt, tanh

from symbolic.errors import SpecError, SymbolicError, UnknownNameError
from symbolic.networks import scalar
from symbolic.networks.functions import OUTPUT, TARGET, function_of, loss_term
from symbolic.networks.scalar import DEEPEST, FUNCTIONS, LARGEST_EXPONENT, LONGEST, parse_scalar
from symbolic.networks.tables import activations, losses

z, a = Symbol("z", real=True), Symbol("a", real=True)
NAMES = {"z": z, "a": a}

MEANS: dict[str, Expr | float] = {
    # names and numbers
    "z": z,
    "0": 0,
    "42": 42,
    "1.5": Rational(3, 2),
    "0.1": Rational(1, 10),
    ".5": Rational(1, 2),
    "1e3": 1000,
    "25e-1": Rational(5, 2),
    "  z\t+\n a ": z + a,
    # from the left
    "z - a - 1": z - a - 1,
    "z - (a - 1)": z - a + 1,
    "z/a/2": z / (2 * a),
    "z/(a/2)": 2 * z / a,
    "12/3*2": 8,
    "12/(3*2)": 2,
    # · before +, ^ before ·, ^ from the right
    "1 + 2*3": 7,
    "(1 + 2)*3": 9,
    "2*3^2": 18,
    "(2*3)^2": 36,
    "2^3^2": 512,
    "(2^3)^2": 64,
    "6/2^2": Rational(3, 2),
    # the sign binds weaker than ^ and stronger than ·
    "-z^2": -(z**2),
    "(-z)^2": z**2,
    "2^-1": Rational(1, 2),
    "2^-z": 2**-z,
    "--z": z,
    "-z - -a": a - z,
    "2*-z": -2 * z,
    "-z*a": -z * a,
    "4^-1/2": Rational(1, 8),
    "4^(-1/2)": Rational(1, 2),
    # functions
    "abs(z)": Abs(z),
    "cos(z)": cos(z),
    "cosh(z)": cosh(z),
    "erf(z)": erf(z),
    "exp(z)": exp(z),
    "log(z)": log(z),
    "sign(z)": sign(z),
    "sin(z)": sin(z),
    "sinh(z)": sinh(z),
    "sqrt(z)": sqrt(z),
    "tanh(z)": tanh(z),
    "max(z, a)": Piecewise((z, z > a), (a, True)),
    "min(z, a)": Piecewise((z, z < a), (a, True)),
    "where(z > 0, z, a)": Piecewise((z, z > 0), (a, True)),
    "where(z < 2*a, 1, 0)": Piecewise((1, z < 2 * a), (0, True)),
    "where(z > 0, 1, where(z < 0, 0, a))": Piecewise((1, z > 0), (Piecewise((0, z < 0), (a, True)), True)),
    "max(2, 3)": 3,
    "min(2, 3)": 2,
    "where(1 > 0, z, a)": z,
    "where(1 < 0, z, a)": a,
    "exp(-(z - a)^2/2)": exp(-((z - a) ** 2) / 2),
    "1/(1 + exp(-z))": 1 / (1 + exp(-z)),
    "exp(1)": E,
}


@pytest.mark.parametrize(("text", "meaning"), MEANS.items(), ids=MEANS)
def test_a_text_means(text: str, meaning: Any) -> None:
    assert parse_scalar(text, NAMES) == meaning


def test_every_function_is_tried() -> None:
    assert {name for name in FUNCTIONS if any(f"{name}(" in text for text in MEANS)} == set(FUNCTIONS)


def test_numbers_are_exact() -> None:
    """0.1 read as a float would be 3602879701896397/36028797018963968."""
    assert parse_scalar("0.1 + 0.2", NAMES) == Rational(3, 10)


@pytest.mark.parametrize("row", activations().values(), ids=activations())
def test_every_activation_is_read(row: Any) -> None:
    if not row.over_units:
        assert (function_of(row) is None) is (row.name == "identity")


@pytest.mark.parametrize("row", losses().values(), ids=losses())
def test_every_loss_is_read(row: Any) -> None:
    assert loss_term(row).free_symbols == {OUTPUT, TARGET}


# -- what is refused, and with which words

REFUSED: dict[str, tuple[type[SymbolicError], str]] = {
    # where it stops making sense, counted from 1
    "": (SpecError, "at its end"),
    "   ": (SpecError, "at its end"),
    "z +": (SpecError, "at its end"),
    "(z": (SpecError, "at its end"),
    "exp(z": (SpecError, "at its end"),
    "z)": (SpecError, "at column 2"),
    "z z": (SpecError, "at column 3"),
    "2z": (SpecError, "at column 2"),
    "*z": (SpecError, "at column 1"),
    "+z": (SpecError, "at column 1"),
    "z**2": (SpecError, "at column 3"),
    "z\n+ @": (SpecError, "at column 5"),
    "exp()": (SpecError, "at column 5"),
    "exp(z,)": (SpecError, "at column 7"),
    "z = 1": (SpecError, "at column 3"),
    "z > 0": (SpecError, "at column 3"),
    "(z > 0)": (SpecError, "at column 4"),
    "where(0 < z < 1, z, 0)": (SpecError, "at column 13"),
    # Python that is not ours
    "__import__('os')": (SpecError, "at column 12"),
    "z.__class__": (SpecError, "at column 2"),
    "lambda: 0": (SpecError, "at column 7"),
    "[z]": (SpecError, "at column 1"),
    "z[0]": (SpecError, "at column 2"),
    "z if a else 0": (SpecError, "at column 3"),
    "1_000": (SpecError, "at column 2"),
    "0x10": (SpecError, "at column 2"),
    "σ(z)": (SpecError, "at column 1"),
    "f'(z)": (SpecError, "at column 2"),
    # names
    "zz": (UnknownNameError, "unknown variable 'zz'; did you mean 'z'?"),
    "q": (UnknownNameError, "unknown variable 'q'; choose from a, z"),
    "exp": (UnknownNameError, "unknown variable 'exp'; choose from a, z"),
    "z + pi": (UnknownNameError, "unknown variable 'pi'; choose from a, z"),
    "I": (UnknownNameError, "unknown variable 'I'; choose from a, z"),
    "expp(z)": (UnknownNameError, "unknown function 'expp'; did you mean 'exp'?"),
    "eval(z)": (UnknownNameError, "unknown function 'eval'; choose from " + ", ".join(FUNCTIONS)),
    "z(1)": (UnknownNameError, "unknown function 'z'; choose from " + ", ".join(FUNCTIONS)),
    # arguments
    "exp(z, a)": (SpecError, "exp takes 1 argument(s), got 2"),
    "max(z)": (SpecError, "max takes 2 argument(s), got 1"),
    "where(z > 0, z)": (SpecError, "where takes 3 argument(s), got 2"),
    "where(z, 1, 2)": (SpecError, "argument 1 of where is no condition"),
    "where(z > 0, a > 0, 2)": (SpecError, "argument 2 of where is no number"),
    "exp(z > 0)": (SpecError, "argument 1 of exp is no number"),
    "max(z, 1 > 0)": (SpecError, "argument 2 of max is no number"),
    # no real number
    "1/0": (SpecError, "a part of it is no real number"),
    "0/0": (SpecError, "a part of it is no real number"),
    "z + 0^-1": (SpecError, "a part of it is no real number"),
    "log(0)": (SpecError, "a part of it is no real number"),
    "log(-1)": (SpecError, "a part of it is no real number"),
    "z*sqrt(-2)": (SpecError, "a part of it is no real number"),
    # numbers that would take long
    "1e400": (SpecError, "number out of range"),
    "1e-400": (SpecError, "number out of range"),
    "1e999999999": (SpecError, "number out of range"),
    "7" * 400: (SpecError, "number out of range"),
    "*".join(["1e300"] * 4): (SpecError, "number out of range"),
    "9^9^9^9": (SpecError, "exponent too large"),
    "z^9^9^9": (SpecError, "exponent too large"),
    "z^1001": (SpecError, "exponent too large"),
    "z^-1001": (SpecError, "exponent too large"),
    "((2*z)^1000)^1000": (SpecError, "exponent too large"),
    "2^(9^9*z)": (SpecError, "exponent too large"),
    "exp(log(9)*9^9)": (SpecError, "exponent too large"),
    "((9^300)^300)^300": (SpecError, "exponent too large"),
    "(9^300)^30": (SpecError, "number out of range"),
}


@pytest.mark.parametrize("text", REFUSED, ids=[text[:30] for text in REFUSED])
def test_a_text_is_refused(text: str) -> None:
    kind, words = REFUSED[text]
    with pytest.raises(kind) as raised:
        parse_scalar(text, NAMES)
    separator = " " if words.startswith("at ") else ": "
    assert str(raised.value) == f"cannot read {text!r}{separator}{words}"
    assert type(raised.value) is kind


NESTED = {
    "parentheses": ("(", "z", ")"),
    "functions": ("exp(", "z", ")"),
    "signs": ("-", "z", ""),
    "powers": ("z^", "z", ""),
    "sums": ("", "z", "+z"),
    "conditions": ("where(z > 0, ", "z", ", 0)"),
    "second arguments": ("max(z, ", "z", ")"),
}


@pytest.mark.parametrize(("before", "middle", "after"), NESTED.values(), ids=NESTED)
@pytest.mark.parametrize("levels", [DEEPEST, 300, 10_000])
def test_deep_nesting_is_refused(before: str, middle: str, after: str, levels: int) -> None:
    """Never a RecursionError, from us or from Lark or SymPy. Parentheses alone are no nesting: (((z))) is z."""
    text = before * levels + middle + after * levels
    if before == "(" and len(text) <= LONGEST:
        assert parse_scalar(text, NAMES) == z
        return
    with pytest.raises(SpecError) as raised:
        parse_scalar(text, NAMES)
    wanted = f"nested in more than {DEEPEST} levels" if len(text) <= LONGEST else f"more than {LONGEST} characters"
    assert str(raised.value).endswith(wanted)
    assert len(str(raised.value)) < 2 * LONGEST


def test_what_is_nested_less_deeply_is_read_and_printed() -> None:
    """The limit is low enough for what SymPy does with the expression later; a call is two levels."""
    levels = DEEPEST // 2 - 1
    expr = parse_scalar("exp(" * levels + "z" + ")" * levels, NAMES)
    assert str(expr.diff(z)).count("exp") > levels


def test_a_long_sum_is_read() -> None:
    assert parse_scalar(" + ".join(["z"] * 50), NAMES) == 50 * z


def test_the_largest_exponent_is_read() -> None:
    assert parse_scalar(f"z^{LARGEST_EXPONENT}", NAMES) == z**LARGEST_EXPONENT


# -- properties


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    read_or_refused(text)


TOKENS = ["z", "a", "(", ")", ",", "+", "-", "*", "/", "^", ">", "<", "0", "1", "2", "9.5", " ", *FUNCTIONS]


@given(st.lists(st.sampled_from(TOKENS), max_size=25))
def test_any_tokens_are_read_or_refused(tokens: list[str]) -> None:
    """Closer to the grammar than any text, so that more of it is reached."""
    read_or_refused("".join(tokens))


def read_or_refused(text: str) -> None:
    try:
        found: Any = parse_scalar(text, NAMES)
    except (SpecError, UnknownNameError) as error:
        found = str(error)
    if isinstance(found, str):
        assert found.isprintable()
    else:
        assert isinstance(found, Expr)
        assert found.free_symbols <= {z, a}


NUMBERS = st.integers(0, 9).map(str)
SUMS = st.recursive(
    NUMBERS,
    lambda inner: st.builds(lambda l, op, r: f"({l} {op} {r})", inner, st.sampled_from("+-*/"), inner),
    max_leaves=12,
)


@given(st.lists(SUMS, min_size=1, max_size=4), st.lists(st.sampled_from("+-*/"), min_size=3, max_size=3))
def test_arithmetic_is_that_of_python(terms: list[str], operators: list[str]) -> None:
    """Precedence and associativity, against Python's own, in fractions."""
    text = terms[0] + "".join(f" {op} {term}" for op, term in zip(operators, terms[1:], strict=False))
    exact = "".join(f"Fraction({c})" if c.isdigit() else c for c in text)
    try:
        wanted = eval(exact, {"Fraction": Fraction})
    except ZeroDivisionError:
        with pytest.raises(SpecError, match="no real number"):
            parse_scalar(text, NAMES)
    else:
        assert parse_scalar(text, NAMES) == Rational(wanted.numerator, wanted.denominator)


VALUES = {
    "exp": math.exp,
    "tanh": math.tanh,
    "erf": math.erf,
    "sin": math.sin,
    "sinh": math.sinh,
    "cos": math.cos,
    "cosh": math.cosh,
    "abs": abs,
    "log": math.log,
    "sqrt": math.sqrt,
}


@pytest.mark.parametrize("name", VALUES)
def test_functions_have_their_values(name: str) -> None:
    assert float(parse_scalar(f"{name}(0.75)", {}).evalf()) == pytest.approx(VALUES[name](0.75), rel=1e-14)


def test_nothing_is_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text of this file, with the ways to run text blocked."""
    scalar._grammar()  # Lark may prepare itself as it likes

    def refuse(*args: Any, **options: Any) -> Any:
        raise AssertionError("text was evaluated")

    monkeypatch.setattr("builtins.eval", refuse)
    monkeypatch.setattr("builtins.exec", refuse)
    monkeypatch.setattr("sympy.parsing.sympy_parser.parse_expr", refuse)
    monkeypatch.setattr("sympy.parsing.sympy_parser.eval_expr", refuse)
    before = set(sys.modules)
    for text in (*MEANS, *REFUSED):
        read_or_refused(text)
    assert {name for name in set(sys.modules) - before if not name.startswith(("sympy", "mpmath"))} == set()
