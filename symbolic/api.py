"""The Python API: `symbolic.derive` gives a derivation that can also print itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symbolic.derivation import FORMS, Derivation, Form
from symbolic.errors import checked
from symbolic.networks.build import build
from symbolic.networks.builder import NetworkBuilder
from symbolic.networks.spec import Batch, Layout, Spec, load_spec
from symbolic.notation.profile import profile, profiles
from symbolic.render.json import to_dict
from symbolic.render.text import to_text
from symbolic.render.view import View

STANDARD = "standard"
"""The notation of a spec that names none."""

OPTIONS = ("forms", "layout", "notation")
"""What `Result.to_dict` can be asked for."""

READABLE: tuple[Form, ...] = ("recurrence", "closed")
"""The forms that a terminal or a notebook shows unasked."""


def derive(source: str | Path | Spec, *, batch: Batch | None = None) -> Result:
    """Derive every gradient of a system.

    `source` is the name of a system in the catalogue, a path to a TOML spec, or a `Spec`; `batch` is "single" (one
    sample), "columns" or "rows" (N samples in the columns, or the rows, of X); unsaid, what the spec says.

    Raises SymbolicError (UnknownNameError, SpecError, ShapeError), with a message of one line, for a source that
    cannot be read or contradicts itself.
    """
    spec = load_spec(source)
    if spec.notation is not None:
        checked("notation", spec.notation, profiles(), place=f"{spec.name if source is spec else source}: notation")
    return Result(build(spec, batch or spec.batch))


def view_of(
    derivation: Derivation,
    *,
    notation: str | None = None,
    layout: Layout | None = None,
    forms: tuple[Form, ...] = (),
    unasked: tuple[Form, ...] = READABLE,
    markup: str = "latex",
    wrt: tuple[str, ...] = (),
) -> View:
    """A view of a derivation; what is not said is taken from its spec.

    Without `forms`, it shows the `unasked` ones, a closed form that is too large left out. Raises UnknownNameError
    for a notation that does not exist.
    """
    spec = derivation.spec
    chosen = profile(notation or spec.notation or STANDARD)
    return View(derivation, chosen, layout or spec.layout, forms or derivation.readable(unasked), markup, wrt)


class Network(NetworkBuilder):
    """A network said layer by layer, which derives its gradients.

    `Network("n").affine("m").activation("relu").affine("K").loss("squared_error").derive()`
    """

    def derive(self, batch: Batch | None = None) -> Result:
        """Every gradient, as `symbolic.derive` gives them. Raises SymbolicError for what a TOML file may not say."""
        return derive(self.spec(), batch=batch)


class Result(Derivation):
    """A derivation that prints itself: `str(d)` and notebooks show its tables."""

    def latex(
        self,
        name: str,
        form: Form = "recurrence",
        layout: Layout | None = None,
        notation: str | None = None,
    ) -> str:
        """One gradient as LaTeX, its right-hand side alone: `d.latex("W1", form="closed", notation="004")`.

        Layout and notation are the spec's where they are not given. Raises UnknownNameError for a gradient, a form
        or a notation that does not exist.
        """
        return view_of(self, notation=notation, layout=layout, forms=(form,)).gradient(name, form)

    def __str__(self) -> str:
        return to_text(view_of(self, markup="text"))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.spec.name}: {', '.join(self.targets)}>"

    def _repr_latex_(self) -> str:
        """The forward equations, the recurrence and the gradients, aligned, for a notebook."""
        view = view_of(self, forms=("recurrence",))
        lines = [view.equation(step) for step in (*self.forward, *view.recurrence_steps())]
        lines += [f"{view.left(name)} = {view.gradient(name, 'recurrence')}" for name in view.shown_targets()]
        aligned = r" \\ ".join(line.replace(" = ", " &= ", 1) for line in lines)
        return rf"$$\begin{{aligned}} {aligned} \end{{aligned}}$$"

    def to_dict(self, **options: Any) -> dict[str, Any]:
        """What `--format json` prints, as a dictionary; options are those of `view_of` that JSON has a use for.

        Raises UnknownNameError for another option: `batch` and `depth` belong to what is derived.
        """
        for option in options:
            checked("option", option, OPTIONS, place="to_dict")
        return to_dict(view_of(self, unasked=FORMS, **options))
