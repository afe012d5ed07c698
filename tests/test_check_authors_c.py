"""Derivations of other authors, by their own equations: gates, attention, normalisation; with slips planted."""

from __future__ import annotations

import pytest

from symbolic import check
from tests.parameters import every
from tests.test_check_judgement import assert_verdicts, parsed

GATES = r"""
        right: i_t = \sigma(\hat i_t) = \sigma(W_i x_t + U_i h_{t-1} + b_i)
        right: f_t = \sigma(\hat f_t) = \sigma(W_f x_t + U_f h_{t-1} + b_f)
        right: g_t = \tanh(\hat g_t) = \tanh(W_g x_t + U_g h_{t-1} + b_g)
        right: o_t = \sigma(\hat o_t) = \sigma(W_o x_t + U_o h_{t-1} + b_o)
        right: c_t = f_t \odot c_{t-1} + i_t \odot g_t
        right: h_t = o_t \odot \tanh(c_t)
        right: \delta h_t = \partial E/\partial h_t
"""

NORM = r"""
        right: \mu = \frac{1}{H} \sum_{i=1}^H x_i
        right: \sigma = \sqrt{\frac{1}{H} \sum_{i=1}^H (x_i - \mu)^2}
        right: \hat x = \frac{x - \mu}{\sigma}
        right: y = g \odot \hat x + b
        right: dy = \partial \mathcal L/\partial y
"""

ATTENTION = r"""
        right: \mathbf S = \frac{1}{\sqrt d} \mathbf Q \mathbf K^\top
        right: \mathbf P = \mathrm{softmax}(\mathbf S)
        right: \mathbf O = \mathbf P \mathbf V
        right: \mathbf{dO} = \partial\phi/\partial\mathbf O
"""

FILES: dict[str, str] = {
    "a sign before a name for the derivative by it, and gates of a step": GATES
    + r"""
        right: \delta o_t = \delta h_t \odot \tanh(c_t)
        not right: \delta o_t = \delta h_t \odot c_t
        right: \delta c_t = \delta h_t \odot o_t \odot (1 - \tanh^2(c_t))
        not right: \delta c_t = \delta h_t \odot o_t \odot (1 - \tanh(c_t))
        not right: \delta c_t = \delta h_t \odot (1 - \tanh^2(c_t))
        right: \delta i_t = \delta c_t \odot g_t
        right: \delta f_t = \delta c_t \odot c_{t-1}
        not right: \delta f_t = \delta c_t \odot c_t
        not right: \delta i_t = \delta c_t \odot f_t
        right: \delta c_{t-1} = \delta c_t \odot f_t
        not right: \delta c_{t-1} = \delta c_t
        right: \delta \hat i_t = \delta i_t \odot i_t \odot (1 - i_t)
        not right: \delta \hat g_t = \delta c_t \odot i_t \odot g_t \odot (1 - g_t)
        right: \delta \hat g_t = \delta c_t \odot i_t \odot (1 - g_t^2)
        right: \delta W_i = \delta \hat i_t x_t^\top
        right: \delta U_f = \delta \hat f_t h_{t-1}^\top
        not right: \delta U_f = \delta \hat f_t h_t^\top
        not right: \delta W_i = \delta \hat f_t x_t^\top
        right: \delta b_o = \delta \hat o_t
    """,
    "a mean and a deviation beside a vector, in letters of differentials": NORM
    + r"""
        right: db = dy
        right: dg = dy \odot \hat x
        not right: dg = dy \odot x
        right: d\hat x = g \odot dy
        right: \frac{\partial \sigma}{\partial x_j} = \frac{\hat x_j}{H}
        not right: \frac{\partial \sigma}{\partial x_j} = \frac{\hat x_j}{\sigma H}
        right: \frac{\partial \hat x_i}{\partial x_j} = (\delta_{ij} - 1/H - \hat x_i \hat x_j / H) / \sigma
        not right: \frac{\partial \hat x_i}{\partial x_j} = (\delta_{ij} - 1/H + \hat x_i \hat x_j / H) / \sigma
        not right: \frac{\partial \hat x_i}{\partial x_j} = (\delta_{ij} - \hat x_i \hat x_j / H) / \sigma
        right: dx = \frac{1}{\sigma} (d\hat x - \frac1H \sum_i d\hat x_i - \hat x \frac1H \sum_i d\hat x_i \hat x_i)
        not right: dx = \frac{1}{\sigma} (d\hat x - \frac1H \sum_i d\hat x_i - \frac1H \sum_i d\hat x_i \hat x_i)
    """,
    "attention: a softmax of rows, an objective that nobody states, entries of what is made of derivatives": ATTENTION
    + r"""
        right: \mathbf{dV} = \mathbf P^\top \mathbf{dO}
        not right: \mathbf{dV} = \mathbf P \mathbf{dO}
        right: \mathbf{dP} = \mathbf{dO} \mathbf V^\top
        not right: \mathbf{dP} = \mathbf V \mathbf{dO}^\top
        right: D_i = \sum_j P_{ij} dP_{ij}
        right: dS_{ij} = P_{ij} (dP_{ij} - D_i)
        not right: dS_{ij} = P_{ij} (dP_{ij} - D_j)
        not right: dS_{ij} = P_{ij} dP_{ij} - D_i
        right: D_i = \mathbf{dO}_i^\top \mathbf O_i
        not right: D_i = \mathbf{dO}_i^\top \mathbf V_i
        not right: \mathbf{dQ} = \mathbf{dS} \mathbf K
        right: \mathbf{dQ} = \frac{1}{\sqrt d} \mathbf{dS} \mathbf K
        not right: \mathbf{dK} = \frac{1}{\sqrt d} \mathbf{dS} \mathbf Q
        right: \mathbf{dK} = \frac{1}{\sqrt d} \mathbf{dS}^\top \mathbf Q
    """,
    "matrices at once, and by their entries in small letters": r"""
        right: E = \frac12 \|R - U V^T\|_F^2 + \frac{\lambda}{2} (\|U\|_F^2 + \|V\|_F^2)
        right: \frac{\partial E}{\partial U} = -(R - U V^T) V + \lambda U
        not right: \frac{\partial E}{\partial U} = -(R - U V^T) V - \lambda U
        not right: \frac{\partial E}{\partial U} = -(R - U V^T) V + 2 \lambda U
        right: \frac{\partial E}{\partial V} = -(R - U V^T)^T U + \lambda V
        not right: \frac{\partial E}{\partial V} = -(R - U V^T) U + \lambda V
        right: e_{ij} = r_{ij} - \sum_{q=1}^k u_{iq} v_{jq}
        right: \frac{\partial E}{\partial u_{iq}} = -\sum_{j=1}^n e_{ij} v_{jq} + \lambda u_{iq}
        not right: \frac{\partial E}{\partial u_{iq}} = -\sum_{j=1}^n e_{ij} v_{jq} + \lambda v_{iq}
        not right: \frac{\partial E}{\partial u_{iq}} = -e_{ij} v_{jq} + \lambda u_{iq}
    """,
    "a derivative by an expression": r"""
        right: h = \sigma(W x + b)
        right: \hat x = W^\top h + c
        right: J = \frac12 \|\hat x - x\|^2
        right: \delta_{out} = \frac{\partial J}{\partial \hat x} = \hat x - x
        right: \delta_h = \frac{\partial J}{\partial (Wx + b)} = (W \delta_{out}) \odot h \odot (1 - h)
        not right: \frac{\partial J}{\partial (Wx + b)} = W \delta_{out}
        not right: \frac{\partial J}{\partial (Wx + b)} = (W \delta_{out}) \odot h
        not right: \frac{\partial J}{\partial W} = \delta_h x^\top + \delta_{out} h^\top
        right: \frac{\partial J}{\partial W} = \delta_h x^\top + h \delta_{out}^\top
        not right: \frac{\partial J}{\partial W} = \delta_h x^\top
        right: \frac{\partial J}{\partial b} = \delta_h
        not right: \frac{\partial J}{\partial b} = \delta_{out}
    """,
    "a recurrent network, step by step": r"""
        right: h_t = \tanh(W_{hh} h_{t-1} + W_{xh} x_t + b_h)
        right: o_t = W_{hy} h_t + b_y
        right: \hat y_t = \mathrm{softmax}(o_t)
        right: L = \sum_{t=1}^T L_t = - \sum_{t=1}^T y_t^\top \log \hat y_t
        right: \frac{\partial L}{\partial o_t} = \hat y_t - y_t
        not right: \frac{\partial L}{\partial o_t} = y_t - \hat y_t
        right: \frac{\partial L}{\partial W_{hy}} = \sum_{t=1}^T (\hat y_t - y_t) h_t^\top
        not right: \frac{\partial L}{\partial W_{hy}} = (\hat y_t - y_t) h_t^\top
        not right: \frac{\partial L}{\partial W_{hy}} = \sum_{t=1}^T (\hat y_t - y_t) h_{t-1}^\top
        right: \delta_t = \partial L/\partial h_t
        not right: \delta_t = W_{hy}^\top (\hat y_t - y_t)
        not right: \delta_t = W_{hy}^\top (\hat y_t - y_t) + W_{hh}^\top \mathrm{diag}(1 - h_t^2) \delta_{t+1}
        not right: \delta_t = W_{hy}^\top (\hat y_t - y_t) + W_{hh}^\top \delta_{t+1}
        not right: \delta_t = W_{hy}^\top (\hat y_t - y_t) + W_{hh} \mathrm{diag}(1 - h_{t+1}^2) \delta_{t+1}
        right: \delta_t = W_{hy}^\top (\hat y_t - y_t) + W_{hh}^\top \mathrm{diag}(1 - h_{t+1}^2) \delta_{t+1}
        right: \delta_T = W_{hy}^\top (\hat y_T - y_T)
        not right: \delta_T = W_{hy}^\top (\hat y_T - y_{T-1})
        not right: \delta_{t+1} = W_{hy}^\top (\hat y_{t+1} - y_{t+1})
        right: \frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(1 - h_t^2) W_{hh}
        not right: \frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(1 - h_{t-1}^2) W_{hh}
        right: \frac{\partial L}{\partial W_{hh}} = \sum_{t=1}^T \mathrm{diag}(1 - h_t^2) \delta_t h_{t-1}^\top
        not right: \frac{\partial L}{\partial W_{hh}} = \sum_{t=1}^T \mathrm{diag}(1 - h_t^2) \delta_t h_t^\top
        not right: \frac{\partial L}{\partial W_{hh}} = \sum_{t=2}^T \mathrm{diag}(1 - h_t^2) \delta_t h_{t-1}^\top
        right: \frac{\partial L}{\partial W_{xh}} = \sum_{t=1}^T \mathrm{diag}(1 - h_t^2) \delta_t x_t^\top
        not right: \frac{\partial L}{\partial W_{xh}} = \sum_{t=1}^T \delta_t x_t^\top
        right: \frac{\partial L}{\partial b_h} = \sum_{t=1}^T \mathrm{diag}(1 - h_t^2) \delta_t
    """,
    "vectors that an index tells apart": r"""
        right: J_{\text{neg-sample}} = -\log(\sigma(u_o^\top v_c)) - \sum_{k=1}^K \log(\sigma(-u_k^\top v_c))
        right: \frac{\partial J_{\text{neg-sample}}}{\partial v_c} = (\sigma(u_o^\top v_c) - 1) u_o
        """.strip()
    + r""" - \sum_{k=1}^K (\sigma(-u_k^\top v_c) - 1) u_k
        not right: \frac{\partial J_{\text{neg-sample}}}{\partial v_c} = (\sigma(u_o^\top v_c) - 1) u_o
        right: \frac{\partial J_{\text{neg-sample}}}{\partial u_o} = (\sigma(u_o^\top v_c) - 1) v_c
        not right: \frac{\partial J_{\text{neg-sample}}}{\partial u_o} = (\sigma(u_o^\top v_c) - 1) u_o
        right: \frac{\partial J_{\text{neg-sample}}}{\partial u_k} = (1 - \sigma(-u_k^\top v_c)) v_c
        not right: \frac{\partial J_{\text{neg-sample}}}{\partial u_k} = -(1 - \sigma(-u_k^\top v_c)) v_c
        not right: \frac{\partial J_{\text{neg-sample}}}{\partial u_k} = (1 - \sigma(u_k^\top v_c)) v_c
        not right: \frac{\partial J_{\text{neg-sample}}}{\partial u_k} = (1 - \sigma(-u_k^\top v_c)) u_k
    """,
    "vectors and numbers with one index": r"""
        right: E = \frac12 \sum_{n=1}^N w_n \|x_n - c\|^2
        right: \frac{\partial E}{\partial c} = -\sum_{n=1}^N w_n (x_n - c)
        not right: \frac{\partial E}{\partial c} = \sum_{n=1}^N w_n (x_n - c)
        not right: \frac{\partial E}{\partial c} = -\sum_{n=1}^N (x_n - c)
        not right: \frac{\partial E}{\partial c} = -w_n (x_n - c)
        right: \frac{\partial E}{\partial x_n} = w_n (x_n - c)
        not right: \frac{\partial E}{\partial x_n} = \sum_{n=1}^N w_n (x_n - c)
        not right: \frac{\partial E}{\partial x_n} = w_n x_n - c
        right: \frac{\partial E}{\partial w_n} = \frac12 \|x_n - c\|^2
        not right: \frac{\partial E}{\partial w_n} = \frac12 \|x_n - c\|
        not right: \frac{\partial E}{\partial w_n} = \|x_n - c\|^2
    """,
    "a gradient by another letter is no definition": NORM
    + r"""
        not right: g_b = x \odot \frac{\partial L}{\partial y}
        not right: G = x \odot \frac{\partial L}{\partial y}
        right: db = dy
        not right: dg = G \odot g_b
    """,
    "functions of a file, of several arguments": r"""
        right: \phi_k(x) = \exp( -\frac{\|x - c_k\|^2}{2 \sigma_k^2} )
        right: y(x) = \sum_{k=1}^K w_k \phi_k(x)
        right: E = \frac12 \sum_{n=1}^N (y(x_n) - t_n)^2
        right: e_n = y(x_n) - t_n
        right: \frac{\partial E}{\partial w_k} = \sum_{n=1}^N e_n \phi_k(x_n)
        not right: \frac{\partial E}{\partial w_k} = \sum_{n=1}^N e_n w_k \phi_k(x_n)
        not right: \frac{\partial E}{\partial w_k} = \sum_{n=1}^N e_n y(x_n)
        not right: \frac{\partial E}{\partial w_k} = \sum_{n=1}^N e_n \phi_k(x)
        right: \frac{\partial E}{\partial c_k} = \sum_{n=1}^N e_n w_k \phi_k(x_n) \frac{x_n - c_k}{\sigma_k^2}
        not right: \frac{\partial E}{\partial c_k} = \sum_{n=1}^N e_n w_k \phi_k(x_n) \frac{c_k - x_n}{\sigma_k^2}
        not right: \frac{\partial E}{\partial c_k} = \sum_{n=1}^N e_n w_k \phi_k(x_n) (x_n - c_k)
        right: \frac{\partial E}{\partial \sigma_k} = \sum_{n=1}^N e_n w_k \phi_k(x_n) \|x_n - c_k\|^2 / \sigma_k^3
        not right: \frac{\partial E}{\partial \sigma_k} = \sum_{n=1}^N e_n w_k \phi_k(x_n) \|x_n - c_k\|^2
        right: \nabla_x \phi_k(x) = -\phi_k(x) \frac{x - c_k}{\sigma_k^2}
        not right: \nabla_x \phi_k(x) = \phi_k(x) \frac{x - c_k}{\sigma_k^2}
        not right: \nabla_x \phi_k(x) = -\phi_k(x) \frac{x - c_k}{2 \sigma_k^2}
    """,
}


@pytest.mark.parametrize("name", every(4, FILES))
def test_verdicts(name: str) -> None:
    text, wanted = parsed(FILES[name])
    assert_verdicts(check(text), wanted)
