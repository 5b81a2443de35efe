"""Operators that ONNX defines by others: their nodes, ready to stand where the operator stood."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.onnx_file.expansions.table import EXPANSIONS
from dlpsim.networks.onnx_file.graphs import rename

if TYPE_CHECKING:
    from onnx import AttributeProto, FunctionProto, NodeProto

ONNX = ("", "ai.onnx")
"""The names of ONNX's own domain."""

Body = tuple[list["NodeProto"], list[str], int]


def body(node: "NodeProto", draft: FileDraft) -> Body | None:
    """Return the nodes that a node stands for, the names of its results, and their opset; None where there are none."""
    from onnx import defs  # noqa: PLC0415

    own = draft.functions.get((node.domain, node.op_type))
    if own is not None:
        return _placed(own, {}, node, draft)
    expansion = EXPANSIONS.get((node.domain.removeprefix("ai.onnx"), node.op_type))
    if expansion is not None:
        return _placed(expansion.function(node, draft), {}, node, draft)
    if node.domain not in ONNX:
        return None
    schemas = []
    for version in ((draft.opset, ""), ("",)):
        with suppress(defs.SchemaError):
            schemas.append(defs.get_schema(node.op_type, *version))
    for schema in schemas:
        suited = _suited(schema, node, draft)
        function = _function(schema, suited, draft) if suited else None
        if suited and function is not None:
            defaults = {
                name: attribute.default_value
                for name, attribute in schema.attributes.items()
                if attribute.default_value.name
            }
            return _placed(function, defaults, suited, draft)
    return None


def _suited(schema: Any, node: "NodeProto", draft: FileDraft) -> "NodeProto | None":
    """Return a node as a version of its operator takes it: what once was an attribute may be an operand there.

    None where that version does not have an attribute of the node.
    """
    import numpy as np  # noqa: PLC0415
    from onnx import NodeProto, helper  # noqa: PLC0415

    places = {formal.name: place for place, formal in enumerate(schema.inputs)}
    suited = NodeProto()
    suited.CopyFrom(node)
    del suited.attribute[:]
    for attribute in node.attribute:
        if attribute.name in schema.attributes:
            suited.attribute.append(attribute)
        elif attribute.name in places and places[attribute.name] >= len(node.input):
            name = draft.fresh(f"{node.output[0]}/{attribute.name}")
            draft.hold(name, np.array(helper.get_attribute_value(attribute), np.int64))
            suited.input.extend([""] * (places[attribute.name] - len(suited.input)) + [name])
        else:
            return None
    return suited


def _function(schema: Any, node: "NodeProto", draft: FileDraft) -> "FunctionProto | None":
    """Return a schema's definition by other operators; the stubs of onnx do not know where it is."""
    import numpy as np  # noqa: PLC0415
    from onnx import FunctionProto, helper  # noqa: PLC0415

    from dlpsim.networks.value import NUMPY  # noqa: PLC0415

    if schema.has_function:
        return cast("FunctionProto", schema.function_body)
    if not schema.has_context_dependent_function:
        return None
    types = []
    for name in node.input:
        value = draft.operand(name) if name else None
        number = helper.np_dtype_to_tensor_dtype(np.dtype(NUMPY[value.dtype])) if value else 0
        types.append(helper.make_tensor_type_proto(number, value.shape if value else ()).SerializeToString())
    found = schema.get_context_dependent_function(node.SerializeToString(), types)
    return FunctionProto.FromString(found) if found else None


def _placed(
    function: "FunctionProto", defaults: "Mapping[str, AttributeProto]", node: "NodeProto", draft: FileDraft
) -> Body:
    """Return the nodes of a function with operands, attributes and names of the node that calls it."""
    from onnx import NodeProto  # noqa: PLC0415

    base = node.name or node.output[0]
    given = {attribute.name: attribute for attribute in node.attribute}
    given = {**defaults, **{attribute.name: attribute for attribute in function.attribute_proto}, **given}
    names = dict(zip(function.input, node.input, strict=False))
    names |= dict.fromkeys(function.input[len(node.input) :], "")
    placed = []
    for inner in function.node:
        copy = NodeProto()
        copy.CopyFrom(inner)
        for index, name in enumerate(inner.input):
            copy.input[index] = names.get(name, name)
        for index, name in enumerate(inner.output):
            names.setdefault(name, draft.fresh(f"{base}/{name}") if name else "")
            copy.output[index] = names[name]
        copy.name = f"{base}/{inner.op_type}"
        del copy.attribute[:]
        for attribute in inner.attribute:
            if not attribute.ref_attr_name:
                copy.attribute.append(attribute)
                if attribute.HasField("g"):
                    rename(copy.attribute[-1].g, f"{base}/{inner.name or inner.output[0]}", dict(names))
            elif attribute.ref_attr_name in given:
                passed = copy.attribute.add()
                passed.CopyFrom(given[attribute.ref_attr_name])
                passed.name = attribute.name
        placed.append(copy)
    opset = max((entry.version for entry in function.opset_import if not entry.domain), default=draft.opset)
    return placed, [names.get(name, "") for name in function.output], opset
