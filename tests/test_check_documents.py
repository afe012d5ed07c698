"""The five hand-written documents, straight from their files: every formula gets the verdict that it has by hand.

`data/claims.jsonl` holds the verdicts, 37 of them on formulas. `PLACES` says where in `data/documents/` each stands.
The system is guessed from the document. `docs/reports/` shows the same judgements as pages;
`python -m tests.test_check_documents` writes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import symbolic
from symbolic.checking.report_markdown import to_markdown
from symbolic.checking.results import Report

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ROOT / "tests" / "data" / "documents"
PAGES = ROOT / "docs" / "reports"
NAMES = ("000", "001", "002", "003", "004")

Place = tuple[int, int]
"""A line, and which formula of that line."""

PLACES: dict[str, tuple[tuple[Place, ...], ...]] = {
    "000": (
        ((8, 1), (14, 1), (15, 1), (23, 1), (24, 1)),
        ((44, 1),),
        ((52, 1),),
        ((68, 1),),
        ((77, 1),),
        ((93, 1),),
        ((99, 1),),
    ),
    "001": (
        ((5, 1), (7, 1)),
        ((13, 1),),
        ((15, 1),),
        ((17, 1),),
        ((23, 1),),
        ((25, 1),),
        ((33, 1),),
        ((38, 1),),
        ((40, 1),),
        ((42, 1),),
    ),
    "002": (
        ((7, 1), (9, 1), (11, 1)),
        ((19, 1),),
        ((37, 1),),
        ((41, 1),),
        ((49, 1), (51, 1)),
        ((55, 1),),
        ((57, 1),),
    ),
    "003": (
        ((25, 1), (26, 1), (27, 1), (28, 1)),
        ((32, 1),),
        ((34, 1),),
        ((36, 1),),
        ((57, 1), (59, 1)),
        ((67, 1),),
    ),
    "004": (
        ((25, 1), (26, 1)),
        ((27, 1), (28, 1)),
        ((33, 1),),
        ((41, 1),),
        ((47, 1),),
        ((70, 1), (78, 1)),
        ((93, 1),),
    ),
}
"""Document ↦ for each of its formulas in `claims.jsonl`, in that order, where it stands; some name several formulas."""

NOT_YET: dict[tuple[str, Place], str] = {}
"""What is judged otherwise than by hand, and how."""


def by_hand() -> dict[str, list[str]]:
    """Document ↦ the verdicts on its formulas."""
    claims = map(json.loads, (ROOT / "tests" / "data" / "claims.jsonl").read_text("utf-8").splitlines())
    formulas = [claim for claim in claims if claim["kind"] == "formula"]
    return {name: [claim["verdict"] for claim in formulas if claim["file"].startswith(name)] for name in NAMES}


def checked(name: str) -> Report:
    """The report of a document, its system guessed."""
    path = DOCUMENTS / f"{name}.txt"
    return symbolic.check(path.read_text("utf-8"), file=path.relative_to(ROOT).as_posix())


def page(report: Report) -> str:
    """The page of a document in `docs/reports/`."""
    return f"<!-- Made from {report.file} by python -m tests.test_check_documents -->\n\n{to_markdown(report)}"


def verdicts(report: Report) -> Iterator[tuple[Place, str]]:
    """Where each formula of a report stands, and its verdict."""
    lines = [claim.line for claim in report.claims]
    for at, claim in enumerate(report.claims):
        yield (claim.line, lines[: at + 1].count(claim.line)), claim.verdict


@pytest.fixture(scope="module", params=NAMES)
def document(request: pytest.FixtureRequest) -> tuple[str, Report]:
    """A document by name, and its report; made once for all tests of it."""
    return request.param, checked(request.param)


def test_every_formula_has_a_place() -> None:
    assert {name: len(places) for name, places in PLACES.items()} == {name: len(v) for name, v in by_hand().items()}
    assert sum(map(len, PLACES.values())) == 37


def test_verdicts(document: tuple[str, Report]) -> None:
    """All formulas of a claim have its verdict."""
    name, report = document
    found = dict(verdicts(report))
    wanted = {
        (name, place): verdict
        for verdict, places in zip(by_hand()[name], PLACES[name], strict=True)
        for place in places
    }
    missed = {key: found.get(key[1], "not found") for key, verdict in wanted.items() if found.get(key[1]) != verdict}
    assert missed == {key: said for key, said in NOT_YET.items() if key[0] == name}


def test_nothing_wrong_is_called_right(document: tuple[str, Report]) -> None:
    name, report = document
    found = dict(verdicts(report))
    wrong = [places for verdict, places in zip(by_hand()[name], PLACES[name], strict=True) if verdict == "wrong"]
    assert [place for places in wrong for place in places if found.get(place) == "right"] == []


def test_report_is_current(document: tuple[str, Report]) -> None:
    """The page of a document in `docs/` is what is judged now."""
    name, report = document
    path = PAGES / f"{name}.md"
    assert path.exists(), "run: python -m tests.test_check_documents"
    assert path.read_text("utf-8") == page(report), "run: python -m tests.test_check_documents"


if __name__ == "__main__":
    PAGES.mkdir(exist_ok=True)
    for each in NAMES:
        (PAGES / f"{each}.md").write_text(page(checked(each)), "utf-8")
