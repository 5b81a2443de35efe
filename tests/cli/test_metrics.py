import json

from dlpsim.metrics import METRICS
from tests.cli.command import dlpsim, refused


def test_some_metrics() -> None:
    assert dlpsim("metrics", "busy", "idle").out == (
        "Of a unit of a core\n"
        "  busy [cycles] = Σ ceil(NUM ÷ rate), or Σ beats × beat_cycles\n"
        "    The unit's operations or beats are in progress. busy + stalled + idle =\n"
        "    cycles of the run.\n"
        "  idle [cycles] = cycles - busy - stalled\n"
        "    The unit has no instruction.\n"
    )


def test_all_metrics() -> None:
    text = dlpsim("metrics").out
    assert all(len(line) <= 80 for line in text.splitlines())
    assert [name for name in METRICS if f"\n  {name} " not in text] == []


def test_as_json() -> None:
    (metric,) = json.loads(dlpsim("metrics", "idle", "--json").out)
    assert metric == {
        "name": "idle",
        "subject": "a unit of a core",
        "unit": "cycles",
        "formula": "cycles - busy - stalled",
        "meaning": "The unit has no instruction.",
    }
    assert len(json.loads(dlpsim("metrics", "--json").out)) == len(METRICS)


def test_unknown_metric() -> None:
    assert refused("metrics", "byts") == "error: no metric 'byts'\n    hint: did you mean 'bytes'?\n"
