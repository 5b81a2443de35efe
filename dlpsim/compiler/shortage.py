"""What is too large for a memory, and by how much."""

from collections.abc import Iterable


class LackError(Exception):
    """A layer does not fit: the text says what is too large, and by how much."""


def shortage(sizes: Iterable[tuple[str, int, int]]) -> str:
    """Say of which memories, each with bytes needed and bytes there, more are needed; nothing if all have room."""
    return " and ".join(
        f"it needs {wanted:,} bytes of {memory}, which has {there:,}: {wanted - there:,} too many"
        for memory, wanted, there in sizes
        if wanted > there
    )
