"""The encoder of a transformer (Vaswani et al. 2017), with the sizes of BERT (Devlin et al. 2018)."""

from dlpsim.networks.builder import Builder
from dlpsim.networks.network import Network


def bert_base(
    batch: int = 1,
    sequence: int = 128,
    *,
    layers: int = 12,
    hidden: int = 768,
    heads: int = 12,
    feed_forward: int = 3072,
) -> Network:
    """Return the encoder without embeddings: its input is what the embeddings give. `heads` must divide `hidden`."""
    net = Builder("bert-base")
    x = net.input("embedded", (batch, sequence, hidden))
    for layer in range(1, layers + 1):
        name = f"layer{layer}"
        attended = net.linear(_attention(net, x, f"{name}.attention", heads), f"{name}.attention.output", hidden)
        x = _norm(net, net.add("Add", [x, attended], f"{name}.attention.add"), f"{name}.attention.norm")
        y = net.add("Gelu", [net.linear(x, f"{name}.up", feed_forward)], f"{name}.gelu")
        y = net.linear(y, f"{name}.down", hidden)
        x = _norm(net, net.add("Add", [x, y], f"{name}.add"), f"{name}.norm")
    return net.finish(x)


def _attention(net: Builder, x: str, name: str, heads: int) -> str:
    """Add the heads' weighted means of values, weighted by how queries and keys go together; side by side again."""
    batch, sequence, hidden = net.shape(x)
    width = hidden // heads
    query, value = (_heads(net, x, f"{name}.{part}", heads, (0, 2, 1, 3)) for part in ("query", "value"))
    key = _heads(net, x, f"{name}.key", heads, (0, 2, 3, 1))
    scores = net.add("MatMul", [query, key], f"{name}.scores")
    scaled = net.add("Mul", [scores, net.filled(f"{name}.scale", (), width**-0.5)], f"{name}.scaled")
    weights = net.add("Softmax", [scaled], f"{name}.softmax")
    mixed = net.add("MatMul", [weights, value], f"{name}.mixed")
    joined = net.add("Transpose", [mixed], f"{name}.joined", {"perm": (0, 2, 1, 3)})
    return net.add("Reshape", [joined], name, {"shape": (batch, sequence, hidden)})


def _heads(net: Builder, x: str, name: str, heads: int, order: tuple[int, ...]) -> str:
    """Add a linear layer, and give each head its part."""
    batch, sequence, hidden = net.shape(x)
    shape = (batch, sequence, heads, hidden // heads)
    split = net.add("Reshape", [net.linear(x, name, hidden)], f"{name}.split", {"shape": shape})
    return net.add("Transpose", [split], f"{name}.heads", {"perm": order})


def _norm(net: Builder, x: str, name: str) -> str:
    shape = net.shape(x)[-1:]
    scale = net.normal(f"{name}.weight", shape, 0.1, mean=1.0)
    return net.add("LayerNormalization", [x, scale, net.normal(f"{name}.bias", shape, 0.05)], name, {"epsilon": 1e-12})
