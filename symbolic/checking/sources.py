"""The files that a check was asked for: found in folders, named, and read. No SymPy here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from symbolic.errors import SymbolicError

STANDARD_INPUT = "-"
SUFFIXES = (".md", ".tex", ".ipynb", ".txt")
"""What is checked in a folder. A file that is named itself may be called anything."""

LARGEST = 10 * 2**20
"""Bytes of a file: 10 MB."""


@dataclass(frozen=True)
class Source:
    """A file to check: what reports call it, and where it is; the standard input is nowhere."""

    name: str
    path: Path | None


@dataclass(frozen=True)
class Sources:
    """The files of one check; `together` where they get a summary: a folder, or several files."""

    files: tuple[Source, ...]
    together: bool


def sources_in(asked: Sequence[str], out: Path | None = None) -> Sources:
    """The files asked for, each once; those of a folder in the order of their names, without hidden ones.

    What stands below `out`, the folder of the reports, is no derivation. A single file is called as it was asked for;
    others are called from the folder that holds them all. Raises SymbolicError where a path does not exist, a folder
    has nothing to check, or the reports would come to lie among the derivations.
    """
    if STANDARD_INPUT in asked:
        if len(asked) > 1:
            raise SymbolicError("-: the standard input is checked alone; leave out the other files")
        return Sources((Source("stdin", None),), together=False)
    found = {name: _absolute(name) for name in asked}
    folders = {path for path in found.values() if path.is_dir()}
    if len(found) == 1 and not folders:
        (name, path), *_ = found.items()
        return Sources((Source(_sayable(name), path),), together=False)
    base = Path(os.path.commonpath([path if path in folders else path.parent for path in found.values()]))
    reports = None if out is None else Path(os.path.abspath(out))
    paths: dict[Path, Path] = {}
    for name, path in found.items():
        inside = list(_inside(path, reports)) if path in folders else [path]
        if not inside:
            raise SymbolicError(f"{name}: no {', '.join(SUFFIXES)} file in this folder")
        if path == reports:
            raise SymbolicError(f"--out: {out} holds the derivations; name another folder for the reports")
        for each in inside:
            paths.setdefault(each.resolve(), each)
    files = sorted((Source(_sayable(path.relative_to(base).as_posix()), path) for path in paths.values()), key=_order)
    return Sources(tuple(files), together=True)


def read(source: Source) -> str:
    """The text of a file. Raises SymbolicError, with its name, where it is no UTF-8, too large or not to be read."""
    try:
        if source.path is None:
            data = _standard_input().read(LARGEST + 1)
        else:
            with source.path.open("rb") as file:
                data = file.read(LARGEST + 1)
    except OSError as error:
        raise SymbolicError(f"{source.name}: cannot read: {error.strerror or error}") from None
    if len(data) > LARGEST:
        raise SymbolicError(f"{source.name}: larger than {LARGEST // 2**20} MB; check its parts one by one")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SymbolicError(
            f"{source.name}: not UTF-8: byte 0x{data[error.start]:02x} at {error.start}; save it as UTF-8"
        ) from None


def _standard_input() -> BinaryIO:
    """The bytes of the standard input. Raises OSError where the program was started without one."""
    if sys.stdin is None:
        raise OSError("there is no standard input")
    return sys.stdin.buffer


def _absolute(name: str) -> Path:
    """Where a file is, symbolic links left as they are, so that it keeps its name."""
    if not name.strip() or "\0" in name:
        raise SymbolicError(f"{name!r} is no name of a file")
    path = Path(os.path.abspath(name))
    try:
        os.stat(path)
    except OSError as error:
        raise SymbolicError(f"{name}: cannot read: {error.strerror or error}") from None
    return path


def _inside(folder: Path, reports: Path | None) -> Iterable[Path]:
    """The files to check below a folder, and subfolders that cannot be read, so that reading them says why."""
    closed: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        folders[:] = [name for name in folders if name[0] != "." and Path(place, name) != reports]
        for name in names:
            path = Path(place, name)
            # A pipe would be waited for; a link that leads nowhere is worth a row.
            if name[0] != "." and path.suffix.lower() in SUFFIXES and (path.is_file() or not path.exists()):
                yield path
    yield from closed


def _order(source: Source) -> tuple[str, ...]:
    return Path(source.name).parts


def _sayable(name: str) -> str:
    """A name that UTF-8 can write; Linux lets file names hold any bytes."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
