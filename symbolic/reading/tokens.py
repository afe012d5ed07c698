"""From text to tokens: LaTeX, Unicode and ASCII spelled one way, each token with its column.

Fonts, spacing and the sizes of brackets say nothing and are dropped; 𝟏, 𝟎 and 𝐈 are kept apart from 1, 0 and I, and
words in upright letters are one token each.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from symbolic.errors import SymbolicError
from symbolic.reading.signs import ACCENTS, BOLD, DROPPED, HOLLOW, LOWERED, ONE_SPELLING, RAISED, UPRIGHT

LONGEST, DEEPEST = 50_000, 60
"""A text of more characters is refused, and one whose brackets or operations are nested in more levels."""


@dataclass(frozen=True)
class Token:
    """A piece of the text, spelled the one way, and the column where it begins. A word has `word` set.

    `font` is the command of the font that a letter is set in; it makes no other letter of it.
    """

    text: str
    column: int
    word: bool = False
    font: str = field(default="", compare=False)


_PIECE = re.compile(
    r"""(?P<space>\s+|\\[,;:!\ ]|~)
      | (?P<command>\\(?:[A-Za-z]+|.))
      | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<name>[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*)
      | (?P<raised>[RAISED]+)
      | (?P<lowered>[LOWERED]+)
      | (?P<other>.)""".replace("RAISED", "".join(RAISED)).replace("LOWERED", "".join(LOWERED)),
    re.VERBOSE | re.DOTALL,
)
_SHIFTED = {"raised": ("^", RAISED), "lowered": ("_", LOWERED)}


def tokens(text: str, *, words: Collection[str] = (), latex: bool | None = None, place: str = "formula") -> list[Token]:
    """The tokens of a text, in `latex` (unsaid, if it holds a backslash), where letters stand one by one.

    `words` are those (in lower case) that stay whole there.

    Raises SymbolicError where the text is too long or nested too deeply, or a bracket has no partner.
    """
    if len(text) > LONGEST:
        raise SymbolicError(f"{place}: more than {LONGEST} characters")
    pieces = _grouped(list(_spelled(text, words, "\\" in text if latex is None else latex)), place)
    return _primes(_bare_arguments(_without_fonts(pieces)))


def _primes(pieces: list[Token]) -> list[Token]:
    """f^' ↦ f'"""
    before_prime = [following.text == "'" for following in pieces[1:]]
    return [piece for piece, primed in zip_longest(pieces, before_prime) if not (primed and piece.text == "^")]


def _spelled(text: str, words: Collection[str], latex: bool) -> Iterator[Token]:
    """Every piece of the text in its one spelling; in LaTeX every letter is a name of its own."""
    for found in _PIECE.finditer(text):
        kind, piece, column = found.lastgroup, found[0], found.start() + 1
        if kind == "space" or piece in DROPPED:
            continue
        if kind == "name":
            yield from _letters(piece, column, words) if latex else [Token(piece, column)]
        elif kind in _SHIFTED:
            mark, plain = _SHIFTED[kind]
            yield from (Token(text, column) for text in (mark, "{", *(plain[c] for c in piece), "}"))
        else:
            yield from (Token(spelled, column) for spelled in ONE_SPELLING.get(piece, (piece,)))


def _letters(name: str, column: int, words: Collection[str]) -> Iterator[Token]:
    """Letter by letter, with numbers and _ between; a known word whole."""
    for found in re.finditer(r"[A-Za-z]+|\d+|_", name):
        run, at = found[0], column + found.start()
        if run.lower() in words:
            yield Token(run, at, word=True)
        elif run.isalpha():
            yield from (Token(letter, at + k) for k, letter in enumerate(run))
        else:
            yield Token(run, at)


_CLOSING = {"{": "}", "(": ")", "[": "]"}


def _grouped(pieces: list[Token], place: str) -> list[Token]:
    """The pieces as they are, their braces matched and no bracket nested too deeply."""
    braces, depth = 0, 0
    for piece in pieces:
        depth += (piece.text in _CLOSING) - (piece.text in _CLOSING.values())
        braces += (piece.text == "{") - (piece.text == "}")
        if depth > DEEPEST:
            raise SymbolicError(f"{place}: column {piece.column}: nested in more than {DEEPEST} levels")
        if braces < 0:
            raise SymbolicError(f"{place}: column {piece.column}: '}}' without a '{{'")
    if braces:
        opening = _unclosed(pieces)
        raise SymbolicError(f"{place}: column {opening.column}: '{{' without a '}}'")
    return pieces


def _unclosed(pieces: list[Token]) -> Token:
    """The last brace that opens and never closes."""
    open_braces: list[Token] = []
    for piece in pieces:
        if piece.text == "{":
            open_braces.append(piece)
        elif piece.text == "}":
            open_braces.pop()
    return open_braces[-1]


LONGEST_LETTER = 2
"""The tokens of a letter and its accent."""


def _without_fonts(pieces: list[Token]) -> list[Token]:
    r"""\mathbf{z_1} ↦ z_1, \mathbf{1} ↦ 𝟏, \mathrm{diag} ↦ the word diag."""
    result: list[Token] = []
    ending: list[int] = []  # where, in the result, the braces of a font begin; -1 for others
    fonts: list[str] = []
    position = 0
    while position < len(pieces):
        piece = pieces[position]
        following = pieces[position + 1] if position + 1 < len(pieces) else None
        if piece.text in BOLD | UPRIGHT and following is not None and following.text != "}":
            if following.text == "{":
                ending.append(len(result))
                fonts.append(piece.text)
                position += 2
                continue
            result += _set_in(piece.text, [following])
            position += 2
            continue
        if piece.text == "{":
            ending.append(-1)
            fonts.append("")
        if piece.text == "}":
            start, font = ending.pop(), fonts.pop()
            if start >= 0:
                result[start:] = _set_in(font, result[start:])
                position += 1
                continue
        result.append(piece)
        position += 1
    return result


def _set_in(font: str, content: list[Token]) -> list[Token]:
    """The content of a font's braces: one word where upright letters stand, hollow signs in bold."""
    if font in BOLD and len(content) == 1 and content[0].text in HOLLOW:
        return [replace(content[0], text=HOLLOW[content[0].text])]
    joined = "".join(token.text.replace(r"\_", "_") for token in content)
    if font in UPRIGHT and len(joined) > 1 and re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", joined):
        return [Token(joined, content[0].column, word=True)]
    if font in BOLD and len(content) <= LONGEST_LETTER:
        return [replace(token, font=font) for token in content]
    return content


def _bare_arguments(pieces: list[Token]) -> list[Token]:
    r"""W_{1} ↦ W_1, \hat{y} ↦ \hat y, \partial{\hat{y}} ↦ \partial \hat y: braces that hold what they need not."""
    result: list[Token] = []
    dropped: list[bool] = []
    for position, piece in enumerate(pieces):
        before = result[-1].text if result else ""
        if piece.text == "{":
            single = position + 2 < len(pieces) and pieces[position + 2].text == "}"
            drop = before == r"\partial" or (single and (before in ("^", "_") or before in ACCENTS))
            dropped.append(drop)
        elif piece.text == "}":
            drop = dropped.pop()
        else:
            drop = False
        if not drop:
            result.append(piece)
    return result
