"""What a file states of its network: the forward equations and the loss, which no count of other formulas outvotes."""

from __future__ import annotations

from collections.abc import Sequence

from symbolic.checking.choosing import Choice
from symbolic.checking.claims import Claim
from symbolic.checking.compare import agree_somewhere
from symbolic.checking.functions import IDENTITY
from symbolic.checking.known_functions import GENERIC
from symbolic.checking.letters import ERRORS, LETTERS, WEIGHTS
from symbolic.checking.walk import calls_in, names_in, nodes_in, ratios_in
from symbolic.checking.written import Function
from symbolic.networks.tables import activations
from symbolic.reading import nodes
from symbolic.reading.nodes import Node


def outermost(side: Node) -> str | None:
    """The activation that is applied last: its name in the tables, or the letter that it is called by."""
    if isinstance(side, nodes.Positive):
        return "relu"
    if not isinstance(side, nodes.Call) or not isinstance(side.function, Function) or side.function.order:
        return None
    name = side.function.name
    if name == "max" and any(part == nodes.Number(0, "0") for part in side.arguments):
        return "relu"
    return name if name in activations() or name in GENERIC else None


def forward_sides(claim: Claim) -> tuple[Node, ...]:
    """What a value is said to be: weights times values, or a function of values. Nothing where none is said."""
    if claim.given is None or claim.given.letter in (*ERRORS, *LETTERS["C"], *WEIGHTS):
        return ()
    return tuple(side for side in claim.sides[1:] if _is_of_values(side))


def _is_of_values(side: Node) -> bool:
    """Whether a side holds nothing of derivatives, and is W x + b or a function of something."""
    if any(ratios_in(side)) or any(call.order for call in calls_in(side)):
        return False
    if any(written.letter in ERRORS for written in names_in(side)):
        return False
    if any(isinstance(node, nodes.Operation | nodes.Indicator) and _multiplies(node) for node in nodes_in(side)):
        return False
    return outermost(side) is not None or any(written.letter in WEIGHTS for written in names_in(side))


def _multiplies(node: Node) -> bool:
    return isinstance(node, nodes.Indicator) or node.sign == "ODOT"  # type: ignore[attr-defined]


def holding(choice: Choice, claims: Sequence[Claim]) -> int:
    """How many of the forward equations that the claims state hold in a system, less those that do not."""
    stated = [claim for claim in claims if forward_sides(claim)]
    return sum(_holds(choice, claim) for claim in stated)


def _holds(choice: Choice, claim: Claim) -> int:
    """1 where a forward equation holds, −1 where another one does, 0 where the system says nothing of it."""
    setting = choice.setting
    outcome = setting.outcome(claim, choice.reading)
    if not outcome.fits:
        return 0 if outcome.kind == "unknown" else -1
    left = claim.sides[0].known  # type: ignore[attr-defined]
    if any(letter == left.letter for letter, _ in setting.names[id(claim)].templates):
        return 0  # a name for an expression is what it is said to be in every system
    return -1 if any(_flattens(choice, claim, side) for side in forward_sides(claim)) else 1


def _flattens(choice: Choice, claim: Claim, side: Node) -> bool:
    """Whether a function that is said of no layer leaves what it is applied to as it is, in one layer at least."""
    if not isinstance(side, nodes.Call) or outermost(side) in (None, IDENTITY) or side.function.layer is not None:
        return False
    at = choice.setting.at_first(claim, choice.reading)
    return any(agree_somewhere(claim, at, (side, argument)) for argument in side.arguments)
