"""A view: one derivation in one notation, layout and markup, and every formula that tables are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import DiagMatrix, Integer, Symbol, nsimplify

from symbolic.algebra.build import total
from symbolic.algebra.contraction import simplest
from symbolic.algebra.entries import entry
from symbolic.algebra.functions import NamedFunction, Z
from symbolic.algebra.program import Step, values_in
from symbolic.algebra.rebuild import rebuild
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import LAYER, SAMPLES, Partial, Value, diagonal
from symbolic.calculus.forms import as_rows, is_cotangent, row
from symbolic.derivation import COL, FORMS, LAYOUTS, ROW, Derivation, Form, Target
from symbolic.errors import unknown
from symbolic.networks.objective import hyperparameters, sample_weights
from symbolic.networks.spec import Layout
from symbolic.networks.tables import activations, losses
from symbolic.notation.markup import MARKUPS
from symbolic.notation.printer import Printer
from symbolic.notation.profile import Profile


@dataclass(frozen=True)
class View:
    """What a renderer is asked for: `markup` is "latex" or "text", `wrt` the gradients by name, unsaid all.

    Raises UnknownNameError for a layout, a form or a markup that does not exist.
    """

    derivation: Derivation
    profile: Profile
    layout: Layout
    forms: tuple[Form, ...] = FORMS
    markup: str = "latex"
    wrt: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        asked = [("layout", self.layout, LAYOUTS), ("markup", self.markup, MARKUPS)]
        for kind, given, choices in (*asked, *[("form", form, FORMS) for form in self.forms]):
            if given not in choices:
                raise unknown(kind, given, choices)

    @cached_property
    def printer(self) -> Printer:
        """The printer for the derivation itself."""
        return self._printer_of(self.derivation)

    @cached_property
    def single(self) -> Printer:
        """The printer for formulas about one sample."""
        return self._printer_of(self.one_sample)

    @property
    def one_sample(self) -> Derivation:
        """The derivation for one sample; the derivation itself where its samples are coupled."""
        return self.derivation if self.derivation.network.couples_samples else self.derivation.single

    def _printer_of(self, derivation: Derivation) -> Printer:
        markup = MARKUPS[self.markup]
        return Printer(self.profile, markup, derivation.network.output, derivation.sizes, self.layout)

    def gradient(self, name: str, form: Form) -> str:
        """The right-hand side of one gradient in one form.

        For a batch, the chain form is the mean over samples of the chain of each.
        """
        if form == "entries":
            expr = self.derivation.expression(name, form, self.layout, self.profile.named)
            return self._printer_for(name).scalars.cases(expr)
        if form == "chain":
            return self._chain(name)
        expr = self.derivation.expression(name, form, self.layout, self.profile.named)
        if form == "closed" and not self.derivation.spec.symbolic_depth:
            expr = self._with_x(expr)
        return self._printer_for(name).print(expr)

    def _with_x(self, expr: Any) -> Any:
        """The expression with a^{[0]} written x."""
        inputs = [v for v in values_in(expr) if (v.base, v.layer) == ("a", 0)]
        return rebuild(expr, {v: Value("x", v.rows, v.cols, ()) for v in inputs})

    def _printer_for(self, name: str) -> Printer:
        return self.single if self.derivation.target(name).mark == "J" else self.printer

    def _chain(self, name: str) -> str:
        single = self.derivation.per_sample
        text = self._factors(single.chain(name, partials=self.profile.chain_partials), self.single)
        mark = self.derivation.target(name).mark
        if self.derivation is single or mark == "J":
            return text
        summed, share = self._share() if mark == "d" else ("", "")
        if SAMPLES in self.derivation.target(name).wrt.shape:
            return share + self.at_sample(text)
        scalars, markup = self.printer.scalars, self.printer.markup
        whole = markup.sum.format(self.sample, scalars.print(SAMPLES), summed + self.at_sample(text))
        found = share + whole if not summed else whole
        penalty = self.derivation.penalty(name, partials=self.profile.chain_partials)
        return found if penalty.is_ZeroMatrix else f"{found} + {self._factors(penalty, self.printer)}"

    def _factors(self, expr: Any, printer: Printer) -> str:
        """A chain of factors, in this view's layout."""
        return printer.print(as_rows(expr) if self.layout == "numerator" else expr)

    def _share(self) -> tuple[str, str]:
        """What the gradient of each sample is multiplied with: under a sum over the samples, and for one of them."""
        kind, scalars = self.derivation.spec.objective.samples, self.printer.scalars
        if kind in ("mean", "sum"):
            return "", scalars.coefficient(1 / SAMPLES if kind == "mean" else Integer(1))
        weights = sample_weights(self.derivation.network)
        weight = scalars.print(entry(weights, ROW, COL)).replace("i", self.sample).replace("j", self.sample)
        text = (
            weight
            if kind == "weighted_sum"
            else self.printer.markup.fraction.format(weight, self.printer.print(total(weights)))
        )
        return f"{text} ", f"{text} "

    @cached_property
    def sample(self) -> str:
        """The index of a sample: a letter that names no size and no hyperparameter."""
        shapes = [n for step in self.derivation.forward for n in step.target.shape]
        symbols = {s for n in shapes for s in n.atoms(Symbol)} | set(hyperparameters(self.derivation.network))
        taken = {s.name for s in symbols}
        return next(letter for letter in "stuvwr" if letter not in taken)

    def at_sample(self, text: str) -> str:
        """A formula taken at sample s."""
        return self.printer.markup.each.format(text, self.sample)

    def left(self, name: str) -> str:
        """∂C/∂W^{[l]}, ∇ₓ C, ∂a^{[L]}/∂x: the left-hand side of one gradient."""
        target = self.derivation.target(name)
        of, x = self._written_output(target), self._written_wrt(target)
        if target.wrt == self.derivation.network.input and target.mark != "J" and self._writes_nabla():
            return self.printer.names.gradient(of, x)
        position = self.printer.markup.position
        return self.profile.partial[position].replace("@", of).replace("%", x)

    def _writes_nabla(self) -> bool:
        """∇ is a column; some authors write it for the row, too."""
        return self.profile.nabla == "always" or (self.profile.nabla == "column" and self.layout == "denominator")

    def _written_output(self, target: Target) -> str:
        of = self.one_sample.target(target.name).of
        return self.single.names.value(of if target.mark in "gJ" else target.of)

    def _written_wrt(self, target: Target) -> str:
        """The name of what is differentiated with respect to; the input is always x."""
        if target.wrt != self.derivation.network.input:
            printer = self.single if target.mark == "J" else self.printer
            return printer.names.value(self._asked(target.name).wrt)
        given = self.derivation.single.network.input if target.mark == "J" else target.wrt
        return self.printer.names.value(Value("x", given.rows, given.cols))

    def equation(self, step: Step) -> str:
        """One step as target = expression; steps of the recurrence are moved to where the author writes them."""
        target, expr = step.target, step.expr
        if is_cotangent(target):
            if step.over is not None and self.profile.recurrence_from:
                moved = LAYER + self.profile.recurrence_from
                target, expr = target.subs(LAYER, moved), expr.subs(LAYER, moved)
            if self.layout == "numerator":
                target, expr = row(target), as_rows(expr)
        return f"{self.printer.print(target)} = {self.printer.print(expr)}"

    def layers(self, step: Step) -> str:
        """The layers that a step stands for, as the author counts them: l = L−1, …, 2; empty for a single one."""
        if step.over is None:
            return ""
        names, bounds = self.printer.names, [step.over.first, step.over.last]
        if is_cotangent(step.target):
            bounds = [b - self.profile.recurrence_from for b in reversed(bounds)]
        first, last = (names.layer(bound) for bound in bounds)
        return self.printer.markup.range.format(first, last)

    def local(self, partial: Partial) -> tuple[str, str, str]:
        """A local derivative: its name, its matrix, and its entry (i, j), in this view's layout."""
        matrix: Any = self.derivation.local_derivatives[partial]
        name: Any = partial
        if self.layout == "denominator":
            name, matrix = transpose(partial), transpose(matrix)
        return self.single.print(name), self.single.print(matrix), self._entry(matrix)

    def _entry(self, matrix: Any) -> str:
        return self.single.scalars.cases(simplest(entry(matrix, ROW, COL)))

    # -- what tables ask beside formulas

    def shown_targets(self) -> list[str]:
        """The gradients by name, one that only repeats another left out (∇ₓ C where C is the output itself)."""
        shown: dict[tuple[Value, Value], str] = {}
        for name in self.wrt or self.derivation.targets:
            target = self.derivation.target(name)
            shown.setdefault((target.of, target.wrt), name)
        return list(shown.values())

    def gradient_shape(self, name: str) -> str:
        """The shape of one gradient in this view's layout, as a formula."""
        return self._size(*self.derivation.shape(name, self.layout))

    def gradient_sizes(self, name: str) -> list[str]:
        """The shape of one gradient in this view's layout, as two plain words: ["m", "n"]."""
        return [self.printer.names.plain_size(n) for n in self.derivation.shape(name, self.layout)]

    def shape(self, v: Any) -> str:
        """The shape of a value, R^{m×n}."""
        return self._size(*v.shape)

    def _size(self, rows: Any, cols: Any) -> str:
        sizes = (self.printer.names.size(n.subs(self.derivation.sizes)) for n in (rows, cols))
        return self.printer.markup.shape.format(*sizes)

    def recurrence_steps(self) -> list[Step]:
        """The steps that define named cotangents, of every sweep whose gradients are shown."""
        sweeps = dict.fromkeys(self._asked(name).by for name in self.shown_targets())
        results = {self._field_of(name) for name in (*self.derivation.targets, *self.shown_targets())}
        return [
            step
            for by in sweeps
            for step in self._derivation_for(by.mark).recurrence(by, self.profile.named)
            if (step.target.base, step.target.layer) not in results
        ]

    def _asked(self, name: str) -> Target:
        """The target called `name`: for Jacobians, that of one sample."""
        target = self.derivation.target(name)
        return self.one_sample.target(name) if target.mark == "J" else target

    def _field_of(self, name: str) -> tuple[str, Any]:
        """The letter and the layer of the cotangent that a shown gradient is."""
        target = self.derivation.target(name)
        return f"{target.mark}:{target.wrt.base}", target.wrt.layer

    def _derivation_for(self, mark: str) -> Derivation:
        return self.derivation.single if mark == "J" else self.derivation

    def meaning(self, step: Step) -> str:
        """What a cotangent is: δ^{[l]} stands for ∂C/∂z^{[l]}."""
        mark, base = step.target.base.split(":")
        target = next(t for name in self.shown_targets() if (t := self.derivation.target(name)).mark == mark)
        printer = self.single if mark in "gJ" else self.printer
        below = self._derivation_for(mark).value_at(base, step.target.layer)
        if step.over is not None and self.profile.recurrence_from:
            below = below.subs(LAYER, LAYER + self.profile.recurrence_from)
        position = printer.markup.position
        fraction = self.profile.partial[position].replace("@", self._written_output(target))
        return fraction.replace("%", printer.names.value(below))

    def input_equation(self) -> str:
        """a^{[0]} = x, for networks that count the input as a layer."""
        v = self.derivation.network.input
        if v.layer is None:
            return ""
        return f"{self.printer.names.value(v)} = {self.printer.names.value(Value('x', v.rows, v.cols, ()))}"

    def layer_name(self, step: Step, number: int) -> str:
        """What a table calls the layer that a step is: Linear₁, f, Loss; `number` counts those of its kind."""
        kind, _, detail = step.rule.partition(" ")
        position = self.printer.markup.position
        template = self.profile.layer_names[kind][position]
        title = self._title(kind, detail)
        layer = step.target.layer
        shown = "" if layer is None else self.printer.names.layer(layer) if self.derivation.spec.depth else str(layer)
        return template.replace("#", shown).replace("%", title).replace("@", "fghpqr"[(number - 1) % 6])

    def _title(self, kind: str, detail: str) -> str:
        """What an activation or a loss is called: by its row's name, or as the spec writes it."""
        row = detail.partition("(")[0]
        if kind == "activation" and row in activations():
            return (activations()[row].latex, activations()[row].text)[self.printer.markup.position]
        return losses()[row].title if kind == "loss" and row in losses() else "f"

    def names_diagonals(self) -> bool:
        """Whether closed forms use D^{[l]}: those for one sample do, where an activation is not linear."""
        marks = {target.mark for target in self.derivation.targets.values()}
        diagonal = any(isinstance(matrix, DiagMatrix) for matrix in self.derivation.local_derivatives.values())
        return diagonal and (self.derivation.network.samples == 1 or "J" in marks)

    def diagonal_definition(self) -> str:
        """D^{[l]} = diag(σ′(z^{[l]}))."""
        for partial, matrix in self.derivation.local_derivatives.items():
            if isinstance(matrix, DiagMatrix):
                named = diagonal("D", matrix.rows, partial.above.layer)
                return f"{self.single.print(named)} = {self.single.print(matrix)}"
        raise AssertionError("a network without a diagonal local Jacobian")

    def kink(self, function: type[NamedFunction], at: float) -> str:
        """ReLU′(0) = 0: the value of a derivative where it jumps."""
        assert function.primed is not None, "a jump of a derivative that has no name"
        place = nsimplify(at)
        value = function.primed.xreplace({Z: place})
        scalars = self.printer.scalars
        markup, spelling = self.printer.markup, function.spelling
        name = markup.prime.format((spelling.latex, spelling.text)[markup.position])
        return f"{name}({scalars.print(place)}) = {scalars.print(value)}"
