"""`dlpsim run --decoder`: what the decoders did, over time and in all."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dlpsim.views.decoder_load import DecoderLoad
from dlpsim.views.decoder_load_data import LoadData
from dlpsim.views.decoder_load_text import render as render_load
from dlpsim.views.timeline import Timeline
from dlpsim.views.timeline_data import DECODER
from dlpsim.views.timeline_text import WIDTH, label_width, render

if TYPE_CHECKING:
    from dlpsim.config import MachineConfig
    from dlpsim.simulation import Result
    from isa.program import Program

MOST_CORES = 16
"""The decoders of so many cores are shown over time."""


class Decoder:
    """Shows the states of the decoders, and what each kind of instruction takes."""

    status = 0

    def __init__(self, program: "Program", config: "MachineConfig") -> None:
        self._cores = range(min(config.total_cores, MOST_CORES))
        self._label = label_width((), config.total_cores)
        self._timeline = Timeline(program, config)
        self._load = DecoderLoad(program, config)
        self._cycles = 0
        self.listeners = (self._timeline, self._load)

    def finish(self, result: "Result") -> None:
        """Take note of how long the run was."""
        self._cycles = result.cycles

    def to_dict(self) -> Mapping[str, Any]:
        """Return states and kinds of instructions."""
        return {"decoder": self._data().to_dict()}

    def render(self) -> Iterator[str]:
        """Return the states over time, then the tables."""
        data = self._timeline.data(self._cycles, (0, self._cycles), self._cores, WIDTH - self._label)
        lanes = tuple(lane for lane in data.lanes if lane.unit == DECODER)
        yield "\n".join(line.rstrip() for line in render(replace(data, lanes=lanes), self._label))
        yield "\n".join(render_load(self._data()))

    def _data(self) -> LoadData:
        return self._load.data(self._cycles)
