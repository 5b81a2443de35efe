"""Images that are resized: what each way becomes."""

from pathlib import Path

import numpy as np
import pytest

from dlpsim.networks.counting import count
from tests.networks.compare import check_file
from tests.networks.onnx_file.models import Array, graph, integers, node, save

IMAGE = {"x": (1, 4, 6, 6)}


@pytest.mark.parametrize("mode", ["nearest", "linear"])
def test_upsample_of_version_9(mode: str, tmp_path: Path) -> None:
    scales = {"s": np.array([1, 1, 2, 3], np.float32)}
    network = check_file(
        save(tmp_path / "m.onnx", graph([node("Upsample", "x s", "y", mode=mode)], IMAGE, "y", scales), 9)
    )
    ops = ["Reshape", "Expand", "Reshape"] if mode == "nearest" else ["Transpose", "Reshape", "MatMul"] * 2
    moving = [one.op for one in network.nodes if not one.name.endswith(("/pixels", "axis2", "axis3"))]
    assert moving == ops
    assert count(network).parameters == 0


@pytest.mark.parametrize(
    ("sizes", "ops"),
    [
        ((2, 4, 12, 6), ["Reshape", "Expand", "Reshape"]),
        ((1, 8, 18, 9), ["Gather", "Reshape", "Expand", "Reshape"]),
        ((1, 4, 3, 8), ["Gather", "Gather"]),
        ((1, 4, 6, 6), []),
    ],
)
def test_the_nearest_element_is_repeated_or_chosen(sizes: tuple[int, ...], ops: list[str], tmp_path: Path) -> None:
    weights: dict[str, Array] = {"s": integers(*sizes)}
    resize = node("Resize", "x - - s", "r", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    network = check_file(save(tmp_path / "m.onnx", graph([resize, node("Relu", "r", "y")], IMAGE, "y", weights)))
    assert [one.op for one in network.nodes] == [*ops, "Relu"]


@pytest.mark.parametrize(
    ("shape", "sizes"), [((2, 3, 5), (2, 3, 9)), ((1, 3, 4, 5, 6), (1, 3, 7, 5, 4)), ((4, 6), (7, 9))]
)
def test_images_of_any_rank_are_resized(shape: tuple[int, ...], sizes: tuple[int, ...], tmp_path: Path) -> None:
    resize = node("Resize", "x - - s", "y", mode="linear")
    network = check_file(save(tmp_path / "m.onnx", graph([resize], {"x": shape}, "y", {"s": integers(*sizes)})))
    assert [one.op for one in network.nodes].count("MatMul") == sum(a != b for a, b in zip(shape, sizes, strict=True))


def test_lines_are_resized_by_a_weight_where_that_is_large(tmp_path: Path) -> None:
    resize = node("Resize", "x - - s", "y", mode="linear")
    sizes = {"s": integers(1, 3, 96, 192)}
    network = check_file(save(tmp_path / "m.onnx", graph([resize], {"x": (1, 3, 48, 96)}, "y", sizes)))
    first, last = (one for one in network.nodes if one.op == "MatMul")
    assert first.inputs[0] in network.weights
    assert last.inputs[1] in network.weights
