"""What hand-written formulas have beside the nodes of `symbolic.reading.nodes`."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.checking.written import Written
from symbolic.reading.nodes import Hollow, Node


@dataclass(frozen=True)
class Ellipsis(Node):
    """⋯: what stands before it goes on to what stands after it."""


@dataclass(frozen=True)
class Sized(Hollow):
    """𝟏_N, 𝐈_K: a sign whose size is said."""

    size: Written


@dataclass(frozen=True)
class Entry(Node):
    """(A)_{ij}: an entry of what is in the brackets."""

    inside: Node
    indices: tuple[Node, ...]


@dataclass(frozen=True)
class Listed(Node):
    """(a, b, …): several things beside one another."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Keyword(Node):
    """axis=1 among the arguments of a function."""

    name: str
    value: Node


@dataclass(frozen=True)
class Repeated(Node):
    """Σ or Π (`product`) over indices, from `first` to `last` where they are said, of what is inside."""

    indices: tuple[Node, ...]
    first: Node | None
    last: Node | None
    inside: Node
    product: bool = False


@dataclass(frozen=True)
class Differentiated(Node):
    """∂/∂v of what is inside, `by` being v; `style` is how the sign is written."""

    inside: Node
    by: Node
    style: str


@dataclass(frozen=True)
class Grid(Node):
    """A matrix written out: rows of cells, None for an empty one."""

    rows: tuple[tuple[Node | None, ...], ...]


@dataclass(frozen=True)
class Grouped(Node):
    """(a): brackets, which decide what is repeated by an ellipsis and how a formula is written again."""

    inside: Node
    bracket: str = "("
