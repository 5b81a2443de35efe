"""Reads the bytes of an ONNX file into a model."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlpsim.networks.needed import needed
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from onnx import ModelProto


def read_model(path: Path) -> "ModelProto":
    """Return the model in a file, its functions put in place of their calls, weights beside the file not yet read.

    Raises DlpsimError if the file cannot be read or is no whole ONNX model.
    """
    needed("onnx", "to read an ONNX file")
    import onnx  # noqa: PLC0415
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        model = onnx.ModelProto.FromString(path.read_bytes())
    except OSError as error:
        raise DlpsimError(f"{path}: cannot be read: {error.strerror or error}") from None
    except DecodeError:
        raise DlpsimError(f"{path}: is not an ONNX model, or not a whole one: its bytes cannot be decoded") from None
    if not model.graph.node and not model.graph.output:
        raise DlpsimError(f"{path}: is not an ONNX model, or not a whole one: it has no graph")
    if not model.graph.output:
        raise DlpsimError(f"{path}: the graph has no outputs")
    if not all(isinstance(text, str) for text in _texts(model)):
        raise DlpsimError(f"{path}: is not a valid ONNX model: a name in it is not text in UTF-8")
    return _without_functions(model, path) if model.functions else model


def _texts(message: Any) -> Iterator[object]:
    """Yield every text in a message and those within it; protobuf gives bytes for what is no UTF-8."""
    for field, value in message.ListFields():
        values = [value] if isinstance(value, str | bytes) or not isinstance(value, Iterable) else value
        if field.type == field.TYPE_STRING:
            yield from values
        elif field.type == field.TYPE_MESSAGE:
            for inner in values:
                yield from _texts(inner)


def _without_functions(model: "ModelProto", path: Path) -> "ModelProto":
    from onnx.inliner import inline_local_functions  # noqa: PLC0415

    try:
        return inline_local_functions(model)
    except Exception as error:  # its C++ part throws what it likes at functions that are broken
        raise DlpsimError(f"{path}: the model's functions cannot be put in place: {error}") from None


def opset_of(model: "ModelProto") -> int:
    """Return the version of ONNX's own operators that the model uses."""
    versions = [entry.version for entry in model.opset_import if entry.domain in {"", "ai.onnx"}]
    return max(versions, default=1)
