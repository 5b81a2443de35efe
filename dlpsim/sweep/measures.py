"""The metrics of one run that a row of a sweep holds; `dlpsim/metrics.py` defines them."""

from dataclasses import asdict, dataclass, fields
from math import inf, isfinite

from dlpsim.ceilings import FLOP_PER_MAC
from dlpsim.metrics import METRICS, Metric
from dlpsim.simulation import Result
from dlpsim.views.summary import UnitTime, is_mac

Value = int | float | str | None
"""A cell of a row: None where there is no such number."""


@dataclass(frozen=True)
class Measures:
    """The metrics of a finished run, by their names; None where there is no such number."""

    cycles: int
    time_s: float | None
    utilization: float
    gflops: float | None
    macs: int
    dram_bytes: int
    dram_bytes_per_cycle: float | None
    dram_gb_per_s: float | None
    flop_per_dram_byte: float | None
    busiest_unit: str | None
    busiest_busy: int
    busiest_stalled: int
    busiest_idle: int

    def to_dict(self) -> dict[str, Value]:
        """Return the metrics by name."""
        return asdict(self)


ROW_METRICS: tuple[Metric, ...] = tuple(METRICS[field.name] for field in fields(Measures))
"""What each field is, in their order."""


def is_number(metric: Metric) -> bool:
    """Say whether a metric can be plotted: words have no unit."""
    return bool(metric.unit)


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
        busiest_unit=name if unit.busy else None,
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
