"""Entries of arrays, and the samples of a batch, by their indices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symbolic.algebra.values import Value
from symbolic.checking.alone import index_of_sample, of_all_samples
from symbolic.checking.at import LAST, At
from symbolic.checking.letters import COUNT_SAMPLES
from symbolic.checking.lookup import array_of
from symbolic.checking.problems import Free, Misfit, Unknown
from symbolic.checking.shapes import Hollow, Tensor, has_size, said
from symbolic.checking.tree import Entry
from symbolic.checking.written import Index, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

FOUR_AXES = 4
"""Those of the derivative of a matrix by a matrix."""


def entry_written(at: At, node: Entry) -> Any:
    """(A)_{ij}; (𝐈)_{ij} is 1 or 0; [a bᵀ]_s is that of the sample s, or of all where s has no number."""
    of_sample = index_of_sample(at, node)
    if of_sample is not None and of_sample.at(at.numbers) is None:
        return of_all_samples(at, node.inside)
    if of_sample is not None:
        return at.alone(number_of(at, of_sample, at.samples or 1)).of(node.inside)
    inside = at.of(node.inside)
    if any(_is_all(index) for index in node.indices):
        return _slice(at, inside, node.indices)
    if isinstance(inside, Hollow) and inside.sign == "𝐈" and len(node.indices) == 2:
        first, second = (_number_written(at, index) for index in node.indices)
        return inside.factor * float(first == second)
    return entry(at, inside, tuple(_index(index) for index in node.indices))


def entry_of_class(at: At, node: Entry, classes: Sequence[Index | None]) -> Any:
    """P_{i,y_i}, p_y: the entry of a class, where `classes` has one for an index."""
    indices = tuple(given or _index(index) for given, index in zip(classes, node.indices, strict=True))
    return entry(at, at.of(node.inside), indices)


def _slice(at: At, array: Any, indices: tuple[Node, ...]) -> Any:
    """(A)_{i,:} is row i of A, (A)_{:,j} column j."""
    if len(indices) != 2 or not has_size(array) or np.ndim(array) != 2 or all(map(_is_all, indices)):
        raise Unknown("a part of what has none")
    axis = int(_is_all(indices[0]))
    return np.take(array, [number_of(at, _index(indices[axis]), array.shape[axis])], axis=axis)


def _is_all(index: Node) -> bool:
    return isinstance(index, nodes.Letter) and index.text == ":"


def entry(at: At, array: Any, indices: tuple[Index, ...]) -> Any:
    """The entry of an array: of a column or a row, one index is enough.

    Raises Free for an index without a number, Misfit where sizes say that there is no such entry, Unknown for what has
    no entries.
    """
    if not has_size(array) or np.ndim(array) != 2:
        raise Unknown("an entry of what has none")
    if len(indices) == 1 and 1 in array.shape:
        array = array.ravel()
        return array[number_of(at, indices[0], array.size)]
    if len(indices) == 2 and at.reading.lenient and 1 in array.shape:
        first, _ = (number_of(at, index, array.size) for index in indices)
        return array.ravel()[first]
    if len(indices) == 2:
        if array.shape[1] == 1 and array.size > 1 and indices[1] == Index((), 1):
            return array[number_of(at, indices[0], array.shape[0]), 0]
        return array[_place(at, indices, array.shape)]
    if is_sample(at, array, indices):
        return sample(at, array, indices[0])
    if is_row(at, indices):
        return array[[number_of(at, indices[0], array.shape[0])]].T
    raise Misfit(f"{len(indices)} indices for {said(array.shape)}")


def is_row(at: At, indices: tuple[Index, ...]) -> bool:
    """Whether one index below a matrix is that of a row, which is read as a column: O_i of a file's own equations."""
    return bool(at.naming.own) and len(indices) == 1


def is_sample(at: At, array: Any, indices: tuple[Index, ...]) -> bool:
    """Whether one index below a value of a batch that is no vector counts the samples."""
    is_matrix = isinstance(array, np.ndarray) and array.ndim == 2 and 1 not in array.shape
    return is_matrix and at.samples is not None and len(indices) == 1 and indices[0].letter in COUNT_SAMPLES


def entry_of_derivative(
    at: At, found: Any, of: Value, wrt: Value, above: tuple[Index, ...], below: tuple[Index, ...]
) -> Any:
    """∂u_i/∂v_j; of a number, ∂C/∂v_j or ∂C/∂W_{ij}."""
    if np.ndim(found) == FOUR_AXES:
        wrt_shape, of_shape = found.shape[:2], found.shape[2:]
        return found[(*place_in(at, below, wrt_shape), *place_in(at, above, of_shape))]
    if isinstance(found, Tensor):
        if not above or len(below) != 2:
            raise Unknown("a derivative of a vector by a matrix; say its entry")
        return found.array[_place(at, (*below, above[0]), found.array.shape)]
    if array_of(at, of).size == 1 or not above:
        if found.shape in (array_of(at, wrt).shape, array_of(at, wrt).shape[::-1]):
            return entry(at, found, below)
        raise Unknown("∂u/∂v_j of a vector u; say its entry")
    if not below:
        raise Unknown("∂u_i/∂v by a vector v; say its entry")
    return entry(at, found, (below[0], above[0]))


def place_in(at: At, indices: tuple[Index, ...], shape: tuple[int, ...], turned: bool = False) -> tuple[int, ...]:
    """Where the entry of an array with these indices stands, from 0; of a column or a row, one index is enough."""
    if len(indices) == 1 and 1 in shape:
        number = number_of(at, indices[0], max(shape))
        return (number, 0) if (shape[1] == 1) != turned else (0, number)
    if len(indices) != 2:
        raise Misfit(f"{len(indices)} indices for {said(shape)}")
    place = _place(at, indices, shape)
    return place[::-1] if turned else place


def is_of_unit(array: Any, v: Value, indices: tuple[Index, ...]) -> bool:
    """Whether one index below the weights of a layer names those of one unit: w_j."""
    return v.base == "W" and len(indices) == 1 and np.ndim(array) == 2 and 1 not in np.shape(array)


def unit(at: At, array: Any, index: Index) -> Any:
    """The weights of one unit, or the derivative by them, as a column: the row w_jᵀ of W where z = W x."""
    axis = int(at.point.derivation.spec.weights == "in_out")
    return np.take(array, [number_of(at, index, array.shape[axis])], axis=axis).reshape(-1, 1)


def sample(at: At, array: Any, index: Index) -> Any:
    """What an array has of one sample; a column, too, where samples are rows of X and the author has wᵀ x_i."""
    axis = 1 - at.point.derivation.network.axis
    if at.samples is None or np.ndim(array) != 2:
        raise Unknown("the index of a sample, where there is one alone")
    found = np.take(array, [number_of(at, index, array.shape[axis])], axis=axis)
    return found.T if axis == 0 and at.naming.table.habits.turned else found


# -- indices


def number_of(at: At, index: Index, size: int) -> int:
    """The number of an index, from 0. Raises Free where it has none, Misfit where it runs to another size."""
    number = index.at(at.numbers)
    if number is None:
        raise Free(index.letter or str(index), size)
    if not 1 <= number <= size:
        raise Misfit(f"the index {index} = {number} of {size}")
    limit = at.entries.get(LAST + index.letter, size)
    if limit != size:
        raise Misfit(f"the index {index.letter} runs to {limit} and to {size}")
    return number - 1


def _place(at: At, indices: tuple[Index, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers of indices, one for each axis."""
    return tuple(number_of(at, index, size) for index, size in zip(indices, shape, strict=True))


def _number_written(at: At, node: Node) -> int:
    number = _index(node).at(at.numbers)
    if number is None:
        raise Unknown("an index without a range")
    return number


def _index(node: Node) -> Index:
    if isinstance(node, nodes.Number):
        return Index((), int(float(node.text)))
    if isinstance(node, nodes.Name) and isinstance(node.known, Written) and not node.known.indices:
        return Index(((node.known.base, 1),))
    raise Unknown("an index that cannot be read")
