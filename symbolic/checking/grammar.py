"""From an author's text to a tree: tokens, the vocabulary, and the LALR grammar of what people write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Transformer, v_args
from lark import Token as Terminal

from symbolic.checking.quotients import spelled_out
from symbolic.checking.spellings import WORDS, names_of_programs, respelled
from symbolic.checking.tree import Differentiated, Ellipsis, Entry, Grid, Grouped, Keyword, Listed, Repeated, Sized
from symbolic.checking.vocabulary import vocabulary
from symbolic.checking.written import Function, Written
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.nodes import Node
from symbolic.reading.parse import first_column, tree_of
from symbolic.reading.tokens import Token, tokens

ENDS = (r"\in", "∈", r"\because", r"\square", r"\blacksquare", "∎", r"\qed", r"\Box", r"\tag", r"\label", r"\therefore")
"""Signs that a formula ends before: sets that values are in, ends of proofs."""

_IGNORED = {r"\checkmark", r"\space", r"\displaystyle", r"\!", r"\phantom", r"\nonumber", r"\notag", r"\hfill"}


MOST_SIGNS = 2_000
"""A formula of more signs is not read: the longest that is printed for a network of seven layers has 600."""

MOST_CHARACTERS = 20 * MOST_SIGNS
"""A longer text is not looked at: spaces and commands make some signs long, and not all of them."""


def read(text: str, *, plain: bool = False) -> Node:
    """The tree of a formula or of an equation, of `plain` text or of LaTeX, where letters stand one by one.

    Raises SymbolicError, with the column and what was expected there.
    """
    if len(text) > MOST_CHARACTERS:
        raise SymbolicError(f"{len(text)} characters, more than {MOST_CHARACTERS} in one formula; give its parts names")
    pieces = _prepared(text, plain)
    if len(pieces) > MOST_SIGNS:
        raise SymbolicError(f"{len(pieces)} signs, more than {MOST_SIGNS} in one formula; give its parts names")
    return tree_of(_grammar(), spelled_out(pieces), vocabulary)


def _prepared(text: str, plain: bool) -> list[Token]:
    """The tokens that are to be read: \\frac12 with its braces, nothing after ∈ …, no punctuation at the end."""
    text = respelled(text)
    latex = "\\" in text or not (plain or names_of_programs(text))
    pieces = [piece for piece in tokens(text, words=WORDS, latex=latex, place="formula") if piece.text not in _IGNORED]
    depth = 0
    for at, piece in enumerate(pieces):
        depth += (piece.text in "([{") - (piece.text in ")]}") if len(piece.text) == 1 else 0
        if not depth and (piece.text in ENDS or _gives_shape(pieces[at : at + 2])):
            pieces = pieces[:at]
            break
    while pieces and pieces[-1].text in (".", ",", ";", ":", "&", r"\\", r"\vdots"):
        pieces.pop()
    return pieces


def _gives_shape(pieces: Sequence[Token]) -> bool:
    """Whether a size stands here beside the formula: `: [n, m]`."""
    return [piece.text for piece in pieces] in ([":", "["], [":", "("])


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = (files(__package__) / "written.lark").read_text("utf-8")
    return Lark(text, parser="lalr", transformer=_Reader(), propagate_positions=False)


def _nodes(parts: Sequence[Any]) -> tuple[Node, ...]:
    return tuple(part for part in parts if isinstance(part, Node))


@v_args(wrapper=first_column)
class _Reader(Transformer[Any, Any]):
    """Grammar rule by grammar rule, the node that it makes."""

    def equation(self, column: int, *sides: Any) -> Node:
        return nodes.Equation(column, _nodes(sides))

    def continued(self, column: int, *sides: Any) -> Node:
        return nodes.Equation(column, (nodes.Letter(column, ""), *_nodes(sides)))

    def sign(self, column: int, sign: Terminal) -> Terminal:
        return sign

    def operator(self, column: int, sign: Terminal) -> Terminal:
        return sign

    def sum(self, column: int, *parts: Any) -> Node:
        terms: list[Node] = []
        negative = False
        for part in parts:
            if isinstance(part, Terminal):
                negative = part.type == "MINUS"
            else:
                terms.append(nodes.Negative(part.column, part) if negative else part)
        return terms[0] if len(terms) == 1 else nodes.Sum(column, tuple(terms))

    def term(self, column: int, first: Node, *rest: Any) -> Node:
        """From left to right; a quotient takes one factor: 1/m A B is (1/m) A B."""
        if not rest:
            return first
        if any(isinstance(part, Ellipsis) for part in (first, *rest)):
            operands = [part for part in (first, *rest) if isinstance(part, Node)]
            factors = [f for part in operands for f in (part.factors if isinstance(part, nodes.Product) else (part,))]
            return nodes.Product(column, tuple(factors))
        found = first
        for sign, right in zip(rest[::2], rest[1::2], strict=True):
            kind = str(sign.value) if sign.type == "STAR" else sign.type
            if kind == "SLASH" and isinstance(right, nodes.Product):
                head = nodes.Operation(column, kind, found, right.factors[0])
                found = nodes.Product(column, (head, *right.factors[1:]))
            else:
                found = nodes.Operation(column, kind, found, right)
        return found

    def negated(self, column: int, sign: Terminal, inside: Node) -> Node:
        return nodes.Negative(column, inside)

    def product(self, column: int, *factors: Node) -> Node:
        kept = tuple(
            factor
            for factor, after in zip(factors, (*factors[1:], None), strict=True)
            if not (isinstance(factor, nodes.Hollow) and isinstance(after, nodes.Indicator))
        )
        return kept[0] if len(kept) == 1 else nodes.Product(column, kept)

    def limits(self, column: int, *parts: Any) -> tuple[Any, ...]:
        names = [part for part in parts if isinstance(part, Terminal) and part.type == "NAME"]
        equal = any(isinstance(part, Terminal) and part.type == "EQUAL" for part in parts)
        given = _nodes(parts)
        first, last = (given[0] if equal else None), (given[-1] if len(given) > equal else None)
        return tuple(nodes.Name(name.column or 0, name.value) for name in names), first, last

    def apart(self, column: int, *parts: Any) -> tuple[Any, ...]:
        """k ≠ i below a Σ: k runs through all, and what is summed is 0 elsewhere."""
        name, sign = (part for part in parts if isinstance(part, Terminal) and part.type in ("NAME", "RELATION"))
        index = nodes.Name(name.column or 0, name.value)
        condition = nodes.Relation(column, (index, *_nodes(parts)), (str(sign.value),))
        return (index,), None, None, nodes.Indicator(column, (condition,))

    def bound(self, column: int, inside: Node) -> Node:
        return inside

    def last_time(self, column: int, sign: Terminal) -> Node:
        """T above a Σ, which is no transposition there."""
        return nodes.Name(column, Written("T"))

    def series(self, column: int, sign: Terminal, *rest: Any) -> Node:
        indices, first, last, *where = rest[0] if len(rest) > 1 else ((), None, None)
        inside = nodes.Product(column, (rest[-1], *where)) if where else rest[-1]
        return Repeated(column, indices, first, last, inside)

    def ordered(self, column: int, sign: Terminal, *rest: Any) -> Node:
        indices, first, last, *where = rest[0] if len(rest) > 1 else ((), None, None)
        if where:
            raise SymbolicError("formula: a product over an index with a condition")
        return Repeated(column, indices, first, last, rest[-1], product=True)

    def differentiated(self, column: int, by: Terminal, inside: Node) -> Node:
        below, style = by.value
        return Differentiated(column, inside, nodes.Name(column, below), style)

    def dots(self, column: int, sign: Terminal) -> Node:
        return Ellipsis(column)

    def number(self, column: int, token: Terminal) -> Node:
        return nodes.Number(column, str(token))

    def infinite(self, column: int, token: Terminal) -> Node:
        return nodes.Letter(column, "∞")

    def star(self, column: int, token: Terminal) -> Node:
        return nodes.Letter(column, "*")

    def name(self, column: int, token: Terminal) -> Node:
        return nodes.Name(column, token.value)

    def hollow(self, column: int, token: Terminal, *size: Any) -> Node:
        """𝟏, 𝟏_N; in 𝟏_N^T the sign is transposed, and not its size."""
        names = [part.value for part in size if isinstance(part, Terminal) and part.type == "NAME"]
        names += [node.known for node in _nodes(size) if isinstance(node, nodes.Name)]
        said = [name for name in names if isinstance(name, Written)]
        if len(said) != 1:
            return nodes.Hollow(column, str(token))
        sign = Sized(column, str(token), replace(said[0], transposed=False))
        return nodes.Transposed(column, sign) if said[0].transposed else sign

    def group(self, column: int, *parts: Any) -> Node:
        inside = _nodes(parts)
        opening = next((str(part) for part in parts if isinstance(part, Terminal)), "")
        if len(inside) > 1:
            return Listed(column, inside)
        return inside[0] if opening == "{" else Grouped(column, inside[0])

    def square(self, column: int, *parts: Any) -> Node:
        inside = _nodes(parts)
        return Listed(column, inside) if len(inside) > 1 else Grouped(column, inside[0], "[")

    def truth(self, column: int, *parts: Any) -> Node:
        return nodes.Indicator(column, _nodes(parts))

    def transposed(self, column: int, inside: Node, sign: Terminal) -> Node:
        return nodes.Transposed(column, inside)

    def positive(self, column: int, inside: Node, sign: Terminal) -> Node:
        return nodes.Positive(column, inside)

    def power(self, column: int, base: Node, exponent: Node) -> Node:
        return nodes.Power(column, base, exponent)

    def subscripts(self, column: int, *parts: Any) -> tuple[Node, ...]:
        found: list[Node] = []
        for part in parts:
            if part.type == "NUMBER":
                found += [nodes.Number(part.column or 0, str(part))]
            elif part.type == "NAME":
                found += [nodes.Name(part.column or 0, part.value)]
            elif part.type == "COLON":
                found += [nodes.Letter(part.column or 0, ":")]
        return tuple(found)

    def entry(self, column: int, inside: Node, indices: tuple[Node, ...]) -> Node:
        return Entry(column, inside, indices)

    def matmul(self, column: int, left: Node, *rest: Any) -> Node:
        return nodes.Operation(column, "@", left, _nodes(rest)[-1])

    def summed(self, column: int, inside: Node, sign: Terminal, *rest: Any) -> Node:
        given = next((part for part in rest if isinstance(part, tuple)), ())
        return nodes.Call(column, Function(sign.value), (inside, *given))

    def applied(self, column: int, function: Terminal, argument: Node) -> Node:
        parts = argument.parts if isinstance(argument, Listed) else (argument,)
        return nodes.Call(column, function.value, parts)

    def powered_applied(self, column: int, function: Terminal, *rest: Any) -> Node:
        exponent, argument = _nodes(rest)
        return nodes.Power(column, self.applied(column, function, argument), exponent)

    def arguments(self, column: int, *parts: Any) -> tuple[Node, ...]:
        return _nodes(parts)

    def keyword(self, column: int, name: Terminal, sign: Terminal, value: Node) -> Node:
        return Keyword(column, name.value.base if isinstance(name.value, Written) else str(name), value)

    def call(self, column: int, function: Terminal, *rest: Any) -> Node:
        return nodes.Call(column, function.value, next(part for part in rest if isinstance(part, tuple)))

    def powered_call(self, column: int, function: Terminal, *rest: Any) -> Node:
        arguments = next(part for part in rest if isinstance(part, tuple))
        return nodes.Power(column, nodes.Call(column, function.value, arguments), _nodes(rest)[0])

    def part(self, column: int, *parts: Any) -> Node:
        given = [part for part in parts if not (isinstance(part, Terminal) and part.type in ("LBRACE", "RBRACE"))]
        if isinstance(given[0], Node):
            return given[0]
        return self.number(column, given[0]) if given[0].type == "NUMBER" else self.name(column, given[0])

    def fraction(self, column: int, sign: Terminal, above: Node, below: Node) -> Node:
        return nodes.Fraction(column, above, below)

    def root(self, column: int, sign: Terminal, inside: Node) -> Node:
        half = nodes.Fraction(column, nodes.Number(column, "1"), nodes.Number(column, "2"))
        return nodes.Power(column, inside, half)

    def relation(self, column: int, *parts: Any) -> Node:
        return nodes.Relation(column, tuple(parts[::2]), tuple(map(str, parts[1::2])))

    def indicator(self, column: int, *parts: Any) -> Node:
        return nodes.Indicator(column, _nodes(parts))

    def norm(self, column: int, opening: Terminal, inside: Node, closing: Terminal, *kind: Node) -> Node:
        said = kind[0] if kind else None
        if isinstance(said, nodes.Name) and said.known.above:  # ‖A‖_F^2: the exponent is that of the norm
            exponent = nodes.Number(column, str(said.known.above[0].number))
            return nodes.Power(column, nodes.Norm(column, inside, said.known.base), exponent)
        text = (
            said.text
            if isinstance(said, nodes.Number | nodes.Letter)
            else said.known.base
            if isinstance(said, nodes.Name)
            else ""
        )
        return nodes.Norm(column, inside, text)

    def absolute(self, column: int, opening: Terminal, inside: Node, closing: Terminal) -> Node:
        return nodes.Absolute(column, inside)

    def cell(self, column: int, *parts: Any) -> tuple[str, Node | None]:
        return "cell", (parts[0] if parts else None)

    def row(self, column: int, *parts: Any) -> tuple[str, tuple[Node | None, ...]]:
        return "row", tuple(part[1] for part in parts if isinstance(part, tuple))

    def blocks(self, column: int, *parts: Any) -> Node:
        return Grid(column, tuple(part[1] for part in parts if isinstance(part, tuple)))

    def case(self, column: int, value: Node, *conditions: Any) -> tuple[Node, tuple[Node, ...]]:
        return value, _nodes(conditions)

    guarded = case

    def last(self, column: int, *parts: Any) -> tuple[Node, tuple[Node, ...]]:
        return _nodes(parts)[0], ()

    def separator(self, column: int, *parts: Any) -> None:
        return None

    def cases(self, column: int, *parts: Any) -> Node:
        rows = [part for part in parts if isinstance(part, tuple)]
        return nodes.Cases(column, tuple(value for value, _ in rows), tuple(conditions for _, conditions in rows))

    inline_cases = cases
