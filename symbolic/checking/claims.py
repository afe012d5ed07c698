"""From the fragments of a document to claims: the sides of an equation, and the layers it is said of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from symbolic.checking.conditions import Condition, conditions_in, in_force, is_condition, parted, without_conditions
from symbolic.checking.document import Fragment
from symbolic.checking.document_inline import gather
from symbolic.checking.grammar import read
from symbolic.checking.letters import LETTERS, MATRICES
from symbolic.checking.ranges import Span, says_indices, span_of
from symbolic.checking.scripts import LAYERS
from symbolic.checking.spellings import with_plain_signs
from symbolic.checking.tree import Entry, Listed
from symbolic.checking.walk import bound_in, calls_in, names_in, nodes_in
from symbolic.checking.written import Letters, Ratio, Written
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

_SEVERAL = re.compile(r"\s*[,;]\s+(?=[A-Za-z]\w*'?\s*[:+\-*/]?=\s)")
"""Between two equations on a line of plain text."""

PARAMETER = ("parameter", "variable", "weight", "param", "target", "quantity", "derivative of", "wrt", "w.r.t.")
LONGEST = 20_000
"""In a longer text, any sign of equality counts."""

GRADIENT = ("gradient", "derivative", "grad", "formula", "jacobian", "expression", "result", "matrix", "entry")
"""What the heads of the columns say in a table of gradients: of what, and the gradient."""


@dataclass(frozen=True)
class Claim:
    """An equation of a document. `problem` says why it could not be read, if it could not.

    `defines`: the author says that it is a definition. It is said where all `conditions` on its indices hold, and under
    one that nobody can tell, `unclear`.
    """

    line: int
    text: str
    sides: tuple[Node, ...] = ()
    span: Span | None = None
    problem: str = ""
    defines: bool = False
    conditions: tuple[Condition, ...] = ()
    unclear: str = ""
    spelled: Letters = ()
    """The author's letters of layers, where it is read with others; `lowered` where they stand below names."""
    lowered: bool = False

    @property
    def given(self) -> Written | None:
        """The name that stands on the left of an equation; None where another thing does, or nothing on the right."""
        left = self.sides[0] if len(self.sides) > 1 else None
        return left.known if isinstance(left, nodes.Name) and isinstance(left.known, Written) else None

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """The letters that count layers in it, the depth L not among them."""
        found: dict[str, None] = {}
        bound = set(bound_in(self.sides))
        for written in names_in(self.sides):
            for index in written.above[:1]:
                if written.bracket != "(" or index.letter != "i":  # a^{(i)} is that of a sample
                    found |= dict.fromkeys(letter for letter, _ in index.letters)
            for index in written.below[:1]:
                found |= dict.fromkeys(letter for letter, _ in index.letters if letter in LAYERS)
            for index in written.below[:1] if not written.above and written.base in MATRICES else ():
                if len(written.below) == 1 and index.letter:  # W_k is a matrix, and no entry of one
                    found[index.letter] = None
        for call in calls_in(self.sides):
            if call.layer is not None:
                found |= dict.fromkeys(letter for letter, _ in call.layer.letters)
        if self.span is not None and self.span.letter in ("l", r"\ell"):
            found[self.span.letter] = None
        return tuple(letter for letter in found if letter != "L" and letter not in bound)


def claims(fragments: Iterable[Fragment]) -> list[Claim]:
    """The claims of a document, in its order; what has no sign of equality in it claims nothing.

    Raises SymbolicError where there are too many.
    """
    found: list[Claim] = []
    for fragment in fragments:
        for part in _parts(fragment):
            before = found[-1] if found and not part.header else None
            claim = _of_table(part) if part.header else _claim(part, before)
            if claim is not None and part.unread:
                claim = replace(claim, sides=(), problem=part.unread)
            gather(found, [claim] if claim is not None else [])
    return _without_depth(found)


def _without_depth(found: list[Claim]) -> list[Claim]:
    """The claims but for L = 4, where L is no loss: another letter is that, or L is the number of a layer."""
    said = [claim for claim in found if claim.given == DEPTH and isinstance(claim.sides[1], nodes.Number)]
    if not said:
        return found
    others = [claim for claim in found if claim not in said]
    indices = {letter for claim in others for w in names_in(claim.sides) for i in w.indices for letter, _ in i.letters}
    losses = {claim.given.letter for claim in others if claim.given is not None and claim.given.letter in LETTERS["C"]}
    return others if DEPTH.letter in indices or losses - {DEPTH.letter} else found


def _parts(fragment: Fragment) -> Iterator[Fragment]:
    """The fragment where it claims something; each of several equations on a line of plain text."""
    if fragment.header:
        yield fragment
    elif "\\" not in fragment.text and _SEVERAL.search(fragment.text):
        texts: list[str] = []
        for text in _SEVERAL.split(fragment.text):
            texts[-1:] = [f"{texts[-1]}, {text}"] if texts and is_condition(text) else [*texts[-1:], text]
        yield from (replace(fragment, text=text) for text in texts)
    elif _equates(parted(fragment.text)[0]) and not says_indices(fragment.text):
        yield fragment


def _equates(text: str) -> bool:
    if len(text) > LONGEST:
        return "=" in text
    text = with_plain_signs(text)
    plain = re.sub(r"\\begin\{(cases|[bp]?matrix)\}.*?\\end\{\1\}|\\(?:leq?|geq?|neq?)(?![A-Za-z])|[<>!]=", "", text)
    while (shorter := _INNERMOST.sub("", plain)) != plain:
        plain = shorter
    return bool(_EQUALITY.search(plain))


_INNERMOST = re.compile(r"\\?\{[^{}()\[\]]*\\?\}|\([^{}()\[\]]*\)|\[[^{}()\[\]]*\]")
"""Brackets without brackets in them."""

_EQUALITY = re.compile(r"=|\\coloneqq|\\triangleq|\\leftarrow|←|\\approx|≈|\\equiv|\\gets")


def _claim(fragment: Fragment, before: Claim | None) -> Claim | None:
    text = fragment.text.strip()
    span = span_of(fragment.where)
    span = None if span is None else replace(span, apart=fragment.apart)
    claim = Claim(fragment.line, text, span=span, defines=_defines(fragment))
    try:
        tree, said = _read(text, plain=fragment.plain)
    except SymbolicError as error:
        return replace(claim, problem=str(error).removeprefix("formula: "))
    sides = tree.sides if isinstance(tree, nodes.Equation) else (tree,)
    if _is_size(sides) or _is_update(text) or _descends(sides):
        return None
    if isinstance(sides[0], nodes.Letter) and not sides[0].text:
        if before is None or not before.sides:
            return replace(claim, problem="it goes on from nothing that could be read")
        sides = (before.sides[0], *sides[1:])
    if _NAMED_LAST.search(text):
        sides = (sides[-1], *sides[:-1])
    return _conditioned(replace(claim, sides=_unlisted(sides)), fragment, said)


def _read(text: str, *, plain: bool) -> tuple[Node, str]:
    """The tree of a formula, and the condition behind it; one on what a Σ runs through belongs to the formula."""
    body, said = parted(text)
    tree = read(body, plain=plain)
    if said and {letter for each in conditions_in(said) for letter in each.letters} & set(bound_in(tree)):
        return read(text, plain=plain), ""
    return tree, said


def _conditioned(claim: Claim, fragment: Fragment, said: str) -> Claim:
    """The claim with the conditions that its author names: with the formula, or before it for those that follow."""
    own = ", ".join(part for part in (said, "" if fragment.apart else fragment.where) if part)
    found = conditions_in(own)
    free = _free_indices(claim.sides)
    if not found:
        before = in_force(fragment.where) if fragment.apart else ""
        told = (before, *map(_condition_of_cell, fragment.row))
        found = tuple(each for part in told for each in conditions_in(part) if each.letters <= free)
    known = tuple(each for each in found if each.letters <= free)
    lost = any(each.sign in "=≠" for each in found if each not in known)
    unclear = own if lost or _depends(claim, own) else ""
    return replace(claim, conditions=known, unclear=" ".join(unclear.split()))


def _condition_of_cell(cell: str) -> str:
    """The condition in a cell: behind a formula, or with nothing but words."""
    return parted(cell)[1] or (in_force(cell) if _WORDS.fullmatch(without_conditions(cell)) else "")


_WORDS = re.compile(r"[A-Za-z\s,.:()]*")


def _free_indices(sides: tuple[Node, ...]) -> frozenset[str]:
    """The letters of indices that a formula has, and the depth; without those that a Σ runs through."""
    found = {letter for written in names_in(sides) for index in written.indices for letter, _ in index.letters}
    found |= {w.base for node in nodes_in(sides) if isinstance(node, Entry) for w in names_in(node.indices)}
    found |= {letter for call in calls_in(sides) if call.layer for letter, _ in call.layer.letters}
    return frozenset((found | {"L"}) - set(bound_in(sides)))


_IF = re.compile(r"\b(?:if|when|whenever|provided)\b")


def _depends(claim: Claim, where: str) -> bool:
    """Whether words tie a claim to something else than its indices: if z > 0."""
    rest = without_conditions(where)
    span = span_of(rest)
    ranges = span is not None and span.letter in (*claim.letters, "L")
    return bool(_IF.search(rest) and re.search("[=≠<>≤≥]", rest)) and not ranges


DEPTH = Written("L")
"""The depth of a network, and the loss of others."""

_NAMED_LAST = re.compile(r"(?:=\s*:|\\eqqcolon)(?!\s*=)[^=]*$")
"""… =: G, which says what G is."""

_DEFINITION = re.compile(
    r":=|=:|\\eqqcolon|≔|\\coloneqq|\\triangleq|\\equiv"
    r"|\\(?:stackrel|overset)\s*\{[^=]{0,40}?(?:[Dd]ef|\\[Tt]riangle|\\vartriangle|\\Delta)"
)
_DEFINES = re.compile(
    r"\b(?:define|definition|let|denote|write|call|set|where|introduce|error|notation)", re.IGNORECASE
)


def _defines(fragment: Fragment) -> bool:
    """Whether it is said to be a definition, by its sign or the words before it."""
    return bool(_DEFINITION.search(fragment.text) or _DEFINES.search(fragment.label))


def _is_update(text: str) -> bool:
    """Whether it is a step of gradient descent: W ← W − η ∂C/∂W."""
    return bool(re.search(r"\\eta|η|learning_rate|(?<![A-Za-z])lr(?![A-Za-z])", text))


def _descends(sides: tuple[Node, ...]) -> bool:
    """Whether a name is made what it was less something: W = W − α ∂C/∂W."""
    if len(sides) != 2 or not isinstance(sides[0], nodes.Name) or not isinstance(sides[1], nodes.Sum):
        return False
    first, *rest = sides[1].terms
    return first == sides[0] and any(isinstance(term, nodes.Negative) for term in rest)


def _is_size(sides: tuple[Node, ...]) -> bool:
    """Whether it says how large something is, n_L = 1."""
    if len(sides) != 2 or not isinstance(sides[1], nodes.Number) or not isinstance(sides[0], nodes.Name):
        return False
    known = sides[0].known
    return isinstance(known, Written) and known.base in ("n", "N", "K", "m", "d")


def _unlisted(sides: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(side.parts[0] if isinstance(side, Listed) and len(side.parts) == 1 else side for side in sides)


def _of_table(fragment: Fragment) -> Claim | None:
    """A row of a table of gradients: what stands in its first column has the gradient that stands in this one."""
    heads = [head.strip().lower() for head in fragment.header]
    if fragment.column >= len(heads):
        return None
    if says_indices(fragment.text):
        return None
    if _equates(parted(fragment.text)[0]):
        claim = _claim(fragment, None)
        return claim if claim is None or claim.span else replace(claim, span=_span_of_row(fragment))
    if fragment.column == 0:
        return None
    if not any(word in heads[fragment.column] for word in GRADIENT):
        return None
    said = any(word in heads[0] for word in PARAMETER)
    claim = Claim(fragment.line, f"{fragment.row[0].strip()} | {fragment.text.strip()}", span=_span_of_row(fragment))
    try:
        (left, _), (right, behind) = (_read(text, plain=fragment.plain) for text in (fragment.row[0], fragment.text))
        ((left,), (right,)) = map(_sides, (left, right))
    except (SymbolicError, ValueError) as error:
        return replace(claim, problem=str(error).removeprefix("formula: ")) if said else None
    if isinstance(left, nodes.Name) and isinstance(left.known, Written):
        if not said:
            return None
        left = nodes.Name(0, Ratio(None, left.known, r"\frac{\partial @}{\partial %}"))
    entries = "entry (i, j)" in " ".join((heads[fragment.column], fragment.title.lower()))
    if entries and not isinstance(left, Entry):
        left = Entry(0, left, tuple(nodes.Name(0, Written(letter)) for letter in "ij"))
    return _conditioned(replace(claim, sides=(left, right)), fragment, behind)


def _span_of_row(fragment: Fragment) -> Span | None:
    """The layers that a column of the table names."""
    spans = (
        span_of(cell) for head, cell in zip(fragment.header, fragment.row, strict=False) if "layer" in head.lower()
    )
    return next((span for span in spans if span is not None), span_of(fragment.where))


def _sides(tree: Node) -> tuple[Node, ...]:
    return tree.sides if isinstance(tree, nodes.Equation) else (tree,)
