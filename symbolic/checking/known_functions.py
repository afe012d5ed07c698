"""The functions that authors call by name or by a letter."""

from __future__ import annotations

from symbolic.networks.tables import activations

GENERIC = ("f", "g", "h", "G", r"\sigma", r"\phi", r"\varphi", r"\psi", r"\rho", r"\varsigma", "s", "S", r"\theta")
"""Letters that are functions where an argument follows, and names elsewhere."""

MISREAD = ("G", "S")
"""Letters that handwriting makes of σ and its like: as functions they are right only if they are what is meant."""

NO_FUNCTIONS = (r"\sum", r"\prod", r"\frac", r"\sqrt")
"""Commands that have signs of their own in the grammar, though a function may have their name."""

_NAMED = (
    *("exp", "log", "sin", "cos", "sinh", "cosh", "sqrt", "square", "power", "abs", "sign", "erf"),
    *("max", "min", "clip", "where", "heaviside", "softmax", "log_softmax", "logsumexp"),
    *("diag", "tr", "vec", "transpose", "norm", "dot", "matmul", "outer", "multiply"),
    *("sum", "np_sum", "mean", "eye", "ones", "zeros", "ones_like", "zeros_like"),
)
"""Those that no table of activations has."""

_ALIASES = {
    "logistic": "sigmoid",
    "sigm": "sigmoid",
    "rectifier": "relu",
    "maximum": "max",
    "minimum": "min",
    "sgn": "sign",
    "ln": "log",
    "lse": "logsumexp",
    "logsoftmax": "log_softmax",
    "trace": "tr",
    "leakyrelu": "leaky_relu",
    "step": "heaviside",
    "h": "heaviside",
}
"""Other names of theirs, and of activations."""

_ACTIVATIONS = {row.name.replace("_", ""): row.name for row in activations().values()}

LOSSES = {
    **dict.fromkeys(("ce", "crossentropy", "crossentropyloss", "xent"), "cross_entropy"),
    **dict.fromkeys(("bce", "binarycrossentropy", "bceloss"), "binary_cross_entropy"),
    **dict.fromkeys(("mse", "mseloss", "meansquarederror"), "mse"),
    **{"mae": "mae", "kl": "kl"},
}
"""Losses by their names, where a target and an estimate follow; elsewhere such a name is that of the objective."""

FUNCTIONS = dict(zip(_NAMED, _NAMED, strict=True)) | _ACTIVATIONS | _ALIASES
"""Functions by their names in small letters, without underscores."""
