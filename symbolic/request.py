"""What `derive` was asked for on the command line, and the command that asks for it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbolic.choices import BATCHES, FORMATS, FORMS, LAYOUTS, Form
from symbolic.errors import SymbolicError, checked
from symbolic.networks.tables import catalog
from symbolic.notation.profile import profiles

COMMAND = ("python", "-m", "symbolic", "derive")


@dataclass(frozen=True)
class Request:
    """The options of `derive`; None where the spec decides. Raises UnknownNameError for a word that is no choice."""

    forms: tuple[Form, ...] = ()
    layout: Any = None
    notation: str | None = None
    batch: Any = None
    depth: int | None = None
    format: str | None = None
    out: Path | None = None
    loss: str | None = None
    reduction: str | None = None
    weights: str | None = None
    wrt: tuple[str, ...] = ()
    of: str | None = None

    def __post_init__(self) -> None:
        asked = (
            ("layout", self.layout, LAYOUTS),
            ("notation", self.notation, profiles()),
            ("batch", self.batch, BATCHES),
            ("format", self.format, FORMATS),
        )
        for kind, given, choices in asked:
            if given is not None:
                checked(kind, given, choices, place=f"--{kind}")

    @property
    def plain(self) -> bool:
        """Whether nothing but the specs' own conventions is asked for."""
        return (
            not self.forms and not self.targets and (self.layout, self.notation, self.batch, self.depth) == (None,) * 4
        )

    @property
    def targets(self) -> tuple[str, ...]:
        """The gradients asked for by --wrt and --of: a1, or a2:x for ∂a2/∂x; none where all that are usual are."""
        if self.of is None:
            return self.wrt
        return tuple(f"{self.of}:{name}" for name in self.wrt or ("x",))

    def command(self, *systems: str) -> str:
        """The command, in one line, that makes for these systems what this request makes."""
        forms = ["all"] if self.forms == FORMS else self.forms
        options = [("--form", form) for form in forms]
        options += [("--wrt", name) for name in self.wrt]
        said = ("of", "loss", "reduction", "weights", "layout", "notation", "batch", "depth", "format", "out")
        options += [(f"--{name}", str(given)) for name in said if (given := getattr(self, name)) is not None]
        line = shlex.join([*COMMAND, *systems, *(word for option in options for word in option)])
        return "".join(c if c.isprintable() else "?" for c in line)


def forms_named(given: Iterable[str] | None) -> tuple[Form, ...]:
    """The forms asked for; `all` stands for each. Raises UnknownNameError with the nearest one."""
    words = tuple(given or ())
    for word in words:
        checked("form", word, (*FORMS, "all"), place="--form")
    return FORMS if "all" in words else tuple(form for form in words if form in FORMS)


def folder_named(given: str | None) -> Path | None:
    """The folder called `given`. Raises SymbolicError for an empty name, which Python takes for the current one."""
    if given is not None and not given.strip():
        raise SymbolicError("--out: the name of the folder is empty; name one, or . for the current folder")
    return None if given is None else Path(given)


def sources(systems: Sequence[str] | None) -> list[str]:
    """The systems named, each once; two paths to one file are one system. All of the catalogue if none is named."""
    known = catalog()
    found: dict[object, str] = {}
    for name in systems or known:
        is_path = name not in known and "\0" not in name
        found.setdefault(Path(name).resolve() if is_path and name else name, name)
    return list(found.values())
