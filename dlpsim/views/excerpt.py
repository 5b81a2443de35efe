"""Which excerpt of a run is shown: a window of cycles, and some of the cores.

>>> read_window("100:").within(34)
isa.errors.DlpsimError: --window 100:34 is outside the run, which ends at cycle 34
"""

from collections.abc import Sequence
from dataclasses import dataclass

from isa.errors import DlpsimError

MOST_CORES = 16
"""So many cores are shown where none are chosen."""


@dataclass(frozen=True)
class AskedWindow:
    """The window that was asked for, as boundaries; None where one is left out."""

    begin: int | None = None
    end: int | None = None

    def within(self, cycles: int) -> tuple[int, int]:
        """Return the boundaries in a run of `cycles`.

        Raises DlpsimError where they are outside of it, or have no cycle between them.
        """
        first, last = self.begin or 0, cycles if self.end is None else self.end
        if first == self.end:
            raise DlpsimError(_expected(f"{first}:{last}"))
        if self != AskedWindow() and (first >= cycles or last > cycles):
            raise DlpsimError(f"--window {first}:{last} is outside the run, which ends at cycle {cycles}")
        return first, last


def read_window(text: str) -> AskedWindow:
    """Read `A:B`, where either may be left out. Raises DlpsimError if it is not that, or if B lies before A."""
    begin, colon, end = text.partition(":")
    try:
        window = AskedWindow(int(begin) if begin.strip() else None, int(end) if end.strip() else None)
    except ValueError:
        window = AskedWindow(-1, -1)
    first = window.begin or 0
    if not colon or first < 0 or (window.end is not None and window.end < first):
        raise DlpsimError(_expected(text))
    return window


def _expected(text: str) -> str:
    return f"--window {text}: expected A:B, two cycles of which the first is the lower, such as 100:200"


def chosen_cores(chosen: Sequence[int], name: str, total: int) -> list[int]:
    """Return the cores that are shown of the `total` ones of a machine; the first MOST_CORES where none are chosen.

    Raises DlpsimError for each that it does not have.
    """
    check_cores(chosen, name, total)
    return sorted(set(chosen)) or list(range(min(total, MOST_CORES)))


def check_cores(chosen: Sequence[int], name: str, total: int) -> None:
    """Raise DlpsimError for each chosen core that a machine of `total` ones does not have."""
    has = "core 0 only" if total == 1 else f"cores 0 to {total - 1}"
    wrong = [f"--core {core}: {name} has {has}" for core in chosen if not 0 <= core < total]
    if wrong:
        raise DlpsimError(wrong)
