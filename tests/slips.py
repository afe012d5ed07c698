"""Slips of a pen, made in the text of a formula: what people do wrong in LaTeX, sign by sign."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Slip(NamedTuple):
    """A kind of slip and the text with one of it."""

    kind: str
    text: str


Slips = Iterator[str]
_INDEX = r"(?:[lL]|\d)(?:[+-]\d)?"
_MATRIX = re.compile(
    rf"(?<![A-Za-z\\{{])(?<!\\partial )(?:\\mathbf\{{)?[WAaZzX](?:\}})?\^\{{[\[(]{_INDEX}[\])]\}}(?![_^T])"
)


def _each(pattern: str, text: str, new: Callable[[re.Match[str]], str | None]) -> Slips:
    """The text with one match at a time replaced."""
    for found in re.finditer(pattern, text):
        changed = new(found)
        if changed is not None:
            yield f"{text[: found.start()]}{changed}{text[found.end() :]}"


def transpose_lost(text: str) -> Slips:
    yield from _each(r"\^(?:\\top|T(?![A-Za-z]))", text, lambda _: "")
    yield from _each(r"(?<=[\])])T(?=\})", text, lambda _: "")


def transpose_added(text: str) -> Slips:
    for found in _MATRIX.finditer(text):
        inside = text[found.end() :].startswith(r")^")
        if not inside:
            yield rf"{text[: found.start()]}({found[0]})^\top{text[found.end() :]}"


def prime_lost(text: str) -> Slips:
    yield from _each(r"\\sigma'", text, lambda _: r"\sigma")


def slope_lost(text: str) -> Slips:
    """⊙ σ′(z), ⊙ 1{z > 0} and ⊙ a ⊙ (1 − a) left out."""
    for found in re.finditer(r" (?:\\odot|\\circ|\*) (?:\\sigma'\(|\\mathbf\{1\}\\\{)", text):
        end = _closed(text, found.end() - 1)
        yield text[: found.start()] + text[end:]


def index_moved(text: str) -> Slips:
    def moved(by: int) -> Callable[[re.Match[str]], str]:
        return lambda found: f"{found[1]}{_moved(found[2], by)}{found[3]}"

    for by in (1, -1):
        yield from _each(rf"(\^\{{[\[(])({_INDEX})([\])])", text, moved(by))
        yield from _each(rf"([A-Zz]\()({_INDEX})(\))", text, moved(by))


def _moved(index: str, by: int) -> str:
    letter = index[0] if index[0] in "lL" else ""
    number = int(index[len(letter) :] or 0) + by
    return str(number) if not letter else letter + (f"{number:+d}" if number else "")


def sign_turned(text: str) -> Slips:
    yield from _each(r" ([+-]) ", text, lambda found: " - " if found[1] == "+" else " + ")
    yield text.removeprefix("-") if text.startswith("-") else f"-{text}"


def factor_added(text: str) -> Slips:
    yield rf"2 \left({text}\right)" if re.search(r" [+-] ", text) else f"2 {text}"
    yield rf"\frac{{1}}{{2}} \left({text}\right)" if re.search(r" [+-] ", text) else rf"\frac{{1}}{{2}} {text}"


def factor_lost(text: str) -> Slips:
    yield from _each(r"(?<![\d{^_])2(?=[(\\A-Za-z])", text, lambda _: "")
    yield from _each(r"\\frac\{2\}\{([KN])\}", text, lambda found: rf"\frac{{1}}{{{found[1]}}}")
    yield from _each(r"\\frac\{1\}\{2([KN]?)\}", text, lambda found: rf"\frac{{1}}{{{found[1]}}}" if found[1] else "")


def mean_lost(text: str) -> Slips:
    yield from _each(r"\\frac\{1\}\{[KN]\}\s*", text, lambda _: "")
    yield from _each(r"\\frac\{2\}\{[KN]\}", text, lambda _: "2")
    yield from _each(r"\\frac\{1\}\{2[KN]\}", text, lambda _: r"\frac{1}{2}")


def factors_swapped(text: str) -> Slips:
    """Two factors that stand side by side at the outermost level."""
    if r"\begin" in text or " / " in text:
        return
    parts = _factors(text)
    for k in range(len(parts) - 1):
        one, other = parts[k], parts[k + 1]
        if _is_factor(one) and _is_factor(other):
            yield " ".join([*parts[:k], other, one, *parts[k + 2 :]])


def odot_lost(text: str) -> Slips:
    yield from _each(r" \\(?:odot|circ) (?!\(1 - )", text, lambda _: " ")


def hat_lost(text: str) -> Slips:
    yield from _each(r"\\hat\{y\}", text, lambda _: "y")
    yield from _each(r"\\hat\{Y\}|\\hat\{\\mathbf\{y\}\}", text, lambda found: found[0][5:-1])


def hat_added(text: str) -> Slips:
    if r"\hat{y}" in text:
        yield from _each(r"(?<![\w\\{])y(?![\w}])", text, lambda _: r"\hat{y}")


KINDS: tuple[Callable[[str], Slips], ...] = (
    transpose_lost,
    transpose_added,
    prime_lost,
    slope_lost,
    index_moved,
    sign_turned,
    factor_added,
    factor_lost,
    mean_lost,
    factors_swapped,
    odot_lost,
    hat_lost,
    hat_added,
)


def slips(text: str) -> Iterator[Slip]:
    """Every slip that can be made in one place of a formula."""
    for kind in KINDS:
        for changed in kind(text):
            yield Slip(kind.__name__, changed)


def _closed(text: str, start: int) -> int:
    r"""The place after the bracket that closes the one at `start`: ( or \{."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at + 1
    return len(text)


def _factors(text: str) -> list[str]:
    """The text cut at the spaces that stand in no brackets."""
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(sign, 0)
        if sign == " " and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def _is_factor(part: str) -> bool:
    return re.match(r"\\left|\\right|[+\-=*/&]|\\(?:odot|circ|cdots|sum|dots)|.*\\(?:left|right)\b", part) is None
