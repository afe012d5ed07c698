"""⋯ spelled out: A ⋯ B among factors, and W (⋯ (X) ⋯) ∘ s, whose brackets stand in one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import zip_longest
from typing import Any

from symbolic.checking.problems import Unknown
from symbolic.checking.tree import Ellipsis, Grouped
from symbolic.checking.walk import names_in
from symbolic.checking.written import Index, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

MOST = 200
"""More factors than this are no formula for a person."""

FAR, NEAR = 50, 9
"""The depth L and every other letter, to see which way indices move: L is the greater one."""


def spelled_out(factors: Sequence[Node], numbers: Mapping[str, int]) -> list[Node]:
    r"""The factors with every ⋯ replaced by what it stands for, the letters of layers being these numbers.

    W₁ᵀ D₁ ⋯ W_Lᵀ D_L: the block W₁ᵀ D₁ goes on, its indices moving, to what stands behind the dots. Each index moves
    by its own step: ∂z₂/∂z₁ W₂ᵀ ⋯ has 2 for z and 1 for W.

    Raises Unknown where what stands before the dots does not go on to what stands after them.
    """
    found = list(factors)
    while any(isinstance(factor, Ellipsis) for factor in found):
        at = next(k for k, factor in enumerate(found) if isinstance(factor, Ellipsis))
        before, after = found[:at], found[at + 1 :]
        onward = _continued(before, after, numbers)
        found = onward if onward is not None else (_continued(after[::-1], before[::-1], numbers) or [])[::-1]
        if not found and onward is None:
            raise Unknown("⋯ between factors that do not go on to each other")
        if len(found) > MOST:
            raise Unknown("a product of too many factors")
    return found


def _continued(before: list[Node], after: list[Node], numbers: Mapping[str, int]) -> list[Node] | None:
    """The factors before ⋯, those that go on from them, and those after it; None where they do not go on.

    The last `period` factors before it are a block; what stands first after it is one of the block's factors, moved.
    A block that has one like it before it is the likelier: of D₁ W₂ᵀ D₂ W₃ᵀ ⋯ W_Lᵀ, D W and not W alone.
    """
    for period in sorted(range(1, len(before) + 1), key=lambda period: not _recurs(before, period)):
        block = before[-period:]
        for place in range(period):
            if not after or _paired(block[place], after[0]) is None:
                continue
            move = _move(list(zip_longest(block[place:], after[: period - place])), numbers)
            if move is None:
                continue
            at = move.times * period + place
            if at >= period:
                return [*before, *(move.of(block[k % period], k // period) for k in range(period, at)), *after]
            return _overlapped(before, after, period - at, move, period, numbers)
    return None


def _recurs(before: list[Node], period: int) -> bool:
    """Whether the last factor stands a block earlier, too, but for its indices."""
    return len(before) > period and _paired(before[-1 - period], before[-1]) is not None


def _overlapped(
    before: list[Node], after: list[Node], twice: int, move: Move, period: int, numbers: Mapping[str, int]
) -> list[Node]:
    """The factors where so many too many are written, as ⋯ stands for fewer than none: W₃ W₂ ⋯ W_l at l = 3.

    Those that go are of the block, moved back: as many as there are before the dots, the others after them.
    """
    going = period
    while going < min(twice, len(before)):
        rounds, place = divmod(going, period)
        if not _is_same(move.of(before[-1 - place], -rounds), before[-1 - going], numbers):
            break
        going += 1
    going = min(going, twice)
    return [*before[: len(before) - going], *after[twice - going :]]


def _is_same(a: Node, b: Node, numbers: Mapping[str, int]) -> bool:
    """Whether two factors differ in nothing but how their indices are written."""
    pairs = _paired(a, b)
    return pairs is not None and all(_difference(x, y, numbers) == 0 for x, y in pairs)


# -- brackets in one another


def unfolded(tree: Any, numbers: Mapping[str, int]) -> Any:
    r"""The tree with every (⋯ (X) ⋯) replaced by what it stands for.

    W₂ᵀ (⋯ (W_Lᵀ G ∘ s_{L−1}) ⋯) ∘ s₁ is F₁, where F_l = W_{l+1}ᵀ F_{l+1} ∘ s_l and F_{L−1} is what the dots enclose.
    For one layer more, l = L, it is G itself.
    """
    path = _dotted(tree)
    while path is not None:
        tree = _filled(tree, path, numbers)
        path = _dotted(tree)
    return tree


def _dotted(tree: Any, path: tuple[Any, ...] = ()) -> tuple[Any, ...] | None:
    """The way to a product ⋯ X ⋯ of one factor among dots."""
    if isinstance(tree, nodes.Product):
        dots = sum(isinstance(factor, Ellipsis) for factor in tree.factors)
        if dots and dots == len(tree.factors) - 1:
            return path
    for step, part in _steps(tree):
        if isinstance(part, Node | tuple) and not isinstance(part, nodes.Name):
            found = _dotted(part, (*path, step))
            if found is not None:
                return found
    return None


def _filled(tree: Any, path: tuple[Any, ...], numbers: Mapping[str, int]) -> Any:
    group = _at(tree, path)
    core = plain(next(f for f in group.factors if not isinstance(f, Ellipsis)))
    for up in range(len(path) - 1, -1, -1):
        outer = _at(tree, path[:up])
        if not isinstance(outer, Node):
            continue
        outer = plain(_put(outer, path[up:], Ellipsis(0)))
        hole: list[Node] = []
        pairs = _paired(outer, core, hole)
        move = _move([(outer, core)], numbers) if pairs and hole else None
        if move is None:
            continue
        if move.times < -1:
            raise Unknown("⋯ of fewer than no layers")
        found = core if move.times >= 0 else hole[0]
        for k in range(move.times - 1, -1, -1):
            found = _into(move.of(outer, k), found)
        return _put(tree, path[:up], Grouped(0, found))
    raise Unknown("⋯ around what does not go on")


def _into(tree: Any, new: Node) -> Any:
    """The tree with ⋯ replaced."""
    if isinstance(tree, Ellipsis):
        return new
    return _mapped(tree, lambda part: _into(part, new))


def plain(node: Any) -> Any:
    """The tree without brackets, transposes on its leaves: (G W ∘ s(z))ᵀ = Wᵀ Gᵀ ∘ s(zᵀ)."""
    if isinstance(node, Grouped):
        return plain(node.inside)
    if isinstance(node, nodes.Transposed):
        return _turned(plain(node.inside))
    return _mapped(node, plain)


def _turned(node: Node) -> Node:
    if isinstance(node, nodes.Transposed):
        return node.inside
    if isinstance(node, nodes.Operation) and node.sign in ("ODOT", "*"):
        return replace(node, left=_turned(node.left), right=_turned(node.right))
    if isinstance(node, nodes.Product):
        return replace(node, factors=tuple(_turned(factor) for factor in reversed(node.factors)))
    if isinstance(node, nodes.Call) and len(node.arguments) == 1:
        return replace(node, arguments=(_turned(node.arguments[0]),))
    if isinstance(node, nodes.Name) and isinstance(node.known, Written):
        return replace(node, known=replace(node.known, transposed=not node.known.transposed))
    return nodes.Transposed(node.column, node)


# -- how indices move


@dataclass(frozen=True)
class Move:
    """How many times a block is repeated, and by what its indices move each time.

    `steps` are those of a factor's indices in their order, `bases` those of every index of a letter where a factor has
    no counterpart.
    """

    times: int
    steps: Mapping[int, tuple[int, ...]]
    bases: Mapping[str, int]
    usual: int

    def of(self, block: Any, by: int) -> Any:
        """A factor of the block, moved so many times."""
        written = list(names_in(block))
        if id(block) in self.steps:
            steps = iter(self.steps[id(block)])
        else:
            steps = iter([self.bases.get(w.base, self.usual) for w in written for _ in w.indices])
        return _shifted(block, iter([step * by for step in steps]))


def _move(pairs: Sequence[tuple[Any, Any]], numbers: Mapping[str, int]) -> Move | None:
    """The move from the first of each pair to the second; None where they are not one another's, moved."""
    far = {letter: FAR if letter == "L" else NEAR for letter in numbers}
    aligned = {id(a): (a, _paired(a, b)) for a, b in pairs if b is not None}
    exact = {key: found for key, (_, found) in aligned.items() if found}
    loose = [pair for a, b in pairs if b is not None for pair in _same_letters(a, b)]
    everything = [(a, b) for found in exact.values() for a, b in found]
    differences = [_difference(a, b, far) for a, b in everything]
    lengths = [abs(d) for d in differences if d]
    if not lengths:
        return None
    times = min(lengths)

    def step(a: Index, b: Index) -> int:
        return round((_difference(a, b, far) or 0) / times)

    here = {
        difference // step(a, b)
        for a, b in everything
        if step(a, b) and (difference := _difference(a, b, numbers)) is not None
    }
    if len(here) != 1 or any(d is None or d % times for d in differences):
        return None
    steps = {key: tuple(step(a, b) for a, b in found) for key, found in exact.items()}
    bases = {base: step(a, b) for base, a, b in loose}
    return Move(here.pop(), steps, bases, next(s for each in steps.values() for s in each if s))


def _difference(a: Index, b: Index, numbers: Mapping[str, int]) -> int | None:
    here, there = a.at(numbers), b.at(numbers)
    return (0 if a == b else None) if here is None or there is None else there - here


def _paired(a: Any, b: Any, hole: list[Node] | None = None) -> list[tuple[Index, Index]] | None:
    """The indices that stand in the same places of two trees; None where the trees differ in anything else.

    What stands in the second where ⋯ stands in the first is added to `hole`.
    """
    if isinstance(a, Ellipsis) and not isinstance(b, Ellipsis) and hole is not None:
        hole.append(b)
        return []
    if isinstance(a, Written) and isinstance(b, Written):
        alike = (a.letter, a.transposed, len(a.indices)) == (b.letter, b.transposed, len(b.indices))
        return list(zip(a.indices, b.indices, strict=True)) if alike else None
    if type(a) is not type(b):
        return [] if isinstance(a, Ellipsis) else None
    if isinstance(a, tuple):
        parts = [_paired(x, y, hole) for x, y in zip(a, b, strict=True)] if len(a) == len(b) else [None]
    elif is_dataclass(a):
        parts = [_paired(getattr(a, f.name), getattr(b, f.name), hole) for f in fields(a) if f.compare]
    else:
        return [] if a == b else None
    return None if None in parts else [pair for part in parts if part is not None for pair in part]


def _same_letters(a: Any, b: Any) -> Iterator[tuple[str, Index, Index]]:
    """The indices of names with one letter, wherever they stand."""
    for one in names_in(a):
        for other in names_in(b):
            if one.letter == other.letter:
                yield from ((one.base, x, y) for x, y in zip(one.indices, other.indices, strict=False))


def _shifted(tree: Any, steps: Iterator[int]) -> Any:
    """The tree with its indices moved, each by the next step."""
    if isinstance(tree, Index):
        return tree.moved(next(steps, 0))
    return _mapped(tree, lambda part: _shifted(part, steps))


# -- trees


def _steps(tree: Any) -> Iterator[tuple[Any, Any]]:
    """The parts of a node, a name or a tuple, each with the step to it."""
    if isinstance(tree, tuple):
        yield from enumerate(tree)
    elif is_dataclass(tree):
        yield from ((f.name, getattr(tree, f.name)) for f in fields(tree))


def _mapped(tree: Any, change: Any) -> Any:
    """The tree with a change made to each of its parts, in their order."""
    if isinstance(tree, tuple):
        return tuple(change(part) for part in tree)
    if is_dataclass(tree) and not isinstance(tree, type):
        return replace(tree, **{f.name: change(getattr(tree, f.name)) for f in fields(tree)})
    return tree


def _at(tree: Any, path: Sequence[Any]) -> Any:
    for step in path:
        tree = tree[step] if isinstance(step, int) else getattr(tree, step)
    return tree


def _put(tree: Any, path: Sequence[Any], new: Any) -> Any:
    if not path:
        return new
    head, *rest = path
    if isinstance(head, int):
        return (*tree[:head], _put(tree[head], rest, new), *tree[head + 1 :])
    return replace(tree, **{head: _put(getattr(tree, head), rest, new)})
