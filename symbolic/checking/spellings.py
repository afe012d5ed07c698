"""Spellings that are another one's: abbreviations of LaTeX, old fonts, signs of plain text and of programs."""

from __future__ import annotations

import re
from collections.abc import Callable

from symbolic.checking.braces import without_braces

_FRACTION = re.compile(r"\\[dt]?frac\s*(?=\d)(\d)\s*(?:(\d)|(?=\{)|([A-Za-z]))")
_PLAIN_WORD = re.compile(r"\\(?:text|mathrm|operatorname|mbox)\s*\{\s*([^{}\\]*?)\s*\}")
_PARAMETER = r"(?:W|w|\\theta|\\Theta|\\mathbf\{[Ww]\})"
_PARAMETERS = rf"[^{{}}]*{_PARAMETER}[^{{}}]*"
_INPUT = r"[xX]((?:\^\{\(\w\)\}|\^\w|_\w|\^\(\w\))?)"
"""h_{W,b}(x): the output as a function of the input."""

_OPENING, _CLOSING = r"(?:\\[Bb]ig[lg]?)?\(", r"(?:\\[Bb]ig[rg]?)?\)"
"""Brackets, of any size."""

_OBJECTIVE = r"(?:[CEJLR]|\\ell|\\math(?:cal|scr)\s*(?:\{[CEJLR]\}|[CEJLR]))"
_LETTER = r"[A-Za-z]|\\(?:theta|Theta|beta)"
_ARGUMENT = rf"\\(?:mathbf|boldsymbol|bm)\s*(?:\{{\s*(?:{_LETTER})\s*\}}|{_LETTER})|{_LETTER}"
"""∇E(w), the gradient by what the objective is a function of."""

_SHARES = r"((?:[^()|‖]|\([^()|‖]*\)){1,200}?)"
_NAME_OF_KL = r"(?:\\(?:mathrm|text|operatorname)\s*\{\s*KL\s*\}|KL)"
_DIVERGENCE = rf"(?:D\s*_\s*(?:\{{\s*{_NAME_OF_KL}\s*\}}|{_NAME_OF_KL})|{_NAME_OF_KL})\s*{_OPENING}"
_BESIDE_IT = r"\s*(?:\\\||\\parallel|\\Vert|\\,?\|\||\|\||‖)\s*"
"""KL(p ‖ q), two arguments with a sign between them."""

_D = r"(?:d|\\partial|\\mathrm\s*\{d\})"
_OF = r"(\w(?:[_^]\{[^{}]*\}|[_^]\w)*)"
_F = r"\\(?:text|mathrm|operatorname)\s*\{\w+\}|\\[a-zA-Z]+"
"""d/dz f(z), which is f′(z)."""

_FONTS = {"cal": "mathcal", "rm": "mathrm", "bf": "mathbf", "it": "mathit", "sf": "mathsf", "tt": "mathrm"}
_OLD_FONT = re.compile(r"\{\s*\\(cal|rm|bf|it|sf|tt)(?![A-Za-z])\s*((?:[^{}]|\{[^{}]*\})*)\}")
"""{\\bf W}, a font as it was written before there was \\mathbf."""

_LETTER_OF_FUNCTION = r"(?:\\(?:sigma|phi|varphi|psi|rho|theta)|[fghs])"
_SCRIPTED = rf"({_LETTER_OF_FUNCTION}\s*(?:[\^_]\s*(?:\{{[^{{}}]*\}}|\w|\([^()]*\))\s*)+)"
_SIGN = r"(?::?=|\\equiv(?![A-Za-z])|\\(?:approx|triangleq|coloneqq|simeq|doteq)(?![A-Za-z])|[≈≡])"
_GROUP = r"\{(?:[^{}]|\{[^{}]{0,80}\}){0,80}\}"
_SIGN_WITH_WORDS = re.compile(
    rf"\\(?:overset|stackrel|underset)\s*(?:{_GROUP}|\\[a-zA-Z]+|[^\s{{}}\\])\s*(?:\{{\s*({_SIGN})\s*\}}|({_SIGN}))"
    rf"|\\mathrel\s*\{{\s*({_SIGN})\s*\}}|\{{\s*({_SIGN})\s*\}}"
)
"""A sign of equality with words above it, or in braces."""

_LONG_SIGN = re.compile(rf"\\xlongequal\s*(?:\[[^\[\]]{{0,80}}\]\s*)?{_GROUP}")
_NOT_EQUAL = re.compile(r"\\not\s*=")
_PRIMES = r"\s*(?:\^\s*\{?\s*\\prime\s*\}?|('+))"
"""{g^{(l)}}', a function with the layer that it is said of."""

_SIZE = r"(?:[nNmMKCDHBdk](?:_\{[^{}]*\}|_\w|\^\{\[[^{}]*\]\})?|\d+)"
_BY = r"\s*(?:,|\\times(?![A-Za-z])|×)\s*"
_SHAPE = re.compile(rf"(?<=[\w\])}}])(?:\s|\\q?quad|\\[,;:])+(?:\\in\s*)?\({_SIZE}(?:{_BY}{_SIZE})+\)\s*$")
"""(N, C), the size of what stands before it."""


def _primed(found: re.Match[str]) -> str:
    """f'^{(l)} for {f^{(l)}}': the prime stands right behind the letter."""
    letter = re.match(_LETTER_OF_FUNCTION, found[1])
    assert letter is not None, "it begins with the letter"
    return letter[0] + (found[2] or "'") + found[1][letter.end() :]


_REWRITTEN: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(_DIVERGENCE + _SHARES + _BESIDE_IT + _SHARES + _CLOSING), r"\\mathrm{KL}(\1, \2)"),
    (re.compile(r"\\(?:c|s|nice)frac(?![A-Za-z])"), r"\\frac"),
    (re.compile(r"\\(?:bf|cal)(?![A-Za-z])(?=\s*[A-Za-z\\])"), " "),
    (re.compile(rf"(?:\{{|\\left\(|\()\s*{_SCRIPTED}(?:\}}|\\right\)|\)){_PRIMES}"), _primed),
    (re.compile(rf"\{{\s*(?=[\\fg]){_SCRIPTED}\}}\s*(?=\(|\\left\()"), r"\1"),
    (re.compile(r"(?<=[\w)\]])\s*\*\*\s*(?=[\w(])"), "^"),
    (re.compile(r"(?<![A-Za-z\\._])(sum|prod)\s*_\s*(?=\{|[a-z](?![A-Za-z_]))"), r"\\\1_"),
    (re.compile(r"(?<![A-Za-z\\_])(d?[A-Za-z])_(?!in|ln|nn|kl)([i-n])([i-n])(?![A-Za-z0-9_{])"), r"\1_{\2 \3}"),
    (re.compile(r"Σ(?=_|[ₖᵢⱼₗₙₘₚₛₜᵣ])"), "∑"),
    (_SHAPE, ""),
    (re.compile(r"\.\.\."), " … "),
    (re.compile(r"\\cr(?![A-Za-z])"), r"\\\\ "),
    (re.compile(r"\^\{\s*(?:\\odot|\\circ)\s*(\d)\s*\}"), r"^{\1}"),
    (re.compile(r"\|\|"), "‖"),
    (re.compile(r"\\(?:vec|underline)\s*(?:\{\s*([01])\s*\}|([01]))"), r"\\mathbf{\1\2}"),
    (re.compile(r"\\text\s*\{\s*axis\s*=\s*(\d)\s*\}"), r"\\mathrm{axis}=\1"),
    (re.compile(r"\^\{?\(n_\{?l\}?\)\}?"), "^{(L)}"),
    (re.compile(rf"[hf]_(?:\{{{_PARAMETERS}\}}|{_PARAMETER})\s*\(\s*{_INPUT}\s*\)"), r"\\hat{y}\1"),
    (re.compile(rf"\\d?frac\s*\{{{_D}\}}\s*\{{{_D}\s*{_OF}\}}\s*({_F})\s*{_OPENING}\s*\1\s*{_CLOSING}"), r"\2'(\1)"),
    (re.compile(rf"\\nabla\s*({_OBJECTIVE})\s*{_OPENING}\s*({_ARGUMENT})\s*{_CLOSING}"), r"\\nabla_{\2} \1"),
    (re.compile(r"\\bullet(?![A-Za-z])|\\bigodot(?![A-Za-z])"), r"\\odot "),
    (re.compile(r"(?<=[\w\])}])\s+dot\s+(?=[\w(\\])"), " @ "),
    (re.compile(r"(\\sum\s*_\s*\{\s*\w)\s*(?:\\in(?![A-Za-z])|∈)[^{}=]*\}"), r"\1}"),
    (re.compile(r"½"), "(1/2)"),
    (re.compile(r"¼"), "(1/4)"),
    (re.compile(r"(?<![\w.\\}^_{])1(?=\s*_)"), "𝟏"),
    (re.compile(r"(?<![\w.\\}^_{])1(?=\s*\^\s*\{?\s*(?:T(?![A-Za-z])|\\top|\\intercal|\\math\w+\s*\{?\s*T\b))"), "𝟏"),
    (re.compile(r"(?<![\w.\\}])1(?=\s*\\?\{[^{}=]*[<>≤≥])"), "𝟏"),
    (re.compile(r"(?<![\w.\\}])1(?=\s*[\[(][^()\[\]=+*/-]*[<>≤≥])"), "𝟏"),
)
"""Spellings that are another one's: those of plain text, and of one sign for several."""

_BESIDE = re.compile(r"(?<![A-Za-z_])([xahz](?:_?\d)?)(?=[WU](?:_?\d)?(?![a-z]))")
"""xW_1, two names side by side where letters are not set apart."""

WORDS = (
    "loss",
    "mse",
    "bce",
    "ce",
    "cost",
    "nll",
    "relu",
    "sigmoid",
    "softmax",
    "tanh",
    "diag",
    "exp",
    "log",
    "sum",
    "mean",
    *("logit", "logits", "bias", "net", "out", "target", "output"),
    *("activation", "error", "score", "scores", "xent", "sse", "rss", "rmse", "mae", "div"),
)
"""Words that stay whole among letters."""

_LIBRARY = re.compile(r"(?<![A-Za-z\\])(?:np|numpy|torch)\s*\.\s*(\w+)")
_CODE = re.compile(r"(?<![A-Za-z\\{])(axis|keepdims|dim|True|False)(?![A-Za-z])")

_WORDS = ("if", "and", "otherwise", "else", "for", "when")
_NAMES_OF_PROGRAMS = re.compile(r"[a-z]{3,}|[A-Za-z]+_[A-Za-z]{2,}|\.T\b|\bd[A-Z]\d|hat|@")
_LONG_NAMES = re.compile(r"[a-z]{3,}|hat|\.T\b|@")


def names_of_programs(text: str) -> bool:
    """Whether a formula holds names of several letters, as in programs; W_ix_{i-1}, with braces, are two."""
    return bool((_LONG_NAMES if re.search(r"[_^]\{", text) else _NAMES_OF_PROGRAMS).search(text))


def with_plain_signs(text: str) -> str:
    r"""The formula without words above its signs of equality: = for \overset{(3)}{=}; and \neq for \not=."""
    text = _SIGN_WITH_WORDS.sub(lambda found: f" {found[found.lastindex or 0]} ", text)
    return _NOT_EQUAL.sub(r"\\neq ", _LONG_SIGN.sub(" = ", text))


def respelled(text: str) -> str:
    """The formula in the spelling that is read: \\frac12 with its braces, one sign for each meaning."""
    text = with_plain_signs(without_braces(text))
    text = _FRACTION.sub(lambda m: r"\frac{" + m[1] + "}" + (f"{{{m[2] or m[3]}}}" if m[2] or m[3] else ""), text)
    text = _OLD_FONT.sub(lambda m: rf"\{_FONTS[m[1]]}{{{m[2]}}}", text)
    for pattern, spelled in _REWRITTEN:
        text = pattern.sub(spelled, text)
    if "\\" in text:
        text = _CODE.sub(lambda m: rf"\mathrm{{{m[1]}}}", _LIBRARY.sub(lambda m: rf"\mathrm{{{m[1]}}}", text))
    text = _PLAIN_WORD.sub(lambda m: m[0] if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", m[1]) else f" {m[1]} ", text)
    text = _BESIDE.sub(r"\1 ", text)
    return _braced_exponents(text)


_IN_BRACKETS = re.compile(r"(?<![A-Za-z_\\])e\s*\^\s*(?=\()")


def _braced_exponents(text: str) -> str:
    """e^{-z} for e^(-z), which plain text has."""
    begins = {found.end() for found in _IN_BRACKETS.finditer(text)}
    if not begins:
        return text
    signs, opened = list(text), []
    for at, sign in enumerate(text):
        if sign == "(":
            opened.append(at)
        elif sign == ")" and opened and (begin := opened.pop()) in begins:
            signs[begin], signs[at] = "{", "}"
    return "".join(signs)
