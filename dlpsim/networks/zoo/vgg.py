"""VGG with 16 and 19 layers of weights (Simonyan and Zisserman 2014)."""

from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network

BLOCKS = {16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
"""Convolutions before each pooling."""


def vgg16(batch: int = 1, image: int = 224, width: int = 64, hidden: int = 4096, classes: int = 1000) -> Network:
    """Return configuration D; `width` is the number of kernels of the first block."""
    return _vgg(16, batch=batch, image=image, width=width, hidden=hidden, classes=classes)


def vgg19(batch: int = 1, image: int = 224, width: int = 64, hidden: int = 4096, classes: int = 1000) -> Network:
    """Return configuration E; `width` is the number of kernels of the first block."""
    return _vgg(19, batch=batch, image=image, width=width, hidden=hidden, classes=classes)


def _vgg(layers: int, *, batch: int, image: int, width: int, hidden: int, classes: int) -> Network:
    net = Builder(f"vgg{layers}")
    x = net.input("image", (batch, 3, image, image))
    for block, convolutions in enumerate(BLOCKS[layers], start=1):
        for i in range(1, convolutions + 1):
            place = f"{block}_{i}"
            channels = width * min(8, 2 ** (block - 1))
            x = net.relu(net.conv(x, f"conv{place}", channels, 3, pad=1), f"relu{place}")
        x = net.max_pool(x, f"pool{block}", 2, 2)
    x = net.flatten(x, "flatten")
    x = net.relu(net.gemm(x, "fc6", hidden, gain=2**0.5), "relu6")
    x = net.relu(net.gemm(x, "fc7", hidden, gain=2**0.5), "relu7")
    return net.finish(net.gemm(x, "fc8", classes))
