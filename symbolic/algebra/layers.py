"""Layer ranges: which layers a step stands for, and how two ranges lie to each other.

Bounds are integers or L plus an integer; L counts as larger than any integer met, so 1 ≤ l ≤ L−1 precedes L.
"""

from __future__ import annotations

from typing import Any

from sympy import Expr

from symbolic.algebra.program import Layers, Step
from symbolic.algebra.values import DEPTH, LAYER

_FAR = 10**9


def position(bound: Any) -> int:
    """Where a bound lies on the line, L put far to the right."""
    return int(bound) if bound.is_Integer else int(bound.subs(DEPTH, _FAR))


def layers_of(step: Step) -> Layers | None:
    """The layers of a step's target: its range, a single layer, or None where it belongs to no layer."""
    if step.over is not None:
        return step.over
    layer = step.target.layer
    return None if layer is None else Layers(layer, layer)


def shifted(layers: Layers, by: Any) -> Layers:
    """The range moved by a number of layers."""
    return Layers(layers.first + by, layers.last + by)


def overlap(a: Layers, b: Layers) -> Layers | None:
    """The layers that lie in both ranges, or None."""
    first = max(a.first, b.first, key=position)
    last = min(a.last, b.last, key=position)
    return Layers(first, last) if position(first) <= position(last) else None


def cut(whole: Layers, parts: list[Layers]) -> list[Layers]:
    """`whole` cut wherever one of the parts begins or ends, last piece first."""
    if whole.first == whole.last:
        return [whole]
    starts = {position(whole.first): whole.first}
    for part in parts:
        for bound in (part.first, part.last + 1):
            if position(whole.first) < position(bound) <= position(whole.last):
                starts[position(bound)] = bound
    firsts = [starts[at] for at in sorted(starts)]
    lasts = [bound - 1 for bound in firsts[1:]] + [whole.last]
    return [Layers(first, last) for first, last in zip(firsts, lasts, strict=True)][::-1]


def use_of(layer: Expr, step: Step) -> Layers:
    """The layers at which a step uses a value written with layer index `layer` (l−1, say, for l in a range)."""
    if step.over is None:
        return Layers(layer, layer)
    return Layers(layer.subs(LAYER, step.over.first), layer.subs(LAYER, step.over.last))


def restricted(step: Step, layers: Layers) -> Step:
    """The step for some of its layers; a range of one layer becomes a fixed index."""
    if step.over is None:
        return step
    if layers.first == layers.last:
        at = layers.first
        return Step(step.target.subs(LAYER, at), step.expr.subs(LAYER, at), step.rule)
    return Step(step.target, step.expr, step.rule, layers)
