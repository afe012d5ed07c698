"""Formulas of one sample in a file about a batch: sums over samples, brackets with a sample's index, ∂a⁽ⁱ⁾/∂z⁽ⁱ⁾."""

from __future__ import annotations

import numpy as np
import pytest

from symbolic.checking.check import check
from symbolic.checking.point import points
from symbolic.checking.results import Judged
from symbolic.derivation import derive
from symbolic.networks.spec import Batch, load_spec

CAPITAL = r"""$Z^{[1]} = W^{[1]} X + b^{[1]} \mathbf{1}^\top$, $A^{[1]} = \mathrm{ReLU}(Z^{[1]})$

$Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]} \mathbf{1}^\top$, $A^{[2]} = Z^{[2]}$, $C = \frac{1}{N} \|A^{[2]} - Y\|_F^2$

$\Delta^{[2]} = \frac{2}{N} (A^{[2]} - Y)$

"""
"""A file with capital letters for the batch, whose small ones are of one sample."""

SMALL = r"""$z^{[1](i)} = W^{[1]} x^{(i)} + b^{[1]}$, $a^{[1](i)} = \mathrm{ReLU}(z^{[1](i)})$

$C = \frac{1}{N} \sum_{i=1}^N \|a^{[2](i)} - y^{(i)}\|^2$

"""
"""A file with small letters alone."""

MEAN = r"\frac{1}{N} \sum_{i=1}^{N}"
RIGHT = [
    r"\frac{\partial C}{\partial W^{[2]}} = \frac{2}{N} \sum_{i=1}^{N} (a^{[2](i)} - y^{(i)}) (a^{[1](i)})^\top",
    r"\frac{\partial C}{\partial W^{[2]}} = \frac{2}{N} \sum_{i=1}^{N} (a^{[2]} - y) (a^{[1]})^\top",
    r"\frac{\partial C}{\partial W^{[2]}} = \frac{2}{N} \sum_{i} (a^{[2]} - y) (a^{[1]})^\top",
    r"\frac{\partial C}{\partial W^{[2]}} = \frac{2}{N} \sum_{s} \left[(a^{[2]} - y) (a^{[1]})^\top\right]_s",
    rf"\frac{{\partial C}}{{\partial W^{{[2]}}}} = {MEAN} \frac{{\partial C}}{{\partial z^{{[2]}}}} (a^{{[1]}})^\top",
    rf"\frac{{\partial C}}{{\partial b^{{[1]}}}} = {MEAN} \frac{{\partial C^{{(i)}}}}{{\partial b^{{[1]}}}}",
    r"\frac{\partial C}{\partial b^{[1]}} = \sum_{i=1}^{N} \frac{\partial a^{[1](i)}}{\partial z^{[1](i)}} "
    r"(W^{[2]})^\top \frac{\partial C}{\partial z^{[2](i)}}",
    rf"\frac{{\partial C}}{{\partial W^{{[1]}}}} = {MEAN} "
    r"\frac{\partial C^{(i)}}{\partial z^{[1](i)}} (x^{(i)})^\top",
    r"\left[\frac{\partial C}{\partial X}\right]_s = \frac{1}{N} \left[(W^{[1]})^\top "
    r"\frac{\partial C}{\partial z^{[1]}}\right]_s",
    r"\frac{\partial C}{\partial X} = \frac{1}{N} \left[(W^{[1]})^\top \frac{\partial C}{\partial z^{[1]}}\right]_s",
]


def judged(formula: str, file: str = CAPITAL, batch: Batch | None = "columns") -> Judged:
    """The verdict on a formula at the end of a file."""
    return check(f"{file}$${formula}$$\n", system="regression", layout="denominator", batch=batch).claims[-1]


@pytest.mark.parametrize("formula", RIGHT)
def test_formulas_of_samples_are_right(formula: str) -> None:
    assert judged(formula).verdict == "right"
    assert judged(formula, SMALL, None).verdict == "right"


SLIPS = [
    (r"\frac{1}{N} ", ""),
    (r"\frac{2}{N} ", "2 "),
    (r"\frac{2}{N} ", r"\frac{1}{N} "),
    (r"^\top", ""),
    (r"a^{[1]", r"a^{[2]"),
    (r"\partial z^{[2]", r"\partial z^{[1]"),
]
"""What is written in place of what."""


@pytest.mark.parametrize(
    "formula", [each.replace(*slip) for each in RIGHT for slip in SLIPS if r"\sum" in each and slip[0] in each]
)
def test_a_slip_in_a_sum_over_samples_is_found(formula: str) -> None:
    assert judged(formula).verdict in ("wrong", "does not fit", "unreadable")


def test_small_letters_are_of_one_sample_where_capital_ones_are_of_the_batch() -> None:
    found = judged(r"\frac{\partial C}{\partial a^{[2]}} = 2 (a^{[2]} - y)")
    assert (found.verdict, found.conventions[-1]) == ("right", "for one sample")
    found = judged(r"\frac{\partial C}{\partial a^{[2]}} = a^{[2]} - y")
    assert (found.verdict, found.repair) == ("wrong", "a factor 2 is missing")


def test_a_matrix_for_each_sample_is_no_matrix_for_the_batch() -> None:
    formula = r"\frac{\partial C}{\partial W^{[1]}} = \left[\frac{\partial C}{\partial z^{[1]}} x^\top\right]_s"
    assert judged(formula).verdict != "right"


@pytest.mark.parametrize("batch", ["columns", "rows"])
def test_a_sample_alone_has_the_values_of_its_column_or_row(batch: Batch) -> None:
    (point,) = points(derive(load_spec("classification_bce"), batch), [1])
    alone = point.alone(2)
    for name, value in alone.values.items():
        if name != "C":
            whole, own = point.array(point.values[name]), alone.array(value)
            axis = 1 if batch == "columns" else 0
            shared = whole.shape == own.shape
            assert np.allclose(own.ravel(), whole.ravel() if shared else np.take(whole, 2, axis))
    several = point.arrays.size(point.derivation.network.samples)
    losses = [point.alone(k).array(point.alone(k).derivation.objective).item() for k in range(several)]
    assert np.isclose(np.mean(losses), point.array(point.derivation.objective).item())
