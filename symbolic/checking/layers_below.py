"""Layers that another letter than l counts, below the names: z_k = W_k y_{k−1} + b_k, up to y_N."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from symbolic.checking.claims import Claim
from symbolic.checking.letters import MATRICES
from symbolic.checking.ranges import Span
from symbolic.checking.scripts import LAYERS
from symbolic.checking.walk import names_in
from symbolic.checking.written import Index, Written

RUNNING, LAST = "l", "L"
"""The letters that count layers, and that of the last one, as most authors have them."""


def with_layers_below(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with l for the letter that counts layers below names, and L for the one that it runs to."""
    names = [written for claim in claims for written in names_in(claim.sides)]
    used = {letter for written in names for index in written.indices for letter, _ in index.letters}
    letter = next((found for claim in claims for found in _counting(claim)), None)
    if letter is None or used & {*LAYERS, LAST} or any(_is_of_units(written, letter) for written in names):
        return [*claims]
    layered = frozenset(written.letter for written in names if letter in dict(_letters(written)))
    last = _last(claims, names, letter)
    letters = {letter: RUNNING} | ({last: LAST} if last else {})
    own = tuple((new, Index(((old, 1),))) for old, new in letters.items())
    return [replace(_renamed(claim, letters, layered), spelled=own, lowered=True) for claim in claims]


def _letters(written: Written) -> tuple[tuple[str, int], ...]:
    return tuple(pair for index in written.below for pair in index.letters)


def _counting(claim: Claim) -> list[str]:
    """The letter below a matrix, W_k, where that less 1 stands below another name of the equation: y_{k−1}."""
    names = [written for written in names_in(claim.sides) if len(written.below) == 1 and not written.above]
    letters = [w.below[0].letter for w in names if w.base in MATRICES and not w.below[0].number]
    below = {written.below[0].letter for written in names if written.below[0].number == -1}
    return [letter for letter in letters if letter and letter in below and claim.given is not None]


def _is_of_units(written: Written, letter: str) -> bool:
    """Whether the letter counts units, w_{jk}, or stands above: it is none of layers then."""
    holds = any(letter in dict(index.letters) for index in written.indices)
    return holds and (len(written.below) != 1 or bool(written.above))


def _last(claims: Sequence[Claim], names: Sequence[Written], letter: str) -> str:
    """The letter that the layers run to, as a range says or a name has it; '' for none."""
    spans = [claim.span for claim in claims if claim.span is not None and claim.span.letter == letter]
    ends = {end.letter for span in spans for end in (span.first, span.last) if end is not None and end.letter}
    layered = {written.letter for written in names if any(index.letter == letter for index in written.below)}
    alone = {w.below[0].letter for w in names if w.letter in layered and len(w.below) == 1} - {letter, ""}
    found = sorted(ends & alone or ends - {letter} or {each for each in alone if each.isupper()})
    return found[0] if len(found) == 1 else ""


def _renamed(part: Any, letters: Mapping[str, str], layered: frozenset[str]) -> Any:
    """A part of a claim with other letters of layers, and with the layers above: z_k becomes z^{[l]}."""
    if isinstance(part, tuple):
        return tuple(_renamed(each, letters, layered) for each in part)
    if isinstance(part, Index):
        return Index(tuple((letters.get(letter, letter), factor) for letter, factor in part.letters), part.number)
    if isinstance(part, Written) and not part.indices and part.base in letters:
        return replace(part, base=letters[part.base])
    if not is_dataclass(part) or isinstance(part, type):
        return part
    found = {each.name: _renamed(getattr(part, each.name), letters, layered) for each in fields(part)}
    if isinstance(part, Written) and part.letter in layered and len(part.below) == 1 and not part.above:
        found |= {"above": found["below"], "below": (), "bracket": "["}
    if isinstance(part, Span):
        found["letter"] = letters.get(part.letter, part.letter)
    return replace(part, **found)
