"""What claims are held to, and what is said of those that are right: on what that rests, and by which conventions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from symbolic.checking.choosing import Choice
from symbolic.checking.claims import Claim
from symbolic.checking.convention import Reading
from symbolic.checking.exact import is_proved
from symbolic.checking.known_functions import GENERIC, MISREAD
from symbolic.checking.letters import LETTERS, PENALTY
from symbolic.checking.own_zeros import said_of_zeros
from symbolic.checking.results import Judged
from symbolic.checking.setting import DEPTH, SEEDS, Setting
from symbolic.checking.used import Used, equates_diagonal
from symbolic.checking.variants import ANY, PIECEWISE, activations_in, with_activation
from symbolic.checking.walk import calls_in, greatest_number, names_axis, names_in, ratios_in, says_sizes
from symbolic.networks.spec import Spec, make_spec
from symbolic.reading.nodes import Node

PROVED = f"equal by algebra, whatever the sizes, and at {len(SEEDS)} random points"
PROVED_AT_DEPTH = f"{PROVED}; with {DEPTH} layers for L"
RESTS = f"the sides agree at {len(SEEDS)} random points with sizes that all differ"
DEFINES = "a definition; the formulas that use it are held to it"
DIAGONAL = "the same sign for a vector and for its diagonal matrix; give diag(σ′(z)) a name of its own"
SIZED = "right if 𝟏 and 𝐈 have the size that they need, which is not the one that is written"

SCALED = {"N": "sum over the samples", "K": "sum over the outputs, without 1/K"}
"""What the author's objective is where it is not the network's mean."""


@dataclass(frozen=True)
class Standard:
    """What a claim is judged by: the setting and reading of its file, what it writes, the layout that is declared.

    `single` is the setting of one sample, where the file is about a batch; where its author says so (`is_batch`), what
    can be compared for the batch is held to that. `wide` is the setting of any number of outputs, where a file is about
    one. `functions` are the activations that the file names, `other` the setting for the network with other ones,
    `assumed` that of the numbers that a file assumes.
    """

    choice: Choice
    used: Used
    layout: str | None = None
    single: Choice | None = None
    is_batch: bool = False
    wide: Choice | None = None
    functions: frozenset[str] = frozenset()
    other: Callable[[Spec], Choice] | None = None
    assumed: Choice | None = None

    @property
    def setting(self) -> Setting:
        """The derivation at points, and the names."""
        return self.choice.setting

    @property
    def reading(self) -> Reading:
        """How the file's signs are read."""
        return self.choice.reading

    def fits(self, claim: Claim, reading: Reading, sides: tuple[Node, ...] | None = None) -> bool:
        return self.setting.everywhere(claim, reading, sides).fits

    def fitting(self, claim: Claim) -> Reading | None:
        """The layout in which a claim fits, the file's own first; None if there is none.

        In the other layout and as a row it fits where its ends fit in the file's own: chain products between them may
        be laid out otherwise. What needs both conventions by itself is a slip, and so is a sum along the other axis.
        """
        if self.fits(claim, self.reading):
            return self.reading
        if names_axis(claim.sides):
            return None
        other = turned(self.reading)
        kind = self.setting.everywhere(claim, other).kind
        ends = (claim.sides[0], claim.sides[-1])
        if kind == "row" and ends != claim.sides:
            kind = self.setting.everywhere(claim, self.reading, ends).kind
        return other if kind == "agrees" else None

    def right(self, claim: Claim, found: Judged, reading: Reading) -> Judged:
        """Right, unless a letter stands for two things or the layout is another one than is declared and followed."""
        doubt = self._doubt(claim, reading)
        if doubt:
            return replace(found, verdict="ambiguous", reason=doubt)
        reason = DEFINES if self._defines(claim) else self._rests(claim, reading)
        return replace(found, verdict="right", conventions=self.conventions(claim, reading), reason=reason)

    def _rests(self, claim: Claim, reading: Reading) -> str:
        """What a claim that agrees at points rests on."""
        held = self.setting.outcome(claim, reading).layers
        if not is_proved(claim, self.setting.at_first(claim, reading), held):
            return RESTS
        return PROVED_AT_DEPTH if self.setting.derivation.spec.depth == DEPTH else PROVED

    def _defines(self, claim: Claim) -> bool:
        if id(claim) in self.used.given:
            return True
        first = claim.sides[0]
        templates = self.setting.names[id(claim)].templates
        return any(letter == written.letter for written in names_in((first,)) for letter, _ in templates)

    def _doubt(self, claim: Claim, reading: Reading) -> str:
        """What is ambiguous in a claim though it is right."""
        if claim.span is not None and claim.span.letter == "L":
            return "right, but L is the running index and the depth; call the index l"
        for function in calls_in(claim.sides):
            if function.name in MISREAD:
                others = sorted(self.used.functions - {function.name})
                called = [name.removeprefix("\\") for name in others][:1]
                meant = f"{called[0]}, as the function is called elsewhere" if called else "the activation"
                return f"right if {function.name} is {meant}"
        if equates_diagonal(claim):
            return DIAGONAL
        if not self._holds_deeper(claim, reading):
            return f"right for L = {DEPTH} alone"
        if self.setting.points[0].one_sided:
            return f"right at {len(SEEDS)} points, on one side of {self.setting.points[0].one_sided} alone"
        zeros = said_of_zeros(claim, self.setting, reading)
        if zeros:
            return zeros
        if says_sizes(claim.sides) and not self.fits(claim, replace(reading, sized=True)):
            return SIZED
        declared = self.layout is not None and self.reading.numerator == (self.layout == "numerator")
        is_turned = self.setting.outcome(claim, reading).kind == "row" or reading.numerator != self.reading.numerator
        if declared and is_turned and not any(ratio.nabla for ratio in ratios_in(claim.sides)):
            return f"its entries are right; in {self.layout} layout, which the rest follows, it is transposed"
        return ""

    def _holds_deeper(self, claim: Claim, reading: Reading) -> bool:
        """Whether a claim of a network of any depth fits with a layer more; only those with numbers may not."""
        spec = self.setting.derivation.spec
        if spec.depth != DEPTH or self.other is None or greatest_number(claim.sides) < DEPTH - 1:
            return True
        deeper = self.other(make_spec({**spec.model_dump(exclude_unset=True), "depth": DEPTH + 1}))
        return deeper.setting.everywhere(claim, reading).fits

    def conventions(self, claim: Claim, reading: Reading) -> tuple[str, ...]:
        """The conventions of a reading without which a claim would not be right."""

        def needs(**other: object) -> bool:
            return not self.setting.outcome(claim, replace(reading, **other)).fits  # type: ignore[arg-type]

        layers = {*claim.letters, "L"}
        said = [f"for {condition}" for condition in claim.conditions if not condition.letters <= layers]
        if self.setting.outcome(claim, reading).kind == "row":
            said.append("as a row")
        elif needs(numerator=not reading.numerator):
            said.append("numerator layout" if reading.numerator else "denominator layout")
        if reading.rows and needs(rows=False):
            said.append("δ and its like as rows")
        if reading.scaled and needs(scaled=""):
            said.append(SCALED[reading.scaled])
        if reading.own and needs(own=False):
            said.append("derivatives of each sample's own loss")
        if reading.of == "output" and needs(of="objective"):
            said.append("δ as the derivative of the output")
        if reading.lying and needs(lying=False):
            said.append("vectors as rows" if self.setting.derivation.network.samples == 1 else "b as a row")
        if self.wide is not None and not self.wide.setting.everywhere(claim, reading).fits:
            said.append("for one output, n_L = 1")
        habits = self.setting.names[id(claim)].table.habits
        if habits.shared and PENALTY in {written.letter for written in names_in(claim.sides)}:
            said.append("λ/N for λ")
        if self._is_piecewise(claim, reading):
            said.append("for ReLU")
        if reading.diagonal:
            said.append("σ′(z) as diag(σ′(z))")
        return tuple(said)

    def _is_piecewise(self, claim: Claim, reading: Reading) -> bool:
        """Whether a claim with the letter of a function, or with ∂h/∂z, holds for ReLU alone, as σ′(a) = σ′(z) does."""
        old = activations_in(self.setting.derivation.spec) & set(PIECEWISE)
        has_letter = any(call.name in GENERIC for call in calls_in(claim.sides))
        above = (ratio.above.letter for ratio in ratios_in(claim.sides) if ratio.above is not None)
        if not old or self.other is None or not (has_letter or any(letter not in LETTERS["C"] for letter in above)):
            return False
        general = self.other(with_activation(self.setting.derivation.spec, old, ANY))
        return general.setting.everywhere(claim, reading).kind in ("differs", "misfit")


def turned(reading: Reading) -> Reading:
    """The reading in the other layout."""
    return replace(reading, numerator=not reading.numerator)
