"""Exercises 3.1 and 3.2: how large three networks for images are, and what a pass through them takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from dlpsim.exercises.entry import Entry
from dlpsim.exercises.report import wrapped
from dlpsim.networks.counting import LayerCount, count
from dlpsim.networks.lowering.lower import lowered
from dlpsim.networks.zoo.table import build

if TYPE_CHECKING:
    from rich.console import RenderableType

NETWORKS = ("alexnet", "vgg19", "resnet152")


@dataclass(frozen=True)
class Size:
    """A network at batch 1, with its convolutions and fully connected layers apart where that tells something.

    `additions` are those of the products and of their biases, in which normalizations end up; `other_additions` those
    of pooling, sums of branches and normalization across channels.
    """

    network: str
    neurons: int
    parameters: int
    convolution_macs: int
    connected_macs: int
    additions: int
    other_additions: int

    @property
    def multiplications(self) -> int:
        """One for each MAC."""
        return self.convolution_macs + self.connected_macs


@dataclass(frozen=True)
class Question:
    """What is asked, and the columns of the table that answer it."""

    number: str
    title: str
    question: str
    columns: Mapping[str, Callable[[Size], int]]
    why: str


@dataclass(frozen=True)
class SizesAnswer:
    """The sizes of the networks, as one of the questions asks for them."""

    asked: Question
    sizes: Sequence[Size]

    def to_dict(self) -> dict[str, Any]:
        """Return the object that `dlpsim exercise NUMBER --json` prints."""
        asked = self.asked
        networks = [{**asdict(size), "multiplications": size.multiplications} for size in self.sizes]
        heading = {"exercise": asked.number, "title": asked.title, "question": asked.question}
        return {**heading, "networks": networks, "why": asked.why}

    def render(self) -> "RenderableType":
        """Return the question, a table, and what it says."""
        from rich import box  # noqa: PLC0415
        from rich.console import Group  # noqa: PLC0415
        from rich.padding import Padding  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
        table.add_column("network", no_wrap=True)
        for column in self.asked.columns:
            table.add_column(column, justify="right", no_wrap=True)
        for size in self.sizes:
            table.add_row(size.network, *(f"{value(size):,}" for value in self.asked.columns.values()))
        asked = self.asked
        heading = (f"Exercise {asked.number}: {asked.title}", "", wrapped(asked.question), "")
        commands = (f"    dlpsim network {name}" for name in NETWORKS)
        shown = Padding(table, (0, 0, 0, 4), expand=False)
        return Group(*heading, shown, "", wrapped(f"Why: {asked.why}"), "", "  Layer by layer:", *commands)


SIZES = Question(
    number="3.1",
    title="neurons and parameters of three networks",
    question="How many neurons and how many trainable parameters do AlexNet, VGG19 and ResNet152 have?",
    columns={"neurons": lambda size: size.neurons, "parameters": lambda size: size.parameters},
    why="A neuron is a result of a convolution or fully connected layer. A convolution with kernels of k×k from c "
    "channels in g groups to m channels of h×w has h·w·m neurons and (k·k·c÷g + 1)·m parameters, a fully connected "
    "layer from n to m has m neurons and (n + 1)·m parameters; ResNet152's convolutions have no bias, but two "
    "parameters for each channel in the normalization behind them. The fully connected layers hold most of the "
    "parameters of AlexNet and VGG19, each used once; ResNet152 has one such layer, and fewer parameters than either "
    "though its convolutions are many more. AlexNet is the paper's, with two groups; ResNet152 has its stride in the "
    "3×3 convolutions (v1.5).",
)

WORK = Question(
    number="3.2",
    title="multiplications and additions of three networks",
    question="How many multiplications and additions does a pass of one image through AlexNet, VGG19 and ResNet152 "
    "take?",
    columns={
        "multiplications": lambda size: size.multiplications,
        "in\nconvolutions": lambda size: size.convolution_macs,
        "additions": lambda size: size.additions,
        "other\nadditions": lambda size: size.other_additions,
    },
    why="A dot product of k numbers takes k multiplications and k - 1 additions, and its bias one addition more: as "
    "many of one as of the other. In a convolution k×k×c÷g numbers make each of its neurons (see 3.1), in a fully "
    "connected layer as many as it has inputs. A normalization after a convolution is folded into its weights and "
    "bias. Other additions are those of pooling, of the sums of branches and of the normalization across channels.",
)


def _size(name: str) -> Size:
    network = build(name)
    written = count(network)
    layers = count(lowered(network)).layers
    products = [layer for layer in layers if layer.macs]
    convolutions = _macs([layer for layer in products if layer.op == "Conv"])
    return Size(
        network=name,
        neurons=written.total("neurons"),
        parameters=written.parameters,
        convolution_macs=convolutions,
        connected_macs=_macs(products) - convolutions,
        additions=sum(layer.additions for layer in products),
        other_additions=sum(layer.additions for layer in layers if not layer.macs),
    )


def _macs(layers: Sequence[LayerCount]) -> int:
    return sum(layer.macs for layer in layers)


def answer_sizes(asked: Question) -> SizesAnswer:
    """Count the networks."""
    return SizesAnswer(asked, [_size(name) for name in NETWORKS])


NETWORK_SIZES = tuple(Entry(asked.number, asked.title, partial(answer_sizes, asked)) for asked in (SIZES, WORK))
"""The entries of both exercises."""
