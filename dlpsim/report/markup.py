"""Builds HTML in which every text is harmless: a plain string is escaped, whatever stands in it.

>>> tag("b", {"title": "a & b"}, "1 < 2").text
'<b title="a &amp; b">1 &lt; 2</b>'
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from dlpsim.metrics import METRICS


@dataclass(frozen=True)
class Markup:
    """HTML that is ready to stand in a page."""

    text: str


Content = str | Markup
"""A plain text, or what is HTML already."""


def tag(name: str, attributes: Mapping[str, str], *content: Content) -> Markup:
    """Return an element with its attributes (an empty class is left out) and what is in it."""
    given = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if value or key != "class")
    return Markup(f"<{name}{given}>{joined(content).text}</{name}>")


def joined(parts: Iterable[Content]) -> Markup:
    """Return the parts, one behind the other."""
    return Markup("".join(part.text if isinstance(part, Markup) else escape(part) for part in parts))


def section(name: str, heading: str, *content: Content) -> Markup:
    """Return a part of the page with its heading; links lead to `#name`."""
    return tag("section", {"id": name}, tag("h2", {}, heading), *content)


def note(text: str) -> Markup:
    """Return a sentence or two in small print."""
    return tag("p", {"class": "note"}, text)


@dataclass(frozen=True)
class Head:
    """The head of a column. What `metric` means is told where one points at it (empty: it is none)."""

    text: str
    metric: str = ""
    is_number: bool = False

    @property
    def kind(self) -> str:
        """The class of the cells of the column."""
        return "number" if self.is_number else ""

    def cell(self, kind: str | None = None) -> Markup:
        """Return the cell; its class is `kind`, where that is given."""
        return tag(
            "th",
            {"scope": "col", "class": self.kind if kind is None else kind},
            explained(self.text, self.metric),
        )


def explained(text: str, metric: str) -> Content:
    """Return a text that tells the meaning of a metric to who points at it; the text alone where there is none."""
    if not metric:
        return text
    return tag("span", {"class": "explained", "title": METRICS[metric].text}, text)


def table(heads: Sequence[Head], rows: Iterable[Sequence[Content]], caption: str = "") -> Markup:
    """Return a table that can be scrolled sideways where it is wider than the page; nothing where it has no rows."""
    kinds = [head.kind for head in heads]
    body = [
        tag("tr", {}, *(tag("td", {"class": kind}, cell) for kind, cell in zip(kinds, row, strict=True)))
        for row in rows
    ]
    if not body:
        return Markup("")
    named = [tag("caption", {}, caption)] if caption else []
    head = tag("thead", {}, tag("tr", {}, *(head.cell() for head in heads)))
    return tag("div", {"class": "scroll"}, tag("table", {}, *named, head, tag("tbody", {}, *body)))


def bar(share: float) -> Markup:
    """Return a bar of which a share, from 0 to 1, is filled."""
    filled = tag("i", {"style": f"width:{100 * min(max(share, 0), 1):.2f}%"})
    return tag("span", {"class": "bar"}, filled)


def line_link(line: int, text: str) -> Markup:
    """Return a link to a source line."""
    return tag("a", {"class": "line", "href": f"#L{line}", "data-line": str(line)}, text)
