"""The arrays of what names and partial derivatives stand for, laid out as a file reads them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from symbolic.algebra.values import Value
from symbolic.checking import shapes
from symbolic.checking.at import At
from symbolic.checking.differences import of_expression
from symbolic.checking.entries import FOUR_AXES, entry_of_derivative, is_of_unit, is_row, number_of, sample, unit
from symbolic.checking.functions import applied
from symbolic.checking.letters import CAPITALS
from symbolic.checking.lookup import Found, array_of, last_of, meaning, renamed, shown, template, with_sample
from symbolic.checking.naming import Meaning
from symbolic.checking.problems import Unknown
from symbolic.checking.shapes import Tensor
from symbolic.checking.written import Function, Index, Ratio, Written
from symbolic.derivation import STATISTICS, Derivation
from symbolic.errors import SymbolicError
from symbolic.reading import nodes


def of_meaning(at: At, meant: Meaning) -> Any:
    """The array of what a name stands for. Raises Unknown where it has none."""
    if meant.diagonal:
        z = meant.value
        return np.diag(np.ravel(applied(at.point, Function(r"\sigma", 1), z.layer, array_of(at, z))))
    if meant.of is None:
        array = array_of(at, meant.value)
        array = array * scale(at) if meant.value == at.point.derivation.objective else array
        if meant.value.base in STATISTICS and array.size == 1:
            return float(array.item())
        return array.T if meant.turned or _lies(at, meant.value) else array
    of = at.point.derivation.network.output if at.reading.of == "output" else meant.of
    array = derivative(at, of, meant.value, own=at.reading.own)
    array = shapes.negated(array) if meant.negated else array
    lies = _lies(at, meant.value) and np.ndim(array) == 2
    return shapes.transposed(array) if at.reading.rows != lies else array


def of_meaning_or_none(at: At, meant: Meaning) -> Any:
    """The array of a meaning; None where it has none."""
    try:
        return of_meaning(at, meant)
    except SymbolicError:
        return None


def of_ratio(at: At, ratio: Ratio) -> Any:
    """∂u/∂v, or an entry of it. Raises Unknown where u or v is no name of the network."""
    if at.reading.renamed:
        ratio = renamed(ratio, dict(at.reading.renamed))
    ratio = replace(ratio, below=with_sample(at, ratio.below))
    sampled = with_sample(at, ratio.above) if ratio.above is not None else None
    if sampled is not None and sampled.sample is not None:
        return _of_one_sample(at, ratio, replace(sampled, sample=None), sampled.sample)
    below = meaning(at, ratio.below) or last_of(at, ratio)
    if below is None or below[0].of is not None:
        raise Unknown(f"{shown(ratio.below)} is no name of the network")
    wrt, indices = below[0].value, _of_no_power(below)
    if ratio.above is not None and _is_expression(at, ratio.above) and ratio.below.sample is None:
        turned = below[0].turned != ratio.below.transposed
        return of_expression(at, nodes.Name(0, ratio.above), wrt, indices, turned)
    of, above = _above(at, ratio)
    if at.samples is not None and of != at.point.derivation.objective and ratio.below.base not in CAPITALS:
        raise Unknown(f"{shown(ratio.below)} is of one sample, and its derivative no matrix for a batch")
    is_mean = ratio.above is not None and ratio.above.letter in at.naming.table.habits.means
    found = derivative(at, of, wrt, own=at.reading.own and not is_mean)
    if (below[0].turned or _lies(at, wrt)) and np.ndim(found) == 2:
        found = found.T
    if ratio.below.sample is not None:
        found = sample(at, found, ratio.below.sample)
    row = is_row(at, indices) and ratio.below.transposed
    if ratio.below.transposed and not row:
        found = shapes.transposed(found)
    if is_of_unit(found, wrt, indices) and not above:
        found, indices = unit(at, found, indices[0]), ()
    if len(above) == 1 and not indices and _is_of_vectors(at, found, of, wrt):
        column = found[:, number_of(at, above[0], found.shape[1])].reshape(array_of(at, wrt).shape)
        return column.T if at.reading.numerator and not ratio.shaped else column
    if indices or above:
        found = entry_of_derivative(at, found, of, wrt, above, indices)
        return shapes.transposed(found) if row else found
    if np.ndim(found) == FOUR_AXES:
        raise Unknown("the derivative of a matrix; say its entry")
    shaped = ratio.shaped and not (ratio.nabla and at.naming.table.profile.nabla == "always")
    numerator = at.reading.numerator and not shaped and not isinstance(found, Tensor)
    return shapes.transposed(found) if numerator else found


def _is_of_vectors(at: At, found: Any, of: Value, wrt: Value) -> bool:
    """Whether it is the derivative of a vector by a vector: of each entry it is one, too."""
    above, below = array_of(at, of), array_of(at, wrt)
    return 1 in above.shape and 1 in below.shape and np.shape(found) == (below.size, above.size) and above.size > 1


def _is_expression(at: At, written: Written) -> bool:
    """Whether a name is one that the file gives an expression or a derivative: e = ŷ − y."""
    found = meaning(at, written)
    return template(at, written) is not None if found is None else found[0].of is not None


def _of_one_sample(at: At, ratio: Ratio, above: Written, index: Index) -> Any:
    """∂ℓ^{(i)}/∂W, ∂a^{(i)}/∂z^{(i)}: those of the network for one sample. Raises Unknown where two samples differ."""
    number = number_of(at, index, at.samples or 1)
    if ratio.below.sample is not None and number_of(at, ratio.below.sample, at.samples or 1) != number:
        raise Unknown("a derivative of one sample by another")
    if at.point.derivation.network.couples_samples:
        raise Unknown("a derivative of one sample, where the samples are coupled")
    return of_ratio(at.alone(number), replace(ratio, above=above, below=replace(ratio.below, sample=None)))


def _above(at: At, ratio: Ratio) -> tuple[Value, tuple[Index, ...]]:
    """What is differentiated, and the indices of the entry of it that is meant."""
    if ratio.above is None:
        return at.point.derivation.objective, ()
    found = meaning(at, ratio.above)
    if found is None or found[0].of is not None:
        raise Unknown(f"{shown(ratio.above)} is no name of the network")
    return found[0].value, _of_no_power(found)


def _of_no_power(found: Found) -> tuple[Index, ...]:
    """The indices of the entry that a name means. Raises Unknown for a power: ∂C/∂(w²), ∂C²/∂w."""
    if found[2] is not None:
        raise Unknown("a derivative of a power, or by one")
    return found[1]


def derivative(at: At, of: Value, wrt: Value, own: bool) -> Any:
    """∂of/∂wrt in denominator layout, C being what the reading says, or each sample's `own` loss.

    Raises Unknown where there is none.
    """
    try:
        found = at.point.derivative(of, wrt)
    except SymbolicError as error:
        raise Unknown(str(error)) from None
    if np.ndim(found) == 3:
        return Tensor(found, at.reading.numerator)
    if of != at.point.derivation.objective:
        return found
    own = own and wrt not in at.point.derivation.network.parameters
    return found * scale(at) * ((at.samples or 1) if own else 1)


def scale(at: At) -> float:
    """What the author's C is in terms of the network's."""
    network = at.point.derivation.network
    sizes = {"": 1, "N": network.samples, "K": network.units(network.output)}
    size = sizes[at.reading.scaled]
    return float(size if isinstance(size, int) else at.point.arrays.size(size))


def _lies(at: At, v: Value) -> bool:
    """Whether a value that is a column in the network is a row here."""
    return _may_lie(at.point.derivation, v) and at.reading.lying


@lru_cache(maxsize=2_000)
def _may_lie(derivation: Derivation, v: Value) -> bool:
    """Whether a value is a column that authors may have as a row."""
    network = derivation.network
    return bool(v.cols == 1) and (network.samples == 1 or v in network.parameters)
