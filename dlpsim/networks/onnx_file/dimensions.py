"""The inputs of an ONNX file, with their free dimensions set."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dlpsim.networks.onnx_file.types import dtype_of, type_text
from dlpsim.networks.value import BYTES, Value
from isa.errors import nearest

if TYPE_CHECKING:
    from onnx import ValueInfoProto

_NOT_BATCH = re.compile("seq|time|step|tok|len|frame|word|past|height|width|chan|feat|rows|cols", re.IGNORECASE)
_BATCH = re.compile("batch|^[bn]$|^bs$", re.IGNORECASE)


class Dimensions:
    """Sets free dimensions: by name, or as `INPUT.AXIS`. The batch is 1 if nothing else is said.

    The batch is what is called so, or the first dimension of an input under a name that says nothing else.
    `problems` tells, once all inputs are seen, which dimensions are not set and which settings have no dimension.
    """

    def __init__(self, given: Mapping[str, int]) -> None:
        self._given = given
        self._free: list[str] = []
        self._used: set[str] = set()
        self._problems: list[str] = []

    def value(self, info: "ValueInfoProto") -> Value | None:
        """Return an input with all its dimensions; None where there is a problem."""
        kind = info.type.WhichOneof("value")
        if kind != "tensor_type":
            self._problems.append(f"input '{info.name}' is a {kind or 'nothing'}, expected a tensor")
            return None
        tensor = info.type.tensor_type
        dtype = dtype_of(tensor.elem_type)
        if dtype is None:
            supported = ", ".join(BYTES)
            text = f"input '{info.name}' has elements {type_text(tensor.elem_type)}; supported are {supported}"
            self._problems.append(text)
            return None
        if not tensor.HasField("shape"):
            self._problems.append(f"input '{info.name}' has no shape, and so no dimensions that could be set")
            return None
        sizes = []
        for axis, dimension in enumerate(tensor.shape.dim):
            is_fixed = dimension.HasField("dim_value") and dimension.dim_value > 0
            sizes.append(dimension.dim_value if is_fixed else self._size(info.name, axis, dimension.dim_param))
        known = [size for size in sizes if size is not None]
        return Value(info.name, tuple(known), dtype) if len(known) == len(sizes) else None

    def _size(self, name: str, axis: int, symbol: str) -> int | None:
        place = f"{name}.{axis}"
        self._free += [known for known in (symbol, place) if known and known not in self._free]
        for known in (place, symbol):
            if known in self._given:
                self._used.add(known)
                return self._given[known]
        if _BATCH.search(symbol) or (axis == 0 and not _NOT_BATCH.search(symbol)):
            return 1
        shown = f"'{symbol}' (axis {axis})" if symbol else f"of axis {axis}"
        self._problems.append(
            f"input '{name}' has a free dimension {shown}\n    hint: set it with --dim {symbol or place}=N"
        )
        return None

    def problems(self) -> Iterator[str]:
        """Yield what is wrong."""
        yield from self._problems
        for name, size in self._given.items():
            if name not in self._free:
                yield f"--dim {name}={size}: there is no free dimension '{name}'{_hint(name, self._free)}"
            elif size < 1:
                yield f"--dim {name}={size}: expected 1 or more"
            elif name not in self._used:
                yield f"--dim {name}={size}: sets nothing: each axis of that name is set by an INPUT.AXIS of its own"


def _hint(name: str, free: Sequence[str]) -> str:
    known = f"free are {', '.join(free)}" if free else "every dimension is fixed in the file"
    near = nearest(name, free)
    return f"\n    hint: {f'{near} ' if near else ''}{known}"
