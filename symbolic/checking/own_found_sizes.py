"""The sizes of all names of a file's own equations, and which of them cannot be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeGuard

from symbolic.checking.letters import CAPITALS, WEIGHTS
from symbolic.checking.own_sizes import COUNTS, NUMBER, ONE, Kind, Sizes, Unsized, vectors_in
from symbolic.checking.own_written import counts_entries, is_matrix, plain
from symbolic.checking.tree import Repeated
from symbolic.checking.walk import names_in, nodes_in
from symbolic.checking.written import Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node


def _runs_to_name(node: Node) -> TypeGuard[Any]:
    """Whether it is a Σ whose index runs to a name: to N in Σ_{i=1}^N x_i."""
    if not isinstance(node, Repeated) or not node.indices or not isinstance(node.last, nodes.Name):
        return False
    return isinstance(node.last.known, Written)


def found_sizes(
    equations: Sequence[tuple[Written, Node]],
    kind: Kind,
    families: frozenset[Written] = frozenset(),
    tops: Collection[Written] = (),
) -> Sizes:
    """The sizes of all names, `families` being those of several vectors.

    `tops` are differentiated and used by no equation: with a capital letter, too, they may be numbers.

    Raises Unsized where there are none, or a matrix would be a number.
    """
    if families and kind != "columns":
        raise Unsized("several vectors that are no columns")
    trees = tuple(tree for _, tree in equations)
    marked = any(isinstance(node, nodes.Norm | nodes.Transposed) for node in nodes_in(trees))
    marked = marked or any(name.transposed for name in names_in(trees))
    vectors = frozenset(name for tree in trees for name in vectors_in(tree))
    sizes = Sizes(kind, frozenset(name for name, _ in equations), families, marked, vectors)
    ends = [node.last.known for _, tree in equations for node in nodes_in(tree) if _runs_to_name(node)]
    sizes.shapes |= {plain(end): NUMBER for end in ends}
    for _ in range(2):  # what is found in later equations is known in the first ones then
        for name, tree in equations:
            sizes.define(name, tree)
    if kind == "numbers" and any(counts_entries(w) for n, tree in equations for w in (n, *names_in(tree))):
        raise Unsized("entries of numbers")
    if any(sizes.find(dim) == ONE for dim in sizes.counts.values()):
        raise Unsized("a sum over one number")
    for name, shape in sizes.shapes.items() if kind != "numbers" else ():
        numbers = [sizes.find(dim) == ONE for dim in shape]
        if not is_matrix(name) or name in COUNTS or name in sizes.counts or name in tops:
            continue
        if sizes.gives_objective(name):
            continue
        if all(numbers) or (any(numbers) and name.letter not in WEIGHTS and name.letter in CAPITALS):
            raise Unsized("a matrix that would be a number, or a batch of one sample")
    return sizes
