"""Functions where they are applied: by name or letter, with primes and the layer that they are said of."""

from __future__ import annotations

from collections.abc import Sequence

from symbolic.checking.known_functions import FUNCTIONS, GENERIC, LOSSES, NO_FUNCTIONS
from symbolic.checking.scripts import LAYERS, Scripts, group_at, index_of, scripts_at, text_at
from symbolic.checking.written import Function, Index, Written
from symbolic.reading.lexer import Found
from symbolic.reading.signs import ACCENTS
from symbolic.reading.tokens import Token

BEGIN_NOTHING = (r"\odot", r"\cdot", r"\\", r"\}", r"\cdots")
"""Commands that no argument begins with."""


STEP = "H"
"""The letter of the unit step."""


def function_at(pieces: Sequence[Token], position: int) -> Found | None:
    """The function that begins at a position, where something follows that it is applied to."""
    loss = _loss_at(pieces, position)
    if loss is not None:
        return loss
    name, taken = _function_name(pieces, position)
    if not name:
        return None
    if text_at(pieces, position - 1) == "^" and len(pieces[position].text) == 1:
        return None  # Σ^H (…)
    if name in GENERIC and (_is_index(pieces, position) or _is_layer_number(pieces, position + taken)):
        return None
    scripts = scripts_at(pieces, position + taken)
    if scripts.above and not scripts.bracket and not scripts.above[0].letters and name not in GENERIC:
        scripts = Scripts()
    is_step = pieces[position].text == STEP
    if is_step and (scripts.above or scripts.below):
        return None  # H_{nj} (…) is the entry of a matrix
    order, layer = scripts.primes, _layer(scripts)
    at = position + taken + scripts.taken
    said = _layer_in_brackets(pieces, at) if layer is None else None
    if said is not None:
        layer, primes, at = said
        order += primes
    if scripts.transposed or (
        not _calls(pieces, at) and not (order and _begins(pieces, at)) and (name in GENERIC or is_step)
    ):
        return None
    powered = text_at(pieces, at) == "^" and name not in GENERIC
    if not _calls(pieces, at) and not _begins(pieces, at) and not powered:
        return None
    text = pieces[position + taken - 1].text
    is_sign = name.startswith("\\") or name in GENERIC
    latex = name if is_sign else text if text.startswith("\\") else rf"\mathrm{{{text}}}"
    letter = STEP if is_step else name if name in GENERIC else ""
    written = Written(letter, tuple(scripts.above), tuple(scripts.below), scripts.bracket)
    return "FUNCTION", Function(name, order, layer, latex, written if letter and not order else None), at - position


def _loss_at(pieces: Sequence[Token], position: int) -> Found | None:
    """CE(y, ŷ) on a right side: the name of a loss before two arguments."""
    text = pieces[position].text
    name = LOSSES.get(text.lower().replace("_", "").replace("-", ""))
    if name is None or text_at(pieces, position + 1) != "(":
        return None
    inside, taken = group_at(pieces, position + 1)
    is_defined = not position and text_at(pieces, position + 1 + taken) == "="
    if is_defined or _commas(inside) != 1:
        return None
    return "FUNCTION", Function(name, latex=rf"\mathrm{{{text}}}"), 1


def _commas(pieces: Sequence[Token]) -> int:
    """The commas that stand in no brackets."""
    depth, found = 0, 0
    for piece in pieces:
        depth += (piece.text in ("(", "[", "{")) - (piece.text in (")", "]", "}"))
        found += piece.text == "," and not depth
    return found


def _is_index(pieces: Sequence[Token], position: int) -> bool:
    """Whether a letter stands below a sign, as that of Σ_s (…)."""
    return text_at(pieces, position - 1 - (text_at(pieces, position - 1) == "{")) == "_"


def _is_layer_number(pieces: Sequence[Token], at: int) -> bool:
    """Whether the number of a layer stands there in brackets: G(l + 1) is a name like W(l + 1), and no function."""
    index = index_of(group_at(pieces, at)[0]) if text_at(pieces, at) == "(" else None
    return index is not None and all(letter in LAYERS for letter, _ in index.letters)


def _layer_in_brackets(pieces: Sequence[Token], at: int) -> tuple[Index, int, int] | None:
    """The layer of g[l]'(Z[l]), how many primes stand behind it, and where these end; None for g[x], g of x."""
    inside, taken = group_at(pieces, at) if text_at(pieces, at) == "[" else ((), 0)
    index = index_of(inside) if inside else None
    if index is None or any(letter not in LAYERS for letter, _ in index.letters):
        return None
    end = at + taken
    while text_at(pieces, end) == "'":
        end += 1
    return (index, end - at - taken, end) if text_at(pieces, end) == "(" else None


def _layer(scripts: Scripts) -> Index | None:
    return scripts.above[0] if scripts.above else scripts.below[0] if scripts.below else None


def _function_name(pieces: Sequence[Token], position: int) -> tuple[str, int]:
    text = pieces[position].text
    if text in NO_FUNCTIONS or text in ACCENTS:
        return "", 0
    if text in ("np", "numpy", "torch") and text_at(pieces, position + 1) == ".":
        name, taken = _function_name(pieces, position + 2) if position + 2 < len(pieces) else ("", 0)
        return name, taken + 2
    plain = text.removeprefix("\\").lower().replace("_", "").replace("-", "")
    if text in GENERIC or plain == "sigma":
        return (r"\sigma" if plain == "sigma" else text), 1
    if (plain in FUNCTIONS and len(text) > 1) or text == STEP:
        return FUNCTIONS[plain], 1
    return "", 0


def _calls(pieces: Sequence[Token], at: int) -> bool:
    return text_at(pieces, at) in ("(", "[")


def _begins(pieces: Sequence[Token], at: int) -> bool:
    """Whether something stands there that a function may be applied to without brackets."""
    text = text_at(pieces, at)
    begins = bool(text) and (text[0].isalnum() or text[0] == "\\" or text in ("{", r"\{"))
    return begins and text not in BEGIN_NOTHING
