"""The trees that are one slip, or two, away from a formula: where to look for what its author meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from symbolic.checking.edit import Edits, Repair
from symbolic.checking.missing import Material, missing, with_terms
from symbolic.checking.slips import SLIPS
from symbolic.checking.slips_of_names import renamed, renamed_bounds, renamed_functions
from symbolic.checking.walk import Path, names_in, placed_in, put_at
from symbolic.checking.written import Index, Ratio, Written
from symbolic.reading.nodes import Node

CHEAP = 1
"""What an edit may cost that is one of two."""

LEFT = 2
"""What an edit of the left side, of what is claimed, costs more."""

DOUBLE = 6
"""What two edits cost: more than any single one."""


@dataclass(frozen=True)
class Edited:
    """The sides of a claim with edits, and what they are in words; `places`: the edited sides, () for all."""

    sides: tuple[Node, ...]
    words: str
    cost: int
    places: tuple[int, ...] = ()


def edits(
    sides: tuple[Node, ...],
    material: Material,
) -> Iterator[Edited]:
    """Every edit of a claim, the cheapest first: single ones, one index renamed everywhere, two of a right side.

    Whoever has found one that mends the claim need try none that costs more.
    """
    singles = [
        Edited((*sides[:at], each.tree, *sides[at + 1 :]), each.words, each.cost + LEFT * (at == 0), (at,))
        for at in (*range(1, len(sides)), 0)
        for each in repairs(sides[at], material)
    ]
    yield from sorted([*singles, *renamings(sides)], key=lambda each: each.cost)
    for at in range(1, len(sides)):
        for each in doubles(sides[at], material):
            yield Edited((*sides[:at], each.tree, *sides[at + 1 :]), each.words, DOUBLE, (at,))


def repairs(tree: Node, material: Material) -> Edits:
    """Every tree that is one edit away."""
    for path, found in _placed(tree, material):
        yield replace(found, tree=put_at(tree, path, found.tree))
    yield from missing(tree, material)
    yield from with_terms(tree, material.terms)


def doubles(tree: Node, material: Material) -> Edits:
    """Every tree that is two likely edits away, in places that do not hold one another; the likelier first.

    There are about n²/2 of them, n the number of `repairs`: take as many as there is time for.
    """
    placed = [(path, found) for path, found in _placed(tree, material) if found.cost <= CHEAP]
    for other in range(1, len(placed)):
        for one in range(other):
            (path, first), (there, second) = placed[one], placed[other]
            if not _holds(path, there) and not _holds(there, path):
                yield _both(first, second, put_at(put_at(tree, path, first.tree), there, second.tree))
    for path, first in placed:
        edited = put_at(tree, path, first.tree)
        for second in missing(edited, material):
            yield _both(first, second, second.tree)


def _both(first: Repair, second: Repair, tree: Node) -> Repair:
    return Repair(tree, f"{first.words}, and {second.words}", DOUBLE)


def renamings(sides: tuple[Node, ...]) -> Iterator[Edited]:
    """A claim with one index of layers renamed wherever it stands, l + 1 into L − 1; or with all of one side moved."""
    found = list(dict.fromkeys(_layer_indices(sides)))
    deep = [Index((("L", 1),), by) for by in (0, -1)] if any("L" in dict(i.letters) for i in found) else []
    for index in found:
        for new in dict.fromkeys((index.moved(1), index.moved(-1), *deep, *found)):
            if new != index:
                everywhere = tuple(_reindexed(side, {index: new}) for side in sides)
                yield Edited(everywhere, f"the index {new} in place of every {index}", 3)
    for place, side in enumerate(sides):
        own = dict.fromkeys(_layer_indices(side))
        for by in (1, -1):
            moved = _reindexed(side, {index: index.moved(by) for index in own})
            words = f"every index of {'the left side' if place == 0 else 'the right side'} {by:+d}"
            yield Edited((*sides[:place], moved, *sides[place + 1 :]), words, 4, (place,))


def _layer_indices(part: Any) -> Iterator[Index]:
    """The indices of layers in reading order: those in brackets or above, and numbers below."""
    for written in names_in(part):
        yield from written.above[:1] or [index for index in written.below[:1] if _counts_layers(index)]


def _counts_layers(index: Index) -> bool:
    return not index.letters or any(letter in ("l", "L", r"\ell") for letter, _ in index.letters)


def _reindexed(part: Any, new: dict[Index, Index]) -> Any:
    """The tree with these indices of layers replaced by others."""
    if isinstance(part, Written):
        if part.above:
            return replace(part, above=(new.get(part.above[0], part.above[0]), *part.above[1:]))
        if part.below and _counts_layers(part.below[0]):
            return replace(part, below=(new.get(part.below[0], part.below[0]), *part.below[1:]))
        return part
    if isinstance(part, tuple):
        return tuple(_reindexed(each, new) for each in part)
    if isinstance(part, Node | Ratio):
        return replace(part, **{e.name: _reindexed(getattr(part, e.name), new) for e in fields(part)})
    return part


# -- edits in their places


def _placed(tree: Node, material: Material) -> Iterator[tuple[Path, Repair]]:
    """Every edit of a node, with the way to the node."""
    for path, node in placed_in(tree):
        for slip in SLIPS:
            for found in slip(node):
                yield path, found
        for found in renamed(node, material.symbols):
            yield path, found
        for found in renamed_functions(node, material.functions):
            yield path, found
        for found in renamed_bounds(node, material.factors):
            yield path, found


def _holds(outer: Path, inner: Path) -> bool:
    return inner[: len(outer)] == outer
