"""AlexNet, of the paper (Krizhevsky et al. 2012) and as torchvision has it."""

from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network


def alexnet(batch: int = 1, image: int = 227, width: int = 96, hidden: int = 4096, classes: int = 1000) -> Network:
    """Return the network of the paper, whose two halves are groups of conv2, conv4 and conv5.

    `width` is the number of kernels of conv1, from which the others follow. The paper multiplies the sum of squares
    by 0.0001 itself, ONNX a fifth of it. The softmax at its end is left out.
    """
    net = Builder("alexnet")
    x = net.input("image", (batch, 3, image, image))
    x = net.relu(net.conv(x, "conv1", width, 11, stride=4), "relu1")
    x = net.max_pool(_lrn(net, x, "norm1"), "pool1", 3, 2)
    x = net.relu(net.conv(x, "conv2", width * 8 // 3, 5, pad=2, group=2), "relu2")
    x = net.max_pool(_lrn(net, x, "norm2"), "pool2", 3, 2)
    x = net.relu(net.conv(x, "conv3", width * 4, 3, pad=1), "relu3")
    x = net.relu(net.conv(x, "conv4", width * 4, 3, pad=1, group=2), "relu4")
    x = net.relu(net.conv(x, "conv5", width * 8 // 3, 3, pad=1, group=2), "relu5")
    x = net.max_pool(x, "pool5", 3, 2)
    return net.finish(_classifier(net, x, hidden, classes))


def alexnet_torchvision(
    batch: int = 1, image: int = 224, width: int = 64, hidden: int = 4096, classes: int = 1000
) -> Network:
    """Return torchvision's network: fewer kernels, no groups, no normalization (Krizhevsky 2014).

    `width` is the number of kernels of conv1, from which the others follow. Its adaptive pooling to 6 × 6 does nothing
    at the usual size and is left out.
    """
    net = Builder("alexnet-torchvision")
    x = net.input("image", (batch, 3, image, image))
    x = net.max_pool(net.relu(net.conv(x, "conv1", width, 11, stride=4, pad=2), "relu1"), "pool1", 3, 2)
    x = net.max_pool(net.relu(net.conv(x, "conv2", width * 3, 5, pad=2), "relu2"), "pool2", 3, 2)
    x = net.relu(net.conv(x, "conv3", width * 6, 3, pad=1), "relu3")
    x = net.relu(net.conv(x, "conv4", width * 4, 3, pad=1), "relu4")
    x = net.relu(net.conv(x, "conv5", width * 4, 3, pad=1), "relu5")
    x = net.max_pool(x, "pool5", 3, 2)
    return net.finish(_classifier(net, x, hidden, classes))


def _lrn(net: Builder, x: str, name: str) -> str:
    return net.add("LRN", [x], name, {"size": 5, "alpha": 5e-4, "beta": 0.75, "bias": 2.0})


def _classifier(net: Builder, x: str, hidden: int, classes: int) -> str:
    x = net.flatten(x, "flatten")
    x = net.relu(net.gemm(x, "fc6", hidden, gain=2**0.5), "relu6")
    x = net.relu(net.gemm(x, "fc7", hidden, gain=2**0.5), "relu7")
    return net.gemm(x, "fc8", classes)
