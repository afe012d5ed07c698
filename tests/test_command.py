"""The command line: what it prints and writes, and that every bad input ends in one line and exit code 2.

Most tests call `main` in this process, which is a hundred times faster than starting Python; a few start it, for what
only a process shows: that SymPy is not loaded, and what happens to encodings and pipes.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from specs import DEEP, LOSS, OUTPUT, PLAIN, VALID, Data, affine, network, toml, write

import generated
from symbolic.__main__ import main
from symbolic.derivation import FORMS
from symbolic.networks.tables import activations, catalog, losses
from symbolic.notation.profile import profiles
from symbolic.render.formats import FORMATS

ROOT = Path(__file__).parents[1]
SYSTEMS = ", ".join(sorted(catalog()))
Contents = dict[str, str]


class Outcome(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


def contents(folder: Path) -> Contents:
    """Every file below a folder, hidden ones too."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8", "replace") for path in files}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = main(arguments)
        return Outcome(code, *capsys.readouterr())

    return run


# -- derive, plain


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """What a plain `derive` writes in an empty folder."""
    folder = tmp_path_factory.mktemp("fresh")
    with chdir(folder):
        assert main(["derive"]) == 0
    return contents(folder)


@pytest.fixture
def written(tmp_path: Path, fresh: Contents) -> Contents:
    """The same files again, in a folder of the test's own."""
    for name, text in fresh.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return fresh


def test_derive_writes_a_module_and_tables_for_every_system(fresh: Contents) -> None:
    assert sorted(fresh) == sorted(
        [
            *(f"generated/{system}.py" for system in catalog()),
            *(f"generated/tables/{system}.tex" for system in catalog()),
            "generated/tables/all.tex",
        ]
    )


def test_the_package_names_the_modules_that_derive_writes(fresh: Contents) -> None:
    assert sorted(generated.__all__) == sorted(Path(name).stem for name in fresh if name.endswith(".py"))


@pytest.mark.parametrize("system", catalog())
def test_what_is_written_is_what_it_says(system: str, fresh: Contents) -> None:
    names = {node.name for node in ast.parse(fresh[f"generated/{system}.py"]).body if isinstance(node, ast.FunctionDef)}
    assert {"init_parameters", "forward"} <= names
    fragment = fresh[f"generated/tables/{system}.tex"]
    assert fragment.startswith(f"% {system}: made by `python -m symbolic derive {system}`")
    assert fragment.count(r"\begin{tabular}") == fragment.count(r"\end{tabular}") == 4 + len(FORMS)
    assert rf"\input{{{system}}}" in fresh["generated/tables/all.tex"]


def test_derive_says_what_it_wrote_after_the_tables(run: Run) -> None:
    outcome = run("derive", "regression")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[-2:] == ["wrote generated/regression.py", "wrote generated/tables/regression.tex"]
    assert "Gradients, closed form" in outcome.out
    assert "Gradients as products of local Jacobians" not in outcome.out


def test_one_system_leaves_the_document_of_all_alone(run: Run, tmp_path: Path) -> None:
    assert run("derive", "regression").code == 0
    assert sorted(contents(tmp_path)) == ["generated/regression.py", "generated/tables/regression.tex"]


def test_out_names_the_folder(run: Run, tmp_path: Path, fresh: Contents) -> None:
    assert run("derive", "regression", "deep_mse", "--out", "my/place").code == 0
    found = contents(tmp_path)
    assert sorted(found) == [
        "my/place/deep_mse.py",
        "my/place/regression.py",
        *(f"my/place/tables/{name}.tex" for name in ("all", "deep_mse", "regression")),
    ]
    command = "python -m symbolic derive regression"
    for name in ("regression.py", "tables/regression.tex"):
        assert found[f"my/place/{name}"] == fresh[f"generated/{name}"].replace(command, f"{command} --out my/place")
    assert found["my/place/tables/all.tex"].count(r"\input") == 2


def test_a_system_named_twice_is_derived_once(run: Run) -> None:
    assert run("derive", "regression", "regression").out.count("wrote generated/regression.py") == 1


def test_two_paths_to_one_file_are_one_system(run: Run, tmp_path: Path) -> None:
    write(tmp_path, VALID["residual"], "own.toml")
    outcome = run("derive", "own.toml", "./own.toml", str(tmp_path / "own.toml"))
    assert (outcome.code, outcome.out.count("wrote generated/net.py")) == (0, 1)


COMMANDS = {
    "regression": ["regression"],
    "a folder": ["regression", "--out", "my place"],
    "a file": ["sub/own.toml"],
    "a file and a folder": ["sub/own.toml", "--out", "o"],
    "options": [
        "deep_mse",
        "--depth",
        "2",
        "--form",
        "all",
        "--layout",
        "denominator",
        "--notation",
        "001",
        "--out",
        "o",
    ],
    "forms": ["regression", "--form", "closed", "--form", "chain", "--batch", "columns", "--out", "o"],
    "LaTeX": ["regression", "--form", "closed", "--format", "latex", "--out", "o"],
    "all": ["--out", "o"],
    "quotes": ["regression", "--out", 'a "b" \'c\' \\ """'],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_names_the_command_that_writes_it(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub", VALID["residual"], "own.toml")
    assert run("derive", *COMMANDS[name]).code == 0
    made = {path: text for path, text in contents(tmp_path).items() if not path.endswith(".toml")}
    assert made
    for path, text in made.items():
        head = str(ast.get_docstring(ast.parse(text))) if path.endswith(".py") else text.splitlines()[0]
        command = re.search(r"python -m symbolic ([^`\n]*)", head)
        assert command, path
        (tmp_path / path).unlink()
        assert run(*shlex.split(command[1])).code == 0
        assert contents(tmp_path)[path] == text


def test_a_spec_of_ones_own(run: Run, tmp_path: Path) -> None:
    write(tmp_path, VALID["residual"], "own.toml")
    assert run("derive", "own.toml").code == 0
    assert sorted(contents(tmp_path)) == ["generated/net.py", "generated/tables/net.tex", "own.toml"]


# -- derive --check


def test_check_passes_on_what_derive_wrote(run: Run, tmp_path: Path, written: Contents) -> None:
    assert run("derive", "--check") == (0, f"{len(written)} files are current.\n", "")
    assert contents(tmp_path) == written


def test_check_shows_every_difference_and_the_remedy(run: Run, tmp_path: Path, written: Contents) -> None:
    changed, missing = ["generated/regression.py", "generated/tables/deep_mse.tex"], "generated/tables/all.tex"
    now = dict(written)
    for name in changed:
        lines = written[name].splitlines(keepends=True)
        now[name] = "".join([*lines[:5], "changed by hand\n", *lines[6:]])
        (tmp_path / name).write_text(now[name], "utf-8")
    (tmp_path / missing).unlink()
    del now[missing]
    outcome = run("derive", "--check")
    assert (outcome.code, outcome.err) == (1, "Not current; run: python -m symbolic derive\n")
    for name in changed:
        assert f"--- {name}\n+++ {name} (made again)\n@@ -3,7 +3,7 @@\n" in outcome.out
        assert f"\n-changed by hand\n+{written[name].splitlines()[5]}\n" in outcome.out
    assert f"{missing}: missing\n" in outcome.out
    assert outcome.out.count("\n+++ ") == 2
    assert contents(tmp_path) == now


def test_check_in_an_empty_folder_writes_nothing(run: Run, tmp_path: Path) -> None:
    assert run("derive", "regression", "--check").code == 1
    assert list(tmp_path.iterdir()) == []


def test_the_remedy_repeats_what_was_checked(run: Run) -> None:
    outcome = run("derive", "regression", "--check", "--out", "a place")
    assert outcome.err == "Not current; run: python -m symbolic derive regression --out 'a place'\n"


def test_the_remedy_is_a_remedy(run: Run) -> None:
    assert run("derive", "regression", "--check").code == 1
    assert run("derive", "regression").code == 0
    assert run("derive", "regression", "--check").code == 0


# -- derive --format


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_is_all_that_is_printed(run: Run, tmp_path: Path, format: str) -> None:
    outcome = run("derive", "regression", "--format", format)
    assert (outcome.code, outcome.err) == (0, "")
    start = {"text": "regression: ", "latex": "% regression: ", "markdown": "## Regression", "json": "{\n"}[format]
    assert outcome.out.startswith(start)
    assert outcome.out.endswith("\n")
    assert "wrote" not in outcome.out
    assert list(tmp_path.iterdir()) == []


def as_json(run: Run, *arguments: str) -> Any:
    outcome = run("derive", *arguments, "--format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    return json.loads(outcome.out)


@pytest.mark.parametrize("system", catalog())
def test_json_has_the_documented_keys(run: Run, system: str) -> None:
    found = as_json(run, system)
    assert list(found) == ["system", "layout", "notation", "batch", "steps", "gradients"]
    assert (found["system"], found["notation"]) == (system, catalog()[system]["notation"])
    assert {tuple(step) for step in found["steps"]} == {("target", "rule", "latex")}
    for gradient in found["gradients"].values():
        assert list(gradient) == ["shape", "left", *FORMS]
        assert len(gradient["shape"]) == 2
        assert all(isinstance(text, str) and text for text in (gradient["left"], *(gradient[form] for form in FORMS)))


def test_json_names_its_steps(run: Run) -> None:
    steps = {step["target"]: step["rule"] for step in as_json(run, "regression")["steps"]}
    assert steps["z1"] == "affine"
    assert steps["a1"] == "activation relu"
    assert steps["C"] == "loss squared_error"
    assert list(steps)[:5] == ["z1", "a1", "z2", "a2", "C"]
    assert {"delta2", "delta1", "dW1", "db1", "dW2", "db2", "dx"} <= steps.keys()


@pytest.mark.parametrize(("layout", "shape"), [("denominator", ["m", "n"]), ("numerator", ["n", "m"])])
def test_the_layout_turns_shapes(run: Run, layout: str, shape: list[str]) -> None:
    found = as_json(run, "regression", "--layout", layout)
    assert (found["layout"], found["gradients"]["W1"]["shape"]) == (layout, shape)


def test_several_systems_are_a_list(run: Run) -> None:
    assert [found["system"] for found in as_json(run)] == list(catalog())
    assert [found["system"] for found in as_json(run, "deep_mse", "regression")] == ["deep_mse", "regression"]


@pytest.mark.parametrize("forms", [["closed"], ["entries", "chain"], ["all"], list(FORMS)], ids="+".join)
def test_forms_are_selected(run: Run, forms: list[str]) -> None:
    options = [part for form in forms for part in ("--form", form)]
    gradient = as_json(run, "regression", *options)["gradients"]["W1"]
    assert set(gradient) - {"shape", "left"} == set(FORMS if forms == ["all"] else forms)


def test_batch_says_how_many_columns(run: Run) -> None:
    single, columns = (as_json(run, "regression", "--batch", batch) for batch in ("single", "columns"))
    assert (single["batch"], columns["batch"]) == ("single", "columns")
    assert single["gradients"]["x"]["shape"] == ["1", "n"]
    assert columns["gradients"]["x"]["shape"] == ["N", "n"]
    assert "N" in columns["gradients"]["W1"]["closed"]
    assert "N" not in single["gradients"]["W1"]["closed"]


@pytest.mark.parametrize("notation", profiles())
def test_notation_says_how_it_is_written(run: Run, notation: str) -> None:
    found = as_json(run, "regression", "--notation", notation)
    weight = {"003": "W(1)", "004": r"\mathbf{W}^{(1)}"}.get(notation, "W^{[2]}" if notation < "003" else "W^{[1]}")
    assert found["notation"] == notation
    assert weight in found["steps"][0]["latex"]


@pytest.mark.parametrize("system", ["deep_scalar", "deep_mse"])
def test_a_depth_replaces_the_letter(run: Run, system: str) -> None:
    found = as_json(run, system, "--depth", "3", "--notation", "standard")
    assert [name for name in found["gradients"] if name[0] in "Wb"] == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert found["gradients"]["W2"]["shape"] == ["n_2", "n_1"]
    assert [step["target"] for step in found["steps"]][:6] == ["z1", "a1", "z2", "a2", "z3", "a3"]
    assert "W" in as_json(run, system)["gradients"]


def test_a_depth_may_be_one(run: Run) -> None:
    assert [name for name in as_json(run, "deep_mse", "--depth", "1")["gradients"] if name[0] == "W"] == ["W1"]


@pytest.mark.parametrize("format", FORMATS)
def test_formats_go_to_a_folder(run: Run, tmp_path: Path, format: str) -> None:
    suffix = FORMATS[format].suffix
    printed = run("derive", "regression", "--format", format).out
    outcome = run("derive", "regression", "deep_mse", "--format", format, "--out", "o")
    assert outcome == (0, f"wrote o/regression.{suffix}\nwrote o/deep_mse.{suffix}\n", "")
    assert sorted(contents(tmp_path)) == [f"o/deep_mse.{suffix}", f"o/regression.{suffix}"]
    asked = f"python -m symbolic derive regression --format {format}"
    assert contents(tmp_path)[f"o/regression.{suffix}"] == printed.replace(asked, f"{asked} --out o")
    assert (asked in printed) is (format == "latex")


# -- derive with options of its own


@pytest.mark.parametrize(
    "options",
    [["--form", "chain"], ["--layout", "denominator"], ["--notation", "003"], ["--batch", "columns"]],
    ids=lambda options: options[0],
)
def test_with_options_derive_only_prints(run: Run, tmp_path: Path, options: list[str]) -> None:
    outcome = run("derive", "regression", *options)
    assert outcome.code == 0
    assert outcome.out.startswith("regression: ")
    assert outcome.err == "Nothing written: name a folder with --out to keep tables and code with these options.\n"
    assert list(tmp_path.iterdir()) == []


def test_with_options_and_a_folder_derive_writes(run: Run, tmp_path: Path) -> None:
    assert run("derive", "deep_mse", "--depth", "2", "--form", "chain", "--out", "o").code == 0
    found = contents(tmp_path)
    assert sorted(found) == ["o/deep_mse.py", "o/tables/all.tex", "o/tables/deep_mse.tex"]
    assert "W2" in found["o/deep_mse.py"]
    assert found["o/tables/deep_mse.tex"].count("products of local Jacobians") == 1
    assert "closed form" not in found["o/tables/deep_mse.tex"]


# -- list, help, verify


def test_list_has_every_row_of_every_table(run: Run) -> None:
    outcome = run("list")
    assert (outcome.code, outcome.err) == (0, "")
    words = {line.split()[0] for line in outcome.out.splitlines() if line.strip()}
    assert words >= {*catalog(), *activations(), *losses(), *profiles()}
    assert "W^{[l]}" in outcome.out, "brackets are no markup"
    for spec in catalog().values():
        assert spec["title"] in outcome.out


@pytest.mark.parametrize("arguments", [[], ["--help"]], ids=["nothing", "--help"])
def test_help_names_the_commands(run: Run, arguments: list[str]) -> None:
    outcome = run(*arguments)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("Usage: ")
    assert re.findall(r"^  (\w+)  ", outcome.out, re.MULTILINE) == ["list", "derive", "show", "verify", "check"]


def test_help_of_derive_names_the_choices(run: Run) -> None:
    text = " ".join(run("derive", "--help").out.split())
    for option in ("--form", "--layout", "--notation", "--batch", "--depth", "--format", "--out", "--check"):
        assert option in text
    for choice in (*FORMS, *FORMATS, "single", "columns", "denominator", "numerator"):
        assert choice in text


def test_verify_refuses_an_unknown_system(run: Run) -> None:
    message = "symbolic: unknown system 'regresion'; did you mean 'regression'?\n"
    assert run("verify", "regresion") == (2, "", message)


# -- bad input


def refused(run: Run, folder: Path, *arguments: str) -> str:
    """The message of a command that must fail: one line, and nothing printed or written."""
    before = contents(folder)
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert contents(folder) == before
    assert outcome.err.startswith("symbolic: ")
    assert outcome.err.endswith("\n")
    line = outcome.err.removesuffix("\n")
    assert line.isprintable()
    return line.removeprefix("symbolic: ")


ARGUMENTS: dict[str, tuple[list[str], str]] = {
    "unknown command": (["derives"], "No such command 'derives'."),
    "unknown option": (["derive", "--frm", "closed"], "No such option"),
    "option without value": (["derive", "--out"], "Option '--out' requires an argument."),
    "list with arguments": (["list", "regression"], "Got unexpected extra argument (regression)"),
    "system": (["derive", "regresion"], "unknown system 'regresion'; did you mean 'regression'?"),
    "second system": (["derive", "regression", "q"], f"unknown system 'q'; choose from {SYSTEMS}"),
    "no system": (["derive", ""], f"unknown system ''; choose from {SYSTEMS}"),
    "form": (["derive", "--form", "closd"], "--form: unknown form 'closd'; did you mean 'closed'?"),
    "second form": (
        ["derive", "--form", "all", "--form", "x"],
        "--form: unknown form 'x'; choose from all, chain, closed, entries, recurrence",
    ),
    "layout": (
        ["derive", "--layout", "nominator"],
        "--layout: unknown layout 'nominator'; did you mean 'denominator'?",
    ),
    "notation": (["derive", "--notation", "005"], "--notation: unknown notation '005'; did you mean '004'?"),
    "batch": (["derive", "--batch", "lines"], "--batch: unknown batch 'lines'; choose from columns, rows, single"),
    "format": (["derive", "--format", "jsn"], "--format: unknown format 'jsn'; did you mean 'json'?"),
    "no form": (
        ["derive", "--form", ""],
        "--form: unknown form ''; choose from all, chain, closed, entries, recurrence",
    ),
    "no layout": (["derive", "--layout", ""], "--layout: unknown layout ''; choose from denominator, numerator"),
    "no notation": (
        ["derive", "--notation", ""],
        "--notation: unknown notation ''; choose from 000, 001, 002, 003, 004, standard",
    ),
    "no batch": (["derive", "--batch", ""], "--batch: unknown batch ''; choose from columns, rows, single"),
    "no format": (["derive", "--format", ""], "--format: unknown format ''; choose from json, latex, markdown, text"),
    "depth 0": (
        ["derive", "deep_mse", "--depth", "0"],
        '--depth: deep_mse: depth: 0 is no depth; give an integer from 1 to 10000, or "L"',
    ),
    "depth below 0": (
        ["derive", "deep_mse", "--depth", "-3"],
        '--depth: deep_mse: depth: -3 is no depth; give an integer from 1 to 10000, or "L"',
    ),
    "depth too large": (
        ["derive", "deep_mse", "--depth", "10001"],
        '--depth: deep_mse: depth: 10001 is no depth; give an integer from 1 to 10000, or "L"',
    ),
    "depth of a fraction": (
        ["derive", "deep_mse", "--depth", "2.5"],
        "Invalid value for '--depth': '2.5' is not a valid int",
    ),
    "depth of a letter": (
        ["derive", "deep_mse", "--depth", "L"],
        "Invalid value for '--depth': 'L' is not a valid int",
    ),
    "depth where there is none": (
        ["derive", "regression", "--depth", "3"],
        "--depth: regression has no depth; its layers are listed one by one",
    ),
    "depth for all": (["derive", "--depth", "3"], "--depth: regression has no depth; its layers are listed one by one"),
    "closed form of many layers": (
        ["derive", "deep_mse", "--depth", "80", "--form", "closed"],
        "deep_mse: W1: the closed form would hold 6802 names, more than ",
    ),
    "no folder": (
        ["derive", "regression", "--out", ""],
        "--out: the name of the folder is empty; name one, or . for the current folder",
    ),
    "missing file": (["derive", "q.toml"], "q.toml: cannot read the spec: No such file or directory"),
    "a folder": (["derive", "."], ".: cannot read the spec: Is a directory"),
    "check of a format": (
        ["derive", "--check", "--format", "json"],
        "--check: compares the files of a plain derive; leave out every option but --out",
    ),
    "check of a form": (
        ["derive", "--check", "--form", "all"],
        "--check: compares the files of a plain derive; leave out every option but --out",
    ),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_bad_argument_is_refused_in_one_line(run: Run, tmp_path: Path, name: str) -> None:
    """Of messages that Typer words, and that its versions word differently, only the beginning is compared."""
    arguments, message = ARGUMENTS[name]
    assert refused(run, tmp_path, *arguments).startswith(message)


BAD_SPECS: dict[str, tuple[Data | str | bytes, str]] = {
    "syntax": ('name = "net"\ntitle = \n', "net.toml: not TOML: Invalid value (at line 2, column 9)"),
    "not UTF-8": (b'name = "\xff"', "net.toml: cannot read the spec: not UTF-8 text"),
    "empty": ("", "net.toml: name: missing; this key is required"),
    "type": ({**PLAIN, "title": 3}, "net.toml: title: 3 is not a text"),
    "key": ({**PLAIN, "layer": 3}, "net.toml: unknown key 'layer'; did you mean 'layers'?"),
    "key in input": ({**PLAIN, "input": {"siz": 3}}, "net.toml: input: unknown key 'siz'; did you mean 'size'?"),
    "key in a layer": (network({"unit": 3}), "net.toml: layers[1]: unknown key 'unit'; did you mean 'units'?"),
    "key in objective": (
        {**PLAIN, "objective": {"los": "x"}},
        "net.toml: objective: unknown key 'los'; did you mean 'loss'?",
    ),
    "missing key": ({k: v for k, v in PLAIN.items() if k != "objective"}, "net.toml: objective: missing; this key is"),
    "activation": (
        network(affine("m"), affine("K", activation="sigmoyd")),
        "net.toml: layers[2].activation: unknown activation 'sigmoyd'; did you mean 'sigmoid'?",
    ),
    "loss": (
        {**PLAIN, "objective": {"loss": "squared"}},
        "net.toml: objective.loss: unknown loss 'squared'; did you mean",
    ),
    "layer type": (network({"type": "ad"}), "net.toml: layers[1]: unknown layer type 'ad'; did you mean 'add'?"),
    "notation": (
        {**PLAIN, "notation": "stndard"},
        "net.toml: notation: unknown notation 'stndard'; did you mean 'standard'?",
    ),
    "value": (network(affine("m", input="y")), "net: layers[1].input: unknown value 'y'; choose from x"),
    "sizes that differ": (
        network(affine("m"), {"type": "add", "inputs": ["x", "a1"]}),
        "net: layers[2].inputs: sizes differ: x has n units, a1 has m; add values of one size",
    ),
    "size 0": (network(affine(0)), "net.toml: layers[1].units: 0 is no size; give an integer from 1 to 1000000"),
    "size below 0": (network(affine(-1)), "net.toml: layers[1].units: -1 is no size; give an integer from 1"),
    "size too large": (network(affine(10**12)), "net.toml: layers[1].units: 1000000000000 is no size; give an integer"),
    "size reserved": (network(affine("N")), "net.toml: layers[1].units: 'N' is the number of samples; choose another"),
    "size of Python": (network(affine("for")), "net.toml: layers[1].units: 'for' is no size; give an integer"),
    "name of Python": ({**PLAIN, "name": "import"}, "net.toml: name: 'import' is a word of Python's own"),
    "name that is a path": (
        {**PLAIN, "name": "../../etc"},
        "net.toml: name: '../../etc' is no identifier; use letters",
    ),
    "loss and output": (
        {**PLAIN, "objective": {**LOSS, **OUTPUT}},
        "net.toml: objective: give either a loss or output",
    ),
    "output of many": ({**PLAIN, "objective": OUTPUT}, "net: objective: output = true needs one output unit, got K;"),
    "depth": ({**DEEP, "depth": 0}, "net.toml: depth: 0 is no depth; give an integer from 1 to 10000"),
    "name of the catalogue": (
        {**PLAIN, "name": "deep_mse"},
        "net.toml: name: 'deep_mse' is taken; give this system a name",
    ),
    "name of the document": (
        {**PLAIN, "name": "all"},
        "net.toml: name: 'all' is taken; give this system a name of its own",
    ),
    "hostile name": ({**PLAIN, "name": "__import__('os')"}, "net.toml: name: \"__import__('os')\" is no identifier"),
    "hostile size": (network(affine("__import__('os')")), "net.toml: layers[1].units: \"__import__('os')\" is no size"),
    "hostile title": ({**PLAIN, "title": "a\x1b[31m"}, "net.toml: title: 'a\\x1b[31m' is no line of text; leave out"),
    "hostile key": ({**PLAIN, "\x1b[31m\n": 1}, "net.toml: unknown key '\\x1b[31m\\n'; choose from activation, batch"),
    "long key": ({**PLAIN, "k" * 10_000: 1}, "net.toml: unknown key 'kkkkk"),
}


def save(content: Data | str | bytes) -> None:
    content = toml_of(content) if isinstance(content, dict) else content
    Path("net.toml").write_bytes(content if isinstance(content, bytes) else content.encode())


def toml_of(data: Data) -> str:
    return toml({json.dumps(key) if not key.isidentifier() else key: given for key, given in data.items()})


@pytest.mark.parametrize("name", BAD_SPECS)
def test_a_bad_spec_is_refused_in_one_line(run: Run, tmp_path: Path, name: str) -> None:
    content, message = BAD_SPECS[name]
    save(content)
    assert refused(run, tmp_path, "derive", "net.toml").startswith(message)


HOSTILE = {
    "line breaks": "a\nb\r\nc\u2028d",
    "escapes": "\x1b[31mred\x1b[0m\x07",
    "bidirectional": "\u202egpj.exe",
    "long": "q" * 10_000,
    "Python": "__import__('os').system('touch owned')",
    "format": "{0.__class__} %s %n",
    "option": "-",
    "shell": "$(touch owned); `touch owned`",
    "bytes": "a\udcff",
    "TOML": "a\nb\x1b[31m\x07\u202e.toml",
    "long TOML": "q" * 10_000 + ".toml",
}


@pytest.mark.parametrize("option", ["system", "--form", "--layout", "--notation", "--batch", "--format", "--depth"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_argument_is_refused_in_one_line(run: Run, tmp_path: Path, option: str, name: str) -> None:
    arguments = [HOSTILE[name]] if option == "system" else ["deep_mse", option, HOSTILE[name]]
    refused(run, tmp_path, "derive", *arguments)


def test_two_specs_of_one_name_are_refused(run: Run, tmp_path: Path) -> None:
    write(tmp_path, PLAIN, "one.toml")
    write(tmp_path, VALID["residual"], "two.toml")
    message = refused(run, tmp_path, "derive", "one.toml", "two.toml")
    assert message == "two.toml: name: 'net' is taken; give this system a name of its own"


@pytest.mark.parametrize("options", [[], ["--format", "json"]], ids=["plain", "format"])
def test_a_file_in_the_way_of_the_folder(run: Run, tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "o").write_text("mine")
    before = contents(tmp_path)
    outcome = run("derive", "regression", "--out", "o", *options)
    assert outcome.code == 2
    assert outcome.err == "symbolic: o: cannot write: File exists; choose another folder with --out\n"
    assert outcome.out == "", "files are written before tables are shown"
    assert contents(tmp_path) == before


def test_a_disk_that_fails_leaves_the_old_files(
    run: Run, tmp_path: Path, written: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "generated/tables/regression.tex"
    (tmp_path / name).write_text("old")

    def full(*args: Any, **options: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    outcome = run("derive", "regression")
    message = "generated/regression.py: cannot write: No space left on device; choose another folder with --out"
    assert (outcome.code, outcome.err) == (2, f"symbolic: {message}\n")
    assert contents(tmp_path) == {**written, name: "old"}


def test_a_failure_in_the_code_generator_writes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All files are made before the first is written."""

    def broken(*args: Any) -> str:
        raise MemoryError

    monkeypatch.setattr("codegen.generate_module", broken)
    with pytest.raises(MemoryError):
        run("derive", "regression")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_is_no_traceback(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("symbolic.__main__.derived", interrupted)
    outcome = run("derive")
    assert (outcome.code, outcome.out) == (130, "")
    assert outcome.err in ("", "interrupted\n"), "some versions of Typer say nothing"
    assert list(tmp_path.iterdir()) == []


TITLE = (
    r"""\input{/etc/passwd} $x$ "" ''' # % & ~ ^ _ {} <b> [bold]r[/bold] | `c` é ę σ → """
    + '"""\nraise SystemExit\n"""'
)


def test_a_title_is_only_words(run: Run, tmp_path: Path) -> None:
    """Whatever a title holds, it opens nothing in TeX, in Python, in Markdown, in JSON or on the terminal."""
    write(tmp_path, {**PLAIN, "title": TITLE})
    shown = " ".join(TITLE.split())
    assert as_json(run, "net.toml")["system"] == "net"
    assert run("derive", "net.toml", "--format", "text").out.startswith(f"net: {shown}\n")
    heading = run("derive", "net.toml", "--format", "markdown").out.splitlines()[0]
    assert re.sub(r"\\(.)", r"\1", heading) == f"## {shown}"
    assert not re.search(r"(?<!\\)[`*_<>|$\[\]#]", heading.removeprefix("## "))
    assert run("derive", "net.toml").code == 0
    fragment = (tmp_path / "generated/tables/net.tex").read_text()
    assert r"\textbackslash{}input\{/etc/passwd\} \$x\$" in fragment
    assert r"\input{" not in fragment
    module = ast.parse((tmp_path / "generated/net.py").read_text())
    assert not any(isinstance(node, ast.Raise) for node in module.body)


# -- as a process


def python(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


BEFORE_SYMPY = [
    *(["list"], ["--help"], ["derive", "--help"], ["derive", "--no"], ["derive", "nope"], ["verify", "nope"]),
    *(["derive", f"--{kind}", "nope"] for kind in ("form", "layout", "notation", "batch", "format")),
    *(["derive", "--out", ""], ["derive", "regression", "--depth", "3"], ["derive", "q.toml"]),
]


@pytest.mark.parametrize("arguments", BEFORE_SYMPY, ids=" ".join)
def test_what_needs_no_derivation_needs_no_sympy(tmp_path: Path, arguments: list[str]) -> None:
    script = (
        "import sys; from symbolic.__main__ import main; main(sys.argv[1:]);"
        "sys.exit(str({'sympy', 'numpy', 'lark', 'rich.table'} & set(sys.modules)))"
    )
    assert python("-c", script, *arguments, cwd=tmp_path).stderr.splitlines()[-1] == "set()"


def test_the_package_needs_no_sympy(tmp_path: Path) -> None:
    script = "import sys, symbolic; symbolic.SpecError; sys.exit('sympy' in sys.modules)"
    assert python("-c", script, cwd=tmp_path).returncode == 0


def test_exit_codes_reach_the_shell(tmp_path: Path) -> None:
    bad = python("-m", "symbolic", "derive", "nope", cwd=tmp_path)
    assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (2, "", 1)
    stale = python("-m", "symbolic", "derive", "regression", "--check", cwd=tmp_path)
    assert (stale.returncode, stale.stderr.count("\n")) == (1, 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["list"], ["derive", "regression", "--form", "closed"]], ids=" ".join)
def test_a_terminal_without_unicode_is_no_traceback(tmp_path: Path, arguments: list[str]) -> None:
    found = python("-m", "symbolic", *arguments, cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert (found.returncode, "Traceback" in found.stderr) == (0, False)


def test_a_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    """`python -m symbolic derive --format json | head -1`, with more to print than a pipe holds."""
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "symbolic", "derive", "--format", "json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writer)
    os.close(reader)
    assert process.communicate()[1] == ""
    assert process.returncode in (0, 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_behind_the_output_is_no_traceback(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        found = subprocess.run(
            [sys.executable, "-m", "symbolic", "list"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (found.returncode, found.stderr) == (2, "symbolic: cannot write: No space left on device\n")


def test_a_program_without_output_works(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Started from a window, or with `>&-`, Python has no standard output at all."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["derive", "regression", "--format", "json"]) == 0
    assert main(["derive", "regression", "--check"]) == 1
