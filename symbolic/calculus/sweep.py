"""The adjoint sweep: from a forward program to the program of its cotangents, last step first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

from sympy import ZeroMatrix
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add
from symbolic.algebra.layers import cut, layers_of, overlap, shifted
from symbolic.algebra.program import Layers, Program, Step, values_in
from symbolic.algebra.values import LAYER, Value
from symbolic.calculus.rules import Pullback, pullback


@dataclass(frozen=True)
class Share:
    """A contribution to the cotangent of a value, written at its own layer l, for the layers in `over`."""

    expr: MatrixExpr
    over: Layers | None
    rule: str

    @property
    def ranged(self) -> bool:
        """Whether the share stands for several layers, written at the running one."""
        return self.over is not None and self.over.first != self.over.last


def cotangent(v: Value, seed: MatrixExpr, mark: str) -> Value:
    """The name of v's cotangent, base "mark:base", shaped like v; for a Jacobian, a column for each of the seed."""
    cols = seed.shape[1] if mark == "J" else v.cols
    return Value(f"{mark}:{v.base}", v.rows, cols, v.args[3])


def sweep(
    forward: Program,
    of: Value,
    seed: MatrixExpr,
    wrt: Sequence[Value],
    mark: str = "d",
    rule: Pullback = pullback,
) -> Program:
    """The cotangents of every value between `of` and `wrt`, seeded with `seed` at `of`.

    Every use of a value contributes once, and the contributions of all uses are summed. The result is again a
    program, in the order in which the cotangents can be computed. `mark` starts their names.
    """
    key = _key(forward)
    wanted = _descendants(forward, [key(v) for v in wrt], key)
    shares: dict[Hashable, list[Share]] = defaultdict(list)
    shares[key(of)].append(Share(seed, _own_layer(of), "seed"))
    adjoint: list[Step] = []
    for step in reversed(forward):
        target = step.target
        if key(target) not in wanted or not shares[key(target)]:
            continue
        g = seed if target == of else cotangent(target, seed, mark)
        for operand, share in rule(target, step.expr, g, lambda v: key(v) in wanted):
            shares[key(operand)].append(_at_own_layer(operand, share, step))
    for step in reversed(forward):
        if shares[key(step.target)] and step.target != of:
            name = cotangent(step.target, seed, mark)
            adjoint += _bind(name, layers_of(step), shares[key(step.target)])
    bound = {step.target for step in adjoint}
    for v in wrt:
        name = cotangent(v, seed, mark)
        if name in bound:
            continue
        given = shares[key(v)] or [Share(ZeroMatrix(*name.shape), _own_layer(v), "unused")]
        ranged = v.layer is not None and LAYER in v.layer.free_symbols
        adjoint += _bind(name, given[0].over if ranged else _own_layer(v), given)
    return Program(tuple(adjoint))


def _key(forward: Program) -> Callable[[Value], Hashable]:
    """What contributions are collected under: the value, or its letter where steps stand for ranges of layers."""
    ranged = any(step.over for step in forward)
    return (lambda v: v.base) if ranged else (lambda v: v)


def _descendants(forward: Program, sources: list[Hashable], key: Callable[[Value], Hashable]) -> set[Hashable]:
    """The keys of the sources and of everything computed from them."""
    found, before = set(sources), 0
    while len(found) != before:
        before = len(found)
        for step in forward:
            if found & {key(v) for v in values_in(step.expr)}:
                found.add(key(step.target))
    return found


def _own_layer(v: Value) -> Layers | None:
    return None if v.layer is None else Layers(v.layer, v.layer)


def _at_own_layer(operand: Value, share: MatrixExpr, step: Step) -> Share:
    """A use of a^{[l-1]} at layers 1 … L is a share of a^{[l]} at layers 0 … L−1."""
    if step.over is None or operand.layer is None or LAYER not in operand.layer.free_symbols:
        return Share(share, _own_layer(operand), step.rule)
    offset = operand.layer - LAYER
    return Share(share.subs(LAYER, LAYER - offset), shifted(step.over, offset), step.rule)


def _bind(name: Value, layers: Layers | None, shares: list[Share]) -> Iterator[Step]:
    """The steps that sum the shares, one for each stretch of layers that has the same ones, last layer first."""
    shares = sorted(shares, key=lambda share: share.rule == "penalty")
    if layers is None:
        yield Step(name, add(*[share.expr for share in shares]), _rules(shares))
        return
    for piece in cut(layers, [share.over for share in shares if share.over]):
        here = [s for s in shares if s.over and overlap(s.over, piece)]
        single = piece.first == piece.last
        at = {LAYER: piece.first} if single else {}
        if here:
            terms = [share.expr.subs(at) if share.ranged else share.expr for share in here]
            yield Step(
                name.subs(at) if name.layer != piece.first else name,
                add(*terms),
                _rules(here),
                None if single else piece,
            )


def _rules(shares: list[Share]) -> str:
    """What produced a cotangent: the rules of the steps that use the value, each once."""
    return " + ".join(dict.fromkeys(share.rule for share in shares))
