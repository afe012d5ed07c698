"""Jacobians of all samples at once, as NumPy source: stacks of matrices of shape (N, K, m).

A Jacobian program is derived for one sample, where z^{[l]} is a column. In code the columns of all samples stand side
by side (or as rows one below the other), so a column becomes a stack of columns, diag(v) scales, and matrix products
broadcast over the samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import DiagMatrix, Identity, MatAdd, MatMul, OneMatrix, Transpose
from sympy.matrices.expressions.matexpr import MatrixExpr

from codegen.body import Body
from codegen.comments import WIDTH
from codegen.layout import assignment
from codegen.numpy_printer import NumPyPrinter
from codegen.scalars import ATOM, MATMUL, PRODUCT, SUM, Source, bracketed, matmul
from symbolic.algebra.build import coefficient_and_matrix
from symbolic.algebra.groups import LogSoftmax, Softmax, is_uniform
from symbolic.algebra.nodes import Elementwise
from symbolic.algebra.program import Program, Step, values_in
from symbolic.algebra.rebuild import rebuild
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import SAMPLES, Value
from symbolic.calculus.forms import as_rows, is_cotangent, row
from symbolic.networks.build import Network


def jacobian_steps(program: Program) -> tuple[Step, ...]:
    """The Jacobian program in numerator layout, J^{[l]} of shape (K, n_l), diagonals put in where they are used."""
    *inner, last = program
    put_in: dict[Value, MatrixExpr] = {}
    kept: list[Step] = []
    for step in inner:
        expr = rebuild(step.expr, put_in)
        if isinstance(expr, Identity | DiagMatrix | Elementwise | Value):
            put_in[step.target] = expr
        else:
            kept.append(Step(step.target, expr, step.rule))
    kept.append(Step(last.target, rebuild(last.expr, put_in), last.rule))
    return tuple(Step(row(step.target), as_rows(step.expr), step.rule) for step in kept)


@dataclass(frozen=True)
class JacobianBody(Body):
    """The body of a function that returns Jacobians."""

    def assigned(self, target: Value, expr: MatrixExpr, indent: int) -> list[str]:
        """`J1 = expr`, in several lines where it is too long for one."""
        if not is_cotangent(target):
            return super().assigned(target, expr, indent)
        name = self.names.value(target)
        if len(f"{name} = ") + self._width(expr) + indent <= WIDTH:
            return [f"{name} = {JacobianPrinter(self.printer).print(expr)}"]
        return assignment(name, JacobianPrinter(self.printer).print(expr), WIDTH - indent)

    def _width(self, expr: MatrixExpr) -> int:
        return len(JacobianPrinter(self.trial).print(expr))

    def returned(self, step: Step) -> list[str]:
        """The last assignment and `return`, one matrix for each sample even where all are the same."""
        *lines, last = super().returned(step)
        if self._varies(step):
            return [*lines, last]
        shape = ", ".join(self.names.size(n) for n in (SAMPLES, *step.target.shape))
        return [*lines, f"return np.broadcast_to({last.removeprefix('return ')}, ({shape})).copy()"]

    def _varies(self, step: Step) -> bool:
        """Whether a Jacobian differs from sample to sample: some step on its way names a value that does."""
        steps = {other.target: other for other in self.steps if is_cotangent(other.target)}
        pending, met = [step.target], set()
        while pending:
            target = pending.pop()
            met.add(target)
            named = values_in(self.rewritten(steps[target]).expr)
            if any(not is_cotangent(v) and not is_constant(v, self.names.network) for v in named):
                return True
            pending += [v for v in named if v in steps and v not in met]
        return False


def is_constant(v: Value, network: Network) -> bool:
    """Whether a value is the same for all samples: a parameter, or a statistic that is given or follows from one."""
    return v.base in network.parameter_letters or v.name in network.constant_names


@dataclass(frozen=True)
class JacobianPrinter:
    """Writes Jacobian expressions; `columns` writes what is a column for each sample."""

    columns: NumPyPrinter

    def print(self, expr: MatrixExpr) -> str:
        """The expression as source of one matrix for each sample, or of one for all where they are the same."""
        return self._source(expr)[0]

    def _source(self, expr: MatrixExpr) -> Source:
        coefficient, bare = coefficient_and_matrix(expr)
        return self.columns.scalars().scaled(coefficient, self._bare(bare))

    def _bare(self, expr: MatrixExpr) -> Source:
        if isinstance(expr, MatAdd):
            return " + ".join(bracketed(self._source(term), MATMUL) for term in expr.args), SUM
        if isinstance(expr, MatMul):
            return self._product(expr.args)
        if isinstance(expr, DiagMatrix):
            eye = self.columns.at(Identity(expr.shape[0]), ATOM)
            return f"{self._laid(expr.args[0], _COLUMNS)} * {eye}", PRODUCT
        if isinstance(expr, OneMatrix):
            return f"np.ones({self.columns.shape(expr)}, dtype=x.dtype)", ATOM
        if self._is_stack(expr):
            return self._laid(expr, _ROWS), ATOM
        if self._is_stack(turned := transpose(expr)):
            return self._laid(turned, _COLUMNS), ATOM
        return self.columns.full(expr)

    def _is_stack(self, expr: MatrixExpr) -> bool:
        """Whether an expression is a column for each sample."""
        one_column = expr.shape[1] == 1 and not isinstance(expr, Transpose)
        network = self.columns.names.network
        named = [v for v in values_in(expr) if not is_cotangent(v)]
        whole = len(named) == len(values_in(expr)) and all(v.shape[1] == 1 for v in named)
        return one_column and whole and any(not is_constant(v, network) for v in named)

    def _product(self, factors: tuple[MatrixExpr, ...]) -> Source:
        """A B ⋯; a diagonal scales the columns of what stands on its left, or else the rows of all that follows."""
        first, *rest = factors
        if isinstance(first, DiagMatrix) and rest:
            following = self._product(tuple(rest))
            return f"{self._laid(first.args[0], _ROWS)} * {bracketed(following, PRODUCT)}", PRODUCT
        source = self._source(first)
        for factor in rest:
            if isinstance(factor, DiagMatrix):
                source = f"{bracketed(source, PRODUCT)} * {self._laid(factor.args[0], _COLUMNS)}", PRODUCT
            else:
                source = matmul(source, self._source(factor))
        return source

    def _laid(self, column: MatrixExpr, axes: str) -> str:
        """A column for each sample, or one for all, laid along an axis of the matrices in a stack."""
        columns = self.columns.names.network.axis == 0
        constant = all(is_constant(v, self.columns.names.network) for v in values_in(column))
        if not columns:
            column = column.replace(_is_softmax, lambda node: node.func(node.operand, 1 - node.axis))
        text = self.columns.column(column) if is_uniform(column) else self.columns.at(column, ATOM)
        return f"{text}{'.T' if columns or constant else ''}{axes}"


def _is_softmax(node: Any) -> bool:
    return isinstance(node, Softmax | LogSoftmax)


_ROWS, _COLUMNS = "[:, :, np.newaxis]", "[:, np.newaxis, :]"
"""Which axis of the matrices in a stack a row for each sample is laid along."""
