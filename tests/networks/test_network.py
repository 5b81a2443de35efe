import pytest

from dlpsim.networks.load import load_network
from dlpsim.networks.lowering.lower import lowered
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node
from dlpsim.networks.value import Value
from dlpsim.networks.weight import Filled, Weight
from isa.errors import DlpsimError


def network(*nodes: Node, outputs: tuple[str, ...] = ("y",), values: tuple[str, ...] = ("x", "y")) -> Network:
    return Network(
        name="net",
        inputs=("x",),
        outputs=outputs,
        nodes=nodes,
        values={name: Value(name, (2,)) for name in values},
        weights={"w": Weight((2,), Filled(1.0))},
    )


RELU = Node("relu", "Relu", ("x",), ("y",))


def test_who_makes_and_takes_what() -> None:
    add = Node("add", "Add", ("y", "y"), ("z",))
    net = network(RELU, add, outputs=("z",), values=("x", "y", "z"))
    assert dict(net.producers) == {"y": RELU, "z": add}
    assert net.consumers["x"] == (RELU,)
    assert net.consumers["y"] == (add,)
    assert net.operands(add) == (Value("y", (2,)), Value("y", (2,)))
    assert str(net.operand("w")) == "w: 2 f32"


@pytest.mark.parametrize(
    ("nodes", "changes", "messages"),
    [
        ((RELU, RELU), {}, ["2 nodes have the name 'relu'", "node 'relu' (Relu) makes 'y', which is there already"]),
        (
            (Node("a", "Relu", ("q",), ("y",)),),
            {},
            ["node 'a' (Relu) takes 'q', which nothing before it makes"],
        ),
        ((RELU,), {"outputs": ("z",)}, ["output 'z' is made by nothing"]),
        ((RELU,), {"values": ("x",)}, ["value 'y' has no shape"]),
        ((RELU,), {"values": ("x", "y", "z")}, ["value 'z' is made by nothing"]),
        ((RELU,), {"values": ("x", "y", "w")}, ["'w' is a value and a weight"]),
    ],
)
def test_what_is_no_network(nodes: tuple[Node, ...], changes: dict[str, tuple[str, ...]], messages: list[str]) -> None:
    with pytest.raises(DlpsimError) as caught:
        network(*nodes, **changes)
    assert list(caught.value.messages) == [f"net: {message}" for message in messages]


def test_so_many_nodes_that_they_are_a_mistake() -> None:
    for name, sizes in (("bert-base", {"layers": 10**9 - 1}), ("lstm", {"steps": 200_000, "features": 1, "hidden": 1})):
        with pytest.raises(DlpsimError, match="the network has more than 100,000 nodes, which is too many"):
            lowered(load_network(name, sizes))
