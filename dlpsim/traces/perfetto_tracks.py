"""The tracks of a Perfetto trace and the packets that stand on them, built by the official schema."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dlpsim.traces.packets import NUMBER, REAL, Packets, Template

if TYPE_CHECKING:
    from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import TracePacket, TrackEvent

Arguments = Mapping[str, str | int]
"""What is shown of a slice when it is selected, by name."""

SEQUENCE = 1
"""All packets belong to one sequence, so that they share interned names."""


class Tracks:
    """Describes tracks, to `out`, and makes packets for them.

    A group has the tracks of a core, or of what several cores share, in the order in which they are added.
    """

    def __init__(self, out: Packets) -> None:
        from perfetto.protos.perfetto.trace import perfetto_trace_pb2 as schema  # noqa: PLC0415
        from perfetto.trace_builder.proto_builder import StreamingTraceProtoBuilder  # noqa: PLC0415

        self._schema = schema
        self._builder = StreamingTraceProtoBuilder(out)
        self._tracks = 0
        self._groups = 0
        self._names: dict[str, int] = {}
        self._keys: dict[str, int] = {}
        self._texts: dict[str, int] = {}
        first = self._packet()
        first.sequence_flags = schema.TracePacket.SEQ_INCREMENTAL_STATE_CLEARED
        first.first_packet_on_sequence = True
        self._builder.write_packet(first)

    def group(self, name: str) -> int:
        """Describe a group of tracks and return its number."""
        self._groups += 1
        packet, track = self._described()
        packet.track_descriptor.process.pid = self._groups
        packet.track_descriptor.process.process_name = name
        packet.track_descriptor.child_ordering = self._schema.TrackDescriptor.EXPLICIT
        self._builder.write_packet(packet)
        return track

    def track(self, group: int, name: str) -> int:
        """Describe a track of slices and return its number."""
        packet, track = self._child(group, name)
        self._builder.write_packet(packet)
        return track

    def counter(self, group: int, name: str, unit: str) -> Template:
        """Describe a track that shows a number, in `unit`, and return the packet that gives it a value (`real`)."""
        packet, track = self._child(group, name)
        packet.track_descriptor.counter.unit_name = unit
        self._builder.write_packet(packet)
        value = self._event(track, self._schema.TrackEvent.TYPE_COUNTER)
        value.track_event.double_counter_value = REAL
        return Template(value)

    def slice(self, track: int, name: str, arguments: Arguments, *, flows: bool = False) -> Template:
        """Return the packet that begins a slice; with `flows`, one of a flow, whose number is to be put in."""
        return self._named(self._schema.TrackEvent.TYPE_SLICE_BEGIN, track, name, arguments, flows=flows)

    def instant(self, track: int, name: str, arguments: Arguments, *, flows: bool = False) -> Template:
        """Return the packet of something that takes no time."""
        return self._named(self._schema.TrackEvent.TYPE_INSTANT, track, name, arguments, flows=flows)

    def last_instant(self, track: int, name: str) -> Template:
        """Return the packet of something that takes no time and ends a flow."""
        packet = self._event(track, self._schema.TrackEvent.TYPE_INSTANT)
        packet.track_event.name_iid = self._name(name)
        packet.track_event.terminating_flow_ids.append(NUMBER)
        return Template(packet)

    def end(self, track: int) -> Template:
        """Return the packet that ends the slice that was begun last."""
        return Template(self._event(track, self._schema.TrackEvent.TYPE_SLICE_END))

    def _named(self, kind: "TrackEvent.Type", track: int, name: str, arguments: Arguments, *, flows: bool) -> Template:
        packet = self._event(track, kind)
        packet.track_event.name_iid = self._name(name)
        for key, value in arguments.items():
            annotation = packet.track_event.debug_annotations.add()
            annotation.name_iid = self._key(key)
            if isinstance(value, str):
                annotation.string_value_iid = self._text(value)
            else:
                annotation.int_value = value
        if flows:
            packet.track_event.flow_ids.append(NUMBER)
        return Template(packet)

    def _event(self, track: int, kind: "TrackEvent.Type") -> "TracePacket":
        packet = self._packet()
        packet.sequence_flags = self._schema.TracePacket.SEQ_NEEDS_INCREMENTAL_STATE
        packet.track_event.type = kind
        packet.track_event.track_uuid = track
        return packet

    def _child(self, group: int, name: str) -> tuple["TracePacket", int]:
        packet, track = self._described()
        packet.track_descriptor.name = name
        packet.track_descriptor.parent_uuid = group
        packet.track_descriptor.sibling_order_rank = track
        return packet, track

    def _described(self) -> tuple["TracePacket", int]:
        self._tracks += 1
        packet = self._packet()
        packet.track_descriptor.uuid = self._tracks
        return packet, self._tracks

    def _packet(self) -> "TracePacket":
        packet = self._builder.create_packet()
        packet.trusted_packet_sequence_id = SEQUENCE
        return packet

    def _name(self, name: str) -> int:
        """Return the number that stands for the name of a slice; the first time it is written what it stands for."""
        if name not in self._names:
            self._names[name] = len(self._names) + 1
            packet = self._packet()
            packet.interned_data.event_names.add(iid=self._names[name], name=name)
            self._builder.write_packet(packet)
        return self._names[name]

    def _key(self, name: str) -> int:
        if name not in self._keys:
            self._keys[name] = len(self._keys) + 1
            packet = self._packet()
            packet.interned_data.debug_annotation_names.add(iid=self._keys[name], name=name)
            self._builder.write_packet(packet)
        return self._keys[name]

    def _text(self, text: str) -> int:
        if text not in self._texts:
            self._texts[text] = len(self._texts) + 1
            packet = self._packet()
            strings = packet.interned_data.debug_annotation_string_values
            strings.add(iid=self._texts[text], str=text.encode())
            self._builder.write_packet(packet)
        return self._texts[text]
