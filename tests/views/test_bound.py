import pytest

from dlpsim import simulate
from dlpsim.views.bound import BoundData, Occupation, bound, sentence


@pytest.mark.parametrize(
    ("text", "machine", "said"),
    [
        ("", "dlp-s", "Nothing takes time."),
        ("loop 5\nendloop\n", "dlp-s-real", "Nothing moves or computes; the decoder takes all the time."),
        (
            "move DRAM NRAM 6400\n",
            "dlp-s",
            "Bound by the port dram, busy for 100 of 100 cycles (100.0 %).",
        ),
        (
            "compute MAC_32 25600\nmove DRAM NRAM 64\n",
            "dlp-s",
            "Bound by the compute unit of core 0, busy for 100 of 100 cycles (100.0 %).",
        ),
        (
            "move DRAM NRAM 6400\nsync\ncompute MAC_32 25600\n",
            "dlp-s",
            "Bound by waiting: nothing works all the time. The busiest is the compute unit of core 0, busy for 100 of "
            "200 cycles (50.0 %); overlapping all else with it could save at most 100 cycles.",
        ),
        (
            "move SharedRAM NRAM 1000 * (1 + core)\n",
            "dlp-m",
            "Bound by the port shared of core 3, busy for 4 of 4 cycles (100.0 %).",
        ),
        (
            ".if core == 2\ncompute MAC_32 1\n.endif\n",
            "dlp-m",
            "Bound by the compute unit of core 2, busy for 1 of 1 cycle (100.0 %).",
        ),
        (
            "move DRAM NRAM 128 * 20\n",
            "dlp-m",
            "Bound by the port dram, busy for 80 of 80 cycles (100.0 %).",
        ),
    ],
)
def test_sentence(text: str, machine: str, said: str) -> None:
    result = simulate(text, machine)
    assert sentence(bound(result.summary, result.machine)) == said


def test_port_of_a_cluster() -> None:
    sets = [("clusters", "2"), ("port.shared.scope", "cluster")]
    result = simulate(".if cluster\nmove SharedRAM NRAM 5000\n.endif\n", "dlp-m", sets=sets)
    data = bound(result.summary, result.machine)
    assert data.binding == Occupation("shared", "the port shared of cluster 1", 20)


def test_setup_of_the_compute_unit_occupies_it() -> None:
    result = simulate("loop 100\ncompute MAC_32 256\nendloop\n", "dlp-s", sets=[("compute.setup", "9")])
    data = bound(result.summary, result.machine)
    assert data.occupations == (Occupation("compute", "the compute unit of core 0", 1000),)


def test_binding_begins_at_nine_tenths() -> None:
    one = Occupation("compute", "it", 90)
    assert BoundData(100, (one,)).binding == one
    assert BoundData(101, (one,)).binding is None
    assert one.share(0) == 0.0
