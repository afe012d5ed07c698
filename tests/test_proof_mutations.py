"""Mutants: what is made wrong, what is left alone because it would be right, and how scalars are compared."""

from __future__ import annotations

import pytest
from sympy import Expr, Function, Identity, Symbol, ZeroMatrix, exp, log, symbols

from symbolic.algebra.build import add, diag, mul, ones, scale
from symbolic.algebra.functions import named_function
from symbolic.algebra.nodes import Elementwise, Fold, OrderedProduct, slot
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import Value, diagonal, size, value
from symbolic.proof.mutations import adjacent, mutants, scalar_mutants
from symbolic.proof.scalars import Flattening, Point, equal

n, N = size("n"), size("N")
W, z, delta, x = value("W", n, n, 2), value("z", n, 1, 2), value("d:z", n, 1, 2), value("x", n, 1)
PRIME = named_function("σ", order=1)


def names(expr: Expr) -> set[str]:
    return {mutant.name for mutant in mutants(expr)}


def test_every_kind_of_mistake_is_made() -> None:
    """diag(σ′(z)) (Wᵀ δ − 2 x): each thing in it goes wrong once."""
    inner = add(mul(transpose(W), delta), scale(-2, x))
    found = names(mul(diag(Elementwise(PRIME(slot(0)), z)), inner))
    for name in (
        "sign",
        "factor 2",
        "lost factor σ_prime(_t0)",
        "lost σ′ on a diagonal",
        "dropped transpose of W2",
        "swapped factors 1 and 2",
        "lost factor 1 of 2",
        "lost term 1 of a sum",
        "sign of term 2 of a sum",
        "lost coefficient -2",
        "W2 slips to W1",
        "z2 slips to z3",
        "d:z2 slips to d:z1",
    ):
        assert name in found, (name, sorted(found))


def test_no_mutant_is_the_formula() -> None:
    expr = mul(transpose(W), diag(z), delta)
    assert all(mutant.expr != expr for mutant in mutants(expr))
    assert len([mutant for mutant in mutants(expr) if mutant.expr is not None]) >= 8


def test_what_would_be_right_is_left_alone() -> None:
    """Diagonal factors exchanged, a symmetric matrix transposed, a 1×1 factor moved, I exchanged with anything."""
    first, second = diag(z), diagonal("D", n, 1)
    assert not [name for name in names(mul(first, second)) if "swapped" in name or "transpose" in name]
    scalar = value("c", 1, 1)
    assert not [name for name in names(mul(z, scalar, transpose(z))) if "and 2" in name and "swapped" in name]
    assert not [name for name in names(Identity(n)) if "transposed" in name]


def test_sizes_alone_forbid_some() -> None:
    """Where the transpose does not conform there is nothing to evaluate."""
    wide = value("V", n, N)
    (mutant,) = [m for m in mutants(mul(transpose(wide), x)) if "dropped" in m.name]
    assert mutant.expr is None


def test_a_gradient_that_is_zero_has_one_mutant() -> None:
    (mutant,) = mutants(ZeroMatrix(n, 1))
    assert mutant.expr == ones(n, 1)


def test_products_and_folds_over_layers() -> None:
    k, first, last = Symbol("k", integer=True), Symbol("l", integer=True), Symbol("L", integer=True)
    hole = value("d:z", n, 1, k + 1)
    layer = value("W", n, n, k)
    product = names(mul(OrderedProduct(transpose(layer), k, first, last, 1), x))
    assert {"first factor of the product lost", "last factor of the product lost"} <= product
    assert {"product in reversed order", "dropped transpose of W[k]"} <= product
    folded = names(Fold(mul(transpose(layer), hole), hole, k, first, last, x))
    assert "dropped transpose of W[k]" in folded
    assert not any("d:z" in name for name in folded), "the hole is bound: renamed, it is the same fold"


def test_neighbours() -> None:
    assert [v.name for v in adjacent(W)] == ["W1", "W3"]
    assert not adjacent(x)
    assert all(isinstance(v, Value) for v in adjacent(z))


def test_scalar_mutants() -> None:
    a, y = slot(0), slot(1)
    found = [wrong for _, wrong in scalar_mutants(2 * a * (1 - a) * (a - y))]
    lost = (a * (1 - a) * (a - y), 2 * (1 - a) * (a - y), 2 * a * (a - y), 2 * a * (1 - a))
    assert all(any(equal(expected, wrong) for wrong in found) for expected in lost)
    assert len(found) == 6


# -- scalars


s, t = symbols("s t", real=True)
f, g = Function("f"), Function("g")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((s + t) ** 2, s**2 + 2 * s * t + t**2),
        (1 / s - 1 / (1 - s), (1 - 2 * s) / (s * (1 - s))),
        ((s**2 - t**2) / (s - t), s + t),
        (exp(-s) * (1 + t) - exp(-s), t * exp(-s)),
        (exp(-s - t) * s, s * exp(-s) * exp(-t)),
        (1 / (s + 1) + 1 / (s - 1), 2 * s / (s**2 - 1)),
    ],
)
def test_equal(left: Expr, right: Expr) -> None:
    assert equal(left, right)
    assert not equal(left, right + t)
    assert not equal(left, -right)
    assert not equal(left, right * (1 + s))


def test_flattening_reads_equal_arguments_as_equal() -> None:
    """f(g(s) (s + t)) and f(s g(s) + t g(s)) are one symbol, f(g(t) …) another."""
    flat = Flattening().flat
    assert flat(f(g(s) * (s + t))) == flat(f(s * g(s) + t * g(s)))
    assert flat(f(g(s) * (s + t))) != flat(f(g(t) * (s + t)))
    assert equal(flat(f(s) * (f(t) + 1)), flat(f(s) * f(t) + f(s)))


def test_a_point_gives_functions_one_value_at_one_argument() -> None:
    flattening = Flattening()
    point = Point(flattening)
    assert point.number(flattening.flat(f(s + t))) == point.number(f(t + s))
    assert point.number(f(s)) != point.number(g(s))
    assert point.number(log(s) - log(s)) == 0
    assert point.number(1 / (1 - s)).is_finite
