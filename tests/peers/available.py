"""The peers that are installed: `pip install -e '.[peers]'`. Under CI=true a missing one fails, elsewhere it skips."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Callable

import pytest

from peers.problem import Answer, Problem

PEERS = {"torch": "peers.torch_peer", "jax": "peers.jax_peer"}
"""Package ↦ the module that builds networks with it."""


def peer(package: str) -> Callable[[Problem], Answer]:
    """What answers a problem by another package's own differentiation."""
    if importlib.util.find_spec(package) is None:
        reason = f"{package} is not installed; run: pip install -e '.[peers]'"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    answer: Callable[[Problem], Answer] = importlib.import_module(PEERS[package]).answer
    return answer
