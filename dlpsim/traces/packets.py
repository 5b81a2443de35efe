"""Perfetto packets in a hurry: serialised once by the official schema, but for their time and one number."""

from struct import Struct
from typing import TYPE_CHECKING

from dlpsim.traces.outlet import Outlet

if TYPE_CHECKING:
    from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import TracePacket

NUMBER = 0x0123_4567_89AB_CDEF
"""Stands in a packet, in a field of type fixed64, where the number is to be."""

REAL: float = Struct("<d").unpack(NUMBER.to_bytes(8, "little"))[0]
"""Stands for it in a field of type double."""

_PACKET_OF_TRACE = b"\x0a"
"""Tag of `Trace.packet`: field 1, with a length."""
_TIMESTAMP = b"\x40"
"""Tag of `TracePacket.timestamp`: field 8, varint."""

natural = Struct("<Q").pack
real = Struct("<d").pack


def varint(number: int) -> bytes:
    """Return a number as protobuf writes it: seven bits a byte, the lowest first."""
    if number < 1 << 7:
        return bytes((number,))
    if number < 1 << 14:
        return bytes((number & 0x7F | 0x80, number >> 7))
    if number < 1 << 21:
        return bytes((number & 0x7F | 0x80, number >> 7 & 0x7F | 0x80, number >> 14))
    return bytes((number & 0x7F | 0x80, number >> 7 & 0x7F | 0x80, number >> 14 & 0x7F | 0x80)) + varint(number >> 21)


class Template:
    """A packet that has no time yet, and `NUMBER` or `REAL` at most once; `at` gives the bytes of it in a trace."""

    __slots__ = ("_behind", "_heads")

    def __init__(self, packet: "TracePacket") -> None:
        content: bytes = packet.SerializeToString()
        before, number, behind = content.partition(NUMBER.to_bytes(8, "little"))
        assert NUMBER.to_bytes(8, "little") not in behind
        self._behind = behind + _TIMESTAMP
        rest = len(before) + len(number) + len(self._behind)
        self._heads = [_PACKET_OF_TRACE + varint(rest + length) + before for length in range(11)]
        """What stands before the number, by the length of the time."""

    def at(self, timestamp: bytes, number: bytes = b"") -> bytes:
        """Return the packet with its time, as a varint, and its number, as `natural` or `real` packs it."""
        return self._heads[len(timestamp)] + number + self._behind + timestamp


class Packets(list[bytes]):
    """Packets on their way to a file; what is written to it goes behind them."""

    def write(self, packets: bytes) -> None:
        """Take packets as a file does."""
        self.append(packets)

    def flush_to(self, file: Outlet) -> None:
        """Write them, and keep none."""
        file.write(b"".join(self))
        self.clear()
