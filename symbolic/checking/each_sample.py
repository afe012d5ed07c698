"""Files that write the index of a sample on every value: a_{nj} = Σ_i w_{ji} x_{ni}. They are about any one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbolic.checking.claims import Claim
from symbolic.checking.letters import COUNT_SAMPLES, LETTERS, WEIGHTS
from symbolic.checking.objectives import names_objective
from symbolic.checking.tree import Repeated
from symbolic.checking.walk import bound_in, names_in, with_written
from symbolic.checking.written import Index, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

UNITS = (*WEIGHTS, r"\alpha", r"\beta")
"""Letters of weights, those of units among them."""


FEWEST = 3
"""In so many formulas, beside sums over the samples, the index of a sample stands."""


def of_each_sample(claims: Sequence[Claim]) -> list[Claim]:
    """The claims without the index of the sample, where all that is no parameter has it; else as they are.

    The objective of all samples is left the sum that it is, or becomes that of one where it is what is summed.
    """
    index = next((Index(((letter, 1),)) for letter in COUNT_SAMPLES if _counts_samples(claims, letter)), None)
    return [*claims] if index is None else [_without(claim, index) for claim in claims]


def _counts_samples(claims: Sequence[Claim], letter: str) -> bool:
    """Whether a letter counts samples: values have it beside the index of a unit, weights never, and only the
    objective sums over it."""
    index = Index(((letter, 1),))
    names = [written for claim in claims for written in names_in(claim.sides)]
    sampled = {written.letter for written in names if index in _indices(written)}
    weights = [written for written in names if written.letter in UNITS and written.letter not in sampled]
    if not any(index in _indices(w) and len(_indices(w)) > 1 for w in names if w.base not in LETTERS["C"]):
        return False
    bound = [claim for claim in claims if letter in bound_in(claim.sides)]
    free = [claim for claim in claims if claim not in bound and _holds(claim, index)]
    said = len(free) >= FEWEST and all(_has(claim, index, sampled) for claim in claims if claim not in bound)
    return any(w.below for w in weights) and said and all(map(names_objective, bound)) and _is_free(names, letter)


def _indices(written: Written) -> tuple[Index, ...]:
    return (*written.above, *written.below)


def _holds(claim: Claim, index: Index) -> bool:
    return any(index in _indices(written) for written in names_in(claim.sides))


def _has(claim: Claim, index: Index, sampled: set[str]) -> bool:
    """Whether either all names of values in a claim have the index or none has."""
    having = [index in _indices(w) for w in names_in(claim.sides) if w.letter in sampled]
    return all(having) or not any(having)


def _is_free(names: Sequence[Written], letter: str) -> bool:
    """Whether the letter stands nowhere with a number or another letter, n + 1."""
    indices = (index for written in names for index in _indices(written))
    return not any(letter in dict(index.letters) and index != Index(((letter, 1),)) for index in indices)


def _without(claim: Claim, index: Index) -> Claim:
    def alone(written: Written) -> Written:
        above = tuple(each for each in written.above if each != index)
        return replace(written, above=above, below=tuple(each for each in written.below if each != index))

    sides = tuple(_summand(side, index.letter) for side in claim.sides)
    if len(sides) == 2 and index.letter in bound_in(claim.sides) and all(_is_objective(side) for side in sides):
        return claim
    sides = tuple(dict.fromkeys(with_written(side, alone) for side in sides))
    return replace(claim, sides=sides) if len(sides) > 1 else claim


def _is_objective(side: Node) -> bool:
    """Whether a side is the name of an objective."""
    return isinstance(side, nodes.Name) and isinstance(side.known, Written) and side.known.letter in LETTERS["C"]


def _summand(side: Node, letter: str) -> Node:
    """What is summed over the samples: of ½ Σ_n Σ_k e_{nk}², ½ Σ_k e_{nk}²."""
    factors = side.factors if isinstance(side, nodes.Product) else (side,)
    *scales, last = factors
    if not isinstance(last, Repeated) or last.product or letter not in _letters(last):
        return side
    rest = tuple(each for each in last.indices if letter not in dict.fromkeys(_bases(each)))
    inside = replace(last, indices=rest) if rest else last.inside
    return replace(side, factors=(*scales, inside)) if isinstance(side, nodes.Product) else inside


def _letters(node: Repeated) -> set[str]:
    return {base for each in node.indices for base in _bases(each)}


def _bases(index: Node) -> Iterator[str]:
    if isinstance(index, nodes.Name) and isinstance(index.known, Written):
        yield index.known.base
