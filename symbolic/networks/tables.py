"""The tables of activations and losses, and the catalogue of systems. No SymPy here: `list` must be fast."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from symbolic.errors import unknown


@dataclass(frozen=True)
class ActivationRow:
    """One row of activations.toml; the fields are explained there. `sigma`, the undefined σ, has no definition."""

    name: str
    latex: str
    text: str
    definition: str | None = None
    derivative: str | None = None
    parameters: Mapping[str, float] = field(default_factory=dict, hash=False)
    below: Mapping[str, float] = field(default_factory=dict, hash=False)
    kinks: tuple[float, ...] = ()
    indicator: str | None = None
    numpy: str | None = None
    derivative_numpy: str | None = None
    init: str = "xavier"
    over_units: bool = False

    @property
    def shown(self) -> str:
        """The definition in words that a list has room for."""
        return self.definition or (f"{self.text} of the units of a sample" if self.over_units else "undefined σ")


@dataclass(frozen=True)
class LossRow:
    """One row of losses.toml; the fields are explained there."""

    name: str
    definition: str
    reduction: str
    title: str
    parameters: Mapping[str, float] = field(default_factory=dict, hash=False)
    below: Mapping[str, float] = field(default_factory=dict, hash=False)
    output: str = "real"
    target: str = "real"
    natural: str | None = None


@cache
def activations() -> dict[str, ActivationRow]:
    """Every activation by name."""
    return {name: ActivationRow(name, **row) for name, row in _rows("activations.toml").items()}


@cache
def losses() -> dict[str, LossRow]:
    """Every loss by name."""
    return {name: LossRow(name, **row) for name, row in _rows("losses.toml").items()}


@cache
def catalog() -> dict[str, dict[str, Any]]:
    """The catalogue's specs by name, as read from their TOML files and not yet validated."""
    folder = files(__package__) / "catalog"
    specs = [tomllib.loads(file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")]
    return {spec["name"]: spec for spec in sorted(specs, key=lambda spec: spec["order"])}


def row_named(text: str) -> ActivationRow | None:
    """The row that an activation's text names, its parameters aside; None for a formula."""
    return activations().get(text.partition("(")[0].strip())


def activation(name: str, place: str = "") -> ActivationRow:
    """The row of one activation. Raises UnknownNameError with the nearest name."""
    if name not in activations():
        raise unknown("activation", name, activations(), place=place)
    return activations()[name]


def loss(name: str, place: str = "") -> LossRow:
    """The row of one loss. Raises UnknownNameError with the nearest name."""
    if name not in losses():
        raise unknown("loss", name, losses(), place=place)
    return losses()[name]


def _rows(file: str) -> dict[str, dict[str, Any]]:
    rows = tomllib.loads((files(__package__) / file).read_text("utf-8"))
    return {name: {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()} for name, row in rows.items()}
