"""Numbers, bytes and counters as the texts of a check show them."""

from isa.check.finding import Touch
from isa.fault import number

GROUPED_BELOW = 10**15


def figure(value: int) -> str:
    """Return a number with its digits in groups; a huge one is clipped."""
    return f"{value:,}" if abs(value) < GROUPED_BELOW else number(value)


def bytes_text(first: int, size: int) -> str:
    """Return which bytes: `byte 7`, or `bytes 0 to 1,023`."""
    return f"byte {figure(first)}" if size == 1 else f"bytes {figure(first)} to {figure(first + size - 1)}"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: `1 byte`, `1,024 bytes`."""
    return f"{figure(count)} {noun}{'' if count == 1 else 's'}"


def where(touch: Touch) -> str:
    """Return the core and the counters of an access: `core 0, i = 3`; a loop without counter goes by its line."""
    counters = (
        f"{name.counter} = {figure(value)}" if name.counter else f"iteration {figure(value)} of line {name.line}"
        for name, value in touch.counters
    )
    return ", ".join([f"core {touch.core}", *counters])
