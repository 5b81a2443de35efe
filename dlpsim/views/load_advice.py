"""What to change where instructions hold decoder, queues and units unevenly.

>>> advice(data)
('dram is held 69.1 % of the time and compute 19.7 %: ...',)
"""

from collections.abc import Iterator, Mapping

from dlpsim.views.decoder_load_data import LoadData
from dlpsim.views.quantities import percent, rate_text

FULL = 0.9
"""A unit that is held for so much of the time is the limit."""

MUCH = 0.1
"""A state of the decoders in which they spend less of the time is not worth a change."""


def advice(data: LoadData) -> tuple[str, ...]:
    """Return a sentence or two for each thing to change, what weighs most first. Empty if nothing was held."""
    held = held_by_unit(data)
    if not data.cycles or not held:
        return ()
    return (_of_units(held), *_of_decoders(data, max(held.values())))


def held_by_unit(data: LoadData) -> Mapping[str, float]:
    """Return for which part of the time each unit that was used was held, on the average over cores, most first."""
    whole = data.cycles * len(data.states)
    held: dict[str, int] = {}
    for kind in data.kinds:
        if kind.unit:
            name = kind.kind.removeprefix("move ") if kind.kind.startswith("move ") else "compute"
            held[name] = held.get(name, 0) + kind.unit
    return {name: cycles / whole for name, cycles in sorted(held.items(), key=lambda item: -item[1]) if whole}


def _of_units(held: Mapping[str, float]) -> str:
    (most, share), *others = held.items()
    beside = f" and {others[0][0]} {percent(others[0][1])}" if others else ""
    said = f"{most} is held {percent(share)} of the time{beside}: "
    if share >= FULL:
        return f"{said}{most} is the limit, all else happens meanwhile: give {most} less to do, or make it faster."
    if sum(held.values()) > 1:
        return f"{said}they overlap in part. More of it, by double buffering, leaves {most} as the limit."
    if sum(held.values()) >= FULL:
        return f"{said}they take turns. Let them overlap: double buffering, and syncs only where data need them."
    return f"{said}nothing is the limit, and much of the time is spent waiting."


def _of_decoders(data: LoadData, share: float) -> Iterator[str]:
    whole = data.cycles * len(data.states)
    states = {name: sum(core[name] for core in data.states) / whole for name in data.states[0]}
    if share < FULL and states["sync"] >= MUCH:
        syncs = f"Decoders wait at syncs for {percent(states['sync'])} of the time: fewer syncs, each for more work."
        yield syncs + _of_latency(data)
    if states["queue"] >= MUCH:
        yield (
            f"Decoders wait for full queues for {percent(states['queue'])} of the time: a deeper queue, or another "
            "order, in which no unit is idle behind a full queue."
        )
    if states["barrier"] >= MUCH:
        yield (
            f"Decoders wait at barriers for {percent(states['barrier'])} of the time: cores have unequal shares; "
            "divide the work evenly."
        )
    if states["decoding"] >= MUCH:
        yield f"Decoding takes {percent(states['decoding'])} of the time: larger tiles take fewer instructions."


def _of_latency(data: LoadData) -> str:
    """Say which instructions are shorter than what they cost besides; the worst of them."""
    short = [kind for kind in data.kinds if kind.latency > kind.unit > 0]
    worst = max(short, key=lambda kind: kind.latency, default=None)
    if worst is None:
        return ""
    each, latency = rate_text(round(worst.unit / worst.times, 1)), worst.latency // worst.times
    return f" A {worst.kind} is held {each} cycles and completes {latency} later: larger tiles pay that less often."
