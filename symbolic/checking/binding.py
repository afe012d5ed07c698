"""Names that an author gives by saying what they are: h = ReLU(V x + c), δ = ∂C/∂z, e = ŷ − y.

The equations of a file are gone through in order. Where the left side of one is a name, and the right side, its own
unknown letters tried as parameters, is a value of the network at every point, the name stands for that value from
there on; so it does for a derivative that it is said to be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import permutations
from typing import Any

import numpy as np

from symbolic.algebra.values import Value
from symbolic.checking import lookup
from symbolic.checking.claims import Claim
from symbolic.checking.convention import Reading, noting, shares
from symbolic.checking.derivatives import of_meaning_or_none
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.given_names import (
    called,
    has_meaning,
    is_other,
    is_transposed_error,
    letters_of_functions,
    numbers_of,
    with_argument,
)
from symbolic.checking.letters import ERRORS, LETTERS
from symbolic.checking.naming import Key, Meaning, Naming, Table, Template
from symbolic.checking.objectives import states_loss
from symbolic.checking.point import Point
from symbolic.checking.problems import Steps
from symbolic.checking.rounding import STRICT, close
from symbolic.checking.shapes import is_number
from symbolic.checking.value_of import column_or_none
from symbolic.checking.walk import names_in
from symbolic.checking.written import Ratio, Written
from symbolic.networks.objective import target_of
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

MOST_UNKNOWN = 2
"""More unknown letters than this in one right side are not tried."""

OUTPUT_AND_TARGET = (("y", "t"), ("Y", "T"))
"""Letters that both mean the target, unless a loss compares them with each other."""

VALUES = frozenset((*LETTERS["output"], *LETTERS["a"]))
"""Letters of what a loss compares with a target, beside y."""

COTANGENTS = (r"\delta", r"\Delta", r"\epsilon", "g", "G", r"\gamma", "e")
"""Letters that may be given to a derivative anew, though a notation has a meaning for them."""


def namings(claims: Sequence[Claim], table: Table, points: Sequence[Point], steps: Mapping[int, Steps]) -> list[Naming]:
    """For each claim, the names as they stand there: those given before it and by it. `steps` bound the work."""
    letters = frozenset(w.letter for claim in claims for w in names_in(claim.sides))
    functions = letters_of_functions(claims)
    naming = Naming(table, letters=letters)
    naming = replace(naming, bound=_outputs(claims, naming))
    found = []
    for claim, later in zip(claims, _later(claims), strict=True):
        naming = _after(claim, later, naming, points, steps[id(claim)])
        naming = replace(naming, called=called(claim, naming, points, steps[id(claim)], functions))
        found.append(with_argument(claim, naming, points, steps[id(claim)]))
        naming = replace(naming, seen=naming.seen | {written.letter for written in names_in(claim.sides)})
    return [_late(claim, each, naming, points) for claim, each in zip(claims, found, strict=True)]


def _outputs(claims: Sequence[Claim], naming: Naming) -> dict[Key, Meaning]:
    """y as the output, where no claim gives it and the loss compares it with t: both would be the target else."""
    given = {claim.given.letter for claim in claims if claim.given is not None}
    said = [{w.letter for w in names_in(claim.sides[1:])} for claim in claims if states_loss(claim)]
    pairs = ((y, t) for y, t in OUTPUT_AND_TARGET if any({y, t} <= names and not names & VALUES for names in said))
    both = [y for y, t in pairs if y not in given and all(_is_target(naming, letter) for letter in (y, t))]
    return {(y, None): Meaning(naming.derivation.network.output) for y in both}


def _is_target(naming: Naming, letter: str) -> bool:
    found = naming.get(letter, None)
    return found is not None and found.of is None and found.value.base == "y"


def _later(claims: Sequence[Claim]) -> list[frozenset[str]]:
    """For each claim, the letters that later ones use; a name that one gives anew is not used by it."""
    found = [frozenset[str]()]
    for claim in reversed(claims[1:]):
        found.append(found[-1] | {written.letter for written in names_in(_using(claim))})
    return found[::-1][-len(claims) :] if claims else []


def _using(claim: Claim) -> tuple[Node, ...]:
    """The sides of a claim without the name that it gives."""
    first = claim.sides[0] if claim.sides else None
    given = len(claim.sides) > 1 and isinstance(first, nodes.Name) and isinstance(first.known, Written)
    return claim.sides[1:] if given else claim.sides


def _late(claim: Claim, naming: Naming, last: Naming, points: Sequence[Point]) -> Naming:
    """The names at the end of the file, for a claim with a name that is explained only after it."""
    numbers = [*numbers_of(claim, naming)]
    for written in dict.fromkeys(names_in(claim.sides)):
        here, there = (
            any(has_meaning(written, Evaluator(points[0], names, indices=each)) for each in numbers)
            for names in (naming, last)
        )
        if (there and not here) or (written.letter in LETTERS["y"] and _is_output(written, claim, naming, last)):
            return last
    return naming


def _is_output(written: Written, claim: Claim, naming: Naming, last: Naming) -> bool:
    """Whether y, the letter of a target, is said later to be the output, and another target stands beside it: y − t."""
    if not _is_target(naming, written.letter) or _is_target(last, written.letter):
        return False
    return any(_is_target(last, beside.letter) for beside in names_in(claim.sides))


def _after(claim: Claim, later: frozenset[str], naming: Naming, points: Sequence[Point], steps: Steps) -> Naming:
    name = claim.given
    if name is None:
        return naming
    said = next((side for side in claim.sides[1:] if _ratio_of(side)), None)
    if said is not None:
        return _derivative(claim, name, said, naming, Evaluator(points[0], naming, steps=steps))
    if is_transposed_error(name, claim.sides[1]):
        return _with_template(claim, name, claim.sides[1], naming)
    usual, lying = noting(Reading()), Reading(lying=True)
    values = _values(claim, name, naming, points, usual, steps)
    may_lie = naming.derivation.network.axis == 1 or naming.derivation.spec.weights == "in_out"
    if not values and may_lie and not shares(lying, usual.asked):
        values = _values(claim, name, naming, points, lying, steps)
    if values:
        letters = {
            index.letter: int(meaning.value.layer)
            for (letter, _), meaning in values.items()
            for index in name.below
            if letter == name.letter and index.letter and meaning.value.layer is not None
        }
        return replace(naming, bound={**naming.bound, **values}, layers={**naming.layers, **letters})
    itself = any(name.letter == w.letter and not is_other(w, name) for w in names_in(claim.sides[1]))
    free = _is_new(name, naming, points, claim) or _is_matrix_of_vector(claim, name, naming, points, steps)
    if name.letter in later and name.letter not in ERRORS and not itself and free:
        return _with_template(claim, name, claim.sides[1], naming)
    return naming


def _with_template(claim: Claim, name: Written, tree: Node, naming: Naming) -> Naming:
    """The naming with an expression for a name, one for each layer where the name has a number."""
    found = {_key(name, numbers): Template(tree, numbers) for numbers in numbers_of(claim, naming)}
    if None in {number for _, number in found}:
        found = {(name.letter, None): Template(tree)}
    return replace(naming, templates={**naming.templates, **found})


def _ratio_of(side: Node) -> Ratio | None:
    """The derivative that a side is, or is but for its sign."""
    side = side.inside if isinstance(side, nodes.Negative) else side
    return side.known if isinstance(side, nodes.Name) and isinstance(side.known, Ratio) else None


# -- derivatives


def _derivative(claim: Claim, name: Written, said: Node, naming: Naming, at: Evaluator) -> Naming:
    """δ^{[l]} = ∂a^{[L]}/∂z^{[l]}: for every layer what the derivative is; g = ∂C/∂h^{(k)} as a template.

    δ = −∂E/∂z is another convention, not of every letter: elsewhere a sign may be a slip.
    """
    ratio, negated = _ratio_of(said), isinstance(said, nodes.Negative)
    if ratio is None or (negated and name.letter not in ERRORS):
        return naming
    found: dict[Key, Meaning] = {}
    for numbers in numbers_of(claim, naming):
        here = at.at(indices=numbers)
        known = lookup.meaning(here, name)
        below = lookup.meaning(here, ratio.below) or lookup.last_of(here, ratio)
        above = lookup.meaning(here, ratio.above) if ratio.above is not None else None
        if below is None or below[0].of is not None or (ratio.above is not None and above is None):
            continue
        if known is not None and not _may_be_redefined(claim, name, known[0], below[0].value):
            return naming
        of = above[0].value if above is not None else naming.derivation.objective
        if known is not None and known[0] == Meaning(below[0].value, of) and not negated:
            continue  # δ_j of those who count the units of each layer by another letter stays one of several
        found[_key(name, numbers)] = Meaning(below[0].value, of, negated=negated)
    if len(found) == 1 and len(list(numbers_of(claim, naming))) > 1 and None in {number for _, number in found}:
        return _with_template(claim, name, said, naming)
    return replace(naming, bound={**naming.bound, **found})


def _may_be_redefined(claim: Claim, name: Written, known: Meaning, wrt: Value) -> bool:
    """Whether a name with a meaning may be given another derivative: by the same value, or in a definition."""
    if known.of is None and name.letter not in COTANGENTS:
        return False
    said = claim.defines or len(claim.sides) > 2  # δ = ∂C/∂a = …: the author says what δ is, and then what that is
    return said or name.letter not in ERRORS or known.value == wrt


# -- values


def _values(
    claim: Claim, name: Written, naming: Naming, points: Sequence[Point], reading: Reading, steps: Steps
) -> dict[Key, Meaning]:
    letters, right = claim.letters, claim.sides[1]
    if not letters:
        known = lookup.meaning(Evaluator(points[0], naming, indices={"L": naming.last}), name)
        is_other = known is not None and known[0].of is not None and _may_change(name.letter, known[0], naming)
        if known is not None and name.indices and not _is_counter_of_entries(name) and not is_other:
            return {}  # one layer of several keeps its name
        return _one(name, right, points, naming, {"L": naming.last}, reading, steps)
    if len(letters) > 1:
        return {}
    found: dict[Key, Meaning] = {}
    for k in range(naming.last, -1, -1):
        if not found and k < naming.last - 1:
            break  # what no layer near the end has, none has
        found |= _one(name, right, points, naming, {letters[0]: k, "L": naming.last}, reading, steps)
    kinds = {meaning.value.base for meaning in found.values()}
    return found if len(found) > 1 and len(kinds) == 1 else {}


def _one(
    name: Written,
    right: Node,
    points: Sequence[Point],
    naming: Naming,
    numbers: Mapping[str, int],
    reading: Reading,
    steps: Steps,
) -> dict[Key, Meaning]:
    """What a name, and the unknown names on its right, stand for with these layers."""
    here = Evaluator(points[0], naming, indices=numbers, steps=steps)
    known = lookup.meaning(here, name)
    fixed = known is not None and not _may_change(name.letter, known[0], naming)
    if isinstance(right, nodes.Number) or (known is not None and _renames_wrongly(known[0], right, here)):
        return {}
    unknown = list(dict.fromkeys(_key(w, numbers) for w in dict.fromkeys(names_in(right)) if not has_meaning(w, here)))
    if len(unknown) > MOST_UNKNOWN or any(_has_no_such_layer(key, naming) for key in unknown):
        return {}
    taken = set(naming.bound.values())
    network = naming.derivation.network
    inputs = () if naming.letters.intersection(LETTERS["x"]) else (network.input,)  # φ, where there is no x
    free = [m for m in map(Meaning, (*network.parameters, *network.data, *inputs)) if m not in taken]
    if known is not None and known[0] == Meaning(naming.derivation.objective) and network.spec.objective.loss:
        free = [Meaning(target_of(network)), *free]  # the loss says what the target is called
    computed = [partial(_computed, Evaluator(point, naming, reading, numbers)) for point in points]
    targets = [cache(each) for each in computed]
    matrices = {_key(written, numbers) for written in names_in(right) if _has_two_letters(written, numbers)}
    for guess in permutations(_both_ways(free) if unknown else free, len(unknown)):
        given = dict(zip(unknown, guess, strict=True))
        if any(key in matrices and _is_vector(meaning, points[0]) for key, meaning in given.items()):
            continue
        tried = replace(naming, bound={**naming.bound, **given}) if given else naming
        at = [Evaluator(point, tried, reading, numbers, steps=steps) for point in points]
        meanings = _values_of(right, at, targets)
        if not meanings:
            continue
        meaning = known[0] if known is not None and known[0] in meanings else meanings[0]
        if known is None or (not fixed and _is_another(meaning, known[0])):
            return {_key(name, numbers): meaning, **given}
        if meaning == known[0]:
            return {**({} if name.indices else {_key(name, numbers): meaning}), **given}
    return {}


def _is_another(meaning: Meaning, known: Meaning) -> bool:
    """Whether it is of another kind than what a name stands for, or another derivative."""
    return meaning != known if known.of is not None else meaning.value.base != known.value.base


def _renames_wrongly(known: Meaning, right: Node, at: Evaluator) -> bool:
    """Whether a name with a meaning is only said to be another name: none may, but y the output, y = a^{[L]}.

    y = ŷ says that a prediction is right, and renames nothing.
    """
    if not isinstance(right, nodes.Name) or not isinstance(right.known, Written):
        return False
    meant = lookup.meaning(at, right.known)
    if known.value.base != "y" or meant is None or right.known.base.startswith(r"\hat"):
        return True
    return not _same(
        of_meaning_or_none(at, Meaning(at.naming.derivation.network.output)), of_meaning_or_none(at, meant[0])
    )


def _may_change(letter: str, meaning: Meaning, naming: Naming) -> bool:
    """Whether a file may give a name with a meaning another one.

    That of y it may, of x where it has not been used as what it is, and of activations where there is no z: there a may
    be W x + b, and h = σ(a). An estimate ŷ is always the output. A letter that only a notation has for a derivative, g,
    may be another one's.
    """
    if meaning.of is not None:
        return letter in COTANGENTS and letter not in ERRORS and meaning not in naming.bound.values()
    if letter.startswith(r"\hat"):
        return False
    may = {"y": True, "x": letter not in naming.seen, "a": not {"z", "Z"} & naming.letters}
    return may.get(meaning.value.base, False)


def _has_no_such_layer(key: Key, naming: Naming) -> bool:
    """b^{[0]}: a letter that has a meaning, with a number that the network has not."""
    letter, number = key
    numbers = sorted(n for known, n in naming.table.meanings if known == letter and n is not None)
    gaps = numbers != list(range(numbers[0], numbers[-1] + 1)) if numbers else True
    return number is not None and not gaps


def _both_ways(found: Sequence[Meaning]) -> list[Meaning]:
    """Parameters as they are, then, where they are one row, as columns."""
    rows = [m for m in found if m.value.base == "W" and m.value.rows == 1]
    return [*found, *(replace(m, turned=True) for m in rows)]


def _key(written: Written, numbers: Mapping[str, int]) -> Key:
    for index in (*written.above[:1], *written.below[:1]):
        number = index.at(numbers)
        if number is not None:
            return written.letter, number
    return written.letter, None


def _is_counter_of_entries(name: Written) -> bool:
    """Whether its indices are letters, so that it is no layer's number: y_k."""
    return all(index.letter for index in name.indices)


def _is_new(name: Written, naming: Naming, points: Sequence[Point], claim: Claim) -> bool:
    if name.above and any(letter == name.letter for letter, _ in naming.table.meanings):
        return False  # a layer that the network has not
    for numbers in numbers_of(claim, naming):
        at = Evaluator(points[0], naming, indices=numbers)
        if lookup.meaning(at, name) is not None or lookup.template(at, name) is not None:
            return False
        if lookup.names_number(at, name) and not naming.renames(name.letter):
            return False
    return True


def _is_matrix_of_vector(claim: Claim, name: Written, naming: Naming, points: Sequence[Point], steps: Steps) -> bool:
    """Whether a capital letter of a file about one sample is given to a matrix, A = diag(a)."""
    if naming.derivation.network.samples != 1 or not name.letter.isupper() or len(name.letter) != 1:
        return False
    for numbers in numbers_of(claim, naming):
        at = Evaluator(points[0], naming, indices=numbers, steps=steps)
        found = lookup.meaning(at, name)
        array = column_or_none(at, claim.sides[1])
        is_value = found is not None and found[0].of is None and not found[0].diagonal
        if found is not None and is_value and np.ndim(array) == 2 and 1 not in np.shape(array):
            return 1 in lookup.array_of(at, found[0].value).shape
    return False


def _has_two_letters(written: Written, numbers: Mapping[str, int]) -> bool:
    """Whether a name is an entry of a matrix, w_{ij}, by letters that count no layers."""
    return sum(index.at(numbers) is None for index in written.indices) > 1


def _is_vector(meaning: Meaning, point: Point) -> bool:
    """Whether it is one column, and no weights: those of one unit may be written as a matrix."""
    return meaning.value.base != "W" and 1 in point.array(meaning.value).shape


def _computed(at: Evaluator) -> list[tuple[Meaning, Any]]:
    """The values of the network, and the derivatives of the objective, as they are at a point."""
    values = [Meaning(step.target) for step in at.naming.derivation.forward]
    objective = at.naming.derivation.objective
    slopes = [Meaning(m.value, objective) for m in values if m.value != objective]
    return [(m, of_meaning_or_none(at, m)) for m in (*values, *slopes)]


def _values_of(
    right: Node, at: Sequence[Evaluator], targets: Sequence[Callable[[], list[tuple[Meaning, Any]]]]
) -> list[Meaning]:
    """Of the `targets` at each point, those that the right side is at every point."""
    left: list[Meaning] | None = None
    for here, computed in zip(at, targets, strict=True):
        arrays = [(m, array) for m, array in computed() if left is None or m in left]
        firsts = [np.ravel(array)[0] for _, array in arrays if isinstance(array, np.ndarray | float) and np.size(array)]
        found = column_or_none(here, right, partial(_is_one_of, firsts))
        left = [] if found is None else [m for m, array in arrays if _same(found, array)]
        if not left:
            break
    return left or []


def _is_one_of(numbers: Sequence[float], number: float) -> bool:
    return any(close(number, each) for each in numbers)


def _same(a: Any, b: Any) -> bool:
    """Whether a side is a value of the network, of its shape; a number may be one of one entry."""
    if b is None:
        return False
    if is_number(a):
        return np.size(b) == 1 and close(a, np.ravel(b)[0], STRICT)
    return isinstance(a, np.ndarray) and a.shape == np.shape(b) and close(a, b, STRICT)
