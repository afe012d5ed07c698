"""What an author's equations say of his letters: which are pre-activations, how weights are numbered, what bars are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from symbolic.checking.claims import Claim
from symbolic.checking.letters import COUNTS_OF_SAMPLES, ERRORS, LETTERS, PENALTY, WEIGHTS
from symbolic.checking.tree import Grouped, Repeated
from symbolic.checking.walk import calls_in, names_in, nodes_in, ratios_in
from symbolic.checking.written import Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

BARS = (r"\bar ", r"\overline ")
"""Marks of derivatives, for those who write v̄ for ∂C/∂v."""

_PRE_ACTIVATIONS, _ACTIVATIONS = ("z", "Z"), ("a", "A")
_OUTPUTS = ("y", "o", "p", "t")
"""Letters that stand for what the last layer gives, with a number or without."""

Roles = tuple[tuple[str, str], ...]
"""Letters, and what they are of every layer: "z" for pre-activations, "a" for activations."""


@dataclass(frozen=True)
class Habits:
    """`roles`: what letters are, as a is in a = W h + b. `below`: z^{(l+1)} has the weights W^{(l)}.

    `barred`: v̄ is the derivative of the objective by v. `rows`: weights stand on the right, X W + b.
    `turned`: weights are stored (in, out), Wᵀ x + b or Σ_i w_{ij} x_i, in every forward equation. `terms`: letters of
    terms of the objective, as L is in J = L + s. `called_below`: the activation of z^{(l+1)} is called f^{(l)}.
    `shared`: the objective has λ/m, a penalty that the samples share. `means`: letters that are said to be a mean over
    the samples.
    """

    roles: Roles = ()
    below: bool = False
    barred: bool = False
    rows: bool = False
    turned: bool = False
    terms: frozenset[str] = frozenset()
    called_below: bool = False
    shared: bool = False
    means: frozenset[str] = frozenset()


USUAL = Habits()


def habits(claims: Sequence[Claim]) -> Habits:
    """The habits that the forward equations of a file show."""
    given = list(_given(claims))
    barred = {written.base for claim in claims for written in names_in(claim.sides) if written.base.startswith(BARS)}
    return Habits(
        roles=tuple(dict(_roles(given)).items()),
        below=any(_numbers_weights_below(name, right) for name, right in given),
        barred=len(barred) > 1,
        rows=any(
            _is_affine(inner) and _multiplies_from_the_right(inner) for _, right in given for inner in [_inside(right)]
        ),
        turned=_stores_turned([right for _, right in given]),
        called_below=any(_calls_below(name, right) for name, right in given),
        shared=any(name.letter in LETTERS["C"] and _shares_penalty(right) for name, right in given),
        means=frozenset(name.letter for name, right in given if name.letter in LETTERS["C"] and _is_mean(right)),
        terms=frozenset(letter for name, right in given for letter in _terms(name, right)),
    )


def _calls_below(name: Written, right: Node) -> bool:
    return any(
        call.layer is not None and name.indices and call.layer.moved(1) == name.indices[0] for call in calls_in(right)
    )


def _is_mean(right: Node) -> bool:
    """Whether something is divided by the number of the samples."""
    below = [f.below for f in nodes_in(right) if isinstance(f, nodes.Fraction)]
    return any(written.letter in ("N", *COUNTS_OF_SAMPLES) for each in below for written in names_in(each))


def _shares_penalty(right: Node) -> bool:
    """Whether λ is divided by the number of the samples: λ/(2m)."""
    fractions = [node for node in nodes_in(right) if isinstance(node, nodes.Fraction)]
    letters = [({w.letter for w in names_in(f.above)}, {w.letter for w in names_in(f.below)}) for f in fractions]
    return any(PENALTY in above and not below.isdisjoint(("N", *COUNTS_OF_SAMPLES)) for above, below in letters)


def _terms(name: Written, right: Node) -> Iterator[str]:
    """The letters of objectives that another one is a sum of."""
    if name.letter in LETTERS["C"] and isinstance(right, nodes.Sum):
        named = (term.known for term in right.terms if isinstance(term, nodes.Name))
        yield from (n.letter for n in named if isinstance(n, Written) and n.letter in LETTERS["C"] and n != name)


def _roles(given: Sequence[tuple[Written, Node]]) -> Iterator[tuple[str, str]]:
    """The letters of every layer's values: z where it is W a + b, a where it is a function of that.

    One letter for both, as in a = W a + b, is that of activations.
    """
    said = [(name.letter, *_of_layers(right, name)) for name, right in given if _counts(name)]
    applied = dict.fromkeys(letter for letter, kind, _ in said if kind == "applied")
    for letter, kind, inner in said:
        if kind == "affine" and letter in _ACTIVATIONS and letter not in applied:
            yield letter, "z"
        if inner and inner not in applied:
            yield inner, "z"
    yield from ((letter, "a") for letter in applied)


def _counts(name: Written) -> bool:
    """Whether a letter is one of every layer, as its index says: a^{[l]}, x_i, but not y_k."""
    if name.letter in ERRORS or (name.letter in _OUTPUTS and not name.above):
        return False
    return bool(name.indices) or name.letter in _PRE_ACTIVATIONS + _ACTIVATIONS


def _given(claims: Sequence[Claim]) -> Iterator[tuple[Written, Node]]:
    """The names on the left of equations, and what they are said to be."""
    for claim in claims:
        if claim.given is not None:
            yield claim.given, claim.sides[1]


def _of_layers(right: Node, name: Written) -> tuple[str, str]:
    """What a value is of others, "affine" or "applied", and the letter of what a function is applied to."""
    if _is_affine(right):
        return ("affine", "") if _is_of_one_layer(right, name) else ("", "")
    inside = right.arguments[0] if isinstance(right, nodes.Call) and right.arguments else None
    inside = right.inside if isinstance(right, nodes.Positive) else inside
    if inside is None or (isinstance(right, nodes.Call) and right.function.order):
        return "", ""
    if _is_affine(inside):
        return ("applied", "") if _is_of_one_layer(inside, name) else ("", "")
    inner = inside.known if isinstance(inside, nodes.Name) else None
    alike = isinstance(inner, Written) and inner.indices == name.indices
    return ("applied", inner.letter) if isinstance(inner, Written) and alike else ("", "")


def _is_of_one_layer(affine: Node, name: Written) -> bool:
    """Whether the weights have the index of a layer and not two of entries: W_1, w^l_{jk}."""
    weights = [written for written in names_in(affine) if written.letter in WEIGHTS]
    return all(len(written.indices) < 2 or bool(written.above) for written in weights)


def _is_affine(right: Node) -> bool:
    """Whether it is W x + b or its like: weights, and no function around all of it."""
    whole = right.inside if isinstance(right, nodes.Negative) else right
    if isinstance(whole, nodes.Call | nodes.Positive | nodes.Name):
        return False
    return any(written.letter in WEIGHTS for written in names_in(whole)) and not any(ratios_in(whole))


def _multiplies_from_the_right(right: Node) -> bool:
    """Whether a value stands before weights, x W, and none behind them."""
    products = [node.factors for node in nodes_in(right) if isinstance(node, nodes.Product)]
    beside = [pair for factors in products for pair in pairwise(factors)]
    pairs = [pair for pair in beside if any(map(_is_weight, pair))]
    return bool(pairs) and all(_is_weight(other) and not _is_weight(one) for one, other in pairs)


def _stores_turned(rights: Sequence[Node]) -> bool:
    """Whether every forward equation has Wᵀ x, or Σ_i w_{ij} x_i, and none W x or Σ_j w_{ij} x_j."""
    said = [turned for right in rights for turned in _turns(_inside(right))]
    return bool(said) and all(said)


def _inside(right: Node) -> Node:
    """What a function is applied to, or the whole."""
    if isinstance(right, nodes.Call) and len(right.arguments) == 1 and not right.function.order:
        return right.arguments[0]
    if isinstance(right, nodes.Fraction) and right.above == nodes.Number(0, "1"):
        return next(map(_positive, _exponents(right.below)), right)
    return right.inside if isinstance(right, nodes.Positive) else right


def _exponents(node: Node) -> Iterator[Node]:
    """z of the exponentials in a sigmoid that is written out, 1/(1 + e⁻ᶻ)."""
    for part in nodes_in(node):
        if isinstance(part, nodes.Power) and part.base == nodes.Name(0, Written("e")):
            yield part.exponent
        elif isinstance(part, nodes.Call) and part.function.name == "exp":
            yield part.arguments[0]


def _positive(node: Node) -> Node:
    """z of −z and of −(z)."""
    while isinstance(node, nodes.Negative | Grouped):
        node = node.inside
    return node


def _turns(affine: Node) -> Iterator[bool]:
    """For each product with weights in an affine term, whether they are (in, out)."""
    if any(ratios_in(affine)) or any(call.order for call in calls_in(affine)):
        return
    for term in affine.terms if isinstance(affine, nodes.Sum) else (affine,):
        inner = term.inside if isinstance(term, Repeated) else term
        factors = inner.factors if isinstance(inner, nodes.Product) else ()
        bound = [name.letter for name in names_in(term.indices)] if isinstance(term, Repeated) else []
        for weight, other in pairwise(factors) if len(factors) == 2 else ():
            weight, other = (weight, other) if _is_weight(weight) else (other, weight)
            written = _weight(weight)
            if written is None or not _is_value(other):
                continue
            letters = [index.letter for index in written.below if index.letter]
            if bound and len(letters) == 2:
                yield letters[0] in bound
            elif not bound and not letters and weight is factors[0]:
                yield written.transposed


def _is_value(node: Node) -> bool:
    named = node.known if isinstance(node, nodes.Name) else None
    return isinstance(named, Written) and named.letter not in (*WEIGHTS, *ERRORS) and not named.transposed


def _is_weight(node: Node) -> bool:
    return _weight(node) is not None


def _weight(node: Node) -> Written | None:
    """The weights that a factor is, W, W^T or (W)^T, transposed where they are; None for another factor."""
    if isinstance(node, nodes.Transposed):
        found = _weight(node.inside)
        return None if found is None else replace(found, transposed=not found.transposed)
    if isinstance(node, Grouped):
        return _weight(node.inside)
    named = node.known if isinstance(node, nodes.Name) else None
    return named if isinstance(named, Written) and named.letter in WEIGHTS else None


def _numbers_weights_below(name: Written, right: Node) -> bool:
    if not name.indices or not _is_affine(right):
        return False
    index = name.indices[0]
    weights = {w.indices[0] for w in names_in(right) if w.letter in WEIGHTS and w.indices}
    products = tuple(node for node in nodes_in(right) if isinstance(node, nodes.Product))
    others = (w for w in names_in(products) if w.letter not in (*WEIGHTS, *LETTERS["b"], name.letter))
    values = {w.indices[0] for w in others if w.indices}
    return weights == values == {index.moved(-1)}
