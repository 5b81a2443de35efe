"""Folds scales and biases of channels into the weights of the layer before them.

Whatever multiplies channels by constants and adds constants to them counts: BatchNormalization, ScaleShift, and Mul,
Div, Add and Sub with one number for each channel. It goes into a Conv or Gemm (or a ScaleShift) with constant weights
whose result nothing else takes. The new weights are computed when they are asked for.
"""

from dataclasses import replace

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.affine import Affine, affine_of, is_scale_of_shift
from dlpsim.networks.lowering.scaled import can_be_scaled, scaled_inputs
from dlpsim.networks.network import Network
from dlpsim.networks.node import Node


def folded(network: Network) -> Network:
    """Return the network with everything folded that can be; other batch normalizations become ScaleShift."""
    folding = _Folding(network)
    for node in network.nodes:
        folding.take(node)
    return folding.finish()


class _Folding:
    """The nodes so far; later ones may still change those whose results only they take."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._weights = dict(network.weights)
        self._draft = Draft(values={name: network.values[name] for name in network.inputs}, weights=self._weights)

    def take(self, node: Node) -> None:
        """Add a node, or fold it into the one before it."""
        affine = affine_of(self._network, node)
        before = self._producer(affine) if affine else None
        if affine and before is not None:
            self._fold(before, affine, node)
        elif affine and (node.op == "BatchNormalization" or is_scale_of_shift(self._network, node, affine)):
            scale, shift = affine.weights(self._draft, node.name)
            self._draft.add("ScaleShift", [affine.x, scale, shift], node.outputs, node.name)
        else:
            self._draft.add(node.op, node.inputs, node.outputs, node.name, node.attributes)

    def finish(self) -> Network:
        """Return what is left."""
        return self._draft.network(self._network.name, self._network.inputs, self._network.outputs)

    def _producer(self, affine: Affine) -> int | None:
        """Return the place of the node that makes the operand, if the affine function can go into it."""
        network, x = self._network, affine.x
        if x in network.outputs or len(network.consumers[x]) != 1:
            return None
        for index in range(len(self._draft.nodes) - 1, -1, -1):
            node = self._draft.nodes[index]
            if x in node.outputs:
                return index if can_be_scaled(node, self._draft) else None
        return None

    def _fold(self, index: int, affine: Affine, node: Node) -> None:
        """Put a layer with other weights in the place of the layer before; its result is the node's."""
        before = self._draft.nodes[index]
        inputs = scaled_inputs(before, affine, self._draft)
        output = node.outputs[0]
        self._draft.nodes[index] = replace(before, inputs=inputs, outputs=(output,))
        self._draft.values[output] = replace(self._draft.values.pop(before.outputs[0]), name=output)
