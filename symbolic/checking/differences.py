"""Derivatives of expressions that an author writes out, ∂/∂v (½ ‖a − y‖²): by differences at the point."""

from __future__ import annotations

from typing import Any

import numpy as np

from symbolic.algebra.values import Value
from symbolic.checking.at import At
from symbolic.checking.entries import FOUR_AXES, is_row, number_of, place_in
from symbolic.checking.lookup import array_of, meaning, shown, with_sample
from symbolic.checking.problems import Unknown
from symbolic.checking.shapes import Tensor, sized
from symbolic.checking.tree import Differentiated
from symbolic.checking.written import Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node


def differentiated(at: At, node: Differentiated) -> Any:
    """∂/∂v of an expression, or of it by an entry of v, everything between v and the expression moving with v.

    Raises Unknown where v is no value of the network, or the derivative no matrix.
    """
    by = node.by.known if isinstance(node.by, nodes.Name) else None
    written = with_sample(at, by) if isinstance(by, Written) else None
    found = None if written is None else meaning(at, written)
    if written is None or found is None or found[0].of is not None or written.sample is not None:
        raise Unknown(f"{'that' if written is None else shown(written)} is no name of the network")
    return of_expression(at, node.inside, found[0].value, found[1], turned=found[0].turned != written.transposed)


def of_expression(at: At, inside: Node, wrt: Value, indices: tuple[Any, ...] = (), turned: bool = False) -> Any:
    """The derivative of an expression by a value, or by an entry of it, in the layout of the file."""
    shape = array_of(at, wrt).shape
    turned = turned != (at.reading.lying and shape[1] == 1)
    if is_row(at, indices) and 1 not in shape:
        return _by_row(at, inside, wrt, number_of(at, indices[0], shape[0]))
    if indices:
        return _by_entry(at, inside, wrt, place_in(at, indices, shape[::-1] if turned else shape, turned))
    found = at.point.towards(inside).jacobian(
        wrt, lambda point: sized(at.there(point).of(inside), "a derivative"), at.steps
    )
    if np.ndim(found) == 3:
        return Tensor(found, at.reading.numerator)
    if np.ndim(found) == FOUR_AXES:
        raise Unknown("the derivative of a matrix")
    is_gradient = found.shape == shape and np.size(sized(at.of(inside))) == 1
    return found.T if (turned if is_gradient else at.reading.numerator) else found


def _by_row(at: At, inside: Node, wrt: Value, row: int) -> Any:
    """The derivative of a number by one of several vectors, as a column. Raises Unknown for that of no number."""
    places = ((row, k) for k in range(array_of(at, wrt).shape[1]))
    found = [np.asarray(_by_entry(at, inside, wrt, place)) for place in places]
    if any(each.size != 1 for each in found):
        raise Unknown("the derivative of a vector by one of several; say its entry")
    return np.array([[each.item()] for each in found])


def _by_entry(at: At, inside: Node, wrt: Value, place: tuple[int, ...]) -> Any:
    """The derivative of an expression by one entry."""
    return at.point.towards(inside).difference(
        wrt, place, lambda point: sized(at.there(point).of(inside), "a derivative"), at.steps
    )
