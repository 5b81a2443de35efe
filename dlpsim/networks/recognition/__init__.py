"""Finds operators that a network spells out as several simpler ones."""
