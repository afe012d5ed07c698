"""Words in LaTeX: titles and captions, made safe for it and put in what plain pdflatex can print."""

from __future__ import annotations

import re
from unicodedata import name, normalize

from symbolic.networks.spec import Spec

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"\ldots{}",
}

_NOT_IN_OT1 = frozenset("ÐÞðþĄąĐđĘęĦħĮįĸĿŀŉŊŋŦŧŲųſ")
"""Letters below U+0180 that plain pdflatex, with its old font encoding, has no letter for."""


_SIGNS = {
    "×": r"\times",
    "·": r"\cdot",
    "→": r"\to",
    "∘": r"\circ",
    "⊙": r"\odot",
    "′": "'",
    "²": "^2",
    "³": "^3",
    "½": r"\frac{1}{2}",
    "∂": r"\partial",
    "∇": r"\nabla",
    "∞": r"\infty",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "−": "-",
    "±": r"\pm",
    "‖": r"\|",
}
"""Signs that a title may hold and that plain pdflatex has in formulas alone; so it is with Greek letters."""

_CAPITALS = {"gamma", "delta", "theta", "xi", "pi", "phi", "psi", "omega", "lambda", "sigma", "upsilon"}
"""The Greek capitals that look unlike Latin ones, which LaTeX therefore has."""

_SMALL = {*_CAPITALS, "alpha", "beta", "epsilon", "zeta", "eta", "iota", "kappa", "mu", "nu", "rho", "tau", "chi"}

_LOST = "?"


def escaped(text: str) -> str:
    """Words made safe for LaTeX; what plain pdflatex cannot print, in a formula either, becomes a question mark."""
    return "".join(_spelled(c) for c in " ".join(text.split()))


def _spelled(c: str) -> str:
    """One character; a letter with an accent that is not to be had goes without it."""
    if c in _ESCAPES:
        return _ESCAPES[c]
    if c in _SIGNS:
        return f"${_SIGNS[c]}$"
    if _printed(c):
        return c
    if letter := re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", name(c, "")):
        return _greek(letter[2].lower().replace("lamda", "lambda"), letter[1] == "CAPITAL") or _LOST
    plain = "".join(part for part in normalize("NFKD", c) if part.isascii() and part.isalnum())
    return plain or _LOST


def _greek(letter: str, capital: bool) -> str:
    if letter in _CAPITALS and capital:
        return rf"$\{letter.title()}$"
    if letter in _SMALL and not capital:
        return rf"$\{letter}$"
    return ""


def _printed(c: str) -> bool:
    return c.isascii() or (c.isalpha() and c < "\u0180" and c not in _NOT_IN_OT1)


def heading(spec: Spec) -> str:
    """The title of a spec; its name, where there is no title or one in letters that plain pdflatex has not."""
    title = escaped(spec.title)
    lost = title.count(_LOST) > spec.title.count(_LOST)
    return escaped(spec.name) if lost or not title else title
