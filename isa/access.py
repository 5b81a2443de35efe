"""What an instruction reads and writes."""

from dataclasses import dataclass

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
    spec = OPERATIONS[operation.name]
    values = spec.named(operation.dims, operation.options)
    return tuple(
        Access(
            operand.name.upper(),
            place.memory,
            place.address,
            spec.region(operand, values, operation.options, bits),
            reads=not operand.is_written or ACCUMULATE in operation.options,
            writes=operand.is_written,
        )
        for operand, place in zip(spec.operands, operation.places, strict=True)
    )


def width(type_: str) -> int:
    """Return the bits of a computation type: 32 for MAC_32."""
    return int(type_.rpartition("_")[2])


def _rows(move: Move, stride: int, expansion: int) -> Region:
    return Region("u8", (move.rows, move.size * expansion), (stride, 1))
