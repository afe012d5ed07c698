"""Notation profiles: one TOML file for each way of writing. No SymPy here: `list` must be fast."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from typing import Any

from symbolic.errors import unknown


@dataclass(frozen=True)
class Name:
    """How one letter is written; # stands for the layer index (^# and _# raise and lower it in text).

    `batch` spellings are for a matrix with one column per sample, `entry` ones for an entry, % its indices.
    """

    latex: str
    text: str
    batch_latex: str = ""
    batch_text: str = ""
    entry_latex: str = ""
    entry_text: str = ""


@dataclass(frozen=True)
class Profile:
    """A way of writing. `symbolic/notation/profiles/standard.toml` explains every key."""

    name: str
    title: str
    names: dict[str, Name]
    raised: tuple[str, str] = ("^{[#]}", "[#]")
    first_layer: int = 1
    index: dict[str, tuple[int, int]] = field(default_factory=dict)
    hadamard: tuple[str, str] = (r"\odot", "⊙")
    scalar_times: tuple[str, str] = ("", "")
    transpose: tuple[str, str] = (r"\top", "ᵀ")
    transpose_inside: bool = False
    partial: tuple[str, str] = (r"\frac{\partial @}{\partial %}", "∂@/∂%")
    chain_times: tuple[str, str] = (" ", " · ")
    chain_partials: bool = False
    division: tuple[str, str] = (r"@ \oslash %", "@ ⊘ %")
    group: tuple[str, str] = ("", "")
    functions: dict[str, tuple[str, str]] = field(default_factory=dict)
    layer_names: dict[str, tuple[str, str]] = field(default_factory=dict)
    local_factor: str = "last"
    named: str = "z"
    recurrence_from: int = 0
    nabla: str = "column"


@cache
def profiles() -> dict[str, Profile]:
    """Every notation by name."""
    folder = files(__package__) / "profiles"
    found = [_read(file.name, file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")]
    return {profile.name: profile for profile in sorted(found, key=lambda profile: profile.name)}


def profile(name: str) -> Profile:
    """The notation called `name`. Raises UnknownNameError with the nearest name."""
    if name not in profiles():
        raise unknown("notation", name, profiles())
    return profiles()[name]


@cache
def _standard() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "profiles" / "standard.toml").read_text("utf-8"))


def _read(file: str, text: str) -> Profile:
    """A profile file; letters and layers that it does not name are written as in standard.toml."""
    data = tomllib.loads(text)
    known = {f.name for f in fields(Profile)}
    for key in data:
        if key not in known:
            raise unknown("key", key, known, place=file)
    raised = data.get("raised", _standard()["raised"])
    merged = {letter: _name(row, raised) for letter, row in _standard()["names"].items()}
    merged |= {letter: Name(**row) for letter, row in data.pop("names", {}).items()}
    index = {base: tuple(pair) for base, pair in data.pop("index", {}).items()}
    functions = {name: tuple(pair) for name, pair in data.pop("functions", {}).items()}
    layer_names = {**_standard()["layer_names"], **data.pop("layer_names", {})}
    rest: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in data.items()}
    return Profile(names=merged, index=index, functions=functions, layer_names=layer_names, **rest)


def _name(row: dict[str, str], raised: list[str]) -> Name:
    """A letter as standard.toml writes it, its layer index in this author's brackets."""
    standard = _standard()["raised"]
    return Name(
        **{key: text.replace(standard[key.endswith("text")], raised[key.endswith("text")]) for key, text in row.items()}
    )
