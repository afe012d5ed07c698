"""Log-likelihoods, ℓ = Σ y log ŷ + (1 − y) log(1 − ŷ), which are maximised: each is a loss with the other sign.

Where a file says that it has one, its letter stands for minus that loss in every formula; what is compared is the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symbolic.checking.claims import Claim
from symbolic.checking.letters import LETTERS
from symbolic.checking.results import Judged
from symbolic.checking.tree import Grouped, Repeated
from symbolic.checking.walk import nodes_in, with_names
from symbolic.checking.written import Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

_SAID = re.compile(r"likelihood|maximi[sz]|\bascent\b", re.IGNORECASE)
_DENIED = re.compile(r"minimi[sz]|\bdescent\b|negative\s+(?:log|likelihood)|\bNLL\b", re.IGNORECASE)
"""What is said of a loss: a log-likelihood beside it may be a loss whose minus was forgotten."""

_TURNED = -1
"""The column of the signs that turn a likelihood."""


def with_losses(claims: Sequence[Claim], text: str) -> list[Claim]:
    """The claims with minus a loss for a log-likelihood, where the text says that there is one."""
    if not _SAID.search(text) or _DENIED.search(text):
        return list(claims)
    stated = (claim for claim in claims if claim.given is not None and claim.given.letter in LETTERS["C"])
    letters = {claim.given.letter for claim in stated if claim.given and _is_likelihood(claim.sides[1])}
    return [_turned(claim, letters) for claim in claims] if letters else list(claims)


def turned_back(claims: Sequence[Claim], judged: Sequence[Judged]) -> list[Judged]:
    """The verdicts, without the formulas that they mend where these have the sign of the loss."""
    return [
        replace(each, correct="", target=each.target.removeprefix("- ") if _is_turned(claim.sides[0]) else each.target)
        if any(map(_is_turned, nodes_in(claim.sides)))
        else each
        for claim, each in zip(claims, judged, strict=True)
    ]


def _is_likelihood(node: Node) -> bool:
    """Whether it begins with a logarithm times a share, without a minus."""
    match node:
        case Grouped(_, inside) | Repeated(_, _, _, _, inside):
            return _is_likelihood(inside)
        case nodes.Sum(_, terms):
            return _is_likelihood(terms[0])
        case nodes.Product(_, (*_, nodes.Call(_, function))):
            return bool(function.name == "log")
        case nodes.Product(_, (*_, (Grouped() | Repeated()) as last)):
            return _is_likelihood(last)
        case nodes.Operation(_, _, _, right):
            return isinstance(right, nodes.Call) and bool(right.function.name == "log")
    return False


def _turned(claim: Claim, letters: set[str]) -> Claim:
    def changed(name: nodes.Name) -> Node:
        known = name.known.above if isinstance(name.known, Ratio) else name.known
        return nodes.Negative(_TURNED, name) if isinstance(known, Written) and known.letter in letters else name

    sides = with_names(claim.sides, changed)
    if claim.given is not None and claim.given.letter in letters:
        right = tuple(nodes.Negative(_TURNED, Grouped(0, side)) for side in sides[1:])
        return replace(claim, sides=(claim.sides[0], *right))
    return replace(claim, sides=sides)


def _is_turned(node: Node) -> bool:
    return isinstance(node, nodes.Negative) and node.column == _TURNED
