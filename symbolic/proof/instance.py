"""A derivation at small sizes: every matrix written out in scalar symbols, every gradient found by scalar calculus.

The matrix rules have no part in this. The forward program is run on matrices of symbols, and each entry of a gradient
is SymPy's own derivative of the scalar that came out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any

from sympy import Expr, Identity, ImmutableDenseMatrix, Indexed, Integer, MatMul, Symbol
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import factors_of, mul
from symbolic.algebra.explicit import explicit
from symbolic.algebra.groups import Grouped, LogSoftmax, Softmax, definition
from symbolic.algebra.nodes import Fold, OrderedProduct, Total
from symbolic.algebra.program import Program, Step, values_in
from symbolic.algebra.rebuild import reconstruct
from symbolic.algebra.values import DEPTH, LAYER, ColumnDistribution, Partial, RowDistribution, Value, size
from symbolic.derivation import Derivation, Target
from symbolic.proof.scalars import Flattening, Point

Environment = dict[Any, Any]


@dataclass
class Instance:
    """A derivation with an integer for each of its sizes (and for its depth, where that is symbolic)."""

    derivation: Derivation
    sizes: Mapping[Expr, int]
    depth: int | None = None
    flattening: Flattening = field(default_factory=Flattening)

    # -- expressions and programs at these sizes

    def concrete(self, expr: Any, layer: int | None = None) -> Any:
        """The expression at these sizes, ordered products and folds written out."""
        at = {DEPTH: self.depth, LAYER: layer}
        here = expr.xreplace({symbol: Integer(k) for symbol, k in at.items() if k is not None})
        return unrolled(here).xreplace({n: Integer(value) for n, value in self.sizes.items()})

    def steps(self, program: Iterable[Step]) -> list[Step]:
        """The steps of a program, a range of layers as one step for each."""
        return [
            Step(self.concrete(step.target, layer), self.concrete(step.expr, layer), step.rule)
            for step in program
            for layer in self.layers(step.over)
        ]

    def layers(self, over: Any) -> list[int | None]:
        """The layers in a range; a single None where there is no range."""
        if over is None:
            return [None]
        first, last = (int(bound.subs(DEPTH, self.depth)) for bound in (over.first, over.last))
        return list(range(first, last + 1))

    # -- what the matrices are

    @cached_property
    def forward(self) -> list[Step]:
        """The forward program at these sizes."""
        return self.steps(self.derivation.forward)

    @cached_property
    def leaves(self) -> Environment:
        """The matrices that nothing computes (parameters, x and y), each entry a symbol of its own."""
        computed = {step.target for step in self.forward}
        values = dict.fromkeys(v for step in self.forward for v in values_in(step.expr) if v not in computed)
        return {v: _distributed(v, _symbols(v.name, v)) for v in values}

    @cached_property
    def deep(self) -> Environment:
        """Every forward value as nested expressions in the symbols of the leaves."""
        return run(self.forward, self.leaves)

    @cached_property
    def shallow(self) -> Environment:
        """Every forward value with each σ(…) named by a symbol."""
        return run(self.forward, self.leaves, self.flattening.flat)

    def with_cotangents(self, program: Program) -> Environment:
        """The forward values and the cotangents that an adjoint program computes from them."""
        return run(self.steps(program), self.shallow, self.flattening.flat)

    @cached_property
    def point(self) -> Point:
        """Numbers for all symbols."""
        return Point(self.flattening)

    # -- scalar calculus

    def truth(self, target: Target, layer: int | None = None) -> ImmutableDenseMatrix:
        """The gradient by its definition: ∂C/∂W_pq, entry by entry; for a batch, ∂a_n/∂x_pn for each sample n.

        For a Jacobian, column i is the gradient of output i.
        """
        of = self.deep[self.concrete(target.of)]
        wrt = self.leaves[self.concrete(target.wrt, layer)]
        rows, cols = wrt.shape
        if target.mark == "J":
            return self._matrix(rows, of.rows, lambda p, i: of[i, 0].diff(wrt[p, 0]))
        if target.mark == "g":
            return self._matrix(rows, cols, lambda p, n: of[0, n].diff(wrt[p, n]))
        assert of.shape == (1, 1), f"{target.of} is no scalar"
        return self._matrix(rows, cols, lambda p, q: of[0, 0].diff(wrt[p, q]))

    def partial(self, partial: Partial) -> ImmutableDenseMatrix:
        """∂u_i/∂v_j by definition, from the step that computes u; vec v stacks the columns of v."""
        step = next(step for step in self.forward if step.target == partial.above)
        v = partial.below
        free = _symbols("v", v)
        above = explicit(step.expr, self._with_statistics({**self.shallow, v: free}))
        back = dict(zip(free, self.shallow[v], strict=True))
        columns = [free[p, q] for q in range(free.cols) for p in range(free.rows)]
        return self._matrix(above.rows, len(columns), lambda i, j: above[i, 0].diff(columns[j]).xreplace(back))

    def _with_statistics(self, given: Environment) -> Environment:
        """The values with the means and deviations of norms computed from them: those are no variables of their own."""
        for step in self.forward:
            if step.rule in ("mean", "deviation"):
                given[step.target] = explicit(step.expr, given)
        return given

    def _matrix(self, rows: int, cols: int, entry: Any) -> ImmutableDenseMatrix:
        return ImmutableDenseMatrix(rows, cols, lambda i, j: self.flattening.flat(entry(int(i), int(j))))


def run(steps: Iterable[Step], given: Mapping[Any, Any], flat: Any = lambda entry: entry) -> Environment:
    """Every value that the steps compute, in whatever order they can be computed."""
    environment, pending = dict(given), list(steps)
    while pending:
        ready = [step for step in pending if all(v in environment for v in values_in(step.expr))]
        if not ready:
            raise KeyError(f"{pending[0].target}: nothing computes what it is computed from")
        for step in ready:
            environment[step.target] = explicit(step.expr, environment).applyfunc(flat)
        pending = [step for step in pending if step.target not in environment]
    return environment


def unrolled(expr: Any) -> Any:
    """The expression with ordered products and folds over integer ranges written out."""
    if not getattr(expr, "is_Matrix", False) or expr.is_symbol or not expr.atoms(OrderedProduct, Fold):
        return expr
    if isinstance(expr, OrderedProduct):
        first, last, step = int(expr.first), int(expr.last), int(expr.step)
        factors = [unrolled(expr.at(layer)) for layer in range(first, last + step, step)]
        return mul(*factors) if factors else Identity(expr.shape[0])
    if isinstance(expr, Fold):
        inner: MatrixExpr = unrolled(expr.start)
        for layer in range(int(expr.last), int(expr.first) - 1, -1):
            inner = unrolled(expr.at(layer, inner))
        return inner
    return reconstruct(expr, tuple(unrolled(a) for a in expr.args))


def _distributed(v: Value, symbols: ImmutableDenseMatrix) -> ImmutableDenseMatrix:
    """The symbols, the last of each group 1 minus the others where the entries of a value sum to 1."""
    rows, cols = symbols.shape
    if isinstance(v, ColumnDistribution):
        return ImmutableDenseMatrix(
            rows, cols, lambda i, j: symbols[i, j] if i < rows - 1 else 1 - sum(symbols[:i, j], Integer(0))
        )
    if isinstance(v, RowDistribution):
        return ImmutableDenseMatrix(
            rows, cols, lambda i, j: symbols[i, j] if j < cols - 1 else 1 - sum(symbols[i, :j], Integer(0))
        )
    return symbols


def _symbols(name: str, v: Value) -> ImmutableDenseMatrix:
    """The matrix of symbols W1_11, W1_12, …, shaped like v."""
    rows, cols = (int(n) for n in v.shape)
    return ImmutableDenseMatrix(rows, cols, lambda i, j: Symbol(f"{name}_{i + 1}{j + 1}", real=True))


# -- the choice of sizes


def open_sizes(derivation: Derivation, depth: int | None) -> list[Expr]:
    """The sizes that the spec leaves open, in the order of the forward program."""
    if depth is not None:
        return [size("n", Integer(layer)) for layer in range(depth + 1)] + _batch(derivation)
    steps = derivation.network.program
    network = derivation.network
    found = [network.units(v) for v in (network.input, *[step.target for step in steps])]
    found += [n for step in steps for n in step.target.shape if n != network.samples] + [network.samples]
    found = [letter for n in found for letter in _letters(n)]
    return list(dict.fromkeys(n for n in found if not n.is_Integer))


def _letters(n: Expr) -> list[Expr]:
    """The sizes that a size is made of: m and p for m + p, n for 2n."""
    return [letter for part in n.args for letter in _letters(part)] if n.is_Add or n.is_Mul else [n]


def _batch(derivation: Derivation) -> list[Expr]:
    return [] if derivation.network.samples == 1 else [derivation.network.samples]


def small(derivation: Derivation, depth: int | None = None, *, square: bool = False) -> Instance:
    """The derivation at sizes 2, 3, 4, … in the order of its layers; 2, 3, 2, … for a batch of 4, and at a depth.

    Neighbouring layers and the batch differ, so that 1/K is not 1/N and a matrix does not conform like its transpose.
    If `square`, all sizes are 2: everything conforms, and what is wrong is refuted by mathematics and not by its shape.
    """
    names, samples = open_sizes(derivation, depth), derivation.network.samples
    cycle = (2, 3, 4) if samples == 1 and depth is None else (2, 3)
    layers = [n for n in names if n != samples]
    sizes = {n: 2 if square else cycle[position % len(cycle)] for position, n in enumerate(layers)}
    fixed = derivation.spec.output.units if derivation.spec.output else None
    if depth is not None and isinstance(fixed, int):
        sizes[size("n", Integer(depth))] = fixed
    if samples != 1:
        sizes[samples] = 2 if square else 4
    return Instance(derivation, sizes, depth)


def described(instance: Instance) -> str:
    """n=2 m=3 K=2 N=2."""
    return " ".join(f"{_spelled(n)}={value}" for n, value in instance.sizes.items())


def _spelled(n: Expr) -> str:
    return f"{n.base}_{n.indices[0]}" if isinstance(n, Indexed) else str(n)


def effort(instance: Instance) -> int:
    """The symbols that the objective holds when written out, times those to differentiate it by; nothing is written."""
    weights: dict[MatrixExpr, int] = {}
    for step in instance.forward:
        weights[step.target] = _weight(step.expr, weights)
    last = instance.forward[-1].target
    leaves = dict.fromkeys(v for step in instance.forward for v in values_in(step.expr) if v not in weights)
    return weights[last] * int(last.rows * last.cols) * sum(int(v.rows * v.cols) for v in leaves)


EXPONENTIAL = 1_000
"""How much longer SymPy takes over quotients of exponentials, which are no polynomials, than over sums and products."""


def _weight(expr: MatrixExpr, weights: Mapping[MatrixExpr, int]) -> int:
    """How many symbols one entry of an expression holds."""
    if expr in weights or isinstance(expr, Value):
        return weights.get(expr, 1)
    if isinstance(expr, Grouped):
        exponential = isinstance(expr, Softmax | LogSoftmax)
        return _weight(definition(expr), weights) * (EXPONENTIAL if exponential else 1)
    inside = [_weight(a, weights) for a in expr.args if getattr(a, "is_Matrix", False)]
    if isinstance(expr, MatMul):
        return sum(inside) * prod(int(factor.shape[1]) for factor in factors_of(expr)[:-1])
    return sum(inside) * (int(expr.operand.rows * expr.operand.cols) if isinstance(expr, Total) else 1)
