"""What an error offers instead of a name that no table holds: the nearest one, or all that there are."""

from __future__ import annotations

import pytest

from symbolic.errors import MOST_CHOICES, UnknownNameError, checked, listed, unknown

FUNCTIONS = ["identity", "relu", "sigmoid", "softplus", "tanh"]

OFFERED = {
    "sigmod": (FUNCTIONS, "sigmoid"),
    "Tanh": (FUNCTIONS, "tanh"),
    "a2": (["a1", "x", "z1"], "a1"),
    "W1": (["a1", "x", "z1"], None),
    "blah": (FUNCTIONS, None),
    "": (FUNCTIONS, None),
    "elu": (FUNCTIONS, "relu"),
}


@pytest.mark.parametrize("name", OFFERED)
def test_a_name_is_offered_where_it_is_near(name: str) -> None:
    choices, near = OFFERED[name]
    hint = f"did you mean {near!r}?" if near else "choose from " + ", ".join(choices)
    assert str(unknown("name", name, choices)) == f"unknown name {name!r}; {hint}"


def test_many_choices_are_shortened() -> None:
    names = [f"a{k:04}" for k in range(5000)]
    assert listed(names[:MOST_CHOICES]) == ", ".join(names[:MOST_CHOICES])
    assert listed(names) == ", ".join(names[:MOST_CHOICES]) + f" and {5000 - MOST_CHOICES} more"


@pytest.mark.parametrize("name", [None, 3, ["single"], "", "singel"], ids=repr)
def test_what_is_no_choice_is_refused(name: object) -> None:
    checked("batch", "single", ["columns", "single"])
    with pytest.raises(UnknownNameError, match=r"^net: unknown batch .*(choose from columns, single|mean 'single'.)$"):
        checked("batch", name, ["columns", "single"], place="net")
