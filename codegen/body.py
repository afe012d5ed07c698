"""The body of one generated function: a comment and an assignment for each step, loops over layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sympy import Add, MatAdd
from sympy.matrices.expressions.matexpr import MatrixExpr

from codegen.comments import WIDTH, Comments
from codegen.layout import assignment
from codegen.names import Names, letter
from codegen.numpy_printer import NumPyPrinter
from codegen.schedule import Item, Loop, items, needed, replaceable
from codegen.sizes import layer_name
from symbolic.algebra.build import scale
from symbolic.algebra.nodes import Elementwise, slot
from symbolic.algebra.program import Step, values_in
from symbolic.algebra.values import Value

INDENT = 4


@dataclass(frozen=True)
class Body:
    """Steps to be computed for the sake of `results`, which are the last ones and are not assigned.

    `steps` are as derived, for the comments; the code is that of the `rewritten` ones.
    """

    steps: tuple[Step, ...]
    results: tuple[Step, ...]
    rewritten: Callable[[Step], Step]
    comments: Comments
    blank: Names

    @cached_property
    def schedule(self) -> list[Item]:
        """What is computed, in order."""
        wanted = [v for step in self.results for v in values_in(self.rewritten(step).expr)]
        return list(items(needed([self.rewritten(step) for step in self.steps], wanted)))

    @cached_property
    def names(self) -> Names:
        """The names of this function; what need not be kept for all layers goes without an index."""
        plain: set[str] = set()
        for position, item in enumerate(self.schedule):
            if isinstance(item, Loop):
                before = [expr for other in self.schedule[:position] for expr in _expressions(other)]
                after = [expr for other in self.schedule[position + 1 :] for expr in _expressions(other)]
                after += [self.rewritten(step).expr for step in self.results]
                plain |= replaceable(item, before, after)
        return replace(self.blank, plain=frozenset(plain))

    @cached_property
    def printer(self) -> NumPyPrinter:
        """The printer with this function's names."""
        return NumPyPrinter(self.names)

    @cached_property
    def trial(self) -> NumPyPrinter:
        """The same, for measuring: names that it meets are not remembered."""
        return NumPyPrinter(replace(self.names, seen={}))

    @cached_property
    def _derived(self) -> dict[Value, Step]:
        return {step.target: step for step in self.steps}

    def lines(self) -> list[str]:
        """The assignments, loops and comments."""
        lines: list[str] = []
        kept: set[str] = set()
        for item in self.schedule:
            lines += self._loop(item, kept) if isinstance(item, Loop) else self._step(item, kept)
        return lines

    def _step(self, step: Step, kept: set[str]) -> list[str]:
        comment = self.comments.lines(self._derived[step.target], INDENT)
        lines = self.assigned(step.target, step.expr, INDENT)
        name, _, index = self.names.value(step.target).rstrip("]").partition("[")
        if not index or name in kept:
            return [*comment, *lines]
        kept.add(name)
        expr = lines[0].removeprefix(f"{name}[{index}] = ")
        if len(lines) == 1 and len(f"{name} = {{{index}: {expr}}}") + INDENT <= WIDTH:
            return [*comment, f"{name} = {{{index}: {expr}}}"]
        return [f"{name}: dict[int, Array] = {{}}", *comment, *lines]

    def _loop(self, loop: Loop, kept: set[str]) -> list[str]:
        lines = [line for step in loop.steps for line in self._opening(step.target, kept)]
        first, last = layer_name(loop.over.first), layer_name(loop.over.last + 1)
        self.names.see("L")
        layers = f"range({first}, {last})"
        lines.append(f"for layer in {layers if loop.upwards else f'reversed({layers})'}:")
        for step in loop.steps:
            inner = self.comments.lines(self._derived[step.target], 2 * INDENT)
            inner += self.assigned(step.target, step.expr, 2 * INDENT)
            lines += [" " * INDENT + line for line in inner]
        return lines

    def _opening(self, v: Value, kept: set[str]) -> Iterator[str]:
        """The line that a loop's value starts with: the input as layer 0, or an empty table of layers."""
        name, start = letter(v.base), self.blank.network.input
        if v.base in self.names.plain:
            yield from ([f"{name} = x"] if v.base == start.base else [])
        elif name not in kept:
            kept.add(name)
            yield f"{name} = {{0: x}}" if v.base == start.base else f"{name}: dict[int, Array] = {{}}"

    def returned(self, step: Step) -> list[str]:
        """The last assignment, its type said, and `return`."""
        name = self.names.value(step.target)
        first, *rest = self.assigned(step.target, self.rewritten(step).expr, INDENT + len(": Array"))
        comment = self.comments.lines(step, INDENT)
        return [*comment, first.replace(name, f"{name}: Array", 1), *rest, f"return {name}"]

    # -- one assignment, in several lines where a sum is long

    def assigned(self, target: Value, expr: MatrixExpr, indent: int) -> list[str]:
        """`target = expr`; a sum too long for a line is accumulated in the target."""
        name = self.names.value(target)
        if len(f"{name} = {self.trial.print(expr)}") + indent <= WIDTH:
            return [f"{name} = {self.printer.print(expr)}"]
        if isinstance(expr, MatAdd) or (isinstance(expr, Elementwise) and expr.body.is_Add):
            return self._accumulated(target, _summands(expr), indent)
        return assignment(name, self.printer.print(expr), WIDTH - indent)

    def _accumulated(self, target: Value, terms: Sequence[MatrixExpr], indent: int) -> list[str]:
        """`target = a + b`, `target = target + c + d`, …"""
        name = self.names.value(target)
        room = WIDTH - indent - len(f"{name} = {name}")
        sums = in_groups(target, terms, lambda term: len(self.trial.print(term)), room)
        lines: list[str] = []
        for expr in sums:
            line = f"{name} = {self.printer.print(expr)}"
            fits = len(line) + indent <= WIDTH
            lines += [line] if fits else assignment(name, self.printer.print(expr), WIDTH - indent)
        return lines


def in_groups(
    target: Value, terms: Sequence[MatrixExpr], width: Callable[[MatrixExpr], int], room: int
) -> Iterator[MatrixExpr]:
    """Sums of as many terms as fit, each but the first starting with the target, which holds the sum so far."""
    group: list[MatrixExpr] = []
    left = room
    for term in terms:
        needs = width(term) + len(" + ()")
        if needs > left and group:
            yield MatAdd(*group) if len(group) > 1 else group[0]
            group, left = [target], room
        group.append(term)
        left -= needs
    yield MatAdd(*group) if len(group) > 1 else group[0]


def _expressions(item: Item) -> list[MatrixExpr]:
    return [step.expr for step in item.steps] if isinstance(item, Loop) else [item.expr]


def _with_operands(body: Add, operands: Sequence[MatrixExpr]) -> MatrixExpr:
    """An elementwise node with those operands only that its body names."""
    used = [k for k in range(len(operands)) if body.has(slot(k))]
    return Elementwise(body.xreplace({slot(k): slot(new) for new, k in enumerate(used)}), *[operands[k] for k in used])


def _summands(expr: MatrixExpr) -> list[MatrixExpr]:
    """The terms of a matrix sum, or of an entrywise one."""
    if isinstance(expr, MatAdd):
        return list(expr.args)
    assert isinstance(expr, Elementwise), f"no way to break {type(expr).__name__} into lines"
    terms, slots = [], range(len(expr.operands))
    for term in sorted(Add.make_args(expr.body), key=lambda term: min(k for k in slots if term.has(slot(k)))):
        minus = term.could_extract_minus_sign()
        terms.append(scale(-1, _with_operands(-term, expr.operands)) if minus else _with_operands(term, expr.operands))
    return terms
