"""What is right only as a part of it is 0: ∂v/∂μ = −5 Σ (x_i − μ)/m, where μ is the mean.

Such a formula is compared once more where what is 0 is not: with any other number for μ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from symbolic.checking.at import LAST
from symbolic.checking.claims import Claim
from symbolic.checking.convention import Reading
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.own_draws import drawn_points
from symbolic.checking.own_point import OwnPoint
from symbolic.checking.own_written import bare, held
from symbolic.checking.problems import JUDGING, Free, Steps
from symbolic.checking.setting import SEEDS, Setting
from symbolic.checking.shapes import has_size
from symbolic.checking.writing import latex
from symbolic.checking.written import Ratio, Written
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

NOTHING = 1e-8
"""What is smaller is 0 but for the error of differences."""


def said_of_zeros(claim: Claim, setting: Setting, reading: Reading) -> str:
    """What there is to say of a formula that agrees, where it would not if a part of it were not 0; else nothing."""
    points = [point for point in setting.points if isinstance(point, OwnPoint)]
    if len(points) != len(setting.points):
        return ""
    zeros = [node for side in claim.sides for node in _zeros(side, points, reading)]
    own = points[0].own
    given = {bare(equation.name) for equation in own.equations}
    free = {name for node in zeros for name in _of_zero(node)} & given
    if not free:
        return ""
    others = replace(own, equations=tuple(e for e in own.equations if bare(e.name) not in free))
    try:
        drawn = tuple(drawn_points(others, setting.derivation, SEEDS))
    except SymbolicError:
        return ""
    there = replace(setting, points=drawn, steps={id(claim): Steps(JUDGING)})
    if there.everywhere(claim, reading).fits:
        return ""
    return f"right only as {latex(zeros[0])} is 0; without that the sides differ"


def _zeros(node: Node, points: Sequence[OwnPoint], reading: Reading) -> list[Node]:
    """The smallest parts of an expression that are 0 at every point; numbers that are written are none."""
    if isinstance(node, nodes.Number) or not _is_zero(node, points, reading):
        return [zero for part in nodes.parts_of(node) for zero in _zeros(part, points, reading)]
    inside = [zero for part in nodes.parts_of(node) for zero in _zeros(part, points, reading)]
    return inside or [node]


def _is_zero(node: Node, points: Sequence[OwnPoint], reading: Reading) -> bool:
    for point in points:
        at = Evaluator(point, point.own.naming, reading, steps=Steps(JUDGING))
        try:
            if not all(np.max(np.abs(value)) < NOTHING for value in _values(at, node)):
                return False
        except (SymbolicError, ArithmeticError, ValueError, TypeError, LookupError, AttributeError):
            return False
    return True


def _values(at: Evaluator, node: Node) -> Iterator[np.ndarray]:
    """The values of an expression for the first and the last number of each index."""
    try:
        found = at.of(node)
    except Free as free:
        for k in dict.fromkeys((1, free.size)):
            yield from _values(at.at(entries={free.letter: k, LAST + free.letter: free.size}), node)
        return
    if not has_size(found):
        raise ValueError("what has no size is not 0")
    yield np.asarray(found, dtype=float)


def _of_zero(node: Node) -> list[Written]:
    """The names that may be changed so that a part is not 0: in a derivative, what it is taken with respect to."""
    known = node.known if isinstance(node, nodes.Name) else None
    return held(known.below) if isinstance(known, Ratio) else held(node)
