r"""Braces above and below parts of a formula, \underbrace{a - y}_{\text{error}}: words about it, and none of it."""

from __future__ import annotations

import re

_BRACE = re.compile(r"\\(?:under|over)brace\s*(?=\{)")
_LABEL = re.compile(r"\s*[_^]\s*")

MOST = 100
"""A formula with more braces is left as it is."""


def without_braces(text: str) -> str:
    """The formula with what such braces are around, in plain ones, and without what is said beside them."""
    for _ in range(MOST):
        found = _BRACE.search(text)
        end = _closing(text, found.end()) if found else None
        if found is None or end is None:
            return text
        label = _LABEL.match(text, end)
        after = end if label is None else _argument(text, label.end())
        text = text[: found.start()] + text[found.end() : end] + text[after:]
    return text


def _argument(text: str, at: int) -> int:
    """Where what stands at a place ends: a group, a command or one sign."""
    command = re.compile(r"\\[A-Za-z]+\s*").match(text, at)
    at = command.end() if command else at
    end = _closing(text, at) if text[at : at + 1] == "{" else None
    return end if end is not None else at if command else at + 1


def _closing(text: str, at: int) -> int | None:
    """Where the group that is opened there ends; None where nothing closes it."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if not depth:
            return place + 1
    return None
