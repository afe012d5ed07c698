"""The verdict on a claim: right under which convention, wrong and mended how, or why it cannot be said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from symbolic.checking.claims import Claim, calls_in, names_in, ratios_in
from symbolic.checking.compare import Outcome
from symbolic.checking.evaluate import Y_FOR_OUTPUT, Reading
from symbolic.checking.repairs import Repair, repairs
from symbolic.checking.results import Judged
from symbolic.checking.setting import LAYOUTS, SEEDS, Choice, Setting
from symbolic.checking.tree import Ellipsis, Grid, Listed
from symbolic.checking.vocabulary import GENERIC
from symbolic.checking.writing import equation, latex
from symbolic.checking.written import Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

FITS = ("agrees", "row")
"""A row for a column, and the reverse, is a convention and no slip."""

MENDS = {"agrees": 0, "row": 1, "entrywise": 2}
"""The outcomes of an edit that mend a formula, and what they cost."""

FEWEST_TRIED, MOST_WORK = 20, 40_000
"""How many edits are tried for a formula, however long, and how many nodes are looked at for all of them, about."""

SYMBOLS = (
    Written(r"\hat y"),
    Written("y"),
    Written("x"),
    Written("a"),
    Written("z"),
    Written("h"),
    Written("W"),
    Written(r"\delta"),
)
"""Names that are taken for one another."""

RESTS = f"the sides agree at {len(SEEDS)} random points with sizes that all differ"


@dataclass(frozen=True)
class Judge:
    """What a claim is judged by: the setting and reading of its file, the layout that is declared, the letters in use.

    `diagonal`: the file says σ′(z) = diag(σ′(z)) somewhere.
    """

    choice: Choice
    layout: str | None = None
    used: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    diagonal: bool = False

    @property
    def setting(self) -> Setting:
        return self.choice.setting

    @property
    def reading(self) -> Reading:
        return self.choice.reading

    def judged(self, claim: Claim) -> Judged:
        """The verdict on one claim."""
        if claim.problem:
            return Judged(claim.line, claim.text, "", "unreadable", reason=claim.problem)
        found = Judged(claim.line, claim.text, latex(claim.sides[0]), "unreadable")
        if any(isinstance(side, Listed) for side in claim.sides):
            return self._list(claim, found)
        outcome = self.setting.everywhere(claim, self.reading)
        other = replace(self.reading, numerator=not self.reading.numerator)
        for reading in (self.reading, other):
            if self.setting.everywhere(claim, reading).kind in FITS:
                return self._right(claim, found, reading)
        return self._not_right(claim, found, outcome)

    def _other_layouts(self) -> Iterator[Reading]:
        for numerator, rows in LAYOUTS:
            other = replace(self.reading, numerator=numerator, rows=rows)
            if other != self.reading:
                yield other

    def _right(self, claim: Claim, found: Judged, reading: Reading) -> Judged:
        """Right, unless a letter stands for two things or the layout is another one than is declared and followed."""
        if claim.span is not None and claim.span.letter == "L":
            return replace(
                found,
                verdict="ambiguous",
                reason="right, but L is the running index and the depth; call the index l",
            )
        strange = self._strange(claim)
        if strange:
            return replace(found, verdict="ambiguous", reason=strange)
        kind = self.setting.outcome(claim, reading).kind
        declared = self.layout is not None and self.reading.numerator == (self.layout == "numerator")
        nabla = any(ratio.nabla for ratio in ratios_in(claim.sides))
        if declared and not nabla and (kind == "row" or reading.numerator != self.reading.numerator):
            return replace(
                found,
                verdict="ambiguous",
                reason=f"its entries are right; in {self.layout} layout, which the rest follows, it is transposed",
            )
        if reading.diagonal:
            return replace(found, verdict="right", conventions=("σ′(z) as diag(σ′(z))",), reason=RESTS)
        return replace(found, verdict="right", conventions=self.conventions(claim, reading), reason=RESTS)

    def _strange(self, claim: Claim) -> str:
        """What is ambiguous in a claim though it is right: a function by another letter than everywhere else."""
        for function in calls_in(claim.sides):
            if function.name in ("G", "H", "S") and self.functions - {function.name}:
                other = next(iter(sorted(self.functions - {function.name}))).lstrip("\\")
                return f"right if {function.name} is {other}, as the function is called elsewhere"
        if equates_diagonal(claim):
            return "the same sign for a vector and for its diagonal matrix; give diag(σ′(z)) a name of its own"
        return ""

    def conventions(self, claim: Claim, reading: Reading) -> tuple[str, ...]:
        """The conventions of a reading without which a claim would not be right."""
        usual = Reading()
        said: list[str] = []
        turned = replace(reading, numerator=not reading.numerator, rows=not reading.rows)
        if self.setting.outcome(claim, reading).kind == "row":
            said.append("as a row")
        elif self.setting.outcome(claim, turned).kind not in FITS:
            half = replace(reading, rows=not reading.rows)
            if reading.numerator or not reading.rows:
                said.append("numerator layout" if reading.numerator else "denominator layout")
            if reading.rows and self.setting.outcome(claim, half).kind != "agrees":
                said.append("δ and its like as rows")
        named = {"N": "sum over the samples", "K": "sum over the outputs, without 1/K"}
        if reading.scaled and self.setting.outcome(claim, replace(reading, scaled="")).kind != "agrees":
            said.append(named[reading.scaled])
        if reading.own and self.setting.outcome(claim, replace(reading, own=False)).kind != "agrees":
            said.append("derivatives of each sample's own loss")
        if reading.of != usual.of and self.setting.outcome(claim, replace(reading, of=usual.of)).kind != "agrees":
            said.append("δ as the derivative of the output")
        return tuple(said)

    # -- what is not right

    def _not_right(self, claim: Claim, found: Judged, outcome: Outcome) -> Judged:
        if outcome.kind == "unknown":
            return self._unknown(claim, found, outcome)
        if outcome.kind == "entrywise" or self._entrywise(claim):
            return replace(
                found,
                verdict="ambiguous",
                reason=f"right entry by entry; as a Jacobian it is a diagonal matrix ({outcome.said})",
                repair="diag(…) of the right side, or its entries",
            )
        lenient = replace(self.reading, lenient=True)
        freer = self.setting.everywhere(claim, lenient)
        if outcome.kind == "misfit" and freer.kind not in ("misfit", "unknown"):
            return self._leniently(claim, found, outcome, lenient, freer.kind in FITS)
        if outcome.kind == "misfit" and any(map(_has_dots, claim.sides)):
            return replace(found, verdict="wrong", reason=outcome.said, repair="the diagonal matrix diag(…)")
        if self.diagonal:
            for laid in (self.reading, replace(self.reading, numerator=not self.reading.numerator)):
                turned = replace(laid, diagonal=True)
                if self.setting.everywhere(claim, turned).kind in FITS:
                    return self._right(claim, found, turned)
        for other, words in self._other_meanings(claim):
            if self.setting.everywhere(claim, other).kind in FITS:
                return replace(found, verdict="ambiguous", reason=words)
        repair = self.repair(claim)
        if repair is not None and _renames_target(claim, repair):
            return replace(
                found,
                verdict="ambiguous",
                reason=f"right if the author means {repair.words}",
                repair=repair.words,
                correct=_with(claim, repair),
            )
        if repair is not None:
            return replace(
                found, verdict="wrong", reason=repair.words, repair=repair.words, correct=_with(claim, repair)
            )
        if outcome.kind == "misfit":
            return replace(found, verdict="does not fit", reason=outcome.said)
        return replace(found, verdict="wrong", reason="the two sides differ, and no single edit mends it")

    def _leniently(self, claim: Claim, found: Judged, outcome: Outcome, reading: Reading, fits: bool) -> Judged:
        """The verdict where (v)_{ij} of a vector v must be read as v_i to say anything at all."""
        if fits:
            return replace(found, verdict="ambiguous", reason=f"right if (v)_ij is v_i; {outcome.said}")
        repair = self.repair(claim, reading)
        if repair is None:
            return replace(found, verdict="wrong", reason=f"its entries differ; {outcome.said}")
        return replace(found, verdict="wrong", reason=repair.words, repair=repair.words, correct=_with(claim, repair))

    def _entrywise(self, claim: Claim) -> bool:
        return any(self.setting.outcome(claim, reading).kind == "entrywise" for reading in self._other_layouts())

    def _other_meanings(self, claim: Claim) -> Iterator[tuple[Reading, str]]:
        """Readings of δ and σ′ that the rest of the file does not follow."""
        network = self.setting.derivation.network
        other = replace(self.reading, numerator=not self.reading.numerator)
        for laid in (self.reading, other):
            if self.setting.derivation.objective != network.output and network.samples == 1:
                of = "output" if self.reading.of == "objective" else "objective"
                says = "the derivative of the output" if of == "output" else "the derivative of the loss"
                yield replace(laid, of=of), f"right if δ is {says}; elsewhere in the file it is not"
            if any(w.base == "y" for ratio in ratios_in(claim.sides) for w in names_in(nodes.Name(0, ratio))):
                yield replace(laid, renamed=Y_FOR_OUTPUT), "right if y in its derivatives is ŷ"
            if any(call.order for call in calls_in(claim.sides)):
                yield replace(laid, diagonal=True), "right if σ′(z) is read as the diagonal matrix diag(σ′(z))"

    def _unknown(self, claim: Claim, found: Judged, outcome: Outcome) -> Judged:
        """A name that stands for nothing: wrong where another index, or leaving out y, makes it right; else unreadable."""
        for other, words in self._other_meanings(claim):
            if self.setting.everywhere(claim, other).kind in FITS:
                return replace(found, verdict="ambiguous", reason=words)
        edits = ((side, repair) for side, repair in _all(claim, (), ()) if _is_of_index(repair, outcome))
        mended = self._mended(claim, edits)
        if mended is None:
            return replace(found, verdict="unreadable", reason=outcome.said)
        repair = mended[1]
        return replace(
            found,
            verdict="wrong",
            reason=f"{outcome.said}; {repair.words}",
            repair=repair.words,
            correct=_with(claim, repair),
        )

    def repair(self, claim: Claim, reading: Reading | None = None) -> Repair | None:
        """The smallest edit that makes a claim right, of its right sides first. None if no single edit does."""
        sizes = tuple(
            letter
            for letter in ("K", "N", "m", "n")
            if letter in self.setting.names[id(claim)].table.sizes and (letter in self.used or letter in ("K", "N"))
        )
        found = self._mended(claim, _all(claim, self._symbols(claim), sizes), reading)
        return found[1] if found else None

    def _symbols(self, claim: Claim) -> tuple[Written, ...]:
        letters = {written.base for written in names_in(claim.sides)} | self.used
        return tuple(symbol for symbol in SYMBOLS if symbol.base in letters or symbol.base == r"\hat y")

    def _mended(
        self, claim: Claim, edits: Iterator[tuple[int, Repair]], read: Reading | None = None
    ) -> tuple[int, Repair] | None:
        found: list[tuple[int, int, Repair]] = []
        layouts = [self.reading, replace(self.reading, numerator=not self.reading.numerator)]
        network = self.setting.derivation.network
        if self.setting.derivation.objective != network.output and network.samples == 1:
            layouts.append(replace(self.reading, of="output"))
        if read is not None:
            layouts = [read]
        most = max(FEWEST_TRIED, MOST_WORK // sum(map(nodes_in, claim.sides)))
        for side, repair in islice(edits, most):
            sides = (*claim.sides[:side], repair.tree, *claim.sides[side + 1 :])
            for far, reading in enumerate(layouts):
                kind = self.setting.outcome(claim, reading, sides).kind
                if kind in MENDS and self.setting.everywhere(claim, reading, sides).kind == kind:
                    found.append((repair.cost + far + 2 * (side == 0) + MENDS[kind], side, repair))
                    break
        if not found:
            return None
        _, side, repair = min(found, key=lambda each: each[0])
        return side, replace(repair, tree=_Side(0, side, repair.tree))

    def _list(self, claim: Claim, found: Judged) -> Judged:
        """A gradient as a list of derivatives by parameters."""
        first = claim.sides[0]
        listed = next(side for side in claim.sides if isinstance(side, Listed))
        by = {
            part.known.below.base
            for part in listed.parts
            if isinstance(part, nodes.Name) and isinstance(part.known, Ratio)
        }
        if isinstance(first, nodes.Name) and isinstance(first.known, Ratio) and by and first.known.below.base not in by:
            return replace(
                found,
                verdict="wrong",
                reason=f"that is the gradient with respect to {' and '.join(sorted(by))}, "
                f"and not with respect to {first.known.below.base}",
            )
        return replace(found, reason="a list of values, which is not compared")


def nodes_in(node: Node) -> int:
    """How many nodes a tree has."""
    return 1 + sum(map(nodes_in, nodes.parts_of(node)))


def _is_of_index(repair: Repair, outcome: Outcome) -> bool:
    """Whether an edit mends an index, or leaves out the target where the network has none."""
    return repair.words.startswith("the index") or (
        outcome.said.startswith("y ") and "without the factor" in repair.words
    )


def _is_diagonal_of(a: Node, b: Node) -> bool:
    return isinstance(b, nodes.Call) and b.function.name == "diag" and b.arguments == (a,)


def _has_dots(node: Node) -> bool:
    if isinstance(node, Grid):
        return any(isinstance(cell, Ellipsis) for row in node.rows for cell in row)
    return any(_has_dots(part) for part in nodes.parts_of(node))


@dataclass(frozen=True)
class _Side(Node):
    """An edited side and its place."""

    place: int
    tree: Node


def _all(claim: Claim, symbols: tuple[Written, ...], sizes: tuple[str, ...]) -> Iterator[tuple[int, Repair]]:
    """The edits of the right sides, then those of the left one."""
    for side in (*range(1, len(claim.sides)), 0):
        for repair in repairs(claim.sides[side], symbols, sizes):
            yield side, repair


def _with(claim: Claim, repair: Repair) -> str:
    side = repair.tree
    assert isinstance(side, _Side)
    return equation((*claim.sides[: side.place], side.tree, *claim.sides[side.place + 1 :]))


def _renames_target(claim: Claim, repair: Repair) -> bool:
    """Whether all that is mended is a name in what is claimed: ∂ℓ/∂y for ∂ℓ/∂ŷ."""
    side = repair.tree
    if not isinstance(side, _Side) or side.place != 0:
        return False
    before, after = claim.sides[0], side.tree
    if not (isinstance(before, nodes.Name) and isinstance(after, nodes.Name)):
        return False
    if not (isinstance(before.known, Ratio) and isinstance(after.known, Ratio)):
        return False
    return (before.known.below.base, after.known.below.base) == ("y", r"\hat y")


def equates_diagonal(claim: Claim) -> bool:
    """Whether a claim says that σ′(z) is diag(σ′(z))."""
    return any(_is_diagonal_of(a, b) for a in claim.sides for b in claim.sides)


def letters_of(claims: Sequence[Claim]) -> frozenset[str]:
    """The letters of all names in the claims."""
    return frozenset(written.base for claim in claims for written in names_in(claim.sides))


def functions_of(claims: Sequence[Claim]) -> frozenset[str]:
    """The letters of all functions in the claims."""
    return frozenset(call.name for claim in claims for call in calls_in(claim.sides) if call.name in GENERIC)
