"""The signs of formulas: what says nothing, what fonts make of letters, and the one spelling of what has several."""

from __future__ import annotations


def _words(text: str) -> list[str]:
    """The words of a table that is written as one text."""
    return text.split()


DROPPED = frozenset(
    _words(
        r"\left \right \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \Biggl \Biggr \quad \qquad "
        r"\displaystyle \textstyle \limits \nolimits \mathstrut \mathop"
    )
)
BOLD = frozenset(_words(r"\mathbf \boldsymbol \bm \mathit \mathcal \mathscr \mathfrak \mathbb \textbf \mathds"))
UPRIGHT = frozenset(_words(r"\mathrm \text \operatorname \textrm \mathsf \textsf \textit \rm"))
HOLLOW = {"1": "𝟏", "0": "𝟎", "I": "𝐈"}
"""What bold type makes of them: a column of ones, a matrix of zeros, the identity."""

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
        _words(
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi "
            "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
        ),
        strict=True,
    )
)
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵀˡᴸⁱʲᵏⁿ", "0123456789+-()TlLijkn", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₗₘₙₚᵣₛₜₓ", "0123456789+-ijklmnprstx", strict=True))

ONE_SPELLING: dict[str, tuple[str, ...]] = {
    **{letter: (f"\\{name}",) for letter, name in GREEK.items()},
    r"\varepsilon": (r"\epsilon",),
    "−": ("-",),
    "–": ("-",),
    "⊙": (r"\odot",),
    r"\circ": (r"\odot",),
    "∘": (r"\odot",),
    r"\bigodot": (r"\odot",),
    "⊘": (r"\oslash",),
    "·": (r"\cdot",),
    "∙": (r"\cdot",),
    "⋅": (r"\cdot",),
    "•": (r"\cdot",),
    "∗": ("*",),
    "∥": (r"\|",),
    "×": (r"\cdot",),
    r"\times": (r"\cdot",),
    r"\ast": ("*",),
    r"\div": ("/",),
    "∂": (r"\partial",),
    "∇": (r"\nabla",),
    "∑": (r"\sum",),
    "‖": (r"\|",),
    r"\Vert": (r"\|",),
    r"\lVert": (r"\|",),
    r"\rVert": (r"\|",),
    r"\vert": ("|",),
    r"\lvert": ("|",),
    r"\rvert": ("|",),
    "′": ("'",),
    "″": ("'", "'"),
    r"\prime": ("'",),
    r"\intercal": (r"\top",),
    r"\dfrac": (r"\frac",),
    r"\tfrac": (r"\frac",),
    r"\ge": (r"\geq",),
    "≥": (r"\geq",),
    r"\le": (r"\leq",),
    "≤": (r"\leq",),
    r"\ne": (r"\neq",),
    "≠": (r"\neq",),
    r"\gt": (">",),
    r"\lt": ("<",),
    r"\lbrace": (r"\{",),
    r"\rbrace": (r"\}",),
    r"\lbrack": ("[",),
    r"\rbrack": ("]",),
    "𝟏": ("𝟏",),
    "𝕀": ("𝟏",),
    "⋯": (r"\cdots",),
    "…": (r"\cdots",),
    r"\dots": (r"\cdots",),
    r"\ldots": (r"\cdots",),
}

ACCENTS = frozenset(
    _words(r"\hat \bar \tilde \dot \ddot \vec \check \mathring \breve \overline \widehat \widetilde \underline")
)
