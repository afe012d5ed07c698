"""Sums, products and quotients of numbers, matrices and derivatives by a matrix, as authors combine them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np

from symbolic.checking.problems import Misfit, Unknown

ALL = "𝟏𝟏ᵀ"
"""A square matrix of ones."""


@dataclass(frozen=True)
class Hollow:
    """𝟏, 𝟎 or 𝐈 whose size its surroundings say, times a number."""

    sign: str
    transposed: bool = False
    factor: float = 1.0

    def filled(self, shape: tuple[int, ...]) -> Any:
        """As an array of a shape."""
        if self.sign == "𝐈":
            if len(shape) != 2 or shape[0] != shape[1]:
                raise Misfit(f"the identity 𝐈 is no matrix of {said(shape)}")
            return self.factor * np.eye(shape[0])
        return np.full(shape, 0.0 if self.sign == "𝟎" else self.factor)


@dataclass(frozen=True)
class Several:
    """𝐈 − 1/m 𝟏𝟏ᵀ: a sum of signs whose size its surroundings say."""

    parts: tuple[Hollow, ...]

    def filled(self, shape: tuple[int, ...]) -> Any:
        """As an array of a shape."""
        return sum(part.filled(shape) for part in self.parts)


@dataclass(frozen=True)
class Tensor:
    """∂u/∂W: an array of three axes, those of W and that of u; `numerator` is the layout that products give it in."""

    array: Any
    numerator: bool

    def contracted(self, v: Any) -> Any:
        """The gradient with respect to W of what has the gradient v with respect to u; of several, a tensor again."""
        units = self.array.shape[2]
        if v.size == units:
            found = self.array @ v.ravel()
            return found.T if self.numerator else found
        if units not in v.shape:
            raise Misfit(f"{said(v.shape)} beside a derivative of {units} values")
        return Tensor(self.array @ (v if v.shape[0] == units else v.T), self.numerator)


def said(shape: tuple[int, ...]) -> str:
    """3 × 1, or "a number"."""
    return " × ".join(map(str, shape)) if shape else "a number"


def is_number(a: Any) -> bool:
    """Whether it is a number and no matrix of one entry."""
    return has_size(a) and np.ndim(a) == 0


def has_size(a: Any) -> bool:
    """Whether it is a number or a matrix, and no sign or derivative whose size its surroundings say."""
    return not isinstance(a, Hollow | Several | Tensor)


def sized(a: Any, what: str = "a function") -> Any:
    """A number or a matrix. Raises Unknown for what has no size of its own; `what` says what it would be of it."""
    if not has_size(a):
        raise Unknown(f"{what} of what has no size")
    return a


def added(a: Any, b: Any, broadcasts: bool = False) -> Any:
    """a + b: of one shape, or a number added to every entry; a column to every column where that is allowed."""
    if isinstance(a, Hollow | Several) and isinstance(b, Hollow | Several):
        return _gathered(a, b)
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        if isinstance(a, Tensor) and isinstance(b, Tensor) and a.array.shape == b.array.shape:
            return Tensor(a.array + b.array, a.numerator)
        raise Misfit("a derivative by a matrix is added to something else")
    a, b = _filled(a, b)
    if is_number(a) or is_number(b) or a.shape == b.shape:
        return a + b
    if broadcasts and a.ndim == b.ndim == 2 and _stretches(a.shape, b.shape):
        return a + b
    raise Misfit(f"{said(a.shape)} + {said(b.shape)}")


def _gathered(a: Hollow | Several, b: Hollow | Several) -> Hollow | Several:
    """A sum of signs without a size: of the same one, or of square ones."""
    parts: dict[tuple[str, bool], Hollow] = {}
    for part in (*_parts(a), *_parts(b)):
        key = (part.sign, part.transposed)
        parts[key] = replace(part, factor=part.factor + (parts[key].factor if key in parts else 0.0))
    if len(parts) == 1:
        return next(iter(parts.values()))
    if {sign for sign, _ in parts} == {"𝐈", ALL}:
        return Several(tuple(parts.values()))
    raise Misfit("two signs without a size are added")


def _parts(a: Hollow | Several) -> tuple[Hollow, ...]:
    return a.parts if isinstance(a, Several) else (a,)


def _stretches(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Whether one is a single column, or a single row, and the other several of them."""
    return (a[0] == b[0] and 1 in (a[1], b[1])) or (a[1] == b[1] and 1 in (a[0], b[0]))


def _filled(a: Any, b: Any) -> tuple[Any, Any]:
    if isinstance(a, Hollow | Several):
        return a.filled(np.shape(b)), b
    if isinstance(b, Hollow | Several):
        return a, b.filled(np.shape(a))
    return a, b


def negated(a: Any) -> Any:
    return multiplied(-1.0, a)


def multiplied(a: Any, b: Any, samples: int | None = None) -> Any:
    """a b: the matrix product; a number, or a matrix of one entry where sizes say so, multiplies every entry."""
    if isinstance(a, Several) or isinstance(b, Several):
        return _with_several(a, b, samples)
    if isinstance(a, Hollow) or isinstance(b, Hollow):
        return _with_hollow(a, b, samples)
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        return _with_tensor(a, b)
    if is_number(a) or is_number(b):
        return a * b
    if a.shape[-1] == b.shape[0]:
        return a @ b
    if a.size == 1 or b.size == 1:
        return (a.item() * b) if a.size == 1 else (a * b.item())
    raise Misfit(f"{said(a.shape)} times {said(b.shape)}")


def _with_several(a: Any, b: Any, samples: int | None) -> Any:
    if isinstance(a, Several):
        if is_number(b):
            return Several(tuple(multiplied(part, b) for part in a.parts))
        terms = [multiplied(part, b, samples) for part in a.parts]
    elif is_number(a):
        return Several(tuple(multiplied(a, part) for part in b.parts))
    else:
        terms = [multiplied(a, part, samples) for part in b.parts]
    return reduce(added, terms)


def _with_tensor(a: Any, b: Any) -> Any:
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        raise Misfit("two derivatives by matrices are multiplied")
    tensor, other = (a, b) if isinstance(a, Tensor) else (b, a)
    if is_number(other) or other.size == 1:
        return Tensor(tensor.array * float(other if is_number(other) else other.item()), tensor.numerator)
    in_order = (other is a) == tensor.numerator
    if not in_order and other.size != tensor.array.shape[2]:
        raise Misfit("the factors of the chain stand in another order than its layout has them")
    return tensor.contracted(other)


def _with_hollow(a: Any, b: Any, samples: int | None) -> Any:
    if isinstance(a, Hollow) and isinstance(b, Hollow):
        if "𝐈" in (a.sign, b.sign):
            kept, other = (b, a) if a.sign == "𝐈" else (a, b)
            return Hollow(kept.sign, kept.transposed, kept.factor * other.factor)
        if (a.transposed, b.transposed) == (False, True):
            return Hollow(ALL, False, a.factor * b.factor)
        raise Misfit("𝟏ᵀ𝟏 without a size")
    hollow, other = (a, b) if isinstance(a, Hollow) else (b, a)
    if is_number(other):
        return Hollow(hollow.sign, hollow.transposed, hollow.factor * float(other))
    if isinstance(other, Tensor):
        if hollow.sign != "𝐈":
            raise Misfit("𝟏 beside a derivative by a matrix")
        return Tensor(hollow.factor * other.array, other.numerator)
    if hollow.sign == "𝐈":
        if other.size == 1:  # λ 𝐈
            return Hollow(hollow.sign, hollow.transposed, hollow.factor * other.item())
        return hollow.factor * other
    if hollow.sign == ALL:
        size = other.shape[1] if hollow is b else other.shape[0]
        return other @ hollow.filled((size, size)) if hollow is b else hollow.filled((size, size)) @ other
    if hollow is b and not hollow.transposed:
        if other.shape[1] == 1 and other.size > 1:
            raise Misfit(f"{said(other.shape)} times 𝟏, which is a column; 𝟏ᵀ repeats a column")
        return other @ hollow.filled((other.shape[1], 1))
    if hollow is a and hollow.transposed:
        return hollow.filled((1, other.shape[0])) @ other
    if samples is None or (other.shape[1] if hollow is b else other.shape[0]) != 1:
        raise Misfit(f"𝟏 beside {said(other.shape)}")
    one = hollow.filled((1, samples) if hollow is b else (samples, 1))
    return other @ one if hollow is b else one @ other


def entrywise(a: Any, b: Any, broadcasts: bool = False) -> Any:
    """a ∘ b: of one shape; a number multiplies every entry."""
    if isinstance(a, Tensor | Several) or isinstance(b, Tensor | Several):
        raise Misfit("an entrywise product of what has no size of its own")
    if isinstance(a, Hollow) and isinstance(b, Hollow):
        raise Misfit("two signs without a size are multiplied")
    a, b = _filled(a, b)
    if is_number(a) or is_number(b) or a.shape == b.shape:
        return a * b
    if broadcasts and _stretches(a.shape, b.shape):
        return a * b
    if a.size == 1 or b.size == 1:
        return a.item() * b if a.size == 1 else a * b.item()
    raise Misfit(f"{said(a.shape)} ∘ {said(b.shape)}")


def divided(a: Any, b: Any, broadcasts: bool = False) -> Any:
    """a / b, entry by entry where b is no number."""
    if not has_size(b):
        raise Misfit("a quotient by something without a size")
    with np.errstate(divide="ignore", invalid="ignore"):
        return (
            entrywise(a, 1.0 / b, broadcasts) if isinstance(a, np.ndarray) or is_number(a) else multiplied(a, 1.0 / b)
        )


def transposed(a: Any) -> Any:
    """aᵀ"""
    if isinstance(a, Hollow) and a.sign == ALL:
        return a
    if isinstance(a, Hollow):
        return Hollow(a.sign, not a.transposed, a.factor)
    if isinstance(a, Several):
        return Several(tuple(transposed(part) for part in a.parts))
    if isinstance(a, Tensor):
        raise Misfit("a derivative by a matrix is transposed")
    return a if np.ndim(a) < 2 else a.T
