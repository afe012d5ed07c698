r"""What stands in a cell of a table beside its `$…$`: -$A$ and (1/m) $A$ $B$ are formulas, words of prose are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symbolic.checking.beside import CHANGING, message
from symbolic.checking.document_inline import Stretch

_SIGNS = r"[-+−±*/×·∘⊙⋅=^()\[\]|½¼⅓⅔\d.'′ᵀ²³⁻¹!<>≤≥≈∂∇Σ∑√]"
_WHOLE = re.compile(rf"(?:{_SIGNS}|(?<![^\W\d_])[^\W\d_](?![^\W\d_])|_|\s)*")
"""Signs, digits and single letters: N, m, λ."""

_FUNCTIONS = re.compile(
    r"\b(?:np\.)?(?:diag|sum|mean|exp|log|tanh|relu|sigmoid|softmax|ReLU|Diag)(?=\s*\()|\bd[A-Z]\d?\b"
)
_LAYOUT = re.compile(
    r"<[^<>]{1,80}>|&\w{1,8};|\\[a-zA-Z]+\*?(?:\[[^\]\n]{0,20}\])?|\\.|[{}~]|\*\*|__|(?<!\w)[*_](?=\w[^*_]{0,80}[*_])"
    r"|(?<=\w)[*_](?!\w)"
)
_LABEL = re.compile(r"\(\s*(?:[A-Z]{0,4}\d+(?:\.\d+)*[a-z]?|[ivx]+|[a-h])\s*\)|\[\d+\]")
"""The number of a formula: (3.1)."""

_NUMBERED = re.compile(r"\s*(?:\d{1,2}[.)]|[•‣–—])\s+")
_PUNCTUATION = re.compile(r"[\s.,;:!?`\"“”…–—✓✔✗]*")
_BEFORE = re.compile(r"(?:[+*/×·∘⊙⋅=^½¼√(\d]|(?<![\w])[-−]|(?<=[=(])\s*[-−])\s*")
_AFTER = re.compile(r"\s*(?:[+*/×·∘⊙⋅=^²³ᵀ½'′]|[-−](?=\s*\w(?!\w)))")


@dataclass(frozen=True)
class Part:
    """A formula of a cell: from `begin` to `end` of its text, as it is read; `unread` says why it cannot be."""

    begin: int
    text: str
    unread: str = ""


def parts(cell: str, inner: Sequence[Stretch]) -> Iterator[Part]:
    """The formulas of a cell that has some in $…$: with the signs beside them, where these are no prose."""
    ends = (0, *(each.end for each in inner))
    gaps = [cell[end:begin] for end, begin in zip(ends, (*(each.begin for each in inner), len(cell)), strict=True)]
    gaps = [_plain(gap, first=at == 0) for at, gap in enumerate(gaps)]
    kinds = [_kind(gap, before=at < len(inner), after=at > 0) for at, gap in enumerate(gaps)]
    joins = "sign" in kinds
    group: list[str] = []
    begin, unread = 0, ""
    for at, each in enumerate(inner):
        if not group:
            begin, unread = each.start, kinds[at].partition(":")[2]
            group = [gaps[at]] if kinds[at] == "sign" else []
        group.append(each.text)
        unread = unread or kinds[at + 1].partition(":")[2]
        if at + 1 < len(inner) and (kinds[at + 1] == "sign" or (joins and not gaps[at + 1].strip())):
            group.append(gaps[at + 1])
            continue
        group += [gaps[at + 1]] if kinds[at + 1] == "sign" else []
        yield Part(begin, each.text if len(group) == 1 else " ".join("".join(_spaced(group)).split()), unread)
        group = []


def _plain(gap: str, *, first: bool) -> str:
    """What stands beside a formula, without layout and the number of the formula."""
    gap = re.sub(r"\s+", " ", _LAYOUT.sub(" ", gap))
    gap = gap if _OPERATED.search(gap) else _LABEL.sub(" ", gap)
    return _NUMBERED.sub(" ", gap, count=1) if first else gap


_OPERATED = re.compile(r"\)\s*[*/×·∘⊙⋅^]|[*/×·∘⊙⋅^]\s*\(")


def _kind(gap: str, *, before: bool, after: bool) -> str:
    """'' for punctuation and prose, 'sign' for what belongs to the formula, 'changes:…' for what may change it.

    `before`: a formula follows it; `after`: one stands before it.
    """
    if _PUNCTUATION.fullmatch(gap):
        return ""
    if _WHOLE.fullmatch(_FUNCTIONS.sub("f", gap.replace(",", " ").strip(" :;"))):
        return "sign"
    changing = CHANGING.search(gap)
    place = None if changing else (before and _last(gap)) or (after and _AFTER.match(gap))
    found = changing[0] if changing else place[0].strip() if place else ""
    return f"changes:{message(found)}" if found else ""


def _last(gap: str) -> re.Match[str] | None:
    """The sign that a gap ends with."""
    ends = (found for found in _BEFORE.finditer(gap, max(0, len(gap) - 12)) if found.end() == len(gap))
    return next(ends, None)


def _spaced(group: Sequence[str]) -> Iterator[str]:
    for each in group:
        yield f"{each} "
