"""What a written name stands for: a value of the network or a derivative by one, an entry of it, or a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from symbolic.algebra.values import SAMPLES, Value
from symbolic.checking.at import At
from symbolic.checking.habits import BARS
from symbolic.checking.letters import BOLD, COUNT_SAMPLES, COUNTS_OF_SAMPLES, ERRORS, LETTERS, PENALTY
from symbolic.checking.naming import Meaning, Template
from symbolic.checking.problems import Beyond, Free, Unknown
from symbolic.checking.written import Function, Index, Ratio, Written
from symbolic.errors import SymbolicError

Found = tuple[Meaning, tuple[Index, ...], int | None]
"""What a name stands for, the indices of the entry that it means, and its exponent."""

LABELS = dict.fromkeys(("true", "onehot", "label", "target"), "y") | dict.fromkeys(("pred", "model"), r"\hat y")
"""Words below a y that say which of the two it is."""

SIZES = ("n", "N", "m", "K", "d")
"""Letters of sizes: with a number of a layer, of its units."""


# -- values


def meaning(at: At, written: Written) -> Found | None:
    """What a name stands for, the indices of the entry it means, and its exponent; None where it is no value."""
    if at.naming.own:
        return _own(at, written)
    if written.base == r"\delta" and _is_kronecker(written):
        return None
    written = _without_sample(at, written)
    if written.label in LABELS and not at.naming.renames(written.letter):
        return meaning(at, replace(written, base=LABELS[written.label], label=""))
    bar = next(filter(written.base.startswith, BARS), None) if at.naming.table.habits.barred else None
    if bar is not None and not at.naming.renames(written.letter):
        found = meaning(at, replace(written, base=written.base.removeprefix(bar)))
        return found and (replace(found[0], of=at.point.derivation.objective), *found[1:])
    for letter in (written.letter, _other_case(written.letter)):
        found = _layered(at, letter, written) if written.above else _plain(at, letter, written)
        if found is not None:
            return found
        if at.naming.renames(letter):
            break
    return None


def _own(at: At, written: Written) -> Found | None:
    """A name of the file's own equations, an entry of it, or a power."""
    name = _at_time(at, replace(written, transposed=False, sample=None))
    exponent = name.above[0].number if name.above and not name.bracket and not name.above[0].letters else None
    for whole, indices, power in (
        (name, (), None),
        (replace(name, below=()), name.below, None),
        (replace(name, above=()), (), exponent),
        (replace(name, above=(), below=()), name.below, exponent),
    ):
        if whole in at.naming.own:
            return at.naming.own[whole], indices, power
    bound = at.naming.bound.get((written.letter, None))
    return None if bound is None else (bound, written.below, None)


def _without_sample(at: At, written: Written) -> Written:
    """x^{(i)}, or a bold x_n, of a network for one sample is its x: the index says that it is one of several."""
    if at.samples is not None or not written.indices:
        return written
    if written.above and written.bracket == "(" and _counts_samples(at, written.above[0]):
        return replace(written, above=written.above[1:], bracket="" if len(written.above) == 1 else written.bracket)
    given = written.base in (*LETTERS["x"], *LETTERS["y"]) and written.font in BOLD and len(written.below) == 1
    return replace(written, below=()) if given and _counts_samples(at, written.below[0]) else written


def _counts_samples(at: At, index: Index) -> bool:
    """Whether an index is a letter of samples alone, which nothing has given a number."""
    free = index.at(at.indices) is None and index.letter not in at.entries
    return index.letter in COUNT_SAMPLES and not index.number and free


def _at_time(at: At, name: Written) -> Written:
    """A name at the step that its index says. Raises Free where that has no number, Beyond where there is none such."""
    for index in name.below:
        if not index.time or index.letter not in {**at.naming.times, **at.naming.ends}:
            continue
        number, last = index.at({**at.numbers, **at.naming.ends}), max(at.naming.times.values())
        if number is None:
            raise Free(index.letter, last)
        below = tuple(Index((), number) if each == index else each for each in name.below)
        name = replace(name, below=below)
        if not 1 <= number <= last and replace(name, above=()) not in at.naming.own:
            raise Beyond(f"{shown(name)} is at none of the {last} steps")
    return name


def _layered(at: At, letter: str, written: Written) -> Found | None:
    """a^{[l]}, a^l_j; a number alone above may also be an exponent."""
    index = written.above[0]
    number = index.at(at.indices)
    below = written.below[0].at(at.indices) if written.below else None
    bare = not written.bracket and not index.letters
    power = bare and below is not None and at.naming.get(letter, below) is not None
    found = None if number is None or power else at.naming.get(letter, number)
    if found is not None:
        return found, (*written.above[1:], *written.below), None
    if not bare or not index.number:
        return None  # nobody writes a power of 0
    plain = meaning(at, replace(written, above=()))
    return None if plain is None else (plain[0], plain[1], index.number)


def _plain(at: At, letter: str, written: Written) -> Found | None:
    """a_1, a_{1j}, a_j, a"""
    if written.below and not _is_entry(at, written.below[0]):
        number = written.below[0].at(at.indices)
        found = None if number is None else at.naming.get(letter, number)
        if found is not None:
            return found, written.below[1:], None
    found = at.naming.get(letter, None)
    if found is None and _is_of_entries(letter, written) and written.below[0].letter in at.naming.layers:
        layer = at.naming.layers[written.below[0].letter] + at.naming.table.offset
        found = at.naming.get(letter, layer)
    if found is None:
        return None
    is_objective = found.value == at.point.derivation.objective and found.of is None
    return found, () if is_objective else written.below, None


def _is_entry(at: At, index: Index) -> bool:
    return bool(index.letter) and index.letter in at.entries


def _is_of_entries(letter: str, written: Written) -> bool:
    """δ_j and w_{ji}: names whose entries may say of which layer they are."""
    return (letter in ERRORS and bool(written.below)) or (letter in ("w", "W") and len(written.below) == 2)


def _is_kronecker(written: Written) -> bool:
    """δ_{ij}: two letters below, and nothing that counts layers."""
    letters = [index.letter for index in written.below]
    return len(letters) == 2 and not written.above and all(letter and letter not in "lL" for letter in letters)


@lru_cache(maxsize=512)
def _other_case(base: str) -> str:
    """X for x: the letter of a batch for that of a sample."""
    head, _, letter = base.rpartition(" ")
    return f"{head} {letter.swapcase()}".strip() if letter.lower() in "xyzahwbpo" else base


def last_of(at: At, ratio: Ratio) -> Found | None:
    """∇_a C, ∇_z C without a number: by those of the last layer."""
    last = replace(ratio.below, above=(Index((), at.naming.last),))
    return meaning(at, last) if ratio.nabla and not ratio.below.indices else None


def with_sample(at: At, written: Written) -> Written:
    """a^{(i)} of a batch: the index is that of a sample, where no layer has it. Of one sample, it says nothing."""
    if written.sample is None and written.bracket != "(":
        return written
    if at.samples is None and written.sample is not None and _counts_samples(at, written.sample):
        return replace(written, sample=None)
    if written.bracket != "(" or at.samples is None or written.sample is not None:
        return written
    plain = replace(written, above=(), bracket="", sample=written.above[0])
    is_sample = written.above[0].at(at.indices) is None and meaning(at, plain) is not None
    return plain if is_sample else written


def template(at: At, written: Written) -> tuple[Template, tuple[Index, ...]] | None:
    """The expression that the file has given a name, and the indices of the entry that is meant; None for none."""
    templates = at.naming.templates
    index = next(iter((*written.above, *written.below)), None)
    number = None if index is None else index.at(at.indices)
    for key, below in (
        ((written.letter, number), written.below[not written.above :]),
        ((written.letter, None), written.below),
    ):
        if key in templates:
            return templates[key], written.below if templates[key].entries else below
    return None


def array_of(at: At, v: Value) -> Any:
    """The array of a value of the network. Raises Unknown where it has none."""
    try:
        return at.point.array(v)
    except KeyError:
        raise Unknown(f"{v.name} has no value") from None


def layer_of(at: At, function: Function) -> int | None:
    """The layer that a function is said of, as the network numbers it; None where it is said of none."""
    number = None if function.layer is None else function.layer.at(at.indices)
    table = at.naming.table
    return None if number is None else number - table.offset + table.habits.called_below


# -- numbers


def number_named(at: At, written: Written) -> float | None:
    """A size, a hyperparameter, e, π, an index, δ_{ij}; None for what is no number."""
    if written.base == r"\delta" and _is_kronecker(written):
        pair = [index.at(at.numbers) for index in written.below]
        return None if None in pair else float(pair[0] == pair[1])
    if written.above and not written.below and not written.bracket and not written.above[0].letters:
        plain = number_named(at, replace(written, above=()))
        if plain is not None:
            return float(plain ** written.above[0].number)
    if written.base in SIZES and (written.below or written.above):
        return _units(at, written)
    if written.above or written.below:
        return None
    if written.base in at.numbers:
        return float(at.numbers[written.base])
    if written.base in at.naming.extents:
        return float(at.point.arrays.size(at.naming.extents[written.base]))
    if written.base == "e":
        return float(np.e)
    if written.base == r"\pi":
        return float(np.pi)
    counts_samples = at.samples is not None and written.base in ("m", "M", "B") and "N" not in at.naming.letters
    symbol = None if counts_samples else at.naming.table.sizes.get(written.base.removeprefix("\\"))
    if symbol is not None:
        shares = written.base == PENALTY and at.naming.table.habits.shared and at.samples is not None
        return float(at.point.arrays.scalar(symbol, {})) * (at.samples or 1 if shares else 1)
    if at.samples is not None and written.base in COUNTS_OF_SAMPLES and SAMPLES not in at.naming.extents.values():
        return float(at.samples)
    return None


def _units(at: At, written: Written) -> float | None:
    """n_l: the number of units of layer l."""
    found = at.naming.get("a", (*written.above, *written.below)[0].at(at.indices))
    if found is None:
        return None
    return float(array_of(at, found.value).shape[at.point.derivation.network.axis])


def names_number(at: At, written: Written) -> bool:
    """Whether a name is that of a size, an index, a constant, or of the identity."""
    if any(letter == written.letter for letter, _ in at.naming.templates):
        return True
    try:
        is_constant = written.letter == "e" and not written.indices
        return number_named(at, written) is not None or is_constant or is_identity(at, written)
    except SymbolicError:
        return True


def is_identity(at: At, written: Written) -> bool:
    """Whether it is I, or I_K with a size of the network."""
    if written.letter != "I" or written.above:
        return False
    size = size_of_identity(written)
    return not written.below or (size is not None and number_named(at, size) is not None)


def size_of_identity(written: Written) -> Written | None:
    """K of I_K; None where nothing that could be a size stands below."""
    letter = written.below[0].letter if len(written.below) == 1 and not written.below[0].number else ""
    return Written(letter) if letter else None


# -- in other letters, and in words


def renamed(ratio: Ratio, letters: Mapping[str, str]) -> Ratio:
    """∂ℓ/∂ŷ for ∂ℓ/∂y."""
    parts = {name: getattr(ratio, name) for name in ("above", "below")}
    return replace(
        ratio, **{k: replace(w, base=letters.get(w.base, w.base)) for k, w in parts.items() if w is not None}
    )


def shown(written: Written) -> str:
    """A name in a message."""
    above = "".join(f"^{i}" if len(str(i)) == 1 else f"^({i})" for i in written.above)
    below = "".join(f"_{i}" if len(str(i)) == 1 else f"_({i})" for i in written.below)
    return f"{written.base}{above}{below}".lstrip("\\")
