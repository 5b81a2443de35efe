"""Numbers with their units as text, the same everywhere."""

from decimal import Decimal

EXACT_BELOW = 10**15
"""Counts from here on are shown with four digits and an exponent; JSON has them exactly."""

SI_COUNT = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))
"""Prefixes of short counts."""

ROUNDED_UP = 0.9995
"""From this part of a unit on, three digits round up to it."""

EXACT_SHORT = 10**4
"""Counts below this need no prefix."""

SI_TIME = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def count_text(count: int) -> str:
    """Return a count as text, its digits in groups: `133,888`; a huge one as `1.329e+36`."""
    return f"{count:,}" if abs(count) < EXACT_BELOW else f"{Decimal(count):.3e}"


def short_count(count: int) -> str:
    """Return a count with three digits, in thousands, millions and so on: `105M`."""
    scale, unit = next((pair for pair in SI_COUNT if count >= ROUNDED_UP * pair[0]), (1, ""))
    return f"{count / scale:.3g}{unit}" if count >= EXACT_SHORT else str(count)


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: `1 cycle`, `34 cycles`."""
    return f"{count_text(count)} {noun}{'' if count == 1 else 's'}"


def time_text(seconds: float) -> str:
    """Return a time with the unit that keeps it short: `4.752 µs`."""
    scale, unit = next((pair for pair in SI_TIME if seconds >= pair[0]), SI_TIME[-1])
    return f"{seconds / scale:.4g} {unit}" if seconds < 1e6 else f"{seconds:.4g} s"


def percent(part: float) -> str:
    """Return a part of one as text: `86.2 %`."""
    return f"{100 * part:.1f} %"


def rate_text(value: float) -> str:
    """Return a rate with at most three decimals and no trailing zeros: `12.8`."""
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def end_of(name: str, columns: int) -> str:
    """Return a name, of one with more than so many columns its end: that tells parts of a network apart."""
    return name if len(name) <= columns else f"…{name[1 - columns :]}"
