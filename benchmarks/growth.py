"""How the time of a run grows with loop counts, cores and distinct stretches: `python -m benchmarks growth`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.repetition import run_s
from benchmarks.workloads import loop, loop_with_barrier, nest, stretches
from dlpsim.simulation import prepare

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Text = Callable[[int], str]


@dataclass(frozen=True)
class Curve:
    """Milliseconds of processor time, the best of several runs, by what grows."""

    name: str
    points: Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Panel:
    """The curves of one thing that grows; `slope` is how they may grow at most, as a power of it."""

    grows: str
    curves: Sequence[Curve]
    slope: int


COUNTS = tuple(10**power for power in range(1, 19, 2))
CORES = (1, 2, 4, 8, 16, 32, 64)
STRETCHES = (1, 2, 4, 8, 16, 32, 64, 128)
MOST_NAMED = 1_000
"""Up to here the sizes stand at the axis as they are."""

PROGRAMS: tuple[tuple[str, Text], ...] = (
    ("no sync", loop),
    ("syncs and a barrier", loop_with_barrier),
    ("loop in a loop", nest),
)


def growth(
    repeats: int, counts: Sequence[int] = COUNTS, cores: Sequence[int] = CORES, distinct: Sequence[int] = STRETCHES
) -> Iterator[Panel]:
    """Yield the time against loop count on four cores, against the number of cores, and of distinct stretches."""
    yield Panel(
        "iterations of the loop, on 4 cores",
        [_curve(name, counts, text, lambda _: 4, repeats) for name, text in PROGRAMS],
        slope=0,
    )
    yield Panel(
        "cores, a billion iterations",
        [_curve(name, cores, _billion(text), lambda size: size, repeats) for name, text in PROGRAMS],
        slope=1,
    )
    yield Panel(
        "distinct stretches, a million iterations each",
        [_curve(f"on {of} cores" if of > 1 else "on 1 core", distinct, stretches, _always(of), repeats)
         for of in (1, 4)],
        slope=1,
    )  # fmt: skip


def _billion(text: Text) -> Text:
    return lambda _: text(10**9)


def _always(cores: int) -> Callable[[int], int]:
    return lambda _: cores


def _curve(name: str, sizes: Sequence[int], text: Text, cores: Callable[[int], int], repeats: int) -> Curve:
    def best_ms(size: int) -> float:
        prepared = prepare(text(size), "dlp-m", cores(size))
        return min(run_s(*prepared) for _ in range(repeats)) * 1e3

    return Curve(name, [(size, best_ms(size)) for size in sizes])


def table(panels: Sequence[Panel]) -> str:
    """Return a table in Markdown for each panel: a row for each size, a column for each curve, in milliseconds."""
    return "\n\n".join(_table(panel) for panel in panels)


def _table(panel: Panel) -> str:
    rows = [
        f"| {panel.grows} | {' | '.join(curve.name for curve in panel.curves)} |",
        "| ---: " * (1 + len(panel.curves)) + "|",
    ]
    for place, (size, _) in enumerate(panel.curves[0].points):
        times = (f"{curve.points[place][1]:.2f} ms" for curve in panel.curves)
        rows.append(f"| {size:,} | {' | '.join(times)} |")
    return "\n".join(rows)


def plot(panels: Sequence[Panel], path: Path) -> None:
    """Draw the panels side by side, both axes logarithmic, as a picture; its kind follows from the name of the file."""
    import matplotlib as mpl  # noqa: PLC0415 (takes long)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context({"font.size": 9, "svg.hashsalt": "growth", "svg.fonttype": "path"}):
        figure = Figure(figsize=(11, 3.6), layout="constrained")
        for axes, panel in zip(figure.subplots(1, len(panels), sharey=True), panels, strict=True):
            for color, curve in zip(("#0b6e99", "#d9730d", "#6b4fa0"), panel.curves, strict=False):
                sizes, times = zip(*curve.points, strict=True)
                axes.loglog(sizes, times, "o-", color=color, markersize=4, linewidth=1.6, label=curve.name)
            _guide(axes, panel)
            if sizes[-1] < MOST_NAMED:
                axes.set_xticks(sizes, labels=[str(size) for size in sizes])
                axes.minorticks_off()
            axes.set_xlabel(panel.grows)
            axes.grid(visible=True, which="major", color="#dddddd", linewidth=0.7)
            axes.spines[["top", "right"]].set_visible(False)
            axes.legend(frameon=False, loc="upper left")
            axes.set_ylim(0.05, 5000)
        figure.axes[0].set_ylabel("milliseconds")
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def _guide(axes: "Axes", panel: Panel) -> None:
    """Draw how the curves may grow at most, from above the highest first point."""
    sizes = [size for size, _ in panel.curves[0].points]
    start = 2 * max(curve.points[0][1] for curve in panel.curves)
    line = [start * (size / sizes[0]) ** panel.slope for size in sizes]
    label = "in proportion" if panel.slope else "constant"
    axes.loglog(sizes, line, "--", color="#999999", linewidth=1, label=label)
