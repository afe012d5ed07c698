"""From tokens to the terminals of the grammar: what is a name and what a function, the caller's vocabulary knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lark import Token as Terminal

from symbolic.errors import SymbolicError
from symbolic.reading.tokens import Token

Found = tuple[str, Any, int]
"""A terminal (NAME, FUNCTION, …), what it stands for, and how many tokens it takes."""

Vocabulary = Callable[[Sequence[Token], int], Found | None]
"""What stands at a position of the tokens, as far as the vocabulary knows it."""

_SIGNS = {
    "+": "PLUS",
    "-": "MINUS",
    r"\odot": "ODOT",
    r"\oslash": "OSLASH",
    "/": "SLASH",
    "*": "STAR",
    "@": "STAR",
    r"\cdot": "STAR",
    "^": "CIRCUMFLEX",
    "_": "UNDERSCORE",
    r"\sum": "SUM",
    r"\frac": "FRACTION",
    r"\sqrt": "ROOT",
    r"\{": "SET",
    r"\}": "UNSET",
    "(": "LPAR",
    ")": "RPAR",
    "{": "LBRACE",
    "}": "RBRACE",
    "[": "LSQB",
    "]": "RSQB",
    ",": "COMMA",
    ";": "SEMICOLON",
    ":": "COLON",
    "=": "EQUAL",
    "&": "AMPERSAND",
    ">": "RELATION",
    "<": "RELATION",
    r"\geq": "RELATION",
    r"\leq": "RELATION",
    r"\neq": "RELATION",
    "𝟏": "HOLLOW",
    "𝟎": "HOLLOW",
    "𝐈": "HOLLOW",
    r"\\": "ROW",
}
"""What stands for one terminal in every formula."""

_WORDS = {"if": "IF", "and": "AND", "otherwise": "OTHERWISE"}
_PAIRED = {r"\|": ("NORM", "UNNORM"), "|": ("BAR", "UNBAR")}
"""Bars, which open or close: whichever an earlier one in the same brackets leaves to do."""

_BRACKETS = {"(": ")", "[": "]", "{": "}", r"\{": r"\}"}
_ENVIRONMENTS = {"cases": "CASES", "bmatrix": "BLOCKS", "pmatrix": "BLOCKS"}
_EXPONENTS = {"T": "TRANSPOSE", r"\top": "TRANSPOSE", "+": "POSITIVE"}


def terminals(pieces: Sequence[Token], vocabulary: Vocabulary, *, place: str) -> list[Terminal]:
    """The terminals that the tokens are. Raises SymbolicError, with the column, where one is none."""
    result: list[Terminal] = []
    open_bars: list[str] = []
    position = 0
    while position < len(pieces):
        piece = pieces[position]
        kind, known, taken = (
            _structure(pieces, position, open_bars) or vocabulary(pieces, position) or _plain(pieces, position)
        )
        if not kind:
            raise SymbolicError(f"{place}: column {piece.column}: cannot read {piece.text!r}")
        terminal = Terminal(kind, known if kind == "LETTER" else piece.text, column=piece.column)
        terminal.value = piece.text if known is None else known
        result.append(terminal)
        position += taken
    return result


def _structure(pieces: Sequence[Token], position: int, open_bars: list[str]) -> Found | None:
    """What no vocabulary has a say in: transposition, bars, environments, the words of cases."""
    piece = pieces[position]
    following = [other.text for other in pieces[position + 1 : position + 2]]
    if piece.text == "^" and following and following[0] in _EXPONENTS:
        return _EXPONENTS[following[0]], None, 2
    if piece.text in _PAIRED:
        return _PAIRED[piece.text][_closes(piece.text, open_bars)], None, 1
    if piece.text in _BRACKETS:
        open_bars.append(piece.text)
    elif piece.text in _BRACKETS.values():
        _close_bracket(open_bars)
    if piece.text in (r"\begin", r"\end"):
        return _environment(pieces, position)
    if piece.word and piece.text.lower() in _WORDS:
        return _WORDS[piece.text.lower()], None, 1 + (following == ["."])
    return None


def _closes(bar: str, open_bars: list[str]) -> bool:
    """Whether a bar closes one that was opened in the same brackets."""
    if open_bars and open_bars[-1] == bar:
        open_bars.pop()
        return True
    open_bars.append(bar)
    return False


def _close_bracket(open_bars: list[str]) -> None:
    """Forget the innermost bracket, and bars in it that were never closed; the grammar complains of those."""
    while open_bars and open_bars[-1] in _PAIRED:
        open_bars.pop()
    if open_bars:
        open_bars.pop()


def _environment(pieces: Sequence[Token], position: int) -> Found | None:
    r"""\\begin{cases} and the like; in LaTeX, the name stands letter by letter."""
    name = ""
    for taken, piece in enumerate(pieces[position + 1 : position + 12], 2):
        name += piece.text
        if piece.text == "}":
            kind = _ENVIRONMENTS.get(name[1:-1])
            return (("END" if pieces[position].text == r"\end" else "") + kind, None, taken) if kind else None
    return None


def _plain(pieces: Sequence[Token], position: int) -> Found:
    """A number, a sign, a letter that is no name (k, or k1 with nothing between); nothing else."""
    piece = pieces[position]
    if piece.text in _SIGNS:
        return _SIGNS[piece.text], None, 1
    if piece.text[0].isdigit():
        return "NUMBER", None, 1
    if not (piece.text.isalpha() and len(piece.text) == 1):
        return "", None, 1
    if numbered(pieces, position):
        return "LETTER", piece.text + pieces[position + 1].text, 2
    return "LETTER", piece.text, 1


def numbered(pieces: Sequence[Token], position: int) -> bool:
    """Whether a number follows with nothing between: k1, an index."""
    following = pieces[position + 1 : position + 2]
    adjacent = pieces[position].column + len(pieces[position].text)
    return bool(following) and following[0].text.isdigit() and following[0].column == adjacent
