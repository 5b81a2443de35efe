"""How products are dealt out: each output is made once, and what a core works on covers what any has."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dlpsim.compiler.tiling.deal import deals, deals_to_clusters
from dlpsim.compiler.tiling.shape import Shape
from dlpsim.compiler.tiling.tiles import cut_rows


@st.composite
def groups(draw: st.DrawFn) -> tuple[Shape, int]:
    """Draw one group of a convolution, and the number of groups."""
    kernel = draw(st.integers(1, 3))
    rows, made, channels = draw(st.integers(1, 70)), draw(st.integers(1, 100)), draw(st.integers(1, 100))
    images = draw(st.sampled_from((1, 1, 2, 3, 12)))
    shape = Shape(images, rows, 4, channels, rows, 4, made, (kernel, 1), top=kernel // 2)
    return shape, draw(st.sampled_from((1, 1, 2, 4, 12, 96)))


@given(groups(), st.sampled_from((1, 2, 3, 4, 15)), st.sampled_from((1, 2, 3, 8)))
def test_each_output_is_made_once(case: tuple[Shape, int], cores: int, clusters: int) -> None:
    shape, count = case
    for deal in deals_to_clusters(shape, count, cores, clusters):
        assert 1 <= deal.busy <= cores * clusters
        made = np.zeros((shape.images, count * shape.made, shape.out_height), np.int64)
        for turn in deal.parts:
            assert len(turn) == cores * clusters
            for part in turn:
                assert part.made <= deal.shape.made
                assert part.rows <= deal.shape.out_height
                images = made[part.image : part.image + deal.shape.images]
                images[:, part.made_first : part.made_first + part.made, part.row : part.row + part.rows] += 1
        assert (made == 1).all()


@given(groups(), st.sampled_from((2, 4, 15)))
def test_no_core_sees_more_than_its_share_says(case: tuple[Shape, int], cores: int) -> None:
    shape, count = case
    for deal in deals(shape, count, cores):
        most = cut_rows(deal.shape, deal.shape.stored_height).most
        for part in deal.parts[0]:
            assert not part.rows or shape.rows(part.row, part.rows)[1] <= most


def test_images_are_dealt_out_before_rows() -> None:
    shape = Shape(6, 5, 5, 8, 5, 5, 16, (3, 3), top=1, left=1)
    found = {deal.by: deal for deal in deals(shape, 1, 12)}
    both = {"images and rows", "images and output channels", "images and rows and output channels"}
    assert set(found) == {"output channels", *both}
    assert (found["images and rows"].shape.images, found["images and rows"].shape.out_height) == (1, 3)
    assert [part.image for part in found["images and rows"].parts[0]] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_whole_pixels_are_moved_where_rows_are_dealt_out() -> None:
    """A depthwise convolution of 96 channels, whose weights are few."""
    found = {deal.by: deal for deal in deals(Shape(1, 8, 8, 1, 8, 8, 1, (3, 3), top=1, left=1), 96, 4)}
    assert {by: (deal.splits_image, deal.splits_result) for by, deal in found.items()} == {
        "rows": (False, False),
        "rows and groups": (True, True),
        "groups": (True, True),
    }
    assert (found["rows"].shape.groups, found["rows"].shape.out_height) == (96, 2)
