"""The verdict on a claim: right under which convention, wrong and mended how, or why it cannot be said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from symbolic.checking.alone import are_of_one_sample, is_of_no_number, numbers_samples, says_samples
from symbolic.checking.assignments import assigns
from symbolic.checking.claims import Claim
from symbolic.checking.convention import Y_FOR_OUTPUT, Reading
from symbolic.checking.counted import counts_samples
from symbolic.checking.functions import activations_of
from symbolic.checking.grouping import PRODUCT_FIRST, products_first
from symbolic.checking.known_functions import GENERIC
from symbolic.checking.letters import CAPITALS, SMALL
from symbolic.checking.mending import Workshop, corrected, renames_target
from symbolic.checking.outcomes import Outcome
from symbolic.checking.own_assumed import AS_ASSUMED, IN_NUMBERS, is_of_numbers
from symbolic.checking.own_bars import says_bars
from symbolic.checking.own_minimum import MINIMISES, is_minimiser
from symbolic.checking.problems import JUDGING, TOO_LONG
from symbolic.checking.repairs import Edited
from symbolic.checking.respelled import in_own_letters
from symbolic.checking.results import Judged, Verdict
from symbolic.checking.setting import LAYOUTS
from symbolic.checking.standard import DEFINES, RESTS, Standard, turned
from symbolic.checking.totals import TOTAL
from symbolic.checking.tree import Ellipsis, Grid, Listed
from symbolic.checking.variants import ANY, CURVES, activations_in, with_activation
from symbolic.checking.walk import calls_in, names_in, ratios_in
from symbolic.checking.writing import latex
from symbolic.checking.written import Ratio
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

ONE_SAMPLE = "right for one sample; for the batch that the file is about, it is another formula"

UNCLEAR = "not right everywhere; whether it is so under the condition that is said with it cannot be told: {}"


@dataclass(frozen=True)
class Judge(Standard):
    """What gives the verdicts on the claims of a file."""

    def judged(self, claim: Claim) -> Judged:
        """The verdict on one claim."""
        self.setting.steps[id(claim)].left = JUDGING
        judged = in_own_letters(self._judged(claim), claim.spelled, below=claim.lowered)
        if not claim.unclear or judged.verdict not in ("wrong", "does not fit"):
            return judged
        return replace(judged, verdict="ambiguous", reason=UNCLEAR.format(claim.unclear), repair="", correct="")

    def _judged(self, claim: Claim) -> Judged:
        if claim.problem:
            return Judged(claim.line, claim.text, "", "unreadable", reason=claim.problem)
        found = Judged(claim.line, claim.text, latex(claim.sides[0]), "unreadable")
        if any(isinstance(side, Listed) for side in claim.sides):
            return _of_list(claim, found)
        if len(set(claim.sides)) == 1:
            return replace(found, reason="both sides are the same: it claims nothing")
        if id(claim) in self.used.said and is_minimiser(claim, self.setting.points, self.reading):
            return replace(found, verdict="right", reason=MINIMISES)
        if id(claim) in self.used.said and len(claim.sides) == 2:
            return replace(found, verdict="ambiguous", reason=self.used.said[id(claim)])
        if says_bars(claim, self.setting.names[id(claim)], self.used.letters):
            return replace(found, verdict="right", reason=DEFINES)
        if id(claim) in self.used.given and len(claim.sides) == 2:
            return replace(found, verdict="right", reason=DEFINES)
        reading = self.fitting(claim)
        if reading is not None:
            return self.right(claim, found, reading)
        is_alone = self.setting.derivation.network.samples == 1
        if id(claim) in (self.used.totals if is_alone else self.used.idle):
            return replace(found, verdict="right", reason=TOTAL)
        if self.assumed is not None and self.assumed.setting.everywhere(claim, self.reading).fits:
            symbols = claim.sides[:-1]
            if is_of_numbers(claim) and (len(symbols) == 1 or self.fits(claim, self.reading, symbols)):
                return replace(found, verdict="right", conventions=(IN_NUMBERS,), reason=RESTS)
            return replace(found, verdict="ambiguous", reason=AS_ASSUMED)
        outcome = self.setting.everywhere(claim, self.reading)
        alone = self._of_one_sample(claim, outcome) if self.single is not None else None
        return self._not_right(claim, found, outcome) if alone is None else alone

    def _of_one_sample(self, claim: Claim, outcome: Outcome) -> Judged | None:
        """The verdict on a claim of one sample of a batch; None where it is judged as one of the batch.

        It is one of one sample where its letters say so, where it has no meaning for the batch, or is right so; never
        where it has an index that counts the samples.
        """
        assert self.single is not None, "a batch whose samples are coupled has no formulas of one"
        if counts_samples(claim.sides, self.used.samples):
            return None
        letters = {written.base for written in names_in(claim.sides)}
        surely = are_of_one_sample(letters, self.used.letters) and not says_samples(claim.sides)
        known = outcome.kind != "unknown"
        if not self._is_of_one_sample(claim) or (self.is_batch and known and not surely):
            return None
        alone = replace(self, choice=self.single, single=None)
        if known and not surely and alone.fitting(claim) is None:
            return None
        judged = alone._judged(claim)
        if judged.verdict != "right":
            return None if judged.verdict == "unreadable" else judged
        if known and not letters & SMALL:
            return replace(judged, verdict="ambiguous", reason=ONE_SAMPLE)
        return replace(judged, conventions=(*judged.conventions, "for one sample"))

    def _is_of_one_sample(self, claim: Claim) -> bool:
        """Whether a claim of a file about a batch is about one sample: by its small letters, or by no number in x."""
        letters = {written.base for written in names_in(claim.sides)}
        if self.used.numbered and is_of_no_number(claim.sides):
            return True
        is_said = id(claim) in self.used.alone
        of = {ratio.above.letter for ratio in ratios_in(claim.sides) if ratio.above is not None}
        if not is_said and of & self.used.summed:
            return False
        if is_said and not numbers_samples(claim.sides) and not letters & CAPITALS:
            return True
        return bool(self.used.letters & CAPITALS) and not letters & (CAPITALS | self.used.batches)

    # -- what is not right

    def _not_right(self, claim: Claim, found: Judged, outcome: Outcome) -> Judged:
        if outcome.kind == "unknown":
            return self._unknown(claim, found, outcome)
        if outcome.kind == "beyond":
            return replace(found, verdict="ambiguous", reason=f"right, but for one layer of its range: {outcome.said}")
        if outcome.kind == "entrywise" or self._entrywise(claim):
            words = f"right entry by entry; as a Jacobian it is a diagonal matrix ({outcome.said})"
            return replace(found, verdict="ambiguous", reason=words, repair="diag(…) of the right side, or its entries")
        grouped = products_first(claim.sides)
        if outcome.kind == "misfit" and grouped != claim.sides and self.fits(claim, self.reading, grouped):
            return replace(found, verdict="right", conventions=(PRODUCT_FIRST,), reason=RESTS)
        particular = self._for_one_function(claim, found) if outcome.kind in ("differs", "misfit") else None
        if particular is not None and particular.verdict == "right":
            return particular
        lenient = replace(self.reading, lenient=True)
        freer = self.setting.everywhere(claim, lenient)
        if outcome.kind == "misfit" and freer.kind not in ("misfit", "unknown"):
            return self._leniently(claim, found, outcome, lenient, freer.fits)
        if outcome.kind == "misfit" and any(map(_has_dots, claim.sides)):
            return replace(found, verdict="wrong", reason=outcome.said, repair="the diagonal matrix diag(…)")
        if self.used.diagonal:
            for reading in (self.reading, turned(self.reading)):
                if self.fits(claim, replace(reading, diagonal=True)):
                    return self.right(claim, found, replace(reading, diagonal=True))
        for reading, words in self._other_meanings(claim):
            if self.fits(claim, reading):
                return replace(found, verdict="ambiguous", reason=words)
        if assigns(claim) and claim.given is not None and claim.given in names_in(claim.sides[1:]):
            return replace(found, reason="it gives a name a new value, and what it was before is not kept")
        edit = self._workshop.mended(claim)
        if edit is not None and renames_target(claim, edit):
            return _with(found, "ambiguous", edit, f"right if the author means: {_said(edit.words)}")
        if edit is not None:
            reason = particular.reason if particular is not None else outcome.said
            return _with(found, "wrong", edit, reason or "the two sides differ")
        if particular is not None:
            return particular
        if outcome.kind == "misfit":
            return replace(found, verdict="does not fit", reason=outcome.said)
        return replace(found, verdict="wrong", reason="the two sides differ, and neither one edit nor two mend it")

    def _for_one_function(self, claim: Claim, found: Judged) -> Judged | None:
        """The verdict on a claim of any σ that holds for one function alone; None where it is no such claim.

        It is right where the file names that function, and the claim has no letter for it.
        """
        spec = self.setting.derivation.spec
        if self.other is None or ANY not in activations_in(spec):
            return None
        for name, called in CURVES.items():
            special = replace(self, choice=self.other(with_activation(spec, {ANY}, name)))
            reading = special.fitting(claim)
            if reading is None:
                continue
            if name in self.functions and not any(call.name in GENERIC for call in calls_in(claim.sides)):
                right = special.right(claim, found, reading)
                return replace(right, conventions=(*right.conventions, f"for {called}"))
            return replace(
                found, verdict="wrong", reason=f"it holds where the activation is {called}, and for no other"
            )
        return None

    @property
    def _workshop(self) -> Workshop:
        return Workshop(
            self.setting, self.reading, self.used.letters, self.used.slopes, self.used.terms, self.used.functions
        )

    def _leniently(self, claim: Claim, found: Judged, outcome: Outcome, reading: Reading, fits: bool) -> Judged:
        """The verdict where (v)_{ij} of a vector v must be read as v_i to say anything at all."""
        if fits:
            return replace(found, verdict="ambiguous", reason=f"right if (v)_ij is v_i; {outcome.said}")
        edit = self._workshop.mended(claim, reading)
        if edit is None:
            return replace(found, verdict="wrong", reason=f"its entries differ; {outcome.said}")
        return _with(found, "wrong", edit)

    def _entrywise(self, claim: Claim) -> bool:
        layouts = (replace(self.reading, numerator=numerator, rows=rows) for numerator, rows in LAYOUTS)
        return any(self.setting.outcome(claim, reading).kind == "entrywise" for reading in layouts)

    def _other_meanings(self, claim: Claim) -> Iterator[tuple[Reading, str]]:
        """Readings of δ, y and σ′ that the rest of the file does not follow."""
        derivation = self.setting.derivation
        for laid in (self.reading, turned(self.reading)):
            if derivation.objective != derivation.network.output and derivation.network.samples == 1:
                of = "output" if self.reading.of == "objective" else "objective"
                says = "the derivative of the output" if of == "output" else "the derivative of the loss"
                yield replace(laid, of=of), f"right if δ is {says}; elsewhere in the file it is not"
            if any(w.base == "y" for ratio in ratios_in(claim.sides) for w in names_in(nodes.Name(0, ratio))):
                yield replace(laid, renamed=Y_FOR_OUTPUT), "right if y in its derivatives is ŷ"
            if any(call.order for call in calls_in(claim.sides)):
                yield replace(laid, diagonal=True), "right if σ′(z) is read as the diagonal matrix diag(σ′(z))"

    def _unknown(self, claim: Claim, found: Judged, outcome: Outcome) -> Judged:
        """A name that stands for nothing: wrong if another index, or no y, makes it right; else unreadable."""
        for reading, words in self._other_meanings(claim):
            if self.fits(claim, reading):
                return replace(found, verdict="ambiguous", reason=words)

        def allowed(edit: Edited) -> bool:
            without_y = outcome.said.startswith("y ") and "without the factor" in edit.words
            return without_y or outcome.said.startswith("⋯") or "the index" in edit.words

        edit = None if outcome.said == TOO_LONG else self._workshop.mended(claim, allowed=allowed)
        if edit is None:
            return self._of_a_function(claim, replace(found, reason=outcome.said))
        return _with(found, "wrong", edit, outcome.said)

    def _of_a_function(self, claim: Claim, found: Judged) -> Judged:
        """σ′(z) = σ(z)(1 − σ(z)), said of no layer: right or wrong if it is so for every layer with a function."""
        letters = {written.letter for written in names_in(claim.sides)} - {"e"}
        functions = activations_of(self.setting.derivation) or self.setting.points[0].own_values
        if len(letters) != 1 or not functions or not any(calls_in(claim.sides)):
            return found
        (letter,) = letters
        kinds = {self.setting.of_value(claim, self.reading, letter, z).kind for z in functions}
        if kinds == {"agrees"}:
            return replace(found, verdict="right", reason=RESTS)
        return replace(found, verdict="wrong", reason="the two sides differ") if kinds == {"differs"} else found


def _with(found: Judged, verdict: Verdict, edit: Edited, reason: str = "the two sides differ") -> Judged:
    return replace(found, verdict=verdict, reason=reason, repair=_said(edit.words), correct=corrected(edit))


def _said(words: str) -> str:
    """An edit as advice: write a^{[1]}, not a^{[0]}."""
    new, between, old = words.partition(" in place of ")
    return f"write {new}, not {old}" if between else words


def _of_list(claim: Claim, found: Judged) -> Judged:
    """A gradient as a list of derivatives by parameters."""
    first = claim.sides[0]
    listed = next(side for side in claim.sides if isinstance(side, Listed))
    by = sorted({ratio.below.base for ratio in ratios_in(listed)})
    if isinstance(first, nodes.Name) and isinstance(first.known, Ratio) and by and first.known.below.base not in by:
        reason = (
            f"that is the gradient with respect to {' and '.join(by)}, not with respect to {first.known.below.base}"
        )
        return replace(found, verdict="wrong", reason=reason)
    return replace(found, reason="a list of values, which is not compared")


def _has_dots(node: Node) -> bool:
    """Whether a matrix is written out with ⋯ in it."""
    if isinstance(node, Grid):
        return any(isinstance(cell, Ellipsis) for row in node.rows for cell in row)
    return any(_has_dots(part) for part in nodes.parts_of(node))
