import operator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from isa.address import Address, Counter, fixed
from isa.affine import UndefinedError, pieces
from isa.assembler import assemble
from isa.bounds import enclosing, extremes, stretches
from isa.program import Move
from tests.isa.addresses import COUNTERS, addresses, every_iteration
from tests.isa.examples import target


def parsed(text: str, counts: tuple[int, ...] = (4, 4, 4)) -> Address:
    """Return the address that `text` gives in three loops whose counters are i, j and k."""
    loops = "".join(f"loop {count} {name}\n" for count, name in zip(counts, COUNTERS, strict=True))
    program = assemble(f".equ x 100\n{loops}move DRAM[{text}] NRAM[0] 1\n" + "endloop\n" * 3, target())
    (move,) = (instruction for instruction in program.cores[0] if isinstance(instruction, Move))
    assert move.transfer is not None
    return move.transfer.src


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("5", (5,)),
        ("x + 2 * 3", (106,)),
        ("i", (Counter(0),)),
        ("x + i * 4", (100, Counter(0), 4, "*", "+")),
        ("9 - j", (9, Counter(1), "-")),
        ("9 + -k", (9, Counter(2), "negate", "+")),
        ("-(-i)", (Counter(0), "negate", "negate")),
        ("(i + 1) % 2 * x", (Counter(0), 1, "+", 2, "%", 100, "*")),
        ("core + i", (0, Counter(0), "+")),
    ],
)
def test_names_become_values_and_counters_stay(text: str, steps: tuple[object, ...]) -> None:
    assert parsed(text).steps == steps


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("x+i*4", "100 + i * 4"),
        ("(x+i)*4", "(100 + i) * 4"),
        ("9-(j-1)", "9 - (j - 1)"),
        ("9-j-1+1", "9 - j - 1 + 1"),
        ("9*(j//2)//1", "9 * (j // 2) // 1"),
        ("9-(-j)", "9 - -j"),
        ("-(i+j)+99", "-(i + j) + 99"),
        ("i*-1+9", "i * -1 + 9"),
        ("(i < 2) == (j < 2)", "(i < 2) == (j < 2)"),
    ],
)
def test_text(text: str, written: str) -> None:
    assert parsed(text).text(COUNTERS) == written


def test_what_is_fixed() -> None:
    assert fixed(7).constant == 7 and fixed(7).at(()) == 7 and fixed(-7).text(()) == "-7"
    assert parsed("i").constant is None
    assert parsed("i + k").counters == {0, 2}


@given(addresses())
def test_the_text_gives_the_address_back(address: Address) -> None:
    assume(address.constant is None)  # a constant may be no address: it is checked though the loops do not run
    assert parsed(address.text(COUNTERS), (0, 0, 0)) == address


@given(addresses(), st.tuples(*[st.integers(1, 9)] * 3))
def test_bounds_are_those_of_all_iterations(address: Address, counts: tuple[int, ...]) -> None:
    values = every_iteration(address, counts)
    if None in values.values():
        with pytest.raises(UndefinedError) as error:
            pieces(address, counts)
        assert values[error.value.counters] is None
        assert enclosing(address, counts) is None
        return
    found = extremes(address, counts)
    assert found is not None
    known = [value for value in values.values() if value is not None]
    assert (found.low, found.high) == (min(known), max(known))
    assert (values[found.low_at], values[found.high_at]) == (found.low, found.high)
    bounds = enclosing(address, counts)
    assert bounds is None or (bounds[0] <= found.low and found.high <= bounds[1])


@given(addresses(), st.tuples(*[st.integers(1, 9)] * 3))
def test_pieces_cover_every_iteration_once(address: Address, counts: tuple[int, ...]) -> None:
    values = every_iteration(address, counts)
    if None in values.values():
        return
    covered: dict[tuple[int, ...], int] = {}
    for piece in pieces(address, counts) or ():
        for steps in every_iteration(fixed(0), piece.rounds):
            counters = tuple(map(operator.add, piece.residues, map(operator.mul, piece.periods, steps)))
            assert counters not in covered
            covered[counters] = piece.base + sum(map(operator.mul, piece.coefficients, steps))
    assert covered == values


@pytest.mark.parametrize(
    ("text", "counts", "expected"),
    [
        ("x + i * 4", (10**9, 1, 1), (100, 100 + 4 * (10**9 - 1))),
        ("(i % 2) * x + i / 2 * 1000", (10**9, 1, 1), (0, (10**9 - 2) // 2 * 1000 + 100)),
        ("i % 2 * x + (i + 1) % 2 * x", (10**9, 1, 1), (100, 100)),
        ("(i * 6 + j * 4) % 8", (10**6, 10**6, 1), (0, 6)),
        ("(i + j * 2) // 4 * 4 + (i + j * 2) % 4", (10**6, 10**6, 1), (0, 3 * (10**6 - 1))),
        ("i * j", (30, 10**6, 1), (0, 29 * (10**6 - 1))),
        ("(i < 3) * i", (100, 1, 1), (0, 2)),
    ],
)
def test_bounds_of_long_loops(text: str, counts: tuple[int, ...], expected: tuple[int, int]) -> None:
    found = extremes(parsed(text), counts)
    assert found is not None and (found.low, found.high) == expected


@pytest.mark.parametrize("text", ["i % 100_000", "i * j", "i / (j + 1)", "i == j"])
def test_what_is_too_much_to_work_out_is_left(text: str) -> None:
    assert extremes(parsed(text), (10**6, 10**6, 10**6)) is None


def test_numbers_do_not_grow_without_end() -> None:
    address = Address((Counter(0), *(step for _ in range(400) for step in (10**3999, "*"))))
    assert extremes(address, (9,)) is None and enclosing(address, (9,)) is None


@given(addresses(), st.tuples(*[st.integers(1, 9)] * 3), st.integers(1, 9))
def test_stretches_hold_every_access_and_little_more(address: Address, counts: tuple[int, ...], span: int) -> None:
    values = every_iteration(address, counts)
    found = list(stretches(address, counts, span))
    known = [value for value in values.values() if value is not None]
    assert all(any(begin <= value and value + span <= end for begin, end in found) for value in known)
    if len(known) == len(values):
        assert min(begin for begin, _ in found) == min(known)
        assert max(end for _, end in found) == max(known) + span


def test_stretches_leave_gaps() -> None:
    assert list(stretches(parsed("i * 1000 + j * 4"), (3, 5, 1), 4)) == [(0, 20), (1000, 1020), (2000, 2020)]
    assert list(stretches(parsed("i * 1000"), (10**6, 1, 1), 4)) == [(0, 10**9 - 996)]
