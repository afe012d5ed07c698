"""The factors of products as they are written: side by side, with * or with ∘, and 1×1 matrices in front."""

from __future__ import annotations

from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import mul
from symbolic.algebra.elementwise import hadamard
from symbolic.algebra.groups import spread
from symbolic.reading import nodes
from symbolic.reading.nodes import Node
from symbolic.reading.shapes import Shapes


def times(single: MatrixExpr, product: MatrixExpr | None) -> MatrixExpr:
    """A 1×1 matrix times another one, put where it conforms."""
    if product is None:
        return single
    rows, cols = product.shape
    if cols == 1:
        return mul(product, single)
    if rows == 1:
        return mul(single, product)
    return hadamard(spread(spread(single, 0, rows), 1, cols), product)


def flat(node: Node, shapes: Shapes) -> list[Node]:
    """The factors of A * B * C, those of products among them."""
    if isinstance(node, nodes.Operation) and node.sign == "STAR" and shapes.multiplies(node):
        return [*flat(node.left, shapes), *flat(node.right, shapes)]
    return list(node.factors) if isinstance(node, nodes.Product) else [node]


def entrywise(node: Node, shapes: Shapes) -> list[Node]:
    """The factors of A ∘ B ∘ C."""
    if not isinstance(node, nodes.Operation) or node.sign not in ("STAR", "ODOT"):
        return [node]
    if node.sign == "STAR" and shapes.multiplies(node):
        return [node]
    return [*entrywise(node.left, shapes), node.right]
