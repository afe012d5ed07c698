"""The helpers of a generated module: activations from their rows or formulas, and what keeps logarithms finite."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sympy import Dummy, Expr, Piecewise, Pow, cosh, exp, factor_terms, sinh
from sympy.core.relational import Relational

from codegen.rewrite import in_stable_form
from codegen.scalars import ATOM, Scalars, Source, call_name
from codegen.sizes import safe_name
from symbolic.algebra.functions import NamedFunction, Z, prime
from symbolic.algebra.nodes import Elementwise
from symbolic.networks.branches import flat, has_conditions
from symbolic.networks.build import build
from symbolic.networks.functions import activation_of, function_of, loss_of
from symbolic.networks.spec import Spec
from symbolic.networks.tables import ActivationRow, activations

Function = type[NamedFunction]


@dataclass(frozen=True)
class Helper:
    """A function of one array and perhaps of hyperparameters, as the template lays it out."""

    name: str
    arguments: str
    doc: str
    expression: str


@dataclass(frozen=True)
class Constant:
    """A number that a module names."""

    name: str
    value: str
    doc: str


EPSILON = Constant(
    "EPSILON",
    "1e-12",
    "Outside of (0, 1) the loss has no value: by convention, logarithms and divisors start here.",
)

_SHIFTED = "z - z.max(axis=axis, keepdims=True)"

FIXED = (
    Helper(
        "log_sigmoid",
        "z: Array",
        "log σ(z) = −log(1 + exp(−z)), finite for every z.",
        "np.subtract(np.minimum(z, 0.0), np.log1p(np.exp(-np.abs(z))))",
    ),
    Helper("safe_log", "a: Array", "log a, and log EPSILON where a is less.", "np.log(np.maximum(a, EPSILON))"),
    Helper(
        "softmax",
        "z: Array, axis: int",
        "exp(z) over its sum along an axis, in a form that does not overflow.",
        "np.exp(log_softmax(z, axis))",
    ),
    Helper(
        "log_softmax",
        "z: Array, axis: int",
        "log softmax(z) = z − log Σ exp(z) along an axis, in a form that does not overflow.",
        f"{_SHIFTED} - np.log(np.exp({_SHIFTED}).sum(axis=axis, keepdims=True))",
    ),
    Helper(
        "erf",
        "z: Array",
        "The error function (2/√π) ∫ exp(−t²) dt from 0 to z.",
        "np.vectorize(math.erf, otypes=[np.float64])(z).astype(z.dtype)",
    ),
    Helper(
        "erfc",
        "z: Array",
        "1 − erf(z), exact where it is small.",
        "np.vectorize(math.erfc, otypes=[np.float64])(z).astype(z.dtype)",
    ),
)
"""Helpers that belong to no activation."""


def helpers(called: Collection[str], spec: Spec) -> Iterator[Helper]:
    """The helpers among the names that the functions of a module call, and those that these call in turn."""
    known = _known(spec)
    fixed = {helper.name: helper for helper in FIXED}
    found: dict[str, Helper] = {}
    waiting = [name for name in called if name in known or name in fixed]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = fixed.get(name) or _helper(known[name], spec)
            waiting += [each for each in _names(found[name].expression) if each in known or each in fixed]
    yield from (found[name] for name in [*(name for name in known if name not in fixed), *fixed] if name in found)


def constants(called: Collection[str]) -> tuple[Constant, ...]:
    """The constants that functions or their helpers need."""
    return (EPSILON,) if {"EPSILON", "safe_log"} & set(called) else ()


def imports(found: Collection[Helper]) -> tuple[str, ...]:
    """The modules beside NumPy that helpers need."""
    return ("math",) if any("math" in _names(helper.expression) for helper in found) else ()


def kinked(called: Collection[str]) -> Iterator[ActivationRow]:
    """The activations whose derivative is called and has a value by convention."""
    for row in activations().values():
        if row.kinks and any(re.fullmatch(rf"{row.name}(_[0-9a-z_]+)?_derivative", name) for name in called):
            yield row


def _names(source: str) -> list[str]:
    return re.findall(r"(?<![\w.])[A-Za-z_]\w*", source)


def _known(spec: Spec) -> dict[str, Function]:
    """Every function that a module may call, and its derivative, by the name of its helper: rows first."""
    kink = spec.derivative_at_kink
    rows = [function_of(row, kink) for row in activations().values() if row.definition is not None]
    bodies = {node.body for step in build(spec, "columns").program for node in step.expr.atoms(Elementwise)}
    bodies |= {loss_of(spec.objective.loss, kink)[1]} if spec.objective.loss else set()
    own: list[Function] = sorted({type(f) for body in bodies for f in body.atoms(NamedFunction)}, key=_label)
    found: dict[str, Function] = {}
    for function in (*rows, *own, activation_of(spec.activation, "f", kink)):
        if function is not None and function.definition is not None:
            found.setdefault(call_name(function), function)
            found.setdefault(call_name(prime(function)), prime(function))
    return {name: function for name, function in found.items() if function.definition is not None}


def _label(function: Function) -> str:
    return call_name(function)


def _helper(function: Function, spec: Spec) -> Helper:
    row = activations().get(function.origin)
    written = row and (row.derivative_numpy if function.order else row.numpy)
    symbols = [value for _, value in function.parameters if value.is_Symbol]
    if written:
        values = {name: _parameter(value, ".0") for name, value in function.parameters}
        expression = _without_ones(written.format(**values, kink=repr(float(spec.derivative_at_kink))))
    else:
        assert function.definition is not None, "only defined functions have helpers"
        expression = source(function.definition)
    return Helper(
        call_name(function),
        ", ".join(["z: Array", *(f"{safe_name(symbol.name)}: float" for symbol in symbols)]),
        _derivative_doc(function, row, spec) if function.order else _doc(function, row),
        expression,
    )


def _without_ones(written: str) -> str:
    """1.0 * z and z / 1.0, which parameters of 1 leave behind, as z."""
    return re.sub(r"(?<![\w.])1\.0 \* | / 1\.0(?!\d)", "", written)


def _doc(function: Function, row: ActivationRow | None) -> str:
    if row is None or row.definition is None:
        return f"{function.spelling.text}(z), a formula of the spec."
    definition = row.definition
    for name, value in function.parameters:
        definition = re.sub(rf"\b{name}\b", _parameter(value), definition)
    return f"{row.text}(z) = {definition}, in a form that does not overflow."


def _derivative_doc(function: Function, row: ActivationRow | None, spec: Spec) -> str:
    kink = float(spec.derivative_at_kink)
    places = " and ".join(f"z = {at}" for at in row.kinks) if row else ""
    convention = f"; at {places} by convention (derivative_at_kink = {kink})" if places else ""
    return f"{function.spelling.text}′(z){convention}."


def _parameter(value: Expr, whole: str = "") -> str:
    """A parameter in code, or in a formula, where whole numbers have no decimal point."""
    return safe_name(value.name) if value.is_Symbol else re.sub(r"\.0$", whole, repr(float(value)))


# -- from a definition to source


def source(definition: Expr) -> str:
    """A function of Z as NumPy source in z, in a stable form; cases that do not hold are kept from overflowing."""
    atoms: dict[Expr, Source] = {Z: ("z", ATOM)}
    expr = flat(definition) if has_conditions(definition) else definition
    if isinstance(expr, Piecewise):
        expr = _kept_inside(expr, atoms)
    return Scalars(_name, lambda name: None, atoms, positive=()).write(in_stable_form(expr))[0]


def _name(symbol: Expr) -> str:
    return safe_name(str(symbol))


def _kept_inside(cases: Piecewise, atoms: dict[Expr, Source]) -> Expr:
    """The cases with z in what may overflow held on its own side of the condition: exp(min(z, 0)) for z < 0."""
    found: list[tuple[Expr, Any]] = []
    for value, condition in cases.args:
        value = factor_terms(value)
        if value.has(exp, cosh, sinh) or any(p.exp.is_negative for p in value.atoms(Pow)):
            side = condition if isinstance(condition, Relational) else found[-1][1].negated
            value = value.xreplace({Z: _held(side, atoms)})
        found.append((value, condition))
    return Piecewise(*found, evaluate=False)


def _held(side: Relational, atoms: dict[Expr, Source]) -> Expr:
    """max(z, t) for z > t, min(z, t) for z < t, by a symbol of its own."""
    relation = side if side.lhs == Z else side.reversed
    if relation.lhs != Z or relation.rel_op not in ("<", "<=", ">", ">="):
        return Z
    name = "np.minimum" if relation.rel_op in ("<", "<=") else "np.maximum"
    place = Scalars(_name, lambda name: None, {}).write(relation.rhs)[0]
    held = Dummy(real=True)
    atoms[held] = (f"{name}(z, {place})", ATOM)
    return held
