"""The colours of a roofline: of machines or, where layers of networks are shown, of networks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dlpsim.views.roofline import Point, RooflineData

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B07900", "#4FA3D1")
"""Told apart also by those who see few colours (Okabe and Ito)."""

GREYS = ("#6e6e6e", "#a0a0a0", "#c4c4c4")
"""Those of the machines where networks have colours."""


@dataclass(frozen=True)
class Palette:
    """The colours of machines and, if networks are told apart by colour, of runs, by their names."""

    roofs: Mapping[str, str]
    runs: Mapping[str, str]

    def of(self, point: Point) -> str:
        """Return the colour of a point; a layer has that of its network."""
        return self.runs.get(point.part_of or point.name) or self.roofs[point.machine]


def palette(data: RooflineData) -> Palette:
    """Return the colours, in the order in which machines and runs are shown."""
    machines = dict.fromkeys(one.machine for one in data.roofs)
    if all(not point.part_of for point in data.points):
        return Palette(_in_turn(machines, COLOURS), {})
    return Palette(_in_turn(machines, GREYS), _in_turn(dict.fromkeys(point.name for point in data.runs), COLOURS))


def _in_turn(names: Iterable[str], colours: Sequence[str]) -> dict[str, str]:
    return {name: colours[index % len(colours)] for index, name in enumerate(names)}
