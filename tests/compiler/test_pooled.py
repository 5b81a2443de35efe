"""Products that take a pooling with them compute what both do apart, whatever they are cut into."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlpsim.compiler.compile import compile_network
from dlpsim.compiler.tiling.wish import Wish
from dlpsim.config import MachineConfig
from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network
from dlpsim.simulation import simulate
from isa.assembler import assemble
from isa.errors import DlpsimError
from tests.compiler.comparison import assert_right
from tests.compiler.small import machine
from tests.compiler.test_product import cases, layers_of, machines


@st.composite
def poolings(draw: st.DrawFn, height: int, width: int) -> tuple[str, dict[str, Any]]:
    """Draw a pooling of an image, with windows that may overlap, leave gaps, and reach beyond it."""
    op = draw(st.sampled_from(("MaxPool", "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool")))
    if op.startswith("Global"):
        return op, {}
    kernel = draw(st.integers(1, min(3, height))), draw(st.integers(1, min(3, width)))
    strides = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    assume((*kernel, *strides) != (1, 1, 1, 1))  # that changes nothing and goes away
    attributes: dict[str, Any] = {"kernel_shape": kernel, "strides": strides}
    if op == "MaxPool":
        attributes["pads"] = tuple(draw(st.integers(0, size - 1)) for size in (*kernel, *kernel))
        attributes["ceil_mode"] = draw(st.integers(0, 1))
    return op, attributes


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Draw a convolution, a pooling of its result, and perhaps an operation on each element of that."""
    net = Builder("pooled")
    y = layers_of(draw(cases()), net)
    op, attributes = draw(poolings(*net.shape(y)[2:]))
    y = net.add(op, [y], "pool", attributes)
    after = draw(st.sampled_from(("", "Relu", "Clip")))
    if after:
        y = net.add(after, [y], "after", {"min": -0.3, "max": 0.6} if after == "Clip" else None)
    return net.finish(y)


@settings(max_examples=80, deadline=None)
@given(networks(), machines(), st.sampled_from((None, False, True)))
def test_what_is_pooled_in_the_same_tiles(network: Network, config: MachineConfig, keeps_rows: bool | None) -> None:
    """Agrees with onnxruntime, and `check` finds nothing, whether rows that windows share are kept or not."""
    try:
        compiled = assert_right(network, config, wishes={"second": Wish(pooled=True, keeps_rows=keeps_rows)})
    except DlpsimError as error:
        cannot = "does not fit" in str(error) or "cannot keep rows" in str(error)
        assert cannot or "Global" in network.producers["pool"].op  # which is cut up before
        assume(False)
    (plan,) = [plan for plan in compiled.plans if plan.name == "second"]
    assert "Pool" in plan.op
    assert "second" not in compiled.activations


@pytest.mark.parametrize(("cores", "clusters"), [(1, 1), (4, 1), (2, 2)])
def test_which_way_is_better_is_decided_by_cycles(cores: int, clusters: int) -> None:
    """Windows of 2 x 2 side by side cost nothing where they are; those of 3 x 3 that overlap by 2 compute all again."""
    net = Builder("both")
    x = net.relu(net.conv(net.input("image", (1, 8, 24, 24)), "near", 32, 3, pad=1), "relu")
    x = net.max_pool(x, "side_by_side", 2, 2)
    x = net.relu(net.conv(x, "far", 32, 3, pad=1), "relu2")
    network = net.finish(net.max_pool(x, "overlapping", 3, 1, pad=1))
    config = machine(nram=8192, wram=32768, shared=32768 if cores > 1 else 0, cores=cores, clusters=clusters)
    compiled = assert_right(network, config)
    assert [plan.op for plan in compiled.plans] == ["Conv+Relu+MaxPool", "Conv+Relu", "MaxPool"]


def test_averages_whose_windows_see_more_or_less_stay_apart() -> None:
    net = Builder("average")
    x = net.conv(net.input("image", (1, 4, 9, 9)), "conv", 8, 3)
    uneven = {"kernel_shape": (3, 3), "strides": (2, 2), "pads": (1, 1, 1, 1)}
    network = net.finish(net.add("AveragePool", [x], "pool", uneven))
    compiled = assert_right(network, machine(nram=8192, wram=8192))
    assert [plan.op for plan in compiled.plans] == ["Conv", "AveragePool"]


def test_a_result_that_others_need_is_not_pooled_away() -> None:
    net = Builder("skip")
    x = net.conv(net.input("image", (1, 4, 8, 8)), "conv", 8, 3, pad=1)
    pooled = net.max_pool(x, "pool", 2, 2)
    network = net.finish(pooled, net.relu(x, "other"))
    compiled = assert_right(network, machine(nram=8192, wram=8192))
    assert [plan.op for plan in compiled.plans] == ["Conv", "MaxPool", "Relu"]


def test_what_a_user_sets() -> None:
    """Rows and columns of a tile are those of the pooling, if there is one in it."""
    net = Builder("set")
    x = net.conv(net.input("image", (1, 3, 20, 20)), "conv", 8, 3)
    network = net.finish(net.max_pool(x, "pool", 3, 2))
    config = machine(nram=16384, wram=8192)
    tiled = assert_right(network, config, wishes={"conv": Wish(rows=2, columns=4, made=8, channels=3, pooled=True)})
    assert tiled.plans[0].note.startswith("tiles of 2 x 4 pixels of pool, 8 of 8 output channels")
    apart = assert_right(network, config, wishes={"conv": Wish(pooled=False)})
    assert [plan.op for plan in apart.plans] == ["Conv", "MaxPool"]


def problem(network: Network, wish: Wish) -> str:
    """Return what is said where something cannot be set for layer `conv`."""
    with pytest.raises(DlpsimError) as raised:
        compile_network(network, machine(nram=16384, wram=8192), {"conv": wish})
    return str(raised.value)


def test_what_cannot_be_set() -> None:
    net = Builder("alone")
    network = net.finish(net.conv(net.input("image", (1, 3, 8, 8)), "conv", 8, 3))
    assert problem(network, Wish(pooled=True)) == (
        "layer 'conv' is set to take a pooling with it, but none follows that it can take"
    )
    assert problem(network, Wish(keeps_rows=True)) == (
        "layer 'conv' cannot keep rows that windows share: it has no pooling whose windows overlap, or its rows are "
        "dealt out"
    )


def test_rows_that_cannot_be_kept() -> None:
    net = Builder("overlapping")
    x = net.conv(net.input("image", (1, 3, 20, 20)), "conv", 8, 3)
    network = net.finish(net.max_pool(x, "pool", 3, 1))
    assert problem(network, Wish(rows=1, columns=4, pooled=True, keeps_rows=True)) == (
        "layer 'conv' cannot keep rows that windows share in tiles of 1 rows: each tile must compute more rows than it "
        "keeps, and the weights must stay"
    )


@pytest.mark.parametrize("cores", [1, 4])
@pytest.mark.parametrize("columns", [3, 8])
def test_rows_that_are_kept_are_not_computed_again(cores: int, columns: int) -> None:
    """The work of tiles of 2 rows is that of the product, rather than 5 of 4 rows; of columns what overlaps is more."""
    net = Builder("overlapping")
    x = net.relu(net.conv(net.input("image", (2, 3, 19, 19)), "conv", 8, 3), "relu")
    network = net.finish(net.max_pool(x, "pool", 3, 2))
    config = machine(nram=16384, wram=8192, shared=16384, cores=cores)
    wish = Wish(rows=2, columns=columns, pooled=True)
    work = {}
    for keeps_rows in (True, False):
        compiled = assert_right(network, config, wishes={"conv": replace(wish, keeps_rows=keeps_rows)})
        program = assemble(compiled.text, config.target, "overlapping")
        work[keeps_rows] = simulate(program, config).ops["MAC_32"]
    across = {3: 7 + 7 + 5, 8: 17}[columns]
    assert work == {True: 2 * 17 * across * 8 * 27, False: 2 * 20 * across * 8 * 27}


def _normalized(net: Builder, x: str) -> str:
    return net.add("LRN", [net.relu(x, "relu")], "norm", {"size": 3, "alpha": 0.3, "beta": 0.75, "bias": 1.5})


def _scaled(net: Builder, x: str) -> str:
    """Scale and shift channels, the scale spelled in one way and the shift in another."""
    scale, shift = net.normal("scale", (6,), 1), net.normal("shift", (6,), 1)
    return net.relu(net.add("ScaleShift", [x, scale, shift], "scaled"), "relu")


def _summed(net: Builder, x: str) -> str:
    both = net.add("Add", [x, net.input("other", net.shape(x))], "both")
    return net.add("Mul", [both, net.normal("factors", (6, 1, 1), 1)], "weighted")


@pytest.mark.parametrize("cores", [(1, 1), (3, 1), (2, 2)], ids=str)
@pytest.mark.parametrize("op", ["MaxPool", "AveragePool"])
@pytest.mark.parametrize(
    ("before", "op_of_layer"), [(_normalized, "Relu+LRN"), (_scaled, "ScaleShift+Relu"), (_summed, "Add+Mul")]
)
def test_what_is_computed_before_a_pooling(
    before: Callable[[Builder, str], str], op_of_layer: str, op: str, cores: tuple[int, int]
) -> None:
    """It is computed in the same tiles, also where windows overlap or reach beyond the image."""
    net = Builder("before")
    y = before(net, net.input("image", (2, 6, 13, 11)))
    settings_of_pool = {"kernel_shape": (3, 2), "strides": (2, 2), "pads": (1, 0, 1, 1)}
    network = net.finish(net.add(op, [y], "pool", settings_of_pool))
    config = machine(nram=4096, wram=4096, shared=4096, cores=cores[0], clusters=cores[1])
    compiled = assert_right(network, config)
    assert [plan.op for plan in compiled.plans] == [f"{op_of_layer}+{op}"]


def test_what_does_not_fit_before_a_pooling_stays_apart() -> None:
    """All channels of a window are too many; those of a pixel are not."""
    net = Builder("wide")
    y = _normalized(net, net.input("image", (1, 200, 6, 6)))
    network = net.finish(net.max_pool(y, "pool", 3, 2))
    compiled = assert_right(network, machine(nram=8192, wram=4096))
    assert [plan.op for plan in compiled.plans] == ["Relu+LRN", "MaxPool"]
