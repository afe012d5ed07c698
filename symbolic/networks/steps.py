"""Each layer type as steps: z^{[k]} = W^{[k]} a + b^{[k]} 𝟏ᵀ, a^{[k]} = f(z^{[k]}), and so for the others.

Samples are columns (`axis` 0: a sample's units lie along the rows) or rows (`axis` 1). Nothing else depends on that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sympy import Abs, Expr, Integer, sqrt
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, mul, scale, total
from symbolic.algebra.elementwise import elementwise, hadamard
from symbolic.algebra.functions import hyperparameter
from symbolic.algebra.groups import (
    LogSoftmax,
    Placement,
    RootMeanScaled,
    Softmax,
    Standardized,
    deviation,
    group_means,
    spread,
)
from symbolic.algebra.nodes import slot
from symbolic.algebra.program import Layers, Step
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import Value, size, value
from symbolic.errors import SpecError, SymbolicError, unknown
from symbolic.networks.functions import activation_of, number
from symbolic.networks.layers import (
    ActivationLayer,
    AddLayer,
    AffineLayer,
    BatchNormLayer,
    ConcatenateLayer,
    DropoutLayer,
    LayerNormLayer,
    RMSNormLayer,
    ScaleLayer,
)
from symbolic.networks.spec import Spec
from symbolic.networks.tables import activations

GROUP_MAPS: dict[str, Any] = {"softmax": Softmax, "log_softmax": LogSoftmax}
"""The activations that are maps of a sample's units together."""


@dataclass
class Builder:
    """The steps so far, and the values that later layers may name."""

    spec: Spec
    samples: Expr
    axis: int
    steps: list[Step] = field(default_factory=list)
    parameters: list[Value] = field(default_factory=list)
    data: list[Value] = field(default_factory=list)
    penalties: list[MatrixExpr] = field(default_factory=list)
    named: dict[str, Value] = field(default_factory=dict)
    constants: dict[Expr, float] = field(default_factory=dict)

    def bind(self, target: Value, expr: Any, rule: str, over: Layers | None = None) -> Value:
        """The target, defined by a step that later layers may name."""
        self.steps.append(Step(target, expr, rule, over))
        if rule not in ("mean", "deviation"):
            self.named[target.name] = target
        return target

    def lookup(self, name: str, place: str) -> Value:
        """The earlier value called `name`. Raises SpecError with the nearest name."""
        if name not in self.named:
            raise SpecError(str(unknown("value", name, self.named, place=place)))
        return self.named[name]

    def place(self, k: Any, key: str) -> str:
        """Where a spec says something about a layer."""
        return f"{self.spec.name}: layers[{k}].{key}"

    def epsilon(self, given: float | str, k: Any) -> Expr:
        """The symbol ε of a norm, its value kept apart so that formulas stay readable; ε_k where another differs."""
        if isinstance(given, str):
            return coefficient(given)
        said = words(self.spec)
        names = [hyperparameter(name) for name in ("epsilon", f"epsilon_{k}", f"epsilon_norm_{k}") if name not in said]
        return next(name for name in names if self.constants.setdefault(name, given) == given)

    # -- shapes

    def units(self, v: MatrixExpr) -> Expr:
        """How many units a value has."""
        return v.shape[self.axis]

    def of_units(self, base: str, units: Any, k: Any) -> Value:
        """A value of that many units for each sample."""
        shape = (units, self.samples) if self.axis == 0 else (self.samples, units)
        return value(base, *shape, k)

    def per_sample(self, base: str, k: Any) -> Value:
        """A value of one number for each sample."""
        return self.of_units(base, Integer(1), k)

    def parameter(self, base: str, rows: Any, cols: Any, k: Any) -> Value:
        """A parameter of layer k."""
        self.parameters.append(value(base, rows, cols, k))
        return self.parameters[-1]

    def for_each_sample(self, column: MatrixExpr) -> MatrixExpr:
        """b 𝟏ᵀ, or 𝟏 bᵀ for samples in rows: a column of one number for each unit, beside every sample."""
        if self.axis == 0:
            return spread(column, 1, self.samples)
        return spread(transpose(column), 0, self.samples)


def affine(layer: AffineLayer, k: Any, source: Value, builder: Builder, over: Layers | None) -> Value:
    """z^{[k]} = W^{[k]} a + b^{[k]} 𝟏ᵀ and a^{[k]} = f(z^{[k]}), or f(z^{[k]}) + a for a residual layer.

    W has a row for each unit (out_in) or a column (in_out); samples in rows turn the product round: A Wᵀ, A W.
    """
    units = size("n", k) if layer.units == "n_l" else size_of(layer.units)
    weight = _weight(layer, units, k, source, builder)
    left = weight if builder.spec.weights == "out_in" else transpose(weight)
    product = mul(left, source) if builder.axis == 0 else mul(source, transpose(left))
    if layer.bias:
        product = add(product, builder.for_each_sample(builder.parameter("b", units, 1, k)))
    z = builder.bind(builder.of_units("z", units, k), product, "affine", over)
    applied = _applied(layer.activation, z, k, builder)
    if layer.residual:
        if builder.units(source) != units:
            raise SpecError(
                f"{builder.place(k, 'residual')}: {source.name} has {builder.units(source)} units, the layer {units}; "
                "project it by a layer of its own and add the two"
            )
        applied = add(applied, source)
    return builder.bind(builder.of_units("a", units, k), applied, _rule(layer.activation), over)


def _weight(layer: AffineLayer, units: Any, k: Any, source: Value, builder: Builder) -> MatrixExpr:
    """W^{[k]}, or the weight of another layer that this one is tied to."""
    inputs = builder.units(source)
    shape = (units, inputs) if builder.spec.weights == "out_in" else (inputs, units)
    if layer.weight is None:
        own = builder.parameter("W", *shape, k)
        builder.penalties += _penalties(layer, own, builder)
        return own
    name, _, turned = layer.weight.partition("^")
    known = {v.name: v for v in builder.parameters if v.base == "W"}
    place = builder.place(k, "weight")
    if name not in known:
        raise SpecError(str(unknown("weight", name, known, place=place)))
    found = transpose(known[name]) if turned else known[name]
    if tuple(found.shape) != shape:
        sizes = " and ".join(f"({rows}, {cols})" for rows, cols in (found.shape, shape))
        raise SpecError(f"{place}: sizes differ: {layer.weight} and what the layer needs are {sizes}")
    return found


def _penalties(layer: AffineLayer, weight: Value, builder: Builder) -> list[MatrixExpr]:
    """λ‖W‖₁ and λ/2 ‖W‖²_F, as far as the layer has them."""
    found = []
    if layer.l1 is not None:
        found.append(scale(coefficient(layer.l1), total(elementwise(Abs(slot(0)), weight))))
    if layer.l2 is not None:
        found.append(scale(coefficient(layer.l2) / 2, total(hadamard(weight, weight))))
    return found


def _applied(text: str, of: Value, k: Any, builder: Builder) -> MatrixExpr:
    """f(z), as the spec's text for f says."""
    if text in GROUP_MAPS:
        return GROUP_MAPS[text](of, builder.axis)
    try:
        function = activation_of(text, f"f{k}", builder.spec.derivative_at_kink)
    except SymbolicError as error:
        raise SpecError(f"{builder.place(k, 'activation')}: {error}") from None
    if function is None:
        return of
    if function.origin:
        for name, given in function.parameters:
            if given.is_Symbol:
                builder.constants.setdefault(given, activations()[function.origin].parameters[name])
    return elementwise(function(slot(0)), of)


def _rule(text: str) -> str:
    return f"activation {text}"


def activation(layer: ActivationLayer, k: Any, source: Value, builder: Builder, over: Layers | None) -> Value:
    """a^{[k]} = f(a)."""
    target = builder.of_units("a", builder.units(source), k)
    return builder.bind(target, _applied(layer.activation, source, k, builder), _rule(layer.activation), over)


def addition(layer: AddLayer, k: Any, source: Value, builder: Builder, over: Layers | None) -> Value:
    """a^{[k]} = u + v + ⋯ of the values named."""
    place = builder.place(k, "inputs")
    terms = [builder.lookup(name, place) for name in layer.inputs]
    for term in terms:
        if term.shape != terms[0].shape:
            first, other = (f"{v.name} has {builder.units(v)}" for v in (terms[0], term))
            raise SpecError(f"{place}: sizes differ: {first} units, {other}; add values of one size")
    return builder.bind(builder.of_units("a", builder.units(terms[0]), k), add(*terms), "add", over)


def concatenation(layer: ConcatenateLayer, k: Any, source: Value, builder: Builder, over: Layers | None) -> Value:
    """a^{[k]} = [u; v; …], as E₁ u + E₂ v + ⋯ with constant E."""
    parts = [builder.lookup(name, builder.place(k, "inputs")) for name in layer.inputs]
    whole = sum((builder.units(part) for part in parts), Integer(0))
    offset, terms = Integer(0), []
    for part in parts:
        placed = Placement(whole, builder.units(part), offset)
        terms.append(mul(placed, part) if builder.axis == 0 else mul(part, transpose(placed)))
        offset += builder.units(part)
    return builder.bind(builder.of_units("a", whole, k), add(*terms), "concatenate", over)


def scaling(layer: ScaleLayer, k: Any, source: Value, builder: Builder, over: Layers | None) -> Value:
    """a^{[k]} = c a."""
    target = builder.of_units("a", builder.units(source), k)
    return builder.bind(target, scale(coefficient(layer.factor), source), "scale", over)


def dropout(layer: DropoutLayer, k: Any, source: Value, builder: Builder, over: Layers | None) -> Value:
    """a^{[k]} = M^{[k]} ∘ a / (1 − p), the mask M given."""
    mask = builder.of_units("M", builder.units(source), k)
    builder.data.append(mask)
    kept = 1 / (1 - coefficient(layer.rate)) if layer.rate else Integer(1)
    target = builder.of_units("a", builder.units(source), k)
    return builder.bind(target, scale(kept, hadamard(mask, source)), "dropout", over)


def layer_norm(layer: LayerNormLayer, k: Any, source: Value, builder: Builder, over: Layers | None) -> Value:
    """ẑ^{[k]} = (a − 𝟏μ^{[k]}) ⊘ 𝟏s^{[k]} over the units of each sample, a^{[k]} = γ^{[k]} ∘ ẑ^{[k]} + β^{[k]}."""
    mean = builder.bind(builder.per_sample("mu", k), group_means(source, builder.axis), "mean", over)
    epsilon = builder.epsilon(layer.epsilon, k)
    root = deviation(source, mean, builder.axis, epsilon)
    deviations = builder.bind(builder.per_sample("s", k), root, "deviation", over)
    return _followed(layer, k, source, Standardized(source, mean, deviations), builder, over, "beta")


def rms_norm(layer: RMSNormLayer, k: Any, source: Value, builder: Builder, over: Layers | None) -> Value:
    """ẑ^{[k]} = a ⊘ 𝟏s^{[k]}, s² the mean square of the units of each sample, a^{[k]} = γ^{[k]} ∘ ẑ^{[k]}."""
    root = deviation(source, None, builder.axis, builder.epsilon(layer.epsilon, k))
    deviations = builder.bind(builder.per_sample("s", k), root, "deviation", over)
    return _followed(layer, k, source, RootMeanScaled(source, deviations), builder, over)


def batch_norm(layer: BatchNormLayer, k: Any, source: Value, builder: Builder, over: Layers | None) -> Value:
    """ẑ^{[k]} = (a − μ^{[k]}𝟏ᵀ) ⊘ s^{[k]}𝟏ᵀ over the samples; with statistics μ, v that are given, an affine map."""
    units, across, epsilon = builder.units(source), 1 - builder.axis, builder.epsilon(layer.epsilon, k)
    if layer.training:
        if builder.samples == 1:
            raise SpecError(
                f"{builder.spec.name}: layers[{k}]: batch_norm in training couples the samples, so one sample has no "
                "gradient of its own; use batch = columns or rows, or training = false"
            )
        per_unit = (units, 1) if builder.axis == 0 else (1, units)
        rows, cols = per_unit
        mean = builder.bind(value("mu", rows, cols, k), group_means(source, across), "mean", over)
        root = deviation(source, mean, across, epsilon)
        deviations = builder.bind(value("s", rows, cols, k), root, "deviation", over)
        return _followed(layer, k, source, Standardized(source, mean, deviations), builder, over, "beta")
    mean, variance = (value(base, units, 1, k) for base in ("mu", "v"))
    builder.data += [mean, variance]
    deviations = builder.bind(
        value("s", units, 1, k), elementwise(sqrt(slot(0) + epsilon), variance), "deviation", over
    )
    spreads = [builder.for_each_sample(statistic) for statistic in (mean, deviations)]
    normed = elementwise((slot(0) - slot(1)) / slot(2), source, *spreads)
    return _followed(layer, k, source, normed, builder, over, "beta")


def _followed(
    layer: Any, k: Any, source: Value, normed: MatrixExpr, builder: Builder, over: Layers | None, shift: str = ""
) -> Value:
    """γ ∘ ẑ + β, or ẑ alone for a norm without parameters."""
    units, kind = builder.units(source), layer.type
    target = builder.of_units("a", units, k)
    if not layer.affine:
        return builder.bind(target, normed, kind, over)
    standard = builder.bind(builder.of_units("h", units, k), normed, kind, over)
    gain = builder.for_each_sample(builder.parameter("gamma", units, 1, k))
    result = hadamard(gain, standard)
    if shift:
        result = add(result, builder.for_each_sample(builder.parameter(shift, units, 1, k)))
    return builder.bind(target, result, "gain", over)


LAYERS: dict[str, Callable[[Any, Any, Value, Builder, Layers | None], Value]] = {
    "affine": affine,
    "activation": activation,
    "add": addition,
    "concatenate": concatenation,
    "scale": scaling,
    "dropout": dropout,
    "layer_norm": layer_norm,
    "rms_norm": rms_norm,
    "batch_norm": batch_norm,
}
"""Layer type ↦ the steps that it stands for."""


def words(spec: Spec) -> set[str]:
    """Every word in the texts that a spec's layers and objective give."""
    tables = (*spec.layers, spec.objective)
    texts = [given for table in tables for given in table.model_dump().values() if isinstance(given, str)]
    return {word for text in texts for word in re.findall(r"[A-Za-z]\w*", text)}


def coefficient(given: float | str) -> Expr:
    """A number as the spec writes it (0.1, or "1/3"), exactly, or the symbol of a hyperparameter."""
    named = isinstance(given, str) and "/" not in given
    return hyperparameter(str(given)) if named else number(given)


def size_of(given: int | str) -> Expr:
    """A size as a spec gives it: 3, the letter n, or n_1."""
    if isinstance(given, int):
        return Integer(given)
    name, _, index = given.partition("_")
    return size(name, Integer(int(index))) if index.isdigit() else size(given)
