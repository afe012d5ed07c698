"""When two values are the same but for rounding."""

from __future__ import annotations

from typing import Any

import numpy as np

TOLERANCE = 1e-7
"""Relative: values at points are of the order of 1, and their errors of rounding smaller than 1e-12."""

STRICT = 1e-12
"""Of what a file gives a name to: a value of the network is recognized by being computed again."""

LARGEST = 1e6
"""Values that are larger are compared strictly: what was added to both sides of a formula must not hide the rest."""

ROUNDED, DIFFERENCED = 1e-14, 1e-10
"""What is left of 0 after rounding, and after differences: where one side is 0 or no more than rounding,
so is the other if it is smaller."""


def close(a: Any, b: Any, tolerance: float = TOLERANCE) -> bool:
    """Whether two numbers, or two arrays of one shape, differ by little beside the greatest entry; never if infinite.

    max |a − b| ≤ max(tolerance · max(|a|, |b|), what is left of 0)
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        return False
    scales = [float(np.max(np.abs(each), initial=0.0)) for each in (a, b)]
    relative = STRICT if max(scales) > LARGEST else tolerance
    left = DIFFERENCED if min(scales) <= ROUNDED else ROUNDED
    return bool(np.all(np.abs(a - b) <= max(relative * max(scales), left)))
