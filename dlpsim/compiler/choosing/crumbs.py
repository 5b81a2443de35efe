"""Parts that are put side by side in rows far shorter than a beat: each such row takes a beat of its own."""

from collections.abc import Sequence
from math import prod

from dlpsim.compiler.layouts.layout import Layout

MOST_BEATS = 6
"""Parts that take more than so many times the beats of the whole had better lie in another order."""


def is_crumbled(layout: Layout, axis: int, sizes: Sequence[int], line: int) -> bool:
    """Whether parts of `sizes` along an axis take far more beats, of `line` elements each, than they had to."""
    begins = [sum(sizes[:index]) for index in range(len(sizes))]
    parts = [layout.sliced(axis, begin, size) for begin, size in zip(begins, sizes, strict=True)]
    beats = sum(_beats(part, line) for part in parts if part)
    return beats > MOST_BEATS * -(-prod(layout.shape) // line)


def _beats(layout: Layout, line: int) -> int:
    """Return the beats that an array takes, of which each row of elements that lie side by side is moved alone."""
    row = 1
    for size, stride in sorted(layout.factors, key=lambda factor: abs(factor[1])):
        if stride != row:
            break
        row *= size
    return prod(layout.shape) // row * -(-row // line)
