"""The slips of hand derivations, each as an edit of one node: the nodes that may have been meant in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import permutations

from symbolic.checking.edit import Edits, Repair
from symbolic.checking.slips_of_names import functions, indices
from symbolic.checking.tree import Ellipsis, Grouped, Repeated
from symbolic.checking.walk import written_in
from symbolic.checking.writing import latex
from symbolic.checking.written import Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

ENTRYWISE = ("ODOT", "*", r"\cdot")
PRODUCTS = (*ENTRYWISE, "@")
"""The signs that multiply."""


def transposes(node: Node) -> Edits:
    """A transpose that is missing, or one too many."""
    if isinstance(node, nodes.Transposed):
        yield Repair(node.inside, f"{latex(node.inside)} is not transposed")
    elif isinstance(node, nodes.Name) and isinstance(node.known, Written):
        turned = replace(node, known=replace(node.known, transposed=not node.known.transposed))
        if node.known.transposed:
            yield Repair(turned, f"{latex(turned)} is not transposed")
        else:
            yield Repair(nodes.Transposed(node.column, node), f"{latex(node)} must be transposed")
    elif isinstance(node, Grouped | nodes.Call) or (isinstance(node, nodes.Name) and isinstance(node.known, Ratio)):
        yield Repair(nodes.Transposed(node.column, node), f"{latex(node)} must be transposed", 2)


def orders(node: Node) -> Edits:
    """Factors in another order: two that stand side by side, and any order of few."""
    if isinstance(node, nodes.Product):
        count = len(node.factors)
        dots = any(isinstance(factor, Ellipsis) for factor in node.factors)
        for order in permutations(range(count)) if count <= 4 and not dots else _swaps(count):
            moved = replace(node, factors=tuple(node.factors[k] for k in order))
            if order != tuple(range(count)) and _keeps_dots(node, moved):
                yield Repair(moved, f"the order of the factors is {latex(moved)}", 1 + (count > 2))
    elif isinstance(node, nodes.Operation) and node.sign in ("*", r"\cdot", "@"):
        yield Repair(replace(node, left=node.right, right=node.left), "the factors stand in the other order")


def _swaps(count: int) -> Iterator[tuple[int, ...]]:
    for k in range(count - 1):
        order = list(range(count))
        order[k], order[k + 1] = order[k + 1], order[k]
        yield tuple(order)


def _keeps_dots(one: nodes.Product, other: nodes.Product) -> bool:
    return all(
        isinstance(a, Ellipsis) == isinstance(b, Ellipsis) for a, b in zip(one.factors, other.factors, strict=True)
    )


def products(node: Node) -> Edits:
    """∘ for a matrix product, a matrix product for ∘."""
    if isinstance(node, nodes.Operation) and node.sign in ENTRYWISE:
        parts = (grouped(node.left), grouped(node.right))
        yield Repair(nodes.Product(node.column, parts), "a matrix product, not an entrywise one")
    if isinstance(node, nodes.Operation) and node.sign in ("*", r"\cdot", "@"):
        yield Repair(replace(node, sign="ODOT"), "an entrywise product ∘, not a matrix product")
    if isinstance(node, nodes.Product):
        for k in range(1, len(node.factors)):
            parts = (_product(node, node.factors[:k]), _product(node, node.factors[k:]))
            entrywise = nodes.Operation(node.column, "ODOT", *parts)
            yield Repair(entrywise, f"an entrywise product ∘ before {latex(parts[1])}")


def _product(node: Node, factors: tuple[Node, ...]) -> Node:
    return factors[0] if len(factors) == 1 else nodes.Product(node.column, factors)


def grouped(node: Node) -> Node:
    """The node as a factor: in brackets where it needs them."""
    return Grouped(node.column, node) if isinstance(node, nodes.Sum | nodes.Operation | nodes.Negative) else node


def lost(node: Node) -> Edits:
    """Factors and terms that are too many."""
    if isinstance(node, nodes.Product) and len(node.factors) > 1:
        for k, factor in enumerate(node.factors):
            rest = _product(node, (*node.factors[:k], *node.factors[k + 1 :]))
            yield Repair(rest, f"without the factor {latex(factor)}", 1 if _is_size(factor) else 2)
    elif isinstance(node, nodes.Operation):
        if node.sign in PRODUCTS:
            yield Repair(node.right, f"without the factor {latex(node.left)}", 2)
        yield Repair(node.left, f"without the factor {latex(node.right)}", 2)
    elif isinstance(node, nodes.Sum):
        for k, term in enumerate(node.terms):
            left = (*node.terms[:k], *node.terms[k + 1 :])
            yield Repair(left[0] if len(left) == 1 else replace(node, terms=left), f"without the term {latex(term)}", 3)
    elif isinstance(node, nodes.Fraction):
        yield Repair(node.above, f"without the divisor {latex(node.below)}", 2)
        yield Repair(nodes.Fraction(node.column, node.below, node.above), "the quotient stands upside down", 3)
    elif isinstance(node, nodes.Power):
        yield Repair(node.base, "without the exponent", 3)
    elif isinstance(node, nodes.Call) and len(node.arguments) == 1 and not isinstance(node.arguments[0], Grouped):
        name = latex(replace(node, arguments=()))[:-2]
        yield Repair(grouped(node.arguments[0]), f"without {name}", 3)


def _is_size(node: Node) -> bool:
    """2, 1/2, 1/N: a factor that is a number, as far as one can see."""
    if isinstance(node, nodes.Fraction):
        return isinstance(node.above, nodes.Number) and isinstance(node.below, nodes.Number | nodes.Name)
    return isinstance(node, nodes.Number)


def signs(node: Node) -> Edits:
    """A sign."""
    if isinstance(node, nodes.Negative):
        yield Repair(node.inside, f"the sign of {latex(node.inside)} is +")
    elif isinstance(node, nodes.Sum):
        for k, term in enumerate(node.terms):
            if not isinstance(term, nodes.Negative):
                new = (*node.terms[:k], nodes.Negative(term.column, term), *node.terms[k + 1 :])
                yield Repair(replace(node, terms=new), f"the sign of {latex(term)} is −")
    elif isinstance(node, nodes.Cases):
        for k, value in enumerate(node.values):
            if not isinstance(value, nodes.Negative):
                values = (*node.values[:k], nodes.Negative(value.column, value), *node.values[k + 1 :])
                yield Repair(replace(node, values=values), f"the sign of {latex(value)} is −")


def exponents(node: Node) -> Edits:
    """(1 − a)² for 1 − a², f(z)² for f(z²), and the reverse."""
    if isinstance(node, nodes.Power):
        whole = node.base.inside if isinstance(node.base, Grouped) else node.base
        if isinstance(whole, nodes.Sum):
            *others, last = whole.terms
            words = f"the exponent {latex(node.exponent)} is that of {latex(_unsigned(last))} alone"
            powered = nodes.Power(last.column, grouped(_unsigned(last)), node.exponent)
            yield Repair(Grouped(node.column, replace(whole, terms=(*others, _signed_as(last, powered)))), words)
    elif isinstance(node, Grouped) and isinstance(node.inside, nodes.Sum):
        *others, last = node.inside.terms
        power = _as_power(_unsigned(last))
        if power is not None:
            rest = replace(node, inside=replace(node.inside, terms=(*others, _signed_as(last, power.base))))
            words = f"the exponent {latex(power.exponent)} is that of the whole bracket"
            yield Repair(nodes.Power(node.column, rest, power.exponent), words)
    elif isinstance(node, nodes.Call) and len(node.arguments) == 1:
        power = _as_power(node.arguments[0])
        if power is not None:
            words = f"the exponent {latex(power.exponent)} is that of {latex(replace(node, arguments=(power.base,)))}"
            yield Repair(nodes.Power(node.column, replace(node, arguments=(power.base,)), power.exponent), words)


def _as_power(node: Node) -> nodes.Power | None:
    """a², where it is one: a number above a name may be an exponent, too."""
    if isinstance(node, nodes.Name) and isinstance(node.known, Written):
        name, above = node.known, node.known.above
        if len(above) == 1 and not name.bracket and not above[0].letters:
            base = nodes.Name(node.column, replace(name, above=()))
            return nodes.Power(node.column, base, nodes.Number(node.column, str(above[0].number)))
    return node if isinstance(node, nodes.Power) else None


def _unsigned(term: Node) -> Node:
    return term.inside if isinstance(term, nodes.Negative) else term


def _signed_as(term: Node, new: Node) -> Node:
    """−b for b, where the term is −a."""
    return replace(term, inside=new) if isinstance(term, nodes.Negative) else new


def numbers(node: Node) -> Edits:
    """2, ½ and other numbers."""
    if isinstance(node, nodes.Number):
        for text in ("1", "2"):
            if text != node.text:
                yield Repair(replace(node, text=text), f"{text} in place of {node.text}", 2)


OTHER_WAY = {">": "<", "<": ">", r"\geq": r"\leq", r"\leq": r"\geq", r"\ge": r"\le", r"\le": r"\ge", "≥": "≤", "≤": "≥"}


def relations(node: Node) -> Edits:
    """z < 0 for z > 0."""
    if isinstance(node, nodes.Relation):
        for k, sign in enumerate(node.signs):
            if sign in OTHER_WAY:
                signs = (*node.signs[:k], OTHER_WAY[sign], *node.signs[k + 1 :])
                yield Repair(replace(node, signs=signs), f"the sign {OTHER_WAY[sign]} in place of {sign}")


def sums(node: Node) -> Edits:
    """A sum over another index."""
    if isinstance(node, Repeated) and len(node.indices) == 1:
        own = node.indices[0]
        below = (index.letter for written in written_in(node.inside) for index in written.below)
        for letter in sorted({letter for letter in below if letter}):
            if isinstance(own, nodes.Name) and own.known != Written(letter):
                index = nodes.Name(own.column, Written(letter))
                yield Repair(replace(node, indices=(index,)), f"the sum over {letter}", 2)
        yield Repair(grouped(node.inside), "without the sum", 3)


SLIPS: tuple[Callable[[Node], Edits], ...] = (
    transposes,
    indices,
    functions,
    signs,
    products,
    orders,
    lost,
    numbers,
    sums,
    exponents,
    relations,
)
"""The slips, the commonest first."""
