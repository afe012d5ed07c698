"""What follows from a formula without a value: nothing is said of a name that it may have explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symbolic.checking.claims import Claim
from symbolic.checking.letters import LETTERS
from symbolic.checking.results import Judged
from symbolic.checking.walk import names_in
from symbolic.checking.written import Written


def with_gaps(claims: Sequence[Claim], judged: Sequence[Judged]) -> tuple[Judged, ...]:
    """The verdicts, those on formulas that hold a name which an unreadable formula before them gives left open.

    So are those on formulas that do not fit where one before them, which gives a name in them, does not.
    """
    unread: dict[str, int] = {}
    misfit: dict[tuple[str, str], int] = {}
    found = []
    for claim, each in zip(claims, judged, strict=True):
        lines = [unread[key] for name in names_in(claim.sides) if (key := _key(name)) in unread]
        lost = [misfit[one] for name in names_in(claim.sides[1:]) if (one := (_key(name), each.reason)) in misfit]
        if lines and each.verdict in ("wrong", "does not fit"):
            each = _open(each, f"it holds a name that line {lines[0]} gives, which could not be read")
        elif lost and each.verdict == "does not fit":
            each = _open(each, f"it holds a name that line {lost[0]} gives, which does not fit")
        elif each.verdict == "does not fit" and claim.sides:
            misfit |= {(_key(name), each.reason): claim.line for name in _given(claim)}
        elif each.verdict == "unreadable" and claim.sides:
            unread |= {_key(name): claim.line for name in _given(claim)}
        found.append(each)
    return tuple(found)


def _open(judged: Judged, reason: str) -> Judged:
    return replace(judged, verdict="unreadable", reason=reason, repair="", correct="")


def _given(claim: Claim) -> list[Written]:
    """The name that a claim gives, where its left side is one; the objective has its name from elsewhere."""
    return [] if claim.given is None or claim.given.letter in LETTERS["C"] else [claim.given]


def _key(written: Written) -> str:
    """A name with its indices: δ_2 is another one than δ_3."""
    return " ".join([written.letter, *map(str, written.indices)])
