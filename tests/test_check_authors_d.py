"""Derivations of other authors: lines with two parameters, gradients named by letters alone, recurrent networks."""

from __future__ import annotations

import pytest

from symbolic import check
from tests.test_check_judgement import assert_verdicts, parsed

LINE = r"""
        right: h_\theta(x) = \theta_0 + \theta_1 x
        right: J(\theta_0,\theta_1) = \frac{1}{2m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)})^2
"""

NUMBERS = r"""
        right: \hat y_i = w x_i + b
        right: J = \frac{1}{m} \sum_{i=1}^m (\hat y_i - y_i)^2
"""

RECURRENT = r"""
        right: h_t = \tanh(W h_{t-1} + U x_t + b)
        right: o_t = V h_t + c
        right: \hat y_t = \mathrm{softmax}(o_t)
        right: L = \sum_t L_t
        right: L_t = -y_t^T \log \hat y_t
        right: \frac{\partial L}{\partial o_t} = \hat y_t - y_t
"""

FILES = {
    "a line": LINE
    + r"""
        right: \frac{\partial J}{\partial \theta_0} = \frac{1}{m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)})
        right: \frac{\partial J}{\partial \theta_1} = \frac{1}{m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x^{(i)}
        not right: \frac{\partial J}{\partial \theta_1} = \frac{1}{m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)})
        not right: \frac{\partial J}{\partial \theta_1} = \frac{2}{m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x^{(i)}
    """,
    "numbers, and one slip": NUMBERS
    + r"""
        not right: \frac{\partial J}{\partial w} = \frac{1}{m} \sum_{i=1}^m (\hat y_i - y_i) x_i
        right: \frac{\partial J}{\partial b} = \frac{2}{m} \sum_{i=1}^m (\hat y_i - y_i)
        right: \frac{\partial J}{\partial \hat y_i} = \frac{2}{m} (\hat y_i - y_i)
    """,
    "W_0 beside W": r"""
        right: z = W^T x + W_0
        right: a = \mathrm{softmax}(z)
        right: \mathcal{L}(a, y) = -\sum_k y_k \log a_k
        right: J = \frac1n \sum_{i=1}^n \mathcal{L}(a^{(i)}, y^{(i)})
        right: \frac{\partial \mathcal{L}}{\partial W} = x (a - y)^T
        right: \frac{\partial \mathcal{L}}{\partial W_0} = a - y
        not right: \frac{\partial \mathcal{L}}{\partial W_0} = x (a - y)^T
        not right: \frac{\partial \mathcal{L}}{\partial W_0} = y - a
    """,
    "letters of gradients that nobody explains": r"""
        right: z_1 = W_1 x + b_1
        right: a_1 = \sigma(z_1)
        right: z_2 = W_2 a_1 + b_2
        right: a_2 = \sigma(z_2)
        right: L = \frac12 \|a_2 - y\|^2
        right: g_2 = (a_2 - y) \odot a_2 \odot (1 - a_2)
        right: g_1 = W_2^T g_2 \odot a_1 \odot (1 - a_1)
        right: \frac{\partial L}{\partial W_2} = g_2 a_1^T
        not right: \frac{\partial L}{\partial W_2} = g_2 x^T
        right: \frac{\partial L}{\partial b_1} = g_1
        not right: \frac{\partial L}{\partial b_1} = g_2
        not right: \frac{\partial L}{\partial x} = W_1 g_1
    """,
    "a recurrent network, summed over all steps": RECURRENT
    + r"""
        right: \frac{\partial L}{\partial V} = \sum_t \frac{\partial L}{\partial o_t} h_t^T
        right: \frac{\partial L}{\partial W} = \sum_t \mathrm{diag}(1 - h_t^2) \frac{\partial L}{\partial h_t} h_{t-1}^T
        not right: \frac{\partial L}{\partial W} = \sum_t \mathrm{diag}(1 - h_t^2) \frac{\partial L}{\partial h_t} h_t^T
        not right: \frac{\partial L}{\partial V} = \frac{\partial L}{\partial o_t} h_t^T
        right: \frac{\partial L}{\partial c} = \sum_t \frac{\partial L}{\partial o_t}
    """,
    "braces with words about what they are around": r"""
        right: z = W x + b
        right: \hat y = \sigma(z)
        right: L = \frac12 \|\hat y - y\|^2
        right: \frac{\partial L}{\partial b} = \underbrace{(\hat y - y)}_{\text{error}} \odot \overbrace{\sigma'(z)}^f
        not right: \frac{\partial L}{\partial b} = \underbrace{(y - \hat y)}_{e} \odot \underbrace{\sigma'(z)}_{f}
    """,
    "columns that are the rows of X": r"""
        right: p_i = \phi(w^T x_i)
        right: \phi(z) = \frac{1}{1 + e^{-z}}
        right: \mathcal{L}(w) = - \sum_{i=1}^n \left[ y_i \log p_i + (1 - y_i) \log (1 - p_i) \right]
        right: \frac{\partial \mathcal{L}(w)}{\partial w} = - \sum_{i=1}^n \left[ y_i - \phi(w^T x_i) \right] x_i
        right: \frac{\partial \mathcal{L}}{\partial w} = X^T (p - y)
        not right: \frac{\partial \mathcal{L}}{\partial w} = X^T (y - p)
        not right: \frac{\partial \mathcal{L}}{\partial w} = X (p - y)
    """,
    "script letters": r"""
        right: z = W x + b
        right: \hat y = \sigma(z)
        right: \mathscr{L} = \frac12 \|\hat y - y\|^2
        right: \frac{\partial \mathscr{L}}{\partial W} = ((\hat y - y) \odot \sigma'(z)) x^T
        not right: \frac{\partial \mathscr{L}}{\partial W} = ((\hat y - y) \odot \sigma(z)) x^T
    """,
}


@pytest.mark.parametrize("name", FILES)
def test_verdicts(name: str) -> None:
    text, wanted = parsed(FILES[name])
    assert_verdicts(check(text), wanted)
