"""What can be asked of a derivation, by name. No SymPy here: a wrong word on the command line is refused at once."""

from __future__ import annotations

from typing import Literal, get_args

from symbolic.networks.spec import Batch, Layout

Form = Literal["recurrence", "closed", "chain", "entries"]
FORMS: tuple[Form, ...] = get_args(Form)
LAYOUTS: tuple[Layout, ...] = get_args(Layout)
BATCHES: tuple[Batch, ...] = get_args(Batch)

FORMATS = ("text", "latex", "markdown", "json")
"""The output formats; `symbolic.render.formats` has a row for each."""
