r"""What is settled before formulas are looked for: the kind of a document, its front matter, comments and macros.

Every step keeps the line that a formula begins on: what is taken out leaves its line breaks.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Literal

from symbolic.errors import SymbolicError

MOST_BYTES = 10_000_000
LONGEST_FRONT = 50_000
LONGEST_ARGUMENT = 5_000
MOST_EXPANSIONS, MOST_GROWTH, DEEPEST = 200_000, 1_000_000, 20
"""Macros are expanded this often, by so many characters and so deep in one file; after that they stay as written."""

Kind = Literal["markdown", "latex", "notebook"]
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".qmd", ".rmd"), "markdown"),
    **dict.fromkeys((".tex", ".latex", ".ltx"), "latex"),
    ".ipynb": "notebook",
}
_LATEX = re.compile(r"^[ \t]*\\(?:documentclass|usepackage|section\*?\{|begin\{document\})", re.MULTILINE)
_BARE_LATEX = re.compile(r"^[ \t]*\\begin\{(?:equation|align|gather|multline|eqnarray)\*?\}", re.MULTILINE)
_MARKDOWN = re.compile(r"^(?:#{1,6} |```|~~~|\|.*\|)|\$\$|<!--", re.MULTILINE)


@dataclass(frozen=True)
class Front:
    """What the front matter says, and how many characters it takes."""

    said: Mapping[str, str] = field(default_factory=dict)
    network: Mapping[str, Any] | None = None
    length: int = 0


def normalized(text: str) -> str:
    """The text with \\n as its only line break, without a byte order mark. Raises SymbolicError above 10 MB."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise SymbolicError(f"the document has {size / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", text)


def kind_of(text: str, name: str) -> Kind:
    """What a document is, by the end of its name or else by its content; plain text is read as Markdown."""
    known = KINDS.get(PurePath(name).suffix.lower())
    if known:
        return known
    if text.lstrip()[:1] == "{" and '"cells"' in text and '"cell_type"' in text:
        return "notebook"
    latex = _LATEX.search(text) or (_BARE_LATEX.search(text) and not _MARKDOWN.search(text))
    return "latex" if latex else "markdown"


def notebook_source(text: str) -> str:
    """The Markdown cells of a notebook, one below the other, with an empty line between two.

    Lines are counted in what this returns. Raises SymbolicError if the text is no JSON or has no list of cells.
    """
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else _one_line(error)
        raise SymbolicError(f"the notebook is no JSON: {reason}") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise SymbolicError("the notebook has no list of cells; save it in format 4 (nbformat 4)")
    sources = [cell.get("source") for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "markdown"]
    lines = [source if isinstance(source, list) else [source] for source in sources]
    cleaned = ["".join(line for line in cell if isinstance(line, str)).rstrip("\n") for cell in lines]
    return normalized("\n\n".join(cleaned))


# -- front matter


def front_matter(text: str) -> Front:
    """What stands between two lines of --- (`key: value`) or of +++ (TOML) at the beginning of a document.

    Two rules with prose between them are no front matter. Raises SymbolicError where its TOML is broken.
    """
    fence = text[:3]
    first = re.match(r"(?:---|\+\+\+)[ \t]*\n", text)
    last = first and re.compile(rf"^{re.escape(fence)}[ \t]*$", re.MULTILINE).search(text, first.end(), LONGEST_FRONT)
    if not first or not last:
        return Front()
    inner = text[first.end() : last.start()]
    if fence == "+++" or re.search(r"^\[+\w[\w.]*\]+[ \t]*(?:#.*)?$", inner, re.MULTILINE):
        return _toml_front(inner, last.end())
    said: dict[str, str] = {}
    for line in inner.split("\n"):
        entry = re.match(r"([\w-]+)[ \t]*:(?:[ \t]+(.*))?$", line)
        if entry:
            said[entry[1]] = _value(entry[2] or "")
        elif line.strip() and not line.startswith((" ", "\t", "#", "- ")):
            return Front()
    return Front(said, None, last.end())


def _value(text: str) -> str:
    """A value without its quotes or the comment behind it."""
    quoted = re.match(r"""\s*(["'])(.*?)\1\s*(?:#.*)?$""", text)
    return quoted[2] if quoted else re.sub(r"(?:^|\s)#.*", "", text).strip()


def _toml_front(inner: str, length: int) -> Front:
    try:
        tables = tomllib.loads(inner)
    except (ValueError, RecursionError) as error:
        raise SymbolicError(f"front matter: {_one_line(error)}") from error
    scalars = {key: value for key, value in tables.items() if not isinstance(value, (dict, list))}
    said = {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in scalars.items()}
    return Front(said, _table(tables), length)


def network_in(toml: str) -> Mapping[str, Any] | None:
    """The [network] table of a fenced block of TOML, or None where there is none or where it is no TOML."""
    try:
        return _table(tomllib.loads(toml)) if "network" in toml[:LONGEST_FRONT] else None
    except (ValueError, RecursionError):
        return None


def _table(tables: Mapping[str, Any]) -> Mapping[str, Any] | None:
    network = tables.get("network")
    return network if isinstance(network, dict) else None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


# -- LaTeX sources

_SKIPPED = re.compile(
    r"\\begin\s*\{(?P<name>verbatim|Verbatim|lstlisting|minted|comment|filecontents)\*?\}"
    r"|\\verb\*?(?P<bar>[^\sa-zA-Z*])|(?P<comment>%[^\n]*)|\\.",
    re.DOTALL,
)


def body_of_latex(text: str) -> str:
    """A LaTeX source without its preamble (but with the definitions in it), its comments and its verbatim parts."""
    kept: list[str] = []
    at = 0
    never: set[str] = set()
    while match := _SKIPPED.search(text, at):
        kept.append(text[at : match.start()])
        end = match.end()
        closer = f"\\end{{{match['name']}" if match["name"] else match["bar"]
        if closer and closer not in never:
            found = text.find(closer, end) if match["name"] else text.find(closer, end, end + LONGEST_ARGUMENT)
            if found < 0 and match["name"]:
                never.add(closer)
            end = max(end, found + len(closer)) if found >= 0 else end
            end = text.find("}", end) + 1 or end if found >= 0 and match["name"] else end
        kept.append(blank(text[match.start() : end]) if closer or match["comment"] else match[0])
        at = end
    text = "".join([*kept, text[at:]])
    begin = text.find("\\begin{document}")
    end = text.find("\\end{document}")
    preamble = text[: begin + 16] if begin >= 0 else ""
    body = text[len(preamble) : end if end >= 0 else len(text)]
    return "".join(_kept_definitions(preamble)) + body


def _kept_definitions(preamble: str) -> list[str]:
    """The preamble with everything blank but the definitions of macros."""
    parts, at = [], 0
    for match in _DEFINITION.finditer(preamble):
        end = _group(preamble, match.end())
        if match.start() >= at and end is not None:
            parts += [blank(preamble[at : match.start()]), preamble[match.start() : end]]
            at = end
    return [*parts, blank(preamble[at:])]


def blank(text: str) -> str:
    """Spaces for every character but line breaks."""
    return re.sub(r"[^\n]", " ", text)


# -- macros

_DEFINITION = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand)\*?\s*\{?\s*(\\[a-zA-Z]+)\s*\}?\s*(?:\[([1-9])\])?\s*(?=\{)"
    r"|\\def\s*(\\[a-zA-Z]+)((?:#[1-9])*)\s*(?=\{)"
    r"|\\(DeclareMathOperator)\*?\s*\{?\s*(\\[a-zA-Z]+)\s*\}?\s*(?=\{)"
)


@dataclass(frozen=True)
class Macro:
    """How many arguments a macro takes, and what it stands for."""

    arguments: int
    body: str


def with_macros(text: str) -> str:
    r"""The text with its own `\newcommand`, `\def` and `\DeclareMathOperator` taken out and expanded."""
    macros: dict[str, Macro] = {}
    kept, at = [], 0
    for match in _DEFINITION.finditer(text):
        end = _group(text, match.end())
        if match.start() < at or end is None:
            continue
        name = match[1] or match[3] or match[6]
        body = re.sub(r"\s+", " ", text[match.end() + 1 : end - 1])
        count = int(match[2] or 0) if match[1] else (match[4] or "").count("#")
        macros[name] = Macro(count, rf"\operatorname{{{body}}}" if match[5] else body)
        kept += [text[at : match.start()], "\n" * text.count("\n", match.start(), end)]
        at = end
    return _Expansion(macros).of("".join([*kept, text[at:]]), ()) if macros else text


def _group(text: str, at: int) -> int | None:
    """Where the group {…} that begins at `at` ends, if it does so soon."""
    level = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, at, at + LONGEST_ARGUMENT):
        level += (match[0] == "{") - (match[0] == "}")
        if level == 0 and match[0] == "}":
            return match.end()
        if level > DEEPEST:
            return None
    return None


class _Expansion:
    """One expansion of a text, with what it may still spend."""

    def __init__(self, macros: Mapping[str, Macro]) -> None:
        self.macros = macros
        self.left, self.growth = MOST_EXPANSIONS, MOST_GROWTH
        names = "|".join(sorted((re.escape(name[1:]) for name in macros), key=len, reverse=True))
        self.use = re.compile(rf"\\(?:({names})(?![a-zA-Z])|.)", re.DOTALL)

    def of(self, text: str, within: tuple[str, ...]) -> str:
        kept, at = [], 0
        while match := self.use.search(text, at):
            kept.append(text[at : match.start()])
            at = match.end()
            written = match[0]
            macro = self.macros.get(match[0]) if match[1] else None
            if macro and match[0] not in within and len(within) < DEEPEST and self.left > 0 < self.growth:
                arguments, end = self.arguments(text, at, macro.arguments)
                if len(arguments) == macro.arguments:
                    self.left -= 1
                    body = self.filled(macro.body, arguments)
                    self.growth -= len(body)
                    # \bx stands for more than one sign: a letter that follows must not become part of its last command
                    space = " " if re.search(r"\\[a-zA-Z]+$", body) and text[end : end + 1].isalpha() else ""
                    written = self.of(body, (*within, match[0])) + space + "%\n" * text.count("\n", at, end)
                    at = end
            kept.append(written)
        return "".join([*kept, text[at:]])

    @staticmethod
    def filled(body: str, arguments: list[str]) -> str:
        """What a macro stands for, with the arguments in the places of #1, #2, …"""
        parts = re.split(r"#([1-9])", body)
        parts[1::2] = [arguments[int(n) - 1] if int(n) <= len(arguments) else "" for n in parts[1::2]]
        return "".join(parts)

    def arguments(self, text: str, at: int, count: int) -> tuple[list[str], int]:
        """The arguments that stand at a position, and where they end."""
        found: list[str] = []
        while len(found) < count:
            start = re.compile(r"\s*(\{|\\[a-zA-Z]+|\\.|[^\s{}\\])").match(text, at)
            end = start and (_group(text, start.start(1)) if start[1] == "{" else start.end())
            if not start or end is None:
                return [], at
            inner = text[start.start(1) + 1 : end - 1] if start[1] == "{" else start[1]
            found.append(re.sub(r"\s+", " ", inner))
            at = end
        return found, at
