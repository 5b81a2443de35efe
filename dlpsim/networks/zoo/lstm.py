"""A long short-term memory (Hochreiter and Schmidhuber 1997) of one layer."""

from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network
from dlpsim.networks.weight import lecun_deviation


def lstm(batch: int = 1, steps: int = 32, features: int = 256, hidden: int = 512) -> Network:
    """Return a layer with two bias vectors, one beside each product, whose state begins at zero."""
    net = Builder("lstm")
    x = net.input("sequence", (steps, batch, features))
    w = net.normal("lstm.W", (1, 4 * hidden, features), lecun_deviation(features))
    r = net.normal("lstm.R", (1, 4 * hidden, hidden), lecun_deviation(hidden))
    b = net.normal("lstm.B", (1, 8 * hidden), 0.05)
    outputs = net.split("LSTM", [x, w, r, b], "lstm", ("hidden", "last_hidden", "last_cell"), {"hidden_size": hidden})
    return net.finish(*outputs)
