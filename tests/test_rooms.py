"""The rooms of the design: imports run one way, without a circle, and nothing that a user typed is evaluated.

Everything here reads source code; no module of ours is imported.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("symbolic", "codegen", "generated")
DOOR = "symbolic.__main__"

LOWER = {"symbolic.errors", "symbolic.algebra"}
ROOMS: dict[str, set[str]] = {
    "symbolic": {"symbolic.errors", "symbolic.api", "symbolic.networks", "symbolic.reading", "symbolic.checking"},
    "symbolic.errors": set(),
    "symbolic.algebra": {"symbolic.errors"},
    "symbolic.calculus": LOWER,
    "symbolic.networks": LOWER,
    "symbolic.notation": LOWER,
    "symbolic.choices": {"symbolic.networks"},
    "symbolic.request": {"symbolic.errors", "symbolic.choices", "symbolic.networks", "symbolic.notation"},
    "symbolic.derivation": LOWER | {"symbolic.calculus", "symbolic.networks", "symbolic.choices"},
    "symbolic.proof": LOWER | {"symbolic.calculus", "symbolic.networks", "symbolic.derivation"},
    "symbolic.render": LOWER | {"symbolic.calculus", "symbolic.networks", "symbolic.derivation", "symbolic.notation"},
    "symbolic.reading": LOWER | {"symbolic.calculus", "symbolic.networks", "symbolic.derivation", "symbolic.notation"},
    "symbolic.checking": LOWER
    | {"symbolic.calculus", "symbolic.networks", "symbolic.derivation", "symbolic.notation", "symbolic.reading"}
    | {"symbolic.choices", "symbolic.proof", "symbolic.render"},
    "symbolic.api": {
        "symbolic.errors",
        "symbolic.networks",
        "symbolic.derivation",
        "symbolic.notation",
        "symbolic.render",
    },
    "symbolic.files": {"symbolic.errors"},
    "symbolic.terminal": {"symbolic.errors"},
    "codegen": LOWER | {"symbolic.calculus", "symbolic.networks", "symbolic.derivation", "symbolic.notation"},
    "generated": set(),
}
"""Room → the other rooms it may import. The door, `symbolic/__main__.py`, may import all of them."""

LIBRARIES: dict[str, set[str]] = {
    "symbolic.networks": {"sympy", "lark", "pydantic", "tomli_w"},
    "symbolic.reading": {"sympy", "lark"},
    "symbolic.checking": {"sympy", "lark", "numpy", "rich", "latex2mathml"},
    "symbolic.render": {"sympy", "rich"},
    "symbolic.terminal": {"rich", "typer"},
    "symbolic": set(),
    "symbolic.errors": set(),
    "symbolic.choices": set(),
    "symbolic.request": set(),
    "symbolic.files": set(),
    "codegen": {"sympy", "jinja2"},
    "generated": {"numpy"},
}
"""Room → the libraries it may import beside the standard one; SymPy alone where there is no row."""

LIGHT = (
    "symbolic",
    "symbolic.errors",
    "symbolic.choices",
    "symbolic.request",
    "symbolic.networks.spec",
    "symbolic.notation.profile",
    "symbolic.reading.kinds",
    "symbolic.checking.folder",
    "symbolic.checking.request",
    "symbolic.terminal",
    DOOR,
)
"""Modules that load without SymPy, so that `list`, `--help` and complaints come at once."""

LATE = {DOOR, "symbolic.terminal"}
"""Where an import may stand in a function, because what it loads is slow."""


class Import(NamedTuple):
    """One import statement: the module that has it, what it names, and its line."""

    module: str
    named: str
    line: int
    at_load: bool
    """Whether it runs when the module is loaded: neither in a function nor for type checkers only."""
    in_function: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.named}"


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of ours by its dotted name, parsed."""
    found = {}
    for path in (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text("utf-8"), str(path))
    return found


@cache
def imports() -> tuple[Import, ...]:
    """Every import statement of ours."""
    return tuple(found for module, tree in sources().items() for found in _imports(module, tree, True, False))


def _imports(module: str, node: ast.AST, at_load: bool, in_function: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(module, alias.name, child.lineno, at_load, in_function)
        elif isinstance(child, ast.ImportFrom):
            assert not child.level, f"{module}:{child.lineno}: name the module from the top"
            for alias in child.names:
                inner = f"{child.module}.{alias.name}"
                named = inner if inner in sources() else str(child.module)
                yield Import(module, named, child.lineno, at_load, in_function)
        elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from _imports(module, child, False, True)
        elif isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            yield from _imports(module, child, False, in_function)
        else:
            yield from _imports(module, child, at_load, in_function)


def room(module: str) -> str:
    """symbolic.algebra.nodes ↦ symbolic.algebra; codegen.names ↦ codegen."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "symbolic" else parts[0]


def ours(name: str) -> bool:
    return name.split(".")[0] in PACKAGES


def test_the_walk_sees_the_imports() -> None:
    seen = {(found.module, found.named) for found in imports()}
    assert ("symbolic.__main__", "codegen") in seen
    assert ("symbolic.networks.spec", "symbolic.networks.tables") in seen
    assert ("generated.regression", "numpy") in seen


@pytest.mark.parametrize("name", sorted({room(module) for module in sources()} - {DOOR}))
def test_a_room_imports_only_the_rooms_below_it(name: str) -> None:
    assert name in ROOMS, f"{name} is new: say in ROOMS what it may import"
    allowed = ROOMS[name] | {name}
    found = [each for each in imports() if room(each.module) == name and ours(each.named)]
    assert [str(each) for each in found if room(each.named) not in allowed] == []


@pytest.mark.parametrize("name", sorted({room(module) for module in sources()} - {DOOR}))
def test_a_room_imports_only_its_libraries(name: str) -> None:
    allowed = sys.stdlib_module_names | LIBRARIES.get(name, {"sympy"})
    found = [each for each in imports() if room(each.module) == name and not ours(each.named)]
    assert [str(each) for each in found if each.named.split(".")[0] not in allowed] == []


def test_only_the_door_imports_codegen() -> None:
    found = {each.module for each in imports() if room(each.named) == "codegen" and room(each.module) != "codegen"}
    assert found == {DOOR}


def test_the_table_of_rooms_has_no_circle() -> None:
    """A row that allowed a way back would make the other tests blind."""
    tuple(TopologicalSorter(ROOMS).static_order())


def test_modules_form_no_circle() -> None:
    graph: dict[str, set[str]] = {module: set() for module in sources()}
    for each in imports():
        if each.named in graph and each.named != each.module:
            graph[each.module].add(each.named)
    graph["symbolic"] = set()  # only for type checkers: the package loads its API when it is first asked for
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail("a circle: " + " → ".join(error.args[1]))


def test_the_package_itself_imports_for_type_checkers_only() -> None:
    """What the line about "symbolic" in the test above rests on."""
    found = {each.named for each in imports() if each.module == "symbolic" and each.at_load and ours(each.named)}
    assert found == {"symbolic.errors"}


def test_imports_stand_at_the_top() -> None:
    found = [each for each in imports() if each.in_function]
    assert [str(each) for each in found if each.module not in LATE] == []
    hidden = [each for each in found if each.module != DOOR and ours(each.named)]
    assert [str(each) for each in hidden] == [], "an import of ours in a function dodges a circle"


@pytest.mark.parametrize("module", LIGHT)
def test_light_modules_load_without_sympy(module: str) -> None:
    """Whatever they import, and whatever that imports; packages on the way are loaded, too."""
    loaded, waiting = {module}, [module]
    while waiting:
        name = waiting.pop()
        direct = {each.named for each in imports() if each.module == name and each.at_load}
        parents = {name.rpartition(".")[0]} - {""}
        for new in (direct | parents) - loaded:
            loaded.add(new)
            if new in sources():
                waiting.append(new)
    assert {name for name in loaded if name.split(".")[0] in ("sympy", "numpy", "lark")} == set()


# -- calls

EVALUATES = {"eval", "exec", "compile", "__import__", "parse_expr", "S", "lambdify", "parse_latex", "execfile"}
"""Functions that run text, or turn text into SymPy by running it."""

READS_USER_TEXT = (
    DOOR,
    "symbolic.api",
    "symbolic.files",
    "symbolic.terminal",
    "symbolic.networks.spec",
    "symbolic.networks.scalar",
    "symbolic.networks.tables",
    "symbolic.networks.build",
    "symbolic.reading",
    "symbolic.checking",
)


def calls(module: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a module: the name called (its last part), and the call."""
    for node in ast.walk(sources()[module]):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id, node
            elif isinstance(node.func, ast.Attribute) and ast.unparse(node.func) != "re.compile":
                yield node.func.attr, node


def where(module: str, call: ast.Call) -> str:
    return f"{module}:{call.lineno}: {ast.unparse(call)}"


@pytest.mark.parametrize("module", sorted(sources()))
def test_no_text_is_evaluated(module: str) -> None:
    assert [where(module, call) for name, call in calls(module) if name in EVALUATES] == []


@pytest.mark.parametrize("module", sorted(sources()))
def test_sympify_gets_no_text(module: str) -> None:
    """`sympify` evaluates strings. It may turn numbers into SymPy's, but not where a user's words come by."""
    found = [call for name, call in calls(module) if name in ("sympify", "nsimplify", "_sympify")]
    if module.startswith(READS_USER_TEXT):
        assert [where(module, call) for call in found] == []
    text = (ast.JoinedStr, ast.Constant)
    for call in found:
        assert not any(isinstance(a, text) and not _number(a) for a in call.args), where(module, call)
        assert not any(isinstance(a, ast.Call) and ast.unparse(a.func) == "str" for a in call.args), where(module, call)


def _number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


def test_modules_are_imported_by_name_in_one_place() -> None:
    found = {module for module in sources() for name, _ in calls(module) if name == "import_module"}
    assert found == {"symbolic"}


CALCULUS = {"diff", "Derivative", "fdiff", "doit", "simplify", "integrate", "idiff", "derive_by_array"}


@pytest.mark.parametrize(
    "module", sorted(name for name in sources() if room(name) in ("symbolic.render", "symbolic.notation", "codegen"))
)
def test_renderers_and_codegen_differentiate_nothing(module: str) -> None:
    assert [where(module, call) for name, call in calls(module) if name in CALCULUS] == []


RULES = {"symbolic.calculus.rules", "symbolic.calculus.local"}
"""Where cotangents are found; what is left of the calculus only rearranges them."""


@pytest.mark.parametrize("name", ["symbolic.render", "symbolic.notation"])
def test_renderers_ask_for_derivatives(name: str) -> None:
    """They are the derivation's to find: `Derivation.penalty` for what a view writes beside a chain."""
    found = [each for each in imports() if room(each.module) == name]
    assert [str(each) for each in found if each.named in RULES] == []


SLOW_ON_TREES = {"doit", "simplify", "latex", "pretty", "expand_matrix"}


@pytest.mark.parametrize(
    "module",
    sorted(
        name for name in sources() if room(name) in ("symbolic.algebra", "symbolic.calculus", "symbolic.derivation")
    ),
)
def test_matrix_trees_are_never_evaluated_or_printed_by_sympy(module: str) -> None:
    """Decision 5: `.doit()` sorts Hadamard factors and fuses maps; SymPy's printers are quadratic."""
    assert [where(module, call) for name, call in calls(module) if name in SLOW_ON_TREES] == []
