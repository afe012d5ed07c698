"""From tokens to names, partial derivatives and functions, as anybody may write them: what the lexer asks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symbolic.checking.scripts import Scripts, group_at, index_of, is_letter, scripts_at
from symbolic.checking.written import Function, Index, Ratio, Written
from symbolic.networks.tables import activations
from symbolic.reading.lexer import Found
from symbolic.reading.signs import ACCENTS, HOLLOW
from symbolic.reading.tokens import Token

DIFFERENTIALS = (r"\partial", "d", r"\delta", r"\mathrm{d}")
"""What stands before a name in ∂u/∂v."""

GENERIC = ("f", "g", "h", "G", r"\sigma", r"\phi", r"\varphi", r"\psi", r"\rho", "s", "S", r"\theta")
"""Letters that are functions where an argument follows, and names elsewhere."""

_OTHER_FUNCTIONS = [
    "diag",
    "exp",
    "log",
    "ln",
    "sin",
    "cos",
    "sinh",
    "cosh",
    "sqrt",
    "abs",
    "sign",
    "sgn",
    "erf",
    "max",
    "min",
    "maximum",
    "minimum",
    "tr",
    "trace",
    "vec",
    "sum",
    "mean",
    "heaviside",
    "step",
    "logistic",
    "softmax",
    "dot",
    "matmul",
    "outer",
    "multiply",
    "square",
    "norm",
    "transpose",
    "ones",
    "zeros",
    "zeros_like",
    "ones_like",
    "where",
    "logsumexp",
    "lse",
    "log_softmax",
    "logsoftmax",
    "clip",
    "power",
    "np_sum",
    "eye",
]
_ALIASES = {
    "logistic": "sigmoid",
    "sigm": "sigmoid",
    "rectifier": "relu",
    "maximum": "max",
    "minimum": "min",
    "sgn": "sign",
    "ln": "log",
    "lse": "logsumexp",
    "logsoftmax": "log_softmax",
    "trace": "tr",
    "leakyrelu": "leaky_relu",
    "step": "heaviside",
    "h": "heaviside",
}
NO_FUNCTIONS = (r"\sum", r"\prod", r"\frac", r"\sqrt")
_PLAIN = {row.name.replace("_", ""): row.name for row in activations().values()}
FUNCTIONS = {name: _ALIASES.get(name, name) for name in _OTHER_FUNCTIONS} | _PLAIN | _ALIASES
"""Functions by their names in small letters, without underscores."""

LOSSES = ("C", "L", "J", "E", "R", r"\ell", "l", "loss", "Loss", "CE", "MSE", "BCE", "mse", "bce", "ce")
"""Names of objectives, which may have their arguments behind them."""

SIGNS = {
    r"\cdots": "DOTS",
    r"\vdots": "DOTS",
    r"\ddots": "DOTS",
    r"\prod": "PROD",
    r"\approx": "EQUAL",
    r"\equiv": "EQUAL",
    r"\triangleq": "EQUAL",
    r"\coloneqq": "EQUAL",
    r"\leftarrow": "EQUAL",
    r"\gets": "EQUAL",
    "←": "EQUAL",
    "≈": "EQUAL",
    "≡": "EQUAL",
    "≔": "EQUAL",
    r"\infty": "INFINITE",
    r"\otimes": "OUTER",
    "⊗": "OUTER",
    "'": "PRIME",
}

_GREEK = re.compile(r"(alpha|beta|gamma|delta|lambda|mu|sigma|theta|eta|rho|phi)(?![a-z])", re.IGNORECASE)
_ASCII = re.compile(
    r"(?P<base>[A-Za-z]+?)(?P<hat>_?hat|_?pred)?(?:_(?P<word>[A-Za-z]{2,}))?_?(?P<index>\d+|[lLij]|[lL][pm]1)?"
)


def vocabulary(pieces: Sequence[Token], position: int) -> Found | None:
    """What stands at a position: a partial derivative, a function, a name, or a sign that only authors use."""
    return (
        _sign(pieces, position)
        or _fraction(pieces, position)
        or _nabla(pieces, position)
        or _differential(pieces, position)
        or _function(pieces, position)
        or _name(pieces, position)
    )


def _text(pieces: Sequence[Token], position: int) -> str:
    return pieces[position].text if 0 <= position < len(pieces) else ""


def _sign(pieces: Sequence[Token], position: int) -> Found | None:
    piece = pieces[position]
    if piece.text == ":" and _text(pieces, position + 1) == "=":
        return "EQUAL", None, 2
    if piece.text == "." and _text(pieces, position + 1) in ("*", r"\odot"):
        return "ODOT", None, 2
    if piece.text == "." and _text(pieces, position + 1) == "^":
        return "CIRCUMFLEX", None, 2
    if piece.text == "." and _text(pieces, position + 1) == "/":
        return "OSLASH", None, 2
    if piece.text == "." and _text(pieces, position + 1) in ("T", "transpose"):
        called = 2 if _text(pieces, position + 2) == "(" and _text(pieces, position + 3) == ")" else 0
        return "TRANSPOSE", None, 2 + called
    if piece.text == "." and _text(pieces, position + 1) in ("dot", "matmul"):
        return "DOTCALL", None, 2
    if piece.text == "." and _text(pieces, position + 1) in ("sum", "mean"):
        return "SUMCALL", _text(pieces, position + 1), 2
    if piece.text in ("if", "for", "when") and not piece.word and position:
        return "IF", None, 1
    if piece.text in ("otherwise", "else"):
        return "OTHERWISE", None, 1
    if piece.text in SIGNS and not (piece.text == "'" and not position):
        return SIGNS[piece.text], None, 1
    return None


# -- ∂u/∂v


def _fraction(pieces: Sequence[Token], position: int) -> Found | None:
    r"""\\frac{∂u}{∂v}, \\frac{∂}{∂v} u, ∂u/∂v, with any of the signs for ∂."""
    if pieces[position].text == r"\frac":
        above, taken = group_at(pieces, position + 1)
        below, more = group_at(pieces, position + 1 + taken)
        found = _ratio(above, below)
        end = position + 1 + taken + more
        if found is None:
            return None
        ratio, _ = found
        sign = _mark(above)
        made = rf"\frac{{{sign} @}}{{{sign} %}}"
        if ratio[0] is None:
            operand = _operand(pieces, end)
            if operand is None:
                return None
            name, took = operand
            return "NAME", Ratio(name, ratio[1], rf"\frac{{{sign}}}{{{sign} %}} @"), end + took - position
        return "NAME", Ratio(ratio[0], ratio[1], made), end - position
    return _slashed(pieces, position)


def _slashed(pieces: Sequence[Token], position: int) -> Found | None:
    """∂u/∂v on one line; in brackets, too."""
    bracketed = _text(pieces, position) == "("
    start = position + bracketed
    above = _differentiated(pieces, start)
    if above is None:
        return None
    at = start + above[1]
    if _text(pieces, at) != "/":
        return None
    below = _differentiated(pieces, at + 1)
    if below is None or below[0] is None or above[0] is None:
        return None
    at += 1 + below[1]
    if bracketed:
        if _text(pieces, at) != ")" or _text(pieces, at + 1) in ("_", "^"):
            return None
        at += 1
    sign = _mark(pieces[start:])
    return "NAME", Ratio(above[0], below[0], rf"{sign} @ / {sign} %"), at - position


def _mark(pieces: Sequence[Token]) -> str:
    text = _text(pieces, 0)
    return text if text in DIFFERENTIALS else "d"


def _ratio(above: Sequence[Token], below: Sequence[Token]) -> tuple[tuple[Written | None, Written], str] | None:
    upper = _differentiated(above, 0)
    lower = _differentiated(below, 0)
    if upper is None or lower is None or lower[0] is None:
        return None
    if upper[1] != len(above) or lower[1] != len(below):
        return None
    return (upper[0], lower[0]), ""


def _differentiated(pieces: Sequence[Token], position: int) -> tuple[Written | None, int] | None:
    """∂u at a position, as u and the tokens it takes; ∂ alone as None."""
    text = _text(pieces, position)
    if text in DIFFERENTIALS:
        if position + 1 == len(pieces):
            return None, 1
        at = position + 1
        if _text(pieces, at) == "_" and text == r"\delta":  # δ_{bce} for ∂ of a loss of that name
            content, taken = group_at(pieces, at + 1)
            word = "".join(piece.text for piece in content)
            return (Written(word), 2 + taken) if word.isalpha() else None
        braced = _text(pieces, at) in ("{", "(") and not _is_index_call(pieces, at)
        inside, taken = group_at(pieces, at) if braced else (pieces[at:], 0)
        found = _written(inside, 0)
        if found is None or (braced and found[1] != len(inside)):
            return None
        return found[0], 1 + (taken if braced else found[1])
    match = re.fullmatch(r"d([A-Za-z]\w*)", text)
    if match and len(text) > 1:
        name = Token(match[1], pieces[position].column, pieces[position].word)
        found = _written([name, *pieces[position + 1 :]], 0)
        return found
    return None


def _is_index_call(pieces: Sequence[Token], at: int) -> bool:
    inside, _ = group_at(pieces, at)
    return index_of(inside) is not None and _text(pieces, at) == "(" and len(inside) < 2 and inside[0].text.isdigit()


def _nabla(pieces: Sequence[Token], position: int) -> Found | None:
    r"""\\nabla_x a^{[L]}(x), \\nabla_W C, \\nabla a(x), \\partial_z C."""
    text = pieces[position].text
    if text not in (r"\nabla", r"\partial"):
        return None
    at = position + 1
    below: Written | None = None
    if _text(pieces, at) == "_":
        content, taken = group_at(pieces, at + 1)
        named = _written(content, 0)
        if named is None or named[1] != len(content):
            return None
        below, at = named[0], at + 1 + taken
    elif text == r"\partial":
        return None
    operand = _operand(pieces, at)
    if operand is None and below is None:
        return None
    above, taken = operand or (None, 0)
    called = _argument(pieces, at + taken)
    if below is None:
        if not called:
            return None
        below, style = called[0], r"\nabla @(%)"
    else:
        style = (rf"{text}_{{%}} @(x)" if called else rf"{text}_{{%}} @") if above else rf"{text}_{{%}}"
    return "NAME", Ratio(above, below, style), at + taken + (called[1] if called else 0) - position


def _operand(pieces: Sequence[Token], at: int) -> tuple[Written, int] | None:
    found = _written(pieces, at) if at < len(pieces) else None
    return found if found is not None and not _is_function(pieces, at) else None


def _argument(pieces: Sequence[Token], at: int) -> tuple[Written, int] | None:
    """(x): of what a value is said to be a function."""
    if _text(pieces, at) != "(":
        return None
    inside, taken = group_at(pieces, at)
    found = _written(inside, 0) if inside else None
    return (found[0], taken) if found is not None and found[1] == len(inside) else None


FONT = len(r"d\boldsymbol{")
"""dZ in any font: the letter stands no further behind the d."""


def _differential(pieces: Sequence[Token], position: int) -> Found | None:
    r"""dW^{[2]}, dZ1, grad_W1: the gradient of the objective, named by what it is taken with respect to."""
    text = pieces[position].text
    rest = re.fullmatch(r"(?:d|grad_?)([A-Z]\w*|[a-z](?:_?\d+|_?hat\d*|_[lL])?|scores|hidden|logits|out)", text)
    if rest and len(text) > 1 and text.lower() not in FUNCTIONS:
        found = _written([Token(rest[1], pieces[position].column), *pieces[position + 1 :]], 0)
        return None if found is None else ("NAME", Ratio(None, found[0], text[: rest.start(1)] + " %"), found[1])
    if text != "d" or not is_letter(_text(pieces, position + 1)):
        return None
    if pieces[position + 1].column > pieces[position].column + FONT:
        return None
    found = _written(pieces, position + 1)
    return None if found is None else ("NAME", Ratio(None, found[0], "d %"), found[1] + 1)


# -- functions


def _function(pieces: Sequence[Token], position: int) -> Found | None:
    name, taken = _function_name(pieces, position)
    if not name:
        return None
    scripts = scripts_at(pieces, position + taken)
    if scripts.above and not scripts.bracket and not scripts.above[0].letters and name not in GENERIC:
        scripts = Scripts()
    order, layer = scripts.primes, _layer(scripts)
    at = position + taken + scripts.taken
    if scripts.transposed or (
        not _calls(pieces, at)
        and not (order and _begins(pieces, at))
        and (name in GENERIC or pieces[position].text == "H")
    ):
        return None
    powered = _text(pieces, at) == "^" and name not in GENERIC
    if not _calls(pieces, at) and not _begins(pieces, at) and not powered:
        return None
    text = pieces[position + taken - 1].text
    latex = name if name.startswith("\\") else text if text.startswith("\\") else rf"\mathrm{{{text}}}"
    return "FUNCTION", Function(name, order, layer, latex), at - position


def _layer(scripts: Scripts) -> Index | None:
    return scripts.above[0] if scripts.above else scripts.below[0] if scripts.below else None


def _function_name(pieces: Sequence[Token], position: int) -> tuple[str, int]:
    text = pieces[position].text
    if text in NO_FUNCTIONS:
        return "", 0
    if text in ("np", "numpy", "torch") and _text(pieces, position + 1) == ".":
        name, taken = _function_name(pieces, position + 2) if position + 2 < len(pieces) else ("", 0)
        return name, taken + 2
    plain = text.removeprefix("\\").lower().replace("_", "").replace("-", "")
    if text in GENERIC or plain == "sigma":
        return (r"\sigma" if plain == "sigma" else text), 1
    if (plain in FUNCTIONS and len(text) > 1) or text == "H":
        return FUNCTIONS[plain], 1
    return "", 0


def _calls(pieces: Sequence[Token], at: int) -> bool:
    return _text(pieces, at) in ("(", "[")


def _begins(pieces: Sequence[Token], at: int) -> bool:
    """Whether something stands there that a function may be applied to without brackets."""
    text = _text(pieces, at)
    return (
        bool(text)
        and (text[0].isalnum() or text[0] == "\\" or text in ("{", r"\{"))
        and text
        not in (
            r"\odot",
            r"\cdot",
            r"\\",
            r"\}",
            r"\cdots",
        )
    )


def _is_function(pieces: Sequence[Token], position: int) -> bool:
    return _function(pieces, position) is not None


# -- names


def _name(pieces: Sequence[Token], position: int) -> Found | None:
    found = _written(pieces, position)
    return None if found is None else ("NAME", found[0], found[1])


def _written(pieces: Sequence[Token], position: int) -> tuple[Written, int] | None:
    """The name that begins at a position with its scripts, and the tokens it takes."""
    if position >= len(pieces):
        return None
    piece = pieces[position]
    text = piece.text
    taken = 1
    if text in HOLLOW.values():
        return None
    below: tuple[Index, ...]
    base = text
    if text in ACCENTS:
        content, more = group_at(pieces, position + 1)
        inner = _written(content, 0)
        if inner is None or inner[1] != len(content):
            return None
        accent = r"\hat" if "hat" in text else text
        name = inner[0]
        base, taken = f"{accent} {name.base}", 1 + more
        below = name.below
        above = name.above
        return _scripted(base, pieces, position, taken, label=name.label, below=below, above=above)
    if is_letter(text) or (text.startswith("\\") and text[1:] in _GREEK_NAMES):
        return _scripted(base, pieces, position, taken)
    if not re.fullmatch(r"[A-Za-z]\w*", text):
        return None
    match = _ASCII.fullmatch(text)
    if match is None:
        return _scripted(text, pieces, position, taken)
    greek = _GREEK.fullmatch(match["base"])
    base = f"\\{match['base'].lower()}" if greek and match["base"].islower() else match["base"]
    hat = bool(match["hat"])
    label = match["word"] or ""
    index = _ascii_index(match["index"])
    if len(base) > 1 and not greek and (match["index"] or "").isalpha():
        base, index = text, None
    return _scripted(rf"\hat {base}" if hat else base, pieces, position, taken, label, (index,) if index else ())


_GREEK_NAMES = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "varphi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
        "ell",
        "vartheta",
        "varrho",
    ]
)


def _ascii_index(text: str | None) -> Index | None:
    if not text:
        return None
    if text.isdigit():
        return Index((), int(text[:6]))
    return Index(((text[0], 1),), {"p": 1, "m": -1}.get(text[1:2], 0))


def _scripted(
    base: str,
    pieces: Sequence[Token],
    position: int,
    taken: int,
    label: str = "",
    below: tuple[Index, ...] = (),
    above: tuple[Index, ...] = (),
) -> tuple[Written, int] | None:
    """The name with the scripts after it: ^{[l]}_{ij}, (1), 3 right after a letter."""
    at = position + taken
    following = pieces[at] if at < len(pieces) else None
    beside: list[Index] = []
    bracket = ""
    if (
        following is not None
        and following.text.isdigit()
        and following.column <= pieces[at - 1].column + len(pieces[at - 1].text)
    ):
        beside, at = [Index((), int(following.text[:6]))], at + 1
    elif following is not None and following.text in ("(", "["):
        inside, more = group_at(pieces, at)
        index = index_of(inside)
        if index is not None and _is_layer(index) and not (is_letter(base) and base in "xy"):
            beside, at, bracket = [index], at + more, following.text
    scripts = Scripts() if base == "e" and not _bracketed(pieces, at) else scripts_at(pieces, at)
    at += scripts.taken
    if scripts.hat:
        base = rf"\hat {base}"
    if scripts.primes:
        if scripts.primes > 1 or beside or len(base) > 1:
            pass
        scripts.transposed = not scripts.transposed if scripts.primes == 1 else scripts.transposed
    if base in LOSSES and not scripts.transposed and _lists(pieces, at):
        at += group_at(pieces, at)[1]
    written = Written(
        base,
        (*above, *((*beside,) if bracket else ()), *scripts.above),
        (*below, *(() if bracket else (*beside,)), *scripts.below),
        bracket or scripts.bracket,
        scripts.transposed,
        scripts.sample,
        label or scripts.label,
    )
    return written, at - position


PARAMETERS = ("w", "W", r"\theta", r"\Theta", r"\mathbf w")
"""What a loss is said to be a function of: J(w)."""


def _lists(pieces: Sequence[Token], at: int) -> bool:
    """Whether arguments of a loss stand there: (ŷ, y)."""
    if _text(pieces, at) != "(":
        return False
    inside, _ = group_at(pieces, at)
    names = [piece.text for piece in inside if piece.text not in ("{", "}")]
    return any(text in (",", ";") for text in names) or (len(names) == 1 and names[0] in PARAMETERS)


def _bracketed(pieces: Sequence[Token], at: int) -> bool:
    """Whether a script in brackets stands there: e^{[1]} is a name, e^{z} a power."""
    inside, _ = group_at(pieces, at + 1)
    return bool(inside) and inside[0].text in ("[", "(") and index_of(group_at(inside, 0)[0]) is not None


def _is_layer(index: Index) -> bool:
    return all(letter in ("l", "L", r"\ell") for letter, _ in index.letters)
