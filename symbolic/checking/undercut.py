"""What follows where a file states a forward equation or a loss that the network, which is guessed, has not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from symbolic.checking.claims import Claim
from symbolic.checking.forward import states_loss
from symbolic.checking.results import Judged
from symbolic.checking.setting import Choice, gives_value
from symbolic.checking.walk import ratios_in

WRONG = ("wrong", "does not fit")


def undercut(claims: Sequence[Claim], judged: Sequence[Judged], choices: Mapping[int, Choice]) -> tuple[Judged, ...]:
    """The verdicts; what is right of a guessed network is not said to be right of one that the file states otherwise.

    A slip in a forward equation, or another network? Nobody knows, so the derivatives are right in one reading.
    """
    pairs = list(zip(claims, judged, strict=True))
    found = []
    for claim, each in pairs:
        choice = choices[id(claim)]
        alike = [(other, its) for other, its in pairs if choices[id(other)] is choice]
        line = None if _states(claim, choice) else _broken(alike, choice)
        if each.verdict == "right" and line is not None:
            name = choice.setting.derivation.spec.name
            reason = f"right for {name}; what line {line} states of the network is not so there"
            each = replace(each, verdict="ambiguous", reason=reason)
        found.append(each)
    return tuple(found)


def _states(claim: Claim, choice: Choice) -> bool:
    """Whether a claim says what a value of the network is, or the objective."""
    return not any(ratios_in(claim.sides)) and (states_loss(claim) or gives_value(choice, claim))


def _broken(alike: Sequence[tuple[Claim, Judged]], choice: Choice) -> int | None:
    """The line of a stated equation that is not so, where no other equation for the same name is; None for none."""
    stated = [(claim, each) for claim, each in alike if _states(claim, choice)]
    held = {each.target for _, each in stated if each.verdict == "right"}
    for claim, each in stated:
        unread = each.verdict == "unreadable" and bool(claim.sides)
        if (each.verdict in WRONG or unread) and each.target not in held:
            return each.line
    return None
