"""The sizes of a network that a formula leaves unsaid: equal where a sum or a shared weight has them equal."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from symbolic.errors import SymbolicError
from symbolic.reading.graph import refuse
from symbolic.reading.values import Affine, Input, Joined, Value, sources_of

_FOR_TWO_LAYERS = ("n", "m", "K")


class Sizes:
    """Classes of equal sizes; a class is known by the first value that has it."""

    def __init__(self, values: Sequence[Value], affine: Sequence[Affine]) -> None:
        self._values, self._affine = values, affine
        self._leader: dict[Hashable, Hashable] = {}
        for value in values:
            self._values_alike(value)
        shapes: dict[str, tuple[Value, Value]] = {}
        for layer in affine:
            shape = (layer.source, layer) if layer.turned else (layer, layer.source)
            for ours, theirs in zip(shape, shapes.setdefault(layer.weight, shape), strict=True):
                self._unite(ours, theirs)
        joined = [v for v in values if isinstance(v, Joined) and v.type == "concatenate"]
        for value in joined:
            if any(self._find(value) == self._find(other) for other in (*affine, *self._inputs())):
                refuse(value, "what is joined has the size of another value; the sizes cannot be chosen")

    def _inputs(self) -> list[Value]:
        return [value for value in self._values if isinstance(value, Input)]

    def _values_alike(self, value: Value) -> None:
        """What keeps the size of what it is computed from."""
        if isinstance(value, Affine | Input) or (isinstance(value, Joined) and value.type == "concatenate"):
            return
        for source in sources_of(value):
            self._unite(value, source)

    def _find(self, value: Value) -> Hashable:
        found: Hashable = value
        while self._leader.get(found, found) != found:
            found = self._leader[found]
        return found

    def _unite(self, first: Value, second: Value) -> None:
        self._leader[self._find(first)] = self._find(second)

    def named(self, scalar: Value | None) -> Callable[[Value], int | str]:
        """The size of a value: n, m and K in a network of two affine layers, else n_0, n_1, …; 1 for `scalar`'s."""
        names: dict[Hashable, int | str] = {}
        if scalar is not None:
            if isinstance(scalar, Joined) and scalar.type == "concatenate":
                raise SymbolicError("the output has several units; give a loss")
            names[self._find(scalar)] = 1
        two = len(self._affine) == 2
        for k, value in enumerate((self._inputs()[0], *self._affine)):
            names.setdefault(self._find(value), _FOR_TWO_LAYERS[k] if two else f"n_{k}")
        if scalar is not None and names[self._find(self._inputs()[0])] == 1:
            raise SymbolicError("the output is as large as the input; give a loss")
        return lambda value: names[self._find(value)]
