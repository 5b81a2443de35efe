"""What is said of uneven loads: a table of loads and the sentences that must come of them."""

import pytest

from dlpsim.views.decoder_load_data import KindLoad, LoadData
from dlpsim.views.load_advice import advice, held_by_unit


def load(dram: int, compute: int, latency: int = 0, **states: int) -> LoadData:
    """A run of 1000 cycles on one core: ten moves and a compute that held their units for so long."""
    spent = {"decoding": 0, "queue": 0, "sync": 0, "barrier": 0} | states
    kinds = (KindLoad("move dram", 10, 0, 0, dram, 10 * latency), KindLoad("compute MAC_32", 1, 0, 0, compute, 0))
    return LoadData(1000, (spent | {"ended": 1000 - sum(spent.values())},), kinds)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (load(200, 950), "compute is held 95.0 % of the time and dram 20.0 %: compute is the limit, all else happens"),
        (load(500, 400), "dram is held 50.0 % of the time and compute 40.0 %: they take turns. Let them overlap:"),
        (load(700, 400), "dram is held 70.0 % of the time and compute 40.0 %: they overlap in part. More of it,"),
        (load(300, 200), "dram is held 30.0 % of the time and compute 20.0 %: nothing is the limit, and much of"),
    ],
)
def test_units(data: LoadData, said: str) -> None:
    (sentence,) = advice(data)
    assert sentence.startswith(said)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (load(300, 200, sync=400), "Decoders wait at syncs for 40.0 % of the time: fewer syncs, each for more work."),
        (
            load(300, 200, latency=100, sync=400),
            "Decoders wait at syncs for 40.0 % of the time: fewer syncs, each for more work. "
            "A move dram is held 30 cycles and completes 100 later: larger tiles pay that less often.",
        ),
        (
            load(300, 200, queue=100),
            "Decoders wait for full queues for 10.0 % of the time: a deeper queue, or another order, "
            "in which no unit is idle behind a full queue.",
        ),
        (
            load(300, 200, barrier=250),
            "Decoders wait at barriers for 25.0 % of the time: cores have unequal shares; divide the work evenly.",
        ),
        (load(300, 200, decoding=300), "Decoding takes 30.0 % of the time: larger tiles take fewer instructions."),
    ],
)
def test_decoders(data: LoadData, said: str) -> None:
    assert advice(data)[1:] == (said,)


def test_syncs_are_no_matter_where_a_unit_is_the_limit() -> None:
    assert len(advice(load(100, 950, sync=900))) == 1


def test_nothing_held() -> None:
    idle = LoadData(0, ({"decoding": 0, "queue": 0, "sync": 0, "barrier": 0, "ended": 0},), ())
    assert advice(idle) == ()
    assert held_by_unit(idle) == {}


def test_kinds_of_one_unit_are_added() -> None:
    kinds = (KindLoad("compute MAC_32", 1, 0, 0, 300, 0), KindLoad("compute ADD_32", 1, 0, 0, 100, 0))
    assert held_by_unit(LoadData(1000, ({}, {}), kinds)) == {"compute": 0.2}
