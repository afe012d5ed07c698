"""A wrong argument of a generated module is one clear ValueError that names it, never an error of Python's own."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from generated import classification_bce, deep_mse, regression

MODULES = {"fixed": regression, "deep": deep_mse}
SIZES = (3, 4, 2)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def arguments(module: ModuleType) -> list[Any]:
    return [module.init_parameters(SIZES, rng()), np.ones((3, 5)), np.full((2, 5), 0.5)]


WRONG_SIZES = [None, 3, (3.0, 4.0, 2.0), ("3", "4", "2"), (3, None, 2), [[3], [4], [2]], (), (3, 4, 0)]


@pytest.mark.parametrize("sizes", WRONG_SIZES, ids=repr)
@pytest.mark.parametrize("kind", MODULES)
def test_wrong_sizes(kind: str, sizes: Any) -> None:
    with pytest.raises(ValueError, match=r"^sizes: expected .*positive integers.*, got ") as caught:
        MODULES[kind].init_parameters(sizes, rng())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", MODULES)
def test_wrong_generator_or_type(kind: str) -> None:
    with pytest.raises(ValueError, match=r"^rng: expected a numpy.random.Generator, got NoneType$"):
        MODULES[kind].init_parameters(SIZES, None)
    for dtype in ("nonsense", int, "complex128", object()):
        with pytest.raises(ValueError, match=r"^dtype: expected a floating-point type, got "):
            MODULES[kind].init_parameters(SIZES, rng(), dtype)


WRONG_ARRAYS = [None, "text", [[1.0], [1.0, 2.0]], [[1.0], 2.0], {"a": 1}, object(), [None], 1 + 2j]


@pytest.mark.parametrize("given", WRONG_ARRAYS, ids=lambda given: type(given).__name__)
@pytest.mark.parametrize("name", ["x", "y"])
@pytest.mark.parametrize("kind", MODULES)
def test_wrong_data(kind: str, name: str, given: Any) -> None:
    params, x, y = arguments(MODULES[kind])
    data = {"x": x, "y": y, name: given}
    with pytest.raises(ValueError, match=f"^{name}: expected ") as caught:
        MODULES[kind].loss_and_gradients(params, **data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("given", [None, 3, 2.5, (), (None,) * 3], ids=repr)
@pytest.mark.parametrize("kind", MODULES)
def test_wrong_parameters(kind: str, given: Any) -> None:
    _, x, _ = arguments(MODULES[kind])
    with pytest.raises(ValueError, match=r"^params: expected \d (arrays|tuples), as in Parameters, got "):
        MODULES[kind].forward(given, x)


@pytest.mark.parametrize(("W", "b"), [(None, ()), ((np.ones((2, 3)),), None), (3, 4)])
def test_wrong_layers(W: Any, b: Any) -> None:
    with pytest.raises(ValueError, match=r"^params.[Wb]: expected a tuple of arrays, got (NoneType|int)$"):
        deep_mse.forward(deep_mse.Parameters(W, b), np.ones((3, 5)))


@pytest.mark.parametrize("given", [-1e-9, 1.5, np.inf, -np.inf])
def test_a_target_without_a_loss(given: float) -> None:
    """Cross-entropy is for targets from 0 to 1; below and above it has no minimum."""
    params, x, y = arguments(classification_bce)
    y[1, 3] = given
    for function in (classification_bce.loss, classification_bce.loss_and_gradients):
        with pytest.raises(ValueError, match=rf"^y: expected numbers from 0 to 1, got {given}$"):
            function(params, x, y)


def test_a_target_at_either_end_has_a_loss() -> None:
    params, x, y = arguments(classification_bce)
    y[0], y[1] = 0.0, 1.0
    assert np.isfinite(classification_bce.loss(params, x, y))
    y[0, 0] = np.nan
    assert np.isnan(classification_bce.loss(params, x, y))
