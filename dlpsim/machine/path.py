"""What a core is going to execute from one quiet point to the next, known before it does."""

from collections.abc import Sequence
from dataclasses import dataclass

from dlpsim.machine.step import Action, Step, Steps
from isa.vocabulary import Scope

LONGEST = 5_000
"""A path that would have more instructions is not looked for."""

OPENS = -1
"""The word for entering a loop in which there is a quiet sync: how often it goes round does not matter before that."""


@dataclass(frozen=True, eq=False)
class Path:
    """The instructions from one quiet sync, not included, to the next, included.

    Loops without a quiet sync in them are part of it as they stand, with their counts. Paths with the same `text` are
    the same instructions, whatever their places, `pcs`, the last of which is that of the quiet sync, of scope `end`.
    On the way the core leaves `left` of the loops around it, goes back to the head of the one then around it if
    `goes_back`, and enters others: their indices and counts are in `entered`.
    """

    text: int
    pcs: Sequence[int]
    end: Scope
    left: int
    goes_back: bool
    entered: tuple[tuple[int, int], ...]


Word = tuple[str, int, int]


class Texts:
    """Gives equal texts the same number, and others another."""

    def __init__(self) -> None:
        self.words_read = 0
        """How often a word was asked for: what has been done to find paths."""
        self._words: dict[Word, int] = {}
        self._texts: dict[tuple[int, ...], int] = {}

    def word(self, step: Step) -> int:
        """Return the number of what a step is, without where it stands."""
        self.words_read += 1
        word: Word = (step.action.value, step.amount, step.unit)
        if step.action is Action.SYNC:
            word = (step.scope.value, 0, 0)
        return self._words.setdefault(word, len(self._words))

    def text(self, words: Sequence[int]) -> int:
        """Return the number of a text of such words."""
        return self._texts.setdefault(tuple(words), len(self._texts))


class Paths:
    """Finds the paths of one code. A sync of one of the scopes in `quiet` is a quiet point."""

    def __init__(self, steps: Steps, quiet: frozenset[Scope], texts: Texts) -> None:
        self._steps = steps
        self._texts = texts
        self._quiet = quiet
        self._has_quiet = _loops_with(steps, quiet)
        self._known: dict[tuple[int, tuple[bool, ...]], Path | None] = {}

    def following(self, pc: int, to_come: Sequence[int]) -> Path | None:
        """Return the path from the quiet sync at `pc`; None if the program ends before another, or it is too long.

        `to_come` are the iterations to come of the loops around it, outermost first.
        """
        goes_on = tuple([iterations > 1 for iterations in to_come])
        key = pc, goes_on
        if key not in self._known:
            self._known[key] = self._find(pc + 1, goes_on)
        return self._known[key]

    def _find(self, pc: int, goes_on: tuple[bool, ...]) -> Path | None:
        words: list[int] = []
        pcs: list[int] = []
        left, goes_back = 0, False
        entered: list[tuple[int, int]] = []
        while pc < len(self._steps) and len(pcs) < LONGEST:
            step = self._steps[pc]
            opens = step.action is Action.LOOP and step.amount > 0 and step.target in self._has_quiet
            pcs.append(pc)
            words.append(OPENS if opens else self._texts.word(step))
            if step.action is Action.SYNC and step.scope in self._quiet:
                return Path(self._texts.text(words), pcs, step.scope, left, goes_back, tuple(entered))
            if opens:
                entered.append((pc, step.amount))
            if step.action is Action.LOOP and not step.amount:
                pc = step.target
            elif step.action is Action.ENDLOOP and pc in self._has_quiet:
                goes_back = goes_on[-1 - left]
                if goes_back:
                    pc = step.target
                else:
                    left += 1
            pc += 1
        return None


def _loops_with(steps: Steps, quiet: frozenset[Scope]) -> frozenset[int]:
    """Return the indices of the endloops whose loops come to a quiet sync in every iteration."""
    found: set[int] = set()
    around: list[tuple[Step, bool]] = []
    for step in steps:
        if step.action is Action.LOOP:
            around.append((step, False))
        elif step.action is Action.ENDLOOP:
            loop, has_quiet = around.pop()
            if has_quiet:
                found.add(step.pc)
            if around and has_quiet and loop.amount:
                around[-1] = around[-1][0], True
        elif around and step.action is Action.SYNC and step.scope in quiet:
            around[-1] = around[-1][0], True
    return frozenset(found)
