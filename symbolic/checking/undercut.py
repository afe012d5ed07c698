"""What follows where a file states a forward equation or a loss that the network, which is guessed, has not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from symbolic.checking.choosing import Choice, gives_value
from symbolic.checking.claims import Claim
from symbolic.checking.objectives import states_loss
from symbolic.checking.results import Judged
from symbolic.checking.walk import ratios_in
from symbolic.networks.spec import Spec

_FONT = r"(?:\\(?:mathcal|mathscr|mathfrak|mathrm|text|operatorname|mathbf|cal)\s?\{?\s?)?"
_LOSS = re.compile(
    rf"\s*{_FONT}(?:[CLJER]|\\ell|\\mathscr\s?\{{?[LJ]\}}?|(?i:loss|cost))\s?\}}?"
    r"\s?(?:[_^]\{?\w{1,20}\}?\s?)?(?:\([^=]{1,60}\)\s?)?(?::?=|&=|\\equiv|\\triangleq|\\coloneqq)"
)
"""How a text begins that says what the loss is, and could not be read: C = KL(y ‖ ŷ)."""

DOUBTFUL = ("wrong", "does not fit", "unreadable")


def undercut(claims: Sequence[Claim], judged: Sequence[Judged], choices: Mapping[int, Choice]) -> tuple[Judged, ...]:
    """The verdicts; what is right of a guessed network is not said to be right of one that the file states otherwise.

    A slip in a forward equation, or another network? Nobody knows, so the derivatives are right in one reading.
    """
    stated: dict[Spec, list[Judged]] = defaultdict(list)
    derived: list[int] = []
    for at, (claim, each) in enumerate(zip(claims, judged, strict=True)):
        spec = _spec(choices[id(claim)])
        if not claim.sides:
            if _LOSS.match(claim.text):
                stated[spec].append(each)
        elif _states(claim, choices[id(claim)]):
            stated[spec].append(each)
        elif each.verdict == "right":
            derived.append(at)
    broken = {spec: _broken(lines) for spec, lines in stated.items()}
    found = list(judged)
    for at in derived:
        spec = _spec(choices[id(claims[at])])
        line = broken.get(spec)
        if line is not None:
            reason = f"right for {spec.name}; what line {line} states of the network is not so there"
            found[at] = replace(judged[at], verdict="ambiguous", reason=reason)
    return tuple(found)


def _spec(choice: Choice) -> Spec:
    """The network, which several sections of a file may be about."""
    return choice.setting.derivation.spec


def _states(claim: Claim, choice: Choice) -> bool:
    """Whether a claim says what a value of the network is, or the objective."""
    return not any(ratios_in(claim.sides)) and (states_loss(claim) or gives_value(choice, claim))


def _broken(stated: Sequence[Judged]) -> int | None:
    """The line of a stated equation that is not so, where no other equation for the same name is; None for none."""
    held = {each.target for each in stated if each.verdict == "right"}
    return next((each.line for each in stated if each.verdict in DOUBTFUL and each.target not in held), None)
