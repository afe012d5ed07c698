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


MOST_CHOICES = 20
"""A message names no more choices than this: a network of many layers has thousands of values."""

NEAR, NEAR_WITH_ITS_FIRST_LETTER = 0.6, 0.5
"""How alike two names are, from 0 to 1, before one is offered for the other: 'a2' for 'a1', not 'tanh' for 'blah'."""


def unknown(kind: str, name: object, choices: Iterable[str], *, place: str = "") -> UnknownNameError:
    """The error for `name` not among `choices`, with the nearest choice or, where none is near, a list of them."""
    known = list(choices)
    near = nearest(name, sorted(known)) if isinstance(name, str) else None
    hint = f"did you mean {near!r}?" if near is not None else f"choose from {listed(known)}"
    where = f"{place}: " if place else ""
    return UnknownNameError(f"{where}unknown {kind} {name!r}; {hint}")


def nearest(name: str, known: list[str]) -> str | None:
    """The choice that a name may be misspelled for; None where none is near."""
    alike = [choice for choice in known if choice[:1] == name[:1]]
    near = difflib.get_close_matches(name, known, n=1, cutoff=NEAR)
    near += difflib.get_close_matches(name, alike, n=1, cutoff=NEAR_WITH_ITS_FIRST_LETTER)
    return near[0] if near else None


def listed(choices: Iterable[str]) -> str:
    """The choices in alphabetical order, the last ones only counted where there are too many to read."""
    known = sorted(choices)
    more = len(known) - MOST_CHOICES
    return ", ".join(known[:MOST_CHOICES]) + (f" and {more} more" if more > 0 else "")


def checked(kind: str, name: object, choices: Iterable[str], *, place: str = "") -> None:
    """Nothing, if `name` is one of the choices. Raises UnknownNameError with the nearest one."""
    known = list(choices)
    if name not in known:
        raise unknown(kind, name, known, place=place)
