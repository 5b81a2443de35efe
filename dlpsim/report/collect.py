"""Runs a program for its report: all views at once, then what would be otherwise, then the parts of its timeline."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dlpsim.config import MachineConfig
from dlpsim.deploy.deployment import Deployment
from dlpsim.deploy.layer_table import LayerData
from dlpsim.deploy.layer_table import data as layer_data
from dlpsim.explain.explanation import Explanation, explain
from dlpsim.explain.progress import Progress
from dlpsim.views.excerpt import AskedWindow
from dlpsim.views.roofline import RooflineData, roofline_data
from dlpsim.views.timeline import MOST_CYCLES, Timeline
from dlpsim.views.timeline_data import TimelineData
from isa.program import Program

MOST_BARS = 6_000
"""Where a run has more, only columns are drawn of the whole, and bars of three windows of it,"""
MOST_WINDOW_BARS = 1_500
"""so many in each. The whole page shall be less than 6 MB, of which plotly.js takes 4.8."""
MOST_COLUMNS, MOST_CELLS = 800, 20_000
"""Columns of what is too long for bars: so many, and fewer where there are many lanes."""
BARS_AN_INSTRUCTION = 2
"""A guess, to find out how long these windows can be."""


@dataclass(frozen=True)
class ReportData:
    """A run and all that its page tells of it.

    `timelines` are the whole run (unless a timeline cannot show so many cycles) and, if that is reduced or a window was
    asked for, windows of it. `command` is what makes the page again in a shell. `layers` are those of a network.
    """

    explanation: Explanation
    roofline: RooflineData
    timelines: tuple[TimelineData, ...]
    command: str
    layers: LayerData | None = None

    @property
    def program(self) -> Program:
        """The program that ran."""
        return self.explanation.result.program

    @property
    def machine(self) -> MachineConfig:
        """The machine that it ran on."""
        return self.explanation.result.machine

    @property
    def cycles(self) -> int:
        """What the run took."""
        return self.explanation.result.cycles


@dataclass(frozen=True)
class Asked:
    """What is to be drawn of the run: which cores, and which window of it beside the whole."""

    cores: Sequence[int]
    window: AskedWindow | None = None


def collect(
    program: Program,
    config: MachineConfig,
    asked: Asked,
    command: str,
    network: Deployment | None = None,
    *,
    progress: Progress | None = None,
) -> ReportData:
    """Run a program, perhaps that of a `network`, and run it as it would be otherwise; `progress` is told what is run.

    Raises DlpsimError if it cannot run on the machine, and for a window that is not within the run.
    """
    timeline = Timeline(program, config)
    explanation = explain(program, config, seek_slack=False, listeners=(timeline,), progress=progress)
    run = explanation.result
    name = str(run.to_dict()["program"])
    return ReportData(
        explanation=explanation,
        roofline=roofline_data([config], [(name, config, run.summary)]),
        timelines=tuple(_timelines(timeline, explanation, asked)),
        command=command,
        layers=layer_data(network, config, explanation.path) if network else None,
    )


def _timelines(view: Timeline, explanation: Explanation, asked: Asked) -> Iterator[TimelineData]:
    """Yield the whole run, and the window that was asked for or, where the whole is reduced, some that are not."""
    cycles = explanation.result.cycles
    window = asked.window.within(cycles) if asked.window else None
    whole = None
    lanes_of_core = 1 + len(explanation.result.machine.units)
    columns = min(MOST_COLUMNS, max(MOST_CELLS // (len(asked.cores) * lanes_of_core), 1))
    if window is None or cycles <= MOST_CYCLES:
        whole = view.data(cycles, (0, cycles), asked.cores, columns, MOST_BARS)
        yield whole
    if window:
        yield view.data(cycles, window, asked.cores, columns, MOST_BARS)
    elif whole and whole.intervals is None:
        yield from _samples(view, explanation, asked.cores)


def _samples(view: Timeline, explanation: Explanation, cores: Sequence[int]) -> Iterator[TimelineData]:
    """Yield windows at the beginning, in the middle and at the end of a run, short enough to be drawn in full."""
    cycles = explanation.result.cycles
    bars = BARS_AN_INSTRUCTION * sum(row.times for row in explanation.lines.rows)
    length = max(cycles * MOST_WINDOW_BARS // max(bars, 1), 1)
    for place in range(3):
        sample = _sample(view, cycles, cores, place, length)
        while sample.intervals is None and length > 1:
            length //= 2
            sample = _sample(view, cycles, cores, place, length)
        if sample.intervals is not None:
            yield sample


def _sample(view: Timeline, cycles: int, cores: Sequence[int], place: int, length: int) -> TimelineData:
    begin = (cycles - length) * place // 2
    return view.data(cycles, (begin, begin + length), cores, 1, MOST_WINDOW_BARS)
