"""The spec: what a network description may say, validated. No SymPy: a spec is data."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)

from symbolic.errors import SpecError, UnknownNameError, unknown
from symbolic.networks import tables
from symbolic.networks.fields import Activation, Depth, Line, Loss, Name, Size, Table, kink, module, shown
from symbolic.networks.layers import LAYER_TYPES, Layer

Layout = Literal["denominator", "numerator"]
Batch = Literal["single", "columns", "rows"]
Weights = Literal["out_in", "in_out"]
Samples = Literal["mean", "sum", "weighted_mean", "weighted_sum"]

LARGEST_FILE = 2**22
"""A spec in a file of more bytes is refused unread: no network that anyone describes is so long."""


class Input(Table):
    """The input x: a column of `size` numbers."""

    size: Size


class Output(Table):
    """What is fixed about the output: its number of units, where the layers leave it open."""

    units: Size


class Objective(Table):
    """What is differentiated: a loss of the output and the target y, or the (scalar) output itself."""

    loss: Loss | None = None
    reduction: Literal["sum", "half", "mean"] | None = None
    samples: Samples = "mean"
    output: StrictBool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Objective:
        if (self.loss is None) is not self.output:
            raise ValueError("give either a loss or output = true")
        if self.output and (self.reduction is not None or self.samples != "mean"):
            raise ValueError("a reduction belongs to a loss")
        return self


class Spec(Table):
    """A network and its objective.

    Without `depth`, the layers are the network. With it, the one layer given is repeated: `depth` is "L" (symbolic)
    or a positive integer, sizes are n_0 … n_L, and the layer has n_l units. `activation` is what generated code uses
    for an undefined σ.
    """

    name: Annotated[Name, AfterValidator(module)]
    title: Line = ""
    order: StrictInt = 0
    documents: tuple[Line, ...] = ()
    notation: StrictStr | None = None
    layout: Layout = "denominator"
    batch: Batch = "single"
    weights: Weights = "out_in"
    depth: Depth = None
    activation: Activation = "sigmoid"
    derivative_at_kink: Annotated[int | float, PlainValidator(kink)] = 0
    input: Input
    layers: Annotated[tuple[Layer, ...], Field(min_length=1, max_length=10_000)]
    output: Output | None = None
    objective: Objective

    @model_validator(mode="after")
    def _depth_fits(self) -> Spec:
        running = [layer for layer in self.layers if getattr(layer, "units", None) == "n_l"]
        if self.depth is None:
            if running or self.input.size == "n_l":
                raise ValueError('"n_l" is the size of a layer of a network with a depth; add depth = "L"')
            if self.output is not None:
                raise ValueError("output.units is for networks with a depth; the last layer says it")
        elif len(self.layers) != 1 or not running:
            raise ValueError('a network with a depth has one layer, with units = "n_l"')
        elif self.input.size != "n_0":
            raise ValueError('a network with a depth has input.size = "n_0"')
        elif getattr(self.layers[0], "input", None) is not None:
            raise ValueError("a layer that is repeated takes the one before it; leave out its input")
        elif any(getattr(self.layers[0], key, None) is not None for key in ("weight", "l1", "l2")):
            raise ValueError(
                "a layer that is repeated has a weight of its own and no penalty; leave out weight, l1 and l2"
            )
        elif getattr(self.layers[0], "residual", False):
            raise ValueError("a layer that is repeated goes from n_{l-1} to n_l units; list residual layers one by one")
        elif self.output is not None and self.output.units == "n_l":
            raise ValueError('output.units = "n_l" fixes nothing; leave out the output, or give its units')
        if self.activation == "sigma":
            raise ValueError("activation is what code uses for an undefined σ; choose a defined one")
        return self

    @property
    def symbolic_depth(self) -> bool:
        """Whether the number of layers is the symbol L."""
        return self.depth == "L"


def read_spec(path: Path) -> Spec:
    """The spec in a TOML file. Raises SpecError, one line that names the file and the place in it."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        text = content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise SpecError(f"{path}: cannot read the spec: {reason}") from None
    if len(content) > LARGEST_FILE:
        raise SpecError(f"{path}: cannot read the spec: more than {LARGEST_FILE} bytes")
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise SpecError(f"{path}: not TOML: {' '.join(reason.split())}") from None
    return make_spec(data, place=str(path))


def make_spec(data: dict[str, Any], place: str = "spec") -> Spec:
    """The spec that a mapping holds. Raises SpecError, one line that names the place in it."""
    try:
        return Spec.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = _location(first["loc"])
        raise SpecError(f"{place}: {where}{_reason(first)}") from None
    except UnknownNameError as error:
        raise SpecError(f"{place}: {error}") from None


def _location(path: Iterable[int | str]) -> str:
    """layers[2].units, counted from 1 as readers do."""
    text, before = "", None
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif not (isinstance(before, int) and part in LAYER_TYPES):
            text += f".{part}" if text else part
        before = part
    return f"{text}: " if text else ""


_WANTED = {
    "model_type": "a table",
    "tuple_type": "a list",
    "string_type": "a text",
    "int_type": "an integer",
    "bool_type": "true or false",
}
"""What Pydantic's errors of type ask for, in TOML's words."""


def _reason(error: Any) -> str:
    """What is wrong, from one of Pydantic's errors."""
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "missing":
        return "missing; this key is required"
    if kind == "union_tag_invalid":
        return str(unknown("layer type", context["tag"], LAYER_TYPES))
    if kind == "literal_error":
        choices = re.findall(r"'(\w+)'", context["expected"])
        return str(unknown(error["loc"][-1], given if isinstance(given, str) else shown(given), choices))
    if kind == "value_error":
        return " ".join(str(error["msg"]).removeprefix("Value error, ").split())
    if kind == "too_short":
        return f"{shown(given)} is too short; give at least {context['min_length']}"
    if kind == "too_long":
        return f"{shown(given)} is too long; give at most {context['max_length']}"
    wanted = _WANTED.get(kind)
    return f"{shown(given)} is not {wanted}" if wanted else f"{shown(given)}: {error['msg']}"


def load_spec(source: str | Path | Spec) -> Spec:
    """The spec behind a catalogue name, a path to a TOML file, or a spec itself.

    Raises UnknownNameError for a name that is neither, SpecError for a file that cannot be read or is wrong.
    """
    if isinstance(source, Spec):
        return source
    if isinstance(source, Path):
        return read_spec(source)
    if source in tables.catalog():
        return make_spec(tables.catalog()[source], place=source)
    if source.endswith(".toml") or (source and os.path.exists(source)):
        return read_spec(Path(source))
    raise unknown("system", source, tables.catalog())
