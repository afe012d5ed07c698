"""From texts and table rows to mathematics: an activation as a named function, a loss as a scalar expression."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sympy import Expr, Integer, Piecewise, Rational, Wild, cosh, exp, log, pi

from symbolic.algebra.functions import A, LogSoftmaxOf, NamedFunction, Spelling, Z, hyperparameter, named_function
from symbolic.algebra.nodes import slot
from symbolic.errors import SpecError, unknown
from symbolic.networks.branches import at_jump, derivative, flat, jumps, written_out
from symbolic.networks.fields import FRACTION
from symbolic.networks.scalar import FUNCTIONS, parse_scalar
from symbolic.networks.tables import ActivationRow, LossRow, activations, losses

OUTPUT, TARGET = slot(0), slot(1)
"""In loss terms: the output a and the target y."""

_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\(([^()]*)\))?\s*", re.ASCII)
_NAME = re.compile(r"\b(?<![\d.])[A-Za-z_]\w*\b(?!\s*\()", re.ASCII)
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)

RESERVED = frozenset({"x", "y", "z", "w", "a", "W", "b", "C", "N", "L", "l", "i", "j", "pi", "params"})
"""Letters that mean something else than a hyperparameter."""


# -- activations


@cache
def activation_of(text: str, label: str = "f", derivative_at_kink: float | Expr = 0) -> type[NamedFunction] | None:
    """The scalar function that a text names or says: "elu", "elu(2)", "elu(alpha)" or a formula in z.

    A formula is called `label`, unless it is the definition of a row. None stands for the identity, which is nothing
    to apply. Raises SymbolicError, in one line, for a text that is neither.
    """
    called = _called(text, activations(), {"z"})
    if called is not None:
        name, given = called
        row = activations()[name]
        if row.over_units:
            raise SpecError(f"{name} is no scalar function: it maps all units of a sample together")
        return _function(row, _parameters(row, given), _rational(derivative_at_kink))
    return _formula(text, label, _rational(derivative_at_kink))


def function_of(
    row: ActivationRow, derivative_at_kink: float | Expr = 0, given: tuple[str, ...] = ()
) -> type[NamedFunction] | None:
    """The scalar function of a row with the parameters given, or those by default; None for the identity.

    `derivative_at_kink`, from 0 to 1, says where between the one-sided derivatives the one at a jump lies.
    """
    return _function(row, _parameters(row, given), _rational(derivative_at_kink))


@cache
def _function(row: ActivationRow, parameters: tuple[tuple[str, Expr], ...], kink: Expr) -> type[NamedFunction] | None:
    shown = tuple(value for name, value in parameters if value != number(row.parameters[name]))
    spelling = Spelling(row.latex, row.text, row.indicator if kink == 0 else None, shown)
    if row.definition is None:
        return named_function(row.name, spelling=spelling, origin=row.name)
    names = {"z": Z, "pi": pi, **dict(parameters)}
    definition = parse_scalar(row.definition, names, _with_rows(kink))
    if definition == Z:
        return None
    neat = parse_scalar(row.derivative, {**names, "a": A}, _with_rows(kink)) if row.derivative else None
    return named_function(
        "_".join([row.name, *map(_word, shown)]),
        definition,
        None if neat is None else _at_jumps(neat, definition, kink),
        derivative(definition, kink) if neat is None else None,
        spelling,
        origin=row.name,
        parameters=parameters,
    )


def _at_jumps(neat: Expr, definition: Expr, kink: Expr) -> Expr:
    """The derivative as the row has it, with the value that the convention gives it where it jumps."""
    for place in jumps(definition) if neat.has(Piecewise) else ():
        above, below = (case.expr for case in neat.args)
        neat = at_jump(above, below, place, kink, {A: definition.xreplace({Z: place})})
    return neat


def _formula(text: str, label: str, kink: Expr) -> type[NamedFunction] | None:
    """A formula in z, its other letters hyperparameters."""
    alone = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*", text, re.ASCII)
    called = _CALL.fullmatch(text)
    if alone and alone[1] != "z":
        raise unknown("activation", alone[1], activations())
    if called and called[1] not in {**FUNCTIONS, **activations()} and "z" not in _NAME.findall(text):
        raise unknown("activation", called[1], activations())
    if called and called[1] in activations() and called[2] is not None and called[2].strip() == "z":
        return activation_of(called[1], label, kink)
    letters = _letters(text, {"z"}, "z")
    definition = _folded(parse_scalar(text, {"z": Z, "pi": pi, **letters}, _with_rows(kink)), kink)
    if definition == Z:
        return None
    if not definition.has(Z):
        raise SpecError(f"cannot use {text!r}: it does not depend on z")
    try:
        shape, slope = flat(written_out(definition)), derivative(definition, kink)
    except SpecError as error:
        raise SpecError(f"cannot use {text!r}: {error}") from None
    known = next((row for row in activations().values() if not letters and _shape(row) == shape), None)
    if known is not None:
        return _function(known, _parameters(known, ()), kink)
    stem = label.rstrip("0123456789")
    index = label.removeprefix(stem)
    latex = f"{stem}_{{{index}}}" if len(index) > 1 else f"{stem}_{index}" if index else stem
    spelling = Spelling(latex, label.translate(_LOWERED))
    return named_function(label, definition, None, slope, spelling, parameters=tuple(letters.items()))


_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@cache
def _shape(row: ActivationRow) -> Any:
    """A row's definition taken apart, to be compared with formulas."""
    function = None if row.definition is None else function_of(row)
    return None if function is None else flat(written_out(function(Z)))


def _folded(expr: Expr, kink: Expr) -> Expr:
    """A formula with sigmoid, softplus and log cosh in it by their names, so that it is stable and has neat slopes."""
    rows, u = _with_rows(kink), Wild("u")
    folds = ((1 / (1 + exp(u)), "sigmoid", -u), (log(1 + exp(u)), "softplus", u), (log(cosh(u)), "log_cosh", u))
    for pattern, name, argument in folds:
        expr = expr.replace(pattern, rows[name][1](argument))
    return expr


def _with_rows(kink: Expr) -> dict[str, tuple[int, Any]]:
    """What a definition may call: FUNCTIONS, and the scalar rows of the table with their default parameters."""

    def calling(row: ActivationRow) -> Any:
        def call(argument: Expr) -> Expr:
            function = _function(row, _parameters(row, ()), kink)
            return argument if function is None else function(argument)

        return call

    rows = {name: (1, calling(row)) for name, row in activations().items() if row.definition is not None}
    return {**rows, **FUNCTIONS}


# -- losses


@cache
def loss_of(text: str, derivative_at_kink: float = 0) -> tuple[LossRow, Expr]:
    """The row and one term of the loss that a text names or says, a scalar in OUTPUT and TARGET.

    A formula in a and y is a row of its own: a sum over the outputs. LogSoftmaxOf(OUTPUT) keeps a place in the term.
    Raises SymbolicError, in one line, for a text that is neither.
    """
    called = _called(text, losses(), {"a", "y"})
    if called is not None:
        row = losses()[called[0]]
        return row, _term(row.definition, dict(_parameters(row, called[1])), _rational(derivative_at_kink))
    name = _CALL.fullmatch(text)
    if (
        name
        and name[1] not in {**FUNCTIONS, **activations(), "a": 0, "y": 0}
        and not {"a", "y"} & {*_NAME.findall(text)}
    ):
        raise unknown("loss", name[1], losses())
    term = _term(text, _letters(text, {"a", "y"}, "a"), _rational(derivative_at_kink))
    if not term.has(OUTPUT):
        raise SpecError(f"cannot use {text!r}: it does not depend on a, the output")
    return LossRow(text, text, "sum", text), term


def loss_term(row: LossRow) -> Expr:
    """One term of a loss with the parameters that it has by default, a scalar in OUTPUT and TARGET."""
    return _term(row.definition, dict(_parameters(row, ())), Integer(0))


@cache
def logarithms(text: str) -> frozenset[Expr]:
    """What a loss takes the logarithm of, in OUTPUT and TARGET: what it needs to be positive."""
    return frozenset(f.args[0] for f in loss_of(text)[1].atoms(log))


def _term(text: str, names: Mapping[str, Any], kink: Expr) -> Expr:
    """A term of a loss; max and min are written by ReLU, so that where they jump is said once."""
    rows = _with_rows(kink)
    relu = rows["relu"][1]
    functions = {
        **rows,
        "log_softmax": (1, _log_softmax),
        "max": (2, lambda a, b: a + relu(b - a) if b != 0 else relu(a)),
        "min": (2, lambda a, b: a - relu(a - b)),
    }
    return _folded(parse_scalar(text, {"a": OUTPUT, "y": TARGET, "pi": pi, **names}, functions), kink)


def _log_softmax(argument: Expr) -> Expr:
    if argument != OUTPUT:
        raise SpecError("log_softmax takes the output, a")
    return LogSoftmaxOf(argument)


def reduction_factor(reduction: str, outputs: Expr) -> Expr:
    """What the sum over the outputs is multiplied with: sum 1, half ½, mean 1/K."""
    return {"sum": Rational(1), "half": Rational(1, 2), "mean": 1 / outputs}[reduction]


# -- names, parameters, numbers


def number(given: float | str) -> Rational:
    """A number as it is written, exactly: 0.1 is 1/10."""
    return Rational(str(given))


def _rational(given: float | Expr) -> Expr:
    return given if isinstance(given, Expr) else number(given)


def _called(text: str, rows: Iterable[str], variables: set[str]) -> tuple[str, tuple[str, ...]] | None:
    """The row and the parameters of "elu" and "elu(2)"; None for a formula, such as "elu(z)"."""
    found = _CALL.fullmatch(text)
    if found is None or found[1] not in rows:
        return None
    given = tuple(part.strip() for part in found[2].split(",")) if found[2] is not None else ()
    return None if variables & {*_NAME.findall(found[2] or "")} else (found[1], given)


@cache
def _parameters_of(row: ActivationRow | LossRow, given: tuple[str, ...]) -> tuple[tuple[str, Expr], ...]:
    if len(given) not in (0, len(row.parameters)) or given == ("",):
        wanted = ", ".join(row.parameters)
        allowed = f"{len(row.parameters)} parameter(s) ({wanted}) or none" if wanted else "no parameter"
        raise SpecError(f"{row.name} takes {allowed}, got {0 if given == ('',) else len(given)}")
    values = given or tuple(map(str, row.parameters.values()))
    return tuple((name, _parameter(row, name, value)) for name, value in zip(row.parameters, values, strict=True))


def _parameters(row: ActivationRow | LossRow, given: tuple[str, ...]) -> tuple[tuple[str, Expr], ...]:
    """The parameters of a row by name, as given or by default. Raises SpecError where they do not fit."""
    return _parameters_of(row, given)


def _parameter(row: ActivationRow | LossRow, name: str, text: str) -> Expr:
    below = row.below.get(name)
    if (_NUMBER.fullmatch(text) and len(text) <= 24) or FRACTION.fullmatch(text):
        value = number(text)
        if 1e-100 <= value <= 1e100 and (below is None or value < number(below)):
            return value
    elif re.fullmatch(r"[A-Za-z]\w{0,31}", text, re.ASCII) and text not in RESERVED:
        return hyperparameter(text)
    wanted = "a positive number" if below is None else f"a number between 0 and {below}"
    raise SpecError(f"{row.name}: {name}: {text[:40]!r} is no parameter; give {wanted}, or a name like {name}")


def _letters(text: str, variables: set[str], nearest: str) -> dict[str, Expr]:
    """The hyperparameters of a formula: its names but those of variables. Raises UnknownNameError for reserved ones."""
    names = dict.fromkeys(name for name in _NAME.findall(text) if name not in variables | {"pi"})
    for name in names:
        if name in RESERVED | FUNCTIONS.keys() or len(name) > 32:
            raise SpecError(f"cannot read {text[:60]!r}: {name[:40]!r} is no hyperparameter; did you mean {nearest!r}?")
    return {name: hyperparameter(name) for name in names}


def _word(value: Expr) -> str:
    """A parameter as part of a name: alpha, 0_1, 1_over_3."""
    if value.is_Symbol:
        return str(value.name)
    text = repr(float(value)).removesuffix(".0")
    exact = Rational(text) == value
    return re.sub(r"\W", "_", text if exact else str(value).replace("/", " over "))
