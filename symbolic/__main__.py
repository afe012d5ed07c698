"""The door: `python -m symbolic`. Commands only; what is heavy is imported when a command needs it."""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer
from click import ClickException

from symbolic.errors import SymbolicError, unknown
from symbolic.terminal import complain, draw_list, draw_table, progress, report

if TYPE_CHECKING:
    from symbolic.api import Result
    from symbolic.networks.spec import Spec

USAGE_ERROR = 2
DEFAULT_FOLDER = Path("generated")
WHOLE = "all"
"""The document of all systems, which no system may be called."""

LONGEST_MESSAGE = 1_000

app = typer.Typer(
    name="symbolic",
    help="From a neural network to gradient formulas you can cite and code you can trust.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    suggest_commands=False,
)

Systems = Annotated[
    list[str] | None,
    typer.Argument(help="Names from `list`, or paths to TOML specs; every system of the catalogue if none is named."),
]


@app.command("list")
def list_tables() -> None:
    """Say which systems, activations, losses and notations there are."""

    from symbolic.networks import tables
    from symbolic.notation.profile import profiles

    sections: dict[str, Iterable[tuple[str, str]]] = {
        "Systems": [(name, spec["title"]) for name, spec in tables.catalog().items()],
        "Activations": [(row.name, row.definition or "undefined σ") for row in tables.activations().values()],
        "Losses": [(row.name, f"{row.title}: {row.definition}") for row in tables.losses().values()],
        "Notations": [(profile.name, profile.title) for profile in profiles().values()],
    }
    for title, rows in sections.items():
        draw_list(title, rows)


@dataclass(frozen=True)
class Request:
    """What `derive` was asked for beside the systems; None where the spec decides."""

    forms: tuple[Any, ...]
    layout: Any
    notation: str | None
    batch: Any
    depth: int | None

    @property
    def plain(self) -> bool:
        """Whether nothing but the specs' own conventions is asked for."""
        return not self.forms and (self.layout, self.notation, self.batch, self.depth) == (None,) * 4


@app.command()
def derive(
    systems: Systems = None,
    form: Annotated[
        list[str] | None, typer.Option(help="recurrence, closed, chain, entries or all; may be repeated.")
    ] = None,
    layout: Annotated[str | None, typer.Option(help="denominator (shaped like the parameter) or numerator.")] = None,
    notation: Annotated[str | None, typer.Option(help="How an author writes: a name from `list`.")] = None,
    batch: Annotated[str | None, typer.Option(help="single (one sample) or columns (N samples in columns).")] = None,
    depth: Annotated[int | None, typer.Option(help="A number of layers, where the spec has a depth.")] = None,
    format: Annotated[str | None, typer.Option(help="text, latex, markdown or json: print only that.")] = None,
    out: Annotated[Path | None, typer.Option(help="The folder to write to; generated/ if not said.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 with a diff where a file is not current.")
    ] = False,
) -> None:
    """Derive gradients: print their tables, write NumPy modules and LaTeX.

    Plain, it writes generated/SYSTEM.py, generated/tables/SYSTEM.tex and, for all systems, generated/tables/all.tex.
    With a form, layout, notation, batch or depth of its own it only prints, unless --out names a folder.
    """
    from symbolic.derivation import BATCHES, FORMS, LAYOUTS
    from symbolic.files import write_all
    from symbolic.notation.profile import profiles
    from symbolic.render.formats import FORMATS

    forms = tuple(one_of("form", f, (*FORMS, "all")) for f in form or ())
    request = Request(
        forms=FORMS if "all" in forms else forms,
        layout=one_of("layout", layout, LAYOUTS),
        notation=one_of("notation", notation, profiles()),
        batch=one_of("batch", batch, BATCHES),
        depth=depth,
    )
    one_of("format", format, FORMATS)
    if check and (format or not request.plain):
        raise SymbolicError("--check: compares the files of a plain derive; leave out every option but --out")
    results = derived(systems, request)
    if format:
        deliver(results, request, format, out)
        return
    if not request.plain and out is None:
        show(results, request)
        typer.echo("Nothing written: name a folder with --out to keep tables and code with these options.", err=True)
        return
    files = artifacts(results, request, out or DEFAULT_FOLDER, whole=not systems or out is not None)
    if check:
        compare(files, systems, out)
        return
    show(results, request)
    write_all(files)
    report(files)


def one_of(kind: str, given: str | None, choices: Iterable[str]) -> str | None:
    """`given`, if it is nothing or one of the choices. Raises UnknownNameError with the nearest one."""
    if given is not None and given not in choices:
        raise unknown(kind, given, choices, place=f"--{kind}")
    return given


def derived(systems: Sequence[str] | None, request: Request) -> list[Result]:
    """The derivations asked for, with a progress bar on the standard error while they take long."""
    from symbolic.api import derive as derive_one
    from symbolic.networks.tables import catalog

    names = list(dict.fromkeys(systems or catalog()))
    found: list[Result] = []
    for name in progress(names, "Deriving"):
        result = derive_one(with_depth(name, request.depth), batch=request.batch)
        taken = {other.spec.name for other in found} | {WHOLE} | (catalog().keys() - {name})
        if result.spec.name in taken:
            raise SymbolicError(f"{name}: name: {result.spec.name!r} is taken; give this system a name of its own")
        found.append(result)
    return found


def with_depth(name: str, depth: int | None) -> Spec:
    """The spec called `name`, its depth set to a number where one is given."""
    from symbolic.networks.spec import load_spec, make_spec

    spec = load_spec(name)
    if depth is None:
        return spec
    if spec.depth is None:
        raise SymbolicError(f"--depth: {spec.name} has no depth; its layers are listed one by one")
    return make_spec({**spec.model_dump(exclude_unset=True), "depth": depth}, place=f"--depth: {spec.name}")


def deliver(results: Sequence[Result], request: Request, format: str, out: Path | None) -> None:
    """Print the results in one format, or write one file for each to a folder."""
    from symbolic.api import view_of
    from symbolic.derivation import FORMS
    from symbolic.files import write_all
    from symbolic.render.formats import format_named

    chosen = format_named(format)
    options: dict[str, Any] = {"notation": request.notation, "layout": request.layout, "markup": chosen.markup}
    views = [view_of(result, forms=request.forms, unasked=FORMS, **options) for result in results]
    if out is None:
        typer.echo(chosen.render(views), nl=False)
        return
    files = {out / f"{view.derivation.spec.name}.{chosen.suffix}": chosen.render([view]) for view in views}
    write_all(files)
    report(files)


def artifacts(results: Sequence[Result], request: Request, folder: Path, *, whole: bool) -> dict[Path, str]:
    """Every file that results make: a NumPy module and a LaTeX fragment each and, if `whole`, a document of all."""
    from codegen import generate_module
    from symbolic.api import view_of
    from symbolic.derivation import FORMS
    from symbolic.render.formats import COMMAND
    from symbolic.render.latex import to_document, to_fragment

    files: dict[Path, str] = {}
    for result in progress(results, "Printing"):
        name = result.spec.name
        view = view_of(result, notation=request.notation, layout=request.layout, forms=request.forms, unasked=FORMS)
        files[folder / f"{name}.py"] = generate_module(result.spec)
        files[folder / "tables" / f"{name}.tex"] = to_fragment(view, f"{COMMAND} {name}")
    if whole:
        files[folder / "tables" / f"{WHOLE}.tex"] = to_document([result.spec.name for result in results], COMMAND)
    return files


def show(results: Sequence[Result], request: Request) -> None:
    """Print the tables for a person at a terminal."""
    from rich.console import Console

    from symbolic.api import view_of
    from symbolic.render.text import renderable

    console = Console(highlight=False)
    for result in results:
        view = view_of(result, notation=request.notation, layout=request.layout, forms=request.forms, markup="text")
        console.print(renderable(view))


def compare(files: dict[Path, str], systems: Sequence[str] | None, out: Path | None) -> None:
    """Exit 1 with a unified diff and the remedy where a file differs from what is derived now."""
    from symbolic.files import difference

    diff = difference(files)
    if diff:
        typer.echo(diff, nl=False)
        remedy = shlex.join([*(systems or ()), *(("--out", str(out)) if out else ())])
        typer.echo(f"Not current; run: python -m symbolic derive {remedy}".rstrip(), err=True)
        raise typer.Exit(1)
    typer.echo(f"{len(files)} files are current.")


@app.command()
def verify(systems: Systems = None) -> None:
    """Prove every rule, activation and system, and show that mutated formulas are refused; exit 1 if one fails."""
    from symbolic.networks.tables import catalog
    from symbolic.proof.report import obligations

    found = obligations(list(dict.fromkeys(systems or catalog())))
    outcomes = []
    for obligation in progress(found, "Proving"):
        started = perf_counter()
        verdict = obligation.prove()
        outcomes.append((obligation, verdict, perf_counter() - started))
    rows = [
        (o.system, o.gradient, o.method if v.holds else f"NOT PROVED: {v.detail}", str(v.mutations), f"{seconds:.2f} s")
        for o, v, seconds in outcomes
    ]
    draw_table(("System", "Gradient", "Proved by", "Mutants refused", "Time"), rows)
    proved = sum(v.holds for _, v, _ in outcomes)
    typer.echo(f"{proved} of {len(outcomes)} proved, {sum(v.mutations for _, v, _ in outcomes)} mutants refused.")
    if proved < len(outcomes):
        raise typer.Exit(1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code: 0, 1 where a check fails, 2 where the input is to blame."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app(args=list(sys.argv[1:] if arguments is None else arguments) or ["--help"], standalone_mode=False)
    except SymbolicError as error:
        return complain(str(error))
    except ClickException as error:
        return complain(error.format_message())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return complain(f"cannot write: {error.strerror or error}")
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("interrupted", err=True)
        return 130
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
