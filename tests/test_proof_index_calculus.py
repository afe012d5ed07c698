"""Index calculus: entries, their derivatives and normal form; the identities that the algebra rests on."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Identity, Integer, KroneckerDelta, MatAdd, MatMul, Sum, Symbol, Transpose, ZeroMatrix
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, diag, mul, ones, scale, total
from symbolic.algebra.contraction import normal_form
from symbolic.algebra.elementwise import elementwise
from symbolic.algebra.entries import Entry, entry
from symbolic.algebra.functions import A, Z, named_function
from symbolic.algebra.nodes import Elementwise, Total, slot
from symbolic.algebra.program import Step
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import size, value
from symbolic.calculus.local import local_jacobian
from symbolic.calculus.rules import RULES
from symbolic.networks.functions import function_of, loss_term
from symbolic.networks.tables import activation, loss
from symbolic.proof.index_calculus import Claim, fresh_indices, same
from symbolic.proof.rules import CASES, F, claim, obligations, prove, share

m, n, p = size("m"), size("n"), size("p")
i, j, k = (Symbol(letter, integer=True, positive=True) for letter in "ijk")
B, C = value("B", m, n), value("C", n, p)


def entries_agree(left: MatrixExpr, right: MatrixExpr) -> bool:
    fresh = fresh_indices()
    return same(entry(left, i, j, fresh), entry(right, i, j, fresh))


def test_derivative_of_an_entry() -> None:
    """∂B_ik/∂B_pq = δ_ip δ_kq, under a sum too."""
    product = Sum(Entry(B, i, k) * Entry(C, k, j), (k, 1, n))
    derivative = product.diff(Entry(C, i, j))
    assert same(derivative, Entry(B, i, i) * KroneckerDelta(j, j))
    assert same(product.diff(Entry(value("D", n, p), i, j)), Integer(0))


def test_a_square_of_a_sum_has_two_indices() -> None:
    """(Σ_k B_ik)² = Σ_k Σ_p B_ik B_ip, not Σ_k B_ik²."""
    row_sum = Sum(Entry(B, i, k), (k, 1, n))
    shifted = row_sum - Entry(B, i, j)
    assert not same(shifted**2, Sum(Entry(B, i, k) ** 2, (k, 1, n)))
    assert same(shifted**2, row_sum**2 - 2 * row_sum * Entry(B, i, j) + Entry(B, i, j) ** 2)


def test_normal_form_counts_what_a_sum_does_not_depend_on() -> None:
    assert same(Sum(Entry(B, i, j), (k, 1, n)), n * Entry(B, i, j))


def test_normal_form_reads_a_free_delta_both_ways() -> None:
    """δ_ij f(i) = δ_ij f(j)."""
    assert not normal_form(KroneckerDelta(i, j) * (Entry(C, i, i) - Entry(C, j, j)))


def test_summation_indices_are_no_sizes() -> None:
    """A size called k, and an index called k beside it."""
    hidden = size("k")
    product = entry(mul(value("B", m, hidden), value("C", hidden, p)), i, j)
    assert {index.name for index, _, _ in product.limits}.isdisjoint({"k", "m", "p"})


TRANSPOSED: dict[str, MatrixExpr] = {
    "product": mul(B, C),
    "scaled product": scale(3, mul(B, C)),
    "sum": add(B, value("E", m, n)),
    "transpose": transpose(B),
    "ones": mul(ones(m, 1), transpose(value("x", n, 1))),
    "identity": mul(Identity(m), B),
    "diagonal": mul(diag(value("v", m, 1)), B),
    "total": total(B),
    "zero": ZeroMatrix(m, n),
    "elementwise": Elementwise(F(slot(0), slot(1)), B, value("E", m, n)),
}


@pytest.mark.parametrize("name", TRANSPOSED)
def test_transpose_exchanges_the_indices(name: str) -> None:
    matrix, fresh = TRANSPOSED[name], fresh_indices()
    assert same(entry(transpose(matrix), i, j, fresh), entry(matrix, j, i, fresh))


def test_sigmoid_and_cross_entropy_give_a_difference() -> None:
    """σ′(z) ∘ ∂BCE/∂a = a − y where a = σ(z)."""
    sigmoid = function_of(activation("sigmoid"))
    assert sigmoid is not None
    term, z, y = loss_term(loss("binary_cross_entropy")), value("z", m, n), value("y", m, n)
    share_of_z = term.xreplace({slot(0): sigmoid(slot(0))}).diff(slot(0))
    assert entries_agree(elementwise(share_of_z, z, y), add(elementwise(sigmoid(slot(0)), z), scale(-1, y)))


JACOBIANS: dict[str, tuple[MatrixExpr, str]] = {
    "product": (mul(value("W", m, n), value("x", n, 1)), "x"),
    "sum": (add(value("x", m, 1), value("b", m, 1)), "b"),
    "elementwise": (Elementwise(F(slot(0), slot(1)), value("x", m, 1), value("b", m, 1)), "x"),
    "neat": (Elementwise(named_function("f", neat=A * (1 - A) + Z)(slot(0)), value("x", m, 1)), "x"),
    "loss": (total(Elementwise(F(slot(0), slot(1)), value("x", m, 1), value("y", m, 1))), "x"),
}


@pytest.mark.parametrize("name", JACOBIANS)
def test_local_jacobians(name: str) -> None:
    """∂u_i/∂v_j, for symbolic sizes."""
    expr, base = JACOBIANS[name]
    u = value("u", *expr.shape)
    v = next(v for v in expr.atoms(type(u)) if v.base == base)
    jacobian = local_jacobian(Step(u, expr, "given"), v)
    seeded = Claim(v, ((Identity(u.rows), expr),), after=lambda w: expr if w == u else None, jacobian=True)
    assert seeded.proves(transpose(jacobian))


def test_every_rule_has_examples() -> None:
    assert set(CASES) == set(RULES)


@pytest.mark.parametrize("obligation", list(obligations()), ids=lambda o: o.gradient)
def test_every_rule_is_proved(obligation: Any) -> None:
    verdict = obligation.prove()
    assert verdict.holds, verdict
    assert verdict.mutations >= 8


def _no_transpose(at: int, g: Any, y: Any, *factors: Any) -> MatrixExpr:
    return mul(*reversed(factors[:at]), g, *[transpose(factor) for factor in reversed(factors[at + 1 :])])


def _other_order(at: int, g: Any, y: Any, *factors: Any) -> MatrixExpr:
    right = [transpose(f) for f in (*reversed(factors[:at]), *reversed(factors[at + 1 :]))]
    return mul(g, *right) if at == 0 else mul(*right, g)


WRONG: dict[str, tuple[type, Any]] = {
    "transpose dropped": (MatMul, _no_transpose),
    "factors exchanged": (MatMul, _other_order),
    "σ′ lost": (Elementwise, lambda at, g, y, body, *operands: g),
    "sign": (MatAdd, lambda at, g, y, *terms: scale(-1, g)),
    "transpose forgotten": (Transpose, lambda at, g, y, a: transpose(transpose(g))),
    "a factor": (Total, lambda at, g, y, a: scale(2, mul(ones(a.shape[0], 1), g, ones(1, a.shape[1])))),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_rule_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    node_type, rule = WRONG[name]
    monkeypatch.setitem(RULES, node_type, rule)
    verdict = prove(CASES[node_type])
    assert not verdict.holds
    assert "not equal" in verdict.detail


def test_a_rule_without_examples_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, Identity, RULES[Transpose])
    *_, last = obligations()
    verdict = last.prove()
    assert not verdict.holds
    assert "no example" in verdict.detail


def test_a_proof_that_accepts_everything_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symbolic.proof.index_calculus.same", lambda a, b: True)
    verdict = prove(CASES[MatMul])
    assert not verdict.holds
    assert any("dropped transpose" in name for name in verdict.survived)


def test_a_claim_knows_what_the_result_is_called() -> None:
    """For σ′ = a (1 − a) the rule may say Y, and only Y as it is defined."""
    example = CASES[Elementwise][2]
    operand = next(v for v in example.atoms(type(B)) if v.base == "A")
    statement, formula = claim(example, operand), share(example, operand)
    assert statement.proves(formula)
    assert not Claim(operand, statement.pairs).proves(formula)


def test_fresh_indices_are_all_different() -> None:
    first, second = fresh_indices(), fresh_indices()
    assert len({next(first), next(first), next(second)}) == 3
