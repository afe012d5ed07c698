"""Names of a file's own equations: what is an entry of what, and what a letter is by its looks."""

from __future__ import annotations

from dataclasses import replace

from symbolic.checking.letters import LETTERS
from symbolic.checking.walk import names_in, nodes_in
from symbolic.checking.written import Written
from symbolic.reading import nodes

COUNTERS = frozenset("ijklmnpqrst")
"""Letters that count entries where they stand below a name; others, as in W_e, are part of it."""

ONES = "𝟏"

EULER = Written("e")
"""The number e, where no equation gives that name."""


def plain(name: Written) -> Written:
    """The name without what is done to it."""
    return replace(name, transposed=False, sample=None)


def counts_entries(name: Written) -> bool:
    """Whether it is an entry, h_j or w_{ij}, and no name of its own."""
    return any(index.letter in COUNTERS and not index.time for index in name.below)


def held(part: object) -> list[Written]:
    """The names of values in a tree, entries as what they are entries of; e of eᶻ is none."""
    exponentials = sum(isinstance(node, nodes.Power) and is_exponential(node) for node in nodes_in(part))
    found = [bare(plain(written)) for written in names_in(part)]
    for _ in range(exponentials):
        found.remove(EULER)
    return found


def is_exponential(power: nodes.Power) -> bool:
    """Whether it is eᶻ: the number e with an exponent that is no number; e² may be the square of an error."""
    is_e = isinstance(power.base, nodes.Name) and power.base.known == EULER
    return is_e and not isinstance(power.exponent, nodes.Number)


def bare(name: Written) -> Written:
    """The name of what an entry is of."""
    return replace(name, below=()) if counts_entries(name) else name


def is_objective(name: Written, *, labelled: bool) -> bool:
    """Whether a letter is that of an objective: J, ℓ, and `labelled` J with a word below it."""
    has_word = labelled and name.base in LETTERS["C"] and name.base != "l" and len(name.label) > 1
    return name.letter in LETTERS["C"] or has_word


def is_matrix(name: Written) -> bool:
    """Whether a letter is a capital one."""
    return name.base.rpartition(" ")[2].removeprefix("\\")[:1].isupper()
