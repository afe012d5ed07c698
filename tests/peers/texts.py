"""What an activation or a loss is called in a spec: "relu", "leaky_relu(0.1)", "huber(delta)", or a known formula."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

FORMULAS: dict[str, tuple[str, ...]] = {
    "z/(1 + abs(z))": (),
    "z*exp(-z^2)": (),
    "max(0, z) + c*sin(z)": ("c",),
    "where(z > 0, z, kappa*z)": ("kappa",),
}
"""The formulas that tests use ↦ their hyperparameters. Every peer writes each of them again in its own words."""


class Call(NamedTuple):
    """The function meant, by the key it has in every peer's table, and its arguments: numbers or names."""

    key: str
    arguments: tuple[float | str, ...]


def read(text: str) -> Call:
    """The call that a spec's text stands for."""
    if text in FORMULAS:
        return Call(text, FORMULAS[text])
    name, _, rest = text.partition("(")
    given = [part.strip() for part in rest.removesuffix(")").split(",") if part.strip()]
    return Call(name, tuple(part if part[0].isalpha() else float(part) for part in given))


def names(call: Call) -> tuple[str, ...]:
    """The hyperparameters among the arguments."""
    return tuple(argument for argument in call.arguments if isinstance(argument, str))


def resolve(given: Any, hyper: Mapping[str, float]) -> float:
    """A number, or the value of the hyperparameter of that name."""
    return hyper[given] if isinstance(given, str) else float(given)


def numbers(call: Call, hyper: Mapping[str, float]) -> tuple[float, ...]:
    """The arguments as numbers; none at all where the defaults are meant."""
    return tuple(resolve(argument, hyper) for argument in call.arguments)


def keyword(name: str) -> str:
    """A hyperparameter as Python spells it: lambda is a word of the language."""
    return re.sub(r"^lambda$", "lambda_", name)
