"""The arrays that a program takes: which tensors, whether they fit, random ones. Importing this imports NumPy.

The inputs of a program are its tensors in DRAM that no move has as its destination. A run needs their values; other
tensors in DRAM may be given values to begin with.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isa.bounds import stretches
from isa.coding import WORD, TooDenseError, compressed, room
from isa.errors import DlpsimError, nearest
from isa.expectation import shown
from isa.fault import quoted
from isa.meaning import NUMPY_TYPES
from isa.memory_image import check_size
from isa.nest import executed_accesses
from isa.program import Code, Program, Tensor
from isa.tensors import size_of
from isa.vocabulary import CODED_BYTES

Arrays = Mapping[str, NDArray[Any]]

_INTEGERS = {"i8": (-128, 128), "i32": (-1000, 1001)}


def inputs_of(program: Program) -> tuple[Tensor, ...]:
    """Return the tensors that a run needs values for, in the order of their lines."""
    codes = {id(code): code for code in program.cores}.values()
    stored = {stretch for code in codes for stretch in _stored(code)}
    return tuple(
        tensor
        for tensor in program.dram_tensors
        if not any(begin < tensor.address + size_of(tensor) and tensor.address < end for begin, end in stored)
    )


def checked_inputs(program: Program, arrays: Arrays) -> dict[str, NDArray[Any]]:
    """Return `arrays`, which give each input of `program` its values.

    Raises DlpsimError with everything that is wrong: missing or unknown tensors, shapes, types.
    """
    tensors = {tensor.name: tensor for tensor in program.dram_tensors}
    problems = [
        f"{program.name}: missing input {quoted(tensor.name)}, {_kind(tensor.dtype, tensor.shape)}"
        for tensor in inputs_of(program)
        if tensor.name not in arrays
    ]
    for name, array in arrays.items():
        if name not in tensors:
            listed = f"its tensors in DRAM are {', '.join(tensors)}" if tensors else "it has no tensor in DRAM"
            problems.append(
                f"{program.name}: unknown tensor {quoted(name)}\n    hint: {nearest(name, tensors) or listed}"
            )
        elif message := _mismatch(tensors[name], array):
            problems.append(f"{program.name}: {message}")
    if problems:
        raise DlpsimError(problems)
    return dict(arrays)


def random_inputs(program: Program, seed: int) -> dict[str, NDArray[Any]]:
    """Return values for each input of `program`: standard normal ones, or integers from a range of their type.

    Of a compressed tensor as many are 0 as must be. The same `seed`, at least 0, gives the same values. Raises
    DlpsimError where they are too large.
    """
    if seed < 0:
        raise DlpsimError(f"the seed must be at least 0, is {seed}")
    tensors = inputs_of(program)
    check_size(program, sum(size_of(tensor) * tensor.compression for tensor in tensors))
    generator = np.random.default_rng(seed)
    return {tensor.name: _thinned(tensor, _random(tensor, generator), generator) for tensor in tensors}


def unusual_values(arrays: Arrays) -> tuple[str, ...]:
    """Return a sentence for each of `arrays` that holds NaN or infinity."""
    sentences = []
    for name, array in arrays.items():
        if np.issubdtype(array.dtype, np.floating) and (nans := int(np.isnan(array).sum())) + (
            infinities := int(np.isinf(array).sum())
        ):
            parts = [f"{count:,} {word}" for count, word in ((nans, "NaN"), (infinities, "infinite")) if count]
            sentences.append(f"{name} holds {' and '.join(parts)} of {array.size:,} values")
    return tuple(sentences)


def _random(tensor: Tensor, generator: np.random.Generator) -> NDArray[Any]:
    if tensor.dtype in _INTEGERS:
        return generator.integers(*_INTEGERS[tensor.dtype], tensor.shape, dtype=NUMPY_TYPES[tensor.dtype])
    return generator.standard_normal(tensor.shape, np.float32).astype(NUMPY_TYPES[tensor.dtype], copy=False)


def _thinned(tensor: Tensor, values: NDArray[Any], generator: np.random.Generator) -> NDArray[Any]:
    """Return `values` with zeros at random places, so many that `tensor` can be compressed."""
    if tensor.compression == 1:
        return values
    words = np.ascontiguousarray(values).reshape(-1).view(np.uint32).reshape(-1, CODED_BYTES // WORD)
    ranks = generator.random(words.shape).argsort(axis=1).argsort(axis=1)
    kept = np.where(ranks < room(tensor.compression), words, 0).astype(np.uint32)
    return kept.reshape(-1).view(values.dtype).reshape(values.shape)


def _mismatch(tensor: Tensor, array: NDArray[Any]) -> str:
    """Return what is wrong with `array` as the value of `tensor`, if anything."""
    if array.dtype == NUMPY_TYPES[tensor.dtype] and array.shape == tensor.shape:
        return _too_dense(tensor, array)
    found = f"{array.dtype} {shown(array.shape)}" if array.shape else f"{array.dtype} without a shape"
    return f"tensor {quoted(tensor.name)} must be {_kind(tensor.dtype, tensor.shape)}, found {found}"


def _too_dense(tensor: Tensor, array: NDArray[Any]) -> str:
    try:
        compressed(array, tensor.compression)
    except TooDenseError as error:
        return f"tensor {quoted(tensor.name)} has too few zeros: {error}"
    return ""


def _kind(dtype: str, shape: tuple[int, ...]) -> str:
    return f"{np.dtype(NUMPY_TYPES[dtype]).name} {shown(shape)}"


def _stored(code: Code) -> Iterator[tuple[float, float]]:
    """Yield the stretches of DRAM that moves of `code` write, each by its first address and the one behind its last."""
    for access, nest in executed_accesses(code):
        if access.memory == "DRAM" and access.writes:
            yield from stretches(access.address, nest.counts, access.region.span)
