"""Derivatives of expressions that an author writes out, ∂/∂v (½ ‖a − y‖²): by differences at the point."""

from __future__ import annotations

from typing import Any

import numpy as np

from symbolic.algebra.values import Value
from symbolic.checking.at import At
from symbolic.checking.entries import place_in
from symbolic.checking.lookup import array_of, meaning, shown, with_sample
from symbolic.checking.problems import Unknown
from symbolic.checking.shapes import Tensor, is_number, sized
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
    if indices:
        return _by_entry(at, inside, wrt, place_in(at, indices, shape[::-1] if turned else shape, turned))
    columns = [_by_entry(at, inside, wrt, place) for place in np.ndindex(*shape)]
    if all(map(is_number, columns)):
        gradient = np.asarray(columns, dtype=float).reshape(shape)
        return gradient.T if turned else gradient
    if any(is_number(column) or 1 not in column.shape for column in columns):
        raise Unknown("the derivative of a matrix")
    rows = np.array([column.ravel() for column in columns])
    if 1 in shape:
        return rows.T if at.reading.numerator else rows
    return Tensor(rows.reshape(*shape, -1), at.reading.numerator)


def _by_entry(at: At, inside: Node, wrt: Value, place: tuple[int, ...]) -> Any:
    """The derivative of an expression by one entry."""
    return at.point.difference(wrt, place, lambda point: sized(at.there(point).of(inside), "a derivative"))
