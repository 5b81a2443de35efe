"""A multilayer perceptron for small images of digits."""

from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network


def mlp(batch: int = 32, features: int = 784, hidden: int = 512, classes: int = 10) -> Network:
    """Return two hidden layers with relu, and the layer of classes."""
    net = Builder("mlp")
    x = net.input("image", (batch, features))
    x = net.relu(net.gemm(x, "fc1", hidden, gain=2**0.5), "relu1")
    x = net.relu(net.gemm(x, "fc2", hidden, gain=2**0.5), "relu2")
    return net.finish(net.gemm(x, "fc3", classes))
