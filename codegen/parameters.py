"""The parameters of a generated module: their fields, shapes and initial values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codegen.sizes import shape_name, size_name, summed
from symbolic.algebra.values import Value
from symbolic.networks.build import Network
from symbolic.networks.objective import given_data
from symbolic.networks.spec import Spec
from symbolic.networks.tables import row_named


@dataclass(frozen=True)
class Field:
    """A field of Parameters: its shape in print, as a pair for the checks, and the lines that give it a value."""

    name: str
    shape: str
    pair: str
    initial: str


@dataclass(frozen=True)
class Scheme:
    """How weights are initialised: the variance, in the sizes of a layer's input and output."""

    name: str
    variance: str


SCHEMES = {
    "xavier": Scheme("Xavier", "2.0 / ({n_in} + {n_out})"),
    "he": Scheme("He", "2.0 / {n_in}"),
}
"""The `init` of an activation row ↦ the variance of the weights before it."""


def scheme(spec: Spec, position: int) -> Scheme:
    """The scheme for a layer, counted from 0; an undefined σ has that of the spec's activation."""
    layer: Any = spec.layers[position]
    row = row_named(layer.activation)
    if row is not None and row.definition is None and not row.over_units:
        row = row_named(spec.activation)
    return SCHEMES["xavier" if row is None else row.init]


def fields(network: Network) -> Iterator[Field]:
    """One field for each parameter of a network of fixed depth: weights random, gains γ of 1, all others of 0."""
    for parameter in network.parameters:
        rows, cols = (size_name(n) for n in parameter.shape)
        filled = f"({rows}, {cols}), dtype=dtype),"
        if parameter.base == "W":
            found = scheme(network.spec, _position(parameter, network.spec))
            n_out, n_in = (rows, cols)[:: 1 if network.unit_axis == 0 else -1]
            variance = found.variance.format(n_in=_term(n_in), n_out=n_out)
            initial = f"# {found.name}\n{parameter.name}=_normal(rng, ({rows}, {cols}), {variance}, dtype),"
        elif parameter.base == "gamma":
            initial = f"{parameter.name}=np.ones({filled}"
        else:
            initial = f"{parameter.name}=np.zeros({filled}"
        yield Field(parameter.name, shape_name(parameter, {}), _pair(parameter), initial)


def deep_fields(network: Network) -> Iterator[Field]:
    """One field for each letter of a network of any depth; `pair` is in the names that the checks have for sizes."""
    variance = scheme(network.spec, 0).variance.format(n_in="n_in", n_out="n_out")
    turned = 1 if network.unit_axis == 0 else -1
    for letter in network.parameter_letters:
        if letter == "W":
            pair = f"({', '.join(('n_out', 'n_in')[::turned])})"
            shape = f"({', '.join(('n_l', 'n_{l-1}')[::turned])})"
            initial = f"W=tuple(_normal(rng, {pair}, {variance}, dtype) for n_in, n_out in pairwise(widths)),"
        else:
            pair, shape = "(n_out, 1)", "(n_l, 1)"
            initial = f"{letter}=tuple(np.zeros((n_out, 1), dtype=dtype) for n_out in widths[1:]),"
        yield Field(letter, shape, pair, initial)


def deep_shapes(network: Network) -> dict[str, str]:
    """The shapes of x, y and other data of a network of any depth, as source in which L is known."""
    turned = 1 if network.axis == 0 else -1
    sides = {"x": ('"n_0"', '"N"'), "y": ('f"n_{L}"', '"N"'), "w": ("1", '"N"')}
    wanted = ["x", *(["y"] if network.spec.objective.loss is not None else []), *(v.name for v in given_data(network))]
    return {name: f"({', '.join(sides[name][::turned])})" for name in wanted}


@dataclass(frozen=True)
class SummedSize:
    """A side of a parameter that is a sum of sizes, and the source of that sum."""

    name: str
    terms: str
    letters: str


def summed_sizes(network: Network) -> Iterator[SummedSize]:
    """The sizes m + p of parameters behind a concatenation, each once."""
    sides = dict.fromkeys(n for v in (*network.parameters, *given_data(network), network.output) for n in v.shape)
    for n in sides:
        if n.is_Add or n.is_Mul:
            terms = [str(term) if term.is_Number else f'sizes["{size_name(term)}"]' for term in summed(n)]
            letters = dict.fromkeys(f'"{size_name(term)}"' for term in summed(n) if not term.is_Number)
            yield SummedSize(size_name(n), " + ".join(terms), f"{{{', '.join(letters)}}}")


def _term(size: str) -> str:
    return f"({size})" if " " in size else size


def _position(parameter: Value, spec: Spec) -> int:
    assert parameter.layer is not None
    return 0 if spec.depth is not None else int(parameter.layer) - 1


def _pair(v: Value) -> str:
    return f"({', '.join(_quoted(n) for n in v.shape)})"


def _quoted(n: Any) -> str:
    """A side of a shape: 3, "m" or "m + p"."""
    return str(n) if n.is_Integer else f'"{size_name(n)}"'


def data_shapes(network: Network) -> dict[str, str]:
    """The shapes of x and, where there is a loss, y, as pairs for the checks."""
    shapes = {"x": _pair(network.input)}
    if network.spec.objective.loss is not None:
        shapes["y"] = _pair(network.output)
    return shapes | {v.name: _pair(v) for v in given_data(network)}


def widths(network: Network) -> list[str]:
    """What `sizes` lists: the width of the input and of every layer with weights of its own, letters in quotes."""
    weights = [parameter for parameter in network.parameters if parameter.base == "W"]
    return [
        _quoted(n) for n in (network.units(network.input), *(weight.shape[network.unit_axis] for weight in weights))
    ]


def bindings(network: Network) -> list[str]:
    """The lines that check `sizes` and define the named sizes of the parameters."""
    sides = (n for parameter in network.parameters for n in reversed(parameter.shape))
    named = (size_name(n) for side in sides for n in summed(side) if not n.is_Integer)
    lines = [f'{name} = widths["{name}"]' for name in dict.fromkeys(named)]
    return ["widths = _widths(sizes)", *lines] if lines else ["_widths(sizes)"]
