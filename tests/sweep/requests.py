"""Small sweeps that the tests share."""

from dataclasses import replace
from typing import Any

from dlpsim.sweep.grid import Grid
from dlpsim.sweep.reading import Request, read_grid
from dlpsim.sweep.study import Study
from dlpsim.sweep.table import SweepTable, sweep_table

SMALL = Request(
    programs=["fc_1x256.asm"],
    machines=["dlp-s,dlp-s-real"],
    sets=[("compute.rate.MAC_32", "64:256:x2"), ("port.dram.latency", "0,100")],
)

PARTLY = """\
.param T 4
.param scale 1
.if T > 8
    .error T must be at most 8
.endif
move DRAM NRAM 64 * T
sync
compute MAC_32 256 * T * scale
sync
move NRAM DRAM 4 * T
"""
"""A program that can do some sizes only."""


def grid(request: Request = SMALL, **changes: Any) -> Grid:
    return read_grid(replace(request, **changes))


def swept(grid: Grid) -> SweepTable:
    study = Study(grid.points())
    study.run()
    return sweep_table(grid, study.outcomes)
