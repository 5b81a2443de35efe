"""Where activations lie in DRAM: rows of channels, one for each pixel, so that tiles are rows of a move."""

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

ELEMENT = 4
"""Bytes of an element: f32."""


@dataclass(frozen=True, slots=True)
class Activation:
    """A value of a network in DRAM, of `shape`: N×C×H×W, or any other, of which the last axis are the channels.

    Pixels follow each other as N, H, W (or as all axes but the last), `pitch` elements apart, in the tensor `tensor`;
    the channels of a pixel lie together, from its element `first` on. If it is an image (of channels, height, width:
    `image`) that is called a vector, the vector lies as the image does, pixel by pixel.
    """

    tensor: str
    shape: tuple[int, ...]
    pitch: int
    first: int = 0
    image: tuple[int, int, int] | None = None

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

    def laid_out(self, array: "NDArray[Any]") -> "NDArray[Any]":
        """Return the numbers of the value, in its own shape, as they lie in the tensor: pixels x channels."""
        import numpy as np  # noqa: PLC0415

        pixels = array.transpose(0, 2, 3, 1) if self.is_image else array
        return np.ascontiguousarray(pixels.reshape(self.pixels, self.channels), np.float32)

    def read(self, tensor: "NDArray[Any]") -> "NDArray[Any]":
        """Return the value, in its own shape, out of the tensor in which it lies."""
        pixels = tensor.reshape(-1, self.pitch)[:, self.first : self.first + self.channels]
        if self.image:
            channels, height, width = self.image
            lying = pixels.reshape(-1, height, width, channels)
            return lying.transpose(0, 3, 1, 2).reshape(self.shape)
        if self.is_image:
            images, channels, height, width = self.shape
            return pixels.reshape(images, height, width, channels).transpose(0, 3, 1, 2)
        return pixels.reshape(self.shape)
