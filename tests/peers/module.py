"""The generated module of a spec: written once, imported from a folder of its own, run on a problem."""

from __future__ import annotations

import importlib.util
import inspect
import itertools
import json
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from codegen import generate_module
from peers.problem import Answer, Problem, Spec
from peers.scalars import Array
from peers.texts import keyword
from symbolic.networks.spec import make_spec

_FOLDER = tempfile.TemporaryDirectory(prefix="peers-")
_COUNTER = itertools.count()


def module(spec: Spec) -> Any:
    """The module that a spec's data generates; the same one for equal data."""
    return _module(json.dumps(spec, sort_keys=True))


@cache
def _module(text: str) -> ModuleType:
    source = generate_module(make_spec(json.loads(text)))
    path = Path(_FOLDER.name) / f"module_{next(_COUNTER)}.py"
    path.write_text(source, "utf-8")
    found = importlib.util.spec_from_file_location(path.stem, path)
    assert found is not None
    assert found.loader is not None
    loaded = importlib.util.module_from_spec(found)
    found.loader.exec_module(loaded)
    return loaded


def keywords(problem: Problem) -> dict[str, Any]:
    """All that the functions take by keyword: data and hyperparameters."""
    return problem.data | {keyword(name): number for name, number in problem.hyper.items()}


def call(function: Callable[..., Any], problem: Problem, dtype: Any = np.float64) -> Any:
    """A function of the module on a problem; of the data and hyperparameters, those that it asks for."""
    names = inspect.signature(function).parameters
    given = {k: v for k, v in keywords(problem).items() if k in names}
    arrays = {k: v.astype(dtype) if isinstance(v, np.ndarray) else v for k, v in given.items()}
    params = function.__globals__["Parameters"](**{k: v.astype(dtype) for k, v in problem.params.items()})
    assert params._fields == tuple(problem.params), "fields in the order of the layers"
    target = [problem.y.astype(dtype)] if "y" in names else []
    return function(params, problem.x.astype(dtype), *target, **arrays)


def answer(problem: Problem, dtype: Any = np.float64) -> Answer:
    """What the module finds."""
    given = module(problem.spec)
    output = call(given.forward, problem, dtype)
    if "loss" in problem.spec["objective"]:
        objective, gradients = call(given.loss_and_gradients, problem, dtype)
        by_input = call(given.loss_input_gradient, problem, dtype)
    else:
        gradients = call(given.output_gradients, problem, dtype)
        objective = None
        by_input = call(given.input_gradient, problem, dtype) if hasattr(given, "input_gradient") else None
    jacobian = call(given.input_jacobian, problem, dtype) if hasattr(given, "input_jacobian") else None
    return Answer(output, objective, gradients._asdict(), by_input, jacobian)


def loss(problem: Problem) -> float:
    """The module's own loss, for difference quotients."""
    return float(call(module(problem.spec).loss, problem))


def keyword_names(spec: Spec, function: str) -> set[str]:
    """The keyword-only parameters of a function of the module."""
    found = inspect.signature(getattr(module(spec), function)).parameters.values()
    return {parameter.name for parameter in found if parameter.kind is inspect.Parameter.KEYWORD_ONLY}


def arrays(answer: Answer) -> dict[str, Array]:
    """All arrays of an answer, by name."""
    found = {"output": answer.output, "input": answer.input_gradient, "jacobian": answer.jacobian}
    return {name: array for name, array in found.items() if array is not None} | answer.gradients
