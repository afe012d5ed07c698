"""Writing and checking files: all or nothing, beside and then renamed, and a diff that says what differs."""

from __future__ import annotations

import contextlib
import difflib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from symbolic.errors import SymbolicError


class UnwritableError(SymbolicError):
    """A folder or a file that cannot be written."""


def write_all(files: Mapping[Path, str]) -> None:
    """Write every file, or none: first all beside their places, then each renamed into it.

    Raises UnwritableError, naming the path, where a folder cannot be made or a file not written.
    """
    staged: list[tuple[str, Path]] = []
    place = Path()
    try:
        for path, text in files.items():
            place = path.parent
            place.mkdir(parents=True, exist_ok=True)
            place = path
            if path.is_dir():
                raise IsADirectoryError(21, "is a folder", str(path))
            handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            staged.append((beside, path))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            os.chmod(beside, 0o666 & ~_umask())
        while staged:
            beside, place = staged[0]
            os.replace(beside, place)
            staged.pop(0)
    except OSError as error:
        reason = error.strerror or error
        raise UnwritableError(f"{place}: cannot write: {reason}; choose another folder with --out") from None
    finally:
        for beside, _ in staged:
            with contextlib.suppress(OSError):
                os.unlink(beside)


def difference(files: Mapping[Path, str]) -> str:
    """A unified diff from the files as they are to what they should be; one line for a file that is missing."""
    found: list[str] = []
    for path, wanted in files.items():
        if not path.exists():
            found.append(f"{path}: missing\n")
            continue
        try:
            present = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            present = ""
        if present != wanted:
            lines = (present.splitlines(keepends=True), wanted.splitlines(keepends=True))
            found += difflib.unified_diff(*lines, fromfile=str(path), tofile=f"{path} (made again)")
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in found)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
