from hypothesis import given
from hypothesis import strategies as st

from isa.access import Access
from isa.address import Address
from isa.nest import LoopNest, executed_accesses
from isa.placement import misplaced
from isa.region import Region
from tests.isa.addresses import COUNTERS, addresses, every_iteration
from tests.isa.examples import code


@given(addresses(), st.tuples(*[st.integers(0, 7)] * 3), st.integers(1, 5), st.sampled_from([None, 3, 20]))
def test_an_access_is_misplaced_if_an_iteration_leaves_the_memory(
    address: Address, counts: tuple[int, ...], span: int, capacity: int | None
) -> None:
    access = Access("source", "NRAM", address, Region("u8", (span,), (1,)), reads=True, writes=False)
    values = every_iteration(address, counts).values() if address.constant is None else [address.constant]
    leaves = any(value is None or value < 0 or (capacity is not None and value + span > capacity) for value in values)
    assert bool(misplaced(access, LoopNest(counts, COUNTERS), capacity)) == leaves


def test_what_a_message_says() -> None:
    access = Access("A", "WRAM", Address((7,)), Region("f32", (2, 3), (24, 4)), reads=True, writes=False)
    nest = LoopNest((), ())
    assert misplaced(access, nest, 43) == ""
    assert misplaced(access, nest, 42) == "A is beyond WRAM, which holds 42 bytes: bytes 7 to 42"


def test_accesses_that_are_executed() -> None:
    text = """
loop 2 i
move DRAM[i] NRAM[0] 1
loop 0
move DRAM[i] NRAM[1] 1
loop 3
move DRAM[i] NRAM[2] 1
endloop
endloop
move DRAM NRAM 1
loop 4
move DRAM[i] NRAM[3] 1
endloop
endloop
"""
    found = [(access.address.constant, nest) for access, nest in executed_accesses(code(text)) if access.writes]
    assert found == [(0, LoopNest((2,), ("i",))), (3, LoopNest((2, 4), ("i", "")))]
