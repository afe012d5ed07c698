"""Layers told by the letters of their units: z_j = Σ_i o_i w_{ij} and z_k = Σ_j o_j w_{jk} are those of two layers.

Where one letter of a value stands with several letters of units, o_i and o_j, these say which layer is meant. The
claims are read with the numbers of the layers, o^{(1)}_j, as other authors write them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

from symbolic.checking.claims import Claim
from symbolic.checking.letters import ERRORS, LETTERS
from symbolic.checking.tree import Repeated
from symbolic.checking.walk import names_in, nodes_in, with_written
from symbolic.checking.written import Index, Written
from symbolic.reading import nodes

Edge = tuple[str, str]
"""The letters of the units that a weight leads from and to."""


class Forward(NamedTuple):
    """A forward equation, z_j = Σ_i w_{ji} o_i: the letters of its weights and of the values before, where the weights
    lead, and whether the unit that they lead to stands first."""

    weights: str
    before: str
    edge: Edge
    turned: bool


def with_layers_of_units(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with the numbers of layers, where nothing but the letters of units tells these apart."""
    layers = _layers(claims)
    if not layers:
        return [*claims]
    names = [written for claim in claims for written in names_in(claim.sides)]
    several = {base for base, letters in _letters(names).items() if len(letters) > 1}
    kept = {base for base in _letters(names) if base not in several and base in (*LETTERS["x"], *LETTERS["y"])}
    kept |= {*LETTERS["C"]}

    def numbered(written: Written) -> Written:
        letters = _units(written)
        if not letters or written.base in kept or any(letter not in layers for letter in letters):
            return written
        return replace(written, above=(Index((), max(layers[letter] for letter in letters)),), bracket="(")

    return [replace(claim, sides=with_written(claim.sides, numbered)) for claim in claims]


def _units(written: Written) -> tuple[str, ...]:
    """The letters of the one or two units that a name is of; nothing where it has other indices, too."""
    plain = not written.above and not written.label and written.sample is None and len(written.below) in (1, 2)
    letters = tuple(index.letter for index in written.below if not index.number)
    return letters if plain and len(letters) == len(written.below) and all(letters) else ()


def _letters(names: Sequence[Written]) -> Mapping[str, set[str]]:
    """The letters of units that stand alone below each letter of a value."""
    found: dict[str, set[str]] = {}
    for written in names:
        units = _units(written)
        if len(units) == 1:
            found.setdefault(written.base, set()).update(units)
    return found


def _layers(claims: Sequence[Claim]) -> Mapping[str, int]:
    """The number of the layer that each letter of a unit is of; nothing where letters do not tell the layers."""
    names = [written for claim in claims for written in names_in(claim.sides)]
    stated = [each for claim in claims for each in _stated(claim)]
    given = {claim.given.base for claim in claims if claim.given is not None}
    stated = [each for each in stated if each.before in given]
    weights = {each.weights for each in stated}
    leads_back = {each.turned for each in stated}
    letters = _letters(names)
    if len(weights) != 1 or len(leads_back) != 1 or any(w.above or w.sample for w in names if w.base in weights):
        return {}
    ends = [_units(written) for written in names if written.base in weights]
    edges = {each.edge for each in stated}
    for pair in (pair for pair in ends if len(pair) == 2):
        more = edges | {(pair[1], pair[0]) if leads_back == {True} else (pair[0], pair[1])}
        edges = more if _path(more) else edges  # the letters may stand the wrong way round
    order = _path(edges)
    layers = {letter: at for at, letter in enumerate(order)}
    said = [(claim.given.base, unit) for claim in claims if claim.given is not None for unit in _units(claim.given)[:1]]
    said += [(each.before, each.edge[0]) for each in stated]  # by equations: elsewhere another letter may be a slip
    told = any(base == other and one != letter for (base, one), (other, letter) in combinations(said, 2))
    values = {base for base, units in letters.items() if len(units) > 1}
    known = all(letters[base] <= layers.keys() and base not in LETTERS["C"] for base in values)
    return layers if told and known and all(len(pair) == 2 for pair in ends) else {}


def _stated(claim: Claim) -> Iterator[Forward]:
    """The weights of a forward equation, where a claim is one."""
    given = _units(claim.given) if claim.given is not None else ()
    if len(given) != 1 or (claim.given is not None and claim.given.base in ERRORS):
        return
    for node in nodes_in(claim.sides[1:]):
        index = node.indices[0] if isinstance(node, Repeated) and len(node.indices) == 1 else None
        if not isinstance(node, Repeated) or not isinstance(index, nodes.Name) or not isinstance(index.known, Written):
            continue
        letter, inside = index.known.base, list(names_in(node.inside))
        before = next((each.base for each in inside if _units(each) == (letter,)), None)
        for each in inside if before is not None else ():
            if len(_units(each)) == 2 and set(_units(each)) == {letter, given[0]}:
                yield Forward(each.base, before or "", (letter, given[0]), _units(each)[0] == given[0])


def _path(edges: set[Edge]) -> tuple[str, ...]:
    """The letters in the order that leads through all edges; nothing where there is none."""
    after = dict(edges)
    starts = [a for a in after if a not in after.values()]
    if len(after) != len(edges) or len(set(after.values())) != len(edges) or len(starts) != 1:
        return ()
    found = [starts[0]]
    while found[-1] in after:
        found.append(after[found[-1]])
    return tuple(found) if len(found) == len(edges) + 1 else ()
