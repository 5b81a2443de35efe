"""What layers move again, and why: by hand for tilings set by hand, and byte by byte from the program."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from dlpsim.compiler.tiling.wish import Wish
from dlpsim.config import MachineConfig
from dlpsim.deploy.deployment import Deployment, deploy
from dlpsim.deploy.layer_work import layers_of_lines
from dlpsim.deploy.traffic import Crossing, Reason, traffic
from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network
from isa.program import Code, EndLoop, Loop, Move
from tests.compiler.small import machine
from tests.deploy.small_network import MACHINES, Ran, ran

ROW = 10 * 4 * 4
"""Bytes of a row of the image: 10 pixels of 4 channels."""
INPUT = 10 * ROW
WEIGHTS = 8 * (4 * 9 + 1) * 4
OUTPUT = 8 * 8 * 8 * 4


def convolution() -> Network:
    """Return one that makes 8 rows of the 10 of an image."""
    net = Builder("one")
    return net.finish(net.conv(net.input("image", (1, 4, 10, 10)), "conv", 8, 3))


@pytest.mark.parametrize(
    ("wish", "again"),
    [
        (Wish(weights_stay=True), {}),
        (Wish(rows=4), {("image", Reason.HALO): 2 * ROW}),
        (Wish(made=4), {("image", Reason.BLOCKS): 0}),
        (Wish(rows=4, made=4), {("image", Reason.HALO): 2 * ROW, ("image", Reason.BLOCKS): INPUT + 2 * ROW}),
        (
            Wish(rows=4, made=4, weights_stay=False),
            {("image", Reason.HALO): 2 * ROW, ("conv_w", Reason.TILES): WEIGHTS},
        ),
    ],
    ids=str,
)
def test_reasons_follow_from_the_tiling(wish: Wish, again: dict[tuple[str, Reason], int]) -> None:
    config = machine(nram=32768, wram=32768)
    deployment = deploy(convolution(), config, {"conv": wish})
    (plan,) = deployment.compiled.plans
    found = traffic(plan, config).dram
    assert {(one.tensor, one.reason): one.bytes for one in found.rereads} == {key: n for key, n in again.items() if n}
    assert found.touched == INPUT + WEIGHTS + OUTPUT


@pytest.mark.parametrize("config", MACHINES.values(), ids=MACHINES)
def test_parts_of_a_tensor_that_are_read_and_written_are_no_copies(config: MachineConfig) -> None:
    """A pooling writes its result beside its operand, where both are joined."""
    net = Builder("beside")
    x = net.relu(net.conv(net.input("image", (1, 3, 6, 6)), "conv", 16, 1), "relu")
    joined = net.add("Concat", [x, net.max_pool(x, "pool", 3, 1, 1)], "joined", {"axis": 1})
    deployment = deploy(net.finish(net.conv(joined, "last", 8, 1)), config)
    (pool,) = (plan for plan in deployment.compiled.plans if plan.name == "pool")
    assert len({deployment.compiled.activations[name].tensor for name in (x, "pool")}) == 1
    found = traffic(pool, config).dram
    assert found.touched == 2 * 16 * 36 * 4
    assert Reason.LAYOUT not in {one.reason for one in found.rereads}


@pytest.mark.parametrize("config", MACHINES.values(), ids=MACHINES)
def test_what_is_copied_into_another_layout_first_is_told(config: MachineConfig) -> None:
    net = Builder("turned")
    turned = net.add("Transpose", [net.input("x", (24, 40))], "turned", {"perm": (1, 0)})
    deployment = deploy(net.finish(net.add("Add", [turned, net.input("z", (40, 24))], "y")), config)
    (plan,) = (plan for plan in deployment.compiled.plans if plan.steps)
    found = traffic(plan, config).dram
    assert [(one.reason, one.bytes) for one in found.rereads] == [(Reason.LAYOUT, 2 * 24 * 40 * 4)]
    assert found.touched == 3 * 24 * 40 * 4


@pytest.fixture(params=list(MACHINES))
def found(request: pytest.FixtureRequest) -> Ran:
    return ran(request.param)


def test_touched_bytes_are_those_of_the_program(found: Ran) -> None:
    """Execute every move of the program, and note each byte of DRAM that it reads or writes."""
    times = _bytes_of_dram(found.deployment)
    for index, plan in enumerate(found.deployment.compiled.plans):
        if plan.steps:
            crossing: Crossing = traffic(plan, found.config).dram
            assert crossing.touched == len(times[index])
            assert crossing.bytes == times[index].total()


def _bytes_of_dram(deployment: Deployment) -> dict[int, Counter[int]]:
    layers = layers_of_lines(deployment.compiled)
    found: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for code in deployment.program.cores:
        for move, counters in _moves(code):
            transfer = move.transfer
            assert transfer is not None
            is_load = move.src == "DRAM"
            if is_load or move.dst == "DRAM":
                begin = (transfer.src if is_load else transfer.dst).at(counters)
                stride = transfer.src_stride if is_load else transfer.dst_stride
                for row in range(transfer.rows):
                    first = begin + row * stride
                    found[layers[move.line - 1]].update(range(first, first + move.size))
    return found


def _moves(code: Code, begin: int = 0, counters: tuple[int, ...] = ()) -> Iterator[tuple[Move, tuple[int, ...]]]:
    """Yield the moves of a loop's body, or of all the code, as they are executed, each with the counters around it."""
    place = begin
    while place < len(code) and not isinstance(code[place], EndLoop):
        instruction = code[place]
        if isinstance(instruction, Loop):
            for number in range(instruction.count):
                yield from _moves(code, place + 1, (*counters, number))
            place = instruction.end
        elif isinstance(instruction, Move):
            yield instruction, counters
        place += 1
