"""Where a loss has a value for its target y, as the check that a generated module makes."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.networks.spec import Spec
from symbolic.networks.tables import losses


@dataclass(frozen=True)
class Range:
    """What is wrong with the numbers of an array y, as NumPy, and what is wanted of them, in words."""

    wrong: str
    wanted: str


BETWEEN = Range("(y < 0.0) | (y > 1.0)", "numbers from 0 to 1")
SUMMED = Range(
    "(y < 0.0) | (y > 1.0) | (np.abs(y.sum(axis={axis}, keepdims=True) - 1.0) > 1e-4)",
    "numbers from 0 to 1 that sum to 1 over the units of each sample",
)
RANGES = {"probability": BETWEEN, "distribution": SUMMED, "count": Range("y < 0.0", "numbers from 0 up")}
"""The `target` of a loss ↦ its range; any real number where there is none."""


def target_ranges(spec: Spec, axis: int) -> tuple[Range, ...]:
    """The range of y under the loss of a spec; nothing where there is no loss, or every number has one.

    `axis` is the one along which the units of a sample lie.
    """
    if spec.objective.loss is None:
        return ()
    row = losses().get(spec.objective.loss.partition("(")[0].strip())
    if row is None or row.target not in RANGES:
        return ()
    found = RANGES[row.target]
    return (Range(found.wrong.format(axis=axis), found.wanted),)
