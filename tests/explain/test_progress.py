"""Whoever looks on is told of each run."""

from dlpsim.explain.explanation import explain
from dlpsim.explain.progress import Progress
from dlpsim.simulation import prepare
from tests.cli.texts import FC_1X256


class Noted(Progress):
    """Keeps what is begun."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[str] = []

    def begin(self, doing: str) -> None:
        super().begin(doing)
        self.begun.append(self.describe())


def test_each_run_is_told() -> None:
    noted = Noted()
    explain(*prepare(FC_1X256), progress=noted)
    assert noted.begun[:6] == [
        "run 1: as it is",
        "run 2: without the limit of bandwidth of dram",
        "run 3: without the limit of compute rates",
        "run 4: without the limit of queue depth",
        "run 5: without waiting at syncs",
        "run 6: with port.dram.beat_bytes 63",
    ]
    assert noted.runs == len(noted.begun)
    assert all(text.partition(": ")[2].startswith("with ") for text in noted.begun[5:])
