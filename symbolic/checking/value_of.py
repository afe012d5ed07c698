"""The value of a tree where it need not have one: whatever a formula may end in, there is none then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symbolic.checking.at import LAST, At
from symbolic.checking.letters import COUNT_SAMPLES
from symbolic.checking.problems import Free, Unknown
from symbolic.checking.shapes import Hollow, Several, Tensor, is_number
from symbolic.errors import SymbolicError
from symbolic.reading.nodes import Node

NO_VALUE = (Free, ArithmeticError, AttributeError, ValueError, TypeError, LookupError, MemoryError, RecursionError)
"""What a formula may end in that nobody foresaw. It is unreadable then, and the rest of the file is still checked."""


def value_or_none(at: At, node: Node) -> Any:
    """The number or the array that a tree stands for; None where it has none, for whatever reason.

    Outside `compared`, no tree is evaluated in another way.
    """
    try:
        with np.errstate(all="ignore"):
            return _in_numbers(at.of(node))
    except (SymbolicError, *NO_VALUE):
        return None


def column_or_none(at: At, node: Node, begins: Callable[[float], bool] = lambda first: True) -> Any:
    """The value of a tree; of a formula of entries, the column of them, or the matrix of its columns.

    Where the entries are those of samples that are columns, they are a row. The others are not asked for where
    `begins` says of the first entry, a number, that it is none.
    """
    try:
        with np.errstate(all="ignore"):
            return _in_numbers(_column(at, node, begins))
    except (SymbolicError, *NO_VALUE):
        return None


def _column(at: At, node: Node, begins: Callable[[float], bool]) -> Any:
    try:
        return at.of(node)
    except Free as free:
        letter, size = free.letter, free.size

    def entry(k: int) -> Any:
        return at.at(entries={letter: k, LAST + letter: size}).of(node)

    first = entry(1)
    if is_number(first) and not begins(first):
        raise Unknown("another value")
    entries = [first, *map(entry, range(2, size + 1))]
    if all(is_number(entry) for entry in entries):
        of_samples = letter in COUNT_SAMPLES and len(entries) == at.samples
        turned = of_samples and at.point.derivation.network.axis == 0
        return np.array(entries, dtype=float).reshape((1, -1) if turned else (-1, 1))
    return np.hstack(entries)


def _in_numbers(found: Any) -> Any:
    """A number or an array of numbers. Raises TypeError for another one: of signs, or of three axes."""
    if isinstance(found, Hollow | Several | Tensor):
        return found
    return np.asarray(found, dtype=float) if np.ndim(found) else float(found)
