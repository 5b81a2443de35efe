"""Sums of products by Einstein's notation, of one or two operands, as products of matrices."""

from math import prod
from typing import TYPE_CHECKING

from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.operators.operator import Unfit

if TYPE_CHECKING:
    from onnx import NodeProto


def einsum(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Add a product of matrices: letters of both operands that the result has are its batch, others are summed over."""
    equation = str(attributes.plain(node).get("equation", "")).replace(" ", "")
    terms, result = _terms(equation, len(node.input))
    base = node.output[0]
    if not all(node.input):
        raise Unfit("an operand is missing")
    operands = [draft.resolve(operand) for operand in node.input]
    for operand, term in zip(operands, terms, strict=True):
        shape = draft.operand(operand).shape
        if len(shape) != len(term):
            raise Unfit(f"equation '{equation}' gives '{operand}' {len(term)} dimensions of {len(shape)}")
    sizes: dict[str, int] = {}
    for operand, term in zip(operands, terms, strict=True):
        for letter, size in zip(term, draft.operand(operand).shape, strict=True):
            if sizes.setdefault(letter, size) != size:
                raise Unfit(f"equation '{equation}': {letter} is {sizes[letter]} and {size}")
    for index, (term, other) in enumerate(zip(terms, reversed(terms), strict=True)):
        needed = set(result) | (set(other) if len(terms) > 1 else set())
        operands[index], terms[index] = _summed(draft, operands[index], term, needed, f"{base}/sum{index}")
    if len(terms) == 1:
        _ordered(draft, operands[0], terms[0], result, base)
        return True
    left, right = terms
    batch = [letter for letter in left if letter in right and letter in result]
    inner = [letter for letter in left if letter in right and letter not in result]
    rows = [letter for letter in left if letter not in right]
    columns = [letter for letter in right if letter not in left]
    places = [prod(sizes[letter] for letter in letters) for letters in (rows, inner, columns)]
    along = tuple(sizes[letter] for letter in batch)
    a = _matrix(draft, (operands[0], left), [*batch, *rows, *inner], (*along, places[0], places[1]), f"{base}/left")
    b = _matrix(
        draft, (operands[1], right), [*batch, *inner, *columns], (*along, places[1], places[2]), f"{base}/right"
    )
    product = draft.step("MatMul", [a, b], f"{base}/product")
    letters = "".join([*batch, *rows, *columns])
    apart = draft.step("Reshape", [product], f"{base}/apart", {"shape": tuple(sizes[letter] for letter in letters)})
    _ordered(draft, apart, letters, result, base)
    return True


def _terms(equation: str, operands: int) -> tuple[list[str], str]:
    """Return the letters of each operand and of the result. Raises Unfit for what is not supported."""
    given, arrow, result = equation.partition("->")
    terms = given.split(",")
    if not arrow:
        every = "".join(terms)
        result = "".join(sorted(letter for letter in set(every) if every.count(letter) == 1))
    is_plain = all(term.isalpha() and len(set(term)) == len(term) for term in terms)
    if len(terms) != operands or operands > 2 or not is_plain or len(set(result)) != len(result):
        raise Unfit(
            f"equation '{equation}' is not supported: expected one or two operands of letters, each letter once"
        )
    if not set(result) <= set("".join(terms)):
        raise Unfit(f"equation '{equation}': the result has letters that no operand has")
    return terms, result


def _summed(draft: FileDraft, x: str, term: str, needed: set[str], name: str) -> tuple[str, str]:
    """Sum over letters that neither the result nor the other operand has."""
    axes = tuple(i for i, letter in enumerate(term) if letter not in needed)
    if not axes:
        return x, term
    kept = "".join(letter for letter in term if letter in needed)
    return draft.step("ReduceSum", [x], name, {"axes": axes, "keepdims": 0}), kept


def _matrix(draft: FileDraft, operand: tuple[str, str], order: list[str], shape: tuple[int, ...], name: str) -> str:
    """Return an operand with its letters in order, joined to a batch of matrices."""
    x, term = operand
    perm = tuple(term.index(letter) for letter in order)
    array = draft.array(x)
    if array is not None:
        return draft.hold(draft.fresh(name), array.transpose(perm).reshape(shape))
    turned = draft.step("Transpose", [x], f"{name}/turned", {"perm": perm}) if perm != tuple(range(len(perm))) else x
    return draft.step("Reshape", [turned], name, {"shape": shape})


def _ordered(draft: FileDraft, x: str, letters: str, result: str, output: str) -> None:
    perm = tuple(letters.index(letter) for letter in result)
    draft.add("Transpose", [x], [output], output, {"perm": perm})
