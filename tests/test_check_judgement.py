"""Small files, line by line with the verdict that must come out: slips that are easy to miss, and habits of authors.

A line is "verdict: formula"; "not right" is any other verdict than right. Other lines stand in the file as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from symbolic import check
from symbolic.checking.results import VERDICTS, Report
from tests.parameters import every

LINE = re.compile(rf"({'|'.join((*VERDICTS, 'not right'))}): (.*)")

NETWORK = """
+++
[network]
input = {{ size = "n" }}
layers = [{layers}]
objective = {{ {objective} }}
+++
"""


def network(*layers: str, objective: str = 'loss = "squared_error", reduction = "half"') -> str:
    """Front matter for a network: the units and activation of each layer."""
    said = (f'{{ units = {units}, activation = "{name}" }}' for units, name in map(str.split, layers))
    return NETWORK.format(layers=", ".join(said), objective=objective)


def with_derivatives(text: str) -> str:
    """The text with ∂ℓ/∂x for D[x], and the root of batch norm for ROOT."""
    text = text.replace("ROOT", r"\sqrt{\sigma_B^2 + \epsilon}")
    return re.sub(r"D\[([^][]*)\]", r"\\frac{\\partial \\ell}{\\partial \1}", text)


REGRESSION = {"system": "regression"}
DEEP = {"system": "deep_mse"}

SOFTMAX = network('"K" softmax', objective='loss = "cross_entropy"')

FILES: dict[str, tuple[dict[str, Any], str]] = {
    # what a Σ runs through
    "a sum that begins too late": (
        REGRESSION,
        r"""
        not right: C = \sum_{k=5}^{K} (\hat y_k - y_k)^2
        not right: C = \sum_{k=2} (\hat y_k - y_k)^2
        not right: z^{[1]}_i = \sum_{j=3}^{n} W^{[1]}_{ij} x_j + b^{[1]}_i
        not right: z^{[1]}_i = \sum_{j=0}^{n} W^{[1]}_{ij} x_j + b^{[1]}_i
        right: z^{[1]}_i = \sum_{j=0}^{n-1} W^{[1]}_{ij} x_j + b^{[1]}_i
        right: z^{[1]}_i = \sum_{j=1}^{n} W^{[1]}_{ij} x_j + b^{[1]}_i
        """,
    ),
    "a sum without brackets": (
        {"system": "classification_bce"},
        r"""
        right: C = -\frac{1}{K} \sum_{k} y_k \log \hat y_k + (1 - y_k) \log(1 - \hat y_k)
        wrong: C = -\frac{1}{K} \sum_{k} y_k \log \hat y_k - (1 - y_k) \log(1 - \hat y_k)
        """,
    ),
    "sums without an index": (
        {"system": "regression", "batch": "columns"},
        r"""
        right: db^{[2]} = \sum dZ^{[2]}
        wrong: db^{[2]} = 2 \sum dZ^{[2]}
        """,
    ),
    "norms": (
        REGRESSION,
        r"""
        right: C = \|\hat y - y\|_2^2
        unreadable: C = \|\hat y - y\|_\infty^2
        unreadable: C = \|\hat y - y\|_3^2
        """,
    ),
    # conditions on indices
    "the derivative of softmax, on the diagonal and off it": (
        {},
        SOFTMAX
        + r"""
        right: \frac{\partial a_i}{\partial z_j} = -a_i a_j \text{ for } i \neq j
        right: \frac{\partial a_i}{\partial z_j} = -a_i a_j, \quad i \neq j
        right: \frac{\partial a_i}{\partial z_j} = -a_i a_j \quad (i \ne j)
        right: \frac{\partial a_i}{\partial z_j} = -a_i a_j (i \not= j)
        right: \frac{\partial a_i}{\partial z_j} = -a_i a_j for i ≠ j
        right: \frac{\partial a_i}{\partial z_j} = -a_i a_j \text{ for } i < j
        right: \frac{\partial a_i}{\partial z_j} = a_i (1 - a_i) \text{ if } i = j
        right: \frac{\partial a_i}{\partial z_j} = a_i (1 - a_j), \; i = j
        wrong: \frac{\partial a_i}{\partial z_j} = -a_i a_j
        wrong: \frac{\partial a_i}{\partial z_j} = -a_i a_j \text{ for } i = j
        wrong: \frac{\partial a_i}{\partial z_j} = a_i a_j \text{ for } i \neq j
        wrong: \frac{\partial a_i}{\partial z_j} = 0, \quad i \neq j
        wrong: \frac{\partial a_i}{\partial z_j} = a_i (1 - a_i) \quad (i \neq j)
        wrong: \frac{\partial a_i}{\partial z_j} = a_i (1 - a_i) \text{ for } i \leq j
        right: \frac{\partial a_i}{\partial z_j} = a_i (\mathbb 1(i = j) - a_j)
        wrong: \frac{\partial a_i}{\partial z_j} = a_i (1 - a_j) \mathbb 1(i = j)
        right: \frac{\partial a_i}{\partial z_j} = a_i - a_i^2 \text{ if } i=j \text{ and } -a_i a_j \text{ if } i \ne j
        right: \frac{\partial a_i}{\partial z_j} = \begin{cases} a_i - a_i^2 & i = j \\ -a_i a_j & i \neq j \end{cases}
        """,
    ),
    "a condition that cannot be told makes nothing wrong": (
        {},
        SOFTMAX
        + r"""
        ambiguous: \frac{\partial C}{\partial z_i} = a_i \text{ for } i \neq c
        ambiguous: \frac{\partial C}{\partial z_i} = a_i - 1 \text{ if } y_i = 1
        right: \frac{\partial C}{\partial z_i} = a_i - y_i \text{ if } y_i = 1
        wrong: \frac{\partial C}{\partial z_i} = a_i + y_i
        """,
    ),
    "conditions in a network of L layers": (
        DEEP,
        r"""
        right: \frac{\partial a_i^l}{\partial z_j^l} = 0 for i ≠ j
        wrong: \frac{\partial a_i^l}{\partial z_j^l} = 0 for i = j
        wrong: \frac{\partial a_i^l}{\partial z_j^l} = \sigma'(z_i^l), \quad i \neq j
        right: \delta^l = ((W^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l) \text{ for } l < L
        wrong: \delta^l = ((W^{l+1})^T \delta^{l+1}) \odot \sigma(z^l) \text{ for } l < L
        """,
    ),
    # signs of equality and lines
    "signs of equality with words above them": (
        {"system": "classification_mse"},
        r"""
        wrong: \frac{\partial C}{\partial W_2} \overset{(3)}{=} 17 \frac{\partial C}{\partial z_2} a_1^T
        wrong: \frac{\partial C}{\partial W_2} \stackrel{!}{=} 17 \frac{\partial C}{\partial z_2} a_1^T
        wrong: \frac{\partial C}{\partial W_2} \overset{\text{def}}{=} 17 \frac{\partial C}{\partial z_2} a_1^T
        right: \frac{\partial C}{\partial W_2} \overset{\mathrm{(3.1)}}{=} \frac{\partial C}{\partial z_2} a_1^T
        right: \frac{\partial C}{\partial b_2} \stackrel{!}{=} \frac{\partial C}{\partial z_2}
        """,
    ),
    "environments of one formula": (
        {"system": "classification_mse"},
        r"""
        right: \frac{\partial C}{\partial b_2} = \frac{\partial C}{\partial z_2}
        wrong: \begin{multline} \frac{\partial C}{\partial b_2} = \frac{\partial C}{\partial z_2} \\ 17 \end{multline}
        wrong: \begin{split} \frac{\partial C}{\partial b_2} = \frac{\partial C}{\partial z_2} \\ 17 \end{split}
        right: \begin{multline} \nabla_{W_2} C = \frac{\partial C}{\partial z_2} \\ a_1^T \end{multline}
        """,
    ),
    # what is no claim, and what hides one
    "equations that go on from nothing": (
        REGRESSION,
        r"""
        unreadable: = 7 W^{[2]} a^{[1]}
        unreadable: \frac{\partial C}{\partial W^{[1]}} = \delta^{[1] ( x
        unreadable: = 12 x
        """,
    ),
    "both sides the same": (REGRESSION, r"unreadable: \delta^{[1]} = \delta^{[1]}"),
    "steps of descent": (
        REGRESSION,
        r"""
        $W^{[1]} = W^{[1]} - \alpha \frac{\partial C}{\partial W^{[1]}}$
        right: \delta^{[2]} = 2 (\hat y - y)
        """,
    ),
    # ranges
    "one layer too many": (
        DEEP,
        r"""
        ambiguous: \delta^{[l]} = (W^{[l+1]})^\top \delta^{[l+1]} \odot \sigma'(z^{[l]}), \quad l = 1, \dots, L
        right: \delta^{[l]} = (W^{[l+1]})^\top \delta^{[l+1]} \odot \sigma'(z^{[l]}), \quad l = 1, \dots, L - 1
        """,
    ),
    "ten outputs are not one": (
        DEEP,
        r"""
        The output has $n_L = 10$ classes.
        not right: \frac{\partial C}{\partial W^{[L]}} = \delta^{[L]} \odot a^{[L-1]}
        """,
    ),
    # functions
    "the layer of a function": (
        {},
        network('"m" tanh', '"p" softplus', '"K" sigmoid')
        + r"""
        right: \delta^{[2]} = (W^{[3]})^\top \delta^{[3]} \odot f^{[2]\prime}(z^{[2]})
        wrong: \delta^{[2]} = (W^{[3]})^\top \delta^{[3]} \odot f^{[3]\prime}(z^{[2]})
        wrong: \delta^{[1]} = (W^{[2]})^\top \delta^{[2]} \odot f_2'(z^{[1]})
        wrong: a^{[1]} = f^{[3]}(z^{[1]})
        """,
    ),
    "σ is not the identity": (
        REGRESSION,
        r"""
        right: a^{[1]} = \sigma(z^{[1]})
        wrong: \delta^{[2]} = 2 (\hat y - y) \odot \sigma'(z^{[2]})
        wrong: \hat y = \sigma(z^{[2]})
        """,
    ),
    "a unit that is off": (
        {},
        network('"m" tanh', "1 relu", objective='loss = "squared_error", reduction = "sum"')
        + r"""
        wrong: \delta^{[2]} = 2 (\hat y - y)
        wrong: \hat y = z^{[2]}
        wrong: \hat y = |z^{[2]}|
        right: \hat y = \max(0, z^{[2]})
        """,
    ),
    # names
    "the output is what it is": (
        {"system": "classification_bce"},
        r"""
        right: h = \sigma(W_1 x + b_1)
        wrong: \hat y = W_2 h + b_2
        """,
    ),
    "names that nothing uses": (
        REGRESSION,
        r"""
        not right: G_1 = 7 \delta^{[1]}
        not right: G_1 = 7 \delta^{[1]}
        """,
    ),
    "x stays x": (
        REGRESSION,
        r"""
        right: h = \mathrm{ReLU}(V x + c)
        not right: x = U h + d
        not right: \delta^{[2]} = 2 (x - y)
        """,
    ),
    # batches
    "a sum over the samples is lost": (
        {"system": "regression", "batch": "columns"},
        r"""
        right: \delta^{[2]} = \frac{2}{N} (\hat Y - Y)
        not right: \frac{\partial C}{\partial b^{[2]}} = \delta^{[2]}
        right: \frac{\partial C}{\partial b^{[2]}} = \delta^{[2]} \mathbf 1
        """,
    ),
    "the index of a sample in rows": (
        {"system": "regression", "batch": "rows"},
        r"not right: A_s = \mathrm{ReLU}(Z_t)",
    ),
    "the mean that the file states": (
        {"system": "regression", "batch": "columns"},
        r"""
        right: C = \frac{1}{N} \sum_{s=1}^N \|\hat Y_s - Y_s\|^2
        wrong: \frac{\partial C}{\partial W^{[2]}} = 2 (\hat Y - Y) A^{[1]\top}
        wrong: \frac{\partial C}{\partial b^{[2]}} = 2 (\hat Y - Y) \mathbf 1
        wrong: \frac{\partial C}{\partial W^{[1]}} = 2 (W^{[2]\top} (\hat Y - Y) \odot \mathbf 1\{Z^{[1]} > 0\}) X^\top
        """,
    ),
    "programs": (
        {"system": "regression", "batch": "columns"},
        """
        ```python
        Z1 = W1 @ X + b1
        ```
        right: dW^{[2]} = dZ^{[2]} A^{[1]\\top}
        not right: dW^{[2]} = dZ^{[2]} * A^{[1]\\top}
        """.replace("        ", ""),
    ),
    # habits
    "a for pre-activations": (
        {},
        network('"m" tanh', '"K" identity')
        + r"""
        right: a_j^{(1)} = \sum_i w_{ji}^{(1)} x_i + b_j^{(1)}
        right: z_j^{(1)} = \tanh(a_j^{(1)})
        right: a_k^{(2)} = \sum_j w_{kj}^{(2)} z_j^{(1)} + b_k^{(2)}
        right: y_k = a_k^{(2)}
        right: E = \frac{1}{2} \sum_k (y_k - t_k)^2
        right: \delta_k^{(2)} = y_k - t_k
        right: \delta_j^{(1)} = (1 - (z_j^{(1)})^2) \sum_k w_{kj}^{(2)} \delta_k^{(2)}
        wrong: \delta_j^{(1)} = (1 - (a_j^{(1)})^2) \sum_k w_{kj}^{(2)} \delta_k^{(2)}
        right: \frac{\partial E}{\partial w_{kj}^{(2)}} = \delta_k^{(2)} z_j^{(1)}
        wrong: \frac{\partial E}{\partial w_{kj}^{(2)}} = \delta_k^{(2)} a_j^{(1)}
        """,
    ),
    "weights numbered from below": (
        DEEP,
        r"""
        right: z^{(l+1)} = W^{(l)} a^{(l)} + b^{(l)}
        right: a^{(l)} = f(z^{(l)})
        right: \delta^{(l)} = (W^{(l)})^T \delta^{(l+1)} \odot f'(z^{(l)})
        wrong: \delta^{(l)} = (W^{(l+1)})^T \delta^{(l+1)} \odot f'(z^{(l)})
        right: \nabla_{W^{(l)}} C = \delta^{(l+1)} (a^{(l)})^T
        wrong: \nabla_{W^{(l)}} C = \delta^{(l)} (a^{(l)})^T
        """,
    ),
    "bars for derivatives": (
        {},
        network('"m" sigmoid', '"K" identity')
        + r"""
        right: \hat y = W_2 h + b_2
        right: h = \sigma(z)
        right: z = W_1 x + b_1
        right: \bar{\hat y} = \hat y - y
        wrong: \bar{\hat y} = \hat y + y
        right: \bar h = W_2^\top \bar{\hat y}
        right: \bar z = \bar h \odot \sigma'(z)
        wrong: \bar z = \bar h \odot \sigma(z)
        """,
    ),
    "letters beside one another": (
        {},
        network('"m" tanh', '"K" identity')
        + """
        right: z_1 = W_1x + b_1
        right: z_2 = W_2a_1 + b_2
        wrong: z_2 = W_2x_1 + b_2
        """,
    ),
    # networks that nobody names
    "logistic regression, described": (
        {},
        r"""
        right: z = w^T x + b
        right: \hat y = \sigma(z)
        right: L = -(y \log \hat y + (1 - y) \log(1 - \hat y))
        right: \frac{\partial L}{\partial w} = (\hat y - y) x
        wrong: \frac{\partial L}{\partial w} = (y - \hat y) x
        wrong: \frac{\partial L}{\partial b} = \hat y + y
        """,
    ),
    "a softmax network, described": (
        {},
        r"""
        right: h = \tanh(W_1 x + b_1)
        right: \hat y = \mathrm{softmax}(W_2 h + b_2)
        right: \ell = -\sum_k y_k \log \hat y_k
        right: \delta_2 = \hat y - y
        right: \frac{\partial \ell}{\partial W_2} = \delta_2 h^T
        right: \delta_1 = W_2^T \delta_2 \odot (1 - h^2)
        wrong: \delta_1 = W_2^T \delta_2 \odot (1 - h)^2
        wrong: \frac{\partial \ell}{\partial W_1} = x \delta_1
        """,
    ),
    "logistic regression of a batch, described": (
        {},
        r"""
        right: Z = W X + b
        right: A = \sigma(Z)
        right: J = -\frac{1}{m} \sum_{i=1}^m y^{(i)} \log a^{(i)} + (1 - y^{(i)}) \log(1 - a^{(i)})
        right: dZ = A - Y
        right: dW = \frac{1}{m} dZ X^T
        wrong: db = \sum_i dZ^{(i)}
        """,
    ),
    "a penalty, described": (
        {},
        r"""
        right: \hat y = W_2 \tanh(W_1 x + b_1) + b_2
        right: J = \frac{1}{2} \|\hat y - y\|^2 + \frac{\lambda}{2} (\|W_1\|_F^2 + \|W_2\|_F^2)
        right: h = \tanh(W_1 x + b_1)
        right: \frac{\partial J}{\partial W_2} = (\hat y - y) h^T + \lambda W_2
        wrong: \frac{\partial J}{\partial W_1} = W_2^T (\hat y - y) \odot (1 - h^2) x^T
        """,
    ),
    "one output is not guessed": (
        {},
        r"""
        right: z_1 = W_1 x + b_1
        right: a_1 = \tanh(z_1)
        right: z_2 = W_2 a_1 + b_2
        right: p = \mathrm{softmax}(z_2)
        right: L = -\sum_k y_k \log p_k
        right: \delta_2 = p - y
        right: \frac{\partial L}{\partial W_2} = \delta_2 a_1^T
        wrong: \frac{\partial L}{\partial W_1} = x (W_2^T \delta_2 \odot (1 - a_1^2))
        wrong: \delta_1 = W_2^T \delta_2 \odot (1 - a_1)
        """,
    ),
    "letters of one's own, described": (
        {},
        r"""
        right: u = V x + c
        right: h = \tanh(u)
        right: o = U h + d
        right: r = o - t
        right: E = \frac{1}{2} r^\top r
        right: \frac{\partial E}{\partial U} = r h^\top
        wrong: \frac{\partial E}{\partial h} = U r
        right: \frac{\partial E}{\partial d} = r
        """,
    ),
    "units counted by letters, described": (
        {},
        r"""
        right: a_j = \sum_i w^{(1)}_{ji} x_i
        right: z_j = \tanh(a_j)
        right: y_k = \sum_j w^{(2)}_{kj} z_j
        right: E = \frac{1}{2} \sum_k (y_k - t_k)^2
        right: \delta_j = \frac{\partial E}{\partial a_j}
        right: \delta_k = y_k - t_k
        right: \delta_j = (1 - z_j^2) \sum_k w^{(2)}_{kj} \delta_k
        wrong: \delta_j = (1 - z_j) \sum_k w^{(2)}_{kj} \delta_k
        """,
    ),
    "weights on the right, described": (
        {},
        r"""
        right: H = \tanh(X W_1 + b_1)
        right: \hat Y = H W_2 + b_2
        right: L = \frac{1}{N} \|\hat Y - Y\|_F^2
        right: \frac{\partial L}{\partial \hat Y} = \frac{2}{N} (\hat Y - Y)
        right: \frac{\partial L}{\partial W_2} = H^\top \frac{\partial L}{\partial \hat Y}
        wrong: \frac{\partial L}{\partial W_2} = H \frac{\partial L}{\partial \hat Y}
        """,
    ),
    "m for samples": (
        {"system": "classification_bce", "batch": "columns"},
        r"""
        right: dZ^{[2]} = \frac{1}{K} (A^{[2]} - Y)
        right: dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]\top}
        wrong: dW^{[1]} = dZ^{[1]} X^\top
        """,
    ),
    "the backward part of what is described": (
        {},
        r"""
        # Forward
        right: z_1 = W_1 x + b_1
        right: a_1 = f(z_1)
        right: z_2 = W_2 a_1 + b_2
        right: a_2 = f(z_2)
        right: J = \frac{1}{2} \|a_2 - y\|^2
        # Backward
        right: \delta_2 = (a_2 - y) \odot f'(z_2)
        wrong: \delta_1 = W_2^T \delta_2 \odot f'(z_2)
        not right: \frac{\partial J}{\partial W_1} = \delta_1 a_1^T
        """,
    ),
    "letters by what they are": (
        {},
        r"""
        right: u^{(l)} = W^{(l)} v^{(l-1)} + b^{(l)}
        right: v^{(l)} = \sigma(u^{(l)})
        right: E = \frac12 \|v^{(L)} - y\|^2
        right: \delta^{(L)} = (v^{(L)} - y) \odot \sigma'(u^{(L)})
        right: \delta^{(l)} = (W^{(l+1)})^T \delta^{(l+1)} \odot \sigma'(u^{(l)})
        wrong: \delta^{(l)} = (W^{(l)})^T \delta^{(l+1)} \odot \sigma'(u^{(l)})
        right: \frac{\partial E}{\partial W^{(l)}} = \delta^{(l)} (v^{(l-1)})^T
        wrong: \frac{\partial E}{\partial W^{(l)}} = \delta^{(l)} (v^{(l)})^T
        """,
    ),
    "x for every layer's values": (
        {},
        r"""
        right: x_1 = f_1(W_1 x_0)
        right: x_2 = f_2(W_2 x_1)
        right: E = \frac12 \|x_2 - t\|^2
        right: \delta_2 = (x_2 - t) \circ f'_2(W_2 x_1)
        right: \delta_1 = W_2^T \delta_2 \circ f'_1(W_1 x_0)
        wrong: \delta_1 = W_2^T \delta_2 \circ f'_1(W_2 x_1)
        right: \frac{\partial E}{\partial W_1} = \delta_1 x_0^T
        wrong: \frac{\partial E}{\partial W_1} = \delta_1 x_1^T
        """,
    ),
    # derivatives of expressions
    "derivatives of expressions": (
        DEEP,
        r"""
        right: \delta_i^{(L)} = \frac{\partial}{\partial z_i^{(L)}} \frac12 \|a^{(L)} - y\|^2
        wrong: \delta_i^{(L)} = \frac{\partial}{\partial z_i^{(L)}} \|a^{(L)} - y\|^2
        right: \frac{\partial (\sum_i W^{(l)}_{ji} a^{(l-1)}_i + b^{(l)}_j)}{\partial b^{(l)}_j} = 1
        right: \frac{\partial (\sum_i W^{(l)}_{ji} a^{(l-1)}_i)}{\partial W^{(l)}_{jk}} = a_k^{(l-1)}
        not right: \frac{\partial (\sum_i W^{(l)}_{ji} a^{(l-1)}_i)}{\partial W^{(l)}_{jk}} = a_j^{(l-1)}
        right: \nabla_{a^{(L)}} \left[ \frac12 \|a^{(L)} - y\|^2 \right] = a^{(L)} - y
        wrong: \nabla_{a^{(L)}} \left[ \frac12 \|a^{(L)} - y\|^2 \right] = y - a^{(L)}
        right: \frac{\partial (W^{(l)} a^{(l-1)} + b^{(l)})}{\partial b^{(l)}} = I
        """,
    ),
    "ones and identities of a size": (
        {"system": "classification_bce", "batch": "columns"},
        r"""
        right: Z^{[1]} = W^{[1]} X + b^{[1]} \mathbf{1}_N^T
        right: A^{[1]} = \sigma(Z^{[1]})
        right: Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]} 1_N^\top
        right: A^{[2]} = \sigma(Z^{[2]})
        right: \frac{\partial C}{\partial b^{[2]}} = \Delta^{[2]} 1_{N}
        ambiguous: \frac{\partial C}{\partial b^{[2]}} = \Delta^{[2]} \mathbf{1}_K
        right: \frac{\partial C}{\partial b^{[2]}} = I_K \Delta^{[2]} \mathbf{1}_{N}
        ambiguous: \frac{\partial C}{\partial b^{[2]}} = I_N \Delta^{[2]} \mathbf{1}_N
        not right: \frac{\partial C}{\partial b^{[2]}} = \Delta^{[2]} \mathbf{1}_N^T
        """,
    ),
    "a penalty that the samples share": (
        {},
        r"""
        right: Z^{[1]} = W^{[1]} X + b^{[1]}
        right: A^{[1]} = \tanh(Z^{[1]})
        right: Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}
        right: J = \frac{1}{2m} \|Z^{[2]} - Y\|_F^2 + \frac{\lambda}{2m} (\|W^{[1]}\|_F^2 + \|W^{[2]}\|_F^2)
        right: dW^{[2]} = \frac{1}{m} (Z^{[2]} - Y) A^{[1]T} + \frac{\lambda}{m} W^{[2]}
        wrong: dW^{[2]} = \frac{1}{m} (Z^{[2]} - Y) A^{[1]T} + \lambda W^{[2]}
        wrong: dW^{[2]} = \frac{1}{m} (Z^{[2]} - Y) A^{[1]T} + \frac{\lambda}{2m} W^{[2]}
        """,
    ),
    "one output, whose penalty has norms": (
        {},
        r"""
        right: Z^{[1]} = W^{[1]} X + b^{[1]}
        right: A^{[1]} = \tanh(Z^{[1]})
        right: Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}
        right: A^{[2]} = \sigma(Z^{[2]})
        right: J = -\frac1m \sum_{i=1}^m [y^{(i)}\log a^{[2](i)} + (1-y^{(i)})\log(1-a^{[2](i)})]"""
        r""" + \frac{\lambda}{2m} (\|W^{[1]}\|_F^2 + \|W^{[2]}\|_F^2)
        right: dZ^{[2]} = A^{[2]} - Y
        """,
    ),
    "a term of the objective by its name": (
        {},
        r"""
        right: z = W^{(1)} x
        right: h = \phi(z)
        right: o = W^{(2)} h
        right: L = \frac12 \|o - y\|^2
        right: s = \frac{\lambda}{2} (\|W^{(1)}\|_F^2 + \|W^{(2)}\|_F^2)
        right: J = L + s
        right: \frac{\partial J}{\partial o} = \frac{\partial L}{\partial o} = o - y
        right: \frac{\partial s}{\partial W^{(1)}} = \lambda W^{(1)}
        wrong: \frac{\partial s}{\partial W^{(1)}} = \frac{\lambda}{2} W^{(1)}
        right: \frac{\partial J}{\partial W^{(2)}} = \frac{\partial L}{\partial o} h^\top + \lambda W^{(2)}
        wrong: \frac{\partial J}{\partial W^{(2)}} = \frac{\partial L}{\partial o} h^\top
        """,
    ),
    "derivatives of what the file names": (
        DEEP,
        r"""
        right: e = a^{(L)} - y
        right: \frac{\partial e}{\partial a^{(L)}} = I
        wrong: \frac{\partial e}{\partial a^{(L)}} = -I
        """,
    ),
    # networks that only the file's own equations state
    "a net in letters of one's own": (
        {},
        r"""
        right: u = Ax
        right: p = \tanh(u)
        right: v = Bp
        right: q = \sigma(v)
        right: s = c^\top q
        right: \mathcal{E} = \frac12 (s - t)^2
        right: \frac{\partial \mathcal{E}}{\partial s} = s - t
        right: \frac{\partial \mathcal{E}}{\partial c} = (s-t)\, q
        right: \frac{\partial \mathcal{E}}{\partial v} = (s-t)\, c \odot q \odot (1-q)
        right: \frac{\partial \mathcal{E}}{\partial B} = \frac{\partial \mathcal{E}}{\partial v}\, p^\top
        wrong: \frac{\partial \mathcal{E}}{\partial u} = B^\top \frac{\partial \mathcal{E}}{\partial v} \odot p
        wrong: \frac{\partial \mathcal{E}}{\partial u} = B \frac{\partial \mathcal{E}}{\partial v} \odot (1 - p^2)
        right: \frac{\partial \mathcal{E}}{\partial u} = B^\top \frac{\partial \mathcal{E}}{\partial v} \odot (1 - p^2)
        """,
    ),
    "a circuit of numbers": (
        {},
        r"""
        right: net_{h1} = w_1 * i_1 + w_2 * i_2 + b_1 * 1
        right: out_{h1} = \frac{1}{1+e^{-net_{h1}}}
        right: net_{o1} = w_5 * out_{h1} + w_6 * out_{h2} + b_2 * 1
        right: out_{o1} = \frac{1}{1+e^{-net_{o1}}}
        right: E_{o1} = \frac{1}{2}(target_{o1} - out_{o1})^2
        right: E_{total} = E_{o1} + E_{o2}
        right: \frac{\partial E_{total}}{\partial out_{o1}} = -(target_{o1} - out_{o1})
        right: \frac{\partial out_{o1}}{\partial net_{o1}} = out_{o1}(1 - out_{o1})
        right: \delta_{o1} = -(target_{o1} - out_{o1}) * out_{o1}(1 - out_{o1})
        right: \frac{\partial E_{total}}{\partial w_5} = -(target_{o1} - out_{o1}) out_{o1}(1 - out_{o1}) out_{h1}
        wrong: \frac{\partial E_{total}}{\partial w_5} = -(target_{o1} - out_{o1}) out_{o1}(1 - out_{o1}) out_{h2}
        wrong: \frac{\partial E_{total}}{\partial w_1} = \frac{\partial E_{total}}{\partial out_{h1}} * i_1
        wrong: \frac{\partial E_{total}}{\partial w_5} = (target_{o1} - out_{o1}) out_{o1}(1 - out_{o1}) out_{h1}
        """,
    ),
    "a residual connection": (
        {},
        r"""
        right: z = W_1 x + b_1
        right: h = \mathrm{ReLU}(z)
        right: y = x + W_2 h + b_2
        right: L = \frac12 \|y - t\|^2
        right: \frac{\partial L}{\partial y} = y - t
        right: \frac{\partial L}{\partial x} = \frac{\partial L}{\partial y} + W_1^T \frac{\partial L}{\partial z}
        wrong: \frac{\partial L}{\partial x} = W_1^T \frac{\partial L}{\partial z}
        """,
    ),
    "tied weights": (
        {},
        r"""
        right: h = Wx
        right: \hat x = W^T h
        right: L = \frac{1}{2}\| W^T W x - x\|^2
        right: z = \hat x - x
        right: \frac{\partial L}{\partial \hat x} = z
        right: \frac{\partial L}{\partial W} = h z^T + W z x^T
        wrong: \frac{\partial L}{\partial W} = h z^T
        wrong: \frac{\partial L}{\partial h} = W^T z
        """,
    ),
    "numbers are not matrices": (
        {},
        r"""
        right: u = V x + c
        right: h = \tanh(u)
        right: o = U h + x
        right: r = o - t
        right: E = \frac{1}{2} r^\top r
        right: \frac{\partial E}{\partial U} = r h^\top
        wrong: \frac{\partial E}{\partial U} = h r^\top (1 - h)
        wrong: \frac{\partial E}{\partial h} = U r
        """,
    ),
    "one neuron in each layer": (
        {},
        r"""
        right: z_1 = w_1 x + b_1
        right: a_1 = \sigma(z_1)
        right: z_2 = w_2 a_1 + b_2
        right: a_2 = \sigma(z_2)
        right: C = (a_2 - y)^2
        right: \frac{\partial C}{\partial w_2} = 2(a_2-y) \sigma'(z_2) a_1
        right: \frac{\partial C}{\partial w_1} = 2(a_2-y) \sigma'(z_2) w_2 \sigma'(z_1) x
        wrong: \frac{\partial C}{\partial w_1} = 2(a_2-y) \sigma'(z_2) w_2 x
        wrong: \frac{\partial C}{\partial b_1} = 2(a_2-y) \sigma'(z_2) w_2
        """,
    ),
    "an activation that is none of the table's": (
        {},
        r"""
        right: z = W x + b
        not right: a = z^2
        right: L = \frac12 \|a - y\|^2
        not right: \frac{\partial L}{\partial z} = a - y
        not right: \frac{\partial L}{\partial W} = (a - y) x^T
        """,
    ),
    "weights that are shared": (
        {},
        r"""
        not right: h_1 = \sigma(W x + b)
        right: h_2 = \sigma(W h_1 + b)
        right: E = \frac12 \|h_2 - t\|^2
        not right: \frac{\partial E}{\partial W} = \delta_2 h_1^T
        """,
    ),
    "a mean that is lost in every gradient": (
        {},
        r"""
        Samples are rows of $X$.
        right: \hat Y = X W
        right: L = \frac1N \sum_i \|\hat y_i - y_i\|^2
        not right: \frac{\partial L}{\partial \hat Y} = 2(\hat Y - Y)
        not right: \frac{\partial L}{\partial W} = 2 X^T (\hat Y - Y)
        """,
    ),
    "the larger of two numbers": (
        {},
        r"""
        right: f = (x + y) \max(z, w)
        not right: \frac{\partial f}{\partial x} = z
        right: \frac{\partial f}{\partial x} = \max(z, w)
        not right: \frac{\partial f}{\partial z} = x + y
        """,
    ),
    "a mean over samples is no number": (
        {},
        r"""
        right: \mu = \frac1m \sum_{i=1}^m x_i
        not right: u_i = x_i \mu - \mu \mu
        not right: \frac{\partial L}{\partial x_i} = 0
        """,
    ),
    "a rectified number": (
        {},
        r"""
        right: h = \mathrm{ReLU}(x w_1)
        right: y = h w_2
        right: L = (y - t)^2
        wrong: \frac{\partial L}{\partial w_1} = 2(y - t) w_2 x
        right: \frac{\partial L}{\partial w_1} = 2(y - t) w_2 x \mathbf{1}\{x w_1 > 0\}
        wrong: \frac{\partial L}{\partial w_1} = 2(y - t) w_2 \mathbf{1}\{x w_1 > 0\}
        """,
    ),
    "batch norm of one unit": (
        {},
        r"""
        right: \mu = \frac{1}{N} \sum_{i=1}^N z_i
        right: v = \frac{1}{N} \sum_{i=1}^N (z_i - \mu)^2
        right: \hat{z}_i = \frac{z_i - \mu}{\sqrt{v + \epsilon}}
        right: a_i = \gamma \hat{z}_i + \beta
        right: \frac{\partial C}{\partial \gamma} = \sum_{i=1}^N \frac{\partial C}{\partial a_i} \hat{z}_i
        right: \frac{\partial C}{\partial \hat{z}_i} = \gamma \frac{\partial C}{\partial a_i}
        wrong: \frac{\partial C}{\partial z_i} = \frac{\gamma}{\sqrt{v + \epsilon}} \frac{\partial C}{\partial a_i}
        wrong: \frac{\partial C}{\partial \beta} = \frac{\partial C}{\partial a_i}
        wrong: \frac{\partial C}{\partial \beta} = \sum_{i=1}^N \frac{\partial C}{\partial a_i} \hat{z}_i
        """,
    ),
    "an objective that nobody states": (
        {},
        r"""
        right: q = A x + x
        right: y = B q
        right: \frac{\partial L}{\partial B} = \frac{\partial L}{\partial y} q^T
        wrong: \frac{\partial L}{\partial x} = A^T B^T \frac{\partial L}{\partial y}
        right: \frac{\partial L}{\partial x} = A^T B^T \frac{\partial L}{\partial y} + B^T \frac{\partial L}{\partial y}
        """,
    ),
    "what is made of derivatives has a name": (
        {},
        r"""
        right: H = \tanh(X W + \mathbf 1 b^\top)
        right: \hat Y = H V
        right: J = \frac{1}{2n} \|\hat Y - Y\|_F^2 + \frac{\lambda}{2} (\|W\|_F^2 + \|V\|_F^2)
        right: G = \frac{\partial J}{\partial \hat Y} = \frac1n (\hat Y - Y)
        right: \frac{\partial J}{\partial V} = H^\top G + \lambda V
        right: D = G V^\top \odot (1 - H \odot H)
        right: \frac{\partial J}{\partial W} = X^\top D + \lambda W
        wrong: \frac{\partial J}{\partial W} = X^\top D + 2\lambda W
        right: \frac{\partial J}{\partial b} = D^\top \mathbf 1
        """,
    ),
    "derivatives by names with bars": (
        {},
        r"""
        right: z = w x^2
        right: L = (z - y)^2 + z
        wrong: \bar z = 2(z-y)+7
        wrong: \bar w = \bar z + 3
        right: \bar z = 2(z-y)+1
        right: \bar w = \bar z x^2
        right: \bar x = 2 w x \bar z
        right: \bar L = 1
        wrong: \bar y = 2(z - y)
        """,
    ),
    "means with bars are no derivatives": (
        {},
        r"""
        right: \bar x = \frac12 (x + u)
        right: \bar y = \frac12 (y + v)
        right: L = (w \bar x - \bar y)^2
        right: \frac{\partial L}{\partial w} = 2 (w \bar x - \bar y) \bar x
        wrong: \frac{\partial L}{\partial w} = 2 (w \bar x - \bar y) x
        """,
    ),
    "what no objective depends on": (
        {},
        r"""
        right: h = \tanh(W x + b)
        right: r = h + x
        right: L = \frac12 \|r - y\|^2
        right: \frac{\partial L}{\partial r} = r - y
        wrong: \delta_h = r + y
        right: \delta_h = r - y
        ambiguous: g_h = 5 r
        ambiguous: k = g_h + r
        right: e = r - y
        right: D = 1 - h \odot h
        right: \frac{\partial L}{\partial W} = (e \odot D) x^T
        """,
    ),
    "derivatives in names of programs": (
        {},
        """
        right: q = x y
        right: f = q q z + x
        wrong: df_dq = z
        wrong: df_dz = q
        right: dfdq = 2 q z
        right: df_dz = q q
        right: df_dx = dfdq y + 1
        wrong: df_dx = dfdq y
        """,
    ),
    "powers of one's own names": (
        {},
        r"""
        right: q = x + y
        right: f = q^2 z
        right: \frac{\partial f}{\partial z} = q^2
        wrong: \frac{\partial f}{\partial q} = 0
        wrong: \frac{\partial f}{\partial x} = 0
        right: \frac{\partial f}{\partial q} = 2 q z
        right: \frac{\partial f}{\partial x} = 2 q z
        """,
    ),
    "powers of what is given": (
        {},
        r"""
        right: L = v^3 - v
        right: \frac{\partial L}{\partial v} = 3 v^2 - 1
        wrong: \frac{\partial L}{\partial v} = 3 v^2
        wrong: \frac{\partial L}{\partial v} = -1
        """,
    ),
    "what is assumed of a target": (
        {},
        r"""
        ambiguous: y = 1
        right: h = \tanh(W x + b)
        right: r = h + x
        right: L = \frac12 \|r - y\|^2
        right: \frac{\partial L}{\partial r} = r - y
        wrong: \frac{\partial L}{\partial r} = y - r
        not right: y = r
        """,
    ),
    "entries beside brackets": (
        {},
        r"""
        right: \mathbf{h} = \sigma(W \mathbf{x})
        right: o = \sigma(\mathbf{v}^T \mathbf{h})
        right: E = \frac{1}{2}(t - o)^2
        right: \frac{\partial E}{\partial W_{ji}} = -(t-o)o(1-o)v_j h_j(1-h_j)x_i
        wrong: \frac{\partial E}{\partial W_{ji}} = -(t-o)o(1-o)v_j h_j(1+h_j)x_i
        wrong: \frac{\partial E}{\partial W_{ji}} = -(t-o)o(1-o)v_j h_i(1-h_i)x_i
        """,
    ),
    "many rectified numbers": (
        {},
        r"""
        right: z_1 = w_1 x + b_1
        right: h_1 = \max(0, z_1)
        right: z_2 = w_2 x + b_2
        right: h_2 = \max(0, z_2)
        right: z_3 = w_3 x + b_3
        right: h_3 = \max(0, z_3)
        right: z_4 = w_4 x + b_4
        right: h_4 = \max(0, z_4)
        right: z_5 = w_5 x + b_5
        right: h_5 = \max(0, z_5)
        right: z_6 = w_6 x + b_6
        right: h_6 = \max(0, z_6)
        right: z_7 = w_7 x + b_7
        right: h_7 = \max(0, z_7)
        right: z_8 = w_8 x + b_8
        right: h_8 = \max(0, z_8)
        right: z_9 = w_9 x + b_9
        right: h_9 = \max(0, z_9)
        right: o = v_1 h_1 + v_2 h_2 + v_3 h_3 + v_4 h_4 + v_5 h_5 + v_6 h_6 + v_7 h_7 + v_8 h_8 + v_9 h_9 + c
        right: L = (o - y)^2
        wrong: \frac{\partial L}{\partial b_7} = 2(o-y) v_7
        right: \frac{\partial L}{\partial b_7} = 2(o-y) v_7 \mathbf{1}\{z_7 > 0\}
        wrong: \frac{\partial L}{\partial b_8} = 2(o-y) v_8
        right: \frac{\partial L}{\partial b_8} = 2(o-y) v_8 \mathbf{1}\{z_8 > 0\}
        wrong: \frac{\partial L}{\partial b_9} = 2(o-y) v_9
        right: \frac{\partial L}{\partial b_9} = 2(o-y) v_9 \mathbf{1}\{z_9 > 0\}
        """,
    ),
    "numbers that are assumed": (
        {},
        r"""
        ambiguous: x = -2
        ambiguous: y = 5
        ambiguous: z = -4
        right: q = x + y
        right: f = q z
        right: \frac{\partial f}{\partial q} = z = -4
        right: \frac{\partial f}{\partial z} = 3
        wrong: \frac{\partial f}{\partial z} = 4
        not right: \frac{\partial f}{\partial z} = z + 7
        not right: \frac{\partial f}{\partial z} = z + 7 = 3
        """,
    ),
    "error signals of what their labels say": (
        {},
        r"""
        right: u = A x
        right: s = u + B x
        right: J = s^\top s
        right: \delta_s = 2 s
        right: \delta_u = 2 s
        wrong: \delta_u = 2 u
        right: g = 2 s
        right: \frac{\partial J}{\partial A} = g x^\top
        wrong: dx = A^\top \delta_u
        right: dx = A^\top \delta_u + B^\top \delta_s
        """,
    ),
    "an error e, and the number e": (
        {},
        r"""
        right: y = w x + b
        right: p = \frac{1}{1 + e^{-y}}
        right: e = p - t
        right: L = \frac12 e^2
        right: \frac{\partial L}{\partial e} = e
        right: \frac{\partial L}{\partial w} = e p (1 - p) x
        wrong: \frac{\partial L}{\partial w} = e^2 p (1 - p) x
        """,
    ),
    "a softmax written out": (
        {},
        r"""
        right: z_k = \sum_j W_{kj} x_j
        right: p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}
        right: L = -\sum_k t_k \log p_k
        right: \frac{\partial L}{\partial z_k} = p_k - t_k
        wrong: \frac{\partial L}{\partial z_k} = t_k - p_k
        right: \frac{\partial L}{\partial W_{kj}} = (p_k - t_k) x_j
        wrong: \frac{\partial L}{\partial W_{kj}} = (p_j - t_j) x_k
        wrong: g_k = p_k + t_k
        """,
    ),
    "a column of the same number": (
        {},
        r"""
        right: \hat y = Xw + b\mathbf{1}
        right: L = \frac{1}{2N}\|\hat y - y\|^2
        right: \frac{\partial L}{\partial w} = \frac1N X^\top(\hat y - y)
        wrong: \frac{\partial L}{\partial w} = \frac1N X(\hat y - y)
        right: \frac{\partial L}{\partial b} = \frac1N \mathbf{1}^\top(\hat y - y)
        wrong: \frac{\partial L}{\partial b} = \frac1N \mathbf{1}(\hat y - y)
        wrong: \frac{\partial L}{\partial b} = \frac1N (\hat y - y)
        """,
    ),
    "the algorithm of batch norm": (
        {},
        with_derivatives(r"""
        right: \mu_B = \frac1m \sum_{i=1}^m x_i
        right: \sigma_B^2 = \frac1m \sum_{i=1}^m (x_i - \mu_B)^2
        right: \hat x_i = \frac{x_i - \mu_B}{ROOT}
        right: y_i = \gamma \hat x_i + \beta
        right: D[\hat x_i] = D[y_i] \cdot \gamma
        right: D[\sigma_B^2] = \sum_i D[\hat x_i] \cdot (x_i - \mu_B) \cdot \frac{-1}{2} (\sigma_B^2 + \epsilon)^{-3/2}
        wrong: D[\sigma_B^2] = \sum_i D[\hat x_i] \cdot (x_i - \mu_B) \cdot \frac{1}{2} (\sigma_B^2 + \epsilon)^{-3/2}
        right: D[\mu_B] = (\sum_i D[\hat x_i] \cdot \frac{-1}{ROOT}) + D[\sigma_B^2] \frac{\sum_i -2(x_i - \mu_B)}{m}
        wrong: D[\mu_B] = \sum_i D[\hat x_i] \cdot \frac{1}{ROOT}
        right: D[x_i] = D[\hat x_i] \frac{1}{ROOT} + D[\sigma_B^2] \frac{2(x_i - \mu_B)}{m} + D[\mu_B] \frac1m
        wrong: D[x_i] = D[\hat x_i] \cdot \frac{1}{ROOT} + D[\sigma_B^2] \cdot \frac{2(x_i - \mu_B)}{m}
        right: D[\gamma] = \sum_i D[y_i] \cdot \hat x_i
        wrong: D[\gamma] = \sum_i D[y_i] \cdot x_i
        right: D[\beta] = \sum_i D[y_i]
        """),
    ),
    "what is 0 whatever it is multiplied by": (
        {},
        r"""
        right: \mu = \frac1m\sum_{i=1}^m x_i
        right: v = \frac1m\sum_{i=1}^m (x_i-\mu)^2
        right: y_i = \gamma \frac{x_i-\mu}{\sqrt{v+\epsilon}} + \beta
        right: \frac{\partial v}{\partial \mu} = \frac{1}{m} \sum_{i=1}^m -2(x_i-\mu)
        not right: \frac{\partial v}{\partial \mu} = \frac{1}{m} \sum_{i=1}^m -5(x_i-\mu)
        ambiguous: \frac{\partial v}{\partial \mu} = 0
        right: \frac{\partial v}{\partial x_i} = \frac{2}{m} (x_i-\mu)
        wrong: \frac{\partial v}{\partial x_i} = \frac{1}{m} (x_i-\mu)
        """,
    ),
    "a function, and nothing more": (
        {},
        r"""
        right: h = \phi(z)
        wrong: \frac{\partial L}{\partial z} = \frac{\partial L}{\partial h} \odot \phi'(h)
        """,
    ),
    "a function, and nothing more, right": (
        {},
        r"""
        right: h = \phi(z)
        right: \frac{\partial L}{\partial z} = \frac{\partial L}{\partial h} \odot \phi'(z)
        """,
    ),
    # spellings
    "old fonts and other fractions": (
        DEEP,
        r"""
        right: {\cal C} = \cfrac{1}{2} \sum_i (a_i^L - y_i)^2
        right: \cfrac{\partial {\cal C}}{\partial {\bf a}^L} = {\bf a}^L - {\bf y}
        wrong: \cfrac{\partial {\cal C}}{\partial {\bf a}^L} = \tfrac12 ({\bf a}^L - {\bf y})
        right: \delta^l = {\rm Diag}({\sigma^{l}}'(z^l)) (W^{l+1})^T \delta^{l+1}
        wrong: \delta^l = {\rm Diag}({\sigma^{l}}(z^l)) (W^{l+1})^T \delta^{l+1}
        right: C(\dots) = \tfrac12 \|a^L - y\|^2 \quad (1 \times 1)
        right: a^0 = x
        wrong: a^0 = y
        """,
    ),
    "a diagonal matrix with the capital letter of a vector": (
        DEEP,
        r"""
        right: z_l = W_l a_{l-1} + b_l
        right: A_l = \mathrm{Diag}(\sigma'(z_l))
        right: \delta_l = A_l W_{l+1}^T \delta_{l+1}
        wrong: \delta_l = A_{l+1} W_{l+1}^T \delta_{l+1}
        right: \Delta_l = \delta_l^T
        right: \Delta_l = \Delta_{l+1} W_{l+1} A_l
        wrong: \Delta_l = \Delta_{l+1} A_l W_{l+1}
        right: \nabla_{W_l} C = \Delta_l^T a_{l-1}^T
        wrong: \nabla_{W_l} C = \Delta_l a_{l-1}^T
        """,
    ),
    "rows and columns of a matrix": (
        {"system": "regression", "batch": "rows"},
        r"""
        right: \frac{\partial C}{\partial b^{[2]}} = \sum_q (dZ^{[2]})_{q,:}
        wrong: \frac{\partial C}{\partial b^{[2]}} = \sum_q (dZ^{[2]})_{:,q}
        """,
    ),
    "what a function is, said with another argument": (
        {},
        r"""
        right: g(z) = \frac{1}{1 + e^{-z}}
        not right: g'(z) = g(z) (1 + g(z))
        right: g'(z) = g(z) (1 - g(z))
        right: h = g(W_1 x + b_1)
        right: o = W_2 h + b_2
        right: \ell = \frac12 \|o - y\|^2
        right: \frac{\partial \ell}{\partial h} = W_2^T (o - y)
        wrong: \frac{\partial \ell}{\partial h} = W_2 (o - y)
        """,
    ),
    "what a function is, where another layer has another": (
        {},
        r"""
        Here g is tanh.
        right: h = g(W_1 x)
        right: o = \sigma(W_2 h)
        right: L = \frac12 \|o - y\|^2
        not right: g'(u) = g(u) (1 - g(u))
        right: \frac{\partial L}{\partial o} = o - y
        wrong: \frac{\partial L}{\partial h} = W_2^T ((o - y) \odot (1 - o^2))
        """,
    ),
    "the depth by another letter": (
        {},
        r"""
        right: z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}
        right: a^{(l)} = \sigma(z^{(l)})
        right: E = \frac12 \sum_i (y_i - a_i^{(N)})^2
        right: \delta^{(N)} = (a^{(N)} - y) \odot \sigma'(z^{(N)})
        wrong: \delta^{(N)} = (y - a^{(N)}) \odot \sigma'(z^{(N)})
        """,
    ),
    "words and letters that the loss explains": (
        {},
        r"""
        right: logit_i^{(l)} = \sum_j w_{ij}^{(l)} h_j^{(l-1)} + bias_i^{(l)}
        right: h_i^{(l)} = \sigma(logit_i^{(l)})
        right: Cost = \frac12 \sum_i (h_i^{(L)} - d_i)^2
        right: \delta_i^{(L)} = (h_i^{(L)} - d_i) \cdot \sigma'(logit_i^{(L)})
        wrong: \delta_i^{(L)} = (d_i - h_i^{(L)}) \cdot \sigma'(logit_i^{(L)})
        right: \frac{\partial Cost}{\partial bias_i^{(l)}} = \delta_i^{(l)}
        """,
    ),
    "a name that is given last, and a target with a dot": (
        {},
        r"""
        right: h = \tanh(W_1 x + b_1)
        right: \hat y = W_2 h + b_2
        right: J = \frac12 \|\hat y - \dot y\|^2
        right: \frac{\partial J}{\partial \hat y} = \hat y - \dot y =: G
        right: \frac{\partial J}{\partial W_2} = G h^T
        wrong: \frac{\partial J}{\partial W_2} = G h
        wrong: \frac{\partial J}{\partial b_2} = -G
        """,
    ),
    "plain text with the signs of programs": (
        {},
        """
        right: z1 = W1 ⋅ x + b1
        right: a1 = tanh(z1)
        right: z2 = W2 ⋅ a1 + b2
        right: p = softmax(z2)
        right: L = −Σₖ yₖ log pₖ
        right: dz1 = (W2^T ⋅ (p - y)) ∘ (1 - a1**2)
        wrong: dz1 = (W2^T ⋅ (p - y)) ∘ (1 - a1)**2
        """,
    ),
    # forward equations decide which network it is
    "an activation that is stated is not lost in the guess": (
        {},
        r"""
        right: z = Wx + b
        right: a = \sigma(z)
        right: \ell = \frac12 \|a - y\|^2
        wrong: \nabla_b \ell = a - y
        wrong: \nabla_W \ell = (a - y) x^T
        """,
    ),
    "a stated tanh is not lost in the guess": (
        {},
        r"""
        right: z = Wx + b
        right: a = \tanh(z)
        right: \ell = \frac12 \|a - y\|^2
        wrong: \nabla_b \ell = a - y
        """,
    ),
    "an activation of L layers is not lost in the guess": (
        {},
        r"""
        right: z_l = W_l a_{l-1} + b_l
        right: a_l = \sigma(z_l)
        right: \delta_l = \nabla_{z_l} C
        wrong: \delta_L = \nabla_{a_L} C
        wrong: \delta_{L-1} = W_L^T \delta_L
        right: \nabla_{b_l} C = \delta_l
        """,
    ),
    "two activations, each of its layer": (
        {},
        r"""
        right: h = \tanh(W_1 x + b_1)
        right: a = f(W_2 h + b_2)
        right: J = \frac12 \|a - y\|^2
        wrong: \nabla_{b_2} J = a - y
        wrong: \nabla_{h} J = W_2^T (a - y)
        right: \nabla_{b_2} J = (a - y) \odot f'(W_2 h + b_2)
        """,
    ),
    "the loss that is stated decides": (
        {},
        r"""
        # Network
        right: a^{[1]} = \mathrm{sigmoid}(W^{[1]} x + b^{[1]})
        right: \hat y = \mathrm{sigmoid}(W^{[2]} a^{[1]} + b^{[2]})
        right: C = -\frac{1}{K} \sum_k ( y_k \log \hat y_k + (1 - y_k) \log (1 - \hat y_k) )
        # Backpropagation
        wrong: \delta^{[2]} = 2 (\hat y - y)
        """,
    ),
    # losses as others write them
    "a dot between two vectors": (
        DEEP,
        r"""
        right: C = \frac12 (a^L - y)\cdot(a^L - y)
        right: C = \frac12 |a^L - y|^2
        wrong: C = |a^L - y|^2
        wrong: C = (a^L - y)\cdot(a^L - y)
        not right: C = \frac12 (a^L - y)\odot(a^L - y)
        right: \delta^L = (a^L - y) \cdot \sigma'(z^L)
        wrong: \delta^L = (a^L - y) \cdot (a^L - y)
        """,
    ),
    "weights in a dot product": (
        {},
        r"""
        right: \hat y = \sigma(w \cdot x + b)
        right: L = -[y \log \hat y + (1-y)\log(1-\hat y)]
        right: \nabla_w L = (\hat y - y) x
        right: \nabla_w L = (\hat y - y) \cdot x
        wrong: \nabla_w L = (y - \hat y) x
        wrong: \nabla_w L = (\hat y - y) w
        """,
    ),
    "samples by an index below": (
        {},
        r"""
        right: Z = WX + b\mathbf 1^T
        right: \hat Y = \sigma(Z)
        right: J = -\frac1m\sum_i [y_i\log\hat y_i + (1-y_i)\log(1-\hat y_i)]
        not right: J = -\sum_i [y_i\log\hat y_i + (1-y_i)\log(1-\hat y_i)]
        not right: J = -\frac1m [y_i\log\hat y_i + (1-y_i)\log(1-\hat y_i)]
        right: \frac{\partial J}{\partial Z} = \frac1m(\hat Y - Y)
        wrong: \frac{\partial J}{\partial Z} = \hat Y - Y
        right: \frac{\partial J}{\partial W} = \frac1m\sum_i(\hat y_i - y_i)x_i^T
        wrong: \frac{\partial J}{\partial W} = \sum_i(\hat y_i - y_i)x_i^T
        """,
    ),
    "samples by n": (
        {},
        r"""
        right: \hat y_n = \sigma(w^T x_n + b)
        right: J = -\frac1N\sum_{n=1}^N [y_n\log\hat y_n + (1-y_n)\log(1-\hat y_n)]
        right: \nabla_w J = \frac1N \sum_n (\hat y_n - y_n) x_n
        wrong: \nabla_w J = \sum_n (\hat y_n - y_n) x_n
        wrong: \nabla_w J = \frac1N \sum_n (y_n - \hat y_n) x_n
        right: \nabla_b J = \frac1N \sum_n (\hat y_n - y_n)
        """,
    ),
    "an index of units beside a number of samples": (
        {},
        r"""
        right: z = Wx + b
        right: \hat y = \sigma(z)
        right: C = -\frac1K\sum_{i=1}^K [y_i\log\hat y_i + (1-y_i)\log(1-\hat y_i)]
        right: \frac{\partial C}{\partial z_i} = \frac1K (\hat y_i - y_i)
        wrong: \frac{\partial C}{\partial z_i} = \hat y_i - y_i
        """,
    ),
    "θ is a column in θᵀx": (
        {},
        r"""
        right: h_\theta(x) = \sigma(\theta^T x)
        right: J = -\frac{1}{m}\sum_{i=1}^m [y^{(i)}\log h_\theta(x^{(i)}) + (1-y^{(i)})\log(1-h_\theta(x^{(i)}))]
        right: \frac{\partial J}{\partial \theta_j} = \frac{1}{m}\sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}
        wrong: \frac{\partial J}{\partial \theta_j} = \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}
        wrong: \frac{\partial J}{\partial \theta_j} = \frac{1}{m}\sum_{i=1}^m (y^{(i)} - h_\theta(x^{(i)})) x_j^{(i)}
        """,
    ),
    "θ is a row in θx": (
        {},
        r"""
        right: h_\theta(x) = \sigma(\theta x)
        right: \ell(\theta) = -y\log h_\theta(x) - (1-y)\log(1-h_\theta(x))
        right: \frac{\partial \ell}{\partial \theta_j} = (h_\theta(x) - y) x_j
        wrong: \frac{\partial \ell}{\partial \theta_j} = (y - h_\theta(x)) x_j
        """,
    ),
    "logistic regression with φ and t": (
        {},
        r"""
        right: y_n = \sigma(a_n)
        right: a_n = \mathbf w^{\mathsf T} \boldsymbol\phi_n
        right: E(\mathbf w) = -\sum_{n=1}^N \{t_n \ln y_n + (1-t_n)\ln(1-y_n)\}
        right: \nabla E(\mathbf w) = \sum_{n=1}^N (y_n - t_n)\mathbf{\phi}_n
        wrong: \nabla E(\mathbf w) = \sum_{n=1}^N (t_n - y_n)\mathbf{\phi}_n
        wrong: \nabla E(\mathbf w) = \frac1N\sum_{n=1}^N (y_n - t_n)\mathbf{\phi}_n
        not right: \nabla E(\mathbf w) = \sum_{n=1}^N (y_n - t_n)
        """,
    ),
    "samples are rows of X": (
        {},
        r"""
        right: \hat{\mathbf y} = \sigma(X\mathbf w)
        right: J(\mathbf w) = -\frac1N\sum_{n=1}^N\left[y_n\ln\hat y_n + (1-y_n)\ln(1-\hat y_n)\right]
        right: \frac{\partial J}{\partial\mathbf w} = \frac1N X^T(\hat{\mathbf y} - \mathbf y)
        right: \frac{\partial J}{\partial\mathbf w} = \frac1N\sum_{n=1}^N(\hat y_n - y_n)\mathbf x_n
        wrong: \frac{\partial J}{\partial\mathbf w} = \sum_{n=1}^N(\hat y_n - y_n)\mathbf x_n
        """,
    ),
    "the target as a class": (
        {},
        r"""
        right: z = Wx + b
        right: p = \mathrm{softmax}(z)
        right: L = -\log p_y
        not right: L = \log p_y
        not right: L = -p_y
        right: \frac{\partial L}{\partial z} = p - e_y
        right: \frac{\partial L}{\partial z_k} = p_k - \mathbb 1(k = y)
        right: \frac{\partial L}{\partial z_k} = p_k - 1\{y = k\}
        right: \frac{\partial L}{\partial z_k} = p_k - \delta_{ky}
        right: \frac{\partial L}{\partial z_k} = \begin{cases} p_k - 1 & k = y \\ p_k & k \neq y \end{cases}
        not right: \frac{\partial L}{\partial z_k} = \begin{cases} p_k & k = y \\ p_k - 1 & k \neq y \end{cases}
        not right: \frac{\partial L}{\partial z_k} = 1\{y = k\} - p_k
        not right: \frac{\partial L}{\partial z_k} = p_k - 1\{y \neq k\}
        not right: \frac{\partial L}{\partial z_k} = p_k - 1
        right: \frac{\partial L}{\partial p_k} = -\frac{1\{k = y\}}{p_k}
        not right: \frac{\partial L}{\partial p_k} = -1\{k = y\}
        right: \nabla_W L = (p - e_y) x^T
        not right: \nabla_W L = p x^T
        """,
    ),
    "the target as the class of each sample": (
        {},
        r"""
        right: Z = XW + b
        right: P_{ij} = \frac{e^{Z_{ij}}}{\sum_k e^{Z_{ik}}}
        right: L = -\frac1N\sum_i \log P_{i,y_i}
        not right: L = -\sum_i \log P_{i,y_i}
        right: \frac{\partial L}{\partial Z} = \frac{1}{N}(P - Y)
        right: \frac{\partial L}{\partial Z_{ik}} = \frac{1}{N}(P_{ik} - 1(y_i = k))
        not right: \frac{\partial L}{\partial Z_{ik}} = P_{ik} - 1(y_i = k)
        right: \frac{\partial L}{\partial W} = \frac{1}{N}X^T (P - Y)
        not right: \frac{\partial L}{\partial Z} = P - Y
        """,
    ),
    "a y below a name that is no class": (
        {},
        r"""
        right: h = \tanh(W_{xh} x + b_h)
        right: z_y = W_{hy} h + b_y
        right: \hat y = \mathrm{softmax}(z_y)
        right: L = -\sum_k y_k \log \hat y_k
        right: \frac{\partial L}{\partial z_y} = \hat y - y
        not right: \frac{\partial L}{\partial z_y} = y - \hat y
        """,
    ),
    "a loss by its name, of a softmax": (
        {},
        r"""
        right: \mathbf z = \mathbf V \mathbf x
        right: \mathbf h = \varphi(\mathbf z)
        right: \mathbf a = \mathbf W\mathbf h
        right: \mathcal L = \mathrm{CrossEntropy}(\mathbf y, \mathrm{softmax}(\mathbf a))
        wrong: \mathcal L = -\mathrm{CrossEntropy}(\mathbf y, \mathrm{softmax}(\mathbf a))
        not right: \mathcal L = \mathrm{CrossEntropy}(\mathbf y, \mathbf a)
        right: \nabla_{\mathbf a}\mathcal L = \mathrm{softmax}(\mathbf a) - \mathbf y
        wrong: \nabla_{\mathbf a}\mathcal L = \mathbf y - \mathrm{softmax}(\mathbf a)
        right: \nabla_V \mathcal L = ((\mathbf W^T \nabla_{\mathbf a}\mathcal L) \odot \varphi'(\mathbf z)) \mathbf x^T
        """,
    ),
    "losses by their names, of shares": (
        {},
        r"""
        right: z = Wx + b
        right: p = \mathrm{softmax}(z)
        right: L = \mathrm{CE}(y, p)
        right: L = H(y, p)
        not right: L = H(p, y)
        not right: L = \mathrm{MSE}(y, p)
        right: \frac{\partial L}{\partial z} = p - y
        wrong: \frac{\partial L}{\partial z} = y - p
        """,
    ),
    "a divergence": (
        {},
        r"""
        right: z = Wx + b
        right: p = \mathrm{softmax}(z)
        right: L = D_{\mathrm{KL}}(y \| p)
        not right: L = D_{\mathrm{KL}}(p \| y)
        right: \frac{\partial L}{\partial z} = p - y
        wrong: \frac{\partial L}{\partial z} = y - p
        """,
    ),
    "losses by their names, of one output": (
        {},
        r"""
        right: \hat y = \sigma(w^T x + b)
        right: L = \text{BCE}(\hat y, y)
        not right: L = \text{MSE}(\hat y, y)
        right: \nabla_w L = (\hat y - y) x
        wrong: \nabla_w L = (y - \hat y) x
        """,
    ),
    "a mean square by its name": (
        {},
        r"""
        right: \hat y = w^T x + b
        right: L = \mathrm{MSE}(y, \hat y)
        right: \nabla_w L = 2(\hat y - y) x
        wrong: \nabla_w L = (\hat y - y) x
        """,
    ),
}


def assert_verdicts(report: Report, wanted: Sequence[tuple[str, str]]) -> None:
    """Each formula has its verdict; what does not fit is wrong, too."""
    assert len(report.claims) == len(wanted), [claim.formula for claim in report.claims]
    missed = [
        f"{claim.formula}: {claim.verdict}, not {verdict}: {claim.reason}"
        for claim, (verdict, _) in zip(report.claims, wanted, strict=True)
        if claim.verdict != verdict and (verdict != "not right" or claim.verdict == "right")
        if not (verdict == "wrong" and claim.verdict == "does not fit")
    ]
    assert not missed, "\n".join([*missed, *report.notes])


def parsed(file: str) -> tuple[str, list[tuple[str, str]]]:
    """The text of a file, and its claims: each with the verdict that must come out."""
    lines, claims = [], []
    for line in (each.strip() if each.startswith("        ") else each for each in file.split("\n")):
        found = LINE.fullmatch(line)
        if found:
            claims.append((found[1], found[2]))
            lines += [f"${found[2]}$", ""]
        else:
            lines.append(line)
    return "\n".join(lines).strip() + "\n", claims


D = r"\frac{\partial a_i}{\partial z_j}"
IN_WORDS: dict[str, list[tuple[str, ...]]] = {
    f"${D} = -a_i a_j$ when $i \\neq j$.": [("right", "for i ≠ j")],
    f"${D} = -a_i a_j$ ($i \\not= j$) and ${D} = a_i - a_i^2$ otherwise.": [
        ("right", "for i ≠ j"),
        ("right", "for i = j"),
    ],
    f"For $i = j$: ${D} = a_i (1 - a_i)$": [("right", "for i = j")],
    f"For $i = j$: ${D} = -a_i a_j$": [("wrong",)],
    f"If $i = j$, then $${D} = a_i (1 - a_i)$$ and otherwise $${D} = a_i a_j$$": [("right", "for i = j"), ("wrong",)],
    "- ∂a_i/∂z_j = -a_i a_j (i ≠ j)\n\n- ∂a_i/∂z_j = a_i (1 - a_i), i = j\n\n- ∂a_i/∂z_j = -a_i a_j for i = j": [
        ("right", "for i ≠ j"),
        ("right", "for i = j"),
        ("wrong",),
    ],
    f"$$\\begin{{align}} {D} &= a_i (1 - a_i) & (i = j) \\\\ &= -a_i a_j & (i \\neq j) \\end{{align}}$$": [
        ("right", "for i = j"),
        ("right", "for i ≠ j"),
    ],
    f"$$\\begin{{align}} i = j: & \\quad {D} = a_i (1 - a_i) \\\\ i \\neq j: & \\quad {D} = a_i \\end{{align}}$$": [
        ("right", "for i = j"),
        ("wrong",),
    ],
    f"| of | case | derivative |\n|-|-|-|\n| ${D}$ | $i \\neq j$ | $-a_i a_j$ |\n| ${D}, i = j$ | | $-a_i a_j$ |": [
        ("right", "for i ≠ j"),
        ("wrong",),
    ],
    f"When $i = j$ it is large. In general ${D} = -a_i a_j$.": [("wrong",)],
    f"$i = j$, $i \\neq j$, $i ≠ j$, $i \\not= j$, $(i = j)$ and $m = n$ claim nothing, as ${D} = -a_i a_j$ does": [
        ("wrong",)
    ],
}
"""Conditions before, behind and beside the derivative of softmax; the verdicts, and the condition of what is right."""


@pytest.mark.parametrize("text", IN_WORDS)
def test_conditions_in_words(text: str) -> None:
    found = check(f"{SOFTMAX.strip()}\n\n{text}\n").claims
    assert [(each.verdict, *each.conventions) for each in found] == IN_WORDS[text]


GRADIENT = r"\frac{\partial C}{\partial z_2} a_1^T"
CELLS = {
    f"-${GRADIENT}$": "wrong",
    f"2 × ${GRADIENT}$": "wrong",
    r"(1/m) $\frac{\partial C}{\partial z_2}$ $a_1^T$": "wrong",
    f"${GRADIENT}$ + $W_2$": "wrong",
    f"(${GRADIENT}$)ᵀ": "wrong",
    f"λ $W_2$ + ${GRADIENT}$": "unreadable",
    f"minus ${GRADIENT}$": "unreadable",
    f"${GRADIENT}$ transposed": "unreadable",
    f"it is -${GRADIENT}$": "unreadable",
    r"$\frac{\partial C}{\partial z_2}$ · $a_1^T$": "right",
    f"${GRADIENT}$ (3.1)": "right",
    f"the product ${GRADIENT}$ - by the chain rule.": "right",
    f"**${GRADIENT}$** ✓": "right",
    f"1. ${GRADIENT}$, an outer product": "right",
}


@pytest.mark.parametrize("cell", CELLS)
def test_what_stands_beside_a_formula_in_a_cell(cell: str) -> None:
    table = "| parameter | gradient |\n|-|-|\n| $b_2$ | $\\frac{\\partial C}{\\partial z_2}$ |\n"
    found = check(f"{table}| $W_2$ | ${GRADIENT}$ |\n| $W_2$ | {cell} |\n", system="classification_mse").claims
    assert [each.verdict for each in found] == ["right", "right", CELLS[cell]]


@pytest.mark.parametrize("name", every(3, FILES))
def test_verdicts(name: str) -> None:
    options, file = FILES[name]
    text, wanted = parsed(file)
    report = check(text, **options)
    found = [(claim.formula, claim.verdict) for claim in report.claims if "Z1 = " not in claim.formula]
    assert len(found) == len(wanted), found
    missed = [
        f"{formula}: {given}, not {verdict}"
        for (formula, given), (verdict, _) in zip(found, wanted, strict=True)
        if given != verdict and (verdict != "not right" or given == "right")
        if not (verdict == "wrong" and given == "does not fit")
    ]
    assert not missed, "\n".join([*missed, *report.notes])
