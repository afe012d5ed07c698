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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from symbolic import check
from tests.test_check_safety import HOSTILE, RIGHTS, SYSTEM, WRONGS, among_right_ones, page

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
    }
    for name, work in pages.items():
        print(f"{name:45} {seconds(work) / unit:6.1f}")
    taken = {name: seconds(lambda f=f: check(among_right_ones(f), system=SYSTEM)) for name, f in HOSTILE.items()}
    for name, each in sorted(taken.items(), key=lambda pair: -pair[1])[:WORST]:
        print(f"{name:45} {each / unit:6.1f}")
    print(f"{'the middle one of ' + str(len(taken)):45} {sorted(taken.values())[len(taken) // 2] / unit:6.2f}")


if __name__ == "__main__":
    main()
