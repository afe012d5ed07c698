"""Scalar expressions as LaTeX or plain text: entries, sums, named functions, coefficients."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import singledispatchmethod
from typing import Any

from sympy import (
    Abs,
    Add,
    And,
    Expr,
    Indexed,
    Integer,
    KroneckerDelta,
    Mul,
    Number,
    NumberSymbol,
    Piecewise,
    Pow,
    Rational,
    Sum,
    Symbol,
    fraction,
    sympify,
)
from sympy.core.function import Application
from sympy.core.relational import Relational

from symbolic.algebra.entries import Cases, Entry, PlacedDelta
from symbolic.algebra.functions import NamedFunction
from symbolic.notation.markup import in_text, letter, parenthesised
from symbolic.notation.names import Names

SUM, PRODUCT, POWER, ATOM = 1, 2, 4, 5
"""Binding strengths."""


@dataclass(frozen=True)
class Scalars:
    """Writes scalar expressions; symbols in `atoms` stand for what is given there, with its binding strength.

    With `entrywise`, products and quotients of what depends on the atoms are the author's ∘ and ⊘. Atoms in `turned`
    are transposes of the names there: σ(zᵀ) is written σ(z)ᵀ. Atoms in `numbers` are the same in every entry: they are
    written in front, and as a multiple of `one` where they stand alone. Factors that hold one of the `errors` (δ, y)
    come before local ones like σ′(z), or after them.
    """

    names: Names
    atoms: dict[Any, tuple[str, int]] = field(default_factory=dict)
    order: tuple[Any, ...] = ()
    errors: frozenset[Any] = frozenset()
    errors_first: bool = True
    entrywise: bool = False
    times: str = " "
    turned: dict[Any, str] = field(default_factory=dict)
    transpose: Callable[[str], str] = str
    numbers: frozenset[Any] = frozenset()
    one: str = ""

    @property
    def _markup(self) -> Any:
        return self.names.markup

    def print(self, expr: Any) -> str:
        """The expression as text."""
        return self.at(sympify(expr), 0)

    def at(self, expr: Expr, strength: int) -> str:
        """The expression, in brackets where it binds more weakly than its surroundings."""
        text, own = self.write(expr)
        return text if own >= strength else parenthesised(text, self._markup)

    def cases(self, expr: Expr) -> str:
        """An entry, its Kronecker deltas and indicators written as the cases in which it is not 0."""
        conditions = [c for factor in Mul.make_args(expr) if (c := self._condition(factor))]
        if not conditions:
            return self.print(expr)
        rest = Mul(*[factor for factor in Mul.make_args(expr) if not self._condition(factor)])
        markup = self._markup
        case = markup.case.format(self.print(rest), markup.both.join(conditions))
        return str(markup.cases.format(case + markup.otherwise))

    def _condition(self, factor: Expr) -> str | None:
        if isinstance(factor, KroneckerDelta):
            return str(self._markup.equal.format(*[self.names.extent(index) for index in factor.args]))
        if isinstance(factor, NamedFunction) and factor.order == 1 and factor.spelling.indicator:
            return factor.spelling.indicator.replace("{}", self.at(factor.args[0], SUM))
        return None

    def coefficient(self, c: Expr) -> str:
        """A scalar in front of a matrix: 2, −(1/K), ½; nothing for 1."""
        if c == 1:
            return ""
        if c == -1:
            return str(self._markup.minus)
        negative = c.could_extract_minus_sign()
        text = self._quotient(-c if negative else c)
        if self._markup.position == 1 and "/" in text:
            text = parenthesised(text, self._markup)
        text = f"{self._markup.minus if negative else ''}{text}"
        glued = self._markup.position == 0 or c.is_Integer
        return text if glued and not text[-1].isalpha() else f"{text} "

    def scaled(self, c: Expr, text: str) -> str:
        """A scalar in front of a written factor; a dot keeps two numbers apart."""
        front = self.coefficient(c)
        between = " · " if front[-1:].isdigit() and text[0].isdigit() else ""
        return front + between + text

    def write(self, expr: Expr) -> tuple[str, int]:
        """The expression and how strongly it binds."""
        if expr in self.atoms:
            return self.atoms[expr]
        return self._write(expr)

    @singledispatchmethod
    def _write(self, expr: Any) -> tuple[str, int]:
        raise TypeError(f"no spelling for {type(expr).__name__}: add one in symbolic/notation/scalars.py")

    @_write.register(Number)
    def _(self, expr: Number) -> tuple[str, int]:
        if expr < 0:
            return f"{self._markup.minus}{self.at(-expr, PRODUCT)}", SUM
        if isinstance(expr, Rational) and expr.q > 8 and (decimal := _decimal(expr)):
            return decimal, ATOM
        if isinstance(expr, Rational) and expr.q > 10**6:
            return f"{float(expr):.10g}", ATOM
        if isinstance(expr, Rational) and expr.q != 1:
            if self._markup.position == 1 and (expr.p, expr.q) == (1, 2):
                return "½", ATOM
            return self._markup.fraction.format(expr.p, expr.q), PRODUCT
        return str(expr), ATOM

    @_write.register(Symbol)
    def _(self, expr: Symbol) -> tuple[str, int]:
        """A size or, if it is no integer, a hyperparameter."""
        return self.names.size(expr) if expr.is_integer else letter(expr.name, self._markup), ATOM

    @_write.register(NumberSymbol)
    def _(self, expr: NumberSymbol) -> tuple[str, int]:
        return {"Pi": letter("pi", self._markup), "Exp1": "e"}[type(expr).__name__], ATOM

    @_write.register(Indexed)
    def _(self, expr: Indexed) -> tuple[str, int]:
        return self.names.size(expr), ATOM

    @_write.register(Entry)
    def _(self, expr: Entry) -> tuple[str, int]:
        return self.names.entry(expr), ATOM

    @_write.register(KroneckerDelta)
    def _(self, expr: KroneckerDelta) -> tuple[str, int]:
        """δ_ij, with a comma where an index is more than a letter: δ_{q,i+2}."""
        indices = [self.names.extent(i) for i in expr.args]
        return self._markup.kronecker.format(("" if all(len(i) == 1 for i in indices) else ",").join(indices)), ATOM

    @_write.register(Cases)
    def _(self, expr: Cases) -> tuple[str, int]:
        text, strength = self.write(expr.piecewise)
        single = sum(value != 0 for value, _ in expr.args) == 1
        return text, POWER if single and not text.startswith(self._markup.minus) else strength

    @_write.register(PlacedDelta)
    def _(self, expr: PlacedDelta) -> tuple[str, int]:
        places = self._markup.equal.format(self.print(expr.args[0]), self.names.extent(expr.args[1]))
        return self._markup.indicator.format(places), ATOM

    @_write.register(Add)
    def _(self, expr: Add) -> tuple[str, int]:
        """Positive terms first, in the order of the operands; −a − b as −(a + b)."""
        content, rest = _content(expr)
        if content != 1:
            return self.coefficient(content) + self.at(rest, PRODUCT), PRODUCT
        ordered = sorted(expr.args, key=lambda t: (t.could_extract_minus_sign(), self._reading_order(t)[1:]))
        if ordered[0].could_extract_minus_sign():
            return f"{self._markup.minus}{self.at(Add(*[-t for t in ordered]), PRODUCT)}", SUM
        text = self._term(ordered[0], SUM)
        for term in ordered[1:]:
            if term.could_extract_minus_sign():
                text += f" {self._markup.minus} {self._term(-term, PRODUCT)}"
            else:
                text += f" + {self._term(term, SUM)}"
        return text, SUM

    @_write.register(Mul)
    def _(self, expr: Mul) -> tuple[str, int]:
        constant: list[Expr] = []
        varying: list[Expr] = []
        for factor in expr.args:
            content, rest = _content(factor) if factor.is_Add else (Integer(1), factor)
            (varying if self._varies(factor) else constant).append(rest)
            constant.append(content)
        c = Mul(*constant)
        numbers = [f for f in varying if self._is_number(f)]
        if numbers and len(numbers) < len(varying):
            return self._in_front(c * Mul(*numbers), Mul(*[f for f in varying if f not in numbers]))
        turned = next((k for k, f in enumerate(varying) if f.is_Add and self._starts_negative(f)), None)
        if c.could_extract_minus_sign() and turned is not None:
            c, varying[turned] = -c, -varying[turned]
        if c.could_extract_minus_sign():
            return f"{self._markup.minus}{self.at(-c * Mul(*varying), PRODUCT)}", SUM
        if not varying:
            return self._quotient(c), PRODUCT
        above = [f for f in varying if not _is_reciprocal(f)]
        below = [1 / f for f in varying if _is_reciprocal(f)]
        if not above and not self.entrywise:
            return self.fraction(c, self._side(below)), PRODUCT
        if not below:
            return self.scaled(c, self._product(above)), PRODUCT
        wide_below = len(below) > 1 or self._is_product(below[0])
        text = self._over(self._side(above), self._side(below), len(above) > 1, wide_below)
        return self.scaled(c, text), PRODUCT

    def fraction(self, c: Expr, below: str) -> str:
        """c over a factor: 2/Σw."""
        numerator, denominator = fraction(c)
        if numerator.could_extract_minus_sign():
            return f"{self._markup.minus}{self.fraction(-c, below)}"
        if denominator != 1:
            below = f"{self._tight(denominator)} {below}"
            below = parenthesised(below, self._markup) if self._markup.position == 1 else below
        return str(self._markup.fraction.format(self._tight(numerator), below))

    def _is_number(self, expr: Expr) -> bool:
        """Whether an expression holds atoms that are numbers, and no others."""
        held = expr.free_symbols & set(self.atoms)
        return bool(held) and held <= self.numbers

    def _in_front(self, number: Expr, rest: Expr) -> tuple[str, int]:
        """A number in front of what is multiplied entrywise: (ẑᵀ g) ẑ, and not (ẑᵀ g) 𝟏 ⊙ ẑ."""
        plain = replace(self, entrywise=False, times=" ", numbers=frozenset())
        if number.could_extract_minus_sign():
            text, strength = self._in_front(-number, rest)
            return f"{self._markup.minus}{text if strength >= PRODUCT else parenthesised(text, self._markup)}", SUM
        return f"{self._bracketed(plain.at(number, PRODUCT))} {self.at(rest, PRODUCT)}", PRODUCT

    def _bracketed(self, number: str) -> str:
        """A number in front of a product: in text, a quotient takes brackets."""
        quotient = self._markup.position == 1 and "/" in number and not number.startswith("(")
        return parenthesised(number, self._markup) if quotient else number

    def _term(self, term: Expr, strength: int) -> str:
        """A term of an entrywise sum; one that is a number, c, stands for c 𝟏."""
        if not self._is_number(term):
            return self.at(term, strength)
        plain = replace(self, entrywise=False, times=" ", numbers=frozenset())
        return f"{self._bracketed(plain.at(term, PRODUCT))} {self.one}"

    @_write.register(Pow)
    def _(self, expr: Pow) -> tuple[str, int]:
        if not self._varies(expr) and _is_reciprocal(expr):
            return self._quotient(expr), PRODUCT
        if _is_reciprocal(expr):
            return self._over("1", self._side([1 / expr]), False, self._is_product(1 / expr)), PRODUCT
        if self._is_product(expr):
            return self._product([expr.base] * int(expr.exp)), PRODUCT
        if expr.exp == Rational(1, 2):
            return self._markup.root.format(self.print(expr.base)), ATOM
        base = self.at(expr.base, ATOM)
        if "^" in base and not base.startswith(("(", r"\left(")):
            base = parenthesised(base, self._markup)
        exponent = self.print(expr.exp)
        if self._markup.position == 1:
            return in_text(f"{base}^#", exponent), POWER
        return f"{{{base}}}^{{{exponent}}}", POWER

    @_write.register(Sum)
    def _(self, expr: Sum) -> tuple[str, int]:
        function = expr.function
        content, rest = _content(function) if function.is_Add else (Integer(1), function)
        text = self.at(rest, PRODUCT)
        for k, _, upper in expr.limits:
            text = self._markup.sum.format(self.print(k), self.print(upper), text)
        return self.scaled(content, text), PRODUCT

    @_write.register(Piecewise)
    def _(self, expr: Piecewise) -> tuple[str, int]:
        """1{|u| > δ} ⊙ sign u + 1{|u| ≤ δ} ⊙ u: each case that is not 0, times the indicator of where it holds."""
        terms = [self._times_indicator(value, region) for value, region in regions(expr) if value != 0]
        text = terms[0][1] if not terms[0][0] else f"{self._markup.minus}{terms[0][1]}"
        for negative, term in terms[1:]:
            text += f" {self._markup.minus if negative else '+'} {term}"
        return text, PRODUCT if len(terms) == 1 and not terms[0][0] else SUM

    def _times_indicator(self, value: Expr, region: list[Relational]) -> tuple[bool, str]:
        """Whether a case is negative, and its absolute value times the indicator."""
        indicator = self._markup.indicator.format(", ".join(map(self._relation, region)))
        if not self._varies(value):
            negative = value.could_extract_minus_sign()
            return negative, self.scaled(-value if negative else value, indicator)
        text, strength = self.write(value)
        negative = not value.is_Add and text.startswith(self._markup.minus)
        if not negative and strength < PRODUCT:
            text = parenthesised(text, self._markup)
        return negative, f"{text.removeprefix(self._markup.minus) if negative else text}{self.times}{indicator}"

    def _relation(self, condition: Relational) -> str:
        """What varies first: |u| > δ."""
        shown = condition if self._varies(condition.lhs) else condition.reversed
        left, right = (self.at(side, SUM) for side in shown.args)
        return f"{left} {self._markup.relations[shown.rel_op]} {right}"

    @_write.register(Abs)
    def _(self, expr: Abs) -> tuple[str, int]:
        return self._markup.absolute.format(self.print(expr.args[0])), ATOM

    @_write.register(Application)
    def _(self, expr: Application) -> tuple[str, int]:
        name = self._markup.functions.get(type(expr).__name__, type(expr).__name__)
        argument, strength = self.write(expr.args[0])
        if strength == ATOM and not name.startswith(r"\mathrm"):
            return f"{name} {argument}", POWER
        return f"{name}{parenthesised(argument, self._markup)}", POWER

    @_write.register(NamedFunction)
    def _(self, expr: NamedFunction) -> tuple[str, int]:
        """σ(z), σ′(z), 1{z > 0}, or as the profile has it: (z)^+."""
        inner = self.turned.get(expr.args[0])
        if inner is not None:
            return self.transpose(self._applied(expr, inner)), ATOM
        return self._applied(expr, self.print(expr.args[0])), ATOM

    def _applied(self, expr: NamedFunction, argument: str) -> str:
        spelling, order = expr.spelling, expr.order
        position = self._markup.position
        if order == 0 and expr.label in self.names.profile.functions:
            return self.names.profile.functions[expr.label][position].replace("%", argument)
        if order == 1 and spelling.indicator:
            condition = spelling.indicator.replace("{}", argument)
            return (rf"\mathbf{{1}}\{{{condition}\}}", f"1{{{condition}}}")[position]
        name = (spelling.latex, spelling.text)[position]
        if spelling.subscripts:
            indices = ",".join(self.print(parameter) for parameter in spelling.subscripts)
            name = f"{name}_{{{indices}}}" if position == 0 else f"{name}_{indices}"
        for _ in range(order):
            name = self._markup.prime.format(name)
        return f"{name}{parenthesised(argument, self._markup)}"

    def _is_product(self, expr: Expr) -> bool:
        """Whether a power is written as a product: U ∘ U for U²."""
        return bool(self.entrywise and expr.is_Pow and self._varies(expr.base) and expr.exp in (2, 3))

    def _starts_negative(self, total: Add) -> bool:
        """Whether the term of the first operand in a sum is negative: −a + y."""
        placed = [(k, t) for k, atom in enumerate(self.order) for t in total.args if t.has(atom)]
        return bool(placed and min(placed, key=lambda pair: pair[0])[1].could_extract_minus_sign())

    def _varies(self, expr: Expr) -> bool:
        """Whether an expression depends on entries or atoms, not on sizes alone."""
        return bool(expr.free_symbols & set(self.atoms)) or bool(expr.atoms(Entry, KroneckerDelta))

    def _product(self, factors: list[Expr]) -> str:
        factors = [base for f in factors for base in ([f.base] * int(f.exp) if self._is_product(f) else [f])]
        ordered = sorted(factors, key=self._reading_order)
        if not ordered:
            return "1"
        if len(ordered) == 1:
            return self.at(ordered[0], PRODUCT)
        texts = [self.at(f, PRODUCT + 1) for f in ordered]
        for k, f in enumerate(ordered[:-1]):  # what follows a Σ is under it
            if self._writes_sum(f) and not texts[k].startswith(("(", r"\left(")):
                texts[k] = parenthesised(texts[k], self._markup)
        if isinstance(ordered[-1], Sum):
            texts[-1] = self.print(ordered[-1])
        return self.times.join(texts)

    def _writes_sum(self, expr: Expr) -> bool:
        """Whether an expression is a Σ, or an atom that is written as one."""
        return isinstance(expr, Sum) or (expr in self.atoms and self.atoms[expr][0].startswith((r"\sum", "Σ")))

    def _side(self, factors: list[Expr]) -> str:
        """One side of a quotient; above or below a fraction bar a sum needs no brackets."""
        bar = not self.entrywise and self._markup.position == 0
        return self.print(factors[0]) if bar and len(factors) == 1 else self._product(factors)

    def _over(self, above: str, below: str, wide_above: bool, wide_below: bool) -> str:
        if not self.entrywise and self._markup.position == 0:
            return str(self._markup.fraction.format(above, below))
        above = parenthesised(above, self._markup) if wide_above else above
        below = parenthesised(below, self._markup) if wide_below else below
        pair = self.names.profile.division if self.entrywise else ("", self._markup.fraction.format("@", "%"))
        return pair[self._markup.position].replace("@", above).replace("%", below)

    def _quotient(self, c: Expr) -> str:
        """A positive constant: 2, 1/(KN), ½."""
        numerator, denominator = fraction(c)
        if denominator == 1:
            return self._tight(numerator)
        if c.is_Rational:
            return self.print(c)
        below = self._tight(denominator)
        if self._markup.position == 1 and denominator.is_Mul:
            below = parenthesised(below, self._markup)
        return str(self._markup.fraction.format(self._tight(numerator), below))

    def _tight(self, expr: Expr) -> str:
        """A product of numbers and sizes without a space: 2N."""
        text = ""
        for factor in Mul.make_args(expr):
            written = self.at(factor, PRODUCT)
            text += f" {written}" if re.search(r"\\[A-Za-z]+$", text) and written[0].isalpha() else written
        return text

    def _reading_order(self, expr: Expr) -> Any:
        """Where a factor or a term stands among others.

        Errors and local factors apart, which is for factors alone; then by the order of the atoms; entries by index:
        i, summed ones, j; names before sums of them, and Σ last.
        """
        local = bool(self.errors) and not _outside_functions(expr) & self.errors
        positions = [k for k, atom in enumerate(self.order) if expr.has(atom)]
        indices = {str(s) for e in expr.atoms(Entry) for s in (e.row, e.col)}
        column = 0 if not indices or "i" in indices else 2 if "j" in indices else 1
        first = min(positions, default=len(self.order))
        written_out = isinstance(expr, Application) and not isinstance(expr, NamedFunction | KroneckerDelta)
        size = expr.count_ops() if expr.is_Mul else 0
        apart = local is self.errors_first
        return (apart, written_out, self._writes_sum(expr), first, column, bool(expr.is_Add), size, str(expr))


def _content(total: Add) -> tuple[Expr, Expr]:
    """A number that all terms have in common, and the rest: 2 (a − y); none for 1 − ½ a."""
    content, rest = total.primitive()
    plain = any(abs(term.as_coeff_Mul()[0]) == 1 for term in total.args)
    return (Integer(1), total) if plain and content > 0 else (content, rest)


def _decimal(number: Rational) -> str | None:
    """0.05 for 1/20: a fraction of few decimals."""
    text = format(float(number), "f").rstrip("0")
    return text if Rational(text) == number else None


_SIGNS = {"<": "-", "<=": "-0", ">": "+", ">=": "+0", "==": "0", "!=": "-+"}
"""A relation ↦ the signs that the difference of its sides may have."""


def regions(cases: Piecewise) -> list[tuple[Expr, list[Relational]]]:
    """The cases, each with all the relations that hold there, those of the cases before it negated."""
    found: list[tuple[Expr, list[Relational]]] = []
    before: list[Relational] = []
    for value, condition in cases.args:
        holds = [] if condition == True else [condition]  # noqa: E712
        here = [each for held in holds for each in (held.args if isinstance(held, And) else (held,))]
        found.append((value, _narrowed([*before, *here])))
        before += [each.negated for each in here if len(here) == 1]
    return found


def _narrowed(relations: list[Relational]) -> list[Relational]:
    """One relation for each pair of sides: z ≥ 0 and z ≠ 0 is z > 0."""
    signs: dict[tuple[Expr, Expr], set[str]] = {}
    for relation in relations:
        upright = relation if tuple(relation.args[::-1]) not in signs else relation.reversed
        known = signs.setdefault(tuple(upright.args), set("-0+"))
        known &= set(_SIGNS[upright.rel_op])
    named = {frozenset(allowed): name for name, allowed in _SIGNS.items()}
    return [
        Relational(*sides, named[frozenset(left)], evaluate=False) for sides, left in signs.items() if len(left) < 3
    ]


def _outside_functions(expr: Expr) -> set[Any]:
    """The symbols of an expression that are no argument of a named function."""
    hidden = {f: Symbol("f") for f in expr.atoms(NamedFunction)}
    return set(expr.xreplace(hidden).free_symbols)


def _is_reciprocal(expr: Expr) -> bool:
    return isinstance(expr, Pow) and bool(expr.exp.could_extract_minus_sign())
