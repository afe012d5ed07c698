"""Which letters of a file count samples where they stand below a name, as those of y_i in −1/m Σ_i y_i log ŷ_i."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from symbolic.checking.claims import Claim
from symbolic.checking.letters import COUNT_SAMPLES, LETTERS, SMALL
from symbolic.checking.tree import Repeated
from symbolic.checking.walk import bound_in, names_in, nodes_in
from symbolic.checking.written import Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

SAMPLES = ("N", "m", "M", "B")
"""Letters of the number of samples that are no usual letters of a number of units."""


def letters_of_samples(claims: Sequence[Claim]) -> frozenset[str]:
    """The letters below a target alone that a sum binds, where the sum is one of m or N terms or a mean over them."""
    return frozenset(letter for claim in claims for side in claim.sides for letter in counting_samples(side))


def counting_samples(side: Node) -> Iterator[str]:
    """The letters that count samples in a side."""
    divided = any(_is_number_of_samples(node.below) for node in nodes_in(side) if isinstance(node, nodes.Fraction))
    for node in nodes_in(side):
        if not isinstance(node, Repeated) or node.product or len(node.indices) != 1:
            continue
        letters = set(bound_in(node)) & set(COUNT_SAMPLES)
        if divided or (node.last is not None and _is_number_of_samples(node.last)):
            targets = (written for written in names_in(node.inside) if written.letter in LETTERS["y"])
            yield from (found for written in targets if (found := _lone(written)) in letters)


def counts_samples(sides: tuple[Node, ...], letters: Collection[str]) -> bool:
    """Whether formulas have values of samples that one of these letters counts, and no entry that it counts."""
    names = list(names_in(sides))
    found = {_lone(written) for written in names if written.base in SMALL} & set(letters)
    entries = {index.letter for written in names if len(written.below) > 1 for index in written.below}
    return bool(found - entries)


def _lone(written: Written) -> str:
    """The letter that stands alone below a name; nothing where there is none."""
    return written.below[0].letter if len(written.below) == 1 and not written.above else ""


def _is_number_of_samples(node: Node) -> bool:
    return any(written.letter in SAMPLES and not written.indices for written in names_in(node))
