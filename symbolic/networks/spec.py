"""The spec: what a network description may say, validated. No SymPy: a spec is data."""

from __future__ import annotations

import keyword
import os
import re
import reprlib
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    StrictStr,
    Tag,
    ValidationError,
    model_validator,
)

from symbolic.errors import SpecError, UnknownNameError, unknown
from symbolic.networks import tables

Layout = Literal["denominator", "numerator"]
Batch = Literal["single", "columns"]

LARGEST_FILE = 2**22
"""A spec in a file of more bytes is refused unread: no network that anyone describes is so long."""

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)?")
_RESERVED = {
    "N": "the number of samples",
    "L": "the depth",
    "l": "the layer index",
    "i": "the row of an entry",
    "j": "the column of an entry",
}


def _name(text: str) -> str:
    if keyword.iskeyword(text):
        raise ValueError(f"{text!r} is a word of Python's own; choose another name")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,63}", text):
        raise ValueError(f"{text!r} is no identifier; use letters, digits and _, a letter first")
    return text


def _module(text: str) -> str:
    if text in sys.stdlib_module_names or text in ("numpy", "tables"):
        raise ValueError(f"{text!r} is a module that generated code needs or hides; choose another name")
    return text


def _line(text: str) -> str:
    line = " ".join(text.split())
    if not line.isprintable():
        raise ValueError(f"{_shown(line)} is no line of text; leave out control characters")
    return line


def _size(given: Any) -> int | str:
    if _integer(given) and 1 <= given <= 10**6:
        return int(given)
    if not isinstance(given, str) or len(given) > 64 or not _IDENTIFIER.fullmatch(given) or keyword.iskeyword(given):
        raise ValueError(f"{_shown(given)} is no size; give an integer from 1 to 1000000, or a name like n or n_1")
    if given in _RESERVED:
        raise ValueError(f"{given!r} is {_RESERVED[given]}; choose another letter for this size")
    return given


def _depth(given: Any) -> int | Literal["L"] | None:
    if given is None or given == "L" or (_integer(given) and 1 <= given <= 10_000):
        return cast('int | Literal["L"] | None', given)
    raise ValueError(f'{_shown(given)} is no depth; give an integer from 1 to 10000, or "L"')


def _kink(given: Any) -> int | float:
    if (_integer(given) or isinstance(given, float)) and 0 <= given <= 1:
        return cast("int | float", given)
    raise ValueError(f"{_shown(given)} is no derivative at a kink; give a number from 0 to 1")


def _integer(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _activation(name: str) -> str:
    return tables.activation(name).name


def _loss(name: str) -> str:
    return tables.loss(name).name


Name = Annotated[StrictStr, AfterValidator(_name)]
Line = Annotated[StrictStr, AfterValidator(_line)]
Size = Annotated[int | str, PlainValidator(_size)]
Depth = Annotated[int | Literal["L"] | None, PlainValidator(_depth)]
Activation = Annotated[StrictStr, AfterValidator(_activation)]
Loss = Annotated[StrictStr, AfterValidator(_loss)]


class _Table(BaseModel):
    """A TOML table whose keys are all known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, given: Any) -> Any:
        if isinstance(given, dict):
            for key in given:
                if key not in cls.model_fields:
                    raise unknown("key", str(key), cls.model_fields)
        return given


class Input(_Table):
    """The input x: a column of `size` numbers."""

    size: Size


class AffineLayer(_Table):
    """z = W a + b and a = f(z), with `units` outputs. `input` names an earlier value; unsaid, the one before."""

    type: Literal["affine"] = "affine"
    units: Size
    activation: Activation = "identity"
    input: Name | None = None


class AddLayer(_Table):
    """a = the sum of earlier values, by their names: x, a1, z2, …"""

    type: Literal["add"]
    inputs: Annotated[tuple[Name, ...], Field(min_length=2)]


class Output(_Table):
    """What is fixed about the output: its number of units, where the layers leave it open."""

    units: Size


class Objective(_Table):
    """What is differentiated: a loss of the output and the target y, or the (scalar) output itself."""

    loss: Loss | None = None
    reduction: Literal["sum", "half", "mean"] | None = None
    output: StrictBool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Objective:
        if (self.loss is None) is not self.output:
            raise ValueError("give either a loss or output = true")
        if self.output and self.reduction is not None:
            raise ValueError("a reduction belongs to a loss")
        return self


def _layer_type(given: Any) -> str:
    kind = given.get("type", "affine") if isinstance(given, dict) else getattr(given, "type", "affine")
    return kind if isinstance(kind, str) else _shown(kind)


LAYER_TYPES = {"affine": AffineLayer, "add": AddLayer}

Layer = Annotated[
    Annotated[AffineLayer, Tag("affine")] | Annotated[AddLayer, Tag("add")],
    Discriminator(_layer_type),
]


class Spec(_Table):
    """A network and its objective.

    Without `depth`, the layers are the network. With it, the one layer given is repeated: `depth` is "L" (symbolic)
    or a positive integer, sizes are n_0 … n_L, and the layer has n_l units. `activation` is what generated code uses
    for an undefined σ.
    """

    name: Annotated[Name, AfterValidator(_module)]
    title: Line = ""
    order: StrictInt = 0
    documents: tuple[Line, ...] = ()
    notation: StrictStr | None = None
    layout: Layout = "denominator"
    batch: Batch = "single"
    depth: Depth = None
    activation: Activation = "sigmoid"
    derivative_at_kink: Annotated[int | float, PlainValidator(_kink)] = 0
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
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif part not in LAYER_TYPES:
            text += f".{part}" if text else part
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
        return str(unknown(error["loc"][-1], given if isinstance(given, str) else _shown(given), choices))
    if kind == "value_error":
        return " ".join(str(error["msg"]).removeprefix("Value error, ").split())
    if kind == "too_short":
        return f"{_shown(given)} is too short; give at least {context['min_length']}"
    if kind == "too_long":
        return f"{_shown(given)} is too long; give at most {context['max_length']}"
    wanted = _WANTED.get(kind)
    return f"{_shown(given)} is not {wanted}" if wanted else f"{_shown(given)}: {error['msg']}"


def _shown(given: Any) -> str:
    """A value as an error quotes it, in one short line."""
    try:
        return _SHORT.repr(given)
    except ValueError:
        return "a number of more digits than Python prints"


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60


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
