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
RANGES = {"probability": BETWEEN, "distribution": BETWEEN, "count": Range("y < 0.0", "numbers from 0 up")}
"""The `target` of a loss ↦ its range; any real number where there is none."""


def target_ranges(spec: Spec) -> tuple[Range, ...]:
    """The range of y under the loss of a spec; nothing where there is no loss, or every number has one."""
    if spec.objective.loss is None:
        return ()
    row = losses().get(spec.objective.loss.partition("(")[0].strip())
    return (RANGES[row.target],) if row is not None and row.target in RANGES else ()
