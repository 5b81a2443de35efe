"""What flows between the nodes of a network: a named array of one shape and element type."""

from dataclasses import dataclass
from math import prod

BYTES = {
    "f32": 4,
    "f16": 2,
    "f64": 8,
    "i8": 1,
    "u8": 1,
    "i16": 2,
    "u16": 2,
    "i32": 4,
    "u32": 4,
    "i64": 8,
    "u64": 8,
    "bool": 1,
}
"""Bytes of an element of each type."""

NUMPY = {
    "f32": "float32",
    "f16": "float16",
    "f64": "float64",
    "i8": "int8",
    "u8": "uint8",
    "i16": "int16",
    "u16": "uint16",
    "i32": "int32",
    "u32": "uint32",
    "i64": "int64",
    "u64": "uint64",
    "bool": "bool",
}
"""NumPy's name of each type."""

FLOATS = ("f32", "f16", "f64")
"""The types of trained numbers."""

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """An array by name; the shape of a single number is empty."""

    name: str
    shape: Shape
    dtype: str = "f32"

    @property
    def size(self) -> int:
        """How many elements it has."""
        return prod(self.shape)

    @property
    def is_float(self) -> bool:
        """Whether its elements are floating-point numbers."""
        return self.dtype in FLOATS

    @property
    def bytes(self) -> int:
        """How many bytes it takes."""
        return self.size * BYTES[self.dtype]

    def __str__(self) -> str:
        """`conv1: 1×96×55×55 f32`."""
        return f"{self.name}: {shape_text(self.shape)} {self.dtype}"


def shape_text(shape: Shape) -> str:
    """Return a shape as text: `1×96×55×55`, or `one number`."""
    return "×".join(map(str, shape)) if shape else "one number"
