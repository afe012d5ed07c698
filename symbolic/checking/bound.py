"""Letters that sums are over, where an expression is put into another one that has them, too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from symbolic.checking.own_written import COUNTERS
from symbolic.checking.walk import bound_in, names_in, with_written
from symbolic.checking.written import Index, Written
from symbolic.reading.nodes import Node


def with_free_indices(tree: Node, letters: Collection[str]) -> Node | None:
    """The expression, other letters than these below its Σ: Σ_m α_m φ(x_n, x_m) where φ(x) = Σ_n α_n φ(x, x_n).

    None where no letter is left for one.
    """
    bound = {*bound_in(tree)}
    taken = {*letters, *bound, *letters_below(tree)}
    left = iter(sorted(COUNTERS - taken))
    others: dict[str, str] = {}
    for letter in sorted(bound & {*letters}):
        other = next(left, None)
        if other is None:
            return None
        others[letter] = other

    def changed(written: Written) -> Written:
        if written.base in others and not written.indices:
            return replace(written, base=others[written.base])
        above, below = (tuple(_renamed(i, others) for i in each) for each in (written.above, written.below))
        return replace(written, above=above, below=below)

    found: Node = with_written(tree, changed) if others else tree
    return found


def letters_below(tree: Node) -> set[str]:
    """The letters of the indices in an expression."""
    return {letter for name in names_in(tree) for index in name.indices for letter, _ in index.letters}


def _renamed(index: Index, others: dict[str, str]) -> Index:
    return replace(index, letters=tuple((others.get(letter, letter), factor) for letter, factor in index.letters))
