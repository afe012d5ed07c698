"""The letters that authors use for the values of a network, whatever the notation."""

from __future__ import annotations

from collections.abc import Mapping

LETTERS: Mapping[str, tuple[str, ...]] = {
    "W": ("W", "w", r"\Theta", r"\theta", "W_1", "w_1", r"\Theta_1", r"\theta_1"),
    "b": ("b", "B", "bias", "W_0", "w_0", r"\Theta_0", r"\theta_0"),
    "z": ("z", "Z", "s", "u", "net", "logit", "logits"),
    "a": ("a", "A", "h", "H"),
    "output": (r"\hat y", r"\hat Y", "o", "O", "p", "P", r"\hat p", "q"),
    "x": ("x", "X"),
    "y": ("y", "Y", "t", "T", "target"),
    "C": (
        "C",
        "L",
        "l",
        r"\ell",
        "J",
        "E",
        "R",
        "loss",
        "Loss",
        "mse",
        "MSE",
        "bce",
        "BCE",
        "ce",
        "CE",
        "cost",
        "Cost",
        "Div",
    ),
    "d:z": (r"\delta", r"\Delta"),
    "d:a": (r"\bar a", r"\bar A"),
    "gamma": (r"\gamma",),
    "beta": (r"\beta",),
}
"""The letters that authors use for each kind of value, beside those of a notation."""

ERRORS = (r"\delta", r"\Delta", r"\epsilon")
"""Letters of error signals: what they are is known, or must be said as a derivative."""

PRE_ACTIVATIONS = (*LETTERS["z"], "net")
"""Letters of what δ is the derivative by, where it is not said: δ_2 by z_2."""

HIDDEN = ("h", "H")
"""Letters of hidden values, never of the output."""

MATRICES = ("W", "U", "V")
"""Letters of matrices, whose entries have two indices."""

WEIGHTS = tuple(dict.fromkeys((*LETTERS["W"], *MATRICES)))
"""The letters of weights."""

SMALL_WEIGHTS = ("w", r"\theta")
"""Those that are a column where they stand transposed, θᵀ x, and there is one output."""

PENALTY = r"\lambda"
"""The letter of the strength of a penalty."""

COUNT_SAMPLES = ("i", "n", "s", "t", "q", "p", "m", "r", r"\mu")
"""Letters that count samples where they stand alone below a value of a batch, or in brackets above it."""

COUNTS_OF_SAMPLES = ("m", "B", "n", "M")
"""Letters of the number of samples, beside N."""

CAPITALS = frozenset(("X", "Y", "Z", "A", "H", "O", "P", "S", r"\Delta", r"\hat Y"))
"""Letters of the values of a batch, where those of one sample are small."""

SMALL = frozenset(("x", "y", "z", "a", "h", r"\hat y", "p", "o"))
"""Small letters of what each sample has."""

BOLD = (r"\mathbf", r"\boldsymbol", r"\bm")
"""The fonts of vectors and matrices."""
