"""The layers that a spec may list, one table for each type."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StrictBool, Tag, model_validator

from symbolic.networks.fields import Activation, Coefficient, Name, Rate, Size, Table, Weight, shown


class AffineLayer(Table):
    """z = W a + b and a = f(z), with `units` outputs; `residual` adds the layer's input: a = f(z) + a.

    `input` names an earlier value; unsaid, the one before. `weight` ties W to that of an earlier layer, or to its
    transpose. `l1` and `l2` are the λ of the penalties λ‖W‖₁ and λ/2 ‖W‖².
    """

    type: Literal["affine"] = "affine"
    units: Size
    activation: Activation = "identity"
    bias: StrictBool = True
    weight: Weight | None = None
    input: Name | None = None
    residual: StrictBool = False
    l1: Coefficient | None = None
    l2: Coefficient | None = None

    @model_validator(mode="after")
    def _penalised_once(self) -> AffineLayer:
        if self.weight is not None and (self.l1 is not None or self.l2 is not None):
            raise ValueError(f"a penalty belongs to the layer that {self.weight[:2]} is of; give it there")
        return self


class ActivationLayer(Table):
    """a = f(a): an activation on its own, of the value before or the one named."""

    type: Literal["activation"]
    activation: Activation
    input: Name | None = None


class AddLayer(Table):
    """a = the sum of earlier values, by their names: x, a1, z2, …"""

    type: Literal["add"]
    inputs: Annotated[tuple[Name, ...], Field(min_length=2)]


class ConcatenateLayer(Table):
    """a = [u; v; …]: the units of earlier values, one below the other."""

    type: Literal["concatenate"]
    inputs: Annotated[tuple[Name, ...], Field(min_length=2)]


class ScaleLayer(Table):
    """a = c a."""

    type: Literal["scale"]
    factor: Coefficient
    input: Name | None = None


class DropoutLayer(Table):
    """a = M ∘ a / (1 − rate), M a given mask of zeros and ones."""

    type: Literal["dropout"]
    rate: Rate = 0
    input: Name | None = None


class _NormLayer(Table):
    """What the norms share: ε inside the root, and whether γ and β follow."""

    epsilon: Coefficient = 1e-5
    affine: StrictBool = True
    input: Name | None = None


class LayerNormLayer(_NormLayer):
    """ẑ = (a − 𝟏μ) ⊘ 𝟏s over the units of each sample, and a = γ ∘ ẑ + β."""

    type: Literal["layer_norm"]


class RMSNormLayer(_NormLayer):
    """ẑ = a ⊘ 𝟏s, s² the mean square of the units of each sample, and a = γ ∘ ẑ."""

    type: Literal["rms_norm"]


class BatchNormLayer(_NormLayer):
    """ẑ = (a − μ) ⊘ s over the samples, and a = γ ∘ ẑ + β; `training` = false has μ and v = s² − ε given."""

    type: Literal["batch_norm"]
    training: StrictBool = True


def _layer_type(given: Any) -> str:
    kind = given.get("type", "affine") if isinstance(given, dict) else getattr(given, "type", "affine")
    return kind if isinstance(kind, str) else shown(kind)


LAYER_TYPES: dict[str, type[Table]] = {
    "affine": AffineLayer,
    "activation": ActivationLayer,
    "add": AddLayer,
    "concatenate": ConcatenateLayer,
    "scale": ScaleLayer,
    "dropout": DropoutLayer,
    "layer_norm": LayerNormLayer,
    "rms_norm": RMSNormLayer,
    "batch_norm": BatchNormLayer,
}

Layer = Annotated[
    Annotated[AffineLayer, Tag("affine")]
    | Annotated[ActivationLayer, Tag("activation")]
    | Annotated[AddLayer, Tag("add")]
    | Annotated[ConcatenateLayer, Tag("concatenate")]
    | Annotated[ScaleLayer, Tag("scale")]
    | Annotated[DropoutLayer, Tag("dropout")]
    | Annotated[LayerNormLayer, Tag("layer_norm")]
    | Annotated[RMSNormLayer, Tag("rms_norm")]
    | Annotated[BatchNormLayer, Tag("batch_norm")],
    Discriminator(_layer_type),
]
