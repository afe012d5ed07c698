"""Equality of scalar expressions: σ(…) read as a symbol, rational functions by their numerators, numbers at a point.

Nothing is simplified by guess. An applied function becomes a symbol, the same one wherever function and argument are
the same, so that a rational function is left; and a rational function is 0 if its numerator expands to 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from sympy import (
    QQ,
    Dummy,
    Expr,
    Function,
    Integer,
    N,
    Piecewise,
    Pow,
    Rational,
    Sum,
    Symbol,
    exp,
    expand,
    fraction,
    ring,
    together,
)
from sympy.core.relational import Relational

from symbolic.algebra.entries import Cases


def equal(a: Expr, b: Expr) -> bool:
    """Whether two rational functions are equal identically.

    They are if their difference is the polynomial 0, each 1/d read as one more symbol; they are not if it is another
    number at some point; and what is left is decided by the numerator over the common denominator.
    """
    if a == b:
        return True
    difference = a - b
    quotients = [p for p in difference.atoms(Pow) if p.exp.is_Integer and p.exp.is_negative]
    inverse = {base: Dummy() for base in dict.fromkeys(p.base for p in quotients)}
    if _vanishes(difference.xreplace({p: inverse[p.base] ** -p.exp for p in quotients})):
        return True
    if not quotients or _differs_somewhere(difference):
        return False
    return _vanishes(fraction(together(difference))[0])


def _vanishes(expr: Expr) -> bool:
    """Whether a polynomial is 0."""
    symbols = sorted(expr.free_symbols, key=str)
    try:
        return bool(ring(symbols, QQ)[0].from_expr(expr) == 0 if symbols else expr == 0)
    except ValueError:  # no polynomial in its symbols alone: it holds a power of e, say
        return bool(expand(expr) == 0)


def _differs_somewhere(difference: Expr) -> bool:
    """Whether a rational function has a value that is not 0 at a point drawn by lot."""
    found = Point(Flattening()).number(difference)
    return bool(found.is_number and abs(N(found, 30)) > 1e-12)


def is_opaque(expr: Any) -> bool:
    """Whether an expression is an applied function or a sum; exp is none, since a product of exps is an exp."""
    return isinstance(expr, Function | Sum | Cases) and not isinstance(expr, exp)


@dataclass
class Flattening:
    """Applied functions as symbols: σ(w x + b) ↦ s₃, σ′(w x + b) ↦ s₄, …, the arguments brought to a normal form.

    A square root is one, too, so that (w + ε)^{-3/2} is 1/s₅³.
    """

    names: dict[Any, Symbol] = field(default_factory=dict)
    keys: dict[Symbol, Any] = field(default_factory=dict)
    _known: dict[Any, Any] = field(default_factory=dict)

    def flat(self, expr: Any) -> Any:
        """The expression with each applied function replaced by a symbol, innermost first."""
        if not expr.args:
            return expr
        if expr not in self._known:
            if isinstance(expr, Sum):
                self._known[expr] = self._named((expr,))
                return self._known[expr]
            if isinstance(expr, Cases | Piecewise):
                pairs = [(expand(self.flat(value)), self._condition(condition)) for value, condition in expr.args]
                self._known[expr] = self._named((Piecewise, *pairs))
                return self._known[expr]
            arguments = [self.flat(a) for a in expr.args]
            if isinstance(expr, Pow) and expr.exp.is_Rational and expr.exp.q == 2:
                root = self._named((Pow, expand(arguments[0]), Rational(1, 2)))
                self._known[expr] = root**expr.exp.p
                return self._known[expr]
            if is_opaque(expr):
                self._known[expr] = self._named((expr.func, *[expand(a) for a in arguments]))
            else:
                self._known[expr] = expr.func(*arguments)
        return self._known[expr]

    def _condition(self, condition: Any) -> Any:
        if not isinstance(condition, Relational):
            return self.flat(condition)
        return condition.func(*[expand(self.flat(side)) for side in condition.args])

    def _named(self, key: Any) -> Symbol:
        if key not in self.names:
            name = Symbol(f"s_{len(self.names)}", real=True)
            self.names[key], self.keys[name] = name, key
        return self.names[key]


@dataclass
class Point:
    """A number for every symbol and every value of every undefined function, drawn as they are met.

    A function of which nothing is known may take any value at any argument, so two formulas that differ at a point
    differ: a counterexample. Numbers start at 2, so that 1/a and 1/(1 − a) exist.
    """

    flattening: Flattening
    _random: Random = field(default_factory=lambda: Random(0))
    _drawn: dict[Any, Integer] = field(default_factory=dict)
    _known: dict[Any, Any] = field(default_factory=dict)

    def number(self, expr: Any) -> Any:
        """The expression in numbers."""
        if expr.is_Number:
            return expr
        if expr not in self._known:
            self._known[expr] = self._number(expr)
        return self._known[expr]

    def _number(self, expr: Any) -> Any:
        if expr.is_Symbol:
            key = self.flattening.keys.get(expr)
            if key is None or isinstance(key[0], Sum) or key[0] is Piecewise:
                return self._draw(expr)
            return self._draw((key[0], *[self.number(a) for a in key[1:]]))
        if isinstance(expr, Sum | Cases | Piecewise):
            return self._draw((expr,))
        if is_opaque(expr):
            return self._draw((expr.func, *[self.number(a) for a in expr.args]))
        return expr.func(*[self.number(a) for a in expr.args]) if expr.args else expr

    def _draw(self, key: Any) -> Integer:
        if key not in self._drawn:
            self._drawn[key] = Integer(self._random.randrange(2, 1000))
        return self._drawn[key]
