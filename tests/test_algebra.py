"""Constructors, shapes, transposes, elementwise algebra, entries and their normal form."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import (
    Identity,
    ImmutableDenseMatrix,
    Integer,
    Inverse,
    KroneckerDelta,
    MatAdd,
    OneMatrix,
    Rational,
    Sum,
    Symbol,
    ZeroMatrix,
    exp,
    log,
    symbols,
)

from symbolic.algebra.build import add, diag, mul, ones, power_product, scale, total
from symbolic.algebra.contraction import normal_form, simplest
from symbolic.algebra.elementwise import elementwise, hadamard
from symbolic.algebra.entries import Entry, entry, letters
from symbolic.algebra.explicit import explicit
from symbolic.algebra.functions import A, Spelling, Z, named_function, prime
from symbolic.algebra.layers import cut, overlap, shifted
from symbolic.algebra.nodes import Elementwise, Fold, OrderedProduct, slot
from symbolic.algebra.program import Layers, Program, Step, values_in
from symbolic.algebra.rebuild import rebuild
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import DEPTH, LAYER, Diagonal, Partial, diagonal, size, value
from symbolic.errors import ShapeError

n, m, K = size("n"), size("m"), size("K")
W, V = value("W", m, n), value("V", K, m)
x, y, u = value("x", n), value("y", n), value("u", m)
i, j, k = symbols("i j k", integer=True, positive=True)


# -- values


def test_a_value_at_a_layer_is_one_object_and_its_sizes_follow() -> None:
    weight = value("W", size("n", LAYER), size("n", LAYER - 1), LAYER)
    assert weight == value("W", size("n", LAYER), size("n", LAYER - 1), LAYER)
    assert weight.at(2) == value("W", size("n", Integer(2)), size("n", Integer(1)), Integer(2))
    assert weight.at(2).shape == (size("n", Integer(2)), size("n", Integer(1)))
    assert (weight.name, weight.at(2).name, x.name) == ("W[l]", "W2", "x")


def test_partials_have_the_shape_of_a_jacobian() -> None:
    assert Partial(u, x).shape == (m, n)
    assert Partial(u, W).shape == (m, m * n)


# -- strict shapes: SymPy itself turns W W into W² for W m×n


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: mul(W, W), r"W W: inner sizes differ, \(m, n\) @ \(m, n\)"),
        (lambda: mul(W, u), r"inner sizes differ, \(m, n\) @ \(m, 1\)"),
        (lambda: add(x, u), r"x \+ u: sizes differ, \(n, 1\) \+ \(m, 1\)"),
        (lambda: hadamard(x, u), r"x ∘ u: sizes differ, \(n, 1\) and \(m, 1\)"),
        (lambda: diag(W), r"expected a column, got \(m, n\)"),
        (lambda: Step(x, u, "copy"), r"x = u: sizes differ, \(n, 1\) = \(m, 1\)"),
    ],
)
def test_shapes_are_checked_and_both_sides_named(build: Any, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        build()


# -- normal forms: what a mathematician would not write does not stay


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (mul(Identity(m), W), W),
        (mul(W, Identity(n)), W),
        (mul(ones(m), ones(1, n)), ones(m, n)),
        (mul(scale(2, W), scale(3, x)), scale(6, mul(W, x))),
        (mul(W, ZeroMatrix(n, 1)), ZeroMatrix(m, 1)),
        (scale(0, x), ZeroMatrix(n, 1)),
        (scale(Rational(1, 2), scale(2, x)), x),
        (add(x, y, scale(-1, x)), y),
        (add(x, scale(-1, x)), ZeroMatrix(n, 1)),
        (add(x, x), scale(2, x)),
        (add(x, ZeroMatrix(n, 1)), x),
        (hadamard(x, ones(n)), x),
        (hadamard(scale(2, x), ones(n)), scale(2, x)),
        (elementwise(slot(0) - slot(1), x, y), add(x, scale(-1, y))),
        (elementwise(2 * slot(0) - 2 * slot(1), x, y), scale(2, add(x, scale(-1, y)))),
        (elementwise(-(slot(1) - slot(0)) / K, x, y), scale(1 / K, add(x, scale(-1, y)))),
        (elementwise(slot(0) * slot(1) / slot(1), x, y), x),
        (elementwise(slot(0) + 1 - slot(0), x), ones(n)),
        (hadamard(x, elementwise(1 / slot(0), x)), ones(n)),
        (diag(ones(n)), Identity(n)),
        (total(value("c", 1, 1)), value("c", 1, 1)),
        (power_product(W, LAYER, Integer(1), Integer(1), 1), W),
    ],
)
def test_normal_form(expr: Any, expected: Any) -> None:
    assert expr == expected


def test_order_of_terms_and_factors_is_kept() -> None:
    assert add(y, x).args == (y, x)
    assert mul(V, W, x).args == (V, W, x)
    assert isinstance(add(y, x), MatAdd)


def test_elementwise_maps_fuse_and_name_operands_once() -> None:
    inner = elementwise(exp(slot(0)), x)
    assert elementwise(slot(0) * slot(1), inner, x) == Elementwise(slot(0) * exp(slot(0)), x)
    assert elementwise(exp(slot(0)), x) == elementwise(exp(slot(0)), x)
    assert hash(elementwise(exp(slot(0)), x)) == hash(elementwise(exp(slot(0)), x))


def test_sigmoid_and_cross_entropy_cancel() -> None:
    """(−y/a + (1 − y)/(1 − a)) · a (1 − a) = a − y, by algebra."""
    a, target = value("a", n), value("y", n)
    error = elementwise(-slot(1) / slot(0) + (1 - slot(1)) / (1 - slot(0)), a, target)
    assert hadamard(error, elementwise(slot(0) * (1 - slot(0)), a)) == add(a, scale(-1, target))


# -- transposes


def test_transpose_of_transpose_is_the_matrix() -> None:
    product = power_product(value("P", n, n, LAYER), LAYER, Integer(1), DEPTH, 1)
    for expr in (W, mul(V, W, x), add(x, y), hadamard(x, y), ones(m, n), scale(3, W), product, diag(x), Partial(u, x)):
        assert transpose(transpose(expr)) == expr
        assert transpose(expr).shape == expr.shape[::-1]


def test_transposes_reach_the_names() -> None:
    assert transpose(mul(V, W)) == mul(transpose(W), transpose(V))
    assert transpose(hadamard(x, y)) == hadamard(transpose(x), transpose(y))
    assert transpose(diagonal("D", n, LAYER)) == diagonal("D", n, LAYER)
    assert isinstance(diagonal("D", n, LAYER), Diagonal)
    assert transpose(value("c", 1, 1)) == value("c", 1, 1)
    assert transpose(OneMatrix(m, n)) == OneMatrix(n, m)


NUMBERS = {value("A", 2, 2, Integer(p)): ImmutableDenseMatrix(2, 2, [p, 1 + p, 2 - p, p * p]) for p in range(5)} | {
    value("B", 2, 2, Integer(p)): ImmutableDenseMatrix(2, 2, [1, p, p + 2, 3]) for p in range(5)
}


def at(letter: str, layer: Any) -> Any:
    return value(letter, 2, 2, layer)


@pytest.mark.parametrize("step", [1, -1])
def test_ordered_products_multiply_in_order(step: int) -> None:
    first, last = (1, 3) if step == 1 else (3, 1)
    product = OrderedProduct(at("A", LAYER), LAYER, Integer(first), Integer(last), step)
    expected = mul(*[at("A", Integer(p)) for p in range(first, last + step, step)])
    assert explicit(product, NUMBERS) == explicit(expected, NUMBERS)
    assert explicit(transpose(product), NUMBERS) == explicit(expected, NUMBERS).T


def test_an_empty_product_is_the_identity() -> None:
    empty = OrderedProduct(at("A", LAYER), LAYER, Integer(3), Integer(2), 1)
    assert explicit(empty, NUMBERS) == ImmutableDenseMatrix.eye(2)


@pytest.mark.parametrize("step", [1, -1])
def test_rotation_of_a_product(step: int) -> None:
    """B(p+1) ∏ A(k+1) B(k) · A(q) is one product ∏ B(k) A(k); and so, transposed, upwards."""
    if step == -1:
        inner = OrderedProduct(mul(at("A", LAYER + 1), at("B", LAYER)), LAYER, Integer(3), Integer(1), -1)
        whole = mul(at("B", Integer(4)), inner, at("A", Integer(1)))
    else:
        inner = OrderedProduct(mul(at("B", LAYER), at("A", LAYER + 1)), LAYER, Integer(1), Integer(3), 1)
        whole = mul(at("A", Integer(1)), inner, at("B", Integer(4)))
    assert isinstance(whole, OrderedProduct)
    factors = [f for p in (4, 3, 2, 1) for f in (at("B", Integer(p)), at("A", Integer(p)))]
    expected = mul(*(factors if step == -1 else factors[::-1]))
    assert explicit(whole, NUMBERS) == explicit(expected, NUMBERS)


def test_folds_iterate_downwards() -> None:
    hole = at("A", LAYER + 1)
    fold = Fold(mul(at("B", LAYER), hole), hole, LAYER, Integer(1), Integer(3), at("A", Integer(4)))
    expected = mul(*[at("B", Integer(p)) for p in (1, 2, 3)], at("A", Integer(4)))
    assert explicit(fold, NUMBERS) == explicit(expected, NUMBERS)
    assert explicit(transpose(fold), NUMBERS) == explicit(expected, NUMBERS).T


# -- entries and their normal form


FIRST = Integer(1)


def e(matrix: Any, row: Any, col: Any = FIRST) -> Entry:
    return Entry(matrix, row, col)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (x, e(x, i)),
        (transpose(W), e(W, j, i)),
        (mul(W, x), Sum(e(W, i, k) * e(x, k), (k, 1, n))),
        (scale(2, x), 2 * e(x, i)),
        (add(x, y), e(x, i) + e(y, i)),
        (hadamard(x, y), e(x, i) * e(y, i)),
        (Identity(n), KroneckerDelta(i, j)),
        (ones(n, m), Integer(1)),
        (ZeroMatrix(n, m), Integer(0)),
        (diag(x), KroneckerDelta(i, j) * e(x, i)),
        (mul(u, transpose(x)), e(u, i) * e(x, j)),
    ],
)
def test_entry(expr: Any, expected: Any) -> None:
    assert entry(expr, i, j) == expected


def test_deltas_contract() -> None:
    """(W diag(x))_ij = Σ_k W_ik δ_kj x_k = W_ij x_j."""
    found = simplest(entry(mul(W, diag(x)), i, j))
    assert found in (e(W, i, j) * e(x, j), e(W, i, j) * e(x, i).xreplace({i: j}))


def test_normal_forms_do_not_depend_on_names_of_indices() -> None:
    product = entry(mul(V, W, x), i, j)
    other = entry(mul(V, W, x), i, j, letters(skip="ijkp"))
    assert product != other
    assert normal_form(product - other) == {}
    assert normal_form(product - 2 * other) != {}


def test_letters_never_repeat() -> None:
    supply = letters()
    found = [next(supply) for _ in range(40)]
    assert len(set(found)) == 40
    assert not {Symbol("i"), Symbol("j")} & set(found)


def test_unknown_nodes_say_where_to_add_them() -> None:
    product = power_product(value("P", n, n, LAYER), LAYER, Integer(1), DEPTH, 1)
    with pytest.raises(TypeError, match=r"symbolic/algebra/entries\.py"):
        entry(product, i, j)
    with pytest.raises(TypeError, match=r"symbolic/algebra/explicit\.py"):
        explicit(Inverse(value("S", n, n)), {})


# -- functions, programs, layers


def test_named_functions_differentiate_to_their_neat_form_or_their_prime() -> None:
    t = Symbol("t", real=True)
    sigmoid = named_function("sigmoid", 1 / (1 + exp(-Z)), A * (1 - A))
    assert sigmoid(t).diff(t) == sigmoid(t) * (1 - sigmoid(t))
    assert sigmoid(t).defined() == 1 / (1 + exp(-t))
    undefined = named_function("sigma", spelling=Spelling(r"\sigma", "σ"))
    assert undefined(t).diff(t) == prime(undefined)(t)
    assert undefined(2 * t).diff(t, t) == 4 * prime(prime(undefined))(2 * t)
    assert undefined(t).defined() == undefined(t)
    assert named_function("sigma", spelling=Spelling(r"\sigma", "σ")) is undefined


def test_rebuild_puts_together_by_the_constructors() -> None:
    assert rebuild(mul(W, x), {W: Identity(n).func(n), x: y}) == y
    assert rebuild(hadamard(x, y), {y: ones(n)}) == x
    assert rebuild(transpose(x), {x: transpose(transpose(y))}) == transpose(y)
    assert rebuild(total(elementwise(log(slot(0)), x)), {x: y}) == total(elementwise(log(slot(0)), y))


def test_programs_find_their_steps() -> None:
    a = value("a", size("n", LAYER), 1, LAYER)
    ranged = Step(a, a, "copy", Layers(Integer(1), DEPTH - 1))
    last = Step(a.at(DEPTH), a.at(DEPTH), "copy")
    program = Program((last, ranged))
    assert program.defining("a", DEPTH) is last
    assert program.defining("a", Integer(2)) is ranged
    assert program.defining("z", Integer(2)) is None
    assert program.of("a") == (last, ranged)
    assert len(program) == 2
    assert list(reversed(program)) == [ranged, last]
    assert values_in(add(mul(W, x), mul(W, y))) == [W, x, y]


def test_ranges_of_layers() -> None:
    whole, inner = Layers(Integer(1), DEPTH), Layers(Integer(0), DEPTH - 1)
    assert overlap(whole, inner) == Layers(Integer(1), DEPTH - 1)
    assert overlap(Layers(Integer(1), Integer(2)), Layers(Integer(3), DEPTH)) is None
    assert shifted(whole, -1) == inner
    assert cut(whole, [inner, Layers(DEPTH, DEPTH)]) == [Layers(DEPTH, DEPTH), Layers(Integer(1), DEPTH - 1)]
    assert cut(Layers(DEPTH, DEPTH), [whole]) == [Layers(DEPTH, DEPTH)]
