"""What a reader must know to read the tables right: layout, batch, conventions, and what names stand for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symbolic.algebra.functions import NamedFunction, Z, prime
from symbolic.algebra.values import ColumnDistribution, RowDistribution
from symbolic.networks.objective import hyperparameters, target_of
from symbolic.networks.tables import activations
from symbolic.notation.scalars import ATOM, Scalars
from symbolic.render.tables import Cell
from symbolic.render.view import View

Note = tuple[Cell, ...]
"""Words and formulas, one after another."""

LAYOUTS = {
    "denominator": "Denominator layout: a gradient has the shape of what it is taken with respect to.",
    "numerator": "Numerator layout: a gradient is the transpose of what it is taken with respect to; "
    "gradients with respect to columns are rows.",
}

SAMPLES = {
    "mean": "the mean over the N samples",
    "sum": "the sum over the N samples",
    "weighted_mean": "the mean over the N samples, weighted by w",
    "weighted_sum": "the sum over the N samples, weighted by w",
}


def notes(view: View) -> list[Note]:
    """All notes on a view, in reading order."""
    return [
        words(LAYOUTS[view.layout]),
        *_signs(view),
        *_batch(view),
        *_closed(view),
        *_values(view),
        *_functions(view),
    ]


def words(text: str) -> Note:
    """A note, or a part of one, without formulas."""
    return (Cell(text, math=False),)


def _signs(view: View) -> Iterator[Note]:
    if not view.profile.group[0]:
        yield words("Matrix products bind before entrywise ones.")


def _batch(view: View) -> Iterator[Note]:
    network = view.derivation.network
    if network.samples == 1:
        return
    line = ("column", "row")[network.axis]
    yield words(f"Batch: one {line} per sample; the objective is {SAMPLES[view.derivation.spec.objective.samples]}.")
    if network.couples_samples:
        yield words("Batch norm couples the samples, so that no formula is for one of them alone.")
        return
    yield (
        *words("Small letters, local derivatives and the objective in them are those of one sample; "),
        Cell(view.at_sample(view.printer.markup.dots)),
        *words(f" is taken at sample {view.sample}; for a gradient with respect to the inputs it is that "),
        *words(f"of sample {view.sample} alone."),
    )


def _closed(view: View) -> Iterator[Note]:
    derivation = view.derivation
    if derivation.spec.symbolic_depth and "closed" in view.forms and view.names_diagonals():
        yield (*words("In closed forms, "), Cell(view.diagonal_definition()))
    if derivation.readable(("closed",)) == ():
        yield words("Closed forms are left out: at this depth they are too long to read.")


def _values(view: View) -> Iterator[Note]:
    """The sizes and hyperparameters that the spec gives a value, and what the target is."""
    derivation, printer = view.derivation, view.printer
    for size, number in derivation.sizes.items():
        yield (*words("Here "), Cell(f"{printer.names.size(size)} = {number}"))
    for symbol, value in hyperparameters(derivation.network).items():
        if value is not None:
            yield (
                *words("Unless said otherwise, "),
                Cell(f"{printer.scalars.print(symbol)} = {_decimal(view, value)}"),
            )
    if derivation.spec.objective.loss is not None:
        y = target_of(derivation.network)
        if isinstance(y, ColumnDistribution | RowDistribution):
            yield (*words("The target "), Cell(printer.print(y)), *words(" sums to 1 over the units of each sample."))


def _decimal(view: View, value: float) -> str:
    """0.01, 10⁻⁵."""
    text = f"{value:.10g}"
    digits, _, exponent = text.partition("e")
    if not exponent:
        return text
    power = f"10^{{{int(exponent)}}}" if view.printer.markup.position == 0 else f"10^{int(exponent)}"
    times = r" \cdot " if view.printer.markup.position == 0 else "·"
    return power if digits == "1" else f"{digits}{times}{power}"


def _functions(view: View) -> Iterator[Note]:
    """What formulas of the spec and primed functions stand for, and the values of derivatives where they jump."""
    functions = {type(f): None for step in view.derivation.forward for f in step.expr.atoms(NamedFunction)}
    for function in sorted(functions, key=lambda f: f.label):
        row = activations().get(function.origin)
        if row is None and function.definition is not None:
            yield (*words("Here "), Cell(_equation(view, function(Z), function.definition)))
        if function.neat is None and function.primed is not None and not function.spelling.indicator:
            yield (*words("Derivative: "), Cell(_equation(view, prime(function)(Z), function.primed)))
        if row is not None and function.primed is not None:
            yield from [(*words("Convention: "), Cell(view.kink(function, kink))) for kink in row.kinks]


def _equation(view: View, left: Any, right: Any) -> str:
    scalars = Scalars(view.printer.names, {Z: ("z", ATOM)})
    return f"{scalars.print(left)} = {scalars.print(right)}"
