"""The output formats as a table: name, markup, file suffix, and what prints a list of views."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symbolic.errors import unknown
from symbolic.render.json import to_dict
from symbolic.render.latex import to_fragment
from symbolic.render.markdown import to_markdown
from symbolic.render.text import to_text
from symbolic.render.view import View

COMMAND = "python -m symbolic derive"


@dataclass(frozen=True)
class Format:
    """One way to print derivations: the markup of its formulas, its file suffix, and its renderer.

    The renderer is given the views and, for formats that say it, the command that makes each again.
    """

    markup: str
    suffix: str
    printed: Callable[[Sequence[View], Sequence[str]], str]

    def render(self, views: Sequence[View], made_by: Sequence[str] = ()) -> str:
        """The views in this format, one after another."""
        return self.printed(views, made_by or [f"{COMMAND} {view.derivation.spec.name}" for view in views])


def _text(views: Sequence[View], made_by: Sequence[str]) -> str:
    return "\n".join(to_text(view) for view in views)


def _latex(views: Sequence[View], made_by: Sequence[str]) -> str:
    return "\n".join(to_fragment(view, command) for view, command in zip(views, made_by, strict=True))


def _markdown(views: Sequence[View], made_by: Sequence[str]) -> str:
    return "\n".join(to_markdown(view) for view in views)


def _json(views: Sequence[View], made_by: Sequence[str]) -> str:
    """One object for one system, a list for several."""
    found = [to_dict(view) for view in views]
    return json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=2) + "\n"


FORMATS = {
    "text": Format("text", "txt", _text),
    "latex": Format("latex", "tex", _latex),
    "markdown": Format("latex", "md", _markdown),
    "json": Format("latex", "json", _json),
}


def format_named(name: str) -> Format:
    """The format called `name`. Raises UnknownNameError with the nearest name."""
    if name not in FORMATS:
        raise unknown("format", name, FORMATS)
    return FORMATS[name]
