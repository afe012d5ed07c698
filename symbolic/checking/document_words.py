"""The words around formulas: what names one, which indices it is for; and lines that are formulas without a mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from symbolic.checking.conditions import in_force, is_condition
from symbolic.checking.equations import is_range

LONGEST_SENTENCE, LONGEST_LABEL = 400, 120

FILLERS = re.compile(
    r"a|also|an|and|are|as|be|because|by|can|e|finally|first|follows|from|get|gives|have|hence|i|in|is|it|"
    r"next|note|now|obtain|of|or|since|so|that|the|then|therefore|this|thus|to|using|we|where|which|with|"
    r"write"
)
"""Words that join two formulas and name neither."""

MATHEMATICAL_WORDS = re.compile(
    r"abs|alpha|average|beta|circ|cost|cross|delta|diag|dloss|dot|epsilon|error|eta|exp|eye|gamma|grad|"
    r"hadamard|heaviside|inv|lambda|ln|log|loss|matmul|max|mean|min|mu|multiply|nabla|norm|odot|omega|one|"
    r"ones|otherwise|outer|partial|phi|prod|psi|relu|sigma|sigmoid|sign|softmax|softplus|sqrt|step|sum|tanh|"
    r"tau|theta|times|transpose"
)
"""Words that a formula in plain text is made of."""

_MARKER = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|(?:[-*+•]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|[①-⑳])(?:[ \t]+|$))+", re.MULTILINE
)
_PARAGRAPH = re.compile(r"\n[ \t>]*\n\s*")
_ITEM = re.compile(r"\n(?=[ \t]*(?:#{1,6} |[-*+•][ \t]|\d{1,3}[.)][ \t]|\([a-z0-9]\)[ \t]|[①-⑳]))|(?<=\n)(?=#)")
_SENTENCE_END = re.compile(
    r"(?<=[\w)$*}])(?<!\b[a-zA-Z])(?<!e\.g)(?<!i\.e)(?<!w\.r\.t)(?<!\b\d)(?<!\b\d\d)[.!?](?=\s)|[。！？]"
)
_MARKS = re.compile(r"<[^<>]{1,80}>|\]\([^()\s]{0,200}\)|\*\*|__|[`\[\]{}]|%\n|(?<=\s)[*_]|[*_](?=\s|$)")
_COMMANDS = re.compile(
    r"\\(?:text(?:bf|it|rm|sf|tt)|emph|noindent|(?:big|med|small)skip)(?![a-z])|\\(?:begin|end)\{\w+\*?\}(?:\[[^\]\n]{0,40}\])?"
)
_LATEX_BREAK = re.compile(r"\\(?:item|section|subsection|subsubsection|paragraph|par|chapter)\*?(?![a-z])|\\\\")
_FORMULA = re.compile(r"\x01([^\x01\x02]*)\x02")
_FOR = r"\b(?:[Ff]or|[Ww]hen|[Ii]f|[Ww]ith|[Aa]t|[Ww]here)\b"
_FOR_WORDS = ("or", "hen", "If", "if", "ith", "At", "at", "here")
_ENDS = re.compile(r"[.!?。！？\\]")
_RANGE_BEFORE = re.compile(rf"{_FOR}([^\x01\x02.:;]{{0,60}})\x01([^\x01\x02]{{1,200}})\x02")
_RANGE_IN_WORDS = re.compile(
    r"\b[Ff]or (?:(?:all|each|every|any|the|hidden|output|layers?|samples?|units?) ){0,4}"
    r"[a-zA-Z] ?(?:=|∈|in\b|from\b|<|≤)[^:;\x01\x02]{1,60}"
)
_LAYER_IN_WORDS = re.compile(r"\b[Ff]or (?:(?:the|each|every|all|any|a) ){0,2}(?:[\w-]+ ){0,2}layers?\b")
_RANGE_AFTER = re.compile(
    r"\s{0,8}[,(]?\s{0,8}((?:for|if|when)\b[^$.:;\n]{0,60})\$([^$\n]{1,200})\$(?=\s*(?:[.,;)]|\n|$))"
)
_CONDITION_AFTER = re.compile(
    r"\s{0,8}[,;]?\s{0,8}\(?(?:(?:for|if|when|whenever|where|with|provided)\b[^$.:;()\\\n=≠]{0,40}?)?\s{0,3}"
    r"(?:\$([^$\n]{1,60})\$|\\\(([^\n$]{1,60}?)\\\)|([a-z] ?(?:≠|!=|=|<|>|≤|≥) ?[a-z]))"
    r"(?=\s{0,8}(?:[.,;)]|\n|$|and\b|but\b|or\b|while|whereas))"
)
_RELATES = re.compile(r"[=≠<>≤≥]|\\(?:neq?|[lg]eq?|[lg]t|not)(?![a-z])")
OTHERWISE = "otherwise"
_OTHERWISE_AFTER = re.compile(r"\s{0,8},?\s{0,8}\(?(?:otherwise|else)\b")


class Context:
    """The sentence that a formula stands in, kept while the formulas of a source go by in their order."""

    def __init__(self) -> None:
        self.sentence = ""
        self.after_display = False

    def words(self, gap: str, *, display: bool) -> None:
        """Take in the words between two formulas; an empty line before words or inline mathematics ends a sentence."""
        if "\n" not in gap and not _ENDS.search(gap):
            self.sentence = (self.sentence + gap)[-LONGEST_SENTENCE:]
            return
        if len(gap) > LONGEST_SENTENCE:
            gap = "\n\n" + gap[-LONGEST_SENTENCE:]
        gap = _LATEX_BREAK.sub("\n\n", gap)
        parts = _PARAGRAPH.split(gap)
        said = [at for at, part in enumerate(parts) if part.strip()]
        last = parts[said[-1]] if said else ""
        goes_on = not said or (said[-1] == 0 and not (self.after_display and last.lstrip()[:1].isupper()))
        if said and not goes_on:
            self.sentence = ""
        if len(parts) > 1 and not display and (not said or said[-1] < len(parts) - 1):
            self.sentence, last = "", ""
        self.sentence += last
        for end in (_ITEM, _SENTENCE_END):
            for found in list(end.finditer(self.sentence))[-1:]:
                self.sentence = self.sentence[found.end() :]
        self.sentence = self.sentence[-LONGEST_SENTENCE:]

    def formula(self, text: str, *, display: bool) -> None:
        """Take in a formula; one that ends with a full stop ends the sentence."""
        self.after_display = display
        ended = display and re.search(r"(?<!\.)(?<!\\right)\.\s*(?:\\end\{\w+\*?\}\s*)?$", text) is not None
        if ended:
            self.sentence = ""
        else:  # a display uses up the label, not the range
            self.sentence += "\x01\x02" if display else f"\x01{text[:200]}\x02"

    @property
    def where(self) -> str:
        """The range that the sentence has given so far, and the condition on indices: the last ones."""
        return ", ".join(part for part in (self._range, self._condition) if part)

    @property
    def _condition(self) -> str:
        if not _RELATES.search(self.sentence):
            return ""
        parts = _FORMULA.split(self.sentence)
        parts[1::2] = [part if is_condition(part) else "\x01" for part in parts[1::2]]
        return in_force(" ".join(parts))

    @property
    def _range(self) -> str:
        if not any(part in self.sentence for part in _FOR_WORDS):  # far quicker than any pattern
            return ""
        found = [match[0] for match in _RANGE_BEFORE.finditer(self.sentence) if is_range(match[2])]
        if not found:
            said = cleaned(self.sentence)
            found = [match[0] for pattern in (_RANGE_IN_WORDS, _LAYER_IN_WORDS) for match in pattern.finditer(said)][
                -1:
            ]
        return cleaned(found[-1]) if found else ""

    @property
    def label(self) -> str:
        """The words since the last formula or range, where they say more than 'thus we have'."""
        last = self.sentence.rfind("\x02") + 1
        text = self.sentence[last:]
        if not text.strip():
            return ""
        if text.strip() == ":" and not any(found.end() == last for found in _RANGE_BEFORE.finditer(self.sentence)):
            text = self.sentence
        text = cleaned(text)
        for pattern in (_RANGE_IN_WORDS, _LAYER_IN_WORDS):
            text = pattern.sub("", text)
        text = text.strip(" ,;.")
        words = re.findall(r"\w+", text.lower())
        if (
            not words
            or all(FILLERS.fullmatch(word) for word in words)
            or re.search(_FOR + r"\s*(?:all|each|every)?$", text)
        ):
            return ""
        return text if len(text) <= LONGEST_LABEL else text[-LONGEST_LABEL:].partition(" ")[2]


def where_after(text: str, end: int) -> str:
    """The range or condition that follows a formula: ' for $l = 2, …, L$', ' ($i = j$)'; or the word 'otherwise'."""
    conditional = _CONDITION_AFTER.match(text, end, end + 300)
    if conditional and is_condition(said := next(filter(None, conditional.groups()))):
        return said
    if _OTHERWISE_AFTER.match(text, end, end + 40):
        return OTHERWISE
    found = _RANGE_AFTER.match(text, end, end + 300)  # a bound, for its parts may be spaces
    return cleaned(f"{found[1]}\x01{found[2]}\x02") if found and is_range(found[2]) else ""


def cleaned(text: str) -> str:
    """Words without the marks of Markdown, HTML and LaTeX around them; formulas among them stay as they are."""
    parts = _FORMULA.split(_MARKER.sub("", text))
    parts[::2] = [_MARKS.sub(" ", _COMMANDS.sub(" ", part)) for part in parts[::2]]
    return " ".join(" ".join(parts).split()).strip("*").strip()


# -- formulas without any mark


class Line(NamedTuple):
    """A line that is a formula: where the formula begins in it, the formula, and the words before and after it."""

    start: int
    text: str
    where: str
    label: str


_CODE = re.compile(
    r"://|www\.|==|!=|=>|->|\+=|-=|\"|^\s*(?:import|from|def|class|return|print|assert|for|while|if|elif|else)\b|[{:]\s*$"
    r"|</?[a-z]+[ >]|\w=\w+,\s*\w+=|\$"
)
_RELATION = re.compile(r":?=|≈|∝|≔")
_TRAILING = re.compile(
    r"(?:[,;]?\s*\(?\b(?:for|if|where|when|with|∀)\b|[,;]\s*(?=[a-z]\s*=\s*[\w+\-]+\s*(?:,|\.\.|…)))(.*)$"
)
_NOTE = re.compile(r"\s(?:#|//|%)\s.*$|\s{3,}\(.*\)\s*$")


_ASSIGNMENT = re.compile(r"\s*(?P<body>[A-Za-z_]\w*\s*=(?!=)\s*[^#;]*[^#;\s])\s*;?\s*(?:#.*)?")
_ARRAYS = re.compile(r"@|\bnp\.|\.T\b|\.dot\(|\.sum\(|\.mean\(")
"""A line of a program that computes with arrays: NumPy's signs."""


def formula_line(line: str) -> Line | None:
    """The formula of a line of plain text, or None where the line is prose, code or an address."""
    if len(line) > 2_000 or not _RELATION.search(line):
        return None
    assigned = _ASSIGNMENT.fullmatch(line)
    if assigned and _ARRAYS.search(assigned["body"]):
        return Line(assigned.start("body"), " ".join(assigned["body"].split()), "", "")
    spans = [found for found in re.finditer(r"`([^`]+)`", line) if _RELATION.search(found[1])]
    if len(spans) == 1 and line[spans[0].end() :].strip(" .,;"):
        line = line[: spans[0].end(1)]  # `dW = dZ @ A.T` and words behind it
    marker = _MARKER.match(line)
    start = marker.end() if marker else len(line) - len(line.lstrip())
    body = _NOTE.sub("", line[start:]).rstrip(" .,;`*")
    if _CODE.search(body):
        return None
    skip = _words_before(body)
    label, body = body[:skip], body[skip:]
    lead = len(body) - len(body.lstrip(" `*"))
    start, body = start + skip + lead, body[lead:]
    relation = _RELATION.search(body)
    if not relation:
        return None
    trailing = _TRAILING.search(body, relation.end())
    where = body[trailing.start() :].lstrip(" ,;(").rstrip(" )") if trailing else ""
    body = body[: trailing.start()] if trailing else body
    body = body.rstrip(" .,;`*")
    left, right = body[: relation.start()].strip(), body[relation.end() :].strip()
    if not right or not (_is_mathematics(left, left=True) and _is_mathematics(right)):
        return None
    if (
        re.fullmatch(r"[\d.e+-]+", right)
        and re.fullmatch(r"[A-Za-z_]{3,}", left)
        and not MATHEMATICAL_WORDS.fullmatch(left)
    ):
        return None
    return Line(start, " ".join(body.split()), where, cleaned(label).strip(" ,"))


def _words_before(body: str) -> int:
    """How many characters of words stand before the formula: up to a colon, or the prose that it begins with."""
    relation = _RELATION.search(body)
    colon = body.rfind(": ", 0, relation.start() if relation else 0)
    at = colon + 2 if colon >= 0 else 0
    for word in re.compile(r"\s*(\S+)").finditer(body, at):
        following = body[word.end() :].lstrip()
        if not _is_word(word[1]) or _RELATION.match(following) or len(word[1]) < 2:
            break
        at = word.end()
    return at


def _is_word(token: str) -> bool:
    bare = token.strip(".,;:!?()'\"`*")
    return bool(re.fullmatch(r"[A-Za-z]{2,}(?:['-][A-Za-z]+)*", bare)) and not (
        MATHEMATICAL_WORDS.fullmatch(bare.lower())
        or re.fullmatch(r"d?[A-Z]{1,2}|d[a-zA-Z]{1,2}|[A-Z][a-z]?T?|[a-z]hat", bare)
    )


def _is_mathematics(side: str, *, left: bool = False) -> bool:
    """Whether one side of a relation is signs more than words."""
    tokens = side.split()
    words = sum(_is_word(token) for token in tokens)
    if left:
        return len(tokens) <= 12 and (words == 0 or len(tokens) == 1) and bool(re.search(r"[^\W\d]|[∂∇]", side))
    return bool(tokens) and words * 4 <= len(tokens) and not re.search(r"[A-Za-z]{3,} [a-z]{3,} [a-z]{3,}", side)


def formula_lines(text: str, masked: str) -> Iterator[tuple[int, Line]]:
    """The lines of formulas and where they begin; `masked` is the text with all that is known to be one taken out."""
    at = 0
    lead = ""
    previous: tuple[int, Line] | None = None
    for line in masked.split("\n"):
        found = formula_line(line) if text.startswith(line, at) else None
        goes_on = re.match(r"\s*(:?=|≈)\s*\S", line)
        if previous and goes_on and _is_mathematics(line[goes_on.end(1) :]):
            begin, before = previous
            previous = begin, before._replace(text=f"{before.text} {' '.join(line.split()).rstrip(' .,;')}")
        else:
            if previous:
                yield previous
            previous = (at + found.start, _led(found, lead)) if found else None
            if line.strip() and not found:
                lead = line[-LONGEST_SENTENCE:] if line.rstrip().endswith((":", ",")) and "\x03" not in line else ""
        at += len(line) + 1
    if previous:
        yield previous


def _led(line: Line, lead: str) -> Line:
    """A formula with the range of the line of words that leads to it: 'For l = L-1, ..., 2:'."""
    if line.where or not lead:
        return line
    said = cleaned(lead)
    ranges = [found[0] for pattern in (_RANGE_IN_WORDS, _LAYER_IN_WORDS) for found in pattern.finditer(said)]
    return line._replace(where=ranges[0].strip(" ,")) if ranges else line
