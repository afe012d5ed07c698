"""Whatever a file holds, `check` answers: a verdict for each formula or one line that says why not, soon and in bounds.

Every hostile formula stands between two right ones, which must still be found right.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symbolic import SymbolicError
from symbolic.algebra.values import Value
from symbolic.checking.check import check
from symbolic.checking.document import read_document
from symbolic.checking.document_inline import MOST_FORMULAS
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.point import Point
from symbolic.checking.problems import CHOOSING, GUESSED, JUDGING, MENDING
from symbolic.checking.results import VERDICTS, Report
from symbolic.reading.nodes import Node
from tests.parameters import every

SYSTEM = "regression"
RIGHT = "$z^{[1]} = W^{[1]} x + b^{[1]}$"
NODES = 1.1 * (CHOOSING + JUDGING + MENDING)
"""How many nodes may be looked at for one formula. A test that takes times would be one of the machine that runs it:
`benchmarks/check.py` takes them.
"""

MEGABYTES = 600
"""What a process that checks hostile formulas may hold, Python and SymPy themselves being a third of it."""


looked_at = 0
"""The nodes whose values were asked for, and what it costs to compute the values of a network again."""


@pytest.fixture(scope="module", autouse=True)
def _counted() -> Iterator[None]:
    """Every node is counted, and every point that is moved for differences."""
    of, moved = Evaluator.of, Point.moved

    def counting(self: Evaluator, node: Node) -> Any:
        global looked_at
        looked_at += 1
        return of(self, node)

    def moving(self: Point, v: Value, array: Any) -> Point:
        global looked_at
        looked_at += 3 * len(self.derivation.forward)
        return moved(self, v, array)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Evaluator, "of", counting)
        patch.setattr(Point, "moved", moving)
        yield


def among_right_ones(formula: str) -> str:
    return f"{RIGHT}\n\n$$\n{formula}\n$$\n\n{RIGHT}\n"


def survives(text: str, system: str | None = SYSTEM) -> Report | None:
    """The report on a text, or None where it is refused in one line; within the bounds for its formulas."""
    begun = looked_at
    try:
        report = check(text, system=system)
    except SymbolicError as error:
        report, refused = None, str(error)
    nodes = looked_at - begun
    if report is None:
        assert len(refused.splitlines()) == 1
        return None
    assert {claim.verdict for claim in report.claims} <= set(VERDICTS)
    assert nodes <= NODES * max(1, len(report.claims)), f"{nodes} nodes for {len(report.claims)} formulas"
    return report


# -- formulas made to hurt


def nested(opening: str, depth: int, closing: str, inside: str = "z") -> str:
    return opening * depth + inside + closing * depth


def sums(letters: str, bound: str, inside: str) -> str:
    return "".join(rf"\sum_{{{letter}=1}}^{{{bound}}} " for letter in letters) + inside


HOSTILE = {
    # numbers
    "a tower of powers": "C = 10^{10^{10}}",
    "a tower of exponentials": r"z^{[1]} = e^{e^{e^{e^{999}}}}",
    "exponentials of values": r"z^{[1]} = \exp(\exp(\exp(\exp(z^{[1]}))))",
    "a long number": "C = " + "9" * 5_000,
    "a great exponent": "C = 1e999 x",
    "a root of a negative number": "C = (-1)^{0.5}",
    "a power of negative numbers": r"C = \mathrm{power}(x, 0.5)",
    "a division by 0": r"C = \frac{1}{0}",
    "a division by nothing": "C = 1/(x - x)",
    "a logarithm of 0": r"C = \log 0 + \log(-1)",
    # indices
    "a layer far away": "W^{[999999999]} = x",
    "a layer with many digits": "W^{[" + "9" * 5_000 + "]} = 1",
    "an entry far away": "(W^{[1]})_{9999999999,1} = 1",
    "many indices": "C = x_{" + "i," * 3_000 + "i}",
    "letters of entries": r"\frac{\partial C}{\partial W^{[1]}_{ij}} = \delta_k x_m y_n y_p y_q z_r",
    "letters of layers": "z^{[a]} = " + " ".join(f"a^{{[{letter}]}}" for letter in "bcdefghijkm"),
    "digits of other scripts": "z^{[²]} = x^{[٣]} + W_²",
    # sums and products
    "a product of a billion": r"C = \prod_{l=1}^{10^9} W^{[l]}",
    "a sum of a billion": r"C = \sum_{k=1}^{999999999} 1",
    "a sum of more than there are": r"C = \sum_{k=1}^{10^{10^{10}}} k",
    "sums in sums": sums("abcdefghijkmnopqrst", "2", "1"),
    "wide sums in sums": "C = " + sums("ij", "9999", "i j"),
    "free sums in sums": "C = " + r"\sum_{i,j,k,m,n,p,q,r} y_i y_j y_k y_m y_n y_p y_q y_r",
    "a sum over a matrix": "C = " + sums("ijk", "x", "y_i y_j"),
    "the same sum again": "C = " + r"\sum_i " * 40 + "y_i",
    "dots to a layer far away": r"\delta^{[1]} = W^{[1]} \cdots W^{[999999999]}",
    "many factors before dots": r"C = " + " ".join(f"W^{{[{k}]}}" for k in range(200)) + r"\cdots W^{[500]}",
    "dots alone": "C = " + r"\cdots " * 3_000,
    "dots between all": "C = x" + r" \cdots x" * 1_000,
    # length
    "factors": "C = " + "x " * 3_000,
    "other factors": "C = " + "W^{[1]} x " * 1_500,
    "terms": "C = " + "+".join(["x"] * 3_000),
    "sides": "C" + " = C" * 3_000 + " = x",
    "nothing but =": "=" * 5_000,
    "entrywise products": "C = " + r"x \odot " * 3_000 + "x",
    "quotients": "C = " + "x / " * 3_000 + "x",
    "primes": "C = f" + "'" * 3_000 + "(x)",
    "transposes": "C = (x)" + "^T" * 3_000,
    "powers": "C = (x)" + "^2" * 3_000,
    "subscripts": "C = x" + "_2" * 3_000,
    "derivatives": "C = " + r"\frac{\partial C}{\partial x}" * 1_000,
    "a chain": r"\frac{\partial C}{\partial x} = "
    + r"\frac{\partial C}{\partial z^{[1]}}\frac{\partial z^{[1]}}{\partial x}" * 300,
    "ones": r"C = " + r"\mathbf 1\mathbf 1^T" * 1_000,
    "identities": "C = " + "+".join([r"(I - \mathbf 1\mathbf 1^T)"] * 300) + " x",
    "rows of cases": r"C = \begin{cases} " + r"1 & x>0 \\ " * 3_000 + r"\end{cases}",
    "rows of a matrix": r"C = \begin{bmatrix} " + r"1 & x & 3\\ " * 1_000 + r"\end{bmatrix}",
    "cells of a matrix": r"C = \begin{bmatrix} " + "1 & " * 5_000 + r"1\end{bmatrix}",
    "commas": "C = " + ",x" * 3_000,
    # depth
    "parentheses": "C = " + nested("(", 55, ")"),
    "too many parentheses": "C = " + nested("(", 1_000, ")"),
    "negatives": "C = " + nested("-(", 55, ")"),
    "fractions in fractions": "C = " + nested(r"\frac{1}{", 58, "}", "x"),
    "roots in roots": "C = " + nested(r"\sqrt{", 58, "}", "x"),
    "functions of functions": "C = " + r"\exp " * 3_000 + "x",
    "activations of activations": r"z^{[1]} = " + r"\sigma " * 200 + "z^{[1]}",
    "hats on hats": "C = " + nested(r"\hat{", 3_000, "}"),
    "scripts of scripts": "C = " + nested("x^{a^{b", 15, "}}"),
    "matrices in matrices": "C = " + nested(r"\begin{bmatrix} ", 9, r"\end{bmatrix}", "x & x & x"),
    "cases in cases": "C = " + nested(r"\begin{cases} 1 & ", 50, r"\end{cases}", "x"),
    "a million braces": "C = " + "{" * 1_000_000,
    "a million pairs of braces": "C = " + nested("{", 500_000, "}"),
    "exponents in brackets": "C = " + nested("e^(", 9_000, ")", "x"),
    "exponents that do not end": "C = " + "e^(" * 200_000,
    "cases that do not end": "C = " + r"\begin{cases}" * 60_000,
    "old fonts": "C = " + r"{\bf " * 200_000,
    "spaces": "C = x" + " " * 500_000 + "(N, C",
    # sizes
    "outer products of outer products": "C = " + nested(r"\mathrm{outer}(W^{[1]}, ", 12, ")", "W^{[1]}"),
    "diagonals of vectors": "C = " + nested(r"\mathrm{diag}(\mathrm{vec}(", 5, "))", "W^{[1]}"),
    "an axis that is none": r"C = np.sum(x, axis=99999999999999999999)",
    "an axis that is a value": r"C = \mathrm{sum}(x, y)",
    "signs without a size": r"\mathbf 1 = \mathbf 1^T \mathbf 0 I = \max(I, \mathbf 1)",
    "a condition of a matrix": r"C = np.where(W1, I, b1)",
    # signs
    "empty groups": r"{}^{}_{} = {}_{}^{} \frac{}{} \sqrt{} \sum_{}^{} ",
    "bars": "C = " + "|x" * 3_000 + "|",
    "NUL": "C = \x00\x00 x",
    "half a character": "C = \ud800 x",
    "Unicode": "C = \U0001f600 ∇∇∂∂ ẋ\u0301\u0301 ﷽ 𝔸 ½ ² ₃ ⅷ",
    "commands that run": r"\input{/etc/passwd} = \write18{ls} = \immediate\write18{ls} = \openin",
}


@pytest.mark.parametrize("name", every(3, HOSTILE))
def test_one_hostile_formula_costs_one_formula(name: str) -> None:
    report = survives(among_right_ones(HOSTILE[name]))
    assert report is not None
    assert [report.claims[0].verdict, report.claims[-1].verdict] == ["right", "right"]
    assert all(claim.verdict != "right" for claim in report.claims[1:-1])


LONG = {
    "products": "z = " + " + ".join(["W x"] * 400),
    "a loss": r"C = \frac{1}{2} (" + " + ".join(["y_k"] * 400) + ")^2",
    "sums": "z_i = " + " + ".join([r"\sum_j W_{ij} x_j"] * 150),
}


@pytest.mark.parametrize("formula", LONG.values(), ids=LONG.keys())
def test_a_long_formula_is_bounded_in_all_systems_together(formula: str) -> None:
    """Where nobody says what a file is about, all systems that it may be about are tried."""
    begun = looked_at
    check(f"${formula}$")
    assert looked_at - begun <= 1.1 * (GUESSED + CHOOSING)


DERIVED = {
    "three times": nested(r"\frac{\partial}{\partial x} (", 3, ")", "C"),
    "twelve times": nested(r"\frac{\partial}{\partial x} (", 12, ")", "C"),
    "by matrices": nested(r"\frac{\partial}{\partial W_1} \frac{\partial}{\partial W_2} ", 3, "", "C"),
    "in sums": r"\sum_j \frac{\partial}{\partial x} (\sum_i \frac{\partial}{\partial x} (C))",
}


@pytest.mark.parametrize("derivatives", DERIVED.values(), ids=DERIVED.keys())
def test_derivatives_of_derivatives_are_paid_for(derivatives: str) -> None:
    report = survives(f"$C = {derivatives}$", "classification_mse")
    assert report is not None
    assert [claim.verdict for claim in report.claims] == ["unreadable"]


DEFINED = ("f", "g", "r", "u", "v", "F", "G", "P", "Q", "R")

BOMBS = {
    "sums": (r"{0} = {1} + {1} + {1} + {1}", r"2 \cdot 3 \cdot 7"),
    "products": (r"{0} = {1} {1}^T + {1} {1}^T", r"W^{[1]} x x^T"),
    "blocks": (r"{0} = \begin{{bmatrix}} {1} & {1} \\ {1} & {1} \end{{bmatrix}}", r"W^{[1]} x x^T"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("step", "first"), BOMBS.values(), ids=BOMBS.keys())
def test_names_that_double_what_they_stand_for(step: str, first: str) -> None:
    lines = [f"{DEFINED[0]} = {first}", *(step.format(b, a) for a, b in pairwise(DEFINED))]
    survives("\n\n".join(f"${line}$" for line in [*lines, f"C = {DEFINED[-1]}"]))


MACROS = {
    "itself": r"\def\a{\a\a}",
    "each other": r"\newcommand{\a}{\b\b}\newcommand{\b}{\a\a}",
    "a billion laughs": "".join(rf"\def\{a * 2}{{{(chr(92) + b * 2) * 10}}}" for a, b in pairwise("abcdefghij"))
    + r"\def\a{\aa}",
}


@pytest.mark.parametrize("definition", MACROS.values(), ids=MACROS.keys())
def test_macros_that_stand_for(definition: str) -> None:
    report = survives(definition + "\n\n" + among_right_ones(r"C = \a"))
    assert report is not None
    assert [report.claims[0].verdict, report.claims[-1].verdict] == ["right", "right"]


def test_a_file_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.tex"
    secret.write_text(RIGHT)
    report = check(rf"\input{{{secret.as_posix()}}} \include{{{secret.as_posix()}}}" + f"\n\n{RIGHT}", system=SYSTEM)
    assert len(report.claims) == 1


# -- formulas and files by chance

SIGNS = r"""
\frac \partial \nabla \delta \sum \prod \sigma \sigma' \odot \circ \cdot \cdots \dots \left( \right) \left[ \right]
\hat \bar \mathbf \mathrm{diag} \operatorname{ReLU} \max \exp \log \tanh \sqrt \| | \{ \} \begin{cases} \end{cases}
\begin{bmatrix} \end{bmatrix} \\ & \quad \text{if} \text{for} \top \mathbb \mathbb{1} \mathbf{1} \infty \leq \geq > <
^ _ { } ( ) [ ] ^T ^{[l]} ^{[L]} ^{[1]} _{ij} _i _k ^{(i)} ^{-1} ' + - = = = , ; : / * . ~ % # $ $$ \[ \] \( \)
0 1 2 0.5 1e9 W b x y z a C L l i j k m n N K \ell e I T \begin{align} \end{align} \newcommand \def \input \write18
∂ δ Σ σ′ ᵀ ₁ ² ⊙ ŷ |a| ```
"""

soup = st.lists(st.sampled_from([*SIGNS.split(), " ", "\n", "\n\n", "\x00"]), max_size=60).map(" ".join)

SCRIPTS = r"""
^{[1]} ^{[l]} ^{[l-1]} ^{[L]} ^{(i)} _i _{ij} _k _{i,j,k} ^T ^{[1]T} ^2 ^{-1} ^{[999999999]} _{99} ^{} _{} ^{l}_{j} '
^{10^{9}} ^{x} ^{0.5}
"""

scripts = st.sampled_from(SCRIPTS.split()) | st.just("")
names = st.tuples(
    st.sampled_from(["W", "b", "x", "y", "z", "a", "C", r"\delta", r"\hat y", "I", "q", "n", "e"]), scripts
)
atoms = st.one_of(
    names.map("".join),
    st.sampled_from(["0", "1", "2", "0.5", "1e999", "10^{10^{10}}", r"\mathbf 1", r"\mathbf 1^T", r"\cdots", "{}", ""]),
    st.tuples(st.sampled_from(["C", "a^{[1]}", "z^{[1]}_i", "y"]), names.map("".join)).map(
        lambda of: rf"\frac{{\partial {of[0]}}}{{\partial {of[1]}}}"
    ),
)


def _larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(parts, parts)
    joined = st.tuples(parts, st.sampled_from([" ", " + ", " - ", r" \odot ", r" \cdot ", " / ", r" \otimes "]), parts)
    calls = st.sampled_from(
        [r"\exp", r"\log", r"\sigma", r"\sigma'", r"\mathrm{diag}", r"\mathrm{vec}", r"\mathrm{tr}"]
    )
    calls |= st.sampled_from(
        [r"\tanh", r"\text{ReLU}", r"\mathrm{softmax}", r"\max", r"\mathrm{outer}", r"\mathrm{sum}"]
    )
    letters, ends = st.sampled_from("ijklmnpq"), st.sampled_from(["K", "n", "3", "L", "x", "10^9", "0", "-1"])
    return st.one_of(
        joined.map("".join),
        st.tuples(parts, scripts).map(lambda of: f"({of[0]}){of[1]}"),
        two.map(lambda of: rf"\frac{{{of[0]}}}{{{of[1]}}}"),
        st.tuples(calls, parts).map(lambda of: f"{of[0]}({of[1]})"),
        st.tuples(calls, parts, parts).map(lambda of: f"{of[0]}({of[1]}, {of[2]})"),
        st.tuples(st.sampled_from([r"\sum", r"\prod"]), letters, parts).map(lambda of: f"{of[0]}_{of[1]} {of[2]}"),
        st.tuples(st.sampled_from([r"\sum", r"\prod"]), letters, ends, parts).map(
            lambda of: f"{of[0]}_{{{of[1]}=1}}^{{{of[2]}}} {of[3]}"
        ),
        st.tuples(parts, parts, parts).map(
            lambda of: rf"\begin{{cases}} {of[0]} & {of[1]} > 0 \\ {of[2]} & \text{{otherwise}} \end{{cases}}"
        ),
        st.tuples(parts, parts).map(lambda of: rf"\begin{{bmatrix}} {of[0]} & {of[1]} \\ {of[1]} & 0 \end{{bmatrix}}"),
        st.tuples(parts, parts).map(lambda of: rf"\mathbb{{1}}\{{{of[0]} > {of[1]}\}}"),
        parts.map(lambda of: rf"\|{of}\|^2"),
        parts.map(lambda of: rf"\sqrt{{{of}}}"),
        parts.map(lambda of: f"e^{{{of}}}"),
        parts.map(lambda of: f"-({of})"),
    )


expressions = st.recursive(atoms, _larger, max_leaves=12)
formulas = st.lists(expressions, min_size=2, max_size=3).map(" = ".join)

Law = Callable[[str], None]


def by_chance(texts: st.SearchStrategy[str], examples: int) -> Callable[[Law], Callable[[], None]]:
    """The settings of all random tests: one example may well take a second."""
    quiet = settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    return lambda law: quiet(given(texts)(law))


given_to = st.sampled_from(["q", "G", "u", "h", "q_i", "A_{ij}", "q^{[l]}", "a_1", "y", r"\hat y", r"\delta", "f(q)"])
signs = st.sampled_from(
    ["I", "0", r"\mathbf 1", r"\mathbf 1^T", r"\frac{\partial z}{\partial W}", r"\sigma'(z)"]
) | names.map("".join)
blocks = st.tuples(signs, st.sampled_from([" & ", r" \\ ", r" & \cdots & "]), signs).map(
    lambda of: rf"\begin{{pmatrix}} {''.join(of)} \end{{pmatrix}}"
)
given_names = st.tuples(given_to, blocks | expressions, given_to).map(
    lambda of: f"${of[0]} = {of[1]}$\n\n$C = {of[2]} x$\n"
)


def _formula_is_judged(formula: str) -> None:
    report = survives(among_right_ones(formula))
    assert report is not None
    assert [report.claims[0].verdict, report.claims[-1].verdict] == ["right", "right"]


def _text_is_judged(text: str) -> None:
    survives(text)


@by_chance(st.text(max_size=300), 40)
def test_any_text(text: str) -> None:
    _text_is_judged(text)


@by_chance(soup, 60)
def test_any_commands(text: str) -> None:
    _text_is_judged(text)


@by_chance(formulas, 40)
def test_any_formula(formula: str) -> None:
    _formula_is_judged(formula)


@by_chance(given_names, 40)
def test_any_name(text: str) -> None:
    survives(text, "deep_mse")


@pytest.mark.parametrize("cells", ["I & 0", r"0 & \mathbf 1", r"\mathbf 1 \\ I", r"\frac{\partial z}{\partial W} & 1"])
@pytest.mark.parametrize("system", ["deep_mse", "classification_mse", "regression"])
def test_a_name_for_blocks_without_a_size(system: str, cells: str) -> None:
    report = survives(rf"$q = \begin{{pmatrix}} {cells} \end{{pmatrix}}$", system)
    assert report is not None
    assert [claim.verdict for claim in report.claims] == ["unreadable"]


@pytest.mark.slow
@by_chance(st.text(max_size=3_000), 200)
def test_any_text_at_length(text: str) -> None:
    _text_is_judged(text)


@pytest.mark.slow
@by_chance(soup, 400)
def test_any_commands_at_length(text: str) -> None:
    _text_is_judged(text)


@pytest.mark.slow
@by_chance(formulas, 120)
def test_any_formula_at_length(formula: str) -> None:
    _formula_is_judged(formula)


# -- large files

FULL, PART = 9_900_000, 2_000_000
"""The bytes of a file of the largest size, and of those of every kind."""

LARGE = {
    "formulas": "$a=b$ ",
    "lines": "a = b\n",
    "displays": "$$a=b$$\n",
    "rows of a table": "|$x=1$|$y=2$|\n",
    "environments": r"\begin{align}a&=b\end{align}",
    "environments without an end": r"\begin{align}",
    "dollars": "$",
    "brackets": r"\[",
    "braces": "{",
    "backticks": "`",
    "fences": "```\n",
    "comments": "<!-- $a=b$ -->",
    "macros": r"\def\a{b}",
    "macros without an end": r"\newcommand{\a}[1]{",
    "NUL": "\0",
    "=": "= ",
    "ranges": "For l = 1, 2, ",
    "∂": "∂",
}


@pytest.mark.slow
@pytest.mark.parametrize("end", ["md", "tex"])
@pytest.mark.parametrize("part", LARGE.values(), ids=LARGE.keys())
def test_large_files_are_read_or_refused(part: str, end: str) -> None:
    read_or_refused(part, end, PART)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["formulas", "braces", "macros"])
def test_ten_megabytes_are_read_or_refused(part: str) -> None:
    read_or_refused(LARGE[part], "tex", FULL)


def read_or_refused(part: str, end: str, size: int) -> None:
    text = part * (size // len(part.encode()))
    refused = ""
    try:
        assert len(read_document(f"|a|b|\n|-|-|\n{text}", name=f"a.{end}").fragments) <= MOST_FORMULAS
    except SymbolicError as error:
        refused = str(error)
    assert not refused or "formulas; check its parts one by one" in refused


def test_too_many_formulas_are_refused() -> None:
    with pytest.raises(SymbolicError, match="more than 10000 formulas; check its parts one by one"):
        check("$a=b$\n\n" * 10_001, system=SYSTEM)


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(SymbolicError, match="MB"):
        check("a" * 10_000_001, system=SYSTEM)


# -- memory

HOLDS = """
import json, pathlib, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))
from symbolic.checking.check import check
for text in json.load(sys.stdin):
    check(text, system="regression")
(peak,) = (line for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(peak.split()[1])
"""
"""Prints its peak in kilobytes. Not ru_maxrss, which a process has from the one that started it."""

GROWING = (
    "outer products",
    "diagonals",
    "a sum of a billion",
    "cells of",
    "matrices in",
    "wide sums",
    "a tower of powers",
)


@pytest.mark.skipif(sys.platform != "linux", reason="the peak stands in /proc on Linux alone")
def test_memory_is_bounded() -> None:
    texts = json.dumps([among_right_ones(formula) for name, formula in HOSTILE.items() if name.startswith(GROWING)])
    done = subprocess.run([sys.executable, "-c", HOLDS], input=texts, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) < MEGABYTES * 1024


# -- the command

WRONG = "$z^{[1]} = W^{[1]} x - b^{[1]}$"


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m symbolic check`, which must not end in a traceback or a warning."""
    started = [sys.executable, "-m", "symbolic", "check", *arguments]
    done = subprocess.run(started, capture_output=True, encoding="utf-8", errors="replace", check=False)
    assert "Traceback" not in done.stderr
    assert "Warning" not in done.stderr
    return done


def test_one_broken_file_does_not_stop_the_rest(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(RIGHT)
    (tmp_path / "b.md").write_bytes(b"\xff\xfe\x00 no UTF-8")
    (tmp_path / "c.ipynb").write_text('{"cells": [')
    (tmp_path / "d.md").write_text("+++\n[network\n+++\n" + RIGHT)
    (tmp_path / "e.tex").write_text(among_right_ones(HOSTILE["wide sums in sums"]))
    (tmp_path / "f.md").write_text(WRONG)
    done = command(str(tmp_path), "--system", SYSTEM, "--jobs", "2", "--format", "json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    verdicts = {Path(each["file"]).name: [claim["verdict"] for claim in each["claims"]] for each in found["files"]}
    assert verdicts == {"a.md": ["right"], "e.tex": ["right", "unreadable", "right"], "f.md": ["wrong"]}
    assert [Path(each["file"]).name for each in found["failed"]] == ["b.md", "c.ipynb", "d.md"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (among_right_ones(HOSTILE["commands that run"]).encode(), 0),
        (f"{RIGHT}\n\n{WRONG}".encode(), 1),
        (b"$a=b$\n" * 10_001, 2),
    ],
    ids=["unreadable", "wrong", "refused"],
)
def test_exit_codes(tmp_path: Path, content: bytes, code: int) -> None:
    (tmp_path / "a.md").write_bytes(content)
    done = command(str(tmp_path / "a.md"), "--system", SYSTEM)
    assert done.returncode == code
    assert code != 2 or (done.stdout, done.stderr.count("\n")) == ("", 1)


# -- many formulas

RIGHTS = (
    RIGHT,
    r"$\frac{\partial C}{\partial W^{[1]}} = \delta^{[1]} x^T$",
    r"$\frac{\partial C}{\partial b^{[1]}} = \delta^{[1]}$",
    r"$\frac{\partial C}{\partial x} = W^{[1]T} \delta^{[1]}$",
)
WRONGS = (
    WRONG,
    r"$\frac{\partial C}{\partial W^{[1]}} = x \delta^{[1]}$",
    r"$\frac{\partial C}{\partial b^{[1]}} = 2 \delta^{[1]} + x$",
    r"$\frac{\partial C}{\partial x} = W^{[1]} \delta^{[1]}$",
)


def page(formulas: tuple[str, ...], count: int) -> str:
    return "\n\n".join(formulas[k % len(formulas)] for k in range(count))


@pytest.mark.parametrize("formulas", [RIGHTS, WRONGS], ids=["right", "wrong"])
def test_a_page_is_judged(formulas: tuple[str, ...]) -> None:
    report = survives(page(formulas, 40))
    assert report is not None
    assert len(report.claims) == 40
    assert report.in_order == (formulas is RIGHTS)


@pytest.mark.parametrize("formulas", [RIGHTS, WRONGS], ids=["right", "wrong"])
def test_work_is_linear_in_the_formulas(formulas: tuple[str, ...]) -> None:
    """Four times as many formulas ask for four times as many nodes, and a few more."""

    def nodes_for(count: int) -> int:
        begun = looked_at
        check(page(formulas, count), system=SYSTEM)
        return looked_at - begun

    assert 0 < nodes_for(80) <= 4.4 * nodes_for(20)


UNMENDED = (
    r"$\delta^{{[l]}} = {k} (W^{{[l+1]}})^T W^{{[l+1]}} \delta^{{[l]}} \odot \sigma(z^{{[l]}})"
    r" + {k} W^{{[l]}} a^{{[l-1]}}$"
)
"""A recurrence that no edit mends, so that all of them are tried."""

SLIP = r"$\delta^{[l]} = W^{[l+1]} \delta^{[l+1]} \odot \sigma'(z^{[l]})$"


def test_a_page_that_nothing_mends() -> None:
    """Its formulas share the edits that are tried, and one slip is still mended after them.

    Without that, and without values that are kept, it was 37,000 nodes for each.
    """
    begun = looked_at
    report = check("\n\n".join([*(UNMENDED.format(k=k + 3) for k in range(40)), SLIP]), system="deep_mse")
    assert {claim.verdict for claim in report.claims} == {"wrong"}
    assert [claim.repair for claim in report.claims if claim.repair] == ["W^{[l+1]} must be transposed"]
    assert looked_at - begun <= 8_000 * len(report.claims)
