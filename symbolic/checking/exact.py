"""Whether the sides of a claim are equal by algebra, for all sizes: index calculus, after the numbers have agreed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.entries import entry
from symbolic.algebra.functions import prime
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import Value
from symbolic.checking import lookup
from symbolic.checking.claims import Claim
from symbolic.checking.compare import layers_of
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.factors import with_slopes
from symbolic.checking.functions import IDENTITY, activation
from symbolic.checking.functions import named as named_function
from symbolic.checking.known_functions import GENERIC
from symbolic.checking.naming import Meaning
from symbolic.checking.tree import Grouped
from symbolic.checking.walk import nodes_in
from symbolic.checking.written import Function, Ratio, Written
from symbolic.derivation import COL, ROW, Derivation
from symbolic.errors import SymbolicError
from symbolic.proof.index_calculus import fresh_indices, same, unfolded
from symbolic.reading import nodes
from symbolic.reading.context import Context, Known
from symbolic.reading.matrices import Matrices
from symbolic.reading.nodes import Node

LARGEST = 40
"""A formula of more nodes is not proved: the work grows with the square of its terms."""

_KEPT: tuple[type[Node], ...] = (
    *(nodes.Number, nodes.Hollow, nodes.Sum, nodes.Negative, nodes.Product, nodes.Fraction, nodes.Power),
    *(nodes.Transposed, nodes.Positive, nodes.Absolute, nodes.Norm, nodes.Indicator, nodes.Relation),
)
"""What the strict reader reads as it stands, once the names in it are known."""


def is_proved(claim: Claim, at: Evaluator, held: Collection[int]) -> bool:
    """Whether the sides of a claim are equal at the layers where it held, whatever the sizes; False if not known."""
    if not claim.sides or sum(1 for _ in nodes_in(claim.sides)) > LARGEST:
        return False
    plain = not (at.reading.rows or at.reading.scaled or at.reading.own or at.reading.lying or at.reading.diagonal)
    if not plain or at.reading.of != "objective" or at.naming.templates or at.naming.own:
        return False
    try:
        layers = [numbers for numbers in layers_of(claim, at) if not held or next(iter(numbers.values())) in held]
        proofs = [_equal(claim, at.at(indices=numbers)) for numbers in layers]
    except (SymbolicError, ValueError, TypeError, AttributeError, KeyError):
        return False
    return bool(proofs) and all(proofs)


def _equal(claim: Claim, at: Evaluator) -> bool:
    reader = Matrices(Context(at.point.derivation, at.naming.table.profile))
    first, *others = (known(side, at) for side in claim.sides)
    left = reader.matrix(first)
    definitions = _definitions(at.point.derivation)
    return all(_same(left, reader.matrix(other, tuple(left.shape)), definitions) for other in others)


def _same(a: MatrixExpr, b: MatrixExpr, definitions: Mapping[Value, MatrixExpr]) -> bool:
    """Entry by entry: as they are named, then with a name on the left put in, then with every name put in."""
    given = definitions.get(a) if isinstance(a, Value) else None
    for one, known_as in ((a, {}), (given, {}), (given, _of_activations(definitions)), (a, definitions)):
        if one is not None and one.shape == b.shape:
            fresh = fresh_indices()
            sides = (unfolded(entry(side, ROW, COL, fresh), known_as.get, fresh) for side in (one, b))
            if same(*sides):
                return True
    return False


def _of_activations(definitions: Mapping[Value, MatrixExpr]) -> Mapping[Value, MatrixExpr]:
    return {v: expr for v, expr in definitions.items() if v.base == "a"}


@lru_cache(maxsize=64)
def _definitions(derivation: Derivation) -> Mapping[Value, MatrixExpr]:
    """What every value and every cotangent of the objective is."""
    backward = derivation.recurrence(next(iter(derivation.targets.values())).by) if derivation.targets else ()
    return {step.target: step.expr for step in (*derivation.forward, *backward)}


# -- from the author's names to those of the derivation


def known(node: Node, at: Evaluator) -> Node:
    """The tree with every name replaced by what it stands for, as the strict reader takes it.

    Raises SymbolicError for what that reader has no sign for.
    """
    if isinstance(node, Grouped):
        return known(node.inside, at)
    if isinstance(node, nodes.Name):
        return replace(node, known=_value(node.known, at))
    if isinstance(node, nodes.Call):
        return _called(node, at)
    if isinstance(node, nodes.Operation) and node.sign == "OSLASH":
        return known(replace(node, sign="SLASH"), at)
    if isinstance(node, nodes.Operation) and node.sign in ("ODOT", "SLASH"):
        return replace(node, left=known(node.left, at), right=known(node.right, at))
    if isinstance(node, nodes.Product):
        factors = with_slopes(node.factors)
        if len(factors) == 1:
            return known(factors[0], at)
        return replace(node, factors=tuple(known(factor, at) for factor in factors))
    if not isinstance(node, _KEPT):
        raise SymbolicError(f"{type(node).__name__.lower()} is not proved")
    changed = {f.name: _part(getattr(node, f.name), at) for f in fields(node)}
    return replace(node, **changed)


def _part(part: Any, at: Evaluator) -> Any:
    if isinstance(part, Node):
        return known(part, at)
    return tuple(_part(each, at) for each in part) if isinstance(part, tuple) else part


def _value(named: Any, at: Evaluator) -> Known:
    if isinstance(named, Ratio):
        if named.above is not None and _meaning(named.above, at).value != at.point.derivation.objective:
            raise SymbolicError("a derivative of what is not the objective is not proved")
        wrt = _meaning(named.below, at)
        if named.below.transposed or wrt.of is not None:
            raise SymbolicError("not proved")
        found = _cotangent(wrt.value, at)
        numerator = at.reading.numerator and not named.shaped
        return Known(transpose(found) if numerator or wrt.turned else found)
    size = at.naming.table.sizes.get(named.base.removeprefix("\\")) if not named.indices else None
    if size is not None and lookup.meaning(at, named) is None:
        return Known(size)
    meaning = _meaning(named, at)
    if meaning.diagonal or meaning.negated or (meaning.of is not None and meaning.of != at.point.derivation.objective):
        raise SymbolicError("not proved")
    found = meaning.value if meaning.of is None else _cotangent(meaning.value, at)
    return Known(found, transposed=meaning.turned != named.transposed)


def _meaning(written: Written, at: Evaluator) -> Meaning:
    found = lookup.meaning(at, written)
    if found is None or found[1] or found[2] is not None or written.sample is not None:
        raise SymbolicError("a name with indices is not proved")
    return found[0]


def _cotangent(wrt: Value, at: Evaluator) -> Any:
    derivation = at.point.derivation
    named = next((v for v in _definitions(derivation) if v.base == f"d:{wrt.base}" and v.layer == wrt.layer), None)
    return named if named is not None else derivation.expression(derivation.target(wrt.name).name)


def _called(node: nodes.Call, at: Evaluator) -> Node:
    function: Function = node.function
    if len(node.arguments) != 1:
        raise SymbolicError("a function of several arguments is not proved")
    (argument,) = node.arguments
    inside = known(argument, at)
    if function.name in ("diag", "softmax"):
        return replace(node, function=function.name, arguments=(inside,))
    if function.name in GENERIC:
        found = activation(at.point, function, lookup.layer_of(at, function), at.of(argument), at.naming.called)
    else:
        found = named_function(at.point.derivation, function.name)
    if found == IDENTITY:
        return nodes.Hollow(node.column, "𝟏") if function.order else inside
    if found == "softmax" and not function.order:
        return replace(node, function="softmax", arguments=(inside,))
    if function.order > 1 or not isinstance(found, type):
        raise SymbolicError("not proved")
    return replace(node, function=prime(found) if function.order else found, arguments=(inside,))
