"""Products as authors write them: factors side by side, ∘, ⊗, @, · and *, quotients and powers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

import numpy as np

from symbolic.checking import shapes
from symbolic.checking.at import At
from symbolic.checking.ellipsis import spelled_out
from symbolic.checking.problems import Misfit, Unknown
from symbolic.checking.shapes import Hollow, has_size, said, sized
from symbolic.checking.tree import Ellipsis, Grouped
from symbolic.checking.written import Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

_ENTRYWISE: Mapping[str, Callable[[Any, Any, bool], Any]] = {
    "ODOT": shapes.entrywise,
    "OSLASH": shapes.divided,
    "SLASH": shapes.divided,
}
"""The signs that always work entry by entry."""

LEAST = 1e9
"""The condition of a matrix that is as good as without an inverse."""

DOT = r"\cdot"
"""The sign of the inner product of two vectors; beside a matrix, and where entries are meant, it is another product."""


def product(at: At, node: nodes.Product) -> Any:
    """A B c: matrix products from left to right.

    Raises Misfit where sizes do not fit, Unknown where factors do not go on through ⋯ to each other.
    """
    has_dots = any(isinstance(factor, Ellipsis) for factor in node.factors)
    factors = spelled_out(node.factors, at.indices) if has_dots else node.factors
    values = [at.of(factor) for factor in with_slopes(factors)]
    if at.naming.own and any(isinstance(value, Hollow) for value in values):
        values = [float(v.item()) if has_size(v) and np.size(v) == 1 else v for v in values]  # b 𝟏 is b times a column
    return reduce(lambda a, b: shapes.multiplied(a, b, at.samples), values) if values else 1.0


def operation(at: At, node: nodes.Operation) -> Any:
    """a ∘ b, a ⊘ b, a / b, a ⊗ b, a @ b, a * b, a · b. Raises Misfit where sizes do not fit."""
    broadcasts = at.samples is not None
    if node.sign == "ODOT" and isinstance(node.right, nodes.Product):
        try:
            return shapes.entrywise(at.of(node.left), at.of(node.right), broadcasts)
        except Misfit:  # u ∘ v aᵀ read from left to right
            head, *rest = node.right.factors
            first = nodes.Operation(node.column, "ODOT", node.left, head)
            return at.of(nodes.Product(node.column, (first, *rest)))
    left, right = at.of(node.left), at.of(node.right)
    if node.sign in _ENTRYWISE:
        return _ENTRYWISE[node.sign](left, right, broadcasts)
    if node.sign == "@":
        return shapes.multiplied(left, right)
    if node.sign == "OUTER":
        return shapes.multiplied(_column(left), _column(right).T)
    if node.sign == "*" and at.reading.program:
        return shapes.entrywise(left, right, broadcasts)
    if node.sign == DOT and at.reading.inner and _are_vectors(left, right):
        return float(np.vdot(left, right))
    return _dotted(at, left, right)


def power(at: At, node: nodes.Power) -> Any:
    """a^k, entry by entry; eᶻ; A⁻¹ of a square matrix.

    Raises Unknown for a power of what has no size, Misfit for an exponent that has one.
    """
    if isinstance(node.exponent, nodes.Letter):
        raise Unknown(f"the exponent {node.exponent.text}")
    is_e = isinstance(node.base, nodes.Name) and node.base.known == Written("e")
    squares_error = at.naming.own and isinstance(node.exponent, nodes.Number) and at.naming.renames("e")
    base, exponent = np.e if is_e and not squares_error else at.of(node.base), at.of(node.exponent)
    base, exponent = sized(base, "a power"), sized(exponent, "a power")
    if shapes.is_number(exponent) and exponent == -1 and _is_square(base):
        if np.linalg.cond(base) > LEAST:
            raise Unknown("a matrix that has no inverse")
        return np.linalg.inv(base)
    if not shapes.is_number(exponent) and not shapes.is_number(base):
        raise Misfit(f"a power with an exponent of {said(np.shape(exponent))}")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = np.asarray(base, dtype=float) ** exponent  # of a number below 0 there may be none
    return found if np.ndim(found) else float(found)


def _is_square(a: Any) -> bool:
    """Whether it is a matrix that may have an inverse: A⁻¹ is that, and no matrix of quotients."""
    return np.ndim(a) == 2 and np.shape(a)[0] == np.shape(a)[1] > 1


def _dotted(at: At, left: Any, right: Any) -> Any:
    """a * b and a · b: the entrywise product of what has one shape, else the matrix product."""
    same = isinstance(left, np.ndarray) and np.shape(left) == np.shape(right) and np.ndim(left) == 2
    if same:
        return left * right
    try:
        return shapes.multiplied(left, right, at.samples)
    except Misfit:
        return shapes.entrywise(left, right, at.samples is not None)


def _are_vectors(left: Any, right: Any) -> bool:
    """Whether both are columns, or both are rows, of one size above 1."""
    alike = isinstance(left, np.ndarray) and isinstance(right, np.ndarray) and left.shape == right.shape
    return alike and left.ndim == 2 and 1 in left.shape and left.size > 1


def _column(a: Any) -> Any:
    if not has_size(a) or np.ndim(a) != 2 or 1 not in a.shape:
        raise Misfit("⊗ of what is no vector")
    return a.reshape(-1, 1)


def with_slopes(factors: Iterable[Node]) -> list[Node]:
    """a (1 − a), which everybody writes for a ∘ (1 − a)."""
    found: list[Node] = []
    for factor in factors:
        if found and _is_complement(factor, found[-1]):
            found[-1] = nodes.Operation(factor.column, "ODOT", found[-1], factor)
        else:
            found.append(factor)
    return found


def _is_complement(node: Node, of: Node) -> bool:
    inside = node.inside if isinstance(node, Grouped) else node
    if not isinstance(inside, nodes.Sum) or len(inside.terms) != 2:
        return False
    one, other = inside.terms
    return one == nodes.Number(0, "1") and other == nodes.Negative(0, of)
