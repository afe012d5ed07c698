"""Matrix expressions as NumPy source.

𝟏 is never built where NumPy broadcasts or sums instead: b 𝟏ᵀ beside a matrix is b, and Δ 𝟏 is a sum over columns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce, singledispatchmethod
from typing import Any, NamedTuple

from sympy import Identity, Integer, MatAdd, MatMul, OneMatrix, Transpose, ZeroMatrix
from sympy.matrices.expressions.matexpr import MatrixExpr

from codegen.names import Names
from codegen.scalars import ATOM, MATMUL, PRODUCT, SUM, Scalars, Source, bracketed, matmul
from symbolic.algebra.build import coefficient_and_matrix, factors_of, scale
from symbolic.algebra.groups import LogSoftmax, Placement, RootMeanScaled, Softmax, Standardized
from symbolic.algebra.nodes import Elementwise, Total, slot
from symbolic.algebra.program import values_in
from symbolic.algebra.values import Value
from symbolic.calculus.forms import is_cotangent
from symbolic.networks.functions import OUTPUT, TARGET, logarithms
from symbolic.notation.printer import stacked_blocks


class Part(NamedTuple):
    """Source of an array; along the axes in `short` it has length 1 and is left to broadcasting."""

    source: Source
    short: tuple[int, ...] = ()


@dataclass(frozen=True)
class NumPyPrinter:
    """Writes matrix expressions with the names of one function."""

    names: Names

    def print(self, expr: MatrixExpr) -> str:
        """The expression as source of an array of its full shape."""
        return self.full(expr)[0]

    def at(self, expr: MatrixExpr, strength: int) -> str:
        """The same, in brackets where it binds more weakly than its surroundings."""
        return bracketed(self.full(expr), strength)

    def full(self, expr: MatrixExpr) -> Source:
        """Source of an array of the full shape, and how strongly it binds."""
        return self._filled(expr, self._part(expr))

    def scalars(self, atoms: dict[Any, Source] | None = None, order: tuple[Any, ...] = ()) -> Scalars:
        """The printer of scalar expressions, sizes and helpers spelled as here."""
        return Scalars(self.names.size, self.names.see, atoms or {}, order)

    def _filled(self, expr: MatrixExpr, part: Part) -> Source:
        """Broadcast along the axes along which the part is short."""
        if part.short == (0, 1) and part.source[0] == "1.0":
            return f"np.ones({self.shape(expr)}, dtype=x.dtype)", ATOM
        if part.short == (0, 1):
            return f"np.full({self.shape(expr)}, {part.source[0]}, dtype=x.dtype)", ATOM
        text, strength = part.source
        for axis in part.short:
            text, strength = f"np.repeat({text}, {self.names.size(expr.shape[axis])}, axis={axis})", ATOM
        return text, strength

    def column(self, expr: MatrixExpr) -> str:
        """The expression left as short as it is: s for 𝟏 s."""
        return bracketed(self._part(expr).source, ATOM)

    def shape(self, expr: MatrixExpr) -> str:
        """(m, N): the shape as source."""
        return f"({', '.join(self.names.size(n) for n in expr.shape)})"

    @singledispatchmethod
    def _part(self, expr: Any) -> Part:
        raise TypeError(f"no NumPy for {type(expr).__name__}: add it in codegen/numpy_printer.py")

    @_part.register
    def _(self, expr: Value) -> Part:
        return Part((self.names.value(expr), ATOM))

    @_part.register(Transpose)
    def _(self, expr: Transpose) -> Part:
        return Part((f"{self.at(expr.args[0], ATOM)}.T", ATOM))

    @_part.register(ZeroMatrix)
    def _(self, expr: ZeroMatrix) -> Part:
        return Part((f"np.zeros({self.shape(expr)}, dtype=x.dtype)", ATOM))

    @_part.register(Identity)
    def _(self, expr: Identity) -> Part:
        return Part((f"np.eye({self.names.size(expr.shape[0])}, dtype=x.dtype)", ATOM))

    @_part.register(OneMatrix)
    def _(self, expr: OneMatrix) -> Part:
        return Part(("1.0", ATOM), (0, 1))

    @_part.register(Total)
    def _(self, expr: Total) -> Part:
        return Part((f"np.sum({self.print(expr.operand)})", ATOM))

    @_part.register(Softmax)
    @_part.register(LogSoftmax)
    def _(self, expr: Softmax | LogSoftmax) -> Part:
        name = self.names.see("softmax" if isinstance(expr, Softmax) else "log_softmax")
        return Part((f"{name}({self.print(expr.operand)}, axis={expr.axis})", ATOM))

    @_part.register(Standardized)
    def _(self, expr: Standardized) -> Part:
        centred = f"({self.at(expr.operand, SUM)} - {self.at(expr.mean, MATMUL)})"
        return Part((f"{centred} / {self.at(expr.deviation, ATOM)}", PRODUCT))

    @_part.register(RootMeanScaled)
    def _(self, expr: RootMeanScaled) -> Part:
        return Part((f"{self.at(expr.operand, PRODUCT)} / {self.at(expr.deviation, ATOM)}", PRODUCT))

    @_part.register(Placement)
    def _(self, expr: Placement) -> Part:
        return Part((f"np.eye({self.names.size(expr.shape[0])}, dtype=x.dtype)[:, {self._range(expr)}]", ATOM))

    def _range(self, placement: Placement) -> str:
        """The rows of a block, as a slice: 0:m, m:m + p."""
        first, last = placement.offset, placement.offset + placement.shape[1]
        return ":".join(self.names.size(n).strip("()") for n in (first, last))

    @_part.register(MatAdd)
    def _(self, expr: MatAdd) -> Part:
        blocks = stacked_blocks(expr)
        if blocks:
            axis, parts = blocks
            return Part((f"np.concatenate([{', '.join(map(self.print, parts))}], axis={axis})", ATOM))
        sources = self._together(expr.args)
        text = bracketed(sources[0], SUM)
        for term, source in zip(expr.args[1:], sources[1:], strict=True):
            if coefficient_and_matrix(term)[0].could_extract_minus_sign():
                text += f" - {bracketed(self._part(scale(-1, term)).source, MATMUL)}"
            else:
                text += f" + {bracketed(source, MATMUL)}"
        return Part((text, SUM))

    @_part.register(MatMul)
    def _(self, expr: MatMul) -> Part:
        coefficient, factors = coefficient_and_matrix(expr)[0], factors_of(expr)
        arrays = tuple(f for f in factors if not _is_number(f))
        source, short = self._product(arrays) if arrays else (None, ())
        written = [source] if source and short != (0, 1) else []
        written += [self._part(f).source for f in factors if _is_number(f)]
        if not written:
            return Part(self.scalars().constant(coefficient), short)
        return Part(self.scalars().scaled(coefficient, reduce(_times, written)), short)

    @_part.register(Elementwise)
    def _(self, expr: Elementwise) -> Part:
        """The scalar body, errors (what holds a cotangent or the target) before local factors like σ′(z).

        Where every operand is short along the same axis, so is the result: 1 ⊘ s 𝟏ᵀ is 1 / s.
        """
        slots = [slot(k) for k in range(len(expr.operands))]
        errors = [s for s, o in zip(slots, expr.operands, strict=True) if _is_error(o)]
        order = (*errors, *(s for s in slots if s not in errors))
        shorts = {self._part(operand).short for operand in expr.operands}
        short = next(iter(shorts)) if len(shorts) == 1 else ()
        atoms = dict(zip(slots, self._together(expr.operands, fill=not short), strict=True))
        return Part(replace(self.scalars(atoms, order), positive=self._positive(expr)).write(expr.body), short)

    def _positive(self, expr: Elementwise) -> list[Any]:
        """What the loss takes the logarithms of, in the slots of an elementwise map."""
        network = self.names.network
        loss = network.spec.objective.loss
        if loss is None:
            return []
        places = {operand.name: slot(k) for k, operand in enumerate(expr.operands) if isinstance(operand, Value)}
        known = {OUTPUT: places.get(network.output.name), TARGET: places.get("y")}
        meant = {symbol: place for symbol, place in known.items() if place is not None}
        missing = [symbol for symbol in known if symbol not in meant]
        return [of.xreplace(meant) for of in logarithms(loss) if not of.has(*missing)]

    def _together(self, operands: Any, *, fill: bool = True) -> list[Source]:
        """The operands of one entrywise operation; short ones stay short where another has the full shape."""
        parts = [self._part(operand) for operand in operands]
        sources = [part.source for part in parts]
        if fill and all(part.short for part in parts):
            sources[0] = self._filled(operands[0], parts[0])
        return sources

    def _product(self, factors: tuple[MatrixExpr, ...]) -> Part:
        """A B ⋯; at the first 𝟏 = 𝟏 𝟏ᵀ the factors before it are summed over columns, those after it over rows."""
        first, last = factors[0], factors[-1]
        if isinstance(first, Transpose) and isinstance(first.args[0], Placement) and len(factors) > 1:
            return Part((f"{bracketed(self._rest(factors[1:]), ATOM)}[{self._range(first.args[0])}]", ATOM))
        if isinstance(last, Placement) and len(factors) > 1:
            return Part((f"{bracketed(self._rest(factors[:-1]), ATOM)}[:, {self._range(last)}]", ATOM))
        at = next((k for k, factor in enumerate(factors) if isinstance(factor, OneMatrix)), None)
        if at is None:
            return Part(reduce(matmul, [self.full(factor) for factor in factors]))
        before, one, after = factors[:at], factors[at], factors[at + 1 :]
        column = self._summed(before, one.shape[0], axis=1) if before else None
        row = self._summed(after, one.shape[1], axis=0) if after else None
        if column and row:
            return Part((f"{bracketed(column, PRODUCT)} * {bracketed(row, ATOM)}", PRODUCT))
        if column:
            return Part(column, (1,) if one.shape[1] != 1 else ())
        if row:
            return Part(row, (0,) if one.shape[0] != 1 else ())
        return self._part(one)

    def _rest(self, factors: tuple[MatrixExpr, ...]) -> Source:
        return self.full(factors[0] if len(factors) == 1 else MatMul(*factors))

    def _summed(self, factors: tuple[MatrixExpr, ...], inner: Any, axis: int) -> Source:
        """A 𝟏 or 𝟏ᵀ A, an axis of length 1 left as it is."""
        product = factors[0] if len(factors) == 1 else MatMul(*factors)
        if inner == Integer(1):
            return self.full(product)
        return f"{self.at(product, ATOM)}.sum(axis={axis}, keepdims=True)", ATOM


def _times(left: Source, right: Source) -> Source:
    return f"{bracketed(left, PRODUCT)} * {bracketed(right, ATOM)}", PRODUCT


def _is_number(expr: MatrixExpr) -> bool:
    """Whether an expression is written as a number and not as an array: Σ w, 1/Σ w."""
    if isinstance(expr, Elementwise):
        return all(map(_is_number, expr.operands))
    return isinstance(expr, Total)


def _is_error(operand: MatrixExpr) -> bool:
    return isinstance(operand, MatMul) or any(is_cotangent(v) or v.base == "y" for v in values_in(operand))
