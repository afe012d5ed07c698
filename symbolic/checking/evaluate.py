"""The value of a formula at a point: a rule for each kind of node; what a rule needs of names stands in other files."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, singledispatchmethod
from typing import Any

import numpy as np

from symbolic.checking import factors, shapes
from symbolic.checking.alone import naming_alone
from symbolic.checking.at import LAST, At
from symbolic.checking.calls import called
from symbolic.checking.classes import class_index, parts_of_relation
from symbolic.checking.convention import USUAL, Reading
from symbolic.checking.derivatives import of_ratio
from symbolic.checking.differences import differentiated
from symbolic.checking.entries import entry_of_class, entry_written
from symbolic.checking.grids import grid
from symbolic.checking.kept import Failed, Kept, failed
from symbolic.checking.named_values import named, sign_of
from symbolic.checking.naming import Naming
from symbolic.checking.point import Point
from symbolic.checking.problems import JUDGING, TOO_LONG, Steps, Unknown
from symbolic.checking.repeated import repeated
from symbolic.checking.scopes import widened
from symbolic.checking.shapes import Hollow, sized
from symbolic.checking.tree import Differentiated, Ellipsis, Entry, Grid, Grouped, Listed, Repeated, Sized
from symbolic.checking.written import Ratio, Written
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

_RELATIONS = {
    ">": operator.gt,
    "<": operator.lt,
    r"\geq": operator.ge,
    r"\leq": operator.le,
    r"\neq": operator.ne,
    "=": operator.eq,
}
_EUCLIDEAN = ("", "2", "F")
_NORMS: Mapping[str, Callable[[Any], Any]] = {
    "1": lambda a: np.abs(a).sum(),
    **dict.fromkeys(_EUCLIDEAN, lambda a: np.sqrt((a**2).sum())),
}

MOST_ENTRIES = 2_500
"""How many entries an array may have."""


@dataclass(frozen=True)
class Evaluator:
    """A point, what names stand for, how signs are read, and the numbers of the indices: of layers, and of entries.

    `glancing`: of the entries that a formula is said of, the first and the last are enough. `kept`: trees that are
    looked at once.
    """

    point: Point
    naming: Naming
    reading: Reading = USUAL
    indices: Mapping[str, int] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)
    steps: Steps = field(default_factory=lambda: Steps(JUDGING), compare=False)
    glancing: bool = False
    kept: Kept | None = None

    def at(self, indices: Mapping[str, int] = {}, entries: Mapping[str, int] = {}) -> Evaluator:
        """The same with more indices known: of layers, and of entries (from 1)."""
        indices, entries = {**self.indices, **indices}, {**self.entries, **entries}
        return Evaluator(
            self.point, self.naming, self.reading, indices, entries, self.steps, self.glancing, self.kept
        )  # `replace` takes thrice as long

    def there(self, point: Point) -> Evaluator:
        """The same at another point."""
        return replace(self, point=point, kept=None)

    def alone(self, sample: int) -> Evaluator:
        """The same for one sample of a batch (from 0): values are its own, C is its loss."""
        return replace(self, point=self.point.alone(sample), naming=naming_alone(self.naming))

    def without(self, letter: str) -> Evaluator:
        """The same with an index unknown."""
        entries = {key: n for key, n in self.entries.items() if key.removeprefix(LAST) != letter}
        return replace(self, entries=entries)

    @property
    def numbers(self) -> Mapping[str, int]:
        """The numbers of all indices."""
        return {**self.indices, **self.entries}

    @property
    def samples(self) -> int | None:
        """The number of samples of a batch; None for one."""
        return self.point.samples

    def of(self, node: Node) -> Any:
        """The number, the array, the Hollow or the Tensor that a node stands for.

        Raises Misfit where sizes do not fit, Unknown where something stands for nothing in this network, or where the
        formula is too long to be compared.
        """
        if self.kept is not None and id(node) in self.kept.nodes:
            return self._once(node)
        return self._now(node)

    def _once(self, node: Node) -> Any:
        """What a node stands for, found before or now."""
        if id(node) not in self._known:
            try:
                self._known[id(node)] = self._now(node)
            except SymbolicError as error:
                self._known[id(node)] = failed(error, self.steps.left)
        found = self._known[id(node)]
        if isinstance(found, Failed):
            raise found.again()
        return found

    @cached_property
    def _known(self) -> dict[int, Any]:
        return {} if self.kept is None else self.kept.at(self)

    def _now(self, node: Node) -> Any:
        self.steps.left -= 1
        if self.steps.left < 0:
            raise Unknown(TOO_LONG)
        found = _rule_for(type(node))(self, node)
        if isinstance(found, np.ndarray) and found.size > MOST_ENTRIES:
            raise Unknown("a matrix of too many entries")
        return found

    @singledispatchmethod
    def _of(self, node: Node) -> Any:
        raise Unknown(f"{type(node).__name__.lower()} cannot be read here")

    # -- numbers and names

    @_of.register
    def _(self, node: nodes.Number) -> Any:
        return float(node.text)

    @_of.register
    def _(self, node: nodes.Hollow) -> Any:
        return Hollow(node.text)

    @_of.register
    def _(self, node: Sized) -> Any:
        return sign_of(self, node.text, node.size)

    @_of.register
    def _(self, node: nodes.Name) -> Any:
        return of_ratio(self, node.known) if isinstance(node.known, Ratio) else named(self, node.known)

    @_of.register
    def _(self, node: Entry) -> Any:
        classes = [class_index(self, index) for index in node.indices]
        return entry_written(self, node) if not any(classes) else entry_of_class(self, node, classes)

    @_of.register
    def _(self, node: Grid) -> Any:
        return grid(self, node)

    @_of.register
    def _(self, node: Listed) -> Any:
        parts = [self.of(part) for part in node.parts if not isinstance(part, Ellipsis)]
        raise Unknown(f"a list of {len(parts)} values")

    # -- sums and products

    @_of.register
    def _(self, node: Grouped) -> Any:
        return self.of(node.inside)

    @_of.register
    def _(self, node: nodes.Sum) -> Any:
        terms = widened(node.terms)
        total = self.of(terms[0])
        for term in terms[1:]:
            total = shapes.added(total, self.of(term), self.samples is not None)
        return total

    @_of.register
    def _(self, node: nodes.Negative) -> Any:
        return shapes.negated(self.of(node.inside))

    @_of.register
    def _(self, node: nodes.Product) -> Any:
        return factors.product(self, node)

    @_of.register
    def _(self, node: nodes.Operation) -> Any:
        return factors.operation(self, node)

    @_of.register
    def _(self, node: nodes.Fraction) -> Any:
        return shapes.divided(self.of(node.above), self.of(node.below), self.samples is not None)

    @_of.register
    def _(self, node: nodes.Power) -> Any:
        return factors.power(self, node)

    @_of.register
    def _(self, node: nodes.Transposed) -> Any:
        return shapes.transposed(self.of(node.inside))

    @_of.register
    def _(self, node: Repeated) -> Any:
        return repeated(self, node)

    @_of.register
    def _(self, node: Differentiated) -> Any:
        return differentiated(self, node)

    # -- functions

    @_of.register
    def _(self, node: nodes.Call) -> Any:
        function = node.function
        known = function.written or Written(function.name)  # h (1 − h), h_j (1 − h_j), where h is a value
        if not function.order and function.layer is None and self.naming.renames(known.letter):
            value = nodes.Name(node.column, known)
            return self.of(nodes.Product(node.column, (value, *(Grouped(node.column, a) for a in node.arguments))))
        return called(self, node)

    @_of.register
    def _(self, node: nodes.Positive) -> Any:
        return np.maximum(sized(self.of(node.inside)), 0.0)

    @_of.register
    def _(self, node: nodes.Absolute) -> Any:
        inside = sized(self.of(node.inside))
        if self.reading.inner and np.ndim(inside) == 2 and 1 in inside.shape:
            return float(np.sqrt((inside**2).sum()))
        return np.abs(inside)

    @_of.register
    def _(self, node: nodes.Norm) -> Any:
        if node.kind not in _NORMS:
            raise Unknown(f"the norm of kind {node.kind}")
        return float(_NORMS[node.kind](np.asarray(sized(self.of(node.inside)))))

    # -- conditions

    @_of.register
    def _(self, node: nodes.Relation) -> Any:
        parts = parts_of_relation(self, node, _side)
        holds: Any = True
        for left, sign, right in zip(parts, node.signs, parts[1:], strict=False):
            holds = holds & np.asarray(_RELATIONS[sign](left, right))
        return holds

    @_of.register
    def _(self, node: nodes.Indicator) -> Any:
        holds: Any = True
        for condition in node.conditions:
            holds = holds & np.asarray(self.of(condition))
        return np.asarray(holds, dtype=float) if np.ndim(holds) else float(holds)

    @_of.register
    def _(self, node: nodes.Cases) -> Any:
        holds = [np.all([self.of(each) for each in conditions], axis=0) for conditions in node.conditions]
        values = [self.of(value) for value in node.values]
        values = [sized(value, "cases") for value in values]
        shape = np.broadcast_shapes(*(np.shape(part) for part in (*values, *holds)))
        found = np.select(
            [np.broadcast_to(np.asarray(each, dtype=bool), shape) for each in holds],
            [np.broadcast_to(value, shape) for value in values],
            default=np.nan,
        )
        return found if shape else float(found)


def _side(at: At, node: Node) -> Any:
    """A side of a relation; 𝟎 and 𝟏 stand for numbers there."""
    return {"𝟎": 0.0, "𝟏": 1.0}[node.text] if isinstance(node, nodes.Hollow) else sized(at.of(node))


_rule_for = vars(Evaluator)["_of"].dispatcher.dispatch
"""The method for a kind of node: in Python 3.11 to look it up through an instance costs more than most of them do."""
