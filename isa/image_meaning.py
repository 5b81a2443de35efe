"""What the operations on images mean for NumPy arrays: `isa.image_operations` says in words what they are."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Sizes = Mapping[str, int]
"""The sizes of an operation by name."""


def conv(sizes: Sizes, image: Array, kernels: Array) -> Array:
    """Return the sums, OH x OW x M, one tap of the kernels after the other."""
    groups = sizes["G"]
    rows, columns, kept, made = sizes["OH"], sizes["OW"], sizes["C"] // groups, sizes["M"] // groups
    result = np.zeros((rows, columns, groups, made), np.result_type(image, kernels))
    grouped = image.reshape(*image.shape[:2], groups, kept)
    taps = kernels.reshape(*kernels.shape[:3], groups, made)
    for (i, j), (to_rows, to_columns), (rows_of, columns_of) in _taps(sizes):
        seen = grouped[rows_of, columns_of]
        if groups == 1:
            result[to_rows, to_columns, 0] += seen[:, :, 0] @ taps[i, j, :, 0]
        elif kept == 1:
            result[to_rows, to_columns] += seen * taps[i, j, 0]
        else:
            result[to_rows, to_columns] += np.einsum("yxgc,cgm->yxgm", seen, taps[i, j])
    return result.reshape(rows, columns, groups * made)


def max_pool(sizes: Sizes, image: Array) -> Array:
    """Return the largest elements, OH x OW x C; -inf where a window sees none."""
    result = np.full((sizes["OH"], sizes["OW"], sizes["C"]), -np.inf, image.dtype)
    for _, to, of in _taps(sizes):
        np.maximum(result[to], image[of], out=result[to])
    return result


def sum_pool(sizes: Sizes, image: Array) -> Array:
    """Return the sums, OH x OW x C."""
    result = np.zeros((sizes["OH"], sizes["OW"], sizes["C"]), image.dtype)
    for _, to, of in _taps(sizes):
        result[to] += image[of]
    return result


def _taps(sizes: Sizes) -> Iterator[tuple[tuple[int, int], tuple[slice, slice], tuple[slice, slice]]]:
    """Yield each place in a window, with the windows in which it lies on the image, and where it lies there."""
    for i in range(sizes["KH"]):
        to_rows, of_rows = _on_image(i * sizes.get("DH", 1) - sizes["TOP"], sizes["SH"], sizes["OH"], sizes["H"])
        for j in range(sizes["KW"]):
            begin = j * sizes.get("DW", 1) - sizes["LEFT"]
            to_columns, of_columns = _on_image(begin, sizes["SW"], sizes["OW"], sizes["W"])
            if to_rows.stop > to_rows.start and to_columns.stop > to_columns.start:
                yield (i, j), (to_rows, to_columns), (of_rows, of_columns)


def _on_image(begin: int, stride: int, windows: int, size: int) -> tuple[slice, slice]:
    """Return for which windows `begin + stride * window` lies from 0 to `size` - 1, and the slice of these places."""
    first = max(0, -(begin // stride))
    behind = min(windows, (size - 1 - begin) // stride + 1)
    if behind <= first:
        return slice(0, 0), slice(0, 0)
    start = begin + stride * first
    return slice(first, behind), slice(start, start + stride * (behind - first - 1) + 1, stride)
