"""Residual networks (He et al. 2015): v1 of the paper, and v1.5, which moves the stride into the 3×3 convolution."""

from dataclasses import dataclass
from typing import ClassVar

from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network

BLOCKS = {18: (2, 2, 2, 2), 50: (3, 4, 6, 3), 152: (3, 8, 36, 3)}
"""Blocks of each stage, conv2_x to conv5_x."""

BRANCH_GAIN = 0.3
"""The scale of the last normalization of a branch, so that sums of many branches stay of one size."""


def resnet18(batch: int = 1, image: int = 224, width: int = 64, classes: int = 1000) -> Network:
    """Return the network of 18 layers, of blocks of two 3×3 convolutions; `width` is the number of kernels of conv1."""
    return _resnet("resnet18", 18, batch=batch, image=image, width=width, classes=classes)


def resnet50(batch: int = 1, image: int = 224, width: int = 64, classes: int = 1000) -> Network:
    """Return v1.5 of the network of 50 layers; `width` is the number of kernels of conv1."""
    return _resnet("resnet50", 50, batch=batch, image=image, width=width, classes=classes)


def resnet50_v1(batch: int = 1, image: int = 224, width: int = 64, classes: int = 1000) -> Network:
    """Return the paper's network of 50 layers; `width` is the number of kernels of conv1."""
    return _resnet("resnet50-v1", 50, batch=batch, image=image, width=width, classes=classes)


def resnet152(batch: int = 1, image: int = 224, width: int = 64, classes: int = 1000) -> Network:
    """Return v1.5 of the network of 152 layers; `width` is the number of kernels of conv1."""
    return _resnet("resnet152", 152, batch=batch, image=image, width=width, classes=classes)


def resnet152_v1(batch: int = 1, image: int = 224, width: int = 64, classes: int = 1000) -> Network:
    """Return the paper's network of 152 layers; `width` is the number of kernels of conv1."""
    return _resnet("resnet152-v1", 152, batch=batch, image=image, width=width, classes=classes)


@dataclass(frozen=True)
class _Block:
    """A residual block: its branch, and the sum with its input."""

    name: str
    channels: int
    stride: int
    is_paper: bool
    expansion: ClassVar[int] = 4

    def branch(self, net: Builder, x: str) -> str:
        """Add 1×1, 3×3 and 1×1 convolutions."""
        strides = (self.stride, 1) if self.is_paper else (1, self.stride)
        x = net.relu(_conv(net, x, f"{self.name}.conv1", self.channels, 1, stride=strides[0]), f"{self.name}.relu1")
        x = net.relu(_conv(net, x, f"{self.name}.conv2", self.channels, 3, stride=strides[1]), f"{self.name}.relu2")
        return _conv(net, x, f"{self.name}.conv3", self.channels * self.expansion, 1, gain=BRANCH_GAIN)

    def build(self, net: Builder, x: str) -> str:
        """Add the block; where shapes change, the input passes a projection."""
        outputs = self.channels * self.expansion
        is_projected = self.stride > 1 or net.shape(x)[1] != outputs
        branch = self.branch(net, x)
        shortcut = (
            _conv(net, x, f"{self.name}.shortcut", outputs, 1, stride=self.stride, gain=0.7) if is_projected else x
        )
        return net.relu(net.add("Add", [branch, shortcut], f"{self.name}.add"), f"{self.name}.relu")


@dataclass(frozen=True)
class _BasicBlock(_Block):
    expansion: ClassVar[int] = 1

    def branch(self, net: Builder, x: str) -> str:
        """Add two 3×3 convolutions."""
        x = net.relu(_conv(net, x, f"{self.name}.conv1", self.channels, 3, stride=self.stride), f"{self.name}.relu1")
        return _conv(net, x, f"{self.name}.conv2", self.channels, 3, gain=BRANCH_GAIN)


def _resnet(name: str, layers: int, *, batch: int, image: int, width: int, classes: int) -> Network:
    net = Builder(name)
    kind = _BasicBlock if layers < 50 else _Block
    x = net.input("image", (batch, 3, image, image))
    x = net.max_pool(net.relu(_conv(net, x, "conv1", width, 7, stride=2), "relu1"), "pool1", 3, 2, pad=1)
    for stage, blocks in enumerate(BLOCKS[layers], start=2):
        for i in range(1, blocks + 1):
            stride = 2 if stage > 2 and i == 1 else 1
            channels = width * 2 ** (stage - 2)
            x = kind(f"conv{stage}_{i}", channels, stride, name.endswith("-v1")).build(net, x)
    x = net.flatten(net.add("GlobalAveragePool", [x], "pool"), "flatten")
    return net.finish(net.gemm(x, "fc", classes))


def _conv(net: Builder, x: str, name: str, channels: int, kernel: int, *, stride: int = 1, gain: float = 1.0) -> str:
    """Add a convolution that keeps the size up to its stride, and its normalization."""
    x = net.conv(x, name, channels, kernel, stride=stride, pad=kernel // 2, has_bias=False)
    return net.batch_norm(x, f"{name}.norm", gain)
