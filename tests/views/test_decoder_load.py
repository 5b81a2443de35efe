"""What decoders spent and what instructions take: it adds up, agrees with other views, and skipping changes nothing."""

from hypothesis import given
from hypothesis import strategies as st

from dlpsim.limits import InstructionLimit
from dlpsim.machine.machine import Machine
from dlpsim.views.decoder_load import DecoderLoad
from dlpsim.views.decoder_load_data import KindLoad, LoadData
from dlpsim.views.decoder_load_text import render
from dlpsim.views.history import History
from dlpsim.views.summary import Summary
from isa.errors import DlpsimError
from isa.vocabulary import Scope
from tests.machine.repeating import MAX_INSTRUCTIONS, Run, recurring_runs, repeating_runs
from tests.reference import build
from tests.reference.examples import examples
from tests.reference.strategies import runs


def loads(run: Run, *, skip: bool) -> LoadData | tuple[str, ...]:
    """The loads of a run, or what is wrong with it."""
    view = DecoderLoad(*run)
    try:
        cycles = Machine(*run, [view, InstructionLimit(MAX_INSTRUCTIONS)], skip=skip).run()
    except DlpsimError as error:
        return error.messages
    return view.data(cycles)


@examples(200)
@given(st.one_of(repeating_runs(), recurring_runs()))
def test_skipping_changes_nothing(run: Run) -> None:
    assert loads(run, skip=True) == loads(run, skip=False)


@examples(100)
@given(runs())
def test_adds_up(run: Run) -> None:
    view, summary, history = DecoderLoad(*run), Summary(*run), History()
    cycles = Machine(*run, [view, summary, history]).run()
    data = view.data(cycles)
    for spent in data.states:
        assert sum(spent.values()) == cycles
        assert min(spent.values()) >= 0
    busy = sum(unit.busy + sum(unit.stalled.values()) for core in summary.data().cores for unit in core.units.values())
    records = [record for records in history.records.values() for record in records]
    assert sum(kind.unit for kind in data.kinds) == busy == sum(each.freed - each.started for each in records)
    assert sum(kind.queue for kind in data.kinds) == sum(each.started - each.dispatched for each in records)
    assert sum(kind.latency for kind in data.kinds) == sum(each.completed - each.freed for each in records)


def small() -> Run:
    config = build.real(build.dlp_m())
    body = build.sequence(build.move("DRAM->NRAM", 1280), build.sync(Scope.CHIP), build.compute("MAC_32", 1024))
    return build.program(config, build.loop(3, body)), config


def test_small_program() -> None:
    """By hand: in each iteration 40 beats, by turns, end 57 to 60 cycles after the start; 160 cycles go to the sync."""
    data = loads(small(), skip=False)
    assert isinstance(data, LoadData)
    assert data.kinds == (
        KindLoad("loop", 4, 4, 0, 0, 0),
        KindLoad("move dram", 12, 12, 0, 3 * (57 + 58 + 59 + 60), 1200),
        KindLoad("sync chip", 12, 3 * 4 * 160, 0, 0, 0),
        KindLoad("compute MAC_32", 12, 12, 0, 72, 96),
        KindLoad("endloop", 12, 12, 0, 0, 0),
    )


def test_text() -> None:
    data = loads(small(), skip=False)
    assert isinstance(data, LoadData)
    assert list(render(data)) == [
        "  Cycles of each decoder by state:",
        "",
        "  decoder   decoding   queue   sync   barrier   ended",
        "  core 0          13       0    468         9      13",
        "  core 1          13       0    471         6      13",
        "  core 2          13       0    474         3      13",
        "  core 3          13       0    477         0      13",
        "",
        "  Cycles for which one instruction of a kind is held, on the average:",
        "",
        "  instruction      times   decoder   queue   unit   latency   units held",
        "  loop                 4         1       0      0         0",
        "  move dram           12         1       0   58.5       100       34.9 %",
        "  sync chip           12       160       0      0         0",
        "  compute MAC_32      12         1       0      6         8        3.6 %",
        "  endloop             12         1       0      0         0",
        "",
        "  dram is held 34.9 % of the time and compute 3.6 %: nothing is the limit, and\n"
        "  much of the time is spent waiting.",
        "  Decoders wait at syncs for 93.9 % of the time: fewer syncs, each for more\n"
        "  work. A move dram is held 58.5 cycles and completes 100 later: larger tiles\n"
        "  pay that less often.",
    ]
