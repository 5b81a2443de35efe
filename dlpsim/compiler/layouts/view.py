"""Where a value of a network lies: a tensor in DRAM, and how the elements of the value lie in it."""

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.layouts.layout import Layout
from dlpsim.networks.double import limited

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Tensor:
    """A region of DRAM by name: an array of elements of a type."""

    name: str
    shape: tuple[int, ...]
    dtype: str = "f32"

    @property
    def elements(self) -> int:
        """How many there are."""
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class View:
    """A value in a tensor. Integers and truth values that are computed with are f32 too; indices of rows are i32."""

    tensor: Tensor
    layout: Layout

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value."""
        return self.layout.shape

    def with_layout(self, layout: Layout) -> "View":
        """Return what lies in the same tensor in another way."""
        return replace(self, layout=layout)

    def laid_out(self, array: "NDArray[Any]") -> "NDArray[Any]":
        """Return the elements of the tensor when the value is `array`; what is not of the value is 0."""
        import numpy as np  # noqa: PLC0415

        elements = np.zeros(self.tensor.elements, {"f32": np.float32, "i32": np.int32}[self.tensor.dtype])
        if not array.size:
            return elements
        strided = self._strided(elements)
        strided[...] = limited(array).reshape(strided.shape)
        return elements

    def filled(self, array: "NDArray[Any]") -> "tuple[str, NDArray[Any]]":
        """Return the name of the tensor, and it when the value is `array`."""
        return self.tensor.name, self.laid_out(array).reshape(self.tensor.shape)

    def read(self, elements: "NDArray[Any]") -> "NDArray[Any]":
        """Return the value, in its own shape, out of the elements of its tensor."""
        flat = elements.reshape(-1)
        return self._strided(flat).reshape(self.shape) if prod(self.shape) else flat[:0].reshape(self.shape)

    def _strided(self, elements: "NDArray[Any]") -> "NDArray[Any]":
        import numpy as np  # noqa: PLC0415

        factors = self.layout.factors
        width = elements.itemsize
        strides = tuple(stride * width for _, stride in factors)
        shape = tuple(size for size, _ in factors)
        return np.lib.stride_tricks.as_strided(elements[self.layout.first :], shape, strides)
