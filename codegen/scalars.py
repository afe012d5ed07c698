"""Scalar expressions as NumPy source: the bodies of elementwise maps, and the coefficients in front of matrices."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Any

from sympy import Add, And, Expr, Function, Integer, Mul, Or, Piecewise, Pow, Rational, Symbol, fraction, sympify
from sympy.core.function import Application
from sympy.core.relational import Relational

from symbolic.algebra.functions import NamedFunction

SUM, MATMUL, PRODUCT, ATOM = 1, 2, 3, 4
"""Binding strengths. Python gives @ and * the same one; here a @ b takes brackets beside *, as readers expect."""

Source = tuple[str, int]
"""Python source and how strongly it binds."""


class log_sigmoid(Function):
    """log σ(z), which has a stable form of its own."""


class expm1(Function):
    """exp(z) − 1 without cancellation near 0."""


class log1p(Function):
    """log(1 + z) without cancellation near 0."""


CALLS = {
    "Abs": "np.abs",
    "cos": "np.cos",
    "cosh": "np.cosh",
    "erf": "erf",
    "exp": "np.exp",
    "expm1": "np.expm1",
    "log": "safe_log",
    "log1p": "np.log1p",
    "log_sigmoid": "log_sigmoid",
    "sign": "np.sign",
    "sin": "np.sin",
    "sinh": "np.sinh",
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


def call_name(function: NamedFunction | type[NamedFunction]) -> str:
    """relu, relu_derivative: the helper that computes σ or σ′."""
    return str(function.label + "_derivative" * function.order)


@dataclass(frozen=True)
class Scalars:
    """Writes scalar expressions; symbols in `atoms` stand for arrays, any others are sizes.

    `size` spells a size, `call` is told of every helper that is called, and `order` lists the atoms that come first
    in a product. `positive` lists what the loss takes
    logarithms of, a and 1 − a, say: these start at EPSILON in logarithms and divisors; None stands for every atom, and
    1 minus it, () for nothing.
    """

    size: Callable[[Any], str]
    call: Callable[[str], object]
    atoms: dict[Any, Source]
    order: tuple[Any, ...] = ()
    positive: Collection[Any] | None = None

    def at(self, expr: Expr, strength: int) -> str:
        """The expression, in brackets where it binds more weakly than its surroundings."""
        return bracketed(self.write(expr), strength)

    def write(self, expr: Any) -> Source:
        """The expression and how strongly it binds."""
        if expr in self.atoms:
            return self.atoms[expr]
        if _is_plain(expr):
            return self.constant(expr)
        if expr.is_number:
            return repr(float(expr)), ATOM if expr.is_nonnegative else SUM
        return self._write(expr)

    def constant(self, c: Expr) -> Source:
        """A number, or a quotient of numbers and sizes: 2.0, 2.0 / N, 1.0 / (K * N)."""
        if c.could_extract_minus_sign():
            return f"-{bracketed(self.constant(-c), PRODUCT)}", SUM
        above, below = _decimal(c)
        if below == 1 and above.is_Number:
            return str(float(above)), ATOM
        if below == 1:
            symbols = above.free_symbols
            text = self._sizes(above, floating=above.as_coeff_Mul()[0] != 1 and not all(s.is_integer for s in symbols))
            return text, PRODUCT if " " in text else ATOM
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
        return f"({text})" if " * " in text else text

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
        numbers, rest = _split(expr.args, lambda f: f.is_number)
        if not all(n.is_Rational for n in numbers):
            return f"{float(Mul(*numbers))!r} * {self.at(Mul(*rest), ATOM)}", PRODUCT
        plain = [f for f in expr.args if not self._varies(f) and _is_plain(f)]
        constant, rest = Mul(*plain), Mul(*[f for f in expr.args if f not in plain])
        if constant != 1:
            return self.scaled(constant, self.write(rest))
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

    @_write.register(Symbol)
    def _(self, expr: Symbol) -> Source:
        """A hyperparameter."""
        if expr.is_Dummy:
            raise TypeError(f"no name for {expr}: give one in `atoms`")
        return self.size(expr), ATOM

    @_write.register(Piecewise)
    def _(self, expr: Piecewise) -> Source:
        """np.where(…); a last case that is a number is NaN where the number asked about is NaN."""
        *cases, (last, _) = expr.args
        text = self.at(last, SUM)
        if not self._varies(last):
            asked = next(side for side in cases[-1][1].atoms(Relational).pop().args if self._varies(side))
            argument = self.at(asked, SUM)
            text = f"np.where(np.isnan({argument}), {argument}, {text})"
        for value, condition in reversed(cases):
            text = f"np.where({self.at(condition, 0)}, {self.at(value, SUM)}, {text})"
        return text, ATOM

    @_write.register(Relational)
    def _(self, expr: Relational) -> Source:
        """What varies first: z > 0.0."""
        relation = expr if self._varies(expr.lhs) else expr.reversed
        left, right = (self.at(side, SUM) for side in relation.args)
        return f"{left} {relation.rel_op} {right}", 0

    @_write.register(And)
    @_write.register(Or)
    def _(self, expr: And | Or) -> Source:
        sign = " & " if isinstance(expr, And) else " | "
        return sign.join(f"({self.at(each, 0)})" for each in expr.args), 0

    @_write.register(Application)
    def _(self, expr: Application) -> Source:
        """A function; one of hyperparameters alone is a float of Python's, which leaves arrays their type."""
        name = CALLS.get(type(expr).__name__)
        if name is None:
            raise TypeError(f"no NumPy for {type(expr).__name__}: add it to CALLS in codegen/scalars.py")
        if name == "safe_log" and not self._guards(expr.args[0]):
            name = "np.log"
        self.call(name)
        text = f"{name}({self.at(expr.args[0], SUM)})"
        return text if self._varies(expr) else f"float({text})", ATOM

    @_write.register(NamedFunction)
    def _(self, expr: NamedFunction) -> Source:
        """relu(z), or elu_alpha(z, alpha) where it has hyperparameters."""
        self.call(call_name(expr))
        symbols = [self.at(value, SUM) for _, value in expr.parameters if value.is_Symbol]
        return f"{call_name(expr)}({', '.join([self.at(expr.args[0], SUM), *symbols])})", ATOM

    def _product(self, factors: list[Expr]) -> Source:
        ordered = sorted(factors, key=self._reading_order)
        if len(ordered) == 1:
            return self.write(ordered[0])
        first, *rest = ordered
        texts = [self.at(first, PRODUCT), *(self.at(f, ATOM) for f in rest)]
        return " * ".join(texts), PRODUCT

    def _guarded(self, factors: list[Expr]) -> str:
        """A denominator, kept away from 0 as far as it is what a loss takes the logarithm of."""
        guarded, free = _split(factors, self._guards)
        texts = [] if not free else [self._product(free)]
        if guarded:
            self.call("EPSILON")
            texts.append((f"np.maximum({self._product(guarded)[0]}, EPSILON)", ATOM))
        if len(texts) == 1:
            return bracketed(texts[0], ATOM)
        return f"({texts[0][0]} * {texts[1][0]})"

    def _guards(self, factor: Expr) -> bool:
        """Whether a factor is a or 1 − a, or a product of these, for one of the atoms that must be positive."""
        if factor.is_positive:
            return False
        known = self.positive
        if known is None:
            known = [each for atom in self.atoms for each in (atom, 1 - atom)]
        return all(any(f in (each, -each) for each in known) for f in Mul.make_args(factor))

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
    if rest == 1 and above.is_Number and max(abs(above.p), number) > 10**6:
        return sympify(float(above / number)), Integer(1)
    if rest == 1 and above.is_Number and Rational(repr(float(above / number))) == above / number:
        return sympify(float(above / number)), Integer(1)
    return above, below


def _is_plain(expr: Expr) -> bool:
    """Whether an expression is a rational number, a symbol with a power, or a product of such."""
    if expr.is_Mul:
        return all(map(_is_plain, expr.args))
    base, exponent = expr.as_base_exp() if expr.is_Pow else (expr, Integer(1))
    return bool(exponent.is_Integer and (base.is_Rational or base.is_Indexed or (base.is_Symbol and not base.is_Dummy)))


def _split(factors: Any, wanted: Callable[[Expr], Any]) -> tuple[list[Expr], list[Expr]]:
    return [f for f in factors if wanted(f)], [f for f in factors if not wanted(f)]


def _is_reciprocal(expr: Expr) -> bool:
    return isinstance(expr, Pow) and bool(expr.exp.could_extract_minus_sign())


def _power(expr: Expr) -> Any:
    return expr if isinstance(expr, Pow) else Pow(expr, 1, evaluate=False)
