"""The hyperparameters of a network as keyword arguments: alpha: float = 0.01."""

from __future__ import annotations

from codegen.sizes import safe_name
from symbolic.networks.build import Network
from symbolic.networks.objective import hyperparameters


def keyword_arguments(network: Network) -> dict[str, str]:
    """The name of each hyperparameter in code ↦ its declaration, with its value where the spec or its row has one."""
    found: dict[str, str] = {}
    for symbol, default in hyperparameters(network).items():
        name = safe_name(symbol.name, ranged=network.spec.symbolic_depth)
        found[name] = f"{name}: float" if default is None else f"{name}: float = {float(default)!r}"
    return found
