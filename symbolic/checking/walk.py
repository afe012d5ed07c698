"""What a formula holds: its nodes in reading order, and those of one kind among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

from symbolic.checking.tree import Ellipsis, Keyword, Repeated, Sized
from symbolic.checking.written import Function, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

Path = tuple[Any, ...]
"""The way to a node: field names and positions."""


def nodes_in(part: Any) -> Iterator[Node]:
    """Every node of a tree, or of a tuple of trees, each before what is inside it."""
    waiting = [part]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Node):
            yield each
            waiting += reversed([*nodes.parts_of(each)])
        elif isinstance(each, tuple):
            waiting += reversed(each)


def kept_nodes_in(node: Node) -> tuple[Node, ...]:
    """`nodes_in` a tree that is gone through time and again: they are found once, as long as it lives."""
    known = vars(node)
    if _NODES not in known:
        known[_NODES] = tuple(nodes_in(node))
    found: tuple[Node, ...] = known[_NODES]
    return found


_NODES = "nodes in it"


def with_names(part: Any, change: Callable[[nodes.Name], Node]) -> Any:
    """The tree, or the tuple of trees, with every name replaced by what `change` makes of it."""
    if isinstance(part, tuple):
        return tuple(with_names(each, change) for each in part)
    if isinstance(part, nodes.Name):
        return change(part)
    if isinstance(part, Node):
        return replace(part, **{f.name: with_names(getattr(part, f.name), change) for f in fields(part)})
    return part


def with_written(part: Any, change: Callable[[Written], Written]) -> Any:
    """The tree, or the tuple of trees, with every name changed, those of derivatives among them."""

    def changed(name: nodes.Name) -> Node:
        known = name.known
        if isinstance(known, Ratio):
            above = None if known.above is None else change(known.above)
            return replace(name, known=replace(known, above=above, below=change(known.below)))
        return replace(name, known=change(known)) if isinstance(known, Written) else name

    return with_names(part, changed)


def with_nodes(part: Any, change: Callable[[Node], Node]) -> Any:
    """The tree, or the tuple of trees, with every node replaced by what `change` makes of it, from the leaves up."""
    if isinstance(part, tuple):
        return tuple(with_nodes(each, change) for each in part)
    if isinstance(part, Node):
        return change(replace(part, **{f.name: with_nodes(getattr(part, f.name), change) for f in fields(part)}))
    return part


def put_for(part: Any, old: Node, new: Node) -> Any:
    """The tree, or the tuple of trees, with one tree in place of another wherever that stands, among factors, too."""
    if part == old:
        return new
    if isinstance(part, nodes.Product) and isinstance(old, nodes.Product):
        count = len(old.factors)
        starts = (at for at in range(len(part.factors) - count + 1) if part.factors[at : at + count] == old.factors)
        at = next(starts, None)
        if at is not None:
            return replace(part, factors=(*part.factors[:at], new, *part.factors[at + count :]))
    if isinstance(part, tuple):
        return tuple(put_for(each, old, new) for each in part)
    if isinstance(part, Node):
        return replace(part, **{f.name: put_for(getattr(part, f.name), old, new) for f in fields(part)})
    return part


def placed_in(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node with the way to it."""
    if isinstance(tree, Node):
        yield path, tree
        for entry in fields(tree):
            if entry.name != "column":
                yield from placed_in(getattr(tree, entry.name), (*path, entry.name))
    elif isinstance(tree, tuple):
        for at, part in enumerate(tree):
            yield from placed_in(part, (*path, at))


def put_at(tree: Any, path: Path, new: Node) -> Any:
    """The tree with another node at the end of a way."""
    if not path:
        return new
    head, *rest = path
    if isinstance(head, int):
        return (*tree[:head], put_at(tree[head], tuple(rest), new), *tree[head + 1 :])
    return replace(tree, **{head: put_at(getattr(tree, head), tuple(rest), new)})


def written_in(part: Any) -> Iterator[Written]:
    """Every name that stands in a tree for itself, and in no derivative."""
    return (node.known for node in nodes_in(part) if isinstance(node, nodes.Name) and isinstance(node.known, Written))


def ratios_in(part: Any) -> Iterator[Ratio]:
    """Every derivative in a tree."""
    return (node.known for node in nodes_in(part) if isinstance(node, nodes.Name) and isinstance(node.known, Ratio))


def names_in(part: Any) -> Iterator[Written]:
    """Every name in a tree, those of derivatives among them; of a name or a derivative alone, its own."""
    yield from _names_of(part)
    for node in nodes_in(part):
        if isinstance(node, nodes.Name):
            yield from _names_of(node.known)


def _names_of(known: Any) -> Iterator[Written]:
    if isinstance(known, Written):
        yield known
    elif isinstance(known, Ratio):
        yield from (known.below,) if known.above is None else (known.above, known.below)


def calls_in(part: Any) -> Iterator[Function]:
    """Every function in a tree that is applied to something."""
    return (
        node.function for node in nodes_in(part) if isinstance(node, nodes.Call) and isinstance(node.function, Function)
    )


def bound_in(part: Any) -> Iterator[str]:
    """The letters that sums and products bind."""
    for node in nodes_in(part):
        if isinstance(node, Repeated):
            indices = (index.known for index in node.indices if isinstance(index, nodes.Name))
            yield from (known.base for known in indices if isinstance(known, Written))


def has_matmul(part: Any) -> bool:
    """Whether there is an @ or a dot(…) in it."""
    return any(isinstance(node, nodes.Operation) and node.sign == "@" for node in nodes_in(part))


def has_inner_product(part: Any) -> bool:
    """Whether there is a sign in it that may be of an inner product or of a norm: u · v, |v|."""
    return any(isinstance(node, nodes.Absolute) or getattr(node, "sign", "") == r"\cdot" for node in nodes_in(part))


def has_ellipsis(part: Any) -> bool:
    """Whether there is a ⋯ in it."""
    return any(isinstance(node, Ellipsis) for node in nodes_in(part))


def says_sizes(part: Any) -> bool:
    """Whether there is a 𝟏_N or an I_K in it."""
    signs = any(isinstance(node, Sized) for node in nodes_in(part))
    return signs or any(written.letter == "I" and written.below for written in names_in(part))


def greatest_number(part: Any) -> int:
    """The greatest number in it, alone or in an index, whatever its sign."""
    written = [abs(index.number) for name in names_in(part) for index in name.indices]
    alone = [int(node.text) for node in nodes_in(part) if isinstance(node, nodes.Number) and node.text.isdecimal()]
    return max((*written, *alone), default=0)


def names_axis(part: Any) -> bool:
    """Whether a function runs along an axis that is named."""
    return any(isinstance(node, Keyword) and node.name in ("axis", "dim") for node in nodes_in(part))


def has_bare_sum(part: Any) -> bool:
    """Whether a sum without an index is in it."""
    return any(map(_is_bare_sum, nodes_in(part)))


def _is_bare_sum(node: Node) -> bool:
    if isinstance(node, Repeated):
        return not node.indices
    return isinstance(node, nodes.Call) and node.function.name in ("sum", "mean") and len(node.arguments) == 1
