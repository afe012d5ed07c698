"""What a proof says, and what is to be proved: verdicts and obligations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """The outcome of one proof.

    `holds` says that the formula is proved and that every mutant of it was rejected (one at the least). `mutations`
    is the number of rejected mutants, `survived` names those that were not, `detail` says what was shown, or what
    failed.
    """

    holds: bool
    mutations: int = 0
    survived: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class Obligation:
    """One thing to prove: `gradient` of `system`, by `method`. Nothing is computed before `prove` is called."""

    system: str
    gradient: str
    method: str
    prove: Callable[[], Verdict]


Check = tuple[str, Callable[[], bool]]
"""What is checked, and whether it holds."""

Trial = tuple[str, Callable[[], bool | None]]
"""A mutant's name, and whether the proof rejects it; None for a mutant that is the formula itself in other words."""


def judged(checks: Iterable[Check], trials: Iterable[Trial]) -> Verdict:
    """The verdict on a formula: all its checks must hold, and all its mutants be rejected."""
    shown: dict[str, None] = {}
    for name, holds in checks:
        if not holds():
            return Verdict(False, detail=f"{name}: not equal")
        shown[name] = None
    outcomes = [(name, rejects()) for name, rejects in trials]
    rejected = sum(outcome is True for _, outcome in outcomes)
    survived = tuple(name for name, outcome in outcomes if outcome is False)
    detail = "not rejected: " + ", ".join(survived) if survived else ", ".join(shown)
    return Verdict(rejected > 0 and not survived, rejected, survived, detail)


def failures(obligations: Iterable[Obligation]) -> Iterator[tuple[Obligation, Verdict]]:
    """The obligations that do not hold, each with its verdict."""
    for obligation in obligations:
        verdict = obligation.prove()
        if not verdict.holds:
            yield obligation, verdict
