"""Long formulas over several lines: where they may be broken, and that nothing is lost."""

from __future__ import annotations

import re

import pytest

from symbolic.api import derive, view_of
from symbolic.derivation import FORMS
from symbolic.networks.tables import catalog
from symbolic.notation.profile import profiles
from symbolic.render.breaking import broken, width

BROKEN = {
    "a + b": (100, "a + b"),
    "aaaaaaaaaa + bbbbbbbbbb": (70, r"\begin{aligned}[t] & aaaaaaaaaa {} \\ & \quad {} + bbbbbbbbbb \end{aligned}"),
    r"(a + b) \odot (c + d)": (60, r"\begin{aligned}[t] & (a + b) \odot {} \\ & \quad {} (c + d) \end{aligned}"),
    r"\left(\frac{1}{N} aaaa + bbbb\right)^T": (
        50,
        r"\begin{aligned}[t] & \Bigl(\frac{1}{N} aaaa {} \\ & \quad {} + bbbb\Bigr)^T \end{aligned}",
    ),
    r"\frac{aaaaaaaaa + bbbbbbbbb}{c}": (50, r"\frac{aaaaaaaaa + bbbbbbbbb}{c}"),
    r"\begin{cases} aaaaaaa + bbbbbbb, & \text{if } i = j \\ 0, & \text{otherwise}. \end{cases}": (
        140,
        r"\begin{cases} \begin{aligned}[t] & aaaaaaa {} \\ & \quad {} + bbbbbbb \end{aligned}, "
        r"& \text{if } i = j \\ 0, & \text{otherwise}. \end{cases}",
    ),
    r"\sum_{k=1}^{K} aaaaaaa": (20, r"\sum_{k=1}^{K} aaaaaaa"),
    r"\log aaaaaaaa": (20, r"\log aaaaaaaa"),
}


@pytest.mark.parametrize("latex", BROKEN)
def test_a_formula_is_broken_where_it_may_be(latex: str) -> None:
    limit, expected = BROKEN[latex]
    assert broken(latex, limit) == (expected,)


def test_a_formula_higher_than_a_page_goes_on_in_further_parts() -> None:
    assert broken("aaaaaaa + bbbbbbb + ccccccc + ddddddd + eeeeeee", 60, 2) == (
        r"\begin{aligned}[t] & aaaaaaa {} \\ & \quad {} + bbbbbbb \end{aligned}",
        r"\begin{aligned}[t] & \quad {} + ccccccc {} \\ & \quad {} + ddddddd \end{aligned}",
        r"\begin{aligned}[t] & \quad {} + eeeeeee \end{aligned}",
    )


WIDTHS = {  # as pdflatex measures them, at 10 pt
    r"x": 5.7,
    r"W^{[1]}": 19.8,
    r"a^{[1]}_{ij}": 12.8,
    r"\mathbf{1}\{z > 0\}": 40.0,
    r"\frac{\partial C}{\partial W^{[1]}}": 29.0,
    r"\tanh(W^{[1]} x + b^{[1]})": 82.0,
}


@pytest.mark.parametrize("latex", WIDTHS)
def test_widths_are_about_right(latex: str) -> None:
    assert width(latex) == pytest.approx(WIDTHS[latex], rel=0.35)


@pytest.mark.parametrize("notation", profiles())
@pytest.mark.parametrize("system", catalog())
def test_nothing_is_lost(system: str, notation: str) -> None:
    """However narrow the line, the signs stay the same, in the same order, and what opens on a line closes on it."""
    view = view_of(derive(system, batch="columns"), notation=notation, forms=FORMS)
    for name in view.shown_targets():
        for form in FORMS:
            latex = view.gradient(name, form)
            (lines,) = broken(latex, 60.0)
            kept = re.sub(r"\\(begin|end)\{aligned\}(\[t\])?|& |\\quad|\{\}|\\\\| ", "", lines)
            assert kept.replace(r"\Bigl", r"\left").replace(r"\Bigr", r"\right") == re.sub(r"& |\\\\| ", "", latex)
            for line in re.sub(r"\\begin\{cases\}.*\\end\{cases\}", "", lines).split(r"\\ "):
                assert line.count(r"\left") == line.count(r"\right")
                assert len(re.findall(r"(?<!\\)\{", line)) == len(re.findall(r"(?<!\\)\}", line))
