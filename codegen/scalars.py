"""Scalar expressions as NumPy source: the bodies of elementwise maps, and the coefficients in front of matrices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Any

from sympy import Add, Expr, Function, Integer, Mul, Pow, Rational, fraction, sympify
from sympy.core.function import Application

from symbolic.algebra.functions import NamedFunction

SUM, MATMUL, PRODUCT, ATOM = 1, 2, 3, 4
"""Binding strengths. Python gives @ and * the same one; here a @ b takes brackets beside *, as readers expect."""

Source = tuple[str, int]
"""Python source and how strongly it binds."""


class log_sigmoid(Function):
    """log σ(z), which has a stable form of its own."""


class expm1(Function):
    """exp(z) − 1 without cancellation near 0."""


CALLS = {
    "Abs": "np.abs",
    "cos": "np.cos",
    "exp": "np.exp",
    "expm1": "np.expm1",
    "log": "safe_log",
    "log_sigmoid": "log_sigmoid",
    "sign": "np.sign",
    "sin": "np.sin",
    "tanh": "np.tanh",
}
"""SymPy's functions by name, and what calls them in generated code: NumPy, or a helper of `codegen.helpers`."""


def bracketed(source: Source, strength: int) -> str:
    """The source, in brackets where it binds more weakly than its surroundings."""
    return source[0] if source[1] >= strength else f"({source[0]})"


def matmul(left: Source, right: Source) -> Source:
    """left @ right; only a product of the same kind goes without brackets."""
    first = left[0] if left[1] in (MATMUL, ATOM) else f"({left[0]})"
    return f"{first} @ {bracketed(right, ATOM)}", MATMUL


def call_name(function: NamedFunction) -> str:
    """relu, relu_derivative: the helper that computes σ or σ′."""
    return str(function.label + "_derivative" * function.order)


@dataclass(frozen=True)
class Scalars:
    """Writes scalar expressions; symbols in `atoms` stand for arrays, any others are sizes.

    `size` spells a size, `call` is told of every helper that is called, and `order` lists the atoms that come first
    in a product.
    """

    size: Callable[[Any], str]
    call: Callable[[str], object]
    atoms: dict[Any, Source]
    order: tuple[Any, ...] = ()

    def at(self, expr: Expr, strength: int) -> str:
        """The expression, in brackets where it binds more weakly than its surroundings."""
        return bracketed(self.write(expr), strength)

    def write(self, expr: Any) -> Source:
        """The expression and how strongly it binds."""
        if expr in self.atoms:
            return self.atoms[expr]
        if not self._varies(expr):
            return self.constant(expr)
        return self._write(expr)

    def constant(self, c: Expr) -> Source:
        """A number, or a quotient of numbers and sizes: 2.0, 2.0 / N, 1.0 / (K * N)."""
        if c.could_extract_minus_sign():
            return f"-{bracketed(self.constant(-c), PRODUCT)}", SUM
        above, below = _decimal(c)
        if below == 1:
            return (str(float(above)), ATOM) if above.is_Number else (self._sizes(above), PRODUCT)
        return f"{self._sizes(above, floating=True)} / {self._divisor(below)}", PRODUCT

    def scaled(self, c: Expr, source: Source) -> Source:
        """c times what the source says: -a, 2.0 * a, a / N, (2.0 / N) * a."""
        if c == 1:
            return source
        if c.could_extract_minus_sign():
            return f"-{bracketed(self.scaled(-c, source), PRODUCT)}", SUM
        above, below = _decimal(c)
        if above == 1:
            return f"{bracketed(source, PRODUCT)} / {self._divisor(below)}", PRODUCT
        return f"{bracketed(self.constant(c), ATOM)} * {bracketed(source, PRODUCT)}", PRODUCT

    def _divisor(self, below: Expr) -> str:
        text = self._sizes(below)
        return f"({text})" if below.is_Mul else text

    def _sizes(self, product: Expr, *, floating: bool = False) -> str:
        """A product of numbers and sizes: 3 * K * N, the number first and as a float if asked for."""
        number, rest = product.as_coeff_Mul()
        names = sorted((self.size(f.base), int(f.exp)) for n in Mul.make_args(rest) for f in [_power(n)] if n != 1)
        factors = [name for name, times in names for _ in range(times)]
        if number != 1 or floating or not factors:
            factors.insert(0, str(float(number) if floating else number))
        return " * ".join(factors)

    @singledispatchmethod
    def _write(self, expr: Any) -> Source:
        raise TypeError(f"no NumPy for {type(expr).__name__}: add it in codegen/scalars.py")

    @_write.register(Add)
    def _(self, expr: Add) -> Source:
        """Positive terms first, in the order of the operands."""
        ordered = sorted(expr.args, key=lambda t: (t.could_extract_minus_sign(), *self._reading_order(t)))
        text = self.at(ordered[0], SUM)
        for term in ordered[1:]:
            minus = term.could_extract_minus_sign()
            text += f" - {self.at(-term, MATMUL)}" if minus else f" + {self.at(term, MATMUL)}"
        return text, SUM

    @_write.register(Mul)
    def _(self, expr: Mul) -> Source:
        constant = Mul(*[f for f in expr.args if not self._varies(f)])
        if constant != 1:
            return self.scaled(constant, self.write(expr / constant))
        above = [f for f in expr.args if not _is_reciprocal(f)]
        below = [1 / f for f in expr.args if _is_reciprocal(f)]
        if not below:
            return self._product(above)
        numerator = self._product(above) if above else ("1.0", ATOM)
        return f"{bracketed(numerator, PRODUCT)} / {self._guarded(below)}", PRODUCT

    @_write.register(Pow)
    def _(self, expr: Pow) -> Source:
        if _is_reciprocal(expr):
            return f"1.0 / {self._guarded([1 / expr])}", PRODUCT
        base = self.at(expr.base, SUM)
        if expr.exp == 2:
            return f"np.square({base})", ATOM
        if expr.exp == Rational(1, 2):
            return f"np.sqrt({base})", ATOM
        return f"np.power({base}, {self.at(expr.exp, SUM)})", ATOM

    @_write.register(Application)
    def _(self, expr: Application) -> Source:
        name = CALLS.get(type(expr).__name__)
        if name is None:
            raise TypeError(f"no NumPy for {type(expr).__name__}: add it to CALLS in codegen/scalars.py")
        self.call(name)
        return f"{name}({self.at(expr.args[0], SUM)})", ATOM

    @_write.register(NamedFunction)
    def _(self, expr: NamedFunction) -> Source:
        self.call(call_name(expr))
        return f"{call_name(expr)}({self.at(expr.args[0], SUM)})", ATOM

    def _product(self, factors: list[Expr]) -> Source:
        ordered = sorted(factors, key=self._reading_order)
        if len(ordered) == 1:
            return self.write(ordered[0])
        first, *rest = ordered
        texts = [self.at(first, PRODUCT), *(self.at(f, ATOM) for f in rest)]
        return " * ".join(texts), PRODUCT

    def _guarded(self, factors: list[Expr]) -> str:
        """A denominator kept away from 0; it can only get there where a loss is not defined."""
        self.call("EPSILON")
        return f"np.maximum({self._product(factors)[0]}, EPSILON)"

    def _varies(self, expr: Expr) -> bool:
        return bool(expr.free_symbols & set(self.atoms))

    def _reading_order(self, expr: Expr) -> tuple[Any, ...]:
        """By the given order of the atoms, names before sums of them."""
        positions = [k for k, atom in enumerate(self.order) if expr.has(atom)]
        return (min(positions, default=-1), bool(expr.is_Add), expr.count_ops(), str(expr))


def _decimal(c: Expr) -> tuple[Expr, Expr]:
    """Numerator and denominator, a number with few decimals (½, ¼) in the numerator."""
    above, below = fraction(c)
    number, rest = below.as_coeff_Mul()
    if rest == 1 and above.is_Number and number in (2, 4, 8, 10):
        return sympify(float(above / number)), Integer(1)
    return above, below


def _is_reciprocal(expr: Expr) -> bool:
    return isinstance(expr, Pow) and bool(expr.exp.could_extract_minus_sign())


def _power(expr: Expr) -> Any:
    return expr if isinstance(expr, Pow) else Pow(expr, 1, evaluate=False)
