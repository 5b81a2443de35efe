from hypothesis import given
from hypothesis import strategies as st

from isa.affine import Piece, pieces
from isa.check.runs import joined
from isa.program import Move
from tests.isa.examples import code


def addresses(split: tuple[Piece, ...]) -> dict[tuple[int, ...], int]:
    """Return every address by the counters at which it occurs."""
    found: dict[tuple[int, ...], int] = {}
    for piece in split:
        points: list[tuple[int, ...]] = [()]
        for rounds in piece.rounds:
            points = [(*point, q) for point in points for q in range(rounds)]
        for point in points:
            rows = zip(piece.residues, piece.periods, point, strict=True)
            counters = tuple(residue + period * q for residue, period, q in rows)
            assert counters not in found
            found[counters] = piece.base + sum(a * b for a, b in zip(piece.coefficients, point, strict=True))
    return found


def split(expression: str, counts: tuple[int, int]) -> tuple[Piece, ...]:
    text = f"loop {counts[0]} i\nloop {counts[1]} j\nmove DRAM[4096 + {expression}] NRAM[0] 1\nendloop\nendloop"
    move = code(text)[2]
    assert isinstance(move, Move) and move.transfer
    found = pieces(move.transfer.src, counts)
    assert found
    return found


TERMS = (
    "i",
    "j",
    "i % 3 * 8",
    "(i + 3) % 5 * 16",
    "i / 2 * 4",
    "(i + j) % 4 * 8",
    "i * j",
    "(i == 2) * 64",
    "(j + 1) % 7",
)


@given(st.sampled_from(TERMS), st.sampled_from(TERMS), st.integers(1, 8), st.integers(1, 8))
def test_joining_changes_no_address(one: str, other: str, first: int, second: int) -> None:
    found = split(f"{one} + {other}", (first, second))
    assert addresses(joined(found)) == addresses(found)
    assert len(joined(found)) <= len(found)


def test_a_rotation_is_two_runs() -> None:
    assert len(split("(i + 3) % 32 * 64", (30, 1))) == 30
    assert len(joined(split("(i + 3) % 32 * 64", (30, 1)))) == 2
