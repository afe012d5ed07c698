"""Scalar expressions from text, by our own grammar: nothing that a user typed is ever evaluated."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import sympy
from lark import Lark, Transformer, Tree, UnexpectedInput, v_args
from lark.exceptions import VisitError
from sympy import Expr

from symbolic.errors import SpecError, SymbolicError, unknown

LONGEST, DEEPEST = 1_000, 80
"""A text of more characters is refused, and one whose operations are nested in more levels: SymPy is recursive."""

MOST_PARTS = 1_000
"""An expression of more parts, counted wherever they occur, is refused: max(u, v) says u and v twice."""

MOST_CASES = 32
"""A comparison of numbers that have more cases than this is refused."""

LARGEST_EXPONENT = 1_000
"""An exponent beyond this is refused, and a number beyond the range of double precision: SymPy computes exactly."""


def greater(a: Any, b: Any) -> Any:
    """a > b, decided for numbers only, and in double precision if they are not rational."""
    if a.free_symbols or b.free_symbols:
        return sympy.Gt(a, b, evaluate=False)
    exact = a.is_Rational and b.is_Rational
    return sympy.true if (a > b if exact else float(a) > float(b)) else sympy.false


def less(a: Any, b: Any) -> Any:
    """a < b, likewise."""
    if a.free_symbols or b.free_symbols:
        return sympy.Lt(a, b, evaluate=False)
    return greater(b, a)


def where(condition: Any, then: Expr, otherwise: Expr) -> Expr:
    """`then` where the condition holds, else `otherwise`; cases in the condition itself come first."""
    inner = sorted(condition.atoms(sympy.Piecewise), key=sympy.default_sort_key)
    if not inner:
        return sympy.Piecewise((then, condition), (otherwise, True))
    if math.prod(len(cases.args) for cases in inner) > MOST_CASES:
        raise SpecError(f"a condition of more than {MOST_CASES} cases")
    first = next(
        cases for cases in inner if not any(cases in other.atoms(sympy.Piecewise) for other in inner if other != cases)
    )
    compare = {sympy.StrictGreaterThan: greater, sympy.StrictLessThan: less}[condition.func]
    found = []
    for value, case in first.args:
        there = {first: value}
        left, right, yes, no = (replaced(part, there) for part in (*condition.args, then, otherwise))
        found.append((where(compare(left, right), yes, no), case))
    return sympy.Piecewise(*found)


FUNCTIONS: dict[str, tuple[int, Any]] = {
    "abs": (1, sympy.Abs),
    "cos": (1, sympy.cos),
    "cosh": (1, sympy.cosh),
    "erf": (1, sympy.erf),
    "exp": (1, sympy.exp),
    "log": (1, sympy.log),
    "max": (2, lambda a, b: where(greater(a, b), a, b)),
    "min": (2, lambda a, b: where(less(a, b), a, b)),
    "sign": (1, sympy.sign),
    "sin": (1, sympy.sin),
    "sinh": (1, sympy.sinh),
    "sqrt": (1, sympy.sqrt),
    "tanh": (1, sympy.tanh),
    "where": (3, where),
}
"""Functions that a definition may call: the number of arguments, and what they mean."""


def parse_scalar(text: str, names: Mapping[str, Any], functions: Mapping[str, tuple[int, Any]] = FUNCTIONS) -> Expr:
    """The SymPy expression that `text` says, with `names` for its variables and `functions` to be called.

    Raises SpecError where the text does not parse (the message points at the column), and UnknownNameError for a
    variable or a function that is not known.
    """
    if len(text) > LONGEST:
        raise SpecError(f"cannot read {text[:60]!r}…: more than {LONGEST} characters")
    try:
        tree = _grammar().parse(re.sub(r"\s", " ", text))
        if _depth(tree) > DEEPEST:
            raise SpecError(f"cannot read {text!r}: nested in more than {DEEPEST} levels")
        expr = _Reader(names, functions).transform(tree)
    except UnexpectedInput as error:
        at_end = getattr(getattr(error, "token", None), "type", "") == "$END"
        raise SpecError(f"cannot read {text!r} at {'its end' if at_end else f'column {error.column}'}") from None
    except VisitError as error:
        if isinstance(error.orig_exc, SymbolicError):
            raise type(error.orig_exc)(f"cannot read {text!r}: {error.orig_exc}") from None
        raise SpecError(f"cannot read {text!r}: {error.orig_exc}") from None
    return expr


def _depth(tree: Any) -> int:
    """The levels of a parse tree, counted without recursion."""
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [child for node in level if isinstance(node, Tree) for child in node.children]
    return depth


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    return Lark((files(__package__) / "scalar.lark").read_text("utf-8"), parser="lalr")


_NOT_REAL = (sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.I)


def _checked(method: Callable[..., Any], data: str, children: list[Any], meta: Any) -> Any:
    """What a rule of the grammar means, if it is a real number in the range of double precision, or no number."""
    return checked(method(*children))


def checked(result: Any) -> Any:
    """What was made of checked parts. Raises SpecError where it is no real number, out of range or too large."""
    if isinstance(result, Expr):
        if result.has(*_NOT_REAL):
            raise SpecError("a part of it is no real number")
        if _bits(result) > 1024 or not (result.is_Rational or result.free_symbols or _is_moderate(result)):
            raise SpecError("number out of range")
    if getattr(result, "args", ()) and is_large(result):
        raise SpecError("it grows too large when written out")
    return result


def rebuilt(expr: Any, arguments: list[Any]) -> Any:
    """The expression with other arguments, refused like what is read: SymPy would compute 10^(10^9)."""
    if all(new is old for new, old in zip(arguments, expr.args, strict=True)):
        return expr
    if expr.is_Pow:
        _check_exponent(arguments[1], _bits(arguments[0]))
    if isinstance(expr, sympy.exp) and arguments[0].has(sympy.log):
        _check_exponent(arguments[0])
    return checked(expr.func(*arguments))


def replaced(expr: Any, meanings: Mapping[Any, Any]) -> Any:
    """The expression with parts of it replaced by what they mean."""
    if expr in meanings:
        return meanings[expr]
    return rebuilt(expr, [replaced(argument, meanings) for argument in expr.args]) if expr.args else expr


def _is_moderate(number: Expr) -> bool:
    """Whether a number that is not rational is in the range of double precision: its parts are, so this is quick."""
    try:
        return abs(complex(number)) < 1e300
    except (OverflowError, ValueError, TypeError):
        return False


def is_large(expr: Any) -> bool:
    """Whether an expression has more than MOST_PARTS parts; counting stops there."""
    found, waiting = 0, [expr]
    while waiting and found <= MOST_PARTS:
        found += 1
        waiting.extend(waiting.pop().args)
    return found > MOST_PARTS


def _bits(expr: Expr) -> int:
    """The length of the number that an expression is multiplied with."""
    factor = expr.as_coeff_Mul()[0]
    return max(abs(factor.p), factor.q).bit_length() if factor.is_Rational else 1


@v_args(wrapper=_checked)
class _Reader(Transformer[Any, Any]):
    """Grammar rule by grammar rule, what each means."""

    def __init__(self, names: Mapping[str, Any], functions: Mapping[str, tuple[int, Any]]) -> None:
        super().__init__()
        self._names = names
        self._functions = functions

    def number(self, token: str) -> Expr:
        exponent = re.search(r"[eE](.*)", token)
        if len(token) > 320 or (exponent and abs(int(exponent[1])) > 400):
            raise SpecError("number out of range")
        return sympy.Rational(str(token))

    def name(self, token: str) -> Any:
        if token not in self._names:
            raise unknown("variable", str(token), self._names)
        return self._names[token]

    def call(self, token: str, arguments: list[Any]) -> Any:
        if token not in self._functions:
            raise unknown("function", str(token), self._functions)
        arity, function = self._functions[token]
        if len(arguments) != arity:
            raise SpecError(f"{token} takes {arity} argument(s), got {len(arguments)}")
        for k, argument in enumerate(arguments, 1):
            wanted = "condition" if (token, k) == ("where", 1) else "number"
            if isinstance(argument, Expr) is not (wanted == "number"):
                raise SpecError(f"argument {k} of {token} is no {wanted}")
        if token == "exp" and arguments[0].has(sympy.log):
            _check_exponent(arguments[0])
        return function(*arguments)

    def arguments(self, *given: Any) -> list[Any]:
        return list(given)

    def add(self, a: Any, b: Any) -> Any:
        return a + b

    def subtract(self, a: Any, b: Any) -> Any:
        return a - b

    def multiply(self, a: Any, b: Any) -> Any:
        return a * b

    def divide(self, a: Any, b: Any) -> Any:
        return a / b

    def negate(self, a: Any) -> Any:
        return -a

    def power(self, a: Any, b: Any) -> Any:
        _check_exponent(b, _bits(a))
        return a**b

    def greater(self, a: Any, b: Any) -> Any:
        return greater(a, b)

    def less(self, a: Any, b: Any) -> Any:
        return less(a, b)


def _check_exponent(exponent: Expr, bits: int = 1) -> None:
    """Raises SpecError where a power would have a number in it that takes long to compute."""
    factor = abs(exponent.as_coeff_Mul()[0])
    if factor > LARGEST_EXPONENT or factor * bits > 100 * LARGEST_EXPONENT or _bits(exponent) > 64:
        raise SpecError("exponent too large")
