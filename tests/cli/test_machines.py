import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dlpsim.cli.machines import machines
from dlpsim.machine_file import BUILT_IN, load_machine, machine_source
from dlpsim.views.block_diagram import block_diagram
from isa.errors import DlpsimError


def invoke(*arguments: str) -> Result:
    result = CliRunner().invoke(machines, arguments)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_list_shows_every_machine_with_its_ceilings() -> None:
    output = invoke().output
    rows = [line.split() for line in output.splitlines() if line.strip().startswith("dlp-")]
    assert rows == [
        ["dlp-s", "1", "256", "64", "512", "64", "8"],
        ["dlp-m", "4", "1,024", "128", "2,048", "128", "16"],
        ["dlp-s-real", "1", "256", "64", "512", "64", "8"],
        ["dlp-m-real", "4", "1,024", "128", "2,048", "128", "16"],
    ]
    assert all(len(line.rstrip()) <= 80 for line in output.splitlines())


def test_list_as_json() -> None:
    data = json.loads(invoke("--json").output)
    assert [machine["machine"] for machine in data] == list(BUILT_IN)
    assert data[1] == {
        "machine": "dlp-m",
        "cores": 4,
        "clock_ghz": 1.0,
        "mac_type": "MAC_32",
        "macs_per_cycle": 1024,
        "dram_bytes_per_cycle": 128.0,
        "peak_gflops": 2048.0,
        "dram_gb_per_s": 128.0,
        "ridge_flop_per_byte": 16.0,
    }


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("options", [(), ("--cores", "3", "--set", "clusters=2", "--set", "memory.NRAM.size=1000")])
def test_what_is_shown_is_a_machine_file(tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    output = invoke("show", name, *options).output
    path = tmp_path / "shown.toml"
    path.write_text(output, encoding="utf-8")
    changed = (3, [("clusters", "2"), ("memory.NRAM.size", "1000")]) if options else (None, [])
    config = load_machine(name, *changed)
    assert load_machine(path) == config
    assert all(len(line) <= 80 for line in output.splitlines())
    assert output.endswith("\n".join(f"# {line}".rstrip() for line in block_diagram(config).splitlines()) + "\n")


def test_a_file_is_shown_as_it_is_written(tmp_path: Path) -> None:
    source = machine_source("dlp-s").rstrip() + "  # no newline at the end"
    path = tmp_path / "mine.toml"
    path.write_text(source, encoding="utf-8")
    assert invoke("show", str(path)).output.startswith(source + "\n\n# dlp-s: 1 core, 1 GHz\n")


def test_show_may_be_left_out() -> None:
    assert invoke("dlp-m", "--cores", "2").output == invoke("show", "dlp-m", "--cores", "2").output


def test_values_written_out_carry_their_meaning() -> None:
    output = invoke("show", "dlp-s", "--cores", "2").output
    assert "latency = 0         # cycles: from the last beat to the data\n" in output
    assert tomllib.loads(output)["cores"] == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "dlp-z"), "no machine or file named 'dlp-z'"),
        (("show", "dlp-s", "--set", "x"), "--set x: "),
        (("show", "dlp-s", "--set", "cores=0"), "--set cores=0: must be a whole number from 1 to 4096, not 0"),
        (("show", "dlp-s", "--cores", "0"), "--cores 0: must be a whole number from 1 to 4096, not 0"),
    ],
)
def test_errors(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(DlpsimError) as caught:
        invoke(*arguments)
    assert str(caught.value).startswith(message)
