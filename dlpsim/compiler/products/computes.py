"""What is computed of a tile of a product: its sums, what is done to each element, and its pooling."""

from collections.abc import Iterator, Sequence
from typing import cast

from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.products.area import Area, Areas
from dlpsim.compiler.products.product import After, Product, numbers
from dlpsim.compiler.tiling.shape import Pooling
from dlpsim.compiler.tiling.tiles import seen_columns, seen_rows
from isa.operation_spec import COLUMN
from isa.operations import OPERATIONS

TYPE = 32
"""Bits of the computations."""


class Computes:
    """Writes the computes of one product."""

    def __init__(self, product: Product, areas: Areas) -> None:
        self._product = product
        self._shape = product.shape
        self._areas = areas
        self._sizes_of: dict[tuple[Area, int, int], tuple[int, ...]] = {}

    def of_tile(self, index: int, stored: Area, made: int, size: int, places: tuple[int, ...]) -> list[Compute]:
        """Return what sums up slice `index` for a part of what is stored, and does all else after the last.

        `made` output channels, from weights of `size` bytes. `places` are the offsets of the result, of the product
        (or again of the result), of the image, of the weights, and of what is added if something is.
        """
        product, area = self._product, self._areas.computed(stored)
        before = product.slices[index][0] - self._product.image_channels(index)[0]
        result, out = Spot("NRAM", places[0]), Spot("NRAM", places[1])
        held = out
        if self._areas.keeps_rows:
            out = held.further((self._areas.held(stored).rows - area.rows) * area.columns * made * ELEMENT)
        image, weights = Spot("NRAM", places[2] + before * ELEMENT), Spot("WRAM", places[3])
        found = [self._multiply(area, index, made, (out, image, weights))]
        if index == len(product.slices) - 1:
            bias = Spot("WRAM", weights.offset + size - (made + len(product.numbers)) * ELEMENT)
            added = Spot("NRAM", places[4]) if len(places) > 4 else None
            found += self._finish(area.pixels, made, out, bias, added)
            if self._shape.pooling:
                constants = bias.further((made + len(numbers(product.after))) * ELEMENT)
                found += self._pool(stored, made, result, held, constants)
                found += self._keep(stored, made, held)
        return found

    def _multiply(self, area: Area, index: int, made: int, spots: tuple[Spot, Spot, Spot]) -> Compute:
        shape = self._shape
        num = area.pixels * shape.weight_elements(made, self._product.slices[index][1])
        name = "matmul" if shape.is_pointwise and shape.groups == 1 else "conv"
        key = area, index, made
        if key not in self._sizes_of:
            self._sizes_of[key] = self._sizes(area, index, made)
        return Compute(f"MAC_{TYPE}", num, name, spots, self._sizes_of[key], ("acc",) if index else ())

    def _sizes(self, area: Area, index: int, made: int) -> tuple[int, ...]:
        """Return the sizes of a product as it is written."""
        shape = self._shape
        channels = self._product.slices[index][1]
        pitch = self._product.image_channels(index)[1]
        leads = pitch > channels
        if shape.is_pointwise and shape.groups == 1:
            return (area.pixels, channels, made, *((pitch,) if leads else ()))
        _, rows, top = seen_rows(shape, area.row, area.rows)
        _, columns, left = seen_columns(shape, area.column, area.columns)
        stride = (1, 1) if shape.is_pointwise else shape.stride
        sizes = (rows, columns, channels, area.rows, area.columns, made, *shape.kernel)
        settings = (*stride, top, left, *shape.dilation, shape.groups)
        return (*sizes, *((*settings, columns * pitch, pitch) if leads else _trimmed(settings)))

    def _finish(self, pixels: int, made: int, out: Spot, bias: Spot, added: Spot | None) -> Iterator[Compute]:
        num = pixels * made
        yield Compute(f"ADD_{TYPE}", num, "add", (out, out, bias), (pixels, made, made, 0))
        if added:
            yield Compute(f"ADD_{TYPE}", num, "add", (out, out, added), (pixels, made))
        yield from _each(self._product.after, pixels, made, out, bias.further(made * ELEMENT))

    def _pool(self, area: Area, made: int, out: Spot, taken: Spot, constants: Spot) -> Iterator[Compute]:
        """Yield what combines the windows of a part of what is stored, from the part of the product that it needs."""
        product, pooling = self._product, cast("Pooling", self._shape.pooling)
        _, rows, top = self._shape.rows_for(area.row, area.rows)
        _, columns, left = self._shape.columns_for(area.column, area.columns)
        kind, name = ("MAX", "max_pool") if product.pooled_mean is None else ("ADD", "sum_pool")
        num = area.pixels * made * pooling.kernel[0] * pooling.kernel[1]
        sizes = (rows, columns, made, area.rows, area.columns, *pooling.kernel, *pooling.stride, top, left)
        yield Compute(f"{kind}_{TYPE}", num, name, (out, taken), sizes)
        yield from _each(product.pooled, area.pixels, made, out, constants)

    def _keep(self, area: Area, made: int, held: Spot) -> Iterator[Compute]:
        """Yield what keeps the last rows of the product, if there is a tile below whose windows see them too."""
        below = area.row + area.rows
        if not self._areas.keeps_rows or below == self._shape.stored_height:
            return
        first, rows, _ = self._shape.rows_for(area.row, area.rows)
        _, columns, _ = self._shape.columns_for(area.column, area.columns)
        shared = first + rows - self._shape.rows_for(below, 1)[0]
        last = held.further((rows - shared) * columns * made * ELEMENT)
        pixels = shared * columns
        yield Compute(f"ADD_{TYPE}", pixels * made, "copy", (held, last), (pixels, made))


def _each(operations: Sequence[After], pixels: int, made: int, out: Spot, constants: Spot) -> Iterator[Compute]:
    """Yield operations on each element at `out`; their constants follow each other."""
    num = pixels * made
    for one in operations:
        kind = f"{OPERATIONS[one.name].kind}_{TYPE}"
        if one.number is None:
            yield Compute(kind, num, one.name, (out, out), (pixels, made))
        else:
            yield Compute(kind, num, one.name, (out, out, constants), (1, num), (COLUMN,))
            constants = constants.further(ELEMENT)


def _trimmed(settings: tuple[int, ...]) -> tuple[int, ...]:
    """Leave out the last settings of a convolution that are as they would be if they were left out."""
    usual = (1, settings[0], 0, 0, 1, settings[4], 1)
    count = len(settings)
    while count and settings[count - 1] == usual[count - 1]:
        count -= 1
    return settings[:count]
