"""Layers that treat each element by itself."""

from collections.abc import Sequence

from dlpsim.compiler.activation import Activation
from dlpsim.compiler.fusion import UNARY
from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.plan import LayerPlan
from dlpsim.compiler.streaming import Area, Stream
from dlpsim.compiler.transfers import Tile
from dlpsim.networks.node import Node
from isa.errors import DlpsimError
from isa.operations import OPERATIONS

BINARY = {"Add": "add", "Sub": "sub", "Mul": "mul", "Div": "div", "Max": "max", "Min": "min"}


def elementwise(node: Node, operands: Sequence[Activation], y: Activation, cores: int, room: int) -> LayerPlan:
    """Cut an operation on each element into tiles."""
    name = {**BINARY, **UNARY}.get(node.op)
    if name is None or any(operand.shape != y.shape for operand in operands):
        raise DlpsimError(f"node '{node.name}' ({node.op}) is not supported yet")
    kind = OPERATIONS[name].kind

    def sources(area: Area) -> Sequence[Tile]:
        return [
            Tile(operand, y.pixels, 1, 0, area.row, area.rows, 0, 1, area.channel, area.channels)
            for operand in operands
        ]

    def computes(area: Area, out: Spot, tiles: Sequence[Spot], numbers: Spot) -> list[Compute]:
        num = area.pixels * area.channels
        return [Compute(f"{kind}_32", num, name, (out, *tiles), (area.pixels, area.channels))]

    return LayerPlan(node.name, Stream(y, y.pixels, 1, sources, computes).steps(cores, room))
