"""Writing all or nothing, and telling what differs."""

from __future__ import annotations

import builtins
import errno
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from symbolic import files
from symbolic.files import UnwritableError, difference, write_all

OLD, NEW = "old\n", "new, and with ∂C/∂W in it\n"


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder, hidden ones too."""
    return {str(p.relative_to(folder)): p.read_bytes().decode() for p in sorted(folder.rglob("*")) if p.is_file()}


def three(folder: Path, text: str) -> dict[Path, str]:
    return {folder / name: text for name in ("a.py", "tables/a.tex", "tables/all.tex")}


def named(folder: Path, written: Mapping[Path, str]) -> dict[str, str]:
    return {str(path.relative_to(folder)): text for path, text in written.items()}


def test_folders_are_made_and_texts_written_as_they_are(tmp_path: Path) -> None:
    wanted = {tmp_path / "a/b/c.txt": "σ′(z)\n", tmp_path / "d.txt": "", tmp_path / "e.txt": "x\r\ny"}
    write_all(wanted)
    assert contents(tmp_path) == named(tmp_path, wanted)


def test_nothing_to_write(tmp_path: Path) -> None:
    write_all({})
    assert contents(tmp_path) == {}


def test_files_are_replaced(tmp_path: Path) -> None:
    write_all(three(tmp_path, OLD))
    write_all(three(tmp_path, NEW))
    assert contents(tmp_path) == named(tmp_path, three(tmp_path, NEW))


def test_files_can_be_read_as_the_umask_says(tmp_path: Path) -> None:
    """A file made by `mkstemp` is for its owner's eyes only; a generated module is not."""
    before = os.umask(0o027)
    try:
        write_all({tmp_path / "a.py": NEW})
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.py").stat().st_mode) == 0o640


FAILURES = {
    "no room": OSError(errno.ENOSPC, "No space left on device"),
    "nameless": OSError("the disk said no"),
    "forbidden": PermissionError(errno.EACCES, "Permission denied", "some temporary name"),
}


def fail(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, at_call: int, error: BaseException) -> None:
    """The call number `at_call` of a function raises an error; the others do what they should."""
    real, count = getattr(owner, name), 0

    def failing(*args: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count == at_call:
            raise error
        return real(*args, **options)

    monkeypatch.setattr(owner, name, failing)


BEFORE_ANY_RENAME = [(tempfile, "mkstemp"), (os, "fdopen"), (os, "chmod")]


@pytest.mark.parametrize("error", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("at_call", [1, 2, 3])
@pytest.mark.parametrize(("owner", "name"), BEFORE_ANY_RENAME, ids=[name for _, name in BEFORE_ANY_RENAME])
def test_a_failure_while_staging_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, at_call: int, error: OSError
) -> None:
    write_all(three(tmp_path, OLD))
    fail(monkeypatch, owner, name, at_call, error)
    with pytest.raises(UnwritableError) as raised:
        write_all(three(tmp_path, NEW))
    assert contents(tmp_path) == named(tmp_path, three(tmp_path, OLD))
    place = list(three(tmp_path, NEW))[at_call - 1]
    reason = error.strerror or "the disk said no"
    assert str(raised.value) == f"{place}: cannot write: {reason}; choose another folder with --out"


def test_a_full_disk_in_the_middle_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the text is on the disk when the other half does not fit: the half must not be seen by anyone."""
    write_all(three(tmp_path, OLD))
    real = os.fdopen

    def full(*args: Any, **options: Any) -> Any:
        opened = real(*args, **options)
        write = opened.write

        def half(text: str) -> int:
            write(text[: len(text) // 2])
            opened.flush()
            raise FAILURES["no room"]

        opened.write = half
        return opened

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(UnwritableError, match="No space left on device"):
        write_all(three(tmp_path, NEW))
    assert contents(tmp_path) == named(tmp_path, three(tmp_path, OLD))


@pytest.mark.parametrize("at_call", [1, 2, 3])
def test_a_failure_while_renaming_leaves_old_or_new_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_call: int
) -> None:
    write_all(three(tmp_path, OLD))
    fail(monkeypatch, os, "replace", at_call, FAILURES["no room"])
    with pytest.raises(UnwritableError):
        write_all(three(tmp_path, NEW))
    texts = list(contents(tmp_path).values())
    assert texts == [NEW] * (at_call - 1) + [OLD] * (4 - at_call)


@pytest.mark.parametrize("name", ["chmod", "replace"])
def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    fail(monkeypatch, os, name, 1, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        write_all(three(tmp_path, NEW))
    assert contents(tmp_path) == {}


def test_a_text_that_cannot_be_encoded_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_all({tmp_path / "a.py": NEW, tmp_path / "b.py": "\ud800"})
    assert contents(tmp_path) == {}


def test_a_file_that_is_missing_is_named_and_not_shown(tmp_path: Path) -> None:
    assert difference({tmp_path / "a.txt": "right\n" * 100}) == f"{tmp_path / 'a.txt'}: missing\n"


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "tables" / "a.tex").mkdir(parents=True)
    with pytest.raises(UnwritableError, match=r"tables/a\.tex: cannot write: is a folder"):
        write_all(three(tmp_path, NEW))
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("below", ["", "deeper/"])
def test_a_file_in_the_place_of_a_folder(tmp_path: Path, below: str) -> None:
    (tmp_path / "out").write_text(OLD)
    with pytest.raises(UnwritableError, match=r"/out(/deeper)?: cannot write: (File exists|Not a directory)"):
        write_all({tmp_path / f"out/{below}a.py": NEW})
    assert contents(tmp_path) == {"out": OLD}


# -- differences


def test_files_that_agree_do_not_differ(tmp_path: Path) -> None:
    write_all(three(tmp_path, NEW))
    assert difference(three(tmp_path, NEW)) == ""


def test_a_changed_line_is_shown_as_a_unified_diff(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one\ntwo\nthree\n")
    assert difference({path: "one\n2\nthree\n"}) == (
        f"--- {path}\n+++ {path} (made again)\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"
    )


def test_every_file_is_compared(tmp_path: Path) -> None:
    write_all(three(tmp_path, OLD))
    shown = difference(three(tmp_path, NEW))
    assert [line for line in shown.splitlines() if line.startswith("---")] == [
        f"--- {path}" for path in three(tmp_path, NEW)
    ]


@pytest.mark.parametrize(
    ("present", "shown"),
    [
        (b"", "@@ -0,0 +1 @@\n+right\n"),
        (b"\xff\xfe", "@@ -0,0 +1 @@\n+right\n"),
        (b"right", "@@ -1 +1 @@\n-right\n\\ No newline at end of file\n+right\n"),
        (b"right\r\n", "@@ -1 +1 @@\n-right\r\n+right\n"),
    ],
    ids=["empty", "not UTF-8", "cut off", "other line ends"],
)
def test_what_is_not_the_same_byte_for_byte_differs(tmp_path: Path, present: bytes, shown: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(present)
    assert difference({path: "right\n"}).partition("(made again)\n")[2] == shown


def test_a_folder_in_the_place_of_a_file_differs(tmp_path: Path) -> None:
    assert difference({tmp_path: "right\n"}).endswith("+right\n")


def test_difference_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **options: Any) -> Any:
        raise AssertionError(f"opened for writing: {args}")

    for owner, name in ((files, "write_all"), (tempfile, "mkstemp"), (os, "replace"), (builtins, "open")):
        monkeypatch.setattr(owner, name, refuse)
    assert difference({tmp_path / "a/b.txt": NEW})
    assert list(tmp_path.iterdir()) == []
