"""Whether a file is about a network that only its own equations state, and how it is read then."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from symbolic.checking.choosing import Choice, chosen
from symbolic.checking.claims import Claim
from symbolic.checking.extents import extents
from symbolic.checking.letters import LETTERS
from symbolic.checking.own import own_points
from symbolic.checking.own_assumed import with_assumed
from symbolic.checking.own_functions import defining
from symbolic.checking.own_names import equations
from symbolic.checking.own_sizes import Kind
from symbolic.checking.own_written import is_matrix, plain
from symbolic.checking.problems import CHOOSING, Steps
from symbolic.checking.setting import SEEDS, Setting
from symbolic.checking.value_of import NO_VALUE
from symbolic.checking.walk import calls_in, has_matmul, names_in, nodes_in, ratios_in
from symbolic.errors import SymbolicError
from symbolic.reading import nodes

KINDS: tuple[Kind, ...] = ("columns", "rows", "numbers")
CURVES = ("", "sigmoid")
"""What σ may be where a file does not say it: any function, or the sigmoid."""

_BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm)\s*\{?\s*(?![\s{1])")
_OF_MATRICES = {"ODOT", "OSLASH", "@", "OUTER"}


def own_choice(
    found: Sequence[Claim], choices: Mapping[int, Choice], layout: str | None, claims: Sequence[Claim]
) -> Choice | None:
    """The network of the file's own equations, where more of its other formulas agree with that; None elsewhere.

    `claims` are those that were `found`, with the functions of the file written out. `choices` are those of the
    networks that were guessed, and stay where more agrees with them; where as much does, the equations are the network

    - if those that were guessed hold nothing of an equation of the file, or have another loss than the one that the
      gradients which agree bear out, or if all values are numbers;
    - if every equation holds in them, only where the equations can read more, and what agreed agrees.
    """
    named = equations(claims)
    stated = named.forward
    set_apart = {*stated, *named.beside, *named.said, *defining(found, claims)}
    others = [claim for claim in claims if claim.sides and id(claim) not in set_apart]
    if not stated or not others:
        return None
    before = {id(own): claim for own, claim in zip(claims, found, strict=True)}
    guessed = [(choices[id(before[id(claim)])], before[id(claim)]) for claim in others]
    forward = [(choices[id(before[id(claim)])], before[id(claim)]) for claim in claims if id(claim) in stated]
    known = sum(_agrees(choice, claim) for choice, claim in guessed)
    holds = all(_agrees(choice, claim) for choice, claim in forward)
    left_out = not all(_is_read(choice, claim) for choice, claim in forward)
    read = sum(_is_read(choice, claim) for choice, claim in guessed)
    best, most = None, known
    for choice in _own(claims, layout):
        if holds and not _is_of_numbers(choice) and not _adds(choice, others, guessed):
            continue
        assumed = with_assumed(claims, choice) or choice
        agree = sum(_agrees(choice, claim) or _agrees(assumed, claim) for claim in others)
        if not known and not holds and best is None and sum(_is_read(choice, claim) for claim in others) > read:
            best = choice
        instead = (left_out and agree) or _is_of_numbers(choice) or _bears_out(choice, others, guessed)
        instead = best is None and not holds and bool(instead)
        if agree > most or (agree == most and instead):
            best, most = choice, agree
    return best


def _bears_out(choice: Choice, others: Sequence[Claim], guessed: Sequence[tuple[Choice, Claim]]) -> bool:
    """Whether what agrees in the network that was guessed does so here, a derivative of the objective among it.

    It is that of the loss as the file states it then: that is no slip.
    """
    known = [claim for claim, before in zip(others, guessed, strict=True) if _agrees(*before)]
    return bool(known) and all(_agrees(choice, claim) for claim in known) and any(map(_differentiates_loss, known))


def _differentiates_loss(claim: Claim) -> bool:
    above = (ratio.above for ratio in ratios_in(claim.sides[:1]))
    return any(name is None or name.letter in LETTERS["C"] for name in above)


def _adds(choice: Choice, others: Sequence[Claim], guessed: Sequence[tuple[Choice, Claim]]) -> bool:
    """Whether all agrees that agrees in the network that was guessed, and else only what cannot be read there."""
    pairs = list(zip(others, guessed, strict=True))
    if not all(_agrees(choice, claim) for claim, (before, same) in pairs if _agrees(before, same)):
        return False
    new = [guess for claim, guess in pairs if _agrees(choice, claim) and not _agrees(*guess)]
    return bool(new) and not any(_is_read(*guess) for guess in new)


def _agrees(choice: Choice, claim: Claim) -> bool:
    return choice.setting.outcome(claim, choice.reading).fits


def _is_read(choice: Choice, claim: Claim) -> bool:
    return choice.setting.outcome(claim, choice.reading).kind != "unknown"


def _is_of_numbers(choice: Choice) -> bool:
    return all(array.size == 1 for array in choice.setting.points[0].arrays.arrays.values())


def _own(claims: Sequence[Claim], layout: str | None) -> list[Choice]:
    """The readings of the file's equations as a network."""
    found: list[Choice] = []
    matrices = _has_matrices(claims)
    has_sigma = any(call.name == r"\sigma" for claim in claims for call in calls_in(claim.sides))
    has_softmax = matrices and any(call.name == "softmax" for claim in claims for call in calls_in(claim.sides))
    program = any(has_matmul(claim.sides) for claim in claims)
    for has_objective, kind in product((True, False), KINDS):
        if found:
            break  # in other sizes more might agree, as all sizes of 1 forgive a lost sum
        for curve, axis in product(CURVES if has_sigma else CURVES[:1], (0, 1) if has_softmax else (0,)):
            try:
                points = tuple(own_points(claims, kind, curve, SEEDS, has_objective, axis))
            except (SymbolicError, *NO_VALUE):
                continue
            steps = {id(claim): Steps(CHOOSING) for claim in claims}
            naming = points[0].own.naming
            sizes = extents(claims, [naming] * len(claims), points[0], steps)
            names = dict.fromkeys(map(id, claims), replace(naming, extents={**naming.extents, **sizes}))
            setting = Setting(points[0].derivation, names, points, steps, program)
            if matrices and all(array.size == 1 for array in points[0].arrays.arrays.values()):
                continue
            found.append(chosen([claim for claim in claims if claim.sides], [setting], layout, told=True))
    return found


def _has_matrices(claims: Sequence[Claim]) -> bool:
    """Whether formulas have signs that no numbers have: transposes, ∘, norms, bold or capital letters, 𝟏."""
    given = {equation.name for equation in equations(claims).forward.values()}
    parts = [node for claim in claims for node in nodes_in(claim.sides)]
    signs = any(isinstance(node, nodes.Transposed | nodes.Norm | nodes.Hollow) for node in parts)
    operators = {node.sign for node in parts if isinstance(node, nodes.Operation)}
    names = [written for claim in claims for written in names_in(claim.sides)]
    capitals = any(
        is_matrix(written) and plain(written) not in given and written.base.split()[-1] not in LETTERS["C"]
        for written in names
    )
    marked = any(written.transposed for written in names) or any(_BOLD.search(claim.text) for claim in claims)
    return signs or capitals or marked or bool(operators & _OF_MATRICES)
