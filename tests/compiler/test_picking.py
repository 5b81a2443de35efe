"""Slices that constant indices name, and elements that are repeated."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlpsim.compiler.compile import Compiled
from dlpsim.compiler.plan import LayerPlan
from dlpsim.config import MachineConfig
from dlpsim.deploy.traffic import traffic
from dlpsim.networks.builder import Builder
from dlpsim.networks.draft import Draft
from dlpsim.networks.network import Network
from dlpsim.networks.value import Value
from tests.compiler.comparison import assert_right
from tests.compiler.small import machine

ONE = machine(nram=4096, wram=4096)
SIX = machine(nram=4096, wram=8192, shared=40_000, clusters=2, cores=3)
TINY = machine(nram=512, wram=4096)
"""Has no room for the table, so that slices are copied in DRAM."""

Places = Sequence[int] | Sequence[Sequence[int]]


def chosen(shape: tuple[int, ...], axis: int, places: Places) -> Network:
    """Return a network that rectifies, chooses, and rectifies."""
    draft = Draft({"x": Value("x", shape)})
    draft.hold("places", np.array(places))
    table = draft.step("Relu", ["x"], "table")
    draft.add("Gather", [table, "places"], ["rows"], "rows", {"axis": axis})
    draft.add("Sigmoid", ["rows"], ["y"], "y")
    return draft.network("constant", ["x"], ["rows", "y"])


@pytest.mark.parametrize("on", [ONE, SIX, TINY])
@pytest.mark.parametrize(
    "places",
    [[0, 0, 1, 1, 2, 2], [5, 3, 3, 0], [0, 2, 4, 1, 3, 5], [[0, 1, 2], [1, 2, 3], [2, 3, 4]], [[-1], [2]], [4, 4, 4]],
)
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_slices_are_copied_in_any_order(on: MachineConfig, places: Places, axis: int) -> None:
    assert_right(chosen((6, 7, 6), axis, places), on)


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_random_choices(data: st.DataObject) -> None:
    shape = tuple(data.draw(st.lists(st.integers(1, 7), min_size=1, max_size=4), "shape"))
    axis = data.draw(st.integers(0, len(shape) - 1), "axis")
    index = st.integers(-shape[axis], shape[axis] - 1)
    rows = data.draw(st.lists(st.lists(index, min_size=2, max_size=2), min_size=1, max_size=5), "rows")
    places = rows if data.draw(st.booleans(), "has two axes") else [place for row in rows for place in row]
    on = data.draw(st.sampled_from([ONE, SIX, TINY]), "machine")
    assert_right(chosen(shape, axis, places), on)


@pytest.mark.parametrize("places", [[0, 0, 1, 2, 2, 3, 4, 4, 5], [0, 2, 1, 3, 5, 4]])
@pytest.mark.parametrize("axis", [2, 3])
def test_chosen_pixels_cross_once(axis: int, places: Sequence[int]) -> None:
    """An image that lies pixel by pixel is chosen from so that the result does, too."""
    net = Builder("image")
    x = net.conv(net.input("x", (1, 3, 6, 6)), "before", 16, 3, pad=1)
    before = net.finish(x)
    draft = Draft(dict(before.values), dict(before.weights), list(before.nodes))
    draft.hold("places", np.array(places))
    draft.add("Gather", [x, "places"], ["rows"], "rows", {"axis": axis})
    weight = draft.hold("w", np.ones((4, 16, 1, 1), np.float32))
    draft.add("Conv", ["rows", weight], ["y"], "y")
    compiled = assert_right(draft.network("image", ["x"], ["rows", "y"]), ONE)
    assert _moved_again(compiled, "rows") == 0
    assert _shortest(compiled, "rows") >= 64


def _moved_again(compiled: Compiled, name: str) -> int:
    return traffic(_plan(compiled, name), compiled.machine).dram.reread


def _shortest(compiled: Compiled, name: str) -> int:
    """Return the bytes of the shortest row that a layer moves on the first core."""
    steps = _plan(compiled, name).steps
    loads = [move.size for step in steps for need in step.needs for move in need.moves(0, 0, 0)]
    return min(*loads, *(move.size for step in steps if step.makes for move in step.makes.stores(0, 0)))


def _plan(compiled: Compiled, name: str) -> LayerPlan:
    (plan,) = (plan for plan in compiled.plans if plan.name == name)
    assert plan.steps
    return plan


@pytest.mark.parametrize("on", [ONE, SIX])
def test_repeated_pixels_are_seen_where_they_lie(on: MachineConfig) -> None:
    """What is added to an image of twice the size advances along its pixels every other time; only a layer copies."""
    net = Builder("pyramid")
    fine = net.conv(net.input("x", (2, 3, 8, 8)), "fine", 8, 3, pad=1)
    coarse = net.conv(net.max_pool(fine, "pool", 2, 2), "coarse", 8, 1)
    apart = net.add("Reshape", [coarse], "apart", {"shape": (2, 8, 4, 1, 4, 1)})
    wide = net.add("Expand", [apart], "wide", {"shape": (2, 8, 4, 2, 4, 2)})
    up = net.add("Reshape", [wide], "up", {"shape": (2, 8, 8, 8)})
    added = net.add("Add", [fine, up], "sum")
    compiled = assert_right(net.finish(net.conv(up, "y", 4, 3, pad=1), added), on)
    assert [plan.name for plan in compiled.plans if not plan.steps] == ["apart", "wide", "up"]
    assert _moved_again(compiled, "sum") == 0
