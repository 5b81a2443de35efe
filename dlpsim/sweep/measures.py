"""The metrics of one run that a row of a sweep holds, each with its unit and meaning in one table."""

from dataclasses import asdict, dataclass
from math import inf, isfinite

from dlpsim.ceilings import FLOP_PER_MAC
from dlpsim.simulation import Result
from dlpsim.views.summary import UnitTime, is_mac

Value = int | float | str | None
"""A cell of a row: None where there is no such number."""


@dataclass(frozen=True)
class Metric:
    """A column of numbers or, where the unit is `name`, of words."""

    name: str
    unit: str
    meaning: str

    @property
    def is_number(self) -> bool:
        """Whether it can be plotted."""
        return self.unit != "name"


METRICS: tuple[Metric, ...] = (
    Metric("cycles", "cycles", "the boundary at which the last core halts"),
    Metric("time_s", "s", "cycles ÷ clock; none where it is beyond a float"),
    Metric("utilization", "of 1", "sum of NUM ÷ rate over the MAC computes, ÷ (cycles × cores)"),
    Metric("gflops", "GFLOP/s", "attained: 2 × MACs ÷ time ÷ 10⁹"),
    Metric("macs", "MACs", "multiply-accumulates of all types, summed over cores"),
    Metric("dram_bytes", "bytes", "loaded from and stored to DRAM, summed over cores"),
    Metric("dram_bytes_per_cycle", "B/cycle", "attained: dram_bytes ÷ cycles"),
    Metric("dram_gb_per_s", "GB/s", "attained: dram_bytes ÷ time ÷ 10⁹"),
    Metric("flop_per_dram_byte", "FLOP/B", "operational intensity: 2 × MACs ÷ dram_bytes; none without DRAM traffic"),
    Metric("busiest_unit", "name", "the unit of a core with the most busy cycles; of equals, that of the lowest core"),
    Metric("busiest_busy", "cycles", "in which the beats or operations of the busiest unit are in progress"),
    Metric("busiest_stalled", "cycles", "in which the busiest unit has an instruction and makes no progress"),
    Metric("busiest_idle", "cycles", "in which the busiest unit has no instruction"),
)
"""Every metric, in the order of the columns."""


@dataclass(frozen=True)
class Measures:
    """The metrics of a finished run; `METRICS` says what each field is."""

    cycles: int
    time_s: float | None
    utilization: float
    gflops: float | None
    macs: int
    dram_bytes: int
    dram_bytes_per_cycle: float | None
    dram_gb_per_s: float | None
    flop_per_dram_byte: float | None
    busiest_unit: str
    busiest_busy: int
    busiest_stalled: int
    busiest_idle: int

    def to_dict(self) -> dict[str, Value]:
        """Return the metrics by name."""
        return asdict(self)


def measure(result: Result) -> Measures:
    """Return the metrics of a run."""
    macs = sum(num for type_, num in result.ops.items() if is_mac(type_))
    dram = sum(count for path, count in result.bytes.items() if "DRAM" in path.split("->"))
    time_s = result.time_s
    name, unit = _busiest(result)
    return Measures(
        cycles=result.cycles,
        time_s=time_s,
        utilization=result.utilization,
        gflops=_ratio(FLOP_PER_MAC * macs, time_s, 1e9),
        macs=macs,
        dram_bytes=dram,
        dram_bytes_per_cycle=_ratio(dram, result.cycles),
        dram_gb_per_s=_ratio(dram, time_s, 1e9),
        flop_per_dram_byte=_ratio(FLOP_PER_MAC * macs, dram),
        busiest_unit=name,
        busiest_busy=unit.busy,
        busiest_stalled=sum(unit.stalled.values()),
        busiest_idle=unit.idle,
    )


def _busiest(result: Result) -> tuple[str, UnitTime]:
    units = [
        (f"{name} of core {core.core}", unit) for core in result.summary.cores for name, unit in core.units.items()
    ]
    return max(units, key=lambda one: one[1].busy)


def _ratio(amount: int, per: float | None, scale: float = 1.0) -> float | None:
    """Return amount ÷ per ÷ scale; None where one is missing, nothing, or beyond a float."""
    try:
        ratio = amount / per / scale if per else inf
    except OverflowError:
        return None
    return ratio if isfinite(ratio) else None
