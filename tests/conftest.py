"""Hypothesis draws the same examples in every run; `--hypothesis-profile=nightly` draws more, and new ones.

Coverage is that of the default run.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# JAX compiles each network once, for one call: there is nothing to be gained from optimizing it.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")

settings.register_profile("project", derandomize=True, deadline=None, database=None, max_examples=50)
settings.register_profile("nightly", derandomize=False, deadline=None, max_examples=500, print_blob=True)
settings.load_profile("project")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests are not traced: what they cover the others cover, and tracing takes a good part of their time."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker("no_cover")
