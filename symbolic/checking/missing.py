"""What may be missing from a formula: a factor, a transpose, σ′(z), a term of a sum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from symbolic.checking.edit import Edits, Repair
from symbolic.checking.letters import ERRORS, PENALTY, WEIGHTS
from symbolic.checking.slips import grouped
from symbolic.checking.tree import Grouped
from symbolic.checking.walk import names_in, nodes_in, placed_in, put_at, with_names
from symbolic.checking.writing import latex
from symbolic.checking.written import Function, Index, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node


@dataclass(frozen=True)
class Material:
    """What edits are made of, as the file has it.

    `symbols` are names that may be meant instead of others, `factors` the letters of sizes that a factor may hold,
    `slopes` what σ′(z) is in other formulas (`slopes_in`), `terms` what may be missing from a sum (`terms_in`),
    `functions` the letters of functions, `pre_activation` that of pre-activations; `batch`: there are several samples.
    """

    symbols: tuple[Written, ...] = ()
    factors: tuple[str, ...] = ()
    slopes: tuple[Node, ...] = ()
    terms: tuple[Node, ...] = ()
    functions: frozenset[str] = frozenset()
    batch: bool = False
    pre_activation: str = "z"


def missing(tree: Node, material: Material) -> Edits:
    """The tree with a factor, a transpose or a sum that is missing from it."""
    yield from _whole(tree, material.factors)
    yield from _summed(tree) if material.batch else ()
    yield from _with_symbols(tree, material.symbols)
    yield from _with_slopes(tree, material)


# -- factors of the whole


def _whole(tree: Node, letters: tuple[str, ...]) -> Edits:
    """A factor that is missing from the whole, −1, 2, ½, 1/K, K; a transpose of all of it."""
    two, one = nodes.Number(0, "2"), nodes.Number(0, "1")
    yield Repair(nodes.Negative(0, grouped(tree)), "the sign of the whole is −")
    yield Repair(_times(two, tree), "a factor 2 is missing")
    yield Repair(_times(nodes.Fraction(0, one, two), tree), "a factor ½ is missing")
    for letter in letters:
        size = nodes.Name(0, Written(letter))
        yield Repair(_times(nodes.Fraction(0, one, size), tree), f"a factor 1/{letter} is missing")
        yield Repair(_times(size, tree), f"a factor {letter} is missing", 2)
    if isinstance(tree, nodes.Product | nodes.Operation | nodes.Sum):
        yield Repair(nodes.Transposed(0, Grouped(0, tree)), "the whole must be transposed", 2)


def _times(factor: Node, tree: Node) -> Node:
    rest = tree.factors if isinstance(tree, nodes.Product) else (_factor(tree),)
    return nodes.Product(0, (factor, *rest))


def _factor(tree: Node) -> Node:
    return Grouped(tree.column, tree) if isinstance(tree, nodes.Sum | nodes.Negative) else tree


def _summed(tree: Node) -> Edits:
    """The sum over the samples, which stand in rows or in columns."""
    ones = nodes.Hollow(0, "𝟏")
    rest = tree.factors if isinstance(tree, nodes.Product) else (grouped(tree),)
    yield Repair(nodes.Product(0, (nodes.Transposed(0, ones), *rest)), "the sum over the samples is missing", 2)
    yield Repair(nodes.Product(0, (*rest, ones)), "the sum over the samples is missing", 2)


def _with_symbols(tree: Node, symbols: Iterable[Written]) -> Edits:
    """A value that is missing from the product: y of a margin, xᵀ of the derivative by weights."""
    for symbol in symbols:
        value = nodes.Name(0, symbol)
        turned = nodes.Transposed(0, value)
        yield Repair(_times(value, tree), f"the factor {latex(value)} is missing", 3)
        rest = tree.factors if isinstance(tree, nodes.Product) else (_factor(tree),)
        yield Repair(nodes.Product(0, (*rest, turned)), f"the factor {latex(turned)} is missing", 3)


# -- slopes


def slopes_in(trees: Iterable[Any]) -> tuple[Node, ...]:
    """What is written for the slope of an activation: σ′(z), 1{z > 0}, a ∘ (1 − a), D; each once."""
    found: dict[Node, None] = {}
    for tree in trees:
        for _, node in placed_in(tree):
            if _is_slope(node):
                found[node] = None
    return tuple(found)


def _is_slope(node: Node) -> bool:
    if isinstance(node, nodes.Call):
        return isinstance(node.function, Function) and node.function.order == 1
    if isinstance(node, nodes.Operation) and node.sign == "ODOT":
        inside = node.right.inside if isinstance(node.right, Grouped) else node.right
        return isinstance(inside, nodes.Sum) and inside.terms[1:] == (nodes.Negative(0, node.left),)
    return isinstance(node, nodes.Indicator)


_HOLDS_SLOPE = nodes.Product | nodes.Name | Grouped | nodes.Transposed | nodes.Operation


def _with_slopes(tree: Node, material: Material) -> Edits:
    """σ′(z) that is missing from a product: at every place, of every pre-activation that the formula may mean."""
    function = r"\sigma" if r"\sigma" in material.functions else min(material.functions, default=r"\sigma")
    usual = [_slope(function, material.pre_activation, *layer) for layer in dict.fromkeys(_layers(tree))]
    for path, node in placed_in(tree):
        whole = isinstance(node, nodes.Product | nodes.Operation)
        if not isinstance(node, _HOLDS_SLOPE) or (path and path[-1] == "inside" and not whole):
            continue
        for slope in dict.fromkeys((*material.slopes, *usual)):
            made = nodes.Operation(node.column, "ODOT", node, slope)
            new: Node = made if not path else Grouped(node.column, made)
            yield Repair(put_at(tree, path, new), f"the factor {latex(slope)} is missing", 2)


def _slope(function: str, z: str, above: tuple[Index, ...], below: tuple[Index, ...], bracket: str) -> Node:
    argument = nodes.Name(0, Written(z, above, below, bracket))
    return nodes.Call(0, Function(function, 1, latex=function), (argument,))


def _layers(tree: Node) -> Iterator[tuple[tuple[Index, ...], tuple[Index, ...], str]]:
    for _, node in placed_in(tree):
        if isinstance(node, nodes.Name):
            known = node.known
            for written in (known,) if isinstance(known, Written) else (known.above, known.below):
                if written is None:
                    continue
                for by in (0, 1, -1):
                    if written.above:
                        yield (written.above[0].moved(by),), written.below[:1], written.bracket
                    elif written.below:
                        yield (), (written.below[0].moved(by),), ""


# -- terms


def terms_in(trees: Iterable[Any]) -> tuple[Node, ...]:
    """What may be a term of another sum: derivatives, whose paths may be forgotten, and λ W of a penalty; each once."""
    found: dict[Node, None] = {}
    for tree in trees:
        for node in nodes_in(tree):
            if _is_derivative(node):
                found[node] = None
            if isinstance(node, nodes.Sum):
                found |= dict.fromkeys(term for term in node.terms if _is_penalty(term))
    return tuple(found)


def _is_derivative(node: Node) -> bool:
    if not isinstance(node, nodes.Name):
        return False
    return isinstance(node.known, Ratio) or (isinstance(node.known, Written) and node.known.letter in ERRORS)


def _is_penalty(term: Node) -> bool:
    letters = {written.letter for written in names_in(term)}
    has_norm = any(isinstance(node, nodes.Norm) for node in nodes_in(term))
    return PENALTY in letters and not letters.isdisjoint(WEIGHTS) and not has_norm


def of_weights(terms: Iterable[Node], target: Ratio | None) -> tuple[Node, ...]:
    """The terms, those of a penalty with the weights by which a derivative is claimed."""
    if target is None or target.below.letter not in WEIGHTS:
        return tuple(terms)

    def own(name: nodes.Name) -> Node:
        is_weight = isinstance(name.known, Written) and name.known.letter in WEIGHTS
        return nodes.Name(name.column, target.below) if is_weight else name

    return tuple(dict.fromkeys(with_names(term, own) if _is_penalty(term) else term for term in terms))


def with_terms(tree: Node, terms: Iterable[Node]) -> Edits:
    """The tree with a term more."""
    for term in terms:
        own = tree.terms if isinstance(tree, nodes.Sum) else (tree,)
        if term not in own:
            yield Repair(nodes.Sum(tree.column, (*own, term)), f"the term {latex(term)} is missing", 4)
