"""How good compiled programs are: the cycles of each built-in network, against the floor that its layers have."""

from collections.abc import Iterator

from benchmarks.figure import Aim, Figure

MOST = {"dlp-s": 3.0, "dlp-m": 6.0}
"""Aimed at, in percent above the floor, for the networks in `HELD`."""

HELD = ("alexnet", "vgg19", "resnet152")

SMALL = "mlp"
"""What is compiled to see that it works."""


def programs(*, only_small: bool = False) -> Iterator[Figure]:
    """Yield by how much each network is above its floor on each machine: nothing is random, so once is enough.

    The floor is the sum over the layers of the larger of MACs ÷ MAC rate and compulsory bytes ÷ DRAM bandwidth.
    """
    from dlpsim.networks.zoo.table import BUILT_IN  # noqa: PLC0415

    for machine, most in MOST.items():
        for name in (SMALL,) if only_small else BUILT_IN:
            aim = (Aim.AT_MOST, most) if name in HELD else None
            yield Figure.of(f"{name} on {machine}, cycles above the floor", "%", [above_floor(name, machine)], aim)


def above_floor(name: str, machine: str) -> float:
    """Compile a network, run it, and return by how much its cycles are above the floor, in percent of that."""
    from dlpsim.deploy.deployment import deploy  # noqa: PLC0415
    from dlpsim.deploy.layer_table import layer_floor  # noqa: PLC0415
    from dlpsim.machine_file import load_machine  # noqa: PLC0415
    from dlpsim.networks.load import load_network  # noqa: PLC0415
    from dlpsim.simulation import simulate  # noqa: PLC0415

    config = load_machine(machine)
    deployment = deploy(load_network(name), config)
    floor = sum(layer_floor(plan, config) for plan in deployment.compiled.plans)
    return 100 * (simulate(deployment.program, config).cycles / floor - 1)
