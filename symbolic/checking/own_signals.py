"""Names of derivatives in the file's own letters: δ = ∂C/∂z, δ_h, v̄."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from symbolic.algebra.values import Value
from symbolic.checking.claims import Claim
from symbolic.checking.letters import PRE_ACTIVATIONS
from symbolic.checking.naming import Meaning
from symbolic.checking.own_names import SIGNALS
from symbolic.checking.own_written import bare, plain
from symbolic.checking.walk import names_in
from symbolic.checking.written import Index, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

PAIR = 2
"""δ_{ij} of a column z, and no other δ, is 1 where i = j."""


def signals(
    claims: Sequence[Claim],
    named: Mapping[Written, Meaning],
    objective: Value,
    barred: Mapping[Written, Written],
) -> dict[Written, Meaning]:
    """The names that the file gives to derivatives; `barred` are those with bars, and what they are derivatives by."""
    found = {name: Meaning(named[value].value, objective) for name, value in barred.items() if value in named}
    for claim in claims:
        ratio = next((r for side in claim.sides[1:] for r in _ratio(side)), None)
        if claim.given is None or ratio is None:
            continue
        name = plain(claim.given)
        above = None if ratio.above is None else named.get(plain(ratio.above))
        of = objective if ratio.above is None else None if above is None else above.value
        below = plain(ratio.below)
        if below not in named and name.below == below.below:
            name, below = bare(name), bare(below)  # δ_k = ∂C/∂z_k, entry by entry
        if of is not None and below in named and name not in named:
            found.setdefault(name, Meaning(named[below].value, of))
    errors = {plain(w) for claim in claims for w in names_in(claim.sides) if w.base in SIGNALS}
    several = {bare(w) for w in errors if len(w.below) != PAIR}
    for name in {each for w in errors for each in (w, bare(w))} - set(found):
        value = next((named[v] for v in _differentiated_by(name, named) if v in named), None)
        if value is not None and (name in several or name in errors or 1 not in value.value.shape):
            found[name] = Meaning(value.value, objective)
    return found


def _differentiated_by(name: Written, named: Mapping[Written, Meaning]) -> Iterator[Written]:
    """The names that an error signal may be the derivative by: the pre-activation with its index, or what is its index.

    δ_2 is that of z_2, δ_h that of h, δ_{z2} that of z_2.
    """
    before = [z for z in named if z.base in PRE_ACTIVATIONS and replace(name, base=z.base) == z]
    yield from before if len(before) == 1 else ()
    if name.label:
        yield Written(name.label, below=name.below)
    scripts = name.below or name.above
    if scripts and scripts[0].letter and not scripts[0].number:
        yield Written(scripts[0].letter, below=scripts[1:])
        yield Written(scripts[0].letter, above=tuple(Index((), i.number) for i in scripts[1:]))


def _ratio(side: Node) -> list[Ratio]:
    return [side.known] if isinstance(side, nodes.Name) and isinstance(side.known, Ratio) else []
