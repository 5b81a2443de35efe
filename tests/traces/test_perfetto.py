"""Perfetto files, read with the schema of the package and compared with the events of the run."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import Trace, TrackEvent

from dlpsim.events import Asked, DecoderResumed, DecoderStalled, DecodeStarted, Dispatched, Freed, PortShared, Started
from dlpsim.simulation import prepare
from dlpsim.traces.packets import varint
from dlpsim.traces.subject import Subject
from dlpsim.traces.window import Window
from tests.machine.repeating import Run
from tests.reference.examples import examples
from tests.traces.runs import events_of, executions_of, traced_runs, written

BEGIN, END = TrackEvent.TYPE_SLICE_BEGIN, TrackEvent.TYPE_SLICE_END
INSTANT, COUNTER = TrackEvent.TYPE_INSTANT, TrackEvent.TYPE_COUNTER


@dataclass
class Slice:
    """A slice as Perfetto shows it; no end: it did not finish."""

    begin: int
    name: str
    depth: int
    arguments: dict[str, Any]
    flows: tuple[int, ...]
    end: int | None = None


@dataclass
class Shown:
    """What one sees on a track."""

    slices: list[Slice] = field(default_factory=list)
    instants: list[tuple[int, str, tuple[int, ...], tuple[int, ...]]] = field(default_factory=list)
    counter: list[tuple[int, float]] = field(default_factory=list)


def read(content: bytes) -> dict[str, Shown]:
    """Return the tracks by name, such as `core 0/dram`; events of a track go by time, then by place in the file."""
    packets = list(Trace.FromString(content).packet)
    names = {1: {}, 2: {}, 3: {}}  # type: dict[int, dict[int, str]]
    tracks: dict[int, str] = {}
    for packet in packets:
        assert packet.trusted_packet_sequence_id == 1
        for each in packet.interned_data.event_names:
            names[1][each.iid] = each.name
        for each in packet.interned_data.debug_annotation_names:
            names[2][each.iid] = each.name
        for each in packet.interned_data.debug_annotation_string_values:
            names[3][each.iid] = each.str.decode()
        if packet.HasField("track_descriptor"):
            track = packet.track_descriptor
            name = track.process.process_name or f"{tracks[track.parent_uuid]}/{track.name}"
            assert name not in tracks.values()
            tracks[track.uuid] = name
    shown = {name: Shown() for name in tracks.values()}
    open_slices: defaultdict[str, list[Slice]] = defaultdict(list)
    for packet in sorted((each for each in packets if each.HasField("track_event")), key=lambda each: each.timestamp):
        event, time = packet.track_event, packet.timestamp
        track = tracks[event.track_uuid]
        flows = tuple(event.flow_ids)
        if event.type == BEGIN:
            arguments = {
                names[2][each.name_iid]: each.int_value
                if each.HasField("int_value")
                else names[3][each.string_value_iid]
                for each in event.debug_annotations
            }
            one = Slice(time, names[1][event.name_iid], len(open_slices[track]), arguments, flows)
            shown[track].slices.append(one)
            open_slices[track].append(one)
        elif event.type == END:
            open_slices[track].pop().end = time
        elif event.type == INSTANT:
            instant = time, names[1][event.name_iid], flows, tuple(event.terminating_flow_ids)
            shown[track].instants.append(instant)
        else:
            assert event.type == COUNTER
            shown[track].counter.append((time, event.double_counter_value))
    return shown


def changes(values: list[tuple[int, float]]) -> Iterator[tuple[int, float]]:
    """Yield the last value of each boundary, where it is another than before."""
    last = None
    for time, value in dict(values).items():
        if value != last:
            yield time, value
        last = value


@examples(30)
@given(traced_runs())
def test_slices_flows_and_counters_are_those_of_the_run(run: Run) -> None:
    events, shown, subject = events_of(run), read(written(run, ".pftrace")), Subject.of(*run)
    for core in subject.cores:
        dispatches = {flows: (time, name) for time, name, flows, _ in shown[f"core {core}/decoder"].instants if flows}
        for unit in run[1].units:
            track = shown[f"core {core}/{unit}"]
            served = [one for one in executions_of(events) if (one.core, one.unit) == (core, unit)]
            slices = [one for one in track.slices if one.depth == 0]
            described = [subject.instructions[core][one.pc] for one in served]
            assert [(one.begin, one.end, one.name) for one in slices] == [
                (one.started, one.freed, each.text) for one, each in zip(served, described, strict=True)
            ]
            assert [one.arguments for one in slices] == [
                {
                    "pc": one.pc,
                    "line": each.line,
                    "what": each.what,
                    "bytes" if unit != "compute" else "operations": each.amount,
                    "cycles of work": each.work_cycles,
                }
                for one, each in zip(served, described, strict=True)
            ]
            completions = [(time, ends) for time, _, _, ends in track.instants]
            assert completions == [(one.completed, each.flows) for one, each in zip(served, slices, strict=True)]
            assert [dispatches[each.flows] for each in slices] == [
                (one.dispatched, f"dispatch {each.text}") for one, each in zip(served, described, strict=True)
            ]
            setups = [(one.begin, one.end) for one in track.slices if one.depth == 1]
            setup = (
                run[1].compute.setup if unit == "compute" else {port.name: port.setup for port in run[1].ports}[unit]
            )
            assert setups == [(one.started, (one.started or 0) + setup) for one in served if setup]
            assert {one.name for one in track.slices if one.depth == 1} <= {"setup"}
            queue = [(0, 0.0)]
            for event in events:
                if isinstance(event, Dispatched | Started) and (event.core, event.unit) == (core, unit):
                    queue.append((event.time, queue[-1][1] + (1 if isinstance(event, Dispatched) else -1)))
            assert list(changes(shown[f"core {core}/{unit} queue"].counter)) == list(changes(queue))


@examples(30)
@given(traced_runs())
def test_decoder_shows_decoding_and_waits(run: Run) -> None:
    events, shown = events_of(run), read(written(run, ".pftrace"))
    cycles = run[1].decoder.cycles
    for core in range(run[1].total_cores):
        expected = [
            (event.time, event.time + cycles, "decode")
            for event in events
            if isinstance(event, DecodeStarted) and cycles
            if event.core == core
        ]
        stalls = [event for event in events if isinstance(event, DecoderStalled) and event.core == core]
        resumes = [event.time for event in events if isinstance(event, DecoderResumed) and event.core == core]
        expected += [
            (stall.time, end, f"wait: {f'queue of {stall.unit} is full' if stall.unit else stall.reason.value}")
            for stall, end in zip(stalls, resumes, strict=True)
            if end > stall.time
        ]
        slices = shown[f"core {core}/decoder"].slices
        found = [
            (one.begin, one.end, one.name if one.name.startswith("wait") else one.name.split()[0]) for one in slices
        ]
        assert found == sorted(expected)
        assert {one.depth for one in slices} <= {0}


@examples(30)
@given(traced_runs())
def test_port_carries_all_bytes(run: Run) -> None:
    """Where a port serves one core at a time, its bytes a cycle add up to what was moved."""
    events, shown, subject = events_of(run), read(written(run, ".pftrace")), Subject.of(*run)
    end = events[-1].time
    for port in subject.ports:
        home = {"chip": "chip", "cluster": f"cluster {port.group}", "core": f"core {port.group}"}[port.scope.value]
        values = list(changes(shown[f"{home}/{port.name} port"].counter))
        spans = zip(values, [*values[1:], (end, 0.0)], strict=True)
        carried = sum(value * (after - time) for (time, value), (after, _) in spans)
        freed = [event for event in events if isinstance(event, Freed) and event.unit == port.name]
        moved = sum(subject.instructions[one.core][one.pc].amount for one in freed if one.core in port.cores)
        shared = [
            one for one in events if isinstance(one, PortShared) and (one.port, one.group) == (port.name, port.group)
        ]
        most = max((len(one.askers) for one in shared), default=0)
        if most <= 1:
            assert carried == pytest.approx(moved)
        limits = {each.name: each.beat_bytes / each.beat_cycles for each in run[1].ports}
        assert all(0 <= value <= limits[port.name] for _, value in values)


@examples(30)
@given(traced_runs(), st.data())
def test_window_cuts_what_began_before_and_leaves_open_what_ends_later(run: Run, data: st.DataObject) -> None:
    events = events_of(run)
    begin = data.draw(st.integers(0, events[-1].time))
    end = data.draw(st.integers(begin, events[-1].time))
    shown, subject = read(written(run, ".pftrace", Window(begin, end))), Subject.of(*run)
    served = executions_of(events)
    for core in subject.cores:
        for unit in run[1].units:
            expected = [
                (
                    max(one.started, begin),
                    one.freed if one.freed <= end else None,
                    one.started if one.started < begin else None,
                )
                for one in served
                if (one.core, one.unit) == (core, unit) and one.started is not None and one.freed is not None
                if one.freed >= begin and one.started <= end
            ]
            slices = [one for one in shown[f"core {core}/{unit}"].slices if one.depth == 0]
            assert [(one.begin, one.end, one.arguments.get("started at cycle")) for one in slices] == expected
    times = [time for track in shown.values() for time, _ in track.counter]
    times += [time for track in shown.values() for time, *_ in track.instants]
    assert all(begin <= time <= end for time in times)


def test_sources_of_text() -> None:
    run = prepare("move DRAM NRAM 64*2 ; load\nsync\ncompute MAC_32 256\n", "dlp-m-real")
    shown = read(written(run, ".pftrace", None, [1]))
    assert list(shown) == [
        "chip",
        "chip/dram port",
        "cluster 0",
        "cluster 0/shared port",
        *(f"core 1{track}" for track in ("", "/decoder", "/compute", "/compute queue", "/dram", "/dram queue")),
        *(f"core 1/{track}" for track in ("shared", "shared queue", "local", "local queue", "local port")),
    ] or list(shown)
    (load, setup) = shown["core 1/dram"].slices
    assert (load.name, setup.name) == ("move DRAM NRAM 64*2", "setup")
    assert load.arguments == {"line": 1, "pc": 0, "what": "DRAM->NRAM", "bytes": 128, "cycles of work": 1}
    waits = [one for one in shown["core 1/decoder"].slices if one.name.startswith("wait")]
    assert [one.arguments["instruction"] for one in waits] == ["sync"]


@pytest.mark.parametrize("number", [0, 127, 128, 16383, 16384, 2**21 - 1, 2**21, 2**28, 2**42 + 5, 2**64 - 1])
def test_varint(number: int) -> None:
    content = varint(number)
    assert sum((byte & 0x7F) << 7 * place for place, byte in enumerate(content)) == number
    assert [byte >> 7 for byte in content] == [1] * (len(content) - 1) + [0]
    assert len(content) == max(1, -(-number.bit_length() // 7))


def test_asked_is_where_setup_ends() -> None:
    """What the slice of a setup relies on."""
    for event in events_of(prepare("move DRAM NRAM 64\nmove DRAM NRAM 64\n", "dlp-s-real")):
        if isinstance(event, Asked):
            assert event.time in {21, 42}
