"""From the tree of a network formula to the values that it computes, equal ones being one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import singledispatchmethod
from typing import Any, NoReturn, TypeVar

from symbolic.errors import SymbolicError, unknown
from symbolic.reading import nodes
from symbolic.reading.nodes import Node
from symbolic.reading.spelling import LAYERS, Symbol, functions
from symbolic.reading.values import (
    Affine,
    Applied,
    Input,
    Joined,
    Layer,
    Meaning,
    Parameter,
    Scalar,
    Scaled,
    Value,
)

V = TypeVar("V", bound=Value)

INPUTS = ("x", "X")
COEFFICIENTS = frozenset(
    ("alpha", "beta", "gamma", "epsilon", "eta", "kappa", "lambda", "mu", "nu", "rho", "tau", "omega")
)
"""Greek letters without an index are numbers, and not matrices, where they multiply."""


def refuse(node: Node | Parameter | Value, problem: str) -> NoReturn:
    """The error about a place of the formula."""
    raise SymbolicError(f"formula: column {node.column}: {problem}")


class Reader:
    """Reads a tree as values; what a formula says twice is one value."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], Any] = {}

    def make(self, kind: type[V], column: int, *of: Any) -> V:
        """The value of this kind of those sources and names, the one made before if there is one."""
        found: V = self._known.setdefault((kind, *of), kind(column, *of))
        return found

    def value(self, node: Node) -> Value:
        """What a tree computes. Raises SymbolicError where it is no value of a network."""
        found = self.meaning(node)
        if isinstance(found, Value):
            return found
        refuse(node, "this does not depend on the input x")

    @singledispatchmethod
    def meaning(self, node: Node) -> Meaning:
        """A value, a parameter or a number."""
        refuse(node, f"{_KINDS.get(type(node), 'this')} has no place in a network")

    @meaning.register
    def _(self, node: nodes.Equation) -> Meaning:
        return self.meaning(node.sides[-1])

    @meaning.register
    def _(self, node: nodes.Number) -> Meaning:
        return Fraction(node.text) if len(node.text) < 20 else refuse(node, "this number is too long")

    @meaning.register
    def _(self, node: nodes.Name) -> Meaning:
        symbol: Symbol = node.known
        if symbol.name in INPUTS:
            return self.make(Input, node.column)
        return Parameter(node.column, symbol.name, symbol.transposed)

    @meaning.register
    def _(self, node: nodes.Letter) -> Meaning:
        return Parameter(node.column, node.text)

    @meaning.register
    def _(self, node: nodes.Transposed) -> Meaning:
        found = self.meaning(node.inside)
        if not isinstance(found, Parameter):
            refuse(node, "only weights are transposed in a network; write samples as columns (W x) or rows (x W)")
        return Parameter(node.column, found.name, not found.turned)

    @meaning.register
    def _(self, node: nodes.Negative) -> Meaning:
        refuse(node, "a minus sign; write + (a weight or a bias may be negative itself)")

    @meaning.register
    def _(self, node: nodes.Positive) -> Meaning:
        return self.make(Applied, node.column, "relu", self.value(node.inside))

    @meaning.register
    def _(self, node: nodes.Product) -> Meaning:
        return self._product(node, [self.meaning(factor) for factor in node.factors])

    @meaning.register
    def _(self, node: nodes.Fraction) -> Meaning:
        return self._quotient(node, node.above, node.below)

    @meaning.register
    def _(self, node: nodes.Operation) -> Meaning:
        if node.sign == "STAR":
            return self._product(node, [self.meaning(node.left), self.meaning(node.right)])
        if node.sign == "SLASH":
            return self._quotient(node, node.left, node.right)
        found = [self.meaning(node.left), self.meaning(node.right)]
        masks = [part for part in found if isinstance(part, Parameter)]
        values = [part for part in found if isinstance(part, Value)]
        if node.sign == "OSLASH" or len(masks) != 1 or len(values) != 1:
            refuse(node, "values are not multiplied entry by entry in a network, only a mask with a value (dropout)")
        return self.make(Layer, node.column, "dropout", values[0], 0.0, masks[0].name)

    @meaning.register
    def _(self, node: nodes.Sum) -> Meaning:
        return self._sum(node, [self.meaning(term) for term in _terms(node)])

    @meaning.register
    def _(self, node: nodes.Blocks) -> Meaning:
        return self.make(Joined, node.column, "concatenate", tuple(self.value(part) for part in node.parts))

    @meaning.register
    def _(self, node: nodes.Call) -> Meaning:
        return _CALLS.get(node.function, _activation)(self, node)

    # -- products and sums

    def _product(self, node: Node, factors: list[Meaning]) -> Meaning:
        """c W₂ W₁ a, or c a W₁ W₂: numbers in front, weights on one side of a value."""
        factors = [_coefficient(f) for f in factors[:-1]] + factors[-1:]
        numbers = [f for f in factors if isinstance(f, Fraction | str)]
        rest = [f for f in factors if not isinstance(f, Fraction | str)]
        if not rest:
            return self._numbers(node, numbers)
        values = [position for position, f in enumerate(rest) if isinstance(f, Value)]
        if len(values) != 1:
            refuse(
                node, "a product of two values is no layer" if values else "nothing here is multiplied with the input"
            )
        at = values[0]
        if 0 < at < len(rest) - 1:
            refuse(node, "weights on both sides of a value; write samples as columns (W x) or rows (x W)")
        found = rest[at]
        for weight in (*reversed(rest[:at]), *rest[at + 1 :]):
            assert isinstance(weight, Parameter)
            assert isinstance(found, Value)
            found = self.make(Affine, weight.column, weight.name, weight.turned, at == 0, found, None)
        for number in numbers:
            assert isinstance(found, Value)
            found = _scaled(self, node, number, found)
        return found

    def _numbers(self, node: Node, numbers: list[Scalar]) -> Scalar:
        product = Fraction(1)
        for number in numbers:
            if isinstance(number, str):
                refuse(node, f"{number} stands in front of no value")
            product *= number
        return product

    def _quotient(self, node: Node, above: Node, below: Node) -> Meaning:
        """a / 2"""
        found, divisor = self.meaning(above), self.meaning(below)
        if not isinstance(divisor, Fraction) or divisor == 0 or isinstance(found, Parameter | str):
            refuse(node, "only a value is divided in a network, by a number other than 0")
        return found / divisor if isinstance(found, Fraction) else _scaled(self, node, 1 / divisor, found)

    def _sum(self, node: Node, terms: list[Meaning]) -> Meaning:
        """W a + b + V h + c + a: each bias with the product before it that has none yet, the rest added."""
        values: list[Value] = []
        waiting: list[Parameter] = []
        for term in terms:
            if isinstance(term, Fraction | str):
                refuse(node, "a number is added; a bias is written as a name")
            (values if isinstance(term, Value) else waiting).append(term)  # type: ignore[arg-type]
        for bias in waiting:
            bare = [k for k, v in enumerate(values) if isinstance(v, Affine) and v.bias is None]
            before = [k for k in bare if values[k].column < bias.column]
            if not bare:
                refuse(bias, f"{bias.name} is added to no product with a weight; a bias belongs to W … + b")
            at = (before or bare)[-1]
            affine = values[at]
            assert isinstance(affine, Affine)
            said = affine.weight, affine.turned, affine.in_rows, affine.source
            values[at] = self.make(Affine, affine.column, *said, bias.name)
        return values[0] if len(values) == 1 else self.make(Joined, node.column, "add", tuple(values))


def _terms(node: nodes.Sum) -> Iterator[Node]:
    """The terms, those of a sum inside among them."""
    for term in node.terms:
        if isinstance(term, nodes.Sum):
            yield from _terms(term)
        else:
            yield term


def _coefficient(factor: Meaning) -> Meaning:
    return factor.name if isinstance(factor, Parameter) and factor.name in COEFFICIENTS else factor


def _scaled(reader: Reader, node: Node, factor: Scalar, value: Value) -> Value:
    if factor == 1:
        return value
    if isinstance(factor, Fraction):
        if factor <= 0:
            refuse(node, f"a factor of {factor}; give a positive one")
        return reader.make(Scaled, node.column, _written(factor), value)
    return reader.make(Scaled, node.column, factor, value)


def _written(number: Fraction) -> float | str:
    """A number as a spec says it exactly: 2, 0.5, "1/3"."""
    if number.denominator == 1:
        return int(number)
    return float(number) if Fraction(str(float(number))) == number else str(number)


# -- calls


def _activation(reader: Reader, node: nodes.Call) -> Value:
    """f(a), or f(a, α, …) for an activation with parameters."""
    name = node.function
    if name not in functions().values():
        raise unknown("function", name, set(functions().values()), place=f"formula: column {node.column}")
    value, *parameters = node.arguments
    given = ", ".join(_parameter(reader, parameter) for parameter in parameters)
    return reader.make(Applied, node.column, f"{name}({given})" if given else name, reader.value(value))


def _parameter(reader: Reader, node: Node) -> str:
    found = reader.meaning(node)
    if isinstance(found, Value):
        refuse(node, "an activation takes one value; its parameters are numbers or names")
    if isinstance(found, Fraction):
        return str(_written(found))
    return found if isinstance(found, str) else found.name


def _rectified(reader: Reader, node: nodes.Call) -> Value:
    """max(0, a)"""
    zeros = [a for a in node.arguments if isinstance(a, nodes.Number) and float(a.text) == 0]
    others = [a for a in node.arguments if a not in zeros]
    if len(zeros) != 1 or len(others) != 1:
        refuse(node, "only max(0, a) is an activation")
    return reader.make(Applied, node.column, "relu", reader.value(others[0]))


def _logarithm(reader: Reader, node: nodes.Call) -> Value:
    """log softmax(a)"""
    inside = reader.value(node.arguments[0])
    if not isinstance(inside, Applied) or inside.activation != "softmax":
        refuse(node, "only log softmax(a) is an activation")
    return reader.make(Applied, node.column, "log_softmax", inside.source)


def _joined(reader: Reader, node: nodes.Call) -> Value:
    """concat(a, b, …)"""
    if len(node.arguments) < 2:
        refuse(node, "concat takes two values or more")
    return reader.make(Joined, node.column, "concatenate", tuple(reader.value(part) for part in node.arguments))


def _layer(reader: Reader, node: nodes.Call) -> Value:
    """layer_norm(a), dropout(a, p)"""
    value, *rest = node.arguments
    rates = [reader.meaning(part) for part in rest]
    if len(rates) > (node.function == "dropout") or not all(isinstance(rate, Fraction) for rate in rates):
        refuse(node, f"{node.function} takes a value" + (" and a rate" if node.function == "dropout" else ""))
    rate = rates[0] if rates else Fraction(0)
    assert isinstance(rate, Fraction)
    return reader.make(Layer, node.column, node.function, reader.value(value), float(rate), None)


_CALLS: dict[str, Callable[[Reader, nodes.Call], Value]] = {
    "max": _rectified,
    "log": _logarithm,
    "concatenate": _joined,
    **dict.fromkeys(LAYERS.values(), _layer),
}
_KINDS: dict[type[Node], str] = {
    nodes.Power: "a power",
    nodes.Norm: "a norm",
    nodes.Series: "a sum over an index",
    nodes.Hollow: "a constant matrix",
    nodes.Cases: "a case distinction",
    nodes.Indicator: "an indicator",
    nodes.Part: "a part of a matrix",
    nodes.Absolute: "an absolute value",
}
