"""A derivation as tables: layers, equations, gradients, local derivatives. Renderers only lay these out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.program import values_in
from symbolic.calculus.forms import eliminated, size_when_eliminated
from symbolic.derivation import Form
from symbolic.notation.printer import writes_sum
from symbolic.render.view import View


@dataclass(frozen=True)
class Cell:
    """One cell: a formula, or words."""

    text: str
    math: bool = True


@dataclass(frozen=True)
class Table:
    """A table with its caption; all rows have as many cells as there are headers."""

    name: str
    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


LARGEST_CELL = 24
"""A layer's input or output with more names than this is written in the names of the layers before."""

CAPTIONS: dict[Form, str] = {
    "recurrence": "Gradients",
    "closed": "Gradients, closed form",
    "chain": "Gradients as products of local Jacobians",
    "entries": "Gradients, entry (i, j)",
}


def tables(view: View) -> list[Table]:
    """All tables of a derivation that have a row, in reading order; of the gradients, one for each form asked for."""
    found = [
        layers(view),
        forward(view),
        backward(view),
        *[gradients(view, form) for form in view.forms],
        local_derivatives(view),
    ]
    return [table for table in found if table.rows]


def layers(view: View) -> Table:
    """Layer, input, output: table (b) of documents 003 and 004, everything substituted down to x.

    With a depth, and in a loss that is a sum over entries, names stand for what they are computed from.
    """
    derivation, parameters = view.derivation, set(view.derivation.network.parameters)

    def written(expr: MatrixExpr) -> str:
        long = size_when_eliminated(expr, derivation.substituted) > LARGEST_CELL
        as_it_is = derivation.spec.depth is not None or writes_sum(expr) or long
        return view.printer.print(expr if as_it_is else eliminated(expr, derivation.substituted))

    rows, counts = [], {"affine": 0, "activation": 0}
    for step in derivation.forward:
        kind = step.rule.split()[0]
        if step.target == derivation.objective and kind == "add":
            continue
        counts[kind] = counts.get(kind, 0) + 1
        operands = [v for v in values_in(step.expr) if v not in parameters]
        given = ", ".join(written(v) for v in operands if v.base not in "Wb")
        name = view.layer_name(step, counts[kind])
        rows.append((Cell(name), Cell(f"({given})" if len(operands) > 1 else given), Cell(written(step.expr))))
    return Table("layers", "Layers", ("Layer", "Input", "Output"), tuple(rows))


def forward(view: View) -> Table:
    """The forward equations with the shapes of their results."""
    start = view.input_equation()
    rows = [(Cell(start), Cell(""), Cell(view.shape(view.derivation.network.input)))] if start else []
    for step in view.derivation.forward:
        rows.append((Cell(view.equation(step)), Cell(view.layers(step)), Cell(view.shape(step.target))))
    return _without_empty_columns(Table("forward", "Forward", ("Equation", "Layers", "Shape"), tuple(rows)))


def backward(view: View) -> Table:
    """The cotangents that have a name, δ^{[l]} = ∂C/∂z^{[l]}, and their recurrence."""
    rows = [
        (Cell(view.meaning(step)), Cell(view.equation(step)), Cell(view.layers(step)))
        for step in view.recurrence_steps()
    ]
    return _without_empty_columns(Table("backward", "Backward", ("Definition", "Equation", "Layers"), tuple(rows)))


def gradients(view: View, form: Form) -> Table:
    """Parameter and gradient: table (c) of documents 003 and 004, in one form."""
    rows = [
        (Cell(view.left(name)), Cell(view.gradient(name, form)), Cell(view.gradient_shape(name)))
        for name in view.shown_targets()
    ]
    return Table(form, CAPTIONS[form], ("Gradient", "Formula", "Shape"), tuple(rows))


def local_derivatives(view: View) -> Table:
    """The factors of the chain form, as matrices and by their entries: table (d) of documents 003 and 004."""
    rows = [tuple(Cell(text) for text in view.local(partial)) for partial in view.derivation.local_derivatives]
    return Table("local", "Local derivatives, one sample", ("Factor", "Matrix", "Entry (i, j)"), tuple(rows))


def _without_empty_columns(table: Table) -> Table:
    kept = [k for k, _ in enumerate(table.headers) if any(row[k].text for row in table.rows)]
    headers = tuple(table.headers[k] for k in kept)
    return replace(table, headers=headers, rows=tuple(tuple(row[k] for k in kept) for row in table.rows))
