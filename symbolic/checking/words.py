"""What every report says in the same words: the mark of a verdict, counts, and text that is safe to show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symbolic.checking.folder import Checked
from symbolic.checking.results import Judged, Verdict

LONGEST = 2_000
"""Characters of one formula or sentence that a report shows; JSON has all of them."""


@dataclass(frozen=True)
class Mark:
    """How a verdict is shown: its sign, its style on a terminal, and how several of it are counted."""

    sign: str
    style: str
    several: str


MARKS: dict[Verdict, Mark] = {
    "right": Mark("✓", "green", "right"),
    "wrong": Mark("✗", "bold red", "wrong"),
    "does not fit": Mark("≠", "red", "do not fit"),
    "ambiguous": Mark("?", "yellow", "ambiguous"),
    "unreadable": Mark("…", "magenta", "unreadable"),
}

NOT_CHECKED = Mark("!", "bold red", "not checked")
"""The row of a file that could not be checked."""

LEGEND = "  ".join(
    [*(f"{mark.sign} {verdict}" for verdict, mark in MARKS.items()), f"{NOT_CHECKED.sign} {NOT_CHECKED.several}"]
)


def counted(claims: Iterable[Judged]) -> str:
    """37 formulas: 22 right, 5 wrong, 2 do not fit; verdicts that do not occur are left out."""
    verdicts = [claim.verdict for claim in claims]
    if not verdicts:
        return "no formula found"
    found = [(verdicts.count(verdict), verdict, mark) for verdict, mark in MARKS.items()]
    said = ", ".join(f"{n} {verdict if n == 1 else mark.several}" for n, verdict, mark in found if n)
    return f"{len(verdicts)} formula{'s' if len(verdicts) > 1 else ''}: {said}"


def totals(found: Checked) -> str:
    """3 files, 1 not checked; 37 formulas: 22 right, 15 wrong."""
    files = f"{len(found.outcomes)} file{'s' if len(found.outcomes) > 1 else ''}"
    failed = f", {len(found.failed)} {NOT_CHECKED.several}" if found.failed else ""
    return f"{files}{failed}; {counted(claim for report in found.reports for claim in report.claims)}"


def judgement(claim: Judged) -> str:
    """The verdict and the conventions that it holds under: right (numerator layout; sum over the samples)."""
    return claim.verdict + (f" ({'; '.join(claim.conventions)})" if claim.conventions else "")


def remarks(claim: Judged) -> tuple[str, ...]:
    """The reason and the repair, each a sentence, as far as there are any."""
    return tuple(text for text in (claim.reason, claim.repair and f"repair: {claim.repair}") if text)


def marked(claims: Iterable[Judged]) -> str:
    """One sign for each formula, in groups of five: ✓✓✗✓≠ ✓✓."""
    signs = "".join(MARKS[claim.verdict].sign for claim in claims)
    return " ".join(signs[start : start + 5] for start in range(0, len(signs), 5))


def visible(text: str) -> str:
    """The text in one line, not too long, every control character, bidirectional ones too, written as an escape."""
    line = " ".join(text[: 2 * LONGEST].split())
    more = len(text) - LONGEST
    shown = line if more <= 0 else f"{line[:LONGEST]} … ({more} more characters)"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shown)


def mathematics(latex: str) -> str:
    """A formula without what stands around it: dollar signs, and the `&` that align it with its neighbours."""
    bare = visible(latex).strip("$ ")
    return bare if r"\begin" in bare else bare.replace(r"\&", "\0").replace("&", " ").replace("\0", r"\&")
