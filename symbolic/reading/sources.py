"""Systems as the command line has them: names, files, and formulas among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symbolic.networks.spec import Spec, load_spec
from symbolic.reading.network import read_network


@dataclass(frozen=True)
class Source:
    """A system as it was asked for, its spec, and what the names of a formula are called in it."""

    asked: str
    spec: Spec
    names: Mapping[str, str]


def read_sources(asked: Sequence[str], formulas: Sequence[str], options: Mapping[str, str | None]) -> list[Source]:
    """The systems asked for; formulas are called net, net2, …, and the options of `read_network` are theirs.

    Raises SymbolicError for what cannot be read.
    """
    found: list[Source] = []
    for source in asked:
        if source in formulas:
            position = formulas.index(source) + 1
            read = read_network(source, **options, name="net" if position == 1 else f"net{position}")
            found.append(Source(source, read.spec, read.names))
        else:
            found.append(Source(source, load_spec(source), {}))
    return found
