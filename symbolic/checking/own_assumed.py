"""A network of a file's own equations with the numbers that the file assumes: x = −2, y = 5, ∂f/∂z = 3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symbolic.checking.choosing import Choice
from symbolic.checking.claims import Claim
from symbolic.checking.own_draws import drawn_points
from symbolic.checking.own_names import equations
from symbolic.checking.own_point import OwnPoint
from symbolic.checking.setting import SEEDS
from symbolic.checking.walk import names_in
from symbolic.errors import SymbolicError

IN_NUMBERS = "with the numbers that are assumed"
AS_ASSUMED = "right with the numbers that are assumed, and not without them"


def with_assumed(claims: Sequence[Claim], choice: Choice) -> Choice | None:
    """The choice where the names have the numbers that are assumed; None where nothing is."""
    point = choice.setting.points[0]
    if not isinstance(point, OwnPoint):
        return None
    numbers = tuple(e for e in equations(claims).assumed.values() if e.name in point.own.values)
    if not numbers:
        return None
    try:
        points = drawn_points(replace(point.own, equations=(*numbers, *point.own.equations)), point.derivation, SEEDS)
    except SymbolicError:
        return None
    return replace(choice, setting=replace(choice.setting, points=tuple(points)))


def is_of_numbers(claim: Claim) -> bool:
    """Whether it says which number something is."""
    return not any(names_in(claim.sides[-1:]))
