"""Ways of other authors to name samples, units and layers: what is right in them, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from symbolic import check
from tests.parameters import every
from tests.test_check_judgement import assert_verdicts, parsed

FILES: dict[str, tuple[dict[str, Any], str]] = {
    "x^(i) of one sample": (
        {},
        r"""
        right: z^{[1]} = W^{[1]}x^{(i)} + b^{[1]}
        right: a^{[1]} = \tanh(z^{[1]})
        right: z^{[2]} = W^{[2]}a^{[1]} + b^{[2]}
        right: \hat{y}^{(i)} = \sigma(z^{[2]})
        right: \mathcal{L}(\hat{y}, y) = -[(1-y)\log(1-\hat{y}) + y\log\hat{y}]
        right: \frac{\partial \mathcal{L}}{\partial z^{[2]}} = \hat y - y
        wrong: \frac{\partial \mathcal{L}}{\partial W^{[1]}} = ((W^{[2]})^T (\hat y - y)) x^{(i)T}
        right: \frac{\partial \mathcal{L}}{\partial W^{[1]}} = (W^{[2]T} (\hat y - y) \circ (1 - (a^{[1]})^2)) x^{(i)T}
        """,
    ),
    "numbered forward equations, a rule for every layer": (
        {},
        r"""
        right: a^{(1)} = x
        right: z^{(2)} = \Theta^{(1)} a^{(1)}
        right: a^{(2)} = g(z^{(2)})
        right: z^{(3)} = \Theta^{(2)} a^{(2)}
        right: a^{(3)} = g(z^{(3)})
        right: g(z) = \frac{1}{1 + e^{-z}}
        right: J = -\sum_k [y_k \log a^{(3)}_k + (1 - y_k)\log (1 - a^{(3)}_k)]
        right: \delta^{(3)} = a^{(3)} - y
        wrong: \delta^{(2)} = (\Theta^{(1)})^T\delta^{(3)} \circ g'(z^{(2)})
        right: \delta^{(2)} = (\Theta^{(2)})^T\delta^{(3)} \circ g'(z^{(2)})
        right: \frac{\partial J}{\partial \Theta_{ij}^{(l)}} = a_j^{(l)} \delta_i^{(l+1)}
        wrong: \frac{\partial J}{\partial \Theta_{ij}^{(l)}} = a_j^{(l+1)} \delta_i^{(l+1)}
        """,
    ),
    "an objective of all samples, and y as the output": (
        {},
        r"""
        right: E(w) = \sum_{n=1}^{N} E_n(w)
        right: E_n = \frac{1}{2} \sum_{k=1}^{K} (y_k - t_k)^2
        right: a_j = \sum_{i=0}^{D} w_{ji}^{(1)} x_i
        right: z_j = \tanh(a_j)
        right: y_k = \sum_{j=0}^{M} w_{kj}^{(2)} z_j
        right: \delta_k = y_k - t_k
        right: \delta_j = (1 - z_j^2) \sum_{k=1}^{K} w_{kj}^{(2)} \delta_k
        wrong: \delta_j = (1 - z_j) \sum_{k=1}^{K} w_{kj}^{(2)} \delta_k
        right: \frac{\partial E_n}{\partial w_{ji}^{(1)}} = \delta_j x_i
        wrong: \frac{\partial E_n}{\partial w_{kj}^{(2)}} = \delta_j z_j
        """,
    ),
    "the weights of a unit": (
        {},
        r"""
        right: a_k = w_k^T x
        right: y_k = \frac{e^{a_k}}{\sum_j e^{a_j}}
        right: E = -\sum_k t_k \log y_k
        right: \nabla_{w_j} E = (y_j - t_j) x
        wrong: \nabla_{w_j} E = (t_j - y_j) x
        wrong: \nabla_{w_j} E = (y_k - t_k) x
        right: \frac{\partial E}{\partial x} = \sum_k (y_k - t_k) w_k
        """,
    ),
    "the index of a sample on every value": (
        {},
        r"""
        right: a_{nj} = \sum_i v_{ji} x_{ni}
        right: z_{nj} = \tanh(a_{nj})
        right: \hat y_{nk} = \sum_j w_{kj} z_{nj}
        right: J = \frac{1}{2} \sum_n \sum_k (\hat y_{nk} - y_{nk})^2
        right: \delta_{nk} = \frac{\partial J_n}{\partial \hat y_{nk}} = \hat y_{nk} - y_{nk}
        right: \frac{\partial J_n}{\partial w_{kj}} = \delta_{nk} z_{nj}
        wrong: \frac{\partial J_n}{\partial v_{ji}} = \sum_k \delta_{nk} w_{kj} x_{ni}
        right: \frac{\partial J_n}{\partial v_{ji}} = \sum_k \delta_{nk} w_{kj} (1 - z_{nj}^2) x_{ni}
        """,
    ),
    "layers told by the letters of units": (
        {},
        r"""
        right: z_j = \sum_i o_i w_{ij} + b_j
        right: o_j = \sigma(z_j)
        right: z_k = \sum_j o_j w_{jk} + b_k
        right: o_k = \sigma(z_k)
        right: L = \frac{1}{2}\sum_k (o_k - t_k)^2
        right: \delta_k = (o_k-t_k)o_k(1-o_k)
        right: \frac{\partial L}{\partial w_{jk}} = \delta_k o_j
        wrong: \frac{\partial L}{\partial w_{jk}} = \delta_k o_k
        right: \frac{\partial L}{\partial o_j} = \sum_k \delta_k w_{jk}
        wrong: \frac{\partial L}{\partial o_j} = \sum_k \delta_k w_{kj}
        right: \frac{\partial L}{\partial w_{ij}} = o_i o_j (1 - o_j) \sum_k \delta_k w_{jk}
        wrong: \frac{\partial L}{\partial w_{ij}} = o_i o_j \sum_k \delta_k w_{jk}
        """,
    ),
    "layers below names": (
        {},
        r"""
        right: z_k = W_k a_{k-1} + b_k
        right: a_k = f(z_k)
        right: Y = a_N
        right: E = \frac12 \|Y - t\|^2
        right: \frac{\partial E}{\partial z_N} = (Y - t) \odot f'(z_N)
        wrong: \frac{\partial E}{\partial W_k} = \frac{\partial E}{\partial z_k} a_k^T
        right: \frac{\partial E}{\partial W_k} = \frac{\partial E}{\partial z_k} a_{k-1}^T
        wrong: \frac{\partial E}{\partial a_{k-1}} = W_k \frac{\partial E}{\partial z_k}
        """,
    ),
    "L hidden layers": (
        {},
        r"""
        right: z^{(l)} = W^{(l)} x^{(l-1)} + b^{(l)}
        right: x^{(l)} = \phi(z^{(l)})
        right: \mathbf{x}^{(0)} = \mathbf{x}_n
        right: E_n = \frac12\|x^{(L+1)} - y\|^2
        right: \delta^{(L+1)} = (x^{(L+1)} - y) \odot \phi'(z^{(L+1)})
        wrong: \delta^{(L)} = (x^{(L)} - y) \odot \phi'(z^{(L)})
        right: \delta^{(L)} = (W^{(L+1)})^T \delta^{(L+1)} \odot \phi'(z^{(L)})
        wrong: \delta^{(L)} = (W^{(L)})^T \delta^{(L+1)} \odot \phi'(z^{(L)})
        """,
    ),
    "sizes that are numbers, and a mask": (
        {},
        r"""
        right: z_1 = W_1 x + b_1
        right: h_1 = m \odot \max(0, z_1)
        right: z_2 = W_2 h_1 + b_2
        right: \hat y = \mathrm{softmax}(z_2)
        right: J = -\sum_{k=1}^{2} y_k \log \hat y_k
        right: \delta_2 = \hat y - y
        wrong: \delta_1 = W_2^T \delta_2 \odot \mathbf 1\{z_1 > 0\}
        right: \delta_1 = W_2^T \delta_2 \odot m \odot \mathbf 1\{z_1 > 0\}
        not right: \frac{\partial J}{\partial z_{2}} = \sum_{k=1}^{3} (\hat y_k - y_k)
        """,
    ),
}


@pytest.mark.parametrize("name", every(4, FILES))
def test_verdicts(name: str) -> None:
    options, file = FILES[name]
    text, wanted = parsed(file)
    assert_verdicts(check(text, **options), wanted)


def test_the_depth_is_no_loss() -> None:
    """L = 2 beside another loss says how many layers there are, and claims nothing."""
    report = check(
        r"With $L = 2$ layers: $\delta^{[L]} = (a^{[L]} - y)$, $J = \frac12\|a^{[L]} - y\|^2$", system="deep_mse"
    )
    assert [claim.formula[:1] for claim in report.claims] == ["\\", "J"]


@pytest.mark.parametrize(
    ("formula", "repair", "correct"),
    [
        (
            r"\delta^{(L)} = (W^{(L)})^T \delta^{(L+1)} \odot \phi'(z^{(L)})",
            "write the index L+1, not L",
            r"\delta^{(L)} = (W^{(L+1)})^{\top} \delta^{(L+1)} \odot \phi'(z^{(L)})",
        ),
    ],
)
def test_repairs_of_l_hidden_layers(formula: str, repair: str, correct: str) -> None:
    text, _ = parsed(FILES["L hidden layers"][1])
    found = [claim for claim in check(text).claims if claim.formula == formula]
    assert [(claim.repair, claim.correct) for claim in found] == [(repair, correct)]


def test_repairs_of_layers_below_names() -> None:
    text, _ = parsed(FILES["layers below names"][1])
    repaired = {claim.repair: claim.correct for claim in check(text).claims if claim.repair}
    assert repaired["write the index k-1, not k"].endswith(r"\frac{\partial E}{\partial z_{k}} a_{k-1}^{\top}")
    assert "W_{k} must be transposed" in repaired


def test_the_font_of_a_name_is_kept() -> None:
    text = r"$\frac{\partial \mathcal{L}}{\partial \mathbf{W}^{[L]}} = \boldsymbol{\delta}^{[L]} \mathbf{a}^{[L-1]}$"
    (claim,) = check(text, system="deep_mse").claims
    assert r"\boldsymbol{\delta}^{[L]} (\mathbf{a}^{[L-1]})^{\top}" in claim.correct
    assert claim.correct.startswith(r"\frac{\partial \mathcal{L}}{\partial \mathbf{W}^{[L]}}")
