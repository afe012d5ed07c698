"""The helpers of a generated module: activations from their table, and what keeps logarithms finite."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from symbolic.errors import SymbolicError
from symbolic.networks.spec import Spec
from symbolic.networks.tables import ActivationRow, activations


@dataclass(frozen=True)
class Helper:
    """A function of one array, as the template lays it out."""

    name: str
    argument: str
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

LOGARITHMS = (
    Helper(
        "log_sigmoid",
        "z",
        "log σ(z) = −log(1 + exp(−z)), finite for every z.",
        "np.subtract(np.minimum(z, 0.0), np.log1p(np.exp(-np.abs(z))))",
    ),
    Helper("safe_log", "a", "log a, and log EPSILON where a is less.", "np.log(np.maximum(a, EPSILON))"),
)


def helpers(called: Collection[str], spec: Spec) -> Iterator[Helper]:
    """The helpers among the names that the functions of a module call."""
    for row in activations().values():
        if row.name in called:
            yield _activation(row)
        if f"{row.name}_derivative" in called:
            yield _derivative(row, spec)
    yield from (helper for helper in LOGARITHMS if helper.name in called)


def constants(called: Collection[str]) -> tuple[Constant, ...]:
    """The constants that functions or their helpers need."""
    return (EPSILON,) if {"EPSILON", "safe_log"} & set(called) else ()


def kinked(called: Collection[str]) -> Iterator[ActivationRow]:
    """The activations whose derivative is called and has a value by convention."""
    yield from (row for row in activations().values() if row.kinks and f"{row.name}_derivative" in called)


def _activation(row: ActivationRow) -> Helper:
    if row.numpy is None:
        raise SymbolicError(f"activations.toml: {row.name} has no numpy expression; add it to generate code with it")
    return Helper(row.name, "z", f"{row.text}(z) = {row.definition}, in a form that does not overflow.", row.numpy)


def _derivative(row: ActivationRow, spec: Spec) -> Helper:
    if row.derivative_numpy is None:
        raise SymbolicError(f"activations.toml: {row.name} has no derivative_numpy; add it to generate code with it")
    kink = float(spec.derivative_at_kink)
    places = " and ".join(f"z = {at}" for at in row.kinks)
    convention = f"; {kink} at {places}, by convention (derivative_at_kink)" if row.kinks else ""
    return Helper(f"{row.name}_derivative", "z", f"{row.text}′(z){convention}.", row.derivative_numpy.format(kink=kink))
