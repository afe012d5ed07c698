"""From a spec back to TOML: what is not the default, in the order of the spec's own keys."""

from __future__ import annotations

import re
from typing import Any

import tomli_w

from symbolic.networks.spec import Spec


def to_toml(spec: Spec) -> str:
    """The spec as TOML text, which `read_spec` reads to an equal spec."""
    said = spec.model_dump(exclude_defaults=True)
    parts = [_dumped({key: given for key, given in said.items() if not isinstance(given, dict) and key != "layers"})]
    for key, given in said.items():
        for table in given if key == "layers" else [given] if isinstance(given, dict) else []:
            parts.append(f"{'[[layers]]' if key == 'layers' else f'[{key}]'}\n{_dumped(table)}")
    return "\n".join(parts)


def _dumped(table: dict[str, Any]) -> str:
    """The entries of a table, the type of a layer first, each on one line."""
    ordered = sorted(table, key=lambda key: key != "type")
    entries = {key: list(table[key]) if isinstance(table[key], tuple) else table[key] for key in ordered}
    return re.sub(r"\[\n((?: +.*,\n)+)\]", _on_one_line, tomli_w.dumps(entries))


def _on_one_line(found: re.Match[str]) -> str:
    """A list of values on the line of its key; no string has a line break in it."""
    return "[" + ", ".join(line.strip().removesuffix(",") for line in found[1].splitlines()) + "]"
