"""The sizes of boxes, and the order in which operands are gone through."""

from collections.abc import Sequence
from math import prod

import pytest

from dlpsim.compiler.layouts.layout import dense
from dlpsim.compiler.recipes.space import is_smooth, loops_of
from dlpsim.compiler.recipes.sweep import tile_of
from dlpsim.networks.builder import Builder
from tests.compiler.comparison import assert_right
from tests.compiler.small import machine


def _elements(tile: Sequence[int]) -> int:
    return prod(tile)


@pytest.mark.parametrize(
    ("sizes", "room", "wanted", "expected"),
    [
        ((8, 64), 1000, 128, (2, 64)),
        ((1, 160), 1000, 50, (1, 48)),
        ((1, 160), 1000, 8, (1, 16)),
        ((1, 40), 1000, 8, (1, 16)),
        ((1, 24), 1000, 8, (1, 24)),
        ((1, 24), 20, 8, (1, 16)),
        ((1, 24), 10, 8, (1, 8)),
        ((3, 24), 0, 0, None),
    ],
)
def test_rows_are_cut_to_whole_beats(
    sizes: tuple[int, ...], room: int, wanted: int, expected: tuple[int, ...] | None
) -> None:
    assert tile_of(sizes, [False, False], _elements, room, wanted, grain=16) == expected


@pytest.mark.parametrize(
    ("order", "repeats", "expected"),
    [((0, 1), False, True), ((1, 0), False, False), ((0, 1), True, True), ((1, 0), True, False)],
)
def test_what_repeats_along_the_last_axis_is_smooth_as_without(
    order: tuple[int, int], repeats: bool, expected: bool
) -> None:
    shape = (6, 7, 5 if repeats else 1)
    operand = dense((6, 7, 1), (*order, 2)).expanded(shape)
    loops = loops_of([dense(shape), operand])
    assert loops is not None
    assert is_smooth(loops, 1) is expected


def test_an_operand_in_another_order_is_turned_before_it_is_repeated() -> None:
    net = Builder("states")
    x = net.input("x", (1, 12, 32))
    turned = net.add("Transpose", [net.relu(x, "x0")], "turned", {"perm": (0, 2, 1)})
    wide = net.add("Unsqueeze", [turned], "wide", {"axes": (3,)})
    y = net.add("Mul", [wide, net.input("z", (1, 32, 12, 4))], "y")
    compiled = assert_right(net.finish(y), machine(nram=8192, wram=4096))
    (plan,) = (plan for plan in compiled.plans if plan.name == "y")
    moves = [move for step in plan.steps for need in step.needs for move in need.moves(0, 0, 0)]
    assert min(move.size for move in moves) >= 48


@pytest.mark.parametrize(("rows", "columns"), [(60, 4), (4, 60)])
def test_what_is_repeated_takes_a_copy_for_each_row_or_column(rows: int, columns: int) -> None:
    """Of both operands of an outer product, one must be repeated: along the rows or columns, whichever are fewer."""
    net = Builder("outer")
    x, z = net.input("x", (rows, 1)), net.input("z", (1, columns))
    compiled = assert_right(net.finish(net.add("Mul", [x, z], "y")), machine(nram=16_384, wram=4096))
    (plan,) = compiled.plans
    assert sum(len(step.computes(0, lambda _: 0)) for step in plan.steps) == 5
