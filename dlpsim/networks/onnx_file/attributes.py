"""The attributes of a node of an ONNX file."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dlpsim.networks.node import Attribute

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto, TensorProto


def plain(node: "NodeProto") -> dict[str, Attribute]:
    """Return the numbers and words among the attributes; lists that are empty are left out."""
    from onnx import AttributeProto, helper  # noqa: PLC0415

    kinds = {AttributeProto.INT, AttributeProto.INTS, AttributeProto.FLOAT, AttributeProto.FLOATS}
    kinds |= {AttributeProto.STRING, AttributeProto.STRINGS}
    found = {item.name: helper.get_attribute_value(item) for item in node.attribute if item.type in kinds}
    return {name: _plain(value) for name, value in found.items() if not (isinstance(value, list) and not value)}


def tensors(node: "NodeProto") -> Mapping[str, "TensorProto"]:
    """Return the tensors among the attributes."""
    return {item.name: item.t for item in node.attribute if item.HasField("t")}


def graphs(node: "NodeProto") -> Mapping[str, "GraphProto"]:
    """Return the graphs among the attributes."""
    return {item.name: item.g for item in node.attribute if item.HasField("g")}


def _plain(value: object) -> Attribute:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, list) or not isinstance(value, str | int | float):
        return tuple(_plain(item) for item in value)  # type: ignore[attr-defined, return-value]
    return value
