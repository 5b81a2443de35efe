"""What every view of a run can do for `dlpsim run`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rich.console import RenderableType

    from dlpsim.events import Listener
    from dlpsim.simulation import Result


class RunView(Protocol):
    """Listens to a run, then is asked what came of it. It is built before the run, and may refuse by DlpsimError."""

    @property
    def listeners(self) -> Sequence["Listener"]:
        """Those that the machine tells what happens. One that does not take `Repeat` makes it skip nothing."""

    def finish(self, result: "Result") -> None:
        """Do what is to be done once the run has ended, such as writing a file. Raises DlpsimError."""

    def to_dict(self) -> Mapping[str, Any]:
        """Return what this view adds to the object of --json."""

    def render(self) -> Iterable["RenderableType"]:
        """Return what it adds to the text, below the report: nothing, or parts set apart by blank lines."""

    @property
    def status(self) -> int:
        """The exit status that it asks for: 0 when all is well."""
