"""Exercise 6.13, with networks that are small and of the same kinds."""

import json

import pytest

from dlpsim.exercises import networks
from dlpsim.exercises.networks import CASES, Case, NetworksAnswer, answer_networks
from dlpsim.networks.zoo.table import find_built_in
from tests.cli.command import dlpsim, refused
from tests.pictures.svg import texts

SMALL = (
    Case("vgg16", "convolution", {"image": 32, "width": 8, "hidden": 64}),
    Case("lstm", "recurrent", {"steps": 3, "features": 32, "hidden": 64}),
    Case("bert-base", "transformer", {"layers": 1, "sequence": 16, "hidden": 64, "heads": 2}),
)


@pytest.fixture(scope="module")
def answered() -> NetworksAnswer:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "CASES", SMALL)
        return answer_networks()


def test_at_least_three_kinds_are_run() -> None:
    assert {"convolution", "recurrent", "transformer"} <= {case.kind for case in CASES}
    assert all(find_built_in(case.network) for case in CASES)


def test_every_network_runs_on_every_machine(answered: NetworksAnswer) -> None:
    found = answered.to_dict()
    assert [(one["network"], one["machine"]) for one in found["networks"]] == [
        (case.network, machine) for machine in ("dlp-s", "dlp-m") for case in SMALL
    ]
    for one, point in zip(found["networks"], found["roofline"]["points"], strict=True):
        assert 0 < one["utilization"] < 1
        assert one["cycles"] == point["cycles"]
        assert one["cycles_by_floor"] == one["cycles"] / one["floor"]
        assert one["attained_gflops"] <= point["attainable_gflops"]
    assert json.loads(json.dumps(found))["networks"] == found["networks"]


def test_a_recurrent_network_is_bound_by_dram(answered: NetworksAnswer) -> None:
    assert {one["limit"] for one in answered.to_dict()["networks"] if one["network"] == "lstm"} == {"DRAM"}


def test_picture_and_text(answered: NetworksAnswer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"vgg16 on dlp-s", "lstm on dlp-m", "ridge 8 FLOP/B"} <= set(texts(answered.picture().encode()))
    monkeypatch.setattr(networks, "CASES", SMALL[1:2])
    lines = dlpsim("exercise", "6.13").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "  On dlp-m: at most 2,048 GFLOP/s, 128 GB/s of DRAM, ridge point 16 FLOP/B" in lines
    assert [line.split()[:2] for line in lines if "lstm " in line][:2] == [["lstm", "recurrent"]] * 2


def test_only_an_svg_is_written() -> None:
    assert "the picture is an SVG" in refused("exercise", "6.10", "-o", "roof.png")
