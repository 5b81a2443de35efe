"""What an ONNX file says, as one short text: that of its bytes, and of the files beside it that it names."""

from collections.abc import Iterable, Iterator
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlpsim.networks.onnx_file.reader import read_model
from dlpsim.networks.onnx_file.tensors import EXTERNAL, file_beside
from dlpsim.networks.operators.operator import Unfit
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from onnx import TensorProto


def digest_of(path: Path) -> str:
    """Return 64 hexadecimal digits that change when the file does, or a file whose numbers its tensors hold.

    Files that are missing have none: no network comes of them. Raises DlpsimError if the file cannot be read or is no
    ONNX model.
    """
    found = sha256()
    for file in dict.fromkeys((path, *_files_beside(path))):
        try:
            with file.open("rb") as content:
                found.update(file_digest(content, "sha256").digest())
        except OSError as error:
            raise DlpsimError(f"{file}: cannot be read: {error.strerror or error}") from None
    return found.hexdigest()


def _files_beside(path: Path) -> Iterator[Path]:
    for tensor in _tensors(read_model(path)):
        if tensor.data_location == EXTERNAL:
            try:
                yield file_beside(tensor, path.parent)
            except Unfit:
                continue


def _tensors(message: Any) -> "Iterator[TensorProto]":
    """Yield every tensor within a message, those of attributes and of graphs in them too."""
    if message.DESCRIPTOR.name == "TensorProto":
        yield message
        return
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            for inner in value if isinstance(value, Iterable) else [value]:
                yield from _tensors(inner)
