"""Functions in numbers: those of the network, whatever letter an author gives them, and those that everybody knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from symbolic.algebra.functions import NamedFunction, Z
from symbolic.algebra.groups import Softmax
from symbolic.algebra.nodes import Elementwise
from symbolic.algebra.values import Value
from symbolic.checking.known_functions import GENERIC
from symbolic.checking.point import Point
from symbolic.checking.problems import Misfit, OtherLayer
from symbolic.checking.shapes import said
from symbolic.checking.written import Function
from symbolic.derivation import Derivation
from symbolic.errors import SymbolicError
from symbolic.networks.functions import function_of
from symbolic.networks.tables import activations

Map = Callable[[Any], Any]
"""A function of arrays."""

IDENTITY = "identity"

Called = Mapping[str, tuple[Any, ...]]
"""Letters of functions, and the functions of the network that a file's forward equations say they are."""

NONE_CALLED: Called = {}


def trace(a: Any) -> Any:
    """tr A. Raises Misfit for a matrix that is not square."""
    if np.ndim(a) == 2 and np.shape(a)[0] != np.shape(a)[1]:
        raise Misfit(f"the trace of {said(np.shape(a))}")
    return np.trace(np.atleast_2d(a))


ELEMENTARY: Mapping[str, Map] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "cosh": np.cosh,
    "sinh": np.sinh,
    "cos": np.cos,
    "square": np.square,
    "heaviside": lambda z: np.asarray(z > 0, dtype=float),
    "transpose": lambda a: np.asarray(a).T,
    "tr": trace,
    "vec": lambda a: np.asarray(a).reshape(-1, 1, order="F"),
    "ones_like": np.ones_like,
    "zeros_like": np.zeros_like,
}


def diag(a: Any) -> Any:
    """The diagonal matrix of a column or a row. Raises SymbolicError for another matrix."""
    a = np.asarray(a)
    if a.ndim == 2 and 1 in a.shape:
        return np.diag(a.ravel())
    raise SymbolicError(f"diag of {said(a.shape)}; expected a column")


def softmax(point: Point, a: Any) -> Any:
    """The softmax of the units of each sample; of one, they stand in a column or in a row."""
    network = point.derivation.network
    is_one = network.samples == 1 and np.ndim(a) == 2 and 1 in np.shape(a)
    axis = int(np.shape(a)[0] == 1) if is_one else point.axis
    with np.errstate(all="ignore"):
        powers = np.exp(a - np.max(a))
        return powers / powers.sum(axis=axis, keepdims=True)


MOST_KEPT = 20_000
"""Of so many arguments a point keeps what functions give."""


def applied(point: Point, function: Function, layer: int | None, argument: Any, called: Called = NONE_CALLED) -> Any:
    """A function of one argument, entry by entry; `called` says which functions the letters of a file are.

    Raises SymbolicError where nobody knows which function it is.
    """
    if function.name == "diag":
        return diag(argument)
    if function.name == "softmax" and not function.order:
        return softmax(point, argument)
    found = named(point.derivation, function.name) if function.name not in GENERIC else None
    if found is None and function.name in ELEMENTARY and not function.order:
        with np.errstate(divide="ignore", invalid="ignore"):
            return ELEMENTARY[function.name](np.asarray(argument, dtype=float))
    if found is None and function.name not in GENERIC:
        primes = "'" * function.order
        raise SymbolicError(f"{function.name}{primes} is no function that can be compared")
    if found is None:
        found = activation(point, function, layer, argument, called)
    return _values(point, found, function.order, argument)


def named(derivation: Derivation, name: str) -> Any:
    """The function called by a name of the tables: as the network has it, else with its usual parameters."""
    for found in activations_of(derivation).values():
        if isinstance(found, type) and issubclass(found, NamedFunction) and name in (found.label, found.origin):
            return found
    row = activations().get(name)
    if row is None or row.over_units or row.definition is None:
        return None
    return IDENTITY if row.name == IDENTITY else function_of(row)


@lru_cache(maxsize=64)
def activations_of(derivation: Derivation) -> Mapping[Value, Any]:
    """Pre-activation ↦ the function that its layer applies to it: a NamedFunction, or softmax."""
    found: dict[Value, Any] = {}
    for step in derivation.forward:
        expr = step.expr
        if isinstance(expr, Elementwise) and len(expr.operands) == 1 and isinstance(expr.body, NamedFunction):
            found[expr.operands[0]] = type(expr.body)
        elif isinstance(expr, Softmax):
            found[expr.operand] = "softmax"
    return found


def activation(point: Point, function: Function, layer: int | None, argument: Any, called: Called) -> Any:
    """The activation that a letter means: of the layer it is said of, of that of its argument, or the only one.

    A letter that the file's forward equations give to a function is no other one, whatever it is applied to.
    """
    if function.name in point.functions:
        return point.functions[function.name]
    derivation = point.derivation
    found = activations_of(derivation)
    pre_activations = pre_activations_of(derivation)
    z = pre_activation(point, argument)
    if layer is not None and z is not None and layer in [each.layer for each in pre_activations] and layer != z.layer:
        raise OtherLayer(f"{function.latex or function.name} of layer {layer} is applied to {z.name}")
    if function.name == r"\sigma":
        sigma = [f for f in found.values() if getattr(f, "label", "") in ("sigma", "sigmoid")]
        if sigma:
            return sigma[0]
    if layer is not None:
        if layer not in [each.layer for each in pre_activations]:
            raise OtherLayer(f"{function.latex or function.name}: the network has no layer {layer}")
        return next(found.get(each, IDENTITY) for each in pre_activations if each.layer == layer)
    given = called.get(function.name, ())
    if z is not None and (not given or found.get(z, IDENTITY) in given):
        return found.get(z, IDENTITY)
    if len(given) == 1:
        return given[0]
    kinds = list(dict.fromkeys(found.values()))
    if len(kinds) == 1:
        return kinds[0]
    if function.name == r"\sigma" and (sigmoid := named(derivation, "sigmoid")) is not None:
        return sigmoid
    raise SymbolicError(f"which function is {function.latex or function.name}? The network has {len(kinds)}")


@lru_cache(maxsize=64)
def pre_activations_of(derivation: Derivation) -> tuple[Value, ...]:
    """The pre-activations of the layers."""
    return tuple(step.target for step in derivation.forward if step.target.base == "z")


def pre_activation(point: Point, argument: Any) -> Value | None:
    """The pre-activation that an array is, or is as a row; None where it is none."""
    return next((z for z in pre_activations_of(point.derivation) if _is(argument, point.array(z))), None)


def _is(argument: Any, z: Any) -> bool:
    return any(np.shape(argument) == turned.shape and np.allclose(argument, turned) for turned in (z, z.T))


def _values(point: Point, function: Any, order: int, argument: Any) -> Any:
    argument = np.asarray(argument, dtype=float)
    if function == IDENTITY:
        return (argument, np.ones_like(argument), np.zeros_like(argument))[min(order, 2)]
    if function == "softmax":
        if order:
            raise SymbolicError("softmax has no derivative entry by entry")
        return softmax(point, argument)
    if order > 1:
        raise SymbolicError("a second derivative, which no gradient holds")
    key = (function, order, argument.shape, argument.tobytes())
    if key not in point.applied:
        if len(point.applied) >= MOST_KEPT:
            point.applied.clear()
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            found = point.arrays.scalar(_of_slot(function, order), {Z.name: argument})
        point.applied[key] = np.asarray(found, dtype=float) * np.ones_like(argument)
    return point.applied[key]


@lru_cache(maxsize=64)
def _of_slot(function: Any, order: int) -> Any:
    """φ(z), or φ′(z)."""
    return function(Z).fdiff() if order else function(Z)
