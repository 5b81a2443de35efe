r"""A line of source as views show it.

>>> source_text("\tmove  DRAM NRAM 64   ; the input")
'move DRAM NRAM 64'
"""


def source_text(line: str) -> str:
    """Return a line of source without its comment, blanks and tabs made one."""
    code = line.partition(";")[0].partition("#")[0]
    return " ".join("".join(char if char.isprintable() else " " for char in code).split())


def shortened(text: str, room: int) -> str:
    """Return the text, its end left out where it is longer than `room` characters."""
    return text if len(text) <= room else text[: room - 1] + "…"
