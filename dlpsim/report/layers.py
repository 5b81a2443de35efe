"""The layers of a network that was compiled: what each took, and how near that is to what it must take.

All of them in a table, then each in a section of its own, which opens where one asks for it.
"""

from collections.abc import Iterator

from dlpsim.deploy.layer_table import LayerData, LayerRow
from dlpsim.deploy.layer_text import LETTERS
from dlpsim.report.markup import Content, Head, Markup, bar, joined, note, section, table, tag
from dlpsim.views.quantities import count_text, percent, short_count

HEADS = (
    Head("layer"),
    Head("operators"),
    Head("cycles", "cycles", True),
    Head("share", "part", True),
    Head(""),
    Head("MAC array", "utilization", True),
    Head("bytes of DRAM", "bytes", True),
    Head("moved again", "", True),
    Head("FLOP/B", "flop_per_dram_byte", True),
    Head("bound by"),
    Head("÷ floor", "", True),
)


def layers(data: LayerData | None) -> Markup:
    """Return the section; nothing for a program that is no network."""
    if data is None:
        return Markup("")
    over = f"{data.cycles / data.floor:.3f}" if data.floor else ""
    total = ("all layers", "", count_text(data.cycles), percent(1.0), *[""] * 6, over)
    said = note(
        "Cycles are those of the critical path, so that they add up to the run's; what is loaded under the layer "
        "before counts there. The floor of a layer is the larger of its MACs at the full rate and of its operands and "
        "results, each once, at the full bandwidth of DRAM. Below, each layer has a section with how it was cut, and "
        "with what it moves again and why."
    )
    rows = [_cells(number, row) for number, row in enumerate(data.rows)]
    each = joined(_section(number, row) for number, row in enumerate(data.rows))
    return section("layers", "Layers", table(HEADS, [*rows, total]), said, each)


def _cells(number: int, row: LayerRow) -> tuple[Content, ...]:
    return (
        tag("a", {"href": f"#layer-{number}", "title": row.tiling}, row.name),
        row.op,
        count_text(row.cycles),
        percent(row.share),
        bar(row.share),
        percent(row.utilization) if row.macs else "",
        short_count(row.dram_bytes),
        tag("span", {"title": _reasons(row)}, short_count(row.reread_bytes)) if row.reread_bytes else "",
        f"{row.intensity:.3g}" if row.intensity else "",
        row.bound,
        f"{row.over_floor:.3f}" if row.over_floor else "",
    )


def _section(number: int, row: LayerRow) -> Markup:
    """Return what is known of a layer."""
    heading = f"{row.name} ({row.op}): {count_text(row.cycles)} cycles, {percent(row.share)}"
    facts = [tag("tr", {}, tag("th", {"scope": "row"}, name), tag("td", {}, value)) for name, value in _facts(row)]
    inside = tag("table", {"id": f"layer-{number}"}, tag("tbody", {}, *facts))
    return tag("details", {"class": "layer"}, tag("summary", {}, heading), inside)


def _facts(row: LayerRow) -> Iterator[tuple[str, str]]:
    yield "cycles", f"{count_text(row.cycles)}, {percent(row.share)} of all; mostly {row.bound}"
    if row.macs:
        yield "MACs", f"{count_text(row.macs)}, {percent(row.utilization)} of what the MAC array could do in that time"
    if row.floor:
        yield "floor", f"{count_text(row.floor)} cycles; ÷ floor {row.over_floor:.3f}"
    if row.intensity:
        yield "intensity", f"{row.intensity:.3g} FLOP for each byte of DRAM"
    for memory, compulsory, rereads in (
        ("DRAM", row.compulsory_bytes, row.rereads),
        ("SharedRAM", row.shared_compulsory_bytes, row.shared_rereads),
    ):
        if compulsory:
            yield memory, f"{count_text(compulsory)} bytes that must cross its ports"
        for one in rereads:
            yield f"{memory}, again", f"{count_text(one.bytes)} bytes of {one.tensor}: {LETTERS[one.reason][1]}"
    if row.tiling:
        yield "cut", row.tiling


def _reasons(row: LayerRow) -> str:
    """Say why a layer moves bytes again."""
    return "; ".join(f"{short_count(one.bytes)}: {LETTERS[one.reason][1]}" for one in row.rereads)
