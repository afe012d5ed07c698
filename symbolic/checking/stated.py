"""The networks that a file describes by its own forward equations and loss, for files about none of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from symbolic.checking.claims import Claim
from symbolic.checking.counted import counting_samples
from symbolic.checking.forward import outermost
from symbolic.checking.habits import habits
from symbolic.checking.known_functions import GENERIC
from symbolic.checking.letters import ERRORS, LETTERS, PENALTY, SMALL_WEIGHTS, WEIGHTS
from symbolic.checking.objectives import names_objective
from symbolic.checking.tree import Repeated
from symbolic.checking.variants import ANY, activations_in
from symbolic.checking.walk import calls_in, names_in, nodes_in, ratios_in
from symbolic.checking.written import Index, Written
from symbolic.networks.spec import Spec, make_spec
from symbolic.networks.tables import activations, losses
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

Size = str | int

MOST_LAYERS, MOST_SPECS = 5, 8
"""More layers than this are a network of any depth; more networks than this are not tried."""

CALLED = {
    "sigmoid": r"sigmoid|logistic|\\frac\s*\{?1\}?\s*\{\s*1\s*\+\s*(?:e|\\exp)|1\s*/\s*\(\s*1\s*\+\s*(?:e|\\exp)",
    "tanh": "tanh",
    "leaky_relu": r"leaky[\s_-]*relu",
    "relu": r"(?<!leaky[\s_-])relu",
}
"""Functions that a file may call by their names, and write with a letter."""

_BINARY = ({"loss": "binary_cross_entropy", "reduction": "sum"},)
_MEAN_SQUARE = ({"loss": "squared_error", "reduction": "mean"},)
_NAMED = r"\s*\}?\s*\((?=[^()=]*,)"
CALLED_LOSSES: Sequence[tuple[re.Pattern[str], Sequence[Mapping[str, str]]]] = (
    (re.compile(rf"(?i)(?<![a-z])(?:ce|cross-?entropy(?:loss)?|xent){_NAMED}"), ({"loss": "cross_entropy"}, *_BINARY)),
    (re.compile(r"(?<![A-Za-z])H\(y,"), ({"loss": "cross_entropy"}, *_BINARY)),
    (re.compile(rf"(?i)(?<![a-z])(?:bce(?:loss)?|binary-?cross-?entropy){_NAMED}"), _BINARY),
    (
        re.compile(rf"(?i)(?<![a-z])(?:mse(?:loss)?|meansquarederror){_NAMED}"),
        _MEAN_SQUARE,
    ),
    (re.compile(r"KL\s*\}*\s*\("), ({"loss": "kl_divergence"},)),
)
"""The losses that may be meant by a name before two arguments."""

_LOGARITHM = re.compile(r"\\log|\\ln|\b(?:log|ln)\b|cross[- ]entropy")
OF_SHARES = ("cross_entropy", "kl_divergence")
"""Losses of a softmax."""

_SHARES = re.compile(r"\\[tdc]?frac\s*\{\s*(?:e\s*\^|\\exp)[^=$]{1,60}\}\s*\{\s*\\sum")
"""A softmax that is written out."""

_COMPLEMENT = re.compile(r"1\s*[-–−]")
_HALF = re.compile(r"\\[tdc]?frac\s*(?:\{1\}\s*\{2[^}]*\}|1\s*2)|½|1/2|0\.5")
_MEAN = re.compile(r"\\[tdc]?frac\s*\{?[12]\}?\s*\{?2?K\b|[12]\s*/\s*\(?2?K\b")
"""1/K, of K outputs."""


def stated(claims: Sequence[Claim], text: str) -> list[Spec]:
    """Networks that the forward equations may describe, the likeliest first: their layers, activations and loss."""
    readable = [claim for claim in claims if claim.sides]
    if not any(map(_is_forward, readable)):
        return []
    return list(islice(dict.fromkeys(_specs(readable, text)), MOST_SPECS))


def _specs(claims: Sequence[Claim], text: str) -> Iterator[Spec]:
    count = _layers(claims)
    applied = list(_applied(claims, count))
    has_bias = any(map(_adds_bias, (node for claim in claims for node in nodes_in(claim.sides))))
    called = {f for _, f in applied if f in activations()}  # σ beside tanh(…) is another function
    meant = [name for name, said in CALLED.items() if name not in called and re.search(said, text, re.IGNORECASE)]
    letters = {f for _, f in applied if f not in activations()}
    output = [f for number, f in applied if number == count]
    inner = (f for number, f in applied if count in (None, 1) or number != count)
    hidden = _functions((f for f in inner if f != "softmax"), meant, letters)
    layer = {"bias": has_bias} | ({"l2": "lambda"} if count is not None and _is_penalised(claims) else {})
    own = habits(claims)
    for loss, one in product(_losses(text, [f for _, f in applied]), _single(claims)):
        natural = losses()[loss["loss"]].natural or "identity"
        turned = own.rows or (own.turned and not (count == 1 and one))  # θᵀ x of one output has a column θ
        ends = _functions(output, meant, letters) if output else dict.fromkeys((natural, *hidden))
        for last, functions in product(ends, _of_layers(applied, hidden, count)):
            if (loss["loss"] in OF_SHARES) == (last == "softmax") and not (one and last == "softmax"):
                units: Size = 1 if one else "K"
                parts = (*functions, last, loss["loss"]) if count != 1 else (last, loss["loss"])
                data = {
                    "name": "_".join(dict.fromkeys(parts)),
                    "objective": loss,
                    "weights": "in_out" if turned else "out_in",
                }
                yield make_spec(data | _network(count, layer, functions, last, units))


def _of_layers(
    applied: Sequence[tuple[int | None, str]], hidden: Sequence[str], count: int | None
) -> Iterator[tuple[str, ...]]:
    """The activations of the layers before the last: each as it is stated, then all alike."""
    said = dict(applied)
    each = tuple(said.get(k, "") for k in range(1, count or 1))
    if len(set(each)) > 1 and set(each) <= set(activations()):
        yield each
    yield from ((name,) * max(1, (count or 1) - 1) for name in hidden)


def may_be_meant(spec: Spec, claims: Sequence[Claim], text: str) -> bool:
    """Whether a file may mean the activations of a network: it names them, or shows what they are, or applies none.

    A letter of a function that nobody explains is any function, σ the sigmoid; no formula shows that it is another one.
    """
    letters = {call.name for claim in claims for call in calls_in(claim.sides) if call.name in GENERIC}
    free = {ANY, "identity", "softmax"} | ({"sigmoid"} if r"\sigma" in letters else set())
    shown = {name for claim in claims for node in nodes_in(claim.sides) for name in _shown(node)}
    return not letters or activations_in(spec) <= said_functions(claims, text) | shown | free


def said_functions(claims: Sequence[Claim], text: str) -> frozenset[str]:
    """The activations that a file names, or says what they are: σ′(z) = 1{z > 0}."""
    called = {call.name for claim in claims for call in calls_in(claim.sides)}
    worded = {name for name, said in CALLED.items() if re.search(said, text, re.IGNORECASE)}
    slopes = [claim.sides[1:] for claim in claims if claim.sides and isinstance(claim.sides[0], nodes.Call)]
    rectified = {"relu", "leaky_relu"} if any(map(_has_indicator, slopes)) else set()
    return frozenset(called | worded | rectified)


def _has_indicator(sides: tuple[Node, ...]) -> bool:
    return any(isinstance(node, nodes.Indicator) for node in nodes_in(sides))


def _shown(node: Node) -> tuple[str, ...]:
    """The activations that a formula shows: ReLU by what is positive, the sigmoid by 1 − a, tanh by 1 − a²."""
    if isinstance(node, nodes.Positive | nodes.Cases):
        return ("relu", "leaky_relu")
    if isinstance(node, nodes.Call):
        return ("relu", "leaky_relu") if node.function.name in ("max", "heaviside", "where", "sign") else ()
    is_complement = isinstance(node, nodes.Sum) and node.terms[0] == nodes.Number(0, "1") and len(node.terms) == 2
    return ("sigmoid", "tanh") if is_complement else ()


def _is_forward(claim: Claim) -> bool:
    """Whether a value is said to be a function of weights."""
    if claim.given is None or claim.given.letter in (*ERRORS, *LETTERS["C"]):
        return False
    right = claim.sides[1:]
    return any(written.letter in WEIGHTS for written in names_in(right)) and not any(ratios_in(right))


def _adds_bias(node: Node) -> bool:
    """Whether it is W x + b: a name, alone or with 𝟏, beside a term with weights; y − g(X θ) is an error."""
    if not isinstance(node, nodes.Sum):
        return False
    weighs = [any(written.letter in WEIGHTS for written in names_in(term)) for term in node.terms]
    others = [term for term, of_weights in zip(node.terms, weighs, strict=True) if not of_weights]
    return any(weighs) and any(_is_name(term) or _is_spread(term) for term in others)


def _is_name(term: Node) -> bool:
    """Whether it is a name, and not that of a target."""
    is_value = isinstance(term, nodes.Name) and isinstance(term.known, Written)
    return is_value and term.known.base not in LETTERS["y"]  # type: ignore[attr-defined]


def _is_spread(term: Node) -> bool:
    """b 𝟏ᵀ: a bias for each sample."""
    factors = term.factors if isinstance(term, nodes.Product) else ()
    return any(isinstance(each, nodes.Hollow) for factor in factors for each in nodes_in(factor))


def _network(
    count: int | None, layer: dict[str, Any], functions: Sequence[str], output: str, units: Size
) -> dict[str, Any]:
    """The keys of a spec for so many layers like one, each with its activation; for L of them."""
    if count is None:
        deep = {
            "depth": "L",
            "input": {"size": "n_0"},
            "layers": [{**layer, "activation": functions[0], "units": "n_l"}],
        }
        return deep | ({"output": {"units": 1}} if units == 1 else {})
    inner = [{**layer, "activation": functions[k - 1], "units": f"n_{k}"} for k in range(1, count)]
    return {"input": {"size": "n_0"}, "layers": [*inner, {**layer, "units": units, "activation": output}]}


def _is_penalised(claims: Sequence[Claim]) -> bool:
    """Whether the objective, or a term of it with a name of its own, has a λ beside norms of weights."""
    given = (claim for claim in claims if len(claim.sides) > 1 and isinstance(claim.sides[0], nodes.Name))
    said = [claim.sides[1] for claim in given if isinstance(claim.sides[0].known, Written)]  # type: ignore[attr-defined]
    penalties = [side for side in said if PENALTY in {written.letter for written in names_in(side)}]
    return any(_is_size_of_weights(node) for side in penalties for node in nodes_in(side))


def _is_size_of_weights(node: Node) -> bool:
    """Whether it is ‖W‖, or Σ_{jk} W_{jk}²."""
    if isinstance(node, nodes.Norm):
        return any(written.letter in WEIGHTS for written in names_in(node.inside))
    return isinstance(node, Repeated) and any(names_in(node.inside)) and _weighs(node.inside)


def _layers(claims: Sequence[Claim]) -> int | None:
    """How many layers there are; None where a letter counts them in the forward equations, or there are none of some
    layer."""
    forward = [claim for claim in claims if _is_forward(claim)]
    if any(set(claim.letters) & {"l", r"\ell"} for claim in forward or claims) or any(map(_counts_layers, forward)):
        return None
    above = (index for claim in claims for written in names_in(claim.sides) for index in written.above[:1])
    if any(letter == "L" for index in above for letter, _ in index.letters):
        return None
    weights = [written for claim in claims for written in names_in(claim.sides) if written.letter in WEIGHTS]
    counted = {number for claim in claims for number in _numbers_of_weights(claim.sides) if number > 0}
    if counted:
        count = max(counted) - min(counted) + 1
        return count if count <= MOST_LAYERS else None
    return min(MOST_LAYERS, len({written.letter.lower() for written in weights}))


def _counts_layers(claim: Claim) -> bool:
    """Whether a letter counts the layers in a forward equation: h^{(k−1)} in that of a^{(k)}."""
    given = [index.letter for index in claim.given.above[:1]] if claim.given is not None else []
    before = (index for written in names_in(claim.sides[1:]) for index in written.above[:1])
    return any(index.letter in given and index.number == -1 for index in before)


def _numbers_of_weights(part: Any) -> list[int]:
    """The numbers that weights have."""
    first = [written.indices[0] for written in names_in(part) if written.letter in WEIGHTS and written.indices]
    return [index.number for index in first if not index.letters]


def _applied(claims: Sequence[Claim], count: int | None) -> Iterator[tuple[int | None, str]]:
    """The functions that forward equations apply, each with the number of its layer, as far as it is known.

    That of the last layer is told by the letters of an output, too, and by what the loss is a function of.
    """
    compared = set(_in_objective(claims))
    above = _numbered_above(claims)
    for claim in claims:
        name = claim.given
        if name is None:
            continue
        number = next((index.number - above for index in name.indices if not index.letters), None)
        is_output = name.letter in LETTERS["output"] and number in (None, count)
        if number is None:
            number = next(iter(_numbers_of_weights(claim.sides[1:])), None)
        is_last = count == 1 or is_output or _numbered(name) in compared
        for side in claim.sides[1:]:
            function = outermost(side)
            if function is not None:
                yield count if is_last else number, function


def _numbered_above(claims: Sequence[Claim]) -> int:
    """By how much the number of a value is above that of its weights: 1 for z^{(2)} = W^{(1)} x + b^{(1)}."""
    for claim in filter(_is_forward, claims):
        given = [index.number for index in claim.given.indices if not index.letters] if claim.given else []
        weights = _numbers_of_weights(claim.sides[1:])
        if given and weights:
            return given[0] - weights[0]
    return 0


def _in_objective(claims: Sequence[Claim]) -> Iterator[tuple[str, tuple[Index, ...]]]:
    """The values that the loss is a function of, with the numbers of their layers."""
    for claim in claims:
        if names_objective(claim):
            yield from map(_numbered, names_in(claim.sides[1:]))


def _numbered(name: Written) -> tuple[str, tuple[Index, ...]]:
    return name.letter, tuple(index for index in name.indices if not index.letters)


def _functions(found: Any, meant: Sequence[str], letters: Collection[str]) -> list[str]:
    """Activations by their names in the tables, those that letters may stand for among them.

    Of several letters of functions, σ is the sigmoid.
    """
    named: dict[str, None] = {}
    for name in found:
        if name in activations():
            named[name] = None
        elif name == r"\sigma":
            named |= dict.fromkeys((*(meant if len(letters) == 1 else ()), "sigmoid"))
        else:
            named |= dict.fromkeys((*meant, "sigma"))
    return list(named) or ["identity"]


def _losses(text: str, applied: Sequence[str]) -> Iterator[dict[str, str]]:
    """The objectives that a file may have, by the names of losses and by the signs in it."""
    yield from (dict(loss) for named, losses_named in CALLED_LOSSES if named.search(text) for loss in losses_named)
    means = ("mean",) if _MEAN.search(text) else ()
    if _LOGARITHM.search(text):
        if "softmax" in applied or "softmax" in text.lower() or _SHARES.search(text):
            yield {"loss": "cross_entropy"}
        if _COMPLEMENT.search(text):
            yield from ({"loss": "binary_cross_entropy", "reduction": kind} for kind in (*means, "sum"))
        return
    usual = "half" if _HALF.search(text) else "sum"
    yield from ({"loss": "squared_error", "reduction": kind} for kind in (*means, usual))


def _single(claims: Sequence[Claim]) -> tuple[bool, ...]:
    """Whether there may be one output: by wᵀx or θᵀx, or by a loss that sums over none. With one, more formulas fit."""
    if any(w.letter in SMALL_WEIGHTS and w.transposed for claim in claims for w in names_in(claim.sides)):
        return (True, False)
    objectives = [claim for claim in claims if names_objective(claim)]
    if any(True for claim in objectives for side in claim.sides[1:] for _ in counting_samples(side)):
        return (False, True)
    said = [
        claim.sides[1] for claim in objectives if not any(w.letter in LETTERS["C"] for w in names_in(claim.sides[1]))
    ]
    return (False,) if all(map(_sums_outputs, said)) else (False, True)


def _sums_outputs(node: Node) -> bool:
    """Whether there is a norm, a transpose, or a Σ whose index is not that of samples, of what is no penalty."""
    if any(isinstance(each, nodes.Norm | nodes.Transposed) and not _weighs(each) for each in nodes_in(node)):
        return True
    if any(call.name in ("sum", "norm") for call in calls_in(node)):
        return True
    sums = [each for each in nodes_in(node) if isinstance(each, Repeated) and not _weighs(each.inside)]
    if any(not any(written.bracket == "(" for written in names_in(each.inside)) for each in sums):
        return True
    return any(written.transposed and written.letter not in WEIGHTS for written in names_in(node))


def _weighs(node: Node) -> bool:
    """Whether all that is in it are weights."""
    return all(written.letter in WEIGHTS for written in names_in(node))
