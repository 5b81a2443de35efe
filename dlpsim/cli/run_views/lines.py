"""`dlpsim run --lines`: where the cycles went, by source line."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dlpsim.views.critical_path import CriticalPath
from dlpsim.views.line_table import LineData, data, render
from dlpsim.views.occupancy import Occupancy

if TYPE_CHECKING:
    from dlpsim.config import MachineConfig
    from dlpsim.simulation import Result
    from isa.program import Program


class Lines:
    """Shows the lines of `program` with what became of the cycles."""

    status = 0

    def __init__(self, program: "Program", config: "MachineConfig") -> None:
        self._path = CriticalPath(program, config)
        self._occupancy = Occupancy(program)
        self._lines = LineData(0, ())
        self.listeners = (self._path, self._occupancy)

    def finish(self, result: "Result") -> None:
        """Bring together what was collected."""
        self._lines = data(result.program, result.idle, self._path.data(), self._occupancy.data())

    def to_dict(self) -> Mapping[str, Any]:
        """Return the rows."""
        return {"lines": [row.to_dict() for row in self._lines.rows]}

    def render(self) -> Iterator[str]:
        """Return the table."""
        yield render(self._lines)
