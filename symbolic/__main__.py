"""The door: `python -m symbolic`. Commands only; what is heavy is imported when a command needs it."""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer
from click import ClickException

from symbolic.errors import SymbolicError, checked
from symbolic.notation.profile import profiles
from symbolic.reading.kinds import formulas_among
from symbolic.request import Request, folder_named, forms_named, sources
from symbolic.terminal import complain, draw_list, draw_table, progress, report

if TYPE_CHECKING:
    from symbolic.api import Result
    from symbolic.checking.folder import Checked
    from symbolic.checking.request import CheckRequest
    from symbolic.checking.results import Report
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
    typer.Argument(
        help="Names from `list`, paths to TOML specs, or formulas like 'W2 relu(W1 x + b1) + b2'; every system of the "
        "catalogue if none is named."
    ),
]
Loss = Annotated[str | None, typer.Option(help="The loss of a formula; without one, its output is differentiated.")]
Reduction = Annotated[str | None, typer.Option(help="sum, half or mean: the loss of a formula over its outputs.")]
Weights = Annotated[str | None, typer.Option(help="out_in or in_out: the shape of W in a formula.")]


@app.command("list")
def list_tables() -> None:
    """Say which systems, activations, losses and notations there are."""

    from symbolic.networks import tables

    sections: dict[str, Iterable[tuple[str, str]]] = {
        "Systems": [(name, spec["title"]) for name, spec in tables.catalog().items()],
        "Activations": [(row.name, row.shown) for row in tables.activations().values()],
        "Losses": [(row.name, f"{row.title}: {row.definition}") for row in tables.losses().values()],
        "Notations": [(profile.name, profile.title) for profile in profiles().values()],
    }
    for title, rows in sections.items():
        draw_list(title, rows)


@app.command()
def derive(
    systems: Systems = None,
    loss: Loss = None,
    reduction: Reduction = None,
    weights: Weights = None,
    form: Annotated[
        list[str] | None, typer.Option(help="recurrence, closed, chain, entries or all; may be repeated.")
    ] = None,
    layout: Annotated[str | None, typer.Option(help="denominator (shaped like the parameter) or numerator.")] = None,
    notation: Annotated[str | None, typer.Option(help="How an author writes: a name from `list`.")] = None,
    batch: Annotated[str | None, typer.Option(help="single (one sample), columns or rows (N samples in them).")] = None,
    depth: Annotated[int | None, typer.Option(help="A number of layers, where the spec has a depth.")] = None,
    wrt: Annotated[
        list[str] | None, typer.Option(help="Differentiate by this: W1, x, y, or a value like a1; may be repeated.")
    ] = None,
    of: Annotated[str | None, typer.Option(help="Differentiate this: loss, output, or a value like a1.")] = None,
    format: Annotated[str | None, typer.Option(help="text, latex, markdown or json: print only that.")] = None,
    out: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="The folder to write to; generated/ if not said.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 with a diff where a file is not current.")
    ] = False,
) -> None:
    """Derive gradients: print their tables, write NumPy modules and LaTeX.

    Plain, it writes generated/SYSTEM.py, generated/tables/SYSTEM.tex and, for all systems, generated/tables/all.tex.
    With a form, layout, notation, batch or depth of its own it only prints, unless --out names a folder.
    """
    asked = (loss, reduction, weights, tuple(wrt or ()), of)
    request = Request(forms_named(form), layout, notation, batch, depth, format, folder_named(out), *asked)
    if check and (format or not request.plain):
        raise SymbolicError("--check: compares the files of a plain derive; leave out every option but --out")
    names = sources(systems)
    results = derived(names, request)
    if format:
        deliver(names, results, request)
        return
    if not request.plain and out is None:
        show(results, request)
        typer.echo("Nothing written: name a folder with --out to keep tables and code with these options.", err=True)
        return
    files = artifacts(names, results, request, whole=not systems or out is not None)
    if check:
        compare(files, systems, request.out)
        return
    from symbolic.files import write_all

    write_all(files)
    show(results, request)
    report(files)


def derived(names: Sequence[str], request: Request) -> list[Result]:
    """The derivations asked for, with a progress bar on the standard error while they take long.

    All specs are read before SymPy is loaded, so that a wrong one is refused at once.
    """
    from symbolic.networks.tables import catalog

    specs: list[Spec] = []
    for name, given in zip(names, specs_of(names, request.loss, request.reduction, request.weights), strict=True):
        spec = with_depth(given, request.depth)
        taken = {other.name for other in specs} | {WHOLE} | (catalog().keys() - {name})
        if spec.name in taken:
            raise SymbolicError(f"{name}: name: {spec.name!r} is taken; give this system a name of its own")
        if spec.notation is not None:
            checked("notation", spec.notation, profiles(), place=f"{name}: notation")
        specs.append(spec)
    from symbolic.api import derive as derive_one

    results = [derive_one(spec, batch=request.batch) for spec in progress(specs, "Deriving")]
    for result in results:
        for name in request.targets:
            result.target(name)
    return results


def specs_of(names: Sequence[str], loss: str | None, reduction: str | None, weights: str | None) -> list[Spec]:
    """The specs of names, files and formulas; says what a formula's own names are called, on the standard error."""
    options = {"loss": loss, "reduction": reduction, "weights": weights}
    formulas = formulas_among(names, options)
    if not formulas:
        from symbolic.networks.spec import load_spec

        return [load_spec(name) for name in names]
    from symbolic.reading.sources import read_sources

    found = read_sources(names, formulas, options)
    for source in found:
        if source.names:
            said = ", ".join(f"{theirs} is {ours}" for theirs, ours in source.names.items())
            typer.echo(f"{source.spec.name}: {said}", err=True)
    return [source.spec for source in found]


def with_depth(spec: Spec, depth: int | None) -> Spec:
    """The spec, its depth set to a number where one is given."""
    from symbolic.networks.spec import make_spec

    if depth is None:
        return spec
    if spec.depth is None:
        raise SymbolicError(f"--depth: {spec.name} has no depth; its layers are listed one by one")
    return make_spec({**spec.model_dump(exclude_unset=True), "depth": depth}, place=f"--depth: {spec.name}")


def deliver(names: Sequence[str], results: Sequence[Result], request: Request) -> None:
    """Print the results in one format, or write one file for each to a folder."""
    from symbolic.api import view_of
    from symbolic.derivation import FORMS
    from symbolic.files import write_all
    from symbolic.render.formats import format_named

    assert request.format is not None
    chosen = format_named(request.format)
    options: dict[str, Any] = {"notation": request.notation, "layout": request.layout, "markup": chosen.markup}
    options["wrt"] = request.targets
    views = [view_of(result, forms=request.forms, unasked=FORMS, **options) for result in results]
    commands = [request.command(name) for name in names]
    if request.out is None:
        typer.echo(chosen.render(views, commands), nl=False)
        return
    files = {
        request.out / f"{view.derivation.spec.name}.{chosen.suffix}": chosen.render([view], [command])
        for view, command in zip(views, commands, strict=True)
    }
    write_all(files)
    report(files)


def artifacts(names: Sequence[str], results: Sequence[Result], request: Request, *, whole: bool) -> dict[Path, str]:
    """Every file that results make: a NumPy module and a LaTeX fragment each and, if `whole`, a document of all.

    Each says the command that writes it again.
    """
    from codegen import generate_module
    from symbolic.api import view_of
    from symbolic.derivation import FORMS
    from symbolic.networks.tables import catalog
    from symbolic.render.latex import to_document, to_fragment

    files: dict[Path, str] = {}
    folder = request.out or DEFAULT_FOLDER
    for source, result in progress(list(zip(names, results, strict=True)), "Printing"):
        name, command = result.spec.name, request.command(source)
        view = view_of(
            result,
            notation=request.notation,
            layout=request.layout,
            forms=request.forms,
            unasked=FORMS,
            wrt=request.targets,
        )
        files[folder / f"{name}.py"] = generate_module(result.spec, command)
        files[folder / "tables" / f"{name}.tex"] = to_fragment(view, command)
    if whole:
        asked = () if list(names) == list(catalog()) else names
        fragments = [result.spec.name for result in results]
        files[folder / "tables" / f"{WHOLE}.tex"] = to_document(fragments, request.command(*asked))
    return files


def show(results: Sequence[Result], request: Request) -> None:
    """Print the tables for a person at a terminal."""
    from rich.console import Console

    from symbolic.api import view_of
    from symbolic.render.text import renderable

    console = Console(highlight=False)
    for result in results:
        options: dict[str, Any] = {"notation": request.notation, "layout": request.layout, "wrt": request.targets}
        view = view_of(result, forms=request.forms, markup="text", **options)
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


@app.command("show")
def show_spec(
    system: Annotated[str, typer.Argument(help="A name from `list`, a path to a TOML spec, or a formula.")],
    loss: Loss = None,
    reduction: Reduction = None,
    weights: Weights = None,
) -> None:
    """Print the spec of a system as TOML, to keep in a file or to start from."""
    from symbolic.networks.toml import to_toml

    typer.echo(to_toml(specs_of([system], loss, reduction, weights)[0]), nl=False)


@app.command()
def verify(systems: Systems = None, loss: Loss = None, reduction: Reduction = None, weights: Weights = None) -> None:
    """Prove every rule, activation and system, and show that mutated formulas are refused; exit 1 if one fails."""
    specs = specs_of(sources(systems), loss, reduction, weights)
    from symbolic.proof.report import obligations

    found = obligations(specs)
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


@app.command("check")
def check_derivations(
    files: Annotated[list[str], typer.Argument(metavar="FILE...")],
    system: Annotated[
        str | None,
        typer.Option(help="A name from `list`, a TOML spec or a formula; the file says or shows it if this does not."),
    ] = None,
    loss: Loss = None,
    reduction: Reduction = None,
    weights: Weights = None,
    notation: Annotated[str | None, typer.Option(help="How the author writes: a name from `list`.")] = None,
    layout: Annotated[str | None, typer.Option(help="denominator (shaped like the parameter) or numerator.")] = None,
    batch: Annotated[str | None, typer.Option(help="single (one sample), columns or rows (N samples in them).")] = None,
    format: Annotated[str, typer.Option(help="text, markdown, json or html.")] = "text",
    out: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="Write a report for each file, and a summary, to this folder.")
    ] = None,
    jobs: Annotated[int, typer.Option(help="How many processes check the files.")] = 1,
) -> None:
    """Judge derivations made by hand: which formulas are right, which are wrong, and how to mend them.

    FILE is Markdown, LaTeX, a notebook or text, a folder of them, or - for the standard input.

    Exits with 0 when nothing is wrong and 1 when something is. Of a folder, or of several files, a file that cannot be
    checked is shown with the reason, and counts as wrong; a single one is bad input, which exits with 2.
    """
    from symbolic.checking.folder import Checked, tasks
    from symbolic.checking.request import CheckRequest
    from symbolic.checking.sources import read, sources_in

    request = CheckRequest(layout, notation, batch, format, folder_named(out), jobs)
    sources = sources_in(files, request.out)
    alone = None if sources.together else read(sources.files[0])
    specs = specs_of([] if system is None else [system], loss, reduction, weights)
    from symbolic.checking.check import check

    judge: Callable[..., Report] = partial(check, system=specs[0] if specs else None, **request.conventions)
    if alone is not None:
        tell(judge(alone, file=sources.files[0].name), request)
        return
    with tasks(sources.files, judge, request.jobs) as begun:
        tell(Checked(tuple(task() for task in progress(begun, "Checking"))), request)


def tell(found: Report | Checked, request: CheckRequest) -> None:
    """Print what a check found, or write it to a folder and print a summary; exit 1 where something is wrong."""
    from rich.console import Console

    from symbolic.checking.report import rendered, report_files, summary
    from symbolic.checking.report_text import drawn
    from symbolic.files import write_all

    console = Console(highlight=False)
    if request.out is not None:
        files = report_files(found, request.format, request.out)
        write_all(files)
        typer.echo(summary(found), nl=False)
        report(files if len(files) == 1 else [request.out])
    elif request.format == "text" and console.is_terminal:
        console.print(drawn(found))
    else:
        typer.echo(rendered(found, request.format), nl=False)
    if not found.in_order:
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
