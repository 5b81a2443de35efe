"""`dlpsim run --save FILE`: the result, to be compared with others later."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlpsim.saved import Saver, write_saved
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from dlpsim.config import MachineConfig
    from dlpsim.simulation import Result
    from isa.program import Program


class SavedResult:
    """Saves the result of a run. Raises DlpsimError for a file that `dlpsim diff` would not take for one."""

    status = 0

    def __init__(self, program: "Program", config: "MachineConfig", path: Path) -> None:
        if path.suffix.lower() != ".json":
            raise DlpsimError(f"--save {path}: a saved result has the suffix .json")
        self._path = path
        self._saver = Saver(program, config)
        self.listeners = self._saver.listeners

    def finish(self, result: "Result") -> None:
        """Write the file."""
        write_saved(self._path, self._saver.saved(result))

    def to_dict(self) -> Mapping[str, Any]:
        """Add nothing."""
        return {}

    def render(self) -> Iterator[str]:
        """Say where it is."""
        yield f"  result in {self._path}"
