"""Losses as texts, in print and as NumPy: every row's code and slope against its definition in 60 digits."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Expr, Rational, lambdify, log

from codegen.helpers import EPSILON, helpers
from codegen.rewrite import in_stable_form
from codegen.scalars import ATOM, Scalars
from codegen.sizes import safe_name
from symbolic.algebra.elementwise import elementwise
from symbolic.algebra.functions import LogSoftmaxOf, NamedFunction, hyperparameter
from symbolic.algebra.values import size, value
from symbolic.errors import SpecError, SymbolicError, UnknownNameError
from symbolic.networks.branches import written_out
from symbolic.networks.functions import OUTPUT, TARGET, logarithms, loss_of, loss_term
from symbolic.networks.spec import make_spec
from symbolic.networks.tables import activations, losses
from symbolic.notation.markup import MARKUPS
from symbolic.notation.printer import Printer
from symbolic.notation.profile import profile

TEXTS = [*losses(), *(f"{row.name}({', '.join(row.parameters)})" for row in losses().values() if row.parameters)]
SCALAR = [text for text in TEXTS if not loss_of(text)[1].has(LogSoftmaxOf)]
FORMULAS = [
    "(a - y)^2/y^2",
    "sqrt(1 + (a - y)^2)",
    "max(0, 1 - a*y)",
    "log(cosh(a - y))",
    "log(1 + exp(a)) - y*a",
    "c*abs(a)",
]
OUTPUTS = {
    "real": [s * x for x in (1e4, 30.0, 2.7, 0.4, 1e-3, 5e-324) for s in (1, -1)],
    "probability": [1e-3, 0.2, 0.5, 0.999],
    "positive": [1e-3, 0.5, 3.0, 1e4],
}
TARGETS = {
    "real": [-30.1, -0.7, 0.3, 1e4 + 3.0],
    "probability": [0.0, 0.3, 1.0],
    "distribution": [0.0, 0.3, 1.0],
    "sign": [-1.0, 1.0],
    "count": [0.0, 1.0, 7.0],
}


def code(text: str, *, slope: bool = False) -> Any:
    """The term, or its slope, as the generated code has it: a function of a and y."""
    term = loss_of(text)[1]
    spec = make_spec(
        {
            "name": "t",
            "input": {"size": "n"},
            "layers": [{"units": "K"}],
            "objective": {"loss": text},
        }
    )
    seen: list[str] = []
    atoms = {OUTPUT: ("a", ATOM), TARGET: ("y", ATOM)}
    positive = logarithms(text)
    scalars = Scalars(lambda s: safe_name(s.name), seen.append, atoms, positive=positive)
    source = scalars.write(in_stable_form(term.diff(OUTPUT) if slope else term))[0]
    names: dict[str, Any] = {"np": np, "math": math, "Array": Any, EPSILON.name: float(EPSILON.value)}
    names |= (
        {safe_name(name): 0.7 for name in losses()[text.partition("(")[0]].parameters} if text in TEXTS else {"c": 0.7}
    )
    for helper in helpers(seen, spec):
        exec(f"def {helper.name}({helper.arguments}): return {helper.expression}", names)
    exec(f"def loss(a, y): return {source} + np.zeros_like(a)", names)
    return names["loss"]


def reference(text: str) -> Any:
    """The term in 60 digits, 0 log 0 being 0."""
    plain = written_out(loss_of(text)[1], at=OUTPUT)
    numbers = {s: Rational(7, 10) for s in plain.free_symbols - {OUTPUT, TARGET}}
    return lambdify(
        (OUTPUT, TARGET), plain.subs(numbers), [{"log": lambda x: mpmath.log(x) if x else mpmath.mpf(0)}, "mpmath"]
    )


def points(text: str) -> list[tuple[float, float]]:
    row = loss_of(text)[0]
    found = product(OUTPUTS[row.output], TARGETS[row.target])
    limit = 80 if text.startswith("poisson_log") else 1e5
    return [(a, y) for a, y in found if abs(a) < limit]


@pytest.mark.parametrize("text", [*SCALAR, *FORMULAS])
@pytest.mark.parametrize(("dtype", "relative", "absolute"), [(np.float64, 1e-12, 1e-13), (np.float32, 2e-4, 2e-4)])
def test_code_has_the_values_of_the_definition(text: str, dtype: Any, relative: float, absolute: float) -> None:
    a, y = np.array(points(text), dtype=dtype).T
    exact = reference(text)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found, slopes = code(text)(a, y), code(text, slope=True)(a, y)
    assert found.dtype == slopes.dtype == dtype
    with mpmath.workdps(60):
        for x, t, got, slope in zip(a, y, found, slopes, strict=True):
            at, target = mpmath.mpf(float(x)), mpmath.mpf(float(t))
            assert float(got) == pytest.approx(float(exact(at, target)), rel=relative, abs=absolute), (x, t)
            if abs(x) > 1e-6:
                step = abs(at) * mpmath.mpf(10) ** -25
                wanted = (exact(at + step, target) - exact(at - step, target)) / (2 * step)
                assert float(slope) == pytest.approx(float(wanted), rel=relative, abs=absolute * 10), (x, t)


@pytest.mark.parametrize("text", SCALAR)
def test_losses_are_finite_at_the_ends_and_pass_on_what_is_no_number(text: str) -> None:
    row = loss_of(text)[0]
    ends = {"probability": [0.0, 1.0], "positive": [0.0], "real": [0.0]}[row.output]
    for dtype in (np.float32, np.float64):
        a, y = np.array(list(product(ends, TARGETS[row.target])), dtype=dtype).T
        assert np.isfinite(code(text)(a, y)).all()
        assert np.isfinite(code(text, slope=True)(a, y)).all()
    nan = np.array([math.nan])
    assert np.isnan(code(text)(nan, np.ones(1)))


def test_zero_times_the_logarithm_of_zero_is_zero() -> None:
    assert code("kl_divergence")(np.array([0.5]), np.array([0.0])).tolist() == [0.0]
    assert code("binary_cross_entropy")(np.array([1.0]), np.array([1.0])).tolist() == pytest.approx([0.0], abs=1e-11)


# -- how slopes are printed

PRINTED = {
    "squared_error": "2(a − y)",
    "absolute_error": "sign(a − y)",
    "huber(delta)": "δ sign(a − y) ⊙ 1{|a − y| > δ} + (a − y) ⊙ 1{|a − y| ≤ δ}",
    "log_cosh": "tanh(a − y)",
    "pinball(tau)": "1{a − y > 0} − τ",
    "poisson": "1 − y ⊘ a",
    "poisson_log": "exp a − y",
    "gaussian_nll(s)": "(1/s²) (a − y)",
    "cauchy": "(a − y) ⊘ ((a − y) ⊙ (a − y) + 1)",
    "hinge": "−y ⊙ 1{1 − y ⊙ a > 0}",
    "squared_hinge": "−2y ⊙ ReLU(1 − y ⊙ a)",
    "binary_cross_entropy_logits": "σ(a) − y",
    "cross_entropy": "−y ⊘ a",
    "kl_divergence": "−y ⊘ a",
    "(a - y)^2/y^2": "2(a − y) ⊘ (y ⊙ y)",
    "log(cosh(a - y))": "tanh(a − y)",
    "log(1 + exp(a)) - y*a": "σ(a) − y",
}


@pytest.mark.parametrize(("text", "printed"), PRINTED.items(), ids=PRINTED)
def test_a_slope_is_printed_as_in_a_textbook(text: str, printed: str) -> None:
    operands = value("a", size("K"), 1), value("y", size("K"), 1)
    slope = elementwise(loss_of(text)[1].diff(OUTPUT), *operands)
    assert Printer(profile("standard"), MARKUPS["text"]).print(slope).replace("[#]", "") == printed


# -- rows and texts


@pytest.mark.parametrize("row", losses().values(), ids=losses())
def test_a_row_says_what_it_takes(row: Any) -> None:
    assert row.output in OUTPUTS
    assert row.target in TARGETS
    assert row.natural is None or row.natural in activations()
    assert loss_term(row).has(OUTPUT)
    assert loss_term(row).free_symbols <= {OUTPUT, TARGET}


def test_every_loss_of_the_contract_is_there() -> None:
    wanted = (
        "squared_error absolute_error huber log_cosh pinball poisson poisson_log gaussian_nll cauchy tukey hinge "
        "squared_hinge binary_cross_entropy binary_cross_entropy_logits cross_entropy cross_entropy_logits "
        "kl_divergence"
    )
    assert set(wanted.split()) == set(losses())


def test_parameters_are_numbers_or_symbols() -> None:
    delta = hyperparameter("delta")
    assert loss_of("huber(delta)")[1].free_symbols == {OUTPUT, TARGET, delta}
    assert loss_of("huber(1.5)")[1].subs({OUTPUT: 3, TARGET: 0}) == Rational(27, 8)
    assert loss_of("huber")[1] == loss_of("huber(1)")[1]


def test_the_kink_of_a_hinge_is_the_convention() -> None:
    slopes = [loss_of("max(0, 1 - a*y)", kink)[1].diff(OUTPUT) for kink in (0, 0.5, 1)]
    primes = [next(iter(s.atoms(NamedFunction))) for s in slopes]
    assert [f.definition.subs(OUTPUT, 0) for f in primes] == [0, Rational(1, 2), 1]


def test_a_formula_is_a_row_of_its_own() -> None:
    row, term = loss_of("(a - y)^4")
    assert (row.reduction, row.target, term) == ("sum", "real", (OUTPUT - TARGET) ** 4)


def test_what_a_loss_takes_the_logarithm_of() -> None:
    assert logarithms("binary_cross_entropy") == {OUTPUT, 1 - OUTPUT}
    assert logarithms("squared_error") == frozenset()
    assert log(OUTPUT) in loss_of("poisson")[1].atoms(log)


REFUSED: dict[str, tuple[type[SymbolicError], str]] = {
    "hubber": (UnknownNameError, "unknown loss 'hubber'; did you mean 'huber'?"),
    "hubber(1)": (UnknownNameError, "unknown loss 'hubber'; did you mean 'huber'?"),
    "huber(0)": (SpecError, "huber: delta: '0' is no parameter; give a positive number, or a name like delta"),
    "huber(1, 2)": (SpecError, "huber takes 1 parameter(s) (delta) or none, got 2"),
    "pinball(1)": (SpecError, "pinball: tau: '1' is no parameter; give a number between 0 and 1"),
    "hinge(1)": (SpecError, "hinge takes no parameter, got 1"),
    "y^2": (SpecError, "cannot use 'y^2': it does not depend on a, the output"),
    "(x - y)^2": (SpecError, "'x' is no hyperparameter; did you mean 'a'?"),
    "-y*log_softmax(2*a)": (SpecError, "log_softmax takes the output, a"),
    "(a - y": (SpecError, "at its end"),
}


@pytest.mark.parametrize("text", REFUSED, ids=REFUSED)
def test_a_text_is_refused_in_one_line(text: str) -> None:
    kind, words = REFUSED[text]
    with pytest.raises(kind) as raised:
        loss_of(text)
    assert words in str(raised.value)
    assert str(raised.value).isprintable()


TOKENS = [
    "a",
    "a",
    "y",
    "c",
    "(",
    ")",
    ",",
    "+",
    "-",
    "*",
    "/",
    "^",
    "<",
    "1",
    "2",
    "abs(",
    "exp(",
    "log(",
    "max(",
    "relu(",
]


@given(st.lists(st.sampled_from(TOKENS), max_size=20))
def test_any_tokens_are_read_or_refused(tokens: list[str]) -> None:
    found: Any = None
    try:
        found = loss_of("".join(tokens))[1].diff(OUTPUT)
    except SymbolicError as error:
        found = str(error)
    assert isinstance(found, Expr) or found.isprintable()
