"""The sizes of what was read, as far as its parts say them: 𝟏, 𝟎 and 𝐈 leave theirs to their surroundings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatchmethod
from typing import Any

from sympy import Expr, Integer, Mul

from symbolic.algebra.entries import Entry
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.context import Known
from symbolic.reading.nodes import Node, parts_of

Size = Any
"""A number of rows or columns; None where it is not known yet."""

Shape = tuple[Size, Size]

ONE_BY_ONE: Shape = (Integer(1), Integer(1))


def merged(*shapes: Shape | None) -> Shape | None:
    """What several shapes that are equal say together; None for what has no shape, a number."""
    rows: Size = None
    cols: Size = None
    known = [shape for shape in shapes if shape is not None]
    for shape in known:
        rows = shape[0] if rows is None else rows
        cols = shape[1] if cols is None else cols
    return (rows, cols) if known else None


def turned(shape: Shape | None) -> Shape | None:
    """The shape of the transpose."""
    return None if shape is None else shape[::-1]


def conforming(shapes: Sequence[Shape], square: Sequence[bool]) -> list[Shape]:
    """The shapes of the factors of a product, where the columns of each are the rows of the next."""
    sizes = [list(shape) for shape in shapes]
    count = len(sizes)

    def share(k: int) -> None:
        if 0 <= k < count - 1:
            both = sizes[k + 1][0] if sizes[k][1] is None else sizes[k][1]
            sizes[k][1], sizes[k + 1][0] = both, both if sizes[k + 1][0] is None else sizes[k + 1][0]

    for k in (*range(count), *reversed(range(count))):  # from left to right, then back
        share(k)
        if square[k]:
            known = sizes[k][1] if sizes[k][0] is None else sizes[k][0]
            sizes[k] = [known if n is None else n for n in sizes[k]]
        share(k - 1)
        share(k)
    return [(rows, cols) for rows, cols in sizes]


class Shapes:
    """Shapes of the nodes of one tree, each found once. With `entries`, the name of a 1×1 matrix is a number."""

    def __init__(self, entries: bool = False) -> None:
        self._entries = entries
        self._found: dict[int, tuple[Node, Shape | None]] = {}

    def of(self, node: Node) -> Shape | None:
        """The shape of a matrix, its unknown sizes None; None for a number."""
        if id(node) not in self._found:
            self._found[id(node)] = node, self._of(node)
        return self._found[id(node)][1]

    def merged(self, *parts: Node) -> Shape | None:
        """The shape that several parts of equal shape have."""
        return merged(*map(self.of, parts))

    @singledispatchmethod
    def _of(self, node: Node) -> Shape | None:
        """Numbers, letters, indices, entries, case distinctions."""
        return None

    @_of.register
    def _(self, node: nodes.Name) -> Shape | None:
        known: Known = node.known
        if not getattr(known.of, "is_Matrix", False) or isinstance(known.of, Entry):
            return None
        shape: Any = tuple(known.of.shape)
        if self._entries and shape == ONE_BY_ONE:
            return None
        return turned(shape) if known.transposed else shape

    @_of.register
    def _(self, node: nodes.Hollow) -> Shape | None:
        return (None, Integer(1)) if node.text == "𝟏" else (None, None)

    @_of.register
    def _(self, node: nodes.Transposed) -> Shape | None:
        return turned(self.of(node.inside))

    @_of.register
    def _(self, node: nodes.Sum) -> Shape | None:
        shape = self.merged(*node.terms)
        return merged(shape, turned(shape)) if self.square(node) else shape

    def square(self, node: Node) -> bool:
        """Whether a matrix has as many rows as columns because of what it is: 𝐈, diag(u), 2𝐈 − A."""
        if isinstance(node, nodes.Hollow):
            return node.text == "𝐈"
        if isinstance(node, nodes.Sum):
            return any(map(self.square, node.terms))
        if isinstance(node, nodes.Negative | nodes.Transposed):
            return self.square(node.inside)
        if isinstance(node, nodes.Product):
            matrices = [f for f in node.factors if self.of(f) not in (None, ONE_BY_ONE)]
            return bool(matrices) and all(map(self.square, matrices))
        return isinstance(node, nodes.Call) and node.function == "diag"

    @_of.register(nodes.Negative)
    @_of.register(nodes.Positive)
    @_of.register(nodes.Absolute)
    def _(self, node: Any) -> Shape | None:
        return self.of(node.inside)

    @_of.register
    def _(self, node: nodes.AtSample) -> Shape | None:
        return self.of(node.inside) or ONE_BY_ONE

    @_of.register
    def _(self, node: nodes.Series) -> Shape | None:
        return self.of(node.inside)

    @_of.register
    def _(self, node: nodes.Product) -> Shape | None:
        return self.chain(node.factors)

    def chain(self, factors: tuple[Node, ...]) -> Shape | None:
        """The shape of a product; factors that are numbers, or 1×1 among others, have no say."""
        shapes = [shape for shape in map(self.of, factors) if shape is not None]
        wide = [shape for shape in shapes if shape != ONE_BY_ONE]
        if not wide:
            return ONE_BY_ONE if shapes else None
        return wide[0][0], wide[-1][1]

    @_of.register
    def _(self, node: nodes.Operation) -> Shape | None:
        if node.sign == "STAR" and self.multiplies(node):
            return self.chain((node.left, node.right))
        return self.merged(node.left, node.right)

    def multiplies(self, node: nodes.Operation) -> bool:
        """Whether * or · is the product of matrices: where ∂u/∂v is a factor, or sizes differ as they do in one."""
        left, right = self.of(node.left), self.of(node.right)
        if left is None or right is None or self.has_partial(node):
            return True
        pairs = zip(left, right, strict=True)
        return any(a is not None and b is not None and a != b for a, b in pairs)

    def has_partial(self, node: Node) -> bool:
        """Whether ∂u/∂v is one of the factors, or in one that is a sum."""
        inside = node.inside if isinstance(node, nodes.Transposed) else node
        if isinstance(inside, nodes.Operation):
            return self.has_partial(inside.left) or self.has_partial(inside.right)
        if isinstance(inside, nodes.Product | nodes.Sum):
            return any(map(self.has_partial, parts_of(inside)))
        return isinstance(inside, nodes.Name) and type(inside.known.of).__name__ == "Partial"

    @_of.register
    def _(self, node: nodes.Fraction) -> Shape | None:
        return self.merged(node.above, node.below)

    @_of.register
    def _(self, node: nodes.Power) -> Shape | None:
        return self.of(node.base)

    @_of.register
    def _(self, node: nodes.Call) -> Shape | None:
        inside = self.merged(*node.arguments)
        if node.function == "diag" and inside is not None:
            return inside[0], inside[0]
        return inside

    @_of.register
    def _(self, node: nodes.Indicator) -> Shape | None:
        return self.merged(*node.conditions)

    @_of.register
    def _(self, node: nodes.Relation) -> Shape | None:
        return self.merged(*node.parts)

    @_of.register
    def _(self, node: nodes.Norm) -> Shape | None:
        return ONE_BY_ONE

    @_of.register
    def _(self, node: nodes.Blocks) -> Shape | None:
        shapes = [self.of(part) or ONE_BY_ONE for part in node.parts]
        along = [shape[node.axis] for shape in shapes]
        across = next((n for shape in shapes if (n := shape[1 - node.axis]) is not None), None)
        whole = None if None in along else sum((n for n in along if n is not None), Integer(0))
        return (whole, across) if node.axis == 0 else (across, whole)

    @_of.register
    def _(self, node: nodes.Part) -> Shape | None:
        shape = self.of(node.inside)
        if shape is None:
            raise SymbolicError(f"column {node.column}: only a matrix has rows and columns")
        length = number(node.last) - number(node.first) + 1
        return (length, shape[1]) if node.axis == 0 else (shape[0], length)


def number(node: Node) -> Expr:
    """A sum of sizes and numbers: m+1, 2m+1."""
    if isinstance(node, nodes.Sum):
        return sum((number(term) for term in node.terms), Integer(0))
    if isinstance(node, nodes.Product):
        return Mul(*map(number, node.factors))
    if isinstance(node, nodes.Number):
        return Integer(int(node.text))
    if isinstance(node, nodes.Name) and isinstance(node.known.of, Expr) and not node.known.of.is_Matrix:
        return node.known.of
    raise SymbolicError(f"column {node.column}: expected a size")
