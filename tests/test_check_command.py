"""`python -m symbolic check` around the judging, which is a fake here: files, folders, processes, exit codes."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from io import BytesIO, TextIOWrapper
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

import symbolic
from symbolic.__main__ import main
from symbolic.checking.folder import Checked, Failed, tasks
from symbolic.checking.request import REPORT_FORMATS
from symbolic.checking.results import VERDICTS, Judged, Report
from symbolic.checking.sources import LARGEST, Source, read, sources_in
from symbolic.errors import SymbolicError
from symbolic.networks.spec import Spec, load_spec

ROOT = Path(__file__).parents[1]


def check(text: str, *, system: str | Path | Spec | None = None, file: str = "text", **options: str | None) -> Report:
    """A judge that believes the text: each line that begins with a verdict is a claim; some words make it fail."""
    if "refuse" in text:
        raise SymbolicError(f"{file}: no such system")
    if "crash" in text:
        raise RecursionError("too deep")
    if "die" in text:
        os._exit(1)
    lines = [line.partition(":") for line in text.splitlines()]
    claims = [Judged(n, rest.strip(), "", word) for n, (word, _, rest) in enumerate(lines, 1) if word in VERDICTS]  # type: ignore[arg-type]
    said = tuple(f"{name} is {value}" for name, value in options.items() if value)
    return Report(file, system.name if isinstance(system, Spec) else str(system or ""), tuple(claims), said)


class Outcome(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `check`, with the fake, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    fake = ModuleType("symbolic.checking.check")
    fake.check = check  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "symbolic.checking.check", fake)

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = main(["check", *arguments])
        return Outcome(code, *capsys.readouterr())

    return run


def save(**files: str | bytes) -> None:
    """Files in the current folder: a__b_md is a/b.md."""
    for name, content in files.items():
        path = Path(name.replace("__", "/").replace("_", "."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def refused(run: Run, *arguments: str) -> str:
    """The one line that a refused command says."""
    before = sorted(Path().rglob("*"))
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert sorted(Path().rglob("*")) == before
    return err.removeprefix("symbolic: ").removesuffix("\n")


# -- one file


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("right: x", 0),
        ("", 0),
        ("ambiguous: x", 0),
        ("unreadable: x", 0),
        ("right: x\nwrong: y", 1),
        ("does not fit: x", 1),
    ],
)
def test_exit_code_says_whether_something_is_wrong(run: Run, text: str, code: int) -> None:
    save(a_md=text)
    assert run("a.md").code == code


def test_a_report_is_printed(run: Run) -> None:
    save(a_md="right: x\n\nwrong: y")
    code, out, err = run("a.md")
    assert (code, err) == (1, "")
    assert out == "a.md\n✓ line 1: right\n    x\n✗ line 3: wrong\n    y\n2 formulas: 1 right, 1 wrong\n"


@pytest.mark.parametrize("format", REPORT_FORMATS)
def test_formats_are_printed(run: Run, format: str) -> None:
    save(a_md="right: x")
    code, out, err = run("a.md", "--format", format)
    assert (code, err) == (0, "")
    assert out.startswith({"text": "a.md\n", "markdown": "# a.md\n", "json": "{\n", "html": "<!DOCTYPE html>"}[format])
    assert out.endswith("\n")
    assert not out.endswith("\n\n")
    assert os.listdir() == ["a.md"]


def test_json_of_one_file(run: Run) -> None:
    save(a_md="right: x")
    claim = {"line": 1, "formula": "x", "target": "", "verdict": "right"}
    claim |= {"conventions": [], "reason": "", "repair": "", "correct": ""}
    expected = {"file": "a.md", "system": "", "notes": [], "claims": [claim]}
    assert json.loads(run("a.md", "--format", "json").out) == expected


def test_options_reach_the_judge(run: Run) -> None:
    save(a_md="")
    options = ["--system", "regression", "--layout", "numerator", "--notation", "004", "--batch", "columns"]
    found = json.loads(run("a.md", "--format", "json", *options).out)
    assert found["system"] == "regression"
    assert found["notes"] == ["layout is numerator", "notation is 004", "batch is columns"]


def test_a_formula_and_its_loss_are_a_system(run: Run) -> None:
    save(a_md="")
    found = run("a.md", "--format", "json", "--system", "W2 relu(W1 x + b1) + b2", "--loss", "squared_error")
    assert found.code == 0
    assert json.loads(found.out)["system"]


def test_the_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO("right: δ".encode())))
    code, out, _ = run("-", "--out", "o")
    assert (code, out) == (0, "stdin: 1 formula: 1 right\nwrote o/stdin.check.txt\n")
    monkeypatch.setattr(sys, "stdin", None)
    assert refused(run, "-") == "stdin: cannot read: there is no standard input"
    assert refused(run, "-", "o") == "-: the standard input is checked alone; leave out the other files"


def test_one_file_is_written_to_a_folder(run: Run) -> None:
    save(sub__a_md="wrong: x")
    code, out, err = run("sub/a.md", "--out", "o", "--format", "html")
    assert (code, out, err) == (1, "sub/a.md: 1 formula: 1 wrong\nwrote o/a.md.check.html\n", "")
    assert Path("o/a.md.check.html").read_text("utf-8").startswith("<!DOCTYPE html>")


# -- bad input


BAD = {
    "missing": (["b.md"], "b.md: cannot read: No such file or directory"),
    "missing among others": (["a.md", "b.md"], "b.md: cannot read: No such file or directory"),
    "no name": ([""], "'' is no name of a file"),
    "zero": (["a\0"], "'a\\x00' is no name of a file"),
    "no file": ([], "Missing argument 'FILE...'."),
    "Latin-1": (["latin.md"], "latin.md: not UTF-8: byte 0xe9 at 3; save it as UTF-8"),
    "large": (["large.md"], "large.md: larger than 10 MB; check its parts one by one"),
    "refused": (["refuse.md"], "refuse.md: no such system"),
    "empty folder": (["empty"], "empty: no .md, .tex, .ipynb, .txt file in this folder"),
    "format": (["a.md", "--format", "htm"], "--format: unknown format 'htm'; did you mean 'html'?"),
    "layout": (["a.md", "--layout", "numer"], "--layout: unknown layout 'numer'; did you mean 'numerator'?"),
    "notation": (
        ["a.md", "--notation", "standart"],
        "--notation: unknown notation 'standart'; did you mean 'standard'?",
    ),
    "batch": (["a.md", "--batch", "column"], "--batch: unknown batch 'column'; did you mean 'columns'?"),
    "system": (["a.md", "--system", "regresion"], "unknown system 'regresion'; did you mean 'regression'?"),
    "loss": (["a.md", "--loss", "squared_error"], "--loss: belongs to a formula; a spec says its own"),
    "jobs": (["a.md", "--jobs", "0"], "--jobs: 0 processes check nothing; choose 1 or more"),
    "out": (["a.md", "--out", ""], "--out: the name of the folder is empty; name one, or . for the current folder"),
    "out among derivations": (["sub", "--out", "sub"], "--out: sub holds the derivations; name another folder"),
    "out is a file": (["a.md", "--out", "a.md"], "a.md: cannot write: File exists; choose another folder with --out"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_in_one_line(run: Run, name: str) -> None:
    save(a_md="right: x", latin_md=b"caf\xe9", large_md=b"x" * (LARGEST + 1), refuse_md="refuse", sub__a_md="")
    Path("empty").mkdir()
    arguments, message = BAD[name]
    assert refused(run, *arguments).startswith(message)


def test_a_file_that_may_not_be_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    save(a_md="")

    def closed(*args: Any, **options: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", closed)
    assert refused(run, "a.md") == "a.md: cannot read: Permission denied"


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbfx")
    assert read(Source("a.md", tmp_path / "a.md")) == "x"


# -- folders

FOLDER: dict[str, str | bytes] = {
    "hw__b_tex": "right: x\nwrong: y",
    "hw__a_md": "right: x",
    "hw__sub__c_txt": "does not fit: z",
    "hw__D_IPYNB": "",
    "hw__note_pdf": "wrong: not looked at",
    "hw__.hidden__x_md": "wrong: not looked at",
}
BROKEN: dict[str, str | bytes] = {
    "hw__latin_md": b"\xff",
    "hw__crash_md": "crash",
    "hw__refuse_md": "refuse",
}
REASONS = {
    "crash.md": "internal error: RecursionError: too deep",
    "latin.md": "not UTF-8: byte 0xff at 0; save it as UTF-8",
    "refuse.md": "no such system",
}


def test_a_folder_is_checked_in_the_order_of_its_names(run: Run) -> None:
    save(**FOLDER)
    code, out, err = run("hw", "--format", "json")
    assert (code, err) == (1, "")
    found = json.loads(out)
    assert list(found) == ["files", "failed"]
    assert [(report["file"], len(report["claims"])) for report in found["files"]] == [
        ("D.IPYNB", 0),
        ("a.md", 1),
        ("b.tex", 2),
        ("sub/c.txt", 1),
    ]
    assert found["failed"] == []


def test_a_folder_in_order(run: Run) -> None:
    save(hw__a_md="right: x", hw__b_md="unreadable: y")
    code, out, _ = run("hw")
    assert code == 0
    assert out.endswith("2 files; 2 formulas: 1 right, 1 unreadable\n")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_broken_file_does_not_stop_the_rest(run: Run, jobs: int) -> None:
    save(hw__a_md="right: x", hw__z_md="right: x", **BROKEN)
    code, out, err = run("hw", "--format", "json", "--jobs", str(jobs))
    assert (code, err) == (1, "")
    found = json.loads(out)
    assert [report["file"] for report in found["files"]] == ["a.md", "z.md"]
    assert {failed["file"]: failed["reason"] for failed in found["failed"]} == REASONS


def test_processes_change_nothing(run: Run) -> None:
    save(**FOLDER, **BROKEN)
    options = ["--system", "regression", "--layout", "numerator"]
    assert run("hw", "--jobs", "2", *options) == run("hw", *options)


def test_a_process_that_dies_takes_no_other_file_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    save(hw__a_md="right: x", hw__b_md="die", hw__c_md="right: y")
    with tasks(sources_in(["hw"]).files, partial(check, layout="numerator"), jobs=2) as begun:
        found = Checked(tuple(task() for task in begun))
    assert [report.file for report in found.reports] == ["a.md", "c.md"]
    assert found.failed == (Failed("b.md", "the process that checked it was ended; is there enough memory?"),)
    assert not found.in_order


def test_several_files_get_a_summary(run: Run) -> None:
    save(**FOLDER)
    found = json.loads(run("hw/b.tex", "hw/a.md", "hw/sub", "./hw/a.md", "--format", "json").out)
    assert [report["file"] for report in found["files"]] == ["a.md", "b.tex", "sub/c.txt"]


@pytest.mark.parametrize(
    ("format", "suffix"), [("text", "txt"), ("markdown", "md"), ("json", "json"), ("html", "html")]
)
def test_a_folder_is_written_to_a_folder(run: Run, format: str, suffix: str) -> None:
    save(**FOLDER, **BROKEN)
    code, out, err = run("hw", "--out", "hw/reports", "--format", format)
    assert (code, err) == (1, "")
    assert "b.tex" in out
    assert out.endswith("wrote hw/reports\n")
    reports = ["D.IPYNB", "a.md", "b.tex", "sub/c.txt"]
    written = sorted(path.as_posix() for path in Path("hw/reports").rglob("*") if path.is_file())
    assert written == [*sorted(f"hw/reports/{name}.check.{suffix}" for name in reports), f"hw/reports/summary.{suffix}"]
    again = {path: Path(path).read_text("utf-8") for path in written}
    assert run("hw", "--out", "hw/reports", "--format", format).out == out, "reports are no derivations"
    assert {path: Path(path).read_text("utf-8") for path in written} == again


def test_nothing_is_written_where_one_file_cannot_be(run: Run) -> None:
    save(hw__a_md="right: x", hw__b_md="right: x")
    Path("o/summary.txt").mkdir(parents=True)
    assert refused(run, "hw", "--out", "o").startswith("o/summary.txt: cannot write: is a folder")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_pipes_and_links_in_a_folder(run: Run) -> None:
    save(hw__a_md="right: x")
    os.mkfifo("hw/pipe.md")
    Path("hw/gone.md").symlink_to("nowhere")
    Path("hw/loop").symlink_to("../hw")
    found = json.loads(run("hw", "--format", "json").out)
    assert [report["file"] for report in found["files"]] == ["a.md"]
    assert found["failed"] == [{"file": "gone.md", "reason": "cannot read: No such file or directory"}]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text")
def test_a_name_of_any_bytes(run: Run) -> None:
    Path("hw").mkdir()
    Path("hw", os.fsdecode(b"\xff\x1b\n.md")).write_text("right: x")
    for format in REPORT_FORMATS:
        assert run("hw", "--format", format, "--out", f"o/{format}").code == 0
        out = run("hw", "--format", format).out
        assert "\x1b" not in out


# -- the library


def test_results_are_stable_types() -> None:
    assert (symbolic.Report, symbolic.Judged) == (Report, Judged)
    report = check("right: x\nwrong: y", system=load_spec("regression"))
    assert pickle.loads(pickle.dumps(report)) == report
    assert {"check", "Report", "Judged"} <= set(symbolic.__all__)


def test_specs_travel_to_processes() -> None:
    spec = load_spec("regression")
    assert pickle.loads(pickle.dumps(partial(check, system=spec))).keywords == {"system": spec}


# -- as a process


BEFORE_SYMPY = [
    ["--help"],
    ["nope.md"],
    ["a.md", "--format", "nope"],
    ["a.md", "--jobs", "0"],
    ["a.md", "--system", "nope"],
    ["--no"],
]


@pytest.mark.parametrize("arguments", BEFORE_SYMPY, ids=" ".join)
def test_what_needs_no_judging_needs_no_sympy(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.md").write_text("")
    script = (
        "import sys; from symbolic.__main__ import main; main(['check', *sys.argv[1:]]);"
        "sys.exit(str({'sympy', 'numpy', 'lark', 'latex2mathml', 'rich.table'} & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stderr.splitlines()[-1] == "set()"
