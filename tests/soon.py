"""A guard against work that grows without an end; it is no measure of speed, which `benchmarks/` has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time

SECONDS = 20.0
"""Of the processor, which others may share; what is guarded takes one or two, and without a bound, hours."""


@contextmanager
def ends_soon(what: object = "") -> Iterator[None]:
    """Raises AssertionError where the work inside took far longer than it may."""
    start = process_time()
    yield
    assert process_time() - start < SECONDS, what
