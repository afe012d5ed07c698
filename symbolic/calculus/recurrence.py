"""Recurrences: an adjoint program rewritten with only some of its cotangents named, and solved over the layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sympy import MatAdd, Symbol
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import (
    add,
    coefficient_and_matrix,
    factors_of,
    is_ones,
    mul,
    power_product,
    scale,
)
from symbolic.algebra.layers import cut, layers_of, overlap, restricted, shifted, use_of
from symbolic.algebra.nodes import Fold
from symbolic.algebra.program import Layers, Program, Step, values_in
from symbolic.algebra.rebuild import rebuild
from symbolic.algebra.values import LAYER, Value

RUNNING = Symbol("k", integer=True, positive=True)
"""The bound layer index of ordered products and folds."""


def inline(program: Program, keep: Collection[str], always: Collection[str] = ()) -> Program:
    """The program without the cotangents that need no name.

    Those with a base in `keep` stay; those in `always` go; the others go where they are used just once, so that
    δ^{[l]} = σ′(z^{[l]}) ∘ (W^{[l+1]})ᵀ δ^{[l+1]} comes out in one line and a cotangent used twice is named once.
    """
    table = _Table(program)
    uses = table.count_uses()
    gone = {
        id(step)
        for step in program
        if step.target.base not in keep
        and (uses[id(step)] == 1 or (uses[id(step)] and (step.target.base in always or is_ones(step.expr))))
    }
    kept: list[Step] = []
    for step in program:
        if id(step) not in gone:
            kept += table.substituted(step, gone)
    return Program(tuple(_merged(kept)))


def _merged(steps: list[Step]) -> list[Step]:
    """The steps, a range and the single layer just below it made one where they say the same."""
    merged: list[Step] = []
    ranged: list[int] = []
    for step in steps:
        position = next((at for at in ranged if _continues(merged[at], step)), None)
        if position is None:
            ranged += [len(merged)] if step.over else []
            merged.append(step)
        else:
            above = merged[position]
            assert above.over is not None
            whole = Layers(step.target.layer, above.over.last)
            merged[position] = Step(above.target, above.expr, above.rule, whole)
    return merged


def _continues(above: Step, step: Step) -> bool:
    """Whether the fixed `step` is what the ranged step `above` says for the next layer down."""
    if step.over or not above.over or step.target.layer != above.over.first - 1:
        return False
    at = {LAYER: step.target.layer}
    return bool((above.target.subs(at), above.expr.subs(at)) == (step.target, step.expr))


class _Table:
    """The steps of a program by the letter they define, so that a use finds its definition in constant time."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._fixed = {step.target: step for step in program if step.over is None}
        self._ranged: dict[str, list[Step]] = {}
        for step in program:
            if step.over is not None:
                self._ranged.setdefault(step.target.base, []).append(step)

    def definitions(self, v: Value, user: Step) -> list[Step]:
        """The steps that define v where `user` uses it (several where the user's range meets several pieces)."""
        if user.over is None and v in self._fixed:
            return [self._fixed[v]]
        if v.layer is None or v.base not in self._ranged:
            return []
        span = use_of(v.layer, user)
        candidates = [s for s in self._fixed.values() if s.target.base == v.base] + self._ranged[v.base]
        return [s for s in candidates if (at := layers_of(s)) and overlap(at, span)]

    def count_uses(self) -> Counter[int]:
        """How often each definition is used, by the identity of its step."""
        uses: Counter[int] = Counter()
        for step in self._program:
            for v in values_in(step.expr):
                uses.update(id(found) for found in self.definitions(v, step))
        return uses

    def substituted(self, step: Step, gone: set[int]) -> list[Step]:
        """The step with the definitions in `gone` put in, cut where a definition changes along the layers."""
        for v in values_in(step.expr):
            found = [d for d in self.definitions(v, step) if id(d) in gone]
            if len(found) > 1 and step.over is not None and v.layer is not None:
                down = LAYER - v.layer
                borders = [shifted(at, down) for d in found if (at := layers_of(d))]
                pieces = cut(step.over, borders)
                return [s for piece in pieces for s in self.substituted(restricted(step, piece), gone)]
            if found:
                put_in = _written_at(found[0], v)
                whole = Step(step.target, rebuild(step.expr, {v: put_in}), step.rule, step.over)
                return self.substituted(whole, gone)
        return [step]


def _written_at(definition: Step, v: Value) -> MatrixExpr:
    """The definition's right-hand side at the layer at which v is used."""
    return definition.expr if definition.over is None else definition.expr.subs(LAYER, v.layer)


def solve(program: Program, step: Step) -> MatrixExpr:
    """The closed form of g(l) = F(l) g(l+1) for the layers of a ranged step, down from the fixed one above it.

    ∏_{k=l}^{last} F(k) · g(last+1) where g(l+1) stands last in a product (linear, one sample), and the nested
    form otherwise.
    """
    assert step.over is not None
    above = step.target.at(LAYER + 1)
    start = next(
        s.expr for s in program.of(step.target.base) if s.over is None and s.target.layer == step.over.last + 1
    )
    factor = _left_factor(step.expr, above)
    if factor is not None:
        product = power_product(factor.subs(LAYER, RUNNING), RUNNING, LAYER, step.over.last, 1)
        return mul(product, start)
    body = step.expr.subs(LAYER, RUNNING)
    return Fold(body, above.subs(LAYER, RUNNING), RUNNING, LAYER, step.over.last, start)


def _left_factor(expr: MatrixExpr, last: Value) -> MatrixExpr | None:
    """F where expr = F · last, or None."""
    if isinstance(expr, MatAdd):
        parts = [_left_factor(term, last) for term in expr.args]
        return None if None in parts else add(*parts)
    coefficient, _ = coefficient_and_matrix(expr)
    factors = factors_of(expr)
    if len(factors) > 1 and factors[-1] == last and last not in values_in(mul(*factors[:-1])):
        return scale(coefficient, mul(*factors[:-1]))
    return None
