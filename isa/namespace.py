"""The names of one core: what they are worth and where they were defined."""

from dataclasses import dataclass
from itertools import islice

from isa.address import Address
from isa.expression import Expression, Load
from isa.fault import Fault, Hint, LineError, quoted
from isa.predefined import PREDEFINED, predefined_values
from isa.resolve import resolve
from isa.target import Target
from isa.vocabulary import COMPUTE_TYPES, MEMORIES

_COMPARED_NAMES = 1000  # the search for the nearest name is slow: it looks at those defined last
_FIELD_WORDS = frozenset(word.lower() for word in (*MEMORIES, *COMPUTE_TYPES))


@dataclass(frozen=True, slots=True)
class _UnknownName:
    """The hint for a name that is unknown where it is used; `lines` maps the names to their lines."""

    name: str
    lines: dict[str, int]

    def __str__(self) -> str:
        if line := self.lines.get(self.name):
            return f"'{self.name}' is defined later, in line {line}"
        if self.name.lower() in _FIELD_WORDS:
            return "a value is expected here"
        latest = islice(reversed(self.lines), _COMPARED_NAMES)
        return str(Hint(self.name, (*latest, *(entry.name for entry in PREDEFINED)), "define it with .equ or .param"))


class Names:
    """What is defined so far. `reads_core` says whether a value that depends on the core has been read."""

    def __init__(self, target: Target, core: int) -> None:
        self.reads_core = False
        self._values: dict[str, int | None] = {**predefined_values(target, core)}
        self._lines: dict[str, int] = {}
        self._counters: dict[str, int] = {}  # the depths of their loops

    def __contains__(self, name: str) -> bool:
        """Whether `name` is defined."""
        return name in self._values or name in self._counters

    def define(self, name: str, value: int | None, line: int) -> str:
        """Define `name`; return what is wrong with that, if anything.

        None for a `value` means that its expression is wrong: uses of the name are then not reported again.
        """
        if name in self:
            where = f"in line {self._lines[name]}" if name in self._lines else "predefined"
            return f"{quoted(name)} is already defined ({where})"
        self._values[name] = value
        self._lines[name] = line
        return ""

    def open_counter(self, name: str, depth: int, line: int) -> str:
        """Let `name` count the iterations of the loop at `depth`; return what is wrong with that, if anything."""
        if name in self:
            return self.define(name, None, line)
        self._counters[name] = depth
        self._lines[name] = line
        return ""

    def close_counter(self, name: str) -> None:
        """Forget the counter `name`."""
        del self._counters[name], self._lines[name]

    def value(self, expression: Expression) -> int | tuple[Fault, ...]:
        """Return the value of `expression`, or what is wrong with it that has not been reported yet."""
        if isinstance(expression, int):
            return expression
        self.reads_core |= expression.reads_core
        values = self._values
        if any(values.get(load.name) is None for load in expression.loads):
            return tuple(self._unknown(load) for load in expression.loads if load.name not in values)
        try:
            return expression.evaluate(values)
        except LineError as error:
            return (error.fault,)

    def address(self, expression: Expression) -> Address | tuple[Fault, ...]:
        """Return the address that `expression` gives, or what is wrong with it that has not been reported yet."""
        if not isinstance(expression, int):
            self.reads_core |= expression.reads_core
            others = [load for load in expression.loads if load.name not in self._counters]
            if any(self._values.get(load.name) is None for load in others):
                return tuple(self._unknown(load) for load in others if load.name not in self._values)
        try:
            return resolve(expression, self._values, self._counters)
        except LineError as error:
            return (error.fault,)

    def _unknown(self, load: Load) -> Fault:
        if load.name in self._counters:
            hint = f"it counts the loop in line {self._lines[load.name]} while the program runs"
            return Fault(load.token, f"the counter {quoted(load.name)} has a value in addresses only", hint)
        return Fault(load.token, f"unknown name {quoted(load.name)}", _UnknownName(load.name, self._lines))
