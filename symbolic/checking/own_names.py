"""What the equations of a file are for: which are the network, which name what formulas use, and which nobody uses.

The network is what is differentiated and what that is computed from. A name beside it is a definition where formulas
use it; where none does, there is nothing that it could be compared with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import takewhile

from symbolic.checking.claims import Claim
from symbolic.checking.grammar import read
from symbolic.checking.habits import BARS
from symbolic.checking.letters import LETTERS, PRE_ACTIVATIONS
from symbolic.checking.lookup import shown
from symbolic.checking.own_analogies import analogous
from symbolic.checking.own_equations import Equation, ancestors, last_of
from symbolic.checking.own_written import bare, held, plain
from symbolic.checking.tree import Repeated
from symbolic.checking.walk import names_in, nodes_in, put_for, ratios_in, with_names
from symbolic.checking.written import Written
from symbolic.errors import SymbolicError
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

SIGNALS = (r"\delta", r"\Delta")
"""Letters of derivatives, without it being said."""

GRADIENTS = ("g", "G", r"\nabla", r"\epsilon", r"\gamma", r"\xi")
"""Letters that are given to derivatives."""

VALUES = frozenset(letter for kind in ("z", "a", "output", "y") for letter in LETTERS[kind])
"""Letters of values, and of no derivatives."""

FEWEST_BARS = 2
"""So many names with bars, beside the network, are derivatives by what has no bar."""

IDLE = "a name for what the objective does not depend on, and that no formula uses: there is nothing to compare it with"
ASSUMED = "an assumption about {}, which is given"


@dataclass(frozen=True)
class Equations:
    """The equations of a file by the identities of their claims.

    `forward`: the network. `beside`: values that formulas use. `later`: what is made of derivatives, and used. `said`:
    what is to be said of those that are none of these, names that nobody uses and what is assumed of given ones.
    `assumed`: the numbers among that.
    """

    forward: Mapping[int, Equation] = field(default_factory=dict)
    beside: Mapping[int, Equation] = field(default_factory=dict)
    later: Mapping[int, Equation] = field(default_factory=dict)
    said: Mapping[int, str] = field(default_factory=dict)
    assumed: Mapping[int, Equation] = field(default_factory=dict)


def equations(claims: Sequence[Claim]) -> Equations:
    """What claims give names to: each a name that no earlier one gives.

    Error signals, and names with bars, are none: what they are is a claim about the network.
    """
    assumed = _assumed(claims)
    in_words = _in_words(claims)
    claims = [claim for claim in claims if id(claim) not in in_words]
    stated, _ = _stated(claims, frozenset(), assumed)
    network = _network(claims, stated)
    adjoint = frozenset(name.base for name in adjoints(claims, list(network.values())))
    stated, derived = _stated(claims, adjoint, assumed)
    outside = {id_: e for id_, e in stated.items() if id_ not in network}
    given = {bare(e.name) for e in stated.values()}
    assumed = {id_: name for id_, name in assumed.items() if bare(name) not in given and name.base not in adjoint}
    used = _used(claims, outside, set(assumed))
    idle = {bare(e.name) for id_, e in outside.items() if id_ not in used}
    return Equations(
        forward=network,
        beside={id_: e for id_, e in outside.items() if id_ in used and id_ not in derived},
        later={id_: e for id_, e in outside.items() if id_ in used and id_ in derived},
        said={id_: IDLE for id_ in outside if id_ not in used}
        | {id(claim): IDLE for claim in claims if _gives(claim, idle) and id(claim) not in stated}
        | {id_: ASSUMED.format(shown(name)) for id_, name in assumed.items()},
        assumed={id(c): Equation(assumed[id(c)], c.sides[1]) for c in claims if _is_number(c) and id(c) in assumed},
    )


def _in_words(claims: Sequence[Claim]) -> set[int]:
    """The claims that say in words what others say in names: E = Σ ½ (target − output)², and E = E_1 + E_2."""
    given = Counter(claim.given for claim in claims)
    holding = Counter(name for claim in claims for name in {*held(claim.sides)})
    return {
        id(claim)
        for claim in claims
        if claim.given is not None and given[claim.given] > 1
        if any(isinstance(node, Repeated) and not node.indices for node in nodes_in(claim.sides))
        if all(holding[name] == 1 for name in held(claim.sides[1:]))
    }


def adjoints(claims: Sequence[Claim], network: Sequence[Equation]) -> dict[Written, Written]:
    """The names with bars that are derivatives, and the values that they are derivatives by.

    Those that the network itself holds, as means, are none.
    """
    inside = {name for equation in network for name in (bare(equation.name), *held(equation.tree))}
    pairs = {
        name: replace(name, base=name.base.removeprefix(bar))
        for claim in claims
        for name in held(claim.sides)
        for bar in BARS
        if name.base.startswith(bar) and name not in inside
    }
    found = {name: value for name, value in pairs.items() if value in inside}
    return found if len(found) >= FEWEST_BARS else {}


def _stated(
    claims: Sequence[Claim], adjoint: frozenset[str], assumed: Mapping[int, Written]
) -> tuple[dict[int, Equation], set[int]]:
    """The equations that give a name, and which of them are made of derivatives."""
    found: dict[int, Equation] = {}
    made: set[int] = set()
    given: set[Written] = set()
    letters: set[str] = set()
    apart = {*SIGNALS, *adjoint}
    spell = _spelling(claims)
    names = {bare(plain(written)) for claim in claims for written in names_in(claim.sides)}
    for side, equation in _expressions(claims):
        given.add(equation.name)
        found[id(side)] = replace(equation, tree=spell(equation.tree))
    for claim in claims:
        left = _given_by(claim)
        if left is None or id(claim) in assumed:
            continue
        name = plain(left)
        behind = [written for side in claim.sides[1:] for written in names_in(side)]
        is_apart = (name.base in apart and not _is_named_alone(name, names)) or name.letter in letters
        if any(ratios_in(claim.sides)):
            if _is_made_of_ratios(claim) and not is_apart and name not in given and not _is_among(name, behind):
                given.add(name)
                found[id(claim)] = Equation(name, spell(claim.sides[1]))
                made.add(id(claim))
            letters.add(name.letter)
        elif not is_apart and name not in given and left.sample is None and not _is_among(name, behind):
            given.add(name)
            found[id(claim)] = Equation(name, spell(claim.sides[1]))
            for side, inner in _inner(claim, names_given=given):
                given.add(inner.name)
                found[id(side)] = replace(inner, tree=spell(inner.tree))
            if _letters(behind) & letters or any(written.base in apart for written in behind):
                made.add(id(claim))
                letters.add(name.letter)
    by_name = {equation.name: equation for equation in found.values()}
    found |= {id(equation.tree): equation for equation in analogous(by_name)}
    return found, made


def _expressions(claims: Sequence[Claim]) -> Iterator[tuple[Node, Equation]]:
    """The expressions that formulas differentiate by, as values named by their text: W x + b in ∂J/∂(W x + b)."""
    known: set[Written] = set()
    for side in (side for claim in claims for side in claim.sides):
        for ratio in ratios_in(side):
            if not ratio.below.base.startswith("(") or ratio.below in known:
                continue
            known.add(ratio.below)
            with suppress(SymbolicError):
                tree = read(ratio.below.base[1:-1])
                yield side, Equation(ratio.below, tree.sides[0] if isinstance(tree, nodes.Equation) else tree)


def _is_made_of_ratios(claim: Claim) -> bool:
    """Whether a name is given by what holds derivatives, and is no derivative itself: D_i = Σ_j p_j ∂C/∂p_j."""
    side, name = claim.sides[1], claim.given
    if name is None or name.base in GRADIENTS or name.label:
        return False  # g_W may be meant for ∂C/∂W, which is no definition
    while isinstance(side, nodes.Negative | nodes.Transposed):
        side = side.inside
    return not isinstance(side, nodes.Name)


def _inner(claim: Claim, names_given: Set[Written]) -> Iterator[tuple[Node, Equation]]:
    """The names that a chain gives inside of a function, with the sides that do: z in a = σ(z) = σ(W x + b)."""
    first, *others = claim.sides[1:]
    if isinstance(first, Repeated):
        yield from _summands(first, others[:1], names_given)
        return
    argument = _argument(first)
    if not isinstance(argument, nodes.Name) or not isinstance(argument.known, Written):
        return
    name = plain(argument.known)
    for side in others[:1]:
        tree = _argument(side)
        same = tree is not None and first == put_for(side, tree, argument)
        if tree is not None and same and name not in names_given and not _is_among(name, [*names_in(tree)]):
            yield side, Equation(name, tree)


def _summands(first: Repeated, others: Sequence[Node], given: Set[Written]) -> Iterator[tuple[Node, Equation]]:
    """The name that a chain gives to what it sums: L_t in L = Σ_t L_t = −Σ_t y_tᵀ log ŷ_t."""
    term = first.inside
    if not isinstance(term, nodes.Name) or not isinstance(term.known, Written):
        return
    for side in others:
        inner = side.inside if isinstance(side, nodes.Negative) else side
        if isinstance(inner, Repeated) and replace(inner, inside=term) == first and plain(term.known) not in given:
            tree = inner.inside if inner is side else nodes.Negative(side.column, inner.inside)
            yield side, Equation(plain(term.known), tree)


def _argument(side: Node) -> Node | None:
    """What a function of one argument is applied to."""
    return side.arguments[0] if isinstance(side, nodes.Call) and len(side.arguments) == 1 else None


def _given_by(claim: Claim) -> Written | None:
    """The name that a claim gives; None where it gives none."""
    return None if claim.letters else claim.given


def _is_among(name: Written, others: Sequence[Written]) -> bool:
    """Whether a name is made of itself, or of entries of itself; h_2 is made of h_1."""
    return bare(name) in {bare(plain(other)) for other in others}


def _is_named_alone(name: Written, names: Set[Written]) -> bool:
    """Whether an error signal is of no value that the file names: δ = (W e) ∘ h ∘ (1 − h) where there is no z."""
    of = (replace(bare(name), base=letter) for letter in PRE_ACTIVATIONS)
    return name.base in SIGNALS and not name.indices and not name.label and names.isdisjoint(of)


def _letters(names: Sequence[Written]) -> set[str]:
    return {name.letter for name in names}


def _spelling(claims: Sequence[Claim]) -> partial[Node]:
    """What writes q² as a power where q, too, is a name of the file and nobody gives q²."""
    given = {plain(claim.given) for claim in claims if claim.given is not None}
    names = {name for claim in claims for name in held(claim.sides) if not name.above}

    def spelled(name: nodes.Name) -> Node:
        known = name.known
        if not isinstance(known, Written) or known.bracket or known.transposed or len(known.above) != 1:
            return name
        index, base = known.above[0], replace(known, above=())
        if index.letters or plain(known) in given or bare(plain(base)) not in names:
            return name
        exponent = nodes.Number(name.column, str(index.number))
        return nodes.Power(name.column, replace(name, known=base), exponent)

    return partial(with_names, change=spelled)


def _assumed(claims: Sequence[Claim]) -> dict[int, Written]:
    """The claims that say of what is given that it is a number, or what another name is, y = 1 and y = ŷ: the names.

    Of two names that another equation holds together neither is given by the other.
    """
    holding: dict[Written, set[int]] = {}
    for claim in claims:
        for each in held(claim.sides[1:]) if _given_by(claim) is not None else ():
            holding.setdefault(each, set()).add(id(claim))
    found: dict[int, Written] = {}
    for claim in claims:
        name, right = _given_by(claim), claim.sides[1:2]
        if name is None or name.base in SIGNALS:
            continue
        is_name = isinstance(right[0], nodes.Name) and isinstance(right[0].known, Written)
        both = [holding.get(each, set()) for each in (bare(plain(name)), *held(right))]
        together = is_name and bool(set.intersection(*both))
        if together or _is_number(claim):
            found[id(claim)] = plain(name)
    return found


def _is_number(claim: Claim) -> bool:
    return not any(names_in(claim.sides[1:]))


def _network(claims: Sequence[Claim], stated: Mapping[int, Equation]) -> dict[int, Equation]:
    """The equations of what is differentiated, and of what that is computed from."""
    given = {bare(equation.name): equation for equation in stated.values()}
    inside = ancestors(_roots(claims, given), given)
    return {id_: equation for id_, equation in stated.items() if bare(equation.name) in inside}


def _roots(claims: Sequence[Claim], given: Mapping[Written, Equation]) -> set[Written]:
    """What is differentiated: by the formulas, and objectives by their letters; where there is none, what comes last.

    Where no equation gives the objective, it is a function of what the formulas differentiate it by, and of what they
    give the letter of a value before they differentiate anything.
    """
    ratios = [ratio for claim in claims for ratio in ratios_in(claim.sides)]
    above = {bare(plain(ratio.above)) for ratio in ratios if ratio.above is not None} & given.keys()
    objectives = {name for name in given if name.letter in LETTERS["C"]}
    tops = {name for name in objectives if not any(name in ancestors({o}, given) for o in objectives - {name})}
    if tops:
        return above | tops
    below = {bare(plain(ratio.below)) for ratio in ratios} & given.keys()
    first = takewhile(lambda claim: not any(ratios_in(claim.sides)), claims)
    values = {name for claim in first for name in held(claim.sides[:1]) if name.letter in VALUES} if ratios else set()
    return above | below | values & given.keys() or set(last_of(list(given.values()))[:1])


def _gives(claim: Claim, names: Set[Written]) -> bool:
    """Whether a claim gives one of these names: first or once more, it does not use it so."""
    return claim.given is not None and bare(plain(claim.given)) in names


def _used(claims: Sequence[Claim], outside: Mapping[int, Equation], assumed: set[int]) -> set[int]:
    """Which of the equations beside the network name what other formulas hold, those that nobody uses left out."""
    given = {bare(e.name) for e in outside.values()}
    sides = {id(claim): set(held(claim.sides[_gives(claim, given) :])) for claim in claims}
    used: set[int] = set()
    names = {
        name for id_, held_there in sides.items() if id_ not in outside and id_ not in assumed for name in held_there
    }
    while more := {id_ for id_, e in outside.items() if id_ not in used and bare(e.name) in names}:
        used |= more
        names |= {name for id_ in more for name in (sides[id_] if id_ in sides else held(outside[id_].tree))}
    return used
