"""Which system of the catalogue a file is about, section by section, where nobody says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from symbolic.checking.claims import Claim
from symbolic.checking.setting import Choice
from symbolic.checking.stated import stated
from symbolic.errors import SymbolicError
from symbolic.networks.spec import Spec, load_spec
from symbolic.networks.tables import catalog

HEADING = re.compile(r"^(?:#{1,6}\s|\\(?:sub)*section|\s*(?:Q\s*|Problem\s+|Exercise\s+)?\d+(?:\.\d+)+\.?\s*$)")
"""A line that begins a section: a heading of Markdown or LaTeX, the number of a question."""

PART = re.compile(r"^\s*\*{0,2}\(?[a-h]\)\*{0,2}\s*$")
"""A line that begins a part of a question: (b), **(b)**, b)."""

NAMED = 0.5
"""What it says for a system that its loss is named in the text, or that its depth is a letter as the text's is."""

UNSAID = 0.25
"""What it says against a system that it is none of the catalogue's."""

Choose = Callable[[Sequence[Claim], Spec, str | None], Choice]
"""The best setting of some claims for a system, in one batch or in any."""


def guessed(claims: Sequence[Claim], text: str, choose: Choose) -> dict[int, Choice]:
    """For each claim, by its identity, the system and setting under which most formulas of its section agree.

    A part of a section has another system than the section only where more of its formulas agree with that one.
    Raises SymbolicError for a text without a formula.
    """
    if not any(claim.sides for claim in claims):
        raise SymbolicError("no formula that can be read; say --system to check against one")
    lines = text.splitlines()
    sections = _starts(lines, HEADING)
    parts = _starts(lines, HEADING, PART)
    found: dict[int, Choice] = {}
    before: Spec | None = None
    for start, inside in groupby(claims, key=lambda claim: _begins(sections, claim)):
        whole = list(inside)
        before = _best(whole, "\n".join(lines[start:]), before, choose)
        usual, chosen = before, dict[str, Choice]()
        for first, some in groupby(whole, key=lambda claim: _begins(parts, claim)):
            few = list(some)
            end = next((line for line in parts if line > first), len(lines))
            usual = _best(few, "\n".join(lines[first:end]), usual, choose)
            if usual.name not in chosen:
                chosen[usual.name] = choose(whole, usual, None)
            found |= dict.fromkeys(map(id, few), chosen[usual.name])
    return found


def _starts(lines: Sequence[str], *patterns: re.Pattern[str]) -> list[int]:
    return [0, *(at for at, line in enumerate(lines) if any(pattern.match(line) for pattern in patterns))]


def _begins(starts: Sequence[int], claim: Claim) -> int:
    return max(start for start in starts if start < claim.line)


def _best(claims: Sequence[Claim], words: str, usual: Spec | None, choose: Choose) -> Spec:
    """The system under which most claims agree: of the catalogue, or as the claims themselves state it.

    Of equals, it is the usual one, else the first. One sample is enough to find it.
    """
    deep = any("l" in claim.letters for claim in claims)
    best, most = None, -1.0
    for spec in _in_order(usual, claims, words):
        evidence = _names_loss(words, spec) + (deep == spec.symbolic_depth) - UNSAID * (spec.name not in catalog())
        score = choose(claims, spec, "single").score + NAMED * evidence
        if score > most:
            best, most = spec, score
        if score >= len(claims) + 2 * NAMED:
            break
    assert best is not None, "the catalogue is not empty"
    return best


def _in_order(usual: Spec | None, claims: Sequence[Claim], words: str) -> Iterator[Spec]:
    if usual is not None:
        yield usual
    yield from (load_spec(name) for name in catalog() if usual is None or name != usual.name)
    yield from stated(claims, words)


def _names_loss(words: str, spec: Spec) -> bool:
    """Whether the loss is called by its initials: BCE."""
    initials = "".join(word[:1] for word in (spec.objective.loss or "").split("_")).upper()
    return len(initials) > 2 and bool(re.search(rf"\b{initials}\b", words))
