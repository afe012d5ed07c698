"""What a check says: one judged claim for each formula, and the report of a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Verdict = Literal["right", "wrong", "does not fit", "ambiguous", "unreadable"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True)
class Judged:
    """One claim of a derivation, and what is to be said of it.

    `line` is where its formula begins in the file, from 1, and `formula` the text as the author wrote it. `target` is
    what it claims to be, in the author's notation (``\\frac{\\partial C}{\\partial W^{[1]}}``), or empty where that
    could not be read. `conventions` are those under which it is right ("numerator layout", "sum over the samples").
    `reason` is a sentence; `repair` says the smallest edit that makes a wrong formula right, `correct` is the right
    formula, an equation in the author's notation; both are empty where there is none.
    """

    line: int
    formula: str
    target: str
    verdict: Verdict
    conventions: tuple[str, ...] = ()
    reason: str = ""
    repair: str = ""
    correct: str = ""


@dataclass(frozen=True)
class Report:
    """The claims of one file in its order; `notes` are about the whole: what was guessed, what is mixed."""

    file: str
    system: str
    claims: tuple[Judged, ...]
    notes: tuple[str, ...] = ()

    @property
    def in_order(self) -> bool:
        """Whether nothing is wrong: every claim is right, or is not judged because it has several readings.

        What could not be read is not wrong.
        """
        return not any(claim.verdict in ("wrong", "does not fit") for claim in self.claims)

    def count(self, verdict: Verdict) -> int:
        """How many claims have this verdict."""
        return sum(claim.verdict == verdict for claim in self.claims)

    def to_dict(self) -> dict[str, Any]:
        """What `--format json` prints, as a dictionary."""
        return {
            "file": self.file,
            "system": self.system,
            "notes": list(self.notes),
            "claims": [{**asdict(claim), "conventions": list(claim.conventions)} for claim in self.claims],
        }
