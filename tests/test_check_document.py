"""Formulas are found in documents: every one, on its line, with the words that were said with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic import SymbolicError
from symbolic.checking.document import Document, Fragment, read_document
from tests.soon import ends_soon

DOCUMENTS = Path(__file__).parent / "data" / "documents"


def written(name: str) -> Document:
    return read_document((DOCUMENTS / name).read_text("utf-8"), name=name)


def fragments(text: str, name: str = "") -> tuple[Fragment, ...]:
    return read_document(text, name=name).fragments


def texts(text: str, name: str = "") -> list[str]:
    return [fragment.text for fragment in fragments(text, name)]


def said(text: str) -> list[tuple[str, str]]:
    return [(fragment.text, fragment.where) for fragment in fragments(text)]


# -- the five documents

STATED: dict[str, list[tuple[int, str, str, str]]] = {
    "000.txt": [
        (8, r"a^{[1]} = x \in \mathbb{R^{n_1}}", "", "Input layer:"),
        (14, r"z^{[l]} = W^{[l]}a^{[l-1]} + b^{[l]} \in \mathbb{R^{n_l}}", "", "Hidden layer:"),
        (15, r"a^{[l]} = \sigma(z^{[l]}) \in \mathbb{R^{n_l}}", "", ""),
        (23, r"z^{[L]} = W^{[L]}a^{[L-1]} + b^{[L]} \in \mathbb{R}", "", "Output layer:"),
        (24, r"a^{[L]} = \sigma(z^{[L]}) \in \mathbb{R}", "", ""),
        (39, r"\delta^{[l]} = \frac{\partial a^{[L]}}{\partial z^{[l]}}", "for l = 2, ..., L", "Define"),
        (
            44,
            r"\delta^{[L]} = \frac{\partial a^{[L]}}{\partial z^{[L]}} = \sigma'(z^{[L]})",
            "For l = L",
            "",
        ),
        (
            52,
            r"\delta^{[l]} = \frac{\partial a^{[L]}}{\partial z^{[l]}} = \sigma'(z^{[l]}) \circ "
            r"\left[(W^{[l+1]})^T \delta^{[l+1]} \right]",
            "For l = L-1, L-2, ..., 2",
            "",
        ),
        (62, r"z^{[2]} = W^{[2]}x + b^{[2]}", "", ""),
        (68, r"\nabla_x a^{[L]}(x) = \frac{\partial a^{[L]}}{\partial x} = (W^{[2]})^{T} \delta^{[2]}", "", ""),
        (
            77,
            r"\nabla a^{[L]}(x) = ( \frac{\partial a^{[L]}}{\partial W^{[1]}}, "
            r"\frac{\partial a^{[L]}}{\partial b^{[1]}}, ..., "
            r"\frac{\partial a^{[L]}}{\partial W^{[l]}}, \frac{\partial a^{[L]}}{\partial b^{[l]}}, ..., "
            r"\frac{\partial a^{[L]}}{\partial W^{[L]}}, \frac{\partial a^{[L]}}{\partial b^{[L]}} )",
            "l = 2, ..., L",
            "",
        ),
        (
            93,
            r"\frac{\partial a^{[L]}}{\partial b^{[l]}} = \frac{\partial a^{[L]}}{\partial z^{[l]}} \cdot "
            r"\frac{\partial z^{[l]}}{\partial b^{[l]}} = \delta^{[l]}",
            "for all l = 2, ..., L",
            "",
        ),
        (
            99,
            r"\frac{\partial a^{[L]}}{\partial W^{[l]}} = \frac{\partial a^{[L]}}{\partial z^{[l]}} \cdot "
            r"\frac{\partial z^{[l]}}{\partial W^{[l]}} = \delta^{[l]} (a^{[l-1]})^{T}",
            "for all l = 2, ..., L",
            "",
        ),
    ],
    "001.txt": [
        (5, r"a^{[1]} = x \in \mathbb{R}^{n_1}", "", "(3.1)"),
        (
            7,
            r"a^{[l]} = \sigma(W^{[l]} a^{[l-1]} + b^{[l]}) \in \mathbb{R}^{n_l}",
            r"for l = 2, 3, \dots, L",
            "(3.2)",
        ),
        (9, r"z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}", "", "Define"),
        (9, r"a^{[l]} = \sigma(z^{[l]})", "", ""),
        (
            13,
            r"\frac{\partial a^{[L]}}{\partial a^{[l+1]}} = \frac{\partial a^{[L]}}{\partial z^{[L]}} "
            r"\frac{\partial z^{[L]}}{\partial a^{[l+1]}} = \sigma'(z^{[L]}) \cdot W^{[L]}",
            "",
            "Then, by chain rule, we have",
        ),
        (
            15,
            r"\sigma'(z^{[L]}) = \begin{pmatrix} \sigma'(z_1^{[L]}) & 0 & \dots & 0 \\ 0 & \ddots & \ddots & \vdots "
            r"\\ 0 & \dots & \sigma'(z_{n_L}^{[L]}) & 0 \end{pmatrix}",
            "",
            "by (3.2), we know that",
        ),
        (17, r"= \text{diag}(\sigma'(z^{[L]}))", "", ""),
        (19, r"D^{[L]} := \text{diag}(\sigma'(z^{[L]}))", "", "Define"),
        (
            23,
            r"\frac{\partial a^{[L]}}{\partial a^{[1]}} = \frac{\partial a^{[L]}}{\partial a^{[L-1]}} \cdot \dots "
            r"\cdot \frac{\partial a^{[2]}}{\partial a^{[1]}} = (\sigma'(z^{[L]}) \cdot W^{[L]}) \cdot \dots \cdot "
            r"(\sigma'(z^{[2]}) \cdot W^{[2]})",
            "",
            "",
        ),
        (25, r"g_z^{[L]} := \frac{\partial a^{[L]}}{\partial z^{[L]}} \in \mathbb{R}^{1 \times n_L}", "", "Define"),
        (33, r"z^{[L]} = W^{[L]} a^{[L-1]} + b^{[L]}", r"for L \in \{2, 3, \dots, L\}", "Let"),
        (34, r"a^{[L]} = \sigma(z^{[L]})", r"for L \in \{2, 3, \dots, L\}", ""),
        (38, r"g^{[L]} = 1", "", "Let"),
        (40, r"g^{[L-1]} = (g^{[L]} \odot G'(z^{[L]T})) W^{[L]}", r"for L \in \{L, \dots, 2\}", ""),
        (42, r"\nabla_x a^{[L]}(x) = g^{[1]} \in \mathbb{R}^{1 \times n_1}", "", "Then we will get"),
    ],
    "002.txt": [
        (7, r"a^{[1]} = x \in \mathbb{R}^{n_1}", "", "input layer:"),
        (9, r"z^{[2]} = W^{[2]} a^{[1]} + b^{[2]} \in \mathbb{R}^{n_2}", "", "pre-activation:"),
        (11, r"a^{[l]} = \sigma(z^{[l]}) \in \mathbb{R}^{n_l}", r"l=2 \dots L", "hidden layer:"),
        (13, r"a^{[L]} \in \mathbb{R}^{n_L}", "", "output layer:"),
        (15, r"W^{[l]} \in \mathbb{R}^{n_l \times n_{l-1}}", "", ""),
        (17, r"b^{[l]} \in \mathbb{R}^{n_l}", "", ""),
        (19, r"C = \frac{1}{2} (a^{[L]} - y)^2", "", "loss function (MSE):"),
        (30, r"z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}", r"For each layer l = 2, \dots, L", "linear combination:"),
        (31, r"a^{[l]} = \sigma(z^{[l]})", r"For each layer l = 2, \dots, L", "apply activation function:"),
        (37, r"\delta^{[L]} = (a^{[L]} - y) \cdot \sigma'(z^{[L]})", "", "compute output layer error:"),
        (
            41,
            r"\delta^{[l]} = (W^{[l+1]})^T \delta^{[l+1]} \odot \sigma'(z^{[l]})",
            r"for hidden layer l = L-1, \dots, 2",
            "",
        ),
        (
            49,
            r"\frac{\partial C}{\partial W^{[l]}} = \delta^{[l]} (a^{[l-1]})^T",
            r"for each layer l = 2, \dots, L",
            "weights:",
        ),
        (51, r"\frac{\partial C}{\partial b^{[l]}} = \delta^{[l]}", r"for each layer l = 2, \dots, L", "biases:"),
        (55, r"\delta^{[L]} = \sigma'(z^{[L]})", "", "Answer"),
        (55, r"\delta^{[l]} = (W^{[l+1]})^T \delta^{[l+1]} \odot \sigma'(z^{[l]})", "", ""),
        (57, r"\nabla_{\mathbf{x}} a^{[2]}(\mathbf{x}) = (W^{[2]})^T \delta^{[2]}", "", ""),
    ],
    "003.txt": [
        (
            25,
            r"\delta l / \delta W(1) = \delta l / \delta y * \delta y / \delta z3 * \delta z3 / \delta z2 * "
            r"\delta z2 / \delta z1 * \delta z1 / \delta W(1)",
            "",
            "",
        ),
        (28, r"\delta l / \delta b(2) = \delta l / \delta y * \delta y / \delta z3 * \delta z3 / \delta b(2)", "", ""),
        (32, r"\delta l / \delta y = 2(y^{\wedge} - y)", "", ""),
        (34, r"\delta y^{\wedge} / \delta z3 = 1", "", ""),
        (36, r"\delta z2 / \delta z1 = 0 \text{ if } z1 \leq 0 \text{ and } 1 \text{ if } z1 > 0", "", ""),
        (57, r"\delta y^{\wedge} / \delta z3 = \sigma(z3)(1 - \sigma(z3))", "", ""),
        (59, r"\delta z2 / \delta z1 = \sigma(z1)(1 - \sigma(z1))", "", ""),
        (
            67,
            r"\delta_{bce}/\delta y^{\wedge} = -1/K * (y/y^{\wedge} - (1-y)/(1-y^{\wedge}))",
            "",
            r"Also we need to modify the gradient of the loss w.r.t. the predicted output y^{\wedge} :",
        ),
    ],
    "004.txt": [
        (
            25,
            r"\mathbf{x} \frac{\partial{l}}{\partial{\mathbf{z_3}}} \mathbf{W}^{(2)} "
            r"\frac{\partial{\mathbf{z_2}}}{\partial{\mathbf{z_1}}}",
            "",
            "",
        ),
        (
            33,
            r"\left(\frac{\partial{\mathbf{z_2}}}{\partial{\mathbf{z_1}}}\right)_{ij} = \begin{cases} 1, & "
            r"\text{if } \mathbf{z_1}_{ij} \gt 0 \\ 0, & \text{otherwise}. \end{cases}",
            "",
            "",
        ),
        (41, r"\frac{\partial{\mathbf{\hat{y}}}}{\partial{\mathbf{z_3}}} = \mathbf{I}", "", ""),
        (47, r"\frac{\partial{l}}{\partial{\mathbf{\hat{y}}}} = 2(\mathbf{\hat{y}} - \mathbf{y})^\top", "", ""),
        (
            70,
            r"\left(\frac{\partial{\mathbf{\hat{y}}}}{\partial{\mathbf{z_3}}}\right)_{ij} = \begin{cases} "
            r"\hat{y}_i (1 - \hat{y}_i), & \text{if } i = j \\ 0, & \text{otherwise}. \end{cases}",
            "",
            "",
        ),
        (
            78,
            r"\left(\frac{\partial{\mathbf{z_2}}}{\partial{\mathbf{z_1}}}\right)_{ij} = \begin{cases} "
            r"z_{2i} (1 - z_{2i}), & \text{if } i = j \\ 0, & \text{otherwise}. \end{cases}",
            "",
            "",
        ),
        (
            93,
            r"\left(\frac{\partial{l}}{\partial{\mathbf{\hat{y}}}}\right)_{ij} = \left(\frac{y_i}{\hat{y_i}} - "
            r"\frac{(1 - y_i)}{(1 - \hat{y_i})}\right)\delta_{ij}",
            "",
            "",
        ),
    ],
}
"""Document → formulas that it states: line, text, range, label."""


@pytest.mark.parametrize("name", STATED)
def test_every_formula_of_a_document_is_found(name: str) -> None:
    found = [(each.line, each.text, each.where, each.label) for each in written(name).fragments]
    for line, text, where, label in STATED[name]:
        same = [each for each in found if each[:2] == (line, text)]
        assert len(same) == 1, (line, text)
        assert same[0][2] == where
        assert same[0][3] == label


@pytest.mark.parametrize(
    ("name", "displays", "cells", "inline"),
    [("000.txt", 13, 0, 9), ("001.txt", 5, 0, 18), ("002.txt", 7, 0, 19), ("003.txt", 7, 32, 1), ("004.txt", 6, 38, 3)],
)
def test_nothing_else_is_found(name: str, displays: int, cells: int, inline: int) -> None:
    found = written(name).fragments
    assert sum(each.display and not each.row for each in found) == displays
    assert sum(bool(each.row) for each in found) == cells
    assert sum(not each.display for each in found) == inline


def test_what_stands_in_a_comment_is_marked() -> None:
    found = written("000.txt").fragments
    assert {each.line for each in found if each.comment} == {77, 90, 93, 99}


def test_cells_know_their_table() -> None:
    found = {(each.line, each.column): each for each in written("004.txt").fragments if each.row}
    assert found[26, 1].header == ("Parameter", "Gradient")
    assert found[26, 1].row[0] == r"\mathbf{b}^{(1)}"
    norm = r"\|\mathbf{W}^{(2)}(\mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)})^{+} + \mathbf{b}^{(2)} - \mathbf{y} \|^2"
    assert found[19, 2].text == norm
    by_tabs = {(each.line, each.column): each for each in written("003.txt").fragments if each.row}
    assert by_tabs[16, 2].row == ("Linear1", "x", "W(1)x + b(1)")
    assert by_tabs[20, 1].row == ("MSE", r"(W(2) \text{ReLU}(W(1)x + b(1)) + b(2)), y)", "")
    assert by_tabs[50, 1].header == ("Parameter", "Gradient")


# -- displays

DISPLAYS: dict[str, list[tuple[str, str]]] = {
    r"a &= b \\[5pt] &= c": [("a = b = c", "")],
    r"\begin{aligned} a &= b, \\ c &= d. \end{aligned}": [("a = b", ""), ("c = d", "")],
    r"\begin{equation}\begin{split} a &= b \\ &\quad + c \end{split}\label{e}\end{equation}": [("a = b + c", "")],
    r"\begin{multline} a = b \\ c d \\ + e \end{multline}": [("a = b c d + e", "")],
    r"\begin{split} a &= b \\ c &= d \end{split}": [("a = b", ""), ("c = d", "")],
    r"\begin{align} a &= b & (i = j) \\ &= c & (i \neq j) \end{align}": [
        ("a = b (i = j)", ""),
        (r"= c (i \neq j)", ""),
    ],
    r"i \neq j: \quad a = b": [("a = b", r"i \neq j")],
    r"a &= b & c &= d": [("a = b", ""), ("c = d", "")],
    r"\begin{alignat}{2} a &= b \nonumber \end{alignat}": [("a = b", "")],
    r"a = b, \quad c = d; \qquad e = f": [("a = b", ""), ("c = d", ""), ("e = f", "")],
    r"a = b \text{ and } c = d": [("a = b", ""), ("c = d", "")],
    r"a = b, c = d": [("a = b", ""), ("c = d", "")],
    r"a = b \implies c = d": [("a = b", ""), ("c = d", "")],
    r"\delta^l = x \quad (l = L-1, \dots, 2)": [(r"\delta^l = x", r"l = L-1, \dots, 2")],
    r"A_{ij} = B, \quad i, j = 1, \dots, n": [("A_{ij} = B", r"i, j = 1, \dots, n")],
    r"A_{ij} = 0 \text{ if } i \neq j": [("A_{ij} = 0", r"if i \neq j")],
    r"a = b, \quad \forall l \in \{1, \dots, L\}": [("a = b", r"for all l \in \{1, \dots, L\}")],
    r"a = b, \quad l = 2, \dots, L, \quad c = d": [("a = b", r"l = 2, \dots, L"), ("c = d", "")],
    r"f = (a, b = 2, c)": [("f = (a, b = 2, c)", "")],
    r"x_{i, j = 1} = 2": [("x_{i, j = 1} = 2", "")],
    r"\left\{\begin{aligned} a &= b \\ c &= d\end{aligned}\right.": [("a = b", ""), ("c = d", "")],
    r"\boxed{a = b}": [("a = b", "")],
    r"= b": [("= b", "")],
    r"W \in \mathbb{R}^{n}, b \in \mathbb{R}^{m}": [(r"W \in \mathbb{R}^{n}", ""), (r"b \in \mathbb{R}^{m}", "")],
    r"\text{ReLU}(z) = \max(0, z)": [(r"\text{ReLU}(z) = \max(0, z)", "")],
    r"f = \left. g \right.": [(r"f = \left. g \right.", "")],
    r"\begin{array}{rcl} a &=& b \\ c &=& d \end{array}": [("a = b", ""), ("c = d", "")],
    r"a = b \tag{BP1}": [("a = b", "")],
    r"a = b \quad \text{(chain rule)}": [("a = b", "")],
    r"l = 2, \dots, L": [(r"l = 2, \dots, L", "")],
    "a = b % c = d\n+ e": [("a = b + e", "")],
    "\na = b\n\nc = d\n": [("a = b", ""), ("c = d", "")],
}


@pytest.mark.parametrize("display", DISPLAYS)
def test_a_display_is_taken_apart(display: str) -> None:
    assert said(f"$${display}$$") == DISPLAYS[display]


def test_labels_of_displays() -> None:
    assert fragments(r"$$\text{weights: } a = b$$")[0].label == "weights:"
    assert fragments(r"$$(3.1) \quad a = b$$")[0].label == "(3.1)"
    assert fragments(r"$$a = b \tag{7}$$")[0].label == "(7)"
    assert fragments("### Gradient of the loss\n\n$$a = b$$")[0].label == "Gradient of the loss"


# -- Markdown and plain text


def test_a_currency_is_no_mathematics() -> None:
    assert texts("It costs $5 and $7, so $x = y$; from $5-$7 and US$5 $ z = 2 $") == ["x = y", "z = 2"]


def test_what_has_no_end_costs_one_paragraph() -> None:
    assert texts("a $x and\n\n$y$ and \\[ b\n\n\\(z\\) and \\begin{align} c = d\n\n$$e = f$$") == [
        "y",
        "z",
        "c = d",
        "e = f",
    ]


def test_fences() -> None:
    source = "```math\na = b\n```\n```shell\nc = d\n```\n```text\ne = f * g\n```\n~~~latex\n\\[ h = i \\]\n~~~\n$j$"
    assert texts(source) == ["a = b", "e = f * g", "h = i", "j"]


def test_list_items_quotes_and_code_spans() -> None:
    assert texts("1. $$\n   a = b\n   $$\n> $$\n> c = d\n> $$\n`$e$` $f$") == ["a = b", "c = d", "f"]


BARE = {
    "dW2 = dZ2 @ A1.T": ("dW2 = dZ2 @ A1.T", "", ""),
    "- db2 = np.sum(dZ2, axis=1)": ("db2 = np.sum(dZ2, axis=1)", "", ""),
    "delta_L = (a_L - y) * sigma'(z_L)": ("delta_L = (a_L - y) * sigma'(z_L)", "", ""),
    "∂C/∂W = δ aᵀ": ("∂C/∂W = δ aᵀ", "", ""),
    "weights: dW = d a^T, l = 2, ..., L": ("dW = d a^T", "l = 2, ..., L", "weights:"),
    "Then dW = X^T delta for l = L": ("dW = X^T delta", "for l = L", "Then"),
    "The result is `dA = W.T @ dZ` as before.": ("dA = W.T @ dZ", "", "The result is"),
    "For all layers l = L-1 down to 1:\n\n    d[l] = W[l+1].T @ d[l+1]": (
        "d[l] = W[l+1].T @ d[l+1]",
        "For all layers l = L-1 down to 1",
        "",
    ),
    "C = 1/2 ||a - y||^2\n  = 1/2 sum (a - y)^2": ("C = 1/2 ||a - y||^2 = 1/2 sum (a - y)^2", "", ""),
}


@pytest.mark.parametrize("line", BARE)
def test_a_line_may_be_a_formula_without_any_mark(line: str) -> None:
    found = fragments(line)
    assert [(each.text, each.where, each.label) for each in found] == [BARE[line]]


@pytest.mark.parametrize(
    "line",
    [
        "see https://a.org/c?d=e",
        "learning rate = 0.01",
        "epochs = 100",
        "y = the target of the network",
        "if x == 3: foo = bar",
        '<img src="a.png" width=3>',
        "Title\n=====",
        "# A heading",
    ],
)
def test_prose_and_code_are_no_formulas(line: str) -> None:
    assert texts(line) == []


# -- LaTeX

LATEX = r"""\documentclass{article}
\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}} % $no$
\def\W{\mathbf{W}} \DeclareMathOperator{\diag}{diag}
\begin{document}
For each layer $l = 2, \dots, L$: % $x = 1$
\begin{equation} \label{eq:1}
  \pd{C}
     {\W^{[l]}} = \delta^{[l]} (a^{[l-1]})^T.
\end{equation}
\begin{verbatim}
$q = 1$
\end{verbatim}
\begin{tabular}{l|c} \hline
Parameter & Gradient \\ \hline
$W$ & $\delta a^T$ \\
\end{tabular}
\begin{eqnarray}
x &=& y \\ &=& \diag z
\end{eqnarray}
\input{/etc/passwd} \[ a = b \]
\end{document} $after$"""


def test_a_latex_source() -> None:
    found = fragments(LATEX)
    assert [(each.line, each.text) for each in found] == [
        (5, r"l = 2, \dots, L"),
        (7, r"\frac{\partial C}{\partial \mathbf{W}^{[l]}} = \delta^{[l]} (a^{[l-1]})^T"),
        (15, "W"),
        (15, r"\delta a^T"),
        (18, r"x = y = \operatorname{diag} z"),
        (20, "a = b"),
    ]
    assert found[1].where == r"For each layer l = 2, \dots, L"
    assert found[3].row == ("W", r"\delta a^T")
    assert found[3].header == ("Parameter", "Gradient")


def test_macros_that_grow_without_end_are_left_as_they_are() -> None:
    with ends_soon():
        fragments(r"\def\a{\b\b}\def\b{\c\c}\def\c{\a\a xxxxxxxxxx}$$" + r"\a" * 10_000 + "$$")


# -- front matter and notebooks


def test_front_matter() -> None:
    read = read_document("---\nsystem: 'regression'  # ours\nlayout: numerator\n---\n$$a = b$$")
    assert (dict(read.front), read.network) == ({"system": "regression", "layout": "numerator"}, None)
    assert read.fragments[0].line == 5
    read = read_document("+++\nsystem = 'x'\nbatch = true\n[network.input]\nsize = 'n'\n+++\n")
    assert (dict(read.front), read.network) == ({"system": "x", "batch": "true"}, {"input": {"size": "n"}})
    assert read_document("```toml\n[network]\norder = 1\n```").network == {"order": 1}
    assert read_document("---\nSome words\n---\n$x$").front == {}


def test_lines_of_a_notebook_are_those_of_its_markdown_cells() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Title\n", "$$a = b$$"]},
        {"cell_type": "code", "source": "c = d"},
        {"cell_type": "markdown", "source": "$$e = f$$"},
    ]
    found = fragments(json.dumps({"cells": cells}), "notes.ipynb")
    assert [(each.line, each.text) for each in found] == [(2, "a = b"), (4, "e = f")]


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("{", "a.ipynb", "the notebook is no JSON"),
        ("[" * 100_000, "a.ipynb", "the notebook is no JSON"),
        ("{}", "a.ipynb", "no list of cells"),
        ("+++\na = \n+++\n", "", "front matter: "),
        ("x" * 10_000_001, "", "at most 10 MB"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(text: str, name: str, message: str) -> None:
    with pytest.raises(SymbolicError, match=message) as caught:
        read_document(text, name=name)
    assert "\n" not in str(caught.value)


# -- anything at all

SIGNS = [
    *(
        "$",
        "$$",
        "\\",
        "\\\\",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "&",
        ",",
        ";",
        "=",
        "|",
        "\t",
        "\n",
        "\n\n",
        "%",
        "#1",
        "`",
        "```",
    ),
    *(
        "\\[",
        "\\]",
        "\\(",
        "\\)",
        "\\begin{align}",
        "\\end{align}",
        "\\begin{cases}",
        "\\end{cases}",
        "\\text{",
        " for ",
    ),
    *(
        "<!--",
        "-->",
        "---\n",
        "+++\n",
        "\\quad",
        "\\left",
        "\\right.",
        "\\newcommand{\\a}[1]{",
        "\\a",
        "\\tag{1}",
        "l = 2",
    ),
    *(
        "\\begin{tabular}{l}",
        "\\end{tabular}",
        "\x00",
        "\r\n",
        "\ufeff",
        "> ",
        "- ",
        "|-|-|\n",
        "\\dots",
        "a",
        "\\documentclass",
    ),
]


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(SIGNS), max_size=60).map("".join)))
def test_no_text_breaks_it(text: str) -> None:
    for name in ("", "a.md", "a.tex"):
        try:
            found = read_document(text, name=name).fragments
        except SymbolicError as error:  # of broken front matter only
            if text.lstrip("\ufeff").startswith(("+++", "---")):
                continue
            raise AssertionError(text) from error
        lines = text.count("\n") + text.count("\r") + 1
        assert all(1 <= each.line <= lines and each.text == each.text.strip() != "" for each in found)


HOSTILE = {
    "braces": "{" * 100_000,
    "braces in a display": "$$" + "{" * 100_000 + "$$",
    "a nested display": "$$" + "{" * 9_000 + "=" + "}" * 9_000 + "$$",
    "dollars": "$" * 100_000,
    "beginnings": "\\begin{align}" * 10_000,
    "brackets": "\\[" * 50_000,
    "words": "\\text{" * 3_000,
    "commas": "$$a = " + "," * 19_000 + "$$",
    "cells": "$$" + "a=b&" * 4_500 + "$$",
    "arguments": "\\newcommand{\\f}[1]{#1#1}" + "\\f{" * 30_000,
    "tables": "|a|\n|-|\n" * 10_000,
    "quotes": ">" * 100_000,
    "ticks": "`" * 100_000,
    "files": "\\input{/etc/passwd}\\write18{ls}" * 3_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_takes_no_time(kind: str) -> None:
    with ends_soon():
        read_document(HOSTILE[kind])
