"""Claims that say what the objective is."""

from __future__ import annotations

from symbolic.checking.claims import Claim
from symbolic.checking.letters import LETTERS
from symbolic.checking.walk import ratios_in


def states_loss(claim: Claim) -> bool:
    """Whether it says what the objective is."""
    return names_objective(claim) and not any(ratios_in(claim.sides))


def names_objective(claim: Claim) -> bool:
    """Whether the letter of an objective stands on the left of an equation."""
    return claim.given is not None and claim.given.letter in LETTERS["C"]
