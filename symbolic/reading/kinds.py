"""Whether what was typed is a formula. No grammar here: names and files need none."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from symbolic.errors import SpecError
from symbolic.networks.tables import catalog


def is_formula(source: str) -> bool:
    """Whether a text is meant as a formula, and not as the name of a system or the path of a file."""
    if source in catalog() or re.search(r"\.toml\s*$", source) or not re.search(r"[\s()+*\\^=@;]", source.strip()):
        return False
    return "\0" in source or not os.path.exists(source)


def formulas_among(asked: Sequence[str], options: dict[str, str | None]) -> list[str]:
    """The formulas among systems asked for. Raises SpecError where there is none, but an option that is for one."""
    found = [source for source in asked if is_formula(source)]
    given = next((name for name, option in options.items() if option is not None), None)
    if given and not found:
        raise SpecError(f"--{given}: belongs to a formula; a spec says its own")
    return found
