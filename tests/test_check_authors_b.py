"""How other authors write: arguments of values, functions without theirs, parameters β and θ, sums with a condition."""

from __future__ import annotations

from typing import Any

import pytest

from symbolic import check
from tests.parameters import every
from tests.test_check_judgement import assert_verdicts, parsed

FILES: dict[str, tuple[dict[str, Any], str]] = {
    "the objective of β with its argument, in numerator layout": (
        {},
        r"""
        right: f(\beta) = \|X\beta - y\|^2 + \lambda \|\beta\|^2
        right: r = X\beta - y
        right: \frac{\partial r}{\partial \beta} = X
        not right: \frac{\partial r}{\partial \beta} = 2 X
        right: \frac{\partial (r^\top r)}{\partial r} = 2 r^\top
        right: \frac{\partial f}{\partial \beta} = 2 (X\beta - y)^\top X + 2\lambda \beta^\top
        not right: \frac{\partial f}{\partial \beta} = 2 (X\beta - y)^\top X + \lambda \beta^\top
        right: \nabla_\beta f = 2 X^\top (X\beta - y) + 2 \lambda \beta
        right: \nabla f(\beta) = 2 X^\top (X\beta - y) + 2 \lambda \beta
        not right: \nabla f(\beta) = 2 X^\top (X\beta + y) + 2 \lambda \beta
        not right: \nabla_\beta f = 2 X (X\beta - y) + 2 \lambda \beta
        """,
    ),
    "the minimiser, and a gradient that says nothing of its variable": (
        {},
        r"""
        right: f(\beta) = \|X\beta - y\|^2 + \lambda \|\beta\|^2
        right: \nabla f = 2 X^\top (X\beta - y) + 2 \lambda \beta
        not right: \nabla f = 2 X^\top (X\beta - y) - 2 \lambda \beta
        right: \hat\beta = (X^\top X + \lambda I)^{-1} X^\top y
        """,
    ),
    "what is no minimiser": (
        {},
        r"""
        right: f(\beta) = \|X\beta - y\|^2 + \lambda \|\beta\|^2
        right: \frac{\partial f}{\partial \beta} = 2 X^\top (X\beta - y) + 2 \lambda \beta
        not right: \hat\beta = (X^\top X + 2\lambda I)^{-1} X^\top y
        """,
    ),
    "a pseudo-inverse without its transpose": (
        {},
        r"""
        right: S(\beta) = (y - X\beta)^T (y - X\beta)
        right: \frac{\partial S}{\partial \beta} = -2 X^T (y - X \beta)
        not right: \hat\beta = (X^T X)^{-1} X y
        """,
    ),
    "bars as the file itself says them": (
        {},
        r"""
        right: z = wx + b
        right: y = \sigma(z)
        right: L = \frac{1}{2} (y - t)^2
        right: R = \frac{1}{2} w^2
        right: C = L + \lambda R
        right: \bar v = \partial C/\partial v
        right: \bar R = \lambda
        not right: \bar R = 1
        right: \bar y = \bar L (y - t)
        right: \bar z = \bar y \sigma'(z)
        not right: \bar z = \bar y \sigma(z)
        not right: \bar w = \bar z x + \bar R
        right: \bar w = \bar z x + \bar R w
        """,
    ),
    "a letter that is said to be the softmax": (
        {},
        r"""
        right: \sigma(z)_i = \frac{e^{z_i}}{\sum_{j=1}^K e^{z_j}}
        right: \frac{\partial \sigma(z)_i}{\partial z_j} = \sigma(z)_i (\delta_{ij} - \sigma(z)_j)
        not right: \frac{\partial \sigma(z)_i}{\partial z_j} = \sigma(z)_i (\delta_{ij} + \sigma(z)_j)
        right: p = \sigma(z)
        right: L = -\sum_i y_i \log p_i
        right: \frac{\partial L}{\partial z} = p - y
        not right: \frac{\partial L}{\partial z} = y - p
        right: \frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)
        not right: \frac{\partial p_i}{\partial z_j} = p_i (1 - p_j)
        """,
    ),
    "a sum of squares with a capital letter": (
        {},
        r"""
        right: S(\beta) = (y - X\beta)^T (y - X\beta)
        right: S(\beta) = y^T y - 2 \beta^T X^T y + \beta^T X^T X \beta
        not right: S(\beta) = y^T y - \beta^T X^T y + \beta^T X^T X \beta
        right: \frac{\partial S}{\partial \beta} = -2 X^T (y - X \beta)
        not right: \frac{\partial S}{\partial \beta} = 2 X^T (y - X \beta)
        not right: \frac{\partial S}{\partial \beta} = -2 X^T y + X^T X \beta
        """,
    ),
    "simple regression, the objective in a word": (
        {},
        r"""
        right: \hat y_i = \beta_0 + \beta_1 x_i
        right: SSE = \sum_{i=1}^n (y_i - \hat y_i)^2
        right: \frac{\partial SSE}{\partial \beta_0} = -2 \sum_{i=1}^n (y_i - \beta_0 - \beta_1 x_i)
        right: \frac{\partial SSE}{\partial \beta_1} = -2 \sum_{i=1}^n x_i (y_i - \beta_0 - \beta_1 x_i)
        not right: \frac{\partial SSE}{\partial \beta_1} = -2 \sum_{i=1}^n (y_i - \beta_0 - \beta_1 x_i)
        not right: \frac{\partial SSE}{\partial \beta_1} = 2 \sum_{i=1}^n x_i (y_i - \beta_0 - \beta_1 x_i)
        """,
    ),
    "the likelihood of logistic regression": (
        {},
        r"""
        The logistic function gives the log likelihood of $m$ examples:

        right: h_\theta(x) = g(\theta^T x) = \frac{1}{1+e^{-\theta^T x}}
        right: g'(z) = g(z)(1-g(z))
        right: \ell(\theta) = \sum_{i=1}^m y^{(i)} \log h_\theta(x^{(i)}) + (1-y^{(i)}) \log (1-h_\theta(x^{(i)}))
        right: \frac{\partial \ell(\theta)}{\partial \theta_j} = \sum_{i=1}^m (y^{(i)} - h_\theta(x^{(i)})) x_j^{(i)}
        not right: \frac{\partial \ell}{\partial \theta_j} = \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}
        not right: \frac{\partial \ell(\theta)}{\partial \theta_j} = (y - h_\theta(x)) x_j
        right: \nabla_\theta \ell(\theta) = X^T (y - h)
        not right: \nabla_\theta \ell(\theta) = X^T (h - y)
        not right: \nabla_\theta \ell(\theta) = \frac{1}{m} X^T (y - h)

        Consider one training example $(x, y)$.

        right: \frac{\partial}{\partial\theta_j} \ell(\theta) = (y - h_\theta(x)) x_j

        For one example we have

        not right: \frac{\partial}{\partial\theta_j} \ell(\theta) = (h_\theta(x) - y) x_j

        For one example we have

        right: \frac{\partial}{\partial\theta_j} g(\theta^T x) = g(\theta^T x)(1-g(\theta^T x)) x_j
        """,
    ),
    "a likelihood of examples, and of their matrix": (
        {},
        r"""
        We maximise the likelihood.

        right: h_\theta(x) = g(\theta^T x)
        right: g(z) = 1/(1+e^{-z})
        right: \ell(\theta) = \sum_{i=1}^{m} y^{(i)} \log h_\theta(x^{(i)}) + (1-y^{(i)})\log(1-h_\theta(x^{(i)}))
        right: \frac{\partial}{\partial\theta_j}\ell(\theta) = \sum_{i=1}^m (y^{(i)} - h_\theta(x^{(i)})) x_j^{(i)}
        right: \nabla_\theta \ell(\theta) = X^T(y - g(X\theta))
        not right: \nabla_\theta \ell(\theta) = X(y - g(X\theta))
        not right: \nabla_\theta \ell(\theta) = X^T(g(X\theta) - y)
        """,
    ),
    "a likelihood that is wrong": (
        {},
        r"""
        The log likelihood of $m$ examples:

        not right: \ell(\theta) = \sum_{i=1}^m y^{(i)} \log h_\theta(x^{(i)}) - (1-y^{(i)}) \log (1-h_\theta(x^{(i)}))
        not right: \frac{\partial \ell}{\partial \theta_j} = \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}
        """,
    ),
    "a design matrix beside one example": (
        {},
        r"""
        right: h_\theta(x) = \theta^T x
        right: J(\theta) = \frac{1}{2m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)})^2
        right: \frac{\partial J}{\partial \theta_j} = \frac{1}{m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}
        not right: \frac{\partial J}{\partial \theta_j} = (h_\theta(x) - y) x_j
        right: \nabla_\theta J(\theta) = \frac{1}{m} X^T (X\theta - y)
        not right: \nabla_\theta J(\theta) = \frac{1}{m} X (X\theta - y)
        not right: \nabla_\theta J(\theta) = X^T (X\theta - y)
        """,
    ),
    "columns that are numbered, and their matrix": (
        {},
        r"""
        right: p_i = \frac{1}{1 + e^{-x_i^T \beta}}
        right: \ell = \sum_{i=1}^n \left[ y_i x_i^T \beta - \log(1 + e^{x_i^T \beta}) \right]
        right: \frac{\partial \ell}{\partial \beta} = \sum_{i=1}^n (y_i - p_i) x_i
        not right: \frac{\partial \ell}{\partial \beta} = \sum_{i=1}^n (p_i - y_i) x_i
        not right: \frac{\partial \ell}{\partial \beta} = \sum_{i=1}^n (y_i - p_i)
        right: \frac{\partial \ell}{\partial \beta} = X^T (y - p)
        not right: \frac{\partial \ell}{\partial \beta} = X (y - p)
        not right: \frac{\partial \ell}{\partial \beta} = X^T (p - y)
        """,
    ),
    "the rows of the weights": (
        {},
        r"""
        right: p_{ik} = \frac{e^{w_k^T x_i}}{\sum_j e^{w_j^T x_i}}
        right: E = -\sum_{i=1}^N \sum_{k=1}^K y_{ik} \log p_{ik}
        right: \nabla_{w_k} E = \sum_{i=1}^N (p_{ik} - y_{ik}) x_i
        not right: \nabla_{w_k} E = \sum_{i=1}^N (y_{ik} - p_{ik}) x_i
        not right: \nabla_{w_k} E = \sum_{i=1}^N p_{ik} x_i
        not right: \nabla_{w_k} E = \sum_{i=1}^N (p_{ik} - y_{ik}) w_k
        """,
    ),
    "features φ, and the matrix of their rows": (
        {},
        r"""
        right: y_n = \sigma(a_n)
        right: a_n = \mathbf{w}^{\mathrm T}\boldsymbol\phi_n
        right: E(\mathbf{w}) = - \sum_{n=1}^{N} \left\{ t_n \ln y_n + (1-t_n) \ln(1-y_n) \right\}
        right: \frac{\partial E}{\partial y_n} = \frac{y_n - t_n}{y_n(1-y_n)}
        right: \frac{\partial y_n}{\partial a_n} = y_n(1-y_n)
        not right: \frac{\partial y_n}{\partial a_n} = y_n(1+y_n)
        right: \nabla a_n = \boldsymbol\phi_n
        not right: \nabla a_n = 2 \boldsymbol\phi_n
        right: \nabla E(\mathbf{w}) = \sum_{n=1}^N (y_n - t_n) \boldsymbol\phi_n
        not right: \nabla E(\mathbf{w}) = \sum_{n=1}^N (t_n - y_n) \boldsymbol\phi_n
        not right: \nabla E(\mathbf{w}) = \boldsymbol\Phi (\mathbf{y} - \mathbf{t})
        right: \nabla E(\mathbf{w}) = \boldsymbol\Phi^{\mathrm T} (\mathbf{y} - \mathbf{t})
        """,
    ),
    "a function without its argument": (
        {},
        r"""
        right: \hat y = \sigma(w^T x + b)
        right: \frac{d\sigma}{da} = \sigma(1-\sigma)
        right: \sigma' = \sigma(1-\sigma)
        right: \sigma' = \sigma - \sigma^2
        right: \frac{d\sigma(x)}{dx} = \sigma(x)(1-\sigma(x))
        right: \frac{d\tanh(x)}{dx} = 1 - \tanh^2(x)
        not right: \frac{d\tanh(x)}{dx} = 1 - \tanh(x)
        not right: \sigma' = \sigma(1+\sigma)
        not right: \sigma' = 1-\sigma
        not right: \frac{d\sigma}{da} = \sigma^2(1-\sigma)
        right: \frac{\partial \hat y}{\partial b} = \hat y (1 - \hat y)
        not right: \frac{\partial \hat y}{\partial b} = \hat y (1 + \hat y)
        """,
    ),
    "a sum over all others": (
        {},
        r"""
        right: p_j = \frac{e^{o_j}}{\sum_k e^{o_k}}
        right: L = -\sum_j y_j \log p_j
        right: \frac{\partial L}{\partial o_i} = -y_i(1-p_i)+\sum_{k\neq i}y_k p_i
        not right: \frac{\partial L}{\partial o_i} = -y_i(1-p_i)+\sum_{k}y_k p_i
        not right: \frac{\partial L}{\partial o_i} = -y_i(1-p_i)-\sum_{k\neq i}y_k p_i
        not right: \frac{\partial L}{\partial o_i} = -y_i+\sum_{k\neq i}y_k p_i
        """,
    ),
    "a target with a star": (
        {},
        r"""
        right: a_j = \sum_{i=0}^{M} \alpha_{ji} x_i
        right: z_j = \frac{1}{1 + \exp(-a_j)}
        right: b = \sum_{j=0}^{D} \beta_j z_j
        right: y = \frac{1}{1 + \exp(-b)}
        right: J = y^* \log y + (1 - y^*) \log(1 - y)
        right: \frac{dJ}{dy} = \frac{y^*}{y} + \frac{1-y^*}{y-1}
        not right: \frac{dJ}{dy} = \frac{y^*}{y} + \frac{1-y^*}{1-y}
        not right: \frac{dJ}{dy} = \frac{y}{y} + \frac{1-y}{y-1}
        right: \frac{dJ}{db} = y^* - y
        not right: \frac{dJ}{db} = y - y^*
        right: \frac{dJ}{d\beta_j} = \frac{dJ}{db} z_j
        not right: \frac{dJ}{d\beta_j} = \frac{dJ}{db} \beta_j
        right: \frac{dJ}{da_j} = \frac{dJ}{dz_j} \frac{\exp(-a_j)}{(\exp(-a_j)+1)^2}
        not right: \frac{dJ}{da_j} = \frac{dJ}{dz_j} \frac{\exp(-a_j)}{\exp(-a_j)+1}
        right: \frac{dJ}{d\alpha_{ji}} = \frac{dJ}{da_j} x_i
        not right: \frac{dJ}{d\alpha_{ji}} = \frac{dJ}{da_i} x_j
        """,
    ),
    "a Greek letter that is a part of the name; a pole": (
        {},
        r"""
        right: r = \hat y - y
        right: \ell_\delta = CASES \frac12 r^2 & |r| \le \delta \\ \delta (|r| - \frac12 \delta) & |r| > \delta END
        right: \ell_N = \frac12 \log(2 \pi \sigma^2) + \frac{(y - \hat y)^2}{2 \sigma^2}
        right: \frac{\partial \ell_N}{\partial \hat y} = \frac{\hat y - y}{\sigma^2}
        right: \frac{\partial \ell_N}{\partial \sigma} = \frac1\sigma - \frac{(y - \hat y)^2}{\sigma^3}
        not right: \frac{\partial \ell_N}{\partial \sigma} = \frac1\sigma - \frac{(y - \hat y)^2}{\sigma^2}
        not right: \frac{\partial \ell_N}{\partial \sigma} = \frac2\sigma - \frac{(y - \hat y)^2}{\sigma^3}
        right: SLOPE = CASES r & |r| \le \delta \\ \delta \mathrm{sign}(r) & |r| > \delta END
        not right: SLOPE = CASES r & |r| \le \delta \\ \delta & |r| > \delta END
        """.replace("CASES", r"\begin{cases}")
        .replace("END", r"\end{cases}")
        .replace("SLOPE", r"\frac{\partial \ell_\delta}{\partial \hat y}"),
    ),
}


@pytest.mark.parametrize("name", every(4, FILES))
def test_verdicts(name: str) -> None:
    options, file = FILES[name]
    text, wanted = parsed(file)
    assert_verdicts(check(text, **options), wanted)
