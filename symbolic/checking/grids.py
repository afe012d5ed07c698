"""Matrices written out, with and without ⋯."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from symbolic.checking.at import At
from symbolic.checking.problems import Misfit, Unknown
from symbolic.checking.shapes import Hollow, sized
from symbolic.checking.tree import Ellipsis, Grid
from symbolic.checking.written import Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node


def grid(at: At, node: Grid) -> Any:
    """A matrix written out; with ⋯, the diagonal one whose first and last entries stand in its corners.

    Raises Misfit where rows differ in length or blocks in size, Unknown for dots that mean something else.
    """
    ones = [cell == nodes.Number(0, "1") for row in node.rows for cell in row if not isinstance(cell, Ellipsis)]
    if all(ones) and len(ones) < sum(map(len, node.rows)) and 1 in (len(node.rows), len(node.rows[0])):
        return Hollow("𝟏", transposed=len(node.rows) == 1)
    widths = {len(row) for row in node.rows}
    if len(widths) != 1:
        raise Misfit(f"rows of {' and '.join(map(str, sorted(widths)))} entries")
    if any(isinstance(cell, Ellipsis) for row in node.rows for cell in row):
        if widths != {len(node.rows)}:
            raise Misfit(
                f"a diagonal matrix is square, and this one has {len(node.rows)} rows and {widths.pop()} columns"
            )
        return _diagonal(at, node)
    rows = [[_block(at, cell) for cell in row] for row in node.rows]
    try:
        return np.block(rows)
    except ValueError:
        raise Misfit("blocks whose sizes differ") from None


def _block(at: At, cell: Node | None) -> Any:
    """What stands in a cell, as a matrix; nothing is 0."""
    return np.zeros((1, 1)) if cell is None else np.atleast_2d(sized(at.of(cell), "a block"))


def _diagonal(at: At, node: Grid) -> Any:
    """The diagonal matrix of f(z), where f(z_1) stands in the first corner."""
    first = node.rows[0][0]
    argument = first.arguments[0] if isinstance(first, nodes.Call) and len(first.arguments) == 1 else first
    if not isinstance(argument, nodes.Name) or not isinstance(argument.known, Written) or not argument.known.below:
        raise Unknown("a matrix with dots")
    whole: Node = replace(argument, known=replace(argument.known, below=argument.known.below[:-1]))
    entry = replace(first, arguments=(whole,)) if isinstance(first, nodes.Call) else whole
    return np.diag(np.asarray(sized(at.of(entry), "a block"), dtype=float).ravel())
