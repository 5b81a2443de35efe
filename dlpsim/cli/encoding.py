"""Output where not every character can be written: the nearest plain ones stand for those that cannot."""

import codecs
from io import TextIOWrapper
from typing import TextIO

PLAIN = {
    "█": "#",
    "▒": "=",
    "·": ".",
    "─": "-",
    "│": "|",
    **dict.fromkeys("┌┐└┘┬┴", "+"),
    "µ": "u",
    "×": "x",
    "÷": "/",
    "≤": "<=",
    "≥": ">=",
    "…": "...",
}
"""What stands for a character, where it is not a question mark."""


def make_writable(stream: TextIO) -> None:
    """Let the stream take any text: it writes plain characters for those that its encoding lacks."""
    codecs.register_error("dlpsim.plain", _plain)
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="dlpsim.plain")


def _plain(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return "".join(PLAIN.get(char, "?") for char in error.object[error.start : error.end]), error.end
