import json

import pytest

from tests.cli.command import dlpsim
from tests.conftest import Golden


@pytest.mark.parametrize("number", ["3.1", "3.2"])
def test_answer(number: str, golden: Golden) -> None:
    golden(f"exercise_{number}.txt", dlpsim("exercise", number).out)


def test_figures() -> None:
    networks = json.loads(dlpsim("exercise", "3.2", "--json").out)["networks"]
    assert [(one["network"], one["neurons"], one["parameters"], one["multiplications"]) for one in networks] == [
        ("alexnet", 659_272, 60_965_224, 724_406_816),
        ("vgg19", 14_861_288, 143_667_240, 19_632_062_464),
        ("resnet152", 22_555_112, 60_192_808, 11_513_626_624),
    ]
    assert all(one["additions"] == one["multiplications"] for one in networks)
    assert networks[1]["convolution_macs"] == 19_508_428_800
