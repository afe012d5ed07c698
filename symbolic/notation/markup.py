"""The two markups, LaTeX and plain text, as tables of spellings, and the spelling of names in both."""

from __future__ import annotations

from dataclasses import dataclass

_RAISED = str.maketrans("0123456789+-()lLkT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˡᴸᵏᵀ")
_LOWERED = str.maketrans("0123456789+-()lkijnx", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₗₖᵢⱼₙₓ")


@dataclass(frozen=True)
class Markup:
    """How the parts of a formula are put on the page; {0}, {1} stand for operands."""

    position: int
    """Which of a profile's pairs is meant: 0 LaTeX, 1 text."""
    fraction: str
    minus: str
    ones: str
    identity: str
    zero: str
    diag: str
    norm: str
    frobenius: str
    square: str
    dots: str
    sum: str
    kronecker: str
    cases: str
    case: str
    otherwise: str
    equal: str
    positive: str
    nabla: str
    shape: str
    prime: str
    functions: dict[str, str]
    absolute: str
    root: str
    indicator: str
    relations: dict[str, str]
    word: str
    both: str
    each: str
    range: str
    softmax: str
    blocks: str
    below: str
    beside: str
    block: str


LATEX = Markup(
    position=0,
    fraction=r"\frac{{{0}}}{{{1}}}",
    minus="-",
    ones=r"\mathbf{1}",
    identity=r"\mathbf{I}",
    zero=r"\mathbf{0}",
    diag=r"\mathrm{{diag}}({0})",
    norm=r"\|{0}\|^2",
    frobenius=r"\|{0}\|_F^2",
    square="^2",
    dots=r"\cdots",
    sum=r"\sum_{{{0}=1}}^{{{1}}} {2}",
    kronecker=r"\delta_{{{0}}}",
    cases=r"\begin{{cases}} {0} \end{{cases}}",
    case=r"{0}, & \text{{if }} {1} \\ ",
    otherwise=r"0, & \text{otherwise}.",
    equal=r"{0} = {1}",
    positive=r"{0} > 0",
    nabla=r"\nabla_{#}",
    shape=r"\mathbb{{R}}^{{{0} \times {1}}}",
    prime="{0}'",
    functions={
        "log": r"\log",
        "exp": r"\exp",
        "sin": r"\sin",
        "cos": r"\cos",
        "sinh": r"\sinh",
        "cosh": r"\cosh",
        "tanh": r"\tanh",
        "erf": r"\mathrm{erf}",
        "sign": r"\mathrm{sign}",
        "LogSoftmaxOf": r"\log \mathrm{softmax}",
    },
    absolute="|{0}|",
    root=r"\sqrt{{{0}}}",
    indicator=r"\mathbf{{1}}\{{{0}\}}",
    relations={"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"},
    word=r"\mathrm{{{0}}}",
    both=r" \text{ and } ",
    each=r"\left[{0}\right]_{{{1}}}",
    range=r"l = {0}, \dots, {1}",
    softmax=r"\mathrm{softmax}",
    blocks=r"\begin{{bmatrix}} {0} \end{{bmatrix}}",
    below=r" \\ ",
    beside=" & ",
    block=r"\left[{0}\right]_{{{1}}}",
)

TEXT = Markup(
    position=1,
    fraction="{0}/{1}",
    minus="−",
    ones="𝟏",
    identity="I",
    zero="0",
    diag="diag({0})",
    norm="‖{0}‖²",
    frobenius="‖{0}‖²_F",
    square="²",
    dots="⋯",
    sum="Σ_{{{0}=1..{1}}} {2}",
    kronecker="δ_{0}",
    cases="{{ {0} }}",
    case="{0} if {1}; ",
    otherwise="0 otherwise",
    equal="{0}={1}",
    positive="{0} > 0",
    nabla="∇_#",
    shape="{0}×{1}",
    prime="{0}′",
    functions={"LogSoftmaxOf": "log softmax"},
    absolute="|{0}|",
    root="√({0})",
    indicator="1{{{0}}}",
    relations={"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"},
    word="{0}",
    both=" and ",
    each="[{0}]_{1}",
    range="l = {0}, …, {1}",
    softmax="softmax",
    blocks="[{0}]",
    below="; ",
    beside=", ",
    block="[{0}]_{1}",
)

_ALPHABET = "αβγδεζηθικλμνξπρστυφχψω"
_NAMES = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)

GREEK = {name: (rf"\{name}", sign) for name, sign in zip(_NAMES, _ALPHABET, strict=True)}
"""The letters that names of hyperparameters stand for, in LaTeX and in text."""

MARKUPS = {"latex": LATEX, "text": TEXT}


def in_text(template: str, index: str) -> str:
    """A text name with its index: ^# raises it, _# lowers it, # leaves it on the line.

    Where Unicode cannot, ^ and _ stand before it, and brackets around it if it is no number or letter.
    """
    index = index.replace(" ", "").replace("−", "-")
    bracketed = index if index.isalnum() else f"({index})"
    for mark, table in (("^#", _RAISED), ("_#", _LOWERED)):
        shifted = index.translate(table)
        if mark in template:
            fits = all(ord(c) > 127 for c in shifted)
            return template.replace(mark, shifted if fits else mark[0] + bracketed)
    return template.replace("#", index)


def letter(name: str, markup: Markup) -> str:
    """A hyperparameter: α for alpha, λ₁ for lambda_1, slope as a word."""
    stem, _, index = name.partition("_")
    shown = GREEK[stem][markup.position] if stem in GREEK else stem if len(stem) == 1 else markup.word.format(stem)
    if not index:
        return shown
    return in_text(f"{shown}_#", index) if markup.position == 1 else f"{shown}_{{{index.replace('_', ',')}}}"


def parenthesised(text: str, markup: Markup) -> str:
    """The text in round brackets, which grow in LaTeX around what is taller than a line."""
    tall = markup is LATEX and any(mark in text for mark in (r"\frac", r"\sum", r"\begin"))
    return rf"\left({text}\right)" if tall else f"({text})"
