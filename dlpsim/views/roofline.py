"""Programs under the roofs of their machines: what each attained, what it could have, and which limit says so.

program                 machine  FLOP/B  GFLOP/s  attainable   share  limit
fc_32x256_serial.asm    dlp-s     11.64    303.4         512  59.3 %  MAC_32

FLOP are those of MACs, 2 each. Other operations (ADD, EXP …) are no FLOP here, but take time of the compute unit: the
limit that computing sets to a program is what its own mix of types takes at full rate.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dlpsim.ceilings import FLOP_PER_MAC, Level, Roofs, level_bytes_per_cycle, level_of, ridge, roofs
from dlpsim.chips import Chip
from dlpsim.config import MachineConfig
from dlpsim.views.quantities import counted, end_of, percent, rate_text
from dlpsim.views.summary import SummaryData, is_mac, path_name

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

COMPUTE = "compute"
MOST_TYPES = 3
"""So many types of a program are named; where there are more, those that take longest."""

LEAST_PART = 0.001
"""Parts with fewer of the cycles of a run are not shown to a person."""

PART_COLUMNS = 18
"""Of longer names of parts the end is shown."""

NOTES = (
    "FLOP = 2 per MAC; GB/s = 10⁹ bytes a second; FLOP/B: per byte of DRAM; share:",
    "attained ÷ attainable. Operations other than MAC are no FLOP, but their time",
    "counts in the limit that computing sets.",
)


@dataclass(frozen=True)
class Limit:
    """What one resource allows a program: `name` is a level of memory or `compute`.

    `flop_per_byte` is the intensity at that level (None for compute, and where it is beyond a float). `gflops` is the
    rate at which the program would run if only this limit were there; None where it is beyond a float. `share` is the
    part of the cycles that the resource needs at full rate, from 0 to 1. `what` names it for a table.
    """

    name: str
    what: str
    flop_per_byte: float | None
    gflops: float | None
    share: float


@dataclass(frozen=True)
class Point:
    """A program, or a part of one, that ran on a machine in `cycles`.

    `bytes` of each level at which any were moved; `other_ops` are the operations that are not MAC. `limits` are those
    of the resources that it used, the one that binds first. Rates are in GFLOP/s. A layer of a network is `part_of`
    its run, of whose cycles it has the part `part`. What is loaded for a layer while another computes may raise it
    above its limits.
    """

    name: str
    machine: str
    cycles: int
    flop: int
    other_ops: int
    bytes: Mapping[Level, int]
    attained_gflops: float
    limits: tuple[Limit, ...]
    part_of: str = ""
    part: float = 1.0

    @property
    def limit(self) -> Limit | None:
        """The limit that binds: the resource that needs most of the cycles. None where nothing is moved or computed."""
        return self.limits[0] if self.limits else None

    @property
    def share(self) -> float:
        """Attained ÷ attainable, from 0 to 1; of a part of a run, it may be more."""
        return self.limits[0].share if self.limits else 0.0

    def flop_per_byte(self, level: Level) -> float | None:
        """Return the intensity at a level, in FLOP per byte; None where no byte was moved."""
        return next((limit.flop_per_byte for limit in self.limits if limit.name == level.value), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the point as JSON has it."""
        return {
            "name": self.name,
            "machine": self.machine,
            "part_of": self.part_of or None,
            "part": self.part,
            "cycles": self.cycles,
            "flop": self.flop,
            "other_ops": self.other_ops,
            "bytes": {level.value: count for level, count in self.bytes.items()},
            "flop_per_dram_byte": self.flop_per_byte(Level.DRAM),
            "attained_gflops": self.attained_gflops,
            "attainable_gflops": self.limit.gflops if self.limit else None,
            "attained_by_attainable": self.share,
            "limit": self.limit.name if self.limit else None,
            "limits": [asdict(limit) for limit in self.limits],
        }


@dataclass(frozen=True)
class RooflineData:
    """The roofs of some machines, the points of programs that ran there, and real accelerators to compare with."""

    roofs: tuple[Roofs, ...]
    points: tuple[Point, ...]
    chips: tuple[Chip, ...] = ()

    @property
    def runs(self) -> tuple[Point, ...]:
        """The points of whole runs, without those of their parts."""
        return tuple(point for point in self.points if not point.part_of)

    def to_dict(self) -> dict[str, Any]:
        """Return the data as JSON has it."""
        return {
            "flop_per_mac": FLOP_PER_MAC,
            "machines": [_roofs_dict(one) for one in self.roofs],
            "points": [point.to_dict() for point in self.points],
            "chips": [chip.to_dict() for chip in self.chips],
        }


def roofline_data(
    machines: Sequence[MachineConfig],
    runs: Sequence[tuple[str, MachineConfig, SummaryData]],
    chips: Sequence[Chip] = (),
) -> RooflineData:
    """Put the runs, each with the name of its program and its machine, under the roofs of `machines`."""
    points = [point(name, config, run.ops, run.bytes, run.cycles) for name, config, run in runs]
    return under_roofs(machines, points, chips)


def under_roofs(machines: Sequence[MachineConfig], points: Sequence[Point], chips: Sequence[Chip] = ()) -> RooflineData:
    """Put points under the roofs of `machines`."""
    return RooflineData(tuple(dict.fromkeys(map(roofs, machines))), tuple(points), tuple(chips))


def point(name: str, config: MachineConfig, ops: Mapping[str, int], moved: Mapping[str, int], cycles: int) -> Point:
    """Return the point of what did `ops` by type and moved bytes by path ("DRAM->NRAM") in `cycles`."""
    flop = FLOP_PER_MAC * sum(num for type_, num in ops.items() if is_mac(type_))
    work = _Work(flop, cycles, config)
    at_level = _bytes(config, moved)
    return Point(
        name=name,
        machine=config.name,
        cycles=cycles,
        flop=flop,
        other_ops=sum(num for type_, num in ops.items() if not is_mac(type_)),
        bytes=at_level,
        attained_gflops=(_quotient(Fraction(flop), cycles) or 0.0) * config.clock_ghz,
        limits=tuple(sorted([*work.compute_limit(ops), *work.byte_limits(at_level)], key=lambda limit: -limit.share)),
    )


def render(data: RooflineData) -> "RenderableType":
    """Return the roofs with their ridge points, then a table of the points."""
    from rich.console import Group  # noqa: PLC0415

    parts: list[RenderableType] = [line for one in data.roofs for line in _roofs_text(one)]
    parts += [_points_table(data.points), ""] if data.points else []
    small = sum(map(is_small, data.points))
    left_out = [f"Left out: {counted(small, 'layer')} with less than {percent(LEAST_PART)} of the cycles."] * bool(
        small
    )
    return Group(*parts, *NOTES, *left_out)


def _bytes(config: MachineConfig, moved: Mapping[str, int]) -> dict[Level, int]:
    sums = dict.fromkeys(Level, 0)
    for path in config.port_of:
        sums[level_of(path)] += moved.get(path_name(*path), 0)
    return {level: count for level, count in sums.items() if count}


@dataclass(frozen=True)
class _Work:
    """What was done on a machine, and in how many cycles: what limits follow from."""

    flop: int
    cycles: int
    config: MachineConfig

    def compute_limit(self, ops: Mapping[str, int]) -> Iterator[Limit]:
        """Yield what the compute units allow, if they are used."""
        rate = {type_: self.config.compute.rate[type_] * self.config.total_cores for type_ in ops}
        needs = {type_: Fraction(num, rate[type_]) for type_, num in ops.items() if num}
        if needs:
            types = sorted(needs, key=lambda type_: (-needs[type_], type_))
            named = types if len(types) <= MOST_TYPES else [*types[: MOST_TYPES - 1], "…"]
            yield self._limit(COMPUTE, ", ".join(named), None, sum(needs.values(), Fraction()))

    def byte_limits(self, moved: Mapping[Level, int]) -> Iterator[Limit]:
        """Yield what the levels allow at which bytes were moved."""
        for level, count in moved.items():
            intensity = _quotient(Fraction(self.flop), count)
            yield self._limit(level.value, level.value, intensity, count / level_bytes_per_cycle(self.config, level))

    def _limit(self, name: str, what: str, intensity: float | None, least: Fraction) -> Limit:
        """Return a limit from the `least` cycles that its resource needs."""
        rate = _quotient(Fraction(self.flop), least)
        gflops = None if rate is None else rate * self.config.clock_ghz
        return Limit(name, what, intensity, gflops, _quotient(least, self.cycles) or 0.0)


def _quotient(one: Fraction, other: int | Fraction) -> float | None:
    """Return one ÷ other; None where that is beyond a float, or nothing is divided by."""
    try:
        return float(one / other)
    except (OverflowError, ZeroDivisionError):
        return None


def _roofs_dict(one: Roofs) -> dict[str, Any]:
    return {
        "machine": one.machine,
        "cores": one.cores,
        "clock_ghz": one.clock_ghz,
        "compute": [asdict(roof) for roof in one.compute],
        "bandwidth": [asdict(roof) | {"level": roof.level.value} for roof in one.bandwidth],
        "ridges": [
            {"level": slope.level.value, "mac_type": flat.mac_type, "flop_per_byte": ridge(flat, slope)}
            for slope in one.bandwidth
            for flat in one.compute
        ],
    }


def _roofs_text(one: Roofs) -> Iterator[str]:
    yield f"{one.machine}: {counted(one.cores, 'core')}, {rate_text(one.clock_ghz)} GHz"
    flat = ", ".join(f"{roof.mac_type} {rate_text(roof.gflops)}" for roof in one.compute)
    yield f"  GFLOP/s    {flat}" if flat else "  no MAC type"
    for slope in one.bandwidth:
        meets = ", ".join(f"{roof.mac_type} {rate_text(ridge(roof, slope))}" for roof in one.compute)
        yield f"  {slope.level.value:9}  {rate_text(slope.gb_per_s)} GB/s" + (
            f"; ridge at {meets} FLOP/B" if meets else ""
        )
    yield ""


def _points_table(points: Sequence[Point]) -> "Table":
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    has_parts = any(one.part_of for one in points)
    for heading in (
        "program",
        "machine",
        *(["of it"] * has_parts),
        "FLOP/B",
        "GFLOP/s",
        "attainable",
        "share",
        "limit",
    ):
        is_text = heading in {"program", "machine", "limit"}
        table.add_column(heading, justify="left" if is_text else "right", no_wrap=True)
    for one in points:
        if is_small(one):
            continue
        if one.part_of:
            table.add_row(f"  {end_of(one.name, PART_COLUMNS)}", "", percent(one.part), *_cells(one))
        else:
            table.add_row(one.name, one.machine, *([""] * has_parts), *_cells(one))
    return table


def is_small(one: Point) -> bool:
    """Say whether a point is of a part of a run that takes too few of its cycles to be shown."""
    return one.part < LEAST_PART


def _cells(one: Point) -> tuple[str, ...]:
    if one.limit is None:
        return "-", "0", "-", "-", "nothing to do"
    intensity = one.flop_per_byte(Level.DRAM)
    shown = "-" if intensity is None else four_digits(intensity)
    attainable = "-" if one.limit.gflops is None or not one.flop else four_digits(one.limit.gflops)
    return shown, four_digits(one.attained_gflops), attainable, percent(one.share), one.limit.what


def four_digits(value: float) -> str:
    """Return a positive rate or intensity to four digits, those before the point all: `0.2501`, `1,489`."""
    return f"{value:,.0f}" if value >= 999.95 else f"{value:.4g}"
