"""The network in the instruction set computes what NumPy does, image by image, on any number of cores."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dlpsim.simulation import simulate
from isa.check import check
from isa.expected import relative_error
from isa.inputs import random_inputs
from isa.interpreter import interpret
from tests.programs.shipped import assembled, target

NAME = "lenet.asm"
Arrays = Mapping[str, NDArray[Any]]


def convolved(x: NDArray[Any], kernels: NDArray[Any], bias: NDArray[Any], pad: int = 0) -> NDArray[Any]:
    """Convolve an image of rows x columns x channels, one place of the kernel after the other; then relu, then pool."""
    padded = np.pad(x, ((pad, pad), (pad, pad), (0, 0)))
    size = len(padded) - len(kernels) + 1
    places = np.ndindex(kernels.shape[:2])
    made = sum(padded[i : i + size, j : j + size] @ kernels[i, j] for i, j in places) + bias
    pooled: NDArray[Any] = np.maximum(made, 0).reshape(size // 2, 2, size // 2, 2, -1).max(axis=(1, 3))
    return pooled


def reference(arrays: Arrays) -> NDArray[Any]:
    given = {name: array.astype(np.float64) for name, array in arrays.items()}
    rows = []
    for image in given["image"]:
        x = convolved(image, given["w1"], given["b1"], pad=2)
        x = convolved(x, given["w2"], given["b2"]).reshape(400)
        x = np.maximum(x @ given["w3"] + given["b3"], 0)
        x = np.maximum(x @ given["w4"] + given["b4"], 0)
        rows.append(x @ given["w5"] + given["b5"])
    return np.array(rows)


@pytest.mark.parametrize(("cores", "images"), [(1, 1), (1, 2), (1, 5), (3, 7), (4, 2)])
def test_computes_what_numpy_does(cores: int, images: int) -> None:
    program = assembled(NAME, target("dlp-m", cores), {"images": str(images)})
    assert not check(program).findings
    inputs = random_inputs(program, 1)
    assert relative_error(interpret(program, inputs)["y"], reference(inputs)) < 1e-6


def test_computes_it_on_the_timed_machine() -> None:
    program = assembled(NAME, target("dlp-s", 1), {"images": "3"})
    inputs = random_inputs(program, 2)
    result = simulate(program, "dlp-s", data=inputs)
    assert result.tensors is not None
    assert relative_error(result.tensors["y"], reference(inputs)) < 1e-6
    assert result.cycles == 3963 + 1762 + 1713


def test_every_weight_is_loaded_once_and_counted() -> None:
    result = simulate(assembled(NAME, target("dlp-s", 1), {"images": "1"}), "dlp-s")
    assert result.bytes["DRAM->WRAM"] == 4 * 61_706
    assert result.ops["MAC_32"] == 117_600 + 240_000 + 48_000 + 10_080 + 840
