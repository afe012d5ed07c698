"""The letter of the depth, for those who call it other than L: k runs from 1 to l."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from symbolic.checking.claims import Claim, Span
from symbolic.checking.walk import with_names
from symbolic.checking.written import Index, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

DEPTH = "L"
_SMALL = ("l", r"\ell")


def with_depth(claims: Sequence[Claim]) -> list[Claim]:
    """The claims, with L for an l that another letter runs to, and that runs through nothing itself."""
    spans = [claim.span for claim in claims if claim.span is not None]
    ends = {end.letter for span in spans for end in (span.first, span.last) if end is not None}
    meant = {letter for letter in _SMALL if letter in ends and letter not in {span.letter for span in spans}}
    return [_with_depth(claim, meant) for claim in claims] if meant else list(claims)


def _with_depth(claim: Claim, meant: set[str]) -> Claim:
    sides = with_names(claim.sides, partial(_renamed, meant))
    span = claim.span
    if span is not None:
        span = Span(span.letter, _index(meant, span.first), span.last and _index(meant, span.last), span.apart)
    return replace(claim, sides=sides, span=span)


def _renamed(meant: set[str], name: nodes.Name) -> Node:
    known = name.known
    if isinstance(known, Ratio):
        above = None if known.above is None else _written(meant, known.above)
        return replace(name, known=replace(known, above=above, below=_written(meant, known.below)))
    return replace(name, known=_written(meant, known)) if isinstance(known, Written) else name


def _written(meant: set[str], written: Written) -> Written:
    above, below = (tuple(_index(meant, index) for index in group) for group in (written.above, written.below))
    return replace(written, above=above, below=below)


def _index(meant: set[str], index: Index) -> Index:
    letters = tuple((DEPTH if letter in meant else letter, factor) for letter, factor in index.letters)
    return replace(index, letters=letters)
