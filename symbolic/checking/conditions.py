r"""Conditions on indices: `i \neq j`, `i = j`, `l < L`. They say for which entries and layers a formula is meant."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from symbolic.checking.written import Index

_HOLDS: Mapping[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "≠": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "≤": operator.le,
    "≥": operator.ge,
}
_NOT = {"=": "≠", "≠": "=", "<": "≥", "≥": "<", ">": "≤", "≤": ">"}


@dataclass(frozen=True)
class Condition:
    """Two indices and what relation they have."""

    left: Index
    sign: str
    right: Index

    @property
    def letters(self) -> frozenset[str]:
        """The letters of both indices."""
        return frozenset(letter for index in (self.left, self.right) for letter, _ in index.letters)

    def fails(self, numbers: Mapping[str, int]) -> bool:
        """Whether it is known not to hold with these numbers of the indices."""
        left, right = self.left.at(numbers), self.right.at(numbers)
        return left is not None and right is not None and not _HOLDS[self.sign](left, right)

    def __str__(self) -> str:
        return f"{self.left} {self.sign} {self.right}"


# -- in words

_SPELLED = (
    (re.compile(r"\\not\s*=|\\neq?(?![A-Za-z])|!="), "≠"),
    (re.compile(r"\\(?:leq?|leqslant)(?![A-Za-z])|<="), "≤"),
    (re.compile(r"\\(?:geq?|geqslant)(?![A-Za-z])|>="), "≥"),
    (re.compile(r"\\lt(?![A-Za-z])"), "<"),
    (re.compile(r"\\gt(?![A-Za-z])"), ">"),
    (re.compile(r"=="), "="),
    (re.compile(r"\\(?:text(?:rm|it|bf)?|mathrm|mbox)\s*\{([^{}]*)\}"), r" \1 "),
    (re.compile(r"\\[,;:! ]|\\q?quad(?![a-z])|\$|\\[()]|\\(?:left|right)(?=[()])"), " "),
    (re.compile(r"\\forall(?![a-z])|∀"), " for all "),
    (re.compile(r" ?([=≠<>≤≥]) ?"), r"\1"),
)

_LETTER = r"(?:\\ell(?![A-Za-z])|[A-Za-z])"
_EQUAL = r"[a-km-z]"
"""What may be equal to another index: l = k and i = L are ranges."""

_INDEX = rf"(?:{_LETTER}|\d+)(?:\s*[+-]\s*\d+)?"
_CONDITION = re.compile(
    rf"(?<![\w=<>≤≥≠+\-_^\\{{.'])(?:(?P<left>{_LETTER})(?P<sign>[≠<>≤≥])(?P<right>{_INDEX})"
    rf"|(?P<one>{_EQUAL})(?P<equal>=)(?P<other>{_EQUAL}(?:\s*[+-]\s*\d+)?))"
    r"(?![\w=<>≤≥≠_^'(]|\s*[+-]|,?\s*(?:\\[lc]?dots|…|\.\.)|:\w)"
)


def spelled(text: str) -> str:
    """Words with one sign for each relation, and no spaces around it."""
    for pattern, sign in _SPELLED:
        text = " ".join(pattern.sub(sign, text).split())
    return text


def conditions_in(text: str) -> tuple[Condition, ...]:
    """The conditions on indices that words name."""
    return tuple(condition for condition, _ in _found(spelled(text)))


def without_conditions(text: str) -> str:
    """The words without their conditions."""
    return _CONDITION.sub(" ", spelled(text))


def _found(text: str) -> Iterator[tuple[Condition, re.Match[str]]]:
    for found in _CONDITION.finditer(text):
        left, sign, right = (found[name] or found[other] for name, other in _GROUPS)
        yield Condition(_index(left), sign, _index(right)), found


_GROUPS = (("left", "one"), ("sign", "equal"), ("right", "other"))


def _index(text: str) -> Index:
    letter = re.match(_LETTER, text)
    number = text[letter.end() :] if letter else text
    return Index(((letter[0], 1),) if letter else (), int("".join(number.split()) or 0))


_ALONE = re.compile(r"\s*\(?\s*(\S+?(?:\s*[+-]\s*\d+)?)\s*\)?\s*[:.,;]?\s*")
_ALONE_EQUAL = frozenset("cijkmn")
"""What is an index wherever it is equal to another: c = k and i = j are no equations of values."""


def is_condition(text: str) -> bool:
    """Whether a formula is nothing but a condition on indices, and no equation of values."""
    found = _ALONE.fullmatch(spelled(text)) if len(text) < 80 else None
    condition = _CONDITION.fullmatch(found[1]) if found else None
    if condition is None:
        return False
    return not condition["equal"] or _ALONE_EQUAL.issuperset((condition["one"], condition["other"][0]))


_OTHERWISE = re.compile(r"\b(?:otherwise|else)\b", re.IGNORECASE)
_GENERAL = re.compile(r"\b(?:in general|generally|for (?:all|any|every|each))\b", re.IGNORECASE)


def in_force(text: str) -> str:
    """The last condition that words name, or its contrary where 'otherwise' follows it; none after 'in general'."""
    text = spelled(text)
    found = list(_found(text))
    if not found:
        return ""
    condition, place = found[-1]
    after = text[place.end() :]
    if _GENERAL.search(after):
        return ""
    return contrary(str(condition)) if _OTHERWISE.search(after) else str(condition)


def contrary(text: str) -> str:
    """The contrary of the one condition that words name; nothing where they name none or several."""
    found = conditions_in(text)
    return f"{found[0].left} {_NOT[found[0].sign]} {found[0].right}" if len(found) == 1 else ""


# -- behind a formula

_RELATION = r"(?:\\not\s*=|\\neq?(?![A-Za-z])|\\(?:leq?|geq?|leqslant|geqslant|lt|gt)(?![A-Za-z])|[!<>=]=|[=≠<>≤≥])"
_WRITTEN = rf"{_LETTER}\s*{_RELATION}\s*{_INDEX}"
_SPACE = r"(?:\s|\\[,;:! ]|\\q?quad(?![a-z])|&)"
_WORD = r"(?:for(?:\s+all)?|if|when|whenever|where|with|provided(?:\s+that)?)"
_SAID = (
    rf"(?:\\(?:text|mathrm|mbox|textrm)\s*\{{\s*{_WORD}\s*\}}|(?<![A-Za-z\\]){_WORD}(?![A-Za-z])|\\forall(?![a-z])|∀)"
)
_BEHIND = re.compile(
    rf"(?:(?P<bracket>(?:\\left)?\()\s*(?:{_SAID})?{_SPACE}*(?P<inside>{_WRITTEN})\s*(?:\\right)?\)"
    rf"|(?:[,;]{_SPACE}*(?:{_SAID})?|{_SAID}|(?:\\[,;:! ]|\\q?quad(?![a-z])|&){_SPACE}*)"
    rf"{_SPACE}*(?P<open>{_WRITTEN}))[\s.,;]*$"
)
_OF_A_SIGN = re.compile(
    r"(?:\\(?:mathbb|mathbf|mathds|mathbbm|bm|boldsymbol)\s*\{?\s*[1I]\s*\}?|\\(?:mathrm|text|operatorname)\s*\{\w+\}"
    r"|(?<![\w^}])[1I𝟏𝟙]|\\(?:delta|chi|mathbf1|mathbb1))\s*$"
)
"""𝟏(i = j): a sign with the condition as its argument."""

_OF_AN_OPERATOR = re.compile(r"(?:\\(?:odot|circ|cdot|times|ast|star)|[-+*/∘⊙·=(@.])\s*$")
"""e ∘ (z > 0): a factor."""

_COUNTS = re.compile(r"\s*(?:[i-np-t]|\\ell)(?![A-Za-z])")
"""What an inequality alone in brackets must be of: an index, and no value, (z > 0)."""

_SPACES_BEHIND = re.compile(rf"(?:{_SPACE}|[,;])+$")

_BRANCHES = re.compile(r"(?<![A-Za-z\\])(?:if|otherwise|else)(?![A-Za-z])")
"""Several values, each with its condition, are one formula."""

LONGEST_CONDITION = 80
"""The end of a formula that is looked at."""


def parted(text: str) -> tuple[str, str]:
    """A formula and the condition that is written behind it, in brackets, after a comma or a word; '' for none."""
    cut = max(0, len(text) - LONGEST_CONDITION)
    found = _BEHIND.search(text, cut)
    if found is None:
        return text, ""
    said, before = found["inside"] or found["open"], text[cut : found.start()]
    if not is_condition(said) or (found["bracket"] and _is_factor(before, said)):
        return text, ""
    body = text[:cut] + _SPACES_BEHIND.sub("", before)
    return (body, said) if body.strip() and not _BRANCHES.search(body) else (text, "")


def _is_factor(before: str, said: str) -> bool:
    """Whether a relation in brackets is a part of the formula before it: 𝟏(i = j), e ∘ (z > 0), e (z > 0)."""
    is_of_values = "=" not in spelled(said) and "≠" not in spelled(said) and not _COUNTS.match(said)
    return is_of_values or bool(_OF_A_SIGN.search(before) or _OF_AN_OPERATOR.search(before))
