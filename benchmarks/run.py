"""How long the commands take, as multiples of `import sympy`, and how the time of a derivation grows with the depth.

    python benchmarks/run.py

Every figure is the least of several runs on this machine, so only the ratios mean anything elsewhere. Nothing here is
a test: times are not asserted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5
DEPTHS = (10, 100, 1000)

COMMANDS = (
    ("import sympy", ("-c", "import sympy")),
    ("symbolic list", ("-m", "symbolic", "list")),
    ("symbolic derive regression --format latex", ("-m", "symbolic", "derive", "regression", "--format", "latex")),
    ("symbolic derive", ("-m", "symbolic", "derive")),
)
"""What is timed, each in an interpreter of its own; the first is what the others are measured by."""

AT_DEPTH = """
import time
from symbolic import derive
from symbolic.networks.spec import make_spec
from symbolic.networks.tables import catalog
from symbolic.api import view_of
derive("regression").latex("W1")  # what is only paid once: imports, caches, grammars
start = time.perf_counter()
derivation = derive(make_spec({{**catalog()["deep_mse"], "depth": {depth}}}))
view = view_of(derivation, forms=("recurrence",))
for name in derivation.targets:
    view.gradient(name, "recurrence")
print(time.perf_counter() - start)
"""
"""From a spec to the LaTeX of all its gradients, in recurrence form: seconds."""


def runs(arguments: Sequence[str], folder: str) -> Iterator[tuple[float, str]]:
    """Python run several times in a folder: how long each run took, in seconds, and what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(RUNS):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True
        )
        yield time.perf_counter() - start, done.stdout


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        times = {name: min(taken for taken, _ in runs(arguments, folder)) for name, arguments in COMMANDS}
        unit = times[COMMANDS[0][0]]
        print(f"{'command':<45}{'seconds':>9}{'import sympy = 1':>20}")
        for name, taken in times.items():
            print(f"{name:<45}{taken:>9.2f}{taken / unit:>20.1f}")

        layers = {n: min(float(out) for _, out in runs(("-c", AT_DEPTH.format(depth=n)), folder)) / n for n in DEPTHS}
        print(f"\n{'layers':<45}{'seconds':>9}{'a layer, 10 = 1':>20}")
        for depth, taken in layers.items():
            print(f"{depth:<45}{taken * depth:>9.2f}{taken / layers[DEPTHS[0]]:>20.1f}")


if __name__ == "__main__":
    main()
