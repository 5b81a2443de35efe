"""Every metric that is reported: its unit, its formula and what it means, in one table.

Texts, hover texts and the metadata of files take them from here, so that a number means the same wherever it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum

from isa.errors import DlpsimError, nearest


class Subject(Enum):
    """What a metric is said of."""

    RUN = "a run"
    UNIT = "a unit of a core"
    PATH = "a path between two memories"
    ROOFLINE = "a program under the roofs of a machine"
    LINE = "a source line"
    MOVE = "a move in a timeline"
    EXERCISE = "an exercise"


@dataclass(frozen=True)
class Metric:
    """A metric. `name` is the key that it has in JSON, with a dot between a key and one below it.

    `unit` is empty for words; `formula` is empty for what is counted and not computed.
    """

    name: str
    subject: Subject
    unit: str
    formula: str
    meaning: str

    @property
    def text(self) -> str:
        """The metric in one line: `utilization [0 to 1] = …: …`."""
        unit = f" [{self.unit}]" if self.unit else ""
        formula = f" = {self.formula}" if self.formula else ""
        return f"{self.name}{unit}{formula}: {self.meaning}"

    def to_dict(self) -> dict[str, str]:
        """Return the metric as JSON has it."""
        return asdict(self) | {"subject": self.subject.value}


CYCLES, SHARE, BYTES, RATE, INTENSITY = "cycles", "0 to 1", "bytes", "GFLOP/s", "FLOP/B"

_TABLE = (
    Metric(
        "cycles", Subject.RUN, CYCLES, "", "The boundary at which the last core halts; of a core: at which it does."
    ),
    Metric("time_s", Subject.RUN, "s", "cycles ÷ (clock_ghz × 10⁹)", "How long the run takes at the machine's clock."),
    Metric(
        "utilization",
        Subject.RUN,
        SHARE,
        "Σ over MAC computes (NUM ÷ rate) ÷ (cycles × cores)",
        "The part of what the MAC arrays of all cores could have done in the time; 0 when there are no cycles.",
    ),
    Metric("ops", Subject.RUN, "operations", "Σ NUM", "What was computed, by type, summed over cores."),
    Metric("bytes", Subject.RUN, BYTES, "Σ SIZE × ROWS", "What was moved, by path, summed over cores."),
    Metric("macs", Subject.RUN, "MACs", "Σ NUM of the MAC types", "Multiply-accumulates, summed over cores."),
    Metric(
        "dram_bytes", Subject.RUN, BYTES, "Σ bytes of paths from or to DRAM", "What crossed the border of the chip."
    ),
    Metric(
        "dram_bytes_per_cycle",
        Subject.RUN,
        "B/cycle",
        "dram_bytes ÷ cycles",
        "The bandwidth to DRAM that was attained.",
    ),
    Metric("dram_gb_per_s", Subject.RUN, "GB/s", "dram_bytes ÷ time_s ÷ 10⁹", "The same, by time."),
    Metric("gflops", Subject.RUN, RATE, "2 × macs ÷ time_s ÷ 10⁹", "The rate of computing that was attained."),
    Metric(
        "busiest_unit",
        Subject.RUN,
        "",
        "the unit with the most busy cycles",
        "None if none is busy; of equals, that of the lowest core. Its cycles are the three that follow.",
    ),
    Metric(
        "busiest_busy",
        Subject.RUN,
        CYCLES,
        "busy of the busiest unit",
        "What the run takes at least, with this work on this unit.",
    ),
    Metric("busiest_stalled", Subject.RUN, CYCLES, "stalled of the busiest unit", "All reasons together."),
    Metric("busiest_idle", Subject.RUN, CYCLES, "idle of the busiest unit", "The time in which it had no instruction."),
    Metric(
        "busy",
        Subject.UNIT,
        CYCLES,
        "Σ ceil(NUM ÷ rate), or Σ beats × beat_cycles",
        "The unit's operations or beats are in progress. busy + stalled + idle = cycles of the run.",
    ),
    Metric(
        "stalled",
        Subject.UNIT,
        CYCLES,
        "stalled.setup + stalled.port",
        "The unit has an instruction and makes no progress.",
    ),
    Metric(
        "stalled.setup",
        Subject.UNIT,
        CYCLES,
        "Σ setup",
        "It sets an instruction up, before its first operation or beat.",
    ),
    Metric(
        "stalled.port",
        Subject.UNIT,
        CYCLES,
        "Σ time in the unit - busy - stalled.setup",
        "It asks its port for a beat, and another core's beat occupies the port.",
    ),
    Metric("idle", Subject.UNIT, CYCLES, "cycles - busy - stalled", "The unit has no instruction."),
    Metric(
        "idle_by",
        Subject.UNIT,
        CYCLES,
        "Σ idle_by = idle",
        "The idle cycles by what the decoder of the core is at meanwhile; a name after a colon: whom it waits for.",
    ),
    Metric("idle_by.decoding", Subject.UNIT, CYCLES, "", "The decoder spends its cycles on an instruction."),
    Metric(
        "idle_by.sync",
        Subject.UNIT,
        CYCLES,
        "",
        "It waits for the core's own instructions; named is the unit whose completion ended the wait.",
    ),
    Metric("idle_by.barrier", Subject.UNIT, CYCLES, "", "It waits for other cores; named is the one that came last."),
    Metric("idle_by.queue", Subject.UNIT, CYCLES, "", "It waits for room in the full issue queue of the unit named."),
    Metric(
        "idle_by.finish",
        Subject.UNIT,
        CYCLES,
        "",
        "Its program is done, and instructions of the core are still in progress.",
    ),
    Metric("idle_by.ended", Subject.UNIT, CYCLES, "", "The core has halted, and others have not."),
    Metric(
        "attained_bytes_per_cycle",
        Subject.PATH,
        "B/cycle",
        "bytes of the path ÷ cycles",
        "What was moved, over the run.",
    ),
    Metric(
        "possible_bytes_per_cycle",
        Subject.PATH,
        "B/cycle",
        "instances of the port × beat_bytes ÷ beat_cycles",
        "What the path's port can carry, if it carries nothing else.",
    ),
    Metric("used", Subject.PATH, SHARE, "attained ÷ possible", "The part of its port that a path takes."),
    Metric(
        "flop",
        Subject.ROOFLINE,
        "FLOP",
        "2 × macs",
        "A MAC is a multiplication and an addition; other operations are not counted, but their time is.",
    ),
    Metric("other_ops", Subject.ROOFLINE, "operations", "Σ NUM of the other types", "What is computed and is no MAC."),
    Metric(
        "flop_per_dram_byte",
        Subject.ROOFLINE,
        INTENSITY,
        "flop ÷ dram_bytes",
        "The operational intensity; none where no byte comes from DRAM or goes there.",
    ),
    Metric(
        "flop_per_byte",
        Subject.ROOFLINE,
        INTENSITY,
        "flop ÷ bytes of a level",
        "The same for a level: DRAM, SharedRAM (paths that join it with NRAM or WRAM), on-chip (NRAM with WRAM).",
    ),
    Metric("attained_gflops", Subject.ROOFLINE, RATE, "flop ÷ time_s ÷ 10⁹", "How fast the program computed."),
    Metric(
        "attainable_gflops",
        Subject.ROOFLINE,
        RATE,
        "the least over limits of flop ÷ the time that the limit needs",
        "How fast it could: a level needs bytes ÷ bandwidth, computing Σ NUM ÷ (rate × cores) over all types.",
    ),
    Metric(
        "attained_by_attainable",
        Subject.ROOFLINE,
        SHARE,
        "attained_gflops ÷ attainable_gflops",
        "The part of the cycles that the binding limit needs; what is missing to 1 went to waiting.",
    ),
    Metric(
        "part",
        Subject.ROOFLINE,
        SHARE,
        "cycles ÷ cycles of the run",
        "Of a layer of a network: its part of the run that part_of names; of a whole run, 1.",
    ),
    Metric(
        "limit", Subject.ROOFLINE, "", "the limit with the longest time", "What binds: a level of memory, or compute."
    ),
    Metric("peak_gflops", Subject.ROOFLINE, RATE, "2 × rate × cores × clock_ghz", "The flat roof of a type of MAC."),
    Metric(
        "gb_per_s",
        Subject.ROOFLINE,
        "GB/s",
        "Σ over ports of the level (instances × beat_bytes ÷ beat_cycles) × clock_ghz",
        "The slanted roof of a level, of both directions together; 10⁹ bytes a second.",
    ),
    Metric(
        "ridge_flop_per_byte",
        Subject.ROOFLINE,
        INTENSITY,
        "peak_gflops ÷ gb_per_s",
        "The intensity at which the two roofs meet: below it the memory is the limit, above it the MAC arrays.",
    ),
    Metric(
        "executed", Subject.LINE, "times", "", "How often the instruction of a line is executed, summed over cores."
    ),
    Metric(
        "occupied", Subject.LINE, CYCLES, "Σ time in the unit", "For how long it holds its unit, with setup and port."
    ),
    Metric(
        "waiting", Subject.LINE, CYCLES, "", "For how long the decoder waits at it, by cause: sync, barrier, queue."
    ),
    Metric(
        "critical_path",
        Subject.LINE,
        CYCLES,
        "Σ over lines = cycles",
        "The cycles of the chain that determined the end of the run: each belongs to one line and one cause.",
    ),
    Metric(
        "critical_path_share", Subject.LINE, SHARE, "critical_path ÷ cycles", "The part of the run that a line decides."
    ),
    Metric(
        "required_bytes_per_cycle",
        Subject.MOVE,
        "B/cycle",
        "bytes ÷ cycles of its beats",
        "The bandwidth that it asks its port for: a beat as soon as the last one is over.",
    ),
    Metric(
        "used_bytes_per_cycle",
        Subject.MOVE,
        "B/cycle",
        "bytes ÷ cycles from its first request to its last beat",
        "The bandwidth that it had: less than it asked for where other cores had beats of the port meanwhile.",
    ),
    Metric("floor", Subject.EXERCISE, CYCLES, "the largest of its bounds", "What no correct program can go below."),
    Metric("cycles_by_floor", Subject.EXERCISE, "1 or more", "cycles ÷ floor", "How far a program is from the best."),
)

METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _TABLE}
"""All metrics by name, those of one subject together."""


def find_metrics(names: Sequence[str]) -> tuple[Metric, ...]:
    """Return the metrics of these names. Raises DlpsimError with each that there is not, and the nearest one."""
    unknown = [name for name in names if name not in METRICS]
    if unknown:
        hints = (nearest(name, METRICS) or "dlpsim metrics lists all" for name in unknown)
        raise DlpsimError(f"no metric '{name}'\n    hint: {hint}" for name, hint in zip(unknown, hints, strict=True))
    return tuple(METRICS[name] for name in names)
