"""Products before Hadamard products: f′ ∘ Wᵀ · δ, where that is f′ ∘ (Wᵀ · δ)."""

from __future__ import annotations

from symbolic.checking.walk import with_nodes
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

PRODUCT_FIRST = "the product · before ∘"


def products_first(sides: tuple[Node, ...]) -> tuple[Node, ...]:
    """The sides with · taken before a ∘ that stands to its left."""
    found: tuple[Node, ...] = with_nodes(sides, _grouped)
    return found


def _grouped(node: Node) -> Node:
    match node:
        case nodes.Operation(column, r"\cdot", nodes.Operation(_, "ODOT", first, second), third):
            return nodes.Operation(column, "ODOT", first, nodes.Operation(column, r"\cdot", second, third))
    return node
