"""Windows that slide over the spatial dimensions: what convolution and pooling have in common."""

from collections.abc import Mapping
from dataclasses import dataclass

from dlpsim.networks.node import Attribute
from dlpsim.networks.operators.operator import AttributeSpec, Call, Kind, Unfit
from dlpsim.networks.value import Shape

AUTO_PADS = ("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER")

WINDOW_ATTRIBUTES = {
    "kernel_shape": AttributeSpec(Kind.INTS),
    "strides": AttributeSpec(Kind.INTS),
    "pads": AttributeSpec(Kind.INTS),
    "dilations": AttributeSpec(Kind.INTS),
    "auto_pad": AttributeSpec(Kind.STRING, "NOTSET", words=AUTO_PADS),
}
"""The attributes that say where windows lie; pads are all the begins, then all the ends."""


@dataclass(frozen=True)
class Axis:
    """The windows along one spatial dimension."""

    size: int
    kernel: int
    stride: int
    dilation: int
    begin: int = 0
    end: int = 0

    @property
    def extent(self) -> int:
        """How many elements a window reaches over."""
        return self.dilation * (self.kernel - 1) + 1

    def count(self, *, ceil: bool = False) -> int:
        """Return how many windows there are; with `ceil` the last may reach beyond the end, not begin there."""
        room = self.size + self.begin + self.end - self.extent
        if room < 0 and not (ceil and room > -self.stride):
            return 0
        windows = (-(-room // self.stride) if ceil else room // self.stride) + 1
        if ceil and (windows - 1) * self.stride >= self.size + self.begin:
            windows -= 1
        return windows

    def same(self) -> int:
        """Return the padding in all that gives one window for each stride."""
        windows = -(-self.size // self.stride)
        return max(0, (windows - 1) * self.stride + self.extent - self.size)


def axes(call: Call, spatial: Shape) -> list[Axis]:
    """Return the windows of a call with settled attributes."""
    rank = len(spatial)
    kernel, strides, dilations = (call.integers(name) for name in ("kernel_shape", "strides", "dilations"))
    pads = call.integers("pads")
    return [Axis(spatial[i], kernel[i], strides[i], dilations[i], pads[i], pads[rank + i]) for i in range(rank)]


def settled(call: Call, spatial: Shape, kernel: Shape) -> Mapping[str, Attribute]:
    """Return the attributes with strides, pads and dilations of every dimension, and no automatic padding."""
    rank = len(spatial)
    strides = _list(call, "strides", rank, 1, least=1)
    dilations = _list(call, "dilations", rank, 1, least=1)
    pads = _list(call, "pads", 2 * rank, 0, least=0)
    if min(kernel, default=1) < 1:
        raise Unfit(f"kernel_shape is {kernel}, expected positive sizes")
    auto = call.word("auto_pad")
    if auto == "VALID":
        pads = (0,) * (2 * rank)
    elif auto != "NOTSET":
        pads = _same(auto, [Axis(spatial[i], kernel[i], strides[i], dilations[i]) for i in range(rank)])
    placed = {"kernel_shape": kernel, "strides": strides, "pads": pads, "dilations": dilations}
    return {**call.attributes, **placed, "auto_pad": "NOTSET"}


def output_sizes(call: Call, spatial: Shape, *, ceil: bool = False) -> Shape:
    """Return how many windows there are along each dimension."""
    counts = tuple(axis.count(ceil=ceil) for axis in axes(call, spatial))
    if min(counts, default=1) < 1:
        kernel = "×".join(map(str, call.integers("kernel_shape")))
        raise Unfit(f"the window {kernel} does not fit into {'×'.join(map(str, spatial))} and its padding")
    return counts


def _list(call: Call, name: str, length: int, default: int, least: int) -> tuple[int, ...]:
    found = call.integers(name) if call.has(name) else ()
    if not found:
        return (default,) * length
    if len(found) != length:
        raise Unfit(f"{name} is {found}, expected {length} numbers")
    if min(found) < least:
        raise Unfit(f"{name} is {found}, expected {least} or more")
    return found


def _same(auto: str, along: list[Axis]) -> tuple[int, ...]:
    both = [axis.same() for axis in along]
    less, more = [total // 2 for total in both], [total - total // 2 for total in both]
    return (*less, *more) if auto == "SAME_UPPER" else (*more, *less)
