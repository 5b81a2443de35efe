"""`dlpsim run --hazards`: which races the run met."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dlpsim.views.hazards import Hazards

if TYPE_CHECKING:
    from dlpsim.simulation import Result
    from isa.program import Program


class HazardsMet:
    """Shows the hazards that a run of `program` meets."""

    status = 0

    def __init__(self, program: "Program") -> None:
        self._hazards = Hazards(program)
        self.listeners = (self._hazards,)

    def finish(self, result: "Result") -> None:
        """Write nothing."""

    def to_dict(self) -> Mapping[str, Any]:
        """Return the hazards."""
        return {"hazards": [hazard.to_dict() for hazard in self._hazards.data()]}

    def render(self) -> Iterator[str]:
        """Return the hazards, or that there were none."""
        yield "\n".join(self._hazards.render())
