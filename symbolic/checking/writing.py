"""A tree as LaTeX again, in the author's own signs: what is printed as the right formula."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from symbolic.checking.tree import Differentiated, Ellipsis, Entry, Grid, Grouped, Keyword, Listed, Repeated, Sized
from symbolic.checking.written import Function, Index, Ratio, Written
from symbolic.reading import nodes
from symbolic.reading.nodes import Node

_SIGNS = {
    "ODOT": r"\odot",
    "OSLASH": r"\oslash",
    "SLASH": "/",
    "*": "*",
    r"\cdot": r"\cdot",
    "@": "",
    "OUTER": r"\otimes",
}
_FUNCTIONS = {
    "relu": r"\mathrm{ReLU}",
    "leaky_relu": r"\mathrm{LeakyReLU}",
    "elu": r"\mathrm{ELU}",
    "gelu": r"\mathrm{GELU}",
    **{name: rf"\{name}" for name in ("tanh", "exp", "log", "sin", "cos", "max", "min", "sinh", "cosh")},
}
"""Functions whose names are not written as they are called here."""
_LOOSE = (nodes.Sum, nodes.Negative, nodes.Operation, Differentiated, Repeated)
"""What needs brackets among factors."""


def equation(sides: tuple[Node, ...]) -> str:
    """a = b = …"""
    return " = ".join(latex(side) for side in sides)


@singledispatch
def latex(node: Any) -> str:
    """The tree as LaTeX."""
    return ""


@latex.register
def _(node: nodes.Number) -> str:
    return node.text


@latex.register
def _(node: nodes.Letter) -> str:
    return r"\infty" if node.text == "∞" else node.text


@latex.register
def _(node: nodes.Hollow) -> str:
    return {"𝟏": r"\mathbf{1}", "𝟎": r"\mathbf{0}", "𝐈": r"\mathbf{I}"}[node.text]


@latex.register
def _(node: Sized) -> str:
    return f"{latex(nodes.Hollow(node.column, node.text))}_{{{latex(nodes.Name(node.column, node.size))}}}"


@latex.register
def _(node: nodes.Name) -> str:
    return ratio(node.known) if isinstance(node.known, Ratio) else name(node.known)


def ratio(known: Ratio) -> str:
    """∂u/∂v in its author's way."""
    above = name(known.above) if known.above is not None else ""
    below = name(known.below)
    if known.style.startswith("d") and "@" not in known.style:
        return known.style.replace("%", below).replace("d ", "d", 1)
    return known.style.replace("@", above).replace("%", below).strip()


def name(written: Written) -> str:
    """W^{[l]T}_{ij}"""
    base = written.base
    if " " in base:
        accent, _, letter = base.rpartition(" ")
        base = f"{accent}{{{letter}}}"
    elif len(base) > 1 and not base.startswith("\\"):
        base = rf"\mathrm{{{base}}}"
    if written.font:
        base = rf"{written.font}{{{base}}}"
    close = {"[": "]", "(": ")"}.get(written.bracket, "")
    above = "".join(f"{written.bracket}{index(each)}{close}" for each in written.above)
    above += f"({index(written.sample)})" if written.sample else ""
    above += ("T" if close else r"\top") if written.transposed else ""
    below = (
        written.label if not written.label.isalnum() or written.label.isdecimal() else rf"\mathrm{{{written.label}}}"
    )
    above, below = (above + "*", "") if below == "*" else (above, below)
    parts = [index(each) for each in written.below]
    below += ("," if any(len(part) > 1 for part in parts) else "").join(parts)
    return base + (f"^{{{above}}}" if above else "") + (f"_{{{below}}}" if below else "")


def index(each: Index) -> str:
    return str(each)


@latex.register
def _(node: nodes.Sum) -> str:
    terms = [latex(term) for term in node.terms]
    return terms[0] + "".join(f" {term}" if term.startswith("-") else f" + {term}" for term in terms[1:])


@latex.register
def _(node: nodes.Negative) -> str:
    return f"- {_within(node.inside, (nodes.Sum, nodes.Negative))}"


@latex.register
def _(node: nodes.Product) -> str:
    return " ".join(
        _within(factor, _LOOSE if factor is not node.factors[-1] else _LOOSE[:3]) for factor in node.factors
    )


@latex.register
def _(node: nodes.Operation) -> str:
    left = _within(node.left, (nodes.Sum,) if node.sign != "@" else _LOOSE)
    right = _within(node.right, (nodes.Sum, nodes.Negative, nodes.Operation))
    return f"{left} {_SIGNS[node.sign]} {right}".replace("  ", " ")


@latex.register
def _(node: nodes.Fraction) -> str:
    return rf"\frac{{{latex(node.above)}}}{{{latex(node.below)}}}"


@latex.register
def _(node: nodes.Power) -> str:
    return f"{_tight(node.base)}^{{{latex(node.exponent)}}}"


@latex.register
def _(node: nodes.Transposed) -> str:
    return rf"{_tight(node.inside)}^{{\top}}"


@latex.register
def _(node: nodes.Positive) -> str:
    return f"{_tight(node.inside)}^{{+}}"


@latex.register
def _(node: nodes.Call) -> str:
    return f"{function(node.function)}({', '.join(latex(part) for part in node.arguments)})"


def function(known: Function) -> str:
    """σ′, with the layer it is said of."""
    plain = rf"\mathrm{{{known.name}}}"
    base = known.latex if known.latex not in ("", plain) else _FUNCTIONS.get(known.name, plain)
    above = f"^{{({index(known.layer)})}}" if known.layer is not None else ""
    return base + "'" * known.order + above


@latex.register
def _(node: nodes.Relation) -> str:
    return latex(node.parts[0]) + "".join(
        f" {sign} {latex(part)}" for sign, part in zip(node.signs, node.parts[1:], strict=True)
    )


@latex.register
def _(node: nodes.Indicator) -> str:
    return rf"\mathbf{{1}}\{{{', '.join(map(latex, node.conditions))}\}}"


@latex.register
def _(node: nodes.Norm) -> str:
    return rf"\|{latex(node.inside)}\|" + (f"_{{{node.kind}}}" if node.kind else "")


@latex.register
def _(node: nodes.Absolute) -> str:
    return f"|{latex(node.inside)}|"


@latex.register
def _(node: nodes.Cases) -> str:
    rows = [
        f"{latex(value)}, & "
        + (r"\text{if } " + r" \text{ and } ".join(map(latex, holds)) if holds else r"\text{otherwise}")
        for value, holds in zip(node.values, node.conditions, strict=True)
    ]
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


@latex.register
def _(node: Ellipsis) -> str:
    return r"\cdots"


@latex.register
def _(node: Entry) -> str:
    return f"{_tight(node.inside)}_{{{''.join(map(latex, node.indices))}}}"


@latex.register
def _(node: Listed) -> str:
    return f"({', '.join(map(latex, node.parts))})"


@latex.register
def _(node: Keyword) -> str:
    return f"{node.name}={latex(node.value)}"


@latex.register
def _(node: Repeated) -> str:
    sign = r"\prod" if node.product else r"\sum"
    letters = ", ".join(map(latex, node.indices))
    below = f"{letters}={latex(node.first)}" if node.first is not None else letters
    above = f"^{{{latex(node.last)}}}" if node.last is not None else ""
    return f"{sign}{f'_{{{below}}}' if below else ''}{above} {_within(node.inside, (nodes.Sum,))}"


@latex.register
def _(node: Differentiated) -> str:
    return f"{node.style.replace('%', latex(node.by))} {_within(node.inside, (nodes.Sum,))}"


@latex.register
def _(node: Grid) -> str:
    rows = [" & ".join("" if cell is None else latex(cell) for cell in row) for row in node.rows]
    return r"\begin{pmatrix} " + r" \\ ".join(rows) + r" \end{pmatrix}"


@latex.register
def _(node: Grouped) -> str:
    close = {"(": ")", "[": "]", r"\{": r"\}"}[node.bracket]
    return f"{node.bracket}{latex(node.inside)}{close}"


def _within(node: Node, loose: tuple[type, ...]) -> str:
    text = latex(node)
    return f"({text})" if isinstance(node, loose) else text


def _tight(node: Node) -> str:
    """What an exponent may follow: a name, brackets, a call."""
    text = latex(node)
    plain = isinstance(node, Grouped | nodes.Number | nodes.Norm | nodes.Hollow) or (
        isinstance(node, nodes.Name)
        and isinstance(node.known, Written)
        and not node.known.indices
        and not node.known.transposed
    )
    return text if plain else f"({text})"
