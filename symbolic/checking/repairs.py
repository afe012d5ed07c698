"""The trees that are one slip, or two, away from a formula: where to look for what its author meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from symbolic.checking.slips import SLIPS, Edits, Repair, grouped, renamed
from symbolic.checking.tree import Grouped
from symbolic.checking.walk import names_in
from symbolic.checking.writing import latex
from symbolic.checking.written import Function, Index, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

__all__ = ["Edited", "Edits", "Repair", "doubles", "edits", "renamings", "repairs", "slopes_in"]

Path = tuple[Any, ...]
"""The way to a node: field names and positions."""

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
    symbols: tuple[Written, ...] = (),
    factors: tuple[str, ...] = (),
    slopes: Sequence[Node] = (),
) -> Iterator[Edited]:
    """Every edit of a claim, the cheapest first: single ones, one index renamed everywhere, two of a right side.

    Whoever has found one that mends the claim need try none that costs more.
    """
    singles = [
        Edited((*sides[:at], each.tree, *sides[at + 1 :]), each.words, each.cost + LEFT * (at == 0), (at,))
        for at in (*range(1, len(sides)), 0)
        for each in repairs(sides[at], symbols, factors, slopes)
    ]
    yield from sorted([*singles, *renamings(sides)], key=lambda each: each.cost)
    for at in range(1, len(sides)):
        for each in doubles(sides[at], symbols, factors, slopes):
            yield Edited((*sides[:at], each.tree, *sides[at + 1 :]), each.words, DOUBLE, (at,))


def repairs(
    tree: Node, symbols: tuple[Written, ...] = (), factors: tuple[str, ...] = (), slopes: Sequence[Node] = ()
) -> Edits:
    """Every tree that is one edit away.

    `symbols` are names that may be meant instead of others, `factors` the letters of sizes that a factor may hold,
    `slopes` what σ′(z) is in other formulas of the file (`slopes_in`).
    """
    for path, found in _placed(tree, symbols):
        yield replace(found, tree=_put(tree, path, found.tree))
    yield from _whole(tree, factors)
    yield from _with_slopes(tree, slopes)


def doubles(
    tree: Node, symbols: tuple[Written, ...] = (), factors: tuple[str, ...] = (), slopes: Sequence[Node] = ()
) -> Edits:
    """Every tree that is two likely edits away, in places that do not hold one another; the likelier first.

    There are about n²/2 of them, n the number of `repairs`: take as many as there is time for.
    """
    placed = [(path, found) for path, found in _placed(tree, symbols) if found.cost <= CHEAP]
    for other in range(1, len(placed)):
        for one in range(other):
            (path, first), (there, second) = placed[one], placed[other]
            if not _holds(path, there) and not _holds(there, path):
                yield _both(first, second, _put(_put(tree, path, first.tree), there, second.tree))
    for path, first in placed:
        edited = _put(tree, path, first.tree)
        for second in (*_whole(edited, factors), *_with_slopes(edited, slopes)):
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


def _placed(tree: Node, symbols: tuple[Written, ...]) -> Iterator[tuple[Path, Repair]]:
    """Every edit of a node, with the way to the node."""
    for path, node in _walk(tree):
        for slip in SLIPS:
            for found in slip(node):
                yield path, found
        for found in renamed(node, symbols):
            yield path, found


def _walk(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node with the way to it."""
    if isinstance(tree, Node):
        yield path, tree
        for entry in fields(tree):
            if entry.name != "column":
                yield from _walk(getattr(tree, entry.name), (*path, entry.name))
    elif isinstance(tree, tuple):
        for at, part in enumerate(tree):
            yield from _walk(part, (*path, at))


def _put(tree: Any, path: Path, new: Node) -> Any:
    if not path:
        return new
    head, *rest = path
    if isinstance(head, int):
        return (*tree[:head], _put(tree[head], tuple(rest), new), *tree[head + 1 :])
    return replace(tree, **{head: _put(getattr(tree, head), tuple(rest), new)})


def _holds(outer: Path, inner: Path) -> bool:
    return inner[: len(outer)] == outer


# -- what is missing from the whole


def _whole(tree: Node, letters: tuple[str, ...]) -> Edits:
    """A factor that is missing from the whole, −1, 2, ½, 1/K, K; a transpose of all of it."""
    two, one = nodes.Number(0, "2"), nodes.Number(0, "1")
    yield Repair(nodes.Negative(0, grouped(tree)), "the sign of the whole is −")
    yield Repair(_times(two, tree), "a factor 2 is missing")
    yield Repair(_times(nodes.Fraction(0, one, two), tree), "a factor ½ is missing")
    for letter in letters:
        size = nodes.Name(0, Written(letter))
        yield Repair(_times(nodes.Fraction(0, one, size), tree), f"a factor 1/{letter} is missing")
        yield Repair(_times(size, tree), f"a factor {letter} is missing", 2)
    if isinstance(tree, nodes.Product | nodes.Operation | nodes.Sum):
        yield Repair(nodes.Transposed(0, Grouped(0, tree)), "the whole must be transposed", 2)


def _times(factor: Node, tree: Node) -> Node:
    rest = tree.factors if isinstance(tree, nodes.Product) else (_factor(tree),)
    return nodes.Product(0, (factor, *rest))


def _factor(tree: Node) -> Node:
    return Grouped(tree.column, tree) if isinstance(tree, nodes.Sum | nodes.Negative) else tree


# -- slopes


def slopes_in(trees: Iterable[Any]) -> tuple[Node, ...]:
    """What is written for the slope of an activation: σ′(z), 1{z > 0}, a ∘ (1 − a), D; each once."""
    found: dict[Node, None] = {}
    for tree in trees:
        for _, node in _walk(tree):
            if _is_slope(node):
                found[node] = None
    return tuple(found)


def _is_slope(node: Node) -> bool:
    if isinstance(node, nodes.Call):
        return isinstance(node.function, Function) and node.function.order == 1
    if isinstance(node, nodes.Operation) and node.sign == "ODOT":
        inside = node.right.inside if isinstance(node.right, Grouped) else node.right
        return isinstance(inside, nodes.Sum) and inside.terms[1:] == (nodes.Negative(0, node.left),)
    return isinstance(node, nodes.Indicator)


_HOLDS_SLOPE = nodes.Product | nodes.Name | Grouped | nodes.Transposed | nodes.Operation


def _with_slopes(tree: Node, slopes: Sequence[Node]) -> Edits:
    """σ′(z) that is missing from a product: at every place, of every pre-activation that the formula may mean."""
    usual = [_sigma(*layer) for layer in dict.fromkeys(_layers(tree))]
    for path, node in _walk(tree):
        whole = isinstance(node, nodes.Product | nodes.Operation)
        if not isinstance(node, _HOLDS_SLOPE) or (path and path[-1] == "inside" and not whole):
            continue
        for slope in dict.fromkeys((*slopes, *usual)):
            made = nodes.Operation(node.column, "ODOT", node, slope)
            new: Node = made if not path else Grouped(node.column, made)
            yield Repair(_put(tree, path, new), f"the factor {latex(slope)} is missing", 2)


def _sigma(above: tuple[Index, ...], below: tuple[Index, ...], bracket: str) -> Node:
    z = nodes.Name(0, Written("z", above, below, bracket))
    return nodes.Call(0, Function(r"\sigma", 1, latex=r"\sigma"), (z,))


def _layers(tree: Node) -> Iterator[tuple[tuple[Index, ...], tuple[Index, ...], str]]:
    for _, node in _walk(tree):
        if isinstance(node, nodes.Name):
            known = node.known
            for written in (known,) if isinstance(known, Written) else (known.above, known.below):
                if written is None:
                    continue
                for by in (0, 1, -1):
                    if written.above:
                        yield (written.above[0].moved(by),), written.below[:1], written.bracket
                    elif written.below:
                        yield (), (written.below[0].moved(by),), ""
