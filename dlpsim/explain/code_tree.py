"""A code as a tree: loops hold their bodies, so that parts can be moved without minding indices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Union

from isa.program import Code, Compute, EndLoop, Instruction, Loop, Move, Sync


@dataclass(frozen=True)
class LoopNode:
    """A loop with its body; `head` and `tail` are its instructions, whose indices do not count."""

    head: Loop
    body: tuple["Node", ...]
    tail: EndLoop


Node = Union[Move, Compute, Sync, LoopNode]  # noqa: UP007 (the class above names it)


def tree(code: Code) -> tuple[Node, ...]:
    """Return the code as a tree."""
    around: list[list[Node]] = [[]]
    heads: list[Loop] = []
    for instruction in code:
        if isinstance(instruction, Loop):
            heads.append(instruction)
            around.append([])
        elif isinstance(instruction, EndLoop):
            body = tuple(around.pop())
            around[-1].append(LoopNode(heads.pop(), body, instruction))
        else:
            around[-1].append(instruction)
    return tuple(around[0])


def flat(nodes: Sequence[Node]) -> Code:
    """Return the tree as a code."""
    code: list[Instruction] = []
    _flatten(nodes, code)
    return tuple(code)


def _flatten(nodes: Sequence[Node], code: list[Instruction]) -> None:
    for node in nodes:
        if not isinstance(node, LoopNode):
            code.append(node)
            continue
        start = len(code)
        code.append(node.head)
        _flatten(node.body, code)
        code.append(replace(node.tail, start=start))
        code[start] = replace(node.head, end=len(code) - 1)
