"""What a layer moves between DRAM and the chip: what it touches, and what it moves again, and why.

A tile of an image is loaded with the edges that its neighbours have too; a tensor is loaded again where the tiles that
need it do not fit on chip together. Both are read off the moves themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, cast

from dlpsim.compiler.instructions import Move
from dlpsim.compiler.plan import LayerPlan
from dlpsim.compiler.step import Fetch, Result
from dlpsim.config import MachineConfig


class Reason(Enum):
    """Why bytes cross the ports of a memory that have crossed them for the same layer before."""

    HALO = "halo"
    """Tiles overlap where windows reach over their edges."""
    BLOCKS = "input"
    """The input is loaded once for each block of output channels."""
    TILES = "weights"
    """The weights are loaded once for each tile of the input."""
    CORES = "cores"
    """Several cores, or clusters, load the same."""
    AGAIN = "again"
    """An operand is loaded once for each part of the result that needs it."""
    LAYERS = "layers"
    """Weights that an earlier layer has loaded: several use the same, such as the steps of a recurrent one."""
    LAYOUT = "layout"
    """Something is copied in DRAM so that it lies as the layer can take it."""


class Reread(NamedTuple):
    """Bytes of a tensor that cross the ports of a memory again for a reason."""

    tensor: str
    reason: Reason
    bytes: int

    def to_dict(self) -> dict[str, str | int]:
        """Return it as --json prints it."""
        return {"tensor": self.tensor, "reason": self.reason.value, "bytes": self.bytes}


@dataclass(frozen=True)
class Crossing:
    """The bytes that a layer moves from and to a memory: those that it touches, each once, and what is moved again."""

    touched: int
    rereads: tuple[Reread, ...]

    @property
    def reread(self) -> int:
        """What is moved again."""
        return sum(reread.bytes for reread in self.rereads)

    @property
    def bytes(self) -> int:
        """All of them."""
        return self.touched + self.reread


@dataclass(frozen=True)
class Traffic:
    """What crosses the ports of DRAM and of SharedRAM for a layer.

    Of SharedRAM, that each byte comes there once in each cluster, and goes once to each core that needs it, counts as
    touching it.
    """

    dram: Crossing
    shared: Crossing


class _Region(NamedTuple):
    """Where in a tensor a move reads or writes: rows of `size` bytes whose beginnings are `stride` bytes apart."""

    begin: int
    size: int
    rows: int
    stride: int

    @property
    def bytes(self) -> int:
        return self.size * self.rows


_Times = dict[_Region, Counter[int]]
"""How often each core moves a region of a tensor."""


def traffic(plan: LayerPlan, machine: MachineConfig) -> Traffic:
    """Return what the steps of a layer move."""
    return Traffic(_of_dram(plan, machine.total_cores), _of_shared(plan, machine))


def _of_dram(plan: LayerPlan, cores: int) -> Crossing:
    reads, writes = _regions(plan, cores)
    touched = 0
    rereads = []
    for tensor in dict.fromkeys((*reads, *writes)):
        read, written = reads.get(tensor, {}), writes.get(tensor, {})
        apart = _touched(list(read)) + _touched(list(written))
        if _touched([*read, *written]) < apart:  # what it writes it reads again; parts of a tensor may lie side by side
            rereads.append(Reread(tensor, Reason.LAYOUT, _total(read) + _total(written)))
            continue
        touched += apart
        rereads += [*_again(plan, tensor, read), *_again(plan, tensor, written)]
    return Crossing(touched, tuple(rereads))


def _of_shared(plan: LayerPlan, machine: MachineConfig) -> Crossing:
    """Return what goes through SharedRAM: into that of a cluster, each core a part, then to the cores that need it."""
    moved: defaultdict[tuple[str, str], Counter[_Region]] = defaultdict(Counter)
    """How often a region of a tensor comes to a cluster, or to a core."""
    for fetch in (part for part in _parts(plan) if isinstance(part, Fetch) and part.via):
        for begin in range(0, machine.total_cores, machine.cores):
            own = range(begin, begin + machine.cores)
            brought = [move for core in own for move in cast("Fetch", fetch.via).moves(core, 0, 0)]
            for core in own:
                for copy in fetch.moves(core, 0, 0):
                    place = range(copy.src.offset, copy.src.offset + copy.size)
                    for move in brought:
                        if move.dst.offset in place:
                            moved[move.src.base, f"core {core}"][_region(move)] += 1
    for via in dict.fromkeys(part.via for part in _parts(plan) if isinstance(part, Fetch) and part.via):
        for core in range(machine.total_cores):
            for move in via.moves(core, 0, 0):
                moved[move.src.base, f"cluster {core // machine.cores}"][_region(move)] += 1
    touched = 0
    found: Counter[tuple[str, Reason]] = Counter()
    for (tensor, _), regions in moved.items():
        once, covered = sum(region.bytes for region in regions), _touched(list(regions))
        touched += covered
        found[tensor, Reason.HALO] += once - covered
        found[tensor, _reason(plan, tensor)] += sum(region.bytes * times for region, times in regions.items()) - once
    return Crossing(touched, tuple(Reread(*key, count) for key, count in found.items() if count))


def _regions(plan: LayerPlan, cores: int) -> tuple[dict[str, _Times], dict[str, _Times]]:
    """Return what is read and what is written, by tensor. What is fetched, and what is made, is moved once."""
    reads: defaultdict[str, _Times] = defaultdict(dict)
    writes: defaultdict[str, _Times] = defaultdict(dict)
    for part in _parts(plan):
        for core in range(cores):
            if isinstance(part, Fetch):
                for move in part.moves(core, 0, 0):
                    if move.src.memory == "DRAM":
                        _note(reads[move.src.base], core, move)
            else:
                for move in part.stores(core, 0):
                    _note(writes[move.dst.base], core, move)
    return reads, writes


def _region(move: Move) -> _Region:
    """Return the region of DRAM that is moved."""
    spot, stride = (move.src, move.src_stride) if move.src.memory == "DRAM" else (move.dst, move.dst_stride)
    return _Region(spot.offset, move.size, move.rows, stride)


def _note(times: _Times, core: int, move: Move) -> None:
    """Note that a core moves a region of DRAM."""
    region = _region(move)
    by_core = times.get(region)
    if by_core is None:
        by_core = times[region] = Counter()
    by_core[core] += 1


def _parts(plan: LayerPlan) -> Iterator[Fetch | Result]:
    """Yield everything that the steps need or make, once."""
    parts: dict[Fetch | Result, None] = {}
    for step in plan.steps:
        for need in step.needs:
            parts[need] = None
            if need.via:
                parts[need.via] = None
        if step.makes:
            parts[step.makes] = None
    yield from parts


def _total(times: _Times) -> int:
    return sum(region.bytes * by_core.total() for region, by_core in times.items())


def _again(plan: LayerPlan, tensor: str, times: _Times) -> Iterator[Reread]:
    """Yield what is moved more than once: as other regions that overlap, by other cores, at other times."""
    overlap = sum(region.bytes for region in times) - _touched(list(times))
    by_others = sum(region.bytes * (len(by_core) - 1) for region, by_core in times.items())
    found = {
        Reason.HALO: overlap,
        Reason.CORES: by_others,
        _reason(plan, tensor): _total(times) - sum(region.bytes for region in times) - by_others,
    }
    yield from (Reread(tensor, reason, count) for reason, count in found.items() if count)


def _reason(plan: LayerPlan, tensor: str) -> Reason:
    """Return why a layer loads the same again: products hold on to their weights, or to a tile of their input."""
    if plan.choice is None:
        return Reason.AGAIN
    return Reason.TILES if tensor in plan.constants else Reason.BLOCKS


def _touched(regions: Sequence[_Region]) -> int:
    """Return how many bytes regions cover together."""
    import numpy as np  # noqa: PLC0415

    if not regions:
        return 0
    begins = np.concatenate([region.begin + region.stride * np.arange(region.rows) for region in regions])
    sizes = np.concatenate([np.full(region.rows, region.size) for region in regions])
    order = np.argsort(begins, kind="stable")
    begins, ends = begins[order], (begins + sizes)[order]
    behind = np.maximum.accumulate(ends)[:-1]
    free_from = np.concatenate([begins[:1], behind])
    return int(np.clip(ends - np.maximum(begins, free_from), 0, None).sum())
