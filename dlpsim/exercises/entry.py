"""What every exercise has, whatever its kind: a number, a title, and an answer that can be shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from rich.console import RenderableType


class Answered(Protocol):
    """An answer to an exercise."""

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `dlpsim exercise NUMBER --json` prints: `exercise`, its number, and more."""

    def render(self) -> "RenderableType":
        """Return what `dlpsim exercise NUMBER` prints."""


@runtime_checkable
class Pictured(Protocol):
    """An answer that is a picture as well."""

    def picture(self) -> str:
        """Return the SVG that `dlpsim exercise NUMBER -o FILE.svg` writes."""


@dataclass(frozen=True)
class Entry:
    """An exercise in the table; `answer` answers it, which may take some seconds."""

    number: str
    title: str
    answer: Callable[[], Answered]
