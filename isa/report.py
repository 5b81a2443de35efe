"""The faults of all cores as the messages of one error."""

from collections.abc import Sequence

from isa.errors import Diagnostic, DlpsimError
from isa.fault import MAX_FAULTS, Fault
from isa.lexer import column_of
from isa.names import name_cores
from isa.spans import spans

MAX_MESSAGES = 50
"""Most messages that an error carries; the rest is counted."""

_MAX_SPANS = 6

_Place = tuple[int, int, str]


class Report:
    """Collects what is wrong, each thing once, however many cores have it."""

    def __init__(self, name: str, source: Sequence[str]) -> None:
        self.name = name
        self.source = source
        self._general: list[Diagnostic] = []
        self._faults: dict[_Place, Fault] = {}
        self._cores: dict[_Place, list[int]] = {}

    def add(self, *diagnostics: Diagnostic) -> None:
        """Add what is wrong in no line."""
        self._general += diagnostics

    def add_core(self, core: int, faults: Sequence[tuple[int, Fault]]) -> None:
        """Add the faults of core `core`: pairs of a line and what is wrong in it."""
        for line, fault in faults:
            place = (line, fault.token, fault.message)
            cores = self._cores.setdefault(place, [])
            if not cores:
                self._faults[place] = fault
            if cores[-1:] != [core]:
                cores.append(core)

    @property
    def is_full(self) -> bool:
        """Whether there is no use in looking for more."""
        return len(self._faults) >= MAX_FAULTS

    def check(self, cores: int) -> None:
        """Raise DlpsimError if anything was added; `cores` is how many cores were asked."""
        places = sorted(self._faults)
        room = max(0, MAX_MESSAGES - len(self._general))
        shown = [*self._general[:MAX_MESSAGES], *(self._diagnostic(place, cores) for place in places[:room])]
        messages = [str(diagnostic) for diagnostic in shown]
        hidden = len(self._general) + len(places) - len(shown)
        if hidden:
            messages.append(f"… and {'at least ' * self.is_full}{hidden:,} more error{'s' if hidden > 1 else ''}")
        if messages:
            raise DlpsimError(messages)

    def _diagnostic(self, place: _Place, cores: int) -> Diagnostic:
        line, token, message = place
        text = self.source[line - 1]
        concerned = self._cores[place]
        note = "" if len(concerned) == cores else f" ({_name_some(concerned)})"
        return Diagnostic(
            self.name, message + note, line, column_of(text, token), text, hint=str(self._faults[place].hint)
        )


def _name_some(cores: Sequence[int]) -> str:
    """Return which `cores` have a fault; of many scattered ones only the first."""
    if len(spans(cores)) <= _MAX_SPANS:
        return name_cores(cores)
    return f"{len(cores)} cores, the first are {', '.join(str(core) for core in cores[:_MAX_SPANS])}"
