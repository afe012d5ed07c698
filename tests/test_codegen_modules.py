"""Modules generated for specs of all kinds: text, lint, types, derivatives, contract."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from codegen import generate_module
from symbolic.derivation import derive
from symbolic.errors import SpecError
from symbolic.networks.spec import Spec, load_spec, make_spec
from symbolic.networks.tables import catalog

Array = npt.NDArray[Any]

ROOT = Path(__file__).parents[1]
ATOL = 1e-7


def spec(name: str, size: int | str, layers: list[dict[str, Any]], loss: str = "squared_error", **more: Any) -> Spec:
    """A spec; `loss` may be "output" for a network whose output is the objective."""
    objective = {"output": True} if loss == "output" else {"loss": loss}
    return make_spec({"name": name, "input": {"size": size}, "layers": layers, "objective": objective, **more})


def affine(units: int | str, activation: str = "identity", **more: Any) -> dict[str, Any]:
    return {"units": units, "activation": activation, **more}


def add(*inputs: str) -> dict[str, Any]:
    return {"type": "add", "inputs": list(inputs)}


DEEP = [affine("n_l", "sigma")]
WIDE = 40
FAN_OUT = [
    affine("m", "tanh"),
    affine("m", "softplus"),
    affine("m", "relu", input="a1"),
    add("a1", "a2", "z3", "a1"),
    affine("K"),
    affine(2, "sigmoid", input="a4"),
    affine("K", "sigma", input="x"),
    add("a5", "a7"),
]
WIDE_FAN_OUT = [
    affine("m", "tanh"),
    *(affine("m", "sigmoid", input="a1") for _ in range(WIDE)),
    add(*(f"a{k}" for k in range(1, WIDE + 2))),
    affine("K", "relu"),
]

SPECS = {
    s.name: s
    for s in [
        spec("linear", "n", [affine("m"), affine(1)], "output"),
        spec("softplus_tanh", "n", [affine("m", "softplus"), affine("K", "tanh")]),
        spec("kink", "n", [affine("m", "relu"), affine("K", "relu")], derivative_at_kink=0.5),
        spec("integers", 3, [affine(4, "sigmoid"), affine(2, "sigmoid")], "binary_cross_entropy"),
        spec("one_unit", 1, [affine(1, "tanh"), add("x", "a1"), affine(1, "relu"), add("a2", "a3", "a3")], "output"),
        spec("undefined", "n", [affine("m", "sigma"), affine("K", "sigma")], activation="tanh"),
        spec("cross_entropy_of_softplus", "n", [affine("K", "softplus")], "binary_cross_entropy"),
        spec("fan_out", "n", FAN_OUT, "binary_cross_entropy"),
        spec("wide_fan_out", "n", WIDE_FAN_OUT),
        spec(
            "wide_sum",
            "n",
            [affine("K", "tanh", input="x") for _ in range(WIDE)] + [add(*(f"z{k}" for k in range(1, WIDE + 1)))],
        ),
        spec("depth_four", "n_0", DEEP, depth=4, activation="softplus"),
        spec("depth_four_output", "n_0", DEEP, "output", depth=4, activation="relu", output={"units": 1}),
        spec("deep_cross_entropy", "n_0", DEEP, "binary_cross_entropy", depth="L"),
        spec("deep_relu_cross_entropy", "n_0", DEEP, "binary_cross_entropy", depth="L", activation="relu"),
        spec("deep_linear", "n_0", [affine("n_l")], "output", depth="L", output={"units": 1}),
        spec("deep_three", "n_0", [affine("n_l", "relu")], depth="L", output={"units": 3}, derivative_at_kink=1),
        spec("n" * 64, "q" * 23, [affine("params", "relu"), affine("None_1", "tanh"), affine("gradients", "sigmoid")]),
    ]
}

CATALOG = {name: load_spec(name) for name in catalog()}
every_spec = pytest.mark.parametrize("name", [*SPECS, *CATALOG])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the module of every spec."""
    place = tmp_path_factory.mktemp("modules")
    for name, given in (SPECS | CATALOG).items():
        (place / f"{name}.py").write_text(generate_module(given), "utf-8")
    return place


def load(folder: Path, name: str) -> Any:
    """The module of a spec, imported from its file."""
    found = importlib.util.spec_from_file_location(f"generated_{name}", folder / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module: ModuleType = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


# -- text


@pytest.mark.parametrize("name", CATALOG)
def test_generated_is_current(name: str) -> None:
    committed = (ROOT / "generated" / f"{name}.py").read_text("utf-8")
    assert committed == generate_module(name), "generated/ is out of date; run: python -m symbolic derive"


@every_spec
def test_the_text_depends_on_the_spec_alone(name: str, folder: Path) -> None:
    text = (folder / f"{name}.py").read_text("utf-8")
    given = (SPECS | CATALOG)[name]
    assert generate_module(derive(given, "columns")) == text
    assert generate_module(derive(given, "single")) == text
    assert max(len(line) for line in text.splitlines()) <= 120


def test_the_header_says_how_to_write_the_module_again(folder: Path) -> None:
    assert "python -m symbolic derive regression\n" in (folder / "regression.py").read_text("utf-8")
    assert "python -m symbolic derive kink.toml\n" in (folder / "kink.py").read_text("utf-8")
    changed = load_spec("regression").model_copy(update={"derivative_at_kink": 0.5})
    assert "python -m symbolic derive regression.toml\n" in generate_module(changed)


def test_nothing_hostile_gets_into_the_code() -> None:
    hostile = '"""\nimport os; os.system("echo gotcha")\n{{ 7*7 }} {% raw %} # gotcha'
    given = load_spec("regression").model_copy(update={"title": hostile, "documents": (hostile,), "notation": hostile})
    text = generate_module(given)
    assert "gotcha" not in text
    assert "49" not in text
    assert text.replace("regression.toml", "regression") == generate_module("regression")


def test_conventions_are_stated(folder: Path) -> None:
    assert "derivative of relu jumps, it is 0.5 of the way" in (folder / "kink.py").read_text("utf-8")
    assert "np.heaviside(z, 0.5)" in (folder / "kink.py").read_text("utf-8")
    assert "σ is tanh" in (folder / "undefined.py").read_text("utf-8")
    assert "EPSILON = 1e-12" in (folder / "cross_entropy_of_softplus.py").read_text("utf-8")
    assert "EPSILON" not in (folder / "integers.py").read_text("utf-8")


def test_a_network_without_parameters_is_an_error() -> None:
    with pytest.raises(SpecError, match="no parameters"):
        generate_module(spec("sum", "n", [add("x", "x")]))


def _run(*arguments: str) -> None:
    run = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_formatter_leaves_modules_alone(folder: Path) -> None:
    _run("ruff", "format", "--isolated", "--line-length", "120", "--diff", str(folder))


def test_modules_pass_the_linter(folder: Path) -> None:
    """Even without the project's leave to call a variable l."""
    rules = ["--select", "E,F,I,UP,B,SIM,RUF,C4,PT", "--ignore", "RUF001,RUF002,RUF003"]
    _run("ruff", "check", "--isolated", "--line-length", "120", *rules, str(folder))


@pytest.mark.slow
def test_modules_pass_the_type_checker(folder: Path) -> None:
    _run("mypy", "--strict", "--config-file=", f"--cache-dir={folder / 'cache'}", str(folder))


# -- derivatives, by central differences


def sizes_of(name: str) -> list[int]:
    """Widths, different wherever the spec leaves them open."""
    given = (SPECS | CATALOG)[name]
    if given.depth is not None:
        units = given.output.units if given.output else 2
        assert isinstance(units, int)
        return [3, 4, 2, 5, units] if given.depth == 4 else [3, 4, units]
    letters: dict[Any, int] = {}
    widths = [given.input.size, *(layer.units for layer in given.layers if layer.type == "affine")]
    return [w if isinstance(w, int) else letters.setdefault(w, 2 + len(letters)) for w in widths]


def leaves(result: Any) -> Iterator[Any]:
    """The arrays in nested tuples."""
    for part in result if isinstance(result, tuple) else (result,):
        yield from leaves(part) if isinstance(part, tuple) else (part,)


def with_leaves(params: Any, arrays: list[Array]) -> Any:
    """The parameters with other arrays."""
    given = iter(arrays)
    return type(params)(*[tuple(next(given) for _ in p) if isinstance(p, tuple) else next(given) for p in params])


def difference(f: Callable[[Array], float], at: Array, step: float = 1e-6) -> Array:
    """(f(x + h e) − f(x − h e)) / 2h for every entry."""
    result = np.zeros(at.shape)
    for index in np.ndindex(at.shape):
        e = np.zeros(at.shape)
        e[index] = step
        result[index] = (f(at + e) - f(at - e)) / (2 * step)
    return result


def problem(module: Any, name: str, samples: int = 3) -> tuple[Any, Array, Array]:
    """Random parameters, x and y; for a loss with logarithms, such that the outputs lie in (0, 1)."""
    rng = np.random.default_rng(7)
    params = module.init_parameters(sizes_of(name), rng)
    arrays = [a / 2 if a.shape[1] > 1 else a + 0.3 + 0.1 * rng.normal(size=a.shape) for a in leaves(params)]
    x = rng.normal(size=(sizes_of(name)[0], samples))
    for _ in range(50 if hasattr(module, "EPSILON") else 0):
        arrays = [0.9 * a for a in arrays[:-1]] + [0.9 * arrays[-1] + 0.03]
    outputs = module.forward(with_leaves(params, arrays), x)
    assert not hasattr(module, "EPSILON") or np.all((outputs > 0.1) & (outputs < 0.9))
    return with_leaves(params, arrays), x, rng.uniform(0.1, 0.9, size=outputs.shape)


@every_spec
def test_gradients_are_right(name: str, folder: Path) -> None:
    module = load(folder, name)
    params, x, y = problem(module, name)
    arrays = list(leaves(params))

    def objective(params: Any, x: Array) -> float:
        return module.loss(params, x, y) if hasattr(module, "loss") else float(module.forward(params, x).mean())

    if hasattr(module, "loss"):
        value, gradients = module.loss_and_gradients(params, x, y)
        assert value == module.loss(params, x, y)
        by_input = module.loss_input_gradient(params, x, y)
    else:
        gradients, by_input = module.output_gradients(params, x), module.input_gradient(params, x)
    np.testing.assert_allclose(by_input, 3 * difference(lambda x: objective(params, x), x), atol=ATOL)
    for k, gradient in enumerate(leaves(gradients)):
        if k % max(1, len(arrays) // 12):
            continue
        others = (arrays[:k], arrays[k + 1 :])
        numeric = difference(lambda a, o=others: objective(with_leaves(params, [*o[0], a, *o[1]]), x), arrays[k])  # type: ignore[misc]
        np.testing.assert_allclose(gradient, numeric, atol=ATOL)


@every_spec
def test_jacobians_are_right(name: str, folder: Path) -> None:
    module = load(folder, name)
    params, x, y = problem(module, name)
    numeric = np.stack([difference(lambda x, k=k: module.forward(params, x)[k].sum(), x).T for k in range(len(y))], 1)  # type: ignore[misc]
    if (SPECS | CATALOG)[name].depth != "L":
        jacobian = module.input_jacobian(params, x)
        assert jacobian.shape == (3, len(y), len(x))
        np.testing.assert_allclose(jacobian, numeric, atol=ATOL)
        assert not any(np.shares_memory(jacobian, array) for array in leaves(params))
    if len(y) == 1:
        np.testing.assert_allclose(module.input_gradient(params, x), numeric[:, 0].T, atol=ATOL)


# -- the contract, beyond what tests/test_generated.py asks of the catalogue


def functions(module: Any, params: Any, x: Array, y: Array) -> dict[str, Any]:
    """What each function of the module returns."""
    found: dict[str, Any] = {}
    for name in ("forward", "output_gradients", "input_gradient", "input_jacobian"):
        if hasattr(module, name) and (name != "input_gradient" or len(y) == 1):
            found[name] = getattr(module, name)(params, x)
    for name in ("loss", "loss_and_gradients", "loss_input_gradient"):
        if hasattr(module, name):
            found[name] = getattr(module, name)(params, x, y)
    return found


@every_spec
def test_types_are_kept(name: str, folder: Path) -> None:
    """float32 in, float32 out, whatever integers go with it; integers alone are computed in float64."""
    module = load(folder, name)
    params, x, y = problem(module, name)
    single = with_leaves(params, [a.astype(np.float32) for a in leaves(params)])
    integers = with_leaves(params, [np.ones(a.shape, int) for a in leaves(params)])
    cases = [(single, np.float32, np.float32), (single, np.int64, np.float32), (integers, np.int8, np.float64)]
    for given, data, wanted in cases:
        for result in functions(module, given, np.ceil(x).astype(data), np.ceil(y).astype(data)).values():
            for leaf in leaves(result):
                assert isinstance(leaf, float) or leaf.dtype == wanted


@every_spec
def test_large_pre_activations_stay_finite(name: str, folder: Path) -> None:
    module = load(folder, name)
    params, x, y = problem(module, name)
    for magnitude in (1e4, -1e4):
        far = with_leaves(params, [a if a.shape[1] > 1 else np.full(a.shape, magnitude) for a in leaves(params)])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            results = functions(module, far, x, y)
        for leaf in (leaf for result in results.values() for leaf in leaves(result)):
            assert np.all(np.isfinite(leaf))


@every_spec
def test_arguments_that_do_not_fit_are_errors(name: str, folder: Path) -> None:
    module = load(folder, name)
    params, x, _ = problem(module, name)
    with pytest.raises(ValueError, match=r"^x: expected shape \(.*, N\) with N >= 1, got \(\d+, 0\)$"):
        module.forward(params, x[:, :0])
    wider = np.ones((len(x) + 1, 3))
    with pytest.raises(ValueError, match=rf"^x: expected shape \(.*, got {re.escape(str(wider.shape))}$"):
        module.forward(params, wider)
    with pytest.raises(ValueError, match=r"^params: expected .*, got"):
        module.forward(params[:-1], x)
    with pytest.raises(ValueError, match=r"^x: expected real numbers, got dtype complex128$"):
        module.forward(params, x * 1j)
    if hasattr(module, "loss"):
        with pytest.raises(ValueError, match=r"^y: expected shape .*, got \(1, 4\)$"):
            module.loss(params, x, np.ones((1, 4)))


@every_spec
def test_sizes_that_do_not_fit_are_errors(name: str, folder: Path) -> None:
    module = load(folder, name)
    rng = np.random.default_rng(0)
    for sizes in ([], [3], [0, *sizes_of(name)[1:]], [*sizes_of(name)[:-1], -1]):
        with pytest.raises(ValueError, match=r"^sizes: expected "):
            module.init_parameters(sizes, rng)
    with pytest.raises(ValueError, match=r"^dtype: expected a floating-point type, got int64$"):
        module.init_parameters(sizes_of(name), rng, dtype=np.int64)


def test_sizes_that_the_spec_fixes_are_checked(folder: Path) -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"^sizes: expected positive integers \(3, 4, 2\), got \(3, 5, 2\)$"):
        load(folder, "integers").init_parameters((3, 5, 2), rng)
    with pytest.raises(ValueError, match=r"the last of them 3, got \(3, 4, 5\)$"):
        load(folder, "deep_three").init_parameters((3, 4, 5), rng)
    with pytest.raises(ValueError, match=r"^sizes: .*\(n, m, m, m, K, 2, K\), got \(2, 3, 3, 4, 5, 2, 5\)$"):
        load(folder, "fan_out").init_parameters((2, 3, 3, 4, 5, 2, 5), rng)


def test_outputs_outside_of_the_domain_of_a_logarithm(folder: Path) -> None:
    """The convention: log and 1/a start at EPSILON, so loss and gradients stay finite."""
    module = load(folder, "cross_entropy_of_softplus")
    params = module.Parameters(W1=np.zeros((1, 1)), b1=np.array([[-1e4]]))
    loss, gradients = module.loss_and_gradients(params, np.ones((1, 1)), np.ones((1, 1)))
    assert loss == -np.log(module.EPSILON)
    assert np.all(np.isfinite(gradients.b1))
