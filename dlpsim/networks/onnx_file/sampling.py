"""Images sampled at computed places: rows of pixels, chosen by computed indices, with weights.

Places go from -1 to 1 along each axis. A place is the sum of the pixels around it, each times how near it is.
"""

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from dlpsim.networks.node import Attribute
from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.value import NUMPY, shape_text

if TYPE_CHECKING:
    from onnx import NodeProto

PADDINGS = ("zeros", "border", "reflection")
LINEAR = ("bilinear", "linear")
"""What versions of ONNX call it."""


def grid_sample(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Add up the pixels around each place, two along each axis; or take the nearest."""
    given = attributes.plain(node)
    mode, padding = str(given.get("mode", "linear")), str(given.get("padding_mode", "zeros"))
    x, grid = (draft.operand(operand) for operand in node.input)
    rank = len(x.shape) - 2
    if mode not in (*LINEAR, "nearest") or padding not in PADDINGS:
        raise Unfit(
            f"mode is {mode} and padding_mode {padding}; supported are linear and nearest, {', '.join(PADDINGS)}"
        )
    if (
        rank < 1
        or not grid.is_float
        or len(grid.shape) != rank + 2
        or grid.shape[0] != x.shape[0]
        or grid.shape[-1] != rank
    ):
        raise Unfit(f"the grid '{grid.name}' is {shape_text(grid.shape)}, which does not go with {shape_text(x.shape)}")
    sampling = _Sampling(draft, name, padding, bool(given.get("align_corners", 0)))
    axes = [sampling.axis(grid.name, rank - 1 - axis, x.shape[2 + axis], mode) for axis in range(rank)]
    order = (0, *range(2, 2 + rank), 1)
    pixels = draft.step("Transpose", [x.name], f"{name}/pixels", {"perm": order})
    table = draft.step("Reshape", [pixels], f"{name}/table", {"shape": (prod(x.shape) // x.shape[1], x.shape[1])})
    total = ""
    for corner in product(*axes):
        value = sampling.corner(table, corner, x.shape)
        total = draft.step("Add", [total, value], f"{name}/sum") if total else value
    back = (0, rank + 1, *range(1, rank + 1))
    draft.add("Transpose", [total], node.output, name, {"perm": back})
    return True


@dataclass(frozen=True)
class _Near:
    """A pixel near each place along one axis: its number, and its weight; "" for 1."""

    index: str
    weight: str


@dataclass(frozen=True)
class _Sampling:
    draft: FileDraft
    name: str
    padding: str
    aligns: bool

    def axis(self, grid: str, coordinate: int, size: int, mode: str) -> list[_Near]:
        """Return the pixels near each place along an axis of so many."""
        at: dict[str, Attribute] = {
            "starts": (coordinate,),
            "ends": (coordinate + 1,),
            "axes": (len(self.draft.operand(grid).shape) - 1,),
            "steps": (1,),
        }
        part = self.draft.step("Slice", [grid], f"{self.name}/part", at)
        shape = self.draft.operand(part).shape[:-1]
        place = self.draft.step("Reshape", [part], f"{self.name}/coordinate", {"shape": shape})
        factor, shift = ((size - 1) / 2, (size - 1) / 2) if self.aligns else (size / 2, (size - 1) / 2)
        place = self._step("Add", self._step("Mul", place, factor), shift)
        if self.padding == "border":
            place = self._within(place, size)
        if self.padding == "reflection":
            place = self._reflected(place, size)
        if mode == "nearest":
            return [self._near(self.draft.step("Round", [place], f"{self.name}/nearest"), "", size)]
        low = self.draft.step("Floor", [place], f"{self.name}/low")
        part = self.draft.step("Sub", [place, low], f"{self.name}/share")
        rest = self.draft.step("Sub", [self._number(1.0, part), part], f"{self.name}/rest")
        return [self._near(low, rest, size), self._near(self._step("Add", low, 1.0), part, size)]

    def corner(self, table: str, nears: tuple[_Near, ...], shape: tuple[int, ...]) -> str:
        """Return the pixels at one corner around each place, times their weights."""
        import numpy as np  # noqa: PLC0415

        images, _, *sizes = shape
        row = ""
        for near, size in zip(nears, sizes, strict=True):
            row = (
                self.draft.step("Add", [self._step("Mul", row, size), near.index], f"{self.name}/row")
                if row
                else near.index
            )
        begins = (np.arange(images) * prod(sizes)).reshape(-1, *(1 for _ in sizes)).astype(np.float32)
        row = self.draft.step(
            "Add", [row, self.draft.hold(self.draft.fresh(f"{self.name}/begins"), begins)], f"{self.name}/row"
        )
        index = self.draft.step("Cast", [row], f"{self.name}/index", {"to": "i64"})
        value = self.draft.step("Gather", [table, index], f"{self.name}/values", {"axis": 0})
        weight = ""
        for near in nears:
            if near.weight:
                weight = self.draft.step("Mul", [weight, near.weight], f"{self.name}/weight") if weight else near.weight
        if not weight:
            return value
        aligned = self.draft.step(
            "Reshape", [weight], f"{self.name}/aligned", {"shape": (*self.draft.operand(weight).shape, 1)}
        )
        return self.draft.step("Mul", [value, aligned], f"{self.name}/weighted")

    def _near(self, number: str, weight: str, size: int) -> _Near:
        """Return a pixel by a number that may be beyond the image, where its weight is 0 if zeros are around it."""
        inside = self._within(number, size)
        if self.padding != "zeros":
            return _Near(inside, weight)
        is_inside = self.draft.step("Equal", [inside, number], f"{self.name}/is_inside")
        share = self.draft.step("Cast", [is_inside], f"{self.name}/inside", {"to": self.draft.operand(number).dtype})
        return _Near(inside, self.draft.step("Mul", [weight, share], f"{self.name}/kept") if weight else share)

    def _reflected(self, place: str, size: int) -> str:
        """Return places within the image, those beyond as they are seen in mirrors at both ends."""
        first, span = (0.0, size - 1.0) if self.aligns else (-0.5, float(size))
        if not span:
            return self._step("Mul", place, 0.0)
        far = self.draft.step("Abs", [self._step("Add", place, -first)], f"{self.name}/far")
        turns = self.draft.step("Floor", [self._step("Mul", far, 1 / (2 * span))], f"{self.name}/turns")
        rest = self.draft.step("Sub", [far, self._step("Mul", turns, 2 * span)], f"{self.name}/over")
        back = self.draft.step("Sub", [self._number(2 * span, rest), rest], f"{self.name}/back")
        seen = self.draft.step("Min", [rest, back], f"{self.name}/seen")
        return self._within(self._step("Add", seen, first), size)

    def _within(self, place: str, size: int) -> str:
        return self.draft.step("Clip", [place], f"{self.name}/within", {"min": 0.0, "max": size - 1.0})

    def _step(self, op: str, x: str, number: float) -> str:
        """Add an operation with a constant."""
        return self.draft.step(op, [x, self._number(number, x)], f"{self.name}/{op.lower()}")

    def _number(self, number: float, like: str) -> str:
        import numpy as np  # noqa: PLC0415

        dtype = NUMPY[self.draft.operand(like).dtype]
        return self.draft.hold(self.draft.fresh(f"{self.name}/number"), np.array(number, dtype))
