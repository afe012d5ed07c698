"""What `check` was asked for on the command line. No SymPy here: a wrong word is refused at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbolic.choices import BATCHES, LAYOUTS
from symbolic.errors import SymbolicError, checked
from symbolic.notation.profile import profiles

REPORT_FORMATS = ("text", "markdown", "json", "html")
"""The formats of reports; `symbolic.checking.report` has a row for each."""


@dataclass(frozen=True)
class CheckRequest:
    """The options of `check`; None where the file decides. Raises SymbolicError for a word that is no choice."""

    layout: str | None = None
    notation: str | None = None
    batch: str | None = None
    format: str = "text"
    out: Path | None = None
    jobs: int = 1

    def __post_init__(self) -> None:
        asked = (
            ("layout", self.layout, LAYOUTS),
            ("notation", self.notation, profiles()),
            ("batch", self.batch, BATCHES),
            ("format", self.format, REPORT_FORMATS),
        )
        for kind, given, choices in asked:
            if given is not None:
                checked(kind, given, choices, place=f"--{kind}")
        if self.jobs < 1:
            raise SymbolicError(f"--jobs: {self.jobs} processes check nothing; choose 1 or more")

    @property
    def conventions(self) -> dict[str, Any]:
        """The options that `symbolic.check` takes, too."""
        return {"layout": self.layout, "notation": self.notation, "batch": self.batch}
