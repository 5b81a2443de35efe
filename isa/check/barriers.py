"""Whether the cores meet at their barriers, and which barriers belong together."""

from collections.abc import Callable, Iterator, Sequence

from isa.check.skeleton import Key, Repeat, Skeleton, SyncPoint
from isa.check.traffic import Traffic
from isa.errors import DlpsimError
from isa.names import name_cores
from isa.program import Program
from isa.vocabulary import Scope

_MODULUS = (1 << 127) - 1
_FACTOR = 0x5DEECE66D1234567890ABCDEF0123457


def check_barriers(program: Program, traffic: Traffic) -> None:
    """Raise DlpsimError where a barrier could never be released: cores that should meet have different sequences."""
    target = program.target
    size = target.cores_per_cluster
    problems: list[str] = []
    for start in range(0, target.cores, size):
        if size > 1:
            problems += _mismatches(program, traffic.skeletons, range(start, start + size), Scope.CLUSTER)
    if target.clusters > 1:
        problems += _mismatches(program, traffic.skeletons, range(0, target.cores, size), Scope.CHIP)
    if problems:
        raise DlpsimError(problems)


def barrier_groups(skeletons: Sequence[Skeleton]) -> list[frozenset[SyncPoint]]:
    """Return the syncs that can only be taken away together: each alone, barriers if all cores have them in one order.

    Else all barriers of a program are one group.
    """
    distinct = list(dict.fromkeys(skeletons))
    points = sorted({point for skeleton in distinct for point in skeleton.syncs}, key=lambda point: point.key)
    barriers = [point for point in points if point.scope is not Scope.CORE]
    words = {_word(skeleton, _by_place(barriers)) for skeleton in distinct}
    alone = [frozenset([point]) for point in points if len(words) == 1 or point.scope is Scope.CORE]
    together = [frozenset(barriers)] if len(words) > 1 and barriers else []
    return alone + together


def _mismatches(program: Program, skeletons: Sequence[Skeleton], cores: range, scope: Scope) -> Iterator[str]:
    def letter(point: SyncPoint) -> int:
        wide = point.scope is Scope.CHIP or point.scope is scope
        return 0 if point.scope is Scope.CORE or not wide else 1 + (point.scope is Scope.CHIP)

    groups: dict[tuple[int, int], list[int]] = {}
    for core in cores:
        groups.setdefault(_word(skeletons[core], letter), []).append(core)
    if len(groups) > 1:
        counts = ", ".join(f"{name_cores(members)} {length:,}" for (_, length), members in groups.items())
        word = scope.value
        yield (
            f"{program.name}: the barriers of the {word} do not match, so one of them can never be released: "
            f"executed are {counts}\n"
            f"    hint: every core of the {word} must execute the same barriers in the same order; "
            "'dlpsim run' says who waits where"
        )


def _by_place(barriers: Sequence[SyncPoint]) -> Callable[[SyncPoint], int]:
    letters: dict[Key, int] = {point.key: index for index, point in enumerate(barriers, 1)}
    return lambda point: letters.get(point.key, 0)


def _word(skeleton: Skeleton, letter: Callable[[SyncPoint], int]) -> tuple[int, int]:
    """Return a fingerprint and the length of the sequence of syncs, without those whose letter is 0.

    Loops are raised to a power, not gone through. That two different words have one fingerprint is out of the question.
    """
    open_: list[tuple[int, tuple[int, int]]] = []
    word = (0, 0)
    for item in skeleton.items:
        if isinstance(item, Repeat):
            open_.append((item.count, word))
            word = (0, 0)
        elif item is None:
            count, before = open_.pop()
            word = _after(before, _repeated(word, count))
        elif number := letter(item):
            word = _after(word, (number, 1))
    return word


def _after(first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
    return (first[0] * pow(_FACTOR, second[1], _MODULUS) + second[0]) % _MODULUS, first[1] + second[1]


def _repeated(word: tuple[int, int], count: int) -> tuple[int, int]:
    result = (0, 0)
    for digit in bin(count)[2:]:
        result = _after(result, result)
        if digit == "1":
            result = _after(result, word)
    return result
