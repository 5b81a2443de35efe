"""Writes a network as an ONNX model, so that an independent runtime can execute it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dlpsim.networks.needed import needed
from dlpsim.networks.network import Network
from dlpsim.networks.node import Attribute, Node
from dlpsim.networks.operators.operator import AttributeSpec
from dlpsim.networks.operators.table import OPERATORS
from dlpsim.networks.value import NUMPY, Value

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto

OPSET = 20
IR_VERSION = 9


def to_onnx(
    network: Network, *, weights_are_inputs: bool = False, outputs: Sequence[str] | None = None
) -> "ModelProto":
    """Return the network as a model whose results are `outputs`, or the network's.

    With `weights_are_inputs` the model has no numbers: the weights are inputs after the network's own.
    """
    needed("onnx", "to write an ONNX model")
    from onnx import helper, numpy_helper  # noqa: PLC0415

    results = network.outputs if outputs is None else tuple(outputs)
    taken = [network.operand(name) for name in (*network.inputs, *(network.weights if weights_are_inputs else ()))]
    weights = {} if weights_are_inputs else network.weights
    initializers = [numpy_helper.from_array(_contiguous(weight.array()), name) for name, weight in weights.items()]
    graph = helper.make_graph(
        [_node(network, node) for node in network.nodes],
        network.name,
        [_info(value) for value in taken],
        [_info(network.operand(name)) for name in results],
        [*initializers, *(constant for node in network.nodes for constant in _constants(network, node))],
    )
    model: ModelProto = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="dlpsim"
    )
    return model


def _contiguous(array: Any) -> Any:
    import numpy as np  # noqa: PLC0415

    return np.ascontiguousarray(array).reshape(array.shape)


def _info(value: Value) -> "ValueInfoProto":
    from onnx import helper  # noqa: PLC0415

    return helper.make_tensor_value_info(value.name, _element_type(value.dtype), value.shape)


def _element_type(dtype: str) -> int:
    import numpy as np  # noqa: PLC0415
    from onnx import helper  # noqa: PLC0415

    return int(helper.np_dtype_to_tensor_dtype(np.dtype(NUMPY[dtype])))


def _as_operands(node: Node) -> list[tuple[str, AttributeSpec]]:
    """Return the attributes that ONNX takes as operands, in their order, with gaps for those that are not there."""
    specs = OPERATORS[node.op].attributes.items()
    there = [(name, spec) for name, spec in specs if spec.operand is not None and name in node.attributes]
    return sorted(there, key=lambda item: item[1].operand or 0)


def _node(network: Network, node: Node) -> "NodeProto":
    from onnx import helper  # noqa: PLC0415

    if node.op == "ScaleShift":
        return _scale_shift(node)
    specs = _as_operands(node)
    operands = list(node.inputs)
    for name, spec in specs:
        operands += [""] * ((spec.operand or 0) - len(operands)) + [_constant_name(node, name)]
    apart = {name for name, _ in specs}
    there = {name: value for name, value in node.attributes.items() if name not in apart and value != ()}
    attributes = {name: _attribute(name, value) for name, value in there.items()}
    return helper.make_node(node.op, operands, node.outputs, node.name, **attributes)


def _attribute(name: str, value: Attribute) -> Any:
    """Return an attribute as ONNX has it: a type by number, a tuple as a list."""
    if name == "to" and isinstance(value, str):
        return _element_type(value)
    return list(value) if isinstance(value, tuple) else value


def _scale_shift(node: Node) -> "NodeProto":
    """Write it as a batch normalization with mean 0 and variance 1."""
    from onnx import helper  # noqa: PLC0415

    x, scale, shift = node.inputs
    statistics = [_constant_name(node, "mean"), _constant_name(node, "var")]
    operands = [x, scale, shift, *statistics]
    return helper.make_node("BatchNormalization", operands, node.outputs, node.name, epsilon=0.0)


def _constant_name(node: Node, attribute: str) -> str:
    return f"{node.name}::{attribute}"


def _constants(network: Network, node: Node) -> "Iterator[TensorProto]":
    """Yield the constants that a node takes in ONNX only."""
    import numpy as np  # noqa: PLC0415
    from onnx import numpy_helper  # noqa: PLC0415

    first = next(value for value in network.operands(node) if value is not None)
    for name, spec in _as_operands(node):
        numbers = np.array(node.attributes[name], dtype=NUMPY[spec.dtype or first.dtype])
        yield numpy_helper.from_array(numbers, _constant_name(node, name))
    if node.op == "ScaleShift":
        shape = network.operand(node.inputs[1]).shape
        for name, number in (("mean", 0.0), ("var", 1.0)):
            yield numpy_helper.from_array(np.full(shape, number, dtype=NUMPY[first.dtype]), _constant_name(node, name))
