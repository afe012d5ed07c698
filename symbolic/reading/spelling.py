"""The vocabulary of network formulas: names of weights and biases however people index them, and functions by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from symbolic.errors import SymbolicError
from symbolic.networks.tables import activations
from symbolic.reading.lexer import Found
from symbolic.reading.signs import ACCENTS, GREEK
from symbolic.reading.tokens import Token

GROUP_MAPS = ("softmax", "log_softmax")
LAYERS = {"layernorm": "layer_norm", "rmsnorm": "rms_norm", "batchnorm": "batch_norm", "dropout": "dropout"}
JOINS = ("concat", "concatenate", "cat", "vstack", "hstack")
OTHERS = {"max": "max", "log": "log", "ln": "log", **LAYERS, **dict.fromkeys(JOINS, "concatenate")}
COMMANDS = frozenset((*GREEK.values(), "varphi", "ell"))
"""The LaTeX commands that are letters."""

_FUNCTION_LETTERS = ("f", "g", "h", "phi", "varphi", "psi")
_ALIASES = {"logistic": "sigmoid", "id": "identity", "rectifier": "relu"}


@dataclass(frozen=True)
class Symbol:
    """A name as the reader spells it, its index in one form: W_1, W^{(1)} and W1 are one. W^{[1]T} is transposed."""

    name: str
    transposed: bool = False


@cache
def functions() -> dict[str, str]:
    """What may be called, by its name without case and separators: the activation or layer that it stands for."""
    known = {_plain(name): name for name in (*activations(), *GROUP_MAPS)}
    return {**_ALIASES, **known, **OTHERS}


def _plain(name: str) -> str:
    return re.sub(r"[\\_\s-]", "", name).lower()


def vocabulary(pieces: Sequence[Token], position: int) -> Found | None:
    """A function where a known one is called, else a name with its index; None for what is neither."""
    piece = pieces[position]
    after = pieces[position + 1].text if position + 1 < len(pieces) else ""
    if piece.text in ACCENTS:
        return _accented(pieces, position)
    if not re.fullmatch(r"\\?[A-Za-z][A-Za-z0-9_-]*", piece.text):
        return None
    plain = _plain(piece.text)
    if plain in functions() and (after == "(" or piece.text.startswith("\\") or piece.word):
        return "FUNCTION", functions()[plain], 1
    if piece.text.startswith("\\") and piece.text[1:] not in COMMANDS:
        return None
    if after == "(" and (piece.word or _reads_as_function(piece.text.removeprefix("\\"))):
        return "FUNCTION", piece.text.removeprefix("\\"), 1
    if re.fullmatch(r"[A-Z][0-9]*x", piece.text):
        raise SymbolicError(f"column {piece.column}: {piece.text!r} is one name; write {piece.text[:-1]} x")
    symbol, taken = _indexed(pieces, position)
    return "NAME", symbol, taken


def _reads_as_function(name: str) -> bool:
    """Whether a name before a bracket is a function's, if an unknown one's: rleu(…), f(…), and not W1(…)."""
    return name in _FUNCTION_LETTERS or bool(re.fullmatch(r"[a-z_]{3,}|[A-Z]*[a-z]{2,}[A-Za-z]*", name))


def _accented(pieces: Sequence[Token], position: int) -> Found | None:
    following = pieces[position + 1 : position + 2]
    if not following or not following[0].text.isalnum():
        return None
    symbol, taken = _indexed(pieces, position + 1)
    return "NAME", Symbol(f"{pieces[position].text[1:]}_{symbol.name}", symbol.transposed), taken + 1


_POWER = re.compile(r"\^ (?P<index>\d+)(?= |$)")
_INDEX = (
    re.compile(r"_ (?P<index>\w+)(?= |$)"),
    re.compile(r"_ \{ (?P<index>\w+(?: \w+)*) \}"),
    _POWER,
    re.compile(r"\^ \{ [\[(] (?P<index>\w+) [\])](?: (?P<turned>T|\\top))? \}"),
    re.compile(r"\^ \{ (?P<index>\d+) (?P<turned>T|\\top) \}"),
    re.compile(r"\[ (?P<index>\d+) \]"),
)
"""The ways to write an index, over tokens with a space between: W_1, W_{ih}, W^1, W^{[1]}, W^{(1)T}, W[1]."""


def _indexed(pieces: Sequence[Token], position: int) -> tuple[Symbol, int]:
    """A letter or a word with the index behind it."""
    name = pieces[position].text.removeprefix("\\")
    ahead = pieces[position + 1 : position + 13]
    text = " ".join(piece.text for piece in ahead)
    found = next((match for pattern in _INDEX if (match := pattern.match(text))), None)
    if found is None:
        return Symbol(re.sub(r"_(?=\d+$)", "", name)), 1
    index = found["index"].replace(" ", "")
    if found.re is _POWER and name[-1].isdigit():
        raise SymbolicError(f"column {pieces[position].column}: {name}^{index} is a power; write the product out")
    turned = bool(found.groupdict().get("turned"))
    taken = 1 + len(found[0].split(" "))
    return Symbol(f"{name}{index}" if index.isdigit() else f"{name}_{index}", turned), taken
