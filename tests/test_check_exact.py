"""What is called equal by algebra is; and no slip is."""

from __future__ import annotations

import pytest

from symbolic import check
from symbolic.checking.claims import claims
from symbolic.checking.convention import Reading
from symbolic.checking.document import read_document
from symbolic.checking.exact import is_proved
from symbolic.checking.setting import settings
from symbolic.checking.standard import PROVED, PROVED_AT_DEPTH, RESTS
from symbolic.networks.spec import load_spec
from tests.slips import slips

PROVEN = {
    "regression": (
        r"\delta^{[1]} = (W^{[2]})^\top \delta^{[2]} \odot \mathbf{1}\{z^{[1]} > 0\}",
        r"\frac{\partial C}{\partial W^{[1]}} = ( (W^{[2]})^\top \delta^{[2]} \odot \sigma'(z^{[1]}) ) x^\top",
    ),
    "classification_mse": (
        r"\delta^{[2]} = 2 (\hat y - y) \odot a^{[2]} \odot (1 - a^{[2]})",
        r"\delta^{[2]} = 2 \hat y \odot (1 - \hat y) \odot \hat y - 2 y \odot \hat y \odot (1 - \hat y)",
    ),
    "deep_mse": (
        r"\delta^{[L]} = (a^{[L]} - y) \odot \sigma'(z^{[L]})",
        r"\delta^{[l]} = \mathrm{diag}(\sigma'(z^{[l]})) (W^{[l+1]})^\top \delta^{[l+1]}",
        r"\frac{\partial C}{\partial W^{[l]}} = \delta^{[l]} (a^{[l-1]})^\top",
    ),
}
"""Formulas whose two sides are equal for all sizes."""

NUMBERS_ALONE = (
    ("regression", r"C = \sum_k (\hat y_k - y_k)^2"),
    ("deep_mse", r"\delta^{[1]} = D^{[1]} (W^{[2]})^\top D^{[2]} \cdots (W^{[L]})^\top D^{[L]} (a^{[L]} - y)"),
)
"""Right ones that are not proved: entries, and products with dots."""


@pytest.mark.parametrize(("system", "formula"), [(s, f) for s, formulas in PROVEN.items() for f in formulas])
def test_proved(system: str, formula: str) -> None:
    [claim] = check(f"${formula}$", system=system).claims
    assert claim.verdict == "right"
    assert claim.reason == (PROVED_AT_DEPTH if system == "deep_mse" else PROVED)


@pytest.mark.parametrize(("system", "formula"), NUMBERS_ALONE)
def test_resting_on_numbers(system: str, formula: str) -> None:
    [claim] = check(f"${formula}$", system=system).claims
    assert (claim.verdict, claim.reason) == ("right", RESTS)


@pytest.mark.parametrize(("system", "formula"), [(s, f) for s, formulas in PROVEN.items() for f in formulas])
def test_no_slip_is_proved(system: str, formula: str) -> None:
    """Numbers are not asked here: what they refute, algebra does not prove."""
    left, right = formula.split(" = ")
    made = [f"{left} = {slip.text}" for slip in slips(right)]
    found = claims(read_document("\n\n".join(f"${each}$" for each in made), name="a.md").fragments)
    setting = next(settings(found, load_spec(system), "single", None))
    refuted = [claim for claim in found if setting.everywhere(claim, Reading()).kind not in ("agrees", "row")]
    assert refuted
    assert not [claim.text for claim in refuted if is_proved(claim, setting.at_first(claim, Reading()), ())]
