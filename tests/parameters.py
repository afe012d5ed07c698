"""Cases of which the default run takes a few: the others are slow, and not traced."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def every(step: int, cases: Iterable[str]) -> list[Any]:
    """The cases as parameters; all but every `step`-th are slow."""
    return [
        pytest.param(case, id=case, marks=() if at % step == 0 else pytest.mark.slow) for at, case in enumerate(cases)
    ]
