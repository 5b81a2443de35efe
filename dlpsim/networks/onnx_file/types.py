"""ONNX's names of element types, and this project's."""

_NAMES = {
    1: "f32",
    2: "u8",
    3: "i8",
    4: "u16",
    5: "i16",
    6: "i32",
    7: "i64",
    9: "bool",
    10: "f16",
    11: "f64",
    12: "u32",
    13: "u64",
    16: "f32",
}
"""Names by the numbers of TensorProto.DataType. BFLOAT16, 16, is the upper half of f32, and read as that."""

_NARROW = {17: "f32", 18: "f32", 19: "f32", 20: "f32", 21: "u8", 22: "i8"}
"""Types of constants of 8 and 4 bits that are read as a wider one, which has all their numbers."""

WIDENED = (16, *_NARROW)
"""The types that are read as a wider one."""


def dtype_of(number: int) -> str | None:
    """Return the type that ONNX gives this number, None where it is not supported."""
    return _NAMES.get(number)


def constant_dtype_of(number: int) -> str | None:
    """Return the type as which constants of the type that has this number in ONNX are read; None for none."""
    return _NAMES.get(number) or _NARROW.get(number)


def type_text(number: int) -> str:
    """Return ONNX's own name of a type."""
    from onnx import TensorProto  # noqa: PLC0415

    known = {int(value): str(key) for key, value in TensorProto.DataType.items()}
    return known.get(number, f"number {number}")
