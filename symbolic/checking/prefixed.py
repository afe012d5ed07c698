r"""δv and dv where a file says that they are ∂E/∂v: a sign before a name for the derivative of the objective by it.

Where ``δh = ∂E/∂h`` stands in a file, every δ right before a name is such a derivative, and no factor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symbolic.checking.claims import Claim
from symbolic.checking.walk import with_nodes
from symbolic.checking.written import Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

SIGNS = (r"\delta", r"\Delta", r"\partial", "d", "D", r"\mathrm{d}", r"\nabla")
"""Letters that may be such a sign."""


def with_prefixes(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with derivatives in place of the signs that are defined so before names."""
    objectives = {sign: above for claim in claims for sign, above in _defined(claim)}
    objectives = {sign: above for sign, above in objectives.items() if not _stands_alone(sign, claims)}
    if not objectives:
        return list(claims)

    def changed(node: Node) -> Node:
        return _joined(node, objectives) if isinstance(node, nodes.Product) else node

    return [replace(claim, sides=with_nodes(claim.sides, changed)) for claim in claims]


def _defined(claim: Claim) -> list[tuple[str, Written | None]]:
    """The sign that a claim defines, and what it is the derivative of: δh = ∂E/∂h."""
    match claim.sides:
        case (
            nodes.Product(_, (nodes.Name(_, Written(sign, (), (), "", False, None, "")), nodes.Name(_, name))),
            nodes.Name(_, Ratio(above, below)),
        ) if sign in SIGNS and below == name:
            return [(sign, above)]
    return []


def _stands_alone(sign: str, claims: Sequence[Claim]) -> bool:
    """Whether it is a name of its own, δ = ∂E/∂z, so that δ x is a product."""
    alone = Written(sign)
    return any(isinstance(side, nodes.Name) and side.known == alone for claim in claims for side in claim.sides)


def _joined(product: nodes.Product, objectives: dict[str, Written | None]) -> Node:
    """The product with each sign and the name behind it as one derivative."""
    factors: list[Node] = []
    for factor in product.factors:
        sign = _sign(factors[-1]) if factors else ""
        if sign in objectives and isinstance(factor, nodes.Name) and isinstance(factor.known, Written):
            factors[-1] = nodes.Name(factors[-1].column, Ratio(objectives[sign], factor.known, f"{sign} %"))
        else:
            factors.append(factor)
    return factors[0] if len(factors) == 1 else replace(product, factors=tuple(factors))


def _sign(node: Node) -> str:
    """The letter that a factor is, without any scripts."""
    known = node.known if isinstance(node, nodes.Name) else None
    return known.base if isinstance(known, Written) and known == Written(known.base) else ""
