"""Many derivations checked one by one or by several processes; one that fails does not stop the rest."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from symbolic.checking.results import Report
from symbolic.checking.sources import Source, read
from symbolic.errors import SymbolicError

MOST_JOBS = 61
"""Processes that one pool may have on every platform."""


class Judge(Protocol):
    """`symbolic.check` with its options given; a function of a module, or a partial of one, to hand to processes."""

    def __call__(self, text: str, *, file: str) -> Report: ...


@dataclass(frozen=True)
class Failed:
    """A file that could not be checked, and why."""

    file: str
    reason: str


Outcome = Report | Failed


@dataclass(frozen=True)
class Checked:
    """What became of the files of a folder, in the order of their names."""

    outcomes: tuple[Outcome, ...]

    @property
    def reports(self) -> tuple[Report, ...]:
        """The files that could be checked."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Report))

    @property
    def failed(self) -> tuple[Failed, ...]:
        """The files that could not."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Failed))

    @property
    def in_order(self) -> bool:
        """Whether nothing is wrong in any file. One that could not be checked is not in order: nobody looked at it."""
        return not self.failed and all(report.in_order for report in self.reports)

    def to_dict(self) -> dict[str, Any]:
        """What `--format json` prints for a folder, as a dictionary."""
        return {
            "files": [report.to_dict() for report in self.reports],
            "failed": [{"file": failed.file, "reason": failed.reason} for failed in self.failed],
        }


Task = Callable[[], Outcome]


@contextmanager
def tasks(sources: Sequence[Source], judge: Judge, jobs: int = 1) -> Iterator[list[Task]]:
    """One task for each file; called in their order, they give the outcomes. `jobs` processes work ahead of the calls.

    Processes are spawned, not forked, so that it is the same everywhere; leaving the context cancels what is left.
    """
    if min(jobs, len(sources)) == 1:
        yield [partial(outcome, source, judge) for source in sources]
        return
    pool = _pool(min(jobs, len(sources), MOST_JOBS))
    try:
        begun = [(source, _begun(pool, source, judge)) for source in sources]
        yield [partial(_awaited, source, judge, future) for source, future in begun]
    finally:
        pool.shutdown(cancel_futures=True)


def outcome(source: Source, judge: Judge) -> Outcome:
    """The report of a file, or why there is none. A defect of ours is a reason, too: the other files go on."""
    try:
        return judge(read(source), file=source.name)
    except SymbolicError as error:
        return Failed(source.name, str(error).removeprefix(f"{source.name}: "))
    except Exception as error:
        return Failed(source.name, f"internal error: {type(error).__name__}: {error}")


def _pool(processes: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_leave_interrupts_to_the_parent)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _begun(pool: ProcessPoolExecutor, source: Source, judge: Judge) -> Future[Outcome] | None:
    try:
        return pool.submit(outcome, source, judge)
    except BrokenProcessPool:
        return None


def _awaited(source: Source, judge: Judge, future: Future[Outcome] | None) -> Outcome:
    """What a process found. One that dies takes its pool along, so each file of that pool is tried alone again."""
    if future is not None:
        try:
            return future.result()
        except BrokenProcessPool:
            pass
    with _pool(1) as alone:
        try:
            return alone.submit(outcome, source, judge).result()
        except BrokenProcessPool:
            return Failed(source.name, "the process that checked it was ended; is there enough memory?")
