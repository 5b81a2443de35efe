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
}
"""Names by the numbers of TensorProto.DataType."""


def dtype_of(number: int) -> str | None:
    """Return the type that ONNX gives this number, None where it is not supported."""
    return _NAMES.get(number)


def type_text(number: int) -> str:
    """Return ONNX's own name of a type."""
    from onnx import TensorProto  # noqa: PLC0415

    known = {int(value): str(key) for key, value in TensorProto.DataType.items()}
    return known.get(number, f"number {number}")
