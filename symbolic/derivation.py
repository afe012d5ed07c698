"""spec → derivation: the network's forward program, its adjoint, and every gradient in every form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sympy import Expr, Identity, Integer, Symbol, ZeroMatrix
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, mul, ones
from symbolic.algebra.contraction import simplest
from symbolic.algebra.entries import entry
from symbolic.algebra.program import Layers, Program, Step, values_in
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import DEPTH, Partial, Value, size
from symbolic.calculus import forms
from symbolic.calculus.local import chain_pullback, collected, is_linear, symbolic_pullback, variables
from symbolic.calculus.recurrence import inline
from symbolic.calculus.rules import Pullback, pullback
from symbolic.calculus.sweep import cotangent, sweep
from symbolic.choices import BATCHES as BATCHES
from symbolic.choices import FORMS as FORMS
from symbolic.choices import LAYOUTS as LAYOUTS
from symbolic.choices import Form as Form
from symbolic.errors import SymbolicError, checked, unknown
from symbolic.networks.build import Network, build
from symbolic.networks.objective import check_names, objective_steps, target_of
from symbolic.networks.spec import Batch, Layout, Spec, load_spec
from symbolic.networks.steps import size_of

ROW, COL = (Symbol(letter, integer=True, positive=True) for letter in "ij")
"""The free indices of the entries form."""

LARGEST_CLOSED = 1_000
"""A closed form with more names than this is refused: nobody reads it, and its size grows with the depth cubed."""


STATISTICS = ("mu", "s", "h")
"""What a norm computes from a sample or a batch: its mean, its deviation, and the values standardised by them."""


@dataclass(frozen=True)
class Sweep:
    """What a sweep runs from and to: its mark (d from the objective, g from a scalar, J from a vector), and between."""

    mark: str
    of: Value
    wrt: tuple[Value, ...]


@dataclass(frozen=True)
class Target:
    """A gradient that can be asked for: of `of` with respect to `wrt`, found by the sweep `by`."""

    name: str
    of: Value
    wrt: Value
    by: Sweep
    over: Layers | None = None

    @property
    def mark(self) -> str:
        """The mark of its sweep: d from the objective, g from a scalar output, J from a vector."""
        return self.by.mark


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
        self._adjoints: dict[tuple[Sweep, Pullback], Program] = {}
        self._recurrences: dict[tuple[Sweep, str], Program] = {}
        check_names(network)

    # -- the two programs

    @cached_property
    def forward(self) -> Program:
        """From x to the output and, where there is one, the objective C."""
        objective = () if self._objective_is_output else objective_steps(self.network)
        return Program((*self.network.program.steps, *objective))

    @property
    def adjoint(self) -> Program:
        """The cotangents of the objective in recurrence form, and the gradients they give."""
        return self.recurrence("d")

    def recurrence(self, by: str | Sweep, named: str = "z") -> Program:
        """The adjoint program of one sweep with the cotangents of z (or of a, as `named` says) kept by name."""
        by = self.sweep(by) if isinstance(by, str) else by
        if (by, named) not in self._recurrences:
            self._recurrences[by, named] = self._recurrence(by, named)
        return self._recurrences[by, named]

    def _recurrence(self, by: Sweep, named: str) -> Program:
        mark = by.mark
        rule = chain_pullback if mark == "J" else pullback
        always = {f"{mark}:z"} if named == "a" else set()
        if mark != "J":
            return inline(self._adjoint(by, rule), {f"{mark}:{named}", f"{mark}:h"}, always)
        program = inline(self._adjoint(by, rule), {f"{mark}:{named}"}, always)
        return Program(tuple(self._with_jacobians(step) for step in program))

    def _with_jacobians(self, step: Step) -> Step:
        expr = forms.with_local_jacobians(step.expr, self.forward, named=False)
        return Step(step.target, expr, step.rule, step.over)

    def sweep(self, mark: str) -> Sweep:
        """The sweep called `mark`: d from the objective, g from a scalar output, J from a vector output, to x."""
        network = self.network
        if mark == "d":
            return Sweep(mark, self.objective, (*network.parameters, network.input))
        return Sweep(mark, network.output, (network.input,))

    @property
    def objective(self) -> Value:
        """What is differentiated: C, or the output itself."""
        return self.network.output if self._objective_is_output else self.forward.steps[-1].target

    def _adjoint(self, by: Sweep, rule: Pullback) -> Program:
        """The raw sweep."""
        if (by, rule) not in self._adjoints:
            program = self.network.program if by.of == self.network.output else self.forward
            seed = self._seed(by)
            wrt = by.wrt
            if rule is symbolic_pullback:
                users = [step.target for step in program if set(values_in(step.expr)) & set(self.network.parameters)]
                wrt = (*(v for v in wrt if v not in self.network.parameters), *users)
            self._adjoints[by, rule] = sweep(program, by.of, seed, wrt, by.mark, rule)
        return self._adjoints[by, rule]

    def _seed(self, by: Sweep) -> MatrixExpr:
        if by.mark == "J":
            return Identity(self.network.units(by.of))
        return ones(*by.of.shape)

    @property
    def _objective_is_output(self) -> bool:
        """Whether a^{[L]} itself is differentiated; for a batch the objective is its mean, and is called C."""
        return self.spec.objective.loss is None and self.network.samples == 1

    # -- the gradients

    @cached_property
    def targets(self) -> Mapping[str, Target]:
        """What is shown unasked, by name: W1, b1, …, x; input_gradient or input_jacobian of the output."""
        network = self.network
        found = [_target(v, self.sweep("d"), _field(v)) for v in network.parameters]
        found.append(_target(network.input, self.sweep("d"), "x"))
        if network.couples_samples:
            return {target.name: target for target in found}
        if not network.scalar_output:
            found.append(_target(network.input, self.sweep("J"), "input_jacobian"))
        else:
            mark = "d" if self._objective_is_output else "g"
            found.append(_target(network.input, self.sweep(mark), "input_gradient"))
        return {target.name: target for target in found}

    def target(self, name: str) -> Target:
        """The target called `name`: one of `targets`; an intermediate value (a1, z1, y); or u:v for ∂u/∂v, one sample.

        Raises UnknownNameError with the nearest name, SymbolicError where nothing leads from v to u.
        """
        if name in self.targets:
            return self.targets[name]
        above, between, below = name.rpartition(":")
        above = {"loss": self.objective.name, "output": self.network.output.name}.get(above, above)
        values = self._values
        known = {*self.targets, *values} if not between else {*values, self.objective.name}
        for part in (above, below) if between else (below,):
            if part not in known:
                raise unknown("gradient", name, known, place=self.spec.name)
        of = self.objective if not between or above == self.objective.name else values[above]
        wrt = values[below] if below in values else self.targets[below].wrt
        return self._asked(name, of, wrt)

    def _asked(self, name: str, of: Value, wrt: Value) -> Target:
        if of == self.objective and of != self.network.output:
            by = Sweep("d", of, (wrt,))
        else:
            scalar = self.network.units(of) == 1
            by = Sweep("g" if scalar else "J", of, (wrt,))
            if self.network.couples_samples:
                raise SymbolicError(f"{self.spec.name}: {name}: its samples are coupled; ask for a gradient of C")
            if not scalar and wrt in self.network.parameters and wrt.cols != 1:
                raise SymbolicError(
                    f"{self.spec.name}: {name}: the Jacobian of a vector with respect to a matrix is no matrix; "
                    "ask for that of an intermediate value, or for a gradient of C"
                )
        single = self if self.network.samples == 1 or by.mark == "d" else self.single
        order = [single.network.input, *(step.target for step in single.forward)]
        names = {v.name: v for v in order}
        between = depends(single.forward, names.get(wrt.name, wrt))
        if names.get(of.name, of) not in between or names.get(of.name, of) == names.get(wrt.name, wrt):
            raise SymbolicError(f"{self.spec.name}: {name}: {of.name} does not depend on {wrt.name}")
        return _target(wrt, by, name)

    @cached_property
    def _values(self) -> Mapping[str, Value]:
        """What a gradient may be taken with respect to, beside the parameters and x: y, and what the layers compute."""
        found = {} if self.spec.symbolic_depth else {step.target.name: step.target for step in self.network.program}
        found |= {v.name: v for v in self.network.parameters if not self.spec.symbolic_depth}
        found[self.network.input.name] = self.network.input
        if self.spec.objective.loss is not None:
            found["y"] = target_of(self.network)
        return {name: v for name, v in found.items() if v.base not in ("mu", "s")}

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
        Raises UnknownNameError for a name, form or layout that does not exist, SymbolicError for too large a form.
        """
        makers = {
            "recurrence": lambda: self._recurrence_of(name, named),
            "closed": lambda: self._closed_of(name),
            "chain": lambda: self.single.chain(name),
            "entries": lambda: self._summable(name, named),
        }
        checked("form", form, makers)
        checked("layout", layout, LAYOUTS)
        expr = makers[form]()
        if layout == "numerator":
            expr = forms.as_rows(expr)
        return simplest(entry(expr, ROW, COL)) if form == "entries" else expr

    def _recurrence_of(self, name: str, named: str = "z") -> MatrixExpr:
        target = self.target(name)
        if target.mark == "J" and self.network.samples != 1:
            return self.single._recurrence_of(name, named)
        return self._gradient_step(self.recurrence(target.by, named), target)

    def _gradient_step(self, program: Program, target: Target) -> MatrixExpr:
        """The right-hand side for a target in a program; its own name where a range of layers already says it."""
        wanted = cotangent(target.wrt, self._seed(target.by), target.mark)
        step = program.defining(wanted.base, wanted.layer)
        assert step is not None, f"no cotangent of {target.wrt}"
        return step.expr if step.target.layer == wanted.layer else wanted

    def closed_size(self, name: str) -> int:
        """How many names the closed form of a gradient would hold; found without making it."""
        if self.spec.symbolic_depth:
            return 0
        target = self.target(name)
        single = self.single if target.mark == "J" else self
        program = Program((*single.substituted, *single.recurrence(single.target(name).by)))
        return forms.size_when_eliminated(single._recurrence_of(name), program)

    def readable(self, asked: tuple[Form, ...]) -> tuple[Form, ...]:
        """Of some forms, those that can be shown: no closed one too large, no chain where the samples are coupled."""
        hidden = {"chain"} if self.network.couples_samples else set()
        if "closed" in asked and not self._closed_fits:
            hidden.add("closed")
        return tuple(form for form in asked if form not in hidden)

    @cached_property
    def _closed_fits(self) -> bool:
        return all(self.closed_size(name) <= LARGEST_CLOSED for name in self.targets)

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
            expr = forms.eliminated(expr, self.recurrence(target.by))
        if self.spec.symbolic_depth:
            return expr
        return forms.eliminated(expr, self.substituted)

    @cached_property
    def substituted(self) -> Program:
        """The forward steps that closed forms put in: all but those of norms, whose μ, s and ẑ keep their names."""
        return Program(tuple(step for step in self.forward if step.target.base not in STATISTICS))

    def chain(self, name: str, *, partials: bool = False) -> MatrixExpr:
        """The gradient as a product of local Jacobian factors, transposed for denominator layout; one sample.

        With `partials`, the Jacobians of linear steps are left as ∂u/∂v as well, and ∂z/∂W as a factor.
        """
        target = self.target(name)
        program = self._chain_program(target.by, partials)
        if partials and target.wrt in self.network.parameters:
            if not self.spec.symbolic_depth:
                program = self._adjoint(target.by, symbolic_pullback)
            expr = self._through(target, program)
        else:
            expr = self._gradient_step(program, target)
        return collected(forms.eliminated(expr, program))

    def _chain_program(self, by: Sweep, partials: bool) -> Program:
        rule = symbolic_pullback if partials else chain_pullback
        if (by, rule.__name__) not in self._recurrences:
            program = inline(self._adjoint(by, rule), {f"{by.mark}:z"})
            steps = (Step(step.target, collected(step.expr), step.rule, step.over) for step in program)
            self._recurrences[by, rule.__name__] = Program(tuple(steps))
        return self._recurrences[by, rule.__name__]

    def _through(self, target: Target, program: Program) -> MatrixExpr:
        """Σ (∂z/∂W)ᵀ δ over the steps that use a parameter and reach the objective, ∂z/∂W with respect to vec W."""
        seed = self._seed(target.by)
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
        return forms.eliminated(expr, self.recurrence(target.by, named))

    def penalty(self, name: str, *, partials: bool = False) -> MatrixExpr:
        """What the penalties add to a gradient of C, λ W, or 𝟎: the part that no sample has a share in.

        With `partials` it is ∂R/∂W with respect to vec W, as the other factors of such a chain are.
        """
        wrt = self.target(name).wrt
        step = next((step for step in self.forward if step.target.base == "R" and wrt in values_in(step.expr)), None)
        if step is None or self.target(name).mark != "d":
            return ZeroMatrix(*wrt.shape)
        if partials:
            return transpose(Partial(step.target, wrt))
        return add(*[share for v, share in pullback(step.target, step.expr, Identity(1)) if v == wrt])

    @property
    def per_sample(self) -> Derivation:
        """The derivation whose chain each sample of this one has: for one sample, the penalties of C apart."""
        return self.unpenalised if self.network.penalties and self.network.samples != 1 else self.single

    @cached_property
    def unpenalised(self) -> Derivation:
        """The same network for one sample, without the penalties of its weights."""
        bare = [
            layer.model_copy(update={"l1": None, "l2": None}) if layer.type == "affine" else layer
            for layer in self.spec.layers
        ]
        return Derivation(build(self.spec.model_copy(update={"layers": tuple(bare)}), "single"))

    @cached_property
    def single(self) -> Derivation:
        """The same network for one sample. Raises SymbolicError where the samples are coupled."""
        if self.network.samples == 1:
            return self
        if self.network.couples_samples:
            raise SymbolicError(
                f"{self.spec.name}: batch_norm in training couples the samples; the chain form and the Jacobian are "
                "for one sample"
            )
        return Derivation(build(self.spec, "single"))

    def shape(self, name: str, layout: Layout = "denominator") -> tuple[Expr, Expr]:
        """The shape of one gradient: like what it is taken with respect to, or its transpose in numerator layout."""
        checked("layout", layout, LAYOUTS)
        target, units = self.target(name), self.network.units
        found = (units(target.wrt), units(target.of)) if target.mark == "J" else target.wrt.shape
        rows, cols = (n.subs(self.sizes) for n in found)
        return (rows, cols) if layout == "denominator" else (cols, rows)

    def rule(self, name: str) -> str:
        """The rules that produced one gradient: those of the steps that use what it is taken with respect to."""
        single = self.single if self.target(name).mark == "J" else self
        target = single.target(name)
        program = single.recurrence(target.by)
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
        if self.network.couples_samples:
            return {}
        forward = self.single.forward
        computed = {step.target.base for step in forward}
        return {
            (partial := Partial(step.target, v)): forms.jacobian(partial, forward)
            for step in reversed(forward)
            if not is_linear(step.expr) and step.target.base not in ("mu", "s")
            for v in variables(step.expr)
            if (v.base in computed and v.base not in ("mu", "s")) or v == self.single.network.input
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


def depends(program: Program, v: Value) -> set[Value]:
    """Everything that a program computes from v, and v."""
    found = {v}
    for step in program:
        if found & set(values_in(step.expr)):
            found.add(step.target)
    return found


def _target(wrt: Value, by: Sweep, name: str) -> Target:
    ranged = wrt.layer is not None and not wrt.layer.is_Integer
    return Target(name, by.of, wrt, by, Layers(Integer(1), DEPTH) if ranged else None)


def _field(parameter: Value) -> str:
    """W1 for a fixed layer, W for a range of them: the field of Parameters in generated code."""
    assert parameter.layer is not None
    return f"{parameter.base}{parameter.layer}" if parameter.layer.is_Integer else parameter.base
