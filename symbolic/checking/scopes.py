r"""How far a Σ without brackets reaches: Σᵢ aᵢ + bᵢ is Σᵢ (aᵢ + bᵢ), as bᵢ would stand for nothing outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symbolic.checking.tree import Repeated
from symbolic.checking.walk import names_in, nodes_in
from symbolic.checking.written import Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node


def widened(terms: Sequence[Node]) -> tuple[Node, ...]:
    """The terms of a sum, those with the index of a Σ before them taken into it."""
    found: list[Node] = []
    for term in terms:
        letters = _bound_last(found[-1]) if found else frozenset()
        if letters and letters & _letters(term) and not letters & _bound(term):
            found[-1] = _taken(found[-1], term)
        else:
            found.append(term)
    return tuple(found)


def _bound_last(term: Node) -> frozenset[str]:
    """The letters of the Σ that a term ends with."""
    last = _last(term)
    return frozenset() if last is None or last.product else _indices(last)


def _last(term: Node) -> Repeated | None:
    if isinstance(term, nodes.Negative):
        return _last(term.inside)
    if isinstance(term, nodes.Product):
        return _last(term.factors[-1])
    return term if isinstance(term, Repeated) else None


def _taken(term: Node, more: Node) -> Node:
    """A term with one more under the Σ that it ends with."""
    if isinstance(term, nodes.Negative):
        return replace(term, inside=_taken(term.inside, more))
    if isinstance(term, nodes.Product):
        return replace(term, factors=(*term.factors[:-1], _taken(term.factors[-1], more)))
    assert isinstance(term, Repeated), "only what ends with a Σ is given more"
    return replace(term, inside=nodes.Sum(term.column, (term.inside, more)))


def _indices(node: Repeated) -> frozenset[str]:
    return frozenset(written.base for index in node.indices for written in names_in(index))


def _bound(node: Node) -> frozenset[str]:
    """The letters that a Σ inside binds."""
    return frozenset().union(*(_indices(each) for each in nodes_in(node) if isinstance(each, Repeated)))


def _letters(node: Node) -> frozenset[str]:
    """The letters of the indices of all names."""
    return frozenset(letter for written in names_in(node) for letter in _letters_of(written))


def _letters_of(written: Written) -> list[str]:
    return [letter for index in written.indices for letter, _ in index.letters]
