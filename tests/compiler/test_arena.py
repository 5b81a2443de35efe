"""Rooms: never two that overlap while both are in use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpsim.compiler.scheduling.arena import FOREVER, Arena, Block

SIZE, GRAIN = 1000, 64

Wish = tuple[int, int, int, bool]
"""Bytes, how many phases after the one before, for how many phases, and whether at the top."""

wishes = st.tuples(st.integers(1, 400), st.integers(0, 2), st.integers(1, 5), st.booleans())


@given(st.lists(wishes, max_size=30))
def test_rooms_in_use_never_overlap(asked: list[Wish]) -> None:
    arena, placed, now = Arena(SIZE, GRAIN), list[tuple[int, Block]](), 0
    for size, later, phases, at_top in asked:
        now += later
        found = arena.place(size, now, at_top=at_top)
        assert found is not None
        begin, block = found
        assert begin >= now
        assert (block.offset % GRAIN, block.offset >= 0, block.offset + size <= SIZE) == (0, True, True)
        for _, other in placed:
            is_apart = block.offset + block.size <= other.offset or other.offset + other.size <= block.offset
            assert is_apart or other.free_from <= begin
        block.free_from = begin + phases
        placed.append((begin, block))
        arena.forget(now)


@given(st.lists(wishes, min_size=1, max_size=30))
def test_the_first_room_is_found(asked: list[Wish]) -> None:
    arena, placed, now = Arena(SIZE, GRAIN), list[Block](), 0

    def is_free(offset: int, size: int, phase: int) -> bool:
        used = (one for one in placed if one.free_from > phase)
        return all(offset + size <= one.offset or one.offset + one.size <= offset for one in used)

    for size, later, phases, at_top in asked:
        now += later
        begin, block = arena.place(size, now, at_top=at_top) or pytest.fail("there is room")
        rooms = range(0, SIZE - block.size + 1, GRAIN)
        free = [offset for offset in rooms if is_free(offset, block.size, begin)]
        assert block.offset == (max(free) if at_top else min(free))
        assert not any(is_free(offset, block.size, phase) for phase in range(now, begin) for offset in rooms)
        block.free_from = begin + phases
        placed.append(block)
        arena.forget(now)


def test_the_lowest_room_is_found_first_and_at_the_top_the_highest() -> None:
    arena = Arena(SIZE, GRAIN)
    offsets = [
        found[1].offset for at_top in (False, True, False, True) if (found := arena.place(100, 0, at_top=at_top))
    ]
    assert offsets == [0, 832, 128, 704]


def test_what_finds_no_room_waits_for_it() -> None:
    arena = Arena(SIZE, GRAIN)
    for free_from in (7, 4):
        _, block = arena.place(448, 0) or pytest.fail("there is room")
        block.free_from = free_from
    phase, block = arena.place(448, 2) or pytest.fail("there is room")
    assert (phase, block.offset) == (4, 448)


def test_there_may_be_no_room() -> None:
    arena = Arena(SIZE, GRAIN)
    assert arena.place(SIZE + 1, 0) is None
    assert arena.place(512, 0)
    assert arena.place(512, 0) is None
    assert arena.blocks[0].free_from == FOREVER


def test_a_list_of_blocks_that_was_kept_stays_as_it_was() -> None:
    arena = Arena(SIZE, GRAIN)
    kept = arena.blocks
    arena.place(64, 0)
    assert (kept, len(arena.blocks)) == ([], 1)
