"""Names of a file's own equations: what is an entry of what, and what a letter is by its looks."""

from __future__ import annotations

from dataclasses import replace

from symbolic.checking.walk import names_in
from symbolic.checking.written import Written

COUNTERS = frozenset("ijklmnpqrst")
"""Letters that count entries where they stand below a name; others, as in W_e, are part of it."""

ONES = "𝟏"


def plain(name: Written) -> Written:
    """The name without what is done to it."""
    return replace(name, transposed=False, sample=None)


def counts_entries(name: Written) -> bool:
    """Whether it is an entry, h_j or w_{ij}, and no name of its own."""
    return any(index.letter in COUNTERS for index in name.below)


def held(part: object) -> list[Written]:
    """The names of values in a tree, entries as what they are entries of."""
    return [bare(plain(written)) for written in names_in(part)]


def bare(name: Written) -> Written:
    """The name of what an entry is of."""
    return replace(name, below=()) if counts_entries(name) else name


def is_matrix(name: Written) -> bool:
    """Whether a letter is a capital one."""
    return name.base.rpartition(" ")[2].removeprefix("\\")[:1].isupper()
