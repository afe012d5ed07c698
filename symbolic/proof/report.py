"""All obligations: the rules, the activations, and every system asked for, in the order in which they are reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from symbolic.derivation import derive
from symbolic.networks.build import couples_samples
from symbolic.networks.spec import Batch, Spec, load_spec
from symbolic.networks.tables import catalog
from symbolic.proof import activations, depth, induction, rules, systems
from symbolic.proof.verdict import Obligation


def obligations(sources: Sequence[str | Path | Spec] = ()) -> list[Obligation]:
    """What is to be proved for the systems given (catalogue names, paths or specs; unsaid, the whole catalogue).

    The rules and the activations come first. Nothing is proved before `prove` is called.
    Raises SymbolicError for a system that cannot be read or built.
    """
    specs = [load_spec(source) for source in sources or tuple(catalog())]
    found = [*rules.obligations(), *activations.obligations()]
    for spec in specs:
        found += of_system(spec)
    return found


def of_system(spec: Spec) -> Iterator[Obligation]:
    """The obligations of one system, for one sample and for a batch: by induction; entry by entry if it is small."""
    batch: Batch = "rows" if spec.batch == "rows" else "columns"
    derivations = [(derive(spec, batch), ", batch")]
    if not couples_samples(spec):
        derivations.insert(0, (derive(spec, "single"), ""))
    small = [systems.Entrywise(derivation).feasible for derivation, _ in derivations]
    if isinstance(spec.depth, int) and not any(small):
        yield from of_system(depth.template(spec))
        for derivation, label in derivations:
            yield from depth.obligations(derivation, label)
        return
    for derivation, label in derivations:
        yield from induction.obligations(derivation, label)
        yield from systems.obligations(derivation, label)
