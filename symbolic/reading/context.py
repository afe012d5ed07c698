"""What the names in a formula mean: the vocabulary of one derivation in one author's notation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from typing import Any

import sympy
from sympy import Expr, Integer, KroneckerDelta, Symbol

from symbolic.algebra.entries import Entry
from symbolic.algebra.functions import NamedFunction, prime
from symbolic.algebra.nodes import Elementwise
from symbolic.algebra.program import values_in
from symbolic.algebra.values import LAYER, Diagonal, Partial, Value
from symbolic.calculus.forms import row
from symbolic.derivation import Derivation
from symbolic.errors import UnknownNameError
from symbolic.networks.spec import Layout
from symbolic.notation.markup import LATEX
from symbolic.notation.names import Names
from symbolic.notation.printer import Printer
from symbolic.notation.profile import Profile
from symbolic.notation.scalars import Scalars
from symbolic.reading.lexer import Found, numbered
from symbolic.reading.nodes import Node
from symbolic.reading.patterns import (
    ABOVE,
    BELOW,
    COL,
    ELEMENTARY,
    PARTIALS,
    ROW,
    Spelling,
    condition,
    longest,
    matched_indices,
    spelled,
)
from symbolic.reading.tokens import Token


@dataclass(frozen=True)
class Known:
    """A name of the derivation: a matrix (`transposed` where the sign is in the name), an entry, a size, or ∂u/∂v."""

    of: Any
    transposed: bool = False


@dataclass(frozen=True)
class Context:
    """One derivation as an author writes it: what `read_latex` needs to know what names mean.

    For the formulas about one sample that the derivation of a batch has (Jacobians, chains), give `derivation.single`.
    """

    derivation: Derivation
    profile: Profile
    layout: Layout = "denominator"

    # -- the vocabulary

    def vocabulary(self, pieces: Sequence[Token], position: int) -> Found | None:
        """The longest name or function that begins at a position."""
        found = [
            self._partial_at(pieces, position),
            self._entry_at(pieces, position),
            self._kronecker_at(pieces, position),
            self._name_at(pieces, position),
            self._function_at(pieces, position),
        ]
        return max((f for f in found if f), key=lambda f: f[2], default=None)

    def _name_at(self, pieces: Sequence[Token], position: int) -> Found | None:
        spelling = longest(self.names, pieces, position)
        if spelling is None or (len(spelling) == 1 and self._is_numbered_index(pieces, position)):
            return None
        return "NAME", self.names[spelling], len(spelling)

    def _is_numbered_index(self, pieces: Sequence[Token], position: int) -> bool:
        """Whether the letter of a size stands for a summation index: p2, and not 2p."""
        size = isinstance(self.names[pieces[position].text,].of, Symbol)
        return size and numbered(pieces, position)

    def _function_at(self, pieces: Sequence[Token], position: int) -> Found | None:
        spelling = longest(self.functions, pieces, position)
        if spelling is None:
            return None
        function, taken = self.functions[spelling], len(spelling)
        called = position + taken < len(pieces) and pieces[position + taken].text == "("
        if _is_named(function) and not called:  # an activation is called; tanh z without brackets is the elementary one
            function = _elementary().get(spelling)
        return None if function is None else ("FUNCTION", function, taken)

    def _partial_at(self, pieces: Sequence[Token], position: int) -> Found | None:
        """∂u/∂v, in denominator layout the transpose of what Partial means."""
        for template in self._partials:
            bound: dict[str, Value] = {}
            at = position
            for part in template:
                if part in (ABOVE, BELOW):
                    name = self._value_at(pieces, at)
                    if name is None:
                        break
                    bound[part], at = name[0], at + name[1]
                elif at < len(pieces) and pieces[at].text == part:
                    at += 1
                else:
                    break
            else:
                partial = Partial(bound[ABOVE], bound[BELOW])
                return "NAME", Known(partial, self.layout == "denominator"), at - position
        return None

    def _value_at(self, pieces: Sequence[Token], position: int) -> tuple[Value, int] | None:
        found = self._name_at(pieces, position)
        if found is None or not isinstance(found[1].of, Value) or found[1].transposed:
            return None
        return found[1].of, found[2]

    def _entry_at(self, pieces: Sequence[Token], position: int) -> Found | None:
        """W^{[1]}_{ij}: the entry of a matrix, its indices letters or numbers."""
        best: Found | None = None
        for pattern, v in self._entries.get(pieces[position].text, ()):
            found = matched_indices(pattern, pieces, position)
            if found is not None and (best is None or found[1] > best[2]):
                bound, taken = found
                at = [bound.get(mark, Integer(1)) for mark in (ROW, COL)]
                best = "NAME", Known(Entry(v, *at)), taken
        return best

    def _kronecker_at(self, pieces: Sequence[Token], position: int) -> Found | None:
        found = matched_indices((r"\delta", "_", "{", ROW, COL, "}"), pieces, position)
        if found is None:
            return None
        bound, taken = found
        return "NAME", Known(KroneckerDelta(bound[ROW], bound[COL])), taken

    # -- names

    @cached_property
    def names(self) -> Mapping[Spelling, Known]:
        """Every name that formulas of the derivation hold, by its tokens."""
        found: dict[Spelling, Known] = {}
        for v in chain(self.values, () if self.single is None else self.single.values):
            name = spelled(self._names.value(v))
            found.setdefault(name, Known(v))
            if name[-1] == "}" and "^" in name:
                for sign in ("T", r"\top"):
                    found.setdefault((*name[:-1], sign, "}"), Known(v, transposed=True))
        for n in (*self._sizes, sympy.pi, sympy.E):
            found.setdefault(spelled(self._scalars.print(n)), Known(n))
        return found

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """Every matrix with a name: forward values, x, y, data, parameters; cotangents, in numerator layout as rows."""
        network = self.derivation.network
        forward = [network.input, *network.parameters, *network.data]
        x = Value("x", network.input.rows, network.input.cols, ())
        for step in self.derivation.forward:
            forward += [step.target, *values_in(step.expr)]
        if self.derivation.spec.symbolic_depth:
            forward += [v.subs(LAYER, LAYER + move) for v in forward for move in (-1, 1)]
        forward = list(dict.fromkeys(forward))
        diagonals = [Diagonal("D", v.rows, v.rows, v.args[3]) for v in forward if v.base == "z"]
        return tuple(dict.fromkeys([*forward, x, *self._cotangents([*forward, x]), *diagonals]))

    def _cotangents(self, forward: Iterable[Value]) -> Iterator[Value]:
        """The cotangents of all forward values: from the objective, from a scalar output, and for a Jacobian.

        First those that the author names; an author may use their letter for others that no formula of his holds.
        """
        network = self.derivation.network
        for v in sorted(forward, key=lambda v: v.base != self.profile.named):
            cols = {"d": v.cols, "g": v.cols}
            if network.samples == 1:
                cols["J"] = network.units(network.output)
            for mark, width in cols.items():
                if f"{mark}:{v.base}" in self.profile.names:
                    cotangent = Value(f"{mark}:{v.base}", v.rows, width, v.args[3])
                    yield row(cotangent) if self.layout == "numerator" else cotangent

    @cached_property
    def single(self) -> Context | None:
        """The names for one sample, where this is a batch whose samples are not coupled."""
        if self.derivation.network.samples == 1 or self.derivation.network.couples_samples:
            return None
        return Context(self.derivation.single, self.profile, self.layout)

    @cached_property
    def at_sample(self) -> Mapping[Value, Value]:
        """The matrices whose names for a batch and for one sample are the same ↦ those of one sample."""
        if self.single is None:
            return {}
        ours = {known.of: name for name, known in self.names.items() if not known.transposed}
        theirs = {spelled(self._names.value(v)): v for v in reversed(self.single.values)}
        return {v: theirs[name] for v, name in ours.items() if isinstance(v, Value) and name in theirs}

    @cached_property
    def _sizes(self) -> tuple[Expr, ...]:
        """The symbols of sizes, and those of hyperparameters."""
        shapes = [n for v in self.values for n in v.shape]
        indexed = {n for shape in shapes for n in shape.atoms(sympy.Indexed)}
        within = {s for n in indexed for s in n.free_symbols}
        bodies = [f.body for step in self.derivation.forward for f in step.expr.atoms(Elementwise)]
        factors = [f for step in self.derivation.forward for f in step.expr.atoms(Expr) if not _is_matrix(f)]
        written = [part for f in self.named_functions for part in (f.definition, f.neat, f.primed) if part is not None]
        given = [parameter for f in self.named_functions for _, parameter in f.parameters]
        symbols = {s for part in (*shapes, *bodies, *factors, *written, *given) for s in part.atoms(Symbol)} - within
        return tuple(sorted({*indexed, *(s for s in symbols if not s.is_Dummy)}, key=str))

    @cached_property
    def _entries(self) -> Mapping[str, list[tuple[Spelling, Value]]]:
        """The patterns of entries of all matrices, by their first token."""
        found: dict[str, list[tuple[Spelling, Value]]] = {}
        marks = [Symbol(ROW), Symbol(COL)]
        for v in chain(self.values, () if self.single is None else self.single.values):
            at = [Integer(1) if n == 1 else mark for n, mark in zip(v.shape, marks, strict=True)]
            pattern = spelled(self._names.entry(Entry(v, *at)))
            if any(mark in pattern for mark in (ROW, COL)):
                found.setdefault(pattern[0], []).append((pattern, v))
        return found

    @cached_property
    def _partials(self) -> tuple[Spelling, ...]:
        """The ways to write ∂u/∂v as tokens, the author's first."""
        templates = dict.fromkeys((self.profile.partial[LATEX.position], *PARTIALS))
        return tuple(spelled(t.replace("@", ABOVE).replace("%", BELOW)) for t in templates)

    # -- functions

    @cached_property
    def functions(self) -> Mapping[Spelling, Any]:
        """Functions by their tokens: those of the network, named by the author, and the elementary ones."""
        found: dict[Spelling, Any] = {}
        orders = [(order, f) for named in self.named_functions for order, f in enumerate(_derivatives(named))]
        for _, function in orders:
            written = spelled(self._scalars.print(function(Symbol(ABOVE))))
            if written[-3:] == ("(", ABOVE, ")"):
                found.setdefault(written[:-3], function)
        for order, function in orders:  # by the bare name, too, where no other function has it: softplus for softplus_β
            found.setdefault(spelled(function.spelling.latex + "'" * order), function)
        return {**_elementary(), **found}

    @cached_property
    def named_functions(self) -> tuple[type[NamedFunction], ...]:
        """The functions of the network's layers, and those that their derivatives are: softplus′ = σ."""
        bodies = [f.body for step in self.derivation.forward for f in step.expr.atoms(Elementwise)]
        found = _functions_in(bodies)
        derivatives = [function.neat for function in found if function.neat is not None]
        others = [f for f in _functions_in(derivatives) if f.order == 0]
        return tuple(dict.fromkeys([*found, *others]))

    @cached_property
    def conditions(self) -> tuple[tuple[Node, type[NamedFunction]], ...]:
        """The conditions, with a hole for the argument, under which a derivative is 1, and that derivative."""
        primed = [prime(function) for function in self.named_functions]
        written = {f.spelling.indicator: f for f in primed if f.spelling.indicator}
        return tuple((condition(text), function) for text, function in written.items())

    def function(self, label: str) -> type[NamedFunction]:
        """The function of the network that is called `label`. Raises UnknownNameError where there is none."""
        for function in self.named_functions:
            if function.label == label:
                return function
        raise UnknownNameError(f"{self.derivation.spec.name}: no layer has the activation {label}")

    @cached_property
    def _scalars(self) -> Scalars:
        network = self.derivation.network
        return Printer(self.profile, LATEX, network.output, self.derivation.sizes, self.layout).scalars

    @property
    def _names(self) -> Names:
        return self._scalars.names


def _functions_in(bodies: Iterable[Any]) -> list[Any]:
    """The named functions that scalar expressions apply, each once."""
    return list(dict.fromkeys(type(f) for body in bodies for f in sorted(body.atoms(NamedFunction), key=str)))


@cache
def _elementary() -> Mapping[Spelling, Any]:
    """The functions that every author writes in one way, by their tokens."""
    return {spelled(text): function for text, function in ELEMENTARY.items()}


def _derivatives(function: type[NamedFunction]) -> tuple[type[NamedFunction], ...]:
    """σ, σ′ and σ″."""
    return function, prime(function), prime(prime(function))


def _is_named(function: Any) -> bool:
    return isinstance(function, type) and issubclass(function, NamedFunction)


def _is_matrix(expr: Any) -> bool:
    return bool(getattr(expr, "is_Matrix", False))
