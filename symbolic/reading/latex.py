"""Formulas back to mathematics: what the printer writes, as the SymPy expression that it was written from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sympy import Expr
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.context import Context
from symbolic.reading.matrices import Matrices
from symbolic.reading.nodes import Node
from symbolic.reading.parse import parse


def read_latex(text: str, context: Context, shape: Any = None) -> MatrixExpr:
    """The matrix that a formula says; `shape` is needed where the formula does not say it (a 𝟏 or 𝐈 alone, a number).

    Raises SymbolicError, one line with the column, for what is no formula or does not conform.
    """
    with _placed():
        node = _side(parse(text, context.vocabulary, latex=True))
        return Matrices(context).matrix(node, None if shape is None else tuple(shape))


def read_entry(text: str, context: Context) -> Expr:
    """The scalar that a formula of entries says, in Entry, Sum, KroneckerDelta and the indices that it names.

    Raises SymbolicError as `read_latex` does.
    """
    with _placed():
        found = Matrices(context, entries=True).read(_side(parse(text, context.vocabulary, latex=True)))
        if isinstance(found, MatrixExpr):
            raise SymbolicError("a matrix; expected an entry of it")
        return found


def read_equation(text: str, context: Context) -> tuple[MatrixExpr, MatrixExpr]:
    """The two sides of an equation `name = matrix`; the first one's shape is the other's, too.

    Raises SymbolicError as `read_latex` does.
    """
    with _placed():
        node = parse(text, context.vocabulary, latex=True)
        if not isinstance(node, nodes.Equation) or len(node.sides) != 2:
            raise SymbolicError("expected an equation with two sides")
        reader = Matrices(context)
        left = reader.matrix(node.sides[0])
        return left, reader.matrix(node.sides[1], tuple(left.shape))


def _side(node: Node) -> Node:
    if isinstance(node, nodes.Equation):
        raise SymbolicError(f"column {node.column}: an equation; expected one side of it")
    return node


@contextmanager
def _placed() -> Iterator[None]:
    """Errors that say that it is a formula they are about."""
    try:
        yield
    except SymbolicError as error:
        said = str(error)
        raise type(error)(said if said.startswith("formula: ") else f"formula: {said}") from None
