"""Signs and words beside a formula: what may change it is not left out, what says nothing of it does no harm."""

from __future__ import annotations

import pytest

from symbolic import check

DELTA = r"\frac{\partial C}{\partial a^{[L]}}"
VALUE = r"a^{[L]} - y"
FORMULA = rf"${DELTA} = {VALUE}$"


@pytest.mark.parametrize(
    "text",
    [
        f"We find {FORMULA} + $17$.",
        f"We find {FORMULA} $+ 17$.",
        f"We find {FORMULA} + 17.",
        f"We find {FORMULA} plus one.",
        f"We find {FORMULA}ᵀ.",
        f"We find half of {FORMULA}.",
        f"We find twice {FORMULA}.",
        f"We find minus {FORMULA}.",
        f"We find ½ {FORMULA}.",
        f"We find $y$ + {FORMULA}.",
        f"It is -{FORMULA}.",
        rf"$$\text{{half of }} {DELTA} = {VALUE}$$",
        rf"$${DELTA} = {VALUE} \text{{ plus one}}$$",
        f"half of dC/da_L = {'a_L - y'}",
    ],
)
def test_what_may_change_a_formula_is_not_left_out(text: str) -> None:
    (claim,) = check(text, system="deep_mse").claims
    assert claim.verdict == "unreadable"


@pytest.mark.parametrize(
    "text",
    [
        f"- {FORMULA}\n- the first",
        f"1. {FORMULA} - the first step",
        f"+ {FORMULA}",
        f"Step 2 - {FORMULA}",
        f"*{FORMULA}*",
        f"We add a term; {FORMULA}.",
        f"A factor 2, and a minus: {FORMULA}.",
        f"{FORMULA} - and $y$ is given",
        f"{FORMULA}, $-y$ is a constant",
        f"{FORMULA} (times 1)",
        f"It is {FORMULA}'s turn.",
    ],
)
def test_what_says_nothing_of_a_formula_does_no_harm(text: str) -> None:
    (claim,) = check(text, system="deep_mse").claims
    assert claim.verdict == "right"


def test_an_equality_sign_joins_two_formulas_of_a_line() -> None:
    report = check(f"So ${DELTA}$ = ${VALUE}$, and \\({DELTA}\\) = \\(y - a^{{[L]}}\\).", system="deep_mse")
    assert [(claim.verdict, claim.line) for claim in report.claims] == [("right", 1), ("wrong", 1)]
