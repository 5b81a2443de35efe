"""Whether cores that share a memory define the same tensors in it."""

from collections.abc import Iterator, Sequence

from isa.expectation import shown
from isa.fault import Fault, quoted
from isa.program import Tensor
from isa.target import Target

_NAME = 1  # the token of a tensor's name in its line

Disagreement = tuple[int, int, Fault]
"""A core, a line, and what is wrong there."""


def disagreements(tensors: Sequence[Sequence[Tensor]], target: Target) -> Iterator[Disagreement]:
    """Yield where `tensors[core]` differ from those of the first core with which it shares a memory."""
    for memory, sharing in (("DRAM", target.cores), ("SharedRAM", target.cores_per_cluster)):
        for core, own in enumerate(tensors):
            first = core - core % sharing
            if own is not tensors[first]:
                yield from _differences(memory, (core, _within(memory, own)), (first, _within(memory, tensors[first])))


def _differences(
    memory: str, here: tuple[int, dict[str, Tensor]], there: tuple[int, dict[str, Tensor]]
) -> Iterator[Disagreement]:
    (core, own), (first, others) = here, there
    hint = f"cores that share {memory} must define the same tensors in it"
    for name in {**own, **others}:
        one, other = own.get(name), others.get(name)
        if one and other and _kind(one) != _kind(other):
            message = f"{quoted(name)} is {_kind(one)}, and {_kind(other)} on core {first}"
            yield core, one.line, Fault(_NAME, message, hint)
        elif one and not other:
            yield core, one.line, Fault(_NAME, f"{quoted(name)} is not defined on core {first}", hint)
        elif other and not one:
            yield first, other.line, Fault(_NAME, f"{quoted(name)} is not defined on core {core}", hint)


def _within(memory: str, tensors: Sequence[Tensor]) -> dict[str, Tensor]:
    return {tensor.name: tensor for tensor in tensors if tensor.memory == memory}


def _kind(tensor: Tensor) -> str:
    return f"{tensor.dtype} {shown(tensor.shape)} at byte {tensor.address}"
