"""LaTeX of unknown authors as MathML, by latex2mathml; what it cannot convert is nothing."""

from __future__ import annotations

import re
from html import escape, unescape
from unicodedata import category
from xml.etree.ElementTree import Element

from latex2mathml.converter import Converter

LONGEST = 1_000
DEEPEST = 40
"""Characters and nested elements of a formula that is converted: beyond, nobody reads it, and conversion gets slow."""

_REFUSED = re.compile(r"\\(?:[egx]?def|let|(?:re)?newcommand|providecommand|DeclareMathOperator)(?![a-zA-Z])|(?<!\\)%")
"""Macros, since those that double themselves take for ever, and comments, which would hide the rest of the formula."""

_TAGS = re.compile(
    "math|mrow|mi|mo|mn|mtext|mspace|mstyle|mfrac|msqrt|mroot|msup|msub|msubsup|mover|munder|munderover|mtable|mtr|mtd"
    "|mpadded|mphantom|menclose|mfenced"
)
_PARTS = {"mfrac": 2, "mroot": 2, "msup": 2, "msub": 2, "msubsup": 3, "mover": 2, "munder": 2, "munderover": 3}
"""How many children an element has to have; `\\frac{a}` makes one that has too few."""

_ATTRIBUTES = re.compile(
    "display|displaystyle|mathvariant|stretchy|fence|form|separator|accent|accentunder|linethickness|scriptlevel"
    "|columnalign|rowlines|columnlines|columnspacing|rowspacing|width|height|depth|lspace|rspace|voffset|minsize|maxsize"
    "|movablelimits|largeop|symmetric"
)
"""What may stand in a page. Links, styles, classes and colours, which LaTeX has commands for, may not."""

_VALUE = re.compile(r"[\w .+-]*", re.ASCII)


def mathml(latex: str) -> str | None:
    r"""The formula as a `<math>` element, safe to put in a page; None where it cannot be converted.

    It never raises. Every text in it is escaped, and only known elements and attributes get in: latex2mathml's own
    output is not escaped, and `\style`, `\class` and `\href` write attributes.
    """
    if len(latex) > LONGEST or not latex.strip() or _REFUSED.search(latex):
        return None
    try:
        # latex2mathml raises many kinds of errors for what it cannot read, and StopIteration and IndexError, too.
        element = Converter().convert_to_element(latex)
        element.set("displaystyle", "true")
        return _written(element, DEEPEST)
    except Exception:
        return None


def _written(element: Element, depth: int) -> str:
    """The element as text. Raises ValueError for what may not stand in a page, and for a command left unconverted."""
    text = unescape(element.text or "")
    if depth < 0 or not _TAGS.fullmatch(element.tag) or "\\" in text or not all(map(_shown, text)):
        raise ValueError(element.tag)
    if len(element) != _PARTS.get(element.tag, len(element)):
        raise ValueError(element.tag)
    kept = [each for each in element.attrib.items() if _ATTRIBUTES.fullmatch(each[0]) and _VALUE.fullmatch(each[1])]
    attributes = "".join(f' {key}="{value}"' for key, value in kept)
    inner = escape(text) + "".join(_written(child, depth - 1) for child in element)
    return f"<{element.tag}{attributes}>{inner}</{element.tag}>"


def _shown(c: str) -> bool:
    """Whether a character is seen, or is a space, or one of the signs of MathML that are meant not to be seen."""
    return c.isprintable() or category(c) == "Zs" or "\u2061" <= c <= "\u2064"
