import pytest

from dlpsim import DlpsimError
from dlpsim.events import Completed, Event, Sink
from dlpsim.machine.watch import Watch
from dlpsim.simulation import Simulation, prepare

NEST = """\
loop 3
  move DRAM NRAM 64
  loop 2
    compute MAC_32 256
    sync
  endloop
endloop
sync chip
"""


class Observer:
    """Looks at the watch whenever an instruction completes."""

    def __init__(self) -> None:
        self.watch: Watch | None = None
        self.seen: list[tuple[int, int]] = []

    def handlers(self) -> dict[type[Event], Sink]:
        return {Completed: self.look}

    def look(self, _: Completed) -> None:
        assert self.watch is not None
        self.seen.append((self.watch.cycles, self.watch.instructions))


def test_instructions_while_it_runs() -> None:
    observer = Observer()
    simulation = Simulation(*prepare(NEST), listeners=[observer])
    observer.watch = simulation.watch
    simulation.run()
    assert simulation.watch.total_instructions == 1 + 3 * (1 + 1 + 2 * 3 + 1) + 1
    assert simulation.watch.instructions == 29
    counts = [count for _, count in observer.seen]
    assert counts == sorted(counts)
    assert observer.seen[:3] == [(1, 4), (1, 4), (2, 7)]


def test_skipped_loops_count_once() -> None:
    program, config = prepare("loop 0\nloop 1_000\nsync\nendloop\nendloop\nsync\n")
    simulation = Simulation(program, config)
    assert simulation.watch.total_instructions == 2
    simulation.run()
    assert simulation.watch.instructions == 2


def test_max_cycles_is_inclusive() -> None:
    def run(limit: int) -> int:
        return Simulation(*prepare("compute MAC_32 2560\n")).run(limit).cycles

    assert run(10) == 10
    with pytest.raises(DlpsimError, match="the run takes more than 9 cycles"):
        run(9)


def test_description() -> None:
    text = ".if core == 0\nmove DRAM NRAM 64\nsync chip\n.else\nloop 10\nmove DRAM NRAM 12800\nendloop\nsync\n.endif\n"
    program, config = prepare(text, "dlp-m", 12, sets=[("decoder.queue_depth", "1")])
    with pytest.raises(DlpsimError) as caught:
        Simulation(program, config).run(0)
    assert str(caught.value).splitlines() == [
        "stopped: the run takes more than 0 cycles (--max-cycles)",
        "reached cycle 0 with 56 of 244 instructions",
        "    core 0 is waiting for its own instructions, line 3: sync chip",
        *(
            f"    core {core} is waiting for room in a full issue queue, line 6: move DRAM NRAM 12800"
            for core in range(1, 8)
        ),
        "    and 4 more cores",
    ]
