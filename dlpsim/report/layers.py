"""The layers of a network that was compiled: what each took, and how near that is to what it must take."""

from dlpsim.deploy.layer_table import LayerData, LayerRow
from dlpsim.deploy.layer_text import LETTERS
from dlpsim.report.markup import Content, Head, Markup, bar, note, section, table, tag
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
        "results, each once, at the full bandwidth of DRAM. Point at a layer for how it was cut, and at what it moves "
        "again for the reason."
    )
    return section("layers", "Layers", table(HEADS, [*map(_cells, data.rows), total]), said)


def _cells(row: LayerRow) -> tuple[Content, ...]:
    return (
        tag("span", {"title": row.tiling}, row.name),
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


def _reasons(row: LayerRow) -> str:
    """Say why a layer moves bytes again."""
    return "; ".join(f"{short_count(one.bytes)}: {LETTERS[one.reason][1]}" for one in row.rereads)
