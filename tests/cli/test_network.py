import json
from pathlib import Path

import pytest

from dlpsim.networks.to_onnx import to_onnx
from dlpsim.networks.zoo.table import BUILT_IN, build
from tests.cli.command import dlpsim, refused
from tests.conftest import Golden


def test_layers_of_alexnet(golden: Golden) -> None:
    golden("network_alexnet.txt", dlpsim("network", "alexnet").out)


def test_names(golden: Golden) -> None:
    golden("networks.txt", dlpsim("network").out)


def test_names_as_json() -> None:
    rows = json.loads(dlpsim("network", "--json").out)
    assert [row["network"] for row in rows] == list(BUILT_IN)
    assert rows[-1] == {
        "network": "mlp",
        "summary": "three layers, batch of 32",
        "sizes": {"batch": 32, "features": 784, "hidden": 512, "classes": 10},
        "parameters": 669_706,
        "macs": 21_397_504,
    }


def test_json() -> None:
    data = json.loads(dlpsim("network", "mlp", "--dim", "batch=1", "--json").out)
    first = data.pop("layers")[0]
    assert first == {
        "name": "fc1",
        "op": "Gemm",
        "inputs": [[1, 784]],
        "outputs": [[1, 512]],
        "parameters": 401_920,
        "macs": 401_408,
        "additions": 401_408,
        "others": 0,
        "neurons": 512,
        "weight_bytes": 1_607_680,
        "input_bytes": 3136,
        "output_bytes": 2048,
        "flop": 802_816,
        "bytes": 1_612_864,
        "intensity": 802_816 / 1_612_864,
    }
    assert data["parameters"] == 669_706
    assert data["macs"] == data["additions"] == 668_672
    assert data["neurons"] == 1034
    assert (data["inputs"], data["outputs"]) == ({"image": [1, 784]}, {"fc3": [1, 10]})


@pytest.mark.parametrize(("dtype", "factor"), [("f16", 2), ("i8", 4)])
def test_bytes_of_other_types(dtype: str, factor: int) -> None:
    whole, part = (json.loads(dlpsim("network", "vgg16", "--dtype", kind, "--json").out) for kind in ("f32", dtype))
    assert whole["bytes"] == factor * part["bytes"]


def test_a_file_and_what_it_was_written_from_count_the_same(tmp_path: Path) -> None:
    path = tmp_path / "small.onnx"
    network = build("mobilenet-v2", {"image": 32, "width": 8})
    path.write_bytes(to_onnx(network).SerializeToString())
    counts = [
        json.loads(dlpsim("network", name, "--json", *dims).out)
        for name, dims in ((path, []), ("mobilenet-v2", ["--dim", "image=32", "--dim", "width=8"]))
    ]
    assert [count.pop("network") for count in counts] == ["small", "mobilenet-v2"]
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["alexnett"],
            "error: there is no network 'alexnett'\n    hint: did you mean 'alexnet'? built in are alexnet, ",
        ),
        (["gone.onnx"], "error: gone.onnx: cannot be read: No such file or directory\n"),
        (["models/vgg16"], "error: models/vgg16: cannot be read: No such file or directory\n"),
        (
            ["mlp", "--dim", "batch", "--dim", "=3", "--dim", "batch=1", "--dim", "batch=2"],
            "error: --dim batch: expected NAME=N, N a whole number from 1 to 999,999,999\n"
            "error: --dim =3: expected NAME=N, N a whole number from 1 to 999,999,999\n"
            "error: --dim batch=2: batch is 1 already\n",
        ),
        (
            [
                "mlp",
                *(word for n in ("0", "-1", "1.5", "1000000000") for word in ("--dim", f"hidden={n}")),
                "--dim=x=1",
            ],
            "".join(
                f"error: --dim hidden={n}: expected NAME=N, N a whole number from 1 to 999,999,999\n"
                for n in ("0", "-1", "1.5", "1000000000")
            )
            + "error: mlp has no size 'x'\n",
        ),
        (["vgg20"], "error: there is no network 'vgg20'\n    hint: did you mean 'vgg19'? built in are alexnet, "),
        (
            ["bert-bse.onnx"],
            "error: bert-bse.onnx: cannot be read: No such file or directory\n"
            "    hint: did you mean the built-in network 'bert-base'?\n",
        ),
        (
            ["mlp", "--dim", "bach=3"],
            "error: mlp has no size 'bach'\n    hint: did you mean 'batch'? it has batch, features, hidden, classes\n",
        ),
        (["--dim", "batch=3"], "error: --dim needs a network\n    hint: see 'dlpsim network --help'\n"),
        (["mlp", "--dtype", "f99"], "error: Invalid value for '--dtype': 'f99' is not one of 'f32', 'f16', 'i8'."),
    ],
)
def test_bad_input(arguments: list[str], message: str) -> None:
    assert refused("network", *arguments).startswith(message)
