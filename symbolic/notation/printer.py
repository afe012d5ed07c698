"""Matrix expressions as LaTeX or plain text, in an author's notation.

One walk serves both markups: what differs is in `Markup`, what authors differ in is in `Profile`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache, singledispatchmethod
from typing import Any

from sympy import (
    DiagMatrix,
    Identity,
    MatAdd,
    MatMul,
    Mul,
    OneMatrix,
    Transpose,
    ZeroMatrix,
)

from symbolic.algebra.build import coefficient_and_matrix, factors_of, is_ones, is_scalar, mul, ones, scale
from symbolic.algebra.elementwise import elementwise
from symbolic.algebra.entries import entry
from symbolic.algebra.groups import Grouped, LogSoftmax, Placement, Softmax, definition, is_uniform, number_of
from symbolic.algebra.nodes import Elementwise, Fold, OrderedProduct, Total, slot
from symbolic.algebra.program import values_in
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import Partial, Value
from symbolic.notation.markup import Markup, parenthesised
from symbolic.notation.names import Names
from symbolic.notation.profile import Profile
from symbolic.notation.scalars import ATOM, PRODUCT, SUM, Scalars

MATMUL = 3
"""Binding strength of juxtaposition, between an entrywise product (PRODUCT) and a name (ATOM)."""


@dataclass(frozen=True)
class Printer:
    """Writes expressions of one derivation.

    `output` is the value that is the network's output (written ŷ by authors who do), `sizes` what the spec fixes
    (n_L = 1), `layout` the one that ∂u/∂v is to be read in.
    """

    profile: Profile
    markup: Markup
    output: Value | None = None
    sizes: dict[Any, Any] = field(default_factory=dict)
    layout: str = "denominator"
    holes: dict[Any, str] = field(default_factory=dict)

    @property
    def names(self) -> Names:
        """The speller of names and indices."""
        return Names(self.profile, self.markup, self.output)

    @property
    def scalars(self) -> Scalars:
        """The printer of scalar expressions and entries."""
        return Scalars(self.names)

    def print(self, expr: Any) -> str:
        """The expression, matrix or scalar, as text in this printer's markup."""
        if getattr(expr, "is_Matrix", False):
            return self._at(expr, 0)
        return self.scalars.print(expr)

    def _inside(self, operand: Any) -> bool:
        """Whether the author puts the transpose of this operand inside its exponent."""
        return self.profile.transpose_inside and isinstance(operand, Transpose)

    def _at(self, expr: Any, strength: int) -> str:
        """The expression, in brackets where it binds more weakly than its surroundings."""
        text, own = self._oriented(expr)
        return text if own >= strength else parenthesised(text, self.markup)

    def _oriented(self, expr: Any) -> tuple[str, int]:
        """A sum or an entrywise map as the transpose of another where that has fewer transposes: (a − y)ᵀ."""
        upright = self._upright(expr) if isinstance(expr, MatAdd | Elementwise) else None
        if upright is None or any(self._inside(a) for a in expr.args):
            return self._matrix(expr)
        return self._raised(self._at(upright, ATOM)), ATOM

    def _upright(self, expr: Any) -> Any:
        """The transpose of an expression if that holds fewer transposes, even with the one around it; else None.

        A chain of ∂u/∂v stays as it is, for it is read in one layout.
        """
        shown, turned = _transposes(expr)
        return None if turned + 1 >= shown or expr.atoms(Partial) else transpose(expr)

    def _pair(self, pair: tuple[str, str]) -> str:
        return pair[self.markup.position]

    @singledispatchmethod
    def _matrix(self, expr: Any) -> tuple[str, int]:
        raise TypeError(f"no spelling for {type(expr).__name__}: add one in symbolic/notation/printer.py")

    @_matrix.register
    def _(self, expr: Value) -> tuple[str, int]:
        return self.holes.get(expr) or self.names.value(expr), ATOM

    @_matrix.register(Identity)
    def _(self, expr: Identity) -> tuple[str, int]:
        return self.markup.identity, ATOM

    @_matrix.register(ZeroMatrix)
    def _(self, expr: ZeroMatrix) -> tuple[str, int]:
        return self.markup.zero, ATOM

    @_matrix.register(OneMatrix)
    def _(self, expr: OneMatrix) -> tuple[str, int]:
        rows, cols = (n.subs(self.sizes) for n in expr.shape)
        if rows == cols == 1:
            return "1", ATOM
        if cols == 1:
            return self.markup.ones, ATOM
        if rows == 1:
            return self._raised(self.markup.ones), ATOM
        return self.markup.ones + self._raised(self.markup.ones), MATMUL

    @_matrix.register(Partial)
    def _(self, expr: Partial) -> tuple[str, int]:
        """∂u/∂v, which in denominator layout is the transpose of what Partial means."""
        return self._partial(expr, transposed=self.layout == "denominator")

    @_matrix.register(Transpose)
    def _(self, expr: Transpose) -> tuple[str, int]:
        inner = expr.args[0]
        if isinstance(inner, Partial):
            return self._partial(inner, transposed=self.layout == "numerator")
        if isinstance(inner, Value):
            return self.transposed_name(inner), ATOM
        return self._raised(self._at(inner, ATOM)), ATOM

    @_matrix.register(DiagMatrix)
    def _(self, expr: DiagMatrix) -> tuple[str, int]:
        return self.markup.diag.format(self._at(expr.args[0], 0)), ATOM

    @_matrix.register(Softmax)
    def _(self, expr: Softmax) -> tuple[str, int]:
        if isinstance(expr.operand, Transpose):
            return self._raised(self._at(transpose(expr), ATOM)), ATOM
        return f"{self.markup.softmax}{parenthesised(self._at(expr.operand, 0), self.markup)}", ATOM

    @_matrix.register(LogSoftmax)
    def _(self, expr: LogSoftmax) -> tuple[str, int]:
        name = f"{self.markup.functions.get('log', 'log')} {self.markup.softmax}"
        return f"{name}{parenthesised(self._at(expr.operand, 0), self.markup)}", MATMUL

    @_matrix.register(Grouped)
    def _(self, expr: Grouped) -> tuple[str, int]:
        return self._matrix(definition(expr))

    @_matrix.register(MatAdd)
    def _(self, expr: MatAdd) -> tuple[str, int]:
        blocks = stacked_blocks(expr)
        if blocks:
            axis, parts = blocks
            between, template = (
                (self.markup.below, self.markup.blocks) if axis == 0 else (self.markup.beside, self.markup.blocks)
            )
            return template.format(between.join(self._at(part, 0) for part in parts)), ATOM
        text = ""
        for position, term in enumerate(map(_sign_in_front, expr.args)):
            coefficient, _ = coefficient_and_matrix(term)
            if position and coefficient.could_extract_minus_sign():
                text += f" {self.markup.minus} {self._at(_negated(term), PRODUCT)}"
            else:
                text += f"{' + ' if position else ''}{self._at(term, PRODUCT)}"
        return text, SUM

    @_matrix.register(MatMul)
    def _(self, expr: MatMul) -> tuple[str, int]:
        coefficient, _ = coefficient_and_matrix(expr)
        factors = [f for f in factors_of(expr) if not self._is_one(f)] or [factors_of(expr)[0]]
        between = self._pair(self.profile.chain_times) if expr.atoms(Partial) else " "
        strength = MATMUL if len(factors) > 1 or coefficient != 1 else 0
        if len(factors) == 1 and isinstance(factors[0], Elementwise) and factors[0].body.is_Mul:
            return self.scalars.scaled(coefficient, self._at(factors[0], PRODUCT)), PRODUCT
        front = next((f for f in factors if _is_reciprocal(f)), None)
        if front is not None and len(factors) > 1:
            below = self._at(factors_of(front)[0].operands[0], 0)
            rest = [f for f in factors if f is not front]
            fraction = self.scalars.fraction(coefficient, below)
            quotient = parenthesised(fraction, self.markup) if self.markup.position == 1 else fraction
            return f"{quotient} {between.join(self._factors(rest, strength))}", MATMUL
        product = between.join(self._factors(factors, strength))
        return self.scalars.scaled(coefficient, product), MATMUL if strength else self._oriented(factors[0])[1]

    def _factors(self, factors: list[Any], strength: int) -> list[str]:
        """The factors of a product, written: 𝟏𝟏ᵀ(u ∘ v) as (uᵀ v) 𝟏 for columns, A E as the block of A that it is."""
        written: list[str] = []
        numbers = [f for f in factors if self._stands_in_front(f, factors)]
        rest = [f for f in factors if f not in numbers]
        for f in numbers:
            number, own = self._oriented(number_of(f.args[0] if isinstance(f, DiagMatrix) else f))
            bare = own >= MATMUL or number.startswith(r"\frac")
            written.append(number if bare else parenthesised(number, self.markup))
        position = 0
        while position < len(rest):
            factor, following = rest[position], rest[position + 1] if position + 1 < len(rest) else None
            if following is not None and isinstance(factor, Transpose) and isinstance(factor.args[0], Placement):
                written.append(self._block(mul(*rest[position + 1 :]), self._range(factor.args[0])))
                break
            if isinstance(following, Placement):
                written.append(self._block(factor, self._range(following), columns=True))
                position += 2
            elif isinstance(factor, OneMatrix) and following is not None and following.shape[1] == 1 != factor.shape[1]:
                inner = self._sum(following)
                column = self._at(ones(factor.shape[0], 1), MATMUL)
                written.append(inner if factor.shape[0] == 1 else f"{parenthesised(inner, self.markup)} {column}")
                position += 2
            else:
                written.append(self._at(factor, strength))
                position += 1
        return written

    def _stands_in_front(self, factor: Any, factors: list[Any]) -> bool:
        """Whether a factor is a number that is better written first: c of 𝟏 c, diag(𝟏 c), 1/Σw."""
        if isinstance(factor, DiagMatrix):
            return len(factors) > 1 and is_uniform(factor.args[0])
        return is_scalar(factor) and len(factors) > 1 and isinstance(factors[0], OneMatrix)

    def _sum(self, column: Any) -> str:
        """The sum of a column's entries: ‖u‖² for u ∘ u, uᵀ v for u ∘ v, 𝟏ᵀ u for any other."""
        square = _squared(column)
        if square is not None:
            return self.markup.norm.format(self._at(square, 0))
        factors = column.body.args if isinstance(column, Elementwise) and column.body.is_Mul else ()
        if len(factors) == 2:
            u, v = (elementwise(f, *column.operands) for f in sorted(factors, key=lambda f: not f.is_Add))
            return f"{self._at(transpose(u), MATMUL)} {self._at(v, MATMUL)}"
        return f"{self._at(ones(1, column.shape[0]), MATMUL)} {self._at(column, MATMUL)}"

    def _range(self, placement: Placement) -> str:
        """The rows that a block is placed at: 1:m, m+1:m+p."""
        first, last = placement.offset + 1, placement.offset + placement.shape[1]
        return ":".join(self.names.extent(n) for n in (first, last))

    def _block(self, expr: Any, rows: str, *, columns: bool = False) -> str:
        return self.markup.block.format(self._at(expr, 0), f":,{rows}" if columns else rows)

    @_matrix.register(Placement)
    def _(self, expr: Placement) -> tuple[str, int]:
        return self._block(Identity(expr.shape[0]), self._range(expr), columns=True), ATOM

    @_matrix.register(Total)
    def _(self, expr: Total) -> tuple[str, int]:
        """‖·‖² for a sum of squares, and the sum written out for any other."""
        square = _squared(expr.operand)
        if square is None:
            return self.scalars.print(entry(expr.subs(self.sizes), 1, 1)), MATMUL
        rows, cols = (n.subs(self.sizes) for n in expr.operand.shape)
        if rows == cols == 1:
            return f"{parenthesised(self._at(square, 0), self.markup)}{self.markup.square}", ATOM
        norm = self.markup.norm if cols == 1 else self.markup.frobenius
        return norm.format(self._at(square, 0)), ATOM

    @_matrix.register(Elementwise)
    def _(self, expr: Elementwise) -> tuple[str, int]:
        """The scalar body, its operands put in, products written as the author's ∘."""
        if is_scalar(expr) or is_uniform(expr):
            return self._number(expr)
        expr = _with_numbers_put_in(expr)
        slots = [slot(k) for k in range(len(expr.operands))]
        pairs = list(zip(slots, expr.operands, strict=True))
        multiplied = set(expr.body.args) if isinstance(expr.body, Mul) else set()
        numbers = frozenset(s for s, o in pairs if is_uniform(o))
        atoms = {s: self._as_number(o) if s in numbers else self._operand(o, s in multiplied) for s, o in pairs}
        turned = {
            s: self._at(upright, 0)
            for s, o in pairs
            if not self._inside(o) and (upright := self._upright(o)) is not None
        }
        return Scalars(
            self.names,
            atoms,
            order=tuple(slots),
            errors=frozenset(s for s, o in pairs if _is_error(o)),
            errors_first=self.profile.local_factor == "last",
            entrywise=True,
            times=f" {self._times(expr)} ",
            turned=turned,
            transpose=self._raised,
            numbers=numbers,
            one=self._at(ones(*expr.shape), MATMUL),
        ).write(expr.body)

    def _as_number(self, expr: Any) -> tuple[str, int]:
        """The number that all entries of a uniform matrix are: a product, uᵀ v, in brackets."""
        number = number_of(expr)
        factors = factors_of(number)
        if coefficient_and_matrix(number)[0] == 1 and len(factors) == 2 and _squared(factors[1]) is not None:
            return self._sum(factors[1]), ATOM
        text, own = self._oriented(number)
        summed = text.startswith((r"\sum", "Σ"))
        return (text, SUM) if summed else (text if own >= ATOM else parenthesised(text, self.markup), ATOM)

    def _number(self, expr: Elementwise) -> tuple[str, int]:
        """An entrywise map of numbers: a plain product or quotient, in front of 𝟏 where it stands for many entries."""
        slots = [slot(k) for k in range(len(expr.operands))]
        plain = is_scalar(expr)
        multiplied = set(expr.body.args) if isinstance(expr.body, Mul) else set()
        pairs = zip(slots, expr.operands, strict=True)
        atoms = {s: self._operand(o, s in multiplied) if plain else self._as_number(o) for s, o in pairs}
        sign = self._pair(self.profile.scalar_times)
        errors = frozenset(s for s, o in zip(slots, expr.operands, strict=True) if _is_error(o))
        first = self.profile.local_factor == "last"
        times = f" {sign} " if sign else " "
        scalars = Scalars(self.names, atoms, order=tuple(slots), errors=errors, errors_first=first, times=times)
        if is_scalar(expr):
            return scalars.write(expr.body)
        return f"{scalars.at(expr.body, PRODUCT)} {self._at(ones(*expr.shape), MATMUL)}", MATMUL

    def _operand(self, operand: Any, multiplied: bool) -> tuple[str, int]:
        text, strength = self._oriented(operand)
        opening, closing = self.profile.group if self.markup.position == 0 else ("(", ")")
        if multiplied and self.profile.group[0] and isinstance(operand, MatMul):
            return f"{opening}{text}{closing}", ATOM
        return text, max(strength, MATMUL) if isinstance(operand, MatMul) else strength

    def _times(self, expr: Elementwise) -> str:
        """The entrywise product, which between numbers (n_L = 1) may have a sign of its own."""
        numbers = all(n.subs(self.sizes) == 1 for n in expr.shape)
        return (self._pair(self.profile.scalar_times) if numbers else "") or self._pair(self.profile.hadamard)

    @_matrix.register(OrderedProduct)
    def _(self, expr: OrderedProduct) -> tuple[str, int]:
        times = self._pair(self.profile.chain_times) if expr.atoms(Partial) else " "
        ends = [self._at(expr.at(layer), MATMUL) for layer in (expr.first, expr.last)]
        return times.join([ends[0], self.markup.dots, ends[1]]), MATMUL

    @_matrix.register(Fold)
    def _(self, expr: Fold) -> tuple[str, int]:
        """The outermost turn, dots, and the innermost one: F(l, (⋯ (F(L−1, start)) ⋯))."""
        hole = expr.hole.subs(expr.index, expr.first)
        dots = self.markup.dots
        innermost = parenthesised(self._at(expr.at(expr.last, expr.start), 0), self.markup)
        inner = parenthesised(f"{dots} {innermost} {dots}", self.markup)
        return replace(self, holes={**self.holes, hole: inner})._matrix(expr.at(expr.first, hole))

    def transposed_name(self, v: Value) -> str:
        """(W^{[l]})^T, x^T, or z^{[l]T} for authors who put the sign inside."""
        name, sign = self.names.value(v), self._pair(self.profile.transpose)
        if self.profile.transpose_inside and self.markup.position == 0 and name.endswith("]}"):
            return f"{name[:-1]}{sign}}}"
        return self._raised(name)

    def _raised(self, base: str) -> str:
        """The base with the author's transpose sign in the exponent, in brackets where it has an exponent."""
        sign = self._pair(self.profile.transpose)
        if self.markup.position == 1:
            plain = len(base) <= 2 or base.endswith(("]", ")", "}"))
            wrapped = base if plain or base.startswith("(") else f"({base})"
            return f"{wrapped}{sign}"
        bare = "^" not in base or base.endswith(")")
        wrapped = base if bare else f"({base})"
        return f"{wrapped}^{sign}" if len(sign) == 1 or sign.startswith("\\") else f"{wrapped}^{{{sign}}}"

    def _partial(self, expr: Partial, *, transposed: bool) -> tuple[str, int]:
        above, below = self.names.value(expr.above), self.names.value(expr.below)
        text = self._pair(self.profile.partial).replace("@", above).replace("%", below)
        return (self._raised(f"({text})"), ATOM) if transposed and not is_scalar(expr) else (text, MATMUL)

    def _is_one(self, factor: Any) -> bool:
        """A factor 1 because the spec fixes its size: 𝟏 of n_L rows where n_L = 1."""
        return is_ones(factor) and all(n.subs(self.sizes) == 1 for n in factor.shape)


def stacked_blocks(expr: MatAdd) -> tuple[int, list[Any]] | None:
    """The axis and the blocks A, B, … of [A; B; …], where an expression is E₁ A + E₂ B + ⋯ or A E₁ᵀ + ⋯ of all rows."""
    for axis in (0, 1):
        pairs = [_placed(term, axis) for term in expr.args]
        placements = [placement for placement, _ in pairs if placement is not None]
        if len(placements) == len(pairs) and sum(p.shape[1] for p in placements) == placements[0].shape[0]:
            return axis, [part for _, part in pairs]
    return None


def _placed(term: Any, axis: int) -> tuple[Placement | None, Any]:
    """E and A of a term E A, or of A Eᵀ."""
    coefficient, factors = coefficient_and_matrix(term)[0], factors_of(term)
    found = factors[0] if axis == 0 else transpose(factors[-1])
    if len(factors) < 2 or not isinstance(found, Placement):
        return None, term
    return found, scale(coefficient, mul(*(factors[1:] if axis == 0 else factors[:-1])))


def _sign_in_front(term: Any) -> Any:
    """The term with the sign of an entrywise product taken out of it: −(−a ∘ b) is a ∘ b."""
    coefficient, bare = coefficient_and_matrix(term)
    if isinstance(bare, Elementwise) and bare.body.is_Mul and bare.body.as_coeff_Mul()[0] < 0:
        return scale(-coefficient, Elementwise(-bare.body, *bare.operands))
    return term


def _negated(term: Any) -> Any:
    return scale(-1, term)


def writes_sum(expr: Any) -> bool:
    """Whether an expression is printed with a Σ over entries: a total that is no norm."""
    return any(_squared(node.operand) is None for node in expr.atoms(Total))


@lru_cache(maxsize=100_000)
def _transposes(expr: Any) -> tuple[int, int]:
    """How many transposes an expression shows, and how many its transpose would."""
    if isinstance(expr, Value):
        return 0, int(not is_scalar(expr))
    if isinstance(expr, Transpose):
        return _transposes(expr.args[0])[::-1]
    counts = [_transposes(a) for a in expr.args if getattr(a, "is_Matrix", False)]
    shown, turned = (sum(count) for count in zip(*counts, strict=True)) if counts else (0, 0)
    return (shown, shown) if isinstance(expr, DiagMatrix | Total) else (shown, turned)


def _squared(operand: Any) -> Any:
    """A where the operand is A ∘ A with A linear: what stands between the bars of ‖A‖²."""
    if not isinstance(operand, Elementwise) or not operand.body.is_Pow or operand.body.exp != 2:
        return None
    return elementwise(operand.body.base, *operand.operands)


def _with_numbers_put_in(expr: Elementwise) -> Elementwise:
    """The map with the bodies of its uniform operands put in: 2·t for t = 1/c, the same in every entry, as 2/c."""
    body, operands = expr.body, list(expr.operands)
    for k, operand in enumerate(expr.operands):
        number = number_of(operand) if is_uniform(operand) else None
        if isinstance(number, Elementwise):
            inner = {slot(at): slot(len(operands) + at) for at in range(len(number.operands))}
            body = body.xreplace({slot(k): number.body.xreplace(inner)})
            operands += [mul(ones(expr.shape[0], 1), n, ones(1, expr.shape[1])) for n in number.operands]
    return Elementwise(body, *operands)


def _is_reciprocal(factor: Any) -> bool:
    """Whether a factor is one over a number: 1/Σw."""
    return isinstance(factor, Elementwise) and is_scalar(factor) and bool(factor.body == 1 / slot(0))


def _is_error(operand: Any) -> bool:
    """Whether an operand carries the error back: a product, or what holds a cotangent or the target."""
    return isinstance(operand, MatMul) or any(":" in v.base or v.base == "y" for v in values_in(operand))
