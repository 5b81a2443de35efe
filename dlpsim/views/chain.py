"""Chains of what followed from what, back to the start of the run: what the critical path is made of.

A node stands for a boundary. What went on up to it began at the boundary of the node before it. Nodes that nobody goes
on from are forgotten with their chains; what all that is alive has in common is summed up by `compress`. So the memory
that chains take depends on what is in progress, not on how long the run is.

The place of a step is a number, see `Columns`: there its occurrences are counted, and behind it its cycles.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Union

Sums = dict[int, int]


class Mark:
    """A mark at boundary `time`. All that was alive there has an Origin; `is_set` until the mark is done with."""

    __slots__ = ("is_set", "time")

    def __init__(self, time: int) -> None:
        self.time = time
        self.is_set = True


class Step:
    """What is counted at `place` took `cycles`, from the boundary of `before` on."""

    __slots__ = ("before", "cycles", "place")

    def __init__(self, before: "Node | None", place: int, cycles: int) -> None:
        self.before = before
        self.place = place
        self.cycles = cycles


class Stretch:
    """Several steps, summed up."""

    __slots__ = ("before", "sums")

    def __init__(self, before: "Node | None", sums: Sums) -> None:
        self.before = before
        self.sums = sums


class Origin:
    """What was alive at a mark, in the `slot` of this number; it takes no time.

    `moment` is when it had happened, if that was at the boundary of the mark: or the origin at an earlier mark there.
    """

    __slots__ = ("before", "mark", "moment", "slot")

    def __init__(self, before: "Node | None", mark: Mark, slot: int, moment: "Moment") -> None:
        self.before = before
        self.mark = mark
        self.slot = slot
        self.moment = moment


class Either:
    """`origin`, if it had happened at the boundary of its mark, or else `otherwise`.

    At a mark, all times are alike but those of what is past. When the stretch since the mark happens again, the origin
    may have happened earlier, or not.
    """

    __slots__ = ("origin", "otherwise")

    def __init__(self, origin: Origin, otherwise: "Node") -> None:
        self.origin = origin
        self.otherwise = otherwise


Node = Union[Step, Stretch, Origin, Either]  # noqa: UP007 (an alias that the classes above name)
Moment = Union[int, Origin]  # noqa: UP007
"""A boundary; before the last mark, what stands for it."""

NEVER = -1


def choose(time: int, candidates: Sequence[tuple[Node | None, Moment]]) -> Node | None:
    """Return the first candidate that happened at boundary `time`. What cannot be known at a mark is left open."""
    chosen: Node | None = None
    for node, moment in reversed(candidates):
        if isinstance(moment, int):
            if moment == time:
                chosen = node
        elif moment.mark.time == time:
            chosen = moment if chosen is None else Either(moment, chosen)
    return chosen


def moment_at(time: int, moment: Moment) -> Moment:
    """Return `moment` if it may be boundary `time`, else NEVER."""
    is_possible = moment == time if isinstance(moment, int) else moment.mark.time == time
    return moment if is_possible else NEVER


def has_happened(time: int, moment: Moment) -> bool:
    """Return whether `moment` is boundary `time`."""
    if isinstance(moment, int):
        return moment == time
    return moment.mark.time == time and _happened(moment, None, ())


def back_to(mark: Mark | None, node: Node | None, happened: Sequence[bool] = ()) -> tuple[int, Sums]:
    """Return from which slot of `mark` a chain comes, and the sums since; without a mark, those since the start.

    The slot is NEVER for what stands for nothing: nothing has completed since a decoder began to wait. `happened` says
    for each slot whether it is taken to have happened at the boundary of the mark.
    """
    sums: Sums = {}
    while node is not None:
        if isinstance(node, Either):
            node = node.origin if _happened(node.origin, mark, happened) else node.otherwise
        elif isinstance(node, Origin):
            if node.mark is mark:
                return node.slot, sums
            node = node.before
        else:
            _add(node, sums)
            node = node.before
    assert mark is None or not sums
    return NEVER, sums


def _happened(origin: Origin, mark: Mark | None, happened: Sequence[bool]) -> bool:
    while origin.mark is not mark:
        if isinstance(origin.moment, int):
            return origin.moment == origin.mark.time
        origin = origin.moment
    return happened[origin.slot]


def compress(alive: Iterable[Node | None]) -> int:
    """Sum up what lies between the nodes in `alive`, the places where their chains meet, and origins of set marks.

    Return how many nodes are left, about.
    """
    roots = {id(node): node for node in alive if node is not None}
    users: dict[int, int] = dict.fromkeys(roots, 2)
    stack = list(roots.values())
    seen: list[Node] = []
    while stack:
        node = stack.pop()
        seen.append(node)
        _pass_over(node)
        for before in _before(node):
            number = users.get(id(before), 0)
            users[id(before)] = number + 1
            if not number:
                stack.append(before)
    kept = [node for node in seen if users[id(node)] > 1 or isinstance(node, Origin | Either)]
    for node in kept:
        if isinstance(node, Either):
            node.otherwise = _summed(node.otherwise, users) or node.otherwise
        else:
            node.before = _summed(node.before, users)
    return 2 * len(kept)


def _pass_over(node: Node) -> None:
    """Have `node` lead on to what matters."""
    if isinstance(node, Either):
        while not node.origin.mark.is_set and isinstance(node.origin.moment, Origin):
            node.origin = node.origin.moment
        node.otherwise = _real(node.otherwise) or node.otherwise
    else:
        node.before = _real(node.before)


def _real(node: Node | None) -> Node | None:
    """Return `node`, or what it stands for, if that is known for good."""
    while True:
        if isinstance(node, Origin) and not node.mark.is_set:
            node = node.before
        elif isinstance(node, Either) and _is_settled(node.origin):
            node = node.origin if _happened(node.origin, None, ()) else node.otherwise
        else:
            return node


def _is_settled(origin: Origin) -> bool:
    while not origin.mark.is_set:
        if isinstance(origin.moment, int):
            return True
        origin = origin.moment
    return False


def _before(node: Node) -> Iterator[Node]:
    if isinstance(node, Either):
        yield node.origin
        yield node.otherwise
    elif node.before is not None:
        yield node.before


def _summed(node: Node | None, users: dict[int, int]) -> Node | None:
    """Return one node for all from `node` on that only one other goes on from."""
    sums: Sums = {}
    first, count = node, 0
    while isinstance(node, Step | Stretch) and users[id(node)] == 1:
        _add(node, sums)
        node, count = node.before, count + 1
    return first if count < 2 else Stretch(node, sums)


def _add(node: Step | Stretch, sums: Sums) -> None:
    if isinstance(node, Step):
        place = node.place
        sums[place] = sums.get(place, 0) + 1
        sums[place + 1] = sums.get(place + 1, 0) + node.cycles
    else:
        for place, number in node.sums.items():
            sums[place] = sums.get(place, 0) + number
