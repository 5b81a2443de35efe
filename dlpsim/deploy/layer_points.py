"""A compiled network and its layers as points under the roofs of a machine."""

from collections.abc import Iterator
from dataclasses import replace

from dlpsim.config import MachineConfig
from dlpsim.deploy.deployment import Deployment
from dlpsim.deploy.layer_table import layer_paths
from dlpsim.deploy.layer_work import layer_work
from dlpsim.views.path import PathData
from dlpsim.views.roofline import Point, point


def layer_points(deployment: Deployment, config: MachineConfig, path: PathData) -> Iterator[Point]:
    """Yield the points of the layers, each with its part of the run's critical path `path`."""
    paths = layer_paths(deployment, path)
    for index, (plan, work) in enumerate(zip(deployment.compiled.plans, layer_work(deployment), strict=True)):
        cycles = paths[index].total()
        if plan.steps and cycles:
            found = point(plan.name, config, work.ops, work.bytes, cycles)
            yield replace(found, part_of=deployment.network.name, part=cycles / path.cycles)
