"""Columns that are numbered, x_i of xᵢᵀβ: the rows of a matrix, in files whose own equations are the network.

Where a small letter with an index is transposed, it is a column for each number, and no entry. Those columns are the
rows of the matrix with the capital letter, as everybody has it: X of xᵢᵀβ, Φ of wᵀφₙ, W of wⱼᵀx.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from symbolic.checking.claims import Claim
from symbolic.checking.own_written import bare, is_matrix
from symbolic.checking.tree import Entry
from symbolic.checking.walk import names_in, nodes_in, with_names
from symbolic.checking.written import Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

NUMBERS = frozenset("ijmnpqrs")
"""Letters that number columns; others count layers, classes or times."""


def with_rows(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with (X_{i:})ᵀ for x_i where that is a column; as they are where nothing says so.

    What equations give is left as it is, and so is what has an index with a number added, h_{t−1}.
    """
    bases = {name.base for claim in claims for node in nodes_in(claim.sides) for name in _columns(node)}
    given = {claim.given.base for claim in claims if claim.given is not None}
    others = {name.base for claim in claims for name in names_in(claim.sides) if name.below and not _is_numbered(name)}
    found = {base: capital for base in bases - given - others if (capital := _capital(base))}
    if not found or found.keys() != bases:
        return list(claims)

    def changed(name: nodes.Name) -> Node:
        known = name.known
        if isinstance(known, Ratio):
            return _gradient(name, known) if known.below.base in found and _is_numbered(known.below) else name
        if known.base not in found or not _is_numbered(known):
            return name
        row = _row(name, Written(found[known.base]), known)
        return row if known.transposed else nodes.Transposed(name.column, row)

    def _gradient(name: nodes.Name, ratio: Ratio) -> Node:
        """∇_{w_j} L, the row j of the gradient by W as a column."""
        whole = replace(ratio, below=Written(found[ratio.below.base]), style=r"\nabla_{%} @")
        return nodes.Transposed(name.column, _row(name, whole, ratio.below))

    return [replace(claim, sides=with_names(claim.sides, changed)) for claim in claims]


def _columns(node: Node) -> Iterator[Written]:
    """The names that are columns for each number: x_i^T, and x_i behind wᵀ."""
    if isinstance(node, nodes.Name) and isinstance(node.known, Written) and node.known.transposed:
        yield from _numbered(node)
    if isinstance(node, nodes.Product):
        for before, after in pairwise(node.factors):
            match before:
                case nodes.Name(_, Written(transposed=True) as known) if not is_matrix(known):
                    yield from _numbered(after)


def _numbered(node: Node) -> Iterator[Written]:
    if isinstance(node, nodes.Name) and isinstance(node.known, Written) and _is_numbered(node.known):
        yield node.known


def _is_numbered(name: Written) -> bool:
    """Whether it is a small letter with one letter below that counts, and nothing else."""
    letters = [index.letter for index in name.below if not index.number]
    plain = len(letters) == 1 == len(name.below) and letters[0] in NUMBERS
    return plain and not (name.above or name.label or is_matrix(bare(name)) or name.sample)


def _capital(base: str) -> str:
    """X for x, \\Phi for \\phi; nothing for what has none."""
    letter = base.removeprefix("\\")
    if not letter or not letter[0].islower() or " " in base:
        return ""
    return base[: len(base) - len(letter)] + letter[0].upper() + letter[1:]


def _row(name: nodes.Name, whole: Written | Ratio, numbered: Written) -> Node:
    (index,) = numbered.below
    letters = (nodes.Name(name.column, Written(index.letter)), nodes.Letter(name.column, ":"))
    return Entry(name.column, replace(name, known=whole), letters)
