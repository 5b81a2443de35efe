"""What a check of a program says, as far as advice needs it."""

from collections.abc import Mapping
from dataclasses import dataclass

from isa.check import check
from isa.check.finding import Kind
from isa.errors import DlpsimError
from isa.program import Program


@dataclass(frozen=True)
class Known:
    """What is known of what a program accesses.

    `is_sound`: it says all, and nothing is wrong; `is_faulty`: something is. `used` and `sizes` are bytes by
    memory, the sizes of limited ones. `idle_syncs` are the lines of syncs that order nothing, all of which can go at
    once.
    """

    is_sound: bool
    used: Mapping[str, int]
    sizes: Mapping[str, int]
    idle_syncs: frozenset[int]
    is_faulty: bool = False


def known_of(program: Program) -> Known:
    """Check a program; where that cannot be done, nothing is known."""
    try:
        report = check(program)
    except DlpsimError:
        return Known(False, {}, {}, frozenset())
    return Known(
        is_sound=not report.is_faulty and not report.unchecked and report.checked > 0,
        used={peak.memory: peak.used for peak in report.peaks},
        sizes={peak.memory: peak.size for peak in report.peaks if peak.size is not None},
        idle_syncs=frozenset(
            touch.line for finding in report.findings if finding.kind is Kind.SYNC for touch in finding.touches
        ),
        is_faulty=report.is_faulty,
    )
