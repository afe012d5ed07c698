"""The functions of one generated module, each from the steps that it computes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sympy import Identity, ZeroMatrix
from sympy.matrices.expressions.matexpr import MatrixExpr

from codegen.body import INDENT, Body
from codegen.comments import WIDTH, Comments, broken, filled
from codegen.hyperparameters import keyword_arguments
from codegen.jacobian import JacobianBody, jacobian_steps
from codegen.names import Names
from codegen.rewrite import Rewriter
from codegen.sizes import layer_name
from symbolic.algebra.nodes import Total
from symbolic.algebra.program import Program, Step
from symbolic.algebra.values import LAYER, Value
from symbolic.calculus.forms import is_cotangent
from symbolic.calculus.recurrence import inline
from symbolic.calculus.sweep import sweep
from symbolic.derivation import Derivation
from symbolic.networks.build import Network
from symbolic.networks.objective import given_data, objective_steps


@dataclass(frozen=True)
class Function:
    """One function as the template lays it out; `seen` are the helpers that it calls, among other names."""

    name: str
    signature: str
    docstring: str
    body: str
    seen: frozenset[str]


@dataclass(frozen=True)
class Docstring:
    """What a docstring says: a summary, formulas on lines of their own, and notes."""

    summary: str
    formulas: Sequence[str] = ()
    notes: Sequence[str] = ()

    def lines(self, shapes: str) -> str:
        """The docstring with its quotes, no line too long behind an indent."""
        width = WIDTH - INDENT
        text = ['"""' + "\n".join(filled(self.summary, width - 3)), ""]
        for formula in self.formulas:
            text += [f"{'':{INDENT}}{line}" for line in broken(formula, width - INDENT)]
        text += [""] if self.formulas else []
        text += [line for note in (shapes, *self.notes) for line in filled(note, width)]
        return "\n".join([*text, '"""'])


@dataclass(frozen=True)
class Functions:
    """Makes the functions of one module; the derivation is for a batch."""

    derivation: Derivation

    def all(self) -> Iterator[Function]:
        """Every function that the spec has a meaning for, in the order of the module."""
        network = self.derivation.network
        has_loss = network.spec.objective.loss is not None
        yield self.forward()
        yield from [self.loss(), self.loss_and_gradients()] if has_loss else [self.output_gradients()]
        open_output = network.spec.symbolic_depth and network.spec.output is None
        if (network.scalar_output or open_output) and not network.couples_samples:
            yield self.input_gradient()
        if has_loss:
            yield self.loss_input_gradient()
        if not network.spec.symbolic_depth and not network.couples_samples:
            yield self.input_jacobian()

    def forward(self) -> Function:
        """The output."""
        output = self.network.output
        body = self._body(self.network.program, [_itself(output)])
        doc = Docstring(f"The output {self.comments.value(output)} of each sample, {self.comments.shape(output)}.")
        return self._function("forward", "x", "Array", doc, body, [f"return {body.names.value(output)}"])

    def loss(self) -> Function:
        """The mean loss."""
        body = self._body(self.derivation.forward, [_itself(self._objective.target)])
        doc = Docstring(f"{self._loss} over the N samples.", self._objective_formulas)
        return self._function("loss", "x y", "float", doc, body, [f"return {self._as_float}"])

    def loss_and_gradients(self) -> Function:
        """The mean loss and its gradients."""
        body, lines = self._gradients(_itself(self._objective.target))
        formulas = [*self._objective_formulas, self._error("d", self.comments)]
        doc = Docstring(f"{self._loss} over the N samples, and its gradients, shaped like the parameters.", formulas)
        returns = "tuple[float, Parameters]"
        return self._function(
            "loss_and_gradients", "x y", returns, doc, body, [*lines, f"return {self._as_float}, gradients"]
        )

    def output_gradients(self) -> Function:
        """The gradients of the mean output."""
        body, lines = self._gradients()
        formulas = [*self._objective_formulas, self._error("d", self.comments)]
        doc = Docstring("The gradients of the mean output over the N samples, shaped like the parameters.", formulas)
        return self._function("output_gradients", "x", "Parameters", doc, body, [*lines, "return gradients"])

    def input_gradient(self) -> Function:
        """∇ₓ of a scalar output."""
        comments = Comments(self.derivation, self.network.output)
        adjoint = self.derivation.recurrence("g")
        body = self._body((*self.network.program, *adjoint), [adjoint.steps[-1]], comments)
        shape = comments.shape(self.network.input)
        summary = f"The gradient of the output by the input, a {self._line} for each sample, {shape}."
        doc = Docstring(summary, [self._error("g", comments)])
        lines = body.returned(adjoint.steps[-1])
        if self.network.scalar_output:
            return self._function("input_gradient", "x", "Array", doc, body, lines)
        notes = ["Raises ValueError where the network has more than one output."]
        guards = [line.format(axis=self.network.unit_axis) for line in _ONE_OUTPUT]
        return self._function("input_gradient", "x", "Array", replace(doc, notes=notes), body, lines, guards)

    def loss_input_gradient(self) -> Function:
        """∇ₓ of the loss of each sample, which is no mean."""
        objective = objective_steps(self.network, per_sample=True)
        forward = Program((*self.network.program, *objective))
        target = objective[-1].target
        adjoint = inline(sweep(forward, target, Identity(1), (self.network.input,)), {"d:z", "d:h"})
        body = self._body((*forward, *adjoint), [adjoint.steps[-1]])
        shape = self.comments.shape(self.network.input)
        note = f"C is the sum over the samples here, so that each {self._line} is one sample's gradient, without 1/N."
        if self.network.couples_samples:
            note = (
                "C is the sum over the samples here; each loss depends on all inputs, through the batch's statistics."
            )
        doc = Docstring(
            f"The gradient of each sample's own loss by its input, a {self._line} for each sample, {shape}.",
            [*map(self.comments.formula, objective), self._error("d", self.comments)],
            [note],
        )
        lines = body.returned(adjoint.steps[-1])
        return self._function("loss_input_gradient", "x y", "Array", doc, body, lines)

    def input_jacobian(self) -> Function:
        """∂a/∂x of each sample."""
        single = self.derivation.single
        comments = Comments(single, single.network.output)
        steps = jacobian_steps(single.recurrence("J"))
        rewriters = {True: Rewriter(single.forward, single.spec), False: self._rewriter}
        body = JacobianBody(
            (*self.network.program, *steps),
            (steps[-1],),
            lambda step: rewriters[is_cotangent(step.target)](step),
            comments,
            Names(self.network, self.derivation.sizes),
        )
        shape = comments.shape(steps[-1].target).removeprefix("(")
        summary = f"The Jacobian of the output by the input, a matrix for each sample, (N, {shape}."
        notes = ["The comments speak of one sample; here, its matrices are those of all samples in a stack."]
        doc = Docstring(summary, [self._error("J", comments)], notes)
        return self._function("input_jacobian", "x", "Array", doc, body, body.returned(steps[-1]))

    # -- what they share

    @property
    def network(self) -> Network:
        """The network."""
        return self.derivation.network

    @property
    def _objective(self) -> Step:
        return self.derivation.forward.steps[-1]

    @property
    def _objective_formulas(self) -> list[str]:
        """What the objective is, with its parts where it has any."""
        steps = [s for s in self.derivation.forward if s.target.base in ("E", "R")]
        return [self.comments.formula(step) for step in (*steps, self._objective)]

    @property
    def _as_float(self) -> str:
        """The objective as a number of Python's; where there is nothing to sum it is an array of one entry."""
        parts = [step.expr for step in self.derivation.forward if step.target.base in ("C", "E", "R")]
        summed = all(is_summed(expr) for expr in parts)
        return "float(C)" if summed else "C.item()"

    @property
    def _loss(self) -> str:
        spec = self.network.spec.objective
        return f"The {LOSSES[spec.samples]}{' with its penalties' if self.network.penalties else ''}"

    @property
    def _line(self) -> str:
        """What a sample is in a matrix of them."""
        return LINES[self.network.axis]

    @cached_property
    def comments(self) -> Comments:
        """Comments on derivatives of the objective."""
        return Comments(self.derivation, self._objective.target)

    @cached_property
    def _rewriter(self) -> Rewriter:
        return Rewriter(self.derivation.forward, self.derivation.spec)

    def _body(self, steps: Iterable[Step], results: Sequence[Step], comments: Comments | None = None) -> Body:
        names = Names(self.network, self.derivation.sizes)
        return Body(tuple(steps), tuple(results), self._rewriter, comments or self.comments, names)

    def _gradients(self, *others: Step) -> tuple[Body, list[str]]:
        """The body that computes all gradients, and the lines that put them together."""
        adjoint = self.derivation.recurrence("d")
        wanted = [step for step in adjoint if step.target.base.removeprefix("d:") in self.network.parameter_letters]
        body = self._body((*self.derivation.forward, *adjoint), [*others, *wanted])
        by_name = {_field(step.target): step for step in wanted}
        fields = [_field(parameter) for parameter in self.network.parameters]
        lines = [f"{'':{INDENT}}{line}" for field in fields for line in self._gradient(field, by_name[field], body)]
        return body, ["gradients = Parameters(", *lines, ")"]

    def _gradient(self, field: str, step: Step, body: Body) -> list[str]:
        """`W1=…,`, or a tuple over the layers."""
        comment = self.comments.lines(step, 2 * INDENT)
        expr = self._rewriter(step).expr
        if isinstance(expr, ZeroMatrix):
            return [*comment, f"{field}=np.zeros_like(params.{field}),"]
        text = body.printer.print(expr)
        if step.over is None:
            return [*comment, f"{field}={text},"]
        body.names.see("L")
        first, last = layer_name(step.over.first), layer_name(step.over.last + 1)
        return [*comment, f"{field}=tuple({text} for layer in range({first}, {last})),"]

    def _error(self, mark: str, comments: Comments) -> str:
        """Δ[l] = ∂C/∂Z[l]: what the errors of a sweep are."""
        samples = comments.derivation.network.samples
        z = Value("z", 1, samples, (LAYER,))
        error = Value(f"{mark}:z", 1, samples, (LAYER,))
        return f"{comments.value(error)} = {comments.derivative(z)}"

    def _function(
        self,
        name: str,
        data: str,
        returns: str,
        doc: Docstring,
        body: Body,
        result: Sequence[str],
        guards: Sequence[str] = (),
    ) -> Function:
        """The function of the parameters and `data`, its arguments checked and its names defined before the body."""
        lines = [*body.lines(), *result]
        given = {"x": self.network.input, "y": self.network.output}
        given |= {v.name: v for v in given_data(self.network) if v.name in body.names.seen}
        arguments = [*data.split(), *list(given)[2:]]
        keywords = [f"{a}: Array" for a in arguments[len(data.split()) :]]
        keywords += [constant for name, constant in keyword_arguments(self.network).items() if name in body.names.seen]
        typed = ["params: Parameters", *(f"{a}: Array" for a in data.split()), *(["*", *keywords] if keywords else [])]
        passed = ", ".join(f"{a}={a}" for a in arguments)
        checks = [f"params, ({', '.join(arguments)}{',' if len(arguments) == 1 else ''}) = _checked(params, {passed})"]
        shapes = ", ".join(f"{a} is {self.comments.shape(given[a])}" for a in arguments)
        return Function(
            name,
            signature(name, typed, returns),
            doc.lines(f"{shapes}; one {self._line} per sample."),
            "\n".join([*checks, *guards, *body.names.definitions(), *lines]),
            frozenset(body.names.seen),
        )


def is_summed(expr: MatrixExpr) -> bool:
    """Whether a number is written as sums over entries, and E and R, but not as an array of one entry."""
    if isinstance(expr, Value):
        return expr.base in ("E", "R")
    if isinstance(expr, Total):
        return True
    inner = [a for a in expr.args if getattr(a, "is_Matrix", False)]
    return bool(inner) and all(is_summed(a) for a in inner)


def signature(name: str, arguments: Sequence[str], returns: str) -> str:
    """The line that opens a function, or several where it is too long."""
    line = f"def {name}({', '.join(arguments)}) -> {returns}:"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"def {name}(", *(f"    {argument}," for argument in arguments), f") -> {returns}:"])


LINES = ("column", "row")
"""What a sample is where its units lie along axis 0, and along axis 1."""

LOSSES = {
    "mean": "mean loss",
    "sum": "sum of the losses",
    "weighted_mean": "weighted mean of the losses",
    "weighted_sum": "weighted sum of the losses",
}
"""What the objective is over the samples, in words."""

_ONE_OUTPUT = (
    "if params.W[-1].shape[{axis}] != 1:",
    '    raise ValueError(f"params.W: expected one output unit, got {{params.W[-1].shape[{axis}]}} of them")',
)
"""The check of a function that is for one output, where the shapes leave their number open."""


def _itself(v: Value) -> Step:
    """The step that returns a value as it is."""
    return Step(v, v, "returned")


def _field(v: Value) -> str:
    """W1, or W for all layers: a field of Parameters."""
    base = v.base.rpartition(":")[2]
    assert v.layer is not None
    return f"{base}{v.layer}" if v.layer.is_Integer else base
