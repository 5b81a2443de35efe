"""Moves of tiles do what NumPy's slices do."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlpsim.compiler.instructions import Move, Spot
from dlpsim.compiler.layouts.activation import Activation
from dlpsim.compiler.layouts.transfers import Tile, around
from dlpsim.compiler.scheduling.schedule import Placed
from dlpsim.compiler.step import Extent
from dlpsim.compiler.writing.text import lines
from dlpsim.machine_file import load_machine
from isa.assembler import assemble
from isa.interpreter import interpret

MACHINE = load_machine("dlp-m")
OTHER = -1.0
"""What lies in the tensor that is stored to."""


@st.composite
def tiles(draw: st.DrawFn) -> Tile:
    """Draw a tile of an image that may be a part of the channels of its tensor."""
    images, height, width = (draw(st.integers(1, most)) for most in (2, 6, 6))
    channels = draw(st.integers(1, 5))
    first, behind = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    activation = Activation("x", (images, channels, height, width), first + channels + behind, first)
    row_step, column_step = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    row, column, channel = (draw(st.integers(0, size - 1)) for size in (height, width, channels))
    rows = draw(st.integers(1, (height - 1 - row) // row_step + 1))
    columns = draw(st.integers(1, (width - 1 - column) // column_step + 1))
    count = draw(st.integers(1, channels - channel))
    image = draw(st.integers(0, images - 1))
    return Tile(activation, height, width, image, row, rows, column, columns, channel, count, row_step, column_step)


def moved(codes: Sequence[Sequence[Move]], x: np.ndarray, back: Sequence[Move] = ()) -> np.ndarray:
    """Return the tensor y, of the size of x, after moves of each core, a barrier, and moves of the first."""
    code = "\n".join(line for line, _ in lines([[Placed(move, 0) for move in moves] for moves in codes]))
    after = "\n".join(line for line, _ in lines([[Placed(move, 0) for move in back]]))
    text = (
        f".tensor x DRAM f32 {x.size}\n.tensor y DRAM f32 {x.size}\n{code}\nsync chip\n.if core == 0\n{after}\n.endif\n"
    )
    program = assemble(text, MACHINE.target, "moves.asm")
    return interpret(program, {"x": x, "y": np.full(x.size, OTHER, np.float32)})["y"]


def renamed(moves: Sequence[Move]) -> list[Move]:
    """Let moves go to the tensor y instead of x."""
    return [replace(move, dst=replace(move.dst, base="y")) for move in moves]


def numbers_of(tile: Tile) -> tuple[np.ndarray, tuple[slice | int, ...]]:
    """Return the tensor of a tile, all numbers different, and what of it, as images, the tile is."""
    activation = tile.activation
    x = np.arange(activation.pixels * activation.pitch, dtype=np.float32)
    begin = activation.first + tile.channel
    return x.reshape(-1, tile.height, tile.width, activation.pitch), (
        tile.image,
        slice(tile.row, tile.row + tile.rows * tile.row_step, tile.row_step),
        slice(tile.column, tile.column + tile.columns * tile.column_step, tile.column_step),
        slice(begin, begin + tile.channels),
    )


@settings(max_examples=80, deadline=None)
@given(tiles())
def test_a_tile_goes_on_chip_and_back(tile: Tile) -> None:
    x, part = numbers_of(tile)
    found = moved([tile.load(128), [], [], []], x.ravel(), renamed(tile.store(128))).reshape(x.shape)
    expected = np.full(x.shape, OTHER, np.float32)
    expected[part] = x[part]
    assert np.array_equal(found, expected)


@settings(max_examples=80, deadline=None)
@given(tiles())
def test_on_chip_a_tile_lies_without_gaps(tile: Tile) -> None:
    x, part = numbers_of(tile)
    line = Tile(Activation("y", (1, tile.bytes // 4), tile.bytes // 4), 1, 1, 0, 0, 1, 0, 1, 0, tile.bytes // 4)
    assume(tile.bytes <= x.nbytes)
    found = moved([tile.load(64), [], [], []], x.ravel(), line.store(64))
    assert np.array_equal(found[: tile.bytes // 4], x[part].ravel())


@settings(max_examples=60, deadline=None)
@given(tiles())
def test_cores_bring_their_shares(tile: Tile) -> None:
    """Four cores bring a tile into the SharedRAM; from there it is that which one would load."""
    x, part = numbers_of(tile)
    flat = Move(Spot("SharedRAM", 256), Spot("NRAM", 0), tile.bytes)
    back = [
        flat,
        Tile(Activation("y", (1, tile.bytes // 4), tile.bytes // 4), 1, 1, 0, 0, 1, 0, 1, 0, tile.bytes // 4).store(0)[
            0
        ],
    ]
    found = moved([tile.share(256, core, 4) for core in range(4)], x.ravel(), back)
    assert np.array_equal(found[: tile.bytes // 4], x[part].ravel())


@given(tiles())
def test_extents_hold_all_that_is_moved(tile: Tile) -> None:
    x, part = numbers_of(tile)
    offsets = np.arange(x.size).reshape(x.shape)[part] * 4
    assert tile.extent == Extent("x", int(offsets.min()), int(offsets.max()) + 4)
    assert around([tile, tile]) == tile.extent


def test_whole_rows_are_one_move() -> None:
    image = Activation("x", (1, 8, 4, 4), 8)
    (move,) = Tile(image, 4, 4, 0, 1, 2, 0, 4, 0, 8).load(0)
    assert (move.size, move.rows) == (2 * 4 * 8 * 4, 1)
