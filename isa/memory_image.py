"""All memories of a chip while a program runs on data. Importing this module imports NumPy."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from isa.access import Access
from isa.bounds import enclosing
from isa.coding import compressed, expanded
from isa.errors import DlpsimError
from isa.fault import number
from isa.meaning import NUMPY_TYPES
from isa.memory import Extent, Memory
from isa.nest import LoopNest, executed_accesses
from isa.program import Program, Tensor
from isa.region import dense
from isa.tensors import ALIGNMENT, size_of

MAX_BYTES = 8 * 2**30
"""Most bytes of all memories together."""

_OWN = ("NRAM", "WRAM")  # the memories that each core has for itself


class MemoryImage:
    """The memories of a program's chip: DRAM as far as there are tensors, the others as far as the program reaches.

    Raises DlpsimError where they are too large.
    """

    def __init__(self, program: Program) -> None:
        target = program.target
        self._tensors = program.dram_tensors
        extents = {**_on_chip(program), "DRAM": _stretches(self._tensors)}
        _check_size(program, extents)
        dram = Memory("DRAM", extents["DRAM"])
        clusters = [Memory("SharedRAM", extents["SharedRAM"]) for _ in range(target.clusters)]
        self._cores = [
            {
                "DRAM": dram,
                "SharedRAM": clusters[core // target.cores_per_cluster],
                **{name: Memory(name, extents[name]) for name in _OWN},
            }
            for core in range(target.cores)
        ]

    def of(self, core: int) -> Mapping[str, Memory]:
        """Return the memories by name as `core` sees them."""
        return self._cores[core]

    def load(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Give the tensors in DRAM that `arrays` names the values there; shapes and types must agree."""
        for tensor in self._tensors:
            if tensor.name not in arrays:
                continue
            values = arrays[tensor.name]
            self._view(tensor)[...] = compressed(values, tensor.compression) if tensor.compression > 1 else values

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return each tensor in DRAM. They are no copies: what is written later may show."""
        return {tensor.name: self._values(tensor) for tensor in self._tensors}

    def _values(self, tensor: Tensor) -> NDArray[Any]:
        view = self._view(tensor)
        if tensor.compression == 1:
            return view
        return expanded(view, tensor.compression).view(NUMPY_TYPES[tensor.dtype]).reshape(tensor.shape)

    def _view(self, tensor: Tensor) -> NDArray[Any]:
        """Return the elements of `tensor`, or its bytes where it is compressed."""
        region = dense("u8", (size_of(tensor),)) if tensor.compression > 1 else dense(tensor.dtype, tensor.shape)
        return self._cores[0]["DRAM"].view(tensor.address, region)


def _on_chip(program: Program) -> dict[str, list[Extent]]:
    """Return which bytes of the memories on the chip a program may reach."""
    ends = dict.fromkeys(("SharedRAM", *_OWN), 0)
    for code in {id(code): code for code in program.cores}.values():
        for access, nest in executed_accesses(code):
            if access.memory in ends:
                ends[access.memory] = max(ends[access.memory], _reach(program, access, nest))
    return {memory: [(0, end)] for memory, end in ends.items()}


def _reach(program: Program, access: Access, nest: LoopNest) -> int:
    """Return a bound of the addresses that `access` reaches."""
    bounds = enclosing(access.address, nest.counts)
    reached = bounds and max(0, bounds[1] + access.region.span)
    capacity = program.target.memories.get(access.memory)
    known = [end for end in (reached, capacity) if end is not None]
    if not known:
        raise DlpsimError(f"{program.name}: it cannot be told how far {access.memory} is used, which has no size")
    return min(known)


def _stretches(tensors: Iterable[Tensor]) -> list[Extent]:
    """Return the bytes of `tensors`; those with only the gap of an alignment between them are one stretch."""
    stretches: list[Extent] = []
    for begin, end in sorted((tensor.address, tensor.address + size_of(tensor)) for tensor in tensors):
        if stretches and begin - stretches[-1][1] < ALIGNMENT:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((begin, end))
    return stretches


def _check_size(program: Program, extents: Mapping[str, Sequence[Extent]]) -> None:
    target = program.target
    copies = {"DRAM": 1, "SharedRAM": target.clusters, **dict.fromkeys(_OWN, target.cores)}
    total = sum(copies[memory] * (end - begin) for memory, parts in extents.items() for begin, end in parts)
    check_size(program, total)


def check_size(program: Program, total: int) -> None:
    """Raise DlpsimError if data of so many bytes are too many."""
    if total > MAX_BYTES:
        limit = f"{MAX_BYTES // 2**30} GiB"
        raise DlpsimError(f"{program.name}: its data take {number(total)} bytes, more than {limit}")
