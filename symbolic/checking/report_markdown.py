"""Reports as Markdown: a table with the formulas between dollar signs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from symbolic.checking.folder import Checked, Failed
from symbolic.checking.results import Judged, Report
from symbolic.checking.words import (
    LEGEND,
    MARKS,
    NOT_CHECKED,
    counted,
    judgement,
    marked,
    mathematics,
    remarks,
    totals,
    visible,
)
from symbolic.render.markdown import formula

_IN_WORDS = {"<": r"\lt ", ">": r"\gt ", "*": r"\ast ", "~": r"\enspace ", "](": "] ("}
"""What Markdown would take for a tag, emphasis, strikethrough or a link ↦ the same for TeX."""

_READ_BY_MARKDOWN = re.compile(r"\\[A-Za-z]+\*?|\{[A-Za-z]+\*\}|[<>*~]|\]\(")
"""These, and before them commands and environments that have a star in their names."""

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|$~&]")


def to_markdown(report: Report) -> str:
    """A report as Markdown: its notes, and a table with a row for each claim."""
    return "\n\n".join(_report(report, "#")) + "\n"


def folder_to_markdown(found: Checked, pages: Sequence[str] = ()) -> str:
    """The summary of a folder and, unless they have `pages` of their own that it links to, all its reports."""
    parts = ["# Derivations checked", f"{_words(totals(found))}.", _counts(found, pages), _grid(found)]
    parts.append(_words(LEGEND))
    if not pages:
        parts += [part for report in found.reports for part in _report(report, "##")]
    return "\n\n".join(parts) + "\n"


def _report(report: Report, level: str) -> Iterable[str]:
    yield f"{level} {_words(report.file)}"
    if report.system:
        yield f"Checked against {_words(report.system)}."
    if report.notes:
        yield "\n".join(f"- {_words(note)}" for note in report.notes)
    if report.claims:
        headers = ("Line", "Verdict", "Formula", "Remark", "Correct")
        yield _table(headers, (_row(claim) for claim in report.claims))
    yield f"{_words(counted(report.claims))}."


def _row(claim: Judged) -> tuple[str, ...]:
    verdict = f"{MARKS[claim.verdict].sign} {_words(judgement(claim))}"
    # TeX would stumble over what we could not read either.
    written = _code(claim.formula) if claim.verdict == "unreadable" else _math(claim.formula)
    return str(claim.line), verdict, written, " ".join(map(_words, remarks(claim))), _math(claim.correct)


def _counts(found: Checked, pages: Sequence[str]) -> str:
    rows = []
    for index, outcome in enumerate(found.outcomes):
        name = _words(outcome.file)
        if isinstance(outcome, Failed):
            rows.append((name, *("" for _ in MARKS), f"{NOT_CHECKED.sign}"))
        else:
            linked = f"[{name}]({quote(pages[index])})" if pages else name
            numbers = (str(outcome.count(verdict) or "") for verdict in MARKS)
            rows.append((linked, *numbers, str(len(outcome.claims))))
    return _table(("File", *(f"{mark.sign} {verdict}" for verdict, mark in MARKS.items()), "Formulas"), rows)


def _grid(found: Checked) -> str:
    rows = []
    for outcome in found.outcomes:
        if isinstance(outcome, Failed):
            signs = f"{NOT_CHECKED.sign} {NOT_CHECKED.several}: {_words(outcome.reason)}"
        else:
            signs = marked(outcome.claims)
        rows.append((_words(outcome.file), signs))
    return _table(("File", "Formulas in their order"), rows)


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _math(latex: str) -> str:
    """The formula between dollar signs; as code where it holds such signs itself, or ends in a backslash."""
    bare = mathematics(latex)
    if not bare or re.search(r"[$`%]|\\$", bare):
        return _code(latex)
    return f"${formula(_READ_BY_MARKDOWN.sub(lambda sign: _IN_WORDS.get(sign[0], sign[0]), bare))}$"


def _code(text: str) -> str:
    """The text as it stands, between more backticks than it holds in a row; a bar would end the cell of a table."""
    shown = visible(text).replace("|", r"\|")
    if not shown:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    space = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{space}{shown}{space}{fence}"


def _words(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", visible(text))
