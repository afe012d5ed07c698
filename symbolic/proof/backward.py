"""What each step of an adjoint program claims, for symbolic sizes and, where l is a symbol, for all layers at once.

Hypothesis: each cotangent named further up is ∂C/∂(its value). Step: the cotangent of v, as the recurrence writes it,
equals ∂/∂v Σ ⟨ū, u⟩ over the named values u that v enters next, whatever the ū. At the top u is the objective.
Where l is a symbol, one proof stands for a whole range of layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from sympy import Expr, Identity, Integer, MatMul
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import factors_of, ones
from symbolic.algebra.layers import cut, layers_of, overlap, shifted
from symbolic.algebra.nodes import Total
from symbolic.algebra.program import Layers, Program, Step, values_in
from symbolic.algebra.values import LAYER, Value
from symbolic.calculus.sweep import cotangent
from symbolic.derivation import STATISTICS, Derivation
from symbolic.proof.index_calculus import Claim, Pair, equal_sizes
from symbolic.proof.mutations import parts


@dataclass(frozen=True)
class Sweep:
    """What an adjoint program claims: its values are the cotangents, for a seed at `of`, of what `forward` computes."""

    forward: Program
    adjoint: Program
    of: Value
    seed: MatrixExpr
    mark: str

    @cached_property
    def square(self) -> Sweep:
        """The same with all open sizes equal, so that mutants conform; its steps are in the same order."""
        both = (*self.forward, *self.adjoint)
        sizes = equal_sizes(*[expr for step in both for expr in (step.target, step.expr)])
        forward, adjoint = (Program(tuple(_resized(s, sizes) for s in p)) for p in (self.forward, self.adjoint))
        return Sweep(forward, adjoint, self.of.xreplace(sizes), self.seed.xreplace(sizes), self.mark)

    def primal(self, name: Value) -> Value:
        """The value that a cotangent belongs to."""
        cols = 1 if self.mark == "J" else name.cols
        return Value(name.base.partition(":")[2], name.rows, cols, name.args[3])

    def label(self, name: Value) -> str:
        """∂C/∂z[l]."""
        return f"∂{self.of.name}/∂{self.primal(name).name}"

    def claim(self, step: Step) -> Claim:
        """What a step of the adjoint program claims: for every layer that it stands for."""
        v = self.primal(step.target)
        pairs, path = self._paths(v, step)
        return Claim(v, pairs, path.get, partial(self._entrywise, step), self.mark == "J")

    def _paths(self, v: Value, piece: Step) -> tuple[tuple[Pair, ...], dict[Value, MatrixExpr]]:
        """The values with named cotangents that v enters next, and what lies between."""
        pairs: dict[Value, Pair] = {}
        between: dict[Value, MatrixExpr] = {}
        stack = [v]
        while stack:
            for u, expr in users(self.forward, stack.pop(), piece):
                name = self.seed if u == self.of else cotangent(u, self.seed, self.mark)
                if u == self.of or is_computed(self.adjoint, name, piece):
                    pairs[u] = (name, expr)
                elif u not in between:
                    between[u] = expr
                    stack.append(u)
        return tuple(pairs.values()), between

    def _entrywise(self, piece: Step, v: Value) -> MatrixExpr | None:
        """What v is, where that is said entry by entry, a^{[l]} = σ(z^{[l]}), or where a norm computes it."""
        for step in self.forward:
            if covers(step, v, piece) and (is_entrywise(step.expr) or v.base in STATISTICS):
                return step.expr if step.over is None else step.expr.xreplace({LAYER: v.layer})
        return None


def _resized(step: Step, sizes: dict[Expr, Expr]) -> Step:
    return Step(step.target.xreplace(sizes), step.expr.xreplace(sizes), step.rule, step.over)


def is_entrywise(expr: MatrixExpr) -> bool:
    """Whether entry (i, j) depends on entries (i, j) alone."""
    return not any(isinstance(p, Total) or (isinstance(p, MatMul) and len(factors_of(p)) > 1) for p in parts(expr))


def sweep_of(derivation: Derivation, mark: str) -> Sweep:
    """The sweep called `mark`, with what it is the gradient of: C, each sample's scalar output, or a vector output."""
    network = derivation.network
    of = next(target.of for target in derivation.targets.values() if target.mark == mark)
    seed = Identity(network.units(of)) if mark == "J" else ones(*of.shape)
    forward = network.program if of == network.output else derivation.forward
    return Sweep(forward, derivation.recurrence(mark), of, seed, mark)


# -- where values are computed and used, ranges of layers in mind


def span(v: Value, piece: Step) -> Layers | None:
    """The layers that v runs through while l runs through those of `piece`."""
    if v.layer is None or piece.over is None:
        return None if v.layer is None else Layers(v.layer, v.layer)
    return Layers(*[v.layer.xreplace({LAYER: end}) for end in (piece.over.first, piece.over.last)])


def covers(step: Step, v: Value, piece: Step) -> bool:
    """Whether a step computes v, at every layer of `piece`."""
    if step.target.base != v.base:
        return False
    at = span(v, piece)
    return bool(step.target == v) if step.over is None or at is None else overlap(at, step.over) == at


def is_computed(program: Program, v: Value, piece: Step) -> bool:
    """Whether the steps of a program together compute v at every layer of `piece`."""
    at = span(v, piece)
    if at is None:
        return any(step.target == v for step in program)
    known = [layers for step in program.of(v.base) if (layers := layers_of(step))]
    return all(any(overlap(part, layers) == part for layers in known) for part in cut(at, known))


def users(forward: Program, v: Value, piece: Step) -> Iterator[tuple[Value, MatrixExpr]]:
    """The values that are computed from v directly, each with its expression, written at the layer that l gives them.

    Raises ValueError where only some layers of `piece` are used so: then the piece should have been cut.
    """
    at = span(v, piece)
    for step in forward:
        for w in values_in(step.expr):
            if w.base != v.base:
                continue
            if w == v and step.over is None:
                yield step.target, step.expr
            elif at is not None and w.layer is not None:
                down = Integer(0) if step.over is None else LAYER - w.layer
                here, there = shifted(at, down), step.over or Layers(w.layer, w.layer)
                common = overlap(here, there)
                if common is not None and (common != here or step.over is None):
                    raise ValueError(f"{step.target} uses {w}, which is only some layers of {v}")
                if common is not None:
                    to = {LAYER: v.layer + down}
                    yield step.target.xreplace(to), step.expr.xreplace(to)
