"""What letters mean by what a file says: functions, sizes, signs, conventions; and what holds in one case alone."""

from __future__ import annotations

from typing import Any

import pytest

from symbolic import check
from tests.parameters import every
from tests.test_check_judgement import DEEP, assert_verdicts, network, parsed

TWO_FUNCTIONS = network('"m" relu', '"K" sigmoid', objective='loss = "squared_error"')

FILES: dict[str, tuple[dict[str, Any], str]] = {
    # functions
    "letters of functions are what the forward equations say": (
        {},
        TWO_FUNCTIONS
        + r"""
        right: a_1 = f(z_1)
        right: a_2 = g(z_2)
        wrong: \frac{\partial C}{\partial z_2} = 2(a_2 - y) \circ f'(z_2)
        right: \frac{\partial C}{\partial z_2} = 2(a_2 - y) \circ g'(z_2)
        wrong: \frac{\partial C}{\partial z_1} = W_2^T \frac{\partial C}{\partial z_2} \circ g'(z_1)
        right: \frac{\partial C}{\partial z_1} = W_2^T \frac{\partial C}{\partial z_2} \circ f'(z_1)
        """,
    ),
    "a function of what is written out": (
        {},
        r"""
        right: z_1 = W_1 x + b_1
        right: a_1 = f(W_1 x + b_1)
        right: z_2 = W_2 a_1 + b_2
        right: C = \|z_2 - y\|^2
        not right: \frac{\partial C}{\partial z_2} = 2(z_2 - y) \circ f'(z_2)
        right: \frac{\partial C}{\partial z_2} = 2(z_2 - y)
        """,
    ),
    "a letter that nothing explains is no ReLU": (
        {},
        r"""
        right: z = W x + b
        right: a = \sigma(z)
        wrong: \frac{\partial L}{\partial z} = \frac{\partial L}{\partial a} \odot \sigma'(a)
        right: \frac{\partial L}{\partial z} = \frac{\partial L}{\partial a} \odot \sigma'(z)
        """,
    ),
    "a slope of ReLU is no slope of any function": (
        {},
        r"""
        right: z^{(1)} = W^{(1)} x + b^{(1)}
        right: h = \phi(z^{(1)})
        right: z^{(2)} = W^{(2)}h + b^{(2)}
        wrong: \frac{\partial z^{(2)}_k}{\partial z^{(1)}_j} = W^{(2)}_{kj} \phi'(h_j)
        wrong: \frac{\partial z^{(2)}}{\partial z^{(1)}} = W^{(2)} \mathrm{diag}(\mathbb{1}[z^{(1)}>0])
        right: \frac{\partial z^{(2)}}{\partial z^{(1)}} = W^{(2)} \mathrm{diag}(\phi'(z^{(1)}))
        """,
    ),
    "a slope is compared at every point": (
        {},
        network("1 relu", "1 leaky_relu")
        + r"""
        not right: f'(z) = 1
        """,
    ),
    # what no function is
    "a value before brackets": (
        {},
        r"""
        right: h = \sigma(W_1 x)
        right: \hat y = W_2 h
        right: L = \frac12\|\hat y - y\|^2
        right: \frac{\partial L}{\partial W_2^T} = h (\hat y - y)^T
        not right: \frac{\partial L}{\partial W_2^T} = h ((\hat y - y)^T)^T
        """,
    ),
    "entries of a hidden layer before brackets": (
        {},
        r"""
        right: h_j = \sigma(\sum_i w_{ji} x_i)
        right: o = \sigma(\sum_j v_j h_j)
        right: E = \frac{1}{2}(t - o)^2
        right: \frac{\partial E}{\partial w_{ji}} = -(t-o)\,o(1-o)\,v_j\,h_j(1-h_j)\,x_i
        not right: \frac{\partial E}{\partial w_{ji}} = -(t-o)\,o(1-o)\,v_j\,h_j(1+h_j)\,x_i
        """,
    ),
    "an error e beside the number e": (
        {},
        r"""
        right: h_j = \sigma(\sum_i w_{ji} x_i)
        right: o_k = \sum_j v_{kj} h_j
        right: E = \frac12 \sum_k (o_k - t_k)^2
        right: e_k = o_k - t_k
        right: \frac{\partial E}{\partial v_{kj}} = e_k h_j
        wrong: \frac{\partial E}{\partial v_{kj}} = e_j h_k
        """,
    ),
    "a bias with the index 0": (
        {},
        r"""
        right: Z^l = (W^l)^T A^{l-1} + W_0^l
        right: A^l = f(Z^l)
        right: \frac{\partial J}{\partial W_0^l} = \frac{\partial J}{\partial Z^l}
        wrong: \frac{\partial J}{\partial W_0^l} = \frac{\partial J}{\partial A^l}
        """,
    ),
    "a mean is no sample's own loss": (
        {},
        r"""
        right: z = W x + b
        right: \hat y = \mathrm{softmax}(z)
        right: J = -\frac1m\sum_{i=1}^m\sum_k y_k^{(i)}\log\hat y_k^{(i)}
        right: \frac{\partial J}{\partial b} = \frac1m\sum_{i=1}^m(\hat y^{(i)} - y^{(i)})
        wrong: \frac{\partial J}{\partial z^{(i)}} = \hat y^{(i)} - y^{(i)}
        """,
    ),
    "a relation in brackets is a factor": (
        {"system": "classification_mse"},
        r"""
        right: \frac{\partial C}{\partial z_2} = \frac{\partial C}{\partial z_2} \odot (\hat y > 0)
        wrong: \frac{\partial C}{\partial z_2} = \frac{\partial C}{\partial z_2} \odot (\hat y < 0)
        """,
    ),
    "a recurrent network": (
        {},
        r"""
        right: h_1 = \tanh(W x_1 + U h_0)
        right: h_2 = \tanh(W x_2 + U h_1)
        right: o = V h_2
        right: L = \frac12\|o - y\|^2
        right: \frac{\partial L}{\partial h_1} = U^T(\frac{\partial L}{\partial h_2}\odot(1-h_2^2))
        wrong: \frac{\partial L}{\partial U} = (\frac{\partial L}{\partial h_2}\odot(1-h_2^2))h_1^T
        """,
    ),
    "an error signal of no named value": (
        {},
        r"""
        right: h = \sigma(Wx + b)
        right: \hat x = W^T h + c
        right: L = \frac12\|\hat x - x\|^2
        right: e = \hat x - x
        right: \delta = (We) \odot h \odot (1-h)
        right: \frac{\partial L}{\partial b} = \delta
        right: \frac{\partial L}{\partial W} = \delta x^T + h e^T
        wrong: \frac{\partial L}{\partial W} = \delta x^T + e h^T
        """,
    ),
    "f(x) is the output": (
        {},
        r"""
        right: f(x) = W_2\,\tanh(W_1 x)
        right: L = \frac12 \|f(x) - y\|^2
        right: \frac{\partial L}{\partial W_2} = (f(x) - y)\tanh(W_1 x)^T
        not right: \frac{\partial L}{\partial W_2} = (y - f(x))\tanh(W_1 x)^T
        """,
    ),
    # conventions
    "s = x + v is no range": (
        {},
        r"""
        right: u = W_1x + b_1
        right: r = \max(u, 0)
        right: v = W_2r + b_2
        right: s = x + v
        right: y = \max(s, 0)
        right: g = \frac{\partial L}{\partial y}
        right: \frac{\partial L}{\partial v} = g\odot 1[s>0]
        wrong: \frac{\partial L}{\partial v} = g\odot 1[v>0]
        """,
    ),
    "weights (in, out) of any number of layers": (
        {},
        r"""
        right: Z^l = (W^l)^T A^{l-1} + b^l
        right: A^l = f(Z^l)
        right: \frac{\partial J}{\partial W^l} = A^{l-1} (\frac{\partial J}{\partial Z^l})^T
        right: \frac{\partial J}{\partial Z^l} = f'(Z^l) \odot (W^{l+1} \frac{\partial J}{\partial Z^{l+1}})
        not right: \frac{\partial J}{\partial Z^l} = f'(Z^l) \odot ((W^{l+1})^T \frac{\partial J}{\partial Z^{l+1}})
        """,
    ),
    "an error signal with a sign": (
        {},
        r"""
        right: z = W x + b
        right: o = \sigma(z)
        right: E = \frac12\|t - o\|^2
        right: \delta = -\frac{\partial E}{\partial z}
        wrong: \frac{\partial E}{\partial W} = \delta x^T
        right: \frac{\partial E}{\partial W} = -\delta x^T
        """,
    ),
    "the other layout and a row together": (
        {},
        r"""
        right: Z_1 = X W_1 + \mathbf{1} b_1^T
        right: A_1 = \sigma(Z_1)
        right: Z_2 = A_1 W_2 + \mathbf{1} b_2^T
        right: L = \frac12 \| Z_2 - Y \|_F^2
        wrong: \frac{\partial L}{\partial b_2} = \frac{\partial L}{\partial Z_2} \mathbf{1}
        right: \frac{\partial L}{\partial b_2} = (\frac{\partial L}{\partial Z_2})^T \mathbf{1}
        """,
    ),
    "a layout that is declared": (
        {"layout": "denominator"},
        r"""
        right: z = W x + b
        right: a = \sigma(z)
        right: C = \frac12\|a - y\|^2
        right: \delta = \frac{\partial C}{\partial z}
        ambiguous: \frac{\partial C}{\partial W} = x\,\delta^T
        """,
    ),
    "a sum along the other axis is no layout": (
        {"batch": "columns", "system": "regression"},
        r"""
        right: db_2 = \mathrm{np.sum}(dZ_2, axis=1)
        wrong: db_2 = \mathrm{np.sum}(dZ_2, axis=0)
        wrong: db_2 = \mathrm{np.sum}(dZ_2)
        """,
    ),
    # sizes
    "a power of the number of samples": (
        {},
        r"""
        right: Z^{[1]} = W^{[1]} X + b^{[1]}
        right: A^{[1]} = \sigma(Z^{[1]})
        right: J = -\frac{1}{m} \sum_{i=1}^{m} (y^{(i)} \log a^{[1](i)} + (1-y^{(i)}) \log(1 - a^{[1](i)}))
        right: dW^{[1]} = \frac{1}{m} (A^{[1]} - Y) X^T
        not right: dW^{[1]} = \frac{m^2}{m} (A^{[1]} - Y) X^T
        """,
    ),
    "what sums run to": (
        {},
        r"""
        right: \hat y^{(i)} = \sigma(w^T x^{(i)} + b)
        right: J = -\frac1m\sum_{i=1}^m[y^{(i)}\log\hat y^{(i)} + (1-y^{(i)})\log(1-\hat y^{(i)})]
        right: \frac{\partial J}{\partial w_j} = \frac1m\sum_{i=1}^m(\hat y^{(i)} - y^{(i)})x^{(i)}_j
        wrong: \frac{\partial J}{\partial w_j} = \frac1m\sum_{i=1}^n(\hat y^{(i)} - y^{(i)})x^{(i)}_j
        wrong: \frac{\partial J}{\partial b} = \frac1n\sum_{i=1}^m(\hat y^{(i)} - y^{(i)})
        """,
    ),
    "the number of samples is B": (
        {},
        r"""
        right: H = \mathrm{ReLU}(XW_1 + b_1)
        right: P = \mathrm{softmax}(HW_2 + b_2)
        right: \mathcal L = -\frac1B\sum_{i=1}^B\sum_k Y_{ik}\log P_{ik}
        right: \frac{\partial\mathcal L}{\partial W_2} = \frac1B H^\top(P - Y)
        wrong: \frac{\partial\mathcal L}{\partial W_2} = H^\top(P - Y)
        """,
    ),
    "sizes that are said in words": (
        {},
        r"""
        $X$ is $N \times D$, $W$ is $D \times M$.
        right: Y = X W + b
        right: \frac{\partial L}{\partial X} = \frac{\partial L}{\partial Y} W^T
        right: \frac{\partial L}{\partial W} = X^T \frac{\partial L}{\partial Y}
        wrong: \frac{\partial L}{\partial b} = \frac{\partial L}{\partial Y}
        """,
    ),
    "what holds for four layers alone": (
        DEEP,
        r"""
        right: \delta^{[L]} = (a^{[L]} - y) \circ \sigma'(z^{[L]})
        ambiguous: \delta^{[4]} = (a^{[4]} - y) \circ \sigma'(z^{[4]})
        ambiguous: \frac{\partial C}{\partial W^{[l]}} = \delta^{[l]} (a^{[l-1]})^T \prod_{k=5}^{L} 2
        right: \frac{\partial C}{\partial W^{[3]}} = \delta^{[3]} (a^{[2]})^T
        """,
    ),
    # numbers
    "a derivative of a power": (
        {"system": "classification_mse"},
        r"""
        not right: \frac{\partial C^2}{\partial W_2} = \frac{\partial C}{\partial z_2} a_1^T
        not right: \frac{\partial C}{\partial (a_2^2)} = \frac{\partial C}{\partial a_2}
        not right: \frac{\partial C}{\partial W_2^2} = \frac{\partial C}{\partial W_2}
        """,
    ),
    "small and great numbers hide nothing": (
        {"system": "classification_mse"},
        r"""
        wrong: 10^{-12} \frac{\partial C}{\partial b_2} = 7 \cdot 10^{-12} \frac{\partial C}{\partial z_2}
        wrong: \frac{\partial C}{\partial b_2} + 10^9 = 7 \frac{\partial C}{\partial z_2} + 10^9
        right: \frac{\partial C}{\partial b_2} + 10^9 = \frac{\partial C}{\partial z_2} + 10^9
        """,
    ),
    # what is stated
    "a loss that cannot be read": (
        {},
        r"""
        right: z_1 = W_1 x + b_1
        right: h = \mathrm{ReLU}(z_1)
        right: \hat y = W_2 h + b_2
        unreadable: C = \mathrm{Huber}(y \| \hat y)
        ambiguous: \frac{\partial C}{\partial \hat y} = 2(\hat y - y)
        """,
    ),
    "a loss of another section": (
        {},
        r"""
        # Forward
        right: z_1 = W_1 x + b_1
        right: h = \mathrm{ReLU}(z_1)
        right: \hat y = W_2 h + b_2
        not right: C = \|\hat y - y\|_1
        # Backward
        ambiguous: \frac{\partial C}{\partial \hat y} = 2(\hat y - y)
        """,
    ),
    "names that are no values": (
        DEEP,
        r"""
        not right: \delta = 1
        not right: y = 1
        not right: y = z^{[1]}
        right: \delta^{[L]} = (a^{[L]} - y) \circ \sigma'(z^{[L]})
        """,
    ),
    "𝟏 beside a derivative by a matrix": (
        {"system": "classification_bce"},
        r"""
        not right: \frac{\partial C}{\partial W_2} = \mathbf{1} \frac{\partial z_2}{\partial W_2}
        """,
    ),
    "blocks before dots": (
        DEEP,
        r"""
        right: \delta^{[1]} = D_1 (W^{[2]})^T D_2 (W^{[3]})^T \cdots (W^{[L]})^T D_L (a^{[L]} - y)
        """.replace("D_", r"D^")
        .replace("D^1", r"\mathrm{diag}(\sigma'(z^{[1]}))")
        .replace("D^2", r"\mathrm{diag}(\sigma'(z^{[2]}))")
        .replace("D^L", r"\mathrm{diag}(\sigma'(z^{[L]}))"),
    ),
}


@pytest.mark.parametrize("name", every(2, FILES))
def test_verdicts(name: str) -> None:
    options, file = FILES[name]
    text, wanted = parsed(file)
    assert_verdicts(check(text, **options), wanted)


def test_what_holds_for_relu_alone_is_said_to() -> None:
    """A convention where the network has ReLU, a reason where its σ is any function."""
    (told,) = check(
        r"$\frac{\partial C}{\partial a^{[1]}} \circ f'(a^{[1]}) = \frac{\partial C}{\partial z^{[1]}}$",
        system="regression",
    ).claims
    assert (told.verdict, told.conventions[-1]) == ("right", "for ReLU")
    (found,) = check(r"$\delta^{[L]} = (a^{[L]} - y) \circ \mathbb{1}\{z^{[L]} > 0\}$", system="deep_mse").claims
    assert (found.verdict, found.reason) == ("wrong", "it holds where the activation is ReLU, and for no other")
    named = check(
        "For ReLU:\n\n" + r"$\delta^{[L]} = (a^{[L]} - y) \circ \mathbb{1}\{z^{[L]} > 0\}$", system="deep_mse"
    )
    assert (named.claims[0].verdict, named.claims[0].conventions) == ("right", ("for ReLU",))
