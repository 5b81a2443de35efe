"""What is under way at a boundary of a run that a compact trace has, found without expanding what repeats."""

from collections.abc import Sequence

from dlpsim.events import elsewhere, later
from dlpsim.traces.state import State
from dlpsim.views.trace import Copy, Item, Places, Stretch


def pass_by(state: State, items: Sequence[Item], until: int, shift: int = 0, places: Places | None = None) -> None:
    """Have `state` take all events of `items` before the boundary `until`. They occur `shift` cycles later than kept.

    Stretches are gone through until an occurrence leaves everything as it found it, so many cycles later: the others
    do the same.
    """
    for item in items:
        if begin_of(item) + shift >= until:
            break
        if isinstance(item, Copy):
            pass_by(state, item.items, until, shift + item.shift, item.places)
        elif isinstance(item, Stretch):
            _pass_by_stretch(state, item, until, shift, places)
        else:
            state.take(later(item if places is None else elsewhere(item, places), shift))


def _pass_by_stretch(state: State, stretch: Stretch, until: int, shift: int, places: Places | None) -> None:
    occurrence = 0
    while occurrence <= stretch.times:
        later_by = shift + occurrence * stretch.period
        begin, end = stretch.begin + later_by, stretch.begin + later_by + stretch.period
        if begin >= until:
            break
        before, before_from_begin = state.parts(), state.parts(begin)
        pass_by(state, stretch.items, until, later_by, places)
        occurrence += 1
        after_from_end = state.parts(end)
        moved = [part for part, content in state.parts().items() if before.get(part) != content]
        if end < until and all(before_from_begin.get(part) == after_from_end[part] for part in moved):
            more = _whole_ones(stretch, occurrence, until - shift)
            for part in moved:
                state.shift(part, more * stretch.period)
            occurrence += more


def _whole_ones(stretch: Stretch, occurrence: int, until: int) -> int:
    """Return how many occurrences from this one on end before `until`."""
    left = 1 + stretch.times - occurrence
    if not stretch.period:
        return left
    return max(0, min(left, (until - 1 - stretch.begin) // stretch.period - occurrence))


def begin_of(item: Item) -> int:
    """Return the boundary at which an item of a trace begins."""
    return item.begin if isinstance(item, Stretch | Copy) else item.time


def end_of(item: Item) -> int:
    """Return the last boundary of an item of a trace."""
    return item.end if isinstance(item, Stretch | Copy) else item.time
