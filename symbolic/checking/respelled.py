"""Verdicts in the author's own letters of layers, where the formulas were read with others: z_k, y_N, x^{(L+1)}."""

from __future__ import annotations

import re
from dataclasses import replace

from symbolic.checking.results import Judged
from symbolic.checking.written import Letters

_SCRIPT = re.compile(r"(?P<sign>[\^_])\{(?P<inside>[^{}]*)\}")
_ABOVE = re.compile(r"\^\{\[(?P<index>[^\[\]{}]*)\](?P<turned>T?)\}")
_INDEX = re.compile(r"(?<![A-Za-z\\])(?P<letter>l|L)(?P<number>[+-]\d+)?(?![A-Za-z])")
_SAID = re.compile(r"(?<=index )[lL][+\-\d]*(?=[, ]|$)|(?<=not )[lL][+\-\d]*(?=[, ]|$)|(?<=of )[lL][+\-\d]*(?=[, ]|$)")


def in_own_letters(judged: Judged, letters: Letters, *, below: bool) -> Judged:
    """The verdict with the author's letters in all that is written of the formula.

    `below`: the author has the layers below the names.
    """
    if not letters:
        return judged

    def own(text: str) -> str:
        text = _SCRIPT.sub(lambda found: f"{found['sign']}{{{_own(found['inside'], letters)}}}", text)
        return _ABOVE.sub(_lowered, text) if below else text

    repair = _SAID.sub(lambda found: _own(found[0], letters), judged.repair)
    reason = own(judged.reason)
    return replace(judged, target=own(judged.target), reason=reason, repair=own(repair), correct=own(judged.correct))


def _lowered(found: re.Match[str]) -> str:
    return f"_{{{found['index']}}}" + (r"^{\top}" if found["turned"] else "")


def _own(text: str, letters: Letters) -> str:
    """An index, or several, in the author's letters: L − 1 becomes L where L is L + 1."""
    own = dict(letters)

    def replaced(found: re.Match[str]) -> str:
        index = own.get(found["letter"])
        return found[0] if index is None else str(index.moved(int(found["number"] or 0)))

    return _INDEX.sub(replaced, text)
