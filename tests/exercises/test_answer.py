import json
import shlex

import pytest

from dlpsim.cli.main import status
from dlpsim.exercises.answer import Answer, answer
from dlpsim.exercises.convolutional import PROGRAM
from dlpsim.exercises.table import ENTRIES, EXERCISES, find_exercise
from dlpsim.machine_file import load_machine
from dlpsim.programs import shipped_programs
from dlpsim.simulation import simulate
from dlpsim.verification import verify
from isa.assembler import assemble_file
from isa.errors import DlpsimError
from isa.inputs import random_inputs


@pytest.fixture(scope="module", params=EXERCISES)
def answered(request: pytest.FixtureRequest) -> Answer:
    return answer(EXERCISES[request.param])


def test_versions_get_faster_and_stay_above_the_floor(answered: Answer) -> None:
    for case in answered.cases:
        cycles = [result.cycles for result in case.results.values()]
        assert cycles == sorted(cycles, reverse=True)
        assert cycles[-1] >= case.floor.cycles


def test_programs_do_the_work_of_the_layer(answered: Answer) -> None:
    for case in answered.cases:
        layer = case.case.layer
        for version, result in case.results.items():
            assert result.ops == {"MAC_32": layer.macs}
            assert result.bytes["NRAM->DRAM"] == layer.result_bytes
            loaded = sum(size for path, size in result.bytes.items() if path.startswith("DRAM->"))
            # In the best program of 7.12 each of four cores also brings the first two tiles of x for itself.
            again = 4 * 64 * 256 * 4 if (answered.exercise.number, version) == ("7.12", "best") else 0
            assert loaded == layer.operand_bytes + again


def test_best_programs_reach_their_targets(answered: Answer) -> None:
    for case in answered.cases:
        assert case.results["best"].cycles <= case.floor.cycles + 7


def test_commands_repeat_the_figures(answered: Answer, capsys: pytest.CaptureFixture[str]) -> None:
    for case in answered.to_dict()["cases"]:
        for version in case["versions"].values():
            assert status([*shlex.split(version["command"])[1:], "--json"]) == 0
            run = json.loads(capsys.readouterr().out)
            expected = (version["program"], case["machine"], version["cycles"], version["time_s"])
            assert (run["program"], run["machine"], run["cycles"], run["time_s"]) == expected


def test_ratio_and_time_belong_to_the_cycles(answered: Answer) -> None:
    for case in answered.to_dict()["cases"]:
        least = case["floor"]["cycles"]
        assert least == max(bound["cycles"] for bound in case["floor"]["bounds"].values())
        for version in case["versions"].values():
            assert version["cycles_by_floor"] == version["cycles"] / least
            assert version["time_s"] == version["cycles"] / 1e9


def test_every_program_but_the_racy_one_belongs_to_an_exercise() -> None:
    used = {program for exercise in EXERCISES.values() for case in exercise.cases for program in case.versions.values()}
    assert used | {PROGRAM} == set(shipped_programs()) - {"race.asm"}


def test_numbers_are_as_expected(answered: Answer) -> None:
    for case in answered.cases:
        machine = load_machine(case.case.machine, case.case.cores)
        for program in case.case.versions.values():
            assembled = assemble_file(shipped_programs()[program], machine.target, case.case.defines)
            inputs = random_inputs(assembled, 1)
            result = simulate(assembled, machine, data=inputs)
            assert result.tensors is not None
            assert all(comparison.is_good for comparison in verify(assembled, inputs, result.tensors))


def test_unknown_exercise_names_those_there_are() -> None:
    with pytest.raises(DlpsimError) as caught:
        find_exercise("7.13")
    assert caught.value.messages == (f"no exercise 7.13; there are {', '.join(ENTRIES)}",)
