"""What the instructions of each layer do: operations by type, and bytes by path."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from dlpsim.compiler.compile import Compiled
from dlpsim.deploy.deployment import Deployment
from dlpsim.views.line_table import executions
from dlpsim.views.summary import path_name
from isa.program import Compute, Move


@dataclass(frozen=True)
class LayerWork:
    """The operations of a layer by type, and the bytes that it moves by path ("DRAM->NRAM"), over all cores."""

    ops: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)

    def bytes_at(self, memory: str) -> int:
        """Return how many bytes come from or go to a memory."""
        return sum(count for path, count in self.bytes.items() if memory in path.split("->"))


def layers_of_lines(compiled: Compiled) -> Sequence[int]:
    """Return the layer of each line, by its index; syncs and loops count to that of the next line that has one."""
    found = []
    layer = len(compiled.plans) - 1
    for own in reversed(compiled.layers_of_lines):
        layer = layer if own is None else own
        found.append(layer)
    return found[::-1]


def layer_work(deployment: Deployment) -> Sequence[LayerWork]:
    """Return what each layer of the compiled network does, in their order."""
    works = [LayerWork() for _ in deployment.compiled.plans]
    layers = layers_of_lines(deployment.compiled)
    for code in deployment.program.cores:
        for instruction, times in zip(code, executions(code), strict=True):
            work = works[layers[instruction.line - 1]] if works else LayerWork()
            if isinstance(instruction, Compute):
                work.ops[instruction.type] += times * instruction.num
            elif isinstance(instruction, Move):
                work.bytes[path_name(instruction.src, instruction.dst)] += times * instruction.bytes
    return works
