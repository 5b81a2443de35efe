"""Software pipelining: the stages of a loop's body, which syncs separate, at work on several iterations at once.

    loop N i                                  load(0)
      load(i)                                 sync
      sync                                    load(1)  compute(0)
      compute(i)                     ->       sync
      sync                                    loop N - 2 i
      store(i)                                  load(i + 2)  compute(i + 1)  store(i)
      sync                                      sync
    endloop                                   endloop
                                              compute(N - 1)  store(N - 2)
                                              sync
                                              store(N - 1)

Data that one stage leaves for another on chip need a place for each iteration that is under way. `dlpsim check`'s
means tell whether the outcome has no race; that it computes the same, the conditions below see to.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from dlpsim.explain.code_tree import LoopNode, Node, flat, tree
from dlpsim.explain.independence import Private, are_independent, leaves_behind, loops, private_places, stages_of
from isa.address import Address, Counter, Step, fixed
from isa.program import Code, Compute, Move, Place, Program, Sync

APART = 100_000
"""What stands several times in the outcome differs by so many columns: the same place in the source is one site."""


@dataclass(frozen=True)
class Buffers:
    """The copies of private places that a pipelined loop needs: `low` is by memory the first byte of the first copy."""

    copies: int
    low: Mapping[str, int]
    shift: Mapping[str, int]
    """By memory, how far apart the copies are."""

    def end(self, memory: str) -> int:
        """Return the byte behind the last copy."""
        return self.low[memory] + self.copies * self.shift[memory]


@dataclass(frozen=True)
class Pipelined:
    """A program with a loop pipelined. `is_proven` if it says what it accesses, and computes the same.

    `room` gives for each memory with copies the byte behind the last.
    """

    program: Program
    is_proven: bool
    room: Mapping[str, int]


def candidates(program: Program) -> tuple[int, ...]:
    """Return the lines of loops that have stages, in their order; those of instructions without a line are left out."""
    lines = {
        loop.head.line
        for code in {id(code): code for code in program.cores}.values()
        for loop in loops(tree(code))
        if loop.head.line and len(stages_of(loop)) > 1 and loop.head.count > 1
    }
    return tuple(sorted(lines))


def stage_lines(program: Program, line: int) -> tuple[int, ...]:
    """Return the first line of each stage of the loop at `line`."""
    found = (stages_of(loop) for code in program.cores for loop in loops(tree(code)) if loop.head.line == line)
    return tuple(stage[0].line for stage in max(found, key=len))


def pipelined(program: Program, line: int, used: Mapping[str, int]) -> Pipelined | None:
    """Return the program with the loop at `line` pipelined on all cores that have it.

    `used` is how many bytes of each memory are in use. None if the data of an iteration depend on the one before.
    """
    changed: dict[int, Code] = {}
    room: dict[str, int] = {}
    is_proven = True
    for code in {id(code): code for code in program.cores}.values():
        nodes: list[Node] = []
        for node in tree(code):
            nodes += _replaced(node, 0, line, used, room)
        changed[id(code)] = flat(nodes)
        for loop in loops(tree(code)):
            if loop.head.line == line and len(stages_of(loop)) > 1:
                verdict = are_independent(loop, program)
                if verdict is None or leaves_behind(loop, tree(code)):
                    return None
                is_proven &= verdict
    return Pipelined(replace(program, cores=tuple(changed[id(code)] for code in program.cores)), is_proven, room)


def _replaced(node: Node, depth: int, line: int, used: Mapping[str, int], room: dict[str, int]) -> Sequence[Node]:
    """Return what a node, with so many loops around it, becomes where the loop at `line` is pipelined."""
    if not isinstance(node, LoopNode):
        return (node,)
    if node.head.line == line and len(stages_of(node)) > 1 and node.head.count > 1:
        buffers = _buffers(node, used)
        for memory in buffers.shift:
            room[memory] = max(room.get(memory, 0), buffers.end(memory))
        return _pipelined(node, depth, buffers)
    body = [new for each in node.body for new in _replaced(each, depth + 1, line, used, room)]
    return (replace(node, body=tuple(body)),)


def _buffers(loop: LoopNode, used: Mapping[str, int]) -> Buffers:
    """Return the copies of private places that are needed, behind all that is in use."""
    private = private_places(stages_of(loop))
    low: dict[str, int] = {}
    for memory, address in private:
        constant = address.constant
        assert constant is not None
        low[memory] = min(low.get(memory, constant), constant)
    return Buffers(_copies(private), low, {memory: used.get(memory, 0) - first for memory, first in low.items()})


def _copies(private: Mapping[tuple[str, Address], Private]) -> int:
    """Return in how many stages a place is in use, at most; places that share bytes count as one."""
    most, around, end = 1, "", 0
    first = last = 0
    for (memory, address), each in sorted(private.items(), key=lambda item: (item[0][0], item[0][1].at(()))):
        begin = address.at(())
        if memory == around and begin < end:
            first, last, end = min(first, each.first), max(last, each.last), max(end, begin + each.span)
        else:
            first, last, end, around = each.first, each.last, begin + each.span, memory
        most = max(most, last - first + 1)
    return most


def _pipelined(loop: LoopNode, level: int, buffers: Buffers) -> Sequence[Node]:
    stages, count = stages_of(loop), loop.head.count
    depth = len(stages)
    sync = next(node for node in loop.body if isinstance(node, Sync))
    private = private_places(stages).keys()

    def step(number: int, is_inside: bool = False) -> list[Node]:
        """Return step `number`, with the first stage at that iteration, the next at the one before, and so on."""
        nodes: list[Move | Compute] = []
        for behind, stage in enumerate(stages):
            iteration = Iteration(level, number - behind, is_inside)
            if is_inside or 0 <= iteration.offset < count:
                nodes += [_moved(each, iteration, private, buffers) for each in stage]
        return [replace(node, column=node.column + APART * number) for node in (*nodes, sync)]

    before, steady = min(depth - 1, count), max(count - depth + 1, 0)
    nodes = [node for number in range(before) for node in step(number)]
    if steady:
        body = step(depth - 1, is_inside=True)
        nodes.append(LoopNode(replace(loop.head, count=steady), tuple(body), loop.tail))
    for number in range(before + steady, count + depth - 1):
        nodes += step(number)
    return nodes if isinstance(loop.body[-1], Sync) else nodes[:-1]


@dataclass(frozen=True)
class Iteration:
    """An iteration of the loop with the counter `loop`.

    In the loop, it is `offset` after the present one; outside, the one of this number.
    """

    loop: int
    offset: int
    is_inside: bool

    @property
    def steps(self) -> tuple[Step, ...]:
        """The number of the iteration, as part of an address."""
        return (Counter(self.loop), self.offset, "+") if self.is_inside else (self.offset,)


def _moved(
    node: Move | Compute, iteration: Iteration, private: Collection[tuple[str, Address]], buffers: Buffers
) -> Move | Compute:
    """Return an instruction as it stands in another iteration, its private places moved to the copy of that."""

    def moved(memory: str, address: Address) -> Address:
        steps = [new for step in address.steps for new in _substituted(step, iteration)]
        if (memory, address) in private:
            steps += [*iteration.steps, buffers.copies, "%", buffers.shift[memory], "*", "+"]
        new = Address(tuple(steps))
        return new if new.counters else fixed(new.at(()))

    if isinstance(node, Compute):
        if node.operation is None:
            return node
        places = tuple(Place(place.memory, moved(place.memory, place.address)) for place in node.operation.places)
        return replace(node, operation=replace(node.operation, places=places))
    if node.transfer is None:
        return node
    src, dst = moved(node.src, node.transfer.src), moved(node.dst, node.transfer.dst)
    return replace(node, transfer=replace(node.transfer, src=src, dst=dst))


def _substituted(step: Step, iteration: Iteration) -> tuple[Step, ...]:
    """Return the number of the iteration in place of the loop's counter. No other loop is between them."""
    if isinstance(step, Counter) and step.depth == iteration.loop:
        return iteration.steps
    return (step,)
