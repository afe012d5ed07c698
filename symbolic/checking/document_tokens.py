r"""The tokens of a formula, what each kind of them means, and the depth of the brackets around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

LONGEST_GROUP = 200
"""The words of a longer group in \\text{…} are not read to their end."""


class Token(NamedTuple):
    """A command, a sign or a run of letters and spaces; `depth` counts the brackets that are closed again."""

    text: str
    offset: int
    depth: int = 0


TRANSPARENT = {
    *("equation", "align", "aligned", "alignat", "alignedat", "flalign", "gather", "gathered", "multline", "multlined"),
    *("eqnarray", "split", "math", "displaymath", "subequations", "dmath", "dgroup", "darray", "center"),
}
"""Environments that only arrange equations; what others hold belongs to one formula."""

RELATIONS = {*("=", ":=", "≈", "∝", "≔", "≡"), *("\\" + name for name in ("equiv", "approx", "propto", "coloneqq"))}
RELATIONS |= {
    "\\" + name for name in ("triangleq", "doteq", "sim", "simeq", "cong", "coloneq", "eqdef", "overset", "stackrel")
}
BOUNDS = {*"<>≤≥≠∈", *("\\" + name for name in ("le", "leq", "leqslant", "ge", "geq", "geqslant", "lt", "gt", "ne"))}
BOUNDS |= {r"\neq", r"\in", r"\ll", r"\gg", r"\notin"}
OPERATORS = {
    *"+-*/∘⊙·−@",
    *("\\" + name for name in ("cdot", "times", "circ", "odot", "cdots", "otimes", "div", "ast")),
}
ARROWS = {*"⇒⟹⇔", *("\\" + name for name in ("implies", "Rightarrow", "Longrightarrow", "iff", "therefore", "because"))}
ARROWS |= {r"\Leftrightarrow", r"\Longleftrightarrow", r"\rightarrow", r"\to", r"\leadsto"}
SPACES = {
    *("\\" + sign for sign in ",;:! \n\t>/"),
    *"~ ",
    r"\quad",
    r"\qquad",
    r"\displaystyle",
    r"\textstyle",
    r"\hfill",
}
SPACES |= {r"\nonumber", r"\notag", r"\hline", r"\allowbreak", r"\newline", r"\noindent", r"\centering", r"\par"}
ENDINGS = {*".,;:", r"\square", r"\blacksquare", r"\Box", r"\qed", r"\qedhere", "∎", "□"}
TEXTS = {
    r"\text",
    r"\textrm",
    r"\textbf",
    r"\textit",
    r"\textnormal",
    r"\textsf",
    r"\mbox",
    r"\hbox",
    r"\mathrm",
    r"\rm",
}
DROPPED = {r"\label", r"\color", r"\hspace", r"\vspace", r"\phantom", r"\vphantom", r"\hphantom", r"\tag"}

_TOKEN = re.compile(
    r"\\begin\s*\{[a-zA-Z]+\*?\}|\\end\s*\{[a-zA-Z]+\*?\}|\\[a-zA-Z]+\*?|\\.|:=|[{}()\[\]&,;=.:~<>]"
    r"|[+\-*/@∘⊙·−≈∝≔≡≤≥≠∈⇒⟹⇔∎□∀]|\s+|[^\\{}()\[\]&,;=.:~<>+\-*/@∘⊙·−≈∝≔≡≤≥≠∈⇒⟹⇔∎□∀\s]+|\\",
    re.DOTALL,
)
ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([a-zA-Z]+)\*?\}")
OPENERS, CLOSERS = {*"([", r"\{", "{", r"\left"}, {*")]", r"\}", "}", r"\right"}


def tokens_of(text: str) -> Iterator[Token]:
    """The tokens with the environments that are not transparent as one token each, and the depth of each."""
    whole: list[Token] = []
    stack: list[tuple[str, int]] = []
    for match in _TOKEN.finditer(text):
        token = Token(match[0], match.start())
        environment = ENVIRONMENT.match(token.text)
        if environment and environment[1] == "begin" and (stack or environment[2] not in TRANSPARENT):
            stack.append((environment[2], len(whole)))
        whole.append(token)
        if environment and environment[1] == "end" and stack and stack[-1][0] == environment[2]:
            begin = stack.pop()[1]
            if not stack:
                inner = text[whole[begin].offset : match.end()]
                whole[begin:] = [Token(inner, whole[begin].offset)]
    return iter(with_depth(_without_dropped(whole)))


def with_depth(tokens: Sequence[Token]) -> list[Token]:
    """Each token with the number of brackets around it; a bracket without a partner opens nothing."""
    change = [0] * (len(tokens) + 1)
    stack: list[int] = []
    for at, token in enumerate(tokens):
        if token.text in OPENERS:
            stack.append(at)
        elif token.text in CLOSERS and stack:
            if token.text == "}" and (braces := [i for i in stack[-8:] if tokens[i].text == "{"]):
                del stack[stack.index(braces[-1], max(0, len(stack) - 8)) + 1 :]
            elif tokens[stack[-1]].text == "{":
                continue  # a bracket in a group does not close one before the group
            change[stack.pop()] += 1
            change[at + 1] -= 1
    depth, found = 0, []
    for at, token in enumerate(tokens):
        depth += change[at]
        found.append(Token(token.text, token.offset, depth))
    return found


def _without_dropped(tokens: Sequence[Token]) -> list[Token]:
    r"""Without \label{…} and its like; the number of a \tag stays as (3.1)."""
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        name = tokens[at].text.rstrip("*")
        if name not in DROPPED or at + 1 == len(tokens) or tokens[at + 1].text != "{":
            kept.append(tokens[at])
            at += 1
            continue
        end = group_end(tokens, at + 1)
        number = text_of(tokens[at + 2 : end]) if name == r"\tag" else ""
        if re.search(r"\d", number) and trimmed(kept):
            kept += [Token(r"\qquad", tokens[at].offset), Token(f"({number})", tokens[at].offset)]
        at = end + 1
    return kept


def group_end(tokens: Sequence[Token], at: int, longest: int = LONGEST_GROUP) -> int:
    """Where the group that begins at `at` is closed, or the last token looked at where it is not."""
    level = 0
    last = min(len(tokens), at + longest) - 1
    for end in range(at, last + 1):
        level += (tokens[end].text == "{") - (tokens[end].text == "}")
        if level == 0:
            return end
    return last


def text_of(tokens: Iterable[Token]) -> str:
    return squeezed("".join(token.text for token in tokens))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def relates(tokens: Iterable[Token], relations: Iterable[str] = RELATIONS) -> bool:
    return any(token.text in relations and token.depth == 0 for token in tokens)


def trimmed(tokens: Sequence[Token], drop: Iterable[str] = SPACES) -> list[Token]:
    begin, end = 0, len(tokens)
    while begin < end and (tokens[begin].text in drop or tokens[begin].text.isspace()):
        begin += 1
    while end > begin and (tokens[end - 1].text in drop or tokens[end - 1].text.isspace()):
        end -= 1
    return list(tokens[begin:end])


def without_ending(tokens: list[Token]) -> list[Token]:
    """Without the punctuation that ends a sentence; dots of `...` and of \\right. stay."""
    end = len(tokens)
    while end and (tokens[end - 1].text in ENDINGS | SPACES or tokens[end - 1].text.isspace()):
        if tokens[end - 1].text == "." and end > 1 and tokens[end - 2].text in (".", r"\right", r"\left"):
            break
        end -= 1
    return tokens[:end]
