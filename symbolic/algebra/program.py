"""Programs: ordered, single-assignment lists of named steps `target = shallow matrix expression`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import Expr
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.values import Value
from symbolic.errors import ShapeError


@dataclass(frozen=True)
class Layers:
    """The layers first, …, last that a step with a symbolic layer index stands for."""

    first: Expr
    last: Expr


@dataclass(frozen=True)
class Step:
    """`target = expr`, with the rule that made it; for every layer in `over` if that is given."""

    target: Value
    expr: MatrixExpr
    rule: str
    over: Layers | None = None

    def __post_init__(self) -> None:
        if self.target.shape != self.expr.shape:
            sizes = " = ".join(f"({a.shape[0]}, {a.shape[1]})" for a in (self.target, self.expr))
            raise ShapeError(f"{self.target} = {self.expr}: sizes differ, {sizes}")


@dataclass(frozen=True, eq=False)
class Program:
    """Steps in the order in which they can be computed. A program is equal to itself alone, so that it can be a key."""

    steps: tuple[Step, ...]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __reversed__(self) -> Iterator[Step]:
        return reversed(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def of(self, base: str) -> tuple[Step, ...]:
        """The steps whose target is called `base`, in order."""
        return tuple(self._by_base.get(base, {}).values())

    def defining(self, base: str, layer: Any) -> Step | None:
        """The step that defines `base` at a layer: one for that very layer, else one for a range; None without."""
        found = self._by_base.get(base, {})
        return found.get(layer) or next((step for step in found.values() if step.over is not None), None)

    @cached_property
    def _by_base(self) -> dict[str, dict[Any, Step]]:
        found: dict[str, dict[Any, Step]] = {}
        for step in self.steps:
            found.setdefault(step.target.base, {})[step.target.layer] = step
        return found


def values_in(expr: Any) -> list[Value]:
    """The named matrices in an expression, each once, in reading order."""
    found: dict[Value, None] = {}
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Value):
            found.setdefault(node)
        elif getattr(node, "is_Matrix", False):
            stack.extend(reversed(node.args))
    return list(found)
