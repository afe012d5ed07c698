"""What rewrites formulas before they are compared must not be brought about, or misled, by a slip in one of them."""

from __future__ import annotations

import pytest

from symbolic import SymbolicError, check
from tests.test_check_judgement import assert_verdicts, parsed

FILES = {
    "a function of an argument with the index that it sums over": r"""
        right: y(x) = \sum_n \alpha_n \exp(-\|x - c_n\|^2)
        right: E = \frac12 \sum_n (y(x_n) - t_n)^2
        not right: \frac{\partial E}{\partial \alpha_k} = \sum_n (y(x_n) - t_n)
        right: \frac{\partial E}{\partial \alpha_k} = \sum_n (y(x_n) - t_n) \exp(-\|x_n - c_k\|^2)
    """,
    "a loss whose minus is forgotten": r"""
        We minimise the negative log-likelihood.

        right: z = W x + b
        right: \hat y = \sigma(z)
        not right: L = y \log \hat y + (1-y) \log(1-\hat y)
        ambiguous: \frac{\partial L}{\partial z} = \hat y - y
        ambiguous: \frac{\partial L}{\partial W} = (\hat y - y) x^T
    """,
    "sums from 0 to what is no last index": r"""
        right: f = \sum_{j=1}^{d} w_j x_j
        right: E = \frac12 (f - y)^2
        not right: f = \sum_{j=0}^{d+5} w_j x_j
        not right: f = \sum_{j=0}^{d-5} w_j x_j
        right: \frac{\partial E}{\partial w_j} = (f - y) x_j
    """,
    "an index above a function, which is no power": r"""
        right: z = W x + b
        right: a = \sigma(z)
        right: \sigma' = \sigma (1-\sigma)
        not right: \sigma' = \sigma^{n} \sigma(1-\sigma)
        not right: \sigma' = \sigma^2 (1-\sigma)
    """,
    "a flat place that is no minimum": r"""
        right: f(\beta) = \log(1 + \|X \beta - y\|^2)
        right: \nabla f = \frac{2}{1 + \|X \beta - y\|^2} X^T (X \beta - y)
        right: \hat\beta = (X^T X)^{-1} X^T y
        not right: \hat\beta = 10^9 X^T y
    """,
    "an error signal beside a value is a factor": r"""
        right: z = w x + b
        right: E = \frac12 (z - y)^2
        right: \delta = \frac{\partial E}{\partial z}
        not right: \delta x = \frac{\partial E}{\partial x}
        right: \frac{\partial E}{\partial w} = \delta x
    """,
    "an objective of all samples, in shares that are none": r"""
        right: \hat y = W x + b
        right: E_n = \frac12 \|\hat y - y\|^2
        not right: E = \frac{1}{x} \sum_n E_n
    """,
    "the objective of all samples, given twice": r"""
        right: \hat y = W x + b
        right: E_n = \frac12 \|\hat y - y\|^2
        right: E = \frac{1}{N} \sum_n E_n
        not right: E = \frac{1}{2} \sum_n E_n
        right: \frac{\partial E_n}{\partial b} = \hat y - y
    """,
    "a sum over all steps of time has one last step": r"""
        right: h_t = \tanh(W h_{t-1} + U x_t)
        right: \hat y_t = V h_t
        right: L = \frac12 \sum_{t=1}^{T} \|\hat y_t - y_t\|^2
        right: \frac{\partial L}{\partial V} = \sum_{t=1}^{T} (\hat y_t - y_t) h_t^\top
        not right: \frac{\partial L}{\partial V} = \sum_{t=1}^{N} (\hat y_t - y_t) h_t^\top
    """,
    "error signals of units whose layers letters tell": r"""
        right: z_j = \sum_i o_i w_{ij}
        right: o_j = \sigma(z_j)
        right: z_k = \sum_j o_j w_{jk}
        right: o_k = \sigma(z_k)
        right: E = \frac12 \sum_k (o_k - t_k)^2
        right: \delta_k = (o_k - t_k) o_k (1 - o_k)
        right: \delta_j = o_j (1 - o_j) \sum_k \delta_k w_{jk}
        not right: \delta_j = o_j (1 - o_j) \sum_k \delta_k w_{kj}
        right: \frac{\partial E}{\partial w_{jk}} = \delta_k o_j
        right: \frac{\partial E}{\partial w_{ij}} = \delta_j o_i
    """,
    "layers that a network has not": r"""
        right: z^l = W^l a^{l-1} + b^l
        right: a^l = \sigma(z^l)
        right: a^0 = x
        right: C = \frac12 \|a^L - y\|^2
        right: \delta^l = \frac{\partial C}{\partial z^l}
        right: \frac{\partial C}{\partial b^l} = \delta^l \quad l = 1, \dots, L
        ambiguous: \frac{\partial C}{\partial b^l} = \delta^l \quad l = 0, \dots, L
        ambiguous: \frac{\partial C}{\partial b^l} = \delta^l \quad l = 1, \dots, L+1
        ambiguous: \frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T \quad l = 0, \dots, L
        right: \frac{\partial C}{\partial a^l} = (W^{l+1})^T \delta^{l+1} \quad l = 0, \dots, L-1
    """,
    "weights before and after a step of descent": r"""
        right: z = W x + b
        right: \hat y = \sigma(z)
        right: L = \frac12 \|\hat y - y\|^2
        $W_1 = W_0 - \eta \frac{\partial L}{\partial W}$
        right: \frac{\partial L}{\partial W} = ((\hat y - y) \odot \sigma'(z)) x^T
        not right: \frac{\partial L}{\partial W_0} = (\hat y - y) \odot \sigma'(z)
    """,
    "entries of a matrix before brackets": r"""
        right: Z = X W + \mathbf{1} b^T
        right: H = \tanh(Z)
        right: S = H V
        right: L = \frac{1}{2N} \sum_{n=1}^N \sum_{k=1}^K (S_{nk} - T_{nk})^2
        right: \frac{\partial L}{\partial V_{jk}} = \frac{1}{N} \sum_{n=1}^N H_{nj} (S_{nk} - T_{nk})
        not right: \frac{\partial L}{\partial V_{jk}} = \frac{1}{N} \sum_{n=1}^N H_{jn} (S_{nk} - T_{nk})
        not right: \frac{\partial L}{\partial V_{jk}} = \frac{1}{N} \sum_{n=1}^N H (S_{nk} - T_{nk})
    """,
    "a function whose argument is transposed": r"""
        right: y(x) = x^T w
        right: E = \frac12 \sum_n (y(x_n) - t_n)^2
        right: \nabla_w E = \sum_n (y(x_n) - t_n) x_n
        not right: \nabla_w E = \sum_n (y(x_n) + t_n) x_n
    """,
}


@pytest.mark.parametrize("name", FILES)
def test_verdicts(name: str) -> None:
    text, wanted = parsed(FILES[name])
    assert_verdicts(check(text), wanted)


def test_an_equation_that_nothing_closes_is_one() -> None:
    report = check(
        "$z = W x + b$ and $L = z$\n\n$\\frac{\\partial L}{\\partial b} = 2\n\nIt costs $5 = much.\n\n$ x=1\n"
    )
    assert [claim.formula for claim in report.claims][2:] == [r"\frac{\partial L}{\partial b} = 2"]


def test_errors_of_a_document_name_it() -> None:
    with pytest.raises(SymbolicError, match=r"^hw1\.ipynb: the notebook has no list of cells"):
        check('{"cells": 3}', file="hw1.ipynb")
    with pytest.raises(SymbolicError, match=r"^hw1\.md: no formula that can be read"):
        check("No formula at all.", file="hw1.md")
