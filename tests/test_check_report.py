"""Reports of made-up claims in every format: golden outputs, and hostile text that must stay text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from symbolic.checking.folder import Checked, Failed
from symbolic.checking.mathml import mathml
from symbolic.checking.report import FORMATS, rendered, report_files, summary
from symbolic.checking.report_text import drawn
from symbolic.checking.request import REPORT_FORMATS
from symbolic.checking.results import VERDICTS, Judged, Report
from symbolic.checking.words import LONGEST, MARKS, counted, marked, visible
from tests.soon import ends_soon

REPORT = Report(
    "hw1.md",
    "regression",
    (
        Judged(12, r"\delta^{[2]} = a^{[2]} - y", r"\delta^{[2]}", "right", ("without the 2",), "Equal."),
        Judged(
            15,
            r"\bar W &= x \delta^T",
            r"\bar W",
            "wrong",
            (),
            "It is transposed.",
            "swap it",
            r"\bar W = \delta x^T",
        ),
        Judged(20, r"\delta = |W| a*b*c", "", "does not fit", (), "W is K × m."),
        Judged(25, "<b>", "", "unreadable", (), "Reading stopped at <."),
    ),
    ("guessed the system from line 3",),
)
FOLDER = Checked((REPORT, Failed("ann/hw2.md", "not UTF-8"), Report("bob/empty.tex", "", ())))

TEXT = r"""hw1.md, checked against regression
  note: guessed the system from line 3
✓ line 12: right (without the 2)
    \delta^{[2]} = a^{[2]} - y
    Equal.
✗ line 15: wrong
    \bar W &= x \delta^T
    It is transposed.
    repair: swap it
    correct: \bar W = \delta x^T
≠ line 20: does not fit
    \delta = |W| a*b*c
    W is K × m.
… line 25: unreadable
    <b>
    Reading stopped at <.
4 formulas: 1 right, 1 wrong, 1 does not fit, 1 unreadable
"""

FOLDER_TEXT = """

  File            ✓   ✗   ≠   ?   …   Formulas
 ──────────────────────────────────────────────
  hw1.md          1   1   1       1          4
  ann/hw2.md                                 !
  bob/empty.tex                              0


  File            Formulas in their order
 ──────────────────────────────────────────
  hw1.md          ✓✗≠…
  ann/hw2.md      ! not checked: not UTF-8
  bob/empty.tex

✓ right  ✗ wrong  ≠ does not fit  ? ambiguous  … unreadable  ! not checked
3 files, 1 not checked; 4 formulas: 1 right, 1 wrong, 1 does not fit, 1
unreadable
"""

MARKDOWN = r"""# hw1.md

Checked against regression.

- guessed the system from line 3

| Line | Verdict | Formula | Remark | Correct |
| --- | --- | --- | --- | --- |
| 12 | ✓ right (without the 2) | $\delta^{[2]} = a^{[2]} - y$ | Equal. |  |
| 15 | ✗ wrong | $\bar W = x \delta^T$ | It is transposed. repair: swap it | $\bar W = \delta x^T$ |
| 20 | ≠ does not fit | $\delta = \vert W\vert a\ast b\ast c$ | W is K × m. |  |
| 25 | … unreadable | `<b>` | Reading stopped at \<. |  |

4 formulas: 1 right, 1 wrong, 1 does not fit, 1 unreadable.
"""


def one(formula: str = "x", **fields: Any) -> Report:
    """A report of one claim."""
    return Report("f.md", "", (Judged(**{"line": 1, "formula": formula, "target": "", "verdict": "right", **fields}),))


# -- words


def test_every_verdict_has_a_mark_and_every_format_a_row() -> None:
    assert tuple(MARKS) == VERDICTS
    assert tuple(FORMATS) == REPORT_FORMATS
    assert len({mark.sign for mark in MARKS.values()}) == len(MARKS)


def test_counts_leave_out_what_does_not_occur() -> None:
    claims = [Judged(1, "x", "", verdict) for verdict in ("right", "does not fit", "right", "does not fit")]
    assert counted(claims) == "4 formulas: 2 right, 2 do not fit"
    assert counted(claims[:1]) == "1 formula: 1 right"
    assert counted([]) == "no formula found"


def test_marks_stand_in_groups_of_five() -> None:
    assert marked([Judged(1, "x", "", "right")] * 7) == "✓✓✓✓✓ ✓✓"


def test_text_is_made_visible() -> None:
    assert visible("a\n\t b\x1b[31m\u202e\x07\ud800é") == r"a b\x1b[31m\u202e\x07\ud800é"
    assert visible("x" * (LONGEST + 5)) == "x" * LONGEST + " … (5 more characters)"


# -- formats


def test_text() -> None:
    assert rendered(REPORT, "text") == TEXT


def test_the_text_of_a_folder_ends_with_its_summary() -> None:
    assert rendered(FOLDER, "text") == TEXT + "\nbob/empty.tex\nno formula found\n" + FOLDER_TEXT
    assert summary(FOLDER) == FOLDER_TEXT.removeprefix("\n")
    assert summary(REPORT) == "hw1.md: 4 formulas: 1 right, 1 wrong, 1 does not fit, 1 unreadable\n"


def test_text_keeps_to_80_columns() -> None:
    long = one(
        r"\delta^{[2]} = a^{[2]} - y + " * 20, reason="because " * 40, correct="x" * 200, conventions=("c",) * 40
    )
    for found in (long, Checked((long, Failed("n" * 200, "r" * 300)))):
        lines = rendered(found, "text").splitlines()
        assert max(map(len, lines)) <= 80
    assert "\x1b" not in rendered(long, "text")


def test_a_terminal_gets_colours() -> None:
    console = Console(force_terminal=True, color_system="standard", width=80, highlight=False, _environ={})
    with console.capture() as capture:
        console.print(drawn(REPORT))
    assert "\x1b[32mright (without the 2)\x1b[0m" in capture.get()
    assert re.sub(r"\x1b\[[\d;]*m", "", capture.get()).split() == TEXT.split()


def test_markdown() -> None:
    assert rendered(REPORT, "markdown") == MARKDOWN


def test_json_is_the_documented_one() -> None:
    found = json.loads(rendered(REPORT, "json"))
    assert found == REPORT.to_dict()
    assert set(found) == {"file", "system", "notes", "claims"}
    keys = ["line", "formula", "target", "verdict", "conventions", "reason", "repair", "correct"]
    assert [list(claim) for claim in found["claims"]] == [keys] * 4
    assert json.loads(rendered(FOLDER, "json")) == {
        "files": [REPORT.to_dict(), FOLDER.reports[1].to_dict()],
        "failed": [{"file": "ann/hw2.md", "reason": "not UTF-8"}],
    }


class Page(HTMLParser):
    """The elements, attributes, links and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data

    def named(self, key: str) -> list[str | None]:
        return [value for name, value in self.attributes if name == key]


def test_html_is_one_page_that_loads_nothing() -> None:
    page = Page(rendered(FOLDER, "html"))
    assert set(page.tags).isdisjoint({"script", "link", "img", "iframe", "object", "b"})
    assert page.tags.count("math") == 4, "three formulas that could be read, and one that is correct"
    assert {"class", "id", "href"} <= {name for name, _ in page.attributes}
    assert page.named("src") == []
    assert page.named("href") == [f"#file1-formula{n}" for n in (1, 2, 3, 4)]
    assert set(page.named("id")) == {f"file1-formula{n}" for n in (1, 2, 3, 4)}
    assert "! not checked: not UTF-8" in page.words
    assert "prefers-color-scheme: dark" in page.words


# -- files


@pytest.mark.parametrize("format", FORMATS)
def test_a_folder_becomes_a_file_for_each_report_and_a_summary(format: str) -> None:
    suffix = FORMATS[format].suffix
    files = report_files(FOLDER, format, Path("out"))
    reports = [f"out/hw1.md.check.{suffix}", f"out/bob/empty.tex.check.{suffix}"]
    assert [path.as_posix() for path in files] == [*reports, f"out/summary.{suffix}"]
    assert files[Path(reports[0])] == rendered(REPORT, format)
    assert "ann/hw2.md" in files[Path(f"out/summary.{suffix}")]
    assert list(report_files(REPORT, format, Path("out"))) == [Path(reports[0])]


def test_summaries_link_to_the_reports() -> None:
    folder = Checked((Report("a b/ü#.md", "", REPORT.claims),))
    html, markdown = (
        report_files(folder, format, Path("o"))[Path(f"o/summary.{suffix}")]
        for format, suffix in (("html", "html"), ("markdown", "md"))
    )
    assert Page(html).named("href")[0] == "a%20b/%C3%BC%23.md.check.html#file1-formula1"
    assert r"[a b/ü\#.md](a%20b/%C3%BC%23.md.check.md)" in markdown


# -- hostile text

HOSTILE = {
    "tag": "<script>alert(1)</script>",
    "attribute": "\" onload='alert(1)' x=\"",
    "TeX text": r"\text{<script>alert(1)</script>}",
    "TeX link": r"\href{javascript:alert(1)}{x}",
    "TeX style": r"\style{background:url(http://x.test)}{x} \class{wrong}{y}",
    "TeX code": r"\unicode{x3C}script\unicode{x3E} \unicode{xZZ} \unicode{x110000}",
    "entity": r"\text{&lt;script&gt;&#60;b&#62;}",
    "colour": r'\color{red" onload="x}{y} \mathchoice{}',
    "markup": "[bold]x[/bold] [link=http://x.test]y[/link]",
    "escapes": "\x1b[31mred\x1b]8;;http://x.test\x07",
    "bidirectional": "\u202egpj.exe",
    "surrogate": "\ud800",
    "cells": "a | b || c\n| d |",
    "code": "`a` ``b`` $c$ $",
    "links": "[x](javascript:alert(1)) ![y](http://x.test)",
    "end": "x\\",
    "comment": "a % b",
    "macros": r"\def\a{\a\a}\a \newcommand{\b}{\b\b}\b",
    "nested": "{" * 900 + "}" * 900,
    "long": r"\frac{a}{b}" * 100_000,
    "empty": "",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("format", FORMATS)
def test_hostile_text_stays_text(format: str, name: str) -> None:
    text = HOSTILE[name]
    fields = {"target": text, "reason": text, "repair": text, "correct": text, "conventions": (text,)}
    claims = tuple(Judged(1, text, verdict=verdict, **fields) for verdict in ("right", "unreadable"))  # type: ignore[arg-type]
    report = Report(text or "f", text, claims, (text,))
    with ends_soon():
        found = rendered(Checked((report, Failed(text, text))), format)
    found.encode("utf-8")
    if format == "json":
        assert json.loads(found)["files"][0] == report.to_dict()
        return
    assert all(c.isprintable() or c in "\n\xa0" for c in found)
    assert len(found) < 100_000
    if format == "html":
        page = Page(found)
        assert set(page.tags).isdisjoint({"script", "b", "style=", "img"})
        assert {name for name, _ in page.attributes if name.startswith("on") or name == "style"} == set()
        assert all(link and link.startswith("#") for link in page.named("href"))
    if format == "markdown":
        rows = [line for line in found.splitlines() if line.startswith("| 1 |")]
        assert len(rows) == 2
        assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [6, 6]
        outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)|\\.", "", found)
        assert "<" not in outside


# -- MathML


CONVERTED = {
    r"\delta": "<mi>δ</mi>",
    r"a'": "<msup><mi>a</mi><mi>′</mi></msup>",
    r"a < b": "<mi>a</mi><mo>&lt;</mo><mi>b</mi>",
    r"\mathbf{W}^\top": "<msup><mi>𝐖</mi><mo>⊤</mo></msup>",
    r"x \odot y": "<mi>x</mi><mo>⊙</mo><mi>y</mi>",
    r"\text{if }": "<mtext>if\xa0</mtext>",
    r"\href{http://x.test}{x}": "x",
}


@pytest.mark.parametrize("latex", CONVERTED)
def test_formulas_become_mathml(latex: str) -> None:
    found = mathml(latex)
    assert found is not None
    assert found.startswith('<math display="inline" displaystyle="true"><mrow>')
    assert CONVERTED[latex] in found
    assert "http" not in found


@pytest.mark.parametrize(
    "latex", ["", r"\left(", r"\frac{a}", "a % b", r"\nonsense x", "{" * 900, "x" * 1001, r"x^a^b"]
)
def test_what_cannot_be_converted_is_nothing(latex: str) -> None:
    assert mathml(latex) is None


COMMANDS = (
    r"frac left right text{ begin{cases} end{cases} sqrt sum color style class href unicode verb not operatorname{ def"
    r" rule limits substack overbrace hspace genfrac middle tag"
)
PIECES = st.sampled_from([*r"{}[]()^_&%$#~<>|'\ x1=", r"\\", "&lt;", *(f"\\{name}" for name in COMMANDS.split())])


@settings(max_examples=300, deadline=2_000)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join)))
def test_any_formula_is_safe_in_every_format(latex: str) -> None:
    found = mathml(latex)
    if found is not None:
        page = Page(found)
        assert all(re.fullmatch("m[a-z]+", tag) for tag in page.tags)
        assert {"href", "style", "class"}.isdisjoint(name for name, _ in page.attributes)
    for format in FORMATS:
        rendered(one(latex, correct=latex), format).encode("utf-8")
