"""From what was read to matrix expressions, by the smart constructors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import singledispatchmethod
from itertools import pairwise
from typing import Any

from sympy import (
    Abs,
    And,
    Eq,
    Expr,
    Ge,
    Gt,
    Identity,
    Integer,
    KroneckerDelta,
    Le,
    Lt,
    Mul,
    Ne,
    OneMatrix,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    ZeroMatrix,
    sqrt,
)
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, diag, mul, ones, scale, total
from symbolic.algebra.elementwise import elementwise, hadamard
from symbolic.algebra.entries import Entry, PlacedDelta, with_cases
from symbolic.algebra.groups import Placement, Softmax
from symbolic.algebra.nodes import slot
from symbolic.algebra.rebuild import rebuild
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import SAMPLES, Partial
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.context import Context, Known
from symbolic.reading.factors import entrywise, flat, times
from symbolic.reading.nodes import Node, matched, parts_of
from symbolic.reading.scalars import as_matrix
from symbolic.reading.shapes import ONE_BY_ONE, Shape, Shapes, conforming, merged, number, turned

Read = Any
"""A matrix expression, or a scalar one where a node is a number or of entries."""


class SampleSum(MatrixExpr):
    """Σ_s c_s [A]_s, or c_s [A]_s alone as a column for each s: a formula for one sample, said of all of them.

    A and its shape are those of one sample; the share c_s is a scalar in the index of the sample.
    """

    def __new__(cls, inside: Any, share: Any, summed: Any) -> SampleSum:
        return MatrixExpr.__new__(cls, inside, share, Integer(bool(summed)))

    inside = property(lambda self: self.args[0])
    share = property(lambda self: self.args[1])
    summed = property(lambda self: bool(self.args[2]))
    shape = property(lambda self: self.args[0].shape)


class Matrices:
    """Builds expressions with the smart constructors; `want` is the shape that the surroundings give a node.

    With `entries`, the name of a 1×1 matrix is its entry.
    """

    def __init__(self, context: Context, entries: bool = False) -> None:
        self._context = context
        self._shapes = Shapes(entries)
        self._indices = {"i", "j"} if entries else set()

    def matrix(self, node: Node, want: Shape | None = None) -> MatrixExpr:
        """A node as a matrix; a number where a matrix of a known shape is wanted is that number times 𝟏."""
        found = self.read(node, want)
        if isinstance(found, MatrixExpr):
            return found
        if want is not None and want != ONE_BY_ONE:
            return scale(found, ones(*self._known(node, want)))
        return as_matrix(found)

    def read(self, node: Node, want: Shape | None = None) -> Read:
        """A node as a matrix, or as a scalar if that is what it is."""
        shape = self._shapes.of(node)
        return self._make(node, None if shape is None and want is None else merged(shape, want))

    def _known(self, node: Node, shape: Shape | None) -> tuple[Expr, Expr]:
        if shape is None or shape[0] is None or shape[1] is None:
            raise SymbolicError(f"column {node.column}: nothing says the size of this")
        return shape[0], shape[1]

    @singledispatchmethod
    def _make(self, node: Node, want: Shape | None) -> Read:
        raise SymbolicError(f"column {node.column}: this has no meaning here")

    # -- atoms

    @_make.register
    def _(self, node: nodes.Number, want: Shape | None) -> Read:
        if len(node.text) > 40:
            raise SymbolicError(f"column {node.column}: this number is too long")
        return Rational(node.text)

    @_make.register
    def _(self, node: nodes.Letter, want: Shape | None) -> Read:
        if node.text not in self._indices:
            raise SymbolicError(f"column {node.column}: unknown name {node.text!r}")
        return Symbol(node.text, integer=True, positive=True)

    @_make.register
    def _(self, node: nodes.Name, want: Shape | None) -> Read:
        known: Known = node.known
        if self._shapes.of(node) is None and isinstance(known.of, MatrixExpr):
            return Entry(known.of, Integer(1), Integer(1))
        return transpose(known.of) if known.transposed else known.of

    @_make.register
    def _(self, node: nodes.Hollow, want: Shape | None) -> Read:
        makers = {"𝟏": OneMatrix, "𝟎": ZeroMatrix, "𝐈": lambda rows, cols: Identity(rows)}
        if node.text == "𝐈" and want is not None:
            want = merged(want, turned(want))
        return makers[node.text](*self._known(node, want))

    # -- sums and products

    @_make.register
    def _(self, node: nodes.Negative, want: Shape | None) -> Read:
        inside = self.read(node.inside, want)
        return scale(-1, inside) if isinstance(inside, MatrixExpr) else -inside

    @_make.register
    def _(self, node: nodes.Sum, want: Shape | None) -> Read:
        if self._shapes.of(node) is None:
            return sum((self.read(term) for term in node.terms), Integer(0))
        want = merged(want, turned(want)) if self._shapes.square(node) else want
        return add(*[self.matrix(term, want) for term in node.terms])

    @_make.register
    def _(self, node: nodes.Product, want: Shape | None) -> Read:
        return self._product(node, node.factors, want)

    def _product(self, node: Node, factors: Sequence[Node], want: Shape | None) -> Read:
        """Numbers in front; 1×1 matrices wherever they conform, for they are written in front, too."""
        numbers = [f for f in factors if self._shapes.of(f) is None]
        matrices = [f for f in factors if self._shapes.of(f) is not None]
        scalars = [self.read(f) for f in numbers]
        coefficient = Mul(*scalars)
        if not matrices:
            return coefficient
        single = [f for f in matrices if self._shapes.of(f) == ONE_BY_ONE]
        wide = [f for f in matrices if self._shapes.of(f) != ONE_BY_ONE]
        product = [self.matrix(f, s) for f, s in zip(wide, self._conforming(wide, want), strict=True)]
        result = mul(*product) if product else None
        for factor in single:
            result = times(self.matrix(factor), result)
        assert result is not None
        if isinstance(result, SampleSum):
            return SampleSum(result.inside, coefficient * result.share, result.summed)
        if coefficient.free_symbols and not coefficient.is_number and coefficient.has(Sum):
            return times(as_matrix(coefficient), result)
        return scale(coefficient, result)

    def _conforming(self, factors: Sequence[Node], want: Shape | None) -> list[Shape]:
        """The shapes of factors, unknown sizes taken from their neighbours, or from the product's.

        𝟏ᵀ 𝟏, of which nothing says the size, counts the samples.
        """
        shapes = [self._shapes.of(f) or (None, None) for f in factors]
        square = [self._shapes.square(f) for f in factors]
        if shapes and want is not None:
            shapes[0] = merged(shapes[0], (want[0], None)) or shapes[0]
            shapes[-1] = merged(shapes[-1], (None, want[1])) or shapes[-1]
        shapes = conforming(shapes, square)
        samples = self._context.derivation.network.samples
        if samples != 1:
            counted = [(rows, samples if cols is None else cols) for rows, cols in shapes[:-1]]
            shapes = conforming([*counted, *shapes[-1:]], square)
        return shapes

    @_make.register
    def _(self, node: nodes.Operation, want: Shape | None) -> Read:
        if node.sign == "STAR" and self._shapes.multiplies(node):
            return self._product(node, flat(node, self._shapes), want)
        if self._shapes.of(node) is None:
            left, right = self.read(node.left), self.read(node.right)
            return left * right if node.sign in ("STAR", "ODOT") else left / right
        if node.sign in ("STAR", "ODOT"):
            factors = entrywise(node, self._shapes)
            return hadamard(*[self.matrix(factor, want) for factor in factors])
        return elementwise(slot(0) / slot(1), self.matrix(node.left, want), self.matrix(node.right, want))

    @_make.register
    def _(self, node: nodes.Fraction, want: Shape | None) -> Read:
        above, below = self.read(node.above), self.read(node.below)
        if not isinstance(above, MatrixExpr) and not isinstance(below, MatrixExpr):
            return above / below
        if not isinstance(below, MatrixExpr):
            return scale(1 / below, above)
        shape = merged(self._shapes.of(node), want)
        return elementwise(slot(0) / slot(1), self.matrix(node.above, shape), self.matrix(node.below, shape))

    @_make.register
    def _(self, node: nodes.Power, want: Shape | None) -> Read:
        exponent = self.read(node.exponent)
        if isinstance(node.base, nodes.Norm) and exponent == 2 and node.base.kind != "1":
            inside = self.matrix(node.base.inside)
            return total(hadamard(inside, inside))
        base = self.read(node.base, want)
        return elementwise(slot(0) ** exponent, base) if isinstance(base, MatrixExpr) else base**exponent

    @_make.register
    def _(self, node: nodes.Norm, want: Shape | None) -> Read:
        inside = self.matrix(node.inside)
        if node.kind == "1":
            return total(elementwise(Abs(slot(0)), inside))
        return elementwise(sqrt(slot(0)), total(hadamard(inside, inside)))

    @_make.register
    def _(self, node: nodes.Transposed, want: Shape | None) -> Read:
        inside = self.read(node.inside, turned(want))
        return transpose(inside) if isinstance(inside, MatrixExpr) else inside

    # -- functions

    @_make.register
    def _(self, node: nodes.Call, want: Shape | None) -> Read:
        if len(node.arguments) != 1:
            raise SymbolicError(f"column {node.column}: a function of one argument")
        argument = node.arguments[0]
        if node.function == "diag":
            rows = want[0] if want is not None else None
            return diag(self.matrix(argument, (rows, Integer(1))))
        if node.function == "softmax":
            inside = self.matrix(argument, want)
            return Softmax(inside, _axis(inside))
        return self._applied(node.function, argument, want)

    def _applied(self, function: Any, argument: Node, want: Shape | None) -> Read:
        inside = self.read(argument, want)
        return elementwise(function(slot(0)), inside) if isinstance(inside, MatrixExpr) else function(inside)

    @_make.register
    def _(self, node: nodes.Positive, want: Shape | None) -> Read:
        return self._applied(self._context.function("relu"), node.inside, want)

    @_make.register
    def _(self, node: nodes.Absolute, want: Shape | None) -> Read:
        return self._applied(Abs, node.inside, want)

    @_make.register
    def _(self, node: nodes.Indicator, want: Shape | None) -> Read:
        """The derivative that is 1 under the condition; if there is none, 1 where it holds and 0 elsewhere."""
        known = self._condition(node.conditions[0]) if len(node.conditions) == 1 else None
        if known is not None:
            return self._applied(*known, want)
        sides = [part for relation in node.conditions for part in parts_of(relation)]
        read = {side: self.read(side, want) for side in sides}
        matrices = {side: found for side, found in read.items() if isinstance(found, MatrixExpr)}
        scalars = read | {side: slot(k) for k, side in enumerate(matrices)}
        holds = And(*[_holds(relation, scalars) for relation in node.conditions])
        body = Piecewise((Integer(1), holds), (Integer(0), True))
        if matrices:
            return elementwise(body, *matrices.values())
        return PlacedDelta(*holds.args) if isinstance(holds, Eq) else with_cases(body)

    def _condition(self, node: Node) -> tuple[Any, Node] | None:
        """The derivative that is 1 under a condition, and the argument that the condition is about."""
        for pattern, function in self._context.conditions:
            argument = matched(pattern, node)
            if argument is not None:
                return function, argument
        return None

    # -- blocks

    @_make.register
    def _(self, node: nodes.Blocks, want: Shape | None) -> Read:
        parts = [self.matrix(part) for part in node.parts]
        whole = sum((part.shape[node.axis] for part in parts), Integer(0))
        terms, offset = [], Integer(0)
        for part in parts:
            placed = Placement(whole, part.shape[node.axis], offset)
            terms.append(mul(placed, part) if node.axis == 0 else mul(part, transpose(placed)))
            offset += part.shape[node.axis]
        return add(*terms)

    @_make.register
    def _(self, node: nodes.Part, want: Shape | None) -> Read:
        first, last = number(node.first), number(node.last)
        shape = self._shapes.of(node.inside)
        whole = None if want is None else (want[0], None) if node.axis else (None, want[1])
        inside = self.matrix(node.inside, merged(shape, whole))
        placed = Placement(inside.shape[node.axis], last - first + 1, first - 1)
        return mul(transpose(placed), inside) if node.axis == 0 else mul(inside, placed)

    # -- entries and samples

    @_make.register
    def _(self, node: nodes.Series, want: Shape | None) -> Read:
        index = Symbol(node.index, integer=True, positive=True)
        self._indices.add(node.index)
        body = self.read(node.inside, want)
        if isinstance(body, SampleSum):
            return SampleSum(body.inside, body.share, True)
        if node.last is None:
            raise SymbolicError(f"column {node.column}: this sum does not say where it ends")
        if isinstance(body, MatrixExpr):
            raise SymbolicError(f"column {node.column}: a sum over {node.index} of what has no index")
        return Sum(body, (index, 1, number(node.last)))

    @_make.register
    def _(self, node: nodes.AtSample, want: Shape | None) -> Read:
        """A formula for one sample, whose names are those of the single derivation."""
        inside = self.matrix(node.inside, want)
        single = self._context.at_sample
        partials = {p: Partial(*[single.get(v, v) for v in (p.above, p.below)]) for p in inside.atoms(Partial)}
        return SampleSum(rebuild(rebuild(inside, partials), dict(single)), Integer(1), False)

    @_make.register
    def _(self, node: nodes.Cases, want: Shape | None) -> Read:
        """A value where conditions hold and 0 otherwise, as the product of the value and what they stand for."""
        zero = self.read(node.values[-1]) if len(node.values) == 2 else None
        if len(node.values) != 2 or node.conditions[-1] or zero != 0:
            raise SymbolicError(f"column {node.column}: expected one case, and 0 otherwise")
        return self.read(node.values[0]) * Mul(*[self._factor(condition) for condition in node.conditions[0]])

    def _factor(self, node: Node) -> Expr:
        """δ_ij for i = j, ReLU′(z_i) for z_i > 0."""
        if isinstance(node, nodes.Relation) and node.signs == ("=",):
            return KroneckerDelta(*[self.read(part) for part in node.parts])
        known = self._condition(node)
        return known[0](self.read(known[1])) if known else self.read(nodes.Indicator(node.column, (node,)))


def _axis(matrix: MatrixExpr) -> int:
    """The axis of the units: not that of the samples; of one sample, the longer one."""
    rows, cols = matrix.shape
    return int(rows == SAMPLES or (rows == 1 and cols != SAMPLES))


_RELATIONS = {">": Gt, "<": Lt, r"\geq": Ge, r"\leq": Le, "=": Eq, r"\neq": Ne}


def _holds(node: Node, scalars: Mapping[Node, Any]) -> Any:
    """A relation, or a chain of them, between scalars."""
    assert isinstance(node, nodes.Relation), type(node).__name__
    pairs = zip(node.signs, pairwise(node.parts), strict=True)
    return And(*[_RELATIONS[sign](scalars[left], scalars[right]) for sign, (left, right) in pairs])
