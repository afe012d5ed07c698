"""Formulas at small sizes: each form of a gradient evaluated in every entry and compared with scalar calculus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

from sympy import Add, DiagMatrix, ImmutableDenseMatrix, Integer, Sum

from symbolic.algebra.entries import Cases, Entry
from symbolic.algebra.explicit import explicit
from symbolic.algebra.program import Layers
from symbolic.algebra.values import DEPTH, LAYER, Value, diagonal
from symbolic.calculus.forms import is_cotangent, partials_in, row, with_local_jacobians
from symbolic.derivation import COL, ROW, Derivation, Target
from symbolic.errors import SymbolicError
from symbolic.networks.spec import Layout
from symbolic.proof.instance import Environment, Instance
from symbolic.proof.mutations import Mutant
from symbolic.proof.scalars import equal


@dataclass(frozen=True)
class Formula:
    """A gradient in one of its forms. `named` says whether the cotangents of z or those of a have names."""

    form: str
    expr: Any
    layout: Layout = "denominator"
    named: str = "z"

    def __str__(self) -> str:
        plain = self.form if self.named == "z" else f"{self.form} in ∂C/∂{self.named}"
        return plain if self.layout == "denominator" else f"{plain} (numerator)"


LAYOUTS: tuple[Layout, ...] = ("denominator", "numerator")

MUTATED = ("recurrence", "closed", "chain")
"""The forms whose mutants must be rejected; of other layouts and names for cotangents, only the truth is shown."""


def formulas(derivation: Derivation, name: str) -> Iterator[Formula]:
    """Every form in which a gradient can be asked for. A closed form that the tool refuses for its size is left out."""
    for layout in LAYOUTS:
        yield Formula("recurrence", derivation.expression(name, "recurrence", layout), layout)
        try:
            yield Formula("closed", derivation.expression(name, "closed", layout), layout)
        except SymbolicError:
            continue
    yield Formula("recurrence", derivation.expression(name, named="a"), named="a")
    yield Formula("entries", derivation.expression(name, "entries"))
    if derivation.network.samples == 1:
        chain = derivation.chain(name)
        yield Formula("chain", with_local_jacobians(chain, derivation.forward, named=False))
        yield Formula("chain of ∂u/∂v", chain)
        yield Formula("chain of ∂u/∂v throughout", derivation.chain(name, partials=True))


@dataclass
class Evaluation:
    """A derivation at small sizes, ready to evaluate formulas; what it has computed it keeps."""

    instance: Instance
    _environments: dict[Any, Environment] = field(default_factory=dict)
    _truths: dict[Any, ImmutableDenseMatrix] = field(default_factory=dict)

    def truth(self, target: Target, layer: int | None = None) -> ImmutableDenseMatrix:
        """The gradient by scalar calculus."""
        if (target, layer) not in self._truths:
            self._truths[target, layer] = self.instance.truth(target, layer)
        return self._truths[target, layer]

    def environment(self, mark: str, named: str = "z", layout: Layout = "denominator") -> Environment:
        """The forward values, and the cotangents of one sweep: as columns, or transposed under the names of rows."""
        key = mark, named, layout
        if key not in self._environments:
            if layout == "numerator":
                given = self.environment(mark, named)
                rows = {row(v): written.T for v, written in given.items() if is_cotangent(v)}
                self._environments[key] = {**given, **rows}
            else:
                program = self.instance.derivation.recurrence(mark, named)
                self._environments[key] = {**self.diagonals, **self.instance.with_cotangents(program)}
        return self._environments[key]

    @cached_property
    def diagonals(self) -> Environment:
        """D^{[1]}, …, D^{[L]} of closed forms for symbolic depth: each is the local Jacobian that it is a name for."""
        instance = self.instance
        found: Environment = {}
        if instance.derivation.network.samples != 1:
            return found
        for factor, expr in instance.derivation.local_derivatives.items():
            if isinstance(expr, DiagMatrix) and factor.above.layer == LAYER:
                for layer in instance.layers(Layers(Integer(1), DEPTH)):
                    name = instance.concrete(diagonal("D", factor.above.rows, LAYER), layer)
                    found[name] = instance.partial(instance.concrete(factor, layer))
        return found

    def holds(self, target: Target, formula: Formula, layer: int | None = None) -> bool:
        """Whether a formula equals the gradient in every entry."""
        truth = self.truth(target, layer)
        if formula.layout == "numerator":
            truth = truth.T
        given = self.environment(target.mark, formula.named, formula.layout)
        expr = self.instance.concrete(formula.expr, layer)
        if formula.form == "entries":
            return self.same(truth, by_entries(expr, truth.shape, given))
        if formula.form.startswith("chain of"):
            given = {**given, **{p: self.instance.partial(p) for p in partials_in(expr)}}
        if expr.shape == (truth.rows * truth.cols, 1):
            truth = stacked(truth)
        return self.same(truth, explicit(expr, given))

    def same(self, truth: Any, written: Any) -> bool:
        """Whether two written matrices are equal for all values of their symbols and all undefined functions."""
        flat = self.instance.flattening.flat
        return bool(truth.shape == written.shape) and all(map(equal, truth, written.applyfunc(flat)))

    def rejects(self, truth: Any, mutant: Mutant, mark: str) -> bool | None:
        """Whether the proof refuses a mutant: by its sizes, or because an entry differs.

        A mutant that it accepts is held against the truth in numbers. If they agree, the mutant is no wrong formula
        but the right one in other words, and the answer is None: W1ᵀ J = W1ᵀ where J happens to be I, say.
        """
        if mutant.expr is None:
            return True
        wrong = explicit(mutant.expr, self.environment(mark)).applyfunc(self.instance.flattening.flat)
        if not self.same(truth, wrong):
            return True
        number = self.instance.point.number
        return None if truth.applyfunc(number) == wrong.applyfunc(number) else False

    def neighbours(self, v: Value) -> list[Value]:
        """The values of the same letter one layer down and one layer up, where the network has them."""
        around = () if v.layer is None else (v.layer - 1, v.layer + 1)
        known = self.environment(v.base[0] if is_cotangent(v) else "d")
        return [w for w in known if w.base == v.base and w.layer in around]


def stacked(matrix: Any) -> Any:
    """vec A: the columns of A one below the other."""
    return matrix.T.reshape(matrix.rows * matrix.cols, 1)


def by_entries(expr: Any, shape: tuple[int, int], given: Environment) -> ImmutableDenseMatrix:
    """The matrix whose entry (i, j) is a scalar expression in i and j."""
    return ImmutableDenseMatrix(*shape, lambda i, j: summed(expr.xreplace({ROW: i + 1, COL: j + 1}), given))


def summed(expr: Any, given: Environment) -> Any:
    """A scalar expression with its sums added up and its entries looked up."""
    if isinstance(expr, Entry):
        return explicit(expr.matrix, given)[expr.row - 1, expr.col - 1]
    if isinstance(expr, Cases):
        return summed(expr.piecewise, given)
    if isinstance(expr, Sum):
        names = [k for k, _, _ in expr.limits]
        ranges = [range(int(first), int(last) + 1) for _, first, last in expr.limits]
        places = [dict(zip(names, map(Integer, at), strict=True)) for at in product(*ranges)]
        return Add(*[summed(expr.function.xreplace(place), given) for place in places])
    return expr.func(*[summed(a, given) for a in expr.args]) if expr.args else expr
