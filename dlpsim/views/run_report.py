"""What `dlpsim run` prints for a person: the totals of a run, what bounds it, and where the cycles went.

fc_32x256.asm on dlp-s: 1 core, 1 GHz

  4,752 cycles = 4.752 µs
  MAC array    86.2 % used: 220.7 of 256 MAC/cycle
"""

from collections.abc import Iterator
from textwrap import fill
from typing import TYPE_CHECKING

from dlpsim.config import MachineConfig, PortConfig
from dlpsim.views.bound import bound, sentence
from dlpsim.views.idle import IdleData, sum_by_name, words
from dlpsim.views.quantities import count_text, counted, percent, rate_text, time_text
from dlpsim.views.summary import SummaryData, is_mac, path_name
from dlpsim.views.unit_table import unit_table
from isa.program import Program
from isa.vocabulary import Scope

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

WIDTH = 78
"""Columns that running text keeps to."""

MOST_CAUSES = 3
"""So many causes of idle cycles are named."""


def render(
    program: Program,
    config: MachineConfig,
    summary: SummaryData,
    time_s: float | None,
    idle: IdleData | None = None,
) -> "RenderableType":
    """Return the report of a run that took `time_s` seconds (None: too long for a float)."""
    from rich.console import Group  # noqa: PLC0415

    headline = [*_headline(program, config, summary, time_s), *_idle(config, idle)]
    parts: list[RenderableType] = ["\n".join(headline)]
    parts += ["", unit_table(summary)]
    if summary.bytes:
        parts += ["", _paths(config, summary)]
    if program.params:
        values = ", ".join(f"{name} {count_text(value)}" for name, value in program.params.items())
        parts += ["", _wrapped(f"Parameters (change with -D NAME=VALUE): {values}")]
    return Group(*parts)


def _headline(program: Program, config: MachineConfig, summary: SummaryData, time_s: float | None) -> Iterator[str]:
    cores = counted(config.total_cores, "core")
    clusters = f" in {config.clusters} clusters" if config.clusters > 1 else ""
    yield f"{program.name} on {config.name}: {cores}{clusters}, {rate_text(config.clock_ghz)} GHz"
    yield ""
    yield f"  {counted(summary.cycles, 'cycle')}" + ("" if time_s is None else f" = {time_text(time_s)}")
    yield f"  MAC array {percent(summary.utilization)} used{_mac_rates(config, summary)}"
    yield _wrapped(sentence(bound(summary, config)))


def _idle(config: MachineConfig, idle: IdleData | None) -> Iterator[str]:
    """Say for what the compute units were idle, the main causes first."""
    cycles = sum_by_name(idle, range(config.total_cores), "compute") if idle else {}
    if not cycles:
        return
    first = dict(list(cycles.items())[:MOST_CAUSES])
    rest = sum(cycles.values()) - sum(first.values())
    causes = [f"{count_text(count)} {words(name)}" for name, count in first.items()]
    causes += [f"{count_text(rest)} otherwise"] if rest else []
    owner = "The compute unit was" if config.total_cores == 1 else "The compute units together were"
    yield _wrapped(f"{owner} idle for {counted(sum(cycles.values()), 'cycle')}: {', '.join(causes)}.")


def _wrapped(text: str) -> str:
    return fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False)


def _mac_rates(config: MachineConfig, summary: SummaryData) -> str:
    """Say how many MACs a cycle were attained, and how many were possible."""
    macs = [(type_, num) for type_, num in summary.ops.items() if is_mac(type_)]
    if len(macs) != 1:
        return ""
    type_, num = macs[0]
    possible = config.compute.rate[type_] * config.total_cores
    return f": {rate_text(num / summary.cycles)} of {possible:,} {type_} a cycle"


def _paths(config: MachineConfig, summary: SummaryData) -> "Table":
    """Return the bytes of every path, and the bandwidth attained and possible, over the whole chip."""
    table = _table("Path", " port", "bytes", "attained B/cycle", "possible", "used")
    for (src, dst), port in config.port_of.items():
        moved = summary.bytes.get(path_name(src, dst))
        if moved is not None:
            attained, possible = moved / summary.cycles, _bandwidth(port, config)
            table.add_row(
                path_name(src, dst),
                port.name,
                count_text(moved),
                rate_text(attained),
                rate_text(possible),
                percent(attained / possible),
            )
    return table


def _bandwidth(port: PortConfig, config: MachineConfig) -> float:
    """Return what all instances of a port carry together, in bytes per cycle."""
    instances = {Scope.CHIP: 1, Scope.CLUSTER: config.clusters, Scope.CORE: config.total_cores}[port.scope]
    return instances * port.beat_bytes / port.beat_cycles


def _table(title: str, *headings: str) -> "Table":
    """Return a table whose headings mark the columns of words with a leading blank; the others hold numbers."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(title, no_wrap=True)
    for heading in headings:
        table.add_column(heading.strip(), justify="left" if heading.startswith(" ") else "right", no_wrap=True)
    return table
