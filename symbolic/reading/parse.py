"""From text to a tree: tokens, terminals, and the LALR grammar of formulas."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Transformer, UnexpectedToken, v_args
from lark import Token as Terminal

from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.lexer import Vocabulary, terminals
from symbolic.reading.nodes import Node
from symbolic.reading.tokens import DEEPEST, Token, tokens


def parse(
    text: str,
    vocabulary: Vocabulary,
    *,
    words: Collection[str] = (),
    latex: bool | None = None,
    place: str = "formula",
) -> Node:
    """The tree of a formula. Raises SymbolicError, one line with the column, what was found and what was expected.

    In `latex` (unsaid, if the text holds a backslash) letters stand one by one; `words` are names that stay whole.
    """
    return tree_of(_grammar(), tokens(text, words=words, latex=latex, place=place), vocabulary, place=place)


def tree_of(grammar: Lark, pieces: Sequence[Token], vocabulary: Vocabulary, *, place: str = "formula") -> Node:
    """The tree that a grammar makes of tokens. Raises SymbolicError as `parse` does."""
    if not pieces:
        raise SymbolicError(f"{place}: nothing to read; give a formula")
    parser = grammar.parse_interactive()
    try:
        for terminal in terminals(pieces, vocabulary, place=place):
            parser.feed_token(terminal)
        tree: Node = parser.feed_eof()  # type: ignore[no-untyped-call]
    except UnexpectedToken as error:
        raise SymbolicError(f"{place}: {_complaint(error)}") from None
    if nodes.depth(tree) > 4 * DEEPEST:
        raise SymbolicError(f"{place}: nested in more than {4 * DEEPEST} levels")
    return tree


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = (files(__package__) / "formula.lark").read_text("utf-8")
    return Lark(text, parser="lalr", transformer=_Reader(), propagate_positions=False)


_OPERANDS = {"NAME", "LETTER", "NUMBER", "HOLLOW", "FUNCTION", "LPAR", "LSQB", "FRACTION", "NORM", "BAR", "SUM", "ROOT"}
_SPELLED = {
    "RPAR": "')'",
    "LPAR": "'('",
    "RSQB": "']'",
    "RBRACE": "'}'",
    "LBRACE": "'{'",
    "EQUAL": "'='",
    "UNNORM": "'‖'",
    "UNBAR": "'|'",
    "NAME": "a name",
    "NUMBER": "a number",
    "LETTER": "an index",
    "CIRCUMFLEX": "'^'",
    "UNDERSCORE": "'_'",
    "RELATION": "'>'",
    "UNSET": "'}'",
    "IF": "a condition",
    "ENDCASES": "the end of the cases",
    "ENDBLOCKS": "the end of the matrix",
    "$END": "the end",
}
"""What a reader is told was expected, the most telling first."""


def _complaint(error: UnexpectedToken) -> str:
    """column 7: found '+', expected ')'."""
    expected = set(error.accepts or error.expected or ())
    wanted = [text for kind, text in _SPELLED.items() if kind in expected]
    if len(_OPERANDS & expected) > 5:
        wanted = ["a name, a number or '('"]
    at_end = error.token.type == "$END"
    where = "at its end" if at_end else f"column {error.token.column}"
    found = "the formula stops" if at_end else f"found {str(error.token)!r}"
    return f"{where}: {found}, expected {' or '.join(wanted[:3]) or 'an operator'}"


def _column(part: Any) -> int:
    return int(part.column or 0) if isinstance(part, Terminal | Node) else 0


def first_column(method: Any, data: str, children: list[Any], meta: Any) -> Any:
    """A rule is told the column of what it begins with."""
    column = next((found for child in children if (found := _column(child))), 0)
    return method(column, *children)


@v_args(wrapper=first_column)
class _Reader(Transformer[Any, Any]):
    """Grammar rule by grammar rule, the node that it makes."""

    def equation(self, column: int, *sides: Node) -> Node:
        return nodes.Equation(column, sides)

    def sign(self, column: int, sign: Terminal) -> Terminal:
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

    def operator(self, column: int, sign: Terminal) -> Terminal:
        return sign

    def operation(self, column: int, left: Node, sign: Terminal, right: Node) -> Node:
        return nodes.Operation(column, sign.type, left, right)

    def product(self, column: int, *factors: Node) -> Node:
        return factors[0] if len(factors) == 1 else nodes.Product(column, factors)

    def series(self, column: int, sign: Terminal, index: Terminal, first: Terminal, last: Node, inside: Node) -> Node:
        if str(first) != "1":
            raise SymbolicError(f"column {first.column}: a sum begins at 1, not {first}")
        return nodes.Series(column, str(index), last, inside)

    def open_series(self, column: int, sign: Terminal, index: Terminal, inside: Node) -> Node:
        return nodes.Series(column, str(index), None, inside)

    def number(self, column: int, token: Terminal) -> Node:
        return nodes.Number(column, str(token))

    def name(self, column: int, token: Terminal) -> Node:
        return nodes.Name(column, token.value)

    def letter(self, column: int, token: Terminal) -> Node:
        return nodes.Letter(column, str(token))

    def hollow(self, column: int, token: Terminal) -> Node:
        return nodes.Hollow(column, str(token))

    def group(self, column: int, *parts: Any) -> Node:
        inside: Node = parts[-1]
        return inside

    def transposed(self, column: int, inside: Node, sign: Terminal) -> Node:
        return nodes.Transposed(column, inside)

    def positive(self, column: int, inside: Node, sign: Terminal) -> Node:
        return nodes.Positive(column, inside)

    def power(self, column: int, base: Node, exponent: Node) -> Node:
        return nodes.Power(column, base, exponent)

    def applied(self, column: int, function: Terminal, argument: Node) -> Node:
        return nodes.Call(column, function.value, (argument,))

    def call(self, column: int, function: Terminal, *arguments: Node) -> Node:
        return nodes.Call(column, function.value, arguments)

    def fraction(self, column: int, sign: Terminal, above: Node, below: Node) -> Node:
        return nodes.Fraction(column, above, below)

    def root(self, column: int, sign: Terminal, inside: Node) -> Node:
        half = nodes.Fraction(column, nodes.Number(column, "1"), nodes.Number(column, "2"))
        return nodes.Power(column, inside, half)

    def relation(self, column: int, *parts: Any) -> Node:
        return nodes.Relation(column, tuple(parts[::2]), tuple(map(str, parts[1::2])))

    def indicator(self, column: int, *parts: Any) -> Node:
        return nodes.Indicator(column, tuple(part for part in parts if isinstance(part, Node)))

    def norm(self, column: int, opening: Terminal, inside: Node, closing: Terminal, kind: str = "") -> Node:
        return nodes.Norm(column, inside, kind)

    def kind(self, column: int, token: Terminal) -> str:
        return str(token)

    def absolute(self, column: int, opening: Terminal, inside: Node, closing: Terminal) -> Node:
        return nodes.Absolute(column, inside)

    def stack(self, column: int, opening: Terminal, *parts: Any) -> Node:
        blocks = tuple(part for part in parts if isinstance(part, Node))
        return blocks[0] if len(blocks) == 1 else nodes.Blocks(column, 0, blocks)

    def beside(self, column: int, opening: Terminal, *parts: Any) -> Node:
        return nodes.Blocks(column, 1, tuple(part for part in parts if isinstance(part, Node)))

    def at_sample(self, column: int, opening: Terminal, inside: Node, letter: Terminal) -> Node:
        return nodes.AtSample(column, inside, str(letter))

    def rows(self, column: int, opening: Terminal, inside: Node, first: Node, last: Node) -> Node:
        return nodes.Part(column, inside, 0, first, last)

    def columns(self, column: int, opening: Terminal, inside: Node, first: Node, last: Node) -> Node:
        return nodes.Part(column, inside, 1, first, last)

    def case(self, column: int, value: Node, *conditions: Any) -> tuple[Node, tuple[Node, ...]]:
        return value, tuple(part for part in conditions if isinstance(part, Node))

    def cases(self, column: int, *parts: Any) -> Node:
        rows = [part for part in parts if isinstance(part, tuple)]
        return nodes.Cases(column, tuple(value for value, _ in rows), tuple(conditions for _, conditions in rows))
