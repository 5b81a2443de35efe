"""Every operator that a network may have, by name, and what it makes of its operands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dlpsim.networks.node import Attribute
from dlpsim.networks.operators import (
    convolution,
    elementwise,
    layout,
    matrix,
    normalization,
    pooling,
    recurrent,
    reduction,
    selection,
)
from dlpsim.networks.operators.operator import AttributeSpec, Call, Kind, Operator, Result, Unfit
from dlpsim.networks.value import Value
from isa.errors import nearest

_FAMILIES = (convolution, matrix, elementwise, pooling, normalization, reduction, layout, recurrent, selection)

OPERATORS: Mapping[str, Operator] = {operator.name: operator for family in _FAMILIES for operator in family.OPERATORS}
"""Each operator by its name."""

_LISTS: Mapping[Kind, Kind] = {Kind.INTS: Kind.INT, Kind.FLOATS: Kind.FLOAT, Kind.STRINGS: Kind.STRING}
"""What lists are lists of."""

_TYPES: Mapping[Kind, tuple[type, ...]] = {Kind.INT: (int,), Kind.FLOAT: (int, float), Kind.STRING: (str,)}


@dataclass(frozen=True)
class Applied:
    """An operator applied to operands: its settled attributes, and shape and type of each result."""

    attributes: Mapping[str, Attribute]
    results: Sequence[Result]


def apply(op: str, inputs: Sequence[Value | None], attributes: Mapping[str, Attribute], results: int = 1) -> Applied:
    """Return what operator `op` makes of `inputs`. Raises Unfit with the reason why it cannot."""
    operator = OPERATORS[op]
    problems = [*_operand_problems(operator, inputs), *_attribute_problems(operator, attributes)]
    if problems:
        raise Unfit("; ".join(problems))
    call = Call(op, tuple(inputs), {**_defaults(operator), **attributes}, results)
    settled = Call(op, call.inputs, operator.settle(call), results)
    found = operator.infer(settled)
    if len(found) < results:
        raise Unfit(f"{results} results are asked for, of which it has {len(found)}")
    return Applied(settled.attributes, found)


def unsupported(op: str, others: Iterable[str] = ()) -> str:
    """Return what to say of an operator that is not in the table, nor among `others`, which are written with those."""
    supported = sorted({*OPERATORS, *others})
    near = nearest(op, supported)
    known = f"supported are {', '.join(supported)}"
    return f"operator {op} is not supported\n    hint: {f'{near} ' if near else ''}{known}"


def _defaults(operator: Operator) -> dict[str, Attribute]:
    return {name: spec.default for name, spec in operator.attributes.items() if spec.default is not None}


def _operand_problems(operator: Operator, inputs: Sequence[Value | None]) -> Iterator[str]:
    most = operator.most
    if len(inputs) < operator.least or (most is not None and len(inputs) > most):
        expected = str(operator.least) if most == operator.least else f"{operator.least} to {most or 'any number'}"
        yield f"it has {len(inputs)} operands, expected {expected}"
    yield from (f"operand {index} is missing" for index, value in enumerate(inputs[: operator.least]) if value is None)


def _attribute_problems(operator: Operator, attributes: Mapping[str, Attribute]) -> Iterator[str]:
    for name, value in attributes.items():
        spec = operator.attributes.get(name)
        if spec is None:
            yield f"attribute {name} is not supported"
        elif not _is_of(value, spec.kind):
            yield f"attribute {name} is {value!r}, expected {spec.kind.value}"
        else:
            yield from _word_problems(name, value, spec)


def _is_of(value: object, kind: Kind) -> bool:
    """Whether an attribute is of its type."""
    if kind in _LISTS:
        return isinstance(value, tuple) and all(_is_of(item, _LISTS[kind]) for item in value)
    return isinstance(value, _TYPES[kind])


def _word_problems(name: str, value: Attribute, spec: AttributeSpec) -> Iterator[str]:
    if spec.words and value not in spec.words:
        yield f"attribute {name} is {value!r}, expected one of {', '.join(spec.words)}"
