"""Values as rows of channels, one for each pixel, so that tiles are rows of a move: what products and pooling take."""

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.layouts.layout import Axis, Layout, packed
from dlpsim.compiler.layouts.view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

ELEMENT = 4
"""Bytes of an element: f32."""


@dataclass(frozen=True, slots=True)
class Activation:
    """A value of a network in DRAM, of `shape`: N×C×H×W, or any other, of which the last axis are the channels.

    Pixels follow each other as N, H, W (or as all axes but the last), `pitch` elements apart, in the tensor `tensor`;
    the channels of a pixel lie together, from its element `first` on. They may lie in another order than they are
    counted in, as those of an image that is called a vector: `order` has the loops in which they are counted.
    """

    tensor: str
    shape: tuple[int, ...]
    pitch: int
    first: int = 0
    order: Axis = ()

    @property
    def is_image(self) -> bool:
        """Whether its second axis are the channels, and the last two those of an image."""
        return len(self.shape) == 4

    @property
    def channels(self) -> int:
        """Elements of a pixel."""
        return self.shape[1] if self.is_image else (self.shape[-1] if self.shape else 1)

    @property
    def pixels(self) -> int:
        """How many there are."""
        return prod(self.shape) // self.channels

    def offset(self, pixel: int, channel: int = 0) -> int:
        """Return the bytes from the beginning of the tensor to an element."""
        return (pixel * self.pitch + self.first + channel) * ELEMENT

    def as_they_lie(self, array: "NDArray[Any]", axis: int) -> "NDArray[Any]":
        """Return an array whose `axis` has an element for each channel with these in the order in which they lie."""
        if not self.order:
            return array
        sizes = [size for size, _ in self.order]
        split = array.reshape(*array.shape[:axis], *sizes, *array.shape[axis + 1 :])
        lying = sorted(range(len(sizes)), key=lambda place: -self.order[place][1])
        behind = range(axis + len(sizes), split.ndim)
        return split.transpose(*range(axis), *(axis + place for place in lying), *behind).reshape(array.shape)


def activation_of(view: View) -> Activation | None:
    """Return a value as pixels of channels: an image if it has four axes, else rows; None if it does not lie so."""
    layout = view.layout
    if len(layout.axes) == 4:
        batch, channels, height, width = layout.axes
        pixels: tuple[Axis, ...] = (batch, height, width)
    else:
        *pixels_before, channels = layout.axes or ((),)
        pixels = tuple(pixels_before)
    ordered = sorted(channels, key=lambda factor: factor[1])
    count = 1
    for size, stride in ordered:
        if stride != count:
            return None
        count *= size
    pitch = _pitch(pixels, count)
    if pitch is None or pitch < count:
        return None
    order = channels if len(channels) > 1 else ()
    return Activation(view.tensor.name, layout.shape, pitch, layout.first, order)


def _pitch(pixels: tuple[Axis, ...], channels: int) -> int | None:
    """Return how far apart pixels lie that follow each other evenly, else None."""
    loops = [factor for axis in pixels for factor in axis]
    if not loops:
        return channels
    pitch = expected = loops[-1][1]
    for size, stride in reversed(loops):
        if stride != expected:
            return None
        expected = stride * size
    return pitch


def pixels_first(layout: Layout) -> Layout:
    """Return a layout without gaps: pixels of channels, which keep the order in which they lie."""
    count = len(layout.axes)
    return packed(layout, outermost=(0, 2, 3) if count == 4 else range(count - 1))
