"""Small versions of the built-in networks compute what onnxruntime computes, on every machine."""

from dataclasses import replace

import pytest

from dlpsim.machine_file import load_machine
from dlpsim.networks.zoo.table import BUILT_IN, build
from tests.compiler.comparison import assert_right

MACHINES = {
    "one core": load_machine("dlp-s"),
    "four cores": load_machine("dlp-m"),
    "2 x 3 cores": replace(load_machine("dlp-m"), clusters=2, cores=3),
}

DEEP = ("mobilenet-v2", "resnet50", "resnet50-v1", "resnet152", "resnet152-v1")
"""Their programs take the check many seconds; resnet18 is made of the same layers. They are compared all the same."""


@pytest.mark.parametrize("on", MACHINES)
@pytest.mark.parametrize("name", BUILT_IN)
def test_small_versions_are_right(name: str, on: str) -> None:
    assert_right(build(name, BUILT_IN[name].small), MACHINES[on], is_checked=name not in DEEP)
