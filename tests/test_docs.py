"""Every code block of the documentation is run, and what a page shows is compared with what comes out.

A page is read from top to bottom in a folder of its own, as a reader would follow it:

- `python` blocks are run, all of a page in one namespace; those with `>>>` as doctests;
- in `console` blocks each line `$ python -m symbolic …` is run, and its output compared (`...` stands for anything);
- in `sh` blocks such lines are run too; commands that install or test are only known by name;
- a `toml` block with an objective is a spec: it is loaded, and saved as NAME.toml for the commands after it;
- `json` blocks are parsed.

A comment before a block or a table says what else is to be done with it:

- `<!-- excerpt: FILE -->` its lines are lines of that file, written by a command of the page or of the project, `...`
  between them for what is left out;
- `<!-- output: COMMAND -->` its lines are lines of what the command prints;
- `<!-- append: FILE -->`, `<!-- create: FILE -->` it goes into a copy of the tables of activations, losses, networks
  and notations, which the rest of the page uses;
- `<!-- latex: SYSTEM GRADIENT OPTION=VALUE … -->` a table with a formula in each row, in the form or the notation that
  its first column names;
- `<!-- equations: SYSTEM STEP OPTION=VALUE … -->` a table with a row for each notation: the last line of the
  recurrence, and the step named;
- `<!-- profiles -->` a table with a column for each notation and a row for each key;
- `<!-- keys: TABLE, … -->` a table with a row for each key that these tables of a spec, or types of layer, have;
- `<!-- methods -->` a table with every method of `symbolic.Network`;
- `<!-- activations -->`, `<!-- losses -->` what the tables of them say, a row each;
- `<!-- file: NAME -->` it is saved under this name in the folder, for the commands after it;
- `<!-- diagram -->` it is a picture made of letters.

`python -m tests.test_docs` writes anew the output of commands, where it is shown without `...`, and those two tables.
"""

from __future__ import annotations

import doctest
import io
import json
import re
import shlex
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest

import symbolic
from symbolic.__main__ import main
from symbolic.calculus.rules import RULES
from symbolic.derivation import FORMS
from symbolic.networks import functions, spec, tables
from symbolic.networks.builder import NetworkBuilder
from symbolic.networks.layers import LAYER_TYPES
from symbolic.notation import profile
from symbolic.notation.profile import profiles
from symbolic.reading import spelling
from symbolic.render.formats import FORMATS

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LONG = ("extending.md", "proof.md")
"""Pages that prove everything anew: their code is run under the marker `slow`."""

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))

SET_UP = (
    "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/python -m symbolic derive",
    "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest",
)
TOOLS = ("pip", "pre-commit", "pytest", "ruff", "mypy")
NOT_RUN = ("python3 -m venv", ".ci/run", "python benchmarks/run.py", "python -m tests.test_docs", *TOOLS)
"""Commands that install, test or take long: a page may show them, no test runs them."""

COMMAND = "python -m symbolic"
MARKERS = (
    *("excerpt", "output", "append", "create", "latex", "equations", "profiles", "keys", "activations", "losses"),
    *("methods", "file", "diagram"),
)
TABLES = {model.__name__: model for model in (spec.Spec, spec.Input, spec.Output, spec.Objective)} | LAYER_TYPES
"""The tables of a spec: what a page says of their keys is held to what they have."""

OPTIONS = doctest.ELLIPSIS


@dataclass
class Part:
    """A code block, or a table with a marker: its lines, the line at which it starts, and what the marker says."""

    language: str
    lines: list[str]
    start: int
    marker: str = ""
    argument: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def parts(text: str) -> Iterator[Part]:
    """The code blocks of a page, and its tables that have a marker, in order."""
    lines = text.splitlines()
    marker = argument = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        fence = re.match(r"( *)(`{3,}|~{3,})(.*)$", line)
        comment = re.fullmatch(r"<!-- (\w+)(?:: (.*))? -->", line)
        end = at
        if fence:
            indent, ticks, language = len(fence[1]), fence[2], fence[3].strip()
            end = next(k for k in range(at + 1, len(lines)) if lines[k].strip() == ticks)
            yield Part(language, [each[indent:] for each in lines[at + 1 : end]], at + 1, marker, argument)
        elif marker and line:
            end = next((k for k in range(at, len(lines)) if not lines[k]), len(lines)) - 1
            yield Part("table", lines[at : end + 1], at, marker, argument)
        marker, argument = (comment[1], comment[2] or "") if comment else ("", "")
        at = end + 1


def checked(want: str, got: str) -> bool:
    """Whether an output is what a page shows, `...` standing for anything; spaces at the ends of lines do not count."""
    want, got = ("\n".join(line.rstrip() for line in text.strip("\n").splitlines()) for text in (want, got))
    return doctest.OutputChecker().check_output(want + "\n", got + "\n", OPTIONS)


def first_missing(part: Part, text: str) -> str:
    """The first line that a block shows and that did not come out."""
    return next(
        (line for line in part.lines if line != "..." and not checked(f"...{line}...", text)), "lines in another order"
    )


@dataclass
class Reader:
    """Someone who follows a page in a folder, with a copy of the tables to add to."""

    page: Path
    library: Path
    namespace: dict[str, Any] = field(default_factory=lambda: {"__name__": "page"})
    written: list[tuple[Part, str]] = field(default_factory=list)
    """The console blocks and tables that show something else than what came out, and what they should be."""
    code: int = 0
    """The exit code of the last command."""
    at: str = ""
    """The page and the line that is being read."""

    def follow(self) -> None:
        """Do what each part of the page says."""
        for part in parts(self.page.read_text("utf-8")):
            self.at = f"{self.page.relative_to(ROOT)}:{part.start + 1}"
            assert not part.marker or part.marker in MARKERS, f"{self.at}: no marker {part.marker!r}"
            if part.marker:
                getattr(self, f"_{part.marker}")(part)
            else:
                assert part.language in LANGUAGES, f"{self.at}: no language {part.language!r}"
                getattr(self, f"_{part.language}")(part)

    # -- by language

    def _python(self, part: Part) -> None:
        if ">>>" not in part.text:
            exec(compile("\n" * (part.start) + part.text, str(self.page), "exec"), self.namespace)
            return
        test = doctest.DocTestParser().get_doctest(part.text, self.namespace, self.at, str(self.page), part.start)
        test.globs = self.namespace
        failures = io.StringIO()
        found = doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=failures.write, clear_globs=False)
        assert not found.failed, f"{self.at}\n{failures.getvalue()}"

    def _console(self, part: Part) -> None:
        fresh: list[str] = []
        differs = False
        for command, shown in transcript(part, self.at):
            got = f"{self.code}\n" if command == "echo $?" else self._run(command)
            same = not shown or checked("\n".join(shown), got)
            fresh += [f"$ {command}", *(shown if same else [line.rstrip() for line in got.splitlines()])]
            differs = differs or not same
            if same and shown and command.startswith(COMMAND):
                bad = any(line.startswith("symbolic: ") for line in shown)
                assert (self.code == 2) is bad, f"{self.at}: {command}: exit code {self.code}"
        if differs:
            self.written.append((part, "\n".join(fresh)))

    def _sh(self, part: Part) -> None:
        for line in part.lines:
            command = line.partition("  #")[0].strip().removeprefix(".venv/bin/")
            if command and not command.startswith(NOT_RUN):
                self._run(command)
                assert self.code == 0, f"{self.at}: {command}: exit code {self.code}"

    def _toml(self, part: Part) -> None:
        data = tomllib.loads(part.text)
        assert "objective" in data, f"{self.at}: no spec; say with a marker what it is"
        if spec.make_spec(data, place=self.at).name not in tables.catalog():
            Path(f"{data['name']}.toml").write_text(part.text, "utf-8")

    def _json(self, part: Part) -> None:
        json.loads(part.text)

    def _run(self, command: str) -> str:
        """What a command prints, to either stream."""
        words = shlex.split(command)
        assert " ".join(words[:3]) == COMMAND, f"{self.at}: only {COMMAND!r} is run, not {command!r}"
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            self.code = main(words[3:])
        return out.getvalue()

    # -- by marker

    def _excerpt(self, part: Part) -> None:
        """Its lines stand in the file in this order; `...` is what is left out."""
        written = Path(part.argument)
        self._stands_in(part, (written if written.exists() else ROOT / part.argument).read_text("utf-8"))

    def _output(self, part: Part) -> None:
        self._stands_in(part, self._run(part.argument))

    def _stands_in(self, part: Part, text: str) -> None:
        rest = "\n" + "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
        for piece in re.split(r"^ *(?:# )?\.\.\.\n", part.text, flags=re.MULTILINE):
            found = rest.find("\n" + piece)
            assert found >= 0, f"{self.at}: not in {part.argument}:\n{piece}"
            rest = rest[found + len(piece) :]

    def _append(self, part: Part) -> None:
        path = self.library / part.argument
        path.write_text(path.read_text("utf-8") + "\n" + part.text, "utf-8")
        forget()

    def _create(self, part: Part) -> None:
        path = self.library / part.argument
        assert path.parent.is_dir(), f"{self.at}: no folder {path.parent.name}"
        assert not path.exists(), f"{self.at}: {path.name} is there already"
        path.write_text(part.text, "utf-8")
        forget()

    def _latex(self, part: Part) -> None:
        system, gradient, options = asked(part)
        derivation = symbolic.derive(system)
        for word, *cells in rows(part):
            kind = "form" if word in FORMS else "notation"
            self._same_formulas(word, cells, [derivation.latex(gradient, **{**options, kind: word})])

    def _equations(self, part: Part) -> None:
        system, wanted, options = asked(part)
        derivation = symbolic.derive(system)
        for notation, *cells in rows(part):
            steps = derivation.to_dict(**{**options, "notation": notation})["steps"]
            recurrence = [step["latex"] for step in steps if step["target"].startswith("delta")]
            gradient = [step["latex"] for step in steps if step["target"] == wanted]
            self._same_formulas(notation, cells, [recurrence[-1], *gradient])

    def _same_formulas(self, row: str, cells: list[str], formulas: list[str]) -> None:
        right = [f"$`{formula}`$" for formula in formulas]
        assert cells == right, f"{self.at}: {row}: should be\n{' | '.join(right)}"

    def _profiles(self, part: Part) -> None:
        names = [cell.strip(" `") for cell in part.lines[0].strip("|").split("|")][1:]
        for line in part.lines[2:]:
            key, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            values = [getattr(profile.profile(name), key.strip("`")) for name in names]
            right = [value[1] if isinstance(value, tuple) else str(value) for value in values]
            right = [{"True": "yes", "False": "no"}.get(word, word) for word in right]
            assert cells == right, f"{self.at}: {key}: should be {' | '.join(right)}"

    def _keys(self, part: Part) -> None:
        said = {name for name, *_ in rows(part)}
        for table in part.argument.split(", "):
            assert said == set(TABLES[table].model_fields), (
                f"{self.at}: {table}: {said ^ set(TABLES[table].model_fields)}"
            )

    def _methods(self, part: Part) -> None:
        said = {name for line in part.lines[2:] for name in re.findall(r"(\w+)\(", line.split(" | ")[0])}
        known = {"Network", *(name for name in vars(symbolic.Network) | vars(NetworkBuilder) if name[0] != "_")}
        known -= {each.name for each in fields(NetworkBuilder)}
        assert said == known, f"{self.at}: {said ^ known}"

    def _activations(self, part: Part) -> None:
        self._says(part, [activation_cells(row) for row in tables.activations().values()])

    def _losses(self, part: Part) -> None:
        self._says(part, [loss_cells(row) for row in tables.losses().values()])

    def _says(self, part: Part, cells: list[tuple[str, ...]]) -> None:
        """The rows of a table are these."""
        right = [
            *part.lines[:2],
            *("|".join(["", *(f" {cell} ".replace("  ", " ") for cell in row), ""]) for row in cells),
        ]
        if part.lines != right:
            self.written.append((part, "\n".join(right)))

    def _file(self, part: Part) -> None:
        path = Path(part.argument)
        assert not path.exists(), f"{self.at}: {path} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(part.text, "utf-8")

    def _diagram(self, part: Part) -> None:
        assert part.language == "text"


LANGUAGES = ("python", "console", "sh", "toml", "json")


def transcript(part: Part, at: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a console block, each with the lines shown after it."""
    command = ""
    shown: list[str] = []
    for line in part.lines:
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], []
        else:
            assert command, f"{at}: a console block starts with a command"
            shown.append(line)
    yield command, shown


def activation_cells(row: tables.ActivationRow) -> tuple[str, ...]:
    """An activation as a row of the documentation's table: its name, definition, parameters, and where f′ jumps."""
    meaning = "of all units together" if row.over_units else "undefined"
    definition = f"`{row.definition}`" if row.definition else meaning
    return f"`{row.name}`", definition, parameters(row), ", ".join(map(str, row.kinks))


def loss_cells(row: tables.LossRow) -> tuple[str, ...]:
    """A loss as a row of the documentation's table: its name, definition, parameters, and what it is for."""
    return f"`{row.name}`", f"`{row.definition}`", parameters(row), row.reduction, row.output, row.target


def parameters(row: tables.ActivationRow | tables.LossRow) -> str:
    """The parameters of a row with their values, and what they must be below."""
    below = {name: f" (below {limit})" for name, limit in row.below.items()}
    return ", ".join(f"{name} = {value}{below.get(name, '')}" for name, value in row.parameters.items())


def asked(part: Part) -> tuple[str, str, dict[str, Any]]:
    """The system, the gradient or step, and the options that a marker names."""
    system, wanted, *given = part.argument.split()
    return system, wanted, dict(each.split("=") for each in given)


def rows(part: Part) -> Iterator[list[str]]:
    """The cells of each row of a table of formulas, code marks around the first one taken off."""
    for line in part.lines[2:]:
        name, *cells = (cell.strip() for cell in line.strip("| ").split(" | "))
        yield [name.strip("`"), *cells]


def forget() -> None:
    """Make the tables be read again. What the modules import keeps its cache: a function of equal parts is the same."""
    for module in (tables, profile, functions, spelling):
        for each in vars(module).values():
            if hasattr(each, "cache_clear") and each.__module__ == module.__name__:
                each.cache_clear()


@contextmanager
def reader_of(page: Path, folder: Path) -> Iterator[Reader]:
    """A reader at work in a folder; whatever the page adds to the tables is gone afterwards."""
    library, rules, modules = folder / "library", dict(RULES), set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        for module, room in ((tables, "networks"), (profile, "notation")):
            place = library / "symbolic" / room
            shutil.copytree(ROOT / "symbolic" / room, place, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
            patch.setattr(module, "files", lambda package, place=place: place)
        (folder / "work").mkdir()
        patch.chdir(folder / "work")
        patch.syspath_prepend(folder / "work")
        patch.setenv("COLUMNS", "110")
        patch.setenv("TERM", "dumb")
        for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
            patch.delenv(name, raising=False)
        try:
            yield Reader(page, library)
        finally:
            forget()
            RULES.clear()
            RULES.update(rules)
            for name in set(sys.modules) - modules:
                if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
                    del sys.modules[name]
    forget()


def test_functions_outlive_the_tables() -> None:
    """Other modules hold on to the functions of a table: reading it again gives the same ones."""
    before = [functions.activation_of(name) for name in ("sigmoid", "softplus", "elu(2)", "z^2")]
    forget()
    assert [functions.activation_of(name) for name in ("sigmoid", "softplus", "elu(2)", "z^2")] == before


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=pytest.mark.slow if page.name in LONG else (), id=page.name) for page in PAGES]
)
def test_page(page: Path, tmp_path: Path) -> None:
    with reader_of(page, tmp_path) as reader:
        reader.follow()
    where = [f"{page.name}:{part.start + 1}: {first_missing(part, text)}" for part, text in reader.written]
    assert not where, "run: python -m tests.test_docs\n" + "\n".join(where)


# -- what pages say beside code


def prose(page: Path) -> str:
    """A page without its code blocks."""
    return re.sub(r"^ *(```|~~~).*?^ *\1$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {slug(heading) for heading in re.findall(r"^#+ (.*)$", prose(page), flags=re.MULTILINE)}


@every_page
def test_links(page: Path) -> None:
    """Links within the project lead to a file, and to a heading in it."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), f"{page.name}: {target}"
        if anchor:
            assert anchor in anchors(file), f"{page.name}: {target}"


@every_page
def test_files_named_exist(page: Path) -> None:
    """A path in code marks that starts at the top of the project is there; * and WORDS stand for anything."""
    rooms = "symbolic|codegen|generated|tests|docs|benchmarks|.ci"
    for path in re.findall(rf"`((?:{rooms})/[\w./*-]*)`", prose(page)):
        assert list(ROOT.glob(re.sub("[A-Z]{3,}", "*", path.rstrip("/")))), f"{page.name}: {path}"


@every_page
def test_no_page_speaks_of_a_machine(page: Path) -> None:
    assert not re.search(r"/(home|tmp|work|root|usr)/", page.read_text("utf-8"))


def test_set_up_commands() -> None:
    """The two commands stand in the README to the letter, in blocks of their own; one of them is the test command."""
    blocks = [part.lines for part in parts(README.read_text("utf-8")) if part.language != "table"]
    single = [lines[0] for lines in blocks if len(lines) == 1]
    assert [line for line in single if line in SET_UP] == list(SET_UP)
    assert [line for line in single if ".venv/bin/pytest" in line] == [SET_UP[1]]


def test_readme_names_what_there_is() -> None:
    text = README.read_text("utf-8")
    known = {
        *tables.catalog(),
        *tables.activations(),
        *tables.losses(),
        *profiles(),
        *FORMS,
        *FORMATS,
    }
    assert {name for name in known if f"`{name}`" not in text} == set()


def test_spec_page_has_every_table() -> None:
    """Each table of a spec and each type of layer has its table of keys, which `test_page` holds to the models."""
    page = parts((ROOT / "docs" / "spec.md").read_text("utf-8"))
    named = {name for part in page if part.marker == "keys" for name in part.argument.split(", ")}
    assert named == set(TABLES)


def test_spec_page_shows_every_key() -> None:
    """Each key stands in an example."""
    examples = [part.text for part in parts((ROOT / "docs" / "spec.md").read_text("utf-8")) if part.language == "toml"]
    shown = {key for text in examples for key in re.findall(r"^(?:\[\[?)?(\w+)(?:\]|\s=)", text, flags=re.MULTILINE)}
    assert {key for model in TABLES.values() for key in model.model_fields} - shown == set()
    types = {layer["type"] for text in examples for layer in tomllib.loads(text).get("layers", ()) if "type" in layer}
    assert set(LAYER_TYPES) - types <= {"affine"}


def test_notation_page_names_every_key() -> None:
    text = (ROOT / "docs" / "notation.md").read_text("utf-8")
    keys = {each.name for each in fields(profile.Profile)} | {each.name for each in fields(profile.Name)}
    assert {key for key in keys if f"`{key}`" not in text} == set()


def test_json_page_names_every_key() -> None:
    found = symbolic.derive("regression").to_dict()
    keys = {*found, *found["steps"][0], *found["gradients"]["W1"]}
    text = (ROOT / "docs" / "json.md").read_text("utf-8")
    assert {key for key in keys if f"`{key}`" not in text} == set()


def test_proof_page_counts_the_claims() -> None:
    claims = [json.loads(line) for line in (ROOT / "tests" / "data" / "claims.jsonl").read_text("utf-8").splitlines()]
    formulas = [claim["verdict"] for claim in claims if claim["kind"] == "formula"]
    right, wrong, ambiguous = (formulas.count(verdict) for verdict in ("right", "wrong", "ambiguous"))
    text = " ".join((ROOT / "docs" / "proof.md").read_text("utf-8").split())
    assert f"{len(claims)} statements, {len(formulas)} of them formulas" in text
    assert f"{right} are right, {wrong} are wrong and {ambiguous} are ambiguous" in text


def test_pages_are_reached() -> None:
    """Every page of docs/ is linked from another one."""
    linked = set()
    for page in PAGES:
        targets = re.findall(r"\]\(([^)\s#]+)", prose(page))
        linked |= {(page.parent / target).resolve() for target in targets if not target.startswith("https://")}
    assert {str(page) for page in PAGES if page.is_relative_to(ROOT / "docs")} - {str(page) for page in linked} == set()


def test_changelog_has_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    headings = re.findall(r"^## \[(.*?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)
    assert version in headings


def test_changelog_counts_the_rows() -> None:
    text = " ".join((ROOT / "CHANGELOG.md").read_text("utf-8").split())
    assert f"{len(tables.activations())} activations and {len(tables.losses())} losses" in text


def test_the_reader_sees_what_is_wrong(tmp_path: Path) -> None:
    """A page that shows something untrue fails, whatever its kind."""
    wrong = [
        "```python\n>>> 1 + 1\n3\n```",
        "```python\nassert False\n```",
        "```console\n$ python -m symbolic derive regresion\nsymbolic: fine\n```",
        "```console\n$ rm -r .\n```",
        "```sh\npython -m symbolic derive regresion\n```",
        '```toml\nname = "x"\n```',
        "```json\n{]\n```",
        "```haskell\n```",
        "<!-- excerpt: lines.txt -->\n```text\ntwo\n...\none\n```",
        "<!-- output: python -m symbolic list -->\n| a |\n",
        "<!-- latex: regression W1 -->\n| | |\n| - | - |\n| `chain` | $`x`$ |\n",
        "<!-- nothing -->\n```text\n```",
    ]
    for number, text in enumerate(wrong):
        folder = tmp_path / str(number)
        folder.mkdir()
        page = folder / "page.md"
        page.write_text(text, "utf-8")
        (folder / "lines.txt").write_text("one\ntwo\n", "utf-8")
        with reader_of(page, folder) as reader, pytest.MonkeyPatch.context() as patch:
            patch.setitem(globals(), "ROOT", folder)
            patch.chdir(folder / "work")
            try:
                reader.follow()
            except (AssertionError, ValueError):
                continue
        assert reader.written, text


def rewrite(page: Path) -> bool:
    """Write the outputs that a page shows anew; whether all could be."""
    with tempfile.TemporaryDirectory() as folder, reader_of(page, Path(folder)) as reader:
        reader.follow()
    lines = page.read_text("utf-8").splitlines()
    complete = True
    for part, text in reversed(reader.written):
        if any(line.strip() == "..." for line in part.lines):
            print(f"{page}:{part.start}: mend by hand\n{text}")
            complete = False
        else:
            lines[part.start : part.start + len(part.lines)] = text.splitlines()
    page.write_text("\n".join(lines) + "\n", "utf-8")
    return complete


if __name__ == "__main__":
    done = [rewrite(page) for page in PAGES]
    sys.exit(not all(done))
