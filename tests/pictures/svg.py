"""What stands in an SVG: matplotlib writes the text of each label into a comment beside its outlines."""

import re
from html import unescape


def texts(svg: bytes) -> list[str]:
    """Return the texts of an SVG in their order, without those of numbered ticks; one with an edge is there twice."""
    found = [unescape(text) for text in re.findall(r"<!-- (.*?) -->", svg.decode())]
    return list(dict.fromkeys(text for text in found if "$" not in text))
