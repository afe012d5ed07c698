"""One sample of a batch: what its formulas are told by, and what names stand for in them.

An author who writes X, Z, A for a batch has x, z, a for each of its samples: Σ_s [∂a/∂z ∂C/∂a]_s is a sum of products
that are those of the network for one sample, where ∂a/∂z is a matrix and C a loss of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from symbolic.algebra.values import Value
from symbolic.checking.at import At
from symbolic.checking.claims import Claim
from symbolic.checking.letters import CAPITALS, COUNT_SAMPLES, LETTERS, SMALL
from symbolic.checking.naming import Meaning, Naming, Table
from symbolic.checking.problems import Unknown
from symbolic.checking.tree import Entry, Grouped, Repeated
from symbolic.checking.walk import names_in, nodes_in, ratios_in
from symbolic.checking.written import Index, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node


def are_of_one_sample(letters: Collection[str], file: Collection[str]) -> bool:
    """Whether letters are surely of one sample: small ones, each with its capital in the file, and no capital."""
    small = SMALL.intersection(letters)
    return bool(small) and not CAPITALS.intersection(letters) and all(_capital(letter) in file for letter in small)


def _capital(letter: str) -> str:
    return letter[:-1] + letter[-1].upper()


def may_be_of_one_sample(at: At, node: Node) -> bool:
    """Whether a formula in a file about a batch may be of one of its samples: by its letters, which are small."""
    if at.samples is None or at.point.derivation.network.couples_samples:
        return False
    letters = {written.base for written in names_in(node)}
    return bool(letters & SMALL) and not letters & CAPITALS


def index_of_sample(at: At, node: Node) -> Index | None:
    """The index s of [a bᵀ]_s, where what is in the brackets is of one sample; else None.

    A name alone in them is so where the file has capital letters for the batch; else it may be that of a batch.
    """
    if not isinstance(node, Entry) or not may_be_of_one_sample(at, node.inside):
        return None
    inside = node.inside.inside if isinstance(node.inside, Grouped) else node.inside
    if isinstance(inside, nodes.Name) and not at.naming.letters & CAPITALS:
        return None
    return _sample_below(node)


def _sample_below(node: Entry) -> Index | None:
    below = node.indices[0]
    if len(node.indices) != 1 or not isinstance(below, nodes.Name) or not isinstance(below.known, Written):
        return None
    return Index(((below.known.base, 1),)) if below.known.base in COUNT_SAMPLES else None


def says_samples(sides: tuple[Node, ...]) -> bool:
    """Whether formulas have a sum over something that nothing in it has an index of, or brackets with one below."""
    return any(
        _sample_below(node) is not None
        if isinstance(node, Entry)
        else isinstance(node, Repeated) and not letters_used(node.inside) & letters_used(node.indices)
        for node in nodes_in(sides)
    )


def numbers_samples(sides: tuple[Node, ...]) -> bool:
    """Whether a name has the number of a sample above it, in brackets: x^{(i)}."""
    return any(index.letter in COUNT_SAMPLES for written in names_in(sides) for index in _in_brackets(written))


def _in_brackets(written: Written) -> tuple[Index, ...]:
    above = written.above[:1] if written.bracket == "(" else ()
    return (*above, written.sample) if written.sample is not None else above


_ONE = re.compile(
    r"\b(?:just|only|with|for|on|of|at|consider)\s+(?:just\s+|only\s+)?(?:one|a single)\s+(?:\w+\s+)?"
    r"(?:example|sample|data\s?point|observation|instance)s?\b",
    re.IGNORECASE,
)


def said_alone(claims: Sequence[Claim], text: str) -> frozenset[int]:
    """The claims, by their identities, before which the words say that they are of one sample, and no later claims."""
    lines, found, before = text.split("\n"), [], 0
    for claim in claims:
        start, before = (before, claim.line) if claim.line > before else (claim.line - 1, before)
        if _ONE.search(" ".join(lines[start : claim.line])):
            found.append(id(claim))
    return frozenset(found)


def is_of_no_number(sides: tuple[Node, ...]) -> bool:
    """Whether a formula of a file with x^{(i)} is of one sample: it has x, and neither a loss nor a derivative."""
    letters = {written.base for written in names_in(sides)}
    if any(ratios_in(sides)) or letters & {*LETTERS["C"], *CAPITALS} or says_samples(sides):
        return False
    return "x" in letters and not numbers_samples(sides)


def letters_used(part: Any) -> frozenset[str]:
    """The letters of names and of their indices."""
    names = names_in(part)
    return frozenset(letter for written in names for letter in (written.base, *(i.letter for i in written.indices)))


def of_all_samples(at: At, node: Node) -> Any:
    """What a formula of one sample is for all of them: a column for each sample, or a row where those are rows.

    Raises Unknown where it is no column and no row.
    """
    found = [np.asarray(at.alone(k).of(node), dtype=float) for k in range(at.samples or 1)]
    if any(each.ndim != 2 or 1 not in each.shape for each in found):
        raise Unknown("a matrix for each sample, and no sum over the samples")
    whole = np.hstack(found) if found[0].shape[1] == 1 else np.vstack(found)
    return whole if at.point.derivation.network.axis == 0 else whole.T


@lru_cache(maxsize=512)
def naming_alone(naming: Naming) -> Naming:
    """What the names of a batch stand for in a formula of one of its samples."""
    values = _values(naming.table)
    bound = {key: _alone(meaning, values) for key, meaning in naming.bound.items()}
    return replace(
        naming, table=_table(naming.table), bound={key: found for key, found in bound.items() if found is not None}
    )


@lru_cache(maxsize=64)
def _table(table: Table) -> Table:
    return replace(table, derivation=table.derivation.per_sample)


@lru_cache(maxsize=64)
def _values(table: Table) -> Mapping[str, Value]:
    """The values of the network for one sample, by name; C is what is differentiated there."""
    derivation = table.derivation.per_sample
    network = derivation.network
    found = {v.name: v for v in (network.input, *network.parameters, *network.data)}
    return found | {step.target.name: step.target for step in derivation.forward} | {"C": derivation.objective}


def _alone(meaning: Meaning, values: Mapping[str, Value]) -> Meaning | None:
    """A meaning for one sample; None where only the batch has it."""
    value = values.get(meaning.value.name)
    of = values.get(meaning.of.name) if meaning.of is not None else None
    if value is None or (of is None and meaning.of is not None):
        return None
    return replace(meaning, value=value, of=of)
