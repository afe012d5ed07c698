"""The tables of activations, losses and systems: complete, and with an error for a name that is not in them."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

from symbolic.derivation import FORMS
from symbolic.errors import UnknownNameError, listed
from symbolic.networks.spec import load_spec
from symbolic.networks.tables import activation, activations, catalog, loss, losses
from symbolic.notation.profile import profile, profiles
from symbolic.render.tables import CAPTIONS


def test_systems_are_called_like_their_files() -> None:
    stems = {file.name.removesuffix(".toml") for file in (files("symbolic.networks") / "catalog").iterdir()}
    assert stems == set(catalog())


def test_notations_are_called_like_their_files() -> None:
    stems = {file.name.removesuffix(".toml") for file in (files("symbolic.notation") / "profiles").iterdir()}
    assert stems == set(profiles())


def test_systems_stand_in_their_order() -> None:
    orders = [spec["order"] for spec in catalog().values()]
    assert orders == sorted(set(orders))


@pytest.mark.parametrize("system", catalog())
def test_a_system_has_a_title_a_source_and_a_notation(system: str) -> None:
    spec = load_spec(system)
    assert spec.title
    assert spec.documents
    assert profile(spec.notation or "").name == spec.notation


@pytest.mark.parametrize("row", activations().values(), ids=activations())
def test_an_activation_says_how_it_is_written_and_what_its_kinks_are(row: Any) -> None:
    assert row.latex
    assert row.text
    assert row.init in ("xavier", "he")
    assert not row.kinks or not row.derivative, "f' has a name where it jumps"
    assert row.over_units is False or row.definition is None, "a map of all units has a rule of its own"
    assert set(row.below) <= set(row.parameters)


@pytest.mark.parametrize("row", losses().values(), ids=losses())
def test_a_loss_has_a_title_and_a_reduction(row: Any) -> None:
    assert row.title
    assert row.reduction in ("sum", "half", "mean")
    assert set(row.below) <= set(row.parameters)


@pytest.mark.parametrize(
    ("look_up", "name", "message"),
    [
        (activation, "sigmod", "unknown activation 'sigmod'; did you mean 'sigmoid'?"),
        (activation, "", "unknown activation ''; choose from " + listed(activations())),
        (loss, "squared_eror", "unknown loss 'squared_eror'; did you mean 'squared_error'?"),
        (profile, "standart", "unknown notation 'standart'; did you mean 'standard'?"),
    ],
)
def test_a_name_in_no_table_is_refused(look_up: Any, name: str, message: str) -> None:
    with pytest.raises(UnknownNameError) as raised:
        look_up(name)
    assert str(raised.value) == message


@pytest.mark.parametrize("look_up", [activation, loss])
def test_a_refusal_names_the_place(look_up: Any) -> None:
    with pytest.raises(UnknownNameError, match=r"^net\.toml: layers\[2\]: unknown "):
        look_up("q", place="net.toml: layers[2]")


def test_every_form_has_a_caption() -> None:
    assert tuple(CAPTIONS) == FORMS
