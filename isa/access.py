"""What an instruction reads and writes."""

from dataclasses import dataclass
from functools import lru_cache

from isa.address import Address
from isa.operation_spec import ACCUMULATE
from isa.operations import OPERATIONS
from isa.program import Compute, Instruction, Move, Operation
from isa.region import Region


@dataclass(frozen=True, slots=True)
class Access:
    """An operand of an instruction: the bytes of `region` from `address` on, in `memory`.

    `name` is what messages call it.
    """

    name: str
    memory: str
    address: Address
    region: Region
    reads: bool
    writes: bool


def accesses(instruction: Instruction) -> tuple[Access, ...]:
    """Return what `instruction` accesses: source and destination of a move, the operands of an operation in order.

    Nothing is known of a textbook instruction: the answer is then empty.
    """
    match instruction:
        case Move(transfer=transfer) if transfer is not None:
            return (
                Access(
                    "source", instruction.src, transfer.src, _rows(instruction, transfer.src_stride, 1), True, False
                ),
                Access(
                    "destination",
                    instruction.dst,
                    transfer.dst,
                    _rows(instruction, transfer.dst_stride, transfer.expansion),
                    False,
                    True,
                ),
            )
        case Compute(type=type_, operation=operation) if operation is not None:
            return operation_accesses(operation, width(type_))
        case _:
            return ()


def operation_accesses(operation: Operation, bits: int) -> tuple[Access, ...]:
    """Return what `operation` accesses where its computations have a width of `bits`."""
    operands = _operands(operation.name, operation.dims, operation.options, bits)
    return tuple(
        Access(name, place.memory, place.address, region, reads, writes)
        for (name, region, reads, writes), place in zip(operands, operation.places, strict=True)
    )


@lru_cache(4096)
def _operands(
    name: str, dims: tuple[int, ...], options: tuple[str, ...], bits: int
) -> tuple[tuple[str, Region, bool, bool], ...]:
    """Return name and region of each operand of an operation, and whether it is read and written."""
    spec = OPERATIONS[name]
    values = spec.named(dims, options)
    return tuple(
        (
            operand.name.upper(),
            spec.region(operand, values, options, bits),
            not operand.is_written or ACCUMULATE in options,
            operand.is_written,
        )
        for operand in spec.operands
    )


def width(type_: str) -> int:
    """Return the bits of a computation type: 32 for MAC_32."""
    return int(type_.rpartition("_")[2])


def _rows(move: Move, stride: int, expansion: int) -> Region:
    return Region("u8", (move.rows, move.size * expansion), (stride, 1))
