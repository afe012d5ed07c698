"""Derivations as different authors would write them, right and wrong, against the verdicts given by hand.

`data/handwritten.toml` holds the documents, and its header says what the verdicts mean. What is judged otherwise is
listed in `data/handwritten_not_yet.toml`, claim by claim with the verdict that it gets instead; the list must be
exact, so that it grows shorter and never longer unnoticed. `python -m tests.test_check_handwritten` writes it anew.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import symbolic
from symbolic.networks.spec import make_spec
from tests.parameters import every

DATA = Path(__file__).parent / "data"
DOCUMENTS = {each["name"]: each for each in tomllib.loads((DATA / "handwritten.toml").read_text("utf-8"))["document"]}
LIST = DATA / "handwritten_not_yet.toml"
NOT_YET: Mapping[str, Mapping[str, str]] = tomllib.loads(LIST.read_text("utf-8")) if LIST.exists() else {}
"""Document ↦ claim ↦ the verdict that it gets; a claim is "line" or "line.place", its place in the line from 1."""

BAD = ("wrong", "does not fit")
HEADER = """\
# The claims of handwritten.toml that are judged otherwise than by hand, each with the verdict that it gets.
# "12.2" is the second claim of line 12; "-" says that it is not found. A test holds the list to what is judged now.
# Made by: python -m tests.test_check_handwritten
"""


@dataclass(frozen=True)
class Compared:
    """A document by name: what stands in the data, and what is found."""

    name: str
    wanted: Mapping[str, Mapping[str, Any]]
    given: Mapping[str, str]

    @property
    def misses(self) -> dict[str, str]:
        """The claims whose verdict is none of those that stand in the data, and what is found beside them."""
        found = {
            place: self.given.get(place, "-")
            for place, claim in self.wanted.items()
            if self.given.get(place) not in (claim["verdict"], *claim.get("also", ()))
        }
        return found | {place: f"{self.given[place]}, and no claim" for place in self.given if place not in self.wanted}


def compared(name: str) -> Compared:
    """A document, checked."""
    document = DOCUMENTS[name]
    network = document.get("network")
    system = make_spec(network, place=name) if network else document["system"]
    options = {option: document[option] for option in ("layout", "batch", "notation") if option in document}
    report = symbolic.check(document["text"], system=system, file=name, **options)
    return Compared(name, expected(name), dict(placed((claim.line, claim.verdict) for claim in report.claims)))


def expected(name: str) -> dict[str, dict[str, Any]]:
    """Claim ↦ its entry in the data."""
    return dict(placed((claim["line"], claim) for claim in DOCUMENTS[name]["claims"]))


def placed(claims: Iterable[tuple[int, Any]]) -> Iterator[tuple[str, Any]]:
    """Each claim's line, and its place in the line where it is not the first."""
    seen: dict[int, int] = defaultdict(int)
    for line, said in claims:
        seen[line] += 1
        yield f"{line}.{seen[line]}" if seen[line] > 1 else str(line), said


@pytest.fixture(scope="module", params=every(2, DOCUMENTS))
def document(request: pytest.FixtureRequest) -> Compared:
    """A document, checked once for all tests of it."""
    return compared(request.param)


def test_nothing_wrong_is_called_right(document: Compared) -> None:
    """The one mistake that must not happen: worse than to say that a formula cannot be read."""
    wrong = [place for place, claim in document.wanted.items() if claim["verdict"] in BAD]
    assert [place for place in wrong if document.given.get(place) == "right"] == []


def test_verdicts(document: Compared) -> None:
    assert document.misses == NOT_YET.get(document.name, {}), "run: python -m tests.test_check_handwritten"


def test_the_data_is_sound() -> None:
    """Wrong formulas are never listed as right ones too, and the list names documents and claims that there are."""
    claims = [claim for name in DOCUMENTS for claim in expected(name).values()]
    assert len(DOCUMENTS) >= 60
    assert not [claim for claim in claims if claim["verdict"] in BAD and "right" in claim.get("also", ())]
    assert set(NOT_YET) <= set(DOCUMENTS)


if __name__ == "__main__":
    lines = [HEADER]
    misses = {name: compared(name).misses for name in DOCUMENTS}
    for each, found in misses.items():
        if found:
            lines.append("\n".join([f"[{each}]", *(f'"{place}" = "{said}"' for place, said in found.items()), ""]))
    LIST.write_text("\n".join(lines), "utf-8")
    total = sum(len(expected(name)) for name in DOCUMENTS)
    print(f"{total} claims, {sum(map(len, misses.values()))} of them judged otherwise than by hand")
