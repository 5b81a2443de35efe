"""Reads that follow writes at a fixed distance: where one iteration finds its bytes written, all later ones do.

A read and a write in the same loop, whose addresses advance by the same step, keep their distance in time and in
memory. So what one iteration reads of what was written so many before, each one reads that has as many before it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod

from isa.check.blocks import Moment, Writer, moment
from isa.check.lattice import Lattice, covered
from isa.check.stream import Stream

LONG = 1 << 12
"""Streams of more accesses than this are long."""

HEAD = 64
"""So many iterations of a long stream are looked at one by one."""

Sees = Callable[[Moment, Moment, Writer], bool]


def is_long(stream: Stream) -> bool:
    """Whether a stream has many accesses, of different bytes."""
    pairs = zip(stream.piece.rounds, stream.piece.coefficients, strict=True)
    return prod(rounds for rounds, factor in pairs if factor) > LONG


def head(stream: Stream, rounds: int) -> Stream:
    """Return the first `rounds` iterations of the outermost loop on which the address depends."""
    depth = _outermost(stream)
    piece = stream.piece
    shorter = tuple(min(rounds, one) if at == depth else one for at, one in enumerate(piece.rounds))
    return replace(stream, piece=replace(piece, rounds=shorter))


def steady_from(stream: Stream, writes: Sequence[tuple[Writer, Stream]], sees: Sees) -> int | None:
    """Return from which iteration of that loop on a stream reads what the same loop has written; None if not known."""
    depth = _outermost(stream)
    mates = [(writer, write) for writer, write in writes if _are_mates(stream, write, depth)]
    first = tuple(HEAD if at == depth else 0 for at in range(len(stream.loops)))
    if not mates or stream.piece.rounds[depth] <= HEAD:
        return None
    read = moment(stream, first)
    needed = covered([_inner(stream, first, depth)])
    found: list[Lattice] = []
    for back in range(HEAD + 1):
        for writer, write in mates:
            if stream.piece.rounds[depth] - back > write.piece.rounds[depth]:
                continue  # the last iterations lack it
            begin = tuple(HEAD - back if at == depth else 0 for at in range(len(write.loops)))
            last = tuple(begin[at] if at <= depth else rounds - 1 for at, rounds in enumerate(write.piece.rounds))
            if sees(read, moment(write, last), writer):
                found.append(_inner(write, begin, depth))
        if not needed - covered(found):
            return back
    return None


def _outermost(stream: Stream) -> int:
    return next(depth for depth, factor in enumerate(stream.piece.coefficients) if factor)


def _are_mates(stream: Stream, write: Stream, depth: int) -> bool:
    """Whether both are in the same loop at `depth`, and advance alike with it and those around it."""
    if stream.skeleton is not write.skeleton or len(write.loops) <= depth:
        return False
    one, other = stream.piece, write.piece
    return (
        stream.skeleton.loops(stream.slot)[: depth + 1] == write.skeleton.loops(write.slot)[: depth + 1]
        and one.periods[: depth + 1] == other.periods[: depth + 1]
        and one.residues[:depth] == other.residues[:depth]
        and one.coefficients[: depth + 1] == other.coefficients[: depth + 1]
    )


def _inner(stream: Stream, q: Sequence[int], depth: int) -> Lattice:
    """Return what a stream touches at `q` in all iterations of the loops within `depth`."""
    loops = zip(stream.piece.rounds[depth + 1 :], stream.piece.coefficients[depth + 1 :], strict=True)
    return Lattice(stream.address(q), stream.size, (*stream.axes, *loops))
