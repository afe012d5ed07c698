"""How far generated modules are from PyTorch, JAX, our own backprop, complex steps and central differences.

    python benchmarks/trust.py [random networks, 200 unless told]

Counts the combinations that tests/test_trust.py has (every activation and loss of the tables, every layer type, in
every convention) and networks drawn at random, and prints the worst relative error against each reference. Needs the
extras `test` and `peers`.
"""

# ruff: noqa: E402 - the tests' modules are no package that is installed

from __future__ import annotations

import collections
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "tests")]

from hypothesis import HealthCheck, given, settings
from peers import backprop, cases, jax_peer, module, torch_peer
from peers.compare import complex_steps, differences, gradient_error, relative_error
from peers.problem import Answer, Problem, Spec, draw
from peers.random_networks import networks

Error = Callable[[Problem, Answer], float | None]


def _of_peer(answer: Callable[[Problem], Answer]) -> Error:
    return lambda problem, found: relative_error(found, answer(problem))


def _of_quotients(problem: Problem, found: Answer) -> float | None:
    if "loss" not in problem.spec["objective"]:
        return None
    return gradient_error(found.gradients, differences(module.loss, problem))


REFERENCES: dict[str, Error] = {
    "PyTorch": _of_peer(torch_peer.answer),
    "JAX": _of_peer(jax_peer.answer),
    "our backprop": _of_peer(backprop.answer),
    "complex steps": lambda problem, found: gradient_error(found.gradients, complex_steps(backprop.objective, problem)),
    "central differences": _of_quotients,
}


def drawn(number: int) -> list[Problem]:
    """Random networks, none near a kink, none so badly conditioned that PyTorch and our backprop differ."""
    found: list[Problem] = []

    @settings(max_examples=number, deadline=None, derandomize=True, database=None, suppress_health_check=[*HealthCheck])
    @given(networks())
    def collect(spec: Spec) -> None:
        problem = draw(spec)
        if not backprop.near_a_kink(problem):
            found.append(problem)

    collect()
    return [p for p in found if relative_error(torch_peer.answer(p), backprop.answer(p)) < 1e-12]


def table(title: str, problems: Iterator[Problem] | list[Problem]) -> None:
    """The count and, for each reference, the worst error and whose it is."""
    worst: dict[str, tuple[float, str]] = {}
    counts: collections.Counter[str] = collections.Counter()
    failures: collections.Counter[str] = collections.Counter()
    for problem in problems:
        name = problem.spec.get("title", "a random network")
        counts["networks"] += 1
        try:
            found = module.answer(problem)
        except Exception as failure:  # a table of what works has to outlive what does not
            failures[f"{type(failure).__name__}: {str(failure)[:80]}"] += 1
            continue
        for reference, error_of in REFERENCES.items():
            error = error_of(problem, found)
            if error is not None:
                counts[reference] += 1
                worst[reference] = max(worst.get(reference, (-1.0, "")), (error, name))
    print(f"\n{title}: {counts['networks']} networks, {sum(failures.values())} without a module")
    for reason, number in failures.most_common(10):
        print(f"    {number:>5}  {reason}")
    print(f"{'against':<22}{'compared':>9}{'worst error':>14}  in")
    for reference, (error, name) in worst.items():
        print(f"{reference:<22}{counts[reference]:>9}{error:>14.1e}  {name}")


def main() -> None:
    """Print one table for the matrix and one for random networks."""
    warnings.simplefilter("ignore")
    table("every row, layer and convention", (draw(case.spec) for case in cases.every_case()))
    table("random networks", drawn(int(sys.argv[1]) if len(sys.argv) > 1 else 200))


if __name__ == "__main__":
    main()
