"""Which system a file is about, of the catalogue or as it describes it, section by section."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import groupby

from symbolic.checking.chooser import Chooser
from symbolic.checking.choosing import Choice, gives_value, stated_objective
from symbolic.checking.claims import Claim
from symbolic.checking.forward import forward_sides, holding
from symbolic.checking.objectives import states_loss
from symbolic.checking.setting import about_a_batch
from symbolic.checking.stated import may_be_meant, stated
from symbolic.errors import SymbolicError
from symbolic.networks.spec import Spec, load_spec
from symbolic.networks.tables import catalog
from symbolic.reading import nodes

HEADING = re.compile(r"^(?:#{1,6}\s|\\(?:sub)*section|\s*(?:Q\s*|Problem\s+|Exercise\s+)?\d+(?:\.\d+)+\.?\s*$)")
"""A line that begins a section: a heading of Markdown or LaTeX, the number of a question."""

PART = re.compile(r"^\s*\*{0,2}\(?[a-h]\)\*{0,2}\s*$")
"""A line that begins a part of a question: (b), **(b)**, b)."""

NAMED, DEEP = 1.5, 0.5
"""What it says for a system that its loss is named in the text, and that its depth is a letter as the text's is."""

STATED = 2.0
"""What it says for a system that its objective is the one that is stated, and against it where that is another."""

KEPT = 1.5
"""What it says for the system before that a section has neither forward equations nor an objective of its own."""

UNSAID = 0.25
"""What it says against a system that it is none of the catalogue's."""


def guessed(claims: Sequence[Claim], text: str, settings: Chooser) -> dict[int, Choice]:
    """For each claim, by its identity, the system and setting under which most formulas of its section agree.

    A part of a section has another system than the section only where more of its formulas agree with that one.
    Raises SymbolicError for a text without a formula.
    """
    if not any(claim.sides for claim in claims):
        raise SymbolicError("no formula that can be read, and so no system to guess")
    lines = text.splitlines()
    sections = _starts(lines, HEADING)
    parts = _starts(lines, HEADING, PART)
    described = stated(claims, text)
    known = [*map(load_spec, catalog())]
    known = [spec for spec in known if may_be_meant(spec, claims, text)] or known
    systems: dict[int, Spec] = {}
    together: list[list[Claim]] = []
    found: dict[int, Choice] = {}
    whole = _best(claims, text, None, [*known, *described], settings) if len(sections) > 1 else None
    before = None if whole is None or whole.name in catalog() else whole  # files about several systems are of those
    for start, inside in groupby(claims, key=lambda claim: _begins(sections, claim)):
        section = list(inside)
        end = _ends(sections, start, len(lines))
        before = _best(section, "\n".join(lines[start:end]), before, [*known, *described], settings)
        usual = before
        for first, some in groupby(section, key=lambda claim: _begins(parts, claim)):
            few = list(some)
            end = _ends(parts, first, len(lines))
            part = "\n".join(lines[first:end])
            usual = usual if few == section else _best(few, part, usual, [*known, *described], settings)
            systems |= dict.fromkeys(map(id, few), usual)
        together.append(section)
    for section in together:
        own = set(map(id, section))
        for spec in dict.fromkeys(systems[id(claim)] for claim in section):
            sharing = [claim for claim in claims if systems[id(claim)] == spec or id(claim) in own]
            choice = settings.chosen(sharing, spec, by=section)
            found |= {id(claim): choice for claim in section if systems[id(claim)] == spec}
    return found


def _starts(lines: Sequence[str], *patterns: re.Pattern[str]) -> list[int]:
    return [0, *(at for at, line in enumerate(lines) if any(pattern.match(line) for pattern in patterns))]


def _begins(starts: Sequence[int], claim: Claim) -> int:
    return starts[bisect_left(starts, claim.line) - 1]


def _ends(starts: Sequence[int], start: int, last: int) -> int:
    """Where what starts there ends: where the next one starts."""
    after = bisect_right(starts, start)
    return starts[after] if after < len(starts) else last


def _best(claims: Sequence[Claim], words: str, usual: Spec | None, known: Sequence[Spec], settings: Chooser) -> Spec:
    """The system under which most claims agree: of those that are known, or as these claims describe it.

    What the claims state of the network, forward equations and loss, is not outvoted by the others: most of it holds.
    Of equals, it is the usual one, else the first. One sample is enough to find it, where there are not several.
    """
    batch = None if about_a_batch(claims) else "single"
    deep = any("l" in claim.letters for claim in claims)
    may_state = any(claim.given is not None and not claim.given.indices for claim in claims)
    stated_in = may_state + sum(bool(forward_sides(claim)) for claim in claims)
    best, most = None, (0, -float("inf"))
    for spec in _possible(claims, batch, _in_order(usual, [*known, *stated(claims, words)]), settings):
        score = NAMED * _names_loss(words, spec) + DEEP * (deep == spec.symbolic_depth)
        score -= UNSAID * (spec is not usual and spec.name not in catalog())
        if (stated_in, score + len(claims) + STATED * may_state + KEPT * (spec is usual)) <= most:
            continue  # were all of them right, it would not be the best
        choice = settings.guess(claims, spec, batch, claims)
        own, forward = stated_objective(choice, claims), any(gives_value(choice, claim) for claim in claims)
        score += choice.score + STATED * own
        score += KEPT * (spec is usual and not own and not forward)
        said = (own + holding(choice, claims), score)
        if best is None or said > most:
            best, most = spec, said
        if choice.score >= len(claims) and own > 0 and said[0] == stated_in:
            break
    assert best is not None, "the catalogue is not empty"
    return best


def _possible(claims: Sequence[Claim], batch: str | None, specs: list[Spec], settings: Chooser) -> list[Spec]:
    """The systems under which most of what the claims state of the network holds, as far as that says anything."""
    said = [claim for claim in claims if forward_sides(claim) or states_loss(claim)]
    if not said or len(specs) == 1:
        return specs
    naming = [claim for claim in claims if claim in said or _renames(claim)]
    choices = [settings.guess(naming, spec, batch, said) for spec in specs]
    held = [stated_objective(choice, said) + holding(choice, said) for choice in choices]
    return [spec for spec, many in zip(specs, held, strict=True) if many == max(held)]


def _renames(claim: Claim) -> bool:
    """Whether it says that one name is another one: Y = a^{[L]}."""
    return claim.given is not None and isinstance(claim.sides[1], nodes.Name)


def _in_order(usual: Spec | None, others: Sequence[Spec]) -> list[Spec]:
    """The usual system, and the others: each once."""
    first = [] if usual is None else [usual]
    return list(dict.fromkeys([*first, *others]))


def _names_loss(words: str, spec: Spec) -> bool:
    """Whether the loss is called by its name or its initials: binary cross-entropy, BCE."""
    parts = (spec.objective.loss or "").split("_")
    initials = "".join(word[:1] for word in parts).upper()
    if len(initials) > 2 and re.search(rf"\b{initials}\b", words):
        return True
    return len(parts) > 1 and bool(re.search(r"[\s-]".join(parts), words, re.IGNORECASE))
