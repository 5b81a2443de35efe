"""The journal of a sweep: what came of each point, as soon as it is known, so that an interrupted sweep can go on.

A file of JSON lines beside the output, that only grows: a line that says what it is, then one for each point.

    {"journal": "dlpsim sweep", "format": 1}
    {"point": "9f86d081…", "measures": {"cycles": 34, …}}
    {"point": "60303ae2…", "reason": "p.asm:7:1: …"}

A point is known by all that its outcome depends on: the text of the program, or the network and the bytes of its files,
machine, sizes, limits and the version of dlpsim. So lines of another grid or version are not taken, and those of points
that are asked for again are.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from dlpsim import __version__
from dlpsim.machine_file.writer import to_document
from dlpsim.sweep.measures import ROW_METRICS, Measures, is_number
from dlpsim.sweep.point import Outcome, Point
from isa.errors import DlpsimError

HEADER = {"journal": "dlpsim sweep", "format": 1}


def journal_path(output: Path) -> Path:
    """Return the journal of a sweep with this output: `rows.csv.journal.jsonl` beside `rows.csv`."""
    return output.with_name(f"{output.name}.journal.jsonl")


def key_of(point: Point) -> str:
    """Return what tells a point from all others, as 64 hexadecimal digits."""
    told = (
        __version__,
        type(point.subject).__name__,
        point.subject.name,
        point.subject.content,
        to_document(point.machine),
        point.cores,
        point.sets,
        point.sizes,
        point.max_cycles,
        point.max_instructions,
    )
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


class Journal:
    """A journal to read and to append to. `known` are the outcomes that it held when it was opened, by key.

    Raises DlpsimError if it cannot be written, or if there is another file of that name.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: Mapping[str, Outcome] = {}
        if path.exists() and not path.is_file():
            raise _in_the_way(path)
        try:
            self._file = path.open("a+b")
        except OSError as error:
            raise _unwritable(path, error) from None
        try:
            self.known = self._read()
        except BaseException:
            self._file.close()
            raise

    def add(self, key: str, outcome: Outcome) -> None:
        """Write what came of a point; it is in the file when this returns."""
        told: dict[str, Any] = {"point": key}
        if outcome.measures is None:
            told["reason"] = outcome.reason
        else:
            told["measures"] = outcome.measures.to_dict()
        self._write(json.dumps(told))

    def close(self) -> None:
        """Leave the file as it is, for another time."""
        self._file.close()

    def remove(self) -> None:
        """Remove the file: the sweep is complete."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        """Return the journal; it is closed when the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _read(self) -> dict[str, Outcome]:
        """Return the outcomes. What ended in the middle of a line is ignored, and ended by a new line."""
        self._file.seek(0)
        text = self._file.read()
        first, *rest = text.split(b"\n")
        if not text:
            self._write(json.dumps(HEADER))
            return {}
        if _parsed(first) != HEADER:
            raise _in_the_way(self.path)
        if not text.endswith(b"\n"):
            self._write("")
        return dict(filter(None, map(_entry, rest)))

    def _write(self, line: str) -> None:
        try:
            self._file.write(f"{line}\n".encode())
            self._file.flush()
        except OSError as error:
            with suppress(OSError):  # what could not be written is tried once more at closing
                self._file.close()
            raise _unwritable(self.path, error) from None


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _entry(line: bytes) -> tuple[str, Outcome] | None:
    """Return the point and outcome of a line; None if the line is damaged."""
    told = _parsed(line)
    if not isinstance(told, dict) or not isinstance(told.get("point"), str):
        return None
    if isinstance(told.get("reason"), str):
        return told["point"], Outcome(None, told["reason"])
    measures: Any = told.get("measures")
    return (told["point"], Outcome(Measures(**measures))) if _is_whole(measures) else None


def _is_whole(measures: Any) -> bool:
    """Say whether there is a value of the right kind for each metric, and nothing else."""
    return (
        isinstance(measures, dict)
        and measures.keys() == {metric.name for metric in ROW_METRICS}
        and all(
            isinstance(measures[metric.name], int | float | None if is_number(metric) else str)
            for metric in ROW_METRICS
        )
    )


def _unwritable(path: Path, error: OSError) -> DlpsimError:
    return DlpsimError(f"{path}: cannot be written: {error.strerror or error}")


def _in_the_way(path: Path) -> DlpsimError:
    return DlpsimError(f"{path}: is in the way: the journal of this sweep has that name, and this is none")
