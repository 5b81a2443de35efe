from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import pytest

from dlpsim import simulate
from dlpsim.events import Stall
from dlpsim.metrics import METRICS, find_metrics
from dlpsim.views.idle import IdleCause
from dlpsim.views.roofline import point
from isa.errors import DlpsimError

NO_METRICS = {"program", "machine", "core", "cores", "units", "name", "limits", "part_of"}
"""Keys of JSON that name or hold something."""


def keys(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of nested objects, but not those of `ops`, `bytes`, units and the like: names of something."""
    for key, value in data.items():
        yield key
        for inner in value if isinstance(value, list) else []:
            yield from keys(inner)
        if key == "units":
            for unit in value.values():
                yield from unit


def test_all_that_a_run_reports() -> None:
    result = simulate("move DRAM NRAM 64\nsync\ncompute MAC_32 1\ncompute ADD_32 1\n")
    reported = set(keys(result.to_dict()))
    of_point = set(point("x", result.machine, result.ops, result.bytes, result.cycles).to_dict())
    assert sorted((reported | of_point) - NO_METRICS - METRICS.keys()) == []
    assert {"busy", "utilization", "attainable_gflops"} <= reported | of_point


def test_reasons_and_causes() -> None:
    assert {f"stalled.{reason.value}" for reason in (Stall.SETUP, Stall.PORT)} <= METRICS.keys()
    causes = {name.removeprefix("idle_by.") for name in METRICS if name.startswith("idle_by.")}
    assert causes == {cause.value for cause in IdleCause}


def test_each_has_its_parts() -> None:
    assert [name for name, metric in METRICS.items() if name != metric.name or not metric.meaning.endswith(".")] == []
    assert (
        METRICS["cycles_by_floor"].text
        == "cycles_by_floor [1 or more] = cycles ÷ floor: How far a program is from the best."
    )
    assert METRICS["limit"].text.startswith("limit = the limit with the longest time: ")


def test_those_of_one_subject_stand_together() -> None:
    runs = [subject for subject, _ in groupby(metric.subject for metric in METRICS.values())]
    assert len(runs) == len(set(runs))


def test_unknown_names() -> None:
    assert [metric.name for metric in find_metrics(["idle", "busy"])] == ["idle", "busy"]
    with pytest.raises(DlpsimError) as caught:
        find_metrics(["idel", "cycles", "q"])
    assert caught.value.messages == (
        "no metric 'idel'\n    hint: did you mean 'idle'?",
        "no metric 'q'\n    hint: dlpsim metrics lists all",
    )
