"""Machines without a path, a rate or room that layers need: all of that is told at once."""

from dataclasses import replace

import pytest

from dlpsim.compiler.compile import compile_network
from dlpsim.config import MachineConfig
from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network
from isa.errors import DlpsimError
from tests.compiler.comparison import assert_right, single
from tests.compiler.small import machine

ONE = machine(nram=4096, wram=4096)
FOUR = machine(nram=4096, wram=4096, shared=65536, cores=4)


def network() -> Network:
    """Return products, a softmax and a pooling."""
    net = Builder("mixed")
    x = net.conv(net.input("x", (1, 4, 6, 6)), "conv", 8, 3, pad=1)
    x = net.flatten(net.max_pool(x, "pool", 2, 2), "flat")
    return net.finish(net.add("Softmax", [net.gemm(x, "fc", 5)], "softmax", {"axis": 1}))


def without(config: MachineConfig, *paths: tuple[str, str]) -> MachineConfig:
    """Return a machine without some paths."""
    ports = (replace(port, paths=tuple(path for path in port.paths if path not in paths)) for port in config.ports)
    return replace(config, ports=tuple(ports))


def slow(config: MachineConfig, *types: str) -> MachineConfig:
    """Return a machine without rates for some types."""
    rate = {kind: rate for kind, rate in config.compute.rate.items() if kind not in types}
    return replace(config, compute=replace(config.compute, rate=rate))


def messages(net: Network, config: MachineConfig) -> tuple[str, ...]:
    """Return why a network is refused."""
    with pytest.raises(DlpsimError) as raised:
        compile_network(net, config)
    return raised.value.messages


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (slow(ONE, "MAC_32"), ["rate for MAC_32: layer 'conv' (Conv) and 1 more need it"]),
        (
            slow(ONE, "EXP_32", "MAX_32"),
            [
                "rate for MAX_32: layer 'conv' (Conv) and 1 more need it",
                "rate for EXP_32: layer 'softmax' (Softmax) needs it",
            ],
        ),
        (without(ONE, ("DRAM", "WRAM")), ["path DRAM->WRAM: layer 'conv' (Conv) and 1 more need it"]),
        (
            without(slow(FOUR, "ADD_32"), ("NRAM", "DRAM"), ("DRAM", "NRAM")),
            [
                "path DRAM->NRAM: layer 'conv' (Conv) and 3 more need it",
                "path NRAM->DRAM: layer 'conv' (Conv) and 3 more need it",
                "rate for ADD_32: layer 'conv' (Conv) and 1 more need it",
            ],
        ),
    ],
)
def test_what_a_machine_lacks(config: MachineConfig, expected: list[str]) -> None:
    assert messages(network(), config) == tuple(f"small has no {one}" for one in expected)


def test_what_no_layer_needs_may_be_missing() -> None:
    assert_right(single("Relu", {"x": (3, 5)}), slow(without(ONE, ("DRAM", "WRAM")), "MAC_32", "EXP_32"))
    assert_right(network(), without(FOUR, ("DRAM", "SharedRAM")))


def test_memories_without_limit_are_used_from_their_beginning() -> None:
    """Else cores would need more of the host's memory than it has."""
    assert_right(network(), replace(FOUR, memories=dict.fromkeys(FOUR.memories)))


@pytest.mark.parametrize(
    ("net", "config", "expected"),
    [
        (
            single("MatMul", {"a": (3, 4), "b": (4, 5)}),
            machine(nram=128, wram=64),
            "layer 'y' (MatMul) does not fit on small: it needs 256 bytes of NRAM, which has 128: 128 too many "
            "and it needs 128 bytes of WRAM, which has 64: 64 too many",
        ),
        (
            single("Concat", {"a": (3, 4), "b": (3, 5)}, {"axis": 1}),
            machine(nram=128, wram=64),
            "layer 'y' (Concat) does not fit on small: it needs 256 bytes of NRAM, which has 128: 128 too many",
        ),
        (
            single("HardSwish", {"a": (3, 4)}),
            machine(nram=4096, wram=32),
            "layer 'y' (HardSwish) does not fit on small: it needs 64 bytes of WRAM, which has 32: 32 too many",
        ),
    ],
)
def test_what_is_too_large_and_by_how_much(net: Network, config: MachineConfig, expected: str) -> None:
    assert messages(net, config) == (expected,)
