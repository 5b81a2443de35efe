"""Counts of syncs, held against going through the loops."""

from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from isa.check.skeleton import Executions, Item, Repeat, Skeleton, SyncPoint
from isa.vocabulary import Scope


@st.composite
def items(draw: st.DrawFn, depth: int = 3) -> list[Item]:
    """Draw syncs and loops; some syncs are the same point."""
    found: list[Item] = []
    for _ in range(draw(st.integers(0, 3))):
        if depth and draw(st.booleans()):
            found += [Repeat(draw(st.integers(1, 3))), *draw(items(depth - 1)), None]
        else:
            found.append(SyncPoint((draw(st.integers(1, 4)), 1), Scope.CORE))
    return found


Counters = tuple[int, ...]


def visits(of: Sequence[Item], begin: int, end: int, counters: Counters) -> Iterator[tuple[int, Counters]]:
    """Yield the slots from `begin` up to `end` in the order in which they are come by, with the counters there."""
    index = begin
    while index < end:
        yield index, counters
        item = of[index]
        if isinstance(item, Repeat):
            behind = Skeleton(tuple(of)).end(index)
            for turn in range(item.count):
                yield from visits(of, index + 1, behind, (*counters, turn))
                yield behind, (*counters, turn)
            index = behind
        index += 1


@given(items())
def test_executions_are_those_that_were_come_by(drawn: list[Item]) -> None:
    skeleton = Skeleton(tuple(drawn))
    points = {SyncPoint((line, 1), Scope.CORE) for line in (1, 3)}
    executions = Executions(skeleton, points)
    seen = 0
    for slot, counters in visits(drawn, 0, len(drawn), ()):
        assert executions.before(slot).at(counters) == seen
        seen += slot < len(drawn) and drawn[slot] in points
    assert executions.before(len(drawn)).at(()) == seen
