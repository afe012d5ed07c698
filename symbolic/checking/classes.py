"""The target as the class of a sample: p_y, P_{i,y_i}, e_y and 𝟙{k = y}, y being where its one-hot column has the 1.

What such a formula says is said of one-hot targets alone, and at points that have such ones it is compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symbolic.checking.at import At
from symbolic.checking.claims import Claim
from symbolic.checking.entries import number_of
from symbolic.checking.letters import LETTERS
from symbolic.checking.lookup import meaning, with_sample
from symbolic.checking.problems import Unknown
from symbolic.checking.tree import Entry
from symbolic.checking.walk import names_in, nodes_in, with_nodes
from symbolic.checking.written import Index, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

CLASS = "y"
"""The letter of the class."""

_SHARES = (*LETTERS["output"], *LETTERS["z"], *LETTERS["a"], "f")
"""Letters that have an entry for each class."""

_UNIT, _KRONECKER = "e", r"\delta"


def with_classes(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with p_y as an entry, e_y as the target and δ_{ky} as 𝟙{k = y}, where no claim gives p_y or e_y."""
    lefts = [claim.sides[0] for claim in claims if len(claim.sides) > 1]
    given = {letter for left in lefts for letter in _named(left)}
    names_unit = any(map(_is_unit, lefts))
    entries = {w.base for claim in claims for w in names_in(claim.sides) if not w.label}

    def changed(node: Node) -> Node:
        if isinstance(node, nodes.Name) and isinstance(node.known, Written):
            return _spelled_out(node, node.known) if node.known.letter not in given else node
        return node.indices[0] if _is_unit(node) and not names_unit else node  # type: ignore[attr-defined]

    def _spelled_out(node: nodes.Name, name: Written) -> Node:
        letters = [index.letter for index in name.below]
        if name.label == CLASS and name.base in _SHARES and name.base in entries and not name.below:
            return Entry(node.column, replace(node, known=replace(name, label="")), (_class(node.column),))
        if name.base == _KRONECKER and len(letters) == 2 and not name.above and letters.count(CLASS) == 1:
            parts = tuple(nodes.Name(node.column, Written(letter)) for letter in letters)
            return nodes.Indicator(node.column, (nodes.Relation(node.column, parts, ("=",)),))
        return node

    return [replace(claim, sides=with_nodes(claim.sides, changed)) for claim in claims]


def name_classes(claims: Sequence[Claim]) -> bool:
    """Whether the formulas use the target as a class."""
    return any(_uses_class(node) for claim in claims for node in nodes_in(claim.sides))


def class_index(at: At, node: Node) -> Index | None:
    """The class that an index is, where it is the target; None for another index. Raises Free for a sample unsaid."""
    found = _class_of(at, node) if _is_class(node) else None
    return None if found is None else Index((), found[0])


def class_compared(at: At, parts: Sequence[Node]) -> tuple[int, int] | None:
    """The numbers of k and y in k = y; None where that is no comparison of an index and a class."""
    for index, other in (parts, parts[::-1]) if len(parts) == 2 else ():
        number = _as_index(at, index)
        found = _class_of(at, other) if number is not None and _is_class(other) else None
        if number is not None and found is not None:
            return number_of(at, number, found[1]) + 1, found[0]
    return None


def _is_unit(node: Node) -> bool:
    """e_y, e_{y_i}"""
    is_one = isinstance(node, Entry) and _named(node.inside) == [_UNIT] and len(node.indices) == 1
    return is_one and _is_class(node.indices[0])  # type: ignore[attr-defined]


def _uses_class(node: Node) -> bool:
    if isinstance(node, Entry):
        return any(map(_is_class, node.indices))
    is_equation = isinstance(node, nodes.Relation) and node.signs in (("=",), (r"\neq",))
    return is_equation and _is_equation_of_class(node.parts)  # type: ignore[attr-defined]


def _is_equation_of_class(parts: Sequence[Node]) -> bool:
    return any(_is_class(one) and _letter(other) is not None for one, other in (parts, parts[::-1]))


def _class_of(at: At, node: Node) -> tuple[int, int] | None:
    """The class of a sample and how many there are; None where the name is of no target of several classes."""
    written = with_sample(at, node.known)  # type: ignore[attr-defined]
    found = meaning(at, written)
    if found is None or found[0].of is not None or found[0].value.base != CLASS:
        return None
    array = at.of(node)
    if not isinstance(array, np.ndarray) or array.ndim != 2 or 1 not in array.shape or array.size == 1:
        return None
    if sorted(array.ravel()) != [0.0] * (array.size - 1) + [1.0]:
        raise Unknown("the target is no class here, and nothing has it as an index")
    return int(array.argmax()) + 1, array.size


def _as_index(at: At, node: Node) -> Index | None:
    """k, 2: an index, and no value of the network."""
    if isinstance(node, nodes.Number):
        return Index((), int(node.text)) if node.text.isdigit() else None
    letter = _letter(node)
    return None if letter is None or meaning(at, Written(letter)) is not None else Index(((letter, 1),))


def _letter(node: Node) -> str | None:
    """The small letter that a name is alone."""
    known = node.known if isinstance(node, nodes.Name) else None
    if not isinstance(known, Written) or known != Written(known.base) or len(known.base) != 1:
        return None
    return known.base if known.base.islower() and known.base != CLASS else None


def _is_class(node: Node) -> bool:
    """y, y_i, y^{(i)}"""
    known = node.known if isinstance(node, nodes.Name) else None
    return isinstance(known, Written) and known.letter == CLASS and not known.transposed


def _class(column: int) -> Node:
    return nodes.Name(column, Written(CLASS))


def _named(side: Node) -> list[str]:
    """The letter of a side that is a name; nothing for another."""
    known = side.known if isinstance(side, nodes.Name) else None
    return [known.letter] if isinstance(known, Written) else []


def parts_of_relation(at: At, node: nodes.Relation, side: Any) -> list[Any]:
    """The sides of a relation in numbers, `side` giving that of each; of k = y, the two classes."""
    classes = class_compared(at, node.parts) if node.signs in (("=",), (r"\neq",)) else None
    return [side(at, part) for part in node.parts] if classes is None else list(classes)
