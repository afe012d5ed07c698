"""Functions of several arguments, and those that look at a whole matrix: max, Σ over an axis, products by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np

from symbolic.checking import shapes
from symbolic.checking.at import At
from symbolic.checking.functions import applied
from symbolic.checking.known_functions import LOSSES
from symbolic.checking.lookup import layer_of
from symbolic.checking.named_losses import loss_called
from symbolic.checking.problems import Misfit, OtherLayer, Unknown
from symbolic.checking.repeated import summed
from symbolic.checking.shapes import sized
from symbolic.checking.tree import Keyword
from symbolic.checking.written import Function
from symbolic.errors import SymbolicError
from symbolic.reading import nodes

LONGEST = 200
"""No outer product is made of more entries than this: those of outer products would grow without an end."""


def called(at: At, node: nodes.Call) -> Any:
    """What a call gives. Raises Unknown for a function, or a number of arguments, that nobody knows."""
    function: Function = node.function
    given = [part for part in node.arguments if not isinstance(part, Keyword)]
    keywords = {part.name: part.value for part in node.arguments if isinstance(part, Keyword)}
    if len(given) == 1 and function.name in ("sum", "mean"):
        axis = _axis(keywords)
        found = np.asarray(sized(at.of(given[0])), dtype=float)
        if axis is None:
            return summed(at, found, mean=function.name == "mean")
        return (np.sum if function.name == "sum" else np.mean)(found, axis=axis, keepdims=True)
    if function.name == "sum" and len(given) == 2:
        found, along = (sized(at.of(part)) for part in given)
        if not shapes.is_number(along) or along not in (0, 1) or np.ndim(found) != 2:
            raise Unknown("a sum along what is no axis")
        return found.sum(axis=int(along), keepdims=True)
    if len(given) == 2 and (function.name in LOSSES.values() or function.name == "heaviside"):
        return loss_called(at, function, (given[0], given[1]))
    if function.name in SEVERAL and (len(given) == 2 or (function.name in ("max", "min") and len(given) > 2)):
        return reduce(SEVERAL[function.name], [sized(at.of(part)) for part in given])
    if function.name == "where" and len(given) == 3:
        condition, then, other = (sized(at.of(part)) for part in given)
        return np.where(np.asarray(condition, dtype=bool), then, other)
    if function.name == "norm" and len(given) == 1:
        return float(np.sqrt((np.asarray(sized(at.of(given[0]))) ** 2).sum()))
    if function.name == "diag" and len(given) == 1:
        return _diagonal(at, given[0])
    if function.name in ("softmax", "log_softmax") or len(given) == 1:
        return _apply(at, function, at.of(given[0]))
    raise Unknown(f"{function.latex or function.name} of {len(given)} arguments")


def _apply(at: At, function: Function, argument: Any) -> Any:
    """A function of the network, or an elementary one; σ′ as a diagonal matrix where that is how it is read."""
    argument = sized(argument)
    try:
        found = applied(at.point, function, layer_of(at, function), argument, at.naming.called)
    except OtherLayer as error:  # W^{[l+1]} and f^{[l+1]} at l = L are what authors do not speak of
        raise (Unknown if function.layer is not None and function.layer.letters else Misfit)(str(error)) from None
    except SymbolicError as error:
        raise Unknown(str(error)) from None
    if function.order and at.reading.diagonal and np.ndim(found) == 2 and 1 in found.shape:
        return np.diag(found.ravel())
    return found


def _diagonal(at: At, inside: nodes.Node) -> Any:
    """diag(σ′(z)) is one diagonal matrix, also where σ′ is read as one."""
    found = at.of(inside)
    if at.reading.diagonal and np.ndim(found) == 2 and found.shape[0] == found.shape[1] and found.shape[0] > 1:
        return found
    return _apply(at, Function("diag"), found)


def _axis(keywords: Mapping[str, nodes.Node]) -> int | None:
    for name in ("axis", "dim"):
        if name in keywords and isinstance(keywords[name], nodes.Number):
            return int(keywords[name].text)  # type: ignore[attr-defined]
    return None


def _power(a: Any, b: Any) -> Any:
    with np.errstate(all="ignore"):
        found = np.power(np.asarray(a, dtype=float), b)
    return found if found.ndim else float(found)


def _outer(a: Any, b: Any) -> Any:
    if max(np.size(a), np.size(b)) > LONGEST:
        raise Unknown("an outer product of too many entries")
    return np.outer(a, b)


SEVERAL: Mapping[str, Callable[[Any, Any], Any]] = {
    "max": np.maximum,
    "min": np.minimum,
    "dot": shapes.multiplied,
    "matmul": shapes.multiplied,
    "multiply": shapes.entrywise,
    "power": _power,
    "outer": _outer,
}
