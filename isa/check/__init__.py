"""Checks what a program accesses: races, reads of what was never written, and more; without running it."""

from isa.check.check import CheckReport, check
from isa.check.finding import Finding, Kind, Peak, Touch

__all__ = ["CheckReport", "Finding", "Kind", "Peak", "Touch", "check"]
