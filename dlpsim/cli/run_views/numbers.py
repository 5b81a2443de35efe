"""`dlpsim run --data`, `--random`, `--out`, `--check`: a run that carries numbers."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlpsim.data import Arrays, Data
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from dlpsim.simulation import Result
    from dlpsim.verification import Comparison
    from isa.program import Program

DIFFERS = 1
"""Exit status of a run whose numbers are not what the program is expected to compute."""


class Numbers:
    """Carries the numbers of the file `data`, or random ones by `seed`, through a run of `program`.

    Writes the tensors in DRAM at the end to `out`, and compares them with NumPy if `check`.

    Raises DlpsimError where the inputs do not fit the program, or are given twice.
    """

    def __init__(self, program: "Program", data: Path | None, seed: int | None, out: Path | None, check: bool) -> None:
        if data and seed is not None:
            raise DlpsimError("--data and --random exclude each other: where are the inputs to come from?")
        self._program = program
        self._inputs = _inputs(program, data, seed or 0)
        self._carried = Data(program, self._inputs)
        self._out = out
        self._check = check
        self._comparisons: tuple[Comparison, ...] = ()
        self._remarks: tuple[str, ...] = ()
        self.listeners = (self._carried,)

    @property
    def status(self) -> int:
        """DIFFERS if a tensor is not what is expected."""
        return 0 if all(comparison.is_good for comparison in self._comparisons) else DIFFERS

    def finish(self, result: "Result") -> None:
        """Compare and write."""
        from dlpsim.arrays import write_arrays  # noqa: PLC0415
        from dlpsim.verification import verify  # noqa: PLC0415
        from isa.inputs import unusual_values  # noqa: PLC0415

        tensors = self._carried.tensors
        if self._check:
            self._comparisons = verify(self._program, self._inputs, tensors)
        self._remarks = unusual_values({**tensors, **self._inputs})
        if self._out:
            write_arrays(self._out, tensors)

    def to_dict(self) -> Mapping[str, Any]:
        """Return the comparisons, an infinite error as null, and what is remarkable about the numbers."""
        return {
            "check": {
                comparison.tensor: {
                    "error": comparison.error if comparison.error != float("inf") else None,
                    "allowed": comparison.allowed,
                    "good": comparison.is_good,
                }
                for comparison in self._comparisons
            },
            "notes": list(self._remarks),
        }

    def render(self) -> Iterator[str]:
        """Return a line for each comparison and remark."""
        lines = [_line(comparison) for comparison in self._comparisons]
        lines += [f"  note: {remark}" for remark in self._remarks]
        if lines:
            yield "\n".join(lines)


def _inputs(program: "Program", data: Path | None, seed: int) -> Arrays:
    from dlpsim.arrays import read_arrays  # noqa: PLC0415
    from isa.inputs import checked_inputs, random_inputs  # noqa: PLC0415

    return checked_inputs(program, read_arrays(data) if data else random_inputs(program, seed))


def _line(comparison: "Comparison") -> str:
    verdict = "as expected" if comparison.is_good else "NOT AS EXPECTED"
    return (
        f"  {comparison.tensor}: {verdict}, max |a - b| / max |b| is {comparison.error:.1e} "
        f"(allowed {comparison.allowed:.0e})"
    )
