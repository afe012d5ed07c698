"""Long formulas over several lines: how wide LaTeX sets a formula, about, and where it may be broken."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from itertools import accumulate

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)

_WIDTHS = {
    r"\cdots": 14.0,
    r"\dots": 14.0,
    r"\quad": 10.0,
    r"\sum": 17.0,
    r"\|": 5.0,
    r"\{": 5.0,
    r"\}": 5.0,
    r"\\": 0.0,
}
_WIDTHS |= dict.fromkeys(("+", "-", "=", "<", ">", "*"), 13.0)
_WIDTHS |= dict.fromkeys((r"\odot", r"\circ", r"\oslash", r"\times", r"\cdot"), 13.0)
_WIDTHS |= dict.fromkeys("()[]|", 4.0) | dict.fromkeys(",.'", 3.5)
"""Points, in Computer Modern at 10 pt, of what is no letter; operators with the space around them."""

_NAMED = re.compile(r"\\(log|exp|sin|cos|tanh|max|min)$")
_FONTS = {r"\mathbf", r"\mathrm", r"\mathbb", r"\text", r"\boldsymbol", r"\bar", r"\hat", r"\displaystyle"}
_FENCES = {r"\left": r"\Bigl", r"\right": r"\Bigr"}
"""Fences that grow, which must close on their line, and those that stand instead around what goes on."""

_LINE, _OVERFULL, _DEPTH = 40.0, 5.0, 16.0
"""What a line costs, a point beyond the limit, and a break for each bracket around it."""

_AFTER = {r"\odot", r"\circ", r"\oslash", "*", "="}
INDENT = 20.0
"""How far the second line and those after it are moved in, in points."""


@dataclass(frozen=True)
class _Piece:
    """What stands between two places for a break, and the cost of a break after it; `fenced` where \\left is open."""

    text: str
    cost: float
    fenced: bool


def width(latex: str) -> float:
    """About how many points wide a formula is set, in display style at 10 pt."""
    return _measured(_TOKEN.findall(latex))


def broken(latex: str, limit: float, most: int = sys.maxsize) -> tuple[str, ...]:
    """The formula, aligned over several lines where it is wider than a limit and has places to break it.

    More lines than `most` are given in several parts, to be set one below the other.
    """
    if width(latex) <= limit:
        return (latex,)
    cases = re.fullmatch(r"\\begin\{cases\} (.*?), & (.*) \\end\{cases\}", latex)
    if cases:
        beside = width(rf"\begin{{cases}} & {cases[2]} \end{{cases}}")
        return (rf"\begin{{cases}} {broken(cases[1], limit - beside)[0]}, & {cases[2]} \end{{cases}}",)
    pieces = _pieces(_TOKEN.findall(latex))
    ends = _ends(pieces, limit)
    if len(ends) < 2:
        return (latex,)
    lines = ["".join(piece.text for piece in pieces[a:b]).strip() for a, b in zip([0, *ends], ends, strict=False)]
    if any(pieces[end - 1].fenced for end in ends[:-1]):
        lines = [_with_fixed_fences(line) for line in lines]
    lines = [f"& {lines[0]}", *(rf"& \quad {{}} {line}" for line in lines[1:])]
    return tuple(
        r"\begin{aligned}[t] " + r" {} \\ ".join(lines[at : at + most]) + r" \end{aligned}"
        for at in range(0, len(lines), most)
    )


def _ends(pieces: list[_Piece], limit: float) -> list[int]:
    """Where lines end, counted in pieces: the cheapest way to break, each line within the limit if it can be."""
    sums = [0.0, *accumulate(width(piece.text) for piece in pieces)]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(pieces) + 1):
        after = pieces[end - 1].cost if end < len(pieces) else 0.0
        costs = []
        for start in range(end):
            over = sums[end] - sums[start] + (INDENT if start else 0.0) - limit
            costs.append((best[start][0] + _LINE + after + _OVERFULL * max(over, 0.0), start))
        best.append(min(costs))
    ends = [len(pieces)]
    while best[ends[-1]][1]:
        ends.append(best[ends[-1]][1])
    return ends[::-1]


def _pieces(tokens: list[str]) -> list[_Piece]:
    """The formula cut at the spaces that are in no braces and no environment and that stand before or after a sign."""
    found: list[_Piece] = []
    text, braces, environments, brackets, fences = "", 0, 0, 0, 0
    base = before = ""
    for position, token in enumerate(tokens):
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        text += token
        braces += (token == "{") - (token == "}")
        environments += (token == r"\begin") - (token == r"\end")
        brackets += (token in ("(", "[", r"\{")) - (token in (")", "]", r"\}"))
        fences += (token == r"\left") - (token == r"\right")
        if braces or environments:
            continue
        if token.isspace():
            cost = _cost(before, base, following)
            if cost is not None:
                found.append(_Piece(text, cost + _DEPTH * brackets, fences > 0))
                text = ""
        elif token not in "^_":
            base = before if before in ("^", "_") and base == r"\sum" else token
            base = r"\sum" if token == r"\sum" else base
            before = token
        else:
            before = token
    return [*found, _Piece(text, 0.0, False)]


def _cost(before: str, base: str, following: str) -> float | None:
    """What a break costs between two tokens: little before + and −, more after ⊙, most between factors."""
    if following in ("+", "-"):
        return 0.0
    if before in _AFTER:
        return 6.0
    if before in ("+", "-", ",") or base == r"\sum" or following in _AFTER or following in ("", ",", "&", "<", ">"):
        return None
    return None if _NAMED.match(before) else 14.0


def _with_fixed_fences(line: str) -> str:
    """The line with brackets of one size, as they may close on another line; environments keep theirs."""
    depth, found = 0, []
    for token in _TOKEN.findall(line):
        depth += (token in ("{", r"\begin")) - (token in ("}", r"\end"))
        found.append(token if depth else _FENCES.get(token, token))
    return "".join(found)


def _measured(tokens: list[str]) -> float:
    """The width of a list of tokens: scripts at 0.7, one above the other; fractions as wide as their wider part."""
    total, position, script = 0.0, 0, 0.0
    while position < len(tokens):
        token = tokens[position]
        if token in "^_":
            atom, position = _atom(tokens, position + 1)
            wide = 0.7 * _measured(atom)
            total += max(wide - script, 0.0)
            script = max(wide, script)
            continue
        if not token.isspace():
            script = 0.0
        if token == r"\frac":
            above, position = _atom(tokens, position + 1)
            below, position = _atom(tokens, position)
            total += max(_measured(above), _measured(below)) + 3.0
        elif token == r"\begin":
            body, position = _environment(tokens, position)
            total += max(_measured(row) for row in _rows(body)) + 12.0
        elif token == "{":
            atom, position = _atom(tokens, position)
            total += _measured(atom)
        else:
            total += _width_of(token)
            position += 1
    return total


def _width_of(token: str) -> float:
    if token in _FONTS or token in _FENCES or token.isspace() or token in ("{", "}"):
        return 0.0
    if token == "&":
        return 12.0
    named = _NAMED.match(token)
    if named:
        return 5.0 * len(named[1]) + 3.0
    return _WIDTHS.get(token, 7.8 if token.isupper() else 5.5)


def _atom(tokens: list[str], position: int) -> tuple[list[str], int]:
    """The tokens of the next group, or the next token alone, and where what follows begins."""
    while position < len(tokens) and tokens[position].isspace():
        position += 1
    if position >= len(tokens) or tokens[position] != "{":
        return tokens[position : position + 1], position + 1
    depth, start = 0, position
    while position < len(tokens):
        depth += (tokens[position] == "{") - (tokens[position] == "}")
        position += 1
        if not depth:
            break
    return tokens[start + 1 : position - 1], position


def _environment(tokens: list[str], position: int) -> tuple[list[str], int]:
    """The tokens between \\begin{…} and its \\end{…}, and where what follows begins."""
    _, start = _atom(tokens, position + 1)
    depth, end = 1, start
    while end < len(tokens) and depth:
        depth += (tokens[end] == r"\begin") - (tokens[end] == r"\end")
        end += 1
    _, after = _atom(tokens, end)
    return tokens[start : end - 1], after


def _rows(tokens: list[str]) -> list[list[str]]:
    rows: list[list[str]] = [[]]
    for token in tokens:
        if token == r"\\":
            rows.append([])
        else:
            rows[-1].append(token)
    return rows
