"""Constants that follow from others."""

from pathlib import Path

import numpy as np
import pytest

from dlpsim.networks.onnx_file.importer import load_onnx
from isa.errors import DlpsimError
from tests.networks.compare import check_file
from tests.networks.onnx_file.models import Array, graph, node, number, save


def _chosen(indices: list[list[int]]) -> tuple[list[list[float]], dict[str, Array]]:
    table = [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]
    chosen = [[row[index] for index in picks] for row, picks in zip(table, indices, strict=True)]
    return chosen, {"table": np.array(table, np.float32), "indices": np.array(indices, np.int64)}


@pytest.mark.parametrize("indices", [[[0], [3]], [[0, 3, -1], [2, 2, 1]], [[0] * 40, [1] * 40]])
def test_what_the_reference_cannot_compute_onnxruntime_does(tmp_path: Path, indices: list[list[int]]) -> None:
    chosen, weights = _chosen(indices)
    nodes = [node("GatherElements", "table indices", "chosen", axis=1), node("Add", "x chosen", "y")]
    path = save(tmp_path / "m.onnx", graph(nodes, {"x": (2, len(indices[0]))}, "y", weights))
    network = check_file(path)
    assert [one.op for one in network.nodes] == ["Add"]
    assert network.weights[network.nodes[0].inputs[1]].array().tolist() == chosen


def test_what_nothing_can_compute_is_told(tmp_path: Path) -> None:
    weights = {"table": number(1.0), "indices": np.array([9], np.int64)}
    nodes = [node("GatherElements", "table indices", "chosen"), node("Add", "x chosen", "y")]
    path = tmp_path / "m.onnx"
    save(path, graph(nodes, {"x": (1,)}, "y", weights))
    with pytest.raises(DlpsimError) as raised:
        load_onnx(path)
    (message,) = raised.value.messages
    assert message.startswith(
        f"{path}: node 'chosen' (GatherElements): its operands are constants, but it cannot be computed: "
    )
