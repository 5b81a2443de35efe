"""How products are cut: what fits, what it costs, and that the rooms hold what is loaded."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from dlpsim.compiler.tiling.budget import Budget
from dlpsim.compiler.tiling.cost import at_least, cost, floor, shared_bytes
from dlpsim.compiler.tiling.search import candidates, smallest
from dlpsim.compiler.tiling.shape import Pooling, Shape
from dlpsim.compiler.tiling.tiles import (
    Tiling,
    column_tiles,
    cut_columns,
    cut_rows,
    intervals,
    need,
    rooms,
    row_tiles,
    seen_rows,
    sizes,
)


@st.composite
def poolings(draw: st.DrawFn, rows: int, columns: int) -> Pooling:
    """Draw a pooling of so many rows and columns, with windows that may reach beyond them by less than their size."""
    kernel = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    pads = [(draw(st.integers(0, size - 1)), draw(st.integers(0, size - 1))) for size in kernel]
    stride = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    spans = [size + sum(pad) - window for size, pad, window in zip((rows, columns), pads, kernel, strict=True)]
    assume(min(spans) >= 0)
    height, width = (span // step + 1 for span, step in zip(spans, stride, strict=True))
    return Pooling(height, width, kernel, stride, pads[0][0], pads[1][0], kernel[0] * kernel[1])


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """Draw a product with any stride, dilation and pads, also such that windows lie beyond the image."""
    height, width = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    kernel = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    stride = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    dilation = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    pads = draw(st.tuples(*[st.integers(0, 4)] * 4))
    spans = [
        size + pads[axis] + pads[axis + 2] - (kernel[axis] - 1) * dilation[axis] - 1
        for axis, size in enumerate((height, width))
    ]
    assume(min(spans) >= 0)
    rows, columns = (span // step + 1 for span, step in zip(spans, stride, strict=True))
    groups = draw(st.sampled_from((1, 1, 4)))
    channels, made = groups * draw(st.integers(1, 40)), groups * draw(st.integers(1, 40))
    pooling = draw(poolings(rows, columns)) if draw(st.booleans()) else None
    return Shape(
        draw(st.integers(1, 2)),
        height,
        width,
        channels,
        rows,
        columns,
        made,
        kernel,
        stride,
        dilation,
        pads[0],
        pads[1],
        draw(st.booleans()),
        groups,
        draw(st.integers(0, 2)),
        pooling,
    )


budgets = st.builds(
    Budget,
    nram=st.integers(1, 400).map(lambda n: n * 64),
    wram=st.integers(1, 400).map(lambda n: n * 64),
    macs=st.just(256),
    elements=st.just(256),
    beat=st.sampled_from((16, 64, 128)),
    dram=st.sampled_from((12.8, 64.0)),
    phase=st.sampled_from((0.0, 40.0)),
    cores=st.sampled_from((1, 4)),
    image_copies=st.sampled_from((1, 4)),
    weight_copies=st.sampled_from((1, 4)),
    shared=st.sampled_from((0, 5_000, 100_000)),
    image_parts=st.sampled_from((0, 1, 2)),
    weight_parts=st.sampled_from((0, 1, 2)),
    copied=st.sampled_from((1.0, 100.0)),
    splits_image=st.booleans(),
    splits_result=st.booleans(),
)


@given(shapes(), budgets)
def test_what_is_found_fits_and_costs_something(shape: Shape, budget: Budget) -> None:
    found = candidates(shape, budget, 2)
    for one in found:
        tiling = one.tiling
        cuts = cut_rows(shape, tiling.rows), cut_columns(shape, tiling.columns)
        needed = need(shape, *cuts, tiling)
        assert needed.nram <= budget.nram
        assert needed.wram <= budget.wram
        assert not budget.shared or shared_bytes(needed, budget) <= budget.shared
        assert one.cost.compute > 0
        assert one.cost.total >= max(one.cost.compute, one.cost.dram) - one.cost.steps - 1
        assert one.cost.reread >= -1 - 3 * one.cost.steps
        windows: list[Shape | Pooling] = [shape, *([shape.pooling] if shape.pooling else [])]
        has_gaps = any(step > size for one in windows for step, size in zip(one.stride, one.kernel, strict=True))
        assert has_gaps or one.price >= floor(shape, budget, 2) - 1e-6
    assert [one.price for one in found] == sorted(one.price for one in found)
    if not found:
        least = smallest(shape)
        cuts = cut_rows(shape, least.rows), cut_columns(shape, least.columns)
        needed = need(shape, *cuts, least)
        is_too_much = budget.shared and shared_bytes(needed, budget) > budget.shared
        assert needed.nram > budget.nram or needed.wram > budget.wram or is_too_much


@given(shapes(), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_rooms_hold_what_is_loaded(shape: Shape, rows: int, columns: int, channels: int) -> None:
    """No tile, whatever it sees, is larger than its room; a cut that is counted through agrees with its sums."""
    rows, columns = min(rows, shape.stored_height), min(columns, shape.stored_width)
    channels = min(channels, shape.channels)
    cuts = cut_rows(shape, rows), cut_columns(shape, columns)
    room = rooms(shape, *cuts, Tiling(rows, columns, shape.made, channels))
    tiles = row_tiles(shape, rows), column_tiles(shape, columns)
    stored, computed, seen = (tuple([tile[kind] for tile in along] for along in tiles) for kind in range(3))
    assert room.image == max(seen[0]) * max(seen[1]) * channels * 4
    assert room.output == max(stored[0]) * max(stored[1]) * shape.made * 4
    assert room.product == (max(computed[0]) * max(computed[1]) * shape.made * 4 if shape.pooling else 0)
    assert [cut.all for cut in cuts] == [sum(one) for one in seen]
    assert [cut.computed_all for cut in cuts] == [sum(one) for one in computed]
    assert sum(stored[0]) == shape.stored_height
    if not shape.pooling:
        assert stored == computed


@given(shapes(), st.data())
def test_no_rows_but_those_at_the_upper_edge_need_more(shape: Shape, data: st.DataObject) -> None:
    """What a core has on chip for its rows is enough wherever they lie."""
    assume(shape.stored_height > 1)
    count = data.draw(st.integers(1, shape.stored_height - 1))
    begin = data.draw(st.integers(0, shape.stored_height - count))
    inner = shape.with_rows(count)
    assume(inner.is_pointwise == shape.is_pointwise)
    _, computed, _ = shape.rows_for(begin, count)
    assert inner.stored_height == count
    assert inner.rows_for(0, count)[1] >= computed
    assert seen_rows(inner, 0, inner.out_height)[1] >= seen_rows(shape, *shape.rows_for(begin, count)[:2])[1]


@given(shapes(), st.data())
def test_what_windows_see_is_there(shape: Shape, data: st.DataObject) -> None:
    """Each element of the image that a window meets is loaded, where the window looks for it."""
    begin = data.draw(st.integers(0, shape.out_height - 1))
    count = data.draw(st.integers(1, shape.out_height - begin))
    first, seen, above = shape.rows(begin, count)
    assert 0 <= first < first + seen <= shape.height
    for y in range(count):
        for i in range(shape.kernel[0]):
            row = (begin + y) * shape.stride[0] + i * shape.dilation[0] - shape.top
            at = y * shape.stride[0] + i * shape.dilation[0] - above
            if 0 <= row < shape.height:
                assert first + at == row
                assert 0 <= at < seen
            else:
                assert not 0 <= at < seen


@given(shapes(), st.integers(1, 12))
def test_rows_that_are_kept_are_computed_once(shape: Shape, size: int) -> None:
    """Tiles that keep rows compute each that any window sees exactly once, and have room to keep the shared ones."""
    assume(shape.pooling is not None)
    assert shape.pooling is not None
    kept = replace(shape, pooling=replace(shape.pooling, keeps_rows=True))
    assume(kept.can_keep_rows(size))
    seen: set[int] = set()
    end = 0
    for begin, count in intervals(kept.stored_height, size):
        first, held, _ = kept.rows_for(begin, count)
        new, computed, _ = kept.new_rows_for(begin, count)
        assert computed > 0
        assert new >= end
        assert (new + computed, first + held) == (first + held, new + computed)
        assert held - computed <= max(0, end - first)
        assert {*range(first, first + held)} <= seen | {*range(new, new + computed)}
        seen |= {*range(new, new + computed)}
        end = new + computed
    cut = cut_rows(kept, size)
    assert cut.computed_all == len(seen)
    assert cut.held_most >= cut.computed_most


@given(st.integers(1, 600), st.integers(1, 64))
def test_intervals_cover_an_axis(size: int, tile: int) -> None:
    found = list(intervals(size, tile))
    assert [begin for begin, _ in found] == list(range(0, size, tile))
    assert sum(count for _, count in found) == size


def test_sizes_are_even_parts() -> None:
    assert sizes(13)[:4] == [13, 7, 5, 4]
    assert sizes(64, 16) == [64, 32, 16, 4, 1]
    assert sizes(100, 16) == [100, 64, 48, 32, 16, 4, 1]


def test_of_a_pointwise_product_nothing_is_loaded_between_the_windows() -> None:
    shape = Shape(1, 8, 8, 16, 4, 4, 16, stride=(2, 2))
    assert shape.is_pointwise
    assert shape.rows(1, 2) == (2, 3, 0)
    assert seen_rows(shape, 1, 2) == (2, 2, 0)


def test_the_cost_of_a_product_by_hand() -> None:
    """Four tiles of 8 rows: computing 1024 cycles each, loading 128 each, weights 2048 before anything, 64 stored."""
    shape = Shape(1, 32, 1, 256, 32, 1, 128)
    budget = Budget(128 * 1024, 256 * 1024, 256, 256, 64, 64.0)
    tiling = Tiling(8, 1, 128, 256, weights_stay=True)
    cuts = cut_rows(shape, 8), cut_columns(shape, 1)
    found = cost(shape, tiling, cuts, budget, 1)
    load, weights, compute, store = 128, 2048 + 8, 1024 + 4, 64
    assert found.total == load + weights + 4 * compute + store
    assert (found.compute, found.steps, found.reread) == (4 * compute, 4, 0)
    assert found.dram == 4 * load + weights + 4 * store
    assert at_least(shape, tiling, cuts, budget, 1) <= found.total


def test_weights_that_do_not_stay_are_read_again() -> None:
    shape = Shape(1, 32, 1, 256, 32, 1, 128)
    budget = Budget(128 * 1024, 256 * 1024, 256, 256, 64, 64.0)
    cuts = cut_rows(shape, 8), cut_columns(shape, 1)
    again = cost(shape, Tiling(8, 1, 64, 256, weights_stay=False), cuts, budget, 1)
    assert again.reread == 3 * (2048 + 8)
    assert cost(shape, Tiling(8, 1, 64, 256, weights_stay=True), cuts, budget, 1).reread == 512
