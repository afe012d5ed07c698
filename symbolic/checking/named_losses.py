"""Losses that are called by their names: CE(y, ŷ), BCE(y, ŷ), MSE(y, ŷ), KL(y ‖ ŷ), H(y, ŷ).

A name says no more than this: CE of shares or of one probability, BCE and MSE of one output. Whether that of a batch is
a sum or a mean over its samples it does not say, but for what is called a mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symbolic.checking.at import At
from symbolic.checking.lookup import meaning, with_sample
from symbolic.checking.problems import Misfit, Unknown
from symbolic.checking.shapes import said, sized
from symbolic.checking.written import Function, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

ORDERED = ("kl", "heaviside")
"""Losses of two shares in the order in which they stand: KL(p ‖ q), and H(p, q); H is the letter of a step, too."""


def loss_called(at: At, function: Function, given: tuple[Node, Node]) -> float:
    """The loss of a target and an estimate. Raises Unknown where neither is the target, or the name does not say it."""
    targets = [_is_target(at, node) for node in given]
    if targets.count(True) != 1 or (function.name in ORDERED and not targets[0]):
        raise Unknown(f"{function.latex or function.name} of what is not a target and its estimate")
    values = [np.asarray(sized(at.of(node)), dtype=float) for node in given]
    target, estimate = values if targets[0] else values[::-1]
    if target.shape != estimate.shape and not target.size == estimate.size == 1:
        raise Misfit(f"a loss of {said(target.shape)} and {said(estimate.shape)}")
    return _LOSSES[function.name](target.ravel(), estimate.ravel(), target.ndim == 2 and 1 not in target.shape)


def _is_target(at: At, node: Node) -> bool:
    known = node.known if isinstance(node, nodes.Name) else None
    found = meaning(at, with_sample(at, known)) if isinstance(known, Written) else None
    return found is not None and found[0].of is None and found[0].value.base == "y"


def _cross_entropy(y: Any, p: Any, several: bool) -> float:
    if y.size == 1:
        return _binary(y, p, several)
    if several or not (np.isclose(y.sum(), 1) and np.isclose(p.sum(), 1) and np.all(p > 0)):
        raise Unknown("the cross-entropy of what are no shares")
    return float(-(y * np.log(p)).sum())


def _binary(y: Any, p: Any, several: bool) -> float:
    if y.size > 1 or not 0 < p.item() < 1:
        raise Unknown("the binary cross-entropy of several values; say whether it is their sum or their mean")
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).sum())


def _divergence(y: Any, p: Any, several: bool) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = np.where(y > 0, y * np.log(y), 0.0).sum()
    return _cross_entropy(y, p, several) + float(entropy)


def _mean(of: Callable[[Any], Any]) -> Callable[[Any, Any, bool], float]:
    """The mean of a function of the errors."""

    def found(y: Any, a: Any, several: bool) -> float:
        if several:
            raise Unknown("a mean of what several samples have each; say over what it is")
        return float(of(a - y).mean())

    return found


_LOSSES: Mapping[str, Callable[[Any, Any, bool], float]] = {
    "cross_entropy": _cross_entropy,
    "heaviside": _cross_entropy,
    "binary_cross_entropy": _binary,
    "kl": _divergence,
    "mse": _mean(np.square),
    "mae": _mean(np.abs),
}
