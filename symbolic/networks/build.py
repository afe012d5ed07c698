"""From a spec to the forward program: z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}, a^{[l]} = f(z^{[l]}), …"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_args

from sympy import Expr, Integer

from symbolic.algebra.build import add, mul, ones, scale, total
from symbolic.algebra.elementwise import elementwise
from symbolic.algebra.nodes import slot
from symbolic.algebra.program import Layers, Program, Step
from symbolic.algebra.values import DEPTH, LAYER, SAMPLES, Value, size, value
from symbolic.errors import SpecError, unknown
from symbolic.networks.functions import function_of, loss_term, reduction_factor
from symbolic.networks.spec import AddLayer, AffineLayer, Batch, Spec
from symbolic.networks.tables import activation, loss


@dataclass(frozen=True)
class Network:
    """A spec as mathematics: the forward program, what goes into it and what comes out."""

    spec: Spec
    batch: Batch
    program: Program
    input: Value
    output: Value
    parameters: tuple[Value, ...]
    depth: Expr

    @property
    def samples(self) -> Expr:
        """The number of columns: 1, or N for a batch."""
        return self.input.cols

    @property
    def scalar_output(self) -> bool:
        """Whether the network has one output unit."""
        fixed = self.spec.output.units if self.spec.output else None
        return bool(self.output.rows == 1 or fixed == 1)


@dataclass
class _Builder:
    """The steps so far, and the values that later layers may name."""

    spec: Spec
    samples: Expr
    steps: list[Step] = field(default_factory=list)
    parameters: list[Value] = field(default_factory=list)
    named: dict[str, Value] = field(default_factory=dict)

    def bind(self, target: Value, expr: Any, rule: str, over: Layers | None = None) -> Value:
        self.steps.append(Step(target, expr, rule, over))
        return target

    def lookup(self, name: str, place: str) -> Value:
        if name not in self.named:
            raise SpecError(str(unknown("value", name, self.named, place=place)))
        return self.named[name]


def _affine(layer: AffineLayer, k: Any, source: Value, builder: _Builder, over: Layers | None) -> Value:
    """z^{[k]} = W^{[k]} a + b^{[k]} 𝟏ᵀ and a^{[k]} = f(z^{[k]})."""
    units = size("n", k) if layer.units == "n_l" else size_of(layer.units)
    weight = value("W", units, source.rows, k)
    bias = value("b", units, 1, k)
    builder.parameters += [weight, bias]
    spread = mul(bias, ones(1, builder.samples))
    z = value("z", units, builder.samples, k)
    builder.bind(z, add(mul(weight, source), spread), "affine", over)
    row = activation(layer.activation)
    function = function_of(row, builder.spec.derivative_at_kink)
    applied = z if function is None else elementwise(function(slot(0)), z)
    return builder.bind(value("a", units, builder.samples, k), applied, f"activation {row.name}", over)


def _add(layer: AddLayer, k: Any, source: Value, builder: _Builder, over: Layers | None) -> Value:
    """a^{[k]} = u + v + ⋯ of the values named."""
    place = f"{builder.spec.name}: layers[{k}].inputs"
    terms = [builder.lookup(name, place) for name in layer.inputs]
    for term in terms:
        if term.rows != terms[0].rows:
            first, other = (f"{v.name} has {v.rows}" for v in (terms[0], term))
            raise SpecError(f"{place}: sizes differ: {first} units, {other}; add values of one size")
    return builder.bind(value("a", terms[0].rows, builder.samples, k), add(*terms), "add", over)


_LAYERS: dict[str, Callable[[Any, Any, Value, _Builder, Layers | None], Value]] = {
    "affine": _affine,
    "add": _add,
}


def build(spec: Spec, batch: Batch = "single") -> Network:
    """The forward program of a spec, for one sample or a batch of N in columns. Raises SpecError."""
    if batch not in get_args(Batch):
        raise unknown("batch", batch, get_args(Batch), place=spec.name)
    samples = SAMPLES if batch == "columns" else Integer(1)
    builder = _Builder(spec, samples)
    network_input = _input(spec, samples)
    if spec.symbolic_depth:
        output = _repeat_symbolic(spec, network_input, builder)
    else:
        output = _stack(spec, network_input, builder)
    depth = DEPTH if spec.symbolic_depth else Integer(len(spec.layers) if spec.depth is None else spec.depth)
    network = Network(
        spec,
        batch,
        Program(tuple(builder.steps)),
        network_input,
        output,
        tuple(builder.parameters),
        depth,
    )
    if spec.objective.output and not network.scalar_output:
        raise SpecError(
            f"{spec.name}: objective: output = true needs one output unit, got {output.rows}; "
            "set the last layer's units (or output.units) to 1, or give a loss"
        )
    return network


def _input(spec: Spec, samples: Expr) -> Value:
    """x, which a network with a depth calls a^{[0]}."""
    if spec.depth is None:
        return value("x", size_of(spec.input.size), samples)
    return value("a", size("n", Integer(0)), samples, Integer(0))


def _stack(spec: Spec, source: Value, builder: _Builder) -> Value:
    """The layers one after another, with fixed indices 1, 2, …"""
    builder.named["x"] = source
    repeated = _repeated(spec)
    for k, layer in enumerate(repeated, 1):
        place = f"{spec.name}: layers[{k}].input"
        named = getattr(layer, "input", None)
        origin = builder.lookup(named, place) if named else source
        source = _LAYERS[layer.type](layer, Integer(k), origin, builder, None)
        for v in (step.target for step in builder.steps[-2:]):
            builder.named[v.name] = v
    return source


def _repeated(spec: Spec) -> tuple[Any, ...]:
    """All layers, one after another; the last of a repeated layer has the units that the output is given."""
    if not isinstance(spec.depth, int):
        return spec.layers
    layers = spec.layers * spec.depth
    if spec.output is None:
        return layers
    return (*layers[:-1], layers[-1].model_copy(update={"units": spec.output.units}))


def _repeat_symbolic(spec: Spec, source: Value, builder: _Builder) -> Value:
    """One layer for every l = 1, …, L."""
    before = value("a", size("n", LAYER - 1), source.cols, LAYER - 1)
    layer = spec.layers[0]
    running = _LAYERS[layer.type](layer, LAYER, before, builder, Layers(Integer(1), DEPTH))
    return running.at(DEPTH)


def size_of(given: int | str) -> Expr:
    """A size as a spec gives it: 3, the letter n, or n_1."""
    if isinstance(given, int):
        return Integer(given)
    name, _, index = given.partition("_")
    return size(name, Integer(int(index))) if index.isdigit() else size(given)


def objective_step(network: Network, per_sample: bool = False) -> Step:
    """The step C = (1/N) Σ over samples of the loss (or of the output itself).

    With `per_sample` the factor 1/N is left out, so that column n of ∂C/∂X is sample n's own gradient.
    """
    spec = network.spec.objective
    share = Integer(1) if per_sample else 1 / network.samples
    target = value("C", 1, 1)
    if spec.loss is None:
        return Step(target, scale(share, total(network.output)), "output")
    row = loss(spec.loss)
    wanted = value("y", network.output.rows, network.samples)
    factor = reduction_factor(spec.reduction or row.reduction, network.output.rows)
    terms = elementwise(loss_term(row), network.output, wanted)
    return Step(target, scale(share * factor, total(terms)), f"loss {row.name}")
