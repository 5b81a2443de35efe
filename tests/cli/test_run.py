import json
from pathlib import Path

import pytest

from dlpsim.machine_file import load_machine, written_out
from tests.cli.command import dlpsim, process, refused
from tests.cli.texts import CONTENDING, ENDLESS, FC_1X256, LOST_BARRIER
from tests.conftest import Golden


@pytest.fixture(autouse=True)
def _programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder with the programs of these tests."""
    monkeypatch.chdir(tmp_path)
    texts = {"small": FC_1X256, "contending": CONTENDING, "endless": ENDLESS, "lost": LOST_BARRIER, "nothing": ""}
    for name, text in texts.items():
        Path(f"{name}.asm").write_text(text, encoding="utf-8")


def test_json_is_the_contract() -> None:
    outcome = dlpsim("run", "fc_1x256.asm", "--json")
    assert (outcome.status, outcome.err) == (0, "")
    assert json.loads(outcome.out) == {
        "program": "fc_1x256.asm",
        "machine": "dlp-s",
        "cycles": 34,
        "time_s": 3.4e-08,
        "utilization": pytest.approx(0.0294, abs=5e-5),
        "ops": {"MAC_32": 256},
        "bytes": {"DRAM->NRAM": 1024, "DRAM->WRAM": 1024, "NRAM->DRAM": 4},
        "cores": [
            {
                "core": 0,
                "cycles": 34,
                "units": {
                    "compute": {"busy": 1, "stalled": {}, "idle": 33, "idle_by": {"sync:dram": 32, "finish:dram": 1}},
                    "dram": {"busy": 33, "stalled": {}, "idle": 1, "idle_by": {"sync:compute": 1}},
                    "local": {
                        "busy": 0,
                        "stalled": {},
                        "idle": 34,
                        "idle_by": {"sync:compute": 1, "sync:dram": 32, "finish:dram": 1},
                    },
                },
            }
        ],
    }


def test_json_of_stalls() -> None:
    data = json.loads(dlpsim("run", "contending.asm", "--machine", "dlp-m-real", "--cores", "2", "--json").out)
    units = [unit for core in data["cores"] for unit in core["units"].values()]
    assert {reason for unit in units for reason in unit["stalled"]} == {"setup", "port"}
    assert {unit["busy"] + sum(unit["stalled"].values()) + unit["idle"] for unit in units} == {data["cycles"]}
    assert data["cycles"] == max(core["cycles"] for core in data["cores"])


@pytest.mark.parametrize(
    ("options", "machine", "cores"),
    [
        ([], "dlp-s", 1),
        (["--cores", "1"], "dlp-s", 1),
        (["--cores", "2"], "dlp-m", 2),
        (["--cores", "64"], "dlp-m", 64),
        (["--machine", "dlp-m"], "dlp-m", 4),
        (["--machine", "dlp-m", "--cores", "1"], "dlp-m", 1),
        (["--machine", "dlp-s", "--cores", "3"], "dlp-s", 3),
        (["--machine", "dlp-m", "--set", "clusters=2", "--cores", "3"], "dlp-m", 6),
        (["--machine", "dlp-s-real"], "dlp-s-real", 1),
    ],
)
def test_machine_and_cores(options: list[str], machine: str, cores: int) -> None:
    data = json.loads(dlpsim("run", "small.asm", "--json", *options).out)
    assert (data["machine"], len(data["cores"])) == (machine, cores)
    assert data["ops"] == {"MAC_32": 256 * cores}


@pytest.mark.parametrize(
    ("options", "cycles"),
    [
        ([], 34),
        (["--machine", "dlp-s-real"], 307),
        (["--set", "port.dram.latency=100"], 34 + 2 * 100),
        (["--set", "port.dram.beat_bytes=128", "--set", "compute.latency=5"], 8 + 8 + 1 + 5 + 1),
        (["--set", "compute.rate.MAC_32=1"], 16 + 16 + 256 + 1),
        (["--max-cycles", "34", "--max-instructions", "6"], 34),
    ],
)
def test_cycles(options: list[str], cycles: int) -> None:
    assert json.loads(dlpsim("run", "small.asm", "--json", *options).out)["cycles"] == cycles


def test_machine_file() -> None:
    Path("mine.toml").write_text(written_out(load_machine("dlp-s", None, [("name", "mine")])), encoding="utf-8")
    data = json.loads(dlpsim("run", "small.asm", "--machine", "mine.toml", "--json").out)
    assert (data["machine"], data["cycles"]) == ("mine", 34)


def test_defines() -> None:
    def computed(*options: str) -> int:
        return int(json.loads(dlpsim("run", "contending.asm", "--json", *options).out)["ops"]["MAC_32"])

    assert (computed(), computed("-D", "tiles=5"), computed("-Dtiles=2*3")) == (2 * 4096, 5 * 4096, 6 * 4096)


@pytest.mark.parametrize("name", ["fc_1x256.asm", "fc_1x256"])
def test_shipped_program_from_any_directory(name: str) -> None:
    assert json.loads(dlpsim("run", name, "--json").out)["program"] == "fc_1x256.asm"


def test_file_here_goes_before_a_shipped_program() -> None:
    Path("fc_1x256.asm").write_text("compute MAC_32 512\n", encoding="utf-8")
    assert json.loads(dlpsim("run", "fc_1x256.asm", "--json").out)["cycles"] == 2


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("small", ["small.asm"]),
        ("small_real", ["small.asm", "--machine", "dlp-s-real"]),
        ("contending_4_cores", ["contending.asm", "--cores", "4"]),
        ("contending_real", ["contending.asm", "--machine", "dlp-m-real", "--set", "clusters=2", "--cores", "2"]),
        ("nothing", ["nothing.asm"]),
    ],
)
def test_report(golden: Golden, name: str, arguments: list[str]) -> None:
    outcome = dlpsim("run", *arguments)
    assert (outcome.status, outcome.err) == (0, "")
    golden(f"run_{name}.txt", outcome.out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["contending.asm", "--cores", "64"],
        ["contending.asm", "--machine", "dlp-m-real", "--cores", "64"],
        ["contending.asm", "--machine", "dlp-m-real", "--set", "port.dram.beat_cycles=99999"],
        ["small.asm", "--machine", "dlp-m-real", "--set", "clusters=64", "--set", "cores=1"],
    ],
)
def test_report_keeps_to_80_columns(arguments: list[str]) -> None:
    lines = dlpsim("run", *arguments).out.splitlines()
    assert len(lines) > 15
    assert max(len(line) for line in lines) <= 80
    assert not any("…" in line for line in lines)


@pytest.mark.parametrize("columns", ["20", "80", "500"])
def test_report_does_not_depend_on_the_width_of_a_terminal(columns: str) -> None:
    assert process("run", "contending.asm", "--cores", "3", COLUMNS=columns) == dlpsim(
        "run", "contending.asm", "--cores", "3"
    )


def test_every_core_has_its_rows() -> None:
    out = dlpsim("run", "contending.asm", "--cores", "64").out
    assert all(f"\ncore {core} " in out for core in range(64))


def test_huge_counts_stay_readable() -> None:
    Path("huge.asm").write_text(f"compute MAC_32 {'9' * 3000}\n", encoding="utf-8")
    outcome = dlpsim("run", "huge.asm")
    assert outcome.status == 0
    assert "  3.906e+2997 cycles\n" in outcome.out
    assert json.loads(dlpsim("run", "huge.asm", "--json").out)["time_s"] is None


def test_max_cycles() -> None:
    assert refused("run", "small.asm", "--max-cycles", "33") == (
        "error: stopped: the run takes more than 33 cycles (--max-cycles)\n"
        "reached cycle 33 with 6 of 6 instructions\n"
        "    core 0 is at the end of its program, its last instructions still under way\n"
    )


def test_max_instructions() -> None:
    assert refused("run", "endless.asm", "--max-instructions", "1000") == (
        "error: stopped: the program executes more than 1,000 instructions (--max-instructions)\n"
    )


def test_lost_barrier() -> None:
    assert refused("run", "lost.asm", "--cores", "3") == (
        "error: lost.asm:2:3: this barrier can never be released: "
        "core 0 waits here for cores 1 and 2 (at the end of the program)\n"
        "      sync chip\n"
        "      ^\n"
        "    hint: every core of the chip must execute the same number of 'sync chip', in the same order\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cores", "0"], "--cores 0: must be a whole number from 1 to 4096, not 0"),
        (["--cores", "1000000000"], "--cores 1000000000: must be a whole number from 1 to 4096, not 1000000000"),
        (["--cores", "two"], "Invalid value for '--cores': 'two' is not a valid integer."),
        (["--max-cycles", "-1"], "Invalid value for '--max-cycles': -1 is not in the range x>=0."),
        (["--machine", ""], ".: is a directory, not a machine file"),
        (["-D", "M"], "-D M: expected NAME=VALUE"),
        (["-D", "M=1", "-D", "M=2"], "-D M=2: M has a value already, by -D M=1"),
        (["-D", "M=1.5"], "-D M=1.5: unexpected '.' after the value"),
        (["--set", "port.dram.latency"], "--set port.dram.latency: expected KEY=VALUE"),
        (["--set", "=1"], "--set =1: expected KEY=VALUE"),
        (["--wrong"], "No such option '--wrong'."),
    ],
)
def test_wrong_options(arguments: list[str], message: str) -> None:
    assert message in refused("run", "fc_1x256.asm", *arguments)


def test_all_problems_at_once() -> None:
    message = refused("run", "fc_1x2.asm", "--cores", "0", "--set", "port.dram.latency=-1", "--set", "wrong=1")
    assert [line.partition(":")[0] for line in message.splitlines() if not line.startswith("    ")] == ["error"] * 4
    assert "did you mean 'fc_1x256.asm'?" in message
    message = refused("run", "small.asm", "-D", "a", "--set", "b", "-D", "c")
    assert message == (
        "error: -D a: expected NAME=VALUE\nerror: -D c: expected NAME=VALUE\nerror: --set b: expected KEY=VALUE\n"
    )
