"""The steps from a network as it is written to one that is ready to compile.

1. What stands for several nodes becomes them: recurrent layers their steps, other layers their arithmetic (`expand`).
2. Batch normalizations, and scales and biases of channels in whatever spelling, go into the weights of the layer
   before them; where there is none, they become ScaleShift (`fold`).
3. Paddings with zeros become pads of the convolutions that take them (`pads`).

Results keep their names, but those that are folded away. The sum of MACs stays what it was, unless there are
transposed convolutions: a convolution meets also the zeros between their inputs.
"""

from dlpsim.networks.lowering.expand import expanded
from dlpsim.networks.lowering.fold import folded
from dlpsim.networks.lowering.pads import with_own_pads
from dlpsim.networks.network import Network

LOWERED_AWAY = (
    "BatchNormalization",
    "ConvTranspose",
    "CumSum",
    "Flatten",
    "GRU",
    "GatherElements",
    "GatherND",
    "Hardmax",
    "Identity",
    "InstanceNormalization",
    "LSTM",
    "RNN",
    "ScatterElements",
    "ScatterND",
    "Squeeze",
    "Sum",
    "TopK",
    "Unsqueeze",
)
"""Operators that no lowered network has, but for an Identity that gives an output the name it must have."""


def lowered(network: Network) -> Network:
    """Return what computes the same outputs without the operators of `LOWERED_AWAY`."""
    return with_own_pads(folded(expanded(network)))
