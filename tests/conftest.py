"""Hypothesis draws the same examples in every run; `--hypothesis-profile=nightly` draws more, and new ones.

Coverage is that of the default run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator

import pytest
from hypothesis import settings

# JAX compiles each network once, for one call: there is nothing to be gained from optimizing it.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")

settings.register_profile("project", derandomize=True, deadline=None, database=None, max_examples=50)
settings.register_profile("nightly", derandomize=False, deadline=None, max_examples=500, print_blob=True)
settings.load_profile("project")


def _untraced(item: pytest.Item) -> Generator[None, object, object]:
    """Slow tests are not traced: what they cover the others cover, and tracing takes more time than they do.

    The marker `no_cover` of pytest-cov does nothing in processes of pytest-xdist: coverage is started twice there.
    """
    if not item.get_closest_marker("slow"):
        return (yield)
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """What a slow test is given is not traced."""
    return (yield from _untraced(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A slow test is not traced."""
    return (yield from _untraced(item))
