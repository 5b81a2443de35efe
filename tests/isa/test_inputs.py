from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from isa.errors import DlpsimError
from isa.inputs import checked_inputs, inputs_of, random_inputs, unusual_values
from tests.isa.examples import program, target

Array = NDArray[Any]

TENSORS = ".tensor x DRAM f32 4 8\n.tensor w DRAM i8 8\n.tensor h DRAM f16 2\n.tensor y DRAM i32 4\n"


def problems(arrays: dict[str, Array], text: str = TENSORS) -> tuple[str, ...]:
    """Return what is wrong with `arrays`."""
    try:
        checked_inputs(program(text), arrays)
    except DlpsimError as error:
        return error.messages
    return ()


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("", ["x", "w", "h", "y"]),
        ("move NRAM[0] DRAM[y] 16", ["x", "w", "h"]),
        ("move NRAM[0] DRAM[x] 4", ["w", "h", "y"]),
        ("move NRAM[0] DRAM[x + 127] 1", ["w", "h", "y"]),
        ("move NRAM[0] DRAM[x + 128] 1", ["x", "h", "y"]),
        ("move NRAM[0] DRAM[x + 124] 8", ["h", "y"]),
        ("move DRAM[y] NRAM[0] 16", ["x", "w", "h", "y"]),
        ("move NRAM DRAM 16", ["x", "w", "h", "y"]),
        ("loop 2 i\nmove NRAM[0] DRAM[i * y] 4\nendloop", ["w", "h"]),
        ("loop 2 i\nloop 0\nmove NRAM[0] DRAM[i * y] 4\nendloop\nendloop", ["x", "w", "h", "y"]),
        ("loop 1_000_000 i\nmove NRAM[0] DRAM[(i * i) % 2 * y] 4\nendloop", []),
        ("loop 2_000_000 i\nloop 2_000_000 j\nmove NRAM[0] DRAM[8 / (i == j)] 4\nendloop\nendloop", []),
        (".if core\nmove NRAM[0] DRAM[y] 4\n.endif", ["x", "w", "h"]),
    ],
)
def test_inputs_are_what_no_move_stores(text: str, inputs: list[str]) -> None:
    assert [tensor.name for tensor in inputs_of(program(TENSORS + text, target(2)))] == inputs


def test_what_fits() -> None:
    arrays: dict[str, Array] = {
        "x": np.zeros((4, 8), np.float32),
        "w": np.zeros(8, np.int8),
        "h": np.zeros(2, np.float16),
        "y": np.zeros(4, np.int32),
    }
    assert problems(arrays) == ()
    assert problems({name: arrays[name] for name in "xwh"}, TENSORS + "move NRAM[0] DRAM[y] 4") == ()
    assert problems(arrays, TENSORS + "move NRAM[0] DRAM[y] 4") == ()


def test_everything_wrong_is_reported() -> None:
    arrays: dict[str, Array] = {
        "x": np.zeros((8, 4), np.float32),
        "w": np.zeros(8),
        "z": np.zeros(1),
        "ww": np.zeros(1),
        "y": np.zeros((), np.int32),
    }
    assert problems(arrays) == (
        "x.asm: missing input 'h', float16 2",
        "x.asm: tensor 'x' must be float32 4 x 8, found float32 8 x 4",
        "x.asm: tensor 'w' must be int8 8, found float64 8",
        "x.asm: unknown tensor 'z'\n    hint: its tensors in DRAM are x, w, h, y",
        "x.asm: unknown tensor 'ww'\n    hint: did you mean 'w'?",
        "x.asm: tensor 'y' must be int32 4, found int32 without a shape",
    )
    assert problems({"x": np.zeros(1)}, "sync") == ("x.asm: unknown tensor 'x'\n    hint: it has no tensor in DRAM",)


def test_random_inputs() -> None:
    found = random_inputs(program(TENSORS + "move NRAM[0] DRAM[y] 4"), 7)
    assert {name: (array.dtype.name, array.shape) for name, array in found.items()} == {
        "x": ("float32", (4, 8)),
        "w": ("int8", (8,)),
        "h": ("float16", (2,)),
    }
    again, other = (random_inputs(program(TENSORS), seed) for seed in (7, 8))
    assert all(np.array_equal(found[name], again[name]) for name in found)
    assert not np.array_equal(again["x"], other["x"])
    assert np.abs(again["y"]).max() <= 1000
    with pytest.raises(DlpsimError, match="the seed must be at least 0, is -1"):
        random_inputs(program(TENSORS), -1)
    with pytest.raises(DlpsimError, match="its data take 4000000000000 bytes, more than 8 GiB"):
        random_inputs(program(".tensor x DRAM f32 1_000_000_000_000"), 7)


def test_unusual_values() -> None:
    arrays: dict[str, Array] = {
        "a": np.array([1, np.nan, np.inf, -np.inf], np.float32),
        "b": np.array([np.inf] * 2, np.float16),
        "c": np.ones(3, np.int8),
        "d": np.ones(3, np.float32),
    }
    assert unusual_values(arrays) == ("a holds 1 NaN and 2 infinite of 4 values", "b holds 2 infinite of 2 values")
