"""Checks a program: joins the parts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from isa.check.barriers import check_barriers
from isa.check.finding import Finding, Peak
from isa.check.idle_syncs import idle_syncs
from isa.check.outputs import stored_twice, unstored
from isa.check.outside import outside
from isa.check.peaks import peaks
from isa.check.races import races
from isa.check.reach import TooInvolvedError
from isa.check.traffic import Unchecked, traffic_of
from isa.check.unwritten import unwritten_reads
from isa.errors import DlpsimError
from isa.program import Program


@dataclass(frozen=True)
class CheckReport:
    """What a check of `program` found, gravest first, and how much of each memory it uses.

    `unchecked` are the instructions that do not say what they access; with any of them, syncs are not judged.
    """

    program: Program
    findings: tuple[Finding, ...]
    peaks: tuple[Peak, ...]
    unchecked: tuple[Unchecked, ...]
    checked: int
    """Lines that say what they access."""

    @property
    def is_faulty(self) -> bool:
        """Whether something was found that is more than a note."""
        return any(not finding.kind.is_note for finding in self.findings)


def check(program: Program) -> CheckReport:
    """Check what `program` accesses, on all cores, without running it.

    Raises DlpsimError where that cannot be told: an address is too involved, or barriers do not match.
    """
    traffic = traffic_of(program)
    check_barriers(program, traffic)
    shares = list(traffic.streams.items())
    dram = [share for share in shares if share[0].site.memory == "DRAM"]
    unknown = {memory for one in traffic.unchecked for memory in one.writes}
    parts: dict[str, Callable[[], Iterator[Finding]]] = {
        "races": lambda: races(shares, program.target),
        "reads of what was never written": lambda: unwritten_reads(program, shares, unknown),
        "accesses outside their memory or tensor": lambda: outside(program, shares),
        "bytes that are never stored": lambda: iter(()) if "DRAM" in unknown else unstored(program, dram),
        "bytes that are stored twice": lambda: stored_twice(program, dram),
        "syncs that order nothing": lambda: iter(()) if traffic.unchecked else idle_syncs(traffic, program.target),
    }
    findings: list[Finding] = []
    problems: list[str] = []
    for name, part in parts.items():
        try:
            findings += part()
        except TooInvolvedError:
            problems.append(f"{program.name}: could not check for {name}: the addresses are too involved")
    if problems:
        raise DlpsimError(problems)
    return CheckReport(
        program,
        tuple(findings),
        tuple(peaks(shares, program.target)),
        tuple(sorted(traffic.unchecked, key=lambda one: (one.line, one.column))),
        len({stream.site.line for stream, _ in shares}),
    )
