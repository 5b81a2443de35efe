"""What differs between two results, as data: cycles, what caused them, units, lines, and what was set otherwise."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any

from dlpsim.saved import Saved, SavedLine

LONG = 2_000
"""Lines from which on those that differ in place are not searched for: that could take minutes."""


@dataclass(frozen=True)
class Change:
    """A number of cycles, or of something else, in both."""

    what: str
    a: int
    b: int

    @property
    def by(self) -> int:
        """How much more it is in B."""
        return self.b - self.a


@dataclass(frozen=True)
class LineChange:
    """A source line in both, as numbered there (None: not there, or no line), with its critical path."""

    a_line: int | None
    b_line: int | None
    text: str
    path: Change
    occupied: Change


@dataclass(frozen=True)
class Setting:
    """A value of the machine or a parameter of the program that is not the same; None: there is none."""

    key: str
    a: str | None
    b: str | None


@dataclass(frozen=True)
class Difference:
    """Two results, and what moved from A to B: of each kind the largest change first, what is equal left out.

    `causes` are the cycles of the critical path by unit and cause: their changes add up to that of the run. `units`
    are summed over cores: "compute busy", "dram stalled: port", "compute idle: sync:dram". `lines` with a critical path
    that changed; their changes add up likewise. `has_other_text`: the programs are not the same.
    """

    a: Saved
    b: Saved
    cycles: Change
    causes: tuple[Change, ...]
    units: tuple[Change, ...]
    amounts: tuple[Change, ...]
    lines: tuple[LineChange, ...]
    settings: tuple[Setting, ...]
    has_other_text: bool

    def to_dict(self) -> dict[str, Any]:
        """Return what --json prints."""
        return {
            **{name: _result(saved) for name, saved in (("a", self.a), ("b", self.b))},
            "cycles": _change(self.cycles),
            "other_text": self.has_other_text,
            "settings": [asdict(setting) for setting in self.settings],
            "causes": [_change(change) for change in self.causes],
            "units": [_change(change) for change in self.units],
            "amounts": [_change(change) for change in self.amounts],
            "lines": [
                {
                    "a_line": line.a_line,
                    "b_line": line.b_line,
                    "text": line.text,
                    "path": _change(line.path),
                    "occupied": _change(line.occupied),
                }
                for line in self.lines
            ],
        }


def compare(a: Saved, b: Saved) -> Difference:
    """Return what differs."""
    return Difference(
        a,
        b,
        Change("cycles", a.cycles, b.cycles),
        _changes(_causes(a), _causes(b)),
        _changes(_units(a), _units(b)),
        _changes(_amounts(a), _amounts(b)),
        _line_changes(a.lines, b.lines),
        tuple(_settings(a, b)),
        a.source != b.source,
    )


def _result(saved: Saved) -> dict[str, Any]:
    return {"program": saved.program, "machine": saved.machine, "cycles": saved.cycles, "time_s": saved.time_s}


def _change(change: Change) -> dict[str, Any]:
    return {**asdict(change), "by": change.by}


def _changes(a: Mapping[str, int], b: Mapping[str, int]) -> tuple[Change, ...]:
    changes = [Change(what, a.get(what, 0), b.get(what, 0)) for what in {**a, **b}]
    return tuple(sorted((change for change in changes if change.by), key=lambda change: -abs(change.by)))


def _causes(saved: Saved) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in saved.lines:
        for cause, cycles in line.path.items():
            sums[cause] = sums.get(cause, 0) + cycles
    return sums


def _units(saved: Saved) -> dict[str, int]:
    sums: dict[str, int] = {}
    for core in saved.cores:
        for name, unit in core.units.items():
            parts = {f"{name} busy": unit.busy}
            parts |= {f"{name} stalled: {reason}": cycles for reason, cycles in unit.stalled.items()}
            parts |= {f"{name} idle: {cause}": cycles for cause, cycles in unit.idle_by.items()}
            for part, cycles in parts.items():
                sums[part] = sums.get(part, 0) + cycles
    return sums


def _amounts(saved: Saved) -> dict[str, int]:
    """Return what was computed and moved, in operations and bytes."""
    ops = {f"{type_} operations": number for type_, number in saved.ops.items()}
    return ops | {f"{path} bytes": number for path, number in saved.bytes.items()}


def _settings(a: Saved, b: Saved) -> Iterator[Setting]:
    for here, there, form in ((a.values, b.values, "{}"), (a.params, b.params, "-D {}")):
        for key in {**here, **there}:
            values = [None if each is None else str(each) for each in (here.get(key), there.get(key))]
            if values[0] != values[1]:
                yield Setting(form.format(key), *values)


def _line_changes(a: Sequence[SavedLine], b: Sequence[SavedLine]) -> tuple[LineChange, ...]:
    changes = [
        LineChange(
            one.line if one else None,
            other.line if other else None,
            next(line.text for line in (other, one) if line),
            Change("path", *(sum(line.path.values()) if line else 0 for line in (one, other))),
            Change("occupied", *(line.occupied if line else 0 for line in (one, other))),
        )
        for one, other in _matched(a, b)
    ]
    return tuple(sorted((line for line in changes if line.path.by), key=lambda line: -abs(line.path.by)))


def _matched(a: Sequence[SavedLine], b: Sequence[SavedLine]) -> Iterator[tuple[SavedLine | None, SavedLine | None]]:
    """Pair the lines of two programs: those with the same text, in order; others stand alone.

    Of long programs, the lines that both begin and end with are paired, and no others.
    """
    texts = [line.text for line in a], [line.text for line in b]
    if max(map(len, texts)) > LONG:
        head = _common(*texts)
        tail = _common(texts[0][head:][::-1], texts[1][head:][::-1])
        blocks: list[tuple[int, int, int]] = [(0, 0, head), (len(a) - tail, len(b) - tail, tail)]
    else:
        blocks = [
            (one, two, size) for one, two, size in SequenceMatcher(None, *texts, autojunk=False).get_matching_blocks()
        ]
    done_a = done_b = 0
    for begin_a, begin_b, size in blocks:
        yield from ((line, None) for line in a[done_a:begin_a])
        yield from ((None, line) for line in b[done_b:begin_b])
        done_a, done_b = begin_a + size, begin_b + size
        yield from zip(a[begin_a:done_a], b[begin_b:done_b], strict=True)
    yield from ((line, None) for line in a[done_a:])
    yield from ((None, line) for line in b[done_b:])


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many elements both begin with alike."""
    return next(
        (index for index, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b))
    )
