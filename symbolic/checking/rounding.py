"""When two values are the same but for rounding."""

from __future__ import annotations

from typing import Any

import numpy as np

TOLERANCE = 1e-7
"""Relative: values at points are of the order of 1, and their errors of rounding smaller than 1e-12."""

STRICT = 1e-12
"""Of what a file gives a name to: a value of the network is recognized by being computed again."""

SMALLEST = 1e-3
"""Values that are smaller are compared as if they were of this order."""


def close(a: Any, b: Any, tolerance: float = TOLERANCE) -> bool:
    """Whether two numbers, or two arrays of one shape, differ by little beside the greatest entry; never if infinite.

    max |a − b| ≤ tolerance · max(|a|, |b|)
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        return False
    scale = max(SMALLEST, float(np.max(np.abs(a), initial=0.0)), float(np.max(np.abs(b), initial=0.0)))
    return bool(np.all(np.abs(a - b) <= tolerance * scale))
