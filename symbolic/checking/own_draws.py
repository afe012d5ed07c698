"""Random points of a network that a file's own equations are, on both sides of whatever the equations compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from symbolic.algebra.values import Value
from symbolic.checking.arrays import Arrays
from symbolic.checking.at import LAST
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.letters import LETTERS
from symbolic.checking.own_point import WORK, Own, OwnPoint
from symbolic.checking.own_written import ONES
from symbolic.checking.point import SIZES
from symbolic.checking.problems import JUDGING, Free, Steps
from symbolic.checking.shapes import Hollow, sized
from symbolic.checking.walk import nodes_in
from symbolic.checking.writing import latex
from symbolic.checking.written import Written
from symbolic.derivation import Derivation
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

MOST_DRAWS, FRESH, PATIENCE = 300, 10, 60
"""How often a point is drawn until it is as it should be; wholly as often as FRESH, then one name at a time, and that
until so many draws have made nothing better."""

FEWEST_SIZES = 4
"""From so many sizes those of a point with sums over vectors are taken, if it has no more: they take their time."""

DIVISORS = (1.0, 2.0)
"""Between which numbers, or less than their negatives, that is drawn by which something is divided."""
BETWEEN = (0.2, 1.1)
"""How far numbers are from 0: near a pole, as 1/σ³ and the logarithm have one, differences say nothing, and a sigmoid
is near 0 or 1 for great ones."""

NEAR = 0.02
"""What is compared is further apart: differences must not go over a kink."""

RECTIFIED = ("relu", "leaky_relu", "elu", "heaviside", "abs", "sign")
"""Functions that are another one on either side of 0."""

Pair = tuple[Node, Node]
"""What is compared: a kink is where both are equal."""


def drawn_points(own: Own, derivation: Derivation, seeds: Sequence[int]) -> list[OwnPoint]:
    """A point for each seed.

    Of what is compared the first is the greater at the first point and the less at the second; where that cannot be,
    it is the other way round at one of the others. Where several are compared, there are more points.

    Raises SymbolicError where the equations have no values.
    """
    pairs = list(dict.fromkeys(pair for equation in own.equations for pair in kinks(equation.tree)))
    seen: list[set[bool]] = [set() for _ in pairs]
    points = []
    rows = sides_together(len(pairs))
    more = range(max(seeds) + 1, max(seeds) + 1 + len(rows) - len(seeds))
    for at, seed in enumerate((*seeds, *more)):
        wanted = rows[at] if rows else [({True, False} - s).pop() if len(s) == 1 else at % 2 == 0 for s in seen]
        points.append(_point(own, derivation, seed, dict(zip(pairs, wanted, strict=True))))
        for pair, sides in zip(pairs, seen, strict=True):
            sides |= _sides(points[-1], pair)
    half = next((pair for pair, sides in zip(pairs, seen, strict=True) if len(sides) == 1), None)
    if half is None:
        return points
    said = f"{latex(half[0])} > {latex(half[1])}"
    return [replace(point, own=replace(own, one_sided=said)) for point in points]


def sides_together(pairs: int) -> list[list[bool]]:
    """Which of its sides each of several pairs is on at each point, so that any two are on all four pairs of sides.

    |r| ≤ δ and r > 0 are two: what is only wrong where |r| > δ and r < 0 is so at a point. Nothing for fewer than two.
    """
    if pairs < 2:
        return []
    others = 3 if pairs <= 3 else 5
    columns = [[False, *(at in some for at in range(others))] for some in combinations(range(others), others // 2 + 1)]
    return [[not columns[pair % len(columns)][at] for pair in range(pairs)] for at in range(others + 1)]


def kinks(tree: Node) -> Iterator[Pair]:
    """What an expression compares: z and 0 in ReLU(z), (z)⁺ and |z|, x and y in max(x, y) and where x > y."""
    zero = nodes.Number(0, "0")
    for node in nodes_in(tree):
        if isinstance(node, nodes.Positive | nodes.Absolute):
            yield node.inside, zero
        elif isinstance(node, nodes.Call) and node.function.name in ("max", "min"):
            yield from combinations(node.arguments, 2)
        elif isinstance(node, nodes.Call) and node.function.name in RECTIFIED and len(node.arguments) == 1:
            yield node.arguments[0], zero
        elif isinstance(node, nodes.Relation) and len(node.parts) == 2:
            yield node.parts[0], node.parts[1]


def _point(own: Own, derivation: Derivation, seed: int, wanted: Mapping[Pair, bool]) -> OwnPoint:
    """A point at which every value is finite, and as many pairs as may be are as they should be."""
    rng = np.random.default_rng(seed)
    free = list(dict.fromkeys(n for v in own.values.values() for n in v.shape if n.free_symbols))
    is_smooth = bool(own.families) and not wanted  # few entries may all have one sign, and hide a slip in 1[z > 0]
    some = SIZES[: max(FEWEST_SIZES, len(free))] if is_smooth else SIZES
    numbers = {n: some[(at + seed) % len(some)] for at, n in enumerate(free)}
    best: OwnPoint | None = None
    most, since = -1, 0
    for draw in range(MOST_DRAWS):
        point = OwnPoint(derivation, Arrays(numbers), own=own, functions=own.functions)
        for name, many in own.counts.items():
            point.arrays.arrays[own.values[name]] = np.full((1, 1), float(point.arrays.size(many)))
        one = rng.integers(len(own.given)) if best is not None and draw >= FRESH and own.given else None
        for at, name in enumerate(own.given):
            v = own.values[name]
            kept = best is not None and one is not None and at != one
            point.arrays.arrays[v] = best.array(v) if kept else _drawn(name, v, point.arrays, rng, own)  # type: ignore[union-attr]
        with np.errstate(all="ignore"):
            point.compute()
        if all(np.all(np.isfinite(array)) for array in point.arrays.arrays.values()):
            many_so = _agreement(point, wanted)
            since = 0 if many_so > most else since + 1
            best, most = (point, many_so) if many_so >= most else (best, most)
        if most == 2 * len(wanted) or since > PATIENCE or (draw + 2) * point.work.left > JUDGING:
            break
    if best is None:
        raise SymbolicError("the equations have no values")
    return best


def _agreement(point: OwnPoint, wanted: Mapping[Pair, bool]) -> int:
    """How many pairs are as they should be, those that are on no kink counted first."""
    gaps = {pair: _gaps(Evaluator(point, point.own.naming, steps=Steps(WORK)), pair) for pair in wanted}
    clear = all(abs(gap) > NEAR for found in gaps.values() for gap in found)
    return sum(_is_as(point, pair, above) for pair, above in wanted.items()) + clear * len(wanted)


def _is_as(point: OwnPoint, pair: Pair, above: bool) -> bool:
    """Whether some entries of a value are above those of another and some are not; a number is as it is said."""
    found = _is_above(point, pair)
    return len(set(found)) == 2 if len(found) > 1 else found in ([above], [])


def _sides(point: OwnPoint, pair: Pair) -> set[bool]:
    return set(_is_above(point, pair)) or {True, False}


def _is_above(point: OwnPoint, pair: Pair) -> list[bool]:
    """Whether the first is above the second, for all entries; nothing where that cannot be said."""
    return [gap > 0 for gap in _gaps(Evaluator(point, point.own.naming, steps=Steps(WORK)), pair)]


def _gaps(at: Evaluator, pair: Pair) -> list[float]:
    """By how much the first is above the second, for all entries; nothing where that cannot be said."""
    try:
        left, right = (_value(at, node) for node in pair)
        return [float(each) for each in np.ravel(np.asarray(left) - np.asarray(right))]
    except Free as free:
        some = ({free.letter: k, LAST + free.letter: free.size} for k in range(1, free.size + 1))
        return [each for entries in some for each in _gaps(at.at(entries=entries), pair)]
    except (SymbolicError, ValueError, TypeError):
        return []


def _value(at: Evaluator, node: Node) -> Any:
    found = at.of(node)
    return {"𝟎": 0.0, "𝟏": 1.0}.get(found.sign, np.nan) if isinstance(found, Hollow) else sized(found)


def _drawn(name: Written, v: Value, arrays: Arrays, rng: np.random.Generator, own: Own) -> Any:
    shape = tuple(arrays.size(n) for n in v.shape)
    if name.base == ONES:
        return np.ones(shape)
    if name in own.divisors:  # a width near 0 makes e^(−x²/σ²) too small to be compared
        return rng.uniform(*DIVISORS, size=shape) * rng.choice((-1.0, 1.0), size=shape)
    if name.letter not in LETTERS["y"]:
        return rng.uniform(*BETWEEN, size=shape) * rng.choice((-1.0, 1.0), size=shape)
    found = rng.uniform(0.1, 0.9, size=shape)
    if own.shares is None:
        return found
    axis = 1 if name in own.families else None if 1 in shape else own.shares
    return found / found.sum(axis=axis, keepdims=True)
