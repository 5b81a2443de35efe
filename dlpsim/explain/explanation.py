"""Why a run takes what it takes, as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dlpsim.config import MachineConfig
from dlpsim.events import Listener
from dlpsim.explain.advice import Advice, Case, advise
from dlpsim.explain.known import Known, known_of
from dlpsim.explain.progress import Progress
from dlpsim.explain.slack import Slack, slacks
from dlpsim.explain.what_if import WhatIf, what_ifs
from dlpsim.simulation import Result, Simulation
from dlpsim.views.bound import BoundData, bound
from dlpsim.views.critical_path import CriticalPath
from dlpsim.views.line_table import LineData
from dlpsim.views.line_table import data as line_data
from dlpsim.views.occupancy import Occupancy
from dlpsim.views.path import PathData
from isa.program import Program


@dataclass(frozen=True)
class Explanation:
    """A run, its critical path, what bounds it, what would be without limits and with worse parameters, advice.

    `lines` is where the cycles of the run went, by source line.
    """

    result: Result
    path: PathData
    lines: LineData
    bound: BoundData
    what_ifs: tuple[WhatIf, ...]
    slacks: tuple[Slack, ...]
    known: Known
    advice: tuple[Advice, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `dlpsim explain --json` prints."""
        run = self.result.to_dict()
        return {
            **{key: run[key] for key in ("program", "machine", "cycles")},
            "path": [
                {"unit": unit, "cause": cause.value, "cycles": cycles}
                for (unit, cause), cycles in self.path.by_resource().items()
            ],
            "occupied": [vars(one) for one in self.bound.occupations],
            "without": [
                {"limit": one.limit, "cycles": one.cycles, "saved": run["cycles"] - one.cycles, "bound": one.is_bound}
                for one in self.what_ifs
            ],
            "slack": [vars(one) for one in self.slacks],
            "memory": {name: {"used": self.known.used[name], "size": size} for name, size in self.known.sizes.items()},
            "advice": [
                {
                    "lines": list(one.lines),
                    "text": one.text,
                    "gain": one.gain,
                    "bound": one.is_bound,
                    "condition": one.condition,
                }
                for one in self.advice
            ],
        }


def explain(
    program: Program,
    config: MachineConfig,
    *,
    seek_slack: bool = True,
    listeners: Iterable[Listener] = (),
    progress: Progress | None = None,
) -> Explanation:
    """Run a program, and run it as it would be otherwise; `seek_slack` takes the most of these runs.

    `listeners` are told the events of the run as it is, `progress` what is run. Raises DlpsimError if the program
    cannot run on the machine.
    """
    progress = progress or Progress()
    progress.begin("as it is")
    path, occupancy = CriticalPath(program, config), Occupancy(program)
    result = Simulation(program, config, (path, occupancy, *listeners), idle_lines=True).run()
    found = path.data()
    lines = line_data(program, result.idle, found, occupancy.data())
    bounds, without, known = bound(result.summary, config), what_ifs(program, config, progress), known_of(program)
    case = Case(program, config, result.cycles, known, result.idle, lines, bounds, without)
    worse = slacks(program, config, result.cycles, progress) if seek_slack else ()
    return Explanation(result, found, lines, bounds, without, worse, known, advise(case, progress))
