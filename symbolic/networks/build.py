"""From a spec to the forward program: z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}, a^{[l]} = f(z^{[l]}), …"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

from sympy import Expr, Integer
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.program import Layers, Program, values_in
from symbolic.algebra.values import DEPTH, LAYER, SAMPLES, Value, size, value
from symbolic.errors import SpecError, unknown
from symbolic.networks.spec import Batch, Spec
from symbolic.networks.steps import LAYERS, Builder, size_of


@dataclass(frozen=True)
class Network:
    """A spec as mathematics: the forward program, what goes into it and what comes out.

    `axis` is the one along which the units of a sample lie: 0 for samples in columns, 1 in rows. `data` are the values
    given beside x and y (masks, running statistics), `penalties` the terms λ‖W‖₁ and λ/2 ‖W‖² of the objective, and
    `constants` what symbols stand for whose value the spec gives (ε).
    """

    spec: Spec
    batch: Batch
    axis: int
    program: Program
    input: Value
    output: Value
    parameters: tuple[Value, ...]
    data: tuple[Value, ...]
    penalties: tuple[MatrixExpr, ...]
    constants: dict[Expr, float]
    depth: Expr

    @property
    def samples(self) -> Expr:
        """The number of samples: 1, or N for a batch."""
        return self.input.shape[1 - self.axis]

    def units(self, v: MatrixExpr) -> Expr:
        """How many units a value has."""
        return v.shape[self.axis]

    @property
    def scalar_output(self) -> bool:
        """Whether the network has one output unit."""
        fixed = self.spec.output.units if self.spec.output else None
        return bool(self.units(self.output) == 1 or fixed == 1)

    @cached_property
    def parameter_letters(self) -> tuple[str, ...]:
        """The letters of the parameters, each once: W, b, gamma, …"""
        return tuple(dict.fromkeys(v.base for v in self.parameters))

    @cached_property
    def constant_names(self) -> frozenset[str]:
        """What is the same for all samples and no parameter: given statistics, and what follows from them."""
        known = {v.name for v in self.data if self.samples not in v.shape}
        followed = {step.target.name for step in self.program if {v.name for v in values_in(step.expr)} <= known}
        return frozenset(known | followed)

    @property
    def unit_axis(self) -> int:
        """The axis of a weight along which a layer's units lie: 0 for (out, in), 1 for (in, out)."""
        return 0 if self.spec.weights == "out_in" else 1

    @property
    def couples_samples(self) -> bool:
        """Whether the output of one sample depends on the others, as in batch norm."""
        return couples_samples(self.spec)


def couples_samples(spec: Spec) -> bool:
    """Whether a network's output for one sample depends on the others, as in batch norm in training."""
    return any(getattr(layer, "training", False) for layer in spec.layers)


def build(spec: Spec, batch: Batch = "single") -> Network:
    """The forward program of a spec, for one sample or a batch of N in columns or rows. Raises SpecError."""
    if batch not in get_args(Batch):
        raise unknown("batch", batch, get_args(Batch), place=spec.name)
    axis = 1 if batch == "rows" else 0
    builder = Builder(spec, Integer(1) if batch == "single" else SAMPLES, axis)
    network_input = _input(spec, builder)
    if spec.symbolic_depth:
        output = _repeat_symbolic(spec, network_input, builder)
    else:
        output = _stack(spec, network_input, builder)
    depth = DEPTH if spec.symbolic_depth else Integer(len(spec.layers) if spec.depth is None else spec.depth)
    network = Network(
        spec,
        batch,
        axis,
        Program(tuple(builder.steps)),
        network_input,
        output,
        tuple(builder.parameters),
        tuple(builder.data),
        tuple(builder.penalties),
        builder.constants,
        depth,
    )
    if spec.objective.output and not network.scalar_output:
        raise SpecError(
            f"{spec.name}: objective: output = true needs one output unit, got {network.units(output)}; "
            "set the last layer's units (or output.units) to 1, or give a loss"
        )
    return network


def _input(spec: Spec, builder: Builder) -> Value:
    """x, which a network with a depth calls a^{[0]}."""
    if spec.depth is None:
        bare = builder.of_units("x", size_of(spec.input.size), Integer(0))
        return value("x", *bare.shape)
    return builder.of_units("a", size("n", Integer(0)), Integer(0))


def _stack(spec: Spec, source: Value, builder: Builder) -> Value:
    """The layers one after another, with fixed indices 1, 2, …"""
    builder.named["x"] = source
    for k, layer in enumerate(_repeated(spec), 1):
        named = getattr(layer, "input", None)
        origin = builder.lookup(named, builder.place(k, "input")) if named else source
        source = LAYERS[layer.type](layer, Integer(k), origin, builder, None)
    return source


def _repeated(spec: Spec) -> tuple[Any, ...]:
    """All layers, one after another; the last of a repeated layer has the units that the output is given."""
    if not isinstance(spec.depth, int):
        return spec.layers
    layers = spec.layers * spec.depth
    if spec.output is None:
        return layers
    return (*layers[:-1], layers[-1].model_copy(update={"units": spec.output.units}))


def _repeat_symbolic(spec: Spec, source: Value, builder: Builder) -> Value:
    """One layer for every l = 1, …, L."""
    before = builder.of_units("a", size("n", LAYER - 1), LAYER - 1)
    layer = spec.layers[0]
    running = LAYERS[layer.type](layer, LAYER, before, builder, Layers(Integer(1), DEPTH))
    return running.at(DEPTH)
