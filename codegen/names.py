"""How values are spelled in one generated function: params.W1, z1, delta[layer + 1], N."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sympy import sympify

from codegen.sizes import known, layer_name, safe_name, size_name
from symbolic.algebra.values import DEPTH, LAYER, Value
from symbolic.networks.build import Network
from symbolic.networks.objective import given_data

COTANGENTS = {
    "z": {"d": "delta", "g": "g", "J": "J"},
    "x": {"J": "J_x"},
}
"""The letter of a value ↦ what its cotangent is called in each sweep, where that is not a_bar or, in J, J_bar."""


@dataclass
class Names:
    """Spells the values and sizes of one function, and remembers what was spelled.

    `plain` lists the letters of values over a range of layers that need no index: each layer's replaces the one
    before. `seen` collects the parameters, sizes, data and helpers that were named, for the lines that define them.
    """

    network: Network
    sizes: dict[Any, Any]
    plain: frozenset[str] = frozenset()
    seen: dict[str, None] = field(default_factory=dict)

    @property
    def ranged(self) -> bool:
        """Whether layers are counted by a loop."""
        return self.network.spec.symbolic_depth

    def see(self, name: str) -> str:
        """The name, remembered."""
        self.seen[name] = None
        return name

    def value(self, v: Value) -> str:
        """A matrix: W[layer] or params.W1, x, z1, delta[L]."""
        if v.base in self.network.parameter_letters:
            return f"{self.see(v.base)}[{self.layer(v.layer)}]" if self.ranged else f"params.{v.name}"
        if v.name in self._given:
            return self.see(v.name)
        mark, _, base = v.base.rpartition(":")
        if (base, v.layer) == (self.network.input.base, self.network.input.layer) and (mark or not self.ranged):
            return letter(f"{mark}:x" if mark else "x")
        if v.layer is None:
            return letter(v.base)
        if not self.ranged:
            return f"{letter(v.base)}{v.layer}"
        return letter(v.base) if v.base in self.plain else f"{letter(v.base)}[{self.layer(v.layer)}]"

    @cached_property
    def _given(self) -> frozenset[str]:
        return frozenset(v.name for v in given_data(self.network))

    def layer(self, index: Any) -> str:
        """A layer index."""
        if sympify(index).has(DEPTH):
            self.see("L")
        return layer_name(index)

    def size(self, n: Any) -> str:
        """A size, 3, N, K, m + p, or where an array holds it; a hyperparameter by its name."""
        n = known(n, self.sizes)
        if n.is_Integer:
            return str(n)
        if n.is_Add:
            return f"({' + '.join(self.size(term) for term in n.args)})"
        if n.is_Mul:
            return " * ".join(self.size(factor) for factor in n.args)
        if n.is_Symbol and not n.is_integer:
            return self.see(safe_name(n.name, ranged=self.ranged))
        if n.has(LAYER):
            return f"{self.see('W')}[{self.layer(n.indices[0])}].shape[{self.network.unit_axis}]"
        return self.see(size_name(n))

    def definitions(self) -> list[str]:
        """The lines that define what was spelled, where it is no argument."""
        kept = [base for base in self.network.parameter_letters if self.ranged and base in self.seen]
        lines = [f"{base} = dict(enumerate(params.{base}, start=1))" for base in kept]
        lines += ["L = len(params.W)"] if "L" in self.seen else []
        return lines + [f"{name} = {place}" for name, place in self._places().items() if name in self.seen]

    def _places(self) -> dict[str, str]:
        """Each named size ↦ an axis that has it; parameters first, so that x is asked only for what is its own."""
        network, found = self.network, dict[str, str]()
        axis = network.unit_axis
        if self.ranged:
            found[size_name(network.units(network.output))] = f"params.W[-1].shape[{axis}]"
        weights = [v for v in network.parameters if v.base == "W" and not self.ranged]
        sources = [(v, axis, f"params.{v.name}") for v in weights]
        sources += [(network.input, k, "x") for k in (0, 1)]
        sources += [(v, k, f"params.{v.name}") for v in network.parameters if not self.ranged for k in (0, 1)]
        for v, k, name in sources:
            found.setdefault(size_name(v.shape[k]), f"{name}.shape[{k}]")
        return found


def letter(base: str) -> str:
    """The Python name of a letter: z, delta for d:z, a_bar for d:a."""
    mark, _, of = base.rpartition(":")
    return COTANGENTS.get(of, {}).get(mark, "J_bar" if mark == "J" else f"{of}_bar") if mark else base
