"""The programs that are measured, as text."""

from typing import NamedTuple

LOOP_INSTRUCTIONS = 4
"""Executed by one iteration of the loop below: its three instructions and the `endloop`."""


class Tile(NamedTuple):
    """The shape of a matrix product: `rows` x `inner` times `inner` x `columns`."""

    rows: int
    inner: int
    columns: int


TILE = Tile(rows=64, inner=256, columns=128)
"""Its left factor takes 64 KiB, its right one 128 KiB, its product 32 KiB."""


def loop(iterations: int) -> str:
    """Return a loop that loads, computes and stores, none of them waiting for another by a sync."""
    return f"loop {iterations}\n  move DRAM NRAM 1024\n  compute MAC_32 4096\n  move NRAM DRAM 1024\nendloop\n"


def distinct_lines(count: int) -> str:
    """Return a program of `count` lines, no two the same: moves, computes, constants and expressions of them."""
    templates = (
        ".equ tile_{n} {n} + 64",
        "move DRAM NRAM tile_{n}",
        "compute MAC_32 {n} * 256 + 1    ; tile {n}",
        "move NRAM DRAM ({n} + 1) * 4",
    )
    lines = (templates[index % 4].format(n=index // 4) for index in range(count))
    return "\n".join(lines) + "\n"


def tiles(iterations: int) -> str:
    """Return a program that says what it accesses: it loads a tile of x and all of w, and stores their product in y."""
    rows, inner, columns = TILE
    loaded, weights, stored = 4 * rows * inner, 4 * inner * columns, 4 * rows * columns
    return f"""\
.tensor x DRAM f32 {iterations} {rows} {inner}
.tensor w DRAM f32 {inner} {columns}
.tensor y DRAM f32 {iterations} {rows} {columns}
loop {iterations} i
  move DRAM[x + i*{loaded}] NRAM[0] {loaded}
  move DRAM[w] WRAM[0] {weights}
  sync
  compute MAC_32 {rows * inner * columns} : matmul NRAM[{loaded}] NRAM[0] WRAM[0] {rows} {inner} {columns}
  sync
  move NRAM[{loaded}] DRAM[y + i*{stored}] {stored}
endloop
"""
