"""What a network formula computes: values, each of other values; the parameters and numbers in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, eq=False)
class Value:
    """What the network computes: x, or something of other values. Equal ones are one object (`Reader.make`)."""

    column: int


@dataclass(frozen=True, eq=False)
class Input(Value):
    """x"""


@dataclass(frozen=True, eq=False)
class Affine(Value):
    """W a + b, or a W + b for samples in rows; `turned` is Wᵀ for W."""

    weight: str
    turned: bool
    in_rows: bool
    source: Value
    bias: str | None


@dataclass(frozen=True, eq=False)
class Applied(Value):
    """f(a), the text of f being a spec's."""

    activation: str
    source: Value


@dataclass(frozen=True, eq=False)
class Layer(Value):
    """A norm or a dropout of a."""

    type: str
    source: Value
    rate: float
    mask: str | None


@dataclass(frozen=True, eq=False)
class Scaled(Value):
    """c a"""

    factor: float | str
    source: Value


@dataclass(frozen=True, eq=False)
class Joined(Value):
    """a + b + ⋯, or [a; b; …]: `type` is "add" or "concatenate"."""

    type: str
    sources: tuple[Value, ...]


@dataclass(frozen=True)
class Parameter:
    """A weight or a bias, as the formula names it."""

    column: int = field(compare=False)
    name: str
    turned: bool = False


Scalar = Fraction | str
"""A number, or the name of a coefficient."""

Meaning = Value | Parameter | Scalar


def sources_of(value: Value) -> tuple[Value, ...]:
    """The values that a value is computed from."""
    if isinstance(value, Joined):
        return value.sources
    source = getattr(value, "source", None)
    return () if source is None else (source,)


def in_order(output: Value) -> list[Value]:
    """Every value once, sources before what is computed from them, the output last."""
    found: dict[Value, None] = {}
    stack: list[tuple[Value, Iterator[Value]]] = [(output, iter(sources_of(output)))]
    while stack:
        value, remaining = stack[-1]
        following = next((source for source in remaining if source not in found), None)
        if following is None:
            found.setdefault(value)
            stack.pop()
        else:
            stack.append((following, iter(sources_of(following))))
    return list(found)
