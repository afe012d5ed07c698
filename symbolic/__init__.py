"""symbolic-backprop: from a neural network to gradient formulas you can cite and code you can trust.

    >>> import symbolic
    >>> d = symbolic.derive("regression")
    >>> d.gradients["W2"]
    d:z2*a1.T
    >>> d.latex("W2", form="chain")
    '\\\\mathbf{z_2} \\\\frac{\\\\partial{l}}{\\\\partial{\\\\mathbf{\\\\hat{y}}}} ...'

`symbolic.check(text, system=…)` judges a derivation made by hand, for graders, too: it gives a `Report` of `Judged`
claims, frozen, which can be pickled, and whose `to_dict()` is the documented JSON.

SymPy is imported only when something is derived, so that `python -m symbolic list` answers at once.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from symbolic.errors import ShapeError, SpecError, SymbolicError, UnknownNameError

if TYPE_CHECKING:
    from symbolic.api import Network, Result, derive
    from symbolic.checking.check import check
    from symbolic.checking.results import Judged, Report
    from symbolic.networks.spec import Spec, load_spec
    from symbolic.reading.network import read_network

__all__ = [
    "Judged",
    "Network",
    "Report",
    "Result",
    "ShapeError",
    "Spec",
    "SpecError",
    "SymbolicError",
    "UnknownNameError",
    "check",
    "derive",
    "load_spec",
    "read_network",
]

_HOMES = {
    "Judged": "symbolic.checking.results",
    "Report": "symbolic.checking.results",
    "check": "symbolic.checking.check",
    "Network": "symbolic.api",
    "Result": "symbolic.api",
    "derive": "symbolic.api",
    "Spec": "symbolic.networks.spec",
    "load_spec": "symbolic.networks.spec",
    "read_network": "symbolic.reading.network",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'symbolic' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
