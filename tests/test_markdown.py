"""Markdown reads a page before TeX does: what it would eat or take for its own is written in words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from symbolic.api import derive, view_of
from symbolic.derivation import FORMS
from symbolic.networks.tables import catalog
from symbolic.notation.profile import profiles
from symbolic.render.markdown import formula, to_markdown

SPELLED = {
    r"\mathbf{1}\{z > 0\}": r"\mathbf{1}\lbrace z > 0\rbrace",
    r"\begin{cases} 1, & i = j \\ 0, & j \end{cases}": r"\begin{cases} 1, & i = j \cr 0, & j \end{cases}",
    r"\|a^{[2]} - y\|_F^2": r"\Vert a^{[2]} - y\Vert _F^2",
    r"\left|z\right| |": r"\left\vert z\right\vert \vert",
    r"a\,b\;c": r"a\thinspace b\thickspace c",
    r"W_{ij} \frac{1}{N}": r"W _{ij} \frac{1}{N}",
}


@pytest.mark.parametrize("latex", SPELLED)
def test_a_formula_survives_markdown(latex: str) -> None:
    assert formula(latex) == SPELLED[latex]


@pytest.mark.parametrize("notation", profiles())
@pytest.mark.parametrize("system", catalog())
def test_no_formula_holds_what_markdown_reads(system: str, notation: Any) -> None:
    """No backslash before a sign, no bar, no underscore that could end an emphasis."""
    text = to_markdown(view_of(derive(system), notation=notation, forms=FORMS))
    formulas = re.findall(r"(?<!\\)\$(.+?)(?<!\\)\$", text)
    assert len(formulas) > 30
    for found in formulas:
        assert not re.search(r"\\[^A-Za-z]|\||(?<! )_|(?<! )\*|\*(?! )", found), found
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) in (3, 4) for row in rows)
