"""Sizes and layer indices as names in generated code, and specs whose sizes can be such names."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sympy import Add, sympify
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.values import LAYER
from symbolic.networks import tables
from symbolic.networks.spec import Spec

LONGEST = 12
"""A size with a longer name is renamed, so that no line of generated code grows with it."""

_VALUES = re.compile(r"([WbzaxyCEJRgMhsvw]|mu|gamma|beta|delta|\w_bar|J_x)\d*")
_FIXED = re.compile(r"([WbzaJgMhsv]|mu|gamma|beta|delta|\w_bar)\d+|[xywCER]|[xyw]_bar|J_x")
"""The names that values have in generated code: of any network, and of one whose layers have names of their own."""
_NAMES = {
    *dir(builtins),
    *("L", "N", "l", "np", "npt", "operator", "pairwise", "Any", "Array", "EPSILON", "NamedTuple", "Sequence"),
    *("Parameters", "params", "data", "sizes", "widths", "rng", "dtype", "layer", "gradients"),
    *("log_sigmoid", "safe_log", "erf", "erfc", "math"),
}


def size_name(n: Any) -> str:
    """n, 3, n_1, n_l or n_{l-1}: a size as generated code and its messages write it."""
    n = sympify(n)
    if n.is_Add or n.is_Mul:
        return " + ".join(size_name(letter) for letter in summed(n))
    if not n.is_Indexed:
        return str(n)
    index = str(n.indices[0]).replace(" ", "")
    return f"{n.base}_{index}" if index.isalnum() else f"{n.base}_{{{index}}}"


def summed(n: Any) -> list[Any]:
    """The sizes that a size is the sum of: m and p for m + p, m and m for 2m, a number last."""
    letters = [(term, 1) if term.is_Number else term.as_coeff_Mul()[::-1] for term in Add.make_args(sympify(n))]
    ordered = sorted(letters, key=lambda item: (bool(item[0].is_Number), str(item[0])))
    return [letter for letter, times in ordered for _ in range(int(times))]


def known(n: Any, sizes: Mapping[Any, Any]) -> Any:
    """A size with the numbers put in that the spec fixes: n_L = 1."""
    return sympify(n).subs({symbol: given for symbol, given in sizes.items() if sympify(given).is_Integer})


def shape_name(v: MatrixExpr, sizes: Mapping[Any, Any]) -> str:
    """(m, N): the shape of a matrix as comments write it."""
    return f"({', '.join(size_name(known(n, sizes)) for n in v.shape)})"


def safe_name(name: str, *, ranged: bool = False) -> str:
    """A hyperparameter as code can call it: lambda_ for lambda, and x_ for what has another meaning there."""
    value = (_VALUES if ranged else _FIXED).fullmatch(name)
    function = tables.row_named(name) or re.fullmatch(r"f\d+(_derivative)?", name)
    taken = keyword.iskeyword(name) or name in _NAMES or value or function
    return f"{name}_" if taken else name


def layer_name(index: Any) -> str:
    """A layer index in code: 1, L, layer, layer + 1."""
    return str(sympify(index)).replace(str(LAYER), "layer")


def with_usable_sizes(spec: Spec) -> Spec:
    """The spec, sizes renamed where their name is too long for generated code or means something else there."""
    given = list(dict.fromkeys(_sizes(spec)))
    kept = {size for size in given if _usable(size)}
    fresh = (name for k in range(1, len(kept) + len(given) + 1) if (name := f"size{k}") not in kept)
    renamed = {size: next(fresh) for size in given if size not in kept}
    return _with_sizes(spec, renamed) if renamed else spec


def _usable(size: str) -> bool:
    reserved = size in _NAMES or bool(re.fullmatch(r"f\d+", size) or _VALUES.fullmatch(size))
    reserved = reserved or size.removesuffix("_derivative") in tables.activations()
    return len(size) <= LONGEST and not reserved


def _sizes(spec: Spec) -> Iterator[str]:
    """The sizes that have a name, in the order in which the spec says them."""
    tables_with_units = (*spec.layers, *([spec.output] if spec.output else []))
    for size in (spec.input.size, *(getattr(table, "units", None) for table in tables_with_units)):
        if isinstance(size, str) and size != "n_l":
            yield size


def _with_sizes(spec: Spec, renamed: dict[str, str]) -> Spec:
    def again(table: Any, key: str) -> Any:
        size = getattr(table, key, None)
        return table.model_copy(update={key: renamed[size]}) if size in renamed else table

    layers = tuple(again(layer, "units") for layer in spec.layers)
    return spec.model_copy(
        update={"input": again(spec.input, "size"), "layers": layers, "output": again(spec.output, "units")}
    )
