"""What authors leave out of a layer whose units are told by numbers: they give net_{o1} and out_{o1}, and use out_{o2}.

Each unit is computed as the one that is given, with weights of its own, which have no names then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbolic.checking.letters import WEIGHTS
from symbolic.checking.own_equations import Equation
from symbolic.checking.own_written import COUNTERS, bare, plain
from symbolic.checking.walk import names_in, with_written
from symbolic.checking.written import Index, Written
from symbolic.reading.nodes import Node

Unit = tuple[str, int]
"""The letter of a layer and the number of a unit in it: o and 2."""


def analogous(given: dict[Written, Equation]) -> list[Equation]:
    """The equations of the names that those hold which are given, each by that of another unit of its layer."""
    found: dict[Written, Equation] = {}
    units = {(each.letter, unit[0]): each for each in reversed(given) if (unit := _unit(each)) is not None}
    waiting = [name for equation in given.values() for name in _names(equation.tree)]
    while waiting:
        name = waiting.pop()
        unit = _unit(name)
        alike = None if unit is None else units.get((name.letter, unit[0]))
        if name not in given and name not in found and alike is not None and unit is not None:
            tree = _of_unit(given[alike].tree, _unit(alike), unit)
            found[name] = Equation(name, tree, is_analogous=True)
            waiting += _names(tree)
    return [*found.values()]


def _of_unit(tree: Node, old: Unit | None, new: Unit) -> Node:
    """The expression for another unit: with its own values and weights, on the same inputs."""

    def changed(written: Written) -> Written:
        unit = _unit(written)
        if unit == old:
            return replace(written, below=(written.below[0], Index((), new[1])))
        return replace(written, base=f"{written.base} of {new[0]}{new[1]}") if _is_weight(written) else written

    found: Node = with_written(tree, changed)
    return found


def _is_weight(written: Written) -> bool:
    return written.letter in WEIGHTS and _unit(written) is None


def _unit(name: Written) -> Unit | None:
    """The unit that a name is of: o and 2 for out_{o2}."""
    if len(name.below) != 2 or name.above or name.below[0].number or name.below[1].letters:
        return None
    letter = name.below[0].letter
    return (letter, name.below[1].number) if letter and letter not in COUNTERS else None


def _names(tree: Node) -> Iterator[Written]:
    return (bare(plain(written)) for written in names_in(tree))
