"""The value of a formula at a point: names looked up, signs read in one of the ways in which they can be meant."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce, singledispatchmethod
from typing import Any

import numpy as np

from symbolic.algebra.values import Value
from symbolic.checking import shapes
from symbolic.checking.calls import called
from symbolic.checking.ellipsis import spelled_out
from symbolic.checking.functions import applied
from symbolic.checking.habits import BARS
from symbolic.checking.naming import ERRORS, Meaning, Naming
from symbolic.checking.point import Point
from symbolic.checking.problems import JUDGING, TOO_LONG, Free, Misfit, Steps, Unknown
from symbolic.checking.repeated import LAST, repeated
from symbolic.checking.scopes import widened
from symbolic.checking.shapes import Hollow, Several, Tensor, said
from symbolic.checking.tree import Ellipsis, Entry, Grid, Grouped, Listed, Repeated
from symbolic.checking.written import Function, Index, Ratio, Written
from symbolic.derivation import STATISTICS
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.nodes import Node


@dataclass(frozen=True)
class Reading:
    """One way to read the signs of a file.

    `numerator`: ∂u/∂v has a row for each entry of u. `rows`: δ and its like are rows. `scaled` "N" or "K": C is the
    sum over the samples, over the outputs, where the network has a mean. `of` "output": δ is a derivative of that.
    `own`: derivatives by what each sample has are those of its own loss. `diagonal`: σ′(z) stands for diag(σ′(z)).
    `lying`: what is a column in the network is a row: b, and for one sample every vector. `lenient`: (v)_{ij} of a
    vector is v_i. `program`: * is the entrywise product, as in NumPy. `along`: a sum without an
    index runs over the samples. `renamed`: letters that stand for others.
    """

    numerator: bool = False
    rows: bool = False
    scaled: str = ""
    of: str = "objective"
    own: bool = False
    diagonal: bool = False
    lying: bool = False
    lenient: bool = False
    program: bool = False
    along: bool = False
    renamed: tuple[tuple[str, str], ...] = ()


Found = tuple[Meaning, tuple[Index, ...], int | None]
"""What a name stands for, the indices of the entry that it means, and its exponent."""

_OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "ODOT": shapes.entrywise,
    "OSLASH": shapes.divided,
    "SLASH": shapes.divided,
    "@": shapes.multiplied,
}
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

Y_FOR_OUTPUT = (("y", r"\hat y"),)
"""The reading of those who write ∂ℓ/∂y for ∂ℓ/∂ŷ."""

LABELS = dict.fromkeys(("true", "onehot", "label", "target"), "y") | dict.fromkeys(("pred", "model"), r"\hat y")
"""Words below a y that say which of the two it is."""

COUNT_SAMPLES = ("i", "n", "s", "t")
"""Letters that count samples where they stand alone below a value of a batch."""

MOST_ENTRIES = 2_500
"""How many entries an array may have."""


@dataclass(frozen=True)
class Evaluator:
    """A point, what names stand for, how signs are read, and the numbers of the indices."""

    point: Point
    naming: Naming
    reading: Reading = Reading()
    indices: Mapping[str, int] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)
    steps: Steps = field(default_factory=lambda: Steps(JUDGING), compare=False)

    def at(self, indices: Mapping[str, int] = {}, entries: Mapping[str, int] = {}) -> Evaluator:
        """The same with more indices known: of layers, and of entries (from 1)."""
        return replace(self, indices={**self.indices, **indices}, entries={**self.entries, **entries})

    def without(self, letter: str) -> Evaluator:
        """The same with an index unknown."""
        entries = {key: n for key, n in self.entries.items() if key.removeprefix(LAST) != letter}
        return replace(self, entries=entries)

    @property
    def samples(self) -> int | None:
        """The number of samples of a batch; None for one."""
        n = self.point.derivation.network.samples
        return None if n == 1 else self.point.arrays.size(n)

    def summed(self, value: Any, mean: bool = False) -> Any:
        """The sum, or the mean, without an index: of all entries, or over the samples where that is how it is read."""
        axis = 1 - self.point.derivation.network.axis if self.reading.along else None
        found = (np.mean if mean else np.sum)(value, axis=axis, keepdims=axis is not None)
        return float(found) if axis is None else found

    def of(self, node: Node) -> Any:
        """The number, the array, the Hollow or the Tensor that a node stands for.

        Raises Misfit where sizes do not fit, Unknown where something stands for nothing in this network, or where the
        formula is too long to be compared.
        """
        self.steps.left -= 1
        if self.steps.left < 0:
            raise Unknown(TOO_LONG)
        found = self._of(node)
        if isinstance(found, np.ndarray) and found.size > MOST_ENTRIES:
            raise Unknown("a matrix of too many entries")
        return found

    @singledispatchmethod
    def _of(self, node: Node) -> Any:
        raise Unknown(f"{type(node).__name__.lower()} cannot be read here")

    @_of.register
    def _(self, node: nodes.Number) -> Any:
        return float(node.text)

    @_of.register
    def _(self, node: nodes.Hollow) -> Any:
        return Hollow(node.text)

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
        factors = spelled_out(node.factors, self.indices) if _has_dots(node.factors) else node.factors
        values = [self.of(factor) for factor in with_slopes(factors)]
        return reduce(lambda a, b: shapes.multiplied(a, b, self.samples), values) if values else 1.0

    @_of.register
    def _(self, node: nodes.Operation) -> Any:
        if node.sign == "ODOT" and isinstance(node.right, nodes.Product):
            try:
                return shapes.entrywise(self.of(node.left), self.of(node.right), self.samples is not None)
            except Misfit:  # u ∘ v aᵀ read from left to right
                head, *rest = node.right.factors
                left = nodes.Operation(node.column, "ODOT", node.left, head)
                return self.of(nodes.Product(node.column, (left, *rest)))
        left, right = self.of(node.left), self.of(node.right)
        if node.sign in _OPERATIONS:
            if node.sign != "@":
                return _OPERATIONS[node.sign](left, right, self.samples is not None)
            return _OPERATIONS[node.sign](left, right)
        if node.sign == "OUTER":
            return shapes.multiplied(_column(left), _column(right).T)
        if node.sign == "*" and self.reading.program:
            return shapes.entrywise(left, right, self.samples is not None)
        return self._dotted(left, right)

    def _dotted(self, left: Any, right: Any) -> Any:
        """a * b and a · b: the entrywise product of what has one shape, else the matrix product."""
        same = isinstance(left, np.ndarray) and np.shape(left) == np.shape(right) and np.ndim(left) == 2
        if same:
            return left * right
        try:
            return shapes.multiplied(left, right, self.samples)
        except Misfit:
            return shapes.entrywise(left, right, self.samples is not None)

    @_of.register
    def _(self, node: nodes.Fraction) -> Any:
        return shapes.divided(self.of(node.above), self.of(node.below), self.samples is not None)

    @_of.register
    def _(self, node: nodes.Power) -> Any:
        if isinstance(node.exponent, nodes.Letter):
            raise Unknown(f"the exponent {node.exponent.text}")
        base, exponent = self.of(node.base), self.of(node.exponent)
        if isinstance(node.base, nodes.Name) and node.base.known == Written("e"):
            base = np.e
        if isinstance(base, Hollow | Several | Tensor) or isinstance(exponent, Hollow | Several | Tensor):
            raise Unknown("a power of what has no size")
        if not shapes.is_number(exponent) and not shapes.is_number(base):
            raise Misfit(f"a power with an exponent of {said(np.shape(exponent))}")
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.asarray(base, dtype=float) ** exponent if np.ndim(base) or np.ndim(exponent) else base**exponent

    @_of.register
    def _(self, node: nodes.Transposed) -> Any:
        return shapes.transposed(self.of(node.inside))

    @_of.register
    def _(self, node: nodes.Positive) -> Any:
        return np.maximum(self._array(node.inside), 0.0)

    @_of.register
    def _(self, node: nodes.Absolute) -> Any:
        return np.abs(self._array(node.inside))

    @_of.register
    def _(self, node: nodes.Norm) -> Any:
        if node.kind not in _NORMS:
            raise Unknown(f"the norm of kind {node.kind}")
        return float(_NORMS[node.kind](np.asarray(self._array(node.inside))))

    @_of.register
    def _(self, node: nodes.Relation) -> Any:
        parts = [self._index_or_array(part) for part in node.parts]
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
        if any(isinstance(value, Hollow | Several | Tensor) for value in values):
            raise Unknown("cases of what has no size")
        shape = np.broadcast_shapes(*(np.shape(part) for part in (*values, *holds)))
        found = np.select(
            [np.broadcast_to(np.asarray(each, dtype=bool), shape) for each in holds],
            [np.broadcast_to(value, shape) for value in values],
            default=np.nan,
        )
        return found if shape else float(found)

    @_of.register
    def _(self, node: Entry) -> Any:
        inside = self.of(node.inside)
        if isinstance(inside, Hollow) and inside.sign == "𝐈" and len(node.indices) == 2:
            first, second = (self._entry_number(index) for index in node.indices)
            return inside.factor * float(first == second)
        return self._entry(inside, tuple(_index(index) for index in node.indices))

    @_of.register
    def _(self, node: Grid) -> Any:
        return _grid(node, self)

    @_of.register
    def _(self, node: Listed) -> Any:
        parts = [self.of(part) for part in node.parts if not isinstance(part, Ellipsis)]
        raise Unknown(f"a list of {len(parts)} values")

    @_of.register
    def _(self, node: Repeated) -> Any:
        return repeated(self, node)

    @_of.register
    def _(self, node: nodes.Call) -> Any:
        function = node.function
        if not function.order and function.layer is None and self.naming.renames(function.name):
            value = nodes.Name(node.column, Written(function.name))  # h (1 − h), where h is a value
            return self.of(nodes.Product(node.column, (value, *(Grouped(node.column, a) for a in node.arguments))))
        return called(self, node)

    # -- names

    @_of.register
    def _(self, node: nodes.Name) -> Any:
        known = node.known
        if isinstance(known, Ratio):
            return self._ratio(known)
        return self.named(known)

    def named(self, written: Written) -> Any:
        """What a name stands for: a definition of the file, a value of the network, a size, a number."""
        written = self._with_sample(written)
        found = self.meaning(written)
        if found is not None:
            meaning, indices, power = found
            array = self._of_meaning(meaning)
            array = shapes.transposed(array) if written.transposed else array
            sample = written.sample
            if sample is not None:
                array = self._sample(array, sample)
            array = self._entry(array, indices) if indices else array
            return array if power is None else array**power
        template = self._template(written)
        if template is not None:
            return template
        value = self._number(written)
        if value is not None:
            return value
        if written.letter == "I" and not written.indices:
            return Hollow("𝐈", written.transposed)
        raise Unknown(f"{shown(written)} is no name of the network")

    def _with_sample(self, written: Written) -> Written:
        """a^{(i)} of a batch: the index is that of a sample, where no layer has it."""
        if written.bracket != "(" or self.samples is None or written.sample is not None:
            return written
        plain = replace(written, above=(), bracket="", sample=written.above[0])
        is_sample = written.above[0].at(self.indices) is None and self.meaning(plain) is not None
        return plain if is_sample else written

    def _template(self, written: Written) -> Any:
        """An expression that the file has given a name, with the entry that is meant; None where there is none."""
        templates = self.naming.templates
        index = next(iter((*written.above, *written.below)), None)
        number = None if index is None else index.at(self.indices)
        for key, below in (
            ((written.letter, number), written.below[not written.above :]),
            ((written.letter, None), written.below),
        ):
            if key in templates:
                template = templates[key]
                found = self.at(indices=template.indices).of(template.tree)
                found = shapes.transposed(found) if written.transposed else found
                return self._entry(found, below) if below and np.ndim(found) == 2 else found
        return None

    def is_number(self, written: Written) -> bool:
        """Whether a name is that of a size, an index, a constant, or of the identity."""
        if any(letter == written.letter for letter, _ in self.naming.templates):
            return True
        try:
            return self._number(written) is not None or (written.letter in ("I", "e") and not written.indices)
        except SymbolicError:
            return True

    def meaning(self, written: Written) -> Found | None:
        """What a name stands for, the indices of the entry it means, and its exponent; None where it is no value."""
        if written.base == r"\delta" and _is_kronecker(written):
            return None
        if written.label in LABELS and not self.naming.renames(written.letter):
            return self.meaning(replace(written, base=LABELS[written.label], label=""))
        bar = next((bar for bar in BARS if written.base.startswith(bar)), None)
        if bar is not None and self.naming.table.habits.barred and not self.naming.renames(written.letter):
            found = self.meaning(replace(written, base=written.base.removeprefix(bar)))
            return found and (replace(found[0], of=self._objective), *found[1:])
        for letter in (written.letter, _other_case(written.letter)):
            found = self._layered(letter, written) if written.above else self._plain(letter, written)
            if found is not None:
                return found
            if self.naming.renames(letter):
                break
        return None

    def _layered(self, letter: str, written: Written) -> Found | None:
        """a^{[l]}, a^l_j; a number alone above may also be an exponent."""
        index = written.above[0]
        number = index.at(self.indices)
        below = written.below[0].at(self.indices) if written.below else None
        bare = not written.bracket and not index.letters
        power = bare and below is not None and self.naming.get(letter, below) is not None
        meaning = None if number is None or power else self.naming.get(letter, number)
        if meaning is not None:
            return meaning, (*written.above[1:], *written.below), None
        if not bare:
            return None
        plain = self.meaning(replace(written, above=()))
        return None if plain is None else (plain[0], plain[1], index.number)

    def _plain(self, letter: str, written: Written) -> Found | None:
        """a_1, a_{1j}, a_j, a"""
        if written.below and not self._is_entry(written.below[0]):
            number = written.below[0].at(self.indices)
            meaning = None if number is None else self.naming.get(letter, number)
            if meaning is not None:
                return meaning, written.below[1:], None
        meaning = self.naming.get(letter, None)
        if meaning is None and _is_of_entries(letter, written) and written.below[0].letter in self.naming.layers:
            layer = self.naming.layers[written.below[0].letter] + self.naming.table.offset
            meaning = self.naming.get(letter, layer)
        if meaning is None:
            return None
        return meaning, () if meaning.value == self._objective and meaning.of is None else written.below, None

    def _is_entry(self, index: Index) -> bool:
        return bool(index.letter) and index.letter in self.entries

    def _of_meaning(self, meaning: Meaning) -> Any:
        """The array of what a name stands for."""
        if meaning.diagonal:
            z = meaning.value
            return np.diag(np.ravel(applied(self.point, Function(r"\sigma", 1), z.layer, self._value(z))))
        if meaning.of is None:
            array = self._value(meaning.value)
            array = array * self.scale if meaning.value == self._objective else array
            if meaning.value.base in STATISTICS and array.size == 1:
                return float(array.item())
            return array.T if meaning.turned or self._lies(meaning.value) else array
        of = self.point.derivation.network.output if self.reading.of == "output" else meaning.of
        array = self.derivative(of, meaning.value)
        lies = self._lies(meaning.value) and np.ndim(array) == 2
        return shapes.transposed(array) if self.reading.rows != lies else array

    def _lies(self, v: Value) -> bool:
        """Whether a value that is a column in the network is a row here."""
        network = self.point.derivation.network
        return self.reading.lying and v.cols == 1 and (network.samples == 1 or v in network.parameters)

    def of_meaning_or_none(self, meaning: Meaning) -> Any:
        """The array of a meaning; None where it has none."""
        try:
            return self._of_meaning(meaning)
        except SymbolicError:
            return None

    @property
    def _objective(self) -> Value:
        return self.point.derivation.objective

    def _value(self, v: Value) -> Any:
        try:
            return self.point.array(v)
        except KeyError:
            raise Unknown(f"{v.name} has no value") from None

    def derivative(self, of: Value, wrt: Value) -> Any:
        """∂of/∂wrt in denominator layout, C being what the reading says. Raises Unknown where there is none."""
        try:
            found = self.point.derivative(of, wrt)
        except SymbolicError as error:
            raise Unknown(str(error)) from None
        if np.ndim(found) == 3:
            return Tensor(found, self.reading.numerator)
        if of != self._objective:
            return found
        own = self.reading.own and wrt not in self.point.derivation.network.parameters
        return found * self.scale * ((self.samples or 1) if own else 1)

    @property
    def scale(self) -> float:
        """What the author's C is in terms of the network's."""
        network = self.point.derivation.network
        sizes = {"": 1, "N": network.samples, "K": network.units(network.output)}
        size = sizes[self.reading.scaled]
        return float(size if isinstance(size, int) else self.point.arrays.size(size))

    def _ratio(self, ratio: Ratio) -> Any:
        if self.reading.renamed:
            ratio = _renamed(ratio, dict(self.reading.renamed))
        ratio = replace(ratio, below=self._with_sample(ratio.below))
        below = self.meaning(ratio.below) or self.last_of(ratio)
        if below is None or below[0].of is not None:
            raise Unknown(f"{shown(ratio.below)} is no name of the network")
        above = self._above(ratio)
        wrt, indices = below[0].value, below[1]
        of, entry = above
        found = self.derivative(of, wrt)
        if (below[0].turned or self._lies(wrt)) and np.ndim(found) == 2:
            found = found.T
        if ratio.below.sample is not None:
            found = self._sample(found, ratio.below.sample)
        if ratio.below.transposed:
            found = shapes.transposed(found)
        if indices or entry:
            return self._entry_of_derivative(found, of, wrt, entry, indices)
        shaped = ratio.shaped and not (ratio.nabla and self.naming.table.profile.nabla == "always")
        numerator = self.reading.numerator and not shaped and not isinstance(found, Tensor)
        return shapes.transposed(found) if numerator else found

    def last_of(self, ratio: Ratio) -> Found | None:
        """∇_a C, ∇_z C without a number: by those of the last layer."""
        last = replace(ratio.below, above=(Index((), self.naming.last),))
        return self.meaning(last) if ratio.nabla and not ratio.below.indices else None

    def _above(self, ratio: Ratio) -> tuple[Value, tuple[Index, ...]]:
        if ratio.above is None:
            return self._objective, ()
        found = self.meaning(ratio.above)
        if found is None or found[0].of is not None:
            raise Unknown(f"{shown(ratio.above)} is no name of the network")
        return found[0].value, found[1]

    def _entry_of_derivative(
        self, found: Any, of: Value, wrt: Value, above: tuple[Index, ...], below: tuple[Index, ...]
    ) -> Any:
        """∂u_i/∂v_j; of a number, ∂C/∂v_j or ∂C/∂W_{ij}."""
        if isinstance(found, Tensor):
            if not above or len(below) != 2:
                raise Unknown("a derivative of a vector by a matrix; say its entry")
            return found.array[
                (*(self._number_of(k, n) for k, n in zip((*below, above[0]), found.array.shape, strict=True)),)
            ]
        if self._value(of).size == 1 or not above:
            if found.shape in (self._value(wrt).shape, self._value(wrt).shape[::-1]):
                return self._entry(found, below)
            raise Unknown("∂u/∂v_j of a vector u; say its entry")
        if not below:
            raise Unknown("∂u_i/∂v by a vector v; say its entry")
        return self._entry(found, (below[0], above[0]))

    # -- entries

    def _entry(self, array: Any, indices: tuple[Index, ...]) -> Any:
        """The entry of an array: of a column or a row, one index is enough."""
        if isinstance(array, Hollow | Several | Tensor) or np.ndim(array) != 2:
            raise Unknown("an entry of what has none")
        if len(indices) == 1 and 1 in array.shape:
            array = array.ravel()
            return array[self._number_of(indices[0], array.size)]
        if len(indices) == 2 and self.reading.lenient and 1 in array.shape:
            first, _ = (self._number_of(index, array.size) for index in indices)
            return array.ravel()[first]
        if len(indices) == 2:
            if array.shape[1] == 1 and array.size > 1 and indices[1] == Index((), 1):
                return array[self._number_of(indices[0], array.shape[0]), 0]
            return array[tuple(self._number_of(k, n) for k, n in zip(indices, array.shape, strict=True))]
        if len(indices) == 1 and self.samples is not None and indices[0].letter in COUNT_SAMPLES:
            return self._sample(array, indices[0])
        raise Misfit(f"{len(indices)} indices for {said(array.shape)}")

    def _number_of(self, index: Index, size: int) -> int:
        number = index.at({**self.indices, **self.entries})
        if number is None:
            raise Free(index.letter or str(index), size)
        if not 1 <= number <= size:
            raise Misfit(f"the index {index} = {number} of {size}")
        limit = self.limits.get(index.letter, size)
        if limit != size:
            raise Misfit(f"the index {index.letter} runs to {limit} and to {size}")
        return number - 1

    @property
    def limits(self) -> Mapping[str, int]:
        """How far each index of an entry runs."""
        return {key[1:]: n for key, n in self.entries.items() if key.startswith(LAST)}

    def _entry_number(self, node: Node) -> int:
        number = _index(node).at({**self.indices, **self.entries})
        if number is None:
            raise Unknown("an index without a range")
        return number

    def _sample(self, array: Any, index: Index) -> Any:
        axis = 1 - self.point.derivation.network.axis
        if self.samples is None or np.ndim(array) != 2:
            raise Unknown("the index of a sample, where there is one alone")
        return np.take(array, [self._number_of(index, array.shape[axis])], axis=axis)

    # -- numbers

    def _number(self, written: Written) -> float | None:
        """A size, a hyperparameter, e, π, an index, δ_{ij}."""
        if written.base == r"\delta" and _is_kronecker(written):
            pair = [index.at({**self.indices, **self.entries}) for index in written.below]
            return None if None in pair else float(pair[0] == pair[1])
        if written.base in ("n", "N", "m", "K", "d") and (written.below or written.above):
            return self._units(written)
        if written.above or written.below:
            return None
        if written.base in self.entries or written.base in self.indices:
            return float({**self.indices, **self.entries}[written.base])
        if written.base == "e":
            return float(np.e)
        if written.base == r"\pi":
            return float(np.pi)
        symbol = self.naming.table.sizes.get(written.base.removeprefix("\\"))
        if symbol is not None:
            return float(self.point.arrays.scalar(symbol, {}))
        if self.samples is not None and written.base in ("m", "B", "n", "M"):
            return float(self.samples)
        return None

    def _units(self, written: Written) -> float | None:
        """n_l: the number of units of layer l."""
        found = self.naming.get("a", (*written.above, *written.below)[0].at(self.indices))
        if found is None:
            return None
        return float(self._value(found.value).shape[self.point.derivation.network.axis])

    def _array(self, node: Node) -> Any:
        found = self.of(node)
        if isinstance(found, Hollow | Several | Tensor):
            raise Unknown("a function of what has no size")
        return found

    def _index_or_array(self, node: Node) -> Any:
        """A side of a relation; 𝟎 and 𝟏 stand for numbers there."""
        return {"𝟎": 0.0, "𝟏": 1.0}[node.text] if isinstance(node, nodes.Hollow) else self._array(node)

    def apply(self, function: Function, argument: Any) -> Any:
        """A function of the network, or an elementary one; σ′ as a diagonal matrix where that is how it is read."""
        if isinstance(argument, Hollow | Several | Tensor):
            raise Unknown("a function of what has no size")
        layer = None if function.layer is None else function.layer.at(self.indices)
        offset = None if layer is None else layer - self.naming.table.offset
        try:
            found = applied(self.point, function, offset, argument, self.naming.curved)
        except SymbolicError as error:
            raise Unknown(str(error)) from None
        if function.order and self.reading.diagonal and np.ndim(found) == 2 and 1 in found.shape:
            return np.diag(found.ravel())
        return found


def _renamed(ratio: Ratio, letters: Mapping[str, str]) -> Ratio:
    """∂ℓ/∂ŷ for ∂ℓ/∂y."""
    parts = {name: getattr(ratio, name) for name in ("above", "below")}
    return replace(
        ratio, **{k: replace(w, base=letters.get(w.base, w.base)) for k, w in parts.items() if w is not None}
    )


def shown(written: Written) -> str:
    """A name in a message."""
    above = "".join(f"^{i}" if len(str(i)) == 1 else f"^({i})" for i in written.above)
    below = "".join(f"_{i}" if len(str(i)) == 1 else f"_({i})" for i in written.below)
    return f"{written.base}{above}{below}".lstrip("\\")


def _index(node: Node) -> Index:
    if isinstance(node, nodes.Number):
        return Index((), int(float(node.text)))
    if isinstance(node, nodes.Name) and isinstance(node.known, Written):
        return Index(((node.known.base, 1),))
    raise Unknown("an index that cannot be read")


def _is_of_entries(letter: str, written: Written) -> bool:
    """δ_j and w_{ji}: names whose entries may say of which layer they are."""
    return (letter in ERRORS and bool(written.below)) or (letter in ("w", "W") and len(written.below) == 2)


def _is_kronecker(written: Written) -> bool:
    """δ_{ij}: two letters below, and nothing that counts layers."""
    letters = [index.letter for index in written.below]
    return len(letters) == 2 and not written.above and all(letter and letter not in "lL" for letter in letters)


def _other_case(base: str) -> str:
    """X for x: the letter of a batch for that of a sample."""
    head, _, letter = base.rpartition(" ")
    return f"{head} {letter.swapcase()}".strip() if letter.lower() in "xyzahwbpo" else base


def _has_dots(factors: Iterable[Node]) -> bool:
    return any(isinstance(factor, Ellipsis) for factor in factors)


def with_slopes(factors: Iterable[Node]) -> list[Node]:
    """a (1 − a), which everybody writes for a ∘ (1 − a)."""
    found: list[Node] = []
    for factor in factors:
        if found and _is_complement(factor, found[-1]):
            found[-1] = nodes.Operation(factor.column, "ODOT", found[-1], factor)
        else:
            found.append(factor)
    return found


def _is_complement(node: Node, of: Node) -> bool:
    inside = node.inside if isinstance(node, Grouped) else node
    if not isinstance(inside, nodes.Sum) or len(inside.terms) != 2:
        return False
    one, other = inside.terms
    return one == nodes.Number(0, "1") and other == nodes.Negative(0, of)


def _column(a: Any) -> Any:
    if isinstance(a, Hollow | Several | Tensor) or np.ndim(a) != 2 or 1 not in a.shape:
        raise Misfit("⊗ of what is no vector")
    return a.reshape(-1, 1)


def _grid(node: Grid, at: Evaluator) -> Any:
    """A matrix written out; with ⋯, the diagonal one whose first and last entries stand in its corners."""
    ones = [cell == nodes.Number(0, "1") for row in node.rows for cell in row if not isinstance(cell, Ellipsis)]
    if all(ones) and len(ones) < sum(map(len, node.rows)) and 1 in (len(node.rows), len(node.rows[0])):
        return Hollow("𝟏", transposed=len(node.rows) == 1)
    widths = {len(row) for row in node.rows}
    if len(widths) != 1:
        raise Misfit(f"rows of {' and '.join(map(str, sorted(widths)))} entries")
    if any(isinstance(cell, Ellipsis) for row in node.rows for cell in row):
        if widths != {len(node.rows)}:
            raise Misfit(
                f"a diagonal matrix is square, and this one has {len(node.rows)} rows and {widths.pop()} columns"
            )
        return _diagonal(node, at)
    rows = [[np.atleast_2d(at.of(cell)) if cell is not None else np.zeros((1, 1)) for cell in row] for row in node.rows]
    try:
        return np.block(rows)
    except ValueError:
        raise Misfit("blocks whose sizes differ") from None


def _diagonal(node: Grid, at: Evaluator) -> Any:
    """The diagonal matrix of f(z), where f(z_1) stands in the first corner."""
    first = node.rows[0][0]
    argument = first.arguments[0] if isinstance(first, nodes.Call) and len(first.arguments) == 1 else first
    if not isinstance(argument, nodes.Name) or not isinstance(argument.known, Written) or not argument.known.below:
        raise Unknown("a matrix with dots")
    whole: Node = replace(argument, known=replace(argument.known, below=argument.known.below[:-1]))
    entry = replace(first, arguments=(whole,)) if isinstance(first, nodes.Call) else whole
    return np.diag(np.asarray(at.of(entry), dtype=float).ravel())
