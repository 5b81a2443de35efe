"""Files with bytes changed, taken out or put in: each is read or refused, never anything else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpsim.networks.counting import count
from dlpsim.networks.lowering.lower import lowered
from dlpsim.networks.onnx_file.importer import load_onnx
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
