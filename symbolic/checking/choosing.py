"""The setting and the reading of signs under which most of a file is right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from symbolic.checking.alone import are_of_one_sample, is_of_no_number, numbers_samples
from symbolic.checking.claims import Claim
from symbolic.checking.convention import Y_FOR_OUTPUT, Reading
from symbolic.checking.naming import Meaning
from symbolic.checking.setting import SAMPLES, Setting
from symbolic.checking.walk import names_in, ratios_in
from symbolic.errors import SymbolicError

WEIGHTS = {"agrees": 1.0, "row": 0.9, "entrywise": 0.5, "differs": 0.05}
"""What an outcome says for a setting: that it is the author's. What differs fits at least in its sizes."""

UNREAD = 0.3
"""What it says for a setting that a formula says something in it, be it wrong."""

RENAMED = 0.4
"""What it says that an outcome is one with ŷ for y."""


@dataclass(frozen=True, eq=False)
class Choice:
    """A setting and the reading of a file in it; `score` is how many claims agree, of `known` that say something."""

    setting: Setting
    reading: Reading
    score: float
    known: int

    @property
    def notation(self) -> str:
        """The notation that the names are read in."""
        return next(iter(self.setting.names.values())).table.profile.name

    @property
    def weight(self) -> float:
        """What is said for it beside others of the same system."""
        return self.score + UNREAD * self.known


def chosen(
    claims: Sequence[Claim],
    found: Iterable[Setting],
    layout: str | None,
    told: bool,
    matrices: frozenset[str] = frozenset(),
    *,
    declared: bool = False,
) -> Choice:
    """The setting and reading under which most claims agree; of equals, the first.

    The layout is the likelier one, or, where it is `declared`, the only one.

    What has a vector for a letter of `matrices`, which the text says to be one, is taken where there is nothing else.

    Those that are of one sample, where the file has a batch, too, do not say which batch it is.
    `told`: the author says which system it is; else the objective is what the file says it is.
    """
    best: Choice | None = None
    unlike: list[Setting] = []
    readable = [claim for claim in claims if claim.sides]
    letters = {id(claim): {written.base for written in names_in(claim.sides)} for claim in readable}
    file = frozenset().union(*letters.values())
    numbered = any(numbers_samples(claim.sides) for claim in readable)
    alone = [
        (are_of_one_sample(letters[id(claim)], file) and not SAMPLES.search(claim.text))
        or (numbered and is_of_no_number(claim.sides))
        for claim in readable
    ]
    readable = [claim for claim, is_alone in zip(readable, alone, strict=True) if not is_alone] or readable
    for setting in found:
        if setting.has_vector(matrices):
            unlike.append(setting)
            continue
        choice = _best_reading(readable, setting, layout, told, declared, best)
        if best is None or choice.weight > best.weight:
            best = choice
        if best.score == len(readable):
            break
    if best is None and not unlike:
        raise SymbolicError("no setting to choose from")
    return best if best is not None else chosen(claims, unlike, layout, told, declared=declared)


def _best_reading(
    claims: Sequence[Claim], setting: Setting, layout: str | None, told: bool, declared: bool, least: Choice | None
) -> Choice:
    """The reading of a setting under which most claims agree; any where it is clear that it is not above `least`."""
    readings = sorted(setting.readings, key=lambda reading: _against(reading, layout))
    readings = [reading for reading in readings if not (declared and _against(reading, layout))]
    plain = readings[0]
    known: list[Claim] = []
    most = (1 + UNREAD) * len(claims)
    for claim in claims if least is None else _doubtful_first(claims, least):
        if setting.glance(claim, plain).kind == "unknown":
            most -= 1 + UNREAD
        else:
            known.append(claim)
            most -= 0 if least is None else 1 - max(_weight(setting, claim, reading) for reading in readings)
        if least is not None and most <= least.weight:
            return Choice(setting, plain, -1.0, 0)
    scale = _stated_scale(known, setting, told)
    readings = [reading for reading in readings if scale in (None, reading.scaled)]
    best = Choice(setting, plain, -1.0, len(known))
    for reading in readings:
        score = _score(setting, known, reading, best.score)
        if score > best.score:
            best = Choice(setting, reading, score, len(known))
        if score == len(known):
            break
    return best


def _doubtful_first(claims: Sequence[Claim], choice: Choice) -> list[Claim]:
    """The claims, those first that do not agree in a setting: another is better by these or not at all."""
    return sorted(claims, key=lambda claim: _weight(choice.setting, claim, choice.reading))


def _score(setting: Setting, claims: Sequence[Claim], reading: Reading, least: float) -> float:
    """How many claims agree; fewer where it is clear that they are not more than the least that is asked for."""
    score = 0.0
    for at, claim in enumerate(claims):
        if score + len(claims) - at <= least:
            break
        score += _weight(setting, claim, reading)
    return score


def _stated_scale(claims: Sequence[Claim], setting: Setting, told: bool) -> str | None:
    """The scale of the objective that the file states: gradients do not outvote it. None where it states none.

    Where the author says which system it is, an objective in another scale than the system's may as well be a slip.
    """
    stated = [claim for claim in claims if _states_objective(claim, setting)]
    for scale in dict.fromkeys(reading.scaled for reading in setting.readings):
        if any(setting.outcome(claim, replace(setting.readings[0], scaled=scale)).kind == "agrees" for claim in stated):
            return None if told and scale else scale
    return None


def stated_objective(choice: Choice, claims: Sequence[Claim]) -> int:
    """1 where the objective that the claims state is the setting's, −1 where it is another, 0 where they state none."""
    setting = choice.setting
    stated = [claim for claim in claims if claim.sides and _states_objective(claim, setting)]
    kinds = [setting.outcome(claim, choice.reading).kind for claim in stated]
    return 1 if "agrees" in kinds else -1 if "differs" in kinds else 0


def gives_value(choice: Choice, claim: Claim) -> bool:
    """Whether a claim is a forward equation: a value of the network that is not its objective stands on its left."""
    if claim.given is None:
        return False
    naming, letter = choice.setting.names[id(claim)], claim.given.letter
    numbers = [index.number for index in claim.given.indices if not index.letters]
    layers = range(naming.last + 1) if claim.letters else (numbers[0] if numbers else None,)
    found = next((m for layer in layers if (m := naming.get(letter, layer)) is not None), None)
    return found is not None and found.of is None and found.value != choice.setting.derivation.objective


def _states_objective(claim: Claim, setting: Setting) -> bool:
    """Whether a claim says what the objective is, by other letters than its own."""
    if claim.given is None:
        return False
    found = setting.names[id(claim)].get(claim.given.letter, None)
    return found is not None and found == Meaning(setting.derivation.objective) and not claim.given.indices


def _weight(setting: Setting, claim: Claim, reading: Reading) -> float:
    """What the outcome of a claim says for a reading; something, too, if it agrees with ŷ for y."""
    kind = setting.glance(claim, reading).kind
    if kind == "row" and reading.rows:
        return 0.0  # a column that is said to be δ speaks against δ as a row
    if kind in WEIGHTS or not any(ratio.below.base == "y" for ratio in ratios_in(claim.sides)):
        return WEIGHTS.get(kind, 0.0)
    renamed = replace(reading, renamed=Y_FOR_OUTPUT)
    return RENAMED * WEIGHTS.get(setting.glance(claim, renamed).kind, 0.0)


def _against(reading: Reading, layout: str | None) -> bool:
    """Whether a reading is in another layout than the one that is said."""
    return layout is not None and reading.numerator != (layout == "numerator")
