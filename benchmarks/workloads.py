"""The programs that are measured, as text."""

from collections.abc import Iterator
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


def loop(iterations: int | str) -> str:
    """Return a loop that loads, computes and stores, none of them waiting for another by a sync."""
    return f"loop {iterations}\n  move DRAM NRAM 1024\n  compute MAC_32 4096\n  move NRAM DRAM 1024\nendloop\n"


def loop_with_barrier(iterations: int | str) -> str:
    """Return a loop in which all cores wait for each other to load, and each for itself to compute."""
    body = "  move DRAM NRAM 1024\n  sync chip\n  compute MAC_32 4096\n  sync\n  move NRAM DRAM 1024\n"
    return f"loop {iterations}\n{body}endloop\n"


def nest(iterations: int | str) -> str:
    """Return a loop around one of a thousand iterations and a store."""
    inner = "  loop 1000\n    move DRAM NRAM 1024\n    compute MAC_32 4096\n  endloop\n"
    return f"loop {iterations}\n{inner}  move NRAM DRAM 1024\n  sync\nendloop\n"


def uneven_loop(iterations: int | str) -> str:
    """Return a loop whose body takes every core another time, none of them waiting for another."""
    return f"loop {iterations}\n  move DRAM NRAM 1024 + 64*core\n  compute MAC_32 4096\n  sync\nendloop\n"


def stretches(count: int) -> str:
    """Return a program of so many loops in a row, no two with equal bodies, of a million iterations each."""
    return "".join(
        f"loop 1_000_000\n  move DRAM NRAM {64 * n}\n  compute MAC_32 {256 * (7 + n)}\nendloop\nsync chip\n"
        for n in range(1, count + 1)
    )


def straight(count: int) -> Iterator[str]:
    """Yield the lines of a program of `count` instructions without a loop; no stretch of it comes again."""
    templates = ("move DRAM NRAM {a}\n", "compute MAC_32 {b}\n", "move NRAM DRAM {c}\n", "sync\n")
    for n in range(count):
        yield templates[n % 4].format(a=64 + n % 1009 * 8, b=n + 1, c=4 + n * 7 % 4093)


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
