"""`symbolic.check`: a hand derivation, formula by formula, against what is derived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from symbolic.checking.alone import are_of_one_sample, said_alone
from symbolic.checking.arguments import with_plain_names
from symbolic.checking.assignments import settled
from symbolic.checking.bare_functions import with_arguments
from symbolic.checking.biases import with_biases
from symbolic.checking.called_values import with_hypotheses, with_values
from symbolic.checking.chooser import ONE_OUTPUT, Chooser, chooser
from symbolic.checking.choosing import Choice
from symbolic.checking.claims import Claim, claims
from symbolic.checking.classes import with_classes
from symbolic.checking.depth import with_depth
from symbolic.checking.differentials import without_differentials
from symbolic.checking.document import Document, read_document
from symbolic.checking.each_sample import of_each_sample
from symbolic.checking.entries_of_capitals import with_capitals
from symbolic.checking.gaps import with_gaps
from symbolic.checking.guess import guessed
from symbolic.checking.judge import Judge
from symbolic.checking.layers_below import with_layers_below
from symbolic.checking.layers_of_units import with_layers_of_units
from symbolic.checking.likelihoods import turned_back, with_losses
from symbolic.checking.own_assumed import with_assumed
from symbolic.checking.own_choice import own_choice
from symbolic.checking.own_functions import defining, with_functions
from symbolic.checking.own_names import Equations, equations
from symbolic.checking.own_vectors import with_rows
from symbolic.checking.prefixed import with_prefixes
from symbolic.checking.results import Judged, Report
from symbolic.checking.softmax_letters import with_softmax
from symbolic.checking.stamped import with_stamps
from symbolic.checking.stated import said_functions
from symbolic.checking.undercut import undercut
from symbolic.checking.used import letters_of, used_in
from symbolic.checking.walk import names_in
from symbolic.choices import BATCHES, LAYOUTS
from symbolic.errors import SymbolicError, checked, nearest
from symbolic.networks.spec import Spec, load_spec, make_spec
from symbolic.notation.profile import profiles

OPTIONS = ("layout", "notation", "batch")


def check(
    text: str,
    *,
    system: str | Path | Spec | None = None,
    notation: str | None = None,
    layout: str | None = None,
    batch: str | None = None,
    file: str = "text",
) -> Report:
    """Judge every formula of a hand derivation.

    `text` is Markdown, LaTeX, a notebook or plain text. `system` is a name of the catalogue, a path to a TOML spec or
    a `Spec`; without one, it is what the text's front matter says, or the system that most of its formulas agree with:
    one of the catalogue, or the network that its own forward equations describe. `notation`, `layout` and `batch` are
    found out where nobody says them.

    Raises SymbolicError, with one line, for a text that is too large or broken, and for an unknown system or option.
    """
    with _naming(file):
        document = read_document(text, name=file)
    said = {"notation": notation, "layout": layout, "batch": batch}
    choices = {"notation": profiles(), "layout": LAYOUTS, "batch": BATCHES}
    notes: list[str] = []
    options: dict[str, str | None] = {}
    for name, given in said.items():
        options[name] = given if given is not None else document.front.get(name)
        chosen_by_file = options[name] if given is None else None
        if chosen_by_file is not None and _is_foreign(chosen_by_file, list(choices[name])):
            notes.append(
                f"{name}: {chosen_by_file} in the front matter is none of {', '.join(choices[name])}; left out"
            )
            options[name] = None
        if options[name] is not None:
            checked(name, options[name], choices[name], place=file)
    found = _as_meant(claims(document.fragments), text)
    found = settled(with_layers_of_units(found if options["batch"] else of_each_sample(found)))
    spec = _spec(document, system, file)
    settings = chooser(found, text, options)
    own: Choice | None = None
    defined: frozenset[int] = frozenset()
    if spec is not None:
        choices_of = dict.fromkeys(map(id, found), settings.chosen(found, spec, told=True)) if found else {}
        name = spec.name
    else:
        with _naming(file):
            choices_of = guessed(found, text, settings)
        spelled = with_rows(with_functions(found))
        own = own_choice(found, choices_of, options["layout"], spelled)
        defined = defining(found, spelled) if own is not None else frozenset()
        found = found if own is None else spelled
        choices_of = choices_of if own is None else dict.fromkeys(map(id, found), own)
        name = ", ".join(dict.fromkeys(each.setting.derivation.spec.name for each in choices_of.values()))
        whence = f"the system is guessed from the formulas: {name}" if own is None else OWN
        notes.append(f"{whence}; say --system to check against one")
    assumes_one = own is None and bool(ONE_OUTPUT.search(text))
    named = equations(found) if own is not None else Equations()
    used = used_in(found, {*named.forward, *named.beside, *defined}, named.said, said_alone(found, text))

    @cache
    def judge_for(choice: Choice) -> Judge:
        declared = options["layout"] or _declared(choice.setting.derivation.spec)
        alone = _alone(choice, found, settings)
        is_batch = options["batch"] is not None or "batch" in choice.setting.derivation.spec.model_fields_set
        wide = settings.chosen(found, choice.setting.derivation.spec, told=True, wide=True) if assumes_one else None
        batch = choice.setting.derivation.network.batch
        other = partial(settings.chosen, found, batch=batch, notation=choice.notation, told=True)
        assumed = with_assumed(found, choice) if choice is own else None
        return Judge(choice, used, declared, alone, is_batch, wide, said_functions(found, text), other, assumed)

    judged = with_gaps(found, [judge_for(choices_of[id(claim)]).judged(claim) for claim in found])
    judged = tuple(turned_back(found, judged))
    if spec is None and own is None:
        judged = undercut(found, judged, choices_of)
    notes += _mixed(judged)
    notes += [] if found else ["no formula found"]
    return Report(file, name, judged, tuple(notes))


@contextmanager
def _naming(file: str) -> Iterator[None]:
    """Errors of a document name it. Raises SymbolicError."""
    try:
        yield
    except SymbolicError as error:
        raise SymbolicError(f"{file}: {error}") from error


def _as_meant(found: Sequence[Claim], text: str) -> list[Claim]:
    """The claims in the words of this package, where authors have others for the same: δv and ∂E/∂v, σ(z)_i."""
    found = with_biases(with_capitals(with_stamps(with_prefixes(found))))
    found = with_losses(with_arguments(with_plain_names(with_softmax(found))), text)
    found = without_differentials(with_values(with_hypotheses(found)))
    return with_classes(with_depth(with_layers_below(found)))


OWN = "the network is the equations of the file, in its own letters"


def _is_foreign(given: str, choices: list[str]) -> bool:
    """Whether it is meant for another program, as `layout: post`, and is no misspelling."""
    return given not in choices and nearest(given, choices) is None


def _alone(choice: Choice, found: Sequence[Claim], settings: Chooser) -> Choice | None:
    """The best setting of one sample, where the file is about a batch that does not couple its samples."""
    network = choice.setting.derivation.network
    if network.samples == 1 or network.couples_samples:
        return None
    own = [claim for claim in found if are_of_one_sample({w.base for w in names_in(claim.sides)}, letters_of(found))]
    return settings.chosen(found, network.spec, "single", notation=choice.notation, by=own, told=True)


def _declared(spec: Spec) -> str | None:
    """The layout that a spec says; None where it says none."""
    return spec.layout if "layout" in spec.model_fields_set else None


def _spec(document: Document, system: str | Path | Spec | None, file: str) -> Spec | None:
    if system is not None:
        return load_spec(system)
    if document.network is not None:
        return make_spec({"name": "network", **document.network}, place=f"{file}: [network]")
    if "system" in document.front:
        return load_spec(document.front["system"])
    return None


def _mixed(judged: Sequence[Judged]) -> list[str]:
    """What is to be said where one derivation mixes layouts."""
    seen = {c for claim in judged for c in claim.conventions if c.endswith(" layout")}
    if len(seen) < 2:
        return []
    return [
        "two layouts are mixed: some formulas are right in numerator layout alone, some in denominator layout alone"
    ]
