"""Networks written as ONNX files and read again; networks that onnx itself brings along."""

from pathlib import Path

import onnx
import pytest

from dlpsim.networks.counting import count
from dlpsim.networks.lowering.lower import LOWERED_AWAY, lowered
from dlpsim.networks.onnx_file.importer import load_onnx
from dlpsim.networks.to_onnx import to_onnx
from dlpsim.networks.zoo.table import BUILT_IN
from tests.networks.compare import check_file

LIGHT = Path(onnx.__file__).parent / "backend/test/data/light"

COUNTS = {
    "bvlc_alexnet": (60_965_224, 654_560_384),
    "densenet121": (8_062_504, 2_834_161_664),
    "inception_v1": (6_998_552, 1_431_556_352),
    "inception_v2": (11_214_888, 2_018_851_840),
    "resnet50": (25_557_032, 4_089_184_256),
    "shufflenet": (1_393_320, 124_664_528),
    "squeezenet": (1_235_496, 349_151_936),
    "vgg19": (143_667_240, 19_632_062_464),
    "zfnet512": (87_250_536, 1_481_727_008),
}
"""Parameters and MACs of the networks of onnx's own tests, at their image size."""


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_network_survives(name: str, tmp_path: Path) -> None:
    network = BUILT_IN[name].build(**BUILT_IN[name].small)
    path = tmp_path / "m.onnx"
    path.write_bytes(to_onnx(network).SerializeToString())
    again = check_file(path)
    assert [(node.op, node.inputs, node.outputs) for node in again.nodes] == [
        (node.op, node.inputs, node.outputs) for node in network.nodes
    ]
    assert all(
        dict(new.attributes) == dict(old.attributes)
        for new, old in zip(again.nodes, network.nodes, strict=True)
        if not any(isinstance(value, float) for value in old.attributes.values())
    )
    ours, theirs = count(network).to_dict(), count(again).to_dict()
    assert {**ours, "network": ""} == {**theirs, "network": ""}


@pytest.mark.parametrize("name", COUNTS)
def test_networks_of_onnx(name: str) -> None:
    network = load_onnx(LIGHT / f"light_{name}.onnx")
    counted = count(network)
    assert (counted.parameters, counted.macs) == COUNTS[name]
    simple = lowered(network)
    assert count(simple).macs == counted.macs
    assert not {node.op for node in simple.nodes} & set(LOWERED_AWAY)
