"""Network formulas: `W2 relu(W1 x + b1) + b2`, in ASCII or LaTeX, as a spec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symbolic.errors import SpecError, SymbolicError
from symbolic.networks.spec import Spec, make_spec
from symbolic.reading.graph import Reader, refuse
from symbolic.reading.parse import parse
from symbolic.reading.sizes import Sizes
from symbolic.reading.spelling import functions, vocabulary
from symbolic.reading.values import Affine, Applied, Input, Joined, Layer, Scaled, Value, in_order, sources_of

LONGEST = 5_000
"""A formula of more characters is refused: nobody types one."""


@dataclass(frozen=True)
class NetworkFormula:
    """A formula as a spec. `names` says what the formula's own names are in it, where they differ: U ↦ W1."""

    spec: Spec
    names: Mapping[str, str]


def read_network(
    formula: str,
    *,
    loss: str | None = None,
    reduction: str | None = None,
    weights: str | None = None,
    name: str = "net",
) -> NetworkFormula:
    """The network that a formula says.

    `loss` and `reduction` are those of a spec's objective; without a loss, the output is differentiated, and has one
    unit. `weights` ("out_in" or "in_out") is the shape of W; unsaid, W x has a row for each unit, x W a column.

    Raises SpecError, one line with the column, where the formula is no network, and what a TOML spec raises.
    """
    try:
        if len(formula) > LONGEST:
            raise SymbolicError(f"formula: more than {LONGEST} characters")
        words = {word for word in functions() if len(word) > 1}
        output = Reader().value(parse(formula, vocabulary, words=words))
        network = _Layers(in_order(output))
        data = network.data(loss is None)
    except SymbolicError as error:
        said = str(error)
        raise SpecError(said if said.startswith("formula: ") else f"formula: {said}") from None
    in_rows = network.in_rows
    orientation = weights or ("out_in" if network.owners_turned is in_rows else "in_out")
    conventions = {"batch": "rows"} if in_rows else {}
    if orientation != "out_in":
        conventions["weights"] = orientation
    objective: dict[str, Any] = {"output": True} if loss is None else {"loss": loss}
    if reduction is not None:
        objective["reduction"] = reduction
    spec = make_spec({"name": name, **conventions, **data, "objective": objective}, place="formula")
    return NetworkFormula(spec, network.renamed(orientation))


class _Layers:
    """The values of a network in order, and the layers that they are.

    An activation of an affine layer is that layer's own, and so is the sum of it and the layer's input.
    """

    def __init__(self, values: Sequence[Value]) -> None:
        self.values = values
        self.users: dict[Value, list[Value]] = {value: [] for value in values}
        for value in values:
            for source in dict.fromkeys(sources_of(value)):
                self.users[source].append(value)
        self.affine = [value for value in values if isinstance(value, Affine)]
        if not any(isinstance(value, Input) for value in values):
            raise SymbolicError("nothing depends on the input x")
        self.own: dict[Value, Affine] = {}
        """An activation or a sum ↦ the affine layer that it belongs to."""
        for affine in self.affine:
            self._fuse(affine)
        self.in_rows = self._in_rows()
        self.sizes = Sizes(values, self.affine)
        self.numbers: dict[Value, int] = {}
        for value in values:
            if not isinstance(value, Input) and value not in self.own:
                self.numbers[value] = len(self.numbers) + 1
        self.owners: dict[str, Affine] = {}
        for affine in self.affine:
            self.owners.setdefault(affine.weight, affine)
        self._check_names()

    def _fuse(self, affine: Affine) -> None:
        """The first activation of a layer is its own; so is the sum of what it gives and what it was given."""
        activation = next((user for user in self.users[affine] if isinstance(user, Applied)), None)
        last: Value = affine
        if activation is not None:
            self.own[activation] = affine
            last = activation
        users = self.users[last]
        if len(users) == 1 and isinstance(users[0], Joined) and users[0] not in self.own:
            total = users[0]
            if total.type == "add" and set(total.sources) == {last, affine.source} and len(total.sources) == 2:
                self.own[total] = affine

    def _in_rows(self) -> bool:
        sides = {affine.in_rows for affine in self.affine}
        if len(sides) == 2:
            other = next(affine for affine in self.affine if affine.in_rows is not self.affine[0].in_rows)
            refuse(other, "samples are columns (W x) in one place and rows (x W) in another")
        return True in sides

    def _check_names(self) -> None:
        """Every bias and every mask belongs to one layer, and is no weight."""
        taken = dict.fromkeys((affine.weight for affine in self.affine), "a weight")
        for value in self.values:
            own = getattr(value, "bias", None) or getattr(value, "mask", None)
            if own and own in taken:
                refuse(value, f"{own} is {taken[own]} already; give this one a name of its own")
            if own:
                taken[own] = "of another layer"

    @property
    def owners_turned(self) -> bool:
        """Whether every weight is written transposed where it is first used."""
        return bool(self.owners) and all(affine.turned for affine in self.owners.values())

    # -- names

    def name(self, value: Value) -> str:
        """x, a1, z1: what a spec calls a value."""
        if isinstance(value, Input):
            return "x"
        affine = self.own.get(value, value)
        raw = affine is value and affine in self.own.values()
        return f"{'z' if raw else 'a'}{self.numbers[affine]}"

    def renamed(self, orientation: str) -> dict[str, str]:
        """The formula's names of parameters ↦ the spec's, where they differ."""
        found: dict[str, str] = {}
        for name, affine in self.owners.items():
            turned = affine.turned is not ((orientation == "in_out") is not self.in_rows)
            found[name] = f"W{self.numbers[affine]}" + ("^T" if turned else "")
        found |= {affine.bias: f"b{self.numbers[affine]}" for affine in self.affine if affine.bias}
        found |= {v.mask: f"M{self.numbers[v]}" for v in self.values if isinstance(v, Layer) and v.mask}
        return {name: ours for name, ours in found.items() if name != ours}

    # -- layers

    def data(self, scalar_output: bool) -> dict[str, Any]:
        """The keys of a spec that the formula decides: the input, and the layers."""
        units = self.sizes.named(self.values[-1] if scalar_output else None)
        before = "x"
        layers: list[dict[str, Any]] = []
        for value in self.numbers:
            layer = self._layer(value, units)
            source = next(iter(sources_of(value)))
            if "inputs" not in layer and self.name(source) != before:
                layer["input"] = self.name(source)
            layers.append(layer)
            before = f"a{self.numbers[value]}"
        if not layers:
            raise SymbolicError("a network has a layer; the formula is its input")
        return {"input": {"size": units(self.values[0])}, "layers": layers}

    def _layer(self, value: Value, units: Any) -> dict[str, Any]:
        if isinstance(value, Affine):
            return self._affine(value, units)
        if isinstance(value, Applied):
            return {"type": "activation", "activation": value.activation}
        if isinstance(value, Joined):
            return {"type": value.type, "inputs": [self.name(source) for source in value.sources]}
        if isinstance(value, Scaled):
            return {"type": "scale", "factor": value.factor}
        assert isinstance(value, Layer), type(value).__name__
        return {"type": value.type} | ({"rate": value.rate} if value.rate else {})

    def _affine(self, affine: Affine, units: Any) -> dict[str, Any]:
        layer: dict[str, Any] = {"units": units(affine)}
        own = [value for value, owner in self.own.items() if owner is affine]
        activations = [value.activation for value in own if isinstance(value, Applied)]
        if activations:
            layer["activation"] = activations[0]
        if affine.bias is None:
            layer["bias"] = False
        if any(isinstance(value, Joined) for value in own):
            layer["residual"] = True
        owner = self.owners[affine.weight]
        if owner is not affine:
            turned = "^T" if affine.turned is not owner.turned else ""
            layer["weight"] = f"W{self.numbers[owner]}{turned}"
        return layer
