"""The smallest edit that makes a claim right, found by trying the slips of hand derivations one after another."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from symbolic.algebra.values import SAMPLES
from symbolic.checking.claims import Claim
from symbolic.checking.compare import compared, surely_differs, telling
from symbolic.checking.convention import Reading
from symbolic.checking.evaluate import Evaluator
from symbolic.checking.kept import kept
from symbolic.checking.letters import COUNTS_OF_SAMPLES, LETTERS
from symbolic.checking.missing import Material, of_weights
from symbolic.checking.problems import MENDING
from symbolic.checking.repairs import Edited, edits
from symbolic.checking.setting import Setting
from symbolic.checking.tree import Differentiated
from symbolic.checking.walk import names_in, nodes_in, ratios_in
from symbolic.checking.writing import equation
from symbolic.checking.written import Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

MENDS = {"agrees": 0, "row": 1, "entrywise": 2}
"""The outcomes of an edit that mend a formula, and what they cost."""

FEWEST_TRIED, MOST_WORK = 20, 12_000
"""How many edits are tried for a formula, however long, and how many nodes are looked at for all of them, about."""

SURE = 150
"""So many edits are tried for a formula though those of the file have been shared out: all that are one common slip."""

LARGEST = 150
"""A formula of more nodes is not mended: its edits are too many to make."""

SYMBOLS = tuple(Written(letter) for letter in (r"\hat y", "y", "x", "a", "z", "h", "W", r"\delta"))
"""Names that are taken for one another."""

ANYWAY = ("K", "N")
"""Sizes that a lost factor may hold though the file does not write them."""


@dataclass(frozen=True)
class Try:
    """Where edits are tried: the first point, in a reading, and layers for which the claim as it stands differs.

    What the sides have in common with the claim is looked at once.
    """

    at: Evaluator
    layers: tuple[Mapping[str, int], ...]


@dataclass(frozen=True)
class Workshop:
    """What edits are made of, as a file has it: letters, what it has for σ′(z), terms of sums, letters of functions."""

    setting: Setting
    reading: Reading
    used: frozenset[str]
    slopes: tuple[Node, ...]
    terms: tuple[Node, ...]
    functions: frozenset[str]

    def mended(
        self, claim: Claim, read: Reading | None = None, allowed: Callable[[Edited], bool] | None = None
    ) -> Edited | None:
        """The cheapest edit after which the claim is right, in the layout of the file if it can be; None without one.

        `read` fixes the reading of signs, `allowed` says which edits may be made.
        """
        size = sum(1 for _ in nodes_in(claim.sides))
        if size > LARGEST:
            return None
        best: tuple[int, Edited] | None = None
        steps = self.setting.steps[id(claim)]
        steps.left = MENDING
        shared = self.setting.edits
        tries = self._tries(claim, self._readings(claim) if read is None else [read])
        most = max(FEWEST_TRIED, min(MOST_WORK // size, max(SURE, shared.left)))
        possible = edits(claim.sides, self._material(claim))
        for each in islice((edit for edit in possible if (allowed or _is_of_its_claim)(edit)), most):
            if steps.left <= 0 or (best is not None and each.cost >= best[0]):
                break
            shared.left -= 1
            found = self._fitting(claim, each, tries)
            if found is not None and (best is None or each.cost + found < best[0]):
                best = (each.cost + found, each)
        return None if best is None else best[1]

    def _tries(self, claim: Claim, readings: Sequence[Reading]) -> list[Try]:
        """Where edits are tried, reading by reading."""
        trees = kept((*claim.sides, *self.slopes, *self.terms))
        places = [replace(self.setting.at_first(claim, reading), kept=trees) for reading in readings]
        return [Try(at, telling(claim, at)) for at in places]

    def _fitting(self, claim: Claim, edit: Edited, tries: Sequence[Try]) -> int | None:
        """What it costs that an edit mends the claim in the first reading in which it does; None where it does not."""
        for far, each in enumerate(tries):
            if surely_differs(claim, each.at, edit.sides, each.layers):
                continue
            kind = compared(claim, each.at, edit.sides).kind
            if kind in MENDS and self.setting.everywhere(claim, each.at.reading, edit.sides).kind == kind:
                return far + MENDS[kind]
        return None

    def _readings(self, claim: Claim) -> list[Reading]:
        """The file's own reading, that in the other layout, and that of δ as a derivative of the output beside one."""
        found = [self.reading]
        if self._has_layout(claim):
            found.append(replace(self.reading, numerator=not self.reading.numerator))
        of = {ratio.above.letter for ratio in ratios_in(claim.sides[:1]) if ratio.above is not None}
        if of - set(LETTERS["C"]) and self.setting.derivation.network.samples == 1:
            found.append(replace(self.reading, of="output"))
        return found

    def _has_layout(self, claim: Claim) -> bool:
        """Whether anything in a claim, or put into it, may be another thing in the other layout: a derivative."""
        naming = self.setting.names[id(claim)]
        parts = (claim.sides, self.slopes, self.terms)
        written_out = any(isinstance(node, Differentiated) for node in nodes_in(parts))
        named = naming.templates or any(m.of is not None for m in (*naming.bound.values(), *naming.own.values()))
        return written_out or bool(named) or any(ratios_in(parts)) or self.reading.of != "objective"

    def _material(self, claim: Claim) -> Material:
        target = next(ratios_in(claim.sides[:1]), None)
        terms = tuple(term for term in of_weights(self.terms, target) if term not in claim.sides)
        batch = self.setting.derivation.network.samples != 1
        z = "Z" if "Z" in self.used and "z" not in self.used else "z"
        return Material(self._symbols(claim), self._sizes(claim), self.slopes, terms, self.functions, batch, z)

    def _symbols(self, claim: Claim) -> tuple[Written, ...]:
        letters = {written.base for written in names_in(claim.sides)} | self.used
        return tuple(symbol for symbol in SYMBOLS if symbol.base in letters or symbol.base == r"\hat y")

    def _sizes(self, claim: Claim) -> tuple[str, ...]:
        """The letters of sizes that a lost factor may hold, the number of samples by the author's own."""
        naming = self.setting.names[id(claim)]
        own = [letter for letter, size in naming.extents.items() if size == SAMPLES]
        others = [letter for letter in COUNTS_OF_SAMPLES if letter in self.used and "N" not in self.used]
        samples = next(iter((*own, *others)), "N")
        sizes = ("K", "N", "m", "n") if samples == "N" else ("K", samples)
        return tuple(n for n in sizes if n == samples or (n in naming.table.sizes and (n in self.used or n in ANYWAY)))


def _is_of_its_claim(edit: Edited) -> bool:
    """Whether an edit leaves a claim what it claims: equal sides claim nothing, another number is of another layer."""
    if any(a == b for a, b in pairwise(edit.sides)):
        return False
    if edit.places == (0,) and ("is missing" in edit.words or _renames(edit)):
        return False
    return not re.search(r"in place of every \d", edit.words)


def _renames(edit: Edited) -> bool:
    """Whether the edit is another name: of what is claimed, none is but ŷ for y."""
    return " in place of " in edit.words and "the ind" not in edit.words and not edit.words.startswith(r"\hat{y} in")


def corrected(edit: Edited) -> str:
    """The right formula, in the author's signs."""
    return equation(edit.sides)


def renames_target(claim: Claim, edit: Edited) -> bool:
    """Whether all that is mended is a name in what is claimed: ∂ℓ/∂y for ∂ℓ/∂ŷ."""
    before, after = claim.sides[0], edit.sides[0]
    if edit.places != (0,) or not (isinstance(before, nodes.Name) and isinstance(after, nodes.Name)):
        return False
    if not (isinstance(before.known, Ratio) and isinstance(after.known, Ratio)):
        return False
    return (before.known.below.base, after.known.below.base) == ("y", r"\hat y")
