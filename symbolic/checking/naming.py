"""What an author's names stand for in a network: by the spelling of a notation, and by the letters that are usual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sympy import Symbol

from symbolic.algebra.values import SAMPLES, Value
from symbolic.checking.vocabulary import vocabulary
from symbolic.checking.written import Index, Written
from symbolic.derivation import Derivation
from symbolic.notation.profile import Profile
from symbolic.reading.context import Context
from symbolic.reading.tokens import Token

LETTERS: Mapping[str, tuple[str, ...]] = {
    "W": ("W", "w", r"\Theta", r"\theta"),
    "b": ("b", "B"),
    "z": ("z", "Z", "s", "u"),
    "a": ("a", "A", "h", "H"),
    "output": (r"\hat y", r"\hat Y", "o", "O", "p", "P", r"\hat p", "q"),
    "x": ("x", "X"),
    "y": ("y", "Y", "t", "T"),
    "C": (
        "C",
        "L",
        "l",
        r"\ell",
        "J",
        "E",
        "loss",
        "Loss",
        "mse",
        "MSE",
        "bce",
        "BCE",
        "ce",
        "CE",
        "cost",
        "F",
        "R",
        "Q",
    ),
    "d:z": (r"\delta", r"\Delta"),
    "d:a": (r"\bar a", r"\bar A"),
    "gamma": (r"\gamma",),
    "beta": (r"\beta",),
}
"""The letters that authors use for each kind of value, beside those of a notation."""

HIDDEN = ("h", "H")
"""Letters of hidden values, never of the output."""


@dataclass(frozen=True)
class Meaning:
    """A value of the network, or ∂of/∂value where `of` is given, or diag(σ′) of a pre-activation (`diagonal`)."""

    value: Value
    of: Value | None = None
    diagonal: bool = False


@dataclass(frozen=True)
class Naming:
    """The names of one derivation: spelled in a notation, and `bound` by what a file says they are."""

    derivation: Derivation
    profile: Profile
    bound: tuple[tuple[tuple[str, int | None], Meaning], ...] = ()

    @cached_property
    def meanings(self) -> Mapping[tuple[str, int | None], Meaning]:
        """(letter, number) ↦ what it stands for; the number is that of the author's layers, None without one."""
        found = dict(reversed(self.bound))
        for written, meaning in self._spelled():
            found.setdefault(_key(written), meaning)
        for meaning in dict.fromkeys(meaning for _, meaning in self._spelled()):
            for letter, number in self._usual(meaning):
                found.setdefault((letter, number), meaning)
        for letter, meaning in self._alone(found).items():
            found.setdefault((letter, None), meaning)
        return found

    def _alone(self, found: Mapping[tuple[str, int | None], Meaning]) -> dict[str, Meaning]:
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
        return alone

    def _spelled(self) -> Iterator[tuple[Written, Meaning]]:
        """Every value of the network as the notation spells it."""
        network = self.derivation.network
        context = Context(self.derivation, self.profile)
        for spelling, known in context.names.items():
            v = known.of
            if known.transposed or not isinstance(v, Value):
                continue
            pieces = [Token(text, 2 * at) for at, text in enumerate(spelling)]
            named = vocabulary(pieces, 0)
            if named is None or not isinstance(named[1], Written) or named[2] != len(pieces):
                continue
            mark, between, base = v.base.partition(":")
            if v.base == "D":
                pre = self._value("z", v.layer)
                if pre is not None:
                    yield named[1], Meaning(pre, diagonal=True)
            elif between:
                wrt = self._value(base, v.layer)
                if wrt is not None:
                    yield named[1], Meaning(wrt, self.derivation.objective if mark == "d" else network.output)
            else:
                yield named[1], Meaning(self._value(v.base, v.layer) or v)
        output = self._value(network.output.base, network.output.layer)
        if output is not None:
            yield Written(r"\hat y"), Meaning(output)

    def _value(self, base: str, layer: object) -> Value | None:
        return self._values.get((base, layer))

    @cached_property
    def _values(self) -> Mapping[tuple[str, object], Value]:
        network = self.derivation.network
        steps = [step.target for step in self.derivation.forward]
        found = {(v.base, v.layer): v for v in (network.input, *network.parameters, *network.data, *steps)}
        found.setdefault(("x", None), network.input)
        return found

    def _usual(self, meaning: Meaning) -> Iterator[tuple[str, int | None]]:
        """The usual letters of a value with its number, the layers counted as the notation counts them."""
        letters = LETTERS
        v = meaning.value
        number = None if v.layer is None else int(v.layer) + self.offset
        if meaning.diagonal or (meaning.of is not None and meaning.of != self.derivation.objective):
            return
        if meaning.of is not None:
            yield from ((letter, number) for letter in letters.get(f"d:{v.base}", ()))
        elif v == self.derivation.network.input:
            yield from ((letter, None) for letter in letters["x"])
            yield from ((letter, self.offset) for letter in letters["a"])
        else:
            yield from ((letter, number) for letter in letters.get(v.base, ()))
        if meaning.of is None and v == self.derivation.network.output:
            yield from ((letter, None) for letter in letters["output"])

    @cached_property
    def offset(self) -> int:
        """What the author's numbers of layers are more than ours: 1 where a^{[1]} is x."""
        found = [
            number - int(meaning.value.layer)
            for written, meaning in self._spelled()
            if meaning.value.base == "W"
            and meaning.of is None
            and (number := _key(written)[1]) is not None
            and meaning.value.layer is not None
        ]
        return min(found, default=0)

    @cached_property
    def last(self) -> int:
        """The author's number of the last layer: what L stands for."""
        numbers = [n for (_, n), meaning in self.meanings.items() if n is not None and meaning.value.base == "W"]
        return max(numbers, default=1)

    @cached_property
    def sizes(self) -> Mapping[str, Symbol]:
        """The letters of sizes and hyperparameters."""
        parts = [part for step in self.derivation.forward for part in (step.expr, *step.target.shape)]
        symbols = {s for part in (*parts, *self.derivation.network.input.shape) for s in part.free_symbols}
        found = {s.name: s for s in symbols if type(s) is Symbol}
        found.setdefault("N", SAMPLES)
        return found


def _key(written: Written) -> tuple[str, int | None]:
    """The letter and the number of a name that a notation spells; its indices are numbers."""
    numbers = [index.number for index in written.indices if not index.letters]
    return written.base, numbers[0] if numbers else None


def layer_of(written: Written) -> Index | None:
    """The index of its layer, where the author writes one above, or one below that is no entry."""
    return written.above[0] if written.above else written.below[0] if written.below else None
