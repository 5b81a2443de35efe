"""Pieces of an address that were told apart value by value, joined where they advance evenly all the same.

`(i + 3) % 32 * T` is one piece for each i; up to 28 they advance by T, and are one piece here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from isa.affine import Piece


def joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the same addresses at the same counters, in fewer pieces where that is possible."""
    found = list(pieces)
    for depth in range(len(found[0].periods)):
        groups: dict[tuple[object, ...], list[Piece]] = {}
        for piece in found:
            groups.setdefault(_but(piece, depth), []).append(piece)
        found = [piece for group in groups.values() for piece in _in_runs(group, depth)]
    return tuple(found)


def _but(piece: Piece, depth: int) -> tuple[object, ...]:
    """Return what pieces must share that differ in one counter; a piece that has several values of it stays alone."""
    own = piece.residues[depth] if piece.rounds[depth] > 1 else -1
    others = (_without(values, depth) for values in (piece.residues, piece.periods, piece.rounds))
    return own, *others, piece.coefficients


def _in_runs(pieces: list[Piece], depth: int) -> Iterator[Piece]:
    """Yield pieces of one value each as runs of values that advance by one, and addresses that advance evenly."""
    if pieces[0].rounds[depth] > 1:
        yield from pieces
        return
    pieces.sort(key=lambda piece: piece.residues[depth])
    start = 0
    while start < len(pieces):
        step = pieces[start + 1].base - pieces[start].base if start + 1 < len(pieces) else 0
        end = start + 1
        while end < len(pieces) and _follows(pieces[end - 1], pieces[end], depth, step):
            end += 1
        first = pieces[start]
        yield (
            first
            if end == start + 1
            else replace(
                first,
                periods=_with(first.periods, depth, 1),
                rounds=_with(first.rounds, depth, end - start),
                coefficients=_with(first.coefficients, depth, step),
            )
        )
        start = end


def _follows(one: Piece, other: Piece, depth: int, step: int) -> bool:
    return other.residues[depth] == one.residues[depth] + 1 and other.base == one.base + step


def _without(values: tuple[int, ...], index: int) -> tuple[int, ...]:
    return values[:index] + values[index + 1 :]


def _with(values: tuple[int, ...], index: int, value: int) -> tuple[int, ...]:
    return (*values[:index], value, *values[index + 1 :])
