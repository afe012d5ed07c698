"""What is printed as LaTeX compiles with plain pdflatex: the committed tables, and every notation, layout and batch.

Many fragments go into one document, because starting TeX takes longer than setting a page.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from specs import PLAIN, VALID, affine, network

from symbolic.api import Result, derive, view_of
from symbolic.derivation import BATCHES, FORMS, LAYOUTS
from symbolic.networks.spec import make_spec
from symbolic.networks.tables import catalog
from symbolic.notation.profile import profiles
from symbolic.render.latex import LINE, to_document, to_fragment
from symbolic.render.words import escaped, heading

TABLES = Path(__file__).parents[1] / "generated" / "tables"

TOO_WIDE = 1.0
"""In points: nothing may stick out further into the margin."""


@pytest.fixture
def pdflatex() -> str:
    """The command. Without it tests are skipped here, and fail where everything has to be there."""
    found = shutil.which("pdflatex")
    if found is None and os.environ.get("CI"):
        pytest.fail("pdflatex is not installed: apt-get install texlive-latex-base texlive-latex-recommended")
    if found is None:
        pytest.skip("pdflatex is not installed")
    return found


def compiled(pdflatex: str, folder: Path, document: str) -> str:
    """The log of a document that compiles; fails where TeX complains or a line sticks out."""
    command = [pdflatex, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", document]
    settings = {**os.environ, "max_print_line": "1000", "openin_any": "p"}
    run = subprocess.run(command, cwd=folder, env=settings, capture_output=True, timeout=120, check=False)
    log = (folder / document).with_suffix(".log").read_bytes().decode("utf-8", "replace")
    assert run.returncode == 0, complaints(log)
    assert complaints(log) == []
    assert (folder / document).with_suffix(".pdf").stat().st_size > 1000
    return log


def complaints(log: str) -> list[str]:
    """The lines of a log that say that something is wrong, with what follows them."""
    found = [
        log[match.start() : match.start() + 200]
        for match in re.finditer(r"^!|Missing|[Uu]ndefined|multiply|LaTeX Warning|Emergency", log, re.MULTILINE)
    ]
    wide = re.finditer(r"^Overfull \\[hv]box \((?P<points>[\d.]+)pt too (?:wide|high)\).*$", log, re.MULTILINE)
    return found + [match[0] for match in wide if float(match["points"]) > TOO_WIDE]


def compile_fragments(pdflatex: str, folder: Path, fragments: Mapping[str, str]) -> str:
    """The log of a document of these fragments."""
    for name, text in fragments.items():
        (folder / f"{name}.tex").write_text(text, "utf-8")
    (folder / "document.tex").write_text(to_document(fragments, "a test"), "utf-8")
    return compiled(pdflatex, folder, "document.tex")


@cache
def derived(system: str, batch: Any = None) -> Result:
    return derive(system, batch=batch)


def fragment(result: Result, **options: Any) -> str:
    return to_fragment(view_of(result, forms=FORMS, **options), "a test")


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (r"$\nonsense$", "Undefined control sequence"),
        (r"$x^{2$", "Missing }"),
        (r"$x_1_2$", "Double subscript"),
        ("x_1", r"Missing \$"),
        (r"\rule{19cm}{1pt}", "Overfull"),
        ("σ", "Unicode character"),
        (r"\ref{nowhere}", "undefined"),
        (r"\input{nowhere}", "not found"),
    ],
)
def test_a_broken_fragment_is_noticed(pdflatex: str, tmp_path: Path, broken: str, said: str) -> None:
    """What the other tests rest on."""
    with pytest.raises(AssertionError, match=said):
        compile_fragments(pdflatex, tmp_path, {"broken": f"a\n\n\\noindent {broken}\n"})


def test_the_committed_tables_compile(pdflatex: str, tmp_path: Path) -> None:
    for path in TABLES.glob("*.tex"):
        shutil.copy(path, tmp_path)
    log = compiled(pdflatex, tmp_path, "all.tex")
    assert sorted(re.findall(r"\(\./(\w+)\.tex", log)) == sorted([*catalog(), "all"])


def test_the_document_of_all_inputs_every_committed_fragment() -> None:
    inputs = re.findall(r"\\input\{(\w+)\}", (TABLES / "all.tex").read_text("utf-8"))
    assert inputs == list(catalog())
    assert sorted(inputs) == sorted({path.stem for path in TABLES.glob("*.tex")} - {"all"})


@pytest.mark.parametrize("system", catalog())
def test_no_character_is_lost(system: str) -> None:
    """A question mark stands for what pdflatex cannot print; formulas are ASCII."""
    text = fragment(derived(system))
    assert "?" not in text
    assert all(line.isascii() for line in text.splitlines() if "$" in line)


def test_one_of_each_notation_compiles(pdflatex: str, tmp_path: Path) -> None:
    """Each notation once, on systems, layouts and batches in turn; the slow test takes every combination."""
    ways = zip(profiles(), list(catalog()) * 2, LAYOUTS * 3, ("single", "columns", "columns") * 2, strict=False)
    fragments = {
        f"f{notation}": fragment(derived(system, batch), notation=notation, layout=layout)
        for notation, system, layout, batch in ways
    }
    assert len(fragments) == len(profiles())
    compile_fragments(pdflatex, tmp_path, fragments)


def test_what_a_notebook_shows_compiles(pdflatex: str, tmp_path: Path) -> None:
    compile_fragments(pdflatex, tmp_path, {name: derived(name)._repr_latex_() for name in catalog()})


LETTERS = "".join(chr(c) for c in range(0x20, 0x2100) if chr(c).isprintable())
TITLES = {
    "characters": LETTERS,
    "commands": r"\input{/etc/passwd} \undefined \\ \end{document} ^^41 %",
    "brackets": "[5pt] {a} }{ $ $$ & && # ~ ^ _ < > | ` ' \" ?` !` -- ,,",
}


@pytest.mark.parametrize("name", TITLES)
def test_any_title_compiles(pdflatex: str, tmp_path: Path, name: str) -> None:
    titles = [TITLES[name][at : at + 60] for at in range(0, len(TITLES[name]), 60)]
    texts = {f"t{at}": rf"\noindent\textbf{{{escaped(title)}}}\par" for at, title in enumerate(titles)}
    document = to_document(texts, "a test").replace(r"\clearpage", "")
    for stem, text in {**texts, "document": document}.items():
        (tmp_path / f"{stem}.tex").write_text(text, "utf-8")
    compiled(pdflatex, tmp_path, "document.tex")


def test_a_title_stands_above_its_tables(pdflatex: str, tmp_path: Path) -> None:
    spec = make_spec({**PLAIN, "title": TITLES["commands"]})
    compile_fragments(pdflatex, tmp_path, {"titled": fragment(derive(spec))})


FOREIGN = {
    "Четыре слоя": "net",
    "四层网络": "net",
    "Réseau à σ et Łódź": r"Réseau à $\sigma$ et Łódź",
    "‖Δ‖² → ½ ∞": r"$\|$$\Delta$$\|$$^2$ $\to$ $\frac{1}{2}$ $\infty$",
    "ęč ﬁ": "eč fi",
    "đ": "net",
    "Why?": "Why?",
    "": "net",
}


@pytest.mark.parametrize("title", FOREIGN)
def test_a_title_that_cannot_be_printed_gives_way_to_the_name(title: str) -> None:
    assert heading(make_spec({**PLAIN, "title": title})) == FOREIGN[title]


def test_every_alphabet_compiles(pdflatex: str, tmp_path: Path) -> None:
    specs = [make_spec({**PLAIN, "title": title}) for title in FOREIGN]
    compile_fragments(pdflatex, tmp_path, {f"t{k}": fragment(derive(spec)) for k, spec in enumerate(specs)})


FOUR = network(
    *(
        affine(units, activation=name)
        for units, name in zip("mhpK", ("tanh", "sigmoid", "relu", "sigmoid"), strict=True)
    ),
    objective={"loss": "binary_cross_entropy"},
)

MEASURED = r"""\newsavebox\measured
\let\resized\resizebox
\renewcommand{\resizebox}[3]{\sbox\measured{#3}\typeout{WIDTH \the\wd\measured}\resized{#1}{#2}{\usebox\measured}}
\begin{document}"""


def test_no_table_is_shrunk_until_nobody_can_read_it(pdflatex: str, tmp_path: Path) -> None:
    """Closed forms of four layers are broken into lines; what is left is set at 80 % of its size or more."""
    ways = [("standard", "denominator", "single"), ("000", "numerator", "columns"), ("004", "numerator", "columns")]
    fragments = {
        f"f{notation}": fragment(derive(make_spec(FOUR), batch=batch), notation=notation, layout=layout)
        for notation, layout, batch in ways
    }
    for name, text in fragments.items():
        assert text.count(r"\begin{aligned}[t]") >= 5
        (tmp_path / f"{name}.tex").write_text(text, "utf-8")
    document = to_document(fragments, "a test").replace(r"\begin{document}", MEASURED)
    (tmp_path / "document.tex").write_text(document, "utf-8")
    widths = [
        float(found) for found in re.findall(r"^WIDTH ([\d.]+)pt", compiled(pdflatex, tmp_path, "document.tex"), re.M)
    ]
    assert len(widths) == sum(text.count(r"\begin{tabular}") for text in fragments.values())
    assert 0.8 * max(widths) < LINE


@pytest.mark.slow
@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("notation", profiles())
def test_every_system_compiles_in_every_notation_and_layout(
    pdflatex: str, tmp_path: Path, notation: str, batch: str
) -> None:
    fragments = {
        f"{system}_{layout}": fragment(derived(system, batch), notation=notation, layout=layout)
        for system, layout in product(catalog(), LAYOUTS)
    }
    compile_fragments(pdflatex, tmp_path, fragments)


@pytest.mark.slow
@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("notation", ["standard", "001", "003", "004"])
def test_every_valid_spec_compiles(pdflatex: str, tmp_path: Path, notation: str, batch: Any) -> None:
    fragments = {
        f"v{number}": fragment(derive(make_spec(data), batch=batch), notation=notation)
        for number, data in enumerate(VALID.values())
    }
    compile_fragments(pdflatex, tmp_path, fragments)
