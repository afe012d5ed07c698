"""Reports as one page of HTML that needs nothing else: formulas in MathML, no script, no address from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from urllib.parse import quote

from symbolic.checking.folder import Checked, Failed
from symbolic.checking.mathml import mathml
from symbolic.checking.results import Judged, Report
from symbolic.checking.words import (
    LEGEND,
    MARKS,
    NOT_CHECKED,
    counted,
    judgement,
    mathematics,
    remarks,
    totals,
    visible,
)

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}
</body>
</html>
"""

_STYLE = """\
:root { color-scheme: light dark; --line: #8886; --good: #1a7f37; --bad: #cf222e; --open: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --good: #57ab5a; --bad: #ff7b72; --open: #d29922; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .7rem; text-align: left; vertical-align: top; }
td.number { text-align: right; }
code { overflow-wrap: anywhere; }
p { margin: .3rem 0; }
.right { color: var(--good); }
.wrong, .does-not-fit, .failed { color: var(--bad); }
.ambiguous, .unreadable { color: var(--open); }
.verdict { font-weight: 600; }
.marks a, .marks span { text-decoration: none; display: inline-block; min-width: 1.3em; text-align: center; }
[mathvariant^="bold"] { font-weight: bold; }
[mathvariant^="sans"] { font-family: sans-serif; }
"""
"""Browsers have stopped to read the attribute `mathvariant`, but for its value `normal`."""


def to_html(report: Report) -> str:
    """A report as a page."""
    return _page(report.file, _report(report, 0, "h1"))


def folder_to_html(found: Checked, pages: Sequence[str] = ()) -> str:
    """The summary of a folder; its reports follow on the same page, unless they have `pages` of their own.

    Every mark of the summary links to its claim.
    """

    def place(file: int, claim: int) -> str:
        return quote(pages[file]) + _anchor(0, claim) if pages else _anchor(file, claim)

    parts = [f"<h1>Derivations checked</h1>\n<p>{_text(totals(found))}.</p>", _counts(found), _grid(found, place)]
    parts.append(f"<p>{_text(LEGEND)}</p>")
    if not pages:
        parts += [_report(outcome, i, "h2") for i, outcome in enumerate(found.outcomes) if isinstance(outcome, Report)]
    return _page("Derivations checked", "\n".join(parts))


def _page(title: str, body: str) -> str:
    return _PAGE.format(title=_text(title), style=_STYLE, body=body)


def _report(report: Report, file: int, heading: str) -> str:
    parts = [f"<{heading}>{_text(report.file)}</{heading}>"]
    if report.system:
        parts.append(f"<p>Checked against {_text(report.system)}.</p>")
    if report.notes:
        parts.append("<ul>" + "".join(f"<li>{_text(note)}</li>" for note in report.notes) + "</ul>")
    if report.claims:
        rows = (_row(claim, _anchor(file, number)) for number, claim in enumerate(report.claims))
        parts.append(_table(("Line", "Verdict", "Formula", "Remark"), rows))
    parts.append(f"<p>{_text(counted(report.claims))}.</p>")
    return "\n".join(parts)


def _row(claim: Judged, anchor: str) -> str:
    said = [f"<p>{_text(remark)}</p>" for remark in remarks(claim)]
    if claim.correct:
        said.append(f'<p class="right">correct: {_formula(claim.correct)}</p>')
    written = _source(claim.formula) if claim.verdict == "unreadable" else _formula(claim.formula)
    return (
        f'<tr id="{anchor[1:]}"><td class="number">{claim.line}</td>'
        f'<td class="verdict {_class(claim)}">{MARKS[claim.verdict].sign} {_text(judgement(claim))}</td>'
        f"<td>{written}</td><td>{''.join(said)}</td></tr>"
    )


def _counts(found: Checked) -> str:
    rows = []
    for outcome in found.outcomes:
        if isinstance(outcome, Failed):
            numbers = [*("" for _ in MARKS), NOT_CHECKED.sign]
        else:
            numbers = [*(str(outcome.count(verdict) or "") for verdict in MARKS), str(len(outcome.claims))]
        cells = "".join(f'<td class="number">{number}</td>' for number in numbers)
        rows.append(f"<tr><td>{_text(outcome.file)}</td>{cells}</tr>")
    return _table(("File", *(f"{mark.sign} {verdict}" for verdict, mark in MARKS.items()), "Formulas"), rows)


def _grid(found: Checked, place: Callable[[int, int], str]) -> str:
    rows = []
    for file, outcome in enumerate(found.outcomes):
        if isinstance(outcome, Failed):
            reason = f"{NOT_CHECKED.sign} {NOT_CHECKED.several}: {outcome.reason}"
            cell = f'<td class="failed">{_text(reason)}</td>'
        else:
            links = (
                f'<a class="{_class(claim)}" href="{escape(place(file, number))}"'
                f' title="line {claim.line}: {_text(claim.target or claim.formula)}">{MARKS[claim.verdict].sign}</a>'
                for number, claim in enumerate(outcome.claims)
            )
            cell = f'<td class="marks">{"".join(links)}</td>'
        rows.append(f"<tr><td>{_text(outcome.file)}</td>{cell}</tr>")
    return _table(("File", "Formulas in their order"), rows)


def _table(headers: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f"<th>{header}</th>" for header in headers)
    lines = "\n".join(rows)
    return f'<div class="scroll"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table></div>'


def _anchor(file: int, claim: int) -> str:
    return f"#file{file + 1}-formula{claim + 1}"


def _class(claim: Judged) -> str:
    return claim.verdict.replace(" ", "-")


def _formula(latex: str) -> str:
    """The formula in MathML; its source where it cannot be converted."""
    return mathml(mathematics(latex)) or _source(latex)


def _source(latex: str) -> str:
    return f"<code>{_text(latex)}</code>"


def _text(text: str) -> str:
    return escape(visible(text))
