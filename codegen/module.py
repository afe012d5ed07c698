"""A spec → the source of a NumPy module.

Spec ──► Derivation (a batch of samples in columns or rows) ──► FixedModule or DeepModule ──► source
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from codegen.model import DeepModule, FixedModule, module_data
from codegen.sizes import with_usable_sizes
from symbolic.derivation import Derivation
from symbolic.errors import SpecError
from symbolic.networks.build import build
from symbolic.networks.spec import Spec, load_spec

TEMPLATES: dict[type, str] = {FixedModule: "fixed.py.j2", DeepModule: "deep.py.j2"}
"""The template of each kind of module. Its placeholders are the fields of the data; a test compares them."""


def generate_module(source: Derivation | Spec | str | Path, made_by: str | None = None) -> str:
    """The source of the NumPy module of a system: a derivation, a spec, a catalogue name, or a path to a TOML spec.

    `made_by` is the command that the module names for making it again; the same spec always gives the same text.
    Raises SymbolicError for a spec that cannot be read or built.
    """
    spec = source.spec if isinstance(source, Derivation) else load_spec(source)
    network = build(with_usable_sizes(spec), "rows" if spec.batch == "rows" else "columns")
    if not network.parameters:
        raise SpecError(f"{spec.name}: layers: no parameters to differentiate by; add an affine layer")
    return render(module_data(Derivation(network), origin=spec, made_by=made_by))


def render(data: FixedModule | DeepModule) -> str:
    """The template laid out with its data."""
    values = {field.name: getattr(data, field.name) for field in fields(data)}
    return environment().get_template(TEMPLATES[type(data)]).render(values)


@cache
def environment() -> Environment:
    """Jinja, set up for Python source: nothing is escaped, an unknown name is an error, and tags leave no lines."""
    return Environment(
        loader=PackageLoader("codegen"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
