import pytest

from dlpsim import DlpsimError, simulate
from dlpsim.views.history import History, Record


def test_records() -> None:
    history = History()
    simulate("move DRAM NRAM 1024\nmove DRAM WRAM 64\nsync\ncompute MAC_32 512\n", listeners=[history])
    assert history.records == {
        (0, "dram"): [Record(0, 0, 0, 16, 16), Record(1, 0, 16, 17, 17)],
        (0, "compute"): [Record(3, 17, 17, 19, 19)],
    }


def test_what_had_not_completed_is_left_out() -> None:
    history = History()
    with pytest.raises(DlpsimError, match="stopped"):
        simulate("move DRAM NRAM 64\nmove DRAM WRAM 640\n", listeners=[history], max_cycles=5)
    assert history.records == {(0, "dram"): [Record(0, 0, 0, 1, 1)]}
