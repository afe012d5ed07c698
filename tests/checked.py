"""What `derive` prints, as documents for `symbolic.check`: the tables themselves, and their formulas as equations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from symbolic.checking.check import check
from symbolic.checking.results import Report
from symbolic.derivation import FORMS, Derivation, derive
from symbolic.networks.spec import Batch, Layout, load_spec
from symbolic.notation.profile import profile
from symbolic.render.markdown import formula
from symbolic.render.view import View


class Printed(NamedTuple):
    """What a document is printed in."""

    system: str
    batch: Batch
    notation: str
    layout: Layout

    @property
    def view(self) -> View:
        derivation = _derived(self.system, self.batch)
        return View(derivation, profile(self.notation), self.layout, derivation.readable(FORMS))

    def checked(self, text: str) -> Report:
        """The report on a document that says of itself what it is printed in."""
        return check(text, system=self.system, notation=self.notation, layout=self.layout, batch=self.batch)


@cache
def _derived(system: str, batch: Batch) -> Derivation:
    return derive(load_spec(system), batch)


class Equation(NamedTuple):
    """An equation as it is printed: its sides, the layers that it is said of, and where it comes from."""

    kind: str
    left: str
    right: str
    layers: str = ""

    @property
    def text(self) -> str:
        return f"{self.left} = {self.right}"

    def line(self) -> str:
        """A display of its own."""
        layers = rf", \quad {self.layers}" if self.layers else ""
        return f"$${self.text}{layers}$$"


def equations(view: View) -> Iterator[Equation]:
    """Every equation that the tables of a view hold."""
    for step in view.derivation.forward:
        yield Equation("forward", *view.equation(step).split(" = ", 1), view.layers(step))
    for step in view.recurrence_steps():
        yield Equation("backward", *view.equation(step).split(" = ", 1), view.layers(step))
    for name in view.shown_targets():
        for form in view.forms:
            left = view.left(name)
            if form == "entries":
                left = rf"\left({left}\right)_{{ij}}"
            yield Equation(form, left, view.gradient(name, form))
    for partial in view.derivation.local_derivatives:
        left, matrix, entry = view.local(partial)
        yield Equation("local", left, matrix)
        yield Equation("local entry", rf"\left({left}\right)_{{ij}}", entry)


def document(found: Sequence[Equation]) -> str:
    """The equations as Markdown, one below another."""
    return "\n\n".join(each.line() for each in found) + "\n"


__all__ = ["Equation", "Printed", "document", "equations", "formula"]
