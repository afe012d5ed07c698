"""Slips in names: the index of a layer, a letter for another, σ for σ′."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from symbolic.checking.edit import Edits, Repair
from symbolic.checking.known_functions import GENERIC
from symbolic.checking.letters import COUNTS_OF_SAMPLES
from symbolic.checking.tree import Entry, Repeated
from symbolic.checking.writing import latex
from symbolic.checking.written import Function, Index, Ratio, Written
from symbolic.networks.tables import activations
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

COUNTS = ("N", "K", *COUNTS_OF_SAMPLES)
"""Letters of sizes, whose index above is an exponent."""


def indices(node: Node) -> Edits:
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
    if written.base in COUNTS and written.above and not written.bracket:
        yield replace(written, above=()), f"{written.base} in place of its power"
        return
    for place, given in (("above", written.above), ("below", written.below)):
        for k, index in enumerate(given[:2]):
            for new in _near(index):
                scripts: dict[str, Any] = {place: (*given[:k], new, *given[k + 1 :])}
                yield replace(written, **scripts), f"the index {new} in place of {index}"
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


def functions(node: Node) -> Edits:
    """σ for σ′, σ′ for σ, another letter for a function, diag left out."""
    if not isinstance(node, nodes.Call) or not isinstance(node.function, Function):
        return
    function = node.function
    if function.name in GENERIC or function.name in activations():
        primed = replace(function, order=1 - min(function.order, 1))
        yield Repair(replace(node, function=primed), f"{_name(primed)} in place of {_name(function)}")
    if function.order and function.name != r"\sigma":
        sigma = Function(r"\sigma", function.order, function.layer, r"\sigma")
        yield Repair(replace(node, function=sigma), f"{_name(sigma)} in place of {_name(function)}", 2)
    if function.order:
        wrapped = nodes.Call(node.column, Function("diag", latex=r"\mathrm{diag}"), (node,))
        yield Repair(wrapped, f"the diagonal matrix diag({latex(node)})")
    if function.name == "diag" and len(node.arguments) == 1:
        yield Repair(node.arguments[0], "without diag", 2)


def _name(function: Function) -> str:
    return (function.latex or function.name) + "'" * function.order


def renamed(node: Node, symbols: tuple[Written, ...]) -> Edits:
    """A name for another: y for ŷ, a for z."""
    if not isinstance(node, nodes.Name):
        return
    known = node.known
    if isinstance(known, Written):
        for new, words in _other_names(known, symbols):
            yield Repair(replace(node, known=new), words, 2)
    elif isinstance(known, Ratio):
        for new, words in _other_names(known.below, symbols):
            yield Repair(replace(node, known=replace(known, below=new)), words, 2)
        if known.above is not None:
            for new, words in _other_names(known.above, symbols):
                yield Repair(replace(node, known=replace(known, above=new)), words, 2)


def _other_names(written: Written, symbols: tuple[Written, ...]) -> Iterator[tuple[Written, str]]:
    for other in symbols:
        if other.base != written.base:
            if other.above or other.below or not written.above:
                new = replace(other, below=other.below or written.below, transposed=written.transposed)
            else:
                new = replace(written, base=other.base)
            yield new, f"{latex(nodes.Name(0, new))} in place of {latex(nodes.Name(0, written))}"


def renamed_functions(node: Node, letters: Collection[str]) -> Edits:
    """The letter of a function for another that the file has: g′(z) for f′(z)."""
    if isinstance(node, nodes.Call) and isinstance(node.function, Function) and node.function.name in letters:
        for letter in sorted(set(letters) - {node.function.name}):
            other = replace(node.function, name=letter, latex=letter, written=None)
            yield Repair(replace(node, function=other), f"{_name(other)} in place of {_name(node.function)}")


def renamed_bounds(node: Node, letters: Collection[str]) -> Edits:
    """The letter that a sum runs to for another size."""
    if isinstance(node, Repeated) and isinstance(node.last, nodes.Name) and isinstance(node.last.known, Written):
        own = node.last.known
        for letter in letters:
            if Written(letter) != own:
                last = nodes.Name(node.last.column, Written(letter))
                yield Repair(replace(node, last=last), f"{letter} in place of {latex(node.last)}")
