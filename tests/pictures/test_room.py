from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpsim.pictures.room import Room, along, around, centred, middle
from tests.reference.examples import examples


def test_what_is_taken_is_free_no_more() -> None:
    room = Room((0, 0, 100, 100))
    assert room.is_free((10, 10, 20, 20))
    room.take((15, 15, 30, 30))
    assert not room.is_free((10, 10, 20, 20))
    assert room.is_free((10, 10, 15, 15))
    assert not room.is_free((95, 10, 101, 20))


def test_the_first_place_that_is_free() -> None:
    room = Room((0, 0, 100, 100))
    places = [[(0, 0, 50, 50)], [(40, 40, 90, 90)], [(50, 50, 60, 60), (60, 60, 70, 70)]]
    assert [room.place(places) for _ in range(3)] == [0, 2, None]


@examples(30)
@given(st.integers(2, 60), st.floats(0.0, 30.0))
def test_labels_of_many_points_at_one_place_do_not_overlap(count: int, spread: float) -> None:
    room = Room((0, 0, 600, 400))
    taken = []
    for number in range(count):
        boxes = around(300 + spread * number / count, 200, 14, 10)
        index = room.place([box] for box in boxes)
        assert index is not None
        taken.append(boxes[index])
    for number, one in enumerate(taken):
        for other in taken[:number]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize(
    ("tilt", "last"),
    [(0.0, (50, 5)), (pi / 2, (-5, 95)), (pi / 4, (95 / 2**0.5 - 5 / 2**0.5, 95 / 2**0.5 + 5 / 2**0.5))],
)
def test_boxes_follow_a_text(tilt: float, last: tuple[float, float]) -> None:
    boxes = along(0, 0, 100, 10, tilt)
    assert len(boxes) == (10 if tilt else 1)
    assert middle(boxes[-1]) == pytest.approx(last)


def test_middle_of_a_box() -> None:
    assert middle(centred(3, 4, 10, 20)) == (3, 4)
