"""Which steps a function needs, in which loops they run, and which values over layers must be kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sympy import Expr
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.program import Layers, Step, values_in
from symbolic.algebra.values import LAYER, Value


@dataclass(frozen=True)
class Loop:
    """Steps computed together for each of the layers, up or down."""

    steps: tuple[Step, ...]
    over: Layers
    upwards: bool


Item = Step | Loop


def needed(steps: Sequence[Step], wanted: Iterable[Value]) -> list[Step]:
    """The steps without those that nothing wanted depends on."""
    key = _key(steps)
    alive = {key(v) for v in wanted}
    before = -1
    while len(alive) != before:
        before = len(alive)
        for step in reversed(steps):
            if key(step.target) in alive:
                alive.update(key(v) for v in values_in(step.expr))
    return [step for step in steps if key(step.target) in alive]


def _key(steps: Iterable[Step]) -> Callable[[Value], Hashable]:
    """What values are looked up by: the letter where steps stand for ranges of layers, else also the layer."""
    ranged = any(step.over for step in steps)
    return (lambda v: v.base) if ranged else (lambda v: (v.base, v.layer))


def items(steps: Sequence[Step]) -> Iterator[Item]:
    """The steps in order, neighbours over the same layers in one loop."""
    pending: list[Step] = []
    for step in steps:
        if pending and step.over != pending[0].over:
            yield _loop(pending)
            pending = []
        if step.over is None:
            yield step
        else:
            pending.append(step)
    if pending:
        yield _loop(pending)


def _loop(steps: list[Step]) -> Loop:
    """The loop goes up where a step uses the layer below, and down where it uses the one above."""
    computed = {step.target.base for step in steps}
    used = [v for step in steps for v in values_in(step.expr) if v.base in computed]
    upwards = not any(_offset(v.layer) > 0 for v in used)
    over = steps[0].over
    assert over is not None
    return Loop(tuple(steps), over, upwards)


def _offset(layer: Expr | None) -> int:
    """The distance from the running layer: 1 for l + 1."""
    return int(layer - LAYER)


def replaceable(loop: Loop, before: Iterable[MatrixExpr], after: Iterable[MatrixExpr]) -> frozenset[str]:
    """The letters of the loop of which each turn's value may replace the one of the turn before.

    They are those whose value is only used on the same turn and the next, from `before` the loop where it starts,
    and `after` it as it ends.
    """
    start, end = loop.over.first - 1, loop.over.last
    if not loop.upwards:
        start, end = loop.over.last + 1, loop.over.first
    ends = [(v, start) for expr in before for v in values_in(expr)]
    ends += [(v, end) for expr in after for v in values_in(expr)]
    return frozenset(
        step.target.base
        for position, step in enumerate(loop.steps)
        if all(v.layer == end for v, end in ends if v.base == step.target.base)
        and all(_is_current(v, position, at, loop) for at, v in _uses(loop, step.target.base))
    )


def _uses(loop: Loop, base: str) -> Iterator[tuple[int, Value]]:
    """The uses of a letter in the loop, with the position of the step that uses it."""
    for at, step in enumerate(loop.steps):
        yield from ((at, v) for v in values_in(step.expr) if v.base == base)


def _is_current(v: Value, position: int, at: int, loop: Loop) -> bool:
    """Whether a use by step `at` finds its value in a variable that step `position` sets on each turn."""
    before = -1 if loop.upwards else 1
    return _offset(v.layer) == (before if at <= position else 0)
