r"""What stands beside a formula and may change it: half of $A$, $A$ + $17$. The formula is not read without it."""

from __future__ import annotations

import re

CHANGING = re.compile(
    r"\b(?:minus|plus|times|negative(?: of)?|transposed?|twice|half|double|squared|divided|inverse|reciprocal)\b",
    re.IGNORECASE,
)
"""Words that make another formula of the one that stands in the same cell."""

_WORD_BEFORE = re.compile(
    r"\b(?:minus|plus|times|negative|twice|thrice|double|half)(?:\s+(?:of|the|times))*\s*$", re.IGNORECASE
)
_WORD_AFTER = re.compile(r"\s*(?:minus|plus|times|divided by|transposed|squared)\b", re.IGNORECASE)
_SIGN_BEFORE = re.compile(r"(?:(?:\d|\$|\\\))[ \t]*[+/×·∘⊙⋅−]|\d[ \t]*\*|[½¼⅓⅔]|[^\s\\]\s+-(?=$))[ \t]*$")
_SIGN_AFTER = re.compile(
    r"[ \t]*([+/×·∘⊙⋅−-])[ \t]*(?:\$[^$\n=<>]{1,200}\$|\\\([^\n=<>]{1,200}?\\\)|\d[\d.]*)\s*(?:[.,;)]|\n|$)"
    r"|([²³ᵀ]|['′](?!s\b)|[ \t]*(?:\$|\\\()\s*[+−-])"
)


def message(sign: str) -> str:
    """Why a formula beside such a sign or word is not read."""
    return f"{sign!r} stands beside the formula in $…$ and may change it; write it inside"


def changed_by(prose: str, begin: int, end: int, *, since: int) -> str:
    """The sign or word just before or after `prose[begin:end]` that may change it; '' for none.

    `since` is where the formula before it ended, delimiters and all.
    """
    before = prose[max(since - 2, begin - 40, 0) : begin]
    if found := _WORD_BEFORE.search(before) or _SIGN_BEFORE.search(before):
        return " ".join(found[0].split()).lstrip(r"$\) ")
    after = _WORD_AFTER.match(prose, end) or _SIGN_AFTER.match(prose, end, end + 300)
    return " ".join(after[0].split()) if after else ""


def changes(words: str) -> bool:
    """Whether words beside a formula in one display change it: half of, plus one."""
    return bool(_WORD_BEFORE.search(words) or _WORD_AFTER.match(words))
