"""Names of vectors that an index tells apart, x_n and c_k in ‖x_n − c_k‖: each is a row of a matrix, as a column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symbolic.checking.own_equations import Equation
from symbolic.checking.own_written import bare, counts_entries, is_matrix, plain
from symbolic.checking.tree import Grouped, Repeated
from symbolic.checking.walk import nodes_in, written_in
from symbolic.checking.written import Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

MOST_ROUNDS = 5
"""So often it is looked whether what is a vector makes another name one."""


def families_of(equations: Sequence[Equation]) -> frozenset[Written]:
    """The names, without their index, of such vectors: where a norm, a transposition or a matrix says that they are."""
    trees = tuple(equation.tree for equation in equations)
    found = {bare(name) for name in _said(trees)}
    for _ in range(MOST_ROUNDS if found else 0):
        before = len(found)
        for node in nodes_in(trees):
            names = [plain(name) for term in _terms(node) for name in _name_of(term)]
            if any(bare(name) in found for name in names):
                found |= {bare(name) for name in names if is_member(name)}
        found |= {bare(e.name) for e in equations if is_member(e.name) and _is_vector(e.tree, found)}
        if len(found) == before:
            break
    return frozenset(found)


def is_member(name: Written) -> bool:
    """Whether a small letter has one index that counts: x_n."""
    return len(name.below) == 1 and counts_entries(name) and not is_matrix(name)


def _said(trees: tuple[Node, ...]) -> Iterator[Written]:
    """The names of which a norm, a transposition or a matrix before them says that they are vectors."""
    for node in nodes_in(trees):
        if isinstance(node, nodes.Norm) and not any(isinstance(each, Repeated) for each in nodes_in(node.inside)):
            yield from (name for name in map(plain, written_in(node.inside)) if is_member(name))
        if isinstance(node, nodes.Product):
            for factor, after in zip(node.factors, node.factors[1:], strict=False):
                names = [name for name in _name_of(after) if is_member(plain(name))]
                if any(is_matrix(name) and not counts_entries(name) for name in _name_of(factor)):
                    yield from map(plain, names)
    yield from (plain(name) for name in written_in(trees) if name.transposed and is_member(plain(name)))


def _terms(node: Node) -> Sequence[Node]:
    """What is of one shape: the terms of a sum."""
    if not isinstance(node, nodes.Sum):
        return ()
    return [term.inside if isinstance(term, nodes.Negative) else term for term in node.terms]


def _name_of(node: Node) -> list[Written]:
    return [node.known] if isinstance(node, nodes.Name) and isinstance(node.known, Written) else []


def _is_vector(node: Node, found: set[Written]) -> bool:
    """Whether an expression is surely a vector where these names are: W x_i + b, f(z_i)."""
    match node:
        case nodes.Name(_, Written() as name):
            return is_member(plain(name)) and bare(plain(name)) in found and not name.transposed
        case nodes.Call(_, function, (inside,)) if function.name not in ("sum", "mean", "norm", "tr"):
            return _is_vector(inside, found)
        case nodes.Sum(_, terms):
            return any(_is_vector(term, found) for term in terms)
        case nodes.Negative(_, inside) | Grouped(_, inside):
            return _is_vector(inside, found)
        case nodes.Product(_, (nodes.Name(_, Written() as matrix), last)):
            return is_matrix(matrix) and not counts_entries(matrix) and _is_vector(last, found)
    return False
