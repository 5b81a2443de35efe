"""An assembled program: what each core executes, and where in the source each instruction stands.

A textbook instruction says what it costs only. An annotated one also says where its data lie and what is computed:
its `transfer` or its `operation`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from isa.address import Address
from isa.target import Target
from isa.vocabulary import Scope


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where the bytes of a move lie: `rows` rows, whose beginnings are `src_stride` and `dst_stride` bytes apart.

    Both strides are 0 where they are not stated, which only a transfer of one row may leave out. With an `expansion`
    over 1 the bytes are compressed by sparse coding, and `expansion` times as many arrive.
    """

    src: Address
    dst: Address
    rows: int = 1
    src_stride: int = 0
    dst_stride: int = 0
    expansion: int = 1


@dataclass(frozen=True, slots=True)
class Move:
    """Copy `size` bytes from memory `src` to memory `dst`; with a transfer, `size` bytes of each of its rows."""

    src: str
    dst: str
    size: int
    line: int
    column: int
    transfer: Transfer | None = None

    @property
    def rows(self) -> int:
        """How many rows of `size` bytes are moved."""
        return 1 if self.transfer is None else self.transfer.rows

    @property
    def bytes(self) -> int:
        """How many bytes are moved in all."""
        return self.size * self.rows


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operand begins."""

    memory: str
    address: Address


@dataclass(frozen=True, slots=True)
class Operation:
    """What a compute does: an entry of the operation table with what it is applied to.

    `places` are the operands and `dims` the sizes, both in the order of the table entry; sizes that the text leaves
    out have their defaults here. `options` are sorted.
    """

    name: str
    places: tuple[Place, ...]
    dims: tuple[int, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compute:
    """Perform `num` operations of `type`, such as MAC_32."""

    type: str
    num: int
    line: int
    column: int
    operation: Operation | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """Run the body `count` times; `end` is the index of the matching EndLoop, `counter` names the iteration."""

    count: int
    end: int
    line: int
    column: int
    counter: str = ""


@dataclass(frozen=True, slots=True)
class EndLoop:
    """Close the body of the Loop at index `start`."""

    start: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Wait for the core's earlier instructions; beyond scope CORE, also for the other cores of the scope."""

    scope: Scope
    line: int
    column: int


Instruction = Move | Compute | Loop | EndLoop | Sync
Code = tuple[Instruction, ...]


@dataclass(frozen=True, slots=True)
class Tensor:
    """A named region of a memory: `shape` elements of `dtype` (f32, f16, i8 or i32) from byte `address` on.

    Sparse coding makes it `compression` times as small.
    """

    name: str
    memory: str
    dtype: str
    shape: tuple[int, ...]
    address: int
    line: int
    compression: int = 1


@dataclass(frozen=True, slots=True)
class Expect:
    """What a program is to compute: `result` is the operation of this name, applied to `operands`.

    Each name is a tensor's in DRAM, or the result of an expectation above.
    """

    result: str
    operation: str
    operands: tuple[str, ...]
    options: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Program:
    """A program assembled for every core of a target.

    `cores[k]` is the code of core k (over the whole chip); cores with equal code may share one object.
    `source` holds the lines of the text (line 1 first), `params` the value of each `.param` that a core took
    (the first such core's). A line or column of 0 means that the instruction was not written in a text.
    `tensors[k]` are those that core k defined (all cores' are empty where it is empty itself); those in DRAM are the
    same for every core. `expects` stand in the order of their lines.
    """

    name: str
    source: tuple[str, ...]
    cores: tuple[Code, ...]
    params: Mapping[str, int]
    target: Target
    tensors: tuple[tuple[Tensor, ...], ...] = ()
    expects: tuple[Expect, ...] = ()

    @property
    def dram_tensors(self) -> tuple[Tensor, ...]:
        """The tensors in DRAM: what a program takes and gives."""
        return tuple(tensor for tensor in (self.tensors[0] if self.tensors else ()) if tensor.memory == "DRAM")

    def text(self, line: int) -> str:
        """Return source line `line`, counted from 1; empty where there is none."""
        return self.source[line - 1] if 0 < line <= len(self.source) else ""
