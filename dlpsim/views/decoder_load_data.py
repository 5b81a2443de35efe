"""What decoders spent their cycles on, and for how long each kind of instruction was held, as data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class KindLoad:
    """All executed instructions of a kind, over all cores: how often, and for how many cycles they were held.

    `kind` is `move` with its port, `compute` with its type, or the words of another instruction. `decoder` are the
    cycles of decoding and of what the decoder waited for there, `queue` those of waiting for the unit, and `unit`
    those of being served: setup, waiting for the port, beats or operations. `latency` are those from then on to
    completion.
    """

    kind: str
    times: int
    decoder: int
    queue: int
    unit: int
    latency: int


@dataclass(frozen=True)
class LoadData:
    """`states` are the cycles of each core's decoder by state, and add up to `cycles`; `kinds` in order of the code."""

    cycles: int
    states: tuple[Mapping[str, int], ...]
    kinds: tuple[KindLoad, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the data as --json prints it."""
        return {"states": [dict(core) for core in self.states], "kinds": [asdict(kind) for kind in self.kinds]}
