"""What an author's names stand for in a network: by the spelling of a notation, by the letters that are usual, and by
what the file itself says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Any

from sympy import Expr, Symbol

from symbolic.algebra.functions import NamedFunction
from symbolic.algebra.nodes import Elementwise
from symbolic.algebra.program import values_in
from symbolic.algebra.values import SAMPLES, Value
from symbolic.checking.habits import USUAL, Habits, Roles
from symbolic.checking.letters import HIDDEN, LETTERS, SMALL_WEIGHTS
from symbolic.checking.vocabulary import vocabulary
from symbolic.checking.written import Written
from symbolic.derivation import Derivation
from symbolic.notation.profile import Profile
from symbolic.reading.context import Context
from symbolic.reading.nodes import Node
from symbolic.reading.tokens import Token

Key = tuple[str, int | None]
"""A letter and the author's number of its layer, None without one."""


@dataclass(frozen=True)
class Meaning:
    """A value of the network, or ∂of/∂value where `of` is given, or diag(σ′) of a pre-activation (`diagonal`).

    `turned`: the author's name is of its transpose, as w of a layer with one unit. `negated`: it is −∂of/∂value.
    """

    value: Value
    of: Value | None = None
    diagonal: bool = False
    turned: bool = False
    negated: bool = False


@dataclass(frozen=True)
class Template:
    """An expression that a file gives a name, with the numbers of the layers that it was said for.

    `entries`: it is that of an entry, D_i, counted by these letters.
    """

    tree: Node
    indices: Mapping[str, int] = field(default_factory=dict)
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Table:
    """The names of one derivation as a notation spells them, and in the usual letters, as an author's habits are."""

    derivation: Derivation
    profile: Profile
    habits: Habits = USUAL

    @cached_property
    def meanings(self) -> Mapping[Key, Meaning]:
        """What each name stands for."""
        found: dict[Key, Meaning] = {}
        for written, meaning in self._spelled:
            if written.letter not in self.habits.terms:
                found.setdefault(_key(written), meaning)
        for meaning in dict.fromkeys(meaning for _, meaning in self._spelled):
            for letter, number in self._usual(meaning):
                found.setdefault((letter, number), meaning)
        found = {self._numbered(key, meaning): meaning for key, meaning in found.items()}
        found = self._by_role(found)
        for letter, meaning in self._alone(found).items():
            found.setdefault((letter, None), meaning)
        return found

    def _numbered(self, key: Key, meaning: Meaning) -> Key:
        """The number that the author's weights have."""
        letter, number = key
        below = self.habits.below and meaning.of is None and meaning.value.base in ("W", "b")
        return letter, number - 1 if below and number is not None else number

    def _by_role(self, found: Mapping[Key, Meaning]) -> dict[Key, Meaning]:
        """The letters that the author has for values of every layer, where they are not the usual ones."""
        given = {each: base for each, base in _in_both_cases(self.habits.roles) if each not in LETTERS[base]}
        plain = [(key[1], m) for key, m in found.items() if m.of is None and not m.diagonal and key[1] is not None]
        numbered = {(m.value.base, number): m for number, m in plain}
        own = {(letter, n): m for letter, of in given.items() for (base, n), m in numbered.items() if base == of}
        first = {
            (letter, self.offset): Meaning(self.derivation.network.input) for letter, of in given.items() if of == "a"
        }
        return first | own | {key: m for key, m in found.items() if key[0] not in given or key[1] is None}

    def _alone(self, found: Mapping[Key, Meaning]) -> dict[str, Meaning]:
        """The letters that stand without a number, as they are those of one value: of hidden ones, where there are."""
        network = self.derivation.network
        meanings: dict[str, list[Meaning]] = {}
        for (letter, _), meaning in found.items():
            meanings.setdefault(letter, []).append(meaning)
        alone = {}
        for letter, several in meanings.items():
            computed = [m for m in dict.fromkeys(several) if m.value != network.input] or several
            hidden = [m for m in computed if m.value != network.output or m.of is not None]
            best = hidden if letter in HIDDEN else computed
            if len(best) == 1:
                alone[letter] = best[0]
        for letter in self._columns & alone.keys() if network.units(network.output) == 1 else ():
            if alone[letter].value.base == "W" and alone[letter].value.rows == 1:
                alone[letter] = Meaning(alone[letter].value, turned=True)
        return alone

    @property
    def _columns(self) -> frozenset[str]:
        """The letters of weights that are a column where there is one unit: w, and θ where θᵀ x is all that stands."""
        return frozenset(("w", *(SMALL_WEIGHTS if self.habits.turned else ())))

    @cached_property
    def _spelled(self) -> tuple[tuple[Written, Meaning], ...]:
        """Every value of the network as the notation spells it."""
        return tuple(self._spellings())

    def _spellings(self) -> Iterator[tuple[Written, Meaning]]:
        network = self.derivation.network
        for spelling, known in Context(self.derivation, self.profile).names.items():
            v = known.of
            if known.transposed or not isinstance(v, Value):
                continue
            ends = accumulate(map(len, spelling), initial=1)
            pieces = [Token(text, at) for text, at in zip(spelling, ends, strict=False)]
            named = vocabulary(pieces, 0)
            if named is None or not isinstance(named[1], Written) or named[2] != len(pieces):
                continue
            mark, between, base = v.base.partition(":")
            value = self._values.get(("z" if v.base == "D" else base or v.base, v.layer))
            if value is None:
                continue
            if v.base == "D":
                yield named[1], Meaning(value, diagonal=True)
            elif between:
                yield named[1], Meaning(value, self.derivation.objective if mark == "d" else network.output)
            else:
                yield named[1], Meaning(value)
        output = self._values.get((network.output.base, network.output.layer))
        if output is not None:
            yield Written(r"\hat y"), Meaning(output)

    @cached_property
    def _values(self) -> Mapping[tuple[str, object], Value]:
        """The values of the network by letter and layer."""
        network = self.derivation.network
        found = {(v.base, v.layer): v for v in (network.input, *network.parameters, *network.data)}
        for step in self.derivation.forward:
            found |= {(v.base, v.layer): v for v in (*values_in(step.expr), step.target)}
        found.setdefault(("x", None), network.input)
        return found

    def _usual(self, meaning: Meaning) -> Iterator[Key]:
        """The usual letters of a value with its number, the layers counted as the notation counts them."""
        v = meaning.value
        number = None if v.layer is None else int(v.layer) + self.offset
        if meaning.diagonal or (meaning.of is not None and meaning.of != self.derivation.objective):
            return
        if meaning.of is not None:
            yield from ((letter, number) for letter in LETTERS.get(f"d:{v.base}", ()))
        elif v == self.derivation.network.input:
            yield from ((letter, None) for letter in LETTERS["x"])
            yield from ((letter, self.offset) for letter in LETTERS["a"])
        else:
            letters = LETTERS.get(v.base, ())
            yield from ((letter, number) for letter in letters if letter not in self.habits.terms)
        if meaning.of is None and v == self.derivation.network.output:
            yield from ((letter, None) for letter in LETTERS["output"])

    @cached_property
    def offset(self) -> int:
        """What the author's numbers of layers are more than ours: 1 where a^{[1]} is x."""
        numbers = ((written, meaning.value) for written, meaning in self._spelled if meaning.of is None)
        weights = [(_key(written)[1], v.layer) for written, v in numbers if v.base == "W" and v.layer is not None]
        return min((number - int(layer) for number, layer in weights if number is not None), default=0)

    @cached_property
    def last(self) -> int:
        """The author's number of the last layer: what L stands for."""
        numbers = [n for (_, n), meaning in self.meanings.items() if n is not None and meaning.value.base == "W"]
        return max(numbers, default=1) + self.habits.below

    @cached_property
    def sizes(self) -> Mapping[str, Expr]:
        """The letters of sizes and hyperparameters, and what they stand for."""
        network = self.derivation.network
        parts = [part for step in self.derivation.forward for part in (step.expr, *step.target.shape)]
        symbols = {s for part in (*parts, *network.input.shape) for s in part.free_symbols}
        found: dict[str, Expr] = {s.name: s for s in symbols if type(s) is Symbol}
        for step in self.derivation.forward:
            for node in step.expr.atoms(Elementwise):
                for function in node.body.atoms(NamedFunction):
                    found = dict(type(function).parameters) | found
        epsilon = [value for value in network.constants if "eps" in str(value)]
        if epsilon:
            found["epsilon"] = epsilon[0]
        found.setdefault("N", SAMPLES)
        return found


@dataclass(frozen=True, eq=False)
class Naming:
    """The names of a file: those of a table, and first of all those that the file itself gives.

    `bound` names values; `templates` name derivatives and expressions that hold letters of layers; `layers` says of
    which layer the entries are that a letter counts (δ_j, where a_j is of layer 1). `letters` are those of the file,
    `seen` those of the formulas before, `called` the functions that letters stand for, as forward equations say.
    """

    table: Table
    bound: Mapping[Key, Meaning] = field(default_factory=dict)
    templates: Mapping[Key, Template] = field(default_factory=dict)
    layers: Mapping[str, int] = field(default_factory=dict)
    letters: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    called: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    extents: Mapping[str, Any] = field(default_factory=dict)
    """The sizes that letters name, as the sums of the forward equations and of the loss say."""
    own: Mapping[Written, Meaning] = field(default_factory=dict)
    """The names of a network that the file's own equations are; there are no others then."""
    times: Mapping[str, int] = field(default_factory=dict)
    """The letters that count steps of time, and how many steps there are."""
    ends: Mapping[str, int] = field(default_factory=dict)
    """The letters of the last step."""

    def get(self, letter: str, number: int | None) -> Meaning | None:
        """What a name stands for; None for none."""
        if (letter, number) in self.bound:
            return self.bound[letter, number]
        if (letter, None) in self.bound or (letter, None) in self.templates or (letter, number) in self.templates:
            return None
        found = self.table.meanings.get((letter, number))
        return None if found is not None and self._kinds.get(letter, found.value.base) != found.value.base else found

    def renames(self, letter: str) -> bool:
        """Whether the file itself says what a letter stands for."""
        own = any(name.letter == letter for name in self.own)
        return own or any(given == letter for given, _ in (*self.bound, *self.templates))

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        """The kind of value that a letter has been given, where it stands with numbers."""
        given = [(letter, meaning.value.base) for (letter, number), meaning in self.bound.items() if number is not None]
        letters = Counter(letter for letter, _ in given)
        return {letter: base for letter, base in given if letters[letter] > 1}

    @property
    def derivation(self) -> Derivation:
        """What the names are of."""
        return self.table.derivation

    @property
    def last(self) -> int:
        """What L stands for."""
        return self.table.last


def _in_both_cases(roles: Roles) -> Iterator[tuple[str, str]]:
    """The letters of a sample, and those of a batch."""
    for letter, base in roles:
        yield letter, base
        yield letter.swapcase() if len(letter) == 1 else letter, base


def _key(written: Written) -> Key:
    """The letter and the number of a name that a notation spells; its indices are numbers."""
    numbers = [index.number for index in written.indices if not index.letters]
    return written.base, numbers[0] if numbers else None
