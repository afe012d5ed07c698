"""Long Python expressions laid out in lines as formatters do: one operand a line, each with the operator before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

INDENT = 4

LEVELS = (r" [+\-] ", r" [*/@] ")
"""Binary operators, those that bind most weakly first."""


def assignment(name: str, text: str, width: int) -> list[str]:
    """`name = text`, in brackets over several lines where it is wider than that."""
    if len(f"{name} = {text}") <= width:
        return [f"{name} = {text}"]
    if text.startswith("(") and len(text) - _closing(text, 0) <= width:
        at = _closing(text, 0)
        return [f"{name} = (", *_indented(laid_out(text[1:at], width - INDENT)), text[at:]]
    return [f"{name} = (", *_indented(laid_out(text, width - INDENT)), ")"]


def laid_out(text: str, width: int) -> list[str]:
    """An expression in lines of at most a width, where its names and numbers allow it."""
    if len(text) <= width:
        return [text]
    for operators in LEVELS:
        parts = list(_split(text, operators))
        if len(parts) > 1:
            return [line for part in parts for line in _operand(part, width)]
    return _operand(text, width)


def _operand(part: str, width: int) -> list[str]:
    """One operand with its operator; one that is too wide is opened at its first bracket that holds the rest."""
    if len(part) <= width:
        return [part]
    for opening in re.finditer(r"[(\[]", part):
        closing = _closing(part, opening.start())
        if closing == len(part) - 1:
            before, inner = part[: opening.end()], part[opening.end() : closing]
            arguments = list(_split(inner, ", "))
            lines = laid_out(inner, width - INDENT)
            if len(arguments) > 1:
                lines = [line for each in arguments for line in _with_comma(laid_out(each, width - INDENT))]
            return [before, *_indented(lines), part[closing:]]
    return [part]


def _with_comma(lines: list[str]) -> list[str]:
    return [*lines[:-1], f"{lines[-1]},"]


def _indented(lines: list[str]) -> list[str]:
    return [f"{'':{INDENT}}{line}" for line in lines]


def _split(text: str, pattern: str) -> Iterator[str]:
    """The text cut at operators outside of brackets, each part beginning with its operator (a comma is dropped)."""
    start = 0
    for found in re.finditer(pattern, text):
        if _depth(text, found.start()) == 0 and found.start() > 0:
            yield text[start : found.start()]
            start = found.end() if pattern == ", " else found.start() + 1
    yield text[start:]


def _depth(text: str, end: int) -> int:
    return sum((c in "([{") - (c in ")]}") for c in text[:end])


def _closing(text: str, opening: int) -> int:
    return next(k for k in range(opening, len(text)) if _depth(text, k + 1) == _depth(text, opening))
