"""Scalar functions of z with cases, |·|, max and min: taken apart where they change, and differentiated piece by piece.

Everything that decides a case is a comparison of z with a number or a hyperparameter, so that a function is a tree:
one half for z > t, one for z < t, down to pieces without cases.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple, TypeAlias

from sympy import Abs, Eq, Expr, Integer, Or, Piecewise, Symbol, diff, exp, false, log, sign, true
from sympy.core.relational import Relational

from symbolic.algebra.functions import NamedFunction, Z
from symbolic.errors import SpecError
from symbolic.networks.scalar import greater, is_large, less, rebuilt, replaced, where

MOST_PIECES = 32
"""A function of more pieces is refused: each test doubles what is to be done."""


class Halves(NamedTuple):
    """One function above a place, another below."""

    place: Expr
    above: Tree
    below: Tree


Tree: TypeAlias = "Expr | Halves"


def written_out(expr: Any, of: Callable[[NamedFunction], bool] = lambda f: True, at: Any = Z) -> Any:
    """The expression at Z = `at`, with named functions (those `of` which something holds) by their definitions.

    Cases inside of conditions are taken out of them, since SymPy does not end on them. Raises SpecError where it grows
    too large: a function that says its argument twice doubles it.
    """
    if expr == Z:
        return at
    if not expr.args:
        return expr
    if isinstance(expr, NamedFunction) and expr.definition is not None and of(expr):
        return written_out(expr.definition, of, written_out(expr.args[0], of, at))
    if isinstance(expr, Piecewise):
        *cases, (found, _) = expr.args
        found = written_out(found, of, at)
        for value, condition in reversed(cases):
            found = where(_compared(condition, of, at), written_out(value, of, at), found)
    else:
        found = rebuilt(expr, [written_out(argument, of, at) for argument in expr.args])
    if is_large(found):
        raise SpecError("it grows too large when written out")
    return found


def _compared(condition: Any, of: Callable[[NamedFunction], bool], at: Any) -> Any:
    """A condition written out; a comparison is not evaluated, which takes SymPy long."""
    if not condition.args:
        return condition
    if not isinstance(condition, Relational):
        return condition.func(*[_compared(part, of, at) for part in condition.args])
    sides = [written_out(side, of, at) for side in condition.args]
    if condition.rel_op in (">", "<"):
        return (greater if condition.rel_op == ">" else less)(*sides)
    return condition.func(*sides)


def has_cases(f: NamedFunction) -> bool:
    """Whether a function is made of pieces."""
    return _has_cases(type(f))  # type: ignore[arg-type]


@cache
def _has_cases(function: type[NamedFunction]) -> bool:
    return bool(written_out(function(Z)).atoms(Piecewise, Abs, sign))


def has_conditions(expr: Expr) -> bool:
    """Whether cases of an expression are told apart by conditions, not by |·| and sign alone."""
    return bool(written_out(expr, has_cases).atoms(Piecewise))


def pieces(expr: Expr) -> Tree:
    """The tree of a function of Z. Raises SpecError where a condition is no comparison of z with a number."""
    return _Splitter().split(expr, (), ())


@dataclass
class _Splitter:
    """Splits at one undecided test after the other, innermost first."""

    left: int = MOST_PIECES

    def split(self, expr: Any, lower: tuple[Expr, ...], upper: tuple[Expr, ...]) -> Tree:
        """The tree of an expression, for z above all of `lower` and below all of `upper`."""
        test = next(_tests(expr), None)
        if test is None:
            self.left -= 1
            if self.left < 0:
                raise SpecError(f"a function of more than {MOST_PIECES} pieces")
            return expr
        place, rising = _place(test)
        if place is None:
            return self.split(_decided(expr, test, rising), lower, upper)
        if any((bound - place).is_nonnegative for bound in lower):
            return self.split(_decided(expr, test, rising), lower, upper)
        if any((place - bound).is_nonnegative for bound in upper):
            return self.split(_decided(expr, test, not rising), lower, upper)
        above = self.split(_decided(expr, test, rising), (*lower, place), upper)
        below = self.split(_decided(expr, test, not rising), lower, (*upper, place))
        return above if above == below else Halves(place, above, below)


def _tests(expr: Any) -> Iterator[Expr]:
    """What decides the cases of an expression: u of |u|, sign u and u > 0, those without cases in them first."""
    for node in expr.args:
        yield from _tests(node)
    if isinstance(expr, Relational):
        yield expr.lhs - expr.rhs
    elif isinstance(expr, Abs | sign):
        yield expr.args[0]


def _place(test: Expr) -> tuple[Expr | None, bool]:
    """Where a test changes from false to true (rising) or from true to false; no place for one that never changes."""
    if test.is_positive or test.is_nonpositive:
        return None, bool(test.is_positive)
    slope = test.diff(Z)
    if not slope.has(Z) and (slope.is_positive or slope.is_negative):
        return (test.xreplace({Z: Integer(0)}) / -slope).expand(), bool(slope.is_positive)
    front, core = test.as_independent(Z, as_Add=False)
    constant, rest = core.as_independent(Z, as_Add=True)
    factor, power = rest.as_independent(Z, as_Add=False)
    scale = front * factor
    if isinstance(power, exp) and (scale.is_positive or scale.is_negative) and (-constant / factor).is_positive:
        place, rising = _place(power.args[0] - log(-constant / factor))
        return place, rising is bool(scale.is_positive)
    written = str(test.xreplace({Z: Symbol("z")}))
    raise SpecError(f"cannot tell where {written[:60]} changes its sign; compare z with a number")


def _decided(expr: Expr, test: Expr, positive: bool) -> Expr:
    """The expression where the test is known to be positive, or to be negative."""
    meanings: dict[Any, Any] = {Abs(test): test if positive else -test, sign(test): Integer(1 if positive else -1)}
    for condition in expr.atoms(Relational):
        if condition.lhs - condition.rhs == test:
            meanings[condition] = true if positive is (condition.rel_op in (">", ">=")) else false
    return replaced(expr, meanings)


# -- derivatives


def derivative(expr: Expr, kink: Expr) -> Expr:
    """d/dz of a function of Z; where it jumps, `kink` of the way from the value before to the one after.

    Raises SpecError where the cases of the function cannot be told apart.
    """
    return _joined(_slopes(pieces(written_out(expr, has_cases))), kink)


def jumps(expr: Expr) -> tuple[Expr, ...]:
    """Where the derivative of a function of Z jumps."""
    return tuple(dict.fromkeys(_jumps(_slopes(pieces(written_out(expr, has_cases))))))


def _slopes(tree: Tree) -> Tree:
    if not isinstance(tree, Halves):
        return diff(tree, Z)
    above, below = _slopes(tree.above), _slopes(tree.below)
    return above if above == below else Halves(tree.place, above, below)


def _jumps(tree: Tree) -> Iterator[Expr]:
    if isinstance(tree, Halves):
        if not _meet(tree):
            yield tree.place
        yield from _jumps(tree.above)
        yield from _jumps(tree.below)


def _meet(halves: Halves) -> bool:
    """Whether both halves have one value where they meet, for hyperparameters of any value."""
    return all(
        math.isclose(
            *(_at(half, halves.place, draw) for half in (halves.above, halves.below)), rel_tol=1e-9, abs_tol=1e-12
        )
        for draw in DRAWS
    )


def _at(tree: Tree, place: Expr, draw: Callable[[str], float]) -> float:
    """The value of a tree at a place."""
    at = number(place, draw)
    while isinstance(tree, Halves):
        tree = tree.above if at > number(tree.place, draw) else tree.below
    return number(tree, draw, at)


def _joined(tree: Tree, kink: Expr) -> Expr:
    """The tree as one expression: flat and rising where its places are numbers, else nested."""
    if not isinstance(tree, Halves):
        return tree
    if all(place.is_Rational for place in _places(tree)):
        jumping = set(_jumps(tree))

        def at(place: Expr, before: Expr, after: Expr) -> Expr:
            return between(before, after, place, kink) if place in jumping else after

        return _flat(tree, at)
    above, below = (_joined(half, kink) for half in tree[1:])
    if _meet(tree):
        return Piecewise((above, tree.place < Z), (below, True))
    return at_jump(above, below, tree.place, kink)


def between(before: Expr, after: Expr, place: Expr, kink: Expr) -> Expr:
    """The value of a derivative where it jumps: a + kink (b − a) for its one-sided values a < b, so a subgradient.

    Where these hold hyperparameters, a is the one on the left.
    """
    low, high = before, after
    plain = not (before.free_symbols | after.free_symbols | place.free_symbols) - {Z}
    if plain and number(after, z=number(place)) < number(before, z=number(place)):
        low, high = after, before
    if kink in (0, 1):
        return high if kink == 1 else low
    return ((1 - kink) * low + kink * high).xreplace({Z: place})


def at_jump(above: Expr, below: Expr, place: Expr, kink: Expr, known: Mapping[Expr, Expr] | None = None) -> Expr:
    """The derivative with its value where it jumps: that of one side, or one between them.

    `known` is what other symbols are there: the value of the function.
    """
    value = between(below, above, place, kink)
    if value not in (above, below):
        value = value.xreplace(dict(known or {}))
    if value == below:
        return Piecewise((above, place < Z), (below, True))
    if value == above:
        return Piecewise((above, place <= Z), (below, True))
    return Piecewise((above, place < Z), (below, place > Z), (value, True))


def _places(tree: Tree) -> list[Expr]:
    if not isinstance(tree, Halves):
        return []
    return [tree.place, *_places(tree.above), *_places(tree.below)]


def _flat(tree: Halves, value_at: Callable[[Expr, Expr, Expr], Expr]) -> Expr:
    """Piece by piece from left to right, a place joined to the piece whose value it has; `value_at` tells which."""
    places = sorted(set(_places(tree)))
    inner = [places[0] - 1, *[(a + b) / 2 for a, b in pairwise(places)], places[-1] + 1]
    found = [_piece(tree, point) for point in inner]
    cases: list[tuple[Expr, Any]] = []
    for place, before, after in zip(places, found, found[1:], strict=False):
        value = value_at(place, before, after)
        cases.append((before, place >= Z if value == before else place > Z))
        if value not in (before, after):
            cases.append((value, Eq(Z, place)))
    return Piecewise(*_merged([*cases, (found[-1], true)]))


def flat(expr: Expr) -> Expr:
    """A function of Z with its cases at the top, from left to right where all places are numbers."""
    tree = pieces(written_out(expr, has_cases))
    if not isinstance(tree, Halves):
        return expr
    if all(place.is_Rational for place in _places(tree)):
        return _flat(tree, lambda place, before, after: _belongs(expr, place, before, after))
    return _nested(tree)


def _belongs(expr: Expr, place: Expr, before: Expr, after: Expr) -> Expr:
    """The piece that has the value of the function at a place, or else the value."""
    at = number(place)
    value = number(expr, z=at)
    for piece in (after, before):
        if math.isclose(number(piece, z=at), value, rel_tol=1e-12):
            return piece
    return expr.xreplace({Z: place}) if math.isfinite(value) else after


def _nested(tree: Tree) -> Expr:
    if not isinstance(tree, Halves):
        return tree
    return Piecewise((_nested(tree.above), tree.place < Z), (_nested(tree.below), True))


def _piece(tree: Tree, point: Expr) -> Expr:
    while isinstance(tree, Halves):
        tree = tree.above if point > tree.place else tree.below
    return tree


def _merged(cases: list[tuple[Expr, Any]]) -> list[tuple[Expr, Any]]:
    """Neighbours with one value as one case."""
    return [
        case
        for case, following in zip(cases, [*cases[1:], None], strict=True)
        if not following or following[0] != case[0]
    ]


# -- numbers

CALLS: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "log": math.log,
    "sin": math.sin,
    "cos": math.cos,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "erf": math.erf,
    "Abs": abs,
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
}
"""SymPy's functions in double precision; what overflows is infinite."""


RELATIONS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


def drawn(seed: float) -> Callable[[str], float]:
    """A number for each name, none of them special."""
    return lambda name: 0.3 + Random(f"{name} {seed}").random()


DRAWS = tuple(map(drawn, (0.6180339887, 0.7548776662, 0.5698402910)))


def number(expr: Any, draw: Callable[[str], float] = DRAWS[0], z: float = math.nan) -> float:
    """An expression in double precision; NaN where it has no value or a large one."""
    try:
        return _number(expr, draw, z)
    except (OverflowError, ValueError, ZeroDivisionError, KeyError, TypeError):
        return math.nan


def _number(expr: Any, draw: Callable[[str], float], z: float) -> float:
    if expr.is_Symbol:
        return z if expr == Z else draw(expr.name)
    if expr.is_Number or expr.is_NumberSymbol:
        return float(expr)
    if isinstance(expr, NamedFunction):
        return _number(expr.defined(), draw, z)
    if isinstance(expr, Piecewise):
        return next(_number(value, draw, z) for value, holds in expr.args if _holds(holds, draw, z))
    arguments = [_number(a, draw, z) for a in expr.args]
    if expr.is_Add:
        return math.fsum(arguments)
    if expr.is_Mul:
        return math.prod(arguments)
    if expr.is_Pow:
        return float(math.pow(*arguments))
    return CALLS[type(expr).__name__](*arguments)


def _holds(condition: Any, draw: Callable[[str], float], z: float) -> bool:
    if isinstance(condition, Relational):
        return RELATIONS[condition.rel_op](*[_number(side, draw, z) for side in condition.args])
    parts = [_holds(part, draw, z) for part in condition.args]
    return any(parts) if isinstance(condition, Or) else all(parts) and condition != false
