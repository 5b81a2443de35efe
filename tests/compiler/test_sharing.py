"""What the cores of a cluster share comes via its SharedRAM, if that has room for it and is fast enough."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpsim.compiler.compile import Compiled, compile_network
from dlpsim.compiler.tiling.sharing import clusters_of
from dlpsim.compiler.tiling.wish import Wish
from dlpsim.config import MachineConfig
from dlpsim.deploy.traffic import Reason, traffic
from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network
from isa.errors import DlpsimError
from isa.vocabulary import Scope
from tests.compiler.comparison import assert_right
from tests.compiler.small import machine

FOUR = machine(nram=16384, wram=8192, shared=65536, cores=4)


def network() -> Network:
    """Return two layers whose output channels are dealt out."""
    net = Builder("two")
    x = net.relu(net.conv(net.input("x", (1, 16, 6, 6)), "first", 64, 3, pad=1), "relu")
    return net.finish(net.conv(x, "second", 64, 3, pad=1))


def rows() -> Network:
    """Return a layer of many rows and few channels: its rows are dealt out, so that all cores need all weights."""
    net = Builder("rows")
    return net.finish(net.conv(net.input("x", (1, 8, 64, 16)), "conv", 8, 3, pad=1))


def slower(config: MachineConfig, macs: int) -> MachineConfig:
    """Return a machine whose cores do so many MACs a cycle: the fewer, the more of them are worth their loads."""
    return replace(config, compute=replace(config.compute, rate={**config.compute.rate, "MAC_32": macs}))


def test_weights_come_once_for_each_cluster() -> None:
    config = slower(replace(FOUR, clusters=2, cores=3), 16)
    compiled = assert_right(rows(), config)
    (choice,) = (plan.choice for plan in compiled.plans if plan.choice)
    assert (choice.taken.deal.by, choice.taken.via_shared) == ("rows", ("weights",))
    (weights,) = (constant for name, constant in compiled.constants.items() if name == "conv_w")
    assert weights.elements == 8 * (8 * 9 + 1)
    found = traffic(compiled.plans[0], config).dram
    assert {one.tensor: one.bytes for one in found.rereads if one.reason is Reason.CORES} == {
        "conv_w": 4 * weights.elements
    }


def test_clusters_that_only_load_the_same_again_have_nothing_to_do() -> None:
    """A layer that waits for its weights is as fast on one cluster; one that computes long needs both."""
    config = replace(FOUR, clusters=2, cores=2)
    for macs, busy in ((4096, 2), (16, 4)):
        compiled = assert_right(network(), slower(config, macs))
        assert [plan.choice.taken.deal.busy for plan in compiled.plans if plan.choice] == [busy, busy]


@given(st.lists(st.sampled_from((None, "a", "b", "c")), min_size=12, max_size=12), st.sampled_from((2, 3, 4, 12)))
def test_who_shares_what(needed: list[str | None], cores: int) -> None:
    """Each core takes what it needs; all parts of everything are brought once in each cluster that needs it."""
    found = clusters_of(needed, cores)
    brought = set()
    for core, seat in enumerate(found.seats):
        cluster = range(core // cores * cores, core // cores * cores + cores)
        if seat is None:
            assert not any(needed[other] for other in cluster)
            continue
        assert needed[core] in (None, needed[seat.like])
        assert seat.like in cluster
        assert seat.index < found.parts
        brought.add((cluster.start, needed[seat.like], seat.index, seat.rank, seat.holders))
    things = {(cluster, thing, index, holders) for cluster, thing, index, _, holders in brought}
    assert len(things) == found.copies
    assert len(brought) == sum(holders for *_, holders in things) == sum(seat is not None for seat in found.seats)


def is_shared(compiled: Compiled) -> bool:
    return "SharedRAM" in compiled.text


def with_shared(size: int | None) -> MachineConfig:
    return replace(FOUR, memories={**FOUR.memories, "SharedRAM": size})


def with_port(scope: Scope, beat_bytes: int, *names: str) -> MachineConfig:
    """Return a machine whose SharedRAM has such a port, or where all of these ports are one."""
    names = names or ("shared",)
    paths = tuple(path for port in FOUR.ports if port.name in names for path in port.paths)
    one = next(
        replace(port, scope=scope, beat_bytes=beat_bytes, paths=paths) for port in FOUR.ports if port.name in names
    )
    return replace(FOUR, ports=(*(port for port in FOUR.ports if port.name not in names), one))


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (FOUR, True),
        (with_shared(None), True),
        (with_shared(9000), True),
        (with_shared(1000), False),
        (with_shared(32), False),
        (with_port(Scope.CORE, 1), False),
        (with_port(Scope.CLUSTER, 8), False),
        (with_port(Scope.CHIP, 64, "dram", "shared"), False),
    ],
)
def test_tiles_are_shared_where_that_is_good(config: MachineConfig, expected: bool) -> None:
    assert is_shared(assert_right(network(), config)) == expected


def test_what_is_set_by_hand_is_shared_if_it_has_room() -> None:
    wishes = {"second": Wish(rows=6, channels=64, dealt_by="output channels")}
    config = replace(with_shared(9216), memories={**FOUR.memories, "NRAM": 40000, "WRAM": 80000, "SharedRAM": 9216})
    assert is_shared(compile_network(network(), config, wishes))
    smaller = replace(config, memories={**config.memories, "SharedRAM": 4096})
    assert not is_shared(compile_network(network(), smaller, {**wishes, "first": Wish(dealt_by="rows")}))
    with pytest.raises(DlpsimError) as raised:
        compile_network(network(), replace(FOUR, memories={**FOUR.memories, "NRAM": 8192}), wishes)
    assert "the tiling that is set: it needs " in raised.value.messages[0]
