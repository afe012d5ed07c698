"""The value of a name: of a value of the network, an expression of the file, a number, a sign without a size."""

from __future__ import annotations

from typing import Any

import numpy as np

from symbolic.checking import shapes
from symbolic.checking.at import At
from symbolic.checking.derivatives import of_meaning
from symbolic.checking.entries import entry, is_of_unit, is_sample, sample, unit
from symbolic.checking.lookup import is_identity, meaning, number_named, shown, size_of_identity, template, with_sample
from symbolic.checking.problems import Unknown
from symbolic.checking.shapes import Hollow
from symbolic.checking.written import Written


def named(at: At, written: Written) -> Any:
    """What a name stands for: a definition of the file, a value of the network, a size, a number."""
    written = with_sample(at, written)
    found = None if written.base in at.naming.extents and not written.indices else meaning(at, written)
    if found is not None:
        meant, indices, power = found
        array = of_meaning(at, meant)
        if written.sample is not None:
            array = sample(at, array, written.sample)
        elif is_sample(at, array, indices):
            array, indices = sample(at, array, indices[0]), ()
        elif is_of_unit(array, meant.value, indices):
            array, indices = unit(at, array, indices[0]), ()
        array = shapes.transposed(array) if written.transposed else array
        array = entry(at, array, indices) if indices else array
        return array if power is None else array**power
    given = _template(at, written)
    if given is not None:
        return given
    value = number_named(at, written)
    if value is not None:
        return value
    if is_identity(at, written):
        return sign_of(at, "𝐈", size_of_identity(written))
    raise Unknown(f"{shown(written)} is no name of the network")


def sign_of(at: At, text: str, size: Written | None) -> Any:
    """𝟏, 𝟎 or 𝐈, as large as it is said to be where that is to be held to; else as large as it must be."""
    number = number_named(at, size) if at.reading.sized and size is not None else None
    if number is None:
        return Hollow(text)
    return Hollow(text).filled((int(number), int(number) if text == "𝐈" else 1))


def _template(at: At, written: Written) -> Any:
    """An expression that the file has given a name, with the entry that is meant; None where there is none."""
    given = template(at, written)
    if given is None:
        return None
    found = at.at(indices=given[0].indices).of(given[0].tree)
    found = shapes.transposed(found) if written.transposed else found
    return entry(at, found, given[1]) if given[1] and np.ndim(found) == 2 else found
