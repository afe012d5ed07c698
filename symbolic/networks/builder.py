"""A spec built in Python, layer by layer: `Network("n").affine("m").activation("relu").affine("K").loss("huber")`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Self

from symbolic.networks.spec import Spec, make_spec

Coefficient = float | str
"""A positive number, or the name of a hyperparameter: "lambda"."""


@dataclass(frozen=True)
class NetworkBuilder:
    """The layers and the objective said so far; every method gives a new network and leaves this one as it is.

    Nothing is checked before `spec`, which says what is wrong in the words that a TOML file gets.
    """

    input: int | str
    layers: tuple[dict[str, Any], ...] = ()
    objective: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)

    # -- layers

    def affine(
        self,
        units: int | str,
        activation: str | None = None,
        *,
        bias: bool = True,
        weight: str | None = None,
        input: str | None = None,
        residual: bool = False,
        l1: Coefficient | None = None,
        l2: Coefficient | None = None,
    ) -> Self:
        """z = W a + b and a = f(z), with `units` outputs; f is `activation`, or what `.activation` says next.

        `weight` ties W to "W1" or its transpose "W1^T", `input` names an earlier value, `residual` adds the input to
        f(z), and `l1` and `l2` are the λ of the penalties λ‖W‖₁ and λ/2 ‖W‖².
        """
        layer = {"units": units, "activation": activation, "bias": bias, "weight": weight, "input": input}
        return self._with(layer | {"residual": residual, "l1": l1, "l2": l2})

    def activation(self, activation: str, *, input: str | None = None) -> Self:
        """f of the affine layer just given, if it has none yet and `input` is unsaid; else a layer a = f(a)."""
        last = self.layers[-1] if self.layers else {}
        if "units" not in last or "activation" in last or input is not None:
            return self._with({"type": "activation", "activation": activation, "input": input})
        return replace(self, layers=(*self.layers[:-1], {**last, "activation": activation}))

    def add(self, *inputs: str) -> Self:
        """a = the sum of earlier values, by their names: "x", "a1", "z2"."""
        return self._with({"type": "add", "inputs": inputs})

    def concatenate(self, *inputs: str) -> Self:
        """a = [u; v; …]: the units of earlier values, one below the other."""
        return self._with({"type": "concatenate", "inputs": inputs})

    def scale(self, factor: Coefficient, *, input: str | None = None) -> Self:
        """a = c a."""
        return self._with({"type": "scale", "factor": factor, "input": input})

    def dropout(self, rate: float = 0, *, input: str | None = None) -> Self:
        """a = M ∘ a / (1 − rate), the mask M given with the data."""
        return self._with({"type": "dropout", "rate": rate, "input": input})

    def layer_norm(self, *, affine: bool = True, epsilon: Coefficient | None = None, input: str | None = None) -> Self:
        """a = γ ∘ (a − 𝟏μ) ⊘ 𝟏s + β over the units of each sample; without γ and β if not `affine`."""
        return self._with({"type": "layer_norm", "affine": affine, "epsilon": epsilon, "input": input})

    def rms_norm(self, *, affine: bool = True, epsilon: Coefficient | None = None, input: str | None = None) -> Self:
        """a = γ ∘ a ⊘ 𝟏s, s² the mean square of the units of each sample; without γ if not `affine`."""
        return self._with({"type": "rms_norm", "affine": affine, "epsilon": epsilon, "input": input})

    def batch_norm(
        self,
        *,
        training: bool = True,
        affine: bool = True,
        epsilon: Coefficient | None = None,
        input: str | None = None,
    ) -> Self:
        """a = γ ∘ (a − μ) ⊘ s + β over the samples; μ and v = s² − ε given with the data if not `training`."""
        layer = {"type": "batch_norm", "training": training, "affine": affine, "epsilon": epsilon, "input": input}
        return self._with(layer)

    def _with(self, layer: dict[str, Any]) -> Self:
        return replace(self, layers=(*self.layers, _given(layer)))

    # -- the objective

    def loss(self, loss: str, *, reduction: str | None = None, samples: str | None = None) -> Self:
        """The loss C: a row's name with its parameters in brackets, or a formula in a and y.

        `reduction` over the outputs is "sum", "half" or "mean"; `samples` is "mean", "sum" or one of them weighted.
        """
        return replace(self, objective=_given({"loss": loss, "reduction": reduction, "samples": samples}))

    def output(self) -> Self:
        """The output itself, of one unit, is what is differentiated."""
        return replace(self, objective={"output": True})

    # -- the network as a whole

    def repeated(self, depth: int | str, *, units: int | str | None = None) -> Self:
        """The one layer given, of "n_l" units, `depth` times ("L": any number); the last one has `units` units."""
        return self.conventions(depth=depth, output=None if units is None else {"units": units})

    def named(self, name: str, title: str | None = None) -> Self:
        """The name that files and messages call it by, and a title for its tables."""
        return self.conventions(name=name, title=title)

    def batch(self, batch: str, weights: str | None = None) -> Self:
        """Samples "single", in "columns" or in "rows"; W with a row for each unit, "out_in", or a column, "in_out"."""
        return self.conventions(batch=batch, weights=weights)

    def conventions(self, **keys: Any) -> Self:
        """Any other key of a spec: layout, notation, derivative_at_kink, activation (of generated code for σ)."""
        return replace(self, keys=self.keys | _given(keys))

    def spec(self) -> Spec:
        """The spec. Raises SpecError, one line that names the place in it."""
        said = {"name": "net", **self.keys, "input": {"size": self.input}, "layers": self.layers}
        name = said["name"]
        return make_spec({**said, "objective": self.objective}, place=name if isinstance(name, str) else "net")


def _given(keys: dict[str, Any]) -> dict[str, Any]:
    """What was said, without the keys that were left out."""
    return {key: value for key, value in keys.items() if value is not None}
