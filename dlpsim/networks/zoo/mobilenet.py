"""MobileNetV2 (Sandler et al. 2018): inverted residuals of depthwise convolutions."""

from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network

STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
"""Expansion, channels, blocks and first stride of each stage: table 2 of the paper."""


def mobilenet_v2(batch: int = 1, image: int = 224, width: int = 32, classes: int = 1000) -> Network:
    """Return the network; `width` is the number of kernels of the first convolution, by which the others scale."""
    net = Builder("mobilenet-v2")
    x = net.input("image", (batch, 3, image, image))
    x = _conv(net, x, "conv1", width, 3, stride=2)
    for stage, (expansion, channels, blocks, first_stride) in enumerate(STAGES, start=1):
        for i in range(1, blocks + 1):
            stride = first_stride if i == 1 else 1
            x = _block(net, x, f"block{stage}_{i}", expansion=expansion, channels=channels * width // 32, stride=stride)
    x = _conv(net, x, "conv2", 1280 * width // 32, 1)
    x = net.flatten(net.add("GlobalAveragePool", [x], "pool"), "flatten")
    return net.finish(net.gemm(x, "fc", classes))


def _block(net: Builder, x: str, name: str, *, expansion: int, channels: int, stride: int) -> str:
    """Add an expansion, a depthwise convolution and a projection without relu; and the input, where it fits."""
    inputs = net.shape(x)[1]
    y = _conv(net, x, f"{name}.expand", inputs * expansion, 1) if expansion > 1 else x
    y = _conv(net, y, f"{name}.depthwise", inputs * expansion, 3, stride=stride, group=inputs * expansion)
    y = net.conv(y, f"{name}.project", channels, 1, has_bias=False)
    y = net.batch_norm(y, f"{name}.project.norm", gain=0.7)
    return net.add("Add", [x, y], f"{name}.add") if stride == 1 and inputs == channels else y


def _conv(net: Builder, x: str, name: str, channels: int, kernel: int, *, stride: int = 1, group: int = 1) -> str:
    """Add a convolution, its normalization and a relu that stops at 6."""
    x = net.conv(x, name, channels, kernel, stride=stride, pad=kernel // 2, group=group, has_bias=False)
    return net.add("Clip", [net.batch_norm(x, f"{name}.norm")], f"{name}.relu6", {"min": 0.0, "max": 6.0})
