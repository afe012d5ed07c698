"""Derivatives as people write them: fractions of partials, ∇, and differentials such as dW."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symbolic.checking.function_names import function_at
from symbolic.checking.known_functions import FUNCTIONS
from symbolic.checking.scripts import group_at, index_of, is_letter, text_at
from symbolic.checking.written import Ratio, Written
from symbolic.checking.written_names import name_at
from symbolic.reading.lexer import Found
from symbolic.reading.signs import ACCENTS
from symbolic.reading.tokens import Token

DIFFERENTIALS = (r"\partial", "d", r"\delta", r"\mathrm{d}")
"""What stands before a name in ∂u/∂v."""

BEGIN_EXPRESSIONS = ("(", "[", r"\{", r"\frac", r"\|", r"\sum")
"""What an expression begins with whose gradient is meant: ∇_z [½ ‖a − y‖²]."""

UNSAID = Written("∇")
"""What a gradient is taken with respect to where nobody says it: ∇E."""

VALUES_CALLED = ("f", "g", "h", "s", "S", "G")
"""Letters of functions that may be values with a gradient."""

FONT = len(r"d\boldsymbol{")
"""dZ in any font: the letter stands no further behind the d."""


def fraction_at(pieces: Sequence[Token], position: int) -> Found | None:
    r"""\\frac{∂u}{∂v}, \\frac{∂}{∂v} u, ∂u/∂v, with any of the signs for ∂."""
    if pieces[position].text == r"\frac":
        above, taken = group_at(pieces, position + 1)
        below, more = group_at(pieces, position + 1 + taken)
        found = _ratio(above, below)
        end = position + 1 + taken + more
        if found is None:
            return None
        u, v = found
        sign = _mark(above)
        if u is not None:
            return "NAME", Ratio(u, v, rf"\frac{{{sign} @}}{{{sign} %}}"), end - position
        operand = _operand(pieces, end)
        if operand is None or (operand[0].letter == v.letter and operand[0].transposed):  # ∂/∂θ_j θᵀx, of all of it
            return ("BY", (v, rf"\frac{{{sign}}}{{{sign} %}}"), end - position) if text_at(pieces, end) else None
        name, took = operand
        return "NAME", Ratio(name, v, rf"\frac{{{sign}}}{{{sign} %}} @"), end + took - position
    return _slashed(pieces, position)


def _slashed(pieces: Sequence[Token], position: int) -> Found | None:
    """∂u/∂v on one line; in brackets, too."""
    bracketed = text_at(pieces, position) == "("
    start = position + bracketed
    above = _differentiated(pieces, start)
    if above is None:
        return None
    at = start + above[1]
    if text_at(pieces, at) != "/":
        return None
    below = _differentiated(pieces, at + 1)
    if below is None or below[0] is None or above[0] is None:
        return None
    at += 1 + below[1]
    if bracketed:
        if text_at(pieces, at) != ")" or text_at(pieces, at + 1) in ("_", "^"):
            return None
        at += 1
    sign = _mark(pieces[start:])
    return "NAME", Ratio(above[0], below[0], rf"{sign} @ / {sign} %"), at - position


def _mark(pieces: Sequence[Token]) -> str:
    text = text_at(pieces, 0)
    return text if text in DIFFERENTIALS else "d"


def _ratio(above: Sequence[Token], below: Sequence[Token]) -> tuple[Written | None, Written] | None:
    """u and v of ∂u over ∂v; ∂ alone above as None."""
    upper = _differentiated(above, 0)
    lower = _differentiated(below, 0)
    lower = _by_expression(below) if lower is None else lower
    if upper is None or lower is None or lower[0] is None:
        return None
    if upper[1] != len(above) or lower[1] != len(below):
        return None
    return upper[0], lower[0]


def _by_expression(below: Sequence[Token]) -> tuple[Written, int] | None:
    """∂(W x + b), by an expression in brackets: a name that is what stands there."""
    if text_at(below, 0) not in DIFFERENTIALS[:1] or text_at(below, 1) != "(" or not is_letter(text_at(below, 2)):
        return None
    inside, taken = group_at(below, 1)
    texts = [piece.text for piece in inside]
    if taken + 1 != len(below) or "+" not in texts or "," in texts:
        return None
    return Written(f"({' '.join(texts)})"), len(below)


def _differentiated(pieces: Sequence[Token], position: int) -> tuple[Written | None, int] | None:
    """∂u at a position, as u and the tokens it takes; ∂ alone as None."""
    text = text_at(pieces, position)
    if text in DIFFERENTIALS:
        if position + 1 == len(pieces):
            return None, 1
        at = position + 1
        if text_at(pieces, at) == "_" and text == r"\delta":  # δ_{bce} for ∂ of a loss of that name
            content, taken = group_at(pieces, at + 1)
            word = "".join(piece.text for piece in content)
            return (Written(word), 2 + taken) if word.isalpha() else None
        braced = text_at(pieces, at) in ("{", "(") and not _is_index_call(pieces, at)
        inside, taken = group_at(pieces, at) if braced else (pieces[at:], 0)
        found = name_at(inside, 0)
        if found is None or (braced and found[1] != len(inside)):
            return None
        return found[0], 1 + (taken if braced else found[1])
    match = re.fullmatch(r"d([A-Za-z]\w*)", text)
    if match and len(text) > 1:
        name = Token(match[1], pieces[position].column, pieces[position].word)
        return name_at([name, *pieces[position + 1 :]], 0)
    return None


def _is_index_call(pieces: Sequence[Token], at: int) -> bool:
    inside, _ = group_at(pieces, at)
    return index_of(inside) is not None and text_at(pieces, at) == "(" and len(inside) < 2 and inside[0].text.isdigit()


def nabla_at(pieces: Sequence[Token], position: int) -> Found | None:
    r"""\\nabla_x a^{[L]}(x), \\nabla_W C, \\nabla a(x), \\partial_z C."""
    text = pieces[position].text
    if text not in (r"\nabla", r"\partial"):
        return None
    at = position + 1
    below: Written | None = None
    if text_at(pieces, at) == "_":
        content, taken = group_at(pieces, at + 1)
        named = name_at(content, 0)
        if named is None or named[1] != len(content):
            return None
        below, at = named[0], at + 1 + taken
    elif text == r"\partial":
        return None
    operand = _operand(pieces, at) or _value_called(pieces, at)
    if operand is None and below is None:
        return None
    above, taken = operand or (None, 0)
    called = _argument(pieces, at + taken)
    if below is not None and operand is None and not called and text_at(pieces, at) in BEGIN_EXPRESSIONS:
        return "BY", (below, rf"{text}_{{%}}"), at - position
    if below is None:
        below, style = (called[0], r"\nabla @(%)") if called else (UNSAID, r"\nabla @")
    else:
        behind = f"({_set_in_its_font(called[0])})" if called else ""
        style = rf"{text}_{{%}} @{behind}" if above else rf"{text}_{{%}}"
    return "NAME", Ratio(above, below, style), at + taken + (called[1] if called else 0) - position


def _operand(pieces: Sequence[Token], at: int) -> tuple[Written, int] | None:
    found = name_at(pieces, at) if at < len(pieces) else None
    return found if found is not None and function_at(pieces, at) is None else None


def _set_in_its_font(argument: Written) -> str:
    return rf"{argument.font}{{{argument.base}}}" if argument.font else argument.base


def _value_called(pieces: Sequence[Token], at: int) -> tuple[Written, int] | None:
    """f of ∇f(w), where f is a letter of functions: what has a gradient is a value."""
    is_letter_of_functions = text_at(pieces, at) in VALUES_CALLED
    return (Written(pieces[at].text), 1) if is_letter_of_functions and _argument(pieces, at + 1) else None


def _argument(pieces: Sequence[Token], at: int) -> tuple[Written, int] | None:
    """(x): of what a value is said to be a function."""
    if text_at(pieces, at) != "(":
        return None
    inside, taken = group_at(pieces, at)
    found = name_at(inside, 0) if inside else None
    return (found[0], taken) if found is not None and found[1] == len(inside) else None


_RATIO_NAMED = re.compile(r"d([A-Za-z]\d*)(d)([A-Za-z]\d*)|d([A-Za-z][A-Za-z0-9]*)(_d)([A-Za-z]\w*)")
"""dfdq, df_dq and dloss_dW1, names of programs for ∂f/∂q."""


def _named_ratio(pieces: Sequence[Token], position: int) -> Found | None:
    found = _RATIO_NAMED.fullmatch(pieces[position].text)
    if found is None:
        return None
    above, between, below = (part for part in found.groups() if part is not None)
    column = pieces[position].column
    u, v = name_at([Token(above, column)], 0), name_at([Token(below, column), *pieces[position + 1 :]], 0)
    return None if u is None or v is None else ("NAME", Ratio(u[0], v[0], f"d@{between}%"), v[1])


def differential_at(pieces: Sequence[Token], position: int) -> Found | None:
    r"""dW^{[2]}, dZ1, grad_W1: the gradient of the objective, named by what it is taken with respect to."""
    text = pieces[position].text
    ratio = _named_ratio(pieces, position)
    if ratio is not None:
        return ratio
    rest = re.fullmatch(r"(?:d|grad_?)([A-Z]\w*|[a-z](?:_?\d+|_?hat\d*|_[lL])?|scores|hidden|logits|out)", text)
    if rest and len(text) > 1 and text.lower() not in FUNCTIONS:
        found = name_at([Token(rest[1], pieces[position].column), *pieces[position + 1 :]], 0)
        return None if found is None else ("NAME", Ratio(None, found[0], text[: rest.start(1)] + " %"), found[1])
    is_script = text_at(pieces, position - 1) in ("^", "_")  # Σ^d x
    following = text_at(pieces, position + 1)
    accented = following in ACCENTS and pieces[position + 1].column == pieces[position].column + 1
    if text != "d" or is_script or not (is_letter(following) or accented):
        return None
    if pieces[position + 1].column > pieces[position].column + FONT:
        return None
    found = name_at(pieces, position + 1)
    return None if found is None else ("NAME", Ratio(None, found[0], "d %"), found[1] + 1)
