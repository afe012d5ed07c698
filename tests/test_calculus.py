"""The rules, the sweep and what becomes of it: fan-out, recurrences, closed forms, refusals."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from sympy import Identity, ImmutableDenseMatrix, Integer, Trace

from symbolic.algebra.build import add, mul, ones, scale
from symbolic.algebra.elementwise import elementwise, hadamard
from symbolic.algebra.explicit import explicit
from symbolic.algebra.functions import named_function, prime
from symbolic.algebra.nodes import Fold, OrderedProduct, slot
from symbolic.algebra.program import Layers, Program, Step, values_in
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import DEPTH, LAYER, Partial, Value, size, value
from symbolic.calculus import forms
from symbolic.calculus.local import is_linear, local_jacobian
from symbolic.calculus.recurrence import inline, solve
from symbolic.calculus.rules import RULES, pullback
from symbolic.calculus.sweep import cotangent, sweep
from symbolic.derivation import Derivation, derive
from symbolic.errors import SymbolicError, UnknownNameError
from symbolic.networks.spec import Spec, make_spec
from symbolic.networks.tables import catalog
from symbolic.proof.instance import run, small

n, m = size("n"), size("m")
sigma = named_function("sigma")
ONE, TWO = Integer(1), Integer(2)


def spec(*layers: dict[str, Any], **keys: Any) -> Spec:
    objective = keys.pop("objective", {"loss": "squared_error"})
    given = {"name": "net", "input": {"size": "n"}, "layers": list(layers), "objective": objective}
    return make_spec({**given, **keys})


FAN_OUT = spec(
    {"units": "m", "activation": "sigma"},
    {"units": "m", "activation": "sigma"},
    {"type": "add", "inputs": ["a1", "a2"]},
    {"units": "K"},
)
THREE_USES = spec(
    {"units": "m", "activation": "sigma"},
    {"units": "m", "activation": "sigma", "input": "a1"},
    {"units": "m", "activation": "sigma", "input": "a1"},
    {"type": "add", "inputs": ["a1", "a2", "a3", "a1"]},
    {"units": 2},
)


# -- fan-out: where other tools double-count


def agrees_with_definition(derivation: Derivation, name: str) -> bool:
    """Whether a derived gradient has the entries that scalar differentiation gives, at an exact random point."""
    instance = small(derivation)
    target = derivation.target(name)
    environment = instance.with_cotangents(derivation.recurrence(target.mark))
    found = explicit(instance.concrete(derivation.gradients[name]), environment)
    return all(instance.point.number(instance.flattening.flat(d)) == 0 for d in found - instance.truth(target))


@pytest.mark.parametrize("network", [FAN_OUT, THREE_USES], ids=["residual", "three uses"])
@pytest.mark.parametrize("batch", ["single", pytest.param("columns", marks=pytest.mark.slow)])
def test_every_use_of_a_value_counts_once(network: Spec, batch: Any) -> None:
    derivation = derive(network, batch)
    for name in derivation.targets:
        if name != "input_jacobian" or batch == "single":
            assert agrees_with_definition(derivation, name), name


def test_a_cotangent_used_twice_is_named_once() -> None:
    """ā³ goes to both terms of a¹ + a²; it is computed once, and δ's take it from there."""
    recurrence = derive(FAN_OUT).recurrence("d")
    assert [step.target.name for step in recurrence.of("d:a")] == ["d:a3"]
    delta1 = recurrence.defining("d:z", ONE)
    assert delta1 is not None
    assert [v.name for v in values_in(delta1.expr)].count("d:a3") == 1


def test_one_value_twice_in_one_step() -> None:
    """y = x ∘ x: both factors contribute, so x̄ = 2 ȳ ∘ x."""
    x, y = value("x", n), value("y", n)
    program = Program((Step(y, hadamard(x, x), "square"),))
    g = value("g", n)
    found = sweep(program, y, g, [x]).steps[-1].expr
    assert found == elementwise(2 * slot(0) * slot(1), g, x)
    product = Program((Step(value("c", 1, 1), mul(transpose(x), x), "norm"),))
    assert sweep(product, value("c", 1, 1), Identity(1), [x]).steps[-1].expr == scale(2, x)


def test_what_is_not_used_has_gradient_zero() -> None:
    x, y, w = value("x", n), value("y", n), value("w", n)
    found = sweep(Program((Step(y, scale(3, x), "scale"),)), y, ones(n), [w, x])
    assert [step.expr for step in found] == [0 * w, scale(3, ones(n))] or found.steps[0].expr.is_ZeroMatrix
    assert found.steps[0].rule == "unused"


def test_an_adjoint_program_can_be_differentiated_again() -> None:
    """The gradient of vᵀ ∇ₓC is H v: the entries of the Hessian, by scalar calculus, times v."""
    derivation = derive(
        spec({"units": 2, "activation": "sigma"}, {"units": 1, "activation": "sigma"}, input={"size": 2})
    )
    x = derivation.network.input
    v = value("v", x.rows)
    gradient = next(step.target for step in derivation.adjoint if step.target.base == "d:x")
    product = Step(value("s", 1, 1), mul(transpose(v), gradient), "dot")
    again = sweep(Program((*derivation.forward, *derivation.adjoint, product)), product.target, Identity(1), [x], "h")
    instance = small(derivation)
    flat = instance.flattening.flat
    given = {**instance.with_cotangents(derivation.adjoint), v: ImmutableDenseMatrix([2, 3])}
    found = run(instance.steps(again), given, flat)[again.steps[-1].target]
    C, entries = instance.deep[derivation.forward.steps[-1].target][0, 0], instance.leaves[x]
    for p in range(2):
        expected = sum(C.diff(entries[p, 0], entries[q, 0]) * given[v][q, 0] for q in range(2))
        assert instance.point.number(flat(found[p, 0] - expected)) == 0


# -- rules and their errors


def test_shares_are_only_computed_where_wanted() -> None:
    W, x = value("W", m, n), value("x", n)
    g = value("g", m)
    found = dict(pullback(value("y", m), mul(W, x), g, lambda v: bool(v == x)))
    assert found == {x: mul(transpose(W), g)}


def test_a_node_without_a_rule_says_where_to_add_one() -> None:
    square = value("S", n, n)
    assert Trace not in RULES
    node = transpose(square).func(square.func("S", n, n, ())).I
    with pytest.raises(TypeError, match=r"no rule for Inverse: add one in symbolic/calculus/rules\.py"):
        list(pullback(value("y", n, n), node, value("g", n, n)))


def test_derivatives_are_read_in_terms_of_the_result() -> None:
    """a = σ(z) with σ′ = a (1 − a): the share is ḡ ∘ a ∘ (1 − a), without z."""
    d = derive("classification_mse")
    delta1 = d.adjoint.defining("d:z", ONE)
    assert delta1 is not None
    assert {v.name for v in values_in(delta1.expr)} == {"W2", "d:z2", "a1"}


def test_undefined_activations_keep_their_prime() -> None:
    z, a = value("z", n, 1, ONE), value("a", n, 1, ONE)
    found = sweep(Program((Step(a, elementwise(sigma(slot(0)), z), "activation sigma"),)), a, ones(n), [z])
    assert found.steps[-1].expr == elementwise(prime(sigma)(slot(0)), z)


# -- ranges of layers


def test_symbolic_depth_has_one_recurrence_and_one_start() -> None:
    d = derive("deep_mse")
    start, running = d.adjoint.of("d:z")
    assert (start.target.layer, start.over) == (DEPTH, None)
    assert running.over == Layers(ONE, DEPTH - 1)
    above = running.target.at(LAYER + 1)
    W = value("W", size("n", LAYER + 1), size("n", LAYER), LAYER + 1)
    z = value("z", size("n", LAYER), 1, LAYER)
    assert running.expr == hadamard(mul(transpose(W), above), elementwise(prime_of(d)(slot(0)), z))


def prime_of(d: Derivation) -> Any:
    body = next(step.expr.body for step in d.forward if step.rule.startswith("activation"))
    return prime(type(body))


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_concrete_depth_equals_the_family(depth: int) -> None:
    """δ^{[l]} at l = 1 … L−1 of the symbolic derivation is what a network of that depth has."""
    family = derive("deep_mse").adjoint
    concrete = derive(make_spec({**catalog()["deep_mse"], "depth": depth})).adjoint
    running = family.of("d:z")[1]
    for layer in range(1, depth):
        at = {LAYER: Integer(layer)}
        step = concrete.defining("d:z", Integer(layer))
        assert step is not None
        assert (step.target, step.expr) == (running.target.subs(at), running.expr.subs(at))


def test_named_a_keeps_the_other_cotangent() -> None:
    program = derive("deep_scalar").recurrence("d", "a")
    assert not program.of("d:z")
    start, running = program.of("d:a")
    assert start.expr == ones(size("n", DEPTH))
    assert running.over == Layers(Integer(0), DEPTH - 1)


def test_recurrences_are_solved() -> None:
    d = derive("deep_mse")
    running = d.adjoint.of("d:z")[1]
    assert isinstance(solve(d.adjoint, running), Fold)
    closed = d.closed("x", "numerator")
    assert closed.atoms(OrderedProduct)
    assert not any(forms.is_cotangent(v) for v in values_in(closed))


def test_inline_keeps_what_it_is_told_to() -> None:
    d = derive("regression")
    raw = d._adjoint(d.sweep("d"), pullback)
    assert {s.target.base for s in raw} == {"d:a", "d:z", "d:W", "d:b", "d:x"}
    assert {s.target.base for s in inline(raw, {"d:z"})} == {"d:z", "d:W", "d:b", "d:x"}
    assert {s.target.base for s in inline(raw, {"d:a"}, {"d:z"})} == {"d:a", "d:W", "d:b", "d:x"}


# -- local Jacobians


def test_local_jacobians() -> None:
    W, b, x, z, a = value("W", m, n), value("b", m), value("x", n), value("z", m), value("a", m)
    affine = Step(z, add(mul(W, x), b), "affine")
    assert local_jacobian(affine, x) == W
    assert local_jacobian(affine, b) == Identity(m)
    assert local_jacobian(Step(a, z, "activation identity"), z) == Identity(m)
    assert local_jacobian(Step(value("c", 1, 1), mul(transpose(b), z), "dot"), z) == transpose(b)
    assert is_linear(affine.expr)
    assert not is_linear(elementwise(sigma(slot(0)), z))


def test_local_derivatives_of_a_system() -> None:
    d = derive("regression", "columns")
    names = [(p.above.name, p.below.name) for p in d.local_derivatives]
    assert names == [("C", "a2"), ("a2", "z2"), ("a1", "z1")]
    with pytest.raises(KeyError, match="no step computes"):
        forms.jacobian(Partial(value("y", n), value("x", n)), d.forward)


# -- the derivation's own refusals


@cache
def regression() -> Derivation:
    return derive("regression")


def test_targets() -> None:
    assert list(regression().targets) == ["W1", "b1", "W2", "b2", "x", "input_jacobian"]
    assert list(derive("deep_scalar").targets) == ["W", "b", "x", "input_gradient"]
    one_output = spec({"units": 1}, objective={"output": True})
    assert list(derive(one_output).targets) == ["W1", "b1", "x", "input_gradient"]


def test_shapes_follow_the_layout() -> None:
    assert [str(side) for side in regression().shape("W1")] == ["m", "n"]
    assert [str(side) for side in regression().shape("W1", "numerator")] == ["n", "m"]
    assert [str(side) for side in regression().shape("input_jacobian", "numerator")] == ["K", "n"]
    assert derive("deep_scalar").shape("input_gradient") == (size("n", Integer(0)), 1)


def test_unknown_gradients_and_forms() -> None:
    with pytest.raises(UnknownNameError, match="regression: unknown gradient 'W3'; did you mean"):
        regression().expression("W3")
    with pytest.raises(UnknownNameError, match="unknown form 'close'; did you mean 'closed'"):
        regression().expression("W1", "close")  # type: ignore[arg-type]


def test_a_closed_form_that_nobody_could_read_is_refused() -> None:
    deep = derive(make_spec({**catalog()["deep_mse"], "depth": 200}))
    with pytest.raises(SymbolicError, match=r"closed form would hold \d+ names.*--form recurrence"):
        deep.closed("W1")
    assert deep.gradients["W1"].shape == (size("n", ONE), size("n", Integer(0)))


def test_cotangents_are_shaped_like_their_values() -> None:
    x = value("x", n, 1)
    assert cotangent(x, Identity(1), "d") == Value("d:x", n, 1, ())
    assert cotangent(x, Identity(m), "J").shape == (n, m)
    assert forms.row(cotangent(x, Identity(1), "d")).shape == (1, n)
