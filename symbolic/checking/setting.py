"""The settings that a file may be written in: a derivation at points, and what names stand for at each claim."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

from symbolic.algebra.values import Value
from symbolic.checking.binding import namings
from symbolic.checking.claims import Claim
from symbolic.checking.classes import name_classes
from symbolic.checking.compare import compared
from symbolic.checking.convention import Reading, noting, shares
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.extents import extents
from symbolic.checking.habits import Habits, habits
from symbolic.checking.letters import CAPITALS
from symbolic.checking.naming import Meaning, Naming, Table
from symbolic.checking.outcomes import AGREES, Outcome
from symbolic.checking.point import Point, points
from symbolic.checking.problems import CHOOSING, EDITS, GUESSING, Steps
from symbolic.checking.walk import calls_in, has_matmul, names_in
from symbolic.choices import BATCHES
from symbolic.derivation import Derivation, derive
from symbolic.errors import SymbolicError
from symbolic.networks.spec import Spec, make_spec
from symbolic.networks.tables import losses
from symbolic.notation.profile import profile, profiles
from symbolic.reading.nodes import Node

DEPTH = 4
"""How many layers stand for a symbolic depth: enough that L, L − 1, l + 1 and l − 1 are told apart."""

SEEDS = (1, 2, 4)
"""A formula is compared at as many points; the sizes of each are others."""

FEW = 3
"""In so many notations a system that is only guessed at is tried."""

LAYOUTS = ((False, False), (True, True), (True, False), (False, True))
"""(∂u/∂v in numerator layout, δ and its like as rows): the order in which they are tried."""


@dataclass(frozen=True, eq=False)
class Setting:
    """A derivation at points, what names stand for at each claim (by its identity), and how much work one may be.

    `program`: the file has @ or .dot for matrix products, so that * is none. `guessing`: the system is only tried, in
    the usual readings.
    """

    derivation: Derivation
    names: Mapping[int, Naming]
    points: tuple[Point, ...]
    steps: Mapping[int, Steps]
    program: bool = False
    guessing: bool = False
    edits: Steps = field(default_factory=lambda: Steps(EDITS), compare=False)
    """How many edits may still be tried for all claims together."""
    _known: dict[tuple[int, int, bool], list[tuple[Mapping[str, Any], Outcome]]] = field(
        default_factory=dict, init=False
    )
    """The outcomes of claims at points, by all of their entries or by few, and the parts of readings they hold in."""

    def outcome(self, claim: Claim, reading: Reading, sides: tuple[Node, ...] | None = None) -> Outcome:
        """How a claim fares at the first point."""
        return self._outcome(0, claim, reading, sides)

    def glance(self, claim: Claim, reading: Reading) -> Outcome:
        """How a claim seems to fare at the first point, by few of its entries: enough to choose a setting by."""
        whole = self._noted(0, claim, reading, glancing=False)
        return whole or self._outcome(0, claim, reading, glancing=True)

    def everywhere(self, claim: Claim, reading: Reading, sides: tuple[Node, ...] | None = None) -> Outcome:
        """How a claim fares at all points: the first outcome that is no agreement, if there is one."""
        found = self.outcome(claim, reading, sides)
        for at in range(1, len(self.points)):
            if not found.fits:
                return found
            found = self._outcome(at, claim, reading, sides)
        return found

    def _outcome(
        self, point: int, claim: Claim, reading: Reading, sides: tuple[Node, ...] | None = None, glancing: bool = False
    ) -> Outcome:
        """How a claim, or other sides of it, fare at a point: the same in all readings that share what is asked for."""
        if sides is not None:
            return compared(claim, self._at(point, claim, reading), sides)
        known = self._noted(point, claim, reading, glancing)
        if known is not None:
            return known
        noted = noting(reading)
        found = compared(claim, replace(self._at(point, claim, noted), glancing=glancing))
        if glancing or self.steps[id(claim)].left > 0:  # an outcome for want of steps is none
            self._known.setdefault((point, id(claim), glancing), []).append((noted.asked, found))
        return found

    def _noted(self, point: int, claim: Claim, reading: Reading, glancing: bool) -> Outcome | None:
        known = self._known.get((point, id(claim), glancing), ())
        return next((found for asked, found in known if shares(reading, asked)), None)

    def of_value(self, claim: Claim, reading: Reading, letter: str, value: Value) -> Outcome:
        """How a claim fares at all points where a letter stands for a value: the first that is no agreement."""
        naming = self.names[id(claim)]
        given = replace(naming, bound={**naming.bound, (letter, None): Meaning(value)})
        tries = (compared(claim, Evaluator(each, given, reading, steps=self.steps[id(claim)])) for each in self.points)
        return next((found for found in tries if found.kind != "agrees"), AGREES)

    def at_first(self, claim: Claim, reading: Reading) -> Evaluator:
        """What evaluates a claim at the first point."""
        return self._at(0, claim, reading)

    def _at(self, point: int, claim: Claim, reading: Reading) -> Evaluator:
        return Evaluator(self.points[point], self.names[id(claim)], reading, steps=self.steps[id(claim)])

    def has_vector(self, letters: frozenset[str]) -> bool:
        """Whether one of these letters stands for a vector."""
        names = next(iter(self.names.values()), None)
        meanings = [] if names is None else [names.get(letter, None) for letter in letters]
        return any(m is not None and m.of is None and 1 in self.points[0].array(m.value).shape for m in meanings)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The readings of signs that a whole file may follow, the usual ones first."""
        network = self.derivation.network
        batch = network.samples != 1
        scales: list[str] = [""]
        if batch and self.derivation.spec.objective.samples in ("mean", "weighted_mean"):
            scales.append("N")
        if self.derivation.spec.objective.loss is not None and self._has_mean:
            scales.append("K")
        ofs = ("objective",) if self.derivation.objective == network.output else ("objective", "output")
        if batch or self.guessing:
            ofs = ("objective",)
        owns = (False, True) if batch and not self.guessing else (False,)
        lies = (False, True) if network.axis == 1 or self.derivation.spec.weights == "in_out" else (False,)
        return tuple(
            Reading(numerator, rows, scaled=scale, of=of, own=own, lying=lying, program=self.program)
            for scale, of, own, lying, (numerator, rows) in product(scales, ofs, owns, lies, LAYOUTS)
        )

    @property
    def _has_mean(self) -> bool:
        objective = self.derivation.spec.objective
        row = losses().get((objective.loss or "").partition("(")[0])
        return (objective.reduction or (row.reduction if row else "")) == "mean"


def settings(
    claims: Sequence[Claim],
    spec: Spec,
    batch: str | None,
    notation: str | None,
    width: int | None = None,
    most: int = CHOOSING,
    left: Mapping[int, int] = {},
) -> Iterator[Setting]:
    """The settings that a file may be written in, the likeliest first; those with the same names are one.

    At most so many nodes are looked at for a claim, for all of them together, and no more than are `left`. A system
    that is only guessed at is set for one sample and in one batch, and in few notations.
    """
    own = habits(claims)
    orders = BATCHES if not own.rows else ("rows", *(each for each in BATCHES if each != "rows"))
    steps = {id(claim): Steps(min(most, left.get(id(claim), most))) for claim in claims}
    fixed = spec if not spec.symbolic_depth else make_spec({**spec.model_dump(exclude_unset=True), "depth": DEPTH})
    said = batch or (spec.batch if "batch" in spec.model_fields_set else None)
    several, classes = about_a_batch(claims), name_classes(claims)
    batches = (said,) if said else tuple(dict.fromkeys((spec.batch, *(orders if several else ()))))
    if most == GUESSING and not said and several:
        batches = ("single", next(each for each in orders if each != "single"))
    names = (notation,) if notation else tuple(dict.fromkeys((spec.notation or "standard", "standard", *profiles())))
    program = any(has_matmul(claim.sides) for claim in claims)
    letters = {written.letter for claim in claims for written in names_in(claim.sides)}
    letters |= {function.name for claim in claims for function in calls_in(claim.sides)}
    any_derived = False
    for which in batches:
        try:
            derivation, drawn = _drawn(fixed.model_dump_json(exclude_unset=True), which, width, classes)
        except SymbolicError:
            if which == batches[-1] and not any_derived:
                raise
            continue
        any_derived = True
        seen: list[object] = []
        for name in names:
            table = _table(derivation, name, own)
            known = _of_letters(table, letters)
            if known not in seen and not (most == GUESSING and len(seen) == FEW):
                seen.append(known)
                given = namings(claims, table, drawn, steps)
                sizes = extents(claims, given, drawn[0], steps)
                named = dict(zip(map(id, claims), (replace(each, extents=sizes) for each in given), strict=True))
                yield Setting(derivation, named, drawn, steps, program, most == GUESSING)


def _of_letters(table: Table, letters: Collection[str]) -> object:
    """What is told of a table by claims with no other letters than these."""
    meanings = {key: meaning for key, meaning in table.meanings.items() if key[0] in letters}
    return meanings, table.offset, table.sizes, table.profile.nabla


SAMPLES = re.compile(
    r"\^\{?[^{}]{0,20}\(i\)|axis|1/[mN]\b|\\frac\{?[12]\}?\{?[mN]\}?|\\frac\{[12]\}\{[mN]|\\sum_\{?[isn]\b|1_N|dscores|batch"
)
"""What is written of several samples."""


def about_a_batch(claims: Sequence[Claim]) -> bool:
    """Whether the formulas may be about several samples: by capital letters, (i), 1/N."""
    letters = {written.base for claim in claims for written in names_in(claim.sides)}
    return bool(letters & CAPITALS) or any(SAMPLES.search(claim.text) for claim in claims)


@lru_cache(maxsize=64)
def _drawn(spec: str, batch: str, width: int | None, classes: bool) -> tuple[Derivation, tuple[Point, ...]]:
    """The derivation of a spec, said in JSON, and its points: the same for all files about it."""
    derivation = derive(make_spec(json.loads(spec)), batch=batch)  # type: ignore[arg-type]
    return derivation, tuple(points(derivation, SEEDS, width, classes))


@lru_cache(maxsize=256)
def _table(derivation: Derivation, notation: str, habits: Habits) -> Table:
    return Table(derivation, profile(notation), habits)
