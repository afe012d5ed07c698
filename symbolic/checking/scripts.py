"""Scripts of names, read from tokens: the indices above and below, transposition, primes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from symbolic.checking.written import Index
from symbolic.reading.tokens import Token

LAYERS = ("l", "L", r"\ell")
"""Letters that count layers."""

VALUES = ("x", "y", "z", "a", "h", "W", "b")
"""Letters below a name that say what it is of, and count nothing: g_z."""

GREEK_LABELS = frozenset(("alpha", "beta", "gamma", "delta", "epsilon", "lambda", "mu", "sigma", "tau", "rho"))
"""Greek letters below a name that are a part of it: ℓ_δ."""

MOST_DIGITS = 4
"""An index with more digits is none."""

CLOSING = {"{": "}", "(": ")", "[": "]"}
TRANSPOSES = ("T", r"\top", "t", r"\intercal")
HATS = (r"\wedge", r"\hat")


@dataclass
class Scripts:
    """What stands above and below a name, and how many tokens it takes."""

    above: list[Index] = field(default_factory=list)
    below: list[Index] = field(default_factory=list)
    bracket: str = ""
    transposed: bool = False
    hat: bool = False
    primes: int = 0
    label: str = ""
    sample: Index | None = None
    taken: int = 0


def text_at(pieces: Sequence[Token], position: int) -> str:
    """The token at a position; nothing beyond the ends."""
    return pieces[position].text if 0 <= position < len(pieces) else ""


def group_at(pieces: Sequence[Token], position: int) -> tuple[Sequence[Token], int]:
    """The tokens in the group that begins at a position, or the token alone, and how many it takes."""
    if position >= len(pieces):
        return (), 0
    opening = pieces[position].text
    if opening not in CLOSING:
        return pieces[position : position + 1], 1
    depth = 0
    for at in range(position, len(pieces)):
        depth += (pieces[at].text == opening) - (pieces[at].text == CLOSING[opening])
        if not depth:
            return pieces[position + 1 : at], at - position + 1
    return pieces[position + 1 :], len(pieces) - position


def index_of(pieces: Sequence[Token]) -> Index | None:
    """l + 1, L, 2l − 1, 3: an index; None for what is none."""
    letters: dict[str, int] = {}
    number, sign, factor = 0, 1, None
    expecting = True
    for piece in pieces:
        text = piece.text
        if text in ("+", "-"):
            if factor is not None:
                number += sign * factor
                factor = None
            elif expecting and letters | ({"": 1} if number else {}):
                return None
            sign, expecting = (-1 if text == "-" else 1), True
        elif text.isdigit() and expecting:
            if len(text) > MOST_DIGITS:
                return None
            factor, expecting = int(text), False
        elif is_letter(text) and (expecting or factor is not None):
            letters[text] = letters.get(text, 0) + sign * (1 if factor is None else factor)
            factor, expecting = None, False
        else:
            return None
    if expecting:
        return None
    number += sign * (factor or 0)
    return Index(tuple((k, v) for k, v in letters.items() if v), number)


def is_letter(text: str) -> bool:
    """Whether a token is one letter; ℓ is one."""
    return (len(text) == 1 and text.isalpha()) or text == r"\ell"


def indices_of(pieces: Sequence[Token]) -> list[Index] | None:
    """ij, i,j, 2i, l+1, 12: the indices in a script; None where it holds something else."""
    found: list[Index] = []
    part: list[Token] = []
    for piece in [*pieces, None]:
        if piece is None or piece.text in (",", ";"):
            if not part:
                if piece is None and found:
                    break
                return None
            split = _adjacent(part)
            if split is None:
                return None
            found += split
            part = []
        elif piece.text not in ("{", "}"):
            part.append(piece)
    return found


def _adjacent(pieces: Sequence[Token]) -> list[Index] | None:
    """ij and 2i, two indices side by side; or one, which may hold a sum."""
    if any(piece.text in ("+", "-") for piece in pieces) and pieces[0].text != "(":
        found = index_of(pieces)
        return None if found is None else [found]
    result = []
    at = 0
    while at < len(pieces):
        inside, taken = group_at(pieces, at)
        if pieces[at].text.isdigit() and at + 1 < len(pieces) and pieces[at + 1].text in LAYERS:
            inside, taken = pieces[at : at + 2], 2  # 2l is twice l, and 2i are two indices
        one = index_of(inside)
        if one is None:
            return None
        result.append(one)
        at += taken
    return result


def scripts_at(pieces: Sequence[Token], position: int) -> Scripts:
    """The scripts that begin at a position, one after another, as far as they are those of a name."""
    found = Scripts()
    at = position
    while at < len(pieces):
        text = pieces[at].text
        if text == "'":
            found.primes += 1
            at += 1
            continue
        if text not in ("^", "_"):
            break
        content, taken = group_at(pieces, at + 1)
        if not taken or not (_above(found, content) if text == "^" else _below(found, content)):
            break
        at += 1 + taken
    found.taken = at - position
    return found


def _above(found: Scripts, content: Sequence[Token]) -> bool:
    """What stands above: [l], (l), l, then T or primes; False where it is no script of a name but an exponent."""
    if [piece.text for piece in content] == ["*"] and not found.label:
        found.label = "*"  # y^*, a name of its own
        return True
    at, fresh = 0, Scripts(above=list(found.above), bracket=found.bracket, transposed=found.transposed)
    fresh.hat, fresh.primes, fresh.sample = found.hat, found.primes, found.sample
    bare: list[Token] = []
    while at < len(content):
        text = content[at].text
        if text in ("[", "("):
            inside, taken = group_at(content, at)
            index = index_of(inside)
            if index is None:
                return False
            if fresh.above:
                fresh.sample = index
            else:
                fresh.above.append(index)
                fresh.bracket = text
            at += taken
            continue
        if text == "^":
            at += 1
            continue
        if text in TRANSPOSES and (text != "t" or not bare) and not bare:
            fresh.transposed = not fresh.transposed
        elif text in HATS:
            fresh.hat = True
        elif text in ("'", r"\prime"):
            fresh.primes += 1
        elif text not in (",", "*"):
            bare.append(content[at])
        elif text == "*":
            return False
        at += 1
    if bare:
        if bare[-1].text in TRANSPOSES[:2] and len(bare) > 1:
            fresh.transposed = not fresh.transposed
            bare.pop()
        index = index_of(bare)
        if index is None or fresh.above or (not index.letters and index.number < 0):
            return False
        fresh.above.append(index)
    for name in ("above", "bracket", "transposed", "hat", "primes", "sample"):
        setattr(found, name, getattr(fresh, name))
    return True


def _below(found: Scripts, content: Sequence[Token]) -> bool:
    """What stands below: indices, or a word that is part of the name."""
    if len(content) == 1 and (content[0].text in VALUES or (len(content[0].text) > 1 and content[0].text.isalpha())):
        found.label = content[0].text
        return True
    if len(content) == 1 and content[0].text.removeprefix("\\") in GREEK_LABELS and not found.label:
        found.label = content[0].text
        return True
    if any(piece.word for piece in content) or (len(content) > 2 and all(is_letter(p.text) for p in content)):
        if found.label:
            return False
        found.label = "".join(piece.text for piece in content)
        return True
    numbered = re.fullmatch(r"([A-Za-z])(\d{1,4})", content[0].text) if len(content) == 1 else None
    indices = indices_of(content) if numbered is None else [Index(((numbered[1], 1),)), Index((), int(numbered[2]))]
    if indices is None:
        return False
    found.below += indices
    return True
