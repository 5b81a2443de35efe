import math
import pickle
from pathlib import Path
from typing import Any

import pytest

import dlpsim
from dlpsim import DlpsimError, Result, simulate
from dlpsim.events import Completed, Event, Sink
from dlpsim.machine_file import load_machine
from dlpsim.simulation import Simulation, prepare
from isa.assembler import assemble
from tests.cli.texts import CONTENDING, ENDLESS, FC_1X256

DLP_S = load_machine("dlp-s")
DLP_M = load_machine("dlp-m")


def test_result() -> None:
    result = simulate(FC_1X256)
    assert (result.cycles, result.time_s) == (34, 3.4e-08)
    assert result.ops == {"MAC_32": 256}
    assert result.bytes == {"DRAM->NRAM": 1024, "DRAM->WRAM": 1024, "NRAM->DRAM": 4}
    assert result.utilization == pytest.approx(1 / 34)
    assert (result.machine.name, result.program.name) == ("dlp-s", "<text>")
    assert result.to_dict()["cores"] == [
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
    ]


def test_result_belongs_to_the_caller() -> None:
    first = simulate(FC_1X256)
    first.to_dict()["ops"]["MAC_32"] = 0
    assert first.to_dict() == simulate(FC_1X256).to_dict()
    assert pickle.loads(pickle.dumps(first)) == first


@pytest.mark.parametrize(
    "program",
    [
        FC_1X256,
        Path("fc_1x256.asm"),
        Path("fc_1x256"),
        Path(__file__).parents[1] / "programs" / "fc_1x256.asm",
        assemble(FC_1X256, DLP_S.target),
    ],
    ids=["text", "shipped", "without suffix", "file", "assembled"],
)
def test_program(program: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert simulate(program).cycles == 34


@pytest.mark.parametrize(
    ("machine", "cores", "name", "count"),
    [
        (None, None, "dlp-s", 1),
        (None, 1, "dlp-s", 1),
        (None, 2, "dlp-m", 2),
        ("dlp-m", None, "dlp-m", 4),
        (DLP_M, 3, "dlp-m", 3),
        (DLP_S, None, "dlp-s", 1),
        (Path(dlpsim.__file__).parent / "machines" / "dlp-s-real.toml", None, "dlp-s-real", 1),
    ],
)
def test_machine(machine: Any, cores: int | None, name: str, count: int) -> None:
    result = simulate(CONTENDING, machine, cores)
    assert (result.machine.name, result.machine.total_cores) == (name, count)


def test_assembled_program_brings_its_cores() -> None:
    machine = load_machine("dlp-m", 2, [("clusters", "3")])
    result = simulate(assemble(CONTENDING, machine.target))
    assert (result.machine.name, result.machine.clusters, result.machine.cores) == ("dlp-m", 3, 2)
    assert result == simulate(CONTENDING, machine)


@pytest.mark.parametrize("value", [5, "5", "2 + 3"])
def test_defines(value: int | str) -> None:
    assert simulate(CONTENDING, defines={"tiles": value}).ops == {"MAC_32": 5 * 4096}


def test_sets() -> None:
    assert simulate(FC_1X256, sets=[("port.dram.latency", "100")]).cycles == 234


def test_listeners_hear_the_run() -> None:
    class Completions:
        def __init__(self) -> None:
            self.times: list[int] = []

        def handlers(self) -> dict[type[Event], Sink]:
            return {Completed: lambda event: self.times.append(event.time)}

    completions = Completions()
    simulate(FC_1X256, listeners=[completions])
    assert completions.times == [16, 32, 33, 34]


def test_watch_sees_the_end() -> None:
    simulation = Simulation(*prepare(CONTENDING, cores=2))
    assert (simulation.watch.cycles, simulation.watch.instructions) == (0, 0)
    result = simulation.run()
    assert simulation.watch.cycles == result.cycles
    assert simulation.watch.instructions == simulation.watch.total_instructions == (1 + 2 * 4) + (1 + 3 * 4)


def test_time_too_long_for_a_float() -> None:
    result = simulate(f"compute MAC_32 {'9' * 3000}")
    assert (result.time_s, result.utilization) == (None, 1.0)
    assert math.log10(result.cycles) == pytest.approx(3000 - math.log10(256))


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        (
            {"program": "move DRAM NRAM 0\nmovee\n"},
            (
                "<text>:1:16: SIZE must be at least 1, is 0\n    move DRAM NRAM 0\n                   ^",
                "<text>:2:1: unknown instruction 'movee'\n    movee\n    ^\n    hint: did you mean 'move'?",
            ),
        ),
        (
            {"program": Path("none.asm"), "cores": 0},
            ("none.asm: no such file here", "--cores 0: must be a whole number from 1 to 4096, not 0"),
        ),
        ({"program": 5}, ("a program is a text (str), a file (Path) or a Program, not a int",)),
        ({"program": "", "machine": 5}, ("a machine is a name, a path or a MachineConfig, not a int",)),
        ({"program": "", "machine": "dlp-x"}, ("no machine or file named 'dlp-x'",)),
        ({"program": "", "defines": {"N": 1}}, ("-D N=1: the program has no .param 'N'",)),
        ({"program": CONTENDING, "defines": {"tiles": 2.5}}, ("-D tiles=2.5: the value is a float",)),
        (
            {"program": assemble(CONTENDING, DLP_S.target), "defines": {"tiles": 1}},
            ("<text> is assembled already: its parameters can no longer be defined",),
        ),
        ({"program": FC_1X256, "max_cycles": 33}, ("stopped: the run takes more than 33 cycles (--max-cycles)",)),
        ({"program": ENDLESS, "max_instructions": 10}, ("stopped: the program executes more than 10 instructions",)),
        ({"program": "", "max_cycles": -1}, ("max_cycles must be at least 0, is -1",)),
        ({"program": "", "max_instructions": -1}, ("max_instructions must be at least 0, is -1",)),
        (
            {"program": ".if core\nsync chip\n.endif\n", "cores": 2},
            ("<text>:2:1: this barrier can never be released: core 1 waits here for core 0 (at the end",),
        ),
    ],
)
def test_errors_carry_all_messages(arguments: dict[str, Any], messages: tuple[str, ...]) -> None:
    with pytest.raises(DlpsimError) as caught:
        simulate(**arguments)
    assert len(caught.value.messages) == len(messages)
    assert all(said.startswith(start) for said, start in zip(caught.value.messages, messages, strict=True))
    assert str(caught.value) == "\n".join(caught.value.messages)
    assert pickle.loads(pickle.dumps(caught.value)).messages == caught.value.messages


def test_names_of_the_package() -> None:
    functions = {"compile_network", "load_machine", "load_network", "simulate"}
    assert set(dlpsim.__all__) == {"DlpsimError", "Result", "__version__", *functions}
    assert (dlpsim.simulate, dlpsim.Result) == (simulate, Result)
    assert all(getattr(dlpsim, name).__name__ == name for name in functions)
    with pytest.raises(AttributeError, match="module 'dlpsim' has no attribute 'simulat'"):
        dlpsim.simulat  # noqa: B018


def test_idle_cycles_are_split_when_they_are_asked_for() -> None:
    text = "loop 9\nmove DRAM NRAM 640\nsync\ncompute MAC_32 256\nendloop\n"
    program, machine = prepare(text, "dlp-m-real", 2)
    late, at_once = (Simulation(program, machine, split_idle=split).run() for split in (False, True))
    assert late.split_idle is None
    assert late.idle.of(1, "compute") == at_once.idle.of(1, "compute") != {}
    assert late.to_dict() == at_once.to_dict()
