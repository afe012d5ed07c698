"""How many of SymPy's own matrix derivatives of two-layer networks are right, beside ours.

    python benchmarks/sympy_diff.py

C = loss(f(W2 f(W1 x + b1) + b2), y) for one sample, written with MatrixSymbols and `applyfunc` as SymPy's documentation
does, and differentiated by `C.diff(W1)` and so on, in three ways, each with a time limit in a process of its own. What
comes back is evaluated at random numbers of several sizes and compared with our numeric backprop: right, wrong, not
evaluated (it does not come down to numbers), an error, or out of time. A result that is the transpose, or of another
shape with the same entries in order, counts as right. Ours are the gradients of the generated module, compared with
central differences.
"""

# ruff: noqa: E402 - the tests' modules are no package that is installed

from __future__ import annotations

import collections
import multiprocessing
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "tests")]

import numpy as np
import sympy as sp
from peers import backprop, module
from peers.compare import differences
from peers.problem import Answer, Problem, draw, shapes
from sympy.core.expr import Expr

LIMIT = 5.0
"""Seconds for each attempt."""

SIZES = ((2, 3, 2), (3, 2, 4))
"""(n, m, K) of the numeric comparisons; a right answer is right at all of them."""

z = sp.Symbol("z", real=True)

ACTIVATIONS: dict[str, Expr] = {
    "sigmoid": 1 / (1 + sp.exp(-z)),
    "tanh": sp.tanh(z),
    "relu": sp.Max(z, 0),
    "softplus": sp.log(1 + sp.exp(z)),
    "sin": sp.sin(z),
    "exp": sp.exp(z),
    "identity": z,
}

LOSSES = {
    "squared_error": "identity",
    "binary_cross_entropy": "sigmoid",
    "cross_entropy": "softmax",
}
"""Loss ↦ what stands after the last affine layer; the activation under test is in the hidden one."""

TARGETS = ("W1", "b1", "W2", "b2", "x")

n, m, K = sp.symbols("n m K", integer=True, positive=True)
SYMBOLS = {
    "W1": sp.MatrixSymbol("W1", m, n),
    "b1": sp.MatrixSymbol("b1", m, 1),
    "W2": sp.MatrixSymbol("W2", K, m),
    "b2": sp.MatrixSymbol("b2", K, 1),
    "x": sp.MatrixSymbol("x", n, 1),
    "y": sp.MatrixSymbol("y", K, 1),
}


def objective(activation: str, loss: str) -> Any:
    """C as SymPy writes it, a 1 × 1 matrix expression."""
    W1, b1, W2, b2, x, y = (SYMBOLS[name] for name in ("W1", "b1", "W2", "b2", "x", "y"))
    hidden = W1 * x + b1
    if activation != "identity":
        hidden = hidden.applyfunc(sp.Lambda(z, ACTIVATIONS[activation]))
    last = W2 * hidden + b2
    if loss == "squared_error":
        return (last - y).T * (last - y)
    if loss == "binary_cross_entropy":
        # Of logits: Σ log(1 + e^z) − y z, the mean of which is taken below.
        softplus = last.applyfunc(sp.Lambda(z, sp.log(1 + sp.exp(z))))
        return sp.OneMatrix(1, K) * softplus - y.T * last
    exponentials = sp.OneMatrix(1, K) * last.applyfunc(sp.exp)
    return exponentials.applyfunc(sp.log) * (y.T * sp.OneMatrix(K, 1)) - y.T * last


def numbers(activation: str, loss: str, sizes: tuple[int, int, int]) -> Problem:
    """The same network with numbers, one sample; the softmax's losses as those of logits, which SymPy can write."""
    layers = [{"units": "m", "activation": activation}, {"units": "K", "activation": LOSSES[loss]}]
    objective = {"loss": loss, "reduction": "sum"}
    spec = {"name": "net", "input": {"size": "n"}, "layers": layers, "objective": objective}
    letters = dict(zip(("n", "m", "K"), sizes, strict=True))
    assert shapes(spec, 1, letters).units["a2"] == sizes[2]
    return draw(spec, seed=3, samples=1, letters=letters)


def evaluated(result: Any, problem: Problem, sizes: tuple[int, int, int]) -> np.ndarray[Any, Any]:
    """A derivative at numbers, whichever comes first, the numbers or the entries. Raises where neither leads to any."""
    values = {**problem.params, "x": problem.x, "y": problem.y}
    size = dict(zip((n, m, K), sizes, strict=True))
    fixed = result.subs(size)
    matrices = {
        sp.MatrixSymbol(name, *(side.subs(size) for side in symbol.shape)): sp.ImmutableDenseMatrix(values[name])
        for name, symbol in SYMBOLS.items()
    }
    entries = {symbol[i, j]: number[i, j] for symbol, number in matrices.items() for i, j in np.ndindex(number.shape)}
    try:
        explicit = _explicit(fixed.xreplace(matrices).doit())
    except Exception:
        explicit = _explicit(fixed).xreplace(entries)
    return np.array(sp.Array(explicit.doit()).tolist(), dtype=object).astype(float)


def _explicit(expr: Any) -> Any:
    return expr.as_explicit() if hasattr(expr, "as_explicit") else expr


def derivative(answer: Answer, target: str) -> np.ndarray[Any, Any]:
    """By a parameter or by x."""
    found = answer.input_gradient if target == "x" else answer.gradients[target]
    assert found is not None, "samples that do not touch each other have gradients of their own"
    return found


def same(found: np.ndarray[Any, Any], wanted: np.ndarray[Any, Any]) -> bool:
    """Equal entries in this order or the transpose's."""
    if found.size != wanted.size:
        return False
    flat = found.reshape(-1)
    return any(np.allclose(flat, order.reshape(-1), rtol=1e-6, atol=1e-8) for order in (wanted, wanted.T))


WAYS: dict[str, Callable[[Any], Any]] = {
    "C as a 1 × 1 matrix": lambda C: C,
    "tr C": sp.Trace,
    "the entry C[0, 0]": lambda C: C[0, 0],
}
"""Three ways to hand the same C to `diff`."""


def attempt(activation: str, loss: str, target: str, way: str) -> str:
    """What SymPy's derivative is worth."""
    try:
        result = WAYS[way](objective(activation, loss)).diff(SYMBOLS[target])
    except Exception as error:
        return f"error: {type(error).__name__}"
    for sizes in SIZES:
        problem = numbers(activation, loss, sizes)
        wanted = derivative(backprop.answer(problem), target)
        try:
            found = evaluated(result, problem, sizes)
        except Exception:
            return "not evaluated"
        if not same(found, wanted):
            return "wrong"
    return "right"


def ours(activation: str, loss: str, target: str) -> str:
    """What the generated module's derivative is worth, by the same measure and against difference quotients."""
    for sizes in SIZES:
        problem = numbers(activation, loss, sizes)
        try:
            found = module.answer(problem)
        except Exception as error:
            return f"error: {type(error).__name__}"
        quotients = {"x": derivative(backprop.answer(problem), "x"), **differences(backprop.objective, problem)}
        if not same(derivative(found, target), quotients[target]):
            return "wrong"
    return "right"


def in_time(work: Callable[..., str], *given: str) -> str:
    """The verdict of a process that is ended when its time is over."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def run() -> None:
        warnings.simplefilter("ignore")
        sender.send(work(*given))

    process = context.Process(target=run, daemon=True)
    process.start()
    verdict = receiver.recv() if receiver.poll(LIMIT) else "out of time"
    process.kill()
    process.join()
    return str(verdict)


BEST = "SymPy, best of the three"


def main() -> None:
    """Print a line for each network, the best of the three ways in each cell, and the counts."""
    warnings.simplefilter("ignore")
    counts: dict[str, collections.Counter[str]] = {name: collections.Counter() for name in (*WAYS, BEST, "ours")}
    print(f"{'activation':<11}{'loss':<22}" + "".join(f"{target:<22}" for target in TARGETS) + "ours")
    for loss in LOSSES:
        for activation in ACTIVATIONS:
            cells = ""
            for target in TARGETS:
                verdicts = {way: in_time(attempt, activation, loss, target, way) for way in WAYS}
                best = "right" if "right" in verdicts.values() else next(iter(verdicts.values()))
                cells += f"{best:<22}"
                for whose, verdict in {**verdicts, BEST: best}.items():
                    counts[whose][verdict.partition(":")[0]] += 1
            mine = [ours(activation, loss, target) for target in TARGETS]
            counts["ours"].update(mine)
            print(f"{activation:<11}{loss:<22}{cells}{mine.count('right')} of {len(mine)} right", flush=True)
    print()
    for whose, verdicts_of in counts.items():
        print(f"{whose:<30}" + ", ".join(f"{verdict} {number}" for verdict, number in verdicts_of.most_common()))


if __name__ == "__main__":
    main()
