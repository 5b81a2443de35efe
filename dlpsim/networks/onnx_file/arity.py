"""How many operands and results a node has, against what ONNX says that its operator takes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnx import NodeProto


def arity_problems(node: "NodeProto", opset: int) -> Iterator[str]:
    """Yield what is missing, or too much, if ONNX knows the operator at all."""
    from onnx import defs  # noqa: PLC0415

    if not any(node.output):
        yield "it has no results"
    try:
        schema = defs.get_schema(node.op_type, opset, "") if _is_known(node, opset) else defs.get_schema(node.op_type)
    except defs.SchemaError:
        return
    single = defs.OpSchema.FormalParameterOption.Single
    for index, formal in enumerate(schema.inputs):
        if formal.option == single and not (index < len(node.input) and node.input[index]):
            yield f"operand {index} ({formal.name}) is missing"
    if len(node.input) > schema.max_input:
        yield f"it has {len(node.input)} operands, expected at most {schema.max_input}"
    if len(node.output) > schema.max_output:
        yield f"it has {len(node.output)} results, expected at most {schema.max_output}"


def _is_known(node: "NodeProto", opset: int) -> bool:
    """Whether this version of ONNX has the operator."""
    from onnx import defs  # noqa: PLC0415

    return bool(defs.has(node.op_type, opset, ""))
