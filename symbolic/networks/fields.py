"""The kinds of entries that a spec has, each with its check: names, sizes, coefficients, formulas."""

from __future__ import annotations

import keyword
import re
import reprlib
import sys
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, StrictStr, model_validator

from symbolic.errors import unknown
from symbolic.networks import tables

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)?")
_RESERVED = {
    "N": "the number of samples",
    "L": "the depth",
    "l": "the layer index",
    "i": "the row of an entry",
    "j": "the column of an entry",
}
FRACTION = re.compile(r"[1-9][0-9]{0,8}/[1-9][0-9]{0,8}", re.ASCII)
_VALUE = re.compile(r"([WbzaxyC]|delta)(_?[0-9]+)?")
"""What values are called: a size of that name could not be told from them in a formula."""


def _name(text: str) -> str:
    if keyword.iskeyword(text):
        raise ValueError(f"{text!r} is a word of Python's own; choose another name")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,63}", text):
        raise ValueError(f"{text!r} is no identifier; use letters, digits and _, a letter first")
    return text


def module(text: str) -> str:
    if text in sys.stdlib_module_names or text in ("numpy", "tables"):
        raise ValueError(f"{text!r} is a module that generated code needs or hides; choose another name")
    return text


def _line(text: str) -> str:
    line = " ".join(text.split())
    if not line.isprintable():
        raise ValueError(f"{shown(line)} is no line of text; leave out control characters")
    return line


def _size(given: Any) -> int | str:
    if _integer(given) and 1 <= given <= 10**6:
        return int(given)
    if not isinstance(given, str) or len(given) > 64 or not _IDENTIFIER.fullmatch(given) or keyword.iskeyword(given):
        raise ValueError(f"{shown(given)} is no size; give an integer from 1 to 1000000, or a name like n or n_1")
    if given in _RESERVED:
        raise ValueError(f"{given!r} is {_RESERVED[given]}; choose another letter for this size")
    if _VALUE.fullmatch(given):
        raise ValueError(f"{given!r} is what a value is called in formulas; choose another name for this size")
    return given


def _depth(given: Any) -> int | Literal["L"] | None:
    if given is None or given == "L" or (_integer(given) and 1 <= given <= 10_000):
        return cast('int | Literal["L"] | None', given)
    raise ValueError(f'{shown(given)} is no depth; give an integer from 1 to 10000, or "L"')


def kink(given: Any) -> int | float:
    if (_integer(given) or isinstance(given, float)) and 0 <= given <= 1:
        return cast("int | float", given)
    raise ValueError(f"{shown(given)} is no derivative at a kink; give a number from 0 to 1")


def _integer(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _coefficient(given: Any) -> int | float | str:
    """A positive number, a fraction in a text ("1/3"), which no decimal is, or the name of a number: λ, α, ε."""
    if (_integer(given) or isinstance(given, float)) and 1e-100 <= given <= 1e100:
        return cast("int | float", given)
    if isinstance(given, str) and (re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,31}", given) or FRACTION.fullmatch(given)):
        return given
    raise ValueError(f"{shown(given)} is no coefficient; give a positive number, or a name like lambda")


def _rate(given: Any) -> int | float:
    if (_integer(given) or isinstance(given, float)) and 0 <= given < 1:
        return cast("int | float", given)
    raise ValueError(f"{shown(given)} is no dropout rate; give a number from 0 to below 1")


def _weight(text: str) -> str:
    if not re.fullmatch(r"W[1-9][0-9]{0,4}(\^T)?", text):
        raise ValueError(f"{shown(text)} is no weight; name the one of an earlier layer, W1, or its transpose, W1^T")
    return text


def _activation(text: str) -> str:
    """A single word must be a row's name; what formulas and parameters mean is read where the network is built."""
    name = text.partition("(")[0].strip()
    if re.fullmatch(r"\w+", name) and name == text and name != "z":
        tables.activation(name)
    return text


def _loss(text: str) -> str:
    name = text.partition("(")[0].strip()
    if re.fullmatch(r"\w+", name) and name == text and name != "a":
        tables.loss(name)
    return text


Name = Annotated[StrictStr, AfterValidator(_name)]
Line = Annotated[StrictStr, AfterValidator(_line)]
Size = Annotated[int | str, PlainValidator(_size)]
Depth = Annotated[int | Literal["L"] | None, PlainValidator(_depth)]
Coefficient = Annotated[int | float | str, PlainValidator(_coefficient)]
Rate = Annotated[int | float, PlainValidator(_rate)]
Weight = Annotated[StrictStr, AfterValidator(_weight)]
Formula = Annotated[Line, Field(min_length=1, max_length=1_000)]
Activation = Annotated[Formula, AfterValidator(_activation)]
Loss = Annotated[Formula, AfterValidator(_loss)]
"""A row's name, with its parameters in brackets, or a formula."""


def shown(given: Any) -> str:
    """A value as an error quotes it, in one short line."""
    try:
        return _SHORT.repr(given)
    except ValueError:
        return "a number of more digits than Python prints"


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60


class Table(BaseModel):
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
