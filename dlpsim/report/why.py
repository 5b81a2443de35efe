"""What takes the time, what the run would take without one limit, and what could be done about it."""

import re
from collections.abc import Iterator

from dlpsim.explain.advice import Advice
from dlpsim.explain.explanation import Explanation
from dlpsim.report.markup import Content, Head, Markup, bar, joined, line_link, note, section, table, tag
from dlpsim.views.quantities import count_text, percent

BOUND = "* A bound: without this waiting, data would be used before they are there."


def why(explanation: Explanation) -> Markup:
    """Return the section."""
    tables = _path(explanation), _without(explanation)
    return section("why", "What binds", tag("div", {"class": "two"}, *(tag("div", {}, each) for each in tables)))


def advice(explanation: Explanation) -> Markup:
    """Return the section of the advice."""
    items = [_item(one, explanation.result.cycles) for one in explanation.advice]
    nothing = note("Nothing in the order of the instructions: less work, or a faster machine.")
    return section("advice", "What could be done", tag("ol", {"class": "advice"}, *items) if items else nothing)


def _path(explanation: Explanation) -> Markup:
    cycles = explanation.result.cycles
    rows = [
        ("decoder" if unit == "decoder" else f"{unit}, {cause.value}", *_share(count, cycles))
        for (unit, cause), count in explanation.path.by_resource().items()
    ]
    heads = (Head("critical path", "critical_path"), Head("cycles", "", True), Head("share", "", True), Head(""))
    return table(heads, rows, "What takes the time: adds up to all cycles")


def _share(count: int, cycles: int) -> tuple[Content, ...]:
    share = count / cycles if cycles else 0.0
    return count_text(count), percent(share), bar(share)


def _without(explanation: Explanation) -> Markup:
    cycles = explanation.result.cycles
    rows = [
        (
            one.limit + (" *" if one.is_bound else ""),
            count_text(one.cycles),
            "no change" if one.cycles == cycles else percent((one.cycles - cycles) / cycles),
            bar(one.cycles / cycles if cycles else 0.0),
        )
        for one in explanation.what_ifs
    ]
    heads = (Head("without"), Head("cycles", "cycles", True), Head("change", "", True), Head(""))
    notes = [note(BOUND)] if any(one.is_bound for one in explanation.what_ifs) else []
    return joined([table(heads, rows, "If one limit were gone: each found by running it so"), *notes])


def _item(one: Advice, cycles: int) -> Markup:
    share = percent(one.gain / cycles) if cycles else ""
    most = " at most" if one.is_bound else ""
    condition = f" It holds if {one.condition}." if one.condition else ""
    how = "What it gains at most: only a person can make the change." if one.is_bound else "Found by running it so."
    return tag(
        "li",
        {},
        tag(
            "div",
            {"class": "gain"},
            tag("b", {}, count_text(one.gain)),
            tag("span", {}, f"fewer cycles{most}, {share}"),
        ),
        tag("div", {}, tag("p", {}, *_linked(f"{one.text[0].upper()}{one.text[1:]}.")), note(how + condition)),
    )


def _linked(text: str) -> Iterator[Content]:
    """Yield a text in which the numbers of source lines, behind `line` or `lines`, lead to them."""
    at = 0
    for match in re.finditer(r"\b[Ll]ines? \d+(?:(?:, | and )\d+)*", text):
        for number in re.finditer(r"\d+", match[0]):
            begin = match.start() + number.start()
            yield text[at:begin]
            yield line_link(int(number[0]), number[0])
            at = begin + len(number[0])
    yield text[at:]
