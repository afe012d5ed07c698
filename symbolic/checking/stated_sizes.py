"""Which letters a text says to be matrices: X ∈ ℝ^{N×D}, “X is N × D”, “W of shape (D, M)”."""

from __future__ import annotations

import re
from functools import lru_cache

_SIZE = r"(?!1\b)(?:[A-Za-z]\w?|\d+)(?:_\{[^{}]{1,20}\}|_\w|\^\{[^{}]{1,20}\})?"
"""A size that is not 1: 64, N, n_x, n^{[l]}."""

_BY = r"\s?(?:\\times(?![A-Za-z])|×)\s?"
_TWO = rf"{_SIZE}{_BY}{_SIZE}"
_REALS = r"(?:\\mathbb\s?\{?\s?R\s?\}?|\\R(?![A-Za-z])|ℝ|R)"
_WORDS = r"(?:is|are|be|has|have|of|with|shape|size|dimensions?|dims?|an?|the|matrix|in)"
_SAYS = rf"[$`]?,?\s?(?:[:(\[]|\b{_WORDS}\b)(?:\s?\b{_WORDS}\b){{0,5}}\s?[$`:(\[]{{0,2}}"
"""What stands between a letter and its sizes in prose: `: `, ` (`, ` is an `, `, of shape (`."""

_MATRIX = re.compile(
    r"(?<![A-Za-z\\])(?:\\(?:mathbf|boldsymbol|bm|mathrm|bf)\s?\{?\s?)?(?P<letter>[A-Za-z])\}?(?![A-Za-z_^'{])"
    rf"(?:\s?(?:\\in(?![A-Za-z])|∈)\s?{_REALS}\s?\^\s?[{{(]\s?{_TWO}\s?[}})]"
    rf"|{_SAYS}{_TWO}(?=[\s$`),.;:\]]|$)"
    rf"|(?!\s?\({_SIZE},){_SAYS}(?<=\(){_SIZE},\s?{_SIZE}\))"  # L(W, b) is a function
)


@lru_cache(maxsize=8)
def said_matrices(text: str) -> frozenset[str]:
    """The letters without an index of which a text says that they have two sizes, neither of them 1."""
    return frozenset(found["letter"] for found in _MATRIX.finditer(text))
