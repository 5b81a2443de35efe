"""What decoders spent their cycles on, and how long instructions are held, as text.

Cycles of each decoder by state:

decoder   decoding   queue   sync   barrier   ended
core 0           6       0    180         0     121

Cycles for which one instruction of a kind is held, on the average:

instruction      times   decoder   queue   unit   latency   units held
move dram            3         1    11.7     31       100       30.3 %
sync                 2        91       0      0         0
compute MAC_32       1         1       0      3         8        1.0 %
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import fill

from dlpsim.views.decoder_load_data import KindLoad, LoadData
from dlpsim.views.load_advice import advice
from dlpsim.views.quantities import count_text, percent
from isa.names import name_cores

GAP = 3
WIDTH = 78
"""Columns that running text keeps to."""


def render(data: LoadData) -> Iterator[str]:
    """Yield the two tables, and what to change."""
    yield "  Cycles of each decoder by state:"
    yield ""
    yield from _table(["decoder", *data.states[0]], list(_states(data)))
    if data.kinds:
        yield ""
        yield "  Cycles for which one instruction of a kind is held, on the average:"
        yield ""
        yield from kind_table(data)
    for number, said in enumerate(advice(data)):
        yield from ([] if number else [""])
        yield fill(said, WIDTH, initial_indent="  ", subsequent_indent="  ")


def kind_table(data: LoadData) -> Iterator[str]:
    """Yield the table of kinds of instructions."""
    heads = ["instruction", "times", "decoder", "queue", "unit", "latency", "units held"]
    yield from _table(heads, [_kind(kind, data) for kind in data.kinds])


def _states(data: LoadData) -> Iterator[Sequence[str]]:
    """Yield a row for neighbouring cores whose decoders spent their cycles alike."""
    for spent, cores in groupby(enumerate(data.states), key=lambda core: core[1]):
        yield name_cores([number for number, _ in cores]), *map(count_text, spent.values())


def _kind(kind: KindLoad, data: LoadData) -> Sequence[str]:
    each = [_each(cycles, kind.times) for cycles in (kind.decoder, kind.queue, kind.unit, kind.latency)]
    whole = data.cycles * len(data.states)
    held = percent(kind.unit / whole) if kind.unit else ""
    return kind.kind, count_text(kind.times), *each, held


def _each(cycles: int, times: int) -> str:
    whole, rest = divmod(cycles, times)
    return f"{cycles / times:,.1f}" if rest else count_text(whole)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        first, *others = zip(row, widths, strict=True)
        numbers = "".join(f"{text:>{width + GAP}}" for text, width in others)
        yield f"  {first[0]:{first[1]}}{numbers}".rstrip()
