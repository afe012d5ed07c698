"""How two values fare beside each other: they agree, differ, do not fit, or one stands for the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symbolic.checking.rounding import close
from symbolic.checking.shapes import Hollow, Several, Tensor, is_number, said


@dataclass(frozen=True)
class Outcome:
    """How a claim fared: agrees, differs, misfit or unknown, what there is to say of it, and for which layers it held.

    `kind` "entrywise" is a vector where its diagonal matrix must stand; "beyond", that it agrees but for one of the
    layers that it is said of, where a name stands for nothing.
    """

    kind: str
    said: str = ""
    layers: tuple[int, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether the sides agree; a row for a column, and the reverse, is a convention and no slip."""
        return self.kind in ("agrees", "row")


_ORDER = ("unknown", "misfit", "differs", "turned", "entrywise", "row", "agrees")
"""The kinds of outcomes, the worst first."""

AGREES = Outcome("agrees")


def worse(one: Outcome, other: Outcome) -> Outcome:
    """The worse of two outcomes."""
    return min(one, other, key=lambda each: _ORDER.index(each.kind))


def alike(a: Any, b: Any) -> Outcome:
    """Whether two values are the same. Of two vectors and their diagonal matrices, says that they are those."""
    if isinstance(a, Hollow | Several) or isinstance(b, Hollow | Several):
        return _hollow_alike(a, b)
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        if isinstance(a, Tensor) and isinstance(b, Tensor):
            return AGREES if close(a.array, b.array) else Outcome("differs")
        return Outcome("unknown", "a derivative by a matrix, of three axes")
    if is_number(a) and is_number(b):
        return AGREES if close(a, b) else Outcome("differs")
    if is_number(a) or is_number(b):
        number, array = (a, b) if is_number(a) else (b, a)
        if array.size == 1:
            return AGREES if close(number, array.item()) else Outcome("differs")
        if _is_diagonal(array) and close(np.diag(array), number):
            return Outcome("entrywise", f"a number, where {said(array.shape)} must stand")
        return Outcome("misfit", f"{said(array.shape)} = a number")
    if a.shape == b.shape:
        return AGREES if close(a, b) else Outcome("differs")
    for vector, matrix in ((a, b), (b, a)):
        square = 1 in vector.shape and _is_diagonal(matrix) and matrix.shape[0] == vector.size > 1
        if square and close(np.diag(matrix), vector.ravel()):
            return Outcome("entrywise", f"{said(vector.shape)}, where {said(matrix.shape)} must stand")
    if a.T.shape == b.shape and close(a.T, b):
        if 1 in a.shape:
            return Outcome("row", f"{said(a.shape)} = {said(b.shape)}")
        return Outcome("turned", f"{said(a.shape)} = {said(b.shape)}")
    return Outcome("misfit", f"{said(a.shape)} = {said(b.shape)}")


def _hollow_alike(a: Any, b: Any) -> Outcome:
    if isinstance(a, Hollow | Several) and isinstance(b, Hollow | Several):
        return AGREES if a == b else Outcome("differs")
    hollow, other = (a, b) if isinstance(a, Hollow | Several) else (b, a)
    if isinstance(other, Tensor) or is_number(other):
        return Outcome("misfit", "a matrix without a size = a number")
    return AGREES if close(hollow.filled(other.shape), other) else Outcome("differs")


def _is_diagonal(a: Any) -> bool:
    return a.ndim == 2 and a.shape[0] == a.shape[1] and not np.any(a - np.diag(np.diag(a)))
