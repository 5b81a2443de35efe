"""A network with layers of several kinds, small machines on which they are cut, and its runs there."""

from dataclasses import dataclass
from functools import cache

from dlpsim.config import MachineConfig
from dlpsim.deploy.deployment import Deployment, deploy
from dlpsim.deploy.layer_table import LayerData, data
from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network
from dlpsim.simulation import Result, Simulation
from dlpsim.views.critical_path import CriticalPath
from tests.compiler.small import machine

MACHINES = {
    "one core": machine(nram=4096, wram=4096),
    "four cores": machine(nram=4096, wram=4096, shared=16384, cores=4),
    "two clusters": machine(nram=4096, wram=4096, shared=16384, cores=2, clusters=2),
}


@dataclass(frozen=True)
class Ran:
    """A network, as it ran on a machine."""

    config: MachineConfig
    deployment: Deployment
    layers: LayerData
    result: Result


def small_network() -> Network:
    """Return convolutions, a pooling between them, a fully connected layer, and a softmax."""
    net = Builder("small")
    x = net.input("image", (1, 3, 14, 14))
    x = net.relu(net.conv(x, "conv1", 24, 3, pad=1), "relu1")
    x = net.max_pool(x, "pool", 3, 2)
    x = net.conv(x, "conv2", 40, 3)
    x = net.gemm(net.flatten(x, "flat"), "fc", 20)
    return net.finish(net.add("Softmax", [x], "softmax", {"axis": -1}))


@cache
def ran(name: str) -> Ran:
    """Return the run of the network on one of the machines."""
    config = MACHINES[name]
    deployment = deploy(small_network(), config)
    path = CriticalPath(deployment.program, config)
    result = Simulation(deployment.program, config, [path]).run()
    return Ran(config, deployment, data(deployment, config, path.data()), result)
