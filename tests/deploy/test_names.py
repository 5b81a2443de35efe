"""What a bare name stands for, and what is said of one that stands for nothing."""

from pathlib import Path

import pytest

from dlpsim.deploy.names import is_network, problem_of_name


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lstm").write_text("", encoding="utf-8")
    Path("mlp").mkdir()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("vgg19", True),
        ("ResNet_50-v1.5", True),
        ("none.onnx", True),
        ("NONE.ONNX", True),
        ("mlp", True),
        ("lstm", False),
        ("lenet", False),
        ("lenet.asm", False),
        ("./vgg19", False),
        ("below/vgg19", False),
        ("vgg20", False),
        ("v\0", False),
    ],
)
def test_a_network_or_a_program(name: str, *, expected: bool) -> None:
    assert is_network(name) is expected


@pytest.mark.parametrize("name", ["vgg19", "none.onnx", "mlp", "lstm", "lenet", "lenet.asm", "below/vgg20", "./vgg20"])
def test_a_name_that_may_be_one(name: str) -> None:
    assert problem_of_name(name) == ""


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("vgg20", "did you mean 'vgg19'?"),
        ("BERT-bse", "did you mean 'bert-base'?"),
        ("fc_1x2.asm", "did you mean 'fc_1x256.asm'?"),
        ("lnet", "did you mean 'lenet.asm' or 'alexnet'?"),
        ("resnet", "did you mean 'lenet.asm' or 'resnet50'?"),
        ("zzz", "the programs are fc_1024x256.asm, "),
        ("\0", "the programs are fc_1024x256.asm, "),
    ],
)
def test_a_name_that_is_none(name: str, hint: str) -> None:
    message, hints = problem_of_name(name).split("\n")
    assert message == f"{name}: no such file here, and no shipped program or built-in network of that name"
    assert hints.startswith(f"    hint: {hint}")
    assert hints.endswith(" `dlpsim network` lists the networks")
