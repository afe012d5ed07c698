r"""From one stretch of mathematics to its equations: rows are joined to chains, ranges and labels are set apart.

A display is cut into rows at ``\\`` and where an alignment begins or ends, then into pieces at ``\quad``, ``;``, ``,``
and at words. A cut holds only where both sides are equations or where one side is a range or a label: commas in
tuples, dots and lists of values never split. `cases` and matrices are one token, whatever they hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from symbolic.checking.beside import changes
from symbolic.checking.conditions import is_condition
from symbolic.checking.document_rows import chains
from symbolic.checking.document_tokens import (
    ARROWS,
    BOUNDS,
    RELATIONS,
    TEXTS,
    Token,
    group_end,
    relates,
    squeezed,
    text_of,
    trimmed,
    without_ending,
)

LONGEST = 20_000
"""A longer stretch is not taken apart: no formula is that long, and the time for one stays small."""


@dataclass(frozen=True)
class Equation:
    """One equation as it is written; `offset` is where it begins in its stretch.

    `apart`: what is said of its range stands before it, and may be said of others, too.
    """

    offset: int
    text: str
    where: str = ""
    label: str = ""
    apart: bool = False


RANGE_WORDS = r"for|For|where|when|with|whenever|if|given|∀"
RANGE_WORD = re.compile(rf"\s*[,(]?\s*(?:{RANGE_WORDS})\b")
GIVING_WORD = re.compile(r"\s*[,(]?\s*(?:where|with|given)\b")
CONJUNCTION = re.compile(
    r"\s*[,;.]?\s*(?:and|or|so|then|hence|thus|therefore|as well as|let|define|also|note that|we have)\s*,?\s*$",
    re.IGNORECASE,
)
BRANCH = re.compile(r"\b(?:if|otherwise|else)\b")
NUMBER = re.compile(r"\(\s*[A-Z]{0,4}\d+(?:[.\-]\d+)*[a-z]?\s*\)")
INDEX = re.compile(r"\(?\s*(?:[h-tH-T]\s*,\s*)*([h-tH-T])\s*(?:=|:=|\\in(?![a-z])|∈|\\leq?\b|\\geq?\b|<|>|≤|≥|:)")
BOUNDED = re.compile(r"\(?\s*[\w ]+(?:\\l(?:eq?|t)(?![a-z])|<|≤)\s*[a-zA-Z]\b")
DOTS = re.compile(r"\\[lc]?dots[cb]?|\.\.|…|(?:\\in(?![a-z])|∈)(?!\s*(?:\\mathbb|\\R|ℝ))|\\to(?![a-z])")
SIMPLE_VALUE = re.compile(r"\(?\s*(?:[h-tH-T]\s*,\s*)*[h-t]\s*=\s*[\w+\-, ]+\)?\s*")

_TABLE_OF_EQUATIONS = re.compile(r"\s*\\begin\{array\}\s*\{[rcl ]+\}[^&]*&\s*=\s*&")
_PARTS = re.compile(r"[,;&\\~:⇒⟹⇔∀∎□]|\(\d|\n[ \t]*\n")


def equations(text: str) -> tuple[Equation, ...]:
    """The equations of one stretch of mathematics, in order; time and memory are linear in its length."""
    if len(text) > LONGEST or not _PARTS.search(text):
        written = squeezed(text).rstrip(".") if not text.rstrip().endswith("..") else squeezed(text)
        return (Equation(len(text) - len(text.lstrip()), written.rstrip()),) if written else ()
    found: list[Equation] = []
    if _TABLE_OF_EQUATIONS.match(text):
        text = text.replace(r"\begin{array}", r"\begin{align}").replace(r"\end{array}", r"\end{align}")  # as long
    for chain in chains(text):
        found += _pieces(chain)
    return tuple(found)


def is_range(text: str) -> bool:
    r"""Whether this says which indices are meant: `l = 2, \dots, L`, `1 \le l \le L`, or a letter alone."""
    text = text.strip()
    return _is_bounded(text) or bool(re.fullmatch(r"[h-tH-T](?:\s*,\s*[h-tH-T])*", text))


def _is_bounded(text: str) -> bool:
    found = SIMPLE_VALUE.fullmatch(text) or BOUNDED.match(text) or (INDEX.match(text) and DOTS.search(text))
    return found is not None


# -- pieces


class Piece(NamedTuple):
    """What stands between two places where a chain may be cut: its tokens, and the sign or words before it."""

    tokens: list[Token]
    cut: str = ""
    spaced: bool = False


def _pieces(chain: list[Token]) -> Iterator[Equation]:
    """The equations of a chain, each with the range that follows it and the words before it."""
    current: list[Token] = []
    where: list[str] = []
    label = ""
    for piece in _with_indices(list(_cuts(chain))):
        kind = _kind(piece, current)
        given = _given(piece) if kind == "where" else []
        if given:
            yield from _equation(current, where, label)
            current, where, label = given, [], "where"
        elif kind == "label":
            label = _said(piece)
        elif kind == "where":
            where.append(_said(piece))
        elif kind == "number":
            label = label or text_of(piece.tokens)
        elif kind == "formula":
            if current:
                yield from _equation(current, where, label)
                where, label = [], ""
            current = list(piece.tokens)
        elif kind == "more" and where and not relates(piece.tokens):
            where[-1] += piece.cut + " " + _said(Piece(piece.tokens))
        elif kind == "more":
            offset = piece.tokens[0].offset
            current += [Token(piece.cut, offset), *([Token(" ", offset)] if piece.spaced else []), *piece.tokens]
    yield from _equation(current, where, label)


def _kind(piece: Piece, current: list[Token]) -> str:
    text = text_of(piece.tokens)
    if not text:
        return "nothing"
    if NUMBER.fullmatch(text) and (not current or piece.cut in (r"\quad", r"\qquad")):
        return "number"
    if piece.cut == "text":
        words = RANGE_WORD.match(_said(piece)) or piece.tokens[0].text in (r"\forall", "∀")
        return "where" if words else "nothing" if current else "label"
    if (current and _is_bounded(text)) or is_condition(text):
        return "where"
    if current and relates(piece.tokens, BOUNDS) and not relates(piece.tokens):
        return "where" if relates(current) else "formula"
    strong = piece.cut != ","
    if not current or relates(piece.tokens):
        return "formula" if strong or not current or relates(current, RELATIONS | BOUNDS) else "more"
    return "formula" if piece.cut in (";", "and") and not relates(current) else "more"


def _given(piece: Piece) -> list[Token]:
    r"""The equation that \text{where} and its like bring in; nothing where it is a range."""
    if piece.cut != "text" or not GIVING_WORD.match(_said(piece)):
        return []
    rest = trimmed(piece.tokens[group_end(piece.tokens, 1) + 1 :])
    return rest if relates(rest) and not _is_bounded(text_of(rest)) else []


def _equation(tokens: list[Token], where: Sequence[str], label: str) -> Iterator[Equation]:
    tokens = without_ending(trimmed(tokens))
    while tokens and tokens[0].text in ARROWS | {","}:
        tokens = trimmed(tokens[1:])
    if (
        len(tokens) > 2
        and tokens[0].text in (r"\boxed", r"\fbox")
        and group_end(tokens, 1, len(tokens)) == len(tokens) - 1
    ):
        tokens = without_ending(trimmed(tokens[2:-1]))
    if text := text_of(tokens):
        yield Equation(tokens[0].offset, text, ", ".join(where), label)


def _cuts(chain: list[Token]) -> Iterator[Piece]:
    r"""The chain, cut at top level at commas, semicolons, wide spaces, arrows and words in \text{…}."""
    piecewise = sum(bool(BRANCH.search(words)) for words in _words(chain)) > 1
    current: list[Token] = []
    cut = ""
    at = 0
    while at < len(chain):
        token = chain[at]
        end = at
        sign = _sign(token)
        if (
            not piecewise
            and token.depth == 0
            and token.text in TEXTS
            and at + 1 < len(chain)
            and chain[at + 1].text == "{"
        ):
            end = group_end(chain, at + 1)
            sign = _sign_of_words(text_of(chain[at + 2 : end]), current, chain[end + 1 :])
        if token.depth or not sign:
            current.append(token)
            at += 1
            continue
        if trimmed(current) or cut == "text":
            yield _piece(current, cut)
            current = []
        cut = sign
        if sign in ("text", "label"):
            current = list(chain[at : end + 1])
            cut = "text"
        if sign == "label":
            yield Piece(current, cut)
            current, cut = [], ""
        at = end + 1
    yield _piece(current, cut)


def _piece(tokens: list[Token], cut: str) -> Piece:
    return Piece(trimmed(tokens), cut, bool(tokens) and tokens[0].text.isspace())


def _sign(token: Token) -> str:
    """What a sign between formulas is: itself, 'and' for an arrow, 'text' for words that begin a range."""
    if token.text in (",", ";", r"\quad", r"\qquad"):
        return token.text
    if token.text in (r"\forall", "∀"):
        return "text"
    return "and" if token.text in ARROWS - {r"\to", r"\rightarrow"} else ""


def _sign_of_words(words: str, before: list[Token], after: Sequence[Token]) -> str:
    """What words at top level are: 'text' begins a range, 'and' joins equations, 'label' names what follows."""
    follows = next((token.text for token in after if not token.text.isspace()), "")
    if RANGE_WORD.match(words):
        return "text"
    if CONJUNCTION.match(words):
        return "and"
    if changes(words):
        return ""
    if words.rstrip().endswith(":") or (follows in (r"\quad", r"\qquad", ":") and not before):
        return "label"
    if " " in words.strip() and follows not in RELATIONS | {"(", "^", "_", r"\left"}:
        return "label"
    return ""


def _words(chain: list[Token]) -> Iterator[str]:
    for at, token in enumerate(chain):
        if token.depth == 0 and token.text in TEXTS and at + 1 < len(chain) and chain[at + 1].text == "{":
            yield text_of(chain[at + 2 : group_end(chain, at + 1)])


def _with_indices(pieces: list[Piece]) -> list[Piece]:
    r"""The i of `i, j = 1, \dots, n` goes with the range that it begins."""
    found: list[Piece] = []
    for piece in reversed(pieces):
        text = text_of(piece.tokens)
        if found and re.fullmatch("[a-zA-Z]", text) and found[-1].cut == "," and _is_bounded(text_of(found[-1].tokens)):
            joined = [*piece.tokens, Token(",", piece.tokens[-1].offset), Token(" ", 0), *found[-1].tokens]
            found[-1] = Piece(joined, piece.cut, piece.spaced)
        else:
            found.append(piece)
    return found[::-1]


def _said(piece: Piece) -> str:
    r"""The tokens as a reader says them: \text{ for } is a word, the parentheses around a range are left out."""
    text = "".join(token.text for token in without_ending(trimmed(piece.tokens)))
    names = "|".join(name[1:] for name in TEXTS)
    text = squeezed(re.sub(rf"\\(?:{names})\s*\{{([^{{}}]*)\}}", r"\1", text.replace(r"\forall", "for all ")))
    text = re.sub(r"\\[,;:!]|\\ |\\q?quad\b", " ", text)
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1]
    return squeezed(text).removeprefix(",").strip()
