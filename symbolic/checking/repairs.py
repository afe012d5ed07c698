"""The slips of hand derivations, as edits of a tree: each gives the trees that one slip may have come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import permutations
from typing import Any

from symbolic.checking.tree import Ellipsis, Entry, Grouped, Repeated
from symbolic.checking.writing import latex
from symbolic.checking.written import Function, Index, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node


@dataclass(frozen=True)
class Repair:
    """A tree that may be meant, and the edit in words; `cost` orders repairs of one edit by how likely they are."""

    tree: Node
    words: str
    cost: int = 1


Edits = Iterator[Repair]


def repairs(tree: Node, symbols: tuple[Written, ...] = (), factors: tuple[str, ...] = ()) -> Edits:
    """Every tree that is one edit away.

    `symbols` are names that may be meant instead of others, `factors` the letters of sizes that a factor may hold.
    """
    for path, node in _walk(tree):
        for edit in EDITS:
            for found in edit(node):
                yield Repair(_put(tree, path, found.tree), found.words, found.cost)
        for found in _symbols(node, symbols):
            yield Repair(_put(tree, path, found.tree), found.words, found.cost)
    yield from _factors(tree, factors)
    yield from _derivatives(tree)


def _walk(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Node]]:
    """Every node with the way to it: field names and positions."""
    if isinstance(tree, Node):
        yield path, tree
        for entry in fields(tree):
            if entry.name != "column":
                yield from _walk(getattr(tree, entry.name), (*path, entry.name))
    elif isinstance(tree, tuple):
        for at, part in enumerate(tree):
            yield from _walk(part, (*path, at))


def _put(tree: Any, path: tuple[Any, ...], new: Node) -> Any:
    if not path:
        return new
    head, *rest = path
    if isinstance(head, int):
        return (*tree[:head], _put(tree[head], tuple(rest), new), *tree[head + 1 :])
    return replace(tree, **{head: _put(getattr(tree, head), tuple(rest), new)})


# -- the slips, each for one node


def _transposes(node: Node) -> Edits:
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


def _orders(node: Node) -> Edits:
    """Factors in another order."""
    if isinstance(node, nodes.Product) and not any(isinstance(f, Ellipsis) for f in node.factors):
        count = len(node.factors)
        orders = permutations(range(count)) if count <= 4 else _swaps(count)
        for order in orders:
            if order != tuple(range(count)):
                moved = replace(node, factors=tuple(node.factors[k] for k in order))
                yield Repair(moved, f"the order of the factors is {latex(moved)}", 1 + (count > 2))
    elif isinstance(node, nodes.Operation) and node.sign in ("*", r"\cdot", "@"):
        yield Repair(replace(node, left=node.right, right=node.left), "the factors stand in the other order")


def _swaps(count: int) -> Iterator[tuple[int, ...]]:
    for k in range(count - 1):
        order = list(range(count))
        order[k], order[k + 1] = order[k + 1], order[k]
        yield tuple(order)


def _products(node: Node) -> Edits:
    """∘ for a matrix product, a matrix product for ∘."""
    if isinstance(node, nodes.Operation) and node.sign in ("ODOT", "*", r"\cdot"):
        parts = (_grouped(node.left), _grouped(node.right))
        yield Repair(nodes.Product(node.column, parts), "a matrix product, not an entrywise one")
    if isinstance(node, nodes.Operation) and node.sign in ("*", r"\cdot", "@"):
        yield Repair(replace(node, sign="ODOT"), "an entrywise product ∘, not a matrix product")
    if isinstance(node, nodes.Product):
        for k in range(1, len(node.factors)):
            left, right = node.factors[:k], node.factors[k:]
            parts = (_product(node, left), _product(node, right))
            yield Repair(
                nodes.Operation(node.column, "ODOT", *parts), f"an entrywise product ∘ before {latex(parts[1])}"
            )


def _product(node: Node, factors: tuple[Node, ...]) -> Node:
    return factors[0] if len(factors) == 1 else nodes.Product(node.column, factors)


def _grouped(node: Node) -> Node:
    return Grouped(node.column, node) if isinstance(node, nodes.Sum | nodes.Operation | nodes.Negative) else node


def _lost(node: Node) -> Edits:
    """Factors and terms that are too many."""
    if isinstance(node, nodes.Product) and len(node.factors) > 1:
        for k, factor in enumerate(node.factors):
            rest = _product(node, (*node.factors[:k], *node.factors[k + 1 :]))
            yield Repair(rest, f"without the factor {latex(factor)}", 2)
    elif isinstance(node, nodes.Operation):
        if node.sign in ("ODOT", "*", r"\cdot", "@"):
            yield Repair(node.right, f"without the factor {latex(node.left)}", 2)
        yield Repair(node.left, f"without the factor {latex(node.right)}", 2)
    elif isinstance(node, nodes.Sum):
        for k, term in enumerate(node.terms):
            rest = (*node.terms[:k], *node.terms[k + 1 :])
            yield Repair(rest[0] if len(rest) == 1 else replace(node, terms=rest), f"without the term {latex(term)}", 3)
    elif isinstance(node, nodes.Fraction):
        yield Repair(node.above, f"without the divisor {latex(node.below)}", 2)
        yield Repair(nodes.Fraction(node.column, node.below, node.above), "the quotient stands upside down", 3)
    elif isinstance(node, nodes.Power):
        yield Repair(node.base, "without the exponent", 3)
    elif isinstance(node, nodes.Call) and len(node.arguments) == 1 and not isinstance(node.arguments[0], Grouped):
        name = latex(replace(node, arguments=()))[:-2]
        yield Repair(_grouped(node.arguments[0]), f"without {name}", 3)


def _signs(node: Node) -> Edits:
    """A sign."""
    if isinstance(node, nodes.Negative):
        yield Repair(node.inside, f"the sign of {latex(node.inside)} is +")
    elif isinstance(node, nodes.Sum):
        for k, term in enumerate(node.terms):
            if not isinstance(term, nodes.Negative):
                new = (*node.terms[:k], nodes.Negative(term.column, term), *node.terms[k + 1 :])
                yield Repair(replace(node, terms=new), f"the sign of {latex(term)} is −")


def _indices(node: Node) -> Edits:
    """The index of a layer one off, L for l, the indices of an entry the other way round."""
    if isinstance(node, nodes.Name) and isinstance(node.known, Written):
        for new, words in _index_edits(node.known):
            yield Repair(replace(node, known=new), words)
    elif isinstance(node, nodes.Name) and isinstance(node.known, Ratio):
        ratio = node.known
        for new, words in _index_edits(ratio.below):
            yield Repair(replace(node, known=replace(ratio, below=new)), words)
        if ratio.above is not None:
            for new, words in _index_edits(ratio.above):
                yield Repair(replace(node, known=replace(ratio, above=new)), words)
    elif isinstance(node, nodes.Call) and isinstance(node.function, Function) and node.function.layer is not None:
        for by in (1, -1):
            moved = replace(node.function, layer=node.function.layer.moved(by))
            yield Repair(replace(node, function=moved), "the index of the function")
    elif isinstance(node, Entry) and len(node.indices) == 2:
        yield Repair(replace(node, indices=node.indices[::-1]), "the indices stand the other way round")


def _index_edits(written: Written) -> Iterator[tuple[Written, str]]:
    for field in ("above", "below"):
        given: tuple[Index, ...] = getattr(written, field)
        for k, index in enumerate(given[:2]):
            for new in _near(index):
                changed = replace(written, **{field: (*given[:k], new, *given[k + 1 :])})
                yield changed, f"the index {new} in place of {index}"
    if len(written.below) >= 2:
        *rest, i, j = written.below
        yield replace(written, below=(*rest, j, i)), f"the indices {j}{i} in place of {i}{j}"


def _near(index: Index) -> Iterator[Index]:
    yield index.moved(1)
    yield index.moved(-1)
    if index.letter in ("l", "L"):
        other = "L" if index.letter == "l" else "l"
        yield Index(((other, 1),), index.number)
    if not index.letters:
        yield Index((("L", 1),))


def _functions(node: Node) -> Edits:
    """σ for σ′, σ′ for σ, another letter for a function, diag left out."""
    if not isinstance(node, nodes.Call) or not isinstance(node.function, Function):
        return
    function = node.function
    primed = replace(function, order=1 - min(function.order, 1))
    yield Repair(replace(node, function=primed), f"{_name(primed)} in place of {_name(function)}", 1)
    if function.order and function.name != r"\sigma":
        sigma = Function(r"\sigma", function.order, function.layer, r"\sigma")
        yield Repair(replace(node, function=sigma), f"{_name(sigma)} in place of {_name(function)}", 2)
    if function.order:
        wrapped = nodes.Call(node.column, Function("diag", latex=r"\mathrm{diag}"), (node,))
        yield Repair(wrapped, f"the diagonal matrix diag({latex(node)})", 1)
    if function.name == "diag" and len(node.arguments) == 1:
        yield Repair(node.arguments[0], "without diag", 2)


def _name(function: Function) -> str:
    return (function.latex or function.name) + "'" * function.order


def _numbers(node: Node) -> Edits:
    """2, ½ and other numbers."""
    if isinstance(node, nodes.Number):
        for text in ("1", "2"):
            if text != node.text:
                yield Repair(replace(node, text=text), f"{text} in place of {node.text}", 2)


def _sums(node: Node) -> Edits:
    """A sum over another index."""
    if isinstance(node, Repeated) and len(node.indices) == 1:
        letters = {w.base for w in _letters_below(node.inside)}
        own = node.indices[0]
        for letter in sorted(letters):
            if isinstance(own, nodes.Name) and own.known != Written(letter):
                index = nodes.Name(own.column, Written(letter))
                yield Repair(replace(node, indices=(index,)), f"the sum over {letter}", 2)
        yield Repair(_grouped(node.inside), "without the sum", 3)


def _letters_below(node: Any) -> Iterator[Written]:
    for _, each in _walk(node):
        if isinstance(each, nodes.Name) and isinstance(each.known, Written):
            for index in each.known.below:
                if index.letter:
                    yield Written(index.letter)


EDITS = (_transposes, _indices, _functions, _signs, _products, _orders, _numbers, _lost, _sums)
"""The slips, the commonest first."""


# -- slips that need to know what else there is


def _symbols(node: Node, symbols: tuple[Written, ...]) -> Edits:
    """A name for another: y for ŷ, a for z."""
    if not isinstance(node, nodes.Name):
        return
    known = node.known
    if isinstance(known, Written):
        for new, words in _renamed(known, symbols):
            yield Repair(replace(node, known=new), words, 2)
    elif isinstance(known, Ratio):
        for new, words in _renamed(known.below, symbols):
            yield Repair(replace(node, known=replace(known, below=new)), words, 2)
        if known.above is not None:
            for new, words in _renamed(known.above, symbols):
                yield Repair(replace(node, known=replace(known, above=new)), words, 2)


def _renamed(written: Written, symbols: tuple[Written, ...]) -> Iterator[tuple[Written, str]]:
    for other in symbols:
        if other.base != written.base:
            if other.above or other.below or not written.above:
                new = replace(other, below=other.below or written.below, transposed=written.transposed)
            else:
                new = replace(written, base=other.base)
            yield new, f"{latex(nodes.Name(0, new))} in place of {latex(nodes.Name(0, written))}"


def _factors(tree: Node, letters: tuple[str, ...]) -> Edits:
    """A factor that is missing from the whole: −1, 2, ½, 1/K, K."""
    yield Repair(nodes.Negative(0, _grouped(tree)), "the sign of the whole is −", 1)
    two = nodes.Number(0, "2")
    one = nodes.Number(0, "1")
    yield Repair(nodes.Product(0, (two, _factor(tree))), "a factor 2 is missing", 1)
    yield Repair(nodes.Product(0, (nodes.Fraction(0, one, two), _factor(tree))), "a factor ½ is missing", 1)
    for letter in letters:
        size = nodes.Name(0, Written(letter))
        yield Repair(
            nodes.Product(0, (nodes.Fraction(0, one, size), _factor(tree))), f"a factor 1/{letter} is missing", 1
        )
        yield Repair(nodes.Product(0, (size, _factor(tree))), f"a factor {letter} is missing", 2)


def _factor(tree: Node) -> Node:
    return Grouped(tree.column, tree) if isinstance(tree, nodes.Sum | nodes.Negative) else tree


def _derivatives(tree: Node) -> Edits:
    """σ′(z) that is missing from a product: at every place, of every pre-activation that the formula may mean."""
    layers = dict.fromkeys(_layers(tree))
    for path, node in _walk(tree):
        if not isinstance(node, nodes.Product | nodes.Name | Grouped | nodes.Transposed | nodes.Operation):
            continue
        if (
            path
            and path[-1] in ("inside", "known", "function")
            and not isinstance(node, nodes.Product | nodes.Operation)
        ):
            continue
        for above, below, bracket in layers:
            z = nodes.Name(0, Written("z", above, below, bracket))
            primed = nodes.Call(0, Function(r"\sigma", 1, latex=r"\sigma"), (z,))
            made = nodes.Operation(node.column, "ODOT", node, primed)
            inner: Node = made if not path else Grouped(node.column, made)
            yield Repair(_put(tree, path, inner), f"the factor {latex(primed)} is missing", 2)


def _layers(tree: Node) -> Iterator[tuple[tuple[Index, ...], tuple[Index, ...], str]]:
    for _, node in _walk(tree):
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
