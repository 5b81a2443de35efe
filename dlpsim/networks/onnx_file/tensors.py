"""The tensors of an ONNX file as weights; what lies in files beside it is mapped, not read."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlpsim.networks.onnx_file.types import WIDENED, constant_dtype_of, type_text
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.value import BYTES, FLOATS, NUMPY, Shape, shape_text
from dlpsim.networks.weight import Stored, Weight

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import TensorProto

EXTERNAL = 1
"""TensorProto.EXTERNAL."""

BFLOAT16 = 16
"""TensorProto.BFLOAT16."""


@dataclass(frozen=True)
class Widened:
    """Numbers of a type that is read as a wider one; `kind` is ONNX's name of it. Those of u16 are upper halves."""

    array: "NDArray[Any]" = field(compare=False)
    kind: str
    dtype: str

    def numbers(self, shape: Shape) -> "NDArray[Any]":
        """Convert them, which changes none."""
        array = self.array.reshape(shape)
        if array.dtype == "uint16":
            array = (array.astype("uint32") << 16).view("float32")
        wide: NDArray[Any] = array.astype(NUMPY[self.dtype], copy=False)
        return wide


def weight_of(tensor: "TensorProto", folder: Path) -> Weight:
    """Return a tensor as a weight. Raises Unfit: type not supported, numbers missing or too few, or NaN."""
    dtype = constant_dtype_of(tensor.data_type)
    if dtype is None:
        raise Unfit(f"its elements are {type_text(tensor.data_type)}; supported are {', '.join(BYTES)}")
    shape = tuple(tensor.dims)
    if min(shape, default=0) < 0:
        raise Unfit(f"its shape is {shape}")
    is_beside = tensor.data_location == EXTERNAL
    array = _beside(tensor, folder, shape, dtype) if is_beside else _within(tensor, shape)
    is_wide = tensor.data_type in WIDENED
    weight = Weight(shape, Widened(array, type_text(tensor.data_type), dtype) if is_wide else Stored(array), dtype)
    if dtype in FLOATS and _has_nan(weight.array()):
        raise Unfit("it holds NaN")
    return weight


def _within(tensor: "TensorProto", shape: Shape) -> "NDArray[Any]":
    from onnx import numpy_helper  # noqa: PLC0415

    try:
        return numpy_helper.to_array(tensor).reshape(shape)
    except (ValueError, TypeError, KeyError) as error:
        raise Unfit(f"its numbers do not make up {shape_text(shape)}: {error}") from None


def _beside(tensor: "TensorProto", folder: Path, shape: Shape, dtype: str) -> "NDArray[Any]":
    """Map the tensor's part of a file in `folder`."""
    import numpy as np  # noqa: PLC0415

    path = file_beside(tensor, folder)
    entries = _entries(tensor)
    name = entries["location"]
    wanted = np.dtype("uint16" if tensor.data_type == BFLOAT16 else NUMPY[dtype])
    if tensor.data_type in WIDENED and tensor.data_type != BFLOAT16:
        raise Unfit(f"its elements are {type_text(tensor.data_type)} in '{name}', supported within the model only")
    try:
        offset = int(entries.get("offset", 0))
        length = int(entries.get("length", np.prod(shape, dtype=object) * wanted.itemsize))
    except ValueError:
        raise Unfit(f"offset or length of its numbers in '{name}' is not a number") from None
    needed = int(np.prod(shape, dtype=object)) * wanted.itemsize
    if offset < 0 or length < needed or offset + needed > path.stat().st_size:
        there = f"the file has {path.stat().st_size:,}"
        raise Unfit(f"it needs {needed:,} bytes of '{name}' from byte {offset:,}, length {length:,}, but {there}")
    if not needed:
        return np.zeros(shape, wanted)
    try:
        return np.memmap(path, wanted, "r", offset, shape)
    except OSError as error:
        raise Unfit(f"'{name}' cannot be read: {error.strerror or error}") from None


def file_beside(tensor: "TensorProto", folder: Path) -> Path:
    """Return the file in `folder` in which the numbers of a tensor lie. Raises Unfit if it is elsewhere or missing."""
    name = _entries(tensor).get("location", "")
    path = (folder / name.replace("\0", "")).resolve()
    if not name or "\0" in name or not path.is_relative_to(folder.resolve()):
        raise Unfit(f"its numbers should lie in '{name}', which is not in the folder of the model")
    if not path.is_file():
        raise Unfit(f"its numbers should lie in '{name}', which is missing")
    return path


def _entries(tensor: "TensorProto") -> dict[str, str]:
    return {entry.key: entry.value for entry in tensor.external_data}


def _has_nan(array: "NDArray[Any]", step: int = 1 << 22) -> bool:
    import numpy as np  # noqa: PLC0415

    flat = array.reshape(-1)
    return any(bool(np.isnan(flat[start : start + step]).any()) for start in range(0, flat.size, step))
