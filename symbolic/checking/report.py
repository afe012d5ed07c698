"""The formats of reports as a table, and the files that they are kept in."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from symbolic.checking.folder import Checked
from symbolic.checking.report_html import folder_to_html, to_html
from symbolic.checking.report_markdown import folder_to_markdown, to_markdown
from symbolic.checking.report_text import drawn_summary, folder_to_text, plain, to_text
from symbolic.checking.results import Report
from symbolic.checking.words import counted, visible


@dataclass(frozen=True)
class Format:
    """One way to print what was found: the suffix of its files, one report, and a folder.

    The folder is printed with all its reports, or, where these have pages of their own, as a summary; it is given the
    names of the pages, one for each outcome.
    """

    suffix: str
    report: Callable[[Report], str]
    folder: Callable[[Checked, Sequence[str]], str]


def to_json(report: Report) -> str:
    """A report as JSON: `{"file", "system", "notes", "claims": […]}`, as `Report.to_dict` gives it."""
    return _json(report.to_dict())


def folder_to_json(found: Checked, pages: Sequence[str] = ()) -> str:
    """A folder as JSON: `{"files": [report, …], "failed": [{"file", "reason"}, …]}`, with or without pages."""
    return _json(found.to_dict())


def _json(data: dict[str, Any]) -> str:
    """Halves of surrogate pairs, which a notebook can hold and UTF-8 cannot, are written as JSON escapes."""
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


FORMATS = {
    "text": Format("txt", to_text, folder_to_text),
    "markdown": Format("md", to_markdown, folder_to_markdown),
    "json": Format("json", to_json, folder_to_json),
    "html": Format("html", to_html, folder_to_html),
}


def rendered(found: Report | Checked, format: str) -> str:
    """A report, or a folder with all its reports, in one of the formats."""
    chosen = FORMATS[format]
    return chosen.report(found) if isinstance(found, Report) else chosen.folder(found, ())


def summary(found: Report | Checked) -> str:
    """What is said of reports that are written to files: a line of counts, or the tables of a folder, as plain text."""
    if isinstance(found, Report):
        return f"{visible(found.file)}: {counted(found.claims)}\n"
    return plain(drawn_summary(found))


def report_files(found: Report | Checked, format: str, out: Path) -> dict[Path, str]:
    """Every file to write: FILE.check.SUFFIX for each report and, for a folder, summary.SUFFIX."""
    chosen = FORMATS[format]
    if isinstance(found, Report):
        return {out / f"{PurePosixPath(found.file).name}.check.{chosen.suffix}": chosen.report(found)}
    pages = [f"{outcome.file}.check.{chosen.suffix}" for outcome in found.outcomes]
    named = zip(pages, found.outcomes, strict=True)
    files = {out / page: chosen.report(report) for page, report in named if isinstance(report, Report)}
    return {**files, out / f"summary.{chosen.suffix}": chosen.folder(found, pages)}
