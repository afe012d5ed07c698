"""A derivation as JSON, for other programs; documented in docs/json.md."""

from __future__ import annotations

from typing import Any

from symbolic.algebra.program import Step
from symbolic.render.view import View


def to_dict(view: View) -> dict[str, Any]:
    """{"system", "layout", "notation", "batch", "steps": [{"target", "rule", "latex"}], "gradients": {name: …}}."""
    derivation = view.derivation
    return {
        "system": derivation.spec.name,
        "layout": view.layout,
        "notation": view.profile.name,
        "batch": derivation.network.batch,
        "steps": [_step(view, step) for step in (*derivation.forward, *view.recurrence_steps())]
        + [_gradient_step(view, name) for name in view.wrt or derivation.targets],
        "gradients": {
            name: {
                "shape": view.gradient_sizes(name),
                "left": view.left(name),
                **{form: view.gradient(name, form) for form in view.forms},
            }
            for name in view.wrt or derivation.targets
        },
    }


LETTERS = {"d": "delta", "g": "g", "J": "J"}
"""How the cotangents of z are called in a flat name; those of other values carry the value's letter, too."""


def _step(view: View, step: Step) -> dict[str, str]:
    mark, _, base = step.target.base.rpartition(":")
    layer = "" if step.target.layer is None else str(step.target.layer).replace(" ", "")
    letter = base if not mark else LETTERS[mark] if base == "z" else f"{LETTERS[mark]}_{base}"
    name = letter + (layer if layer.isdigit() else f"[{layer}]" if layer else "")
    return {"target": name, "rule": step.rule, "latex": view.equation(step)}


def _gradient_step(view: View, name: str) -> dict[str, str]:
    rule = view.derivation.rule(name)
    latex = f"{view.left(name)} = {view.gradient(name, 'recurrence')}"
    return {"target": f"d{name}" if name[0] in "Wbx" else name, "rule": rule, "latex": latex}
