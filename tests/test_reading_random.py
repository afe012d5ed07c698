"""Formulas of networks that Hypothesis draws, of all that a spec can say, read back to what they were written from.

Twenty-five networks in the default run, fifty larger ones under the marker `slow` (at night five hundred), each in one
notation and layout.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peers.random_networks import Spec, networks, with_letters

from symbolic.derivation import derive
from symbolic.errors import SymbolicError
from symbolic.networks.spec import Layout, make_spec
from symbolic.notation.profile import profile, profiles
from tests.reading_back import LAYOUTS, reads_back

UNHURRIED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

WAYS = st.tuples(st.sampled_from(sorted(profiles())), st.sampled_from(LAYOUTS), st.booleans())
"""A notation, a layout, and whether sizes are letters."""


LARGEST, VERY_LARGE = 80, 200
"""Closed forms with more names than this, and their entries, take most of the time; `slow` has larger ones."""


def check(spec: Spec, author: str, layout: Layout, letters: bool, largest: int) -> None:
    """Every step and every gradient reads back."""
    assert reads_back(_derived(spec, letters), profile(author), layout, largest) >= len(spec["layers"])


def _derived(spec: Spec, letters: bool) -> Any:
    """The derivation; in numbers where the letters for 2 and 4 do not say that 2 + 2 is 4."""
    try:
        return derive(make_spec(with_letters(spec) if letters else spec))
    except SymbolicError:
        return derive(make_spec(spec))


@settings(max_examples=25, suppress_health_check=UNHURRIED)
@given(networks(), WAYS)
def test_formulas_of_any_network_read_back(spec: Spec, way: tuple[str, Layout, bool]) -> None:
    check(spec, *way, LARGEST)


@pytest.mark.slow
@settings(suppress_health_check=UNHURRIED)
@given(networks(), WAYS)
def test_formulas_of_any_size_read_back(spec: Spec, way: tuple[str, Layout, bool]) -> None:
    check(spec, *way, VERY_LARGE)
