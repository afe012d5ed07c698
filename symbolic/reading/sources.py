"""What the command line calls a system: a name, a file, or the network's own formula."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symbolic.errors import SpecError
from symbolic.networks.spec import Spec, load_spec
from symbolic.networks.tables import catalog
from symbolic.reading.network import is_formula, read_network


@dataclass(frozen=True)
class Source:
    """A system as it was asked for, its spec, and what the names of a formula are called in it."""

    asked: str
    spec: Spec
    names: Mapping[str, str]


def read_sources(
    asked: Sequence[str], *, loss: str | None = None, reduction: str | None = None, weights: str | None = None
) -> list[Source]:
    """The systems asked for; formulas are called net, net2, …, and the options are theirs.

    Raises SymbolicError for what is neither name nor file nor formula, and for options where there is no formula.
    """
    found: list[Source] = []
    formulas = [source for source in asked if _is_formula(source)]
    options = {"loss": loss, "reduction": reduction, "weights": weights}
    given = next((name for name, option in options.items() if option is not None), None)
    if given and not formulas:
        raise SpecError(f"--{given}: belongs to a formula; a spec says its own")
    for source in asked:
        if source in formulas:
            position = formulas.index(source) + 1
            read = read_network(source, **options, name="net" if position == 1 else f"net{position}")
            found.append(Source(source, read.spec, read.names))
        else:
            found.append(Source(source, load_spec(source), {}))
    return found


def _is_formula(source: str) -> bool:
    return source not in catalog() and is_formula(source) and ("\0" in source or not os.path.exists(source))
