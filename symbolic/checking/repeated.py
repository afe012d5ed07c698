"""Σ and Π at a point: over layers, entries or samples, from bounds that are said or as far as the indices run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from symbolic.checking import shapes
from symbolic.checking.alone import index_of_sample, letters_used, may_be_of_one_sample
from symbolic.checking.at import LAST, At
from symbolic.checking.letters import COUNT_SAMPLES
from symbolic.checking.problems import Free, Misfit, Unknown
from symbolic.checking.tree import Repeated
from symbolic.checking.walk import kept_nodes_in, written_in
from symbolic.checking.written import Index, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

MOST = 200
"""A sum or a product has no more terms than this: those that count units, samples or layers have far fewer."""


def repeated(at: At, node: Repeated) -> Any:
    """The sum or product. Raises Unknown where its index has no range, Misfit where two ranges differ."""
    if not node.indices:
        if node.product:
            raise Unknown("a product without an index")
        return summed(at, _with_entries(at.of(node.inside)))
    index, *others = node.indices
    name = index.known if isinstance(index, nodes.Name) else None
    if not isinstance(name, Written):
        raise Unknown("an index that cannot be read")
    if name.base == "axis" and node.first is not None:
        return _with_entries(at.of(node.inside)).sum(axis=number(at, node.first), keepdims=True)
    last = node.last
    if last is None and name.above:
        last = nodes.Name(index.column, Written(_letter(name)))
    letter = name.base
    inside: Node = node.inside
    if others:
        inside = Repeated(node.column, tuple(others), None, node.last, node.inside, node.product)
    if node.first is not None and _is_layers(at, node):
        first, end = number(at, node.first), number(at, last) if last is not None else at.naming.last
        _limited(abs(end - first))
        down = node.product and _falls(at, node.first, last)
        layers = range(first, end - 1, -1) if down else range(first, end + 1)
        found = [at.at(indices={letter: k}).of(inside) for k in layers]
        if not node.product and not found:
            return 0.0
        return _together(found, node.product, at.samples)
    terms = list(_entries(at, letter, node, last))
    if terms and terms[0][1] == at.samples and letter not in letters_used(inside) and may_be_of_one_sample(at, inside):
        return _together([at.alone(k - 1).of(inside) for k, _ in terms], node.product, at.samples)
    found = [at.at(entries={letter: k, LAST + letter: size}).of(inside) for k, size in terms]
    return _together(found, node.product, at.samples)


def summed(at: At, value: Any, mean: bool = False) -> Any:
    """The sum, or the mean, without an index: of all entries, or over the samples where that is how it is read."""
    axis = 1 - at.point.derivation.network.axis if at.reading.along else None
    found = (np.mean if mean else np.sum)(value, axis=axis, keepdims=axis is not None)
    return float(found) if axis is None else found


def _with_entries(value: Any) -> Any:
    if shapes.is_number(value) or not hasattr(value, "sum"):
        raise Unknown("a sum without an index of what has no entries")
    return value


def _letter(name: Written) -> str:
    index = name.above[0]
    if not index.letter or index.number:
        raise Unknown("a bound that cannot be read")
    return index.letter


def _is_layers(at: At, node: Repeated) -> bool:
    """Whether the index counts layers: its bounds are numbers of layers and no size."""
    if node.product:
        return True
    ends = [end for end in (node.first, node.last) if end is not None]
    letters = {written.base for end in ends for written in written_in(end)}
    return bool(letters & set(at.indices)) and not letters & {"n", "N", "m", "K", "d"}


def _falls(at: At, first: Node, last: Node | None) -> bool:
    """Whether a product runs from L down: its first bound is the greater one, the depth being great."""
    deep = at.at(indices={name: 50 if name == "L" else 9 for name in at.indices})
    return last is not None and number(deep, first) > number(deep, last)


def number(at: At, node: Node) -> int:
    """The number of a layer: L, l + 1, 2. Raises Unknown for what is none."""
    if isinstance(node, nodes.Name) and isinstance(node.known, Written) and node.known.base in at.indices:
        return int(at.indices[node.known.base])
    if isinstance(node, nodes.Sum):
        return sum(number(at, term) for term in node.terms)
    if isinstance(node, nodes.Negative):
        return -number(at, node.inside)
    value = at.of(node)
    if not shapes.is_number(value) or float(value) != int(value):
        raise Unknown("a bound that is no number of a layer")
    return int(value)


def _entries(at: At, letter: str, node: Repeated, last: Node | None) -> Iterator[tuple[int, int]]:
    """The numbers that an index of entries runs through, and how far it could, as what it is the index of says.

    Those who count from 0 run to the size less 1. A bound whose letter nobody knows names the size itself.
    """
    runs = found_range(at, letter, node.inside)
    first = 1 if node.first is None else number(at, node.first)
    said = None if last is None else _bound(at, last, first)
    other = None if runs is None or said is not None or last is None else _named(at, runs)
    if said is None and last is not None and letter in at.naming.times and at.naming.ends:
        raise Misfit(f"the index {letter} runs to what has no name, and the last step is {' or '.join(at.naming.ends)}")
    if other is not None:
        raise Misfit(f"the index {letter} runs to what has no name, and what it is the index of to {other}")
    if runs is None and said is None:
        raise Unknown(f"the index {letter} runs over nothing that is known")
    size = runs if runs is not None else said or 0
    end = size if said is None or _is_so_many(at, last, letter, size) else said
    if first == 0:
        first, end = 1, end + (said is not None)
    if first == 1 and end != size:
        raise Misfit(f"the index {letter} runs to {end}, and what it is the index of to {size}")
    _limited(end - first)
    return ((k, size) for k in range(first, end + 1))


def many(last: Node | None, letter: str) -> str:
    """What the extents of a file call the 2 of Σ_{k=1}^2, where k runs through what has 2 entries; '' for no number."""
    return f"{last.text} {letter}" if isinstance(last, nodes.Number) and last.text not in ("0", "1") else ""


def _is_so_many(at: At, last: Node | None, letter: str, size: int) -> bool:
    """Whether the file says that what an index runs through has the number of entries that is its bound."""
    extent = at.naming.extents.get(many(last, letter))
    return extent is not None and at.point.arrays.size(extent) == size


def _bound(at: At, last: Node, first: int) -> int | None:
    """The number that an index runs to; None where it is a letter that stands for nothing, or 1 less than that."""
    try:
        return number(at, last)
    except Unknown:
        if isinstance(last, nodes.Name) and first in (0, 1):
            return None
        match last:
            case nodes.Sum(_, (nodes.Name(), nodes.Negative(_, nodes.Number(_, "1")))) if first == 0:
                return None
        raise


def _named(at: At, size: int) -> str | None:
    """The letter that other sums of the file run to where they run as far; None where there is none."""
    extents = at.naming.extents
    return next((letter for letter, each in extents.items() if at.point.arrays.size(each) == size), None)


def _limited(terms: int) -> int:
    """The number of terms. Raises Unknown where they are too many."""
    if terms > MOST:
        raise Unknown(f"a sum or a product of more than {MOST} terms")
    return terms


def found_range(at: At, letter: str, inside: Node) -> int | None:
    """The range of an index, asked of the first name that has it; of Σ_s [a bᵀ]_s, the number of the samples."""
    looked_at = kept_nodes_in(inside)
    at.steps.left -= len(looked_at)  # else sums in sums are looked through once for each of them
    if any(index_of_sample(at, each) == Index(((letter, 1),)) for each in looked_at):
        return at.samples
    if letter in COUNT_SAMPLES and may_be_of_one_sample(at, inside) and letter not in letters_used(inside):
        return at.samples
    try:
        at.without(letter).of(inside)
    except Free as free:
        if free.letter == letter:
            return free.size
        raise
    except Unknown:
        return None
    return None


def _together(values: list[Any], product: bool, samples: int | None) -> Any:
    if not values:
        return 1.0
    found = values[0]
    for value in values[1:]:
        found = shapes.multiplied(found, value, samples) if product else shapes.added(found, value)
    return found
