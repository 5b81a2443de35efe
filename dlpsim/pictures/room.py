"""Room for labels: each takes the first of its places that is free."""

from collections.abc import Iterable, Sequence
from math import cos, pi, sin

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in pixels."""

ANGLES = 16
RINGS = tuple(1 + 0.75 * step for step in range(28))
"""Distances of a label's places from its point, in heights of the label."""


class Room:
    """An area whose boxes fill it bit by bit. What is placed first is placed best; no chance is involved."""

    def __init__(self, area: Box) -> None:
        self._area = area
        self._taken: list[Box] = []

    def take(self, box: Box) -> None:
        """Keep labels away from a box."""
        self._taken.append(box)

    def is_free(self, box: Box) -> bool:
        """Say whether a box lies in the area and overlaps none that is taken."""
        left, bottom, right, top = self._area
        within = left <= box[0] and bottom <= box[1] and box[2] <= right and box[3] <= top
        return within and not any(_overlap(box, other) for other in self._taken)

    def place(self, places: Iterable[Sequence[Box]]) -> int | None:
        """Take the first place whose boxes are all free, and return its index; None where none is."""
        for index, boxes in enumerate(places):
            if all(map(self.is_free, boxes)):
                self._taken += boxes
                return index
        return None


def around(x: float, y: float, width: float, height: float, start: float = pi / 4) -> list[Box]:
    """Return boxes of a size around a point, nearest first; those of a ring from the angle `start` on."""
    boxes = []
    for ring in RINGS:
        for step in range(ANGLES):
            angle = start + 2 * pi * step / ANGLES
            across, up = cos(angle) * (ring * height + width / 2), sin(angle) * ring * height
            boxes.append(centred(x + across, y + up, width, height))
    return boxes


def along(x: float, y: float, width: float, height: float, tilt: float) -> list[Box]:
    """Return boxes that together cover a text of a size, which begins at a point and rises at the angle `tilt`."""
    count = max(1, round(width / height)) if tilt else 1
    step = width / count
    boxes = []
    for part in range(count):
        across, up = (part + 0.5) * step, height / 2
        at = x + across * cos(tilt) - up * sin(tilt), y + across * sin(tilt) + up * cos(tilt)
        boxes.append(centred(*at, step, height))
    return boxes


def centred(x: float, y: float, width: float, height: float) -> Box:
    """Return the box of a size around its middle."""
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def middle(box: Box) -> tuple[float, float]:
    """Return the middle of a box."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
