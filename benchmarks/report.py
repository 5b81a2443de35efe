"""Figures as a table."""

from collections.abc import Mapping, Sequence

from benchmarks.figure import Figure


def render(figures: Sequence[Figure], origin: Mapping[str, str]) -> str:
    """Return the figures as lines of text, below where they come from."""
    rows = [("", "median", "low", "high", "unit", "aim", ""), *map(_row, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
    return "\n".join([*(f"{key}: {value}" for key, value in origin.items()), "", *lines])


def _row(figure: Figure) -> tuple[str, ...]:
    aim = f"{figure.aim[0].value} {figure.aim[1]:,g}" if figure.aim else ""
    verdict = {None: "", True: "reached", False: "missed"}[figure.reached]
    return figure.name, *map(_number, (figure.median, figure.low, figure.high)), figure.unit, aim, verdict


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Pad the cells: numbers, in columns 1 to 3, to the right."""
    return [
        cell.rjust(width) if 1 <= column <= 3 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
