"""Generated modules of networks that Hypothesis draws, of all that a spec can say, against PyTorch.

Twenty-five of them in the default run, five hundred more under the marker `slow`.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from peers import backprop, module
from peers.available import peer
from peers.compare import relative_error
from peers.problem import Spec, draw
from peers.random_networks import networks

EXACT = 1e-10
AGREED = 1e-12
"""Networks where two references differ by more are badly conditioned, a norm of almost equal numbers say; they say
nothing about a third. test_trust_reference.py tells that the two do not differ for another reason."""

UNHURRIED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def compare(spec: Spec, samples: int, seed: int) -> None:
    """The module finds what PyTorch finds."""
    problem = draw(spec, seed, samples)
    assume(not backprop.near_a_kink(problem))
    wanted = peer("torch")(problem)
    assume(relative_error(backprop.answer(problem), wanted) < AGREED)
    assert relative_error(module.answer(problem), wanted) < EXACT


@settings(max_examples=25, suppress_health_check=UNHURRIED)
@given(networks())
def test_modules_of_any_network_agree_with_pytorch(spec: Spec) -> None:
    compare(spec, samples=3, seed=0)


@pytest.mark.slow
@settings(max_examples=500, suppress_health_check=UNHURRIED)
@given(networks())
def test_modules_of_many_networks_agree_with_pytorch(spec: Spec) -> None:
    compare(spec, samples=2, seed=1)


@settings(max_examples=5, suppress_health_check=UNHURRIED)
@given(networks())
def test_one_sample_is_a_batch(spec: Spec) -> None:
    compare(spec, samples=1, seed=2)
