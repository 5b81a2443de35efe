"""Networks in a sweep: compiled for each point, known by what is in their files."""

import json
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from dlpsim.machine_file import load_machine
from dlpsim.sweep.grid import Kind
from dlpsim.sweep.journal import Journal, key_of
from dlpsim.sweep.point import Point, evaluate
from dlpsim.sweep.reading import Request, read_grid
from dlpsim.sweep.study import Study
from dlpsim.sweep.subject import Network, read_network
from dlpsim.sweep.table import column_name
from isa.errors import DlpsimError
from tests.cli.command import dlpsim
from tests.networks.onnx_file.models import graph, model, node, random
from tests.sweep.requests import grid, swept

MLP = Request(
    programs=["mlp"],
    machines=["dlp-s,dlp-m"],
    sets=[("port.dram.beat_bytes", "16,64")],
    dims={"batch": "1:4:x4", "hidden": "32"},
)


def written(path: Path, width: int = 3) -> Path:
    """Write a product of a free number of rows, with its weights in a file beside it."""
    body = graph([node("MatMul", "x w", "y")], {"x": ["many", 8]}, "y", {"w": random(8, width)})
    tensor = body.initializer[0]
    (path.parent / "w.bin").write_bytes(tensor.raw_data)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="w.bin")
    path.write_bytes(model(body).SerializeToString())
    return path


def refused(**changes: object) -> list[str]:
    with pytest.raises(DlpsimError) as raised:
        read_grid(replace(MLP, **changes))  # type: ignore[arg-type]
    return [message.split("\n    hint")[0] for message in raised.value.messages]


def test_each_point_is_what_run_gives() -> None:
    rows = swept(grid(MLP)).to_dict()["rows"]
    assert [(row["machine"], row["port.dram.beat_bytes"], row["batch"], row["hidden"]) for row in rows] == [
        (machine, beat, batch, 32) for machine in ("dlp-s", "dlp-m") for beat in (16, 64) for batch in (1, 4)
    ]
    for row in rows:
        sizes = ("--dim", f"batch={row['batch']}", "--dim", "hidden=32")
        machine = ("--machine", row["machine"], "--set", f"port.dram.beat_bytes={row['port.dram.beat_bytes']}")
        run = json.loads(dlpsim("run", "mlp", *sizes, *machine, "--json").out)
        assert (row["program"], row["reason"]) == ("mlp", "")
        assert [row[key] for key in ("cycles", "time_s", "utilization")] == [
            run[key] for key in ("cycles", "time_s", "utilization")
        ]
        assert row["macs"] == run["ops"]["MAC_32"]


def test_a_layer_that_does_not_fit_is_the_reason() -> None:
    table = swept(grid(MLP, sets=[("memory.NRAM.size", "64,65536")], machines=["dlp-s"]))
    assert [bool(reason) for reason in table.reasons] == [True, True, False, False]
    assert table.reasons[0].startswith("layer 'fc1' does not fit on dlp-s")
    assert len(table.reasons[0].splitlines()) == 3


def test_sizes_are_numbers_and_names_of_columns_stay_apart() -> None:
    axes = grid(MLP).axes
    assert [(axis.name, axis.typed) for axis in axes if axis.kind is Kind.DIM] == [("batch", (1, 4)), ("hidden", (32,))]
    size = next(axis for axis in axes if axis.kind is Kind.DIM)
    assert column_name(size) == "batch"
    assert column_name(replace(size, name="cycles")) == "--dim cycles"


def test_other_names_of_a_network_are_the_same_one() -> None:
    found = read_grid(Request(["ResNet_50-v1.5", "resnet50", "mlp"], dims={"batch": "1,01"}))
    assert [axis.values for axis in found.axes] == [("resnet50", "mlp"), ("dlp-s",), ("1",)]


def test_files_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder / "m.onnx")
    names = [str(tmp_path / folder / "m.onnx") for folder in ("a", "b")]
    assert read_grid(Request(names)).axes[0].values == tuple(names)
    assert read_grid(Request(names[:1])).axes[0].values == ("m.onnx",)


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        (
            {"dims": {"batch": "0,2,x", "hiden": "1", "classes": "3:1"}},
            [
                "--dim batch=0: expected NAME=N, N a whole number from 1 to 999,999,999",
                "--dim batch=x: expected NAME=N, N a whole number from 1 to 999,999,999",
                "--dim classes: '3:1' is empty: no value from the first to the last",
                "mlp has no size 'hiden'",
            ],
        ),
        (
            {"programs": ["mlp", "vgg20", "gone.onnx"]},
            [
                "vgg20: no such file here, and no shipped program or built-in network of that name",
                "gone.onnx: cannot be read: No such file or directory",
            ],
        ),
        ({"defines": {"M": "1"}}, ["-D sets a parameter of a program: the sizes of a network are set by --dim"]),
        (
            {"programs": ["fc_1x256.asm"]},
            ["--dim sets a size of a network: the parameters of a program are set by -D"],
        ),
        (
            {"programs": ["fc_1x256.asm", "mlp"]},
            ["-D is for programs, --dim is for networks: give each kind a sweep of its own"],
        ),
        ({"dims": {"batch": "1:1_000_000"}}, ["the grid has 4,000,000 points, at most 100,000 are allowed"]),
    ],
)
def test_what_is_wrong_with_sizes_and_names(changes: dict[str, object], messages: list[str]) -> None:
    assert refused(**changes) == messages


def test_programs_and_networks_together() -> None:
    found = read_grid(Request(["fc_1x256.asm", "mlp"], ["dlp-s,dlp-m"]))
    assert [point.subject.name for point in found.points()] == ["fc_1x256.asm", "fc_1x256.asm", "mlp", "mlp"]


def test_dimensions_of_a_file_are_checked_before_anything_runs(tmp_path: Path) -> None:
    path = str(written(tmp_path / "m.onnx"))
    assert refused(programs=[path], dims={"batch": "2"}) == [
        f"{path}: --dim batch=2: there is no free dimension 'batch'"
    ]
    many = grid(MLP, programs=[path], dims={"many": "1,64"})
    assert [evaluate(point).reason for point in many.points()] == [""] * 8


def test_a_file_is_known_by_its_bytes_and_those_beside_it(tmp_path: Path) -> None:
    path = written(tmp_path / "m.onnx")
    machine = load_machine("dlp-s")

    def key() -> str:
        return key_of(Point(read_network(str(path), {}), machine))

    first = key()
    assert key() == first
    beside = tmp_path / "w.bin"
    numbers = beside.read_bytes()
    beside.write_bytes(np.ones(24, np.float32).tobytes())
    others = {key()}
    beside.unlink()
    others.add(key())
    beside.write_bytes(numbers)
    assert key() == first
    written(path, width=4)
    others.add(key())
    assert len(others | {first}) == 4


def test_sizes_and_the_network_are_in_the_key() -> None:
    point = Point(read_network("mlp", {}), load_machine("dlp-s"))
    other = Point(read_network("lstm", {}), load_machine("dlp-s"))
    assert len({key_of(each) for each in (point, other, replace(point, sizes=(("batch", "2"),)))}) == 3


def test_a_file_that_changes_meanwhile_is_not_taken_for_what_it_was(tmp_path: Path) -> None:
    path = written(tmp_path / "m.onnx")
    point = Point(read_network(str(path), {}), load_machine("dlp-s"))
    assert evaluate(point).reason == ""
    written(path, width=4)
    assert evaluate(point).reason == f"{path}: has changed since the sweep began"


def test_networks_go_on_where_they_were(tmp_path: Path) -> None:
    points = list(grid(MLP).points())
    with Journal(tmp_path / "j.jsonl") as journal:
        Study(points[:3], journal).run()
    with Journal(tmp_path / "j.jsonl") as journal:
        study = Study(points, journal)
        assert study.done == 3
        study.run()
    assert study.outcomes == tuple(map(evaluate, points))


def test_networks_go_to_other_processes() -> None:
    subject = read_network("mlp", {})
    assert subject == Network("mlp", "mlp", "mlp")
    assert pickle.loads(pickle.dumps(subject)) == subject
