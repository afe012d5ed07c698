"""Closed forms for symbolic depth: ordered products and folds over layers, proved by induction on l.

Let Δ(l) be the closed form of the cotangent of z^{[l]}, with a product (or a fold) P(l) in it. It is right if
- at l = L, where P is empty, it is the gradient with respect to z^{[L]};
- P(l) = F(l) P(l+1), or f(P(l+1)) for a fold, makes Δ(l) the gradient of ⟨Δ(l+1), z^{[l+1]}⟩, whatever P(l+1) is;
and a closed gradient is right if it is the one that follows from the cotangents Δ(l).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sympy import DiagMatrix, Identity
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import factors_of, mul
from symbolic.algebra.entries import entry
from symbolic.algebra.nodes import Fold, OrderedProduct
from symbolic.algebra.program import Step
from symbolic.algebra.rebuild import rebuild
from symbolic.algebra.values import DEPTH, LAYER, Diagonal, Value, size, value
from symbolic.calculus.forms import eliminated, with_local_jacobians
from symbolic.calculus.local import chain_pullback
from symbolic.calculus.recurrence import RUNNING, inline
from symbolic.calculus.sweep import sweep as adjoint_sweep
from symbolic.derivation import COL, ROW, Derivation
from symbolic.proof.backward import Sweep
from symbolic.proof.index_calculus import Claim, equal_sizes, fresh_indices, same

Running = OrderedProduct | Fold
"""A node that runs over layers."""

UP = {LAYER: LAYER + 1}
TOP = {LAYER: DEPTH}


@dataclass(frozen=True)
class Family:
    """Δ(l), the closed form of the cotangents of z^{[l]} in one sweep."""

    sweep: Sweep
    delta: MatrixExpr

    @property
    def step(self) -> Step:
        """The recurrence from l+1 to l."""
        return next(s for s in self.sweep.adjoint if s.over is not None and s.target.base.endswith(":z"))

    @property
    def base(self) -> Step:
        """The recurrence's beginning, at l = L."""
        return next(s for s in self.sweep.adjoint if s.target == self.step.target.xreplace(TOP))

    def holds(self) -> bool:
        """Whether Δ(l) is the cotangent of z^{[l]}, for l = L, …, 1."""
        nodes = [node for node in self.delta.atoms(OrderedProduct, Fold) if LAYER in node.free_symbols]
        if len(nodes) != 1 or not empty_at_top(nodes[0]):
            return False
        node, above = nodes[0], nodes[0].xreplace(UP)
        top = rebuild(self.delta.xreplace(TOP), {node.xreplace(TOP): emptied(node.xreplace(TOP))})
        rest = value("P", *above.shape)
        unrolled = rebuild(self.delta, {node: begun(node, rest)})
        following = {self.step.target.xreplace(UP): rebuild(self.delta.xreplace(UP), {above: rest})}
        steps_hold = _with_cotangents(self.sweep.claim(self.step), following).proves(unrolled)
        return steps_hold and self.sweep.claim(self.base).proves(top)

    def conclusion(self, gradient: MatrixExpr, at: Step) -> tuple[Claim, MatrixExpr]:
        """What the step `at` claims if the cotangents of z are Δ, and a closed gradient to hold against it.

        In both, products and folds are replaced by arbitrary matrices, the same for the same.
        """
        claim = self.sweep.claim(at)
        layers = [g.layer for g, _ in claim.pairs if isinstance(g, Value) and g.base == self.step.target.base]
        closed = {self.step.target.xreplace({LAYER: k}): self.delta.xreplace({LAYER: k}) for k in layers}
        nodes = dict.fromkeys(node for delta in closed.values() for node in delta.atoms(OrderedProduct, Fold))
        known: dict[MatrixExpr, MatrixExpr] = {node: value(f"P{k}", *node.shape) for k, node in enumerate(nodes)}
        for node in gradient.atoms(OrderedProduct) - set(nodes):
            before, inner, after = unrotated(node)
            if inner in known:
                known[node] = mul(before, known[inner], after)
        following = {name: rebuild(delta, known) for name, delta in closed.items()}
        return _with_cotangents(claim, following), rebuild(gradient, known)

    @property
    def square(self) -> Family:
        """The same with all open sizes equal."""
        return Family(self.sweep.square, self.delta.xreplace(equal_sizes(self.delta)))


def _with_cotangents(claim: Claim, following: Mapping[Value, MatrixExpr]) -> Claim:
    pairs = tuple((following.get(g, g), y) for g, y in claim.pairs)
    return replace(claim, pairs=pairs)


# -- products and folds over layers


def empty_at_top(node: Running) -> bool:
    """Whether the range l, …, L−1 (or its like) is empty at l = L and not before."""
    low, high = (node.first, node.last) if isinstance(node, Fold) or node.step == 1 else (node.last, node.first)
    return bool((high - low).xreplace(TOP) == -1)


def emptied(node: Running) -> MatrixExpr:
    """What an empty product or fold is."""
    return node.start if isinstance(node, Fold) else Identity(node.shape[0])


def begun(node: Running, rest: MatrixExpr) -> MatrixExpr:
    """The node with the factor that it has at l and not at l+1 written out: F(l) · rest."""
    if isinstance(node, Fold):
        return node.at(node.first, rest)
    if LAYER in node.first.free_symbols:
        return mul(node.at(node.first), rest)
    return mul(rest, node.at(node.last))


def unrotated(node: OrderedProduct) -> tuple[MatrixExpr, MatrixExpr, MatrixExpr]:
    """∏_{k=p}^{q} X(k) Y(k) = X(p) · ∏_{k=p}^{q−1} Y(k) X(k+1) · Y(q), as its three factors."""
    x, *ys = factors_of(node.factor)
    y = mul(*ys) if ys else Identity(x.shape[1])
    inner = mul(y, x.xreplace({node.index: node.index + 1}))
    before, after = x.xreplace({node.index: node.first}), y.xreplace({node.index: node.last})
    return before, OrderedProduct(inner, node.index, node.first, node.last - 1, 1), after


def rotation_holds() -> bool:
    """Whether `unrotated` is right for all X(k) and Y(k), by induction on p from p = q = L down."""
    x = value("X", size("r", RUNNING), size("s", RUNNING), RUNNING)
    y = value("Y", size("s", RUNNING), size("r", RUNNING + 1), RUNNING)
    whole = OrderedProduct(mul(x, y), RUNNING, LAYER, DEPTH, 1)
    before, inner, after = unrotated(whole)
    at_top = mul(before.xreplace(TOP), emptied(inner.xreplace(TOP)), after)
    rest = value("Q", *inner.xreplace(UP).shape)
    hypothesis = mul(before.xreplace(UP), rest, after)
    left, right = begun(whole, hypothesis), mul(before, begun(inner, rest), after)
    return _equal(whole.at(DEPTH), at_top) and empty_at_top(inner) and _equal(left, right)


def _equal(a: MatrixExpr, b: MatrixExpr) -> bool:
    fresh = fresh_indices()
    return same(entry(a, ROW, COL, fresh), entry(b, ROW, COL, fresh))


def family_of(sweep: Sweep, derivation: Derivation) -> Family:
    """The closed form of a sweep's cotangents: a product for one sample and for Jacobians, a fold for a batch."""
    program = sweep.adjoint
    if derivation.network.samples == 1:
        raw = adjoint_sweep(sweep.forward, sweep.of, sweep.seed, [derivation.network.input], sweep.mark, chain_pullback)
        program = inline(raw, {f"{sweep.mark}:z"})
    name = next(step.target for step in program if step.over is not None)
    delta = with_local_jacobians(eliminated(name, program), derivation.forward, named=False)
    return Family(sweep, delta)


def without_names(expr: MatrixExpr, derivation: Derivation) -> MatrixExpr:
    """The expression with each D^{[l]} replaced by the diagonal local Jacobian that it is a name for."""
    found = {}
    for factor, matrix in derivation.local_derivatives.items():
        if isinstance(matrix, DiagMatrix) and factor.above.layer == LAYER:
            for name in expr.atoms(Diagonal):
                found[name] = matrix.xreplace({LAYER: name.layer})
    return rebuild(expr, found)
