"""What is told of the layers of a network adds up to its run."""

import json
from math import ceil

import pytest

from dlpsim.deploy.deployment import deploy
from dlpsim.deploy.layer_table import data
from dlpsim.networks.builder import Builder
from dlpsim.simulation import Simulation
from dlpsim.views.critical_path import CriticalPath
from tests.deploy.small_network import MACHINES, Ran, ran, small_network


@pytest.fixture(params=list(MACHINES))
def found(request: pytest.FixtureRequest) -> Ran:
    return ran(request.param)


def test_layers_add_up_to_the_run(found: Ran) -> None:
    rows, result = found.layers.rows, found.result
    assert [row.name for row in rows] == ["conv1", "conv2", "fc", "softmax"]
    assert [row.op for row in rows] == ["Conv+Relu+MaxPool", "Conv", "Gemm", "Softmax"]
    assert sum(row.cycles for row in rows) == result.cycles
    assert sum(row.share for row in rows) == pytest.approx(1)
    for memory, bytes_ in (("DRAM", "dram_bytes"), ("SharedRAM", "shared_bytes")):
        moved = sum(count for path, count in result.bytes.items() if memory in path.split("->"))
        assert sum(getattr(row, bytes_) for row in rows) == moved


def test_what_is_moved_again_is_told_apart_by_reason(found: Ran) -> None:
    for row in found.layers.rows:
        assert row.dram_bytes == row.compulsory_bytes + row.reread_bytes
        assert row.shared_bytes == row.shared_compulsory_bytes + row.shared_reread_bytes
        assert row.reread_bytes == sum(one.bytes for one in row.rereads)
        assert row.shared_reread_bytes == sum(one.bytes for one in row.shared_rereads)
        assert all(one.bytes > 0 for one in (*row.rereads, *row.shared_rereads))


def test_floors_are_those_of_macs_or_of_bytes_each_once(found: Ran) -> None:
    channels, wide, narrow = 24, 14 * 14, 6 * 6
    macs = {"conv1": wide * channels * 27, "conv2": 16 * 40 * channels * 9, "fc": 640 * 20}
    weights = {"conv1": channels * 28, "conv2": 40 * (channels * 9 + 1), "fc": 20 * 641}
    values = {"conv1": wide * 3 + narrow * channels, "conv2": narrow * channels + 640, "fc": 660}
    for row in found.layers.rows:
        assert row.macs == macs.get(row.name, 0)
        if row.name in macs:
            moved = 4 * (weights[row.name] + values[row.name])
            ports = found.config.port_of["DRAM", "NRAM"]
            assert row.floor == max(ceil(row.macs / (256 * found.config.total_cores)), ceil(moved / ports.beat_bytes))
            assert row.over_floor == row.cycles / row.floor
            assert row.utilization == row.macs / (256 * found.config.total_cores * row.cycles)
            assert row.intensity == 2 * row.macs / row.dram_bytes
        else:
            assert (row.floor, row.over_floor, row.utilization) == (0, None, 0)


def test_json_has_the_layers_and_their_reasons(found: Ran) -> None:
    read = json.loads(json.dumps(found.layers.to_dict()))
    assert read["floor"] == sum(row["floor"] for row in read["layers"])
    assert read["over_floor"] == found.result.cycles / read["floor"]
    reasons = {one["reason"] for row in read["layers"] for one in row["rereads"]}
    assert "halo" in reasons
    assert len(small_network().nodes) > len(read["layers"])


def test_weights_that_several_layers_use_count_once() -> None:
    net = Builder("twice")
    weight = net.normal("weight", (64, 64), 0.1)
    first = net.add("MatMul", [net.input("x", (1, 64)), weight], "first")
    network = net.finish(net.add("MatMul", [first, weight], "second"))
    config = MACHINES["one core"]
    deployment = deploy(network, config)
    path = CriticalPath(deployment.program, config)
    Simulation(deployment.program, config, [path]).run()
    rows = data(deployment, config, path.data()).rows
    assert [row.floor for row in rows] == [ceil(4 * (64 * 64 + 128) / 64), 64 * 64 // 256]
    assert [one.to_dict() for one in rows[1].rereads] == [
        {"tensor": "weights", "reason": "layers", "bytes": 4 * 64 * 64}
    ]
    assert rows[1].compulsory_bytes == rows[0].compulsory_bytes - 4 * 64 * 64
