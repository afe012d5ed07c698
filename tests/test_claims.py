"""The five documents' formulas, each with its verdict: what is right we derive, what is wrong we refuse.

`data/claims.jsonl` holds a verdict on every formula of the documents. Each formula is transcribed here, in the names
of our programs, as one or more readings, and every reading is compared with what is derived, entry by entry, exactly,
at small sizes and with an undefined σ. Layers are counted as we do, from 1 with a^{[0]} = x; documents 000 to 002
count from 2, so their W^{[2]} is W[1] here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sympy import Identity, Integer, Matrix, cancel
from sympy.matrices import MatrixBase
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, diag, mul, ones, scale, total
from symbolic.algebra.elementwise import elementwise, hadamard
from symbolic.algebra.explicit import explicit
from symbolic.algebra.nodes import slot
from symbolic.algebra.program import values_in
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import DEPTH, LAYER, Partial, Value
from symbolic.derivation import derive
from symbolic.errors import ShapeError
from symbolic.networks.spec import make_spec
from symbolic.networks.tables import catalog
from symbolic.proof.instance import small

CLAIMS = [json.loads(line) for line in (Path(__file__).parent / "data" / "claims.jsonl").read_text().splitlines()]
FORMULAS = [claim for claim in CLAIMS if claim["kind"] == "formula"]

HIDDEN = (1, 2)
"""The layers l of δ^{[l]} = … δ^{[l+1]} … at depth 3."""
ALL = (1, 2, 3)


class World:
    """A system written out at small sizes: what each name stands for, and every gradient by its definition."""

    def __init__(self, system: str, depth: int | None = None, **changes: Any) -> None:
        self.derivation = derive(make_spec({**catalog()[system], **changes}))
        self.instance = small(self.derivation, depth)
        self.environment = dict(self.instance.shallow)
        for named in "za":
            self.environment.update(self.instance.with_cotangents(self.derivation.recurrence("d", named)))

    def __call__(self, base: str, layer: Any = None) -> Value:
        """The value called `base`, at a layer: W, b, z, a, x, y, delta (∂/∂z), g (∂/∂a), C."""
        base = {"delta": "d:z", "g": "d:a"}.get(base, base)
        steps = [s for named in "za" for s in self.derivation.recurrence("d", named)]
        pool = {v for s in (*self.derivation.forward, *steps) for v in (s.target, *values_in(s.expr))}
        for v in pool:
            if v.base == base and v.layer == layer:
                return v
        ranged = next(v for v in pool if v.base == base and v.layer == LAYER)
        return ranged.at(layer)

    def entries(self, side: Any, layer: int | None) -> Any:
        if isinstance(side, MatrixBase):
            return side
        if isinstance(side, MatrixExpr):
            return explicit(self.instance.concrete(side, layer), self.environment)
        return side(layer)

    def agree(self, left: Any, right: Any, layers: tuple[int | None, ...] = (None,)) -> bool:
        """Whether two sides have one shape and the same entries at every layer; what does not conform does not."""
        try:
            pairs = [(self.entries(left, layer), self.entries(right, layer)) for layer in layers]
        except ShapeError:
            return False
        return all(a.shape == b.shape for a, b in pairs) and all(self.zero(d) for a, b in pairs for d in a - b)

    def zero(self, difference: Any) -> bool:
        return bool(cancel(self.instance.flattening.flat(difference)) == 0)

    def truth(self, name: str) -> Callable[[int | None], Matrix]:
        """A gradient by its definition, in denominator layout."""
        return lambda layer: self.instance.truth(self.derivation.target(name), layer)

    def jacobian(self, above: Value, below: Value) -> Callable[[int | None], Matrix]:
        """A local Jacobian by its definition, in numerator layout."""
        concrete = self.instance.concrete
        return lambda layer: self.instance.partial(Partial(concrete(above, layer), concrete(below, layer)))

    def sigma(self, expr: Any, order: int = 0) -> Any:
        """σ or σ′ of an expression, σ being the first activation of the network."""
        body = next(s for s in self.derivation.forward if s.target.base == "a").expr.body
        return elementwise(body.diff(slot(0)) if order else body, expr)

    def forward(self, base: str, layer: Any = None) -> MatrixExpr:
        """The right-hand side of the forward step that computes a value."""
        step = self.derivation.forward.defining(base, layer)
        assert step is not None
        return step.expr.subs(LAYER, layer) if step.over else step.expr


@cache
def deep(system: str) -> World:
    return World(system, 3)


@cache
def flat(system: str) -> World:
    return World(system)


l, L = LAYER, DEPTH
Readings = dict[str, bool]
TRANSCRIBED: dict[tuple[str, int], Callable[[], Readings]] = {}


def claim(document: str, number: int) -> Callable[[Callable[[], Readings]], Callable[[], Readings]]:
    """Enter the transcription of the formula that is `number` in its document."""

    def enter(readings: Callable[[], Readings]) -> Callable[[], Readings]:
        TRANSCRIBED[document, number] = readings
        return readings

    return enter


def backward(w: World, k: Any) -> MatrixExpr:
    """(W^{[k+1]})ᵀ δ^{[k+1]}."""
    return mul(transpose(w("W", k + 1)), w("delta", k + 1))


# -- document 000


@claim("000", 1)
def _() -> Readings:
    w = deep("deep_scalar")
    affine = add(mul(w("W", l), w("a", l - 1)), w("b", l))
    return {
        "z = W a + b": w.agree(w.forward("z", l), affine, ALL),
        "a = σ(z)": w.agree(w.forward("a", l), w.sigma(w("z", l)), ALL),
        "a^{[L]} is a number": w.derivation.shape("input_gradient") == w.derivation.network.input.shape,
    }


@claim("000", 2)
def _() -> Readings:
    w = deep("deep_scalar")
    return {
        "literal": w.agree(w("delta", L), w.sigma(w("z", L), 1)),
        "truth": w.agree(w("delta", L), w.truth("b"), (3,)),
    }


@claim("000", 3)
def _() -> Readings:
    w = deep("deep_scalar")
    return {"literal": w.agree(w("delta", l), hadamard(w.sigma(w("z", l), 1), backward(w, l)), HIDDEN)}


@claim("000", 4)
def _() -> Readings:
    w = deep("deep_scalar")
    return {"column": w.agree(w.truth("x"), mul(transpose(w("W", Integer(1))), w("delta", Integer(1))))}


@claim("000", 5)
def _() -> Readings:
    """A gradient with respect to x that is a list over the parameters, from a layer on that has none."""
    w = deep("deep_scalar")
    targets = w.derivation.targets
    parameters = [t for t in targets.values() if t.over is not None]
    document_layer_one = Integer(1) - 1
    return {
        "literal": any(t.wrt == w.derivation.network.input for t in parameters)
        or any(t.over.first <= document_layer_one for t in parameters if t.over),
        "corrected": targets["x"].wrt == w.derivation.network.input and {t.name for t in parameters} == {"W", "b"},
    }


@claim("000", 6)
def _() -> Readings:
    w = deep("deep_scalar")
    return {"literal": w.agree(w.truth("b"), w("delta", l), ALL)}


@claim("000", 7)
def _() -> Readings:
    w = deep("deep_scalar")
    return {"literal": w.agree(w.truth("W"), mul(w("delta", l), transpose(w("a", l - 1))), ALL)}


# -- document 001


@claim("001", 1)
def _() -> Readings:
    w = deep("deep_scalar")
    composed = w.sigma(add(mul(w("W", l), w("a", l - 1)), w("b", l)))
    return {"literal": w.agree(w("a", l), composed, ALL)}


@claim("001", 2)
def _() -> Readings:
    """∂a^{[L]}/∂a^{[l+1]} for every l, and for l + 1 = L − 1 alone."""
    w = deep("deep_scalar")
    claimed = mul(diag(w.sigma(w("z", L), 1)), w("W", L))
    rows = {k: transpose(w("g", Integer(k))) for k in (1, 2)}
    return {
        "literal": all(w.agree(row, claimed) for row in rows.values()),
        "corrected": w.agree(rows[2], claimed),
    }


@claim("001", 3)
def _() -> Readings:
    w = deep("deep_mse")
    truth = w.jacobian(w("a", L), w("z", L))
    padded = Matrix.hstack(truth(None), Matrix.zeros(truth(None).rows, 1))
    return {"literal": w.agree(truth, padded), "corrected": w.agree(truth, diag(w.sigma(w("z", L), 1)))}


@claim("001", 4)
def _() -> Readings:
    w = deep("deep_mse")
    vector = w.sigma(w("z", l), 1)
    truth = w.jacobian(w("a", l), w("z", l))
    return {"a vector": w.agree(truth, vector, ALL), "its diagonal": w.agree(truth, diag(vector), ALL)}


@claim("001", 5)
def _() -> Readings:
    w = deep("deep_scalar")
    factors = [f for k in (3, 2, 1) for f in (diag(w.sigma(w("z", Integer(k)), 1)), w("W", Integer(k)))]
    concrete = [w.instance.concrete(f) for f in factors]
    return {"literal, σ′ read as D": w.agree(lambda layer: w.truth("x")(layer).T, mul(*concrete))}


@claim("001", 6)
def _() -> Readings:
    w = deep("deep_scalar")
    row = w.jacobian(w("a", L), w("z", L))
    return {"literal": row(None).shape == (1, 1) and w.agree(row, transpose(w("delta", L)))}


@claim("001", 7)
def _() -> Readings:
    w = deep("deep_scalar")
    affine = {k: add(mul(w("W", k), w("a", k - 1)), w("b", k)) for k in (l, L)}
    return {
        "running l": w.agree(w("z", l), affine[l], ALL),
        "the letter L for every layer": w.agree(w("z", l), affine[L], ALL),
    }


@claim("001", 8)
def _() -> Readings:
    w = deep("deep_scalar")
    return {"literal": w.agree(w("g", L), ones(1, 1))}


@claim("001", 9)
def _() -> Readings:
    w = deep("deep_scalar")

    def step(k: Any) -> MatrixExpr:
        return mul(hadamard(transpose(w("g", k)), transpose(w.sigma(w("z", k), 1))), w("W", k))

    left = transpose(w("g", l - 1))
    return {
        "running l": w.agree(left, step(l), ALL),
        "the letter L for every layer": w.agree(left, step(L), ALL),
    }


@claim("001", 10)
def _() -> Readings:
    w = deep("deep_scalar")
    return {"row": w.agree(lambda layer: w.truth("x")(layer).T, transpose(w("g", Integer(0))))}


# -- document 002


@claim("002", 1)
def _() -> Readings:
    w = deep("deep_mse")
    first = add(mul(w("W", Integer(1)), w("a", Integer(0))), w("b", Integer(1)))
    shapes = {base: w(base, l).shape for base in "Wba"}
    n, before = shapes["W"]
    return {
        "z of the first layer": w.agree(w("z", Integer(1)), first),
        "shapes": shapes == {"W": (n, before), "b": (n, 1), "a": (n, 1)} and before == n.subs(l, l - 1),
    }


@claim("002", 2)
def _() -> Readings:
    one = World("deep_mse", 3, output={"units": 1})
    square = elementwise((slot(0) - slot(1)) ** 2, one("a", L), one("y"))
    w = deep("deep_mse")
    norm = scale(Integer(1) / 2, total(elementwise((slot(0) - slot(1)) ** 2, w("a", L), w("y"))))
    return {
        "n_L = 1": one.agree(one("C"), scale(Integer(1) / 2, square)),
        "‖·‖²": w.agree(w("C"), norm),
    }


@claim("002", 3)
def _() -> Readings:
    w = deep("deep_mse")
    error = add(w("a", L), scale(-1, w("y")))
    claimed = hadamard(error, w.sigma(w("z", L), 1))
    return {"literal": w.agree(w("delta", L), claimed), "truth": w.agree(w.truth("b"), claimed, (3,))}


@claim("002", 4)
def _() -> Readings:
    w = deep("deep_mse")
    claimed = hadamard(backward(w, l), w.sigma(w("z", l), 1))
    return {"literal": w.agree(w("delta", l), claimed, HIDDEN), "truth": w.agree(w.truth("b"), claimed, HIDDEN)}


@claim("002", 5)
def _() -> Readings:
    w = deep("deep_mse")
    return {
        "weights": w.agree(w.truth("W"), mul(w("delta", l), transpose(w("a", l - 1))), ALL),
        "biases": w.agree(w.truth("b"), w("delta", l), ALL),
    }


@claim("002", 6)
def _() -> Readings:
    """Right for ∂a^{[L]}/∂z^{[L]}; but δ had just been defined as ∂C/∂z."""
    w, v = deep("deep_mse"), deep("deep_scalar")
    return {
        "∂C/∂z": w.agree(w("delta", L), w.sigma(w("z", L), 1)),
        "∂a/∂z": v.agree(v("delta", L), v.sigma(v("z", L), 1)),
    }


@claim("002", 7)
def _() -> Readings:
    """∇ of a^{[2]}, which at depth 3 is a hidden layer: no gradient of it is W^T δ, whose shape is that of x."""
    w = deep("deep_scalar")
    claimed = mul(transpose(w("W", Integer(1))), w("delta", Integer(1)))
    hidden = w.jacobian(w("a", Integer(1)), w("z", Integer(1)))

    def gradient_of_hidden(layer: int | None) -> Matrix:
        first_weights = w.environment[w.instance.concrete(w("W", Integer(1)))]
        return (hidden(layer) * first_weights).T

    return {"literal": w.agree(gradient_of_hidden, claimed), "corrected": w.agree(w.truth("x"), claimed)}


# -- document 003


def chain_factors(w: World, *, hat: bool) -> MatrixExpr:
    """∂ℓ/∂ŷ · ∂ŷ/∂z₃ · ∂z₃/∂z₂ · ∂z₂/∂z₁ · ∂z₁/∂b⁽¹⁾; without the hat, with y in the place of ŷ."""
    middle = w("a", Integer(2)) if hat else w("y")
    ends = [(w("C"), middle), (middle, w("z", Integer(2)))]
    inner = [(w("z", Integer(2)), w("a", Integer(1))), (w("a", Integer(1)), w("z", Integer(1)))]
    matrices = [
        w.jacobian(above, below)(None) for above, below in [*ends, *inner, (w("z", Integer(1)), w("b", Integer(1)))]
    ]
    product = matrices[0]
    for matrix in matrices[1:]:
        product = product * matrix
    return product


@claim("003", 1)
def _() -> Readings:
    w = flat("regression")
    truth = w.truth("b1")(None).T
    try:
        without_hat = w.agree(truth, chain_factors(w, hat=False))
    except StopIteration:  # no step computes y: ∂y/∂z₃ is no factor of any chain
        without_hat = False
    return {"y for ŷ": without_hat, "ŷ": w.agree(truth, chain_factors(w, hat=True))}


def loss_row(w: World) -> Callable[[int | None], Matrix]:
    return w.jacobian(w("C"), w("a", Integer(2)))


@claim("003", 2)
def _() -> Readings:
    w = flat("regression")
    column = scale(2, add(w("a", Integer(2)), scale(-1, w("y"))))
    return {
        "a column, beside rows": w.agree(loss_row(w), column),
        "its transpose": w.agree(loss_row(w), transpose(column)),
    }


@claim("003", 3)
def _() -> Readings:
    w = flat("regression")
    truth = w.jacobian(w("a", Integer(2)), w("z", Integer(2)))
    return {"the number 1": w.agree(truth, ones(1, 1)), "I": w.agree(truth, Identity(w("a", Integer(2)).rows))}


@claim("003", 4)
def _() -> Readings:
    w = flat("regression")
    truth = w.jacobian(w("a", Integer(1)), w("z", Integer(1)))
    vector = w.sigma(w("z", Integer(1)), 1)
    return {"a vector": w.agree(truth, vector), "its diagonal": w.agree(truth, diag(vector))}


@claim("003", 5)
def _() -> Readings:
    w = flat("classification_mse")
    found = {}
    for k, name in ((2, "∂ŷ/∂z₃"), (1, "∂z₂/∂z₁")):
        truth = w.jacobian(w("a", Integer(k)), w("z", Integer(k)))
        value = w.sigma(w("z", Integer(k)))
        vector = elementwise(slot(0) * (1 - slot(0)), value)
        found |= {f"{name}, a vector": w.agree(truth, vector), f"{name}, its diagonal": w.agree(truth, diag(vector))}
    return found


def bce_column(w: World) -> MatrixExpr:
    """−1/K (y/ŷ − (1 − y)/(1 − ŷ))."""
    y, a = slot(0), slot(1)
    outputs = w("y").rows
    return elementwise(-(y / a - (1 - y) / (1 - a)) / outputs, w("y"), w("a", Integer(2)))


@claim("003", 6)
def _() -> Readings:
    w = flat("classification_bce")
    column = bce_column(w)
    return {
        "a column, beside rows": w.agree(loss_row(w), column),
        "its transpose": w.agree(loss_row(w), transpose(column)),
    }


# -- document 004


def rows_through(w: World) -> MatrixExpr:
    """∂ℓ/∂ŷ ∂ŷ/∂z₃, a row, from local Jacobians by definition."""
    return loss_row(w)(None) * w.jacobian(w("a", Integer(2)), w("z", Integer(2)))(None)


@claim("004", 1)
def _() -> Readings:
    w = flat("regression")
    weights = w.environment[w.instance.concrete(w("W", Integer(2)))]
    row = rows_through(w) * weights * w.jacobian(w("a", Integer(1)), w("z", Integer(1)))(None)
    x = w.environment[w.instance.concrete(w("x"))]
    return {
        "W^{(1)}": w.agree(w.truth("W1")(None).T, x * row),
        "b^{(1)}": w.agree(w.truth("b1")(None).T, row),
    }


@claim("004", 2)
def _() -> Readings:
    w = flat("regression")
    z2 = w.environment[w.instance.concrete(w("a", Integer(1)))]
    return {
        "W^{(2)}": w.agree(w.truth("W2")(None).T, z2 * rows_through(w)),
        "b^{(2)}": w.agree(w.truth("b2")(None).T, rows_through(w)),
    }


@claim("004", 3)
def _() -> Readings:
    """1 if z₁ᵢⱼ > 0 for every (i, j), and with i = j: on and off the diagonal."""
    w = flat("regression")
    z = w("z", Integer(1))
    truth = w.jacobian(w("a", Integer(1)), z)
    indicator = w.sigma(z, 1)
    literal = mul(indicator, ones(1, z.rows))
    return {"literal": w.agree(truth, literal), "corrected": w.agree(truth, hadamard(literal, Identity(z.rows)))}


@claim("004", 4)
def _() -> Readings:
    w = flat("regression")
    truth = w.jacobian(w("a", Integer(2)), w("z", Integer(2)))
    return {"literal": w.agree(truth, Identity(w("a", Integer(2)).rows))}


@claim("004", 5)
def _() -> Readings:
    w = flat("regression")
    return {"literal": w.agree(loss_row(w), transpose(scale(2, add(w("a", Integer(2)), scale(-1, w("y"))))))}


@claim("004", 6)
def _() -> Readings:
    w = flat("classification_mse")
    found = {}
    for k in (1, 2):
        a = w("a", Integer(k))
        claimed = diag(elementwise(slot(0) * (1 - slot(0)), a))
        found[f"layer {k}"] = w.agree(w.jacobian(a, w("z", Integer(k))), claimed)
    return found


@claim("004", 7)
def _() -> Readings:
    w = flat("classification_bce")
    y, a = slot(0), slot(1)
    entries = elementwise(y / a - (1 - y) / (1 - a), w("y"), w("a", Integer(2)))
    return {
        "literal": w.agree(loss_row(w), diag(entries)),
        "corrected": w.agree(loss_row(w), transpose(bce_column(w))),
    }


# -- the verdicts


def numbered() -> list[tuple[str, int, dict[str, str]]]:
    """Every formula with its document and its number there."""
    counts: dict[str, int] = {}
    found = []
    for entry_ in FORMULAS:
        document = entry_["file"][:3]
        counts[document] = counts.get(document, 0) + 1
        found.append((document, counts[document], entry_))
    return found


def test_every_formula_is_transcribed() -> None:
    assert {(document, number) for document, number, _ in numbered()} == set(TRANSCRIBED)
    assert len(FORMULAS) == 37


@pytest.mark.parametrize(("document", "number", "formula"), numbered(), ids=lambda part: str(part)[:40])
def test_verdict(document: str, number: int, formula: dict[str, str]) -> None:
    readings = TRANSCRIBED[document, number]()
    if formula["verdict"] == "right":
        assert readings
        assert all(readings.values()), readings
    elif formula["verdict"] == "wrong":
        assert readings == {"literal": False, "corrected": True}
    else:
        assert formula["verdict"] == "ambiguous"
        assert any(readings.values()), readings
        assert not all(readings.values()), readings
