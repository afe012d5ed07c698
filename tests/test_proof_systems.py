"""Whole systems: entry by entry, by induction over the layers, and for depths too large to write out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from sympy import Integer

from symbolic.algebra.build import scale
from symbolic.algebra.elementwise import elementwise
from symbolic.algebra.nodes import Elementwise, OrderedProduct
from symbolic.algebra.values import LAYER
from symbolic.calculus.rules import RULES
from symbolic.derivation import derive
from symbolic.networks.spec import Spec, make_spec
from symbolic.networks.tables import catalog
from symbolic.proof import closed, depth, induction, systems
from symbolic.proof.evaluation import formulas
from symbolic.proof.instance import described, effort, small
from symbolic.proof.report import obligations, of_system
from symbolic.proof.systems import LARGEST, Entrywise
from symbolic.proof.verdict import Obligation, failures

SMALL: dict[str, dict[str, Any]] = {
    "fan-out": {
        "layers": [
            {"units": 2, "activation": "relu"},
            {"units": 2},
            {"type": "add", "inputs": ["a1", "a2"]},
            {"units": "K"},
        ],
        "objective": {"loss": "squared_error"},
    },
    "an input used twice": {
        "layers": [{"units": "n", "activation": "tanh"}, {"type": "add", "inputs": ["x", "a1"]}],
        "objective": {"loss": "squared_error", "reduction": "half"},
    },
    "added to itself": {
        "input": {"size": 3},
        "layers": [{"units": 3, "activation": "softplus"}, {"type": "add", "inputs": ["z1", "z1"]}],
        "objective": {"loss": "squared_error", "reduction": "mean"},
    },
    "a layer that goes nowhere": {
        "layers": [{"units": 2, "activation": "sigma"}, {"units": "K", "activation": "sigmoid", "input": "x"}],
        "objective": {"loss": "binary_cross_entropy"},
    },
    "linear": {"layers": [{"units": "K"}], "objective": {"loss": "squared_error"}},
    "one number in, one out": {
        "input": {"size": 1},
        "layers": [{"units": 1, "activation": "sigma"}],
        "objective": {"output": True},
    },
}


def spec(name: str) -> Spec:
    return make_spec({"name": "small", "input": {"size": "n"}, **SMALL[name]})


def deep(layers: int | str, activation: str = "sigma", **more: Any) -> Spec:
    layer = {"units": "n_l", "activation": activation}
    loss = {"loss": "squared_error", "reduction": "half"}
    given = {"name": "deep", "depth": layers, "input": {"size": "n_0"}, "layers": [layer], "objective": loss}
    return make_spec({**given, **more})


def assert_proved(found: Iterable[Obligation]) -> int:
    """All hold; the number of mutants rejected."""
    rejected = 0
    for obligation in found:
        verdict = obligation.prove()
        assert verdict.holds, (obligation.gradient, obligation.method, verdict)
        assert verdict.mutations > 0
        rejected += verdict.mutations
    return rejected


@pytest.mark.parametrize("name", SMALL)
def test_small_networks(name: str) -> None:
    """For a batch by induction alone; entry by entry it takes longer."""
    found = of_system(spec(name))
    assert_proved(o for o in found if "batch" not in o.gradient or "induction" in o.method)


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_small_networks_for_a_batch_entry_by_entry(name: str) -> None:
    assert_proved(systems.obligations(derive(spec(name), "columns")))


def test_a_fixed_depth_is_proved_entry_by_entry() -> None:
    found = list(of_system(deep(3, output={"units": 1})))
    assert any("entry by entry" in obligation.method for obligation in found)
    assert assert_proved(o for o in found if "batch" not in o.gradient) > 400


@pytest.mark.parametrize("activation", ["identity", "sigmoid"])
def test_any_depth_is_proved_by_induction(activation: str) -> None:
    """A product without σ′, and σ′ that is written in a."""
    assert_proved(induction.Induction(derive(deep("L", activation), "single"), "d").obligations())


def test_any_depth_for_a_batch() -> None:
    assert assert_proved(induction.obligations(derive("deep_scalar", "columns"))) > 100


def test_any_depth_written_out() -> None:
    assert assert_proved(systems.obligations(derive("deep_scalar", "single"))) > 200


@pytest.mark.parametrize("layers", [6, 60])
def test_a_large_depth_is_an_instance(layers: int) -> None:
    large = deep(layers, "sigmoid", output={"units": 1})
    assert_proved(depth.obligations(derive(large, "single")))
    assert_proved(depth.obligations(derive(large, "columns")))
    methods = {obligation.method for obligation in of_system(large)}
    assert {f"layer by layer an instance of depth L, L={layers}", "induction on l, symbolic sizes"} <= methods


def test_large_sizes_are_proved_as_they_are() -> None:
    layers = [{"units": 128, "activation": "relu"}, {"units": 10, "activation": "sigmoid"}]
    data = {"name": "digits", "input": {"size": 784}, "layers": layers, "objective": {"loss": "binary_cross_entropy"}}
    derivation = derive(make_spec(data), "columns")
    assert effort(small(derivation)) > LARGEST
    assert not list(systems.obligations(derivation))
    assert_proved(induction.obligations(derivation))


# -- what must be found out


def _lost(at: int, g: Any, y: Any, body: Any, *operands: Any) -> Any:
    return g


def _doubled(at: int, g: Any, y: Any, body: Any, *operands: Any) -> Any:
    return scale(2, RIGHT(at, g, y, body, *operands))


def _of_the_value(at: int, g: Any, y: Any, body: Any, *operands: Any) -> Any:
    """σ in place of σ′."""
    return elementwise(body, *operands) if at == 0 and g.shape == operands[0].shape else g


RIGHT = RULES[Elementwise]


@pytest.mark.parametrize("rule", [_lost, _doubled, _of_the_value])
@pytest.mark.parametrize("system", ["regression", "deep_mse"])
def test_a_system_derived_by_a_wrong_rule_is_refused(rule: Any, system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, Elementwise, rule)
    derivation = derive(system, "single")
    wanted = [o for o in Entrywise(derivation).obligations() if o.gradient == "x"]
    assert [obligation.gradient for obligation, _ in failures(wanted)] == ["x"]
    assert not next(induction.obligations(derivation)).prove().holds


def test_an_engine_that_forgets_a_use_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sum over the uses of a value, with one of them left out."""
    monkeypatch.setattr("symbolic.calculus.sweep.add", lambda *terms: terms[0])
    derivation = derive(spec("fan-out"), "single")
    assert not next(induction.obligations(derivation)).prove().holds
    found = {o.gradient: o.prove().holds for o in Entrywise(derivation).obligations() if o.gradient in ("W1", "W4")}
    assert found == {"W1": False, "W4": True}


def test_a_comparison_that_accepts_everything_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symbolic.proof.evaluation.equal", lambda a, b: True)
    verdict = next(Entrywise(derive("regression", "single")).obligations()).prove()
    assert not verdict.holds
    assert "recurrence: sign" in verdict.survived


def test_a_mutant_that_is_right_is_no_survivor() -> None:
    """W1ᵀ J = J W1ᵀ where J is 2 I and the sizes are equal: right, and not counted."""
    derivation = derive(spec("added to itself"), "single")
    (obligation,) = [o for o in Entrywise(derivation).obligations() if o.gradient == "input_jacobian"]
    verdict = obligation.prove()
    assert verdict.holds, verdict
    assert verdict.mutations > 10


# -- the parts


def test_every_form_is_evaluated() -> None:
    """Two layouts, names for ∂C/∂z or ∂C/∂a, entries, and for one sample the chain form in three spellings."""
    single, batch = (derive("regression", kind) for kind in ("single", "columns"))
    forms = [str(formula) for formula in formulas(single, "W1")]
    assert forms[-3:] == ["chain", "chain of ∂u/∂v", "chain of ∂u/∂v throughout"]
    assert set(forms) >= {"recurrence", "closed", "entries", "closed (numerator)", "recurrence in ∂C/∂a"}
    assert not [str(formula) for formula in formulas(batch, "W1") if "chain" in str(formula)]


def test_sizes() -> None:
    """Neighbours differ, so do K and N; mutants are tried where all are equal; what the spec fixes stays."""
    assert described(small(derive("regression", "single"))) == "n=2 m=3 K=4"
    assert described(small(derive("regression", "columns"))) == "n=2 m=3 K=2 N=4"
    assert described(small(derive("regression", "columns"), square=True)) == "n=2 m=2 K=2 N=2"
    assert described(small(derive("deep_scalar", "single"), 2)) == "n_0=2 n_1=3 n_2=1"


def test_closed_forms_are_turned_by_one_factor() -> None:
    """∏ X(k) Y(k) = X(p) ∏ Y(k) X(k+1) Y(q): what the constructor of products does, undone and proved."""
    assert closed.rotation_holds()
    product = next(iter(derive("deep_scalar", "single").closed("x").atoms(OrderedProduct)))
    before, inner, after = closed.unrotated(product)
    assert (before.args[0].name, after.name) == ("W1", "D[L]")
    assert (inner.first, inner.last - product.last) == (Integer(1), Integer(-1))


def test_a_product_of_one_factor_less_is_no_closed_form() -> None:
    family = induction.Induction(derive("deep_mse", "single"), "d").family
    assert family is not None
    assert family.holds()
    (node,) = family.delta.atoms(OrderedProduct)
    assert LAYER in node.free_symbols
    shorter = OrderedProduct(node.factor, node.index, node.first, node.last - 1, 1)
    longer = OrderedProduct(node.factor, node.index, node.first - 1, node.last, 1)
    for wrong in (shorter, longer):
        assert not closed.empty_at_top(wrong)
        assert not closed.Family(family.sweep, family.delta.xreplace({node: wrong})).holds()


def test_obligations_come_in_order() -> None:
    found = obligations(["regression", spec("linear")])
    order = list(dict.fromkeys(obligation.system for obligation in found))
    assert order == ["rules", "activations", "regression", "small"]
    everything = {obligation.system for obligation in obligations()}
    assert everything == {"rules", "activations", *catalog()}
