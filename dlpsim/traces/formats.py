"""The formats of traces, by the suffix of the file."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dlpsim.traces.outlet import Outlet
from dlpsim.traces.subject import Subject
from dlpsim.traces.writer import Writer
from dlpsim.whole_file import whole_file
from isa.errors import DlpsimError, nearest


@dataclass(frozen=True)
class Format:
    """What a kind of file is for, and what writes it to a file."""

    purpose: str
    writer: Callable[[Outlet, Subject], Writer]


def _perfetto(file: Outlet, subject: Subject) -> Writer:
    from dlpsim.traces.perfetto import PerfettoWriter  # noqa: PLC0415

    return PerfettoWriter(file, subject)


def _kanata(file: Outlet, subject: Subject) -> Writer:
    from dlpsim.traces.kanata import KanataWriter  # noqa: PLC0415

    return KanataWriter(file, subject)


def _vcd(file: Outlet, subject: Subject) -> Writer:
    from dlpsim.traces.vcd_waves import VcdWriter  # noqa: PLC0415

    return VcdWriter(file, subject)


def _parquet(file: Outlet, subject: Subject) -> Writer:
    from dlpsim.traces.parquet import ParquetWriter  # noqa: PLC0415

    return ParquetWriter(file, subject)


def _csv(file: Outlet, subject: Subject) -> Writer:
    from dlpsim.traces.csv_table import CsvWriter  # noqa: PLC0415

    return CsvWriter(file, subject)


def _json_lines(file: Outlet, subject: Subject) -> Writer:
    from dlpsim.traces.json_lines import JsonLinesWriter  # noqa: PLC0415

    return JsonLinesWriter(file, subject)


FORMATS: Mapping[str, Format] = {
    ".pftrace": Format("Perfetto: a timeline to zoom into, at ui.perfetto.dev", _perfetto),
    ".kanata": Format("Konata: a pipeline diagram", _kanata),
    ".vcd": Format("waveforms, with a .gtkw for GTKWave beside it", _vcd),
    ".parquet": Format("table of executed instructions, for pandas and the like", _parquet),
    ".csv": Format("the same table as text", _csv),
    ".jsonl": Format("every event as a line of JSON, for scripts", _json_lines),
}
"""What can be written."""


@contextmanager
def open_writer(path: Path, subject: Subject) -> Iterator[Writer]:
    """Open a trace to write; the suffix of `path` says in which format.

    When the block has ended well the file is there; if not, what was there before. Raises DlpsimError where the suffix
    is none of `FORMATS` or the file cannot be written.
    """
    kind = format_of(path)
    with whole_file(path) as file:
        outlet = Outlet(file)
        try:
            yield kind.writer(outlet, subject)
        finally:
            outlet.shut()
        if path.suffix.lower() == ".vcd":
            _write_layout(path, subject)


def format_of(path: Path) -> Format:
    """Return the format that the suffix of a path stands for. Raises DlpsimError if it is none."""
    suffix = path.suffix.lower()
    if suffix in FORMATS:
        return FORMATS[suffix]
    says = f"the suffix '{path.suffix}' stands for no format of traces" if suffix else "a trace needs a suffix"
    near = nearest(suffix, FORMATS) if suffix else ""
    known = "".join(f"\n      {each:9} {kind.purpose}" for each, kind in FORMATS.items())
    raise DlpsimError(f"{path}: {says}\n    hint: {near + ' ' if near else ''}the formats are{known}")


def _write_layout(path: Path, subject: Subject) -> None:
    from dlpsim.traces.vcd_signals import layout  # noqa: PLC0415

    with whole_file(path.with_suffix(".gtkw")) as file:
        file.write(layout(path.name, subject).encode())
