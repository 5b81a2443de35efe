"""Compiled networks come close to what no program can do better than."""

from math import ceil

import pytest

from dlpsim.ceilings import ceilings
from dlpsim.compiler.demand import compulsory_bytes, macs
from dlpsim.compiler.fusion import layers
from dlpsim.compiler.rewriting.prepare import prepared
from dlpsim.deploy.deployment import deploy
from dlpsim.machine_file import load_machine
from dlpsim.networks.builder import Builder
from dlpsim.networks.load import load_network
from dlpsim.networks.lowering.lower import lowered
from dlpsim.networks.network import Network
from dlpsim.simulation import Simulation

FLOORS = {
    ("alexnet", "dlp-s"): 6_266_832,
    ("vgg19", "dlp-s"): 83_935_133,
    ("resnet152", "dlp-s"): 45_095_357,
    ("alexnet", "dlp-m"): 2_483_236,
    ("vgg19", "dlp-m"): 22_936_807,
    ("resnet152", "dlp-m"): 11_326_409,
}
"""Cycles, worked out layer by layer from shapes alone."""


def cycles(network: Network, machine: str) -> int:
    """Compile and run a network."""
    config = load_machine(machine)
    return Simulation(deploy(network, config).program, config).run().cycles


@pytest.mark.parametrize(("name", "machine"), FLOORS)
def test_floors_of_networks(name: str, machine: str) -> None:
    network = prepared(lowered(load_network(name)))
    roof = ceilings(load_machine(machine))
    taken = layers(network, lambda together, apart: True)
    found = [(macs(network, layer), compulsory_bytes(network, layer)) for layer in taken]
    floors = [max(ceil(n / roof.macs_per_cycle), ceil(size / roof.dram_bytes_per_cycle)) for n, size in found if n]
    assert sum(floors) == FLOORS[name, machine]


@pytest.mark.parametrize(("machine", "most"), [("dlp-s", 1.03), ("dlp-m", 1.06)])
def test_a_network_comes_close_to_its_floor(machine: str, most: float) -> None:
    floor = FLOORS["alexnet", machine]
    assert floor <= cycles(load_network("alexnet"), machine) <= most * floor


@pytest.mark.parametrize(
    ("rows", "inner", "columns", "machine", "most"),
    [
        (32, 256, 128, "dlp-s", 4_650),
        (1024, 256, 128, "dlp-s", 132_500),
        (32, 256, 128, "dlp-m", 1_440),
        (1024, 256, 2048, "dlp-m", 530_000),
    ],
)
def test_exercises_as_layers(rows: int, inner: int, columns: int, machine: str, most: int) -> None:
    """Exercises 7.8, 7.9, 7.11 and 7.12, everything in DRAM, with biases."""
    build = Builder("product")
    assert cycles(build.finish(build.gemm(build.input("x", (rows, inner)), "fc", columns)), machine) <= most
