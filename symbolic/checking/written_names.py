"""Names with their scripts, as people write and type them: W^{[1]}_{ij}, ŷ, a1, y_hat, delta_l."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symbolic.checking.scripts import LAYERS, Scripts, group_at, index_of, is_letter, scripts_at, text_at
from symbolic.checking.written import Index, Written
from symbolic.reading.signs import ACCENTS, GREEK, HOLLOW
from symbolic.reading.tokens import Token

LOSSES = ("C", "L", "J", "E", "R", r"\ell", "l", "loss", "Loss", "cost", "Cost", "CE", "MSE", "BCE", "mse", "bce", "ce")
"""Names of objectives, which may have their arguments behind them."""

PARAMETERS = ("w", "W", r"\theta", r"\Theta", r"\beta", r"\mathbf w")
"""What a loss is said to be a function of: J(w)."""

COUNTERS = frozenset("ijklmnqrs")
"""Letters that count entries."""

_COMMANDS = frozenset((*GREEK.values(), "varphi", "vartheta", "varrho", "varsigma", "Upsilon", "ell"))
"""The LaTeX commands that are letters."""

_GREEK = re.compile(r"(alpha|beta|gamma|delta|lambda|mu|sigma|theta|eta|rho|phi)(?![a-z])", re.IGNORECASE)
_ASCII = re.compile(
    r"(?P<base>[A-Za-z]+?)(?P<hat>_?hat|_?pred)?(?:_(?P<word>[A-Za-z]{2,}))?_?(?P<index>\d+|[lLij]|[lL][pm]1)?"
)


def name_at(pieces: Sequence[Token], position: int) -> tuple[Written, int] | None:
    """The name that begins at a position with its scripts, and the tokens it takes."""
    if position >= len(pieces):
        return None
    text = pieces[position].text
    if text in HOLLOW.values():
        return None
    if text in ACCENTS:
        content, more = group_at(pieces, position + 1)
        inner = name_at(content, 0)
        if inner is None or inner[1] != len(content):
            return None
        accent = r"\hat" if "hat" in text else text
        name = inner[0]
        base = f"{accent} {name.base}"
        return _scripted(base, pieces, position, 1 + more, name.label, name.below, name.above, name.font)
    if is_letter(text) or (text.startswith("\\") and text[1:] in _COMMANDS):
        return _scripted(text, pieces, position, 1, font=pieces[position].font)
    if not re.fullmatch(r"[A-Za-z]\w*", text):
        return None
    match = _ASCII.fullmatch(text)
    if match is None:
        return _scripted(text, pieces, position, 1)
    greek = _GREEK.fullmatch(match["base"])
    base = f"\\{match['base'].lower()}" if greek and match["base"].islower() else match["base"]
    hat = bool(match["hat"])
    label = match["word"] or ""
    index = _ascii_index(match["index"])
    if len(base) > 1 and not greek and (match["index"] or "").isalpha():
        base, index = text, None
    return _scripted(rf"\hat {base}" if hat else base, pieces, position, 1, label, (index,) if index else ())


def _ascii_index(text: str | None) -> Index | None:
    if not text:
        return None
    if text.isdigit():
        return Index((), int(text[:6]))
    return Index(((text[0], 1),), {"p": 1, "m": -1}.get(text[1:2], 0))


def _scripted(
    base: str,
    pieces: Sequence[Token],
    position: int,
    taken: int,
    label: str = "",
    below: tuple[Index, ...] = (),
    above: tuple[Index, ...] = (),
    font: str = "",
) -> tuple[Written, int] | None:
    """The name with the scripts after it: ^{[l]}_{ij}, (1), 3 right after a letter."""
    at = position + taken
    following = pieces[at] if at < len(pieces) else None
    beside: list[Index] = []
    bracket = ""
    if (
        following is not None
        and following.text.isdigit()
        and following.column <= pieces[at - 1].column + len(pieces[at - 1].text)
    ):
        beside, at = [Index((), int(following.text[:6]))], at + 1
    elif following is not None and following.text in ("(", "["):
        inside, more = group_at(pieces, at)
        index = index_of(inside)
        if index is not None and _is_layer(index) and not (is_letter(base) and base in "xy"):
            beside, at, bracket = [index], at + more, following.text
    is_number = base == "e" and not _bracketed(pieces, at) and not _is_entry(pieces, at)
    scripts = Scripts() if is_number else scripts_at(pieces, at)
    at += scripts.taken
    if scripts.hat:
        base = rf"\hat {base}"
    if scripts.primes == 1:
        scripts.transposed = not scripts.transposed
    if base in LOSSES and not scripts.transposed and _lists(pieces, at):
        at += group_at(pieces, at)[1]
    written = Written(
        base,
        (*above, *((*beside,) if bracket else ()), *scripts.above),
        (*below, *(() if bracket else (*beside,)), *scripts.below),
        bracket or scripts.bracket,
        scripts.transposed,
        scripts.sample,
        label or scripts.label,
        font,
    )
    return written, at - position


def _lists(pieces: Sequence[Token], at: int) -> bool:
    """Whether arguments of a loss stand there: (ŷ, y)."""
    if text_at(pieces, at) != "(":
        return False
    inside, _ = group_at(pieces, at)
    names = [piece.text for piece in inside if piece.text not in ("{", "}")]
    return (
        names == [r"\cdots"]
        or any(text in (",", ";") for text in names)
        or (len(names) == 1 and names[0] in PARAMETERS)
    )


def _bracketed(pieces: Sequence[Token], at: int) -> bool:
    """Whether a script in brackets stands there: e^{[1]} is a name, e^{z} a power."""
    inside, _ = group_at(pieces, at + 1)
    return bool(inside) and inside[0].text in ("[", "(") and index_of(group_at(inside, 0)[0]) is not None


def _is_entry(pieces: Sequence[Token], at: int) -> bool:
    """Whether the index of an entry stands there: e_k is an entry of an error e, and e_y the column of a class."""
    inside, _ = group_at(pieces, at + 1)
    return text_at(pieces, at) == "_" and all(piece.text in COUNTERS or piece.text.isdigit() for piece in inside)


def _is_layer(index: Index) -> bool:
    return all(letter in LAYERS for letter, _ in index.letters)
