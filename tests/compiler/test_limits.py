"""What is too large to be compiled is refused at once."""

import pytest

from dlpsim.compiler.compile import compile_network
from dlpsim.compiler.limits import MOST_STEPS, check_steps
from dlpsim.compiler.products.product import step_count
from dlpsim.compiler.tiling.wish import Wish
from dlpsim.machine_file import load_machine
from dlpsim.networks.load import load_network
from isa.errors import DlpsimError
from tests.compiler.small import machine

MACHINE = load_machine("dlp-s")


def refused(network: str, sizes: dict[str, int], wishes: dict[str, Wish] | None = None) -> tuple[str, ...]:
    with pytest.raises(DlpsimError) as raised:
        compile_network(load_network(network, sizes), MACHINE, wishes)
    return raised.value.messages


@pytest.mark.parametrize(
    ("network", "sizes", "count"),
    [("resnet18", {"image": 10**9 - 1}, 67), ("lstm", {"steps": 10**9 - 1}, 1), ("mlp", {"batch": 10**9 - 1}, 5)],
)
def test_layers_that_move_too_much(network: str, sizes: dict[str, int], count: int) -> None:
    messages = refused(network, sizes)
    assert len(messages) == count
    assert all("is too large for dlp-s: it moves " in message for message in messages)


def test_tiles_by_hand_that_are_too_many() -> None:
    assert refused("mlp", {}, {"fc1": Wish(rows=1, columns=1, made=1, channels=1)}) == (
        "layer 'fc1' is too large for dlp-s: with it there are 12,845,056 tiles, each of which is listed; at most "
        "500,000 are allowed\n    hint: a smaller network, larger memories, or larger tiles",
    )


def test_steps_are_counted_before_they_are_made() -> None:
    network = load_network("vgg16", {"image": 32, "width": 8, "hidden": 32})
    counts = [
        (len(plan.steps), step_count(taken.deal.shape, taken.deal.parts, taken.tiling))
        for plan in compile_network(network, machine(nram=6000, wram=4000)).plans
        if plan.choice and (taken := plan.choice.taken)
    ]
    assert len(counts) == 16
    assert max(steps for steps, _ in counts) > 4
    assert all(steps == counted for steps, counted in counts)


def test_as_many_steps_as_are_allowed() -> None:
    check_steps("x", MOST_STEPS, MACHINE)
    with pytest.raises(DlpsimError, match="with it there are 500,001 tiles"):
        check_steps("x", MOST_STEPS + 1, MACHINE)
