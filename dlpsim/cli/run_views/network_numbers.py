"""`dlpsim run NETWORK --check`, `--data`, `--random`, `--out`: a network that computes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlpsim.cli.run_views.numbers import DIFFERS
from dlpsim.data import Data
from dlpsim.networks.evaluate import checked_inputs, random_inputs
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from dlpsim.deploy.deployment import Deployment
    from dlpsim.simulation import Result
    from dlpsim.verification import Comparison


class NetworkNumbers:
    """Carries inputs through a network: those of the file `data`, by name, or random ones by `seed`.

    Writes the values that are in DRAM at the end to `out`, and compares them with onnxruntime if `check`.

    Raises DlpsimError where the inputs do not fit the network, or are given twice.
    """

    def __init__(
        self, deployment: "Deployment", data: Path | None, seed: int | None, out: Path | None, check: bool
    ) -> None:
        from dlpsim.arrays import read_arrays  # noqa: PLC0415
        from isa.inputs import unusual_values  # noqa: PLC0415

        if data and seed is not None:
            raise DlpsimError("--data and --random exclude each other: where are the inputs to come from?")
        network = deployment.network
        self._deployment = deployment
        self._inputs = (
            checked_inputs(network, read_arrays(data), str(data)) if data else random_inputs(network, seed or 0)
        )
        self._carried = Data(deployment.program, deployment.compiled.inputs(self._inputs))
        self._remarks = unusual_values(self._inputs)
        self._out = out
        self._check = check
        self._comparisons: tuple[Comparison, ...] = ()
        self.listeners = (self._carried,)

    @property
    def status(self) -> int:
        """DIFFERS if a value is not what onnxruntime gives."""
        return 0 if all(comparison.is_good for comparison in self._comparisons) else DIFFERS

    def finish(self, result: "Result") -> None:
        """Compare and write."""
        from dlpsim.arrays import write_arrays  # noqa: PLC0415
        from dlpsim.deploy.agreement import agreement  # noqa: PLC0415

        if self._check:
            self._comparisons = agreement(self._deployment, self._inputs, self._carried.tensors)
        if self._out:
            write_arrays(self._out, self._deployment.compiled.values(self._carried.tensors))

    def to_dict(self) -> Mapping[str, Any]:
        """Return the comparisons, an infinite error as null, and what is unusual about the inputs."""
        return {
            "check": {
                one.tensor: {
                    "error": one.error if one.error != float("inf") else None,
                    "allowed": one.allowed,
                    "good": one.is_good,
                }
                for one in self._comparisons
            },
            "notes": list(self._remarks),
        }

    def render(self) -> Iterator[str]:
        """Return how many values agree, and how well; those that do not, each; and what is unusual about the inputs."""
        lines = [*self._compared(), *(f"  note: {remark}" for remark in self._remarks)]
        if lines:
            yield "\n".join(lines)

    def _compared(self) -> Iterator[str]:
        if not self._comparisons:
            return
        bad = [one for one in self._comparisons if not one.is_good]
        worst = max(one.error for one in self._comparisons)
        limits = sorted({one.allowed for one in self._comparisons})
        allowed = f"{limits[0]:.0e}" if len(limits) == 1 else f"{limits[0]:.0e} to {limits[-1]:.0e}"
        yield (
            f"  {len(self._comparisons) - len(bad)} of {len(self._comparisons)} values agree with onnxruntime: "
            f"max |a - b| / max |b| is {worst:.1e} (allowed {allowed})"
        )
        yield from (f"  {reason}" for reason in dict.fromkeys(one.reason for one in self._comparisons) if reason)
        yield from (f"  {one.tensor}: NOT AS EXPECTED, {one.error:.1e}" for one in bad)
