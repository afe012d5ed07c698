"""The settings of a file's claims, for any system: each is made once, however many sections and verdicts ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from symbolic.checking.choosing import Choice, chosen
from symbolic.checking.claims import Claim
from symbolic.checking.convention import Reading
from symbolic.checking.problems import GUESSED, GUESSING, LONG
from symbolic.checking.setting import Setting, settings
from symbolic.checking.stated_sizes import said_matrices
from symbolic.checking.walk import nodes_in
from symbolic.networks.spec import Spec

ONE_OUTPUT = re.compile(r"n_\{?L\}?\s*=\s*1(?![\d.])")
"""The author's assumption that there is one output."""


class _Replayed:
    """What an iterator gives, kept for those who go through it again."""

    def __init__(self, given: Iterator[Setting]) -> None:
        self._given, self._found = given, list[Setting]()

    def __iter__(self) -> Iterator[Setting]:
        at = 0
        while True:
            if at == len(self._found):
                following = next(self._given, None)
                if following is None:
                    return
                self._found.append(following)
            yield self._found[at]
            at += 1


@dataclass(frozen=True, eq=False)
class Chooser:
    """What finds settings by the words of a file; `options` are the layout, notation and batch that somebody says.

    `claims` are held, so that nothing else has the identity of one of them. `left`: how many nodes may still be looked
    at for a claim, by its identity, while systems are only guessed at.
    """

    claims: tuple[Claim, ...]
    text: str
    options: Mapping[str, str | None]
    left: dict[int, int]
    _settings: dict[tuple[object, ...], _Replayed] = field(default_factory=dict)
    _choices: dict[tuple[Setting, Reading], Choice] = field(default_factory=dict)
    _guesses: dict[tuple[object, ...], Choice] = field(default_factory=dict)

    def chosen(
        self,
        claims: Sequence[Claim],
        spec: Spec,
        batch: str | None = None,
        *,
        notation: str | None = None,
        by: Sequence[Claim] = (),
        told: bool = False,
        wide: bool = False,
    ) -> Choice:
        """The setting under which most of some claims agree; the same one for whoever comes to the same, whose score
        is that of the first who did.

        Of all claims, names are what they say; what is chosen is chosen `by` some of them. A batch or a notation that
        is given is the only one that is tried, else that which the options say. `told`: the author says which system
        it is. `wide`: it has any number of outputs, also where the author assumes one.
        """
        batch, notation = batch or self.options["batch"], notation or self.options["notation"]
        width = 1 if not wide and ONE_OUTPUT.search(self.text) else None
        key = (*map(id, claims), spec, batch, notation, width)
        if key not in self._settings:
            self._settings[key] = _Replayed(settings(claims, spec, batch, notation, width))
        found = self._best(by or claims, self._settings[key], spec, told)
        return self._choices.setdefault((found.setting, found.reading), found)

    def guess(self, claims: Sequence[Claim], spec: Spec, batch: str | None, by: Sequence[Claim]) -> Choice:
        """The setting of a system that is only guessed at, in fewer steps, and how many of some claims agree there."""
        key = (tuple(map(id, claims)), spec, batch, tuple(map(id, by)))
        if key not in self._guesses:
            self._guesses[key] = self._guess(claims, spec, batch, by)
        return self._guesses[key]

    def _guess(self, claims: Sequence[Claim], spec: Spec, batch: str | None, by: Sequence[Claim]) -> Choice:
        batch, notation = self.options["batch"] or batch, self.options["notation"]
        width = 1 if ONE_OUTPUT.search(self.text) else None
        found = self._best(by, settings(claims, spec, batch, notation, width, GUESSING, self.left), spec, told=False)
        for claim in self.left.keys() & found.setting.steps.keys():
            self.left[claim] -= min(GUESSING, self.left[claim]) - max(0, found.setting.steps[claim].left)
        return found

    def _best(self, claims: Sequence[Claim], possible: Iterable[Setting], spec: Spec, told: bool) -> Choice:
        layout = self.options["layout"]
        matrices = said_matrices(self.text)
        return chosen(claims, possible, layout or spec.layout, told, matrices, declared=layout is not None)


def chooser(claims: Sequence[Claim], text: str, options: Mapping[str, str | None]) -> Chooser:
    """What finds the settings of a file with these claims."""
    return Chooser(tuple(claims), text, options, {id(claim): GUESSED for claim in claims if _is_long(claim)})


def _is_long(claim: Claim) -> bool:
    return sum(1 for _ in nodes_in(claim.sides)) > LONG
