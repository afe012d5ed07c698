"""A fraction that no decimal is, said as a text in a spec, stays exact in formulas and comes out in generated code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from peers import module

from symbolic.api import view_of
from symbolic.derivation import derive
from symbolic.errors import SpecError
from symbolic.networks.spec import make_spec


def scaled(factor: Any) -> dict[str, Any]:
    return {
        "name": "net",
        "input": {"size": 2},
        "layers": [{"type": "scale", "factor": factor}, {"units": 1, "activation": "elu(2/3)", "l2": "1/7"}],
        "objective": {"loss": "squared_error"},
    }


def test_a_fraction_is_exact_in_formulas() -> None:
    view = view_of(derive(make_spec(scaled("1/3"))))
    assert view.equation(view.derivation.forward.steps[0]) == r"a^{[1]} = \frac{1}{3}x"


def test_a_fraction_is_a_number_in_code() -> None:
    exact, rounded = (module.module(scaled(factor)) for factor in ("1/3", 1 / 3))
    params = exact.init_parameters((2, 1), np.random.default_rng(0))
    x = np.array([[0.3], [-2.0]])
    assert np.allclose(exact.forward(params, x), rounded.forward(rounded.Parameters(*params), x))


@pytest.mark.parametrize("text", ["0/3", "1/0", "-1/3", "1/3/5", "1 / 3", "1.5/2", "٣/٤", "1/" + "9" * 50])
def test_no_other_text_is_a_fraction(text: str) -> None:
    with pytest.raises(SpecError, match="is no coefficient"):
        make_spec(scaled(text))
