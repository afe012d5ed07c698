"""Names, layer indices, sizes and entries in an author's notation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sympy import Add, Expr, sympify

from symbolic.algebra.entries import Entry
from symbolic.algebra.values import SAMPLES, Value
from symbolic.notation.markup import Markup, in_text
from symbolic.notation.profile import Name, Profile

_AGAINST_ANOTHER = re.compile(r"(?<=[A-Za-z])#|#(?=%)")
"""An index with nothing between it and its letter, or the index after it: z2, but z(2l-1)."""


@dataclass(frozen=True)
class Names:
    """Writes names; `output` is the value that some authors call ŷ."""

    profile: Profile
    markup: Markup
    output: Value | None = None

    def value(self, v: Value) -> str:
        """W^{[l]}, ŷ, Δ^{[L]}: the name of a matrix with its layer index."""
        name = self._name(v)
        return self._indexed(name, v, self._spelling(name, v))

    def entry(self, e: Entry) -> str:
        """W^{[l]}_{ij}: an entry, without the index of an axis of size 1."""
        v = e.matrix
        name = self._name(v)
        shown = [i for i, n in zip((e.row, e.col), v.shape, strict=True) if n != 1]
        if not shown:
            return self.value(v)
        letters = [self._scalar(i) for i in shown]
        indices = ("" if all(len(letter) == 1 for letter in letters) else ",").join(letters)
        template = (name.entry_latex, name.entry_text)[self.markup.position]
        if not template:
            template = self._spelling(name, v) + ("_{%}" if self.markup.position == 0 else "_%")
        if len(indices) == 1:
            template = template.replace("{%}", "%")
        return self._indexed(name, v, template).replace("%", indices)

    def size(self, n: Any) -> str:
        """n_l, m, 2: a size."""
        n = sympify(n)
        if not n.is_Indexed:
            return self._scalar(n)
        name = self.profile.names["n"]
        template = (name.latex, name.text)[self.markup.position]
        base = str(n.base)
        return self._put(template.replace("n", base, 1), self._shifted(n.indices[0]))

    def plain_size(self, n: Any) -> str:
        """A size as one plain word, n_l or n_{l-1}, its layer counted as in the spec."""
        n = sympify(n)
        if not n.is_Indexed:
            return self._scalar(n)
        index = self._scalar(n.indices[0])
        return f"{n.base}_{index}" if index.isalnum() else f"{n.base}_{{{index}}}"

    def extent(self, n: Any) -> str:
        """m, m+1, m+p: a size or a sum of sizes."""
        return "+".join(self.size(term) for term in sorted(Add.make_args(sympify(n)), key=lambda t: bool(t.is_Number)))

    def layer(self, index: Any) -> str:
        """A layer index as the author counts: l, L−1, 2."""
        return self._scalar(self._shifted(sympify(index)))

    def gradient(self, of: str, wrt: str) -> str:
        """∇ₓ C, from two written names."""
        nabla = self.markup.nabla
        lowered = nabla.replace("#", wrt) if self.markup.position == 0 else in_text(nabla, wrt)
        return f"{lowered} {of}"

    def _name(self, v: Value) -> Name:
        names = self.profile.names
        output = self.output
        is_output = output is not None and (v.base, v.layer) == (output.base, output.layer)
        return names["output"] if is_output and "output" in names else names[v.base]

    def _spelling(self, name: Name, v: Value) -> str:
        plain = (name.latex, name.text)[self.markup.position]
        if SAMPLES not in v.shape:
            return plain
        return (name.batch_latex, name.batch_text)[self.markup.position] or plain

    def _indexed(self, name: Name, v: Value, template: str) -> str:
        if v.layer is None:
            return template
        if v.base in self.profile.index:
            factor, offset = self.profile.index[v.base]
            return self._put(template, factor * v.layer + offset)
        return self._put(template, self._shifted(v.layer))

    def _shifted(self, index: Expr) -> Expr:
        """The index counted from the author's first layer, L still being the last one."""
        shift = self.profile.first_layer - 1
        if shift == 0 or index.is_Integer:
            return index + shift
        return index.xreplace({s: s - shift for s in index.free_symbols}) + shift

    def _put(self, template: str, index: Expr) -> str:
        written = self._scalar(index)
        if not (index.is_Integer or index.is_Symbol):
            template = _AGAINST_ANOTHER.sub("(#)", template)
        if self.markup.position == 1:
            return in_text(template, written)
        lowered = template if len(written) == 1 else template.replace("_#", "_{#}")
        return lowered.replace("#", written)

    def _scalar(self, index: Expr) -> str:
        """2l−1, L−1: an integer expression set tight, the letter first."""
        return str(index).replace(" ", "").replace("*", "")
