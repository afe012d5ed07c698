"""How long `check` takes for pages of formulas and for formulas made to hurt, as multiples of `import sympy`.

    python benchmarks/check.py

Every figure is the least of several runs in one process, the network derived before; only ratios mean anything
elsewhere. Nothing here is a test: times are not asserted. Needs the extra `test`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from symbolic import check
from tests.test_check_safety import HOSTILE, RIGHTS, SYSTEM, WRONGS, among_right_ones, page

FORWARD = r"""
\[z^{(l)}_i = \sum_j W^{(l)}_{i,j} a^{(l-1)}_j + b^{(l)}_i, \qquad a^{(l)}_i = \sigma(z^{(l)}_i)\]

\[E = \frac{1}{2} \sum_{i} (y_i - a^{(N)}_i)^2\]
"""
"""What an author states of his network, entry by entry, N being its last layer."""

BACKWARD = (
    r"\frac{\partial a^{(@)}_i}{\partial z^{(@)}_i} = \sigma'(z^{(@)}_i)",
    r"\frac{\partial z^{(@)}_i}{\partial W^{(@)}_{i,j}} = a^{(%)}_j",
    r"\frac{\partial E}{\partial W^{(@)}_{i,j}} = \frac{\partial E}{\partial a^{(@)}_i} \sigma'(z^{(@)}_i) a^{(%)}_j",
    r"\frac{\partial E}{\partial b^{(@)}_i} = \frac{\partial E}{\partial a^{(@)}_i} \sigma'(z^{(@)}_i)",
    r"\frac{\partial E}{\partial a^{(%)}_i} = \sum_k \frac{\partial E}{\partial a^{(@)}_k} \sigma'(z^{(@)}_k) W^{(@)}_{k,i}",  # noqa: E501
)
"""What follows for a layer @ behind a layer %."""

SLIPS = (
    ("a^{(%)}_j", "a^{(@)}_j"),
    (r"\sigma'(z^{(@)}_i)", r"\sigma(z^{(@)}_i)"),
    ("W^{(@)}_{k,i}", "W^{(@)}_{i,k}"),
)
"""What stands right, and wrong."""

LAYERS = ("l", "l-1"), ("N", "N-1"), ("N-1", "N-2"), ("l-1", "l-2"), ("N-2", "N-3"), ("1", "0"), ("2", "1"), ("3", "2")


def derivation(*, wrong: bool) -> str:
    """A page of 40 formulas in an author's own letters; where it is `wrong`, one of four has a slip."""
    found = []
    for (layer, before), formula in product(LAYERS, BACKWARD):
        if wrong and len(found) % 4 == 3:
            formula = formula.replace(*next(pair for pair in SLIPS if pair[0] in formula))
        found.append(rf"\[{formula.replace('@', layer).replace('%', before)}\]")
    return "\n\n".join([FORWARD, *found[:37]])


RUNS = 3
WORST = 5
"""So many of the hostile formulas are shown, those that take longest."""


def seconds(work: Callable[[], object]) -> float:
    """The least time that a piece of work takes."""
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Print both tables."""
    unit = seconds(lambda: subprocess.run([sys.executable, "-c", "import sympy"], check=True))
    check(RIGHTS[0], system=SYSTEM)
    pages = {
        "40 right formulas": lambda: check(page(RIGHTS, 40), system=SYSTEM),
        "160 right formulas": lambda: check(page(RIGHTS, 160), system=SYSTEM),
        "40 wrong formulas, each with its repair": lambda: check(page(WRONGS, 40), system=SYSTEM),
        "160 wrong formulas": lambda: check(page(WRONGS, 160), system=SYSTEM),
        "40 right formulas, the system guessed": lambda: check(page(RIGHTS, 40)),
        "40 in an author's own letters, guessed": lambda: check(derivation(wrong=False)),
        "the same, one of four wrong": lambda: check(derivation(wrong=True)),
    }
    for name, work in pages.items():
        print(f"{name:45} {seconds(work) / unit:6.1f}")
    taken = {name: seconds(lambda f=f: check(among_right_ones(f), system=SYSTEM)) for name, f in HOSTILE.items()}
    for name, each in sorted(taken.items(), key=lambda pair: -pair[1])[:WORST]:
        print(f"{name:45} {each / unit:6.1f}")
    print(f"{'the middle one of ' + str(len(taken)):45} {sorted(taken.values())[len(taken) // 2] / unit:6.2f}")


if __name__ == "__main__":
    main()
