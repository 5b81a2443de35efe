"""A state diagram as SVG: boxes for states, arrows for transitions, written straight as text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from dlpsim.pictures.drawing import INK
from dlpsim.views.decoder_states import Transition

WIDTH, HEIGHT = 980, 560
BOX_WIDTH, BOX_HEIGHT = 130, 44
LINE = 14
"""From one line of a label to the next; all lengths are in pixels."""

PLACES: Mapping[str, tuple[int, int]] = {
    "decoding": (490, 130),
    "queue": (150, 320),
    "sync": (490, 320),
    "barrier": (830, 320),
    "ended": (490, 510),
}
"""Where the middle of each state's box is."""

WAYS: Mapping[tuple[str, str], tuple[int, int, int, int]] = {
    ("decoding", "queue"): (300, 230, 228, 236),
    ("queue", "decoding"): (390, 290, 332, 250),
    ("decoding", "sync"): (440, 225, 402, 276),
    ("sync", "decoding"): (560, 225, 590, 262),
    ("decoding", "barrier"): (690, 160, 752, 175),
    ("barrier", "decoding"): (660, 260, 668, 235),
    ("sync", "barrier"): (660, 320, 660, 338),
    ("queue", "ended"): (260, 440, 255, 415),
    ("sync", "ended"): (490, 415, 550, 415),
    ("barrier", "ended"): (720, 440, 725, 415),
    ("decoding", "ended"): (-380, 390, 110, 215),
}
"""For each arrow the point that its curve is drawn towards, and the middle of its label."""

START = (490, 20)
LOOP_LABEL = (650, 72)


@dataclass(frozen=True)
class Arrow:
    """All transitions from one state to another."""

    source: str
    target: str
    causes: Sequence[str]


def state_diagram(title: str, transitions: Sequence[Transition]) -> str:
    """Return the diagram. Its states and arrows must have places here: KeyError else."""
    arrows = list(_arrows(transitions))
    states = dict.fromkeys(name for arrow in arrows for name in (arrow.source, arrow.target))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">',
        f'<path d="M0,0 L8,4 L0,8 z" fill="{INK}"/></marker></defs>',
        _curve(START, START, (PLACES["decoding"][0], PLACES["decoding"][1] - BOX_HEIGHT // 2)),
        f'<circle cx="{START[0]}" cy="{START[1]}" r="6" fill="{INK}"/>',
        *(line for arrow in arrows for line in _drawn(arrow)),
        *(line for state in states for line in _box(state)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _arrows(transitions: Sequence[Transition]) -> Iterator[Arrow]:
    causes: dict[tuple[str, str], list[str]] = {}
    for source, target, cause in transitions:
        causes.setdefault((source, target), []).append(cause)
    yield from (Arrow(source, target, tuple(found)) for (source, target), found in causes.items())


def _box(state: str) -> Iterator[str]:
    x, y = PLACES[state]
    left, top = x - BOX_WIDTH // 2, y - BOX_HEIGHT // 2
    yield (
        f'<rect x="{left}" y="{top}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8" fill="#eef3fa" stroke="{INK}"/>'
    )
    yield f'<text x="{x}" y="{y + 5}" font-size="15" font-weight="bold" text-anchor="middle">{escape(state)}</text>'


def _drawn(arrow: Arrow) -> Iterator[str]:
    if arrow.source == arrow.target:
        x, y = PLACES[arrow.source]
        right, top = x + BOX_WIDTH // 2, y - BOX_HEIGHT // 2
        bend = f"M{right - 30},{top} C{right - 20},{top - 60} {right + 60},{top - 20} {right},{y - 8}"
        yield f'<path d="{bend}" fill="none" stroke="{INK}" marker-end="url(#tip)"/>'
        yield from _label(arrow.causes, LOOP_LABEL)
        return
    bend_x, bend_y, label_x, label_y = WAYS[arrow.source, arrow.target]
    bend_at = (bend_x, bend_y)
    yield _curve(_edge(arrow.source, bend_at), bend_at, _edge(arrow.target, bend_at))
    yield from _label(arrow.causes, (label_x, label_y))


def _edge(state: str, towards: tuple[int, int]) -> tuple[int, int]:
    """Return where the line from the middle of a box towards a point leaves the box."""
    x, y = PLACES[state]
    across, down = towards[0] - x, towards[1] - y
    part = min(
        BOX_WIDTH / 2 / abs(across) if across else float("inf"), BOX_HEIGHT / 2 / abs(down) if down else float("inf")
    )
    return round(x + part * across), round(y + part * down)


def _curve(begin: tuple[int, int], bend: tuple[int, int], end: tuple[int, int]) -> str:
    points = f"M{begin[0]},{begin[1]} Q{bend[0]},{bend[1]} {end[0]},{end[1]}"
    return f'<path d="{points}" fill="none" stroke="{INK}" marker-end="url(#tip)"/>'


def _label(lines: Sequence[str], middle: tuple[int, int]) -> Iterator[str]:
    x, y = middle
    top = y - LINE * (len(lines) - 1) / 2 + 4
    for number, line in enumerate(lines):
        place = f'x="{x}" y="{top + LINE * number:g}"'
        halo = 'stroke="white" stroke-width="4" paint-order="stroke"'
        yield f'<text {place} font-size="11" text-anchor="middle" fill="{INK}" {halo}>{escape(line)}</text>'
