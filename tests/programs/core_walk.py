"""Executes the code of one core, in order, and watches what it reads and writes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from isa.program import Code, Compute, EndLoop, Instruction, Loop, Move, Sync
from isa.vocabulary import Scope
from tests.programs.accesses import Access, Scheme, access_of
from tests.programs.stream import FP32, ProgramError, Stream, Tile


@dataclass(frozen=True)
class Task:
    """What one core has to do: all M rows, its columns, and how sparse it is."""

    m: int
    k: int
    cols: int
    x_shrink: int = 1
    w_shrink: int = 1
    skip: int = 1


@dataclass
class Trace:
    """What one core did to SharedRAM, its barriers, and its room. An epoch is the time between two barriers.

    `brings`: (epoch, numbers); `copies`: (epoch, first number of x, end). `used`: bytes of the core's own memories.
    """

    barriers: int = 0
    brings: list[tuple[int, int]] = field(default_factory=list)
    copies: list[tuple[int, int, int]] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)


@dataclass
class Output:
    """A tile of y: rows, columns, and how much of K is in it."""

    rows: Tile
    cols: Tile
    k: int


def executed(code: Code) -> Iterator[Instruction]:
    """Yield the instructions of `code` as a core executes them, without loop and endloop."""
    left: dict[int, int] = {}
    pc = 0
    while pc < len(code):
        instruction = code[pc]
        if isinstance(instruction, Loop):
            left[pc] = instruction.count
            pc = pc + 1 if instruction.count else instruction.end + 1
        elif isinstance(instruction, EndLoop):
            left[instruction.start] -= 1
            pc = instruction.start + 1 if left[instruction.start] else pc + 1
        else:
            yield instruction
            pc += 1


class CoreWalk:
    """Walks one core's code; raises ProgramError where the program is wrong."""

    def __init__(self, scheme: Scheme, task: Task, is_shared: bool, memories: dict[str, int]) -> None:
        self.scheme, self.task, self.memories = scheme, task, memories
        places = {name: scheme.places_of(name, is_shared) for name in "xwy"}
        if scheme.held == "y":
            self.x = Stream("x", task.m, task.k, places["x"])
            self.w = Stream("w", task.cols, task.k, places["w"])
        else:
            self.x = Stream("x", task.k, task.m, places["x"])
            self.w = Stream("w", task.k, task.cols, places["w"])
        self.y_places = places["y"]
        self.y_largest: dict[int, int] = {}
        self.y: dict[int, Output] = {}
        self.unstored: list[int] = []
        self.stored: dict[tuple[int, int], list[tuple[int, int]]] = {}
        self.x_used = self.w_used = 0
        self.reading: set[tuple[str, int]] = set()
        self.writing: set[tuple[str, int]] = set()
        self.trace = Trace()

    def run(self, code: Code) -> Trace:
        for instruction in executed(code):
            try:
                self._execute(instruction)
            except ProgramError as violation:
                raise ProgramError(f"line {instruction.line}: {violation}") from None
        self._finish()
        return self.trace

    def _execute(self, instruction: Instruction) -> None:
        if isinstance(instruction, Sync):
            if instruction.scope is Scope.CHIP:
                raise ProgramError("no shipped program needs a chip-wide barrier")
            self.trace.barriers += instruction.scope is Scope.CLUSTER
            self.reading.clear()
            self.writing.clear()
        elif isinstance(instruction, Compute):
            self._multiply(instruction.num)
        elif isinstance(instruction, Move):
            self._move(access_of(instruction), instruction.size)

    def _move(self, access: Access, size: int) -> None:
        if access is Access.LOAD_X:
            self._write("x", self.x.take(size, self.task.x_shrink)[0])
        elif access is Access.LOAD_W:
            self._write("w", self.w.take(size, self.task.w_shrink)[0])
        elif access is Access.BRING_X:
            self.trace.brings.append((self.trace.barriers, size // FP32))
        elif access is Access.COPY_X:
            place, tile = self.x.take(size, 1)
            self._write("x", place)
            self.trace.copies.append((self.trace.barriers, tile.start * self.x.unit, tile.stop * self.x.unit))
        else:
            self._store(size)
        self._check_room()

    def _multiply(self, num: int) -> None:
        x_place, x = self.x.find(self.x_used)
        w_place, w = self.w.find(self.w_used)
        self._read("x", x_place)
        self._read("w", w_place)
        rows, cols, k = x, w, Tile(0, self.task.k, 0, 0)
        if self.scheme.held == "y":
            if (x.start, x.stop) != (w.start, w.stop):
                raise ProgramError("x and w are cut differently")
            rows, cols, k = Tile(0, self.task.m, 0, 0), Tile(0, self.task.cols, 0, 0), x
        macs = rows.extent * cols.extent * k.extent
        if num != -(-macs // self.task.skip):
            raise ProgramError(f"{num} MACs where the tiles at hand take {macs} / {self.task.skip}")
        self._add_output(rows, cols, k)
        self.x_used += self.scheme.held != "x" or w.stop == self.task.cols
        self.w_used += self.scheme.held != "w" or x.stop == self.task.m

    def _add_output(self, rows: Tile, cols: Tile, k: Tile) -> None:
        goes_by = {"x": cols, "w": rows, "y": k}[self.scheme.held]
        place = 0 if self.scheme.held == "y" else goes_by.index % self.y_places
        self._write("y", place)
        if k.start:
            if self.y[place].k != k.start:
                raise ProgramError("a stretch of K is left out or added twice")
            self.y[place].k = k.stop
            return
        if place in self.unstored:
            raise ProgramError("outputs are lost that were not stored")
        self.y[place] = Output(rows, cols, k.stop)
        self.y_largest[place] = max(self.y_largest.get(place, 0), rows.extent * cols.extent * FP32)
        self.unstored.append(place)

    def _store(self, size: int) -> None:
        if not self.unstored:
            raise ProgramError("there is nothing to store")
        place = self.unstored.pop(0)
        self._read("y", place)
        output = self.y[place]
        if output.k != self.task.k:
            raise ProgramError("stores outputs that are not complete")
        if size != output.rows.extent * output.cols.extent * FP32:
            raise ProgramError(f"{size} bytes are not the outputs at hand")
        columns = (output.cols.start, output.cols.stop)
        self.stored.setdefault(columns, []).append((output.rows.start, output.rows.stop))

    def _read(self, stream: str, place: int) -> None:
        if (stream, place) in self.writing:
            raise ProgramError(f"reads {stream} before a sync says that it is there")
        self.reading.add((stream, place))

    def _write(self, stream: str, place: int) -> None:
        if (stream, place) in self.reading | self.writing:
            raise ProgramError(f"overwrites {stream} while it may still be in use")
        self.writing.add((stream, place))

    def _check_room(self) -> None:
        self.trace.used = {"NRAM": self.x.bytes + sum(self.y_largest.values()), "WRAM": self.w.bytes}
        for memory, used in self.trace.used.items():
            if used > self.memories[memory]:
                raise ProgramError(f"{memory} holds {used} bytes, more than it has")

    def _finish(self) -> None:
        """Every operand that was loaded has been used, and every output stored once."""
        if self.unstored:
            raise ProgramError("outputs are not stored")
        if (self.x_used, self.w_used) != (self.x.order, self.w.order):
            raise ProgramError("operands are loaded and not used")
        if not is_partition(self.stored, self.task.cols):
            raise ProgramError("not every column is stored once")
        if not all(is_partition(rows, self.task.m) for rows in self.stored.values()):
            raise ProgramError("not every row is stored once")


def is_partition(ranges: Iterable[tuple[int, int]], end: int) -> bool:
    """Return whether (start, stop) ranges cover 0 … end-1, each once."""
    at = 0
    for start, stop in sorted(ranges):
        if start != at:
            return False
        at = stop
    return at == end
