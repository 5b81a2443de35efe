"""How much of a run is simulated, by what is told of it: that must not grow with the counts of loops."""

from collections.abc import Mapping

import pytest

from dlpsim import simulate
from dlpsim.events import DecodeStarted, Event, Repeat, Replay, Sink

LOAD, COMPUTE = "move DRAM NRAM 1024\n", "compute MAC_32 4096\n"
NEST = f"loop {{count}}\nloop 1000\n{LOAD}{COMPUTE}endloop\nmove NRAM DRAM 1024\nsync\nendloop\n"
EVERY_SEVENTH = f"loop {{count}}\nloop 7\n{LOAD}{COMPUTE}endloop\nsync chip\nendloop\n"
DIFFERENT = f"loop {{count}}\nmove DRAM NRAM 1024 + 64*core\n{COMPUTE}sync\nendloop\n"
WITHOUT_TIME = "loop {count}\nsync\nendloop\n"
AFTER_A_LOOP = f"loop 16\n{LOAD}endloop\nloop {{count}}\nsync\nendloop\nloop {{count}}\nendloop\n"
INNER_ONCE = f"loop {{count}}\nloop 1\n{LOAD}endloop\n{COMPUTE}endloop\n"


class Told:
    """Counts the instructions that are told of, and skips."""

    def __init__(self) -> None:
        self.instructions = self.replays = 0

    def handlers(self) -> Mapping[type[Event], Sink]:
        return {DecodeStarted: self._instruction, Repeat: self._skip, Replay: self._replay}

    def _instruction(self, _: DecodeStarted) -> None:
        self.instructions += 1

    def _skip(self, _: Repeat) -> None:
        pass

    def _replay(self, _: Replay) -> None:
        self.replays += 1


@pytest.mark.parametrize(
    ("text", "machine", "cores", "most"),
    [
        (NEST, "dlp-s", 1, 3_000),
        (NEST, "dlp-m", 4, 20_000),
        (NEST, "dlp-m-real", 4, 10_000),
        (EVERY_SEVENTH, "dlp-m", 4, 2_000),
        (DIFFERENT, "dlp-m-real", 4, 2_000),
        (INNER_ONCE, "dlp-m", 4, 5_000),
        (WITHOUT_TIME, "dlp-m", 4, 10_000),
        (AFTER_A_LOOP, "dlp-m", 2, 20_000),
    ],
)
def test_instructions_told_do_not_depend_on_the_count(text: str, machine: str, cores: int, most: int) -> None:
    for count in (10**6, 10**15):
        told = Told()
        simulate(text.format(count=count), machine, cores, listeners=[told])
        assert told.instructions <= most


@pytest.mark.parametrize(("cores", "sync"), [(1, "sync"), (1, "sync cluster"), (1, "sync chip"), (4, "sync chip")])
def test_equal_layers_without_a_loop_are_told_once(cores: int, sync: str) -> None:
    layer, told = f"{LOAD}{COMPUTE * 20}{sync}\n", Told()
    result = simulate(layer * 50, "dlp-m", cores, listeners=[told])
    assert told.replays > 40
    assert told.instructions < cores * 22 * 10
    assert result.to_dict() == simulate(layer * 50, "dlp-m", cores, skip=False).to_dict()
