"""Files with bytes changed, taken out or put in: each is read or refused, never anything else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import ModelProto, helper

from dlpsim.networks.counting import count
from dlpsim.networks.lowering.lower import lowered
from dlpsim.networks.onnx_file.composed import COMPOSED
from dlpsim.networks.onnx_file.importer import load_onnx
from dlpsim.networks.onnx_file.unrolled import UNROLLED
from dlpsim.networks.operators.table import OPERATORS
from isa.errors import DlpsimError
from tests.networks.onnx_file.models import model
from tests.networks.onnx_file.test_spellings import attention, caffe_scale, layer_norm
from tests.reference.examples import examples

WHOLE = [
    model(attention(), 13).SerializeToString(),
    model(caffe_scale(), 9).SerializeToString(),
    model(layer_norm("Pow", "Div")).SerializeToString(),
]

DAMAGES = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 3), st.binary(max_size=3)), min_size=1, max_size=5
)
"""Where, how many bytes go, and what comes in their place."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "m.onnx"


@examples(100)
@given(whole=st.sampled_from(WHOLE), damages=DAMAGES)
def test_damaged(path: Path, whole: bytes, damages: list[tuple[float, int, bytes]]) -> None:
    content = whole
    for place, gone, new in damages:
        start = int(place * len(content))
        content = content[:start] + new + content[start + gone :]
    path.write_bytes(content)
    try:
        network = load_onnx(path)
    except DlpsimError as error:
        assert error.messages
    else:
        assert count(lowered(network)).macs >= 0


@st.composite
def changed_models(draw: st.DrawFn) -> bytes:
    """Return a model with some nodes changed: another operator, other operands, an attribute more or less."""
    changed = ModelProto.FromString(draw(st.sampled_from(WHOLE)))
    nodes = changed.graph.node
    names = ["", "x", *(name for one in nodes for name in one.output)]
    for _ in range(draw(st.integers(1, 3))):
        one = draw(st.sampled_from(list(nodes)))
        what = draw(st.sampled_from(["op", "operand", "fewer", "more", "attribute"]))
        if what == "op":
            one.op_type = draw(st.sampled_from(OPS))
        elif what == "operand" and one.input:
            one.input[draw(st.integers(0, len(one.input) - 1))] = draw(st.sampled_from(names))
        elif what == "fewer" and one.input:
            one.input.pop()
        elif what == "more":
            one.input.append(draw(st.sampled_from(names)))
        else:
            kept = [attribute for attribute in one.attribute if draw(st.booleans())]
            del one.attribute[:]
            one.attribute.extend(kept)
            name = draw(
                st.sampled_from(["axis", "axes", "perm", "pads", "to", "mode", "group", "kernel_shape", "p", "k"])
            )
            if name not in {attribute.name for attribute in kept}:
                one.attribute.append(helper.make_attribute(name, draw(VALUES)))
    content: bytes = changed.SerializeToString()
    return content


OPS = [*OPERATORS, *COMPOSED, *UNROLLED, "Resize", "Einsum", "Tile", "If", "Range", "Shape", "Cast", "ConstantOfShape"]
VALUES = st.one_of(
    st.integers(-3, 9),
    st.lists(st.integers(-2, 4), min_size=1, max_size=4),
    st.floats(-2, 2),
    st.sampled_from(["SAME_UPPER", "reflect", "linear"]),
)


@examples(100)
@given(content=changed_models())
def test_changed(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        network = load_onnx(path)
    except DlpsimError as error:
        assert error.messages
    else:
        assert count(lowered(network)).macs >= 0
