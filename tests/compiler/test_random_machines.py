"""Small networks on machines of any shape: what is compiled is right and finds no race; what is not says why."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlpsim.compiler.compile import compile_network
from dlpsim.config import ComputeConfig, DecoderConfig, MachineConfig, PortConfig
from dlpsim.machine_file import load_machine
from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network
from dlpsim.simulation import simulate
from isa.assembler import assemble
from isa.errors import DlpsimError
from isa.vocabulary import COMPUTE_TYPES, MEMORIES, Scope
from tests.compiler.comparison import assert_right

CHIPS = ((1, 1), (1, 2), (1, 4), (3, 1), (2, 2), (2, 3), (3, 5), (1, 16), (64, 1), (8, 8))
"""Clusters, and cores of each."""

SIZES = st.one_of(st.none(), st.integers(600, 100_000), st.integers(600, 16_000))
"""Bytes of memories on chip, many of which hold few tiles."""


@st.composite
def machines(draw: st.DrawFn) -> MachineConfig:
    """A machine whose paths are dealt to some ports; it may lack SharedRAM, a path, or a rate."""
    clusters, cores = draw(st.sampled_from(CHIPS))
    names = [name for name in MEMORIES if name != "SharedRAM" or draw(st.booleans())]
    paths = list(permutations(names, 2))
    if draw(st.integers(0, 5)) == 0:
        paths.remove(draw(st.sampled_from(paths)))
    hands: dict[int, list[tuple[str, str]]] = {}
    count = draw(st.integers(1, 3))
    for path in paths:
        hands.setdefault(draw(st.integers(0, count - 1)), []).append(path)
    rate = dict.fromkeys(COMPUTE_TYPES, draw(st.sampled_from((1, 7, 256, 4096))))
    if draw(st.integers(0, 5)) == 0:
        del rate[draw(st.sampled_from([kind for kind in rate if kind.endswith("_32")]))]
    return MachineConfig(
        name="random",
        clock_ghz=1.0,
        clusters=clusters,
        cores=cores,
        memories={name: None if name == "DRAM" else draw(SIZES) for name in names},
        ports=tuple(draw(ports(f"port{number}", tuple(hand))) for number, hand in sorted(hands.items())),
        decoder=DecoderConfig(draw(st.sampled_from((0, 0, 2))), draw(st.sampled_from((1, 2, 64)))),
        compute=ComputeConfig(draw(st.sampled_from((0, 0, 9))), draw(st.sampled_from((0, 0, 40))), rate),
    )


@st.composite
def ports(draw: st.DrawFn, name: str, paths: tuple[tuple[str, str], ...]) -> PortConfig:
    """A port that carries `paths`."""
    return PortConfig(
        name=name,
        scope=draw(st.sampled_from(Scope)),
        beat_bytes=draw(st.sampled_from((1, 3, 16, 64, 128, 256))),
        beat_cycles=draw(st.sampled_from((1, 1, 5))),
        setup=draw(st.sampled_from((0, 0, 20))),
        latency=draw(st.sampled_from((0, 0, 100))),
        paths=paths,
    )


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Two or three layers, of the kinds that are dealt out differently, on a small batch."""
    net = Builder("any")
    images, channels = draw(st.sampled_from((1, 1, 2, 4))), draw(st.sampled_from((3, 8, 20)))
    x = net.input("x", (images, channels, draw(st.sampled_from((1, 5, 9))), draw(st.sampled_from((4, 7)))))
    for number in range(draw(st.integers(1, 2))):
        kind = draw(st.sampled_from(("dense", "dense", "depthwise", "pointwise", "grouped")))
        x = _layer(net, f"layer{number}", x, kind)
    end = draw(st.sampled_from(("sum", "pool", "softmax", "fc")))
    if end == "sum":
        return net.finish(net.add("Add", [net.relu(x, "relu"), x], "sum"))
    if end == "pool":
        return net.finish(net.add("MaxPool", [x], "pool", {"kernel_shape": (3, 3), "pads": (1, 1, 1, 1)}))
    if end == "softmax":
        return net.finish(net.add("Softmax", [x], "softmax", {"axis": 1}))
    return net.finish(net.gemm(net.flatten(x, "flat"), "fc", 10))


def _layer(net: Builder, name: str, x: str, kind: str) -> str:
    channels = net.shape(x)[1]
    if kind == "depthwise":
        return net.conv(x, name, channels, 3, pad=1, group=channels)
    if kind == "grouped":
        return net.conv(x, name, 2 * channels, 3, pad=1, group=2 if channels % 2 == 0 else 1)
    return net.conv(x, name, 12, 1 if kind == "pointwise" else 3, pad=0 if kind == "pointwise" else 1)


@settings(max_examples=30, deadline=None)
@given(networks(), machines())
def test_any_machine(network: Network, on: MachineConfig) -> None:
    try:
        compile_network(network, on)
    except DlpsimError as error:
        for message in error.messages:
            is_told = "too many" in message or " has no " in message or "in one piece" in message
            assert is_told, message
            assert "layer '" in message
        return
    compiled = assert_right(network, on)
    assert simulate(assemble(compiled.text, on.target, network.name), on).cycles > 0


@pytest.mark.parametrize("chip", [(1, 2), (1, 4), (2, 4), (4, 4), (1, 16)])
def test_more_cores_take_no_longer(chip: tuple[int, int]) -> None:
    """A layer with much work: no number of cores is worse than one, nor far from its share of the work."""
    net = Builder("large")
    network = net.finish(net.conv(net.input("x", (2, 64, 30, 30)), "conv", 64, 3, pad=1))
    base = load_machine("dlp-m")
    cycles = {}
    for clusters, cores in ((1, 1), chip):
        on = replace(base, clusters=clusters, cores=cores)
        compiled = compile_network(network, on)
        cycles[clusters * cores] = simulate(assemble(compiled.text, on.target, network.name), on).cycles
    one, many = cycles[1], cycles[chip[0] * chip[1]]
    assert many < 1.25 * one / (chip[0] * chip[1]) + 5000
