"""Streams told apart by the same residues of the same counters, so that their iterations can be compared."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import lcm

from isa.affine import Piece
from isa.check.stream import Stream

MOST_PARTS = 1024
"""Streams stay as they are where they would fall into more parts."""


def aligned(a: Stream, b: Stream) -> Iterator[tuple[Stream, Stream]]:
    """Yield the parts of both, pair by pair; in shared depths their counters then advance by the same steps."""
    parts_a, parts_b = [a], [b]
    for depth in range(min(len(a.piece.periods), len(b.piece.periods))):
        one, other = a.piece.periods[depth], b.piece.periods[depth]
        if one == other or a.piece.rounds[depth] == 1 or b.piece.rounds[depth] == 1:
            continue
        period = lcm(one, other)
        if len(parts_a) * len(parts_b) * (period // one) * (period // other) <= MOST_PARTS:
            parts_a = [part for stream in parts_a for part in _split(stream, depth, period // one)]
            parts_b = [part for stream in parts_b for part in _split(stream, depth, period // other)]
    return product(parts_a, parts_b)


def _split(stream: Stream, depth: int, factor: int) -> Iterator[Stream]:
    """Yield the parts of a stream whose period at `depth` is `factor` times as long."""
    piece = stream.piece
    for step in range(min(factor, piece.rounds[depth])):
        yield replace(
            stream,
            piece=Piece(
                _with(piece.residues, depth, piece.residues[depth] + step * piece.periods[depth]),
                _with(piece.periods, depth, piece.periods[depth] * factor),
                _with(piece.rounds, depth, -(-(piece.rounds[depth] - step) // factor)),
                piece.base + step * piece.coefficients[depth],
                _with(piece.coefficients, depth, piece.coefficients[depth] * factor),
            ),
        )


def _with(values: tuple[int, ...], index: int, value: int) -> tuple[int, ...]:
    return (*values[:index], value, *values[index + 1 :])
