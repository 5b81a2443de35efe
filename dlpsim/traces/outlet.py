"""A file for as long as it is wanted."""

from typing import BinaryIO


class Outlet:
    """Passes on to a file what is written to it, until it is shut: then it goes nowhere.

    A library that still closes its own part of a file when that is given up does no harm to it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._position = 0
        self.closed = False
        """Whether the owner of the file may not write any more: it always may."""
        self._is_shut = False

    def write(self, content: bytes) -> int:
        """Write bytes."""
        if not self._is_shut:
            self._file.write(content)
        self._position += len(content)
        return len(content)

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self._position

    def flush(self) -> None:
        """Leave it to the file when to flush."""

    def close(self) -> None:
        """Leave it to the owner of the file to close it."""

    def shut(self) -> None:
        """Let nothing pass any more."""
        self._is_shut = True
