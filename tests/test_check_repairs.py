"""What is said of a slip: the edit, in words, and the right formula in the author's letters."""

from __future__ import annotations

import pytest

from symbolic.checking.check import check

LAYERS = r"""
$z_1 = W_1 x + b_1$, $h = \tanh(z_1)$, $z_2 = W_2 h + b_2$, $\ell = \frac12 \|z_2 - y\|^2$

$\delta_2 = z_2 - y$
"""

RESIDUAL = r"""
$z = W_1 x + b_1$, $h = \mathrm{ReLU}(z)$, $y = x + W_2 h + b_2$, $L = \frac12 \|y - t\|^2$

$\frac{\partial L}{\partial y} = y - t$
"""

PENALTY = r"""
$Z^{[1]} = W^{[1]} X + b^{[1]}$, $A^{[1]} = \tanh(Z^{[1]})$, $Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}$

$J = \frac{1}{2m} \|Z^{[2]} - Y\|_F^2 + \frac{\lambda}{2m} (\|W^{[1]}\|_F^2 + \|W^{[2]}\|_F^2)$

$dZ^{[2]} = Z^{[2]} - Y$

$dZ^{[1]} = W^{[2]T} dZ^{[2]} \odot (1 - (A^{[1]})^2)$

$dW^{[2]} = \frac{1}{m} (Z^{[2]} - Y) A^{[1]T} + \frac{\lambda}{m} W^{[2]}$
"""

SOFTMAX = r"""
$p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$ and $L = -\sum_i y_i \log p_i$

$\frac{\partial L}{\partial z_j} = p_j \sum_i y_i - y_j$
"""

SLIPS = {
    "a transpose": (
        LAYERS,
        r"\delta_1 = W_2 \delta_2 \odot (1 - h^2)",
        r"W_{2} must be transposed",
        r"\delta_{1} = (W_{2})^{\top} \delta_{2} \odot (1 - h^{2})",
    ),
    "an exponent of the whole": (
        LAYERS,
        r"\delta_1 = W_2^T \delta_2 \odot (1 - h)^2",
        r"the exponent 2 is that of h alone",
        r"\delta_{1} = W^{\top}_{2} \delta_{2} \odot (1 - h^{2})",
    ),
    "an exponent of the last term": (
        LAYERS,
        r"\ell = \frac12 \sum_k (z_{2k} - y_k^2)",
        r"the exponent 2 is that of the whole bracket",
        r"\ell = \frac{1}{2} \sum_{k} (z_{2k} - y_{k})^{2}",
    ),
    "an exponent of an argument": (
        LAYERS,
        r"\delta_1 = W_2^T \delta_2 \odot (1 - \tanh(z_1^2))",
        r"the exponent 2 is that of \tanh(z_{1})",
        r"\delta_{1} = W^{\top}_{2} \delta_{2} \odot (1 - (\tanh(z_{1}))^{2})",
    ),
    "a sign in a case": (
        SOFTMAX,
        r"\frac{\partial p_i}{\partial z_j} = \begin{cases} p_i (1 - p_j) & i = j \\ p_i p_j & i \neq j \end{cases}",
        r"the sign of p_{i} p_{j} is −",
        r"\frac{\partial p_{i}}{\partial z_{j}} = \begin{cases} p_{i} (1 - p_{j}), & \text{if } i = j \\"
        r" - p_{i} p_{j}, & \text{if } i \neq j \end{cases}",
    ),
    "a path": (
        RESIDUAL,
        r"\frac{\partial L}{\partial x} = W_1^T \frac{\partial L}{\partial z}",
        r"the term \frac{\partial L}{\partial y} is missing",
        r"\frac{\partial L}{\partial x} = W^{\top}_{1} \frac{\partial L}{\partial z} + \frac{\partial L}{\partial y}",
    ),
    "a penalty": (
        PENALTY,
        r"dW^{[1]} = \frac{1}{m} dZ^{[1]} X^T",
        r"the term \frac{\lambda}{m} W^{[1]} is missing",
        r"dW^{[1]} = \frac{1}{m} dZ^{[1]} X^{\top} + \frac{\lambda}{m} W^{[1]}",
    ),
}


@pytest.mark.parametrize(("around", "formula", "repair", "correct"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_mended(around: str, formula: str, repair: str, correct: str) -> None:
    *others, found = check(f"{around}\n${formula}$\n").claims
    assert {claim.verdict for claim in others} == {"right"}
    assert (found.verdict, found.repair, found.correct) == ("wrong", repair, correct)


def test_a_penalty_that_is_shared_is_a_convention() -> None:
    """λ/(2m) beside a network whose penalty is λ/2 ‖W‖²: right, and it is said why."""
    *_, found = check(PENALTY).claims
    assert (found.verdict, "λ/N for λ" in found.conventions) == ("right", True)
