"""The programs that are measured, as text."""

LOOP_INSTRUCTIONS = 4
"""Executed by one iteration of the loop below: its three instructions and the `endloop`."""


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
