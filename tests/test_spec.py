"""What a network description may say, and that anything else is refused in one line that names the place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from specs import DEEP, LOSS, OUTPUT, PLAIN, VALID, Data, add, affine, network, networks, toml, write

from symbolic.errors import SpecError, SymbolicError, UnknownNameError
from symbolic.networks import spec as spec_module
from symbolic.networks.build import build
from symbolic.networks.layers import LAYER_TYPES, AddLayer, AffineLayer
from symbolic.networks.spec import Spec, load_spec, make_spec, read_spec
from symbolic.networks.tables import activations, catalog

every_valid = pytest.mark.parametrize("data", VALID.values(), ids=VALID)


# -- what is read


TYPES = ", ".join(sorted(LAYER_TYPES))


def test_every_key_has_its_default() -> None:
    spec = make_spec(network(affine("K")))
    assert spec.model_dump() == {
        "name": "net",
        "title": "",
        "order": 0,
        "documents": (),
        "notation": None,
        "layout": "denominator",
        "batch": "single",
        "depth": None,
        "activation": "sigmoid",
        "derivative_at_kink": 0,
        "input": {"size": "n"},
        "weights": "out_in",
        "layers": (
            {
                "type": "affine",
                "units": "K",
                "activation": "identity",
                "bias": True,
                "weight": None,
                "input": None,
                "residual": False,
                "l1": None,
                "l2": None,
            },
        ),
        "output": None,
        "objective": {"loss": "squared_error", "reduction": None, "samples": "mean", "output": False},
    }


def test_every_layer_type_is_tried() -> None:
    tried = {layer.get("type", "affine") for data in VALID.values() for layer in data["layers"]}
    assert tried == set(LAYER_TYPES)


def test_layers_are_told_apart_by_their_type() -> None:
    layers = make_spec(network(affine("n", type="affine"), add("x", "a1"))).layers
    assert [type(layer) for layer in layers] == [AffineLayer, AddLayer]
    assert layers[1].inputs == ("x", "a1")


@every_valid
def test_toml_says_what_the_mapping_says(data: Data, tmp_path: Path) -> None:
    assert read_spec(write(tmp_path, data)) == make_spec(data)


@every_valid
@pytest.mark.parametrize("options", [{}, {"exclude_unset": True}, {"mode": "json"}], ids=str)
def test_a_spec_comes_back_from_its_dump(data: Data, options: dict[str, Any]) -> None:
    spec = make_spec(data)
    assert make_spec(spec.model_dump(**options)) == spec


@every_valid
@pytest.mark.parametrize("batch", ["single", "columns"])
def test_a_spec_can_be_built(data: Data, batch: Any) -> None:
    network = build(make_spec(data), batch)
    assert (
        network.output == [step.target.at(network.depth) if step.over else step.target for step in network.program][-1]
    )


@pytest.mark.parametrize("system", catalog())
def test_every_system_of_the_catalogue_is_valid(system: str) -> None:
    assert load_spec(system).name == system
    assert load_spec(system).title


def test_a_spec_is_frozen() -> None:
    spec = make_spec(VALID["residual"])
    for table, key in ((spec, "name"), (spec.input, "size"), (spec.layers[0], "units"), (spec.objective, "loss")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(table, key, "q")
    assert hash(spec) == hash(make_spec(VALID["residual"]))


def test_only_depth_l_is_symbolic() -> None:
    assert [make_spec(VALID[name]).symbolic_depth for name in ("depth L", "depth 4", "plain")] == [True, False, False]


@pytest.mark.parametrize("kink", [0, 1, 0.5, 0.0, 1.0])
def test_kink_values_are_kept(kink: float) -> None:
    found = make_spec({**PLAIN, "derivative_at_kink": kink}).derivative_at_kink
    assert (found, type(found)) == (kink, type(kink))


@pytest.mark.parametrize("size", [1, 10**6, "n", "n_1", "K", "batchSize", "n_out", "a" * 64])
def test_sizes_are_kept(size: int | str) -> None:
    spec = make_spec(network(affine(size), size=size))
    assert (spec.input.size, spec.layers[0].units) == (size, size)


# -- what is refused


def at(**changes: Any) -> Data:
    """PLAIN with some keys changed; `...` leaves one out."""
    return {key: given for key, given in {**PLAIN, **changes}.items() if given is not ...}


def sized(size: Any) -> Data:
    return at(input={"size": size})


def first(**layer: Any) -> Data:
    return at(layers=[layer, affine("K")])


DEPTH = {"input": {"size": "n_0"}, "layers": [affine("n_l")], "depth": "L"}
NO_SIZE = "is no size; give an integer from 1 to 1000000, or a name like n or n_1"
NO_DEPTH = 'is no depth; give an integer from 1 to 10000, or "L"'
NO_NAME = "is no identifier; use letters, digits and _, a letter first"
HIDES = "is a module that generated code needs or hides; choose another name"
NO_KINK = "is no derivative at a kink; give a number from 0 to 1"
MISSING = "missing; this key is required"
KEYS = ", ".join(sorted(Spec.model_fields))

WRONG: dict[str, tuple[Any, str]] = {
    # keys
    "no name": (at(name=...), f"name: {MISSING}"),
    "no input": (at(input=...), f"input: {MISSING}"),
    "no layers": (at(layers=...), f"layers: {MISSING}"),
    "no objective": (at(objective=...), f"objective: {MISSING}"),
    "no size": (at(input={}), f"input.size: {MISSING}"),
    "no units": (first(activation="relu"), f"layers[1].units: {MISSING}"),
    "no inputs": (first(type="add"), f"layers[1].inputs: {MISSING}"),
    "no output units": (at(output={}), f"output.units: {MISSING}"),
    "no keys": ({}, f"name: {MISSING}"),
    "key at the top": (at(layer=[]), "unknown key 'layer'; did you mean 'layers'?"),
    "key like no other": (at(q=1), f"unknown key 'q'; choose from {KEYS}"),
    "key in input": (at(input={"sizes": 3}), "input: unknown key 'sizes'; did you mean 'size'?"),
    "key in a layer": (first(unit=3), "layers[1]: unknown key 'unit'; did you mean 'units'?"),
    "key of the other layer": (first(units=3, inputs=["x"]), "layers[1]: unknown key 'inputs'; did you mean 'input'?"),
    "key in output": (at(output={"unit": 1}), "output: unknown key 'unit'; did you mean 'units'?"),
    "key in objective": (at(objective={"los": "q"}), "objective: unknown key 'los'; did you mean 'loss'?"),
    "key that is no text": ({3: 4}, f"unknown key '3'; choose from {KEYS}"),
    # names
    "name of two words": (at(name="a b"), f"name: 'a b' {NO_NAME}"),
    "name that is a path": (at(name="../net"), f"name: '../net' {NO_NAME}"),
    "name that is empty": (at(name=""), f"name: '' {NO_NAME}"),
    "name that ends a line": (at(name="net\n"), f"name: 'net\\n' {NO_NAME}"),
    "name beyond ASCII": (at(name="größe"), f"name: 'größe' {NO_NAME}"),
    "name of Python": (at(name="class"), "name: 'class' is a word of Python's own; choose another name"),
    "name of a module": (at(name="operator"), f"name: 'operator' {HIDES}"),
    "name of a library": (at(name="numpy"), f"name: 'numpy' {HIDES}"),
    "name of a folder": (at(name="tables"), f"name: 'tables' {HIDES}"),
    "name with _ first": (at(name="__init__"), f"name: '__init__' {NO_NAME}"),
    "name too long": (at(name="a" * 65), f"name: '{'a' * 65}' {NO_NAME}"),
    "input that is no name": (first(units=3, input="x y"), f"layers[1].input: 'x y' {NO_NAME}"),
    # types
    "name of a number": (at(name=3), "name: 3 is not a text"),
    "title of a number": (at(title=3), "title: 3 is not a text"),
    "documents of a text": (at(documents="003"), "documents: '003' is not a list"),
    "documents of numbers": (at(documents=["002", 3]), "documents[2]: 3 is not a text"),
    "order of a text": (at(order="1"), "order: '1' is not an integer"),
    "order of a fraction": (at(order=1.5), "order: 1.5 is not an integer"),
    "input of a number": (at(input=3), "input: 3 is not a table"),
    "layers of a number": (at(layers=3), "layers: 3 is not a list"),
    "layers of a table": (at(layers={"units": 3}), "layers: {'units': 3} is not a list"),
    "layers of numbers": (at(layers=[3]), "layers[1]: 3 is not a table"),
    "inputs of a text": (first(type="add", inputs="x"), "layers[1].inputs: 'x' is not a list"),
    "output of a text": (at(objective={"output": "yes"}), "objective.output: 'yes' is not true or false"),
    "output of a number": (at(objective={"output": 1}), "objective.output: 1 is not true or false"),
    "a list": ([], "[] is not a table"),
    "a text": ("name = 3", "'name = 3' is not a table"),
    # lengths
    "no layer": (at(layers=[]), "layers: [] is too short; give at least 1"),
    "one input": (first(type="add", inputs=["x"]), "layers[1].inputs: ['x'] is too short; give at least 2"),
    "too many layers": (
        at(layers=[affine(1)] * 10_001),
        "layers: [" + "{'units': 1}, " * 6 + "...] is too long; give at most 10000",
    ),
    # sizes
    "size 0": (sized(0), f"input.size: 0 {NO_SIZE}"),
    "size below 0": (sized(-3), f"input.size: -3 {NO_SIZE}"),
    "size too large": (sized(10**6 + 1), f"input.size: 1000001 {NO_SIZE}"),
    "size with a point": (sized(3.0), f"input.size: 3.0 {NO_SIZE}"),
    "size true": (sized(True), f"input.size: True {NO_SIZE}"),
    "size of a list": (sized([3]), f"input.size: [3] {NO_SIZE}"),
    "size of nothing": (sized(None), f"input.size: None {NO_SIZE}"),
    "size of two indices": (sized("n_1_2"), f"input.size: 'n_1_2' {NO_SIZE}"),
    "size with an end": (sized("n_"), f"input.size: 'n_' {NO_SIZE}"),
    "size of a formula": (sized("2*n"), f"input.size: '2*n' {NO_SIZE}"),
    "size of Python": (sized("lambda"), f"input.size: 'lambda' {NO_SIZE}"),
    "size in TeX": (sized("\\n"), f"input.size: '\\\\n' {NO_SIZE}"),
    "size too long": (sized("a" * 65), f"input.size: '{'a' * 27}...{'a' * 28}' {NO_SIZE}"),
    "size of more digits than Python prints": (
        sized(16**5000),
        f"input.size: a number of more digits than Python prints {NO_SIZE}",
    ),
    "size N": (sized("N"), "input.size: 'N' is the number of samples; choose another letter for this size"),
    "size L": (sized("L"), "input.size: 'L' is the depth; choose another letter for this size"),
    "size l": (sized("l"), "input.size: 'l' is the layer index; choose another letter for this size"),
    "size i": (sized("i"), "input.size: 'i' is the row of an entry; choose another letter for this size"),
    **{
        f"size {name}": (
            sized(name),
            f"input.size: {name!r} is what a value is called in formulas; choose another name for this size",
        )
        for name in ("x", "y", "W", "b", "z", "a", "C", "delta", "W1", "z12", "a_1", "delta2")
    },
    "size j": (sized("j"), "input.size: 'j' is the column of an entry; choose another letter for this size"),
    "units 0": (at(layers=[affine("m"), affine(0)]), f"layers[2].units: 0 {NO_SIZE}"),
    # choices
    "layout": (at(layout="numerators"), "layout: unknown layout 'numerators'; did you mean 'numerator'?"),
    "layout of a number": (at(layout=3), "layout: unknown layout '3'; choose from denominator, numerator"),
    "batch": (at(batch="row"), "batch: unknown batch 'row'; did you mean 'rows'?"),
    "activation": (
        first(units=3, activation="sigmod"),
        "layers[1].activation: unknown activation 'sigmod'; did you mean 'sigmoid'?",
    ),
    "activation of the code": (at(activation="gelo"), "activation: unknown activation 'gelo'; did you mean 'gelu'?"),
    "activation undefined": (
        at(activation="sigma"),
        "activation is what code uses for an undefined σ; choose a defined one",
    ),
    "loss": (
        at(objective={"loss": "hing"}),
        "objective.loss: unknown loss 'hing'; did you mean 'hinge'?",
    ),
    "reduction": (
        at(objective={"loss": "squared_error", "reduction": "average"}),
        "objective.reduction: unknown reduction 'average'; choose from half, mean, sum",
    ),
    "layer type": (
        first(type="conv"),
        "layers[1]: unknown layer type 'conv'; choose from " + TYPES,
    ),
    "layer type of a list": (
        first(type=[]),
        "layers[1]: unknown layer type '[]'; choose from " + TYPES,
    ),
    # the objective
    "no objective said": (at(objective={}), "objective: give either a loss or output = true"),
    "two objectives": (at(objective={**LOSS, **OUTPUT}), "objective: give either a loss or output = true"),
    "reduction of no loss": (at(objective={**OUTPUT, "reduction": "sum"}), "objective: a reduction belongs to a loss"),
    # depth and kink
    "depth 0": (at(depth=0), f"depth: 0 {NO_DEPTH}"),
    "depth too large": (at(depth=10_001), f"depth: 10001 {NO_DEPTH}"),
    "depth with a point": (at(depth=2.0), f"depth: 2.0 {NO_DEPTH}"),
    "depth true": (at(depth=True), f"depth: True {NO_DEPTH}"),
    "depth of another letter": (at(depth="M"), f"depth: 'M' {NO_DEPTH}"),
    "kink below 0": (at(derivative_at_kink=-1), f"derivative_at_kink: -1 {NO_KINK}"),
    "kink above 1": (at(derivative_at_kink=1.5), f"derivative_at_kink: 1.5 {NO_KINK}"),
    "kink not a number": (at(derivative_at_kink=float("nan")), f"derivative_at_kink: nan {NO_KINK}"),
    "kink true": (at(derivative_at_kink=True), f"derivative_at_kink: True {NO_KINK}"),
    "kink of a text": (at(derivative_at_kink="0"), f"derivative_at_kink: '0' {NO_KINK}"),
    # what contradicts the depth
    "n_l without depth": (
        first(units="n_l"),
        '"n_l" is the size of a layer of a network with a depth; add depth = "L"',
    ),
    "input n_l without depth": (
        sized("n_l"),
        '"n_l" is the size of a layer of a network with a depth; add depth = "L"',
    ),
    "output without depth": (
        at(output={"units": 1}),
        "output.units is for networks with a depth; the last layer says it",
    ),
    "depth of two layers": (
        at(**{**DEPTH, "layers": [affine("n_l")] * 2}),
        'a network with a depth has one layer, with units = "n_l"',
    ),
    "depth of other units": (
        at(**{**DEPTH, "layers": [affine("m")]}),
        'a network with a depth has one layer, with units = "n_l"',
    ),
    "depth of a sum": (
        at(**{**DEPTH, "layers": [add("x", "x")]}),
        'a network with a depth has one layer, with units = "n_l"',
    ),
    "depth of other input": (at(**{**DEPTH, "input": {"size": "n"}}), 'a network with a depth has input.size = "n_0"'),
    "depth of a jump": (
        at(**{**DEPTH, "layers": [affine("n_l", input="x")]}),
        "a layer that is repeated takes the one before it; leave out its input",
    ),
    "depth of an open output": (
        at(**DEPTH, output={"units": "n_l"}),
        'output.units = "n_l" fixes nothing; leave out the output, or give its units',
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_spec_is_refused_at_its_place(name: str) -> None:
    data, message = WRONG[name]
    with pytest.raises(SpecError) as raised:
        make_spec(data, place="net.toml")
    assert str(raised.value) == f"net.toml: {message}"


WRONG_VALUES = {
    "unknown input": (first(units="m", input="a7"), "net: layers[1].input: unknown value 'a7'; choose from x"),
    "parameter as input": (
        at(layers=[affine("m"), affine("K", input="W1")]),
        "net: layers[2].input: unknown value 'W1'; choose from a1, x, z1",
    ),
    "later value": (first(type="add", inputs=["x", "a2"]), "net: layers[1].inputs: unknown value 'a2'; choose from x"),
    "own value": (first(units="m", input="a1"), "net: layers[1].input: unknown value 'a1'; choose from x"),
    "different sizes": (
        at(layers=[affine("m"), add("x", "a1")]),
        "net: layers[2].inputs: sizes differ: x has n units, a1 has m; add values of one size",
    ),
    "different numbers": (
        network(affine(3), add("a1", "x"), size=2),
        "net: layers[2].inputs: sizes differ: a1 has 3 units, x has 2; add values of one size",
    ),
    "output of several units": (
        at(objective=OUTPUT),
        "net: objective: output = true needs one output unit, got K; "
        "set the last layer's units (or output.units) to 1, or give a loss",
    ),
    "output of open depth": (
        {**DEEP, "objective": OUTPUT},
        "net: objective: output = true needs one output unit, got n[L]; "
        "set the last layer's units (or output.units) to 1, or give a loss",
    ),
}


@pytest.mark.parametrize("name", WRONG_VALUES)
def test_values_that_do_not_fit_are_refused_when_built(name: str) -> None:
    data, message = WRONG_VALUES[name]
    spec = make_spec(data)
    with pytest.raises(SpecError) as raised:
        build(spec)
    assert str(raised.value) == message


# -- where a spec comes from


def test_a_spec_is_its_own_source() -> None:
    spec = make_spec(PLAIN)
    assert load_spec(spec) is spec


@pytest.mark.parametrize("as_path", [str, Path])
def test_a_path_is_a_source(tmp_path: Path, as_path: Any) -> None:
    assert load_spec(as_path(write(tmp_path, PLAIN))) == make_spec(PLAIN)


def test_a_file_needs_no_suffix(tmp_path: Path) -> None:
    assert load_spec(str(write(tmp_path, PLAIN, "description"))).name == "net"


def test_a_name_of_the_catalogue_is_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, PLAIN, "regression")
    assert load_spec("regression").name == "regression"
    assert load_spec("./regression").name == "net"
    assert load_spec(Path("regression")).name == "net"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["UTF-8", "UTF-8 with a mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_a_file_of_any_editor_is_read(tmp_path: Path, mark: bytes, end: bytes) -> None:
    path = tmp_path / "net.toml"
    path.write_bytes(mark + toml({**PLAIN, "title": "Größe σ"}).encode().replace(b"\n", end))
    assert read_spec(path).title == "Größe σ"


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", f"{{path}}: name: {MISSING}"),
    "syntax": (b'name = "net"\ntitle = \n', "{path}: not TOML: Invalid value (at line 2, column 9)"),
    "twice": (b"order = 1\norder = 2\n", "{path}: not TOML: Cannot overwrite a value (at line 2, column 10)"),
    "Python": (b"import os\n", "{path}: not TOML: Expected '=' after a key in a key/value pair (at line 1, column 8)"),
    "not UTF-8": (b'title = "\xff"\n', "{path}: cannot read the spec: not UTF-8 text"),
    "UTF-16": ('name = "net"'.encode("utf-16"), "{path}: cannot read the spec: not UTF-8 text"),
    "binary": (b"\x00\x01\x02", "{path}: not TOML: Invalid statement (at line 1, column 1)"),
    "deep": (b"order = " + b"[" * 10_000, "{path}: not TOML: nested too deeply"),
    "digits": (b"order = " + b"9" * 5_000, "{path}: not TOML: Exceeds the limit"),
    "large": (b"#" * (2**22 + 1), "{path}: cannot read the spec: more than 4194304 bytes"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_no_spec_is_refused(tmp_path: Path, name: str) -> None:
    content, message = UNREADABLE[name]
    path = tmp_path / "net.toml"
    path.write_bytes(content)
    with pytest.raises(SpecError) as raised:
        load_spec(path)
    assert re.sub(r" \(4300 digits\).*", "", str(raised.value)) == message.format(path=path)


def test_an_endless_file_is_refused() -> None:
    with pytest.raises(SpecError, match="more than 4194304 bytes"):
        load_spec(Path("/dev/zero"))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for source, reason in ((tmp_path, "Is a directory"), (tmp_path / "q.toml", "No such file or directory")):
        for named in (source, str(source)):
            with pytest.raises(SpecError) as raised:
                load_spec(named)
            assert str(raised.value) == f"{source}: cannot read the spec: {reason}"


SYSTEMS = ", ".join(sorted(catalog()))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("regresion", "did you mean 'regression'?"),
        ("Regression", "did you mean 'regression'?"),
        ("deep_mce", "did you mean 'deep_mse'?"),
        ("transformer", f"choose from {SYSTEMS}"),
        ("", f"choose from {SYSTEMS}"),
        ("a\0b", f"choose from {SYSTEMS}"),
        ("a\nb", f"choose from {SYSTEMS}"),
        ("q" * 10_000, f"choose from {SYSTEMS}"),
    ],
    ids=lambda given: given[:20],
)
def test_a_name_that_is_unknown_is_refused(name: str, hint: str) -> None:
    with pytest.raises(UnknownNameError) as raised:
        load_spec(name)
    assert str(raised.value) == f"unknown system {name!r}; {hint}"


@pytest.mark.parametrize("name", ["q\0.toml", "q" * 10_000 + ".toml"])
def test_a_path_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(SpecError, match="cannot read the spec: "):
        load_spec(name)


# -- properties


def refused(error: SymbolicError) -> bool:
    """Whether an error is one that a reader can be shown: a line, starting with the place."""
    return isinstance(error, (SpecError, UnknownNameError)) and "\n" not in str(error)


def valid_or_refused(data: Any) -> None:
    try:
        spec = make_spec(data)
        build(spec)
    except SymbolicError as error:
        outcome: object = refused(error)
    else:
        outcome = make_spec(spec.model_dump()) == spec
    assert outcome is True


KEYS_OF = [*Spec.model_fields, "type", "units", "activation", "input", "inputs", "loss", "reduction", "output", "size"]
ATOMS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.binary(max_size=4), st.dates()
) | st.sampled_from(["n", "n_0", "n_l", "L", "x", "a1", "add", "affine", "sum", "columns", *activations()])
GARBAGE = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS_OF) | st.text(), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(GARBAGE)
def test_any_data_is_a_spec_or_refused(data: Any) -> None:
    valid_or_refused(data)


@given(st.sampled_from(sorted(VALID)), st.data())
def test_a_spec_broken_anywhere_is_a_spec_or_refused(name: str, data: st.DataObject) -> None:
    """One value of a valid spec replaced by anything: gets deeper than data that is garbage throughout."""
    whole = make_spec(VALID[name]).model_dump(mode="json")
    place: Any = whole
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], (dict, list)) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(GARBAGE)
    valid_or_refused(whole)


@given(networks())
def test_any_network_is_valid(data: Data) -> None:
    assert build(make_spec(data)).spec == make_spec(data)


LINES = st.sampled_from([line for data in VALID.values() for line in toml(data).splitlines()])


@given(st.lists(LINES | st.text(max_size=20), max_size=12))
def test_any_toml_is_a_spec_or_refused(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    try:
        outcome: object = isinstance(read_spec(path), Spec)
    except SymbolicError as error:
        outcome = refused(error) and str(error).startswith(f"{path}: ")
    assert outcome is True


def test_a_spec_needs_no_sympy() -> None:
    """A spec is data; what SymPy makes of it is the builder's."""
    assert "sympy" not in {getattr(thing, "__module__", "").split(".")[0] for thing in vars(spec_module).values()}
