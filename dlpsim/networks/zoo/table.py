"""The built-in networks by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature

from dlpsim.networks.network import Network
from dlpsim.networks.zoo.alexnet import alexnet, alexnet_torchvision
from dlpsim.networks.zoo.lstm import lstm
from dlpsim.networks.zoo.mlp import mlp
from dlpsim.networks.zoo.mobilenet import mobilenet_v2
from dlpsim.networks.zoo.resnet import resnet18, resnet50, resnet50_v1, resnet152, resnet152_v1
from dlpsim.networks.zoo.transformer import bert_base
from dlpsim.networks.zoo.vgg import vgg16, vgg19
from isa.errors import DlpsimError, nearest


@dataclass(frozen=True)
class BuiltIn:
    """A built-in network: what it is, how to build it, and sizes at which it is small enough to execute quickly."""

    name: str
    summary: str
    build: Callable[..., Network]
    small: Mapping[str, int]

    @property
    def sizes(self) -> Mapping[str, int]:
        """The sizes that can be set, with their defaults."""
        return {name: parameter.default for name, parameter in signature(self.build).parameters.items()}


_IMAGE = {"image": 32, "width": 8, "classes": 10}

_ALL = (
    BuiltIn("alexnet", "the paper's, two groups", alexnet, {**_IMAGE, "image": 67, "width": 12, "hidden": 32}),
    BuiltIn(
        "alexnet-torchvision",
        "fewer kernels, no groups",
        alexnet_torchvision,
        {**_IMAGE, "image": 63, "hidden": 32},
    ),
    BuiltIn("vgg16", "16 layers of weights", vgg16, {**_IMAGE, "hidden": 32}),
    BuiltIn("vgg19", "19 layers of weights", vgg19, {**_IMAGE, "hidden": 32}),
    BuiltIn("resnet18", "18 layers", resnet18, _IMAGE),
    BuiltIn("resnet50", "50 layers, v1.5", resnet50, _IMAGE),
    BuiltIn("resnet50-v1", "50 layers, the paper's v1", resnet50_v1, _IMAGE),
    BuiltIn("resnet152", "152 layers, v1.5", resnet152, _IMAGE),
    BuiltIn("resnet152-v1", "152 layers, the paper's v1", resnet152_v1, _IMAGE),
    BuiltIn("mobilenet-v2", "depthwise convolutions", mobilenet_v2, _IMAGE),
    BuiltIn(
        "bert-base",
        "encoder, 12 layers",
        bert_base,
        {"sequence": 8, "layers": 2, "hidden": 32, "heads": 4, "feed_forward": 64},
    ),
    BuiltIn("lstm", "one layer, 32 steps", lstm, {"steps": 4, "features": 8, "hidden": 16}),
    BuiltIn("mlp", "three layers, batch of 32", mlp, {"batch": 4, "features": 20, "hidden": 24}),
)

BUILT_IN: Mapping[str, BuiltIn] = {network.name: network for network in _ALL}
"""Each built-in network by its name."""

ALIASES: Mapping[str, str] = {
    "alexnet-paper": "alexnet",
    "bert": "bert-base",
    "mobilenet": "mobilenet-v2",
    "resnet50-v1.5": "resnet50",
    "resnet152-v1.5": "resnet152",
    "transformer": "bert-base",
}
"""Other names of built-in networks."""


def find_built_in(name: str) -> BuiltIn | None:
    """Return the built-in network of this name; case, hyphens and underscores do not count."""
    known = {_plain(built_in.name): built_in for built_in in _ALL}
    known |= {_plain(alias): BUILT_IN[target] for alias, target in ALIASES.items()}
    return known.get(_plain(name))


def build(name: str, sizes: Mapping[str, int] | None = None) -> Network:
    """Build the built-in network `name`, with other sizes than the usual. Raises DlpsimError with all problems."""
    problems = problems_of_sizes(name, sizes or {})
    found = find_built_in(name)
    if problems or not found:
        raise DlpsimError(problems)
    return found.build(**(sizes or {}))


def problems_of_sizes(name: str, sizes: Mapping[str, int]) -> list[str]:
    """Say why the built-in network `name` cannot have these sizes: there is none, or it has no such sizes."""
    found = find_built_in(name)
    if found is None:
        near = nearest(name, [*BUILT_IN, *ALIASES])
        hint = f"{near} " if near else ""
        return [f"there is no network '{name}'\n    hint: {hint}built in are {', '.join(BUILT_IN)}"]
    return [problem for size, value in sizes.items() if (problem := _problem(found, size, value))]


def _problem(found: BuiltIn, size: str, value: int) -> str:
    if size not in found.sizes:
        near = nearest(size, found.sizes)
        return f"{found.name} has no size '{size}'\n    hint: {f'{near} ' if near else ''}it has " + ", ".join(
            found.sizes
        )
    return "" if value >= 1 else f"{found.name}: {size} is {value}, expected 1 or more"


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
