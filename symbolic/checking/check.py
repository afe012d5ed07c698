"""`symbolic.check`: a hand derivation, formula by formula, against what is derived."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from symbolic.checking.claims import Claim, claims
from symbolic.checking.document import Document, read_document
from symbolic.checking.judge import Judge
from symbolic.checking.results import Judged, Report
from symbolic.checking.setting import Choice, chosen, letters_of, settings
from symbolic.choices import BATCHES, LAYOUTS
from symbolic.errors import SymbolicError, checked
from symbolic.networks.spec import Spec, load_spec, make_spec
from symbolic.networks.tables import catalog
from symbolic.notation.profile import profiles

OPTIONS = ("layout", "notation", "batch")


def check(
    text: str,
    *,
    system: str | Path | Spec | None = None,
    notation: str | None = None,
    layout: str | None = None,
    batch: str | None = None,
    file: str = "text",
) -> Report:
    """Judge every formula of a hand derivation.

    `text` is Markdown, LaTeX, a notebook or plain text. `system` is a name of the catalogue, a path to a TOML spec or
    a `Spec`; without one, it is what the text's front matter says, or the system of the catalogue that most of its
    formulas agree with. `notation`, `layout` and `batch` are found out where nobody says them.

    Raises SymbolicError, with one line, for a text that is too large or broken, and for an unknown system or option.
    """
    document = read_document(text, name=file)
    said = {"notation": notation, "layout": layout, "batch": batch}
    options = {name: given if given is not None else document.front.get(name) for name, given in said.items()}
    choices = {"notation": profiles(), "layout": LAYOUTS, "batch": BATCHES}
    for name, given in options.items():
        if given is not None:
            checked(name, given, choices[name], place=file)
    found = claims(document.fragments)
    spec = _spec(document, system, file)
    notes: list[str] = []
    if spec is not None:
        choice = _chosen(found, spec, options, text)
    else:
        choice = _guessed(found, options, text)
        notes.append(_guess_note(choice, found))
    setting = choice.setting
    declared = options["layout"] or setting.derivation.spec.layout
    judge = Judge(choice, text, declared, frozenset(letters_of(found)))
    judged = tuple(judge.judged(claim) for claim in found)
    notes += _mixed(judged)
    return Report(file, setting.derivation.spec.name, judged, tuple(notes))


def _spec(document: Document, system: str | Path | Spec | None, file: str) -> Spec | None:
    if system is not None:
        return load_spec(system)
    if document.network is not None:
        return make_spec({"name": "network", **document.network}, place=f"{file}: [network]")
    if "system" in document.front:
        return load_spec(document.front["system"])
    return None


def _chosen(found: Sequence[Claim], spec: Spec, options: Mapping[str, str | None], text: str) -> Choice:
    width = 1 if _ONE_OUTPUT.search(text) else None
    possible = settings(found, spec, options["batch"], options["notation"], width)
    return chosen(found, possible, options["layout"] or spec.layout)


_ONE_OUTPUT = re.compile(r"n_\{?L\}?\s*=\s*1")
"""The author's assumption that there is one output."""


def _guessed(found: Sequence[Claim], options: Mapping[str, str | None], text: str) -> Choice:
    """The system of the catalogue, and the setting, under which most claims agree."""
    if not any(claim.sides for claim in found):
        raise SymbolicError("no formula in it; say --system to check against one")
    choices = [_chosen(found, load_spec(name), options, text) for name in catalog()]
    return max(choices, key=lambda choice: choice.score)


def _guess_note(choice: Choice, found: Sequence[Claim]) -> str:
    name = choice.setting.derivation.spec.name
    return f"guessed that the system is {name}: {choice.score} of {len(found)} formulas agree with it; say --system"


def _mixed(judged: Sequence[Judged]) -> list[str]:
    """What is to be said where one derivation mixes layouts."""
    seen = {c for claim in judged for c in claim.conventions if c.endswith(" layout")}
    if len(seen) < 2:
        return []
    return [
        "two layouts are mixed: some formulas are right in numerator layout alone, some in denominator layout alone"
    ]
