"""Every rule of the rules table, proved for symbolic sizes: Ā_ij = ∂/∂A_ij Σ_kp Ȳ_kp Y_kp for arbitrary A and Ȳ."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

from sympy import Expr, Function, MatAdd, MatMul, Rational, Transpose
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, mul, scale, total
from symbolic.algebra.functions import A, Z, named_function
from symbolic.algebra.groups import (
    LogSoftmax,
    RootMeanScaled,
    Softmax,
    Standardized,
    deviation,
    group_means,
)
from symbolic.algebra.nodes import Elementwise, Total, slot
from symbolic.algebra.program import values_in
from symbolic.algebra.transpose import transpose
from symbolic.algebra.values import Value, size, value
from symbolic.calculus.rules import RULES, pullback
from symbolic.errors import ShapeError
from symbolic.proof.index_calculus import Claim, equal_sizes, rejects
from symbolic.proof.mutations import mutants
from symbolic.proof.verdict import Check, Obligation, Trial, Verdict, judged

METHOD = "index calculus, symbolic sizes"


@cache
def anything(label: str, arity: int) -> type[Function]:
    """A function of which nothing is known: its derivative in argument k is one more such function, f_k."""

    def fdiff(self: Function, argindex: int = 1) -> Expr:
        return anything(f"{label}_{argindex}", arity)(*self.args)

    return type(Function)(label, (Function,), {"nargs": arity, "fdiff": fdiff, "is_real": True})


m, n, p, q = (size(letter) for letter in "mnpq")

F = anything("f", 2)
"""Two operands, nothing known."""

H = named_function("h", neat=anything("h′", 2)(Z, A))
"""One operand, and a derivative h′(z, a) that may refer to the value a = h(z), as a (1 − a) does."""


M, V = value("A", m, n), value("a", m, 1)
"""A batch, whose groups are its columns or its rows, and one sample."""

STATISTICS: dict[Value, MatrixExpr] = {}
"""What the statistics of the examples stand for: they depend on the operand that is differentiated by."""


def _statistics(of: Value, axis: int, *, centred: bool) -> tuple[Value, ...]:
    """μ and s of the groups of a value (s alone if not `centred`), entered in STATISTICS."""
    shape = (1, of.cols) if axis == 0 else (of.rows, 1)
    kind = f"{of.base}{axis}{int(centred)}"
    mean = value(f"mu_{kind}", *shape)
    root = value(f"s_{kind}", *shape)
    STATISTICS[mean] = group_means(of, axis)
    STATISTICS[root] = deviation(of, mean if centred else None, axis, size("epsilon"))
    return (mean, root) if centred else (root,)


CASES: dict[type, tuple[MatrixExpr, ...]] = {
    MatMul: (
        mul(value("A", m, n), value("B", n, p), value("C", p, q)),
        scale(Rational(-3, 2), mul(value("A", m, n), value("b", n, 1))),
        scale(size("c"), mul(transpose(value("a", m, 1)), value("b", m, 1))),
        mul(value("A", n, n), value("B", n, n), value("A", n, n)),
    ),
    MatAdd: (
        add(value("A", m, n), scale(-2, value("B", m, n)), value("C", m, n)),
        add(value("a", m, 1), scale(size("c"), value("b", m, 1))),
    ),
    Transpose: (transpose(value("A", m, n)), scale(3, transpose(value("a", m, 1)))),
    Total: (total(value("A", m, n)), scale(1 / size("c"), total(value("a", m, 1)))),
    Elementwise: (
        Elementwise(F(slot(0), slot(1)), value("A", m, n), value("B", m, n)),
        Elementwise(F(slot(0), slot(1)), value("a", m, 1), value("b", m, 1)),
        Elementwise(H(slot(0)), value("A", m, n)),
        scale(-2, Elementwise(slot(0) * slot(1), value("A", m, n), value("A", m, n))),
    ),
    Softmax: (Softmax(M, 0), scale(-2, Softmax(M, 1)), Softmax(V, 0)),
    LogSoftmax: (LogSoftmax(M, 0), scale(-2, LogSoftmax(M, 1)), LogSoftmax(V, 0)),
    Standardized: tuple(
        Standardized(of, *_statistics(of, axis, centred=True)) for of, axis in ((M, 0), (M, 1), (V, 0))
    ),
    RootMeanScaled: tuple(
        RootMeanScaled(of, *_statistics(of, axis, centred=False)) for of, axis in ((M, 0), (M, 1), (V, 0))
    ),
}
"""Node type ↦ examples whose operands and sizes are symbols: rectangular, a column, with a coefficient, used twice."""


def obligations() -> Iterator[Obligation]:
    """One for each rule of the table."""
    for node_type, rule in RULES.items():
        examples = CASES.get(node_type, ())
        yield Obligation("rules", rule.__name__.replace("_", " "), METHOD, partial(prove, examples))


def prove(examples: tuple[MatrixExpr, ...]) -> Verdict:
    """The rule holds in each example, for each operand; and at equal sizes none of its mutants does."""
    if not examples:
        return Verdict(False, detail="no example: add one in symbolic/proof/rules.py")
    return judged(_checks(examples), _trials(examples))


def _checks(examples: tuple[MatrixExpr, ...]) -> Iterator[Check]:
    for example in examples:
        for operand in _differentiated(example):
            yield f"Y = {example}: ∂/∂{operand}", partial(_holds, example, operand)


def _holds(node: MatrixExpr, operand: Value) -> bool:
    """Whether the table's formula is the gradient; one that does not even conform is not."""
    try:
        formula = share(node, operand)
    except ShapeError:
        return False
    return formula.shape == operand.shape and claim(node, operand).proves(formula)


def _trials(examples: tuple[MatrixExpr, ...]) -> Iterator[Trial]:
    for example in examples:
        square = example.xreplace(equal_sizes(example))
        operands = values_in(square)
        for operand in _differentiated(square):
            truth = claim(square, operand)
            for mutant in mutants(share(square, operand), partial(_others, operands)):
                yield f"Y = {example}: ∂/∂{operand}: {mutant.name}", partial(rejects, truth, mutant)


def _others(operands: list[Value], v: Value) -> list[Value]:
    """An index slip among operands: another one of the same shape."""
    return [w for w in operands if v in operands and w != v and w.shape == v.shape]


def _differentiated(example: MatrixExpr) -> list[Value]:
    return [v for v in values_in(example) if v.base not in {statistic.base for statistic in STATISTICS}]


def share(node: MatrixExpr, operand: Value) -> MatrixExpr:
    """What the rules table says an operand's share of the cotangent G of Y = node is."""
    shares = [given for v, given in pullback(_result(node), node, _cotangent(node)) if v == operand]
    return add(*shares)


def claim(node: MatrixExpr, operand: Value) -> Claim:
    """That it is ∂/∂operand Σ_kp G_kp Y_kp; the formula may say Y for the node, μ and s for its statistics."""
    sizes = equal_sizes(node) if _is_square(node) else {}
    known = {v.xreplace(sizes): expr.xreplace(sizes) for v, expr in STATISTICS.items()}
    after = {**known, _result(node): node}
    return Claim(operand, ((_cotangent(node), node),), known.get, after.get)


def _is_square(node: MatrixExpr) -> bool:
    return bool(node.shape[0] == node.shape[1])


def _result(node: MatrixExpr) -> Value:
    return value("Y", *node.shape)


def _cotangent(node: MatrixExpr) -> Value:
    return value("G", *node.shape)
