"""Every formula of a derivation, printed, read back, and compared with what it was printed from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from sympy import Integer, MatAdd

from symbolic.algebra.build import add
from symbolic.algebra.values import SAMPLES, Value
from symbolic.calculus.forms import as_rows, is_cotangent, row
from symbolic.derivation import FORMS, LARGEST_CLOSED, Derivation
from symbolic.networks.objective import sample_weights
from symbolic.networks.spec import Layout
from symbolic.notation.profile import Profile
from symbolic.reading.context import Context
from symbolic.reading.latex import read_entry, read_equation, read_latex
from symbolic.reading.matrices import SampleSum
from symbolic.render.view import View
from tests.numeric import Numbers, numbers_for

LAYOUTS: tuple[Layout, ...] = ("denominator", "numerator")


LONGEST = 3_000
"""Gradients of more characters are not read: SymPy cancels in them for minutes. Steps always are."""


class Written(NamedTuple):
    """A formula as it is printed, what it was printed from, and the derivation whose names are in it.

    `beside` is what is added to a sum over the samples; each has a `share` where the objective is a mean of theirs.
    """

    kind: str
    text: str
    expr: Any
    derivation: Derivation
    beside: Any = None
    share: bool = True


def steps(derivation: Derivation, view: View) -> Iterator[tuple[Written, Any]]:
    """Every step, forward and back, with its target; those of gradients are among `gradients`."""
    for step in (*derivation.forward, *view.recurrence_steps()):
        target, expr = step.target, step.expr
        if is_cotangent(target) and view.layout == "numerator":
            target, expr = row(target), as_rows(expr)
        own = derivation.single if step.target.base.startswith("J:") else derivation
        yield Written("step", view.equation(step), expr, own), target


def gradients(derivation: Derivation, view: View, largest: int = LARGEST_CLOSED) -> Iterator[Written]:
    """Every gradient in every form; no closed one of more names than the `largest`, nor the entries of such a one."""
    for name in view.shown_targets():
        hidden = {"closed", "entries"} if derivation.closed_size(name) > largest else set()
        for form in derivation.readable(FORMS):
            if form in hidden:
                continue
            text = view.gradient(name, form)
            if form == "chain":
                yield _chain(derivation, view, name, text)
                continue
            own = derivation.single if derivation.target(name).mark == "J" else derivation
            yield Written(form, text, derivation.expression(name, form, view.layout, view.profile.named), own)


def _chain(derivation: Derivation, view: View, name: str, text: str) -> Written:
    """The chain of one sample; in a batch it is said of every sample, with its share."""
    partials, target = view.profile.chain_partials, derivation.target(name)
    per_sample = derivation.per_sample
    expr, beside = per_sample.chain(name, partials=partials), derivation.penalty(name, partials=partials)
    if view.layout == "numerator":
        expr, beside = as_rows(expr), as_rows(beside)
    if derivation is per_sample or target.mark == "J":
        return Written("chain", text, expr, per_sample)
    summed = SAMPLES not in target.wrt.shape
    return Written("chain", text, SampleSum(expr, Integer(1), summed), derivation, beside, target.mark == "d")


def reads_back(derivation: Derivation, author: Profile, layout: Layout, largest: int = LARGEST_CLOSED) -> int:
    """How many formulas there are; fails at the first that reads as another matrix."""
    view = View(derivation, author, layout)
    numbers = numbers_for(derivation)
    contexts: dict[Derivation, Context] = {}

    def context(own: Derivation) -> Context:
        return contexts.setdefault(own, Context(own, author, layout))

    count = 0
    for written, target in steps(derivation, view):
        left, right = read_equation(written.text, context(written.derivation))
        assert left == target, written.text
        assert_equal(right, written, numbers)
        count += 1
    for written in gradients(derivation, view, largest):
        if len(written.text) > LONGEST:
            continue
        if written.kind == "entries":
            read = read_entry(written.text, context(written.derivation))
        else:
            read = read_latex(written.text, context(written.derivation), written.expr.shape)
        assert_equal(read, written, numbers)
        count += 1
    return count


def assert_equal(read: Any, written: Written, numbers: Numbers) -> None:
    """Equal in numbers; of sums over samples what is summed, the share of a sample, and what stands beside."""
    if isinstance(written.expr, SampleSum):
        terms = read.args if isinstance(read, MatAdd) else (read,)
        read = next(term for term in terms if isinstance(term, SampleSum))
        rest = [term for term in terms if term is not read]
        assert read.summed == written.expr.summed, written.text
        share = _share(written.derivation, numbers) if written.share else 1.0
        assert np.isclose(numbers.scalar(read.share, {**dict.fromkeys("stuvwr", 1)}), share), written.text
        assert_same(add(*rest) if rest else 0 * written.beside, written.beside, numbers, written.text)
        assert_same(read.inside, written.expr.inside, numbers, written.text)
    else:
        assert_same(read, written.expr, numbers, written.text)


def assert_same(read: Any, expected: Any, numbers: Numbers, text: str) -> None:
    if read == expected:
        return
    ours, theirs = numbers.of(read), numbers.of(expected)
    assert ours.shape == theirs.shape, text
    assert np.allclose(ours, theirs), text


def _share(derivation: Derivation, numbers: Numbers) -> float:
    """What the first sample's gradient is multiplied with: 1/N, 1, w₁ or w₁/Σw."""
    weights: Value | None = sample_weights(derivation.network)
    if weights is None:
        return 1 / numbers.size(SAMPLES) if derivation.spec.objective.samples == "mean" else 1.0
    drawn = numbers.named(weights).ravel()
    return drawn[0] / (drawn.sum() if derivation.spec.objective.samples == "weighted_mean" else 1.0)
