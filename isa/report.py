"""The faults of all cores as the messages of one error."""

from collections.abc import Sequence

from isa.errors import Diagnostic, DlpsimError
from isa.fault import Fault
from isa.lexer import column_of
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

    def check(self, cores: int) -> None:
        """Raise DlpsimError if anything was added; `cores` is how many cores were asked."""
        places = sorted(self._faults)
        room = max(0, MAX_MESSAGES - len(self._general))
        shown = [*self._general[:MAX_MESSAGES], *(self._diagnostic(place, cores) for place in places[:room])]
        messages = [str(diagnostic) for diagnostic in shown]
        hidden = len(self._general) + len(places) - len(shown)
        if hidden:
            messages.append(f"… and {hidden} more error{'s' if hidden > 1 else ''}")
        if messages:
            raise DlpsimError(messages)

    def _diagnostic(self, place: _Place, cores: int) -> Diagnostic:
        line, token, message = place
        text = self.source[line - 1]
        concerned = self._cores[place]
        note = "" if len(concerned) == cores else f" ({core_list(concerned)})"
        return Diagnostic(
            self.name, message + note, line, column_of(text, token), text, hint=str(self._faults[place].hint)
        )


def core_list(cores: Sequence[int]) -> str:
    """Return ascending `cores` in words: `core 3`, `cores 1, 2, 5`, `cores 0-15`."""
    parts: list[str] = []
    for first, last in spans(cores):
        parts += [f"{first}-{last}"] if last - first > 1 else [str(core) for core in range(first, last + 1)]
    rest = ", …" if len(parts) > _MAX_SPANS else ""
    return f"core{'s' if len(cores) > 1 else ''} {', '.join(parts[:_MAX_SPANS])}{rest}"
