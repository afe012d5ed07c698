"""The errors a reader can meet. Each message is one line: the place, the problem, the nearest valid choice."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SymbolicError(ValueError):
    """Base of every error that the input, not the program, is to blame for."""


class ShapeError(SymbolicError):
    """Two sizes that must agree differ; the message names both sides."""


class SpecError(SymbolicError):
    """A network description that cannot be read, or that contradicts itself."""


class UnknownNameError(SymbolicError):
    """A name that no table holds; the message offers the nearest one that does."""


def unknown(kind: str, name: str, choices: Iterable[str], *, place: str = "") -> UnknownNameError:
    """The error for `name` not among `choices`, with the nearest choice or, failing that, all of them."""
    known = sorted(choices)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else "choose from " + ", ".join(known)
    where = f"{place}: " if place else ""
    return UnknownNameError(f"{where}unknown {kind} {name!r}; {hint}")
