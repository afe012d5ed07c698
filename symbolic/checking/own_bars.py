"""What bars mean, as a file itself says it of a letter that stands for any: v̄ = ∂L/∂v."""

from __future__ import annotations

from collections.abc import Collection

from symbolic.checking.claims import Claim
from symbolic.checking.habits import BARS
from symbolic.checking.naming import Meaning, Naming
from symbolic.checking.own_written import plain
from symbolic.checking.written import Ratio, Written
from symbolic.reading import nodes

FEWEST = 2
"""So many names with bars must be derivatives of what is differentiated there."""


def says_bars(claim: Claim, naming: Naming, letters: Collection[str]) -> bool:
    """Whether it says that v̄ is ∂L/∂v for any v, where L is the objective and other names with bars are so."""
    match claim.sides:
        case (
            nodes.Name(_, Written() as bar),
            nodes.Name(_, Ratio(Written() as above, Written() as below)),
        ) if bar.base in {mark + below.base for mark in BARS} and bar.indices == below.indices:
            pass
        case _:
            return False
    of = naming.own.get(plain(above))
    if of is None or of != Meaning(naming.derivation.objective) or plain(below) in naming.own:
        return False
    derivatives = [
        name for name, meaning in naming.own.items() if name.base.startswith(BARS) and meaning.of == of.value
    ]
    return len(derivatives) >= FEWEST and bar.base in letters
