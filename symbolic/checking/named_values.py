"""The value of a name: of a value of the network, an expression of the file, a number, a sign without a size."""

from __future__ import annotations

from typing import Any

import numpy as np

from symbolic.checking import shapes
from symbolic.checking.at import LAST, At
from symbolic.checking.derivatives import of_meaning
from symbolic.checking.entries import entry, is_of_unit, is_row, is_sample, sample, unit
from symbolic.checking.lookup import is_identity, meaning, number_named, shown, size_of_identity, template, with_sample
from symbolic.checking.naming import Template
from symbolic.checking.problems import Free, Misfit, Unknown
from symbolic.checking.repeated import found_range
from symbolic.checking.shapes import Hollow
from symbolic.checking.written import Index, Written


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
        row = is_row(at, indices)
        array = shapes.transposed(array) if written.transposed and not row else array
        array = entry(at, array, indices) if indices else array
        array = shapes.transposed(array) if written.transposed and row else array
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
    if given[0].entries:
        return _entry_of_template(at, given[0], given[1])
    found = at.at(indices=given[0].indices).of(given[0].tree)
    found = shapes.transposed(found) if written.transposed else found
    return entry(at, found, given[1]) if given[1] and np.ndim(found) == 2 else found


def _entry_of_template(at: At, template: Template, indices: tuple[Index, ...]) -> Any:
    """The entry of what a file defines entry by entry: D_k where D_i = Σ_j a_{ij}.

    Raises Free for an index without a number, Unknown for the whole of it.
    """
    if len(indices) != len(template.entries):
        raise Unknown("what is given entry by entry, as a whole")
    numbers: dict[str, int] = {}
    for letter, index in zip(template.entries, indices, strict=True):
        number = index.at(at.numbers)
        if number is None:
            raise Free(index.letter or str(index), _extent(at, template, letter))
        numbers |= {letter: number, LAST + letter: _extent(at, template, letter)}
        if not 1 <= number <= numbers[LAST + letter]:
            raise Misfit(f"the index {index} = {number} of {numbers[LAST + letter]}")
    return at.at(entries=numbers).of(template.tree)


def _extent(at: At, template: Template, letter: str) -> int:
    """How far an index of such entries runs. Raises Unknown where that cannot be told."""
    size = found_range(at, letter, template.tree)
    if size is None:
        raise Unknown(f"the index {letter} runs over nothing that is known")
    return size
