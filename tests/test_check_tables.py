"""What `derive` prints is judged right by `check`, and what a slip of the pen makes of it is not."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice, product
from typing import Any, NamedTuple

import numpy as np
import pytest

from symbolic.algebra.values import SAMPLES
from symbolic.checking.check import check
from symbolic.checking.results import Judged
from symbolic.choices import LAYOUTS
from symbolic.errors import SymbolicError
from symbolic.networks.spec import Batch
from symbolic.networks.tables import catalog
from symbolic.notation.profile import profiles
from symbolic.reading.context import Context
from symbolic.reading.latex import read_entry, read_latex
from symbolic.reading.matrices import SampleSum
from symbolic.render.formats import format_named
from tests.checked import Equation, Printed, document, equations
from tests.numeric import Numbers, numbers_for
from tests.slips import Slip, slips

EVERY = [Printed(*each) for each in product(catalog(), ("single",), profiles(), LAYOUTS)]
"""Everything that a catalogue system is printed in for one sample."""

OF_BATCHES = [
    *(Printed(*each) for each in product(catalog(), ("columns", "rows"), ("standard",), LAYOUTS)),
    *(
        Printed(system, ("columns", "rows")[(k + n) % 2], notation, LAYOUTS[(k + n // 2) % 2])
        for (k, system), (n, notation) in product(
            enumerate(catalog()), enumerate(each for each in profiles() if each != "standard")
        )
    ),
]
"""Every system for a batch in columns and in rows, and in every other notation once."""

SOME = [
    Printed("deep_mse", "single", "standard", "denominator"),
    Printed("deep_mse", "single", "000", "numerator"),
    Printed("deep_scalar", "single", "002", "denominator"),
    Printed("regression", "single", "003", "denominator"),
    Printed("classification_mse", "single", "standard", "numerator"),
    Printed("classification_bce", "single", "004", "numerator"),
    Printed("deep_scalar", "rows", "003", "numerator"),
    Printed("classification_mse", "columns", "standard", "denominator"),
]
"""Every system, layout and way to write indices once, and a batch in columns and in rows."""


def not_right(found: Sequence[Judged]) -> list[str]:
    return [f"{each.verdict}: {each.formula} ({each.reason})" for each in found if each.verdict != "right"]


@pytest.mark.parametrize("printed", SOME, ids=str)
def test_printed_equations_are_right(printed: Printed) -> None:
    found = list(equations(printed.view))
    report = printed.checked(document(found))
    assert len(report.claims) == len(found)
    assert not not_right(report.claims)


@pytest.mark.slow
@pytest.mark.parametrize("printed", [*EVERY, *OF_BATCHES], ids=str)
def test_every_printed_equation_is_right(printed: Printed) -> None:
    test_printed_equations_are_right(printed)


# -- slips


class Mutant(NamedTuple):
    """An equation with one slip in its right side."""

    printed: Printed
    original: Equation
    slip: Slip

    @property
    def equation(self) -> Equation:
        return self.original._replace(right=self.slip.text)


class Outcome(NamedTuple):
    """What became of a mutant; `exact` where the correct formula is the original one, sign by sign."""

    mutant: Mutant
    judged: Judged

    @property
    def exact(self) -> bool:
        return spelled(self.judged.correct) == spelled(self.mutant.original.text)


INTACT = ("forward", "backward", "recurrence")
"""The equations that stand beside a mutant, and say what its names and conventions are."""

MUTATED_BATCHES = [
    Printed("classification_bce", "columns", "003", "denominator"),
    Printed("regression", "rows", "standard", "numerator"),
    Printed("deep_mse", "columns", "standard", "denominator"),
    Printed("deep_scalar", "rows", "002", "denominator"),
]
"""What is mutated for a batch."""

STEADY = [
    Printed("classification_bce", "single", "004", "numerator"),
    Printed("deep_mse", "single", "000", "denominator"),
    Printed("classification_mse", "single", "standard", "denominator"),
    Printed("regression", "single", "003", "denominator"),
    Printed("deep_mse", "single", "standard", "numerator"),
    Printed("deep_scalar", "single", "002", "denominator"),
]
"""What is mutated."""

DEFAULT = 1
"""How many of them in the default run, with fewer mutants."""


MUTANTS, TOGETHER, SHORT = 26, 5, 56
"""How many mutants of a print are judged by default, how many of them below one another, and how short they are.

More of them in one document would be the greater part of it, and say what its conventions are.
"""


def mutants(printed: Printed, seed: int) -> Iterator[Mutant]:
    """The mutants of all equations that are something else than their originals, in a random order."""
    found = [Mutant(printed, each, slip) for each in equations(printed.view) for slip in slips(each.right)]
    random.Random(seed).shuffle(found)
    return (mutant for mutant in found if not is_the_same(mutant))


def is_the_same(mutant: Mutant) -> bool:
    """Whether the strict reader of printed formulas gives a mutant the same values at random numbers.

    It reads no symbolic depth; there, two factors that are numbers are all that can be exchanged. What is usual to
    write is no slip: diag of a row, a(1 − a) for a ∘ (1 − a); nor is the transpose of a number.
    """
    kind, text = mutant.slip
    if r"\mathrm{diag}(\sigma'((" in text and kind == "transpose_added":
        return True
    derivation, view = mutant.printed.view.derivation, mutant.printed.view
    output = derivation.spec.output
    if output is not None and output.units == 1 and re.search(r"\([za]\^\{\[L\]\}\)\^", text):
        return True
    if derivation.spec.symbolic_depth and kind == "factors_swapped" and output is not None and output.units == 1:
        return True  # D^{[L]} is a number there
    if derivation.spec.symbolic_depth:
        return mutant.original.kind.endswith(("entries", "entry")) and kind == "factors_swapped"
    read = read_entry if mutant.original.kind.endswith(("entries", "entry")) else read_latex
    numbers = numbers_for(derivation)
    for own in dict.fromkeys((derivation, derivation.single)):
        context = Context(own, view.profile, view.layout)
        try:
            before, after = (_value(read(each, context), numbers) for each in (mutant.original.right, text))
        except SymbolicError:
            continue
        return before.shape == after.shape and bool(np.allclose(before, after))
    return False


def _value(read: Any, numbers: Numbers) -> Any:
    """A formula in numbers; of what is said of each sample, that of the first with its share, and N of a sum."""
    if not isinstance(read, SampleSum):
        return numbers.of(read)
    share = numbers.scalar(read.share, dict.fromkeys("stuvwr", 1))
    return numbers.of(read.inside) * share * (numbers.size(SAMPLES) if read.summed else 1)


@cache
def _intact(printed: Printed) -> list[Equation]:
    return [each for each in equations(printed.view) if each.kind in INTACT]


def judged(given: Sequence[Mutant]) -> Iterator[Outcome]:
    """The mutants of one print, in one document: below the intact equations, a forward or backward one in its place."""
    printed = given[0].printed
    intact = _intact(printed)
    below = [mutant for mutant in given if mutant.original not in intact]
    report = printed.checked(document([*intact, *(mutant.equation for mutant in below)]))
    yield from (Outcome(*each) for each in zip(below, report.claims[len(intact) :], strict=True))
    for mutant in given:
        if mutant.original in intact:
            at = intact.index(mutant.original)
            report = printed.checked(document([*intact[:at], mutant.equation, *intact[at + 1 :]]))
            yield Outcome(mutant, report.claims[at])


def spelled(text: str) -> str:
    """A formula without what is a matter of spelling: brackets, spaces, fonts."""
    for one, other in {r"\varepsilon": r"\epsilon", r"\top": "T", r"\circ": r"\odot", "*": r"\odot"}.items():
        text = text.replace(one, other)
    text = re.sub(r"\\(?:left|right|mathbf|mathrm|boldsymbol|text)(?![a-z])|[\s{}()\[\]_^]", "", text)
    return text.lower().replace(r"\relu", "relu")


def assert_none_right(found: Sequence[Outcome], least_exact: float) -> None:
    right = [outcome for outcome in found if outcome.judged.verdict == "right"]
    shown = [f"{o.mutant.slip.kind}: {o.mutant.equation.text}\n   for {o.mutant.original.right}" for o in right]
    assert not right, "\n".join(shown)
    exact = sum(outcome.exact for outcome in found)
    missed = Counter(outcome.mutant.slip.kind for outcome in found if not outcome.exact)
    assert exact >= least_exact * len(found), f"{exact} of {len(found)} repaired exactly; missed: {missed}"


def outcomes(given: Sequence[Mutant]) -> list[Outcome]:
    """What is said of mutants, a few of them to a document."""
    chunks = (given[at : at + TOGETHER] for at in range(0, len(given), TOGETHER))
    return [outcome for chunk in chunks for outcome in judged(chunk)]


@pytest.mark.parametrize("printed", STEADY[:DEFAULT], ids=str)
def test_slips_are_found(printed: Printed) -> None:
    short = [mutant for mutant in mutants(printed, 1) if len(mutant.slip.text) < SHORT][:MUTANTS]
    assert_none_right(outcomes(short), 0.75)


EACH = 170
"""Mutants of each of the six prints: more than a thousand in all."""


@pytest.mark.slow
@pytest.mark.parametrize("printed", STEADY, ids=str)
def test_a_thousand_slips_are_found(printed: Printed) -> None:
    """Of 1,020 slips, each alone in a document that is right otherwise, 93 in 100 were mended exactly."""
    found = outcomes(list(islice(mutants(printed, 2), EACH)))
    assert len(found) == EACH
    assert_none_right(found, 0.75)


OF_A_BATCH = 25
"""Mutants of each of the prints for a batch."""


@pytest.mark.slow
@pytest.mark.parametrize("printed", MUTATED_BATCHES, ids=str)
def test_slips_in_batches_are_found(printed: Printed) -> None:
    found = outcomes(list(islice(mutants(printed, 3), OF_A_BATCH)))
    assert len(found) == OF_A_BATCH
    assert_none_right(found, 0.6)


PASTED = [
    Printed("regression", "single", "standard", "denominator"),
    Printed("deep_mse", "columns", "standard", "numerator"),
    Printed("classification_bce", "rows", "003", "denominator"),
    Printed("deep_scalar", "single", "004", "numerator"),
]
"""What is pasted as a whole, tables and all."""


@pytest.mark.parametrize("name", ["latex", "markdown"])
@pytest.mark.parametrize("printed", PASTED, ids=str)
def test_tables_as_they_are_pasted_are_right(printed: Printed, name: str) -> None:
    text = format_named(name).render([printed.view])
    options = {"notation": printed.notation, "layout": printed.layout, "batch": printed.batch}
    report = check(text, system=printed.system, file=f"pasted.{format_named(name).suffix}", **options)
    assert len(report.claims) >= len(list(equations(printed.view)))
    assert not not_right(report.claims)


@pytest.mark.parametrize(("system", "batch"), [("classification_bce", "single"), ("deep_mse", "columns")])
def test_the_system_of_pasted_tables_is_found(system: str, batch: Batch) -> None:
    text = format_named("latex").render([Printed(system, batch, "standard", "denominator").view])
    report = check(text, file="pasted.tex")
    assert report.system == system
    assert not not_right(report.claims)
