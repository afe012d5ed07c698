"""What was read, before anything is known of sizes: a tree with a column in the text for each node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Node:
    """A part of a formula. The column is where it begins; it has no say in equality."""

    column: int = field(compare=False)


@dataclass(frozen=True)
class Number(Node):
    """2, 0.5"""

    text: str


@dataclass(frozen=True)
class Name(Node):
    """A name, as whatever the lexer knows by it."""

    known: Any


@dataclass(frozen=True)
class Letter(Node):
    """A letter that is no name: a summation index, i, j, the index of a sample."""

    text: str


@dataclass(frozen=True)
class Hollow(Node):
    """𝟏, 𝟎 or 𝐈, of a size that its surroundings say."""

    text: str


@dataclass(frozen=True)
class Sum(Node):
    """a + b − c"""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Negative(Node):
    """−a"""

    inside: Node


@dataclass(frozen=True)
class Product(Node):
    """A B c: factors side by side."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Operation(Node):
    r"""a ∘ b, a ⊘ b, a / b, or a * b and a · b, whose meaning their surroundings say: \\odot, \\oslash, / and *."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Fraction(Node):
    r"""\\frac{a}{b}"""

    above: Node
    below: Node


@dataclass(frozen=True)
class Power(Node):
    """a^k"""

    base: Node
    exponent: Node


@dataclass(frozen=True)
class Transposed(Node):
    """Aᵀ"""

    inside: Node


@dataclass(frozen=True)
class Positive(Node):
    """(z)⁺"""

    inside: Node


@dataclass(frozen=True)
class Call(Node):
    """f(a, …), f being whatever the lexer knows by its name."""

    function: Any
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Relation(Node):
    """a > b, a = b, 0 < a < 6: parts and the signs between them."""

    parts: tuple[Node, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Indicator(Node):
    """𝟏{condition, condition}"""

    conditions: tuple[Node, ...]


@dataclass(frozen=True)
class Norm(Node):
    """‖a‖, of the kind that its subscript says: F, 1, 2 or nothing."""

    inside: Node
    kind: str


@dataclass(frozen=True)
class Absolute(Node):
    """|a|"""

    inside: Node


@dataclass(frozen=True)
class Series(Node):
    """Σ over an index from 1 to `last`, of what follows; `last` is None where it is unsaid."""

    index: str
    last: Node | None
    inside: Node


@dataclass(frozen=True)
class Cases(Node):
    """Values and the conditions (no condition: otherwise) under which they hold."""

    values: tuple[Node, ...]
    conditions: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class Blocks(Node):
    """[a; b] (axis 0) or [a, b] (axis 1)."""

    axis: int
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Part(Node):
    """[a]_{1:m} (axis 0), [a]_{:,1:m} (axis 1): rows or columns from `first` to `last`."""

    inside: Node
    axis: int
    first: Node
    last: Node


@dataclass(frozen=True)
class AtSample(Node):
    """[a]_s: a formula for the sample whose index is the letter."""

    inside: Node
    letter: str


@dataclass(frozen=True)
class Equation(Node):
    """a = b = …"""

    sides: tuple[Node, ...]


def parts_of(node: Node) -> Iterator[Node]:
    """The nodes directly inside a node."""
    pending = [getattr(node, name) for name in _fields_backwards(type(node))]  # type: ignore[arg-type]
    while pending:
        item = pending.pop()
        if isinstance(item, Node):
            yield item
        elif isinstance(item, tuple):
            pending.extend(reversed(item))


@cache
def _fields_backwards(kind: type[Node]) -> tuple[str, ...]:
    return tuple(entry.name for entry in fields(kind) if entry.name != "column")[::-1]


def depth(node: Node) -> int:
    """How many levels of nodes there are, counted without recursion."""
    count, level = 0, [node]
    while level:
        count += 1
        level = [part for each in level for part in parts_of(each)]
    return count


HOLE = "?"
"""The name that stands for any node in a pattern."""


def matched(pattern: Node, node: Node) -> Node | None:
    """What stands in the place of the pattern's hole, if the node is otherwise like it."""
    if isinstance(pattern, Name) and pattern.known == HOLE:
        return node
    if type(pattern) is not type(node):
        return None
    ours, theirs = list(parts_of(pattern)), list(parts_of(node))
    if len(ours) != len(theirs) or _labels(pattern) != _labels(node):
        return None
    found: Node | None = None
    for part, other in zip(ours, theirs, strict=True):
        if part == other:
            continue
        if found is not None or (found := matched(part, other)) is None:
            return None
    return found


def _labels(node: Node) -> list[Any]:
    """What a node says beside its parts."""
    given = [getattr(node, entry.name) for entry in fields(node) if entry.name != "column"]
    return [item for item in given if not isinstance(item, Node) and not _holds_nodes(item)]


def _holds_nodes(item: Any) -> bool:
    return isinstance(item, tuple) and any(isinstance(part, Node) for part in item)
