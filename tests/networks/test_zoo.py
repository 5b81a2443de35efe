import tracemalloc

import numpy as np
import pytest

from dlpsim.networks.counting import count, work_of
from dlpsim.networks.evaluate import evaluate, random_inputs
from dlpsim.networks.lowering.lower import LOWERED_AWAY, lowered
from dlpsim.networks.zoo.table import ALIASES, BUILT_IN, build, find_built_in
from isa.errors import DlpsimError
from tests.networks.compare import difference

COUNTS = {
    "alexnet": (60_965_224, 724_406_816, 659_272),
    "alexnet-torchvision": (61_100_840, 714_188_480, 494_184),
    "vgg16": (138_357_544, 15_470_264_320, 13_556_712),
    "vgg19": (143_667_240, 19_632_062_464, 14_861_288),
    "resnet18": (11_689_512, 1_814_073_344, 2_484_712),
    "resnet50": (25_557_032, 4_089_184_256, 11_114_984),
    "resnet50-v1": (25_557_032, 3_857_973_248, 10_588_136),
    "resnet152": (60_192_808, 11_513_626_624, 22_555_112),
    "resnet152-v1": (60_192_808, 11_282_415_616, 22_028_264),
    "mobilenet-v2": (3_504_872, 300_774_272, 6_679_112),
    "bert-base": (85_054_464, 11_173_625_856, 10_616_832),
    "lstm": (1_576_960, 50_331_648, 16_384),
    "mlp": (669_706, 21_397_504, 33_088),
}
"""Parameters, MACs and neurons at the usual sizes."""


def test_every_built_in_network_is_counted_here() -> None:
    assert list(COUNTS) == list(BUILT_IN)


@pytest.mark.parametrize("name", COUNTS)
def test_counts(name: str) -> None:
    counted = count(BUILT_IN[name].build())
    assert (counted.parameters, counted.macs, counted.total("neurons")) == COUNTS[name]


def test_macs_of_alexnet_by_layer() -> None:
    layers = [layer for layer in count(build("alexnet")).layers if layer.macs]
    assert [layer.name for layer in layers] == ["conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8"]
    assert [layer.macs for layer in layers] == [
        105_415_200,
        223_948_800,
        149_520_384,
        112_140_288,
        74_760_192,
        37_748_736,
        16_777_216,
        4_096_000,
    ]


def test_macs_of_resnet152_by_stage() -> None:
    network = build("resnet152")
    stages: dict[str, int] = {}
    for node in network.nodes:
        stage = node.name.partition("_")[0].partition(".")[0]
        stages[stage] = stages.get(stage, 0) + work_of(network, node).macs
    assert {stage: macs for stage, macs in stages.items() if macs} == {
        "conv1": 118_013_952,
        "conv2": 667_942_912,
        "conv3": 1_901_068_288,
        "conv4": 8_015_314_944,
        "conv5": 809_238_528,
        "fc": 2_048_000,
    }


def test_parts_of_resnet152() -> None:
    network = build("resnet152")
    assert sum(node.op == "Conv" for node in network.nodes) == 155
    norms = [node for node in network.nodes if node.op == "BatchNormalization"]
    trained = [network.weights[name] for node in norms for name in node.inputs[1:]]
    assert sum(weight.size for weight in trained if weight.is_trained) == 151_424


@pytest.mark.parametrize("name", ["alexnet", "vgg19", "mlp"])
def test_additions_are_the_macs_where_every_layer_has_a_bias(name: str) -> None:
    layers = [layer for layer in count(BUILT_IN[name].build()).layers if layer.macs]
    assert all(layer.additions == layer.macs for layer in layers)


def test_additions_of_a_convolution_and_its_normalization_are_its_macs() -> None:
    counted = count(build("resnet18"))
    parts = [layer for layer in counted.layers if layer.op in {"Conv", "BatchNormalization", "Gemm"}]
    assert sum(layer.additions for layer in parts) == counted.macs


@pytest.mark.parametrize("name", BUILT_IN)
def test_small_network_keeps_the_variance_and_is_the_same_when_lowered(name: str) -> None:
    network = BUILT_IN[name].build(**BUILT_IN[name].small)
    inputs = random_inputs(network)
    every = evaluate(network, inputs)
    assert {key: array.shape for key, array in every.items()} == {key: network.values[key].shape for key in every}
    assert all(0.02 < float(np.std(every[key])) < 20 for key in network.outputs)
    simple = lowered(network)
    assert not {node.op for node in simple.nodes} & set(LOWERED_AWAY)
    assert difference(evaluate(simple, inputs), every) < 1e-5
    assert count(simple).macs == count(network).macs


@pytest.mark.parametrize("name", BUILT_IN)
def test_building_and_lowering_makes_no_numbers(name: str) -> None:
    tracemalloc.start()
    lowered(BUILT_IN[name].build())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


def test_weights_are_the_same_at_every_call() -> None:
    first, second = (build("mlp").weights["fc1.weight"] for _ in range(2))
    assert np.array_equal(first.array(), second.array())
    assert not np.array_equal(first.array(), build("mlp").weights["fc2.weight"].array()[:, :784])


@pytest.mark.parametrize(
    ("spelling", "name"), [*ALIASES.items(), ("MobileNetV2", "mobilenet-v2"), ("ResNet_152", "resnet152")]
)
def test_other_spellings(spelling: str, name: str) -> None:
    assert find_built_in(spelling) is BUILT_IN[name]


def test_sizes_scale_the_work() -> None:
    once = count(build("resnet18")).macs
    assert count(build("resnet18", {"batch": 3})).macs == 3 * once


def test_what_is_wrong_with_sizes_is_told_at_once() -> None:
    with pytest.raises(DlpsimError) as caught:
        build("vgg19", {"batches": 2, "image": 0})
    assert caught.value.messages == (
        "vgg19 has no size 'batches'\n    hint: did you mean 'batch'? it has batch, image, width, hidden, classes",
        "vgg19: image is 0, expected 1 or more",
    )


def test_unknown_network() -> None:
    with pytest.raises(
        DlpsimError, match=r"^there is no network 'vgg18'\n    hint: did you mean 'vgg1[69]'\? built in are"
    ):
        build("vgg18")


def test_sizes_that_do_not_fit_name_the_node() -> None:
    with pytest.raises(DlpsimError, match=r"^alexnet: node 'pool1' \(MaxPool\): the window 3×3 does not fit into 1×1"):
        build("alexnet", {"image": 11})
