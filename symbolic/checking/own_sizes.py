"""How large the names of a file's own equations are: what must be equal for the equations to make sense is made equal.

A name of a matrix is a capital letter, that of a column a small one; where no equation has a sign of matrices, every
name is a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce, singledispatchmethod
from itertools import pairwise
from typing import Any, Literal

from symbolic.checking.known_functions import LOSSES
from symbolic.checking.own_written import EULER, ONES, counts_entries, is_exponential, is_matrix, is_objective, plain
from symbolic.checking.repeated import many
from symbolic.checking.tree import Entry, Grouped, Repeated
from symbolic.checking.walk import nodes_in
from symbolic.checking.written import Ratio, Written
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.graph import COEFFICIENTS
from symbolic.reading.nodes import Node

Dim = int
"""A number of rows or columns that is not known; equal ones are found by `Sizes.find`."""

ONE: Dim = 0
Shape = tuple[Dim, Dim]
NUMBER: Shape = (ONE, ONE)

Kind = Literal["numbers", "columns", "rows"]
"""What small letters stand for; with "numbers", capital ones, too."""

TO_NUMBERS = ("sum", "mean", "norm", "tr", *LOSSES.values())
"""Functions that make a number of whatever they are given."""


SIZES = ("d", "n", "m")
"""Small letters of sizes, where no equation gives them."""

COUNTS = frozenset(map(Written, "NKMBD"))
"""Capital letters that may be numbers: how many there are of something."""


class Unsized(SymbolicError):
    """Equations in which no sizes can be found."""


@dataclass
class Sizes:
    """The shape of every name: of numbers, of columns and matrices, or of rows and matrices.

    Literals fit to everything, and have the shape None.
    """

    kind: Kind
    given: frozenset[Written]
    """The names that equations give."""
    families: frozenset[Written] = frozenset()
    """The names of vectors that an index tells apart: a matrix with a row for each."""
    marked: bool = False
    """Whether there are norms and transposes, which no numbers have."""
    vectors: frozenset[Written] = frozenset()
    """Names of columns whose letters are usually those of numbers: β of Xβ and βᵀβ."""
    shapes: dict[Written, Shape] = field(default_factory=dict)
    counts: dict[Written, Dim] = field(default_factory=dict)
    """The names that say how large a dimension is."""
    extents: dict[str, Dim] = field(default_factory=dict)
    """The numbers that do, each with the index that runs to it."""
    statistics: set[Written] = field(default_factory=set)
    """The numbers that are computed and are added to every entry of a vector: μ in x − μ."""
    _same: list[Dim] = field(default_factory=lambda: [ONE])

    def find(self, dim: Dim) -> Dim:
        """What stands for all dimensions that are equal to one."""
        while self._same[dim] != dim:
            dim = self._same[dim]
        return dim

    def shape(self, name: Written) -> Shape:
        """The shape of a name, by its letter where it stands for the first time."""
        key = plain(name)
        if key not in self.shapes:
            self.shapes[key] = NUMBER if self.kind == "numbers" else self._usual(key)
        return self.shapes[key]

    def define(self, name: Written, tree: Node) -> None:
        """What an equation says of sizes: its sides have one shape. Raises Unsized where they cannot."""
        letters: dict[str, Dim] = {}
        if counts_entries(name):
            member = self._entry(name, letters)
            self._equal(member, self.of(tree, letters) or member)
        else:
            self._equal(self.shape(name), self.of(tree, letters) or NUMBER)

    def number(self, tree: Node, letters: dict[str, Dim]) -> None:
        """What follows for sizes where an expression is a number."""
        found = self.of(tree, letters)
        if found is not None:
            self._equal(found, NUMBER)

    def dims(self) -> list[Dim]:
        """The dimensions that are free, each once."""
        return list(dict.fromkeys(self.find(d) for shape in self.shapes.values() for d in shape if self.find(d) != ONE))

    # -- the shape of a tree

    @singledispatchmethod
    def of(self, node: Node, letters: dict[str, Dim]) -> Shape | None:
        """The shape of an expression; None where it fits to everything. Raises Unsized where sizes contradict."""
        raise Unsized(f"{type(node).__name__.lower()} has no size here")

    @of.register(nodes.Number)
    @of.register(nodes.Hollow)
    def _(self, node: Any, letters: dict[str, Dim]) -> Shape | None:
        return None

    @of.register
    def _(self, node: nodes.Name, letters: dict[str, Dim]) -> Shape | None:
        written = node.known
        if isinstance(written, Ratio):
            raise Unsized("a derivative in a forward equation")
        if written in (EULER, Written(r"\pi")) and written not in self.given:
            return None
        if counts_entries(written):
            rows, cols = self._entry(written, letters)
            if (rows, cols) == NUMBER:
                return None
            return (cols, rows) if written.transposed else (rows, cols)
        rows, cols = self.shape(written)
        return (cols, rows) if written.transposed else (rows, cols)

    @of.register
    def _(self, node: Entry, letters: dict[str, Dim]) -> Shape | None:
        shape = self.of(node.inside, letters)
        if shape is None or not _is_row(node):
            return None
        first = node.indices[0]
        if isinstance(first, nodes.Name) and isinstance(first.known, Written):
            self._equal_dims(letters.setdefault(first.known.base, shape[0]), shape[0])
        return ONE, shape[1]

    @of.register(nodes.Negative)
    @of.register(nodes.Positive)
    @of.register(nodes.Absolute)
    @of.register(Grouped)
    def _(self, node: Any, letters: dict[str, Dim]) -> Shape | None:
        return self.of(node.inside, letters)

    @of.register
    def _(self, node: nodes.Power, letters: dict[str, Dim]) -> Shape | None:
        if is_exponential(node):
            return self.of(node.exponent, letters)
        base, exponent = self.of(node.base, letters), self.of(node.exponent, letters)
        return base if base is not None else exponent

    @of.register
    def _(self, node: nodes.Transposed, letters: dict[str, Dim]) -> Shape | None:
        found = self.of(node.inside, letters)
        return found and (found[1], found[0])

    @of.register
    def _(self, node: nodes.Sum, letters: dict[str, Dim]) -> Shape | None:
        found = [self.of(term, letters) for term in node.terms]
        if any(shape is not None and self._is_counted(shape) for shape in found):
            found = [self._added(term, shape) for term, shape in zip(node.terms, found, strict=True)]
        return self._alike(found)

    @of.register
    def _(self, node: nodes.Product, letters: dict[str, Dim]) -> Shape | None:
        found = [self.of(factor, letters) for factor in node.factors]
        for factor, shape, after in zip(node.factors, found, node.factors[1:], strict=False):
            if shape is not None and _is_small(factor) and _is_ones(after):
                self._equal(shape, NUMBER)  # b 𝟏 is a column if b is a number
        return reduce(self._product, found)

    @of.register
    def _(self, node: nodes.Operation, letters: dict[str, Dim]) -> Shape | None:
        left, right = self.of(node.left, letters), self.of(node.right, letters)
        if node.sign == "OUTER":
            raise Unsized("⊗ in a forward equation")
        if node.sign in ("@", "*", r"\cdot"):
            return self._product(left, right)
        return self._scaled(left, right)

    @of.register
    def _(self, node: nodes.Fraction, letters: dict[str, Dim]) -> Shape | None:
        return self._scaled(self.of(node.above, letters), self.of(node.below, letters))

    @of.register
    def _(self, node: nodes.Call, letters: dict[str, Dim]) -> Shape | None:
        found = [self.of(argument, letters) for argument in node.arguments]
        if node.function.name in TO_NUMBERS:
            return NUMBER
        shape = self._alike(found)
        return (shape[0], shape[0]) if node.function.name == "diag" and shape else shape

    @of.register
    def _(self, node: nodes.Norm, letters: dict[str, Dim]) -> Shape | None:
        self.of(node.inside, letters)
        return NUMBER

    @of.register
    def _(self, node: Repeated, letters: dict[str, Dim]) -> Shape | None:
        if node.product:
            raise Unsized("a product over an index")
        found = self.of(node.inside, letters)
        self._count(node, letters)
        return found if node.indices else NUMBER

    @of.register
    def _(self, node: nodes.Relation, letters: dict[str, Dim]) -> Shape | None:
        return self._alike([self.of(part, letters) for part in node.parts])

    @of.register
    def _(self, node: nodes.Indicator, letters: dict[str, Dim]) -> Shape | None:
        return self._alike([self.of(condition, letters) for condition in node.conditions])

    @of.register
    def _(self, node: nodes.Cases, letters: dict[str, Dim]) -> Shape | None:
        conditions = [condition for each in node.conditions for condition in each]
        return self._alike([self.of(part, letters) for part in (*node.values, *conditions)])

    # -- what must be equal

    def _new(self) -> Dim:
        self._same.append(len(self._same))
        return len(self._same) - 1

    def _usual(self, name: Written) -> Shape:
        """The shape that a letter has where nothing is known of it."""
        letter = name.base.rpartition(" ")[2]
        if name.base == ONES:
            return self._new(), ONE
        if self.gives_objective(name):
            return NUMBER
        if (letter.removeprefix("\\") in COEFFICIENTS and name not in self.vectors) or self._is_size(name):
            return NUMBER
        if is_matrix(name):
            return self._new(), self._new()
        return self._vector()

    def gives_objective(self, name: Written) -> bool:
        """Whether an equation gives it, and it is the objective by its letter; with a word below it, beside vectors."""
        return name in self.given and is_objective(name, labelled=self.marked)

    def _is_size(self, name: Written) -> bool:
        """Whether a letter is that of a size, which no equation gives: d in 1/√d."""
        return name.base in SIZES and not name.font and not name.above and name not in self.given

    def _vector(self) -> Shape:
        return (self._new(), ONE) if self.kind == "columns" else (ONE, self._new())

    def _entry(self, name: Written, letters: dict[str, Dim]) -> Shape:
        """The shape of an entry, a number, or of one of several vectors; letters count rows and columns."""
        whole = replace(plain(name), below=())
        if whole in self.families and len(name.below) == 1:
            rows, cols = self.shapes.setdefault(whole, (self._new(), self._new()))
            self._equal_dims(letters.setdefault(name.below[0].letter, rows), rows)
            return cols, ONE
        if whole not in self.shapes and self.kind != "numbers":
            several = len(name.below) == 2  # w_{ij} is a matrix, though the letter is small
            self.shapes[whole] = (self._new(), self._new()) if several else self._vector()
        for index, dim in zip(name.below, self.shape(whole), strict=False):
            if index.letter and index.number == 0:
                self._equal_dims(letters.setdefault(index.letter, dim), dim)
        return NUMBER

    def _count(self, node: Repeated, letters: dict[str, Dim]) -> None:
        """The letter that an index runs to is the number of what it counts: N in Σ_{i=1}^N x_i."""
        end = node.last.known if isinstance(node.last, nodes.Name) else None
        index = node.indices[0].known if node.indices and isinstance(node.indices[0], nodes.Name) else None
        if not isinstance(index, Written) or index.base not in letters:
            return
        if isinstance(end, Written):
            self.shapes[plain(end)] = NUMBER
            if node.first != nodes.Number(0, "0"):  # from 0 there are as many and one more
                self.counts[plain(end)] = letters[index.base]
        elif number := many(node.last, index.base):
            self.extents[number] = letters[index.base]

    def _equal_dims(self, a: Dim, b: Dim) -> None:
        a, b = sorted((self.find(a), self.find(b)))
        self._same[b] = a

    def _equal(self, a: Shape, b: Shape) -> None:
        for one, other in zip(a, b, strict=True):
            self._equal_dims(one, other)

    def _is_number(self, shape: Shape) -> bool:
        return all(self.find(dim) == ONE for dim in shape)

    def _alike(self, shapes: Sequence[Shape | None]) -> Shape | None:
        """The one shape of terms, of the arguments of a function, of what is multiplied entry by entry."""
        given = [shape for shape in shapes if shape is not None]
        for shape in given[1:]:
            self._equal(given[0], shape)
        return given[0] if given else None

    def _is_counted(self, shape: Shape) -> bool:
        """Whether it is a vector with as many entries as a Σ of the file runs through."""
        counted = {self.find(dim) for dim in self.counts.values()} - {ONE}
        return any(self.find(dim) in counted for dim in shape)

    def _added(self, term: Node, shape: Shape | None) -> Shape | None:
        """The shape of a term beside a vector: none for a number that an equation gives, which has its entries."""
        name = term.inside if isinstance(term, nodes.Negative) else term
        known = name.known if isinstance(name, nodes.Name) else None
        if shape is None or not isinstance(known, Written) or known not in self.given or not self._is_number(shape):
            return shape
        self.statistics.add(known)
        return None

    def _scaled(self, a: Shape | None, b: Shape | None) -> Shape | None:
        """a / b and a ∘ b: of one shape, or one of them a number."""
        if a is None or b is None or self._is_number(b):
            return b if a is None else a
        return b if self._is_number(a) else self._alike([a, b])

    def _product(self, a: Shape | None, b: Shape | None) -> Shape | None:
        if a is None or b is None or self._is_number(b):
            return b if a is None else a
        if self._is_number(a):
            return b
        self._equal_dims(a[1], b[0])
        return a[0], b[1]


def vectors_in(tree: Node) -> Iterator[Written]:
    """The names that stand transposed, alone in a norm, or behind a matrix: no numbers, whatever their letters."""
    for node in nodes_in(tree):
        match node:
            case nodes.Name(_, Written(transposed=True) as known):
                yield plain(known)
            case nodes.Norm(_, nodes.Name(_, Written() as known)):
                yield plain(known)
            case nodes.Product(_, factors):
                for factor, after in pairwise(factors):
                    match factor, after:
                        case nodes.Name(_, Written() as first), nodes.Name(_, Written() as known) if is_matrix(first):
                            yield plain(known)
                        case Entry() as row, nodes.Name(_, Written() as known) if _is_row(row):
                            yield plain(known)


def _is_row(node: Entry) -> bool:
    """Whether it is a row, X_{i:}."""
    return len(node.indices) == 2 and isinstance(node.indices[1], nodes.Letter)


def _is_ones(node: Node) -> bool:
    return isinstance(node, nodes.Name) and node.known.base == ONES and not node.known.transposed


def _is_small(node: Node) -> bool:
    """Whether it is a name with a small letter."""
    return isinstance(node, nodes.Name) and isinstance(node.known, Written) and not is_matrix(node.known)
