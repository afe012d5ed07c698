"""spec → derivation: the network's forward program, its adjoint, and every gradient in every form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from sympy import Expr, Identity, Integer, Symbol, ZeroMatrix
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, mul, ones
from symbolic.algebra.contraction import simplest
from symbolic.algebra.entries import entry
from symbolic.algebra.program import Layers, Program, Step, values_in
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import DEPTH, Partial, Value, size
from symbolic.calculus import forms
from symbolic.calculus.local import chain_pullback, is_linear, symbolic_pullback
from symbolic.calculus.recurrence import inline
from symbolic.calculus.rules import Pullback, pullback
from symbolic.calculus.sweep import cotangent, sweep
from symbolic.errors import SymbolicError, unknown
from symbolic.networks.build import Network, build, objective_step, size_of
from symbolic.networks.spec import Batch, Layout, Spec, load_spec

Form = Literal["recurrence", "closed", "chain", "entries"]
FORMS: tuple[Form, ...] = get_args(Form)
LAYOUTS: tuple[Layout, ...] = get_args(Layout)
BATCHES: tuple[Batch, ...] = get_args(Batch)

ROW, COL = (Symbol(letter, integer=True, positive=True) for letter in "ij")
"""The free indices of the entries form."""

LARGEST_CLOSED = 1_000
"""A closed form with more names than this is refused: nobody reads it, and its size grows with the depth cubed."""


@dataclass(frozen=True)
class Target:
    """A gradient that can be asked for: of `of` with respect to `wrt`, found by the sweep called `mark`."""

    name: str
    of: Value
    wrt: Value
    mark: str
    over: Layers | None = None


def derive(source: str | Path | Spec, batch: Batch | None = None) -> Derivation:
    """The derivation of a system: a catalogue name, a path to a TOML spec, or a spec.

    Raises SymbolicError, with a one-line message, for a spec that cannot be read or built.
    """
    spec = load_spec(source)
    return Derivation(build(spec, batch or spec.batch))


class Derivation:
    """A network, its forward program and the adjoint programs of its gradients.

    `forward` and `adjoint` are Programs of named steps. Gradients are in denominator layout, shaped like what they
    are gradients with respect to, unless a layout is asked for.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.spec = network.spec
        self.sizes = _fixed_sizes(network)
        self._adjoints: dict[tuple[str, Pullback], Program] = {}
        self._recurrences: dict[tuple[str, str], Program] = {}

    # -- the two programs

    @cached_property
    def forward(self) -> Program:
        """From x to the output and, where there is one, the objective C."""
        objective = () if self._objective_is_output else (objective_step(self.network),)
        return Program((*self.network.program.steps, *objective))

    @property
    def adjoint(self) -> Program:
        """The cotangents of the objective in recurrence form, and the gradients they give."""
        return self.recurrence("d")

    def recurrence(self, mark: str, named: str = "z") -> Program:
        """The adjoint program of one sweep with the cotangents of z (or of a, as `named` says) kept by name."""
        if (mark, named) not in self._recurrences:
            self._recurrences[mark, named] = self._recurrence(mark, named)
        return self._recurrences[mark, named]

    def _recurrence(self, mark: str, named: str) -> Program:
        rule = chain_pullback if mark == "J" else pullback
        always = {f"{mark}:z"} if named == "a" else set()
        program = inline(self._adjoint(mark, rule), {f"{mark}:{named}"}, always)
        if mark != "J":
            return program
        return Program(tuple(self._with_jacobians(step) for step in program))

    def _with_jacobians(self, step: Step) -> Step:
        expr = forms.with_local_jacobians(step.expr, self.forward, named=False)
        return Step(step.target, expr, step.rule, step.over)

    def _adjoint(self, mark: str, rule: Pullback) -> Program:
        """The raw sweep called `mark`: d from the objective, g from a scalar output, J from a vector output."""
        if (mark, rule) not in self._adjoints:
            of, seed = self._seed(mark)
            program = self.network.program if mark in "gJ" else self.forward
            only_input = mark in "gJ" or rule is symbolic_pullback
            parameters = () if only_input else self.network.parameters
            wrt = (*parameters, self.network.input)
            self._adjoints[mark, rule] = sweep(program, of, seed, wrt, mark, rule)
        return self._adjoints[mark, rule]

    def _seed(self, mark: str) -> tuple[Value, MatrixExpr]:
        output, samples = self.network.output, self.network.samples
        if mark == "J":
            return output, Identity(output.rows)
        if mark == "d" and not self._objective_is_output:
            return self.forward.steps[-1].target, Identity(1)
        return output, ones(output.rows, samples)

    @property
    def _objective_is_output(self) -> bool:
        """Whether a^{[L]} itself is differentiated; for a batch the objective is its mean, and is called C."""
        return self.spec.objective.loss is None and self.network.samples == 1

    # -- the gradients

    @cached_property
    def targets(self) -> Mapping[str, Target]:
        """What can be asked for, by name: W1, b1, …, x; input_gradient or input_jacobian of the output."""
        network = self.network
        objective = network.output if self._objective_is_output else self.forward.steps[-1].target
        found = [_target(v, objective, "d", _field(v)) for v in network.parameters]
        found.append(_target(network.input, objective, "d", "x"))
        if not network.scalar_output:
            found.append(_target(network.input, network.output, "J", "input_jacobian"))
        else:
            mark = "d" if self._objective_is_output else "g"
            found.append(_target(network.input, network.output, mark, "input_gradient"))
        return {target.name: target for target in found}

    def target(self, name: str) -> Target:
        """The target called `name`. Raises UnknownNameError with the nearest name."""
        if name not in self.targets:
            raise unknown("gradient", name, self.targets, place=self.spec.name)
        return self.targets[name]

    @cached_property
    def gradients(self) -> Mapping[str, MatrixExpr]:
        """Every gradient by name, as a SymPy expression in recurrence form and denominator layout."""
        return {name: self.expression(name) for name in self.targets}

    def closed(self, name: str, layout: Layout = "denominator") -> MatrixExpr:
        """The gradient substituted down to parameters, x and y (D^{[l]} and ordered products for symbolic depth)."""
        return self.expression(name, "closed", layout)

    def expression(self, name: str, form: Form = "recurrence", layout: Layout = "denominator", named: str = "z") -> Any:
        """One gradient in one form and layout: a matrix expression, or the entry (i, j) for `entries`.

        `chain` is for one sample; for a batch it is the factor product of one of its samples.
        Raises UnknownNameError for a name or a form that does not exist, SymbolicError for a closed form too large.
        """
        makers = {
            "recurrence": lambda: self._recurrence_of(name, named),
            "closed": lambda: self._closed_of(name),
            "chain": lambda: self.single.chain(name),
            "entries": lambda: self._summable(name, named),
        }
        if form not in makers:
            raise unknown("form", form, makers)
        expr = makers[form]()
        if layout == "numerator":
            expr = forms.as_rows(expr)
        return simplest(entry(expr, ROW, COL)) if form == "entries" else expr

    def _recurrence_of(self, name: str, named: str = "z") -> MatrixExpr:
        target = self.target(name)
        if target.mark == "J" and self.network.samples != 1:
            return self.single._recurrence_of(name, named)
        program = self.recurrence(target.mark, named)
        return self._gradient_step(program, target)

    def _gradient_step(self, program: Program, target: Target) -> MatrixExpr:
        """The right-hand side for a target in a program; its own name where a range of layers already says it."""
        _, seed = self._seed(target.mark)
        wanted = cotangent(target.wrt, seed, target.mark)
        step = program.defining(wanted.base, wanted.layer)
        assert step is not None, f"no cotangent of {target.wrt}"
        return step.expr if step.target.layer == wanted.layer else wanted

    def closed_size(self, name: str) -> int:
        """How many names the closed form of a gradient would hold; found without making it."""
        if self.spec.symbolic_depth:
            return 0
        target = self.target(name)
        single = self.single if target.mark == "J" else self
        program = Program((*single.forward, *single.recurrence(target.mark)))
        return forms.size_when_eliminated(single._recurrence_of(name), program)

    def readable(self, asked: tuple[Form, ...]) -> tuple[Form, ...]:
        """Of some forms, those that can be shown: not the closed one where it would be too large."""
        fits = all(self.closed_size(name) <= LARGEST_CLOSED for name in self.targets)
        return tuple(form for form in asked if form != "closed" or fits)

    def _closed_of(self, name: str) -> MatrixExpr:
        target, names = self.target(name), self.closed_size(name)
        if names > LARGEST_CLOSED:
            raise SymbolicError(
                f"{self.spec.name}: {name}: the closed form would hold {names} names, more than {LARGEST_CLOSED}; "
                'ask for --form recurrence, or set depth = "L"'
            )
        if target.mark == "J" and self.network.samples != 1:
            return self.single._closed_of(name)
        if self.spec.symbolic_depth and self.network.samples == 1:
            return forms.with_local_jacobians(self.chain(name), self.forward, named=True)
        if target.mark == "J":
            expr = forms.with_local_jacobians(self.chain(name), self.forward, named=False)
        else:
            expr = self._recurrence_of(name)
            program = self.recurrence(target.mark)
            expr = forms.eliminated(expr, program)
        if self.spec.symbolic_depth:
            return expr
        return forms.eliminated(expr, self.forward)

    def chain(self, name: str, *, partials: bool = False) -> MatrixExpr:
        """The gradient as a product of local Jacobian factors, transposed for denominator layout; one sample.

        With `partials`, the Jacobians of linear steps are left as ∂u/∂v as well, and ∂z/∂W as a factor.
        """
        target = self.target(name)
        kept = self._chain_program(target.mark, partials)
        of_parameter = partials and target.wrt in self.network.parameters
        expr = self._through(target, kept) if of_parameter else self._gradient_step(kept, target)
        return forms.eliminated(expr, kept)

    def _chain_program(self, mark: str, partials: bool) -> Program:
        rule = symbolic_pullback if partials else chain_pullback
        if (mark, rule.__name__) not in self._recurrences:
            self._recurrences[mark, rule.__name__] = inline(self._adjoint(mark, rule), {f"{mark}:z"})
        return self._recurrences[mark, rule.__name__]

    def _through(self, target: Target, program: Program) -> MatrixExpr:
        """Σ (∂z/∂W)ᵀ δ over the steps that use a parameter and reach the objective, ∂z/∂W with respect to vec W."""
        _, seed = self._seed(target.mark)
        users = [step.target for step in self.forward if target.wrt in values_in(step.expr)]
        known = {step.target for step in program}
        pairs = [(z, g) for z in users if (g := cotangent(z, seed, target.mark)) in known]
        terms = [mul(transpose(Partial(z, target.wrt)), g) for z, g in pairs]
        return add(*terms) if terms else ZeroMatrix(target.wrt.rows * target.wrt.cols, 1)

    def _summable(self, name: str, named: str) -> MatrixExpr:
        """The expression whose entries the entries form shows: in z, a, ŷ, and in δ for networks with a depth."""
        target = self.target(name)
        if target.mark == "J" and self.network.samples != 1:
            return self.single._summable(name, named)
        expr = self._recurrence_of(name, named)
        if self.spec.depth is not None:
            return expr
        return forms.eliminated(expr, self.recurrence(target.mark, named))

    @cached_property
    def single(self) -> Derivation:
        """The same network for one sample."""
        if self.network.samples == 1:
            return self
        return Derivation(build(self.spec, "single"))

    def shape(self, name: str, layout: Layout = "denominator") -> tuple[Expr, Expr]:
        """The shape of one gradient: like what it is taken with respect to, or its transpose in numerator layout."""
        target = self.target(name)
        cols = self.network.output.rows if target.mark == "J" else target.wrt.cols
        rows, cols = target.wrt.rows.subs(self.sizes), cols.subs(self.sizes)
        return (rows, cols) if layout == "denominator" else (cols, rows)

    def rule(self, name: str) -> str:
        """The rules that produced one gradient: those of the steps that use what it is taken with respect to."""
        target = self.target(name)
        program = (self.single if target.mark == "J" else self).recurrence(target.mark)
        step = program.defining(f"{target.mark}:{target.wrt.base}", target.wrt.layer)
        assert step is not None, f"no cotangent of {target.wrt}"
        return step.rule

    # -- what the forms refer to

    def value_at(self, base: str, layer: Any) -> Value:
        """The forward value called `base` at a layer. Raises KeyError where no step computes it."""
        step = self.forward.defining(base, layer)
        if step is None:
            raise KeyError(f"{base} at layer {layer}")
        return step.target if step.over is None else step.target.at(layer)

    @cached_property
    def local_derivatives(self) -> Mapping[Partial, MatrixExpr]:
        """The factors of the chain form that are no weight matrix: ∂ℓ/∂ŷ, ∂ŷ/∂z₃, …, output first."""
        forward = self.single.forward
        computed = {step.target.base for step in forward}
        return {
            (partial := Partial(step.target, v)): forms.jacobian(partial, forward)
            for step in reversed(forward)
            if not is_linear(step.expr)
            for v in values_in(step.expr)
            if v.base in computed or v == self.single.network.input
        }

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step of the derivation, forward and back, each with the rule that produced it."""
        marks = dict.fromkeys(target.mark for target in self.targets.values())
        back = [step for mark in marks if mark != "J" or self.network.samples == 1 for step in self.recurrence(mark)]
        return (*self.forward, *back)


def _fixed_sizes(network: Network) -> dict[Any, Any]:
    """n_L = 1, say, where the spec fixes the output of a network of symbolic depth.

    They are applied where shapes are read (printing, numbers); in expressions n_L stays n_l at l = L, so that a
    range of layers has one shape.
    """
    if network.spec.output is None or not network.spec.symbolic_depth:
        return {}
    return {size("n", DEPTH): size_of(network.spec.output.units)}


def _target(wrt: Value, of: Value, mark: str, name: str) -> Target:
    ranged = wrt.layer is not None and not wrt.layer.is_Integer
    return Target(name, of, wrt, mark, Layers(Integer(1), DEPTH) if ranged else None)


def _field(parameter: Value) -> str:
    """W1 for a fixed layer, W for a range of them: the field of Parameters in generated code."""
    assert parameter.layer is not None
    return f"{parameter.base}{parameter.layer}" if parameter.layer.is_Integer else parameter.base
