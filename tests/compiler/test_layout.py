"""Layouts see what NumPy sees."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpsim.compiler.layouts.layout import Axis, Layout, dense, packed, refined
from dlpsim.compiler.layouts.view import Tensor, View

SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple)


def seen(layout: Layout, elements: int) -> np.ndarray:
    """Return which element of its tensor each element of an array is."""
    return View(Tensor("t", (elements,)), layout).read(np.arange(elements, dtype=np.float32))


def array(shape: tuple[int, ...]) -> np.ndarray:
    """Return an array whose elements are numbered."""
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


@given(SIZES, st.data())
def test_permuting_and_reshaping(shape: tuple[int, ...], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(shape))))
    expected = array(shape).transpose(order)
    layout = dense(shape).permuted(order)
    assert np.array_equal(seen(layout, expected.size), expected)
    other = data.draw(SIZES.filter(lambda found: np.prod(found) == expected.size) | st.just((expected.size,)))
    reshaped = layout.reshaped(other)
    if reshaped is not None:
        assert reshaped.shape == other
        assert np.array_equal(seen(reshaped, expected.size), expected.reshape(other))
    back = dense(expected.shape).reshaped(other)
    assert back is not None


@given(SIZES, st.data())
def test_slicing(shape: tuple[int, ...], data: st.DataObject) -> None:
    axis = data.draw(st.integers(0, len(shape) - 1))
    start = data.draw(st.integers(0, shape[axis] - 1))
    step = data.draw(st.sampled_from((-2, -1, 1, 2)))
    places = range(start, shape[axis] if step > 0 else -1, step)
    count = data.draw(st.integers(1, len(places)))
    order = data.draw(st.permutations(range(len(shape))))
    elements = int(np.prod(shape))
    for layout in (dense(shape), packed(dense(shape).permuted(order)).permuted(np.argsort(order).tolist())):
        sliced = layout.sliced(axis, start, count, step)
        assert sliced is not None
        expected = np.take(seen(layout, elements), list(places)[:count], axis)
        assert np.array_equal(seen(sliced, elements), expected)


def test_an_axis_of_several_loops_is_sliced_where_it_can_be() -> None:
    channels_last = dense((3, 4, 5), (1, 2, 0)).reshaped((60,))
    assert channels_last is not None
    assert channels_last.axes == (((3, 1), (20, 3)),)
    whole, within, across = (channels_last.sliced(0, start, 20) for start in (20, 40, 30))
    assert whole == Layout((((20, 3),),), 1)
    assert within == Layout((((20, 3),),), 2)
    assert across is None
    assert channels_last.sliced(0, 27, 5, 2) == Layout((((5, 6),),), 1 + 7 * 3)


def test_repetition() -> None:
    layout = dense((3, 1)).expanded((2, 3, 4))
    assert np.array_equal(seen(layout, 3), np.broadcast_to(array((3, 1)), (2, 3, 4)))
    assert packed(layout) == Layout((((2, 12),), ((3, 1),), ((4, 3),)))


def test_packing_keeps_the_order_of_loops() -> None:
    assert packed(Layout((((3, 100),), ((4, 2),), ((5, 10),)))) == Layout((((3, 20),), ((4, 1),), ((5, 4),)))
    assert packed(Layout((((3, 1),), ((4, 100),))), outermost=(0,)) == dense((3, 4))


@pytest.mark.parametrize(
    ("axes", "loops"),
    [
        ([((6, 1),), ((6, 5),)], [(6, (1, 5))]),
        ([((6, 1),), ((2, 1), (3, 2))], [(2, (3, 1)), (3, (1, 2))]),
        ([((6, 1),), ()], [(6, (1, 0))]),
        ([((6, 1), (2, 9)), ((4, 1), (3, 9))], None),
        ([(), ()], []),
    ],
)
def test_loops_that_several_layouts_share(axes: list[Axis], loops: list[tuple[int, tuple[int, ...]]] | None) -> None:
    assert refined(axes) == loops


@given(SIZES, st.data())
def test_what_is_laid_out_is_read_again(shape: tuple[int, ...], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(shape))))
    view = View(Tensor("t", (int(np.prod(shape)) + 3,)), Layout(dense(shape, order).axes, 3))
    elements = view.laid_out(array(shape))
    assert np.array_equal(view.read(elements), array(shape))
    assert np.array_equal(elements[3:], array(shape).transpose(order).ravel())
